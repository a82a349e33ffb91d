//! The schedule of the investments of a rung, and the stages of the corridor that they make.
//!
//! From the full set, investments are removed one by one, first the one without which the capacity
//! is greatest. So the sets are nested, and each investment is needed from the year in which demand
//! exceeds the capacity without it and without those needed later.

use trimodal_model::Scenario;

use crate::capacity::BaseCapacity;
use crate::costs;
use crate::economics::{Outlay, Programme, Stage, Volume};
use crate::formulation::{LpSolution, Planner};
use crate::growth;
use crate::lp::{SolveStatus, SolverError};
use crate::outcome::Years;
use crate::requests;
use crate::solution;

/// An investment with the years in which it opens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledInvestment {
    /// Position of the option.
    pub option: usize,
    /// Levels of it.
    pub level: u32,
    /// First year of operation; none where demand does not reach so far within the horizon.
    pub opens: Years,
}

/// The investments of a rung in the order in which they open.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schedule {
    /// Each investment.
    pub needed: Vec<ScheduledInvestment>,
}

/// The volume of each demand at some levels, and its cost a tonne.
struct StageFlows {
    with_t: Vec<f64>,
    cost: Vec<f64>,
}

/// Schedules the investments of a solution; none where the time limit was reached first.
pub fn schedule(planner: &Planner, optimum: &LpSolution) -> Result<Option<Schedule>, SolverError> {
    let s = planner.pool.s;
    let asked = requests::asked_scaled_t(planner.pool);
    let mut levels = optimum.levels.clone();
    let mut needed = Vec::new();
    // Capacity never rises when an investment is removed, so the capacity without an investment
    // from a larger set is an upper bound in a smaller one: few have to be solved again each time.
    let mut at_most = vec![f64::INFINITY; levels.len()];
    while levels.iter().any(|&n| n > 0) {
        let mut left: Vec<usize> = (0..levels.len()).filter(|&i| levels[i] > 0).collect();
        left.sort_by(|&a, &b| at_most[b].total_cmp(&at_most[a]).then(a.cmp(&b)));
        let mut best: Option<(f64, usize)> = None;
        for i in left {
            if best.is_some_and(|(t, _)| at_most[i] < t - same(t)) {
                break;
            }
            let rest = requests::max_multiple(planner, &without(s, &levels, i), None)?;
            if rest.is_out_of_time() {
                return Ok(None);
            }
            at_most[i] =
                if rest.status == SolveStatus::Optimal { rest.multiple * asked } else { 0.0 };
            if best.is_none_or(|(t, j)| is_later(s, &levels, (at_most[i], i), (t, j))) {
                best = Some((at_most[i], i));
            }
        }
        let Some((tonnes, i)) = best else { break };
        let rest = without(s, &levels, i);
        for i in (0..levels.len()).filter(|&i| levels[i] > 0 && rest[i] == 0) {
            let opens = growth::not_before(
                growth::reaches(planner.pool, tonnes),
                s,
                growth::lead_years(s.options[i].lead_months),
            );
            needed.push(ScheduledInvestment { option: i, level: levels[i], opens });
        }
        levels = rest;
    }
    needed.reverse();
    Ok(Some(Schedule { needed }))
}

/// A difference in tonnes that counts as none.
fn same(tonnes: f64) -> f64 {
    1e-7 * tonnes.abs().max(1.0)
}

/// Whether the capacity without an investment is greater than without another one. Between equals
/// the more expensive one is built later; ids decide the rest.
fn is_later(s: &Scenario, levels: &[u32], a: (f64, usize), b: (f64, usize)) -> bool {
    if (a.0 - b.0).abs() > same(b.0) {
        return a.0 > b.0;
    }
    let usd = |i: usize| s.options[i].capex_usd[1] * f64::from(levels[i]);
    usd(a.1).total_cmp(&usd(b.1)).then_with(|| s.options[b.1].id.cmp(&s.options[a.1].id)).is_gt()
}

/// The levels without an investment and what requires it.
fn without(s: &Scenario, levels: &[u32], option: usize) -> Vec<u32> {
    let mut rest = levels.to_vec();
    rest[option] = 0;
    drop_dependants(s, &mut rest);
    rest
}

/// Removes options that require one that is not taken.
fn drop_dependants(s: &Scenario, levels: &mut [u32]) {
    loop {
        let orphan = (0..levels.len())
            .find(|&i| levels[i] > 0 && s.options[i].requires.iter().any(|r| levels[r.ix()] == 0));
        match orphan {
            Some(i) => levels[i] = 0,
            None => return,
        }
    }
}

/// The programme as scheduled, and the same built all at once when the first of it is needed; none
/// where the time limit was reached first.
pub fn programmes(
    planner: &Planner,
    base: &BaseCapacity,
    rung: (&Schedule, &LpSolution, f64),
) -> Result<Option<(Programme, Programme)>, SolverError> {
    let (schedule, optimum, multiple) = rung;
    let s = planner.pool.s;
    let first = growth::first_year(s);
    let year = |y: i32| (y - first).max(0) as usize;
    let outlay = |n: &ScheduledInvestment, opens: Option<usize>| Outlay {
        capex_usd: s.options[n.option].capex_usd[1] * f64::from(n.level),
        opex_usd_per_year: s.options[n.option].opex_usd_per_year * f64::from(n.level),
        life_years: s.options[n.option].life_years,
        lead_years: growth::lead_years(s.options[n.option].lead_months),
        opens,
    };
    let today = StageFlows {
        with_t: (0..s.demand.len())
            .map(|d| solution::carried(planner.pool, &base.optimum, d))
            .collect(),
        cost: unit_costs(planner, &base.optimum)?,
    };
    let mut scheduled = Programme::default();
    let mut levels = vec![0; s.options.len()];
    let mut opening: Vec<usize> =
        schedule.needed.iter().filter_map(|n| n.opens.base).map(year).collect();
    opening.sort_unstable();
    opening.dedup();
    for from in opening {
        for n in schedule.needed.iter().filter(|n| n.opens.base.map(year) == Some(from)) {
            levels[n.option] = n.level;
            scheduled.outlays.push(outlay(n, Some(from)));
        }
        let Some(at) = at_levels(planner, &levels, base.multiple * multiple)? else {
            return Ok(None);
        };
        scheduled.stages.push(Stage { from, volumes: volumes(planner, &today, &at) });
    }
    let unseen = schedule.needed.iter().filter(|n| n.opens.base.is_none());
    scheduled.outlays.extend(unseen.map(|n| outlay(n, None)));
    let lead = schedule.needed.iter().map(|n| growth::lead_years(s.options[n.option].lead_months));
    let passed = growth::reaches(planner.pool, base.total_t).base.map_or(0, year);
    let from = passed.max(lead.max().unwrap_or(0));
    let whole = StageFlows {
        with_t: (0..s.demand.len()).map(|d| solution::carried(planner.pool, optimum, d)).collect(),
        cost: unit_costs(planner, optimum)?,
    };
    let at_once = Programme {
        outlays: schedule.needed.iter().map(|n| outlay(n, Some(from))).collect(),
        stages: vec![Stage { from, volumes: volumes(planner, &today, &whole) }],
    };
    Ok(Some((scheduled, at_once)))
}

/// The corridor at some levels, with no more than the rung carries.
fn at_levels(
    planner: &Planner,
    levels: &[u32],
    most: f64,
) -> Result<Option<StageFlows>, SolverError> {
    let greatest = requests::max_multiple(planner, levels, None)?;
    if greatest.status != SolveStatus::Optimal {
        return Ok(None);
    }
    let multiple = (greatest.multiple * (1.0 - 1e-9)).min(most);
    let optimum = requests::min_cost(planner, levels, multiple, None)?;
    if optimum.status != SolveStatus::Optimal {
        return Ok(None);
    }
    let pool = planner.pool;
    Ok(Some(StageFlows {
        with_t: (0..pool.s.demand.len()).map(|d| solution::carried(pool, &optimum, d)).collect(),
        cost: unit_costs(planner, &optimum)?,
    }))
}

/// Mean generalised cost of each demand's tonnes, its share of empty runs included.
fn unit_costs(planner: &Planner, optimum: &LpSolution) -> Result<Vec<f64>, SolverError> {
    let pool = planner.pool;
    let mut usd = costs::by_demand(planner, optimum)?;
    for (d, usd) in usd.iter_mut().enumerate() {
        let tonnes = solution::carried(pool, optimum, d);
        *usd = if tonnes > 0.0 { *usd / tonnes } else { 0.0 };
    }
    Ok(usd)
}

fn volumes(planner: &Planner, today: &StageFlows, then: &StageFlows) -> Vec<Volume> {
    let pool = planner.pool;
    let scaled = (0..pool.s.demand.len()).filter(|&d| pool.is_scaled(d));
    scaled
        .map(|d| Volume {
            asked_t: pool.asked_t(d),
            growth: pool.s.demand[d].growth[1],
            without_t: today.with_t[d],
            with_t: then.with_t[d],
            cost_without: today.cost[d],
            cost_with: then.cost[d],
            alternative: pool.s.demand[d].alternative_usd_t,
        })
        .collect()
}
