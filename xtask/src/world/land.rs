//! Land and water on a grid, from the outlines of countries (Natural Earth, 1:10 m; lakes count as land).

use geo::{LineString, Polygon};
use trimodal_model::land::Land;

/// Cells of 0.02 degrees: 2.2 km from south to north.
const STEP_E3: u16 = 20;

/// The grid of some shapes: a cell is land if its centre is in one of them.
pub fn grid<'a>(shapes: impl Iterator<Item = &'a Polygon<f64>>) -> Land {
    let rows = Land::rows(STEP_E3) as usize;
    let mut spans: Vec<Vec<(i64, i64)>> = vec![Vec::new(); rows];
    for shape in shapes {
        let rings = std::iter::once(shape.exterior()).chain(shape.interiors());
        let mut crossings: Vec<(usize, f64)> = Vec::new();
        rings.for_each(|ring| cross(ring, rows, &mut crossings));
        crossings.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for pair in crossings.chunk_by(|a, b| a.0 == b.0).flat_map(|row| row.chunks_exact(2)) {
            spans[pair[0].0].push((column(pair[0].1), column(pair[1].1)));
        }
    }
    let mut land = Land { step_e3: STEP_E3, first: vec![0], changes: Vec::new() };
    for row in spans {
        land.changes.extend(changes(row));
        land.first.push(land.changes.len() as u32);
    }
    land
}

fn step() -> f64 {
    f64::from(STEP_E3) / 1e3
}

/// The first column whose centre is at or east of a longitude.
fn column(lon: f64) -> i64 {
    ((lon + 180.0) / step() - 0.5).ceil() as i64
}

/// Where a ring crosses the middle of each row.
fn cross(ring: &LineString<f64>, rows: usize, crossings: &mut Vec<(usize, f64)>) {
    for line in ring.lines() {
        let (low, high) = if line.start.y <= line.end.y {
            (line.start, line.end)
        } else {
            (line.end, line.start)
        };
        let first = |y: f64| ((y + 90.0) / step() - 0.5).ceil().max(0.0) as usize;
        for row in first(low.y)..first(high.y).min(rows) {
            let y = (row as f64 + 0.5) * step() - 90.0;
            let x = low.x + (high.x - low.x) * (y - low.y) / (high.y - low.y);
            crossings.push((row, x));
        }
    }
}

/// The columns at which a row changes: spans cut at the antimeridian and joined.
fn changes(spans: Vec<(i64, i64)>) -> Vec<u16> {
    let columns = i64::from(Land::columns(STEP_E3));
    let mut inside: Vec<(i64, i64)> = Vec::new();
    for (a, b) in spans.into_iter().filter(|(a, b)| a < b) {
        for turn in [-columns, 0, columns] {
            let (a, b) = ((a + turn).max(0), (b + turn).min(columns));
            if a < b {
                inside.push((a, b));
            }
        }
    }
    inside.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (a, b) in inside {
        match joined.last_mut() {
            Some((_, end)) if a <= *end => *end = (*end).max(b),
            _ => joined.push((a, b)),
        }
    }
    joined.into_iter().flat_map(|(a, b)| [a as u16, b as u16]).collect()
}
