//! Positions on a sphere of the volume of the Earth: distances, directions, points along great circles.
//! Degrees east and north, as in GeoJSON.

use std::f64::consts::{PI, TAU};

/// Radius of a sphere of the volume of the Earth (IUGG mean radius), as for great circles in the model.
pub const EARTH_KM: f64 = 6371.0088;

/// Degrees east and north.
pub type At = [f64; 2];

/// Degrees east from -180 to 180.
pub fn eastward(lon: f64) -> f64 {
    (lon + 180.0).rem_euclid(360.0) - 180.0
}

/// Degrees east from one point to another, the short way round.
pub fn turn(a: At, b: At) -> f64 {
    (b[0] - a[0] + 180.0).rem_euclid(360.0) - 180.0
}

/// A point on the unit sphere.
pub fn sphere(p: At) -> [f64; 3] {
    let (lon, lat) = (p[0].to_radians(), p[1].to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

/// The position of a vector.
pub fn position(v: [f64; 3]) -> At {
    let length = v.iter().map(|x| x * x).sum::<f64>().sqrt();
    [v[1].atan2(v[0]).to_degrees(), (v[2] / length).asin().to_degrees()]
}

/// The chord of the unit sphere under an arc of some km.
pub fn chord(km: f64) -> f64 {
    2.0 * (km / EARTH_KM / 2.0).min(PI / 2.0).sin()
}

/// Great-circle km (haversine).
pub fn km(a: At, b: At) -> f64 {
    trimodal_model::network::great_circle_km((a[1], a[0]), (b[1], b[0]))
}

/// The point at a share of the great circle between two points.
pub fn along(a: At, b: At, share: f64) -> At {
    let (p, q, arc) = (sphere(a), sphere(b), km(a, b) / EARTH_KM);
    if arc < 1e-9 {
        return a;
    }
    let weights = [((1.0 - share) * arc).sin(), (share * arc).sin()];
    position([0, 1, 2].map(|i| (p[i] * weights[0] + q[i] * weights[1]) / arc.sin()))
}

/// The point some km away in a direction: radians from north, clockwise.
pub fn travel(a: At, bearing: f64, km: f64) -> At {
    let (lat0, arc) = (a[1].to_radians(), km / EARTH_KM);
    let lat = (lat0.sin() * arc.cos() + lat0.cos() * arc.sin() * bearing.cos()).asin();
    let east = (bearing.sin() * arc.sin() * lat0.cos()).atan2(arc.cos() - lat0.sin() * lat.sin());
    [eastward(a[0] + east.to_degrees()), lat.to_degrees()]
}

/// The direction from one point to another: radians from north, clockwise, 0 to 2 pi.
pub fn bearing(a: At, b: At) -> f64 {
    let (la, lb, d) = (a[1].to_radians(), b[1].to_radians(), (b[0] - a[0]).to_radians());
    let angle = (d.sin() * lb.cos()).atan2(la.cos() * lb.sin() - la.sin() * lb.cos() * d.cos());
    angle.rem_euclid(TAU)
}

/// Rounded to thousandths of a degree, the precision of the network.
pub fn rounded(a: At) -> At {
    a.map(|v| (v * 1e3).round() / 1e3)
}
