//! A request to the planner as a linear or mixed-integer program.
//!
//! Flows are in thousands of units (kilotonnes; thousands of vehicles), money in million USD, and a
//! facility's constraint is divided by its hours, so that the solver sees numbers near one.
//! `docs/method/plan.md` has the equations.

use std::collections::BTreeMap;

use trimodal_model::Scenario;
use trimodal_model::facility::Facility;
use trimodal_model::ids::OptionId;
use trimodal_model::policy::Verdict;
use trimodal_model::scenario::Effect;

use crate::constraints::{CapacityBasis, CapacityConstraint, FacilityState, FacilityStates};
use crate::formulation::{
    DemandTarget, LpRequest, LpSolution, Objective, Options, Planner, option_usd_per_year,
    tie_break_usd,
};
use crate::lp::{LinearProgram, SolverError, solve};
use crate::paths::VehicleNode;

/// Upper bound on the total carried, million units, against scenarios without limits.
pub const TOTAL_LIMIT_MT: f64 = 1e6;
/// The share of their cost that empty vehicles of the busiest month have in the objective: less
/// than the gap to which a plan is proven.
const PEAK_EMPTY_COST: f64 = 1e-7;
const KILO: f64 = 1e-3;
const MILLION: f64 = 1e-6;

impl Planner<'_> {
    /// Solves a request.
    pub fn solve(&self, request: &LpRequest) -> Result<LpSolution, SolverError> {
        let mut builder = ProgramBuilder::new(self, request);
        builder.demand_rows();
        builder.balance_rows();
        builder.cap_rows();
        match request.options {
            Options::Fixed(levels) => builder.fixed_limits(levels),
            Options::Free { at_least, budget_usd } => builder.free_options(at_least, budget_usd),
        }
        builder.solution()
    }
}

struct ProgramBuilder<'a> {
    planner: &'a Planner<'a>,
    request: &'a LpRequest<'a>,
    p: LinearProgram,
    /// Variables of the movements of empty vehicles at the mean rate.
    mean_empty: Vec<usize>,
    /// Total of the demand that has a common multiple, in million units: its magnitude is near one
    /// whatever the size of the demand, where that of the multiple may not be.
    total: usize,
    /// Million units at multiple 1.
    asked: f64,
    /// Binary of each option's levels, first to last.
    level_vars: Vec<Vec<usize>>,
}

impl<'a> ProgramBuilder<'a> {
    fn new(planner: &'a Planner<'a>, request: &'a LpRequest<'a>) -> ProgramBuilder<'a> {
        let mut p = LinearProgram {
            maximise: request.objective != Objective::MinCost,
            ..LinearProgram::default()
        };
        let pool = planner.pool;
        let counted: Vec<bool> = match &request.objective {
            Objective::MaxTotal(set) => {
                (0..pool.s.demand.len()).map(|d| set.contains(&d)).collect()
            }
            _ => Vec::new(),
        };
        for (i, column) in pool.all_columns().enumerate() {
            let cost = match &request.objective {
                Objective::MinCost => column.generalised_usd * MILLION / KILO,
                Objective::MaxTotal(_) => f64::from(u8::from(
                    pool.paths.get(i).is_some_and(|path| counted[path.demand.ix()]),
                )),
                Objective::MaxMultiple => 0.0,
            };
            p.variable(cost, 0.0, f64::INFINITY, false);
        }
        // Empty vehicles a second time, at the mean rate: they have the cost and use no capacity,
        // so they are left out where cost is not the objective. Those of the busiest month use
        // capacity and cost next to nothing, so that none runs without need.
        let first = pool.paths.len();
        let costs = request.objective == Objective::MinCost;
        let mean_empty: Vec<usize> = (first..first + pool.empty_moves.len())
            .filter(|_| costs)
            .map(|i| {
                let cost = p.variables[i].cost;
                p.variables[i].cost = cost * PEAK_EMPTY_COST;
                p.variable(cost, 0.0, f64::INFINITY, false)
            })
            .collect();
        let multiple_cost = f64::from(u8::from(request.objective == Objective::MaxMultiple));
        let total = p.variable(multiple_cost, 0.0, TOTAL_LIMIT_MT, false);
        let units = request
            .targets
            .iter()
            .map(|c| if let DemandTarget::Multiple(units) = c { *units } else { 0.0 });
        let asked = (units.sum::<f64>() * MILLION).max(1e-12);
        ProgramBuilder { planner, request, p, mean_empty, total, asked, level_vars: Vec::new() }
    }

    fn columns_of(&self, demand: usize) -> impl Iterator<Item = usize> + use<'a> {
        let paths = &self.planner.pool.paths;
        paths.iter().enumerate().filter(move |(_, path)| path.demand.ix() == demand).map(|(i, _)| i)
    }

    fn demand_rows(&mut self) {
        for (d, target) in self.request.targets.iter().enumerate() {
            let mut terms: Vec<(usize, f64)> = self.columns_of(d).map(|i| (i, 1.0)).collect();
            let (low, high) = match *target {
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

    /// Balancing classes: as many vehicles leave each place as arrive, over the period and in its
    /// busiest month.
    fn balance_rows(&mut self) {
        let pool = self.planner.pool;
        let paths = pool.paths.len();
        let mut rows: BTreeMap<(VehicleNode, bool), Vec<(usize, f64)>> = BTreeMap::new();
        for (i, column) in pool.all_columns().enumerate() {
            let peak =
                if self.planner.basis() == CapacityBasis::Practical { pool.peak(i) } else { 1.0 };
            let mean_empty = if i < paths { Some(&i) } else { self.mean_empty.get(i - paths) };
            for (&stand, &vehicles) in &column.balance {
                rows.entry((stand, true)).or_default().push((i, vehicles * peak));
                if let Some(&mean_empty) = mean_empty.filter(|_| !self.mean_empty.is_empty()) {
                    rows.entry((stand, false)).or_default().push((mean_empty, vehicles));
                }
            }
        }
        for ((stand, _), mut terms) in rows {
            // In tonnes, so that rows of heavy ships and of trucks have the same scale.
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
            let capped = |v: &Verdict| v.capped_by.iter().any(|p| p.ix() == i);
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
        for (l, group) in self.planner.facilities.iter().enumerate() {
            if !self.planner.is_needed(l, self.request.change) {
                continue;
            }
            let wanted: Vec<u32> = group.options.iter().map(|o| levels[o.ix()]).collect();
            let state =
                group.states.iter().find(|s| s.levels == wanted).unwrap_or(&group.states[0]);
            for row in &state.rows {
                self.row(row, self.changed_hours(group.facility, row.hours), Vec::new());
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
        let empty_move = column.checked_sub(self.planner.pool.paths.len());
        std::iter::once(column).chain(empty_move.and_then(|h| self.mean_empty.get(h).copied()))
    }

    fn changed_hours(&self, facility: Facility, hours: f64) -> f64 {
        let extra = self.request.change.filter(|n| n.facility == facility).map_or(0.0, |n| n.hours);
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
        self.p.to_the_last = self.request.objective == Objective::MinCost;
        self.option_variables(at_least);
        self.budget_row(budget_usd);
        self.prerequisites();
        for l in (0..self.planner.facilities.len())
            .filter(|&l| self.planner.is_needed(l, self.request.change))
        {
            self.state_rows(l);
        }
        self.requirements();
    }

    /// A binary for each level of each option: 1 when at least that level is taken.
    fn option_variables(&mut self, at_least: &[u32]) {
        let s = self.planner.pool.s;
        for (i, option) in s.options.iter().enumerate() {
            let id = OptionId::at(i);
            let yearly = (option_usd_per_year(s, id) + tie_break_usd(s, id)) * MILLION;
            let cost = if self.request.objective == Objective::MinCost { yearly } else { 0.0 };
            let level_vars: Vec<usize> = (1..=option.max_level)
                .map(|level| {
                    let low = f64::from(u8::from(at_least[i] >= level));
                    self.p.variable(cost, low, 1.0, true)
                })
                .collect();
            for pair in level_vars.windows(2) {
                self.p.constraint(0.0, 1.0, vec![(pair[0], 1.0), (pair[1], -1.0)]);
            }
            self.level_vars.push(level_vars);
        }
    }

    fn budget_row(&mut self, budget_usd: f64) {
        if budget_usd.is_finite() {
            let options = self.planner.pool.s.options.iter().zip(&self.level_vars);
            let terms = options
                .flat_map(|(o, level_vars)| {
                    level_vars.iter().map(move |&y| (y, o.capex_usd[1] * MILLION))
                })
                .collect();
            self.p.constraint(0.0, budget_usd * MILLION, terms);
        }
    }

    fn prerequisites(&mut self) {
        let options = &self.planner.pool.s.options;
        // An option without levels, as in a study without its facility, is never taken.
        let firsts: Vec<Option<usize>> =
            self.level_vars.iter().map(|level_vars| level_vars.first().copied()).collect();
        for (i, option) in options.iter().enumerate() {
            let Some(first) = firsts[i] else { continue };
            for other in &option.requires {
                match firsts[other.ix()] {
                    Some(needed) => self.p.constraint(0.0, 1.0, vec![(needed, 1.0), (first, -1.0)]),
                    None => self.p.constraint(0.0, 0.0, vec![(first, 1.0)]),
                }
            }
            let excluded = option.excludes.iter().filter_map(|other| firsts[other.ix()]);
            let alternatives = (0..i)
                .filter(|&j| are_alternatives(&option.effect, &options[j].effect))
                .filter_map(|j| firsts[j]);
            for other in excluded.chain(alternatives) {
                self.p.constraint(0.0, 1.0, vec![(first, 1.0), (other, 1.0)]);
            }
        }
    }

    /// One state of each facility holds, and with it its constraints.
    fn state_rows(&mut self, l: usize) {
        let planner = self.planner;
        let group = &planner.facilities[l];
        if group.options.is_empty() {
            for row in &group.states[0].rows {
                self.row(row, self.changed_hours(group.facility, row.hours), Vec::new());
            }
            return;
        }
        let state_vars: Vec<usize> =
            group.states.iter().map(|_| self.p.variable(0.0, 0.0, 1.0, false)).collect();
        self.p.constraint(1.0, 1.0, state_vars.iter().map(|&z| (z, 1.0)).collect());
        for (k, option) in group.options.iter().enumerate() {
            for (n, &level_var) in self.level_vars[option.ix()].clone().iter().enumerate() {
                let mut terms = vec![(level_var, -1.0)];
                let high_enough = |state: &&(usize, &FacilityState)| state.1.levels[k] as usize > n;
                let states: Vec<(usize, &FacilityState)> =
                    group.states.iter().enumerate().collect();
                terms.extend(states.iter().filter(high_enough).map(|(i, _)| (state_vars[*i], 1.0)));
                self.p.constraint(0.0, 0.0, terms);
            }
        }
        let same_use = group
            .states
            .iter()
            .all(|s| s.rows.len() == 1 && s.rows[0].terms == group.states[0].rows[0].terms);
        if same_use {
            // Only the hours differ: use <= sum of hours x state.
            let hours: Vec<f64> = group.states.iter().map(|s| s.rows[0].hours).collect();
            let base = self.changed_hours(group.facility, hours[0]);
            let more =
                state_vars[1..].iter().zip(&hours[1..]).map(|(&z, h)| (z, h - hours[0])).collect();
            self.row(&group.states[0].rows[0], base, more);
        } else {
            self.separate_states(group, &state_vars);
        }
    }

    /// The states use hours differently: a constraint binds only in its own state. Its slack in
    /// another state (the big-M) is the greatest use that the other state's constraints allow.
    fn separate_states(&mut self, group: &FacilityStates, state_vars: &[usize]) {
        for (i, state) in group.states.iter().enumerate() {
            for row in &state.rows {
                let others = group.states.iter().enumerate().filter(|(j, _)| *j != i);
                let more: Vec<(usize, f64)> = others
                    .map(|(j, other)| (state_vars[j], (most_use(row, other) - row.hours).max(0.0)))
                    .collect();
                self.row(row, self.changed_hours(group.facility, row.hours), more);
            }
        }
    }

    /// Columns that require an option carry nothing without it.
    fn requirements(&mut self) {
        let pool = self.planner.pool;
        let bounds = self.flow_bounds();
        for (i, column) in pool.all_columns().enumerate() {
            for &(option, level) in &column.requires {
                let level_var = self.level_vars[option.ix()][level as usize - 1];
                for v in self.variables_of(i) {
                    let terms = vec![(v, 1.0), (level_var, -bounds[i])];
                    self.p.constraint(f64::NEG_INFINITY, 0.0, terms);
                }
            }
        }
    }

    /// Upper bound on each column's flow with every facility in its best state, in thousands.
    fn flow_bounds(&self) -> Vec<f64> {
        let pool = self.planner.pool;
        let mut bounds: Vec<f64> = pool
            .paths
            .iter()
            .map(|path| match self.request.targets[path.demand.ix()] {
                DemandTarget::Exactly(units) | DemandTarget::UpTo(units) => units * KILO,
                DemandTarget::Multiple(_) => TOTAL_LIMIT_MT / KILO,
            })
            .collect();
        bounds.resize(pool.paths.len() + pool.empty_moves.len(), 1e9);
        for group in &self.planner.facilities {
            let mut least: BTreeMap<usize, f64> = BTreeMap::new();
            for state in &group.states {
                let mut here: BTreeMap<usize, f64> = BTreeMap::new();
                for row in &state.rows {
                    for &(c, h) in row.terms.iter().filter(|(_, h)| *h > 0.0) {
                        let most = self.changed_hours(group.facility, row.hours) / h * KILO;
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

    fn solution(self) -> Result<LpSolution, SolverError> {
        let pool = self.planner.pool;
        let found = solve(&self.p, self.planner.control)?;
        let none = found.values.is_empty();
        let paths = pool.paths.len();
        let value = |v: usize| found.values[v].max(0.0) / KILO;
        let unit = match self.request.objective {
            Objective::MaxMultiple => 1.0 / self.asked,
            Objective::MaxTotal(_) => 1.0 / KILO,
            Objective::MinCost => 1.0 / MILLION,
        };
        let levels = match self.request.options {
            Options::Fixed(levels) => levels.to_vec(),
            Options::Free { .. } if none => vec![0; pool.s.options.len()],
            Options::Free { .. } => self
                .level_vars
                .iter()
                .map(|level_vars| {
                    level_vars.iter().filter(|&&y| found.values[y] > 0.5).count() as u32
                })
                .collect(),
        };
        let (mut objective, mut bound) = (found.objective * unit, found.bound * unit);
        if self.p.to_the_last {
            objective -= tie_breaks_usd(pool.s, &levels);
            bound -= tie_breaks_usd(pool.s, &most_levels(pool.s, objective));
        }
        Ok(LpSolution {
            status: found.status,
            objective,
            bound,
            multiple: if none { 0.0 } else { found.values[self.total] / self.asked },
            unlimited: !none && found.values[self.total] >= TOTAL_LIMIT_MT * 0.999,
            flows: if none {
                Vec::new()
            } else {
                let peak: Vec<usize> = (paths..paths + pool.empty_moves.len()).collect();
                let mean_empty = if self.mean_empty.is_empty() { &peak } else { &self.mean_empty };
                (0..paths).chain(mean_empty.iter().copied()).map(value).collect()
            },
            peak_empty: if none {
                Vec::new()
            } else {
                (paths..paths + pool.empty_moves.len()).map(value).collect()
            },
            levels,
        })
    }
}

/// The most of each option that a plan of an annual cost can have: none that alone costs more.
fn most_levels(s: &Scenario, annual_usd: f64) -> Vec<u32> {
    let options = s.options.iter().enumerate();
    let most = options.map(|(i, o)| {
        let within = annual_usd / option_usd_per_year(s, OptionId::at(i));
        // A cost of zero gives infinity, which the cast takes for the largest number.
        o.max_level.min(within.max(0.0) as u32)
    });
    most.collect()
}

/// What levels count beyond their annual cost, USD.
fn tie_breaks_usd(s: &Scenario, levels: &[u32]) -> f64 {
    let of = |(i, n): (usize, &u32)| f64::from(*n) * tie_break_usd(s, OptionId::at(i));
    levels.iter().enumerate().map(of).sum()
}

/// Whether two options have the same effect on the same target, so that at most one makes sense.
fn are_alternatives(a: &Effect, b: &Effect) -> bool {
    match (a, b) {
        (Effect::SetCalendar { resource: x, .. }, Effect::SetCalendar { resource: y, .. }) => {
            x == y
        }
        (Effect::OpenLink { .. } | Effect::AllowVehicle { .. }, _) => a == b,
        _ => false,
    }
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
