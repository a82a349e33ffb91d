//! An independent check of every solution that is reported.
//!
//! It shares nothing with the formulation: it takes the solution as printed and the scenario with
//! the options taken, follows one vehicle of every flow through its round trip (`trip`), adds up
//! the use and the cost of the trips, and compares. A fault here is a fault in the plan.
//!
//! What one thing can do, and how one case is judged, it takes from the description
//! ([`trimodal_model::facility`], [`trimodal_model::law`]): those have oracles of their own.

mod law;
mod trip;

use std::collections::BTreeMap;

use trimodal_model::Scenario;
use trimodal_model::facility::{LANE_CARS_PER_H, Usage};
use trimodal_model::ids::{OptionId, ResourceId};
use trimodal_model::policy::{Law, Reading};
use trimodal_model::scenario::{Block, Demand, EmptyReturn, Mode, Role};

use crate::outcome::{Itinerary, Solution};
pub use law::unlawful;
use trip::Trip;

/// Relative difference that counts as rounding.
const TOLERANCE: f64 = 1e-5;

/// The claims of a solution that are checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claims<'a> {
    /// Multiple of the asked scaled demand.
    pub multiple: f64,
    /// Demand rows that are carried at that multiple, by id.
    pub scaled: &'a [String],
    /// Annual cost of options and transport, USD; none to leave it out.
    pub annual_cost_usd: Option<f64>,
    /// The law in force.
    pub law: &'a Law,
    /// The reading of unclear texts.
    pub reading: Reading,
}

/// Checks a solution; every fault in words, none for a sound one.
pub fn faults(
    s: &Scenario,
    itineraries: &[Itinerary],
    solution: &Solution,
    claims: &Claims,
) -> Vec<String> {
    let levels: Vec<u32> =
        s.options.iter().map(|o| solution.levels.get(&o.id).copied().unwrap_or(0)).collect();
    let mut audit = Audit { s: s.with_levels(&levels), ..Audit::default_for(s) };
    audit.options(&levels, solution);
    for flow in &solution.flows {
        match itineraries.get(flow.itinerary) {
            Some(itinerary) => audit.flow(itinerary, flow.amount_per_year),
            None => audit
                .faults
                .push(format!("flow names itinerary {}, which is not listed", flow.itinerary)),
        }
    }
    for run in &solution.empty_runs {
        audit.empty_run(run, false);
    }
    for run in &solution.peak_empty_runs {
        audit.empty_run(run, true);
    }
    audit.law(claims);
    audit.demand(claims);
    audit.resources();
    audit.tracks();
    audit.roads();
    audit.balance();
    audit.caps(claims.law);
    if let Some(claimed) = claims.annual_cost_usd {
        audit.cost(&levels, claimed);
    }
    audit.faults
}

fn join<K: Ord>(map: &mut BTreeMap<K, Usage>, key: K, usage: Usage) {
    map.entry(key).and_modify(|known| *known = known.and(usage)).or_insert(usage);
}

struct Audit {
    /// The scenario as given.
    given: Scenario,
    /// The scenario with the options taken.
    s: Scenario,
    carried: BTreeMap<String, f64>,
    /// Movements, for the law.
    movements: law::Movements,
    /// Usage of resources and links.
    usage: BTreeMap<ResourceId, Usage>,
    link_usage: BTreeMap<usize, Usage>,
    hours: BTreeMap<ResourceId, f64>,
    /// Passes over links at the peak, by link, direction, loaded.
    passes: BTreeMap<(usize, bool, bool), f64>,
    cars: BTreeMap<(usize, bool), f64>,
    /// Vehicles that stay: by class, place, and whether in the busiest month.
    standing: BTreeMap<(String, String, bool), f64>,
    capped_t: BTreeMap<usize, f64>,
    usd: f64,
    faults: Vec<String>,
}

impl Audit {
    fn default_for(s: &Scenario) -> Audit {
        Audit {
            given: s.clone(),
            s: s.clone(),
            carried: BTreeMap::new(),
            movements: law::Movements::default(),
            usage: BTreeMap::new(),
            link_usage: BTreeMap::new(),
            hours: BTreeMap::new(),
            passes: BTreeMap::new(),
            cars: BTreeMap::new(),
            standing: BTreeMap::new(),
            capped_t: BTreeMap::new(),
            usd: 0.0,
            faults: Vec::new(),
        }
    }

    fn options(&mut self, levels: &[u32], solution: &Solution) {
        let taken = |o: &OptionId| levels[o.ix()] > 0;
        for (option, &level) in self.s.options.iter().zip(levels) {
            if level > option.max_level {
                self.faults.push(format!(
                    "option {} is taken {level} times of {}",
                    option.id, option.max_level
                ));
            }
            if level > 0
                && (!option.requires.iter().all(taken) || option.excludes.iter().any(taken))
            {
                self.faults.push(format!("option {} is taken against its requirements", option.id));
            }
        }
        for id in solution.levels.keys().filter(|id| !self.s.options.iter().any(|o| o.id == **id)) {
            self.faults.push(format!("option {id} is not in the scenario"));
        }
    }

    fn flow(&mut self, itinerary: &Itinerary, amount: f64) {
        let Some(demand) = self.s.demand.iter().find(|d| d.id == itinerary.demand).cloned() else {
            return self.faults.push(format!("demand {} is not in the scenario", itinerary.demand));
        };
        *self.carried.entry(demand.id.clone()).or_insert(0.0) += amount;
        let mut handing = 0.0;
        let (mut usd, mut transit_h, mut co2e_g) = (0.0, 0.0, 0.0);
        let mut stocked: Vec<ResourceId> = Vec::new();
        for ride in &itinerary.rides {
            let trip = match trip::follow(&self.s, &self.given, &demand, ride, handing) {
                Ok(trip) => trip,
                Err(fault) => return self.faults.push(fault),
            };
            handing = trip.handing_h_per_t;
            let v =
                self.s.vehicles.iter().find(|v| v.id == ride.vehicle).cloned().expect("followed");
            let vehicles = if demand.in_vehicles { amount } else { amount / v.payload_t };
            self.count(&trip, &v, vehicles * demand.peak);
            if v.empties == EmptyReturn::Balance {
                let (first, last) = (&ride.places[0], &ride.places[ride.places.len() - 1]);
                for (peak, factor) in [(false, 1.0), (true, demand.peak)] {
                    self.stand(&v.id, first, peak, -vehicles * factor);
                    self.stand(&v.id, last, peak, vehicles * factor);
                }
            }
            for &stock in &trip.stocks {
                if !stocked.contains(&stock) && !demand.in_vehicles {
                    let dwell = self.s.resources[stock.ix()].dwell_h;
                    *self.hours.entry(stock).or_insert(0.0) += dwell * amount * demand.peak;
                    transit_h += dwell;
                    stocked.push(stock);
                }
            }
            transit_h += trip.transit_h;
            usd += vehicles * (v.usd_per_km * trip.run_km + v.usd_per_h * trip.working_h);
            if !demand.in_vehicles {
                usd += amount * trip.usd_per_t;
                co2e_g += v.g_co2e_per_tkm * trip.cargo_km * amount;
            }
        }
        if demand.role != Role::Background {
            let time =
                if demand.in_vehicles { 0.0 } else { demand.vot_usd_t_h * transit_h * amount };
            self.usd += usd + time + co2e_g / 1e6 * self.s.settings.co2_usd_t;
        }
        self.ends(itinerary, &demand);
        self.movements.flow(&self.s, itinerary, &demand, amount);
    }

    fn stand(&mut self, vehicle: &str, place: &str, peak: bool, vehicles: f64) {
        let key = (vehicle.to_string(), place.to_string(), peak);
        *self.standing.entry(key).or_insert(0.0) += vehicles;
    }

    fn count(&mut self, trip: &Trip, v: &trimodal_model::scenario::Vehicle, vehicles: f64) {
        for &(resource, usage) in &trip.usage {
            join(&mut self.usage, resource, usage);
        }
        for &(link, ..) in &trip.passes {
            join(&mut self.link_usage, link, self.s.usage_of_link(v));
        }
        for (resource, hours) in &trip.held {
            *self.hours.entry(*resource).or_insert(0.0) += hours * vehicles;
        }
        for &(link, forward, loaded) in &trip.passes {
            *self.passes.entry((link, forward, loaded)).or_insert(0.0) += vehicles;
            *self.cars.entry((link, forward)).or_insert(0.0) += vehicles * v.pce;
        }
    }

    fn ends(&mut self, itinerary: &Itinerary, demand: &Demand) {
        let id = |p: trimodal_model::ids::PlaceId| &self.s.places[p.ix()].id;
        let first = itinerary.rides.first().and_then(|r| r.places.first());
        let last = itinerary.rides.last().and_then(|r| r.places.last());
        let joined = itinerary.rides.windows(2).all(|w| w[0].places.last() == w[1].places.first());
        let via =
            demand.via.is_none_or(|v| itinerary.rides.iter().any(|r| r.places.contains(id(v))));
        if first != Some(id(demand.from)) || last != Some(id(demand.to)) || !joined || !via {
            self.faults.push(format!(
                "an itinerary of {} does not connect its origin and destination",
                demand.id
            ));
        }
    }

    fn law(&mut self, claims: &Claims) {
        let movements = std::mem::take(&mut self.movements);
        let (faults, capped) = movements.judge(&self.s, claims.law, claims.reading);
        self.faults.extend(faults);
        self.capped_t = capped;
    }

    /// An empty run: its cost is counted over the period, its use of facilities in the busiest
    /// month.
    fn empty_run(&mut self, run: &crate::outcome::EmptyRun, peak: bool) {
        let Some(v) = self.s.vehicles.iter().find(|v| v.id == run.vehicle).cloned() else {
            return self.faults.push(format!("vehicle {} is not in the scenario", run.vehicle));
        };
        let n = run.vehicles_per_year;
        let used = if peak { n } else { 0.0 };
        self.movements.empty(&self.s, &v.id, &run.places);
        let (mut hours, mut km) = (0.0, 0.0);
        for (at, place) in run.places.iter().enumerate() {
            let s = &self.s;
            let meets = s.operations.iter().filter(|o| {
                s.vehicles[o.vehicle.ix()].id == v.id
                    && s.places[o.place.ix()].id == *place
                    && o.empty
                    && o.does == trimodal_model::scenario::OperationKind::Pass
            });
            for op in meets {
                hours += op.fixed_h;
                for h in &op.holds {
                    let usage = Usage { ca2: v.ca2, cs2: op.cv.powi(2), units: h.least };
                    join(&mut self.usage, h.resource, usage);
                    *self.hours.entry(h.resource).or_insert(0.0) +=
                        f64::from(h.least) * op.fixed_h * used;
                }
            }
            let Some((l, link)) = run.links.get(at).and_then(|id| trip::find_link(&self.s, id))
            else {
                continue;
            };
            let forward = self.s.places[link.from.ix()].id == *place;
            let next = if forward { link.to } else { link.from };
            let goes = run.places.get(at + 1) == Some(&self.s.places[next.ix()].id);
            if !goes || !trip::fits(&v, link) {
                self.faults.push(format!("empty {} may not run on {}", v.id, link.id));
            }
            join(&mut self.link_usage, l, self.s.usage_of_link(&v));
            hours += link.km / link.empty_kmh;
            km += link.km;
            *self.passes.entry((l, forward, false)).or_insert(0.0) += used;
            *self.cars.entry((l, forward)).or_insert(0.0) += used * v.pce;
        }
        if let Some(pool) = v.pool {
            join(&mut self.usage, pool, self.s.usage_of_pool(&v));
            *self.hours.entry(pool).or_insert(0.0) += hours * used;
        }
        if !peak {
            self.usd += n * (v.usd_per_km * km + v.usd_per_h * hours);
        }
        let (first, last) = (run.places[0].clone(), run.places[run.places.len() - 1].clone());
        self.stand(&v.id, &first, peak, -n);
        self.stand(&v.id, &last, peak, n);
    }

    fn demand(&mut self, claims: &Claims) {
        for d in &self.s.demand {
            let carried = self.carried.get(&d.id).copied().unwrap_or(0.0);
            let claimed = match d.role {
                Role::Scaled if claims.scaled.contains(&d.id) => d.per_year * claims.multiple,
                Role::Scaled => 0.0,
                Role::Fixed | Role::Background => carried.min(d.per_year),
            };
            if (carried - claimed).abs() > TOLERANCE * claimed.max(100.0) {
                self.faults
                    .push(format!("{}: {carried:.1} is carried, {claimed:.1} was stated", d.id));
            }
        }
    }

    fn over(&mut self, name: String, used: f64, usable: f64) {
        if used > usable * (1.0 + TOLERANCE) + 1e-6 {
            self.faults.push(format!("{name}: {used:.2} h used of {usable:.2} h"));
        }
    }

    fn resources(&mut self) {
        for (r, used) in std::mem::take(&mut self.hours) {
            let usage = self.usage.get(&r).copied().unwrap_or_default();
            let usable = self.s.resource_hours(r, usage).practical();
            self.over(self.s.resources[r.ix()].id.clone(), used, usable);
        }
    }

    fn tracks(&mut self) {
        let passes = std::mem::take(&mut self.passes);
        for l in 0..self.s.links.len() {
            let link = self.s.links[l].clone();
            for (n, section) in link.sections.iter().enumerate() {
                let hours = |loaded: bool| {
                    if section.tracks > 1 && link.block == Block::Auto {
                        return link.headway_h;
                    }
                    let kmh = if loaded { link.loaded_kmh } else { link.empty_kmh };
                    section.km / f64::from(section.parts) / kmh + link.tau_h
                };
                let used = |forward: bool| -> f64 {
                    [true, false]
                        .iter()
                        .map(|&loaded| {
                            passes.get(&(l, forward, loaded)).copied().unwrap_or(0.0)
                                * hours(loaded)
                        })
                        .sum()
                };
                let usage = self.link_usage.get(&l).copied().unwrap_or_default();
                let rows = self.s.track_rows(trimodal_model::ids::LinkId::at(l), n, usage);
                let name = format!("{}:{}", link.id, n + 1);
                for row in rows {
                    let used = row.forward.map_or_else(|| used(true) + used(false), used);
                    self.over(name.clone(), used, row.hours.practical());
                }
            }
        }
    }

    fn roads(&mut self) {
        for ((l, _), cars) in std::mem::take(&mut self.cars) {
            if self.s.links[l].mode == Mode::Road {
                let usage = self.link_usage.get(&l).copied().unwrap_or_default();
                let road = trimodal_model::ids::LinkId::at(l);
                let usable = self.s.road_hours(road, usage).practical();
                self.over(self.s.links[l].id.clone(), cars / LANE_CARS_PER_H, usable);
            }
        }
    }

    fn balance(&mut self) {
        let trips: f64 = self.standing.values().map(|n| n.abs()).sum();
        for ((vehicle, place, _), n) in std::mem::take(&mut self.standing) {
            if n.abs() > TOLERANCE * trips.max(100.0) {
                self.faults.push(format!("{n:.2} of {vehicle} stay at {place}"));
            }
        }
    }

    fn caps(&mut self, law: &Law) {
        let period = f64::from(self.s.settings.days) / 365.0;
        for (p, tonnes) in std::mem::take(&mut self.capped_t) {
            let policy = &self.s.policies[p];
            let cap = policy.cap_t_per_year.unwrap_or(f64::INFINITY) * period;
            if trimodal_model::law::in_force(&self.s, policy, law)
                && tonnes > cap * (1.0 + TOLERANCE)
            {
                self.faults.push(format!("{}: {tonnes:.0} t of {cap:.0} t allowed", policy.id));
            }
        }
    }

    fn cost(&mut self, levels: &[u32], claimed: f64) {
        let period = f64::from(self.s.settings.days) / 365.0;
        let rate = self.s.settings.discount_rate;
        for (option, &level) in self.s.options.iter().zip(levels) {
            // Annuity as the sum of a geometric series, independent of the formulation's.
            let growth = (1.0 + rate).powf(option.life_years);
            let annuity =
                if rate > 0.0 { rate * growth / (growth - 1.0) } else { 1.0 / option.life_years };
            let yearly = option.capex_usd[1] * annuity + option.opex_usd_per_year;
            self.usd += yearly * f64::from(level) * period;
        }
        if (self.usd - claimed).abs() > TOLERANCE * claimed.abs().max(1000.0) {
            self.faults
                .push(format!("the annual cost is {:.0} USD, {claimed:.0} was stated", self.usd));
        }
    }
}
