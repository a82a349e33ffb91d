//! The hand-made tables of `crates/world/data/`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Outcome;
use super::sources::City;

/// A link that the source lacks.
#[derive(Debug, Deserialize)]
pub struct Mend {
    pub mode: String,
    pub lat_a: f64,
    pub lon_a: f64,
    pub lat_b: f64,
    pub lon_b: f64,
    pub length_km: Option<f64>,
    pub reason: String,
}

/// A gate across a strait or a canal, or off a cape.
#[derive(Debug, Deserialize)]
pub struct Passage {
    pub id: String,
    pub lat_a: f64,
    pub lon_a: f64,
    pub lat_b: f64,
    pub lon_b: f64,
}

/// The main gauge of a country.
#[derive(Debug, Deserialize)]
pub struct Gauge {
    pub country: String,
    pub gauge_mm: u16,
}

/// A part of a country with another gauge, or with an additional one.
#[derive(Debug, Deserialize)]
pub struct GaugeArea {
    pub country: String,
    pub gauge_mm: u16,
    /// `instead` of the gauge of the country, or `also`.
    pub how: String,
    pub south: f64,
    pub north: f64,
    pub west: f64,
    pub east: f64,
}

/// A break-of-gauge station.
#[derive(Debug, Deserialize)]
pub struct GaugeChange {
    pub id: String,
    pub name: String,
    pub gauge_a_mm: u16,
    pub lat_a: f64,
    pub lon_a: f64,
    pub country_b: String,
    pub gauge_b_mm: u16,
    pub lat_b: f64,
    pub lon_b: f64,
}

/// Another code or name of a port, or a port that the source lacks.
#[derive(Debug, Deserialize)]
pub struct Port {
    pub code: String,
    pub name: String,
    pub country: String,
    pub lat: f64,
    pub lon: f64,
    /// The code in the source that this row replaces.
    pub replaces: String,
}

#[derive(Deserialize)]
struct Reached {
    code: String,
}

/// All tables.
pub struct Tables {
    pub mends: Vec<Mend>,
    pub passages: Vec<Passage>,
    pub gauges: Vec<Gauge>,
    pub gauge_areas: Vec<GaugeArea>,
    pub gauge_changes: Vec<GaugeChange>,
    pub ports: Vec<Port>,
    /// Places that the source of names lacks.
    pub places: Vec<City>,
    /// Codes of ports that ships reach even where the map shows land.
    pub sea_reach: BTreeSet<String>,
}

impl Tables {
    pub fn read(data: &Path) -> Outcome<Self> {
        Ok(Tables {
            mends: rows(&data.join("mends.csv"))?,
            passages: rows(&data.join("passages.csv"))?,
            gauges: rows(&data.join("gauges.csv"))?,
            gauge_areas: rows(&data.join("gauge_areas.csv"))?,
            gauge_changes: rows(&data.join("gauge_changes.csv"))?,
            ports: rows(&data.join("ports.csv"))?,
            places: rows(&data.join("places.csv"))?,
            sea_reach: rows::<Reached>(&data.join("sea_reach.csv"))?
                .into_iter()
                .map(|r| r.code)
                .collect(),
        })
    }
}

fn rows<T: DeserializeOwned>(path: &Path) -> Outcome<Vec<T>> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path)?;
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|e| format!("{}: {e}", path.display()).into())
}
