//! The linear and mixed-integer programmes behind every question of the plan, behind one function.
//!
//! Flows are in thousands of units (kilotonnes; thousands of vehicles), money in million USD, and a
//! facility's row is divided by its hours, so that the solver sees numbers near one.
//! `docs/method/plan.md` has the equations.

use std::collections::BTreeMap;

use trimodal_model::facility::Facility;
use trimodal_model::ids::OptionId;
use trimodal_model::scenario::Effect;
use trimodal_model::{Control, Scenario};

use crate::column_pool::ColumnPool;
use crate::columns::VehicleNode;
use crate::constraints::{
    CapacityBasis, CapacityConstraint, FacilityState, FacilityStates, FacilityUsers, RhsChange,
};
use crate::lp::{LinearProgram, SolveStatus, SolverError, solve};

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
        let ways = self.flows.len() - self.peak_empty.len();
        if column < ways { self.flows[column] } else { self.peak_empty[column - ways] }
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

/// Upper bound on the total carried, million units, against scenarios without limits.
pub const TOTAL_LIMIT_MT: f64 = 1e6;
/// What empty vehicles of the busiest month cost of their cost: less than a plan is proven to.
const IDLE: f64 = 1e-7;
const KILO: f64 = 1e-3;
const MILLION: f64 = 1e-6;

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
    fn stands(&self, l: usize, change: Option<RhsChange>) -> bool {
        // A nudge may lift the limit that implies others, so then all of them stand.
        change.is_some() || !self.implied[l]
    }

    /// Answers a question.
    pub fn ask(&self, q: &LpRequest) -> Result<LpSolution, SolverError> {
        let mut build = Build::new(self, q);
        build.demand_rows();
        build.balance_rows();
        build.cap_rows();
        match q.options {
            Options::Fixed(levels) => build.fixed_limits(levels),
            Options::Free { at_least, budget_usd } => build.free_options(at_least, budget_usd),
        }
        build.answer()
    }
}

struct Build<'a> {
    planner: &'a Planner<'a>,
    q: &'a LpRequest<'a>,
    p: LinearProgram,
    /// Variables of the movements of empty vehicles at the mean rate.
    mean: Vec<usize>,
    /// Total of the demand that has a common multiple, in million units: near one whatever the size
    /// of the demand, where the multiple itself may be tiny or huge.
    total: usize,
    /// Million units at multiple 1.
    asked: f64,
    /// Binary of each option's levels, first to last.
    steps: Vec<Vec<usize>>,
}

impl<'a> Build<'a> {
    fn new(planner: &'a Planner<'a>, q: &'a LpRequest<'a>) -> Build<'a> {
        let mut p = LinearProgram {
            maximise: q.objective != Objective::MinCost,
            ..LinearProgram::default()
        };
        let pool = planner.pool;
        let counted: Vec<bool> = match &q.objective {
            Objective::MaxTotal(set) => {
                (0..pool.s.demand.len()).map(|d| set.contains(&d)).collect()
            }
            _ => Vec::new(),
        };
        for (i, column) in pool.all_columns().enumerate() {
            let cost = match &q.objective {
                Objective::MinCost => column.generalised_usd * MILLION / KILO,
                Objective::MaxTotal(_) => {
                    f64::from(u8::from(pool.ways.get(i).is_some_and(|w| counted[w.demand.ix()])))
                }
                Objective::MaxMultiple => 0.0,
            };
            p.variable(cost, 0.0, f64::INFINITY, false);
        }
        // Empty vehicles a second time, at the mean rate: these cost and use nothing, so they are left out
        // where nothing costs. Those of the busiest month, which use, cost next to nothing, so that none
        // runs for fun.
        let first = pool.ways.len();
        let costs = q.objective == Objective::MinCost;
        let mean: Vec<usize> = (first..first + pool.hops.len())
            .filter(|_| costs)
            .map(|i| {
                let cost = p.variables[i].cost;
                p.variables[i].cost = cost * IDLE;
                p.variable(cost, 0.0, f64::INFINITY, false)
            })
            .collect();
        let sought = f64::from(u8::from(q.objective == Objective::MaxMultiple));
        let total = p.variable(sought, 0.0, TOTAL_LIMIT_MT, false);
        let units = q
            .targets
            .iter()
            .map(|c| if let DemandTarget::Multiple(units) = c { *units } else { 0.0 });
        let asked = (units.sum::<f64>() * MILLION).max(1e-12);
        Build { planner, q, p, mean, total, asked, steps: Vec::new() }
    }

    fn columns_of(&self, demand: usize) -> impl Iterator<Item = usize> + use<'a> {
        let ways = &self.planner.pool.ways;
        ways.iter().enumerate().filter(move |(_, w)| w.demand.ix() == demand).map(|(i, _)| i)
    }

    fn demand_rows(&mut self) {
        for (d, targets) in self.q.targets.iter().enumerate() {
            let mut terms: Vec<(usize, f64)> = self.columns_of(d).map(|i| (i, 1.0)).collect();
            let (low, high) = match *targets {
                DemandTarget::Exactly(units) => (units * KILO, units * KILO),
                DemandTarget::UpTo(units) => (0.0, units * KILO),
                DemandTarget::Multiple(units) => {
                    terms.push((self.total, -units * KILO / self.asked));
                    (0.0, 0.0)
                }
            };
            if !terms.is_empty() {
                self.p.constraint(low, high, terms);
            }
        }
    }

    /// Balancing classes: as many vehicles leave each place as come, over the period and in its busiest
    /// month.
    fn balance_rows(&mut self) {
        let pool = self.planner.pool;
        let ways = pool.ways.len();
        let mut rows: BTreeMap<(VehicleNode, bool), Vec<(usize, f64)>> = BTreeMap::new();
        for (i, column) in pool.all_columns().enumerate() {
            let peak =
                if self.planner.basis == CapacityBasis::Practical { pool.peak(i) } else { 1.0 };
            let mean = if i < ways { Some(&i) } else { self.mean.get(i - ways) };
            for (&stand, &vehicles) in &column.balance {
                rows.entry((stand, true)).or_default().push((i, vehicles * peak));
                if let Some(&mean) = mean.filter(|_| !self.mean.is_empty()) {
                    rows.entry((stand, false)).or_default().push((mean, vehicles));
                }
            }
        }
        for ((stand, _), mut terms) in rows {
            // In tonnes, so that a row of heavy ships is not lost among rows of trucks.
            let payload = pool.s.vehicles[stand.vehicle.ix()].payload_t.max(1.0);
            terms.iter_mut().for_each(|(_, a)| *a *= payload);
            self.p.constraint(0.0, 0.0, terms);
        }
    }

    /// Legal caps on tonnes.
    fn cap_rows(&mut self) {
        let pool = self.planner.pool;
        for (i, policy) in pool.s.policies.iter().enumerate() {
            let Some(cap) = policy.cap_t_per_year else { continue };
            let capped =
                |v: &trimodal_model::policy::Verdict| v.capped_by.iter().any(|p| p.ix() == i);
            let terms: Vec<(usize, f64)> = pool
                .verdicts
                .iter()
                .enumerate()
                .filter(|(_, v)| capped(v))
                .map(|(c, _)| (c, pool.columns[c].tonnes))
                .collect();
            if !terms.is_empty() {
                let period = f64::from(pool.s.settings.days) / 365.0;
                self.p.constraint(0.0, cap * period * KILO, terms);
            }
        }
    }

    fn fixed_limits(&mut self, levels: &[u32]) {
        for (l, facilities) in self.planner.facilities.iter().enumerate() {
            if !self.planner.stands(l, self.q.change) {
                continue;
            }
            let wanted: Vec<u32> = facilities.options.iter().map(|o| levels[o.ix()]).collect();
            let state = facilities
                .states
                .iter()
                .find(|s| s.levels == wanted)
                .unwrap_or(&facilities.states[0]);
            for row in &state.rows {
                self.row(row, self.nudged(facilities.facility, row.hours), Vec::new());
            }
        }
        for (i, column) in self.planner.pool.all_columns().enumerate() {
            if column.requires.iter().any(|&(o, level)| levels[o.ix()] < level) {
                for v in self.variables_of(i) {
                    self.p.variables[v].high = 0.0;
                }
            }
        }
    }

    /// The variables of a column: one of goods, two of empty vehicles.
    fn variables_of(&self, column: usize) -> impl Iterator<Item = usize> + use<> {
        let hop = column.checked_sub(self.planner.pool.ways.len());
        std::iter::once(column).chain(hop.and_then(|h| self.mean.get(h).copied()))
    }

    fn nudged(&self, facility: Facility, hours: f64) -> f64 {
        let extra = self.q.change.filter(|n| n.facility == facility).map_or(0.0, |n| n.hours);
        (hours + extra).max(0.0)
    }

    /// `use <= hours + more`, divided by a scale.
    fn row(&mut self, row: &CapacityConstraint, hours: f64, more: Vec<(usize, f64)>) {
        let scale = if hours > 0.0 { hours } else { 1.0 };
        let mut terms: Vec<(usize, f64)> =
            row.terms.iter().map(|&(c, h)| (c, h / KILO / scale)).collect();
        if terms.is_empty() {
            return;
        }
        terms.extend(more.into_iter().map(|(v, h)| (v, -h / scale)));
        self.p.constraint(f64::NEG_INFINITY, hours / scale, terms);
    }

    fn free_options(&mut self, at_least: &[u32], budget_usd: f64) {
        self.option_variables(at_least);
        self.budget_row(budget_usd);
        self.prerequisites();
        for l in
            (0..self.planner.facilities.len()).filter(|&l| self.planner.stands(l, self.q.change))
        {
            self.state_rows(l);
        }
        self.requirements();
    }

    /// A binary for each level of each option: 1 when at least that level is taken.
    fn option_variables(&mut self, at_least: &[u32]) {
        let s = self.planner.pool.s;
        for (i, option) in s.options.iter().enumerate() {
            let yearly = option_usd_per_year(s, OptionId::at(i)) * MILLION;
            let cost = if self.q.objective == Objective::MinCost { yearly } else { 0.0 };
            let steps: Vec<usize> = (1..=option.max_level)
                .map(|level| {
                    let low = f64::from(u8::from(at_least[i] >= level));
                    self.p.variable(cost, low, 1.0, true)
                })
                .collect();
            for pair in steps.windows(2) {
                self.p.constraint(0.0, 1.0, vec![(pair[0], 1.0), (pair[1], -1.0)]);
            }
            self.steps.push(steps);
        }
    }

    fn budget_row(&mut self, budget_usd: f64) {
        if budget_usd.is_finite() {
            let options = self.planner.pool.s.options.iter().zip(&self.steps);
            let terms = options
                .flat_map(|(o, steps)| steps.iter().map(move |&y| (y, o.capex_usd[1] * MILLION)))
                .collect();
            self.p.constraint(0.0, budget_usd * MILLION, terms);
        }
    }

    fn prerequisites(&mut self) {
        for (i, option) in self.planner.pool.s.options.iter().enumerate() {
            let first = self.steps[i][0];
            for other in &option.requires {
                let needed = self.steps[other.ix()][0];
                self.p.constraint(0.0, 1.0, vec![(needed, 1.0), (first, -1.0)]);
            }
            for other in &option.excludes {
                let excluded = self.steps[other.ix()][0];
                self.p.constraint(0.0, 1.0, vec![(first, 1.0), (excluded, 1.0)]);
            }
            let options = &self.planner.pool.s.options;
            for j in (0..i).filter(|&j| are_alternatives(&option.effect, &options[j].effect)) {
                let other = self.steps[j][0];
                self.p.constraint(0.0, 1.0, vec![(first, 1.0), (other, 1.0)]);
            }
        }
    }

    /// One state of each facility holds, and with it its rows.
    fn state_rows(&mut self, l: usize) {
        let planner = self.planner;
        let facilities = &planner.facilities[l];
        if facilities.options.is_empty() {
            for row in &facilities.states[0].rows {
                self.row(row, self.nudged(facilities.facility, row.hours), Vec::new());
            }
            return;
        }
        let holds: Vec<usize> =
            facilities.states.iter().map(|_| self.p.variable(0.0, 0.0, 1.0, false)).collect();
        self.p.constraint(1.0, 1.0, holds.iter().map(|&z| (z, 1.0)).collect());
        for (k, option) in facilities.options.iter().enumerate() {
            for (n, &step) in self.steps[option.ix()].clone().iter().enumerate() {
                let mut terms = vec![(step, -1.0)];
                let high_enough = |state: &&(usize, &FacilityState)| state.1.levels[k] as usize > n;
                let states: Vec<(usize, &FacilityState)> =
                    facilities.states.iter().enumerate().collect();
                terms.extend(states.iter().filter(high_enough).map(|(i, _)| (holds[*i], 1.0)));
                self.p.constraint(0.0, 0.0, terms);
            }
        }
        let same_use = facilities
            .states
            .iter()
            .all(|s| s.rows.len() == 1 && s.rows[0].terms == facilities.states[0].rows[0].terms);
        if same_use {
            // Only the hours differ: use <= sum of hours x state.
            let hours: Vec<f64> = facilities.states.iter().map(|s| s.rows[0].hours).collect();
            let base = self.nudged(facilities.facility, hours[0]);
            let more =
                holds[1..].iter().zip(&hours[1..]).map(|(&z, h)| (z, h - hours[0])).collect();
            self.row(&facilities.states[0].rows[0], base, more);
        } else {
            self.separate_states(facilities, &holds);
        }
    }

    /// The states use hours differently: a row binds only in its own state. The slack that it gets
    /// in another state is the most use that the other state's rows allow, no more.
    fn separate_states(&mut self, facilities: &FacilityStates, holds: &[usize]) {
        for (i, state) in facilities.states.iter().enumerate() {
            for row in &state.rows {
                let others = facilities.states.iter().enumerate().filter(|(j, _)| *j != i);
                let more: Vec<(usize, f64)> = others
                    .map(|(j, other)| (holds[j], (most_use(row, other) - row.hours).max(0.0)))
                    .collect();
                self.row(row, self.nudged(facilities.facility, row.hours), more);
            }
        }
    }

    /// Columns that need an option carry nothing without it.
    fn requirements(&mut self) {
        let pool = self.planner.pool;
        let bounds = self.flow_bounds();
        for (i, column) in pool.all_columns().enumerate() {
            for &(option, level) in &column.requires {
                let step = self.steps[option.ix()][level as usize - 1];
                for v in self.variables_of(i) {
                    let terms = vec![(v, 1.0), (step, -bounds[i])];
                    self.p.constraint(f64::NEG_INFINITY, 0.0, terms);
                }
            }
        }
    }

    /// The most that each column can carry with every facility in its best state, in thousands.
    fn flow_bounds(&self) -> Vec<f64> {
        let pool = self.planner.pool;
        let mut bounds: Vec<f64> = pool
            .ways
            .iter()
            .map(|w| match self.q.targets[w.demand.ix()] {
                DemandTarget::Exactly(units) | DemandTarget::UpTo(units) => units * KILO,
                DemandTarget::Multiple(_) => TOTAL_LIMIT_MT / KILO,
            })
            .collect();
        bounds.resize(pool.ways.len() + pool.hops.len(), 1e9);
        for facilities in &self.planner.facilities {
            let mut least: BTreeMap<usize, f64> = BTreeMap::new();
            for state in &facilities.states {
                let mut here: BTreeMap<usize, f64> = BTreeMap::new();
                for row in &state.rows {
                    for &(c, h) in row.terms.iter().filter(|(_, h)| *h > 0.0) {
                        let most = self.nudged(facilities.facility, row.hours) / h * KILO;
                        let bound = here.entry(c).or_insert(f64::INFINITY);
                        *bound = bound.min(most);
                    }
                }
                for (c, most) in here {
                    let bound = least.entry(c).or_insert(0.0);
                    *bound = bound.max(most);
                }
            }
            for (c, most) in least {
                bounds[c] = bounds[c].min(most);
            }
        }
        bounds
    }

    fn answer(self) -> Result<LpSolution, SolverError> {
        let pool = self.planner.pool;
        let found = solve(&self.p, self.planner.control)?;
        let none = found.values.is_empty();
        let ways = pool.ways.len();
        let value = |v: usize| found.values[v].max(0.0) / KILO;
        let unit = match self.q.objective {
            Objective::MaxMultiple => 1.0 / self.asked,
            Objective::MaxTotal(_) => 1.0 / KILO,
            Objective::MinCost => 1.0 / MILLION,
        };
        let levels = match self.q.options {
            Options::Fixed(levels) => levels.to_vec(),
            Options::Free { .. } if none => vec![0; pool.s.options.len()],
            Options::Free { .. } => self
                .steps
                .iter()
                .map(|steps| steps.iter().filter(|&&y| found.values[y] > 0.5).count() as u32)
                .collect(),
        };
        Ok(LpSolution {
            status: found.status,
            objective: found.objective * unit,
            bound: found.bound * unit,
            multiple: if none { 0.0 } else { found.values[self.total] / self.asked },
            unlimited: !none && found.values[self.total] >= TOTAL_LIMIT_MT * 0.999,
            flows: if none {
                Vec::new()
            } else {
                let peak: Vec<usize> = (ways..ways + pool.hops.len()).collect();
                let mean = if self.mean.is_empty() { &peak } else { &self.mean };
                (0..ways).chain(mean.iter().copied()).map(value).collect()
            },
            peak_empty: if none {
                Vec::new()
            } else {
                (ways..ways + pool.hops.len()).map(value).collect()
            },
            levels,
        })
    }
}

/// Whether two options do the same to one thing, so that only one of them makes sense.
fn are_alternatives(a: &Effect, b: &Effect) -> bool {
    match (a, b) {
        (Effect::SetCalendar { resource: x, .. }, Effect::SetCalendar { resource: y, .. }) => {
            x == y
        }
        (Effect::OpenLink { .. } | Effect::AllowVehicle { .. }, _) => a == b,
        _ => false,
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

/// The greatest use of `row` that flows within another state's rows can make.
fn most_use(row: &CapacityConstraint, other: &FacilityState) -> f64 {
    let mut theirs: BTreeMap<usize, f64> = BTreeMap::new();
    for &(c, h) in other.rows.iter().flat_map(|r| &r.terms) {
        *theirs.entry(c).or_insert(0.0) += h;
    }
    let hours: f64 = other.rows.iter().map(|r| r.hours).sum();
    let ratio = row
        .terms
        .iter()
        .filter(|(_, h)| *h > 0.0)
        .map(|(c, h)| h / theirs.get(c).copied().unwrap_or(0.0).max(1e-12))
        .fold(0.0, f64::max);
    ratio * hours
}

impl Planner<'_> {
    /// How facilities are used.
    pub fn basis(&self) -> CapacityBasis {
        self.basis
    }
}
