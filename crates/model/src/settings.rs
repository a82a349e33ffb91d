//! The settings of a scenario: the file `scenario.toml`.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

/// The file `scenario.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the study in reports.
    pub name: String,
    /// The question of the study, in a sentence or two.
    #[serde(default)]
    pub description: String,
    /// First day of the period, YYYY-MM-DD. Policies are judged by their validity in the period.
    #[serde(deserialize_with = "a_date")]
    #[schemars(with = "String")]
    pub period_start: Date,
    /// Length of the year in days: 365 or 366.
    #[serde(default = "days")]
    #[schemars(range(min = 365, max = 366))]
    pub days: u32,
    /// Year of the prices.
    #[schemars(range(min = 1900, max = 2200))]
    pub price_year: u32,
    /// Currency of every amount. Only `USD` is read.
    #[serde(default = "usd")]
    pub currency: String,
    /// Real discount rate a year, 0.08 for 8 %.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub discount_rate: f64,
    /// Years of the appraisal (NPV, EIRR, BCR), from the first year of operation.
    #[serde(default = "horizon")]
    #[schemars(range(min = 1, max = 100))]
    pub horizon_years: u32,
    /// Price of CO2e in USD a tonne, part of the generalised cost.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 10000.0))]
    pub co2_usd_t: f64,
    /// Accepted mean wait over mean service: it determines the occupancy accepted in practice.
    #[serde(default = "wait_ratio")]
    #[schemars(range(min = 0.001, max = 100.0))]
    pub wait_ratio: f64,
    /// Volume of the busiest month over the mean month, where a demand row gives none.
    #[serde(default = "peak")]
    #[schemars(range(min = 1.0, max = 12.0))]
    pub peak_factor: f64,
    /// Tonnes of cargo in a TEU.
    #[serde(default = "t_per_teu")]
    #[schemars(range(min = 0.1, max = 30.0))]
    pub t_per_teu: f64,
    /// Maximum number of rides (legs by one vehicle) of an itinerary.
    #[serde(default = "max_rides")]
    #[schemars(range(min = 1, max = 8))]
    pub max_rides: u32,
    /// Multiples of today's capacity on the ladder, each above 1, rising.
    #[serde(default = "rungs")]
    pub rungs: Vec<f64>,
    /// Seed of the random numbers of the uncertainty analysis.
    #[serde(default = "seed")]
    pub seed: u64,
    /// Samples of the uncertainty analysis; 0 leaves it out.
    #[serde(default = "samples")]
    #[schemars(range(max = 100000))]
    pub samples: u32,
    /// Study-case policy sets that are on beside the law.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Observed volumes, printed beside the capacity and never used in it.
    #[serde(default)]
    pub observed: Vec<Observed>,
}

/// An observed volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Year.
    pub year: u32,
    /// Tonnes in that year.
    pub t_per_year: f64,
    /// The traffic counted, and where.
    pub what: String,
    /// Source of the figure.
    pub source: String,
}

/// A date in quotes, or bare as TOML has dates. Nothing else: a period that cannot be read must never
/// count as one in which no law is in force.
fn a_date<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let value = toml::Value::deserialize(from)?;
    let text = match &value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Datetime(date) => date.to_string(),
        other => other.to_string(),
    };
    text.parse().map_err(|_| {
        let shown = crate::problem::shown(&text);
        de::Error::custom(format!("`period_start` is `{shown}`, not a date as \"YYYY-MM-DD\""))
    })
}

fn days() -> u32 {
    365
}
fn usd() -> String {
    "USD".into()
}
fn horizon() -> u32 {
    30
}
fn wait_ratio() -> f64 {
    0.3
}
fn peak() -> f64 {
    1.15
}
fn t_per_teu() -> f64 {
    12.0
}
fn max_rides() -> u32 {
    4
}
fn rungs() -> Vec<f64> {
    vec![1.25, 1.5, 2.0, 3.0, 5.0, 10.0]
}
fn seed() -> u64 {
    1
}
fn samples() -> u32 {
    200
}
