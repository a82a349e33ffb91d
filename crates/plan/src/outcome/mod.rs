//! The outcome of a plan: plain data, the content of `plan.json`.
//!
//! Every number carries its unit in its name. Tonnes are per period (`scenario.days`; a year by
//! default). Utilisation is hours used over hours usable in practice, so 1 is the accepted limit;
//! occupancy is hours used over all hours in which the servers can work.

mod capacity;
mod comparison;
mod flows;
mod ladder;
mod law;
mod uncertainty;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use capacity::{Binding, Capacity, FacilityCapacity, Marginal, ObservedVolume, Served};
pub use comparison::{Comparison, Shift};
pub use flows::{EmptyRun, FacilityUse, Flow, Itinerary, LinkLoad, OperationUse, Ride, Solution};
pub use ladder::{AtLimit, Ceiling, Economics, Investment, ModalSplit, Rung, Status, Worth, Years};
pub use law::{Condition, Fleet, LawReading, NotPermitted, PolicySet, Reading, Rule, Unreachable};
pub use uncertainty::{BindingShare, Mover, Quantiles, RungUncertainty, Uncertainty};

/// Version of `plan.json`; it changes when a field is removed or changes its meaning.
pub const SCHEMA: &str = "trimodal/plan/2";
/// The version before it, which can still be run: fields that it lacks have their defaults.
pub const OLD_SCHEMA: &str = "trimodal/plan/1";

/// The outcome of `plan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Version of this document.
    pub schema: String,
    /// Name of the study.
    pub scenario: String,
    /// Digest of the scenario that was planned, so that a plan is not run on another one.
    pub scenario_digest: String,
    /// Length of the period.
    pub period_days: u32,
    /// Year of the prices; amounts are in USD of that year.
    pub price_year: u32,
    /// Policy sets in force.
    pub policies: Vec<PolicySet>,
    /// Whether it was planned without any law, on request. Every output is watermarked.
    pub counterfactual_no_law: bool,
    /// Notices for every reader: watermark, not legal advice.
    pub notices: Vec<String>,
    /// Confidence of the inputs.
    pub inputs: Inputs,
    /// Today's capacity, in the strict reading of unclear texts.
    pub capacity: Capacity,
    /// The same in each reading of unclear texts.
    pub readings: Vec<Reading>,
    /// Tonnes asked for that the law does not permit (strict reading).
    pub not_permitted_t_per_year: f64,
    /// Demand that the law does not permit, with the rule and the lawful exemption procedure.
    pub not_permitted: Vec<NotPermitted>,
    /// Permits and notices that permitted demand depends on.
    pub conditions: Vec<Condition>,
    /// Demand that no vehicle can take to its end.
    pub unreachable: Vec<Unreachable>,
    /// The cheapest investments for multiples of today's capacity.
    pub ladder: Vec<Rung>,
    /// The greatest capacity with all options.
    pub ceiling: Ceiling,
    /// The effect of the ranges of the inputs on the results; absent when no samples were asked for.
    pub uncertainty: Option<Uncertainty>,
    /// Comparisons asked for.
    pub comparisons: Vec<Comparison>,
    /// Every facility, with the derivation of its capacity.
    pub facilities: Vec<FacilityCapacity>,
    /// Itineraries to which flows refer.
    pub itineraries: Vec<Itinerary>,
    /// Seed of the uncertainty analysis.
    pub seed: u64,
    /// Unit of the scaled demand: `t`, or the name that all of its rows give it. Fields that end in
    /// `t_per_year` are in this unit.
    #[serde(default = "tonnes")]
    pub unit: String,
    /// Classes of vehicle that the law divides into fleets.
    #[serde(default)]
    pub fleets: Vec<Fleet>,
    /// Limits that were reached, in words: figures that were not found until then are absent.
    #[serde(default)]
    pub limits_reached: Vec<String>,
}

fn tonnes() -> String {
    "t".into()
}

/// The number of input figures of each confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inputs {
    /// The source was read.
    pub published: usize,
    /// Wiki, press, forum.
    pub secondary: usize,
    /// Derived from other figures.
    pub computed: usize,
    /// From memory.
    pub recalled: usize,
    /// No figure was found.
    pub assumed: usize,
    /// Share of figures that are assumed or recalled, 0 to 1.
    pub share_assumed: f64,
}
