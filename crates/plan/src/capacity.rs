//! What can be carried without building anything, and what binds.

use trimodal_model::facility::Facility;
use trimodal_model::scenario::Role;

use crate::column_pool::{ColumnPool, Standing};
use crate::constraints::{CapacityBasis, RhsChange};
use crate::formulation::{DemandTarget, LpRequest, LpSolution, Objective, Options, Planner};
use crate::lp::{SolveStatus, SolverError};
use crate::outcome::{AtLimit, Binding, Capacity, Marginal, ObservedVolume, Served, Solution};
use crate::solution;

/// Use within this share of a limit counts as being at it.
pub const AT_LIMIT: f64 = 1e-6;

/// Today's capacity as the ladder needs it.
#[derive(Debug, Clone)]
pub struct BaseCapacity {
    /// Common multiple of the asked scaled demand.
    pub multiple: f64,
    /// Tonnes of scaled demand at that multiple.
    pub total_t: f64,
    /// Cheapest flows at that multiple.
    pub answer: LpSolution,
    /// Why nothing can be carried, if so.
    pub reason: Option<String>,
    /// Whether the reason is that the time was over: nothing is known then.
    pub out_of_time: bool,
}

/// What each demand must be carried, with the scaled ones as `scaled` says.
pub fn demand_targets(
    pool: &ColumnPool,
    scaled: impl Fn(usize, f64) -> DemandTarget,
) -> Vec<DemandTarget> {
    (0..pool.s.demand.len())
        .map(|d| {
            let demand = &pool.s.demand[d];
            match demand.role {
                _ if pool.standing[d] != Standing::Permitted => DemandTarget::UpTo(0.0),
                Role::Scaled if pool.is_scaled(d) => scaled(d, demand.per_year),
                Role::Scaled => DemandTarget::UpTo(0.0),
                Role::Fixed | Role::Background => DemandTarget::Exactly(demand.per_year),
            }
        })
        .collect()
}

/// Tonnes of scaled demand at multiple 1.
pub fn asked_scaled_t(pool: &ColumnPool) -> f64 {
    (0..pool.s.demand.len()).filter(|&d| pool.is_scaled(d)).map(|d| pool.asked_t(d)).sum()
}

/// A question about fixed levels.
pub fn fixed<'a>(
    targets: Vec<DemandTarget>,
    objective: Objective,
    levels: &'a [u32],
) -> LpRequest<'a> {
    LpRequest { targets, objective, options: Options::Fixed(levels), change: None }
}

/// The greatest common multiple at given levels, and whether it is limited at all.
pub fn most(
    planner: &Planner,
    levels: &[u32],
    change: Option<RhsChange>,
) -> Result<LpSolution, SolverError> {
    let targets = demand_targets(planner.pool, |_, units| DemandTarget::Multiple(units));
    planner.ask(&LpRequest { change, ..fixed(targets, Objective::MaxMultiple, levels) })
}

/// The cheapest flows that carry a multiple at given levels.
pub fn cheapest(
    planner: &Planner,
    levels: &[u32],
    multiple: f64,
    change: Option<RhsChange>,
) -> Result<LpSolution, SolverError> {
    let targets = demand_targets(planner.pool, |_, units| DemandTarget::Exactly(units * multiple));
    planner.ask(&LpRequest { change, ..fixed(targets, Objective::MinCost, levels) })
}

/// Finds today's capacity.
pub fn base(planner: &Planner) -> Result<BaseCapacity, SolverError> {
    let pool = planner.pool;
    let levels = vec![0; pool.s.options.len()];
    let nothing = |answer: LpSolution, reason: Option<String>| BaseCapacity {
        multiple: 0.0,
        total_t: 0.0,
        answer,
        out_of_time: reason.is_none(),
        reason: Some(reason.unwrap_or_else(|| OUT_OF_TIME.into())),
    };
    let greatest = most(planner, &levels, None)?;
    if asked_scaled_t(pool) <= 0.0 {
        return Ok(nothing(greatest, Some(no_demand(pool))));
    }
    if greatest.is_out_of_time() {
        return Ok(nothing(greatest, None));
    }
    if greatest.status != SolveStatus::Optimal {
        let reason = crowded_out(planner, &levels)?;
        return Ok(nothing(greatest, reason));
    }
    if greatest.unlimited {
        let reason = "nothing in the scenario limits what can be carried: no resource, section or road is used by the scaled demand";
        return Ok(nothing(greatest, Some(reason.into())));
    }
    // A hair below the optimum, so that rounding in the solver cannot make it infeasible.
    let multiple = greatest.multiple * (1.0 - 1e-9);
    let mut answer = cheapest(planner, &levels, multiple, None)?;
    if answer.status != SolveStatus::Optimal {
        answer = greatest;
    }
    let total_t = multiple * asked_scaled_t(pool);
    let reason = (total_t <= 1e-3).then(|| blocked(planner, &answer));
    Ok(BaseCapacity { multiple, total_t, answer, reason, out_of_time: false })
}

/// Said where the time was over before anything was known.
pub const OUT_OF_TIME: &str =
    "the time limit was reached before anything was known; give more with --time-limit";

fn no_demand(pool: &ColumnPool) -> String {
    let scaled = |d: &&trimodal_model::scenario::Demand| d.role == Role::Scaled;
    if pool.s.demand.iter().filter(scaled).count() == 0 {
        return "no demand has the role `scaled`".into();
    }
    if pool.s.demand.iter().filter(scaled).all(|d| d.per_year <= 0.0) {
        return "the scaled demand asks for nothing".into();
    }
    let forbidden = pool.standing.iter().filter(|s| matches!(s, Standing::Forbidden(_))).count();
    match forbidden {
        0 => "no scaled demand can be reached".into(),
        n => format!("no scaled demand is both permitted and reachable ({n} not permitted)"),
    }
}

/// Fixed and background traffic alone is too much: which of it, by how much, and for what. None where
/// the time was over before that was known.
fn crowded_out(planner: &Planner, levels: &[u32]) -> Result<Option<String>, SolverError> {
    let pool = planner.pool;
    let wanted = demand_targets(pool, |_, _| DemandTarget::UpTo(0.0));
    let share = |only: Option<usize>| {
        let scaled_down = wanted.iter().enumerate().map(|(d, c)| match c {
            DemandTarget::Exactly(units) if only.is_none_or(|o| o == d) => {
                DemandTarget::Multiple(*units)
            }
            _ => DemandTarget::UpTo(0.0),
        });
        planner.ask(&fixed(scaled_down.collect(), Objective::MaxMultiple, levels))
    };
    let exact = (0..wanted.len()).filter(|&d| matches!(wanted[d], DemandTarget::Exactly(_)));
    for d in exact {
        let alone = share(Some(d))?;
        if alone.is_out_of_time() {
            return Ok(None);
        }
        if alone.multiple < 1.0 {
            let names: Vec<String> =
                at_limit(planner, &alone, None).into_iter().map(|a| a.name).collect();
            return Ok(Some(format!(
                "fixed or background traffic `{}` alone does not fit: {:.0} % of it can be carried, limited by {}",
                pool.s.demand[d].id,
                (alone.multiple * 100.0).abs(),
                if names.is_empty() { "what is not built yet".into() } else { names.join(", ") }
            )));
        }
    }
    let all = share(None)?;
    if all.is_out_of_time() {
        return Ok(None);
    }
    let names: Vec<String> = at_limit(planner, &all, None).into_iter().map(|a| a.name).collect();
    Ok(Some(format!(
        "fixed and background traffic together needs more than there is: {:.0} % of it fits, limited by {}",
        (all.multiple * 100.0).abs(),
        if names.is_empty() { "what is not built yet".into() } else { names.join(", ") }
    )))
}

fn blocked(planner: &Planner, answer: &LpSolution) -> String {
    let pool = planner.pool;
    let ready = |c: &crate::columns::Column| {
        let gross = |r: &trimodal_model::ids::ResourceId| pool.s.gross_hours(*r);
        c.requires.is_empty() && c.uses.iter().all(|(r, h)| *h <= 0.0 || gross(r) > 0.0)
    };
    let own =
        |d: usize| pool.ways.iter().zip(&pool.columns).filter(move |(w, _)| w.demand.ix() == d);
    let unready =
        (0..pool.s.demand.len()).find(|&d| pool.is_scaled(d) && !own(d).any(|(_, c)| ready(c)));
    if let Some(d) = unready {
        let missing = own(d).next().map_or_else(String::new, |(_, c)| {
            let none = |r: &&trimodal_model::ids::ResourceId| pool.s.gross_hours(**r) <= 0.0;
            let resource = c.uses.keys().find(none).map(|r| pool.s.resources[r.ix()].name.clone());
            let option = c.requires.first().map(|(o, _)| pool.s.options[o.ix()].name.clone());
            resource.or(option).unwrap_or_default()
        });
        return format!(
            "demand `{}` can go only by what is not there yet ({missing}), so the common multiple is zero",
            pool.s.demand[d].id
        );
    }
    let names: Vec<String> = at_limit(planner, answer, None).into_iter().map(|a| a.name).collect();
    format!("nothing more fits beside fixed and background traffic: {} is full", names.join(", "))
}

/// Facilities at their limit in an answer.
pub fn at_limit(planner: &Planner, answer: &LpSolution, change: Option<RhsChange>) -> Vec<AtLimit> {
    let s = planner.pool.s;
    solution::uses(planner, answer, change)
        .into_iter()
        .filter(|u| u.utilisation >= 1.0 - AT_LIMIT)
        .map(|u| {
            let editors = crate::constraints::editors(s, u.facility);
            AtLimit {
                facility: s.facility_id(u.facility),
                name: s.facility_name(u.facility),
                can_grow: editors
                    .iter()
                    .any(|o| answer.levels[o.ix()] < s.options[o.ix()].max_level),
            }
        })
        .collect()
}

/// Facilities that bind at the greatest multiple of fixed levels: at their limit there, and with a
/// hundredth of their hours less, less is carried. What the time did not suffice for is left out.
pub fn stops(planner: &Planner, levels: &[u32]) -> Result<Vec<AtLimit>, SolverError> {
    let greatest = most(planner, levels, None)?;
    if greatest.status != SolveStatus::Optimal {
        return Ok(Vec::new());
    }
    let s = planner.pool.s;
    let mut list = Vec::new();
    for u in solution::uses(planner, &greatest, None) {
        if u.utilisation < 1.0 - AT_LIMIT {
            continue;
        }
        let hours = if u.hours > 0.0 { -u.hours / 100.0 } else { 0.0 };
        let change = Some(RhsChange { facility: u.facility, hours });
        let less = most(planner, levels, change)?;
        let binds = match less.status {
            SolveStatus::Optimal => less.multiple < greatest.multiple * (1.0 - 1e-6),
            _ => !less.is_out_of_time(),
        };
        if binds {
            let editors = crate::constraints::editors(s, u.facility);
            list.push(AtLimit {
                facility: s.facility_id(u.facility),
                name: s.facility_name(u.facility),
                can_grow: editors.iter().any(|o| levels[o.ix()] < s.options[o.ix()].max_level),
            });
        }
    }
    Ok(list)
}

/// Facilities that bind: at their limit, and a unit less carries less.
pub fn binding(planner: &Planner, base: &BaseCapacity) -> Result<Vec<Binding>, SolverError> {
    let s = planner.pool.s;
    let mut list = Vec::new();
    for used in solution::uses(planner, &base.answer, None) {
        if used.utilisation < 1.0 - AT_LIMIT || base.reason.is_some() {
            continue;
        }
        let Some((more, less)) = units(planner, used.facility, &base.answer.levels) else {
            continue;
        };
        let one_less = marginal(planner, base, used.facility, less)?;
        if one_less.as_ref().is_some_and(|m| m.total_t_per_year > -1e-6 * base.total_t) {
            continue;
        }
        list.push(Binding {
            facility: s.facility_id(used.facility),
            name: s.facility_name(used.facility),
            kind: solution::kind(s, used.facility),
            occupancy: used.occupancy,
            occupancy_limit: used.occupancy / used.utilisation,
            one_more: marginal(planner, base, used.facility, more)?,
            one_less,
        });
    }
    let gain = |b: &Binding| b.one_more.as_ref().map_or(0.0, |m| m.total_t_per_year);
    list.sort_by(|a, b| gain(b).total_cmp(&gain(a)).then_with(|| a.facility.cmp(&b.facility)));
    Ok(list)
}

/// A unit more and a unit less of a facility, as hours and in words.
fn units(
    planner: &Planner,
    facility: Facility,
    levels: &[u32],
) -> Option<((f64, String), (f64, String))> {
    let s = planner.pool.s;
    match facility {
        Facility::Resource(r) => {
            let resource = &s.resources[r.ix()];
            let usage = planner.users.usage(facility, |o| levels[o.ix()]).unwrap_or_default();
            let now = s.resource_hours(r, usage).practical();
            let mut other = s.clone();
            let mut with = |servers: u32, stock_t: f64| {
                other.resources[r.ix()].servers = servers;
                other.resources[r.ix()].stock_t = stock_t;
                other.resource_hours(r, usage).practical() - now
            };
            if resource.is_stock() {
                let tenth = resource.stock_t / 10.0;
                let more = with(1, resource.stock_t + tenth);
                let less = with(1, resource.stock_t - tenth);
                return Some((
                    (more, "a tenth more stock".into()),
                    (less, "a tenth less stock".into()),
                ));
            }
            let word = match resource.kind.as_str() {
                "pool" => "of the pool".to_string(),
                kind => kind.replace('_', " "),
            };
            let more = with(resource.servers + 1, resource.stock_t);
            let less = with(resource.servers.saturating_sub(1), resource.stock_t);
            Some(((more, format!("one more {word}")), (less, format!("one {word} less"))))
        }
        Facility::Section(l, n) => {
            let link = &s.links[l.ix()];
            let pair = [true, false].map(|loaded| s.section_h(link, &link.sections[n], loaded));
            let day = f64::from(s.settings.days) * pair.iter().sum::<f64>();
            Some((
                (day, "one train pair a day more".into()),
                (-day, "one train pair a day less".into()),
            ))
        }
        Facility::Road(_) => {
            let hours =
                1000.0 / trimodal_model::facility::LANE_CARS_PER_H * f64::from(s.settings.days);
            Some(((hours, "1000 cars a day more".into()), (-hours, "1000 cars a day less".into())))
        }
    }
}

fn marginal(
    planner: &Planner,
    base: &BaseCapacity,
    facility: Facility,
    (hours, unit): (f64, String),
) -> Result<Option<Marginal>, SolverError> {
    let levels = &base.answer.levels;
    let change = Some(RhsChange { facility, hours });
    let greatest = most(planner, levels, change)?;
    let asked = asked_scaled_t(planner.pool);
    if greatest.is_out_of_time() {
        return Ok(None);
    }
    if greatest.status != SolveStatus::Optimal {
        return Ok(Some(Marginal {
            unit,
            total_t_per_year: -base.total_t,
            own_t_per_year: -tonnes_through(planner, &base.answer, facility),
            then_binds: Vec::new(),
        }));
    }
    let multiple = greatest.multiple * (1.0 - 1e-9);
    let mut answer = cheapest(planner, levels, multiple, change)?;
    if answer.status != SolveStatus::Optimal {
        answer = greatest;
    }
    let then_binds = at_limit(planner, &answer, change).into_iter().map(|a| a.name).collect();
    Ok(Some(Marginal {
        unit,
        total_t_per_year: multiple * asked - base.total_t,
        own_t_per_year: tonnes_through(planner, &answer, facility)
            - tonnes_through(planner, &base.answer, facility),
        then_binds,
    }))
}

fn tonnes_through(planner: &Planner, answer: &LpSolution, facility: Facility) -> f64 {
    let uses = solution::uses(planner, answer, None);
    uses.into_iter().find(|u| u.facility == facility).map_or(0.0, |u| u.tonnes)
}

/// Serves the asked demand in the order of priorities: tonnes of each demand, and whether all classes
/// were served before the time was over.
pub fn with_priorities(planner: &Planner) -> Result<(Vec<f64>, bool), SolverError> {
    let pool = planner.pool;
    let n = pool.s.demand.len();
    let levels = vec![0; pool.s.options.len()];
    let mut limits = demand_targets(pool, |_, units| DemandTarget::UpTo(units));
    let mut carried = vec![0.0; n];
    let mut classes: Vec<u32> =
        (0..n).filter(|&d| pool.is_scaled(d)).map(|d| pool.s.demand[d].priority).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        let members: Vec<usize> =
            (0..n).filter(|&d| pool.is_scaled(d) && pool.s.demand[d].priority == class).collect();
        let q = fixed(limits.clone(), Objective::MaxTotal(members.clone()), &levels);
        let answer = planner.ask(&q)?;
        if answer.status != SolveStatus::Optimal {
            return Ok((carried, !answer.is_out_of_time()));
        }
        for d in members {
            carried[d] = solution::carried(pool, &answer, d);
            limits[d] = DemandTarget::Exactly(carried[d] * (1.0 - 1e-9));
        }
    }
    Ok((carried, true))
}

/// No maximum is sought for each row of demand where there are more rows than this, or more rows times
/// itineraries than [`MOST_WORK`]: every one is a programme of its own.
const MOST_ROWS: usize = 200;
const MOST_WORK: usize = 1_000_000;

/// The most of each scaled demand while every other one is carried at the common multiple: what a
/// corridor could take of it that shares nothing with what binds the multiple.
fn each_alone(planner: &Planner, base: &BaseCapacity) -> Result<Vec<Option<f64>>, SolverError> {
    let pool = planner.pool;
    let n = pool.s.demand.len();
    let scaled: Vec<usize> = (0..n).filter(|&d| pool.is_scaled(d)).collect();
    let mut most = vec![None; n];
    let work = scaled.len() * pool.ways.len();
    if base.reason.is_some() || scaled.len() > MOST_ROWS || work > MOST_WORK {
        return Ok(most);
    }
    let levels = vec![0; pool.s.options.len()];
    for &d in &scaled {
        let others = |o: usize, units: f64| {
            let carried = DemandTarget::Exactly(units * base.multiple * (1.0 - 1e-9));
            if o == d { DemandTarget::Multiple(units) } else { carried }
        };
        let q = fixed(demand_targets(pool, others), Objective::MaxMultiple, &levels);
        let answer = planner.ask(&q)?;
        if answer.status == SolveStatus::Optimal && !answer.unlimited {
            most[d] = Some((answer.multiple.max(base.multiple)) * pool.asked_t(d));
        }
    }
    Ok(most)
}

/// Puts today's capacity together for the outcome.
pub fn report(
    planner: &Planner,
    base: &BaseCapacity,
    gross: &BaseCapacity,
    solution: Solution,
) -> Result<Capacity, SolverError> {
    let pool = planner.pool;
    debug_assert_eq!(planner.basis(), CapacityBasis::Practical);
    let asked = asked_scaled_t(pool);
    let by_priority = if base.answer.flows.is_empty() {
        vec![0.0; pool.s.demand.len()]
    } else {
        with_priorities(planner)?.0
    };
    let most = each_alone(planner, base)?;
    let served: Vec<Served> = (0..pool.s.demand.len())
        .filter(|&d| pool.is_scaled(d))
        .map(|d| Served {
            demand: pool.s.demand[d].id.clone(),
            name: pool.s.demand[d].name.clone(),
            asked_t_per_year: pool.asked_t(d),
            carried_t_per_year: pool.asked_t(d) * base.multiple,
            with_priorities_t_per_year: by_priority[d],
            most_t_per_year: most[d],
        })
        .collect();
    let observed = pool.s.settings.observed.iter().map(|o| ObservedVolume {
        year: o.year,
        t_per_year: o.t_per_year,
        what: o.what.clone(),
        source: o.source.clone(),
    });
    Ok(Capacity {
        total_t_per_year: base.total_t,
        gross_t_per_year: gross.total_t,
        asked_t_per_year: asked,
        multiple_of_asked: base.multiple,
        with_priorities_t_per_year: served.iter().map(|s| s.with_priorities_t_per_year).sum(),
        served,
        binding: binding(planner, base)?,
        observed: observed.collect(),
        solution,
        reason: base.reason.clone(),
        out_of_time: base.out_of_time,
    })
}
