//! The regions of Ukraine under occupation, by their towns: the network knows the country only.

use std::sync::OnceLock;

use geo::{LineString, MultiPolygon, Polygon};
use jiff::civil::Date;
use serde::Deserialize;
use trimodal_model::embedded::rows;
use trimodal_model::network::great_circle_km;
use trimodal_model::outline::{corners, is_inside};

use crate::area::Area;

const OCCUPIED: &str = include_str!("../data/occupied.csv");

/// How far from a town its surroundings reach, km (assumed: about a third of the way to the next town).
const AROUND_KM: f64 = 25.0;

#[derive(Debug, Clone, Deserialize)]
struct Row {
    region: String,
    lat: f64,
    lon: f64,
    since: Date,
    area: String,
}

/// A town, or an area by its corners.
struct Part {
    region: String,
    at: (f64, f64),
    since: Date,
    /// Degrees north and east.
    corners: Vec<(f64, f64)>,
}

impl From<Row> for Part {
    fn from(row: Row) -> Part {
        let corners = corners(&row.area);
        Part { region: row.region, at: (row.lat, row.lon), since: row.since, corners }
    }
}

impl Part {
    fn has(&self, at: (f64, f64)) -> bool {
        match self.corners.is_empty() {
            true => great_circle_km(self.at, at) <= AROUND_KM,
            false => is_inside(&self.corners, at),
        }
    }
}

fn parts() -> &'static [Part] {
    static PARTS: OnceLock<Vec<Part>> = OnceLock::new();
    PARTS.get_or_init(|| rows::<Row>(OCCUPIED).into_iter().map(Part::from).collect())
}

/// All regions on a day as one area to avoid.
pub fn area(day: Date) -> Area {
    let corners = |p: &Part| match p.corners.as_slice() {
        [] => around(p.at),
        corners => corners.to_vec(),
    };
    let outline = |p: &Part| LineString::from_iter(corners(p).into_iter().map(|(n, e)| (e, n)));
    let polygons = parts().iter().filter(|p| p.since <= day);
    let polygons = polygons.map(|p| Polygon::new(outline(p), Vec::new())).collect();
    Area { name: "occupied regions of Ukraine".into(), polygons: MultiPolygon(polygons) }
}

/// The surroundings of a town as corners.
fn around((lat, lon): (f64, f64)) -> Vec<(f64, f64)> {
    const CORNERS: u32 = 24;
    const KM_A_DEGREE: f64 = 111.2;
    let corner = |i: u32| {
        let (sin, cos) = (f64::from(i) / f64::from(CORNERS) * std::f64::consts::TAU).sin_cos();
        let degrees = AROUND_KM / KM_A_DEGREE;
        (lat + degrees * cos, lon + degrees * sin / lat.to_radians().cos())
    };
    (0..CORNERS).map(corner).collect()
}

/// The codes of the regions, `UA-43`, each once.
pub fn regions() -> Vec<&'static str> {
    let mut codes: Vec<&str> = parts().iter().map(|p| p.region.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The region that a point in Ukraine lies in on a day.
pub fn region(at: (f64, f64), day: Date) -> Option<&'static str> {
    let found = parts().iter().find(|p| p.since <= day && p.has(at));
    found.map(|p| p.region.as_str())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn towns_and_the_peninsula_from_their_first_day() {
        let today = date(2026, 11, 26);
        assert_eq!(region((44.95, 34.1), today), Some("UA-43"), "Simferopol");
        assert_eq!(region((44.95, 34.1), date(2014, 1, 1)), None);
        assert_eq!(region((46.85, 35.37), today), Some("UA-23"), "Melitopol");
        assert_eq!(region((46.85, 35.37), date(2021, 1, 1)), None);
        assert_eq!(region((46.48, 30.73), today), None, "Odesa");
        assert_eq!(region((45.04, 38.98), today), None, "Krasnodar");
        assert_eq!(regions(), ["UA-09", "UA-14", "UA-23", "UA-43", "UA-65"]);
    }
}
