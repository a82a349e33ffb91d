//! Simulations as Arrow batches.

use geo_types::Geometry;
use trimodal_model::Scenario;
use trimodal_simulate::outcome::{Closure, DemandResult, ResourceResult, Simulation, StockResult};

use crate::batches::{Batches, batch, beside, told};
use crate::geometry;
use crate::replicates::replicates_batch;
use crate::scenario_batches::ends;

/// The tables `demand` (with a straight line from its origin to its destination as `geometry`), `resources`,
/// `stocks` and `closures` (with the point of the place, or the line of the link), and `replicates`.
pub fn simulation_batches(s: &Simulation, scenario: &Scenario) -> Batches {
    let weeks = ["utilisation_by_week", "queue_by_week"];
    let drawn =
        |batch, shapes: Vec<_>| beside(vec![], batch, vec![geometry::column(shapes.into_iter())]);
    let facilities = |batch, ids: Vec<&str>| {
        drawn(batch, ids.into_iter().map(|id| facility(scenario, id)).collect())
    };
    let lanes = s.demand.iter().map(|d| lane(scenario, &d.demand)).collect();
    let [demand, resources] = [
        drawn(batch::<DemandResult>(&s.demand, &[]), lanes),
        facilities(
            batch::<ResourceResult>(&s.resources, &weeks),
            s.resources.iter().map(|r| r.id.as_str()).collect(),
        ),
    ];
    let stocks = batch::<StockResult>(&s.stocks, &["by_week"]);
    let closures = batch::<Closure>(&s.closures, &[]);
    let batches = vec![
        ("demand", demand),
        ("resources", resources),
        ("stocks", facilities(stocks, s.stocks.iter().map(|r| r.id.as_str()).collect())),
        (
            "closures",
            facilities(closures, s.closures.iter().map(|c| c.resource.as_str()).collect()),
        ),
    ];
    let watermark = if s.counterfactual_no_law { trimodal_plan::WATERMARK } else { "" };
    let about = [
        ("schema", s.schema.clone()),
        ("scenario", s.scenario.clone()),
        ("case", s.case.clone()),
        ("watermark", watermark.to_string()),
    ];
    let mut all = told(batches, &about);
    all.push(("replicates", replicates_batch(s)));
    all
}

/// The point of a resource, or the line of the link that a section (`R4:2`) or a direction (`H1 >`) is a part of.
fn facility(scenario: &Scenario, id: &str) -> Option<Geometry<f64>> {
    if let Some(resource) = scenario.resources.iter().find(|r| r.id == id) {
        let place = &scenario.places[resource.place.ix()];
        return Some(geometry::point([place.lon, place.lat]));
    }
    let link = id.split([':', ' ']).next()?;
    let link = scenario.links.iter().find(|l| l.id == link)?;
    geometry::line(&ends(scenario, link))
}

/// The straight line from the origin of a demand to its destination.
fn lane(scenario: &Scenario, id: &str) -> Option<Geometry<f64>> {
    let demand = scenario.demand.iter().find(|d| d.id == id)?;
    geometry::line(&[demand.from, demand.to].map(|place| {
        let place = &scenario.places[place.ix()];
        [place.lon, place.lat]
    }))
}
