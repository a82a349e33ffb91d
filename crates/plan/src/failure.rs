//! The reasons why there is no plan at all.

use trimodal_model::Scenario;
use trimodal_model::ids::DemandId;
use trimodal_model::problem::{self, Problem};

use crate::cancelled::Cancelled;
use crate::constraints::MAX_STATES;
use crate::lp::SolverError;
use crate::paths::{MAX_ALL, MAX_ITINERARIES, SearchLimit};

/// The reason why there is no plan at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A demand has more paths than can be listed.
    #[error("demand `{demand}` has more than {MAX_ITINERARIES} paths")]
    TooManyWays {
        /// Id of the demand.
        demand: String,
    },
    /// All demands together have more paths than can be planned.
    #[error("the demands up to `{demand}`, {done} of {all}, have more than {MAX_ALL} paths in all")]
    TooManyWaysInAll {
        /// Id of the demand at which the limit was exceeded.
        demand: String,
        /// Rows done.
        done: usize,
        /// Rows in all.
        all: usize,
    },
    /// Options give one facility too many states.
    #[error("options give `{facility}` more than {MAX_STATES} states")]
    TooManyStates {
        /// Id of the facility.
        facility: String,
    },
    /// The time limit was reached while paths were listed.
    #[error(
        "the time limit was reached while the paths of demand `{demand}` ({done} of {all}) were listed"
    )]
    OutOfTime {
        /// Id of the demand.
        demand: String,
        /// Rows done.
        done: usize,
        /// Rows in all.
        all: usize,
    },
    /// The solver failed, with its message.
    #[error("the solver failed: {0}")]
    Solver(String),
    /// The caller cancelled.
    #[error("interrupted")]
    Cancelled,
    /// The independent check found a solution faulty: a defect of the program, never reported as a
    /// plan.
    #[error("the independent check refused the plan ({what}): {faults}")]
    Unsound {
        /// The solution.
        what: String,
        /// Its faults.
        faults: String,
    },
}

impl From<Cancelled> for Failure {
    fn from(_: Cancelled) -> Failure {
        Failure::Cancelled
    }
}

impl From<SolverError> for Failure {
    fn from(error: SolverError) -> Failure {
        match error {
            SolverError::Failed(what) => Failure::Solver(what),
            SolverError::Cancelled => Failure::Cancelled,
        }
    }
}

impl Failure {
    /// The failure for a search limit, with the id of the demand.
    pub fn of_cut(s: &Scenario, cut: SearchLimit) -> Failure {
        let id = |d: DemandId| s.demand[d.ix()].id.clone();
        let all = s.demand.len();
        match cut {
            SearchLimit::TooMany(d) => Failure::TooManyWays { demand: id(d) },
            SearchLimit::TooManyInAll(d) => {
                Failure::TooManyWaysInAll { demand: id(d), done: d.ix() + 1, all }
            }
            SearchLimit::OutOfTime(d) => {
                Failure::OutOfTime { demand: id(d), done: d.ix() + 1, all }
            }
            SearchLimit::Cancelled => Failure::Cancelled,
        }
    }

    /// The failure with its stable id and a hint; none after a cancel, which is no problem of the
    /// input.
    pub fn problem(&self) -> Option<Problem> {
        let (code, hint) = match self {
            Failure::Cancelled => return None,
            Failure::TooManyWays { .. } | Failure::TooManyWaysInAll { .. } => (
                problem::TOO_MANY_WAYS,
                "allow fewer rides (`max_rides`), name a place to pass (`via`), or simplify the pool",
            ),
            Failure::TooManyStates { .. } => {
                (problem::TOO_MANY_STATES, "lower the `max_level` of its options")
            }
            Failure::OutOfTime { .. } => {
                (problem::OUT_OF_TIME, "give more time with --time-limit, or a simpler pool")
            }
            Failure::Solver(_) => {
                (problem::SOLVER, "this is a defect; please report it with the scenario")
            }
            Failure::Unsound { .. } => {
                (problem::UNSOUND, "this is a defect; please report it with the scenario")
            }
        };
        Some(Problem::new(code, self.to_string()).hint(hint))
    }

    /// Whether it is a defect of the program and not a limit.
    pub fn is_defect(&self) -> bool {
        matches!(self, Failure::Solver(_) | Failure::Unsound { .. })
    }
}
