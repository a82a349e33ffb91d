//! The law in force, and the demand that it bears on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A class of vehicle that the law keeps from serving all places: it is planned as separate fleets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fleet {
    /// Id of the class.
    pub vehicle: String,
    /// Name of the class.
    pub name: String,
    /// Names of the fleets.
    pub fleets: Vec<String>,
    /// The rules that divide it.
    pub rules: Vec<Rule>,
}

/// A policy set in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PolicySet {
    /// Name of the set.
    pub set: String,
    /// Whether it is law and not a study case.
    pub is_law: bool,
    /// Number of its rules in force in the period.
    pub rules: usize,
}

/// A reading of unclear texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LawReading {
    /// An unclear ban applies.
    Strict,
    /// An unclear ban does not apply.
    Lenient,
}

impl LawReading {
    /// Its word in `plan.json`.
    pub fn word(self) -> &'static str {
        match self {
            LawReading::Strict => "strict",
            LawReading::Lenient => "lenient",
        }
    }
}

/// The result in one reading of unclear texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reading {
    /// The reading.
    pub reading: LawReading,
    /// Capacity for the demand that this reading permits.
    pub total_t_per_year: f64,
    /// Capacity for the demand that both readings permit.
    pub same_demand_total_t_per_year: f64,
    /// Tonnes asked for that it does not permit.
    pub not_permitted_t_per_year: f64,
}

/// Demand that the law does not permit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotPermitted {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// Its volume.
    pub t_per_year: f64,
    /// Whether the lenient reading of unclear texts permits it.
    pub permitted_in_lenient_reading: bool,
    /// The rules that forbid it.
    pub rules: Vec<Rule>,
}

/// A rule of law or of a study case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Id in the policy table.
    pub policy: String,
    /// Its set.
    pub set: String,
    /// Authority and paragraph.
    pub reference: String,
    /// The lawful exemption procedure, if there is one.
    pub procedure: Option<String>,
}

/// A permit or notice that demand depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Condition {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// The permit or notice.
    pub rule: Rule,
}

/// Demand that no vehicle can take to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unreachable {
    /// Id of the demand.
    pub demand: String,
    /// Its name.
    pub name: String,
    /// Its volume.
    pub t_per_year: f64,
    /// The reason.
    pub reason: String,
}
