//! The coefficients of a unit of flow on a path: server-hours, passes over tracks, vehicles, time,
//! cost, CO2e.

use std::collections::{BTreeMap, HashMap};

use trimodal_model::Scenario;
use trimodal_model::facility::{Pass, Usage};
use trimodal_model::ids::{OperationId, PlaceId, ResourceId, VehicleId};
use trimodal_model::scenario::{EmptyReturn, Operation, OperationKind, Role, Vehicle};

use crate::paths::{EmptyMove, Handling, Leg, Path, PathRide, VehicleNode};
use crate::requirements::Requires;

/// The coefficients of a unit of flow: a tonne, a vehicle trip of background traffic, or an empty
/// vehicle.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Server-hours of resources; tonne-hours of stocks.
    pub uses: BTreeMap<ResourceId, f64>,
    /// The usage by which their waiting is judged.
    pub usage: BTreeMap<ResourceId, Usage>,
    /// Vehicle passes over links.
    pub passes: BTreeMap<Pass, f64>,
    /// Vehicles of balancing classes that stay somewhere (+) or leave (-).
    pub balance: BTreeMap<VehicleNode, f64>,
    /// Options needed, with their least level.
    pub requires: Requires,
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

/// Derives the columns of a scenario.
pub struct Columns<'a> {
    s: &'a Scenario,
    /// Expected wait until each operation's resources are open, h.
    opening_h: Vec<f64>,
    /// Passing operations of each class at each place, in the order of the table.
    stops: HashMap<(PlaceId, VehicleId), Vec<OperationId>>,
}

impl<'a> Columns<'a> {
    /// Prepares a scenario.
    pub fn new(s: &'a Scenario) -> Columns<'a> {
        let of_resource: Vec<f64> =
            (0..s.resources.len()).map(|r| s.opening_wait_h(ResourceId::at(r))).collect();
        let opening = |op: &Operation| {
            op.holds.iter().map(|h| of_resource[h.resource.ix()]).fold(0.0, f64::max)
        };
        let mut stops: HashMap<_, Vec<OperationId>> = HashMap::new();
        for (i, op) in
            s.operations.iter().enumerate().filter(|(_, op)| op.does == OperationKind::Pass)
        {
            stops.entry((op.place, op.vehicle)).or_default().push(OperationId::at(i));
        }
        for list in stops.values_mut() {
            list.sort_by_key(|o| s.operations[o.ix()].passing_order());
        }
        Columns { s, opening_h: s.operations.iter().map(opening).collect(), stops }
    }

    /// The column of a path.
    pub fn itinerary(&self, path: &Path) -> Column {
        let s = self.s;
        let d = &s.demand[path.demand.ix()];
        let mut c = Column {
            requires: path.requires.clone(),
            tonnes: if d.in_vehicles { 0.0 } else { 1.0 },
            ..Column::default()
        };
        for (i, ride) in path.rides.iter().enumerate() {
            let v = &s.vehicles[ride.vehicle.ix()];
            let vehicles = if d.in_vehicles { 1.0 } else { 1.0 / v.payload_t };
            let taken_over =
                i.checked_sub(1).and_then(|p| path.rides[p].unload).filter(|_| ride.load.is_none());
            let mut riding =
                RideColumn { make: self, s, v, ride, vehicles, cargo: &d.commodity, c: &mut c };
            riding.add(taken_over);
        }
        if d.role == Role::Background {
            // The cost of background traffic is no part of the objective.
            (c.cost_usd, c.co2e_kg) = (0.0, 0.0);
        } else {
            let time_usd = if d.in_vehicles { 0.0 } else { d.vot_usd_t_h * c.time_h };
            c.generalised_usd = c.cost_usd + time_usd + c.co2e_kg / 1000.0 * s.settings.co2_usd_t;
        }
        c
    }

    /// The column of a movement of an empty vehicle; a unit is a vehicle.
    pub fn empty_move(&self, empty_move: &EmptyMove, requires: Requires) -> Column {
        let s = self.s;
        let v = &s.vehicles[empty_move.vehicle.ix()];
        let mut c = Column { requires, ..Column::default() };
        let stand = |place, passing| VehicleNode { vehicle: empty_move.vehicle, place, passing };
        let mut hours = 0.0;
        match empty_move.leg {
            Leg::Depart(place) => {
                add(&mut c.balance, stand(place, false), -1.0);
                add(&mut c.balance, stand(place, true), 1.0);
                hours += self.pass_empty(empty_move.vehicle, place, &mut c);
            }
            Leg::Arrive(place) => {
                add(&mut c.balance, stand(place, true), -1.0);
                add(&mut c.balance, stand(place, false), 1.0);
            }
            Leg::Pass { link, forward } => {
                let l = &s.links[link.ix()];
                let (from, to) = if forward { (l.from, l.to) } else { (l.to, l.from) };
                add(&mut c.balance, stand(from, true), -1.0);
                add(&mut c.balance, stand(to, true), 1.0);
                let pass = Pass { link, forward, vehicle: empty_move.vehicle, loaded: false };
                add(&mut c.passes, pass, 1.0);
                hours += l.run_h(false) + self.pass_empty(empty_move.vehicle, to, &mut c);
                c.km = l.km;
            }
        }
        if let Some(pool) = v.pool.filter(|_| hours > 0.0) {
            add(&mut c.uses, pool, hours);
            join(&mut c.usage, pool, s.usage_of_pool(v));
        }
        c.cost_usd = v.usd_per_km * c.km + v.usd_per_h * hours;
        c.generalised_usd = c.cost_usd;
        c
    }

    /// Operations of an empty vehicle at a place that it passes; their hours.
    fn pass_empty(&self, vehicle: VehicleId, place: PlaceId, c: &mut Column) -> f64 {
        let s = self.s;
        let all = self.stops.get(&(place, vehicle)).into_iter().flatten();
        let empty = all.map(|o| &s.operations[o.ix()]).filter(|op| op.empty);
        let mut hours = 0.0;
        for op in empty {
            for h in &op.holds {
                add(&mut c.uses, h.resource, f64::from(h.least) * op.fixed_h);
                join(&mut c.usage, h.resource, s.usage_by(op, h));
            }
            hours += op.fixed_h;
        }
        hours
    }

    /// Passing operations of a ride, each with the position of its place, in order.
    fn stops(&self, ride: &PathRide, loaded: bool, cargo: &str) -> Vec<(usize, OperationId)> {
        let fits = |op: &Operation| {
            (if loaded { op.loaded } else { op.empty })
                && (!loaded || op.cargo.is_empty() || op.cargo.iter().any(|c| c == cargo))
        };
        let mut list = Vec::new();
        for (i, &place) in ride.places.iter().enumerate() {
            let here = self.stops.get(&(place, ride.vehicle)).into_iter().flatten();
            let fitting = here.filter(|o| fits(&self.s.operations[o.ix()]));
            list.extend(fitting.map(|&o| (i, o)));
        }
        list
    }
}

fn add<K: Ord>(map: &mut BTreeMap<K, f64>, key: K, amount: f64) {
    *map.entry(key).or_insert(0.0) += amount;
}

fn join(map: &mut BTreeMap<ResourceId, Usage>, key: ResourceId, usage: Usage) {
    map.entry(key).and_modify(|known| *known = known.and(usage)).or_insert(usage);
}

/// Hours of an operation for a vehicle: its time a lot, and the lots of a vehicle.
fn duration_h(s: &Scenario, op: &Operation, units: u32) -> (f64, f64) {
    let payload = s.vehicles[op.vehicle.ix()].payload_t;
    let lot = s.lot_t(op);
    let lots = if payload > 0.0 && lot > 0.0 { payload / lot } else { 1.0 };
    (op.fixed_h + lot * op.h_per_t / f64::from(units), lots)
}

struct RideColumn<'a> {
    make: &'a Columns<'a>,
    s: &'a Scenario,
    v: &'a Vehicle,
    ride: &'a PathRide,
    /// Vehicles for a unit of flow.
    vehicles: f64,
    cargo: &'a str,
    c: &'a mut Column,
}

impl<'a> RideColumn<'a> {
    fn add(&mut self, taken_over: Option<Handling>) {
        let (s, v, ride) = (self.s, self.v, self.ride);
        let returns = v.empties == EmptyReturn::SameTrainset;
        self.pass_links(true);
        if returns {
            self.pass_links(false);
        }
        // A vehicle that takes cargo over directly waits while the other one unloads.
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
            join(&mut self.c.usage, pool, s.usage_of_pool(v));
        }
        let km = self.km();
        let km_run = if returns { 2.0 * km } else { km };
        self.c.cost_usd += (v.usd_per_km * km_run + v.usd_per_h * cycle) * self.vehicles;
        self.c.cost_usd +=
            self.c.tonnes * ride.links.iter().map(|l| s.links[l.ix()].usd_per_t).sum::<f64>();
        self.c.co2e_kg += self.c.tonnes * v.g_co2e_per_tkm * km / 1000.0;
        self.c.km += km;
        self.c.time_h += run;
        if v.empties == EmptyReturn::Balance {
            let stand = |place| VehicleNode { vehicle: ride.vehicle, place, passing: false };
            add(&mut self.c.balance, stand(ride.places[0]), -self.vehicles);
            add(&mut self.c.balance, stand(ride.places[ride.places.len() - 1]), self.vehicles);
        }
    }

    fn km(&self) -> f64 {
        self.ride.links.iter().map(|l| self.s.links[l.ix()].km).sum()
    }

    fn run_h(&self, from: usize, loaded: bool) -> f64 {
        self.ride.links[from..].iter().map(|l| self.s.links[l.ix()].run_h(loaded)).sum()
    }

    /// Counts passes over the links, loaded outward or empty on the return.
    fn pass_links(&mut self, loaded: bool) {
        let ride = self.ride;
        for (i, &link) in ride.links.iter().enumerate() {
            let leaves_from = self.s.links[link.ix()].from == ride.places[i];
            let pass = Pass { link, forward: leaves_from == loaded, vehicle: ride.vehicle, loaded };
            add(&mut self.c.passes, pass, self.vehicles);
        }
    }

    /// Loading or unloading: holds its resources and stock; hours of the vehicle.
    fn handle(&mut self, handling: Handling) -> f64 {
        let op = &self.s.operations[handling.operation.ix()];
        let (lot_h, lots) = duration_h(self.s, op, handling.units);
        self.hold(op, handling.units, lot_h * lots);
        self.c.cost_usd += op.usd_per_t * self.c.tonnes;
        self.c.time_h += lot_h * lots.max(1.0) + self.make.opening_h[handling.operation.ix()];
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
        op.does == OperationKind::Load
            && op.stock_from.is_some_and(|r| !self.c.uses.contains_key(&r))
    }

    fn hold(&mut self, op: &Operation, units: u32, hours: f64) {
        for h in &op.holds {
            let n = if h.most > h.least { units } else { h.least };
            add(&mut self.c.uses, h.resource, f64::from(n) * hours * self.vehicles);
            join(&mut self.c.usage, h.resource, self.s.usage_by(op, h));
        }
    }

    /// Operations of the loaded vehicle at the places of the ride; its hours there.
    fn loaded_stops(&mut self, end_h: f64) -> f64 {
        let mut hours = 0.0;
        let all = self.make.stops(self.ride, true, self.cargo);
        let duration = |id: &OperationId| {
            let op = &self.s.operations[id.ix()];
            let (lot_h, lots) = duration_h(self.s, op, op.least_units());
            lot_h * lots
        };
        let durations: Vec<f64> = all.iter().map(|(_, id)| duration(id)).collect();
        for (k, &(i, id)) in all.iter().enumerate() {
            let op = &self.s.operations[id.ix()];
            let mut held = durations[k];
            if op.until_return {
                held += durations[k + 1..].iter().sum::<f64>() + self.run_h(i, true) + end_h;
                if self.v.empties != EmptyReturn::None {
                    held += self.run_h(i, false) + self.empty_stop_hours(i);
                }
            }
            self.hold(op, op.least_units(), held);
            let (lot_h, lots) = duration_h(self.s, op, op.least_units());
            self.c.time_h += lot_h * lots.max(1.0) + self.make.opening_h[id.ix()];
            self.c.cost_usd += op.usd_per_t * self.c.tonnes;
            hours += durations[k];
        }
        hours
    }

    /// Operations of the empty vehicle at the places from position `from` on; its hours there.
    fn empty_stops(&mut self, from: usize) -> f64 {
        for (i, id) in self.make.stops(self.ride, false, self.cargo) {
            let op = &self.s.operations[id.ix()];
            if i >= from {
                self.hold(op, op.least_units(), op.fixed_h);
            }
        }
        self.empty_stop_hours(from)
    }

    fn empty_stop_hours(&self, from: usize) -> f64 {
        let stops = self.make.stops(self.ride, false, self.cargo);
        let later = stops.iter().filter(|(i, _)| *i >= from);
        later.map(|(_, id)| self.s.operations[id.ix()].fixed_h).sum()
    }
}

/// Passing operations of a ride, each with the position of its place, in order.
pub fn stops<'a>(s: &'a Scenario, ride: &PathRide, cargo: &str) -> Vec<(usize, &'a Operation)> {
    let fits = |op: &Operation, place: PlaceId| {
        op.place == place
            && op.does == OperationKind::Pass
            && op.vehicle == ride.vehicle
            && op.loaded
            && (op.cargo.is_empty() || op.cargo.iter().any(|c| c == cargo))
    };
    let mut list = Vec::new();
    for (i, &place) in ride.places.iter().enumerate() {
        let mut here: Vec<_> =
            s.operations.iter().filter(|op| fits(op, place)).map(|op| (i, op)).collect();
        here.sort_by(|a, b| a.1.passing_order().cmp(&b.1.passing_order()));
        list.extend(here);
    }
    list
}
