//! One case beside another, with the served demand held fixed.

use trimodal_model::Scenario;
use trimodal_model::policy::{Law, Reading};
use trimodal_model::scenario::{Effect, Role};

use crate::binding;
use crate::capacity::BaseCapacity;
use crate::column_pool::{ColumnPool, all_paths, judge_all};
use crate::constraints::{CapacityBasis, FacilityUsers};
use crate::costs;
use crate::explain;
use crate::failure::Failure;
use crate::formulation::{DemandTarget, Objective, Planner};
use crate::lp::{SolveStatus, SolverError};
use crate::outcome::{AtLimit, Comparison, Shift};
use crate::requests;

/// A case to compare with the scenario as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Case {
    /// Without a resource, a link, or everything at a place.
    Without(String),
    /// With an option taken in all its levels, and what it requires.
    With(String),
    /// With study-case policy sets beside the law.
    Policy(Vec<String>),
}

impl Case {
    /// The case in words.
    pub fn words(&self) -> String {
        match self {
            Case::Without(id) => format!("without {id}"),
            Case::With(id) => format!("with {id}"),
            Case::Policy(sets) => format!("policy {}", sets.join(", ")),
        }
    }

    /// Whether the scenario has the names of the case; if not, the unknown name and the known ones.
    pub fn known(&self, s: &Scenario) -> Result<(), (String, Vec<String>)> {
        let (wanted, known): (Vec<&String>, Vec<String>) = match self {
            Case::Without(id) => {
                let places = s.places.iter().map(|p| p.id.clone());
                let links = s.links.iter().map(|l| l.id.clone());
                (
                    vec![id],
                    s.resources.iter().map(|r| r.id.clone()).chain(links).chain(places).collect(),
                )
            }
            Case::With(id) => (vec![id], s.options.iter().map(|o| o.id.clone()).collect()),
            Case::Policy(sets) => {
                (sets.iter().collect(), s.policies.iter().map(|p| p.set.clone()).collect())
            }
        };
        match wanted.into_iter().find(|w| !known.contains(w)) {
            Some(missing) => Err((missing.clone(), known)),
            None => Ok(()),
        }
    }

    /// The scenario of the case. It keeps its digest.
    pub fn edit(&self, s: &Scenario) -> Scenario {
        match self {
            Case::Without(id) => without(s, id),
            Case::With(id) => {
                let mut levels = vec![0; s.options.len()];
                if let Some(i) = s.options.iter().position(|o| o.id == *id) {
                    take_with_requirements(s, i, s.options[i].max_level, &mut levels);
                }
                s.with_levels(&levels)
            }
            Case::Policy(_) => s.clone(),
        }
    }

    fn law(&self, law: &Law) -> Law {
        match (self, law) {
            (Case::Policy(more), Law::On(sets)) => {
                Law::On(sets.iter().chain(more).cloned().collect())
            }
            _ => law.clone(),
        }
    }
}

fn take_with_requirements(s: &Scenario, option: usize, level: u32, levels: &mut [u32]) {
    levels[option] = levels[option].max(level);
    for needed in &s.options[option].requires {
        if levels[needed.ix()] == 0 {
            take_with_requirements(s, needed.ix(), 1, levels);
        }
    }
}

/// Closes the resource, link or place of an id: a resource loses its servers, a link is closed, a
/// place loses all its links. Options that would restore it are removed.
fn without(s: &Scenario, id: &str) -> Scenario {
    let mut edited = s.clone();
    let place = s.places.iter().position(|p| p.id == id);
    let shut = |l: &trimodal_model::scenario::Link| {
        l.id == id || place.is_some_and(|p| l.from.ix() == p || l.to.ix() == p)
    };
    for link in edited.links.iter_mut().filter(|l| shut(l)) {
        link.is_open = false;
    }
    for resource in edited.resources.iter_mut().filter(|r| r.id == id) {
        resource.servers = 0;
        resource.stock_t = 0.0;
    }
    let links = edited.links.clone();
    let resources = edited.resources.clone();
    for option in &mut edited.options {
        let gone = match option.effect {
            Effect::OpenLink { link } => shut(&links[link.ix()]),
            Effect::AddServer { resource, .. } | Effect::AddStock { resource, .. } => {
                resources[resource.ix()].id == id
            }
            _ => false,
        };
        if gone {
            option.max_level = 0;
        }
    }
    edited
}

/// Compares a case with the scenario as it stands, for which `planner` and `base` are given.
/// `given` is the scenario before the law divided any class.
pub fn compare(
    given: &Scenario,
    (planner, base): (&Planner, &BaseCapacity),
    case: &Case,
    law: &Law,
) -> Result<Comparison, Failure> {
    let other_law = case.law(law);
    let (other, _) = case.edit(given).within(&other_law);
    let paths = all_paths(&other, planner.control).map_err(|cut| Failure::of_cut(given, cut))?;
    let judged = judge_all(&other, &paths, &other_law, Reading::Strict, planner.control)?;
    let changed = ColumnPool::new(&other, &paths, &judged, planner.control)?;
    let pool = planner.pool;
    let rows = RowsServed::of(pool, &changed);
    let carried = |d: usize| match pool.is_scaled(d) {
        true => pool.asked_t(d) * base.multiple,
        false => pool.asked_t(d),
    };
    let shift = |&d: &usize| Shift {
        demand: given.demand[d].id.clone(),
        name: given.demand[d].name.clone(),
        asked_t_per_year: pool.asked_t(d),
        carried_t_per_year: if serves(pool, d) { carried(d) } else { 0.0 },
    };
    // The accepted occupancy is held fixed, except where the case itself lets users in.
    let users = match case {
        Case::With(_) => FacilityUsers::new(&changed),
        Case::Without(_) | Case::Policy(_) => {
            FacilityUsers::new(&changed).including(&planner.users)
        }
    };
    let other_planner =
        Planner::with_users(&changed, users, CapacityBasis::Practical, planner.control);
    let then = capacity_for(&other_planner, &rows.held)?;
    let now = capacity_for(planner, &rows.held)?;
    let (lost_usd, unknown_t) = cost_of_loss(planner, base, &rows.lost, carried)?;
    let reason = reason(&rows.held, then.status);
    let multiple = base.multiple.min(now.multiple).min(then.multiple) * (1.0 - 1e-9);
    let cost = |p: &Planner| cost_of(p, &rows, multiple);
    let extra = match &reason {
        None => cost(&other_planner)?.zip(cost(planner)?).map(|(then, now)| then - now),
        Some(_) => None,
    };
    Ok(Comparison {
        case: case.words(),
        served: rows.held.iter().map(shift).collect(),
        lost: rows.lost.iter().map(shift).collect(),
        gained: rows.gained.iter().map(shift).collect(),
        lost_t_per_year: rows.lost.iter().fold(0.0, |t, &d| t + carried(d)),
        gained_t_per_year: rows.gained.iter().fold(0.0, |t, &d| t + changed.asked_t(d)),
        total_t_per_year: then.total_t,
        base_total_t_per_year: now.total_t,
        difference_t_per_year: then.total_t - now.total_t,
        extra_cost_usd_per_year: extra,
        lost_cost_usd_per_year: lost_usd,
        lost_without_alternative_t_per_year: unknown_t,
        binding: then.binding,
        reason,
    })
}

/// Demand rows by the cases that serve them, by position.
struct RowsServed {
    /// In both.
    both: Vec<usize>,
    /// The scaled ones of these.
    held: Vec<usize>,
    /// In the scenario only.
    lost: Vec<usize>,
    /// In the case only.
    gained: Vec<usize>,
}

impl RowsServed {
    fn of(now: &ColumnPool, then: &ColumnPool) -> RowsServed {
        let rows = |here: bool, there: bool| -> Vec<usize> {
            let all = 0..now.s.demand.len();
            all.filter(|&d| serves(now, d) == here && serves(then, d) == there).collect()
        };
        let both = rows(true, true);
        let held = both.iter().copied().filter(|&d| now.is_scaled(d)).collect();
        RowsServed { both, held, lost: rows(true, false), gained: rows(false, true) }
    }
}

/// Whether scaled or fixed demand has a path without any option.
fn serves(pool: &ColumnPool, d: usize) -> bool {
    let counted = pool.is_scaled(d) || pool.s.demand[d].role == Role::Fixed;
    counted && pool.asked_t(d) > 0.0 && can_go_now(pool, d)
}

/// The reason why a case cannot be planned, if so.
fn reason(held: &[usize], status: SolveStatus) -> Option<String> {
    let reason = match (held.is_empty(), status) {
        (true, _) => "no demand is served in both cases",
        (_, SolveStatus::Optimal) => return None,
        (_, SolveStatus::TimeLimit | SolveStatus::Feasible) => explain::OUT_OF_TIME,
        _ => "fixed or background traffic no longer fits, so nothing more does",
    };
    Some(reason.to_string())
}

/// The extra cost of lost rows by their next best alternatives, and the tonnes of those that name none.
fn cost_of_loss(
    planner: &Planner,
    base: &BaseCapacity,
    lost: &[usize],
    carried: impl Fn(usize) -> f64,
) -> Result<(f64, f64), SolverError> {
    let pool = planner.pool;
    let paid = costs::by_demand(planner, &base.optimum)?;
    let (mut usd, mut unknown_t) = (0.0, 0.0);
    for &d in lost {
        match pool.s.demand[d].alternative_usd_t {
            Some(alternative) => usd += alternative * carried(d) - paid[d],
            None => unknown_t += carried(d),
        }
    }
    Ok((usd, unknown_t))
}

/// Least generalised annual cost of a multiple of the held rows and of the fixed ones that both serve.
fn cost_of(
    planner: &Planner,
    rows: &RowsServed,
    multiple: f64,
) -> Result<Option<f64>, SolverError> {
    let pool = planner.pool;
    let mut targets =
        requests::demand_targets(pool, |_, units| DemandTarget::Exactly(units * multiple));
    for (d, c) in targets.iter_mut().enumerate() {
        let goods = pool.s.demand[d].role != Role::Background;
        let stays = if pool.is_scaled(d) { rows.held.contains(&d) } else { rows.both.contains(&d) };
        if goods && !stays {
            *c = DemandTarget::UpTo(0.0);
        }
    }
    let levels = vec![0; pool.s.options.len()];
    let optimum = planner.solve(&requests::at_levels(targets, Objective::MinCost, &levels))?;
    Ok((optimum.status == SolveStatus::Optimal).then_some(optimum.objective))
}

/// Whether a demand has a path that requires no option and no absent server.
fn can_go_now(n: &ColumnPool, d: usize) -> bool {
    let served = |c: &crate::columns::Column| {
        c.requires.is_empty() && c.uses.iter().all(|(r, h)| *h <= 0.0 || n.s.gross_hours(*r) > 0.0)
    };
    n.paths.iter().zip(&n.columns).any(|(w, c)| w.demand.ix() == d && served(c))
}

/// Capacity of some of the scaled demand.
pub struct SubsetCapacity {
    /// Tonnes.
    pub total_t: f64,
    /// The common multiple.
    pub multiple: f64,
    /// How the solver ended.
    pub status: SolveStatus,
    /// The facilities that bind.
    pub binding: Vec<AtLimit>,
}

/// Capacity for some of the scaled demand only, in the proportions of its volumes.
pub fn capacity_for(planner: &Planner, held: &[usize]) -> Result<SubsetCapacity, SolverError> {
    let mut of = SubsetCapacity {
        total_t: 0.0,
        multiple: 0.0,
        status: SolveStatus::Optimal,
        binding: Vec::new(),
    };
    if held.is_empty() {
        return Ok(of);
    }
    let pool = planner.pool;
    let mut targets = requests::demand_targets(pool, |_, units| DemandTarget::Multiple(units));
    for (d, c) in targets.iter_mut().enumerate() {
        if matches!(c, DemandTarget::Multiple(_)) && !held.contains(&d) {
            *c = DemandTarget::UpTo(0.0);
        }
    }
    let levels = vec![0; pool.s.options.len()];
    let optimum = planner.solve(&requests::at_levels(targets, Objective::MaxMultiple, &levels))?;
    of.status = optimum.status;
    if optimum.status == SolveStatus::Optimal {
        of.multiple = optimum.multiple;
        of.total_t = optimum.multiple * held.iter().map(|&d| pool.asked_t(d)).sum::<f64>();
        of.binding = binding::at_limit(planner, &optimum, None);
    }
    Ok(of)
}
