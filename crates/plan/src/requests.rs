//! The linear programs that several parts of the plan solve.

use trimodal_model::scenario::Role;

use crate::column_pool::{ColumnPool, Standing};
use crate::constraints::RhsChange;
use crate::formulation::{DemandTarget, LpRequest, LpSolution, Objective, Options, Planner};
use crate::lp::SolverError;

/// The target of each demand row; that of scaled rows is given by `scaled`.
pub fn demand_targets(
    pool: &ColumnPool,
    scaled: impl Fn(usize, f64) -> DemandTarget,
) -> Vec<DemandTarget> {
    (0..pool.s.demand.len())
        .map(|d| {
            let demand = &pool.s.demand[d];
            match demand.role {
                _ if pool.standing[d] != Standing::Permitted => DemandTarget::UpTo(0.0),
                Role::Scaled if pool.is_scaled(d) => scaled(d, demand.per_year),
                Role::Scaled => DemandTarget::UpTo(0.0),
                Role::Fixed | Role::Background => DemandTarget::Exactly(demand.per_year),
            }
        })
        .collect()
}

/// Tonnes of scaled demand at multiple 1.
pub fn asked_scaled_t(pool: &ColumnPool) -> f64 {
    (0..pool.s.demand.len()).filter(|&d| pool.is_scaled(d)).map(|d| pool.asked_t(d)).sum()
}

/// A request with the levels of all options fixed.
pub fn at_levels<'a>(
    targets: Vec<DemandTarget>,
    objective: Objective,
    levels: &'a [u32],
) -> LpRequest<'a> {
    LpRequest { targets, objective, options: Options::Fixed(levels), change: None }
}

/// The greatest common multiple at given levels.
pub fn max_multiple(
    planner: &Planner,
    levels: &[u32],
    change: Option<RhsChange>,
) -> Result<LpSolution, SolverError> {
    let targets = demand_targets(planner.pool, |_, units| DemandTarget::Multiple(units));
    planner.solve(&LpRequest { change, ..at_levels(targets, Objective::MaxMultiple, levels) })
}

/// The cheapest flows that carry a multiple at given levels.
pub fn min_cost(
    planner: &Planner,
    levels: &[u32],
    multiple: f64,
    change: Option<RhsChange>,
) -> Result<LpSolution, SolverError> {
    let targets = demand_targets(planner.pool, |_, units| DemandTarget::Exactly(units * multiple));
    planner.solve(&LpRequest { change, ..at_levels(targets, Objective::MinCost, levels) })
}
