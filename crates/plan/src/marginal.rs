//! The marginal worth of facilities that bind: a unit more and a unit less, solved again.

use trimodal_model::Scenario;
use trimodal_model::facility::{Facility, LANE_CARS_PER_H, Usage};
use trimodal_model::ids::ResourceId;

use crate::binding::{self, AT_LIMIT};
use crate::capacity::BaseCapacity;
use crate::constraints::RhsChange;
use crate::formulation::{LpSolution, Planner};
use crate::lp::{SolveStatus, SolverError};
use crate::outcome::{Binding, Marginal};
use crate::requests;
use crate::solution;

/// Facilities that bind: they are at their limit, and with a unit less of them less is carried.
pub fn binding(planner: &Planner, base: &BaseCapacity) -> Result<Vec<Binding>, SolverError> {
    let s = planner.pool.s;
    let mut list = Vec::new();
    for used in solution::uses(planner, &base.optimum, None) {
        if used.utilisation < 1.0 - AT_LIMIT || base.reason.is_some() {
            continue;
        }
        let [more, less] = units(planner, used.facility, &base.optimum.levels);
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

/// A change of a facility by one unit: hours, and the unit in words.
struct UnitChange {
    hours: f64,
    unit: String,
}

impl UnitChange {
    fn new(hours: f64, unit: impl Into<String>) -> UnitChange {
        UnitChange { hours, unit: unit.into() }
    }

    /// The same hours more and less.
    fn pair(hours: f64, more: &str, less: &str) -> [UnitChange; 2] {
        [UnitChange::new(hours, more), UnitChange::new(-hours, less)]
    }
}

/// A unit more and a unit less of a facility.
fn units(planner: &Planner, facility: Facility, levels: &[u32]) -> [UnitChange; 2] {
    let s = planner.pool.s;
    let days = f64::from(s.settings.days);
    match facility {
        Facility::Resource(r) => {
            let usage = planner.users.usage(facility, |o| levels[o.ix()]).unwrap_or_default();
            resource_units(s, r, usage)
        }
        Facility::Section(l, n) => {
            let link = &s.links[l.ix()];
            let pair = [true, false].map(|loaded| s.section_h(link, &link.sections[n], loaded));
            let hours = days * pair.iter().sum::<f64>();
            UnitChange::pair(hours, "one train pair a day more", "one train pair a day less")
        }
        Facility::Road(_) => {
            let hours = 1000.0 / LANE_CARS_PER_H * days;
            UnitChange::pair(hours, "1000 cars a day more", "1000 cars a day less")
        }
    }
}

fn resource_units(s: &Scenario, id: ResourceId, usage: Usage) -> [UnitChange; 2] {
    let resource = &s.resources[id.ix()];
    let now = s.resource_hours(id, usage).practical();
    let mut edited = s.clone();
    let mut with = |servers: u32, stock_t: f64| {
        edited.resources[id.ix()].servers = servers;
        edited.resources[id.ix()].stock_t = stock_t;
        edited.resource_hours(id, usage).practical() - now
    };
    if resource.is_stock() {
        let tenth = resource.stock_t / 10.0;
        return [
            UnitChange::new(with(1, resource.stock_t + tenth), "a tenth more stock"),
            UnitChange::new(with(1, resource.stock_t - tenth), "a tenth less stock"),
        ];
    }
    let word = match resource.kind.as_str() {
        "pool" => "of the pool".to_string(),
        kind => kind.replace('_', " "),
    };
    let more = with(resource.servers + 1, resource.stock_t);
    let less = with(resource.servers.saturating_sub(1), resource.stock_t);
    [
        UnitChange::new(more, format!("one more {word}")),
        UnitChange::new(less, format!("one {word} less")),
    ]
}

/// The effect of a change; none where the time limit was reached first.
fn marginal(
    planner: &Planner,
    base: &BaseCapacity,
    facility: Facility,
    UnitChange { hours, unit }: UnitChange,
) -> Result<Option<Marginal>, SolverError> {
    let levels = &base.optimum.levels;
    let change = Some(RhsChange { facility, hours });
    let greatest = requests::max_multiple(planner, levels, change)?;
    let asked = requests::asked_scaled_t(planner.pool);
    if greatest.is_out_of_time() {
        return Ok(None);
    }
    if greatest.status != SolveStatus::Optimal {
        return Ok(Some(Marginal {
            unit,
            total_t_per_year: -base.total_t,
            own_t_per_year: -tonnes_through(planner, &base.optimum, facility),
            then_binds: Vec::new(),
        }));
    }
    let multiple = greatest.multiple * (1.0 - 1e-9);
    let mut optimum = requests::min_cost(planner, levels, multiple, change)?;
    if optimum.status != SolveStatus::Optimal {
        optimum = greatest;
    }
    let then_binds =
        binding::at_limit(planner, &optimum, change).into_iter().map(|a| a.name).collect();
    Ok(Some(Marginal {
        unit,
        total_t_per_year: multiple * asked - base.total_t,
        own_t_per_year: tonnes_through(planner, &optimum, facility)
            - tonnes_through(planner, &base.optimum, facility),
        then_binds,
    }))
}

fn tonnes_through(planner: &Planner, optimum: &LpSolution, facility: Facility) -> f64 {
    let uses = solution::uses(planner, optimum, None);
    uses.into_iter().find(|u| u.facility == facility).map_or(0.0, |u| u.tonnes)
}
