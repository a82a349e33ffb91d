//! Small areas in tables, by their corners.

/// Degrees north and east of corners written as `east north`, separated by `;`.
pub fn corners(area: &str) -> Vec<(f64, f64)> {
    let corner = |text: &str| {
        let (east, north) = text.trim().split_once(' ')?;
        Some((north.parse().ok()?, east.parse().ok()?))
    };
    area.split(';').filter_map(corner).collect()
}

/// Whether a point is inside a polygon: an odd number of its sides lie east of it.
pub fn is_inside(corners: &[(f64, f64)], (lat, lon): (f64, f64)) -> bool {
    let next = corners.iter().cycle().skip(1);
    let sides = corners.iter().zip(next);
    let east = sides.filter(|(a, b)| {
        let spans = (a.0 > lat) != (b.0 > lat);
        spans && lon < a.1 + (lat - a.0) / (b.0 - a.0) * (b.1 - a.1)
    });
    east.count() % 2 == 1
}
