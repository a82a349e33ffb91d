//! The gauges of railways whose source tells none: by country, and by parts of countries.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::tables::rows;

const GAUGES: &str = include_str!("../data/gauges.csv");
const AREAS: &str = include_str!("../data/gauge_areas.csv");

/// The gauge of a country that has no row, mm.
const STANDARD_MM: u16 = 1435;
/// The gauge of a narrow-gauge railway where its country has no other, mm: the most common one.
const METRE_MM: u16 = 1000;

#[derive(Deserialize)]
struct GaugeRow {
    country: String,
    gauge_mm: u16,
    other: String,
}

#[derive(Deserialize)]
struct AreaRow {
    country: String,
    gauge_mm: u16,
    how: String,
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

fn table() -> &'static HashMap<String, GaugeRow> {
    static ROWS: OnceLock<HashMap<String, GaugeRow>> = OnceLock::new();
    ROWS.get_or_init(|| {
        rows::<GaugeRow>(GAUGES).into_iter().map(|row| (row.country.clone(), row)).collect()
    })
}

fn areas() -> &'static [AreaRow] {
    static ROWS: OnceLock<Vec<AreaRow>> = OnceLock::new();
    ROWS.get_or_init(|| rows(AREAS))
}

/// The main gauge at a point, degrees north and east, of a country: ISO 3166-1 alpha-2.
pub fn main_mm(country: &str, (lat, lon): (f64, f64)) -> u16 {
    let holds = |a: &&AreaRow| {
        let inside = (a.south..=a.north).contains(&lat) && (a.west..=a.east).contains(&lon);
        a.country == country && a.how == "instead" && inside
    };
    let of_area = areas().iter().find(holds).map(|a| a.gauge_mm);
    let of_country = || table().get(country).map(|row| row.gauge_mm);
    of_area.or_else(of_country).unwrap_or(STANDARD_MM)
}

/// The gauge of the narrow-gauge railways of a country: its main or first other gauge under 1435 mm, else 1000.
pub fn narrow_mm(country: &str) -> u16 {
    let Some(row) = table().get(country) else { return METRE_MM };
    let words = row.other.split(|c: char| !c.is_ascii_digit());
    // `1600 (5,822 km)` has a gauge and a length.
    let others = words.filter_map(|word| word.parse::<u16>().ok()).filter(|mm| *mm >= 600);
    let narrow = |mm: &u16| *mm < STANDARD_MM;
    std::iter::once(row.gauge_mm).chain(others).find(narrow).unwrap_or(METRE_MM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gauges_are_those_of_the_country() {
        let at = (50.0, 20.0);
        assert_eq!(["EE", "DE", "ES", "ZZ"].map(|c| main_mm(c, at)), [1520, 1435, 1668, 1435]);
        // Northern Ireland is a part of its own.
        assert_eq!((main_mm("GB", (54.6, -6.0)), main_mm("GB", (51.5, 0.0))), (1600, 1435));
        assert_eq!(["BG", "ZA", "BR", "EE"].map(narrow_mm), [760, 1067, 1000, 1000]);
    }
}
