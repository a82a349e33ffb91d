//! The answer: plain, serialisable, documented. Every number has its unit in its name.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::Note;
use trimodal_model::control::Stopped;
use trimodal_model::scenario::Mode;

use crate::basis::Basis;
use crate::cost::Criterion;
use crate::parameters::Cargo;

/// Name and version of this form; changes that break readers change the number.
pub const SCHEMA: &str = "trimodal/route/2";

/// A point of the request, and where it meets the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// The passage on the way that is meant, a strait, a canal, a waterway or a ferry, where it is no place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<String>,
}

/// Where a place meets a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Snap {
    /// Mode.
    pub mode: Mode,
    /// Gauge of the track, mm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gauge_mm: Option<u16>,
    /// Name of the port, at sea and on waterways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// Straight line, km.
    pub distance_km: f64,
    /// Degrees north of the node or port.
    #[serde(default)]
    pub lat: f64,
    /// Degrees east.
    #[serde(default)]
    pub lon: f64,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Routes {
    /// Always `trimodal/route/2`.
    pub schema: String,
    /// Version of the program.
    pub version: String,
    /// Where from.
    pub origin: Stop,
    /// Where to.
    pub destination: Stop,
    /// Points and passages on the way, in order.
    pub via: Vec<Stop>,
    /// What is shipped.
    pub cargo: Cargo,
    /// How much, tonnes.
    pub tonnes: f64,
    /// The kind of answer: `pareto`, `time`, `cost`, `co2e` or `distance`.
    pub by: String,
    /// For `pareto`: no possible itinerary is better than every one listed by more than this
    /// share in each of time, cost and CO2e. 0: the whole Pareto set.
    pub tolerance: f64,
    /// Whether the search ended before it was complete, so that itineraries may be missing.
    pub cut_short: bool,
    /// Why it ended early: `label_limit`, `cancelled` or `time_limit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StopReason>,
    /// The itineraries; for `pareto` fastest first.
    pub itineraries: Vec<Itinerary>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable: Option<Unreachable>,
    /// What was closed for this answer beyond the defaults.
    pub avoided: Vec<String>,
    /// Passages that are too small for the ship, each with the limit that it exceeds.
    pub too_small: Vec<String>,
    /// What war or decree closes on the day near the great circle from end to end, each line beginning with
    /// the id of its row in `closures.csv`; `--only-via` opens an element.
    #[serde(default)]
    pub closed_on_the_day: Vec<String>,
    /// Whether it was computed as if there were no law, only to compare.
    #[serde(default)]
    pub counterfactual_no_law: bool,
    /// The law that was obeyed, and notices.
    pub law: Vec<String>,
    /// The rates, emission factors and services behind the figures.
    #[serde(default)]
    pub basis: Basis,
    /// Where the network, the places and the factors come from.
    pub attribution: Vec<String>,
    /// What was read other than written in the files of the request; left out where nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// One itinerary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Itinerary {
    /// The criteria by which it is the best of those listed: `time`, `cost`, `co2e`, `distance`.
    pub best_at: Vec<Criterion>,
    /// Modes in order, for example `road-sea-rail`; access by truck is not counted.
    pub chain: String,
    /// Total distance, km.
    pub distance_km: f64,
    /// Expected total time, h.
    pub time_h: f64,
    /// One of ten needs less, h.
    #[serde(default)]
    pub time_p10_h: f64,
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
    /// What looks wrong with it, such as a way much longer than the great circle; left out where nothing
    /// does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
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
    /// Handling and stops before, between and after the rides, in order.
    pub transfers: Vec<Transfer>,
}

impl Itinerary {
    /// The criteria by which it is the best, in one line; empty where there is none.
    pub fn best_by(&self) -> String {
        self.best_at.iter().map(|c| c.word()).collect::<Vec<_>>().join(", ")
    }
}

/// One ride.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Leg {
    /// Mode.
    pub mode: Mode,
    /// Gauge of the track, mm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gauge_mm: Option<u16>,
    /// Whether it is the truck between a place and the network.
    pub access: bool,
    /// Name of the ferry that carries the truck or the wagons; left out elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ferry: Option<String>,
    /// Names of the inland waterways of a barge, in order; left out elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waterways: Vec<String>,
    /// Id of the service, where time and price are those of a known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Codes of the countries on its way, in order; none at sea.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
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
    #[schemars(with = "Vec<trimodal_model::position::Position>")]
    pub line: Vec<[f64; 2]>,
}

/// The kind of a transfer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
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
    /// Waiting for a ferry and boarding it.
    Ferry,
    /// Waiting for the next ship.
    Wait,
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
            TransferKind::Ferry => "ferry",
            TransferKind::Wait => "wait",
        }
    }
}

/// Handling or a stop between rides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transfer {
    /// Its kind.
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
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What its figures rest on: ids of `basis.assumptions`. A wait for a service rests on the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
}

/// Why there is no itinerary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unreachable {
    /// One word: `no_terminal`, `avoided`, `closed_border`, `closed_passage`, `mended_off`,
    /// `closed_on_the_day`, `gauge`, `component`, `law`.
    pub reason: UnreachableReason,
    /// At which end: the one that meets no network, or whose network leads less far. None where it is between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// In a sentence.
    pub message: String,
    /// What would make an itinerary possible: a connection, or the lawful exemption procedure.
    pub remedy: Vec<String>,
}

/// An end of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Where it begins.
    Origin,
    /// Where it ends.
    Destination,
}

/// The kind of cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnreachableReason {
    /// No network of the modes in use near a point, or no terminal between two modes.
    NoTerminal,
    /// Closed by the user.
    Avoided,
    /// A border without freight traffic.
    ClosedBorder,
    /// A passage that is closed, or too shallow for the ship.
    ClosedPassage,
    /// Closed by war or decree on the day.
    ClosedOnTheDay,
    /// Mended links are off.
    MendedOff,
    /// Tracks of two gauges without a change of gauge.
    Gauge,
    /// Components of the network that are not connected.
    Component,
    /// Forbidden.
    Law,
}

impl UnreachableReason {
    /// The word in output.
    pub fn word(self) -> &'static str {
        match self {
            UnreachableReason::NoTerminal => "no_terminal",
            UnreachableReason::Avoided => "avoided",
            UnreachableReason::ClosedBorder => "closed_border",
            UnreachableReason::ClosedPassage => "closed_passage",
            UnreachableReason::ClosedOnTheDay => "closed_on_the_day",
            UnreachableReason::MendedOff => "mended_off",
            UnreachableReason::Gauge => "gauge",
            UnreachableReason::Component => "component",
            UnreachableReason::Law => "law",
        }
    }
}

impl fmt::Display for UnreachableReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a search ended before it was complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The label limit of the request.
    LabelLimit,
    /// The caller cancelled it.
    Cancelled,
    /// The time limit of the caller passed.
    TimeLimit,
}

impl StopReason {
    /// The word in output.
    pub fn word(self) -> &'static str {
        match self {
            StopReason::LabelLimit => "label_limit",
            StopReason::Cancelled => "cancelled",
            StopReason::TimeLimit => "time_limit",
        }
    }
}

impl From<Stopped> for StopReason {
    fn from(stopped: Stopped) -> StopReason {
        match stopped {
            Stopped::Cancelled => StopReason::Cancelled,
            Stopped::TimeLimit(_) => StopReason::TimeLimit,
        }
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StopReason::LabelLimit => "label limit",
            StopReason::Cancelled => "cancelled",
            StopReason::TimeLimit => "time limit",
        })
    }
}
