//! Itineraries as Arrow batches.

use trimodal_route::Routes;
use trimodal_route::outcome::{Itinerary, Leg, Transfer};

use crate::batches::{Batches, batch, beside, counts, told};
use crate::geometry;
use crate::routes_geojson::place;

/// The tables `itineraries`, `legs` and `transfers`; the first two with lines, the last with points, as
/// `geometry`. Itineraries and legs are counted from 1, as in the GeoJSON.
pub fn routes_batches(routes: &Routes) -> Batches {
    let all = &routes.itineraries;
    let numbers = |of: fn(&Itinerary) -> usize| -> Vec<usize> {
        (1..).zip(all).flat_map(|(i, it)| std::iter::repeat_n(i, of(it))).collect()
    };
    let whole = |it: &Itinerary| {
        let line: Vec<[f64; 2]> = it.legs.iter().flat_map(|leg| &leg.line).copied().collect();
        geometry::line(&line)
    };
    let itineraries = beside(
        vec![counts("itinerary", (1..=all.len()).collect())],
        batch::<Itinerary>(all, &["legs", "transfers"]),
        vec![geometry::column(all.iter().map(whole))],
    );
    let legs: Vec<Leg> = all.iter().flat_map(|it| it.legs.clone()).collect();
    let order = all.iter().flat_map(|it| 1..=it.legs.len()).collect();
    let rides = beside(
        vec![counts("itinerary", numbers(|it| it.legs.len())), counts("leg", order)],
        batch(&legs, &["line"]),
        vec![geometry::column(legs.iter().map(|leg| geometry::line(&leg.line)))],
    );
    let transfers: Vec<Transfer> = all.iter().flat_map(|it| it.transfers.clone()).collect();
    let places = all.iter().flat_map(|it| it.transfers.iter().map(|t| place(it, t)));
    let stops = beside(
        vec![counts("itinerary", numbers(|it| it.transfers.len()))],
        batch(&transfers, &[]),
        vec![geometry::column(places.map(|at| at.map(geometry::point)))],
    );
    let batches = vec![("itineraries", itineraries), ("legs", rides), ("transfers", stops)];
    told(batches, &about(routes))
}

fn about(routes: &Routes) -> [(&'static str, String); 4] {
    let watermark = routes.counterfactual_no_law.then(|| crate::rows::WITHOUT_LAW.to_string());
    let stopped = routes.stopped.map(|reason| reason.word().to_string());
    [
        ("schema", routes.schema.clone()),
        ("attribution", routes.attribution.join(" ")),
        ("watermark", watermark.unwrap_or_default()),
        ("stopped", stopped.unwrap_or_default()),
    ]
}
