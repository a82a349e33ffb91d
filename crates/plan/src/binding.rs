//! Facilities that limit a solution.

use trimodal_model::Scenario;
use trimodal_model::facility::Facility;

use crate::constraints::{self, RhsChange};
use crate::formulation::{LpSolution, Planner};
use crate::lp::{SolveStatus, SolverError};
use crate::outcome::AtLimit;
use crate::requests;
use crate::solution;

/// A utilisation within this share of 1 counts as being at the limit.
pub const AT_LIMIT: f64 = 1e-6;

/// Facilities at their limit in a solution.
pub fn at_limit(
    planner: &Planner,
    optimum: &LpSolution,
    change: Option<RhsChange>,
) -> Vec<AtLimit> {
    let s = planner.pool.s;
    solution::uses(planner, optimum, change)
        .into_iter()
        .filter(|u| u.utilisation >= 1.0 - AT_LIMIT)
        .map(|u| named(s, u.facility, &optimum.levels))
        .collect()
}

fn named(s: &Scenario, facility: Facility, levels: &[u32]) -> AtLimit {
    let editing_options = constraints::editing_options(s, facility);
    AtLimit {
        facility: s.facility_id(facility),
        name: s.facility_name(facility),
        can_grow: editing_options.iter().any(|o| levels[o.ix()] < s.options[o.ix()].max_level),
    }
}

/// Facilities that bind at the greatest multiple of fixed levels: they are at their limit there, and
/// with a hundredth of their hours less, less is carried. Empty where the time limit was reached.
pub fn at_max_multiple(planner: &Planner, levels: &[u32]) -> Result<Vec<AtLimit>, SolverError> {
    let greatest = requests::max_multiple(planner, levels, None)?;
    if greatest.status != SolveStatus::Optimal {
        return Ok(Vec::new());
    }
    let s = planner.pool.s;
    let mut list = Vec::new();
    for u in solution::uses(planner, &greatest, None) {
        if u.utilisation < 1.0 - AT_LIMIT {
            continue;
        }
        let hours = if u.hours > 0.0 { -u.hours / 100.0 } else { 0.0 };
        let change = Some(RhsChange { facility: u.facility, hours });
        let less = requests::max_multiple(planner, levels, change)?;
        let binds = match less.status {
            SolveStatus::Optimal => less.multiple < greatest.multiple * (1.0 - 1e-6),
            _ => !less.is_out_of_time(),
        };
        if binds {
            list.push(named(s, u.facility, levels));
        }
    }
    Ok(list)
}
