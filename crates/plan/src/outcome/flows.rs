//! Flows, the itineraries that they follow, and their use of facilities.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::scenario::Mode;

/// Flows and their use of facilities.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Solution {
    /// Level of each option, by id; options not taken are left out.
    pub levels: BTreeMap<String, u32>,
    /// Tonnes (or vehicle trips of background traffic) by itinerary.
    pub flows: Vec<Flow>,
    /// Empty runs of vehicle classes that balance.
    pub empty_runs: Vec<EmptyRun>,
    /// The same at the rate of the busiest month, as if it lasted all the period. The use of facilities is
    /// counted from these.
    #[serde(default)]
    pub peak_empty_runs: Vec<EmptyRun>,
    /// Use of every facility that is used.
    pub facilities: Vec<FacilityUse>,
    /// Load on every link that is used.
    pub links: Vec<LinkLoad>,
}

/// A flow along an itinerary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flow {
    /// Position in `itineraries`.
    pub itinerary: usize,
    /// Amount: tonnes, or vehicle trips where the itinerary says so.
    pub amount_per_year: f64,
}

/// Empty runs that balance a vehicle class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EmptyRun {
    /// Vehicle class.
    pub vehicle: String,
    /// Places passed, in order.
    pub places: Vec<String>,
    /// Links passed, in order.
    pub links: Vec<String>,
    /// Vehicle trips.
    pub vehicles_per_year: f64,
}

/// Use of a facility.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FacilityUse {
    /// Id of the facility.
    pub facility: String,
    /// Server-hours used in the period, at the peak month's rate (stocks: tonne-hours).
    pub used_h: f64,
    /// Hours used over hours usable in practice: 1 is the limit.
    pub utilisation: f64,
    /// Hours used over hours in which it can work.
    pub occupancy: f64,
    /// Tonnes through it.
    pub t_per_year: f64,
}

/// Load on a link, both directions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkLoad {
    /// Id of the link.
    pub link: String,
    /// Tonnes.
    pub t_per_year: f64,
    /// Loaded vehicles.
    pub loaded_vehicles_per_year: f64,
    /// Empty vehicles.
    pub empty_vehicles_per_year: f64,
    /// Volume over practical capacity of its busiest section; none at sea.
    pub volume_over_capacity: Option<f64>,
}

/// An itinerary of a demand row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Itinerary {
    /// Demand it serves.
    pub demand: String,
    /// Whether amounts are vehicle trips and not tonnes.
    pub in_vehicles: bool,
    /// Rides, in order.
    pub rides: Vec<Ride>,
    /// Options that must be taken before it can be used, with their least level.
    pub requires: BTreeMap<String, u32>,
    /// Length.
    pub distance_km: f64,
    /// Time of a tonne, expected waits for opening hours and stays in stock included, queues not.
    pub time_h: f64,
    /// Cost of a tonne, without the value of time and of CO2e.
    pub cost_usd_per_t: f64,
    /// Cost with the value of time and of CO2e.
    pub generalised_cost_usd_per_t: f64,
    /// Emissions of a tonne, well to wheel.
    pub co2e_kg_per_t: f64,
}

/// One ride by one vehicle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ride {
    /// Vehicle class.
    pub vehicle: String,
    /// Mode.
    pub mode: Mode,
    /// Places passed, in order.
    pub places: Vec<String>,
    /// Links passed, in order.
    pub links: Vec<String>,
    /// Operations of the loaded vehicle, in order, loading and unloading included.
    pub operations: Vec<OperationUse>,
}

/// An operation of a ride.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OperationUse {
    /// Id of the operation.
    pub operation: String,
    /// Units of the resource that has a range (1 where none has).
    pub units: u32,
}
