//! What `route` answers: plain, serialisable, documented. Every number has its unit in its name.

use schemars::JsonSchema;
use serde::Serialize;
use trimodal_model::scenario::Mode;

use crate::parameters::Cargo;

/// Name and version of this form; changes that break readers change the number.
pub const SCHEMA: &str = "trimodal/route/1";

/// A point that was asked for, and where it met the network.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Stop {
    /// Name as understood.
    pub name: String,
    /// ISO 3166-1 alpha-2 code of its country; empty at sea.
    pub country: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Straight line to the nearest network of each mode that was in reach, km.
    pub snap: Vec<Snap>,
}

/// A meeting of a place and a network.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Snap {
    /// Mode.
    pub mode: Mode,
    /// Gauge of the track, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gauge_mm: Option<u16>,
    /// Name of the port, at sea.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// Straight line, km.
    pub distance_km: f64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Routes {
    /// Always `trimodal/route/1`.
    pub schema: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Where from.
    pub origin: Stop,
    /// Where to.
    pub destination: Stop,
    /// Points on the way, in order.
    pub via: Vec<Stop>,
    /// What is shipped.
    pub cargo: Cargo,
    /// How much, tonnes.
    pub tonnes: f64,
    /// Which answer was asked for: `pareto`, `time`, `cost`, `co2e` or `distance`.
    pub by: &'static str,
    /// For `pareto`: no possible itinerary is better than every one listed by more than this
    /// share in each of time, cost and CO2e. 0: the whole Pareto set.
    pub tolerance: f64,
    /// Whether the search stopped at its limit, so that itineraries may be missing.
    pub cut_short: bool,
    /// The itineraries; for `pareto` quickest first.
    pub itineraries: Vec<Itinerary>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<Unreachable>,
    /// What was closed for this answer beyond the defaults.
    pub avoided: Vec<String>,
    /// Passages that are too shallow for the ship, with their draught.
    pub too_shallow: Vec<String>,
    /// The law that was obeyed, and notices.
    pub law: Vec<String>,
    /// Where the network, the places and the factors come from.
    pub attribution: Vec<String>,
}

/// One way to go.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Itinerary {
    /// What it is best at, among those listed: `time`, `cost`, `co2e`, `distance`.
    pub best_at: Vec<&'static str>,
    /// Modes in order, for example `road-sea-rail`; access by truck is not counted.
    pub chain: String,
    /// Total distance, km.
    pub distance_km: f64,
    /// Expected total time, h.
    pub time_h: f64,
    /// Median total time, h.
    pub time_p50_h: f64,
    /// Nine of ten shipments need no longer than this, h.
    pub time_p90_h: f64,
    /// Total cost of the shipment, US dollars.
    pub cost_usd: f64,
    /// Total CO2e, well to wheel, kg.
    pub co2e_kg: f64,
    /// Of which well-to-tank, kg.
    pub co2e_wtt_kg: f64,
    /// Of which tank-to-wheel, hubs included, kg.
    pub co2e_ttw_kg: f64,
    /// Km on links that were mended where the source is cut.
    pub mended_km: f64,
    /// Countries on land, in order.
    pub countries: Vec<String>,
    /// Sea passages, in order.
    pub passages: Vec<String>,
    /// Ids of the border crossings, in order.
    pub borders: Vec<String>,
    /// Ids of the break-of-gauge stations, in order.
    pub gauge_changes: Vec<String>,
    /// Rides, in order.
    pub legs: Vec<Leg>,
    /// What happens before, between and after the rides, in order.
    pub transfers: Vec<Transfer>,
}

/// One ride.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Leg {
    /// Mode.
    pub mode: Mode,
    /// Gauge of the track, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gauge_mm: Option<u16>,
    /// Whether it is the truck between a place and the network.
    pub access: bool,
    /// Where from.
    pub from: String,
    /// Where to.
    pub to: String,
    /// Distance, km.
    pub distance_km: f64,
    /// Time, h.
    pub time_h: f64,
    /// Cost of the shipment, US dollars.
    pub cost_usd: f64,
    /// CO2e, well to wheel, kg.
    pub co2e_kg: f64,
    /// Of which well-to-tank, kg.
    pub co2e_wtt_kg: f64,
    /// Km on mended links.
    pub mended_km: f64,
    /// Longitude and latitude of its line, degrees.
    pub line: Vec<[f64; 2]>,
}

/// What a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// Onto the first vehicle.
    Load,
    /// Off the last vehicle.
    Unload,
    /// Between ship and land.
    Port,
    /// Between train and truck.
    RailRoad,
    /// Between gauges.
    GaugeChange,
    /// At a border.
    Border,
    /// Locks, convoys and dues of a passage.
    Passage,
}

impl TransferKind {
    /// The words in output.
    pub fn words(self) -> &'static str {
        match self {
            TransferKind::Load => "load",
            TransferKind::Unload => "unload",
            TransferKind::Port => "port",
            TransferKind::RailRoad => "rail-road terminal",
            TransferKind::GaugeChange => "gauge change",
            TransferKind::Border => "border",
            TransferKind::Passage => "passage",
        }
    }
}

/// What happens between rides.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Transfer {
    /// What.
    pub kind: TransferKind,
    /// Where.
    pub place: String,
    /// Stable id for `--avoid`; empty where there is none.
    pub id: String,
    /// Number of legs before it.
    pub after_leg: usize,
    /// Expected time, h.
    pub time_h: f64,
    /// Median time, h.
    pub time_p50_h: f64,
    /// Nine of ten need no longer, h.
    pub time_p90_h: f64,
    /// Cost of the shipment, US dollars.
    pub cost_usd: f64,
    /// CO2e, kg.
    pub co2e_kg: f64,
    /// What else is to know.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Why there is no itinerary.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Unreachable {
    /// One word: `no_terminal`, `avoided`, `closed_border`, `closed_passage`, `mended_off`,
    /// `gauge`, `component`, `law`.
    pub reason: &'static str,
    /// In a sentence.
    pub message: String,
    /// What would connect it, for physical causes; the lawful exemption procedure, for law.
    pub remedy: Vec<String>,
}
