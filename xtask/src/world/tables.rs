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
    /// The deepest ship that passes, metres.
    pub draught_m: Option<f64>,
    /// Not empty: not used unless asked for.
    pub closed: String,
}

/// A line that no ship crosses: a shoal, a dam, a bridge.
#[derive(Debug, Deserialize)]
pub struct Barrier {
    /// Degrees east and north of its points, `79.05 9.32; 79.30 9.28`.
    points: String,
}

/// A line that ships follow where the coast shows land or leaves no room: a canal, a strait.
#[derive(Debug, Deserialize)]
pub struct Fairway {
    pub id: String,
    /// Degrees east and north of its points.
    points: String,
    pub length_km: Option<f64>,
}

/// A box that holds all mouths of a system of rivers and canals which joins parts of the sea, and is kept.
#[derive(Debug, Deserialize)]
pub struct River {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl River {
    /// Whether a point (degrees east and north) is in the box.
    pub fn holds(&self, at: [f64; 2]) -> bool {
        (self.west..=self.east).contains(&at[0]) && (self.south..=self.north).contains(&at[1])
    }
}

impl Barrier {
    /// Its points, degrees east and north.
    pub fn line(&self) -> Vec<[f64; 2]> {
        line(&self.points)
    }
}

impl Fairway {
    /// Its points, degrees east and north.
    pub fn line(&self) -> Vec<[f64; 2]> {
        line(&self.points)
    }
}

fn line(points: &str) -> Vec<[f64; 2]> {
    let number = |word: &str| word.parse().unwrap_or(f64::NAN);
    let point = |text: &str| text.trim().split_once(' ').map(|(x, y)| [number(x), number(y)]);
    points.split(';').filter_map(point).collect()
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

/// A ferry between two berths.
#[derive(Debug, Deserialize)]
pub struct Ferry {
    pub id: String,
    pub from_country: String,
    pub from_lat: f64,
    pub from_lon: f64,
    pub to_country: String,
    pub to_lat: f64,
    pub to_lon: f64,
    pub km: f64,
    /// What it carries, separated by `;`.
    pub carries: String,
    pub gauge_mm: Option<u16>,
    pub kind: String,
}

/// A stretch of an inland waterway; `from` is upstream.
#[derive(Debug, Deserialize)]
pub struct WaterLink {
    pub id: String,
    pub from: String,
    pub to: String,
    pub km: f64,
}

/// A port, junction, lock or mouth of an inland waterway.
#[derive(Debug, Deserialize)]
pub struct WaterPort {
    pub id: String,
    pub name: String,
    pub country: String,
    pub lat: f64,
    pub lon: f64,
    pub kind: String,
    pub sea_port: String,
}

/// A port of the World Port Index.
#[derive(Debug, Deserialize)]
pub struct IndexPort {
    pub code: String,
    pub name: String,
    pub other_name: String,
    pub country: String,
    pub lat: f64,
    pub lon: f64,
}

/// A state or province.
#[derive(Debug, Deserialize)]
pub struct State {
    pub country: String,
    /// Its code in GeoNames.
    pub admin1: String,
    /// Its code in UN/LOCODE.
    pub code: String,
}

/// A row of a list of ports.
#[derive(Deserialize)]
struct Listed {
    code: String,
}

fn codes(path: &Path) -> Outcome<BTreeSet<String>> {
    Ok(rows::<Listed>(path)?.into_iter().map(|r| r.code).collect())
}

/// All tables.
pub struct Tables {
    pub mends: Vec<Mend>,
    pub passages: Vec<Passage>,
    pub barriers: Vec<Barrier>,
    pub fairways: Vec<Fairway>,
    pub rivers: Vec<River>,
    pub gauges: Vec<Gauge>,
    pub gauge_areas: Vec<GaugeArea>,
    pub gauge_changes: Vec<GaugeChange>,
    pub ports: Vec<Port>,
    pub ferries: Vec<Ferry>,
    pub water_links: Vec<WaterLink>,
    pub water_ports: Vec<WaterPort>,
    /// Places that the source of names lacks.
    pub places: Vec<City>,
    pub port_index: Vec<IndexPort>,
    pub states: Vec<State>,
    /// Codes of ports of the source that are none.
    pub left_out: BTreeSet<String>,
    /// Codes of ports that ships reach even where the map shows land.
    pub sea_reach: BTreeSet<String>,
}

impl Tables {
    pub fn read(data: &Path) -> Outcome<Self> {
        Ok(Tables {
            mends: rows(&data.join("mends.csv"))?,
            passages: rows(&data.join("passages.csv"))?,
            barriers: rows(&data.join("sea_barriers.csv"))?,
            fairways: rows(&data.join("sea_fairways.csv"))?,
            rivers: rows(&data.join("sea_rivers.csv"))?,
            gauges: rows(&data.join("gauges.csv"))?,
            gauge_areas: rows(&data.join("gauge_areas.csv"))?,
            gauge_changes: rows(&data.join("gauge_changes.csv"))?,
            ports: rows(&data.join("ports.csv"))?,
            ferries: rows(&data.join("ferries.csv"))?,
            water_links: rows(&data.join("waterways.csv"))?,
            water_ports: rows(&data.join("waterway_ports.csv"))?,
            places: rows(&data.join("places.csv"))?,
            port_index: rows(&data.join("port_index.csv"))?,
            states: rows(&data.join("states.csv"))?,
            left_out: codes(&data.join("ports_left_out.csv"))?,
            sea_reach: codes(&data.join("sea_reach.csv"))?,
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
