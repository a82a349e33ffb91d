//! Regions under occupation, in Ukraine by their towns: the network knows the country only.

use std::sync::OnceLock;

use geo::{LineString, MultiPolygon, Polygon};
use jiff::civil::Date;
use serde::Deserialize;
use trimodal_model::embedded::rows;
use trimodal_model::network::great_circle_km;
use trimodal_model::outline::{corners, is_inside};

use crate::area::Area;
use crate::front;

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
    Area { name: "regions under occupation".into(), polygons: MultiPolygon(polygons) }
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

/// The country of a region.
pub fn country(region: &str) -> &str {
    region.split('-').next().unwrap_or_default()
}

/// The country whose regions a place of a country may lie in: maps disagree on whose Crimea is.
fn home(country: &str) -> &str {
    if country == "RU" { "UA" } else { country }
}

/// The region that a point of a country, or of any, lies in on a day: behind a front that of the nearest town; where
/// there was none, that of a town or area around it.
pub fn region(of: Option<&str>, at: (f64, f64), day: Date) -> Option<&'static str> {
    let is_there = |p: &&Part| of.is_none_or(|of| country(&p.region) == home(of));
    let parts = || parts().iter().filter(|p| p.since <= day).filter(is_there);
    let far = |p: &&Part| great_circle_km(p.at, at);
    let behind = parts().find_map(|p| front::is_behind(country(&p.region), at, day));
    let in_area = parts().find(|p| !p.corners.is_empty() && p.has(at));
    let found = match behind {
        _ if in_area.is_some() => in_area,
        Some(false) => None,
        Some(true) => {
            let home = |p: &&Part| front::is_behind(country(&p.region), at, day) == Some(true);
            parts().filter(home).min_by(|a, b| far(a).total_cmp(&far(b)))
        }
        None => parts().find(|p| p.has(at)),
    };
    found.map(|p| p.region.as_str())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn towns_and_the_peninsula_from_their_first_day() {
        let today = date(2026, 11, 26);
        let of_ukraine = |at, day| region(Some("UA"), at, day);
        assert_eq!(of_ukraine((44.95, 34.1), today), Some("UA-43"), "Simferopol");
        assert_eq!(of_ukraine((44.95, 34.1), date(2014, 1, 1)), None);
        assert_eq!(of_ukraine((46.85, 35.37), today), Some("UA-23"), "Melitopol");
        assert_eq!(of_ukraine((46.85, 35.37), date(2021, 1, 1)), None);
        assert_eq!(of_ukraine((46.48, 30.73), today), None, "Odesa");
        assert_eq!(
            of_ukraine((46.64, 32.61), today),
            None,
            "Kherson, across the river from Oleshky"
        );
        assert_eq!(of_ukraine((47.35, 36.6), today), Some("UA-23"), "fields between the towns");
        assert_eq!(of_ukraine((45.04, 38.98), today), None, "Krasnodar");
        assert_eq!(region(Some("RU"), (44.95, 34.1), today), Some("UA-43"), "as Russia draws it");
        assert_eq!(region(None, (43.0, 41.02), today), Some("GE-AB"), "Sukhumi");
        assert_eq!(region(Some("GE"), (42.23, 43.97), today), Some("GE-SO"), "Tskhinvali");
        for (name, at) in [
            ("Zugdidi", (42.51, 41.87)),
            ("Gori", (41.99, 44.11)),
            ("Khashuri", (42.0, 43.6)),
            ("Poti", (42.15, 41.67)),
        ] {
            assert_eq!(region(Some("GE"), at, today), None, "{name}");
        }
        assert_eq!(region(Some("RU"), (43.58, 39.72), today), None, "Sochi");
        assert_eq!(regions(), ["GE-AB", "GE-SO", "UA-09", "UA-14", "UA-23", "UA-43", "UA-65"]);
    }
}
