//! Today's capacity, and how the capacity of each facility is derived.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::flows::Solution;

/// The capacity without any option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Capacity {
    /// The largest total of permitted, reachable, scaled demand at its mix, in practice.
    pub total_t_per_year: f64,
    /// The same with every server busy all its working hours and no peak month.
    pub gross_t_per_year: f64,
    /// The volume of that demand today.
    pub asked_t_per_year: f64,
    /// `total / asked`.
    pub multiple_of_asked: f64,
    /// The most of today's demand (each row at most its volume) when low `priority` numbers are served
    /// first.
    pub with_priorities_t_per_year: f64,
    /// Each demand row.
    pub served: Vec<Served>,
    /// The facilities that bind.
    pub binding: Vec<Binding>,
    /// Volumes observed, for comparison.
    pub observed: Vec<ObservedVolume>,
    /// Flows, use of facilities and loads on links.
    pub solution: Solution,
    /// Set when nothing can be carried: the reason.
    pub reason: Option<String>,
    /// Whether the reason is that the time limit was reached first: then nothing is known.
    #[serde(default)]
    pub out_of_time: bool,
    /// Figures that were not computed because the scenario is too large for them, in words; left out
    /// where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A demand row and the part of it that is carried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Served {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// Its volume.
    pub asked_t_per_year: f64,
    /// Carried at the common multiple.
    pub carried_t_per_year: f64,
    /// Carried when priorities decide.
    pub with_priorities_t_per_year: f64,
    /// The most of it while every other row is carried at the common multiple. None where nothing limits
    /// it, where there are more than 200 scaled rows or a million rows times itineraries (`notes` says so),
    /// or where the time limit was reached first.
    pub most_t_per_year: Option<f64>,
}

/// A facility at its limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Binding {
    /// Id of the facility.
    pub facility: String,
    /// Its name.
    pub name: String,
    /// Kind: berth, pool, section, …; `policy` for a cap.
    pub kind: String,
    /// Hours used over hours in which it can work.
    pub occupancy: f64,
    /// The occupancy accepted in practice.
    pub occupancy_limit: f64,
    /// One unit more, solved again.
    pub one_more: Option<Marginal>,
    /// One unit less, solved again.
    pub one_less: Option<Marginal>,
}

/// The effect of a unit more or less, from solving again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Marginal {
    /// The change: "one more berth", "one train pair a day less".
    pub unit: String,
    /// Change of the total capacity.
    pub total_t_per_year: f64,
    /// Change of the tonnes through the facility itself.
    pub own_t_per_year: f64,
    /// The facilities that bind then.
    pub then_binds: Vec<String>,
}

/// An observed volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedVolume {
    /// Year.
    pub year: u32,
    /// Tonnes.
    pub t_per_year: f64,
    /// The goods counted, and the place.
    pub what: String,
    /// Source.
    pub source: String,
}

/// The capacity of a facility and its derivation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FacilityCapacity {
    /// Id: of the resource, `R4:2` for a section, of the link for a road.
    pub facility: String,
    /// Name.
    pub name: String,
    /// Kind: berth, crane, stock, …, section, road.
    pub kind: String,
    /// Place, for a resource.
    pub place: Option<String>,
    /// Link, for a section or road.
    pub link: Option<String>,
    /// Servers.
    pub servers: u32,
    /// Hours in the period in which all servers together can work (stocks: tonne-hours).
    pub gross_h: f64,
    /// Occupancy accepted in practice.
    pub occupancy_limit: f64,
    /// The derivation, one step a line, with units.
    pub derivation: Vec<String>,
    /// Tonnes a year if only the class named in the derivation used it: gross and practical.
    pub gross_t_per_year: Option<f64>,
    /// The same in practice.
    pub practical_t_per_year: Option<f64>,
    /// A published capacity.
    pub published_t_per_year: Option<f64>,
    /// Source of the row.
    pub source: String,
    /// Confidence of the row.
    pub confidence: String,
}
