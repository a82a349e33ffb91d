//! The cheapest investments for multiples of today's capacity, each with its lower bound.

use std::collections::BTreeMap;

use trimodal_model::Scenario;
use trimodal_model::scenario::Mode;

use crate::binding;
use crate::capacity::BaseCapacity;
use crate::economics::{self, Programme, Terms};
use crate::formulation::{
    DemandTarget, LpRequest, LpSolution, Objective, Options, Planner, option_usd_per_year,
};
use crate::growth;
use crate::lp::{SolveStatus, SolverError};
use crate::outcome::{AtLimit, Ceiling, Investment, ModalSplit, Rung, Status, Years};
use crate::requests;
use crate::schedule::{self, Schedule};
use crate::solution::ItineraryIndex;
use trimodal_model::ids::OptionId;

/// The solution of a rung.
#[derive(Debug, Clone)]
pub struct SolvedRung {
    /// Whether it was solved.
    pub status: Status,
    /// Cheapest flows with the levels found; none without a solution.
    pub optimum: Option<LpSolution>,
    /// Annual cost of the solution, USD.
    pub cost_usd: f64,
    /// Proven lower bound on it, USD.
    pub bound_usd: f64,
}

/// Finds the cheapest levels and flows for `multiple` of today's capacity.
pub fn solve(
    planner: &Planner,
    base_multiple: f64,
    multiple: f64,
    at_least: &[u32],
) -> Result<SolvedRung, SolverError> {
    let pool = planner.pool;
    let targets = requests::demand_targets(pool, |_, units| {
        DemandTarget::Exactly(units * base_multiple * multiple)
    });
    let free = Options::Free { at_least, budget_usd: f64::INFINITY };
    let found = planner.solve(&LpRequest {
        targets: targets.clone(),
        objective: Objective::MinCost,
        options: free,
        change: None,
    })?;
    let nothing =
        |status| SolvedRung { status, optimum: None, cost_usd: f64::NAN, bound_usd: f64::NAN };
    let status = match found.status {
        SolveStatus::Optimal => Status::Optimal,
        SolveStatus::Feasible => Status::Feasible,
        SolveStatus::TimeLimit => return Ok(nothing(Status::TimeLimit)),
        SolveStatus::Infeasible | SolveStatus::Unbounded => return Ok(nothing(Status::Infeasible)),
    };
    // Flows again with the levels fixed: exact, where those of the integer solve carry its
    // tolerance.
    let again = planner.solve(&requests::at_levels(targets, Objective::MinCost, &found.levels))?;
    let (optimum, transport) = if again.status == SolveStatus::Optimal {
        let cost = again.objective;
        (again, cost)
    } else {
        let options: f64 = options_usd(planner, &found.levels);
        let transport = found.objective - options;
        (found.clone(), transport)
    };
    let cost_usd = transport + options_usd(planner, &optimum.levels);
    Ok(SolvedRung {
        status,
        cost_usd,
        bound_usd: found.bound.min(cost_usd),
        optimum: Some(optimum),
    })
}

/// Annual cost of options at given levels.
pub fn options_usd(planner: &Planner, levels: &[u32]) -> f64 {
    let s = planner.pool.s;
    levels
        .iter()
        .enumerate()
        .map(|(i, &n)| f64::from(n) * option_usd_per_year(s, OptionId::at(i)))
        .sum()
}

/// The lower bound on the annual cost, expressed as investment: the gap in the annual cost is converted at
/// the mean annuity of the options taken.
fn capex_bound_usd(planner: &Planner, optimum: &LpSolution, gap_usd: f64) -> f64 {
    let s = planner.pool.s;
    let capex = capex_usd(planner, &optimum.levels);
    let taken = s.options.iter().zip(&optimum.levels);
    let opex: f64 = taken.map(|(o, &n)| o.opex_usd_per_year * f64::from(n)).sum();
    let annuities =
        options_usd(planner, &optimum.levels) - opex * f64::from(s.settings.days) / 365.0;
    let bound = if annuities > 0.0 { capex - gap_usd * capex / annuities } else { capex };
    bound.max(0.0)
}

fn capex_usd(planner: &Planner, levels: &[u32]) -> f64 {
    planner.pool.s.options.iter().zip(levels).map(|(o, &n)| o.capex_usd[1] * f64::from(n)).sum()
}

/// The greatest common multiple within an investment budget in USD (infinite for none).
pub fn max_multiple_within(planner: &Planner, budget_usd: f64) -> Result<LpSolution, SolverError> {
    let none = vec![0; planner.pool.s.options.len()];
    let targets = requests::demand_targets(planner.pool, |_, units| DemandTarget::Multiple(units));
    let options = Options::Free { at_least: &none, budget_usd };
    planner.solve(&LpRequest { targets, objective: Objective::MaxMultiple, options, change: None })
}

/// The greatest capacity with all options.
pub fn ceiling(planner: &Planner, base: &BaseCapacity) -> Result<Ceiling, SolverError> {
    let found = max_multiple_within(planner, f64::INFINITY)?;
    let (status, greatest) = match found.status {
        SolveStatus::Optimal => (Status::Optimal, found.multiple),
        SolveStatus::Feasible => (Status::Feasible, found.bound),
        SolveStatus::TimeLimit => (Status::TimeLimit, f64::NAN),
        SolveStatus::Infeasible | SolveStatus::Unbounded => (Status::Infeasible, f64::NAN),
    };
    let asked = requests::asked_scaled_t(planner.pool);
    let at = binding_at(planner, &found)?;
    let multiple = if base.multiple > 0.0 { greatest / base.multiple } else { f64::NAN };
    let known = |x: f64| if x.is_finite() { x } else { 0.0 };
    Ok(Ceiling {
        multiple: known(multiple),
        capacity_t_per_year: known(greatest * asked),
        status,
        binding: at,
    })
}

/// The facilities that bind at the levels of a greatest multiple.
fn binding_at(planner: &Planner, found: &LpSolution) -> Result<Vec<AtLimit>, SolverError> {
    if found.flows.is_empty() {
        return Ok(Vec::new());
    }
    let mut list = binding::at_max_multiple(planner, &found.levels)?;
    // Options could still extend some of them; those that cannot grow decide.
    if list.iter().any(|a| !a.can_grow) {
        list.retain(|a| !a.can_grow);
    }
    Ok(list)
}

/// The outcome of a rung; `before` is the programme of the rung below, if any.
pub fn report(
    planner: &Planner,
    base: &BaseCapacity,
    multiple: f64,
    solved: &SolvedRung,
    (ceiling, before): (&Ceiling, Option<&Programme>),
    index: &mut ItineraryIndex,
) -> Result<(Rung, Option<Programme>), SolverError> {
    let pool = planner.pool;
    let tonnes = base.total_t * multiple;
    let full_in = growth::reaches(pool, tonnes);
    let Some(optimum) = &solved.optimum else {
        return Ok((unsolved(multiple, tonnes, full_in, solved.status, ceiling), None));
    };
    let capex = capex_usd(planner, &optimum.levels);
    let options = options_usd(planner, &optimum.levels);
    let gap_usd = (solved.cost_usd - solved.bound_usd).max(0.0);
    let extra = tonnes - base.total_t;
    let (split, co2e_t) = transport(planner, optimum);
    let schedule = schedule::schedule(planner, optimum)?;
    let programmes = match &schedule {
        Some(schedule) => schedule::programmes(planner, base, (schedule, optimum, multiple))?,
        None => None,
    };
    let economics = programmes.as_ref().and_then(|(scheduled, at_once)| {
        economics::appraise(scheduled, at_once, before, terms(pool.s))
    });
    let rung = Rung {
        multiple,
        capacity_t_per_year: tonnes,
        status: solved.status,
        capex_usd: Some(capex),
        lower_bound_usd: Some(capex_bound_usd(planner, optimum, gap_usd)),
        annual_cost_usd: Some(solved.cost_usd),
        annual_cost_lower_bound_usd: Some(solved.bound_usd),
        gap: Some(if solved.cost_usd > 0.0 { gap_usd / solved.cost_usd } else { 0.0 }),
        investments: investments(pool.s, optimum, schedule.as_ref()),
        binding: binding::at_max_multiple(planner, &optimum.levels)?,
        cost_per_extra_t_usd: (extra > 0.0).then(|| options / extra),
        modal_split: Some(split),
        co2e_t_per_year: Some(co2e_t),
        economics,
        full_in,
        solution: Some(index.solution(planner, optimum)),
        reason: None,
    };
    Ok((rung, programmes.map(|(scheduled, _)| scheduled)))
}

fn terms(s: &Scenario) -> Terms {
    Terms {
        first_year: growth::first_year(s),
        rate: s.settings.discount_rate,
        horizon: s.settings.horizon_years as usize,
    }
}

fn unsolved(
    multiple: f64,
    tonnes: f64,
    full_in: crate::outcome::Years,
    status: Status,
    ceiling: &Ceiling,
) -> Rung {
    let reason = match status {
        Status::TimeLimit => {
            "no solution was found within the time limit; give more with --time-limit".to_string()
        }
        _ if ceiling.status == Status::TimeLimit => {
            "not reachable with these options; the facilities that bind were not found within the time limit".to_string()
        }
        _ => {
            let names: Vec<&str> = ceiling.binding.iter().map(|b| b.name.as_str()).collect();
            format!(
                "not reachable with these options: ceiling x{:.2}, binds: {}",
                ceiling.multiple,
                names.join(", ")
            )
        }
    };
    Rung {
        multiple,
        capacity_t_per_year: tonnes,
        status,
        capex_usd: None,
        lower_bound_usd: None,
        annual_cost_usd: None,
        annual_cost_lower_bound_usd: None,
        gap: None,
        investments: Vec::new(),
        binding: ceiling.binding.clone(),
        cost_per_extra_t_usd: None,
        modal_split: None,
        co2e_t_per_year: None,
        economics: None,
        full_in,
        solution: None,
        reason: Some(reason),
    }
}

fn investments(s: &Scenario, optimum: &LpSolution, schedule: Option<&Schedule>) -> Vec<Investment> {
    let never = Years { low: None, base: None, high: None };
    let mut taken: Vec<usize> = (0..s.options.len()).filter(|&i| optimum.levels[i] > 0).collect();
    let usd = |i: usize| s.options[i].capex_usd[1] * f64::from(optimum.levels[i]);
    taken.sort_by(|&a, &b| usd(b).total_cmp(&usd(a)).then(a.cmp(&b)));
    taken
        .into_iter()
        .map(|i| {
            let option = &s.options[i];
            let needed = schedule.into_iter().flat_map(|x| &x.needed).find(|n| n.option == i);
            let opens = needed.map_or(never, |n| n.opens);
            Investment {
                option: option.id.clone(),
                name: option.name.clone(),
                level: optimum.levels[i],
                capex_usd: option.capex_usd[1] * f64::from(optimum.levels[i]),
                lead_months: option.lead_months,
                opens_in: opens,
                start_by: growth::before(opens, growth::lead_years(option.lead_months)),
            }
        })
        .collect()
}

fn transport(planner: &Planner, optimum: &LpSolution) -> (ModalSplit, f64) {
    let s = planner.pool.s;
    let mut split = ModalSplit::default();
    let mut co2e_kg = 0.0;
    for (column, &x) in planner.pool.all_columns().zip(&optimum.flows) {
        co2e_kg += column.co2e_kg * x;
        let mut links: BTreeMap<_, f64> = BTreeMap::new();
        for pass in column.passes.keys().filter(|p| p.loaded) {
            links.insert(pass.link, column.tonnes * x);
        }
        for (link, tonnes) in links {
            let l = &s.links[link.ix()];
            match l.mode {
                Mode::Rail => split.rail_tkm += tonnes * l.km,
                Mode::Sea => split.sea_tkm += tonnes * l.km,
                Mode::Road => split.road_tkm += tonnes * l.km,
                Mode::Barge => split.barge_tkm += tonnes * l.km,
            }
        }
    }
    (split, co2e_kg / 1000.0)
}
