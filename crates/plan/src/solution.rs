//! A solution of the planner as flows, use of facilities and loads on links.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_model::Scenario;
use trimodal_model::facility::Facility;
use trimodal_model::ids::LinkId;

use crate::column_pool::ColumnPool;
use crate::columns::Column;
use crate::constraints::{CapacityConstraint, RhsChange};
use crate::formulation::{LpSolution, Planner};
use crate::outcome;
use crate::paths::{Handling, PathRide};

/// Flows below this many units a year are rounding of the solver.
const NOTHING: f64 = 1e-3;

/// Use of one facility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FacilityLoad {
    /// The facility.
    pub facility: Facility,
    /// Hours used, in its constraint of highest utilisation.
    pub hours: f64,
    /// Hours used over hours usable in practice.
    pub utilisation: f64,
    /// Hours used over hours in which it can work.
    pub occupancy: f64,
    /// Tonnes through it.
    pub tonnes: f64,
}

/// Use of every facility in a solution.
pub fn uses(
    planner: &Planner,
    optimum: &LpSolution,
    change: Option<RhsChange>,
) -> Vec<FacilityLoad> {
    if optimum.flows.is_empty() {
        return Vec::new();
    }
    let columns: Vec<&Column> = planner.pool.all_columns().collect();
    planner
        .facilities
        .iter()
        .filter_map(|facility| {
            let levels: Vec<u32> =
                facility.options.iter().map(|o| optimum.levels[o.ix()]).collect();
            let state = facility.states.iter().find(|s| s.levels == levels)?;
            let extra = change.filter(|n| n.facility == facility.facility).map_or(0.0, |n| n.hours);
            let used = |row: &CapacityConstraint| {
                row.terms.iter().map(|&(c, h)| h * optimum.using(c)).sum::<f64>()
            };
            let share = |hours: f64, of: f64| {
                if of > 0.0 {
                    hours / of
                } else if hours > 0.0 {
                    f64::INFINITY
                } else {
                    0.0
                }
            };
            let (hours, utilisation, row) = state
                .rows
                .iter()
                .map(|row| (used(row), share(used(row), row.hours + extra), row))
                .max_by(|a, b| a.1.total_cmp(&b.1))?;
            let through: BTreeSet<usize> =
                state.rows.iter().flat_map(|r| r.terms.iter().map(|t| t.0)).collect();
            let tonnes = through.iter().map(|&c| columns[c].tonnes * optimum.flows[c]).sum();
            let occupancy = utilisation * row.occupancy;
            Some(FacilityLoad {
                facility: facility.facility,
                hours,
                utilisation,
                occupancy,
                tonnes,
            })
        })
        .collect()
}

/// Units of a demand that a solution carries.
pub fn carried(pool: &ColumnPool, optimum: &LpSolution, demand: usize) -> f64 {
    let own = pool.paths.iter().zip(&optimum.flows).filter(|(w, _)| w.demand.ix() == demand);
    own.map(|(_, x)| x).sum()
}

/// The word for a facility's kind.
pub fn kind(s: &Scenario, facility: Facility) -> String {
    match facility {
        Facility::Resource(r) => s.resources[r.ix()].kind.clone(),
        Facility::Section(..) => "section".into(),
        Facility::Road(_) => "road".into(),
    }
}

/// The itineraries to which solutions refer, each listed once.
#[derive(Debug, Default)]
pub struct ItineraryIndex {
    places: BTreeMap<usize, usize>,
    /// The list for the outcome.
    pub itineraries: Vec<outcome::Itinerary>,
}

impl ItineraryIndex {
    fn position(&mut self, pool: &ColumnPool, column: usize) -> usize {
        let next = self.itineraries.len();
        *self.places.entry(column).or_insert_with(|| {
            self.itineraries.push(itinerary(pool, column));
            next
        })
    }

    /// A solution as the outcome reports it.
    pub fn solution(&mut self, planner: &Planner, optimum: &LpSolution) -> outcome::Solution {
        let pool = planner.pool;
        let s = pool.s;
        if optimum.flows.is_empty() {
            return outcome::Solution::default();
        }
        let (flows, runs) = optimum.flows.split_at(pool.paths.len());
        let taken = s.options.iter().zip(&optimum.levels).filter(|(_, level)| **level > 0);
        outcome::Solution {
            levels: taken.map(|(o, level)| (o.id.clone(), *level)).collect(),
            flows: flows
                .iter()
                .enumerate()
                .filter(|(_, x)| **x > NOTHING)
                .map(|(c, x)| outcome::Flow {
                    itinerary: self.position(pool, c),
                    amount_per_year: *x,
                })
                .collect(),
            empty_runs: empty_runs(pool, runs),
            peak_empty_runs: empty_runs(pool, &optimum.peak_empty),
            facilities: uses(planner, optimum, None)
                .into_iter()
                .filter(|u| u.hours > 0.0)
                .map(|u| outcome::FacilityUse {
                    facility: s.facility_id(u.facility),
                    used_h: u.hours,
                    utilisation: u.utilisation,
                    occupancy: u.occupancy,
                    t_per_year: u.tonnes,
                })
                .collect(),
            links: link_loads(planner, optimum),
        }
    }
}

fn empty_runs(pool: &ColumnPool, flows: &[f64]) -> Vec<outcome::EmptyRun> {
    let s = pool.s;
    let reported = |run: crate::empties::Run| outcome::EmptyRun {
        vehicle: s.vehicles[run.vehicle.ix()].id.clone(),
        places: run.places.iter().map(|p| s.places[p.ix()].id.clone()).collect(),
        links: run.links.iter().map(|l| s.links[l.ix()].id.clone()).collect(),
        vehicles_per_year: run.vehicles,
    };
    crate::empties::runs(pool, flows).into_iter().map(reported).collect()
}

fn itinerary(pool: &ColumnPool, column: usize) -> outcome::Itinerary {
    let (s, path, c) = (pool.s, &pool.paths[column], &pool.columns[column]);
    let demand = &s.demand[path.demand.ix()];
    outcome::Itinerary {
        demand: demand.id.clone(),
        in_vehicles: demand.in_vehicles,
        rides: path.rides.iter().map(|ride| a_ride(s, ride, &demand.commodity)).collect(),
        requires: path
            .requires
            .iter()
            .map(|(o, level)| (s.options[o.ix()].id.clone(), *level))
            .collect(),
        distance_km: c.km,
        time_h: c.time_h,
        cost_usd_per_t: c.cost_usd,
        generalised_cost_usd_per_t: c.generalised_usd,
        co2e_kg_per_t: c.co2e_kg,
    }
}

fn a_ride(s: &Scenario, ride: &PathRide, cargo: &str) -> outcome::Ride {
    let handling = |d: &Handling| outcome::OperationUse {
        operation: s.operations[d.operation.ix()].id.clone(),
        units: d.units,
    };
    let passing = crate::columns::stops(s, ride, cargo)
        .into_iter()
        .map(|(_, op)| outcome::OperationUse { operation: op.id.clone(), units: op.least_units() });
    outcome::Ride {
        vehicle: s.vehicles[ride.vehicle.ix()].id.clone(),
        mode: s.vehicles[ride.vehicle.ix()].mode,
        places: ride.places.iter().map(|p| s.places[p.ix()].id.clone()).collect(),
        links: ride.links.iter().map(|l| s.links[l.ix()].id.clone()).collect(),
        operations: ride
            .load
            .iter()
            .map(handling)
            .chain(passing)
            .chain(ride.unload.iter().map(handling))
            .collect(),
    }
}

fn link_loads(planner: &Planner, optimum: &LpSolution) -> Vec<outcome::LinkLoad> {
    let s = planner.pool.s;
    let mut loads: BTreeMap<LinkId, [f64; 3]> = BTreeMap::new();
    for (column, &x) in
        planner.pool.all_columns().zip(&optimum.flows).filter(|(_, x)| **x > NOTHING)
    {
        let mut seen: BTreeSet<LinkId> = BTreeSet::new();
        for (pass, n) in &column.passes {
            let load = loads.entry(pass.link).or_default();
            load[if pass.loaded { 1 } else { 2 }] += n * x;
            if pass.loaded && seen.insert(pass.link) {
                load[0] += column.tonnes * x;
            }
        }
    }
    let mut over: BTreeMap<LinkId, f64> = BTreeMap::new();
    for used in uses(planner, optimum, None) {
        if let Facility::Section(l, _) | Facility::Road(l) = used.facility {
            let most = over.entry(l).or_insert(0.0);
            *most = most.max(used.utilisation);
        }
    }
    loads
        .into_iter()
        .map(|(l, [tonnes, loaded, empty])| outcome::LinkLoad {
            link: s.links[l.ix()].id.clone(),
            t_per_year: tonnes,
            loaded_vehicles_per_year: loaded,
            empty_vehicles_per_year: empty,
            volume_over_capacity: over.get(&l).copied(),
        })
        .collect()
}
