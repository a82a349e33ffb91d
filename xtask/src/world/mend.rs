//! Joins what the sources cut: a rule for short gaps, a table for the rest. Every link made here
//! is flagged, so that it can be switched off and is counted in answers.

use rayon::prelude::*;
use trimodal_model::network::{Flags, NONE};

use super::Outcome;
use super::countries::Countries;
use super::graph::{Graph, Link, point};
use super::tables::Mend;

/// Gaps between components of one country up to this are joined.
const GAP_SAME_COUNTRY_KM: f64 = 2.5;
/// Gaps across a border up to this are joined.
const GAP_KM: f64 = 1.0;

/// Joins components across short gaps, shortest gap first, each pair of components once: a link
/// inside a component could only make a shortcut, so none is made.
pub fn short_gaps(graph: &mut Graph, country: &[u16]) -> usize {
    let mut parts = graph.components();
    let root: Vec<u32> = (0..graph.points.len() as u32).map(|p| parts.of(p)).collect();
    let index = graph.index(|_| true);
    let mut gaps: Vec<(u32, u32, u32)> = (0..graph.points.len() as u32)
        .into_par_iter()
        .flat_map_iter(|p| {
            let near = index.near(graph.points[p as usize], GAP_SAME_COUNTRY_KM, 40);
            let (root, country) = (&root, country);
            near.into_iter().filter_map(move |(km, q)| {
                let same = country[p as usize] == country[q as usize];
                let joins = p < q && root[p as usize] != root[q as usize];
                (joins && (same || km <= GAP_KM)).then_some(((km * 1e3).round() as u32, p, q))
            })
        })
        .collect();
    gaps.sort_unstable();
    let before = graph.links.len();
    for (m, a, b) in gaps {
        if parts.join(a, b) {
            graph.links.push(Link { a, b, m: m.max(1), flags: Flags::MENDED, passage: NONE });
        }
    }
    graph.links.len() - before
}

/// Adds the hand-made rows of one mode. An end where nothing is near becomes a new point.
pub fn by_hand(
    graph: &mut Graph,
    country: &mut Vec<u16>,
    countries: &Countries,
    rows: &[Mend],
    mode: &str,
) -> Outcome<usize> {
    let reach = if mode == "sea" { 60.0 } else { 5.0 };
    let index = graph.index(|_| true);
    let mut made = 0;
    for row in rows.iter().filter(|r| r.mode == mode) {
        let ends = [(row.lat_a, row.lon_a), (row.lat_b, row.lon_b)].map(|(lat, lon)| {
            let at = point(lat, lon);
            index.nearest(at, reach).map_or_else(
                || {
                    country.push(countries.at(at));
                    graph.add_point(at)
                },
                |(_, p)| p,
            )
        });
        let [a, b] = ends;
        let km = row.length_km.unwrap_or_else(|| graph.km(a, b) * 1.05);
        if a == b || km.is_nan() || km <= 0.0 {
            return Err(format!("mends.csv: a row joins nothing: {}", row.reason).into());
        }
        let m = (km * 1e3).round() as u32;
        graph.links.push(Link { a, b, m, flags: Flags::MENDED, passage: NONE });
        made += 1;
    }
    Ok(made)
}
