//! What a tonne on an itinerary takes: server-hours, passes over tracks, vehicles, time, money, CO2e.

use std::collections::BTreeMap;

use trimodal_model::Scenario;
use trimodal_model::facility::Pass;
use trimodal_model::ids::{OptionId, PlaceId, ResourceId, VehicleId};
use trimodal_model::scenario::{Does, Empties, Operation, Role, Vehicle};

use crate::itineraries::{Doing, Itinerary, Ride};

/// What a unit of flow (a tonne; a vehicle trip of background traffic; an empty run) takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Server-hours of resources; tonne-hours of stocks.
    pub uses: BTreeMap<ResourceId, f64>,
    /// Vehicle passes over links.
    pub passes: BTreeMap<Pass, f64>,
    /// Vehicles of balancing classes that stay at a place (+) or leave it (-).
    pub balance: BTreeMap<(VehicleId, PlaceId), f64>,
    /// Options needed, with their least level.
    pub requires: Vec<(OptionId, u32)>,
    /// Length, km.
    pub km: f64,
    /// Time in transit, h.
    pub time_h: f64,
    /// Cost, USD.
    pub cost_usd: f64,
    /// Emissions, kg CO2e.
    pub co2e_kg: f64,
    /// Cost with the value of time and of CO2e, USD.
    pub generalised_usd: f64,
    /// Tonnes in a unit: 1 for goods, 0 for vehicles without freight.
    pub tonnes: f64,
}

/// The column of an itinerary.
pub fn of_itinerary(s: &Scenario, way: &Itinerary) -> Column {
    let d = &s.demand[way.demand.ix()];
    let mut c = Column {
        requires: way.requires.clone(),
        tonnes: if d.in_vehicles { 0.0 } else { 1.0 },
        ..Column::default()
    };
    for (i, ride) in way.rides.iter().enumerate() {
        let v = &s.vehicles[ride.vehicle.ix()];
        let vehicles = if d.in_vehicles { 1.0 } else { 1.0 / v.payload_t };
        let taken_over =
            i.checked_sub(1).and_then(|p| way.rides[p].unload).filter(|_| ride.load.is_none());
        Riding { s, v, ride, vehicles, cargo: &d.commodity, c: &mut c }.add(taken_over);
    }
    if d.role == Role::Background {
        // Other people's costs: they do not steer the plan.
        (c.cost_usd, c.co2e_kg) = (0.0, 0.0);
    } else {
        let time_usd = if d.in_vehicles { 0.0 } else { d.vot_usd_t_h * c.time_h };
        c.generalised_usd = c.cost_usd + time_usd + c.co2e_kg / 1000.0 * s.settings.co2_usd_t;
    }
    c
}

/// The column of an empty run of a balancing class; a unit is a vehicle.
pub fn of_empty_run(s: &Scenario, ride: &Ride, requires: Vec<(OptionId, u32)>) -> Column {
    let v = &s.vehicles[ride.vehicle.ix()];
    let mut c = Column { requires, ..Column::default() };
    let hours = {
        let mut riding = Riding { s, v, ride, vehicles: 1.0, cargo: "", c: &mut c };
        riding.pass_links(false, false);
        let hours = riding.run_h(0, false) + riding.empty_stops(0);
        riding.c.cost_usd += v.usd_per_km * riding.km() + v.usd_per_h * hours;
        hours
    };
    if let Some(pool) = v.pool {
        add(&mut c.uses, pool, hours);
    }
    let (first, last) = (ride.places[0], ride.places[ride.places.len() - 1]);
    add(&mut c.balance, (ride.vehicle, first), -1.0);
    add(&mut c.balance, (ride.vehicle, last), 1.0);
    c.generalised_usd = c.cost_usd;
    c
}

fn add<K: Ord>(map: &mut BTreeMap<K, f64>, key: K, amount: f64) {
    *map.entry(key).or_insert(0.0) += amount;
}

/// Hours of an operation for a vehicle: its time a lot, and the lots of a vehicle.
fn duration_h(s: &Scenario, op: &Operation, units: u32) -> (f64, f64) {
    let payload = s.vehicles[op.vehicle.ix()].payload_t;
    let lot = s.lot_t(op);
    let lots = if payload > 0.0 && lot > 0.0 { payload / lot } else { 1.0 };
    (op.fixed_h + lot * op.h_per_t / f64::from(units), lots)
}

/// Expected wait until every resource of an operation is open.
fn opening_wait_h(s: &Scenario, op: &Operation) -> f64 {
    op.holds
        .iter()
        .map(|h| s.calendars[s.resources[h.resource.ix()].calendar.ix()].mean_opening_wait_h())
        .fold(0.0, f64::max)
}

struct Riding<'a> {
    s: &'a Scenario,
    v: &'a Vehicle,
    ride: &'a Ride,
    /// Vehicles for a unit of flow.
    vehicles: f64,
    cargo: &'a str,
    c: &'a mut Column,
}

impl<'a> Riding<'a> {
    fn add(&mut self, taken_over: Option<Doing>) {
        let (s, v, ride) = (self.s, self.v, self.ride);
        let returns = v.empties == Empties::SameTrainset;
        self.pass_links(true, true);
        if returns {
            self.pass_links(false, true);
        }
        // A vehicle that takes cargo over directly waits as long as the other one unloads.
        let start = ride.load.map_or(0.0, |d| self.handle(d));
        let taking = taken_over.map_or(0.0, |d| {
            let op = &s.operations[d.operation.ix()];
            let (lot_h, _) = duration_h(s, op, d.units);
            if s.lot_t(op) > 0.0 { lot_h / s.lot_t(op) * v.payload_t } else { 0.0 }
        });
        let end = ride.unload.map_or(0.0, |d| self.handle(d));
        let stops = self.loaded_stops(end);
        let run = self.run_h(0, true);
        let back = if returns { self.run_h(0, false) + self.empty_stops(0) } else { 0.0 };
        let cycle = start + taking + run + stops + end + back;
        if let Some(pool) = v.pool {
            add(&mut self.c.uses, pool, cycle * self.vehicles);
        }
        let km = self.km();
        let km_run = if returns { 2.0 * km } else { km };
        self.c.cost_usd += (v.usd_per_km * km_run + v.usd_per_h * cycle) * self.vehicles;
        self.c.cost_usd +=
            self.c.tonnes * ride.links.iter().map(|l| s.links[l.ix()].usd_per_t).sum::<f64>();
        self.c.co2e_kg += self.c.tonnes * v.g_co2e_per_tkm * km / 1000.0;
        self.c.km += km;
        self.c.time_h += run;
        if v.empties == Empties::Balance {
            let (first, last) = (ride.places[0], ride.places[ride.places.len() - 1]);
            add(&mut self.c.balance, (ride.vehicle, first), -self.vehicles);
            add(&mut self.c.balance, (ride.vehicle, last), self.vehicles);
        }
    }

    fn km(&self) -> f64 {
        self.ride.links.iter().map(|l| self.s.links[l.ix()].km).sum()
    }

    fn run_h(&self, from: usize, loaded: bool) -> f64 {
        self.ride.links[from..].iter().map(|l| self.s.links[l.ix()].run_h(loaded)).sum()
    }

    /// Counts passes over the links, there (`onward`) or empty on the way back.
    fn pass_links(&mut self, loaded: bool, there_and_back: bool) {
        let onward = loaded || !there_and_back;
        let ride = self.ride;
        for (i, &link) in ride.links.iter().enumerate() {
            let leaves_from = self.s.links[link.ix()].from == ride.places[i];
            let pass = Pass { link, forward: leaves_from == onward, vehicle: ride.vehicle, loaded };
            add(&mut self.c.passes, pass, self.vehicles);
        }
    }

    /// Loading or unloading: holds its resources and stock; hours of the vehicle.
    fn handle(&mut self, doing: Doing) -> f64 {
        let op = &self.s.operations[doing.operation.ix()];
        let (lot_h, lots) = duration_h(self.s, op, doing.units);
        self.hold(op, doing.units, lot_h * lots);
        self.c.cost_usd += op.usd_per_t * self.c.tonnes;
        self.c.time_h += lot_h * lots.max(1.0) + opening_wait_h(self.s, op);
        if let Some(stock) = op.stock_to.or(if self.first_touch(op) { op.stock_from } else { None })
        {
            let dwell = self.s.resources[stock.ix()].dwell_h;
            add(&mut self.c.uses, stock, dwell * self.c.tonnes);
            self.c.time_h += dwell;
        }
        lot_h * lots
    }

    /// Whether a loading takes goods from a stock into which no unloading of this trip put them.
    fn first_touch(&self, op: &Operation) -> bool {
        op.does == Does::Load && op.stock_from.is_some_and(|r| !self.c.uses.contains_key(&r))
    }

    fn hold(&mut self, op: &Operation, units: u32, hours: f64) {
        for h in &op.holds {
            let n = if h.most > h.least { units } else { h.least };
            add(&mut self.c.uses, h.resource, f64::from(n) * hours * self.vehicles);
        }
    }

    /// Operations of the loaded vehicle at the places of the ride; its hours there.
    fn loaded_stops(&mut self, end_h: f64) -> f64 {
        let mut hours = 0.0;
        let all = self.stops(true);
        let duration = |op: &Operation| {
            let (lot_h, lots) = duration_h(self.s, op, 1);
            lot_h * lots
        };
        let durations: Vec<f64> = all.iter().map(|(_, op)| duration(op)).collect();
        for (k, &(i, op)) in all.iter().enumerate() {
            let mut held = durations[k];
            if op.until_return {
                held += durations[k + 1..].iter().sum::<f64>() + self.run_h(i, true) + end_h;
                if self.v.empties != Empties::None {
                    held += self.run_h(i, false) + self.empty_stop_hours(i);
                }
            }
            self.hold(op, 1, held);
            let (lot_h, lots) = duration_h(self.s, op, 1);
            self.c.time_h += lot_h * lots.max(1.0) + opening_wait_h(self.s, op);
            self.c.cost_usd += op.usd_per_t * self.c.tonnes;
            hours += durations[k];
        }
        hours
    }

    /// Operations of the empty vehicle at the places from position `from` on; its hours there.
    fn empty_stops(&mut self, from: usize) -> f64 {
        for (i, op) in self.stops(false) {
            if i >= from {
                self.hold(op, 1, op.fixed_h);
            }
        }
        self.empty_stop_hours(from)
    }

    fn empty_stop_hours(&self, from: usize) -> f64 {
        self.stops(false).iter().filter(|(i, _)| *i >= from).map(|(_, op)| op.fixed_h).sum()
    }

    fn stops(&self, loaded: bool) -> Vec<(usize, &'a Operation)> {
        stops(self.s, self.ride, loaded, self.cargo)
    }
}

/// Passing operations of a ride, each with the position of its place, in order.
pub fn stops<'a>(
    s: &'a Scenario,
    ride: &Ride,
    loaded: bool,
    cargo: &str,
) -> Vec<(usize, &'a Operation)> {
    let fits = |op: &Operation, place: PlaceId| {
        op.place == place
            && op.does == Does::Pass
            && op.vehicle == ride.vehicle
            && if loaded { op.loaded } else { op.empty }
            && (!loaded || op.cargo.is_empty() || op.cargo.iter().any(|c| c == cargo))
    };
    let mut list = Vec::new();
    for (i, &place) in ride.places.iter().enumerate() {
        list.extend(s.operations.iter().filter(|op| fits(op, place)).map(|op| (i, op)));
    }
    list
}
