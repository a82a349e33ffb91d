//! The seam to the solver: a linear programme as plain data in, an answer out. HiGHS behind it.

use std::num::NonZeroU32;

use crate::deadline::Deadline;
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
    /// Duals of the constraints; empty without a solution, and of integer programmes.
    pub duals: Vec<f64>,
}

/// The solver failed: not an answer about the programme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the solver failed: {0}")]
pub struct SolverError(pub String);

/// Relative gap at which an integer solution counts as proven.
const GAP: f64 = 1e-5;

/// Solves a programme. Single-threaded and seeded, so the same input gives the same answer.
///
/// Small linear programmes go to the simplex method straight away, as presolving them costs more
/// than solving; where that does not end in an optimum, the full machinery has the last word.
pub fn solve(programme: &Programme, deadline: Deadline) -> Result<Found, SolverError> {
    let whole = programme.variables.iter().any(|v| v.whole);
    if !whole {
        let quick = attempt(programme, deadline, true);
        if quick.as_ref().is_ok_and(|found| found.ended == Ended::Optimal) {
            return quick;
        }
    }
    attempt(programme, deadline, false)
}

fn nothing(ended: Ended) -> Found {
    Found { ended, objective: f64::NAN, bound: f64::NAN, values: Vec::new(), duals: Vec::new() }
}

fn attempt(programme: &Programme, deadline: Deadline, quick: bool) -> Result<Found, SolverError> {
    if deadline.is_over() {
        return Ok(nothing(Ended::TimeLimit));
    }
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
    let failed = |what: String| SolverError(format!("HiGHS {what}"));
    let mut model = problem
        .try_optimise(sense)
        .map_err(|status| failed(format!("does not take the programme ({status:?})")))?;
    model.make_quiet();
    model.set_threads(NonZeroU32::MIN);
    model.set_option("parallel", "off");
    model.set_option("random_seed", 1);
    if deadline.left_s().is_finite() {
        model.set_option("time_limit", deadline.left_s());
    }
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
    let solved = model.try_solve().map_err(|status| failed(format!("stops ({status:?})")))?;
    let status = solved.status();
    let has_solution = solved.primal_solution_status() == highs::HighsSolutionStatus::Feasible;
    let ended = match status {
        HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => Ended::Optimal,
        HighsModelStatus::Unbounded => Ended::Unbounded,
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => Ended::Infeasible,
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedSolutionLimit
        | HighsModelStatus::ReachedInterrupt
        | HighsModelStatus::Unknown
            if has_solution =>
        {
            Ended::Feasible
        }
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedSolutionLimit
        | HighsModelStatus::ReachedInterrupt => Ended::TimeLimit,
        other => return Err(failed(format!("ends with {other:?}"))),
    };
    if !matches!(ended, Ended::Optimal | Ended::Feasible) {
        return Ok(nothing(ended));
    }
    let objective = solved.objective_value();
    let bound = if whole {
        solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NAN)
    } else {
        objective
    };
    let solution = solved.get_solution();
    let duals = if whole { Vec::new() } else { solution.dual_rows().to_vec() };
    Ok(Found { ended, objective, bound, values: solution.columns().to_vec(), duals })
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
        let found = solve(&p, Deadline::never()).expect("an answer");
        assert_eq!(found.ended, Ended::Optimal);
        assert!((found.objective - 12.0).abs() < 1e-6 && (found.bound - 12.0).abs() < 1e-4);
    }

    #[test]
    fn no_solution_and_no_limit() {
        let mut p = Programme::default();
        let x = p.variable(1.0, 0.0, 1.0, false);
        p.constraint(2.0, 3.0, vec![(x, 1.0)]);
        let found = solve(&p, Deadline::never()).expect("an answer");
        assert_eq!(found.ended, Ended::Infeasible);
        let mut p = Programme { maximise: true, ..Programme::default() };
        let x = p.variable(1.0, 0.0, f64::INFINITY, false);
        let y = p.variable(0.0, 0.0, f64::INFINITY, false);
        p.constraint(0.0, f64::INFINITY, vec![(x, -1.0), (y, 1.0)]);
        let found = solve(&p, Deadline::never()).expect("an answer");
        assert!(matches!(found.ended, Ended::Unbounded | Ended::Infeasible));
        // A limit is told as one.
        assert_eq!(solve(&p, Deadline::after_s(0.0)).expect("an answer").ended, Ended::TimeLimit);
    }
}
