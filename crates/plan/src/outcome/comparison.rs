//! A case beside the scenario as it stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ladder::AtLimit;

/// One case beside the scenario as it stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Comparison {
    /// The case: "without rj_p3", "with o10", "policy closed-seaport".
    pub case: String,
    /// Scaled demand that both can serve.
    pub served: Vec<Shift>,
    /// Scaled and fixed demand that has no itinerary in the case.
    pub lost: Vec<Shift>,
    /// Scaled and fixed demand that has an itinerary only in the case.
    pub gained: Vec<Shift>,
    /// Volume of the lost rows today, at the common multiple.
    pub lost_t_per_year: f64,
    /// Volume of the gained rows.
    pub gained_t_per_year: f64,
    /// Capacity of the case for the demand that both serve.
    pub total_t_per_year: f64,
    /// Capacity of the scenario for the same demand.
    pub base_total_t_per_year: f64,
    /// The difference.
    pub difference_t_per_year: f64,
    /// Annual cost, in the case, of the demand that both serve, fixed demand included, at today's multiple
    /// or the greatest that both allow, less its cost today. None where it is not known.
    pub extra_cost_usd_per_year: Option<f64>,
    /// Extra cost of the lost rows by their next best alternatives (`alternative_usd_t`), where they name one.
    pub lost_cost_usd_per_year: f64,
    /// Tonnes of the lost rows that name no alternative.
    pub lost_without_alternative_t_per_year: f64,
    /// The facilities that bind in the case.
    pub binding: Vec<AtLimit>,
    /// Set when the case cannot be planned: the reason.
    pub reason: Option<String>,
}

/// A demand row in a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Shift {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// Its volume.
    pub asked_t_per_year: f64,
    /// The part of it that is carried today, at the common multiple.
    pub carried_t_per_year: f64,
}
