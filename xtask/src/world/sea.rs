//! The sea network: densified lines, joined at the antimeridian, with named gates.

use geojson::{FeatureCollection, GeometryValue};
use trimodal_model::network::{Flags, NONE};

use super::Outcome;
use super::countries::Countries;
use super::graph::{Graph, Link, Merge, km, point};
use super::tables::Passage;

/// Longest distance between points, so that every port is near one.
const STEP_KM: f64 = 30.0;

/// Adds the lines of the source. Longitudes from 180 to 190 equal those from -180 to -170; equal points
/// are merged.
pub fn network(lines: &FeatureCollection) -> Outcome<Graph> {
    let mut graph = Graph::default();
    let mut merge = Merge::default();
    for feature in &lines.features {
        let geometry = feature.geometry.as_ref().ok_or("a sea line without a geometry")?;
        let parts: Vec<Vec<(f64, f64)>> = match &geometry.value {
            GeometryValue::LineString { coordinates } => vec![pairs(coordinates)],
            GeometryValue::MultiLineString { coordinates } => {
                coordinates.iter().map(|c| pairs(c)).collect()
            }
            _ => return Err("a sea line has another geometry".into()),
        };
        for line in parts {
            for w in line.windows(2) {
                draw(&mut graph, &mut merge, w[0], w[1]);
            }
        }
    }
    Ok(graph)
}

fn pairs(line: &[geojson::Position]) -> Vec<(f64, f64)> {
    line.iter().map(|p| (p[0], p[1])).collect()
}

/// One straight segment in small steps, with the length of the great circle between its ends.
fn draw(graph: &mut Graph, merge: &mut Merge, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
    let whole = km(point(y0, x0), point(y1, x1));
    let steps = (whole / STEP_KM).ceil().max(1.0) as usize;
    let mut before = merge.point(graph, point(y0, x0));
    let mut last = 0;
    for i in 1..=steps {
        let t = i as f64 / steps as f64;
        let here = merge.point(graph, point(y0 + (y1 - y0) * t, x0 + (x1 - x0) * t));
        // Whole metres whose sum is the length of the segment.
        let so_far = (whole * 1e3 * t).round() as u32;
        if here != before {
            graph.add_link(before, here, (so_far - last).max(1));
            last = so_far;
        }
        before = here;
    }
}

/// Marks the links that cross a gate with its passage.
pub fn mark_passages(graph: &mut Graph, gates: &[Passage]) -> Vec<(String, usize)> {
    let mut counts = vec![0; gates.len()];
    for link in &mut graph.links {
        let ends = [graph.points[link.a as usize], graph.points[link.b as usize]].map(as_f64);
        for (g, gate) in gates.iter().enumerate() {
            if cross(ends[0], ends[1], (gate.lat_a, gate.lon_a), (gate.lat_b, gate.lon_b)) {
                link.passage = g as u16;
                counts[g] += 1;
            }
        }
    }
    gates.iter().map(|g| g.id.clone()).zip(counts).collect()
}

/// Marks the links, other than those of passages, that run over land on the map.
pub fn mark_land(graph: &mut Graph, countries: &Countries) -> usize {
    let mut found = 0;
    for i in 0..graph.links.len() {
        let Link { a, b, m, passage, flags } = graph.links[i];
        if passage == NONE
            && land_km(countries, graph.points[a as usize], graph.points[b as usize], m) > 10.0
        {
            graph.links[i].flags = flags.with(Flags::OVER_LAND);
            found += 1;
        }
    }
    found
}

/// The length of a straight line over land in km, sampled every km.
pub fn land_km(countries: &Countries, a: [i32; 2], b: [i32; 2], m: u32) -> f64 {
    let steps = (f64::from(m) / 1e3).ceil().clamp(1.0, 200.0) as i32;
    let mut turn = b[1] - a[1];
    if turn.abs() > 180_000 {
        turn -= 360_000 * turn.signum();
    }
    let on_land = (1..steps).filter(|i| {
        let t = f64::from(*i) / f64::from(steps);
        let lat = f64::from(a[0]) + f64::from(b[0] - a[0]) * t;
        let lon = f64::from(a[1]) + f64::from(turn) * t;
        countries.at(point(lat / 1e3, lon / 1e3)) != NONE
    });
    on_land.count() as f64 * f64::from(m) / 1e3 / f64::from(steps)
}

fn as_f64(p: [i32; 2]) -> (f64, f64) {
    (f64::from(p[0]) / 1e3, f64::from(p[1]) / 1e3)
}

/// Whether two straight segments cross. Segments over the antimeridian cross no gate.
fn cross(a: (f64, f64), b: (f64, f64), c: (f64, f64), d: (f64, f64)) -> bool {
    if (a.1 - b.1).abs() > 180.0 {
        return false;
    }
    let side = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| {
        (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0)
    };
    (side(a, b, c) > 0.0) != (side(a, b, d) > 0.0) && (side(c, d, a) > 0.0) != (side(c, d, b) > 0.0)
}
