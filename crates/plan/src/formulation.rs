//! The requests to the planner and their solutions. The module `program` makes linear programs of them.
//!
//! `docs/method/plan.md` has the equations.

use std::collections::BTreeMap;

use trimodal_model::ids::OptionId;
use trimodal_model::{Control, Scenario};

use crate::column_pool::ColumnPool;
use crate::constraints::{CapacityBasis, FacilityStates, FacilityUsers, RhsChange};
use crate::lp::SolveStatus;

/// The volume of a demand to be carried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DemandTarget {
    /// Exactly this many units.
    Exactly(f64),
    /// At most this many units.
    UpTo(f64),
    /// The common multiple of this many units.
    Multiple(f64),
}

/// The objective.
#[derive(Debug, Clone, PartialEq)]
pub enum Objective {
    /// The greatest common multiple.
    MaxMultiple,
    /// The greatest sum over these demands.
    MaxTotal(Vec<usize>),
    /// The least annual cost of options and transport.
    MinCost,
}

/// Which options may be taken.
#[derive(Debug, Clone, PartialEq)]
pub enum Options<'a> {
    /// These levels, no others.
    Fixed(&'a [u32]),
    /// Any levels from these up, within an investment budget.
    Free {
        /// Least levels.
        at_least: &'a [u32],
        /// Budget, USD; infinite for none.
        budget_usd: f64,
    },
}

/// A request to the planner.
#[derive(Debug, Clone)]
pub struct LpRequest<'a> {
    /// The target of each demand, by position.
    pub targets: Vec<DemandTarget>,
    /// The objective.
    pub objective: Objective,
    /// Which options may be taken.
    pub options: Options<'a>,
    /// A change of one facility's hours.
    pub change: Option<RhsChange>,
}

/// The solution of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct LpSolution {
    /// How the solver ended.
    pub status: SolveStatus,
    /// Objective: a multiple, units, or USD a year.
    pub objective: f64,
    /// Proven bound on it.
    pub bound: f64,
    /// The common multiple, where it was the objective.
    pub multiple: f64,
    /// Whether nothing limits it.
    pub unlimited: bool,
    /// Units of flow of every column in the period: paths, then movements of empty vehicles.
    pub flows: Vec<f64>,
    /// Movements of empty vehicles at the rate of the busiest month, over the whole period.
    pub peak_empty: Vec<f64>,
    /// Level of every option.
    pub levels: Vec<u32>,
}

impl LpSolution {
    /// The flow by which a column's use of facilities is counted.
    pub fn using(&self, column: usize) -> f64 {
        let paths = self.flows.len() - self.peak_empty.len();
        if column < paths { self.flows[column] } else { self.peak_empty[column - paths] }
    }

    /// Whether the time limit was reached before anything was proven, optimality or infeasibility.
    pub fn is_out_of_time(&self) -> bool {
        matches!(self.status, SolveStatus::TimeLimit | SolveStatus::Feasible)
    }
}

/// A column pool with its capacity constraints, ready for requests.
pub struct Planner<'a> {
    /// The columns.
    pub pool: &'a ColumnPool<'a>,
    /// The users of each facility.
    pub users: FacilityUsers,
    /// The constraints of each facility in every state.
    pub facilities: Vec<FacilityStates>,
    /// Facilities whose constraints are implied by another one's, whatever the flows.
    implied: Vec<bool>,
    basis: CapacityBasis,
    /// Progress, cancel and deadline of the whole plan.
    pub control: &'a Control<'a>,
}

/// The annuity that repays 1 over `years` at `rate`.
pub fn annuity(rate: f64, years: f64) -> f64 {
    if rate <= 0.0 { 1.0 / years } else { rate / (1.0 - (1.0 + rate).powf(-years)) }
}

/// Annual cost of a level of an option, USD: annuity of its investment and running cost.
pub fn option_usd_per_year(s: &Scenario, option: OptionId) -> f64 {
    let o = &s.options[option.ix()];
    let period = f64::from(s.settings.days) / 365.0;
    (o.capex_usd[1] * annuity(s.settings.discount_rate, o.life_years) + o.opex_usd_per_year)
        * period
}

/// What a level of an option counts beyond its annual cost, USD, so that of plans that cost the same a year the one
/// with the least investment is the cheapest, and of these the one with the options listed first: a millionth of its
/// investment, and a dollar for each place in the list.
pub fn tie_break_usd(s: &Scenario, option: OptionId) -> f64 {
    s.options[option.ix()].capex_usd[1] * 1e-6 + (option.ix() + 1) as f64
}

impl<'a> Planner<'a> {
    /// Derives the constraints of every facility.
    pub fn new(
        pool: &'a ColumnPool<'a>,
        basis: CapacityBasis,
        control: &'a Control<'a>,
    ) -> Planner<'a> {
        Planner::with_users(pool, FacilityUsers::new(pool), basis, control)
    }

    /// The same with given users, whose usage decides the accepted occupancy.
    pub fn with_users(
        pool: &'a ColumnPool<'a>,
        users: FacilityUsers,
        basis: CapacityBasis,
        control: &'a Control<'a>,
    ) -> Planner<'a> {
        let facilities = users.states(pool, basis);
        let implied = implied(&facilities);
        Planner { pool, users, facilities, implied, basis, control }
    }

    /// Whether the constraints of a facility must be in the program.
    pub fn is_needed(&self, l: usize, change: Option<RhsChange>) -> bool {
        // A change may relax the constraint that implies others, so then all are needed.
        change.is_some() || !self.implied[l]
    }

    /// The basis on which capacity is counted.
    pub fn basis(&self) -> CapacityBasis {
        self.basis
    }
}

/// For each facility without options, whether its constraints are implied by those of another one
/// without options: the same flows use at least as large a share of the other one's hours. Most
/// sections of a line are implied.
fn implied(facilities: &[FacilityStates]) -> Vec<bool> {
    let shares: Vec<Option<Vec<BTreeMap<usize, f64>>>> = facilities
        .iter()
        .map(|l| {
            let rows = &l.states[0].rows;
            let plain = l.options.is_empty() && rows.iter().all(|r| r.hours > 0.0);
            plain.then(|| {
                rows.iter()
                    .map(|r| r.terms.iter().map(|&(c, h)| (c, h / r.hours)).collect())
                    .collect()
            })
        })
        .collect();
    let covers = |a: &BTreeMap<usize, f64>, b: &BTreeMap<usize, f64>| {
        b.len() <= a.len() && b.iter().all(|(c, h)| a.get(c).is_some_and(|x| *x >= *h))
    };
    let implies = |a: &[BTreeMap<usize, f64>], b: &[BTreeMap<usize, f64>]| {
        b.iter().all(|row| a.iter().any(|other| covers(other, row)))
    };
    let mut implied = vec![false; facilities.len()];
    for i in 0..facilities.len() {
        let Some(own) = &shares[i] else { continue };
        implied[i] = (0..facilities.len()).any(|j| {
            j != i && !implied[j] && shares[j].as_ref().is_some_and(|other| implies(other, own))
        });
    }
    implied
}
