//! The whole answer: capacity, readings of the law, ladder, ceiling, uncertainty, comparisons.

use std::collections::BTreeSet;

use trimodal_model::Scenario;
use trimodal_model::ids::{DemandId, PolicyId};
use trimodal_model::policy::{self, Law, Reading, Verdict};

use crate::capacity::{self, Base};
use crate::check::{self, Promise};
use crate::compare::{self, Case};
use crate::derivation;
use crate::formulation::Planner;
use crate::itineraries::{Itinerary, TooMany};
use crate::ladder::{self, Solved};
use crate::network::{Network, Standing, all_ways, judge_all};
use crate::outcome::{
    self, Condition, Inputs, NotPermitted, Plan, PolicySet, Rule, Rung, SCHEMA, Status, Unreachable,
};
use crate::rows::{self, MAX_STATES, Use};
use crate::solution::Book;
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
    /// Seconds the solver may take for one programme.
    pub time_limit_s: f64,
}

/// Why there is no plan at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A demand has more ways than can be listed.
    #[error(
        "demand `{demand}` has too many ways to list; fewer rides (`max_rides`) or a simpler network would do"
    )]
    TooManyWays {
        /// Id of the demand.
        demand: String,
    },
    /// Options make too many states of one facility.
    #[error("options give `{facility}` more than {MAX_STATES} states; lower their `max_level`")]
    TooManyStates {
        /// Id of the facility.
        facility: String,
    },
    /// The checker found fault with a solution: a defect of the program, never told as a plan.
    #[error("the independent check refused the plan ({what}): {faults}")]
    Unsound {
        /// Which solution.
        what: String,
        /// Its faults.
        faults: String,
    },
}

/// Said in every output that touches a border with sanctions.
pub const NOT_LEGAL_ADVICE: &str =
    "Rules are applied as data with their references; this is not legal advice.";
/// Said in every output of a run without law.
pub const WATERMARK: &str =
    "COUNTERFACTUAL: planned without any law. Movements shown here may be forbidden.";

/// Plans a scenario. `progress` hears what is being done, and how much of it is done.
pub fn plan(
    s: &Scenario,
    request: &Request,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Plan, Failure> {
    let too_many =
        |TooMany(d): TooMany| Failure::TooManyWays { demand: s.demand[d.ix()].id.clone() };
    progress("itineraries", 0, 1);
    let ways = all_ways(s).map_err(too_many)?;
    let judged = judge_all(s, &ways, &request.law, Reading::Strict);
    let strict = Network::new(s, &ways, &judged);
    for facility in strict.used_facilities() {
        if rows::state_count(s, facility) > MAX_STATES {
            return Err(Failure::TooManyStates { facility: s.facility_id(facility) });
        }
    }
    progress("capacity", 0, 1);
    let planner = Planner::new(&strict, Use::Practical);
    let mut desk = Desk { s, request, planner: &planner, book: Book::default() };
    let base = capacity::base(&planner, request.time_limit_s);
    let gross = capacity::base(&Planner::new(&strict, Use::Gross), request.time_limit_s);
    let solution = desk.book.solution(&planner, &base.answer);
    let capacity = capacity::report(&planner, &base, &gross, solution, request.time_limit_s);
    let ceiling = ladder::ceiling(&planner, &base, request.time_limit_s);
    let (ladder, _) = desk.climb(&base, &ceiling, progress);
    let lenient_judged = judge_all(s, &ways, &request.law, Reading::Lenient);
    let lenient = Network::new(s, &ways, &lenient_judged);
    let uncertainty = desk.uncertainty(&ways, &judged, &base, &ladder, progress);
    let mut comparisons = Vec::new();
    for case in &request.compare {
        progress("comparisons", comparisons.len(), request.compare.len());
        comparisons
            .push(compare::compare(s, case, &request.law, request.time_limit_s).map_err(too_many)?);
    }
    let plan = Plan {
        schema: SCHEMA.into(),
        scenario: s.settings.name.clone(),
        scenario_digest: s.digest(),
        period_days: s.settings.days,
        price_year: s.settings.price_year,
        policies: policy_sets(s, &request.law),
        counterfactual_no_law: request.law == Law::CounterfactualNone,
        notices: notices(&request.law),
        inputs: inputs(s),
        capacity,
        readings: readings(&strict, &lenient, &base, request.time_limit_s),
        not_permitted_t_per_year: forbidden_t(&strict),
        not_permitted: not_permitted(&strict, &lenient),
        conditions: conditions(&strict),
        unreachable: unreachable(&strict),
        ladder,
        ceiling,
        uncertainty,
        comparisons,
        facilities: derivation::all(s),
        itineraries: desk.book.itineraries,
        seed: s.settings.seed,
    };
    verify(s, &plan, &base, &strict, request)?;
    Ok(plan)
}

struct Desk<'a> {
    s: &'a Scenario,
    request: &'a Request,
    planner: &'a Planner<'a>,
    book: Book,
}

impl Desk<'_> {
    fn climb(
        &mut self,
        base: &Base,
        ceiling: &outcome::Ceiling,
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> (Vec<Rung>, Vec<Solved>) {
        let rungs = &self.s.settings.rungs;
        let mut at_least = vec![0; self.s.options.len()];
        let (mut told, mut all) = (Vec::new(), Vec::new());
        if base.reason.is_some() {
            return (told, all);
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
                ladder::solve(
                    self.planner,
                    base.multiple,
                    multiple,
                    &at_least,
                    self.request.time_limit_s,
                )
            };
            if let (true, Some(answer)) = (self.request.staged, &solved.answer) {
                at_least.clone_from(&answer.levels);
            }
            told.push(ladder::tell(
                self.planner,
                base,
                multiple,
                &solved,
                ceiling,
                &mut self.book,
                self.request.time_limit_s,
            ));
            all.push(solved);
        }
        (told, all)
    }

    fn uncertainty(
        &self,
        ways: &[Vec<Itinerary>],
        judged: &[Vec<Verdict>],
        base: &Base,
        ladder: &[Rung],
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> Option<outcome::Uncertainty> {
        if self.s.settings.samples == 0 || base.reason.is_some() {
            return None;
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
        let study =
            Study { s: self.s, ways, judged, rungs, time_limit_s: self.request.time_limit_s };
        Some(uncertainty::analyse(&study, &mut |done, all| progress("uncertainty", done, all)))
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
    strict: &Network,
    lenient: &Network,
    base: &Base,
    time_limit_s: f64,
) -> Vec<outcome::Reading> {
    let both: Vec<usize> = (0..strict.s.demand.len())
        .filter(|&d| strict.is_scaled(d) && lenient.is_scaled(d))
        .collect();
    let all =
        |n: &Network| -> Vec<usize> { (0..n.s.demand.len()).filter(|&d| n.is_scaled(d)).collect() };
    let not = forbidden_t;
    let (lenient_total, _) = compare::capacity_for(lenient, &all(lenient), time_limit_s);
    let (lenient_same, _) = compare::capacity_for(lenient, &both, time_limit_s);
    let (strict_same, _) = compare::capacity_for(strict, &both, time_limit_s);
    vec![
        outcome::Reading {
            reading: "strict".into(),
            total_t_per_year: base.total_t,
            same_demand_total_t_per_year: strict_same,
            not_permitted_t_per_year: not(strict),
        },
        outcome::Reading {
            reading: "lenient".into(),
            total_t_per_year: lenient_total,
            same_demand_total_t_per_year: lenient_same,
            not_permitted_t_per_year: not(lenient),
        },
    ]
}
