//! Rungs of the ladder: investments, proof, worth.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::flows::Solution;

/// Whether a rung was solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Proven cheapest, within the gap given.
    Optimal,
    /// The best found in the time given, with its gap.
    Feasible,
    /// Not reachable with the options.
    Infeasible,
    /// The time limit was reached before a solution was found.
    TimeLimit,
}

/// The cheapest investments that carry a multiple of today's capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rung {
    /// Multiple of `capacity.total_t_per_year`.
    pub multiple: f64,
    /// Tonnes that it carries.
    pub capacity_t_per_year: f64,
    /// Whether it was solved.
    pub status: Status,
    /// Investment.
    pub capex_usd: Option<f64>,
    /// Proven lower bound on the objective, expressed as investment: `capex_usd` less what the
    /// gap in the annual cost would buy at the plan's mean annuity.
    pub lower_bound_usd: Option<f64>,
    /// The objective: annuities, running cost of the options and generalised transport cost.
    pub annual_cost_usd: Option<f64>,
    /// Proven lower bound on `annual_cost_usd`.
    pub annual_cost_lower_bound_usd: Option<f64>,
    /// `(annual_cost - bound) / annual_cost`.
    pub gap: Option<f64>,
    /// The options taken.
    pub investments: Vec<Investment>,
    /// The facilities that bind then (where it cannot be reached: those that bind at the ceiling).
    pub binding: Vec<AtLimit>,
    /// Annual cost of the options per tonne carried beyond today's capacity.
    pub cost_per_extra_t_usd: Option<f64>,
    /// Tonne-kilometres by mode.
    pub modal_split: Option<ModalSplit>,
    /// Emissions, well to wheel.
    pub co2e_t_per_year: Option<f64>,
    /// Its economics.
    pub economics: Option<Economics>,
    /// The years in which demand reaches it.
    pub full_in: Years,
    /// Flows, use of facilities and loads on links.
    pub solution: Option<Solution>,
    /// For a rung without a solution: the reason.
    pub reason: Option<String>,
}

/// An option taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Investment {
    /// Id of the option.
    pub option: String,
    /// Its name.
    pub name: String,
    /// Its level: the number of times it is taken.
    pub level: u32,
    /// Investment in all its levels.
    pub capex_usd: f64,
    /// Months from decision to operation.
    pub lead_months: f64,
    /// First year of operation: the year in which demand exceeds the capacity without it and without those
    /// that open later, but no earlier than it can be built.
    #[serde(default)]
    pub opens_in: Years,
    /// The year by which it must start for that.
    pub start_by: Years,
}

impl Investment {
    /// Its name, with its level where that is above 1.
    pub fn words(&self) -> String {
        if self.level > 1 { format!("{} x{}", self.name, self.level) } else { self.name.clone() }
    }
}

/// Calendar years in three cases of growth; none where it does not happen within 60 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Years {
    /// Low growth.
    pub low: Option<i32>,
    /// Base growth.
    pub base: Option<i32>,
    /// High growth.
    pub high: Option<i32>,
}

/// A facility at its limit, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AtLimit {
    /// Id of the facility.
    pub facility: String,
    /// Its name.
    pub name: String,
    /// Whether options that are not taken, or not at all their levels, would extend it.
    pub can_grow: bool,
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// Tonne-kilometres by mode.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ModalSplit {
    /// Rail.
    pub rail_tkm: f64,
    /// Sea.
    pub sea_tkm: f64,
    /// Road.
    pub road_tkm: f64,
    /// Inland waterway; left out where there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub barge_tkm: f64,
}

/// The appraisal of a rung against building nothing, each investment opening in its own year (`opens_in`).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Economics {
    /// Net present value in the scenario's first year, residual values included.
    pub npv_usd: f64,
    /// Economic internal rate of return, 0.12 for 12 %; none where the flows have no single rate above
    /// -20 %.
    pub eirr: Option<f64>,
    /// Present value of benefits over that of investment and running cost less residual values.
    pub bcr: Option<f64>,
    /// Present value of the residual values, part of the above.
    pub residual_usd: f64,
    /// Discount rate a year.
    pub discount_rate: f64,
    /// Years appraised, from the first year of operation.
    pub horizon_years: u32,
    /// First year of operation of the first investment.
    pub opens_in: i32,
    /// Last year appraised.
    pub ends_in: i32,
    /// The same if all is built at once.
    pub at_once: Worth,
    /// First year of operation if all is built at once.
    pub at_once_opens_in: i32,
    /// The worth of the additions to the rung below; none for the first.
    pub incremental: Option<Worth>,
}

/// The worth of one flow of benefits and costs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Worth {
    /// Net present value.
    pub npv_usd: f64,
    /// Economic internal rate of return; none where there is no single one above -20 %.
    pub eirr: Option<f64>,
    /// Benefits over costs, as in the rung.
    pub bcr: Option<f64>,
}

/// The greatest capacity with all options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ceiling {
    /// Multiple of today's capacity (proven upper bound where `status` is `feasible`).
    pub multiple: f64,
    /// Tonnes.
    pub capacity_t_per_year: f64,
    /// Whether it is proven.
    pub status: Status,
    /// The facilities that bind there.
    pub binding: Vec<AtLimit>,
}
