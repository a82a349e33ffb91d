//! The cost of a solution, allocated to its demands.
//!
//! A column's own cost is its demand's. Empty vehicles of balancing classes run for all users of
//! the class: each loaded ride pays its marginal cost of empty vehicles (the node potentials of the
//! minimum-cost flow of empty vehicles, by strong duality exact in sum). So a class that returns
//! empty on its own path and one that balances cost the same where nothing can be saved.

use std::collections::BTreeMap;

use trimodal_model::ids::VehicleId;

use crate::columns::Column;
use crate::formulation::{LpSolution, Planner};
use crate::lp::{LinearProgram, SolveStatus, SolverError, solve};
use crate::paths::VehicleNode;

const KILO: f64 = 1e-3;
/// The cost of a vehicle that cannot be balanced: flows carry the solver's rounding.
const STRANDED_USD: f64 = 1e7;

/// Generalised cost of each demand in a solution, USD in the period, its share of empty runs
/// included. The sum is the transport cost of the plan's objective.
pub fn by_demand(planner: &Planner, optimum: &LpSolution) -> Result<Vec<f64>, SolverError> {
    let pool = planner.pool;
    let mut usd = vec![0.0; pool.s.demand.len()];
    if optimum.flows.is_empty() {
        return Ok(usd);
    }
    let (loaded, empty) = optimum.flows.split_at(pool.paths.len());
    for ((path, column), x) in pool.paths.iter().zip(&pool.columns).zip(loaded) {
        usd[path.demand.ix()] += column.generalised_usd * x;
    }
    let mut of_class: BTreeMap<VehicleId, f64> = BTreeMap::new();
    for ((empty_move, column), n) in pool.empty_moves.iter().zip(&pool.empty_columns).zip(empty) {
        *of_class.entry(empty_move.vehicle).or_insert(0.0) += column.generalised_usd * n;
    }
    for (class, paid) in of_class.into_iter().filter(|(_, usd)| *usd > 0.0) {
        for (d, share) in shares(planner, optimum, class)? {
            usd[d] += share * paid;
        }
    }
    Ok(usd)
}

/// The share of each demand in the cost of the empty vehicles of a class; they add up to 1.
fn shares(
    planner: &Planner,
    optimum: &LpSolution,
    class: VehicleId,
) -> Result<BTreeMap<usize, f64>, SolverError> {
    let pool = planner.pool;
    let potential = potentials(planner, optimum, class)?;
    let added = |column: &Column| -> f64 {
        let own = column.balance.iter().filter(|(at, _)| at.vehicle == class);
        own.map(|(at, n)| -potential.get(at).copied().unwrap_or(0.0) * n).sum()
    };
    let trips = |column: &Column| -> f64 {
        let own = column.balance.iter().filter(|(at, n)| at.vehicle == class && **n > 0.0);
        own.map(|(_, n)| n).sum()
    };
    let share_by = |of: &dyn Fn(&Column) -> f64| {
        let mut by: BTreeMap<usize, f64> = BTreeMap::new();
        for ((path, column), x) in pool.paths.iter().zip(&pool.columns).zip(&optimum.flows) {
            *by.entry(path.demand.ix()).or_insert(0.0) += of(column) * x;
        }
        let all: f64 = by.values().sum();
        (by, all)
    };
    let (mut by, mut all) = share_by(&added);
    if !all.is_finite() || all <= 1e-9 {
        // All are balanced without empty runs, and yet some run: all users of the class pay alike.
        (by, all) = share_by(&trips);
    }
    by.values_mut().for_each(|usd| *usd /= all.max(1e-12));
    Ok(by)
}

/// The marginal cost of balancing one vehicle more at each node.
fn potentials(
    planner: &Planner,
    optimum: &LpSolution,
    class: VehicleId,
) -> Result<BTreeMap<VehicleNode, f64>, SolverError> {
    let pool = planner.pool;
    let mut is_needed: BTreeMap<VehicleNode, (f64, Vec<(usize, f64)>)> = BTreeMap::new();
    for (column, x) in pool.columns.iter().zip(&optimum.flows) {
        for (at, n) in column.balance.iter().filter(|(at, _)| at.vehicle == class) {
            is_needed.entry(*at).or_default().0 -= n * x * KILO;
        }
    }
    let mut p = LinearProgram::default();
    for (empty_move, column) in pool.empty_moves.iter().zip(&pool.empty_columns) {
        let open = column.requires.iter().all(|&(o, n)| optimum.levels[o.ix()] >= n);
        if empty_move.vehicle == class && open {
            let v = p.variable(column.generalised_usd, 0.0, f64::INFINITY, false);
            for (at, n) in &column.balance {
                is_needed.entry(*at).or_default().1.push((v, *n));
            }
        }
    }
    for (amount, terms) in is_needed.values_mut() {
        for sign in [1.0, -1.0] {
            let v = p.variable(STRANDED_USD, 0.0, f64::INFINITY, false);
            terms.push((v, sign));
        }
        p.constraint(*amount, *amount, std::mem::take(terms));
    }
    let found = solve(&p, planner.control)?;
    if found.status != SolveStatus::Optimal {
        return Ok(BTreeMap::new());
    }
    Ok(is_needed.into_keys().zip(found.duals).collect())
}
