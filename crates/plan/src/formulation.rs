//! The linear and mixed-integer programmes behind every question of the plan, behind one function.
//!
//! Flows are in thousands of units (kilotonnes; thousands of vehicles), money in million USD, and a
//! facility's row is divided by its hours, so that the solver sees numbers near one.
//! `docs/method/plan.md` has the equations.

use std::collections::BTreeMap;

use trimodal_model::ids::OptionId;
use trimodal_model::{Control, Scenario};

use crate::column_pool::ColumnPool;
use crate::constraints::{CapacityBasis, FacilityStates, FacilityUsers, RhsChange};
use crate::lp::SolveStatus;

/// What a demand must be carried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DemandTarget {
    /// Exactly this many units.
    Exactly(f64),
    /// At most this many.
    UpTo(f64),
    /// The common multiple of this many.
    Multiple(f64),
}

/// What is sought.
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
    /// Any levels from these up, within an investment budget in USD.
    Free {
        /// Levels that are taken in any case.
        at_least: &'a [u32],
        /// Investment that may be spent, USD; infinite for no limit.
        budget_usd: f64,
    },
}

/// A question to the network.
#[derive(Debug, Clone)]
pub struct LpRequest<'a> {
    /// What each demand must be carried, by position.
    pub targets: Vec<DemandTarget>,
    /// What is sought.
    pub objective: Objective,
    /// Which options may be taken.
    pub options: Options<'a>,
    /// One facility's hours changed by hand.
    pub change: Option<RhsChange>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct LpSolution {
    /// How the solver ended.
    pub status: SolveStatus,
    /// Objective: a multiple, units, or USD a year.
    pub objective: f64,
    /// Proven bound on it.
    pub bound: f64,
    /// The common multiple, where one was sought.
    pub multiple: f64,
    /// Whether nothing limits it.
    pub unlimited: bool,
    /// Units of flow of every column in the period: itineraries, then movements of empty vehicles.
    pub flows: Vec<f64>,
    /// Movements of empty vehicles at the rate of the busiest month, a period's worth.
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

    /// Whether the time was over before anything was proven: neither a solution nor an impossibility.
    pub fn is_out_of_time(&self) -> bool {
        matches!(self.status, SolveStatus::TimeLimit | SolveStatus::Feasible)
    }
}

/// A network with its limits, ready for questions.
pub struct Planner<'a> {
    /// The network.
    pub pool: &'a ColumnPool<'a>,
    /// Who uses what.
    pub users: FacilityUsers,
    /// Limits in every state.
    pub facilities: Vec<FacilityStates>,
    /// Limits that another one implies, whatever the flows: left out of programmes.
    implied: Vec<bool>,
    basis: CapacityBasis,
    /// Progress, cancel and deadline of the whole plan.
    pub control: &'a Control<'a>,
}

/// The annuity that repays 1 over `years` at `rate`.
pub fn annuity(rate: f64, years: f64) -> f64 {
    if rate <= 0.0 { 1.0 / years } else { rate / (1.0 - (1.0 + rate).powf(-years)) }
}

/// What a level of an option costs a year, USD: annuity of its investment and running cost.
pub fn option_usd_per_year(s: &Scenario, option: OptionId) -> f64 {
    let o = &s.options[option.ix()];
    let period = f64::from(s.settings.days) / 365.0;
    (o.capex_usd[1] * annuity(s.settings.discount_rate, o.life_years) + o.opex_usd_per_year)
        * period
}

impl<'a> Planner<'a> {
    /// Derives every limit of a network.
    pub fn new(
        pool: &'a ColumnPool<'a>,
        basis: CapacityBasis,
        control: &'a Control<'a>,
    ) -> Planner<'a> {
        Planner::with_users(pool, FacilityUsers::new(pool), basis, control)
    }

    /// The same with users whose accepted occupancy is held against others too.
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

    /// Whether a limit must stand in the programme: not implied, or changed by hand.
    pub fn is_needed(&self, l: usize, change: Option<RhsChange>) -> bool {
        // A nudge may lift the limit that implies others, so then all of them stand.
        change.is_some() || !self.implied[l]
    }

    /// How facilities are used.
    pub fn basis(&self) -> CapacityBasis {
        self.basis
    }
}

/// Which limits without options are implied by another one without options: the same flows take at
/// least as large a share of the other one's hours. Most sections of a line are.
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
