//! The whole plan: capacity, readings of the law, ladder, ceiling, uncertainty, comparisons.

use std::collections::BTreeSet;

use trimodal_model::control::Stopped;
use trimodal_model::policy::{Law, Reading, Verdict};
use trimodal_model::scenario::Role;
use trimodal_model::{Control, Scenario};

use crate::cancelled::Cancelled;
use crate::capacity::{self, BaseCapacity};
use crate::check::{self, Claims};
use crate::column_pool::{ColumnPool, all_paths, judge_all};
use crate::compare;
use crate::constraints::{CapacityBasis, FacilityUsers, MAX_STATES};
use crate::derivation;
use crate::economics::Programme;
use crate::failure::Failure;
use crate::formulation::Planner;
use crate::ladder::{self, SolvedRung};
use crate::legal;
use crate::outcome::{self, Inputs, LawReading, Plan, Rung, SCHEMA, Status};
use crate::paths::Path;
use crate::request::PlanRequest;
use crate::served;
use crate::solution::ItineraryIndex;
use crate::uncertainty::{self, RungPlan, Study};

/// Plans a scenario.
///
/// `control` receives the progress. At its deadline the plan holds the results found until then and
/// says in `limits_reached` that the others are absent; after a cancel the result is
/// [`Failure::Cancelled`], within a fraction of a second.
pub fn plan(given: &Scenario, request: &PlanRequest, control: &Control) -> Result<Plan, Failure> {
    let law = request.policies.law(given);
    let (lawful, divisions) = given.within(&law);
    let s = &lawful;
    control.step("itineraries", 0, 1);
    let paths = all_paths(s, control).map_err(|cut| Failure::of_cut(s, cut))?;
    let judged = judge_all(s, &paths, &law, Reading::Strict, control)?;
    let forbidding = legal::forbidding(given, (s, &divisions), &paths, &law, control)?;
    let strict = ColumnPool::new(s, &paths, &judged, control)?.forbidding(&forbidding);
    check_states(&strict)?;
    control.step("capacity", 0, 1);
    let planner = Planner::new(&strict, CapacityBasis::Practical, control);
    let lenient_judged = judge_all(s, &paths, &law, Reading::Lenient, control)?;
    let lenient = ColumnPool::new(s, &paths, &lenient_judged, control)?.forbidding(&forbidding);
    let mut builder = PlanBuilder {
        given,
        s,
        request,
        law: &law,
        planner: &planner,
        index: ItineraryIndex::default(),
    };
    let base = capacity::base(&planner)?;
    let mut plan = builder.plan(&base, &lenient, (&paths, &judged))?;
    Cancelled::check(control)?;
    plan.fleets = divisions.iter().map(|d| legal::fleet(given, s, d)).collect();
    verify(&plan, &base, &strict, &law)?;
    Ok(plan)
}

fn check_states(pool: &ColumnPool) -> Result<(), Failure> {
    let users = FacilityUsers::new(pool);
    let facilities = pool.used_facilities();
    match facilities.into_iter().find(|&f| users.state_count(pool.s, f) > MAX_STATES) {
        Some(f) => Err(Failure::TooManyStates { facility: pool.s.facility_id(f) }),
        None => Ok(()),
    }
}

/// The unit that all scaled rows share, or tonnes.
fn unit(s: &Scenario) -> String {
    let scaled = s.demand.iter().filter(|d| d.role == Role::Scaled && !d.in_vehicles);
    let mut units: BTreeSet<String> = scaled.map(|d| d.unit()).collect();
    match (units.pop_first(), units.is_empty()) {
        (Some(unit), true) => unit,
        _ => "t".into(),
    }
}

fn limits_reached(control: &Control) -> Vec<String> {
    match control.stopped() {
        Some(limit @ Stopped::TimeLimit(_)) => {
            vec![format!(
                "the {limit} was reached: figures that were not found until then are absent"
            )]
        }
        Some(Stopped::Cancelled) | None => Vec::new(),
    }
}

struct PlanBuilder<'a> {
    /// The scenario as given.
    given: &'a Scenario,
    /// The scenario with its classes divided by the law.
    s: &'a Scenario,
    request: &'a PlanRequest,
    law: &'a Law,
    planner: &'a Planner<'a>,
    index: ItineraryIndex,
}

impl PlanBuilder<'_> {
    fn plan(
        &mut self,
        base: &BaseCapacity,
        lenient: &ColumnPool,
        (paths, judged): (&[Vec<Path>], &[Vec<Verdict>]),
    ) -> Result<Plan, Failure> {
        let (s, law, planner) = (self.s, self.law, self.planner);
        let (strict, control) = (planner.pool, planner.control);
        let gross = capacity::base(&Planner::new(strict, CapacityBasis::Gross, control))?;
        let solution = self.index.solution(planner, &base.optimum);
        let capacity = served::report(planner, base, &gross, solution)?;
        let ceiling = ladder::ceiling(planner, base)?;
        let ladder = self.climb(base, &ceiling)?;
        let uncertainty = self.uncertainty(paths, judged, base, &ladder)?;
        let comparisons = self.comparisons(base)?;
        Ok(Plan {
            schema: SCHEMA.into(),
            scenario: s.settings.name.clone(),
            scenario_digest: self.given.digest(),
            period_days: s.settings.days,
            price_year: s.settings.price_year,
            policies: legal::policy_sets(s, law),
            counterfactual_no_law: *law == Law::CounterfactualNone,
            notices: legal::notices(law),
            inputs: inputs(s),
            capacity,
            readings: readings(planner, lenient, base)?,
            not_permitted_t_per_year: legal::forbidden_t(strict),
            not_permitted: legal::not_permitted(strict, lenient),
            conditions: legal::conditions(strict),
            unreachable: legal::unreachable(strict),
            ladder,
            ceiling,
            uncertainty,
            comparisons,
            facilities: derivation::all(strict, &planner.users),
            itineraries: std::mem::take(&mut self.index.itineraries),
            seed: self.request.seed,
            unit: unit(s),
            fleets: Vec::new(),
            limits_reached: limits_reached(control),
        })
    }

    fn comparisons(&self, base: &BaseCapacity) -> Result<Vec<outcome::Comparison>, Failure> {
        let cases = &self.request.compare;
        let one = |(i, case)| {
            self.planner.control.step("comparisons", i, cases.len());
            compare::compare(self.given, (self.planner, base), case, self.law)
        };
        cases.iter().enumerate().map(one).collect()
    }

    fn climb(
        &mut self,
        base: &BaseCapacity,
        ceiling: &outcome::Ceiling,
    ) -> Result<Vec<Rung>, Failure> {
        let rungs = &self.request.rungs;
        let mut at_least = vec![0; self.s.options.len()];
        let mut reported = Vec::new();
        let mut below: Option<Programme> = None;
        if base.reason.is_some() {
            return Ok(reported);
        }
        for (i, &multiple) in rungs.iter().enumerate() {
            self.planner.control.step("ladder", i, rungs.len());
            let beyond =
                ceiling.status == Status::Optimal && multiple > ceiling.multiple * (1.0 + 1e-6);
            let solved = if beyond {
                SolvedRung {
                    status: Status::Infeasible,
                    optimum: None,
                    cost_usd: f64::NAN,
                    bound_usd: f64::NAN,
                }
            } else {
                ladder::solve(self.planner, base.multiple, multiple, &at_least)?
            };
            if let (true, Some(optimum)) = (self.request.staged, &solved.optimum) {
                at_least.clone_from(&optimum.levels);
            }
            let (rung, programme) = ladder::report(
                self.planner,
                base,
                multiple,
                &solved,
                (ceiling, below.as_ref()),
                &mut self.index,
            )?;
            reported.push(rung);
            below = programme.or(below);
        }
        Ok(reported)
    }

    fn uncertainty(
        &self,
        paths: &[Vec<Path>],
        judged: &[Vec<Verdict>],
        base: &BaseCapacity,
        ladder: &[Rung],
    ) -> Result<Option<outcome::Uncertainty>, Failure> {
        if self.request.samples == 0 || base.reason.is_some() {
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
        let study = Study {
            s: self.s,
            paths,
            judged,
            rungs,
            samples: self.request.samples as usize,
            seed: self.request.seed,
            control: self.planner.control,
        };
        Ok(uncertainty::analyse(&study)?)
    }
}

/// Refuses a plan of which the independent check finds a solution faulty.
fn verify(plan: &Plan, base: &BaseCapacity, pool: &ColumnPool, law: &Law) -> Result<(), Failure> {
    let s = pool.s;
    let scaled: Vec<String> = (0..s.demand.len())
        .filter(|&d| pool.is_scaled(d))
        .map(|d| s.demand[d].id.clone())
        .collect();
    let check = |what: String, solution: &outcome::Solution, multiple: f64, cost: Option<f64>| {
        let claims = Claims {
            multiple,
            scaled: &scaled,
            annual_cost_usd: cost,
            law,
            reading: Reading::Strict,
        };
        let faults = check::faults(s, &plan.itineraries, solution, &claims);
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

fn readings(
    planner: &Planner,
    lenient: &ColumnPool,
    base: &BaseCapacity,
) -> Result<Vec<outcome::Reading>, Failure> {
    let strict = planner.pool;
    let all = |n: &ColumnPool| -> Vec<usize> {
        (0..n.s.demand.len()).filter(|&d| n.is_scaled(d)).collect()
    };
    let mut both = all(strict);
    both.retain(|&d| lenient.is_scaled(d));
    let lenient_planner = Planner::new(lenient, CapacityBasis::Practical, planner.control);
    let of = |planner: &Planner, held: &[usize]| -> Result<f64, Failure> {
        Ok(compare::capacity_for(planner, held)?.total_t)
    };
    let reading = |reading: LawReading, n: &ColumnPool, total: f64, same: f64| outcome::Reading {
        reading,
        total_t_per_year: total,
        same_demand_total_t_per_year: same,
        not_permitted_t_per_year: legal::forbidden_t(n),
    };
    let lenient_total = of(&lenient_planner, &all(lenient))?;
    let lenient_same = of(&lenient_planner, &both)?;
    Ok(vec![
        reading(LawReading::Strict, strict, base.total_t, of(planner, &both)?),
        reading(LawReading::Lenient, lenient, lenient_total, lenient_same),
    ])
}
