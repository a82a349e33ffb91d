//! The effect of the law on the demand, as the outcome reports it.

use std::collections::BTreeSet;

use trimodal_model::fleets::Division;
use trimodal_model::ids::{DemandId, PolicyId};
use trimodal_model::law;
use trimodal_model::policy::{Law, Step};
use trimodal_model::{Control, Scenario};

use crate::column_pool::{ColumnPool, Standing};
use crate::failure::Failure;
use crate::outcome::{Condition, Fleet, NotPermitted, PolicySet, Rule, Unreachable};
use crate::paths::{Path, PathSearch};

/// Notice in every output.
pub const NOT_LEGAL_ADVICE: &str =
    "Rules are applied as data with their references; this is not legal advice.";
/// Watermark in every output of a plan without law.
pub const WATERMARK: &str =
    "COUNTERFACTUAL: planned without any law. Movements shown here may be forbidden.";
/// For each demand that no fleet may carry though its undivided class could, the rules that forbid
/// it.
pub fn forbidding(
    given: &Scenario,
    (lawful, divisions): (&Scenario, &[Division]),
    paths: &[Vec<Path>],
    law: &Law,
    control: &Control,
) -> Result<Vec<Vec<PolicyId>>, Failure> {
    let mut rules = vec![Vec::new(); given.demand.len()];
    if !lawful.vehicles.iter().any(|v| !v.barred.is_empty()) {
        return Ok(rules);
    }
    let mut undivided = PathSearch::new(given, control);
    for d in (0..given.demand.len()).filter(|&d| paths[d].is_empty()) {
        let all = undivided.of(DemandId::at(d)).map_err(|cut| Failure::of_cut(given, cut))?;
        if all.is_empty() {
            continue;
        }
        let mut own: BTreeSet<PolicyId> = BTreeSet::new();
        for ride in all.iter().flat_map(|path| &path.rides) {
            let class = &given.vehicles[ride.vehicle.ix()];
            let steps = ride.places.windows(2);
            let steps: Vec<Step> =
                steps.map(|w| Step { from: w[0], to: w[1], mode: class.mode }).collect();
            own.extend(law::judge_class(given, class, &steps, law));
        }
        if own.is_empty() {
            own.extend(divisions.iter().flat_map(|d| &d.rules));
        }
        rules[d] = own.into_iter().collect();
    }
    Ok(rules)
}

/// The policy sets in force.
pub fn policy_sets(s: &Scenario, law: &Law) -> Vec<PolicySet> {
    let mut sets: Vec<PolicySet> = Vec::new();
    for policy in s.policies.iter().filter(|p| law::in_force(s, p, law)) {
        match sets.iter_mut().find(|x| x.set == policy.set) {
            Some(set) => set.rules += 1,
            None => {
                sets.push(PolicySet { set: policy.set.clone(), is_law: policy.is_law, rules: 1 })
            }
        }
    }
    sets
}

/// The notices that every reader must see.
pub fn notices(law: &Law) -> Vec<String> {
    let watermark = (*law == Law::CounterfactualNone).then(|| WATERMARK.to_string());
    watermark.into_iter().chain([NOT_LEGAL_ADVICE.to_string()]).collect()
}

fn forbidden(pool: &ColumnPool) -> Vec<usize> {
    let banned = |d: &usize| matches!(pool.standing[*d], Standing::Forbidden(_));
    (0..pool.s.demand.len()).filter(banned).collect()
}

/// Tonnes asked for that are not permitted. (An empty sum of floats is -0.)
pub fn forbidden_t(pool: &ColumnPool) -> f64 {
    forbidden(pool).iter().fold(0.0, |t, &d| t + pool.asked_t(d))
}

/// A policy as the outcome names it.
pub fn rule(s: &Scenario, id: PolicyId) -> Rule {
    let p = &s.policies[id.ix()];
    Rule {
        policy: p.id.clone(),
        set: p.set.clone(),
        reference: p.reference.clone(),
        procedure: p.procedure.clone(),
    }
}

/// Demand that the strict reading does not permit.
pub fn not_permitted(strict: &ColumnPool, lenient: &ColumnPool) -> Vec<NotPermitted> {
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

/// Permits and notices on which permitted demand depends.
pub fn conditions(pool: &ColumnPool) -> Vec<Condition> {
    let s = pool.s;
    let mut seen: BTreeSet<(DemandId, PolicyId)> = BTreeSet::new();
    for (path, verdict) in pool.paths.iter().zip(&pool.verdicts) {
        seen.extend(verdict.notices.iter().chain(&verdict.capped_by).map(|&p| (path.demand, p)));
    }
    seen.into_iter()
        .map(|(d, p)| Condition {
            demand: s.demand[d.ix()].id.clone(),
            name: s.demand[d.ix()].name.clone(),
            rule: rule(s, p),
        })
        .collect()
}

/// Demand that no vehicle can take to its end.
pub fn unreachable(pool: &ColumnPool) -> Vec<Unreachable> {
    let s = pool.s;
    (0..s.demand.len())
        .filter(|&d| pool.standing[d] == Standing::Unreachable)
        .map(|d| {
            let demand = &s.demand[d];
            let (from, to) = (&s.places[demand.from.ix()].name, &s.places[demand.to.ix()].name);
            let via = demand.via.map_or(String::new(), |v| format!(" by {}", s.places[v.ix()].name));
            Unreachable {
                demand: demand.id.clone(),
                name: demand.name.clone(),
                t_per_year: pool.asked_t(d),
                reason: format!(
                    "no vehicle that carries {} finds links, gauges and terminal operations from {from} to {to}{via} within {} rides",
                    demand.commodity, s.settings.max_rides
                ),
            }
        })
        .collect()
}

/// A class that the law divides, as the outcome names it: its name as given, its fleets as divided.
pub fn fleet(given: &Scenario, lawful: &Scenario, d: &Division) -> Fleet {
    let class = &given.vehicles[d.vehicle.ix()];
    Fleet {
        vehicle: class.id.clone(),
        name: class.name.clone(),
        fleets: d.fleets.iter().map(|v| lawful.vehicles[v.ix()].name.clone()).collect(),
        rules: d.rules.iter().map(|&id| rule(lawful, id)).collect(),
    }
}
