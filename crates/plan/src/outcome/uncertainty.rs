//! The effect of the ranges of the inputs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The effect of the ranges of the inputs on the results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Uncertainty {
    /// Samples drawn.
    pub samples: usize,
    /// Inputs that have a range.
    pub ranged_inputs: usize,
    /// Today's capacity.
    pub capacity_t_per_year: Quantiles,
    /// Share of samples in which each facility binds, most frequent first.
    pub binding_share: Vec<BindingShare>,
    /// Cost of each rung.
    pub rungs: Vec<RungUncertainty>,
    /// Inputs with the greatest effect on the capacity, each alone at its low and high.
    pub movers: Vec<Mover>,
}

/// Quantiles over samples, each with the confidence interval of sampling.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantiles {
    /// One in ten is below.
    pub p10: f64,
    /// Half are below.
    pub p50: f64,
    /// Nine in ten are below.
    pub p90: f64,
    /// 95 % interval of `p10` by order statistics; none where there are too few samples for one.
    pub p10_ci95: Option<[f64; 2]>,
    /// The same of `p50`.
    pub p50_ci95: Option<[f64; 2]>,
    /// The same of `p90`.
    pub p90_ci95: Option<[f64; 2]>,
}

/// How often a facility binds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BindingShare {
    /// Id of the facility.
    pub facility: String,
    /// Its name.
    pub name: String,
    /// Share of samples, 0 to 1.
    pub share: f64,
}

/// The investments of a rung over the samples: their cost, and whether they still suffice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RungUncertainty {
    /// Multiple.
    pub multiple: f64,
    /// Share of samples in which the rung's investments still carry the rung's tonnes.
    pub share_enough: f64,
    /// Investment cost.
    pub capex_usd: Option<Quantiles>,
    /// Capacity with the rung's investments.
    pub capacity_t_per_year: Option<Quantiles>,
}

/// An input and its effect on the capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mover {
    /// The input: `links.csv R4 speeds`.
    pub input: String,
    /// Capacity with the input at its low.
    pub at_low_t_per_year: f64,
    /// Capacity with the input at its high.
    pub at_high_t_per_year: f64,
}
