//! The seam to the solver: a linear programme as plain data in, an answer out. HiGHS behind it.

use std::num::NonZeroU32;

use highs::{HighsModelStatus, RowProblem, Sense};

/// A variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variable {
    /// Objective coefficient.
    pub cost: f64,
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
    /// Whether it takes whole numbers only.
    pub whole: bool,
}

/// A constraint `low <= sum of terms <= high`.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Lower side.
    pub low: f64,
    /// Upper side.
    pub high: f64,
    /// Variable and coefficient.
    pub terms: Vec<(usize, f64)>,
}

/// A linear or mixed-integer programme.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Programme {
    /// Variables.
    pub variables: Vec<Variable>,
    /// Constraints.
    pub constraints: Vec<Constraint>,
    /// Whether the objective is maximised.
    pub maximise: bool,
}

impl Programme {
    /// Adds a variable and returns its position.
    pub fn variable(&mut self, cost: f64, low: f64, high: f64, whole: bool) -> usize {
        self.variables.push(Variable { cost, low, high, whole });
        self.variables.len() - 1
    }

    /// Adds a constraint.
    pub fn constraint(&mut self, low: f64, high: f64, terms: Vec<(usize, f64)>) {
        self.constraints.push(Constraint { low, high, terms });
    }
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Proven, to the gap asked for.
    Optimal,
    /// A solution, with a gap.
    Feasible,
    /// There is none.
    Infeasible,
    /// The objective has no limit.
    Unbounded,
    /// Out of time with no solution.
    TimeLimit,
}

/// What the solver found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How it ended.
    pub ended: Ended,
    /// Objective of the solution.
    pub objective: f64,
    /// Proven bound on the objective.
    pub bound: f64,
    /// Values of the variables; empty without a solution.
    pub values: Vec<f64>,
}

/// Relative gap at which an integer solution counts as proven.
const GAP: f64 = 1e-5;

/// Solves a programme. Single-threaded and seeded, so the same input gives the same answer.
///
/// Small linear programmes go to the simplex method straight away, as presolving them costs more
/// than solving; where that does not end in an optimum, the full machinery has the last word.
pub fn solve(programme: &Programme, time_limit_s: f64) -> Found {
    let whole = programme.variables.iter().any(|v| v.whole);
    if !whole {
        let quick = attempt(programme, time_limit_s, true);
        if quick.ended == Ended::Optimal {
            return quick;
        }
    }
    attempt(programme, time_limit_s, false)
}

fn attempt(programme: &Programme, time_limit_s: f64, quick: bool) -> Found {
    let mut problem = RowProblem::default();
    let columns: Vec<_> = programme
        .variables
        .iter()
        .map(|v| problem.add_column_with_integrality(v.cost, v.low..=v.high, v.whole))
        .collect();
    for row in &programme.constraints {
        let terms: Vec<_> = row.terms.iter().map(|&(i, a)| (columns[i], a)).collect();
        problem.add_row(row.low..=row.high, &terms);
    }
    let whole = programme.variables.iter().any(|v| v.whole);
    let sense = if programme.maximise { Sense::Maximise } else { Sense::Minimise };
    let nothing = |ended| Found { ended, objective: f64::NAN, bound: f64::NAN, values: Vec::new() };
    let Ok(mut model) = problem.try_optimise(sense) else { return nothing(Ended::Infeasible) };
    model.make_quiet();
    model.set_threads(NonZeroU32::MIN);
    model.set_option("parallel", "off");
    model.set_option("random_seed", 1);
    model.set_option("time_limit", time_limit_s);
    model.set_option("mip_rel_gap", GAP);
    model.set_option("mip_abs_gap", 1e-9);
    if quick {
        model.set_option("presolve", "off");
        model.set_option("solver", "simplex");
    }
    // Our programmes are small and tightly formulated: these cost more than they find.
    model.set_option("mip_heuristic_run_feasibility_jump", false);
    model.set_option("mip_detect_symmetry", false);
    model.set_option("mip_allow_restart", false);
    model.set_option("mip_feasibility_tolerance", 1e-7);
    model.set_option("primal_feasibility_tolerance", if quick { 1e-9 } else { 1e-8 });
    let Ok(solved) = model.try_solve() else { return nothing(Ended::TimeLimit) };
    let status = solved.status();
    let objective = solved.objective_value();
    let bound = if whole {
        solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NAN)
    } else {
        objective
    };
    let has_solution = solved.primal_solution_status() == highs::HighsSolutionStatus::Feasible;
    let ended = match status {
        HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => Ended::Optimal,
        HighsModelStatus::Unbounded => Ended::Unbounded,
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => Ended::Infeasible,
        _ if has_solution => Ended::Feasible,
        _ => Ended::TimeLimit,
    };
    if matches!(ended, Ended::Optimal | Ended::Feasible) {
        Found { ended, objective, bound, values: solved.get_solution().columns().to_vec() }
    } else {
        nothing(ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knapsack() {
        // Four items of value 5, 4, 3, 7 and weight 2, 3, 1, 4 in a sack of 6: 5 + 7 = 12.
        let mut p = Programme { maximise: true, ..Programme::default() };
        let items: Vec<usize> =
            [5.0, 4.0, 3.0, 7.0].iter().map(|&v| p.variable(v, 0.0, 1.0, true)).collect();
        let weights = [2.0, 3.0, 1.0, 4.0];
        p.constraint(0.0, 6.0, items.iter().copied().zip(weights).collect());
        let found = solve(&p, 10.0);
        assert_eq!(found.ended, Ended::Optimal);
        assert!((found.objective - 12.0).abs() < 1e-6 && (found.bound - 12.0).abs() < 1e-4);
    }

    #[test]
    fn no_solution_and_no_limit() {
        let mut p = Programme::default();
        let x = p.variable(1.0, 0.0, 1.0, false);
        p.constraint(2.0, 3.0, vec![(x, 1.0)]);
        assert_eq!(solve(&p, 10.0).ended, Ended::Infeasible);
        let mut p = Programme { maximise: true, ..Programme::default() };
        let x = p.variable(1.0, 0.0, f64::INFINITY, false);
        let y = p.variable(0.0, 0.0, f64::INFINITY, false);
        p.constraint(0.0, f64::INFINITY, vec![(x, -1.0), (y, 1.0)]);
        assert!(matches!(solve(&p, 10.0).ended, Ended::Unbounded | Ended::Infeasible));
    }
}
