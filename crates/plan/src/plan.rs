//! The whole answer: capacity, readings of the law, ladder, ceiling, uncertainty, comparisons.

use std::collections::BTreeSet;

use trimodal_model::Scenario;
use trimodal_model::fleets::Division;
use trimodal_model::ids::{DemandId, PolicyId};
use trimodal_model::policy::{self, Law, Reading, Verdict};
use trimodal_model::problem::{self, Problem};
use trimodal_model::scenario::Role;

use crate::capacity::{self, Base};
use crate::check::{self, Promise};
use crate::compare::{self, Case};
use crate::deadline::Deadline;
use crate::derivation;
use crate::economics::Programme;
use crate::formulation::Planner;
use crate::itineraries::{Cut, Itinerary, MAX_ALL, MAX_ITINERARIES, Ways};
use crate::ladder::{self, Solved};
use crate::network::{Network, Standing, all_ways, judge_all};
use crate::outcome::{
    self, Condition, Fleet, Inputs, NotPermitted, Plan, PolicySet, Rule, Rung, SCHEMA, Status,
    Unreachable,
};
use crate::rows::{MAX_STATES, Use, Users};
use crate::solution::Book;
use crate::solver::SolverError;
use crate::uncertainty::{self, RungPlan, Study};

/// What is asked of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The law that is on.
    pub law: Law,
    /// Each rung contains the one before.
    pub staged: bool,
    /// Cases to compare.
    pub compare: Vec<Case>,
    /// Seconds that all of it may take.
    pub time_limit_s: f64,
}

/// Why there is no plan at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A demand has more ways than can be listed.
    #[error("demand `{demand}` has more than {MAX_ITINERARIES} ways")]
    TooManyWays {
        /// Id of the demand.
        demand: String,
    },
    /// All demands together have more ways than can be planned.
    #[error(
        "the demands up to `{demand}`, {done} of {all}, have more than {MAX_ALL} ways between them"
    )]
    TooManyWaysInAll {
        /// Id of the demand at which it was too much.
        demand: String,
        /// Rows that were looked at.
        done: usize,
        /// Rows in all.
        all: usize,
    },
    /// Options make too many states of one facility.
    #[error("options give `{facility}` more than {MAX_STATES} states")]
    TooManyStates {
        /// Id of the facility.
        facility: String,
    },
    /// The time was over while ways were listed.
    #[error(
        "the time limit was reached while the ways of demand `{demand}` ({done} of {all}) were listed"
    )]
    OutOfTime {
        /// Id of the demand.
        demand: String,
        /// Rows that were looked at.
        done: usize,
        /// Rows in all.
        all: usize,
    },
    /// The solver failed.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// The checker found fault with a solution: a defect of the program, never told as a plan.
    #[error("the independent check refused the plan ({what}): {faults}")]
    Unsound {
        /// Which solution.
        what: String,
        /// Its faults.
        faults: String,
    },
}

impl Failure {
    /// Says of what demand the ways could not be listed.
    pub fn of_cut(s: &Scenario, cut: Cut) -> Failure {
        let id = |d: DemandId| s.demand[d.ix()].id.clone();
        let all = s.demand.len();
        match cut {
            Cut::TooMany(d) => Failure::TooManyWays { demand: id(d) },
            Cut::TooManyInAll(d) => {
                Failure::TooManyWaysInAll { demand: id(d), done: d.ix() + 1, all }
            }
            Cut::OutOfTime(d) => Failure::OutOfTime { demand: id(d), done: d.ix() + 1, all },
        }
    }

    /// The failure with its stable id and advice.
    pub fn problem(&self) -> Problem {
        let (code, hint) = match self {
            Failure::TooManyWays { .. } | Failure::TooManyWaysInAll { .. } => (
                problem::TOO_MANY_WAYS,
                "allow fewer rides (`max_rides`), name a place to pass (`via`), or simplify the network",
            ),
            Failure::TooManyStates { .. } => {
                (problem::TOO_MANY_STATES, "lower the `max_level` of its options")
            }
            Failure::OutOfTime { .. } => {
                (problem::OUT_OF_TIME, "give more time with --time-limit, or a simpler network")
            }
            Failure::Solver(_) => {
                (problem::SOLVER, "this is a defect; please report it with the scenario")
            }
            Failure::Unsound { .. } => {
                (problem::UNSOUND, "this is a defect; please report it with the scenario")
            }
        };
        Problem::new(code, self.to_string()).hint(hint)
    }

    /// Whether it is a defect of the program and not a limit.
    pub fn is_defect(&self) -> bool {
        matches!(self, Failure::Solver(_) | Failure::Unsound { .. })
    }
}

/// Said in every output that touches a border with sanctions.
pub const NOT_LEGAL_ADVICE: &str =
    "Rules are applied as data with their references; this is not legal advice.";
/// Said in every output of a run without law.
pub const WATERMARK: &str =
    "COUNTERFACTUAL: planned without any law. Movements shown here may be forbidden.";

/// Plans a scenario. `progress` hears what is being done, and how much of it is done.
pub fn plan(
    given: &Scenario,
    request: &Request,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Plan, Failure> {
    let deadline = Deadline::after_s(request.time_limit_s);
    let (lawful, divisions) = given.within(&request.law);
    let s = &lawful;
    progress("itineraries", 0, 1);
    let ways = all_ways(s, deadline).map_err(|cut| Failure::of_cut(s, cut))?;
    let judged = judge_all(s, &ways, &request.law, Reading::Strict);
    let barred = barred(given, (s, &divisions), &ways, &request.law, deadline)?;
    let mut strict = Network::new(s, &ways, &judged);
    strict.forbid(&barred);
    let strict = strict;
    let users = Users::new(&strict);
    for facility in strict.used_facilities() {
        if users.state_count(s, facility) > MAX_STATES {
            return Err(Failure::TooManyStates { facility: s.facility_id(facility) });
        }
    }
    progress("capacity", 0, 1);
    let planner = Planner::new(&strict, Use::Practical);
    let mut desk = Desk { s, request, planner: &planner, book: Book::default(), deadline };
    let base = capacity::base(&planner, deadline)?;
    let gross = capacity::base(&Planner::new(&strict, Use::Gross), deadline)?;
    let solution = desk.book.solution(&planner, &base.answer);
    let capacity = capacity::report(&planner, &base, &gross, solution, deadline)?;
    let ceiling = ladder::ceiling(&planner, &base, deadline)?;
    let ladder = desk.climb(&base, &ceiling, progress)?;
    let lenient_judged = judge_all(s, &ways, &request.law, Reading::Lenient);
    let mut lenient = Network::new(s, &ways, &lenient_judged);
    lenient.forbid(&barred);
    let uncertainty = desk.uncertainty(&ways, &judged, &base, &ladder, progress)?;
    let mut comparisons = Vec::new();
    for case in &request.compare {
        progress("comparisons", comparisons.len(), request.compare.len());
        let one = compare::compare(given, (&planner, &base), case, &request.law, deadline)?;
        comparisons.push(one);
    }
    let fleet = |d: &Division| Fleet {
        vehicle: given.vehicles[d.vehicle.ix()].id.clone(),
        name: given.vehicles[d.vehicle.ix()].name.clone(),
        fleets: d.fleets.iter().map(|v| s.vehicles[v.ix()].name.clone()).collect(),
        rules: d.rules.iter().map(|&id| rule(s, id)).collect(),
    };
    let plan = Plan {
        schema: SCHEMA.into(),
        scenario: s.settings.name.clone(),
        scenario_digest: given.digest(),
        period_days: s.settings.days,
        price_year: s.settings.price_year,
        policies: policy_sets(s, &request.law),
        counterfactual_no_law: request.law == Law::CounterfactualNone,
        notices: notices(&request.law),
        inputs: inputs(s),
        capacity,
        readings: readings(&planner, &lenient, &base, deadline)?,
        not_permitted_t_per_year: forbidden_t(&strict),
        not_permitted: not_permitted(&strict, &lenient),
        conditions: conditions(&strict),
        unreachable: unreachable(&strict),
        ladder,
        ceiling,
        uncertainty,
        comparisons,
        facilities: derivation::all(&strict, &planner.users),
        itineraries: desk.book.itineraries,
        seed: s.settings.seed,
        unit: unit(s),
        fleets: divisions.iter().map(fleet).collect(),
        limits_reached: limits_reached(request, deadline),
    };
    verify(s, &plan, &base, &strict, request)?;
    Ok(plan)
}

/// For each demand that no fleet may take though its class could, the rules that stand in the way.
fn barred(
    given: &Scenario,
    (lawful, divisions): (&Scenario, &[Division]),
    ways: &[Vec<Itinerary>],
    law: &Law,
    deadline: Deadline,
) -> Result<Vec<Vec<PolicyId>>, Failure> {
    let mut rules = vec![Vec::new(); given.demand.len()];
    if !lawful.vehicles.iter().any(|v| !v.barred.is_empty()) {
        return Ok(rules);
    }
    let mut undivided = Ways::new(given, deadline);
    for d in (0..given.demand.len()).filter(|&d| ways[d].is_empty()) {
        let all = undivided.of(DemandId::at(d)).map_err(|cut| Failure::of_cut(given, cut))?;
        if all.is_empty() {
            continue;
        }
        let mut own: BTreeSet<PolicyId> = BTreeSet::new();
        for ride in all.iter().flat_map(|way| &way.rides) {
            let class = &given.vehicles[ride.vehicle.ix()];
            let steps = ride.places.windows(2);
            let steps: Vec<policy::Step> =
                steps.map(|w| policy::Step { from: w[0], to: w[1], mode: class.mode }).collect();
            own.extend(policy::judge_class(given, class, &steps, law));
        }
        if own.is_empty() {
            own.extend(divisions.iter().flat_map(|d| &d.rules));
        }
        rules[d] = own.into_iter().collect();
    }
    Ok(rules)
}

/// The unit that all scaled rows have, or tonnes.
fn unit(s: &Scenario) -> String {
    let scaled = s.demand.iter().filter(|d| d.role == Role::Scaled && !d.in_vehicles);
    let mut units: BTreeSet<String> = scaled.map(|d| d.unit()).collect();
    match (units.pop_first(), units.is_empty()) {
        (Some(unit), true) => unit,
        _ => "t".into(),
    }
}

fn limits_reached(request: &Request, deadline: Deadline) -> Vec<String> {
    let over = deadline.is_over().then(|| {
        format!(
            "the time limit of {} s was reached: figures that were not found until then are absent",
            request.time_limit_s
        )
    });
    over.into_iter().collect()
}

struct Desk<'a> {
    s: &'a Scenario,
    request: &'a Request,
    planner: &'a Planner<'a>,
    book: Book,
    deadline: Deadline,
}

impl Desk<'_> {
    fn climb(
        &mut self,
        base: &Base,
        ceiling: &outcome::Ceiling,
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Vec<Rung>, Failure> {
        let rungs = &self.s.settings.rungs;
        let mut at_least = vec![0; self.s.options.len()];
        let mut told = Vec::new();
        let mut below: Option<Programme> = None;
        if base.reason.is_some() {
            return Ok(told);
        }
        for (i, &multiple) in rungs.iter().enumerate() {
            progress("ladder", i, rungs.len());
            let beyond =
                ceiling.status == Status::Optimal && multiple > ceiling.multiple * (1.0 + 1e-6);
            let solved = if beyond {
                Solved {
                    status: Status::Infeasible,
                    answer: None,
                    cost_usd: f64::NAN,
                    bound_usd: f64::NAN,
                }
            } else {
                ladder::solve(self.planner, base.multiple, multiple, &at_least, self.deadline)?
            };
            if let (true, Some(answer)) = (self.request.staged, &solved.answer) {
                at_least.clone_from(&answer.levels);
            }
            let (rung, programme) = ladder::tell(
                self.planner,
                base,
                multiple,
                &solved,
                (ceiling, below.as_ref()),
                &mut self.book,
                self.deadline,
            )?;
            told.push(rung);
            below = programme.or(below);
        }
        Ok(told)
    }

    fn uncertainty(
        &self,
        ways: &[Vec<Itinerary>],
        judged: &[Vec<Verdict>],
        base: &Base,
        ladder: &[Rung],
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Option<outcome::Uncertainty>, Failure> {
        if self.s.settings.samples == 0 || base.reason.is_some() {
            return Ok(None);
        }
        let possible = ladder.iter().filter(|r| r.solution.is_some());
        let level =
            |rung: &Rung, id: &str| rung.solution.as_ref().and_then(|x| x.levels.get(id)).copied();
        let rungs = possible
            .map(|r| RungPlan {
                multiple: r.multiple,
                tonnes: r.capacity_t_per_year,
                levels: self.s.options.iter().map(|o| level(r, &o.id).unwrap_or(0)).collect(),
            })
            .collect();
        let study = Study { s: self.s, ways, judged, rungs, deadline: self.deadline };
        let analysed =
            uncertainty::analyse(&study, &mut |done, all| progress("uncertainty", done, all))?;
        Ok(analysed)
    }
}

/// No solution is told that the independent check refuses.
fn verify(
    s: &Scenario,
    plan: &Plan,
    base: &Base,
    network: &Network,
    request: &Request,
) -> Result<(), Failure> {
    let scaled: Vec<String> = (0..s.demand.len())
        .filter(|&d| network.is_scaled(d))
        .map(|d| s.demand[d].id.clone())
        .collect();
    let check = |what: String, solution: &outcome::Solution, multiple: f64, cost: Option<f64>| {
        let promise = Promise {
            multiple,
            scaled: &scaled,
            annual_cost_usd: cost,
            law: &request.law,
            reading: Reading::Strict,
        };
        let faults = check::faults(s, &plan.itineraries, solution, &promise);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Failure::Unsound { what, faults: faults.join("; ") })
        }
    };
    if base.reason.is_none() {
        check("today".into(), &plan.capacity.solution, base.multiple, None)?;
    }
    for rung in &plan.ladder {
        if let Some(solution) = &rung.solution {
            check(
                format!("x{}", rung.multiple),
                solution,
                base.multiple * rung.multiple,
                rung.annual_cost_usd,
            )?;
        }
    }
    Ok(())
}

fn policy_sets(s: &Scenario, law: &Law) -> Vec<PolicySet> {
    let mut sets: Vec<PolicySet> = Vec::new();
    for policy in s.policies.iter().filter(|p| policy::in_force(s, p, law)) {
        match sets.iter_mut().find(|x| x.set == policy.set) {
            Some(set) => set.rules += 1,
            None => {
                sets.push(PolicySet { set: policy.set.clone(), is_law: policy.is_law, rules: 1 })
            }
        }
    }
    sets
}

fn notices(law: &Law) -> Vec<String> {
    let watermark = (*law == Law::CounterfactualNone).then(|| WATERMARK.to_string());
    watermark.into_iter().chain([NOT_LEGAL_ADVICE.to_string()]).collect()
}

fn inputs(s: &Scenario) -> Inputs {
    let [published, secondary, computed, recalled, assumed] = s.figures.0;
    Inputs {
        published,
        secondary,
        computed,
        recalled,
        assumed,
        share_assumed: s.figures.share_not_sourced(),
    }
}

fn forbidden(network: &Network) -> Vec<usize> {
    let banned = |d: &usize| matches!(network.standing[*d], Standing::Forbidden(_));
    (0..network.s.demand.len()).filter(banned).collect()
}

/// Tonnes asked for that are not permitted. (An empty sum of floats is -0.)
fn forbidden_t(network: &Network) -> f64 {
    forbidden(network).iter().fold(0.0, |t, &d| t + network.asked_t(d))
}

fn rule(s: &Scenario, id: PolicyId) -> Rule {
    let p = &s.policies[id.ix()];
    Rule {
        policy: p.id.clone(),
        set: p.set.clone(),
        reference: p.reference.clone(),
        procedure: p.procedure.clone(),
    }
}

fn not_permitted(strict: &Network, lenient: &Network) -> Vec<NotPermitted> {
    let s = strict.s;
    forbidden(strict)
        .into_iter()
        .map(|d| {
            let Standing::Forbidden(rules) = &strict.standing[d] else { unreachable!("filtered") };
            NotPermitted {
                demand: s.demand[d].id.clone(),
                name: s.demand[d].name.clone(),
                t_per_year: strict.asked_t(d),
                permitted_in_lenient_reading: lenient.standing[d] == Standing::Permitted,
                rules: rules.iter().map(|&id| rule(s, id)).collect(),
            }
        })
        .collect()
}

fn conditions(network: &Network) -> Vec<Condition> {
    let s = network.s;
    let mut seen: BTreeSet<(DemandId, PolicyId)> = BTreeSet::new();
    for (way, verdict) in network.ways.iter().zip(&network.verdicts) {
        seen.extend(verdict.notices.iter().chain(&verdict.capped_by).map(|&p| (way.demand, p)));
    }
    seen.into_iter()
        .map(|(d, p)| Condition {
            demand: s.demand[d.ix()].id.clone(),
            name: s.demand[d.ix()].name.clone(),
            rule: rule(s, p),
        })
        .collect()
}

fn unreachable(network: &Network) -> Vec<Unreachable> {
    let s = network.s;
    (0..s.demand.len())
        .filter(|&d| network.standing[d] == Standing::Unreachable)
        .map(|d| {
            let demand = &s.demand[d];
            let (from, to) = (&s.places[demand.from.ix()].name, &s.places[demand.to.ix()].name);
            let via = demand.via.map_or(String::new(), |v| format!(" by {}", s.places[v.ix()].name));
            Unreachable {
                demand: demand.id.clone(),
                name: demand.name.clone(),
                t_per_year: network.asked_t(d),
                reason: format!(
                    "no vehicle that carries {} finds links, gauges and terminal operations from {from} to {to}{via} within {} rides",
                    demand.commodity, s.settings.max_rides
                ),
            }
        })
        .collect()
}

fn readings(
    planner: &Planner,
    lenient: &Network,
    base: &Base,
    deadline: Deadline,
) -> Result<Vec<outcome::Reading>, Failure> {
    let strict = planner.network;
    let all =
        |n: &Network| -> Vec<usize> { (0..n.s.demand.len()).filter(|&d| n.is_scaled(d)).collect() };
    let mut both = all(strict);
    both.retain(|&d| lenient.is_scaled(d));
    let lenient_planner = Planner::new(lenient, Use::Practical);
    let of = |planner: &Planner, held: &[usize]| -> Result<f64, Failure> {
        Ok(compare::capacity_for(planner, held, deadline)?.total_t)
    };
    let reading = |reading: &str, n: &Network, total: f64, same: f64| outcome::Reading {
        reading: reading.into(),
        total_t_per_year: total,
        same_demand_total_t_per_year: same,
        not_permitted_t_per_year: forbidden_t(n),
    };
    let lenient_total = of(&lenient_planner, &all(lenient))?;
    let lenient_same = of(&lenient_planner, &both)?;
    Ok(vec![
        reading("strict", strict, base.total_t, of(planner, &both)?),
        reading("lenient", lenient, lenient_total, lenient_same),
    ])
}
