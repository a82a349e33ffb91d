//! Coordinate systems, and the way from them to degrees.

mod datum;
mod projjson;

use std::f64::consts::PI;

use proj4rs::Proj;
use proj4rs::transform::transform;
use trimodal_model::problem::{OUT_OF_RANGE, UNIT, shown};

use crate::findings::Findings;

/// A coordinate system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Crs {
    /// None is declared: degrees east and north on WGS 84.
    #[default]
    Undeclared,
    /// A number of the EPSG list.
    Epsg(u16),
    /// A definition in the form of PROJ.
    Proj(String),
    /// The same, of longitudes and latitudes in grads, 400 to a circle.
    Grads(String),
}

/// Degrees east and north on WGS 84.
pub const WGS84: Crs = Crs::Epsg(4326);

impl Crs {
    /// From what people write: `4326`, `EPSG:32619`, `WGS 84`, `+proj=…`, or well-known text.
    pub fn from_words(words: &str) -> Option<Crs> {
        let words = words.trim();
        let plain = words.to_uppercase();
        let last = plain.rsplit([':', '/']).next().unwrap_or_default();
        if ["WGS84", "WGS 84", "CRS84"].contains(&last.trim()) {
            return Some(WGS84);
        }
        if words.starts_with('+') {
            return Proj::from_proj_string(words).ok().map(|_| Crs::Proj(words.to_string()));
        }
        let number = last.trim().parse::<u16>().ok();
        if let Some(number) = number {
            let is_known = crs_definitions::from_code(number).is_some();
            return is_known.then_some(Crs::Epsg(number));
        }
        Crs::from_wkt(words)
    }

    /// From well-known text, as in the `.prj` beside a shapefile. A datum is shifted as the text says, or its code, or
    /// as datums of that name are.
    pub fn from_wkt(text: &str) -> Option<Crs> {
        let text = datum::horizontal(text);
        let known = || {
            let code = datum::code(text).filter(|code| crs_definitions::from_code(*code).is_some());
            code.map(Crs::Epsg)
        };
        let Some(mut words) = proj4wkt::wkt_to_projstring(text).ok() else { return known() };
        if !words.contains("+towgs84=") {
            if let Some(known) = known() {
                return Some(known);
            }
            if let Some(shift) = datum::shift(text) {
                words = format!("{words} {shift}");
            }
        }
        let proj = Proj::from_proj_string(&words).ok()?;
        let (a, b) = proj.ellipse_parameters();
        let of_wgs84 = (a - 6_378_137.0).abs() < 0.1 && (b - 6_356_752.314_2).abs() < 0.1;
        let shifted = words.split_once("+towgs84=").is_some_and(|(_, shift)| {
            let shift = shift.split(' ').next().unwrap_or_default();
            shift.split(',').any(|x| x.parse() != Ok(0.0))
        });
        if proj.is_latlong() && text.contains(GRAD) {
            return Some(Crs::Grads(words));
        }
        // Degrees on WGS 84 need no turning, which would cost their last digits.
        let is_plain = proj.is_latlong() && of_wgs84 && !shifted && proj.from_greenwich() == 0.0;
        Some(if is_plain { WGS84 } else { Crs::Proj(words) })
    }

    /// From PROJJSON: by its id, or by its parts.
    pub fn from_projjson(declared: &serde_json::Value) -> Option<Crs> {
        let id = |key: &str| declared.pointer(key).map(|v| v.to_string().replace('"', ""));
        let by_id = match (id("/id/authority"), id("/id/code")) {
            (Some(list), Some(code)) if ["EPSG", "OGC"].contains(&list.as_str()) => {
                Crs::from_words(&format!("{list}:{code}"))
            }
            _ => None,
        };
        by_id.or_else(|| Crs::from_wkt(&projjson::to_wkt(declared)?))
    }

    fn words(&self) -> Option<&str> {
        match self {
            Crs::Undeclared | Crs::Epsg(4326) => None,
            Crs::Epsg(number) => crs_definitions::from_code(*number).map(|d| d.proj4),
            Crs::Proj(words) | Crs::Grads(words) => Some(words),
        }
    }

    /// The way from it to degrees.
    pub fn projector(&self) -> Option<Projector> {
        if matches!(self, Crs::Undeclared | Crs::Epsg(4326)) {
            return Some(Projector { from: None, unit: 1.0 });
        }
        let from = Proj::from_proj_string(self.words()?).ok()?;
        let to = Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs").ok()?;
        let in_grads = match self {
            Crs::Epsg(number) => datum::IN_GRADS.contains(number),
            other => matches!(other, Crs::Grads(_)),
        };
        let unit = match from.is_latlong() {
            true => PI / if in_grads { 200.0 } else { 180.0 },
            false => 1.0,
        };
        Some(Projector { from: Some(Box::new((from, to))), unit })
    }
}

/// How well-known text writes the factor of grads.
const GRAD: &str = "0.01570796";

/// The way from a coordinate system to degrees.
pub struct Projector {
    from: Option<Box<(Proj, Proj)>>,
    /// What coordinates are multiplied by first.
    unit: f64,
}

impl Projector {
    /// That of a layer. A system that is not known is a problem; one whose datum is not known is noted.
    pub fn of(crs: &Crs, file: &str, found: &mut Findings) -> Option<Projector> {
        let projector = crs.projector();
        match &projector {
            None => {
                let message = format!("coordinate system `{crs:?}` is not known");
                found.problem(UNIT, (file, 0, 0), message, "reproject the file to EPSG:4326");
            }
            Some(projector) => {
                let size = projector.from.as_ref().map(|pair| pair.0.ellipse_parameters());
                let is_known =
                    crs.words().zip(size).is_none_or(|(words, size)| datum::is_known(words, size));
                if !is_known {
                    let message = "how its datum lies to WGS 84 is not known: places may be off by 300 m; reproject the file to EPSG:4326";
                    found.note(file, 0, 0, message);
                }
            }
        }
        projector
    }

    /// Degrees east and north of a point; none where it is not on the Earth.
    pub fn degrees(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let [lon, lat] = match &self.from {
            None => [x, y],
            Some(pair) => {
                let mut point = (x * self.unit, y * self.unit, 0.0);
                transform(&pair.0, &pair.1, &mut point).ok()?;
                [point.0.to_degrees(), point.1.to_degrees()]
            }
        };
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)).then_some([lon, lat])
    }

    /// The same; a point that is not on the Earth is a problem at a place.
    pub fn place(
        &self,
        at: (&str, usize, usize),
        point: [f64; 2],
        found: &mut Findings,
    ) -> Option<[f64; 2]> {
        let degrees = self.degrees(point);
        if degrees.is_none() {
            let message = format!("{}, {} is not on the Earth", point[0], point[1]);
            let hint =
                "declare the coordinate system: crs in config.csv, or in [units] of a mapping";
            found.problem(OUT_OF_RANGE, at, message, hint);
        }
        degrees
    }
}

/// A system by what a file says of it; words that are not known are a problem.
pub fn declared(words: &str, at: (&str, usize, usize), found: &mut Findings) -> Crs {
    Crs::from_words(words).unwrap_or_else(|| {
        let message = format!("coordinate system `{}` is not known", shown(words));
        found.problem(UNIT, at, message, "write a number of the EPSG list, as EPSG:4326");
        Crs::Undeclared
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn projected_points_become_degrees() {
        let utm = Crs::from_words("32619").unwrap().projector().unwrap();
        // Arlington, Massachusetts.
        let [lon, lat] = utm.degrees([322_754.0, 4_698_346.0]).unwrap();
        assert!((lon + 71.157).abs() < 0.01 && (lat - 42.416).abs() < 0.01, "{lon} {lat}");
        let feet = Crs::from_words("EPSG:3735").unwrap().projector().unwrap();
        // Lima, Ohio: a Lambert projection in US survey feet.
        let [lon, lat] = feet.degrees([1_523_373.0, 1_003_235.0]).unwrap();
        assert!((lon + 84.106).abs() < 0.01 && (lat - 40.743).abs() < 0.01, "{lon} {lat}");
        assert_eq!(Crs::from_words("nowhere"), None);
        assert_eq!(Crs::from_words("WGS 84"), Some(WGS84));
        assert_eq!(Crs::Undeclared.projector().unwrap().degrees([200.0, 0.0]), None);
    }
}
