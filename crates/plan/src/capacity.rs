//! Today's capacity: the greatest common multiple of the scaled demand without any option.

use crate::explain;
use crate::formulation::{LpSolution, Planner};
use crate::lp::{SolveStatus, SolverError};
use crate::requests;

/// Today's capacity, to which rungs and comparisons refer.
#[derive(Debug, Clone)]
pub struct BaseCapacity {
    /// Common multiple of the scaled demand.
    pub multiple: f64,
    /// Tonnes of scaled demand at that multiple.
    pub total_t: f64,
    /// Cheapest flows at that multiple.
    pub optimum: LpSolution,
    /// Set where nothing can be carried: the reason.
    pub reason: Option<String>,
    /// Whether the reason is the time limit: nothing is known then.
    pub out_of_time: bool,
}

/// Finds today's capacity.
pub fn base(planner: &Planner) -> Result<BaseCapacity, SolverError> {
    let pool = planner.pool;
    let levels = vec![0; pool.s.options.len()];
    let nothing = |optimum: LpSolution, reason: Option<String>| BaseCapacity {
        multiple: 0.0,
        total_t: 0.0,
        optimum,
        out_of_time: reason.is_none(),
        reason: Some(reason.unwrap_or_else(|| explain::OUT_OF_TIME.into())),
    };
    let greatest = requests::max_multiple(planner, &levels, None)?;
    if requests::asked_scaled_t(pool) <= 0.0 {
        return Ok(nothing(greatest, Some(explain::no_demand(pool))));
    }
    if greatest.is_out_of_time() {
        return Ok(nothing(greatest, None));
    }
    if greatest.status != SolveStatus::Optimal {
        let reason = explain::crowded_out(planner, &levels)?;
        return Ok(nothing(greatest, reason));
    }
    if greatest.unlimited {
        return Ok(nothing(greatest, Some(explain::UNLIMITED.into())));
    }
    // Just below the optimum, so that rounding in the solver cannot make it infeasible.
    let multiple = greatest.multiple * (1.0 - 1e-9);
    let mut optimum = requests::min_cost(planner, &levels, multiple, None)?;
    if optimum.status != SolveStatus::Optimal {
        optimum = greatest;
    }
    let total_t = multiple * requests::asked_scaled_t(pool);
    let reason = (total_t <= 1e-3).then(|| explain::blocked(planner, &optimum));
    Ok(BaseCapacity { multiple, total_t, optimum, reason, out_of_time: false })
}
