//! The interface to the solver: a linear program as plain data in, its solution out. HiGHS behind it.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use highs::{HighsModelStatus, HighsSolutionStatus, Model, RowProblem, Sense, SolvedModel};
use trimodal_model::Control;
use trimodal_model::control::{Cancel, Stopped};

/// A variable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variable {
    /// Objective coefficient.
    pub cost: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Whether it is integer.
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

/// A linear or mixed-integer program.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinearProgram {
    /// Variables.
    pub variables: Vec<Variable>,
    /// Constraints.
    pub constraints: Vec<Constraint>,
    /// Whether the objective is maximised.
    pub maximise: bool,
    /// Whether an integer program is solved until its least differences count.
    pub to_the_last: bool,
}

impl LinearProgram {
    /// Adds a variable and returns its position.
    pub fn variable(&mut self, cost: f64, low: f64, high: f64, whole: bool) -> usize {
        self.variables.push(Variable { cost, low, high, whole });
        self.variables.len() - 1
    }

    /// Adds a constraint.
    pub fn constraint(&mut self, low: f64, high: f64, terms: Vec<(usize, f64)>) {
        self.constraints.push(Constraint { low, high, terms });
    }

    /// Whether some variable is integer.
    pub fn is_integer(&self) -> bool {
        self.variables.iter().any(|v| v.whole)
    }
}

/// How a solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolveStatus {
    /// Proven optimal, to the gap asked for.
    Optimal,
    /// A solution, with a gap.
    Feasible,
    /// There is no solution.
    Infeasible,
    /// The objective is unbounded.
    Unbounded,
    /// The time limit was reached before a solution was found.
    TimeLimit,
}

/// The result of a solve.
#[derive(Debug, Clone, PartialEq)]
pub struct LpResult {
    /// How it ended.
    pub status: SolveStatus,
    /// Objective of the solution.
    pub objective: f64,
    /// Proven bound on the objective.
    pub bound: f64,
    /// Values of the variables; empty without a solution.
    pub values: Vec<f64>,
    /// Duals of the constraints; empty without a solution, and of integer programs.
    pub duals: Vec<f64>,
}

impl LpResult {
    fn without_solution(status: SolveStatus) -> LpResult {
        let (objective, bound) = (f64::NAN, f64::NAN);
        LpResult { status, objective, bound, values: Vec::new(), duals: Vec::new() }
    }
}

/// Why a program has no result at all; says nothing about the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SolverError {
    /// The solver failed, with what it said.
    #[error("the solver failed: {0}")]
    Failed(String),
    /// The caller cancelled.
    #[error("interrupted")]
    Cancelled,
}

/// Relative gap at which an integer solution counts as proven.
const GAP: f64 = 1e-5;
/// The same where the least differences count.
const LAST_GAP: f64 = 1e-8;
/// How often a waiting caller looks at its cancel switch.
const POLL: Duration = Duration::from_millis(50);
/// Stack of a solver thread, as large as that of a main thread.
const STACK_BYTES: usize = 8 << 20;
/// Linear programs of more variables than this may take longer than an interrupt should wait.
const QUICK_VARIABLES: usize = 5_000;

/// Solves a program. Single-threaded and seeded, so the same input gives the same result.
///
/// Where `control` has a cancel switch, an integer program and a large linear one are solved on a
/// thread of their own, so that a cancelled call returns at once.
pub fn solve(program: &LinearProgram, control: &Control) -> Result<LpResult, SolverError> {
    match control.stopped() {
        Some(Stopped::Cancelled) => return Err(SolverError::Cancelled),
        Some(Stopped::TimeLimit(_)) => {
            return Ok(LpResult::without_solution(SolveStatus::TimeLimit));
        }
        None => {}
    }
    let time = TimeLeft { since: Instant::now(), s: control.left_s() };
    let may_last = program.is_integer() || program.variables.len() > QUICK_VARIABLES;
    match control.cancel().filter(|_| may_last) {
        Some(cancel) => solve_aside(program.clone(), time, cancel),
        None => solve_here(program, time),
    }
}

/// The seconds that were left at an instant.
#[derive(Clone, Copy)]
struct TimeLeft {
    since: Instant,
    s: f64,
}

impl TimeLeft {
    fn now_s(self) -> f64 {
        (self.s - self.since.elapsed().as_secs_f64()).max(0.0)
    }
}

/// Solver threads that are alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Solver threads that are alive: with no call under way, those of cancelled calls, each until its time limit.
///
/// A process must not run exit handlers while there are any: they destroy what HiGHS still uses. It waits for
/// them, or ends without handlers.
pub fn solver_threads() -> usize {
    ALIVE.load(Ordering::SeqCst)
}

/// Counts a solver thread for as long as it lives.
struct Alive;

impl Alive {
    fn new() -> Alive {
        ALIVE.fetch_add(1, Ordering::SeqCst);
        Alive
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Solves on another thread and waits for it. HiGHS cannot be interrupted through its Rust interface:
/// when the caller cancels, the thread is abandoned with its own copy of the program. It ends at its
/// time limit, or with the process, and nobody reads its result.
fn solve_aside(
    program: LinearProgram,
    time: TimeLeft,
    cancel: &Cancel,
) -> Result<LpResult, SolverError> {
    let (sender, receiver) = channel();
    let alive = Alive::new();
    let work = move || {
        let _alive = alive;
        // The receiver is gone where the caller cancelled.
        let _ = sender.send(solve_here(&program, time));
    };
    thread::Builder::new()
        .name("solver".into())
        .stack_size(STACK_BYTES)
        .spawn(work)
        .map_err(|e| SolverError::Failed(format!("no thread for HiGHS: {e}")))?;
    loop {
        match receiver.recv_timeout(POLL) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(SolverError::Failed("the thread of HiGHS panicked".into()));
            }
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                return Err(SolverError::Cancelled);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Small linear programs go to the simplex method straight away, as presolving them costs more than
/// solving; where that does not end in an optimum, the full machinery has the last word.
fn solve_here(program: &LinearProgram, time: TimeLeft) -> Result<LpResult, SolverError> {
    if !program.is_integer() {
        let quick = attempt(program, time, true);
        if quick.as_ref().is_ok_and(|found| found.status == SolveStatus::Optimal) {
            return quick;
        }
    }
    attempt(program, time, false)
}

fn attempt(program: &LinearProgram, time: TimeLeft, quick: bool) -> Result<LpResult, SolverError> {
    let left_s = time.now_s();
    if left_s <= 0.0 {
        return Ok(LpResult::without_solution(SolveStatus::TimeLimit));
    }
    let mut problem = RowProblem::default();
    let columns: Vec<_> = program
        .variables
        .iter()
        .map(|v| problem.add_column_with_integrality(v.cost, v.low..=v.high, v.whole))
        .collect();
    for row in &program.constraints {
        let terms: Vec<_> = row.terms.iter().map(|&(i, a)| (columns[i], a)).collect();
        problem.add_row(row.low..=row.high, &terms);
    }
    let sense = if program.maximise { Sense::Maximise } else { Sense::Minimise };
    let mut model = problem
        .try_optimise(sense)
        .map_err(|status| failed(format!("does not take the program ({status:?})")))?;
    set_options(&mut model, left_s, quick);
    if program.to_the_last {
        model.set_option("mip_rel_gap", LAST_GAP);
    }
    let solved = model.try_solve().map_err(|status| failed(format!("stops ({status:?})")))?;
    result(&solved, program.is_integer())
}

fn failed(what: String) -> SolverError {
    SolverError::Failed(format!("HiGHS {what}"))
}

fn set_options(model: &mut Model, time_limit_s: f64, quick: bool) {
    model.make_quiet();
    model.set_threads(NonZeroU32::MIN);
    model.set_option("parallel", "off");
    model.set_option("random_seed", 1);
    if time_limit_s.is_finite() {
        model.set_option("time_limit", time_limit_s);
    }
    model.set_option("mip_rel_gap", GAP);
    model.set_option("mip_abs_gap", 1e-9);
    if quick {
        model.set_option("presolve", "off");
        model.set_option("solver", "simplex");
    }
    // Our programs are small and tightly formulated: these cost more than they find.
    model.set_option("mip_heuristic_run_feasibility_jump", false);
    model.set_option("mip_detect_symmetry", false);
    model.set_option("mip_allow_restart", false);
    model.set_option("mip_feasibility_tolerance", 1e-7);
    model.set_option("primal_feasibility_tolerance", if quick { 1e-9 } else { 1e-8 });
}

fn result(solved: &SolvedModel, is_integer: bool) -> Result<LpResult, SolverError> {
    let has_solution = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let status = match solved.status() {
        HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => SolveStatus::Optimal,
        HighsModelStatus::Unbounded => SolveStatus::Unbounded,
        HighsModelStatus::Infeasible | HighsModelStatus::UnboundedOrInfeasible => {
            SolveStatus::Infeasible
        }
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedSolutionLimit
        | HighsModelStatus::ReachedInterrupt
        | HighsModelStatus::Unknown
            if has_solution =>
        {
            SolveStatus::Feasible
        }
        HighsModelStatus::ReachedTimeLimit
        | HighsModelStatus::ReachedIterationLimit
        | HighsModelStatus::ReachedSolutionLimit
        | HighsModelStatus::ReachedInterrupt => SolveStatus::TimeLimit,
        other => return Err(failed(format!("ends with {other:?}"))),
    };
    if !matches!(status, SolveStatus::Optimal | SolveStatus::Feasible) {
        return Ok(LpResult::without_solution(status));
    }
    let objective = solved.objective_value();
    let bound = if is_integer {
        solved.double_info_value(c"mip_dual_bound").unwrap_or(f64::NAN)
    } else {
        objective
    };
    let solution = solved.get_solution();
    let duals = if is_integer { Vec::new() } else { solution.dual_rows().to_vec() };
    Ok(LpResult { status, objective, bound, values: solution.columns().to_vec(), duals })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knapsack(values: &[f64], weights: &[f64], limit: f64) -> LinearProgram {
        let mut p = LinearProgram { maximise: true, ..LinearProgram::default() };
        let items: Vec<usize> = values.iter().map(|&v| p.variable(v, 0.0, 1.0, true)).collect();
        p.constraint(0.0, limit, items.iter().copied().zip(weights.iter().copied()).collect());
        p
    }

    #[test]
    fn knapsack_by_hand() {
        // Four items of value 5, 4, 3, 7 and weight 2, 3, 1, 4 in a sack of 6: 5 + 7 = 12.
        let p = knapsack(&[5.0, 4.0, 3.0, 7.0], &[2.0, 3.0, 1.0, 4.0], 6.0);
        let found = solve(&p, &Control::none()).expect("a result");
        assert_eq!(found.status, SolveStatus::Optimal);
        assert!((found.objective - 12.0).abs() < 1e-6 && (found.bound - 12.0).abs() < 1e-4);
        // On a thread of its own the result is the same.
        let cancel = Cancel::new();
        let aside = solve(&p, &Control::none().with_cancel(&cancel)).expect("a result");
        assert_eq!(found, aside);
    }

    #[test]
    fn infeasible_unbounded_and_time_limit() {
        let mut p = LinearProgram::default();
        let x = p.variable(1.0, 0.0, 1.0, false);
        p.constraint(2.0, 3.0, vec![(x, 1.0)]);
        let found = solve(&p, &Control::none()).expect("a result");
        assert_eq!(found.status, SolveStatus::Infeasible);
        let mut p = LinearProgram { maximise: true, ..LinearProgram::default() };
        let x = p.variable(1.0, 0.0, f64::INFINITY, false);
        let y = p.variable(0.0, 0.0, f64::INFINITY, false);
        p.constraint(0.0, f64::INFINITY, vec![(x, -1.0), (y, 1.0)]);
        let found = solve(&p, &Control::none()).expect("a result");
        assert!(matches!(found.status, SolveStatus::Unbounded | SolveStatus::Infeasible));
        // A limit is reported as one.
        let late = Control::none().with_time_limit(Duration::ZERO);
        assert_eq!(solve(&p, &late).expect("a result").status, SolveStatus::TimeLimit);
    }

    /// Market split instances (Cornuéjols and Dawande 1998) of this size take a solver hours.
    #[test]
    fn a_solve_is_cancelled_at_once() {
        let mut p = LinearProgram::default();
        let items: Vec<usize> = (0..40).map(|_| p.variable(0.0, 0.0, 1.0, true)).collect();
        let mut seed = 1_u64;
        for _ in 0..5 {
            let mut weight = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                ((seed >> 33) % 100) as f64
            };
            let mut terms: Vec<(usize, f64)> = items.iter().map(|&x| (x, weight())).collect();
            let half = (terms.iter().map(|t| t.1).sum::<f64>() / 2.0).floor();
            for sign in [1.0, -1.0] {
                let slack = p.variable(1.0, 0.0, f64::INFINITY, false);
                terms.push((slack, sign));
            }
            p.constraint(half, half, terms);
        }
        let cancel = Cancel::new();
        let control = Control::none().with_cancel(&cancel).with_time_limit(Duration::from_secs(5));
        let switch = cancel.clone();
        let begun = Instant::now();
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            switch.cancel();
        });
        assert_eq!(solve(&p, &control), Err(SolverError::Cancelled));
        let took = begun.elapsed();
        assert!(
            took >= Duration::from_millis(290) && took < Duration::from_millis(900),
            "{took:?}"
        );
        // The abandoned thread ends at its time limit; before that the process must not end.
        while solver_threads() > 0 && begun.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(solver_threads(), 0);
        thread::sleep(Duration::from_millis(100));
    }
}
