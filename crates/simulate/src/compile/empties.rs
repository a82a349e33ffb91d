//! Empty vehicles: their operations under way, and their destinations.

use trimodal_model::ids::{PlaceId, VehicleId};
use trimodal_model::scenario::EmptyReturn;

use super::{Compiler, EmptyRun, Ride, keys};
use trimodal_des::distribution::Distribution;
use trimodal_des::program::{Delay, Op, Pc, SplitAt};

impl<'a> Compiler<'a> {
    pub(super) fn stop_empty(&mut self, vehicle: VehicleId, place: PlaceId, level: u8) {
        let s = self.s;
        for id in self.empty_stops.get(&(vehicle, place)).cloned().unwrap_or_default() {
            let op = &s.operations[id.ix()];
            let set = self.held_by(op, 1, level);
            self.push(set.map(Op::Seize));
            let name = self.own_name(&format!("{} empty", op.id));
            let mut hold = Delay::of(name, Distribution::around(op.fixed_h, op.cv));
            hold.of = set;
            hold.numbered = true;
            self.hinder(&mut hold, op, 1);
            if let Some(set) = set {
                self.loaded(set, op.fixed_h * self.slowed(op, 1));
            }
            self.push_delay(hold);
            self.push(set.map(Op::Release));
        }
    }

    /// The empty runs on which emptied vehicles of a ride continue, each with its share.
    pub(super) fn onward_runs(&mut self, ride: &Ride) -> Vec<(SplitAt, Pc)> {
        let v = self.vehicle(ride);
        let Some(place) = ride.places.last().copied() else { return Vec::new() };
        if v.empties != EmptyReturn::Balance {
            return Vec::new();
        }
        if let Some(known) = self.empties.get(&(ride.vehicle, place)) {
            return known.clone();
        }
        let (mut left, level) = self.emptied(ride.vehicle, place);
        let mut onward = Vec::new();
        for run in self.empty_runs_from(ride.vehicle, place) {
            if left <= 0.0 {
                break;
            }
            self.model.splits.push((run.per_year / left).min(1.0));
            let turn = SplitAt::at(self.model.splits.len() - 1);
            left -= run.per_year;
            let start = self.empty_run(&run.ride, level, run.per_year * self.share);
            onward.push((turn, start));
        }
        self.empties.insert((ride.vehicle, place), onward.clone());
        onward
    }

    fn empty_runs_from(&self, vehicle: VehicleId, place: PlaceId) -> Vec<&'a EmptyRun> {
        let all = self.keys.empty_order.iter().map(|at| &self.orders.empty_runs[*at]);
        all.filter(|e| e.ride.vehicle == vehicle && e.ride.places.first() == Some(&place)).collect()
    }

    /// Loaded vehicles of a class that end at a place in a year, and the level of the most urgent.
    fn emptied(&self, vehicle: VehicleId, place: PlaceId) -> (f64, u8) {
        let (mut sum, mut level) = (0.0, self.keys.last_level());
        for at in &self.keys.order {
            let order = &self.orders.flows[*at];
            let d = &self.s.demand[order.demand];
            let payload = self.s.vehicles[vehicle.ix()].payload_t;
            let per = if d.in_vehicles { 1.0 } else { payload };
            let ends = |r: &&Ride| r.vehicle == vehicle && r.places.last() == Some(&place);
            let count = order.rides.iter().filter(ends).count();
            if count > 0 {
                sum += count as f64 * order.per_year / per;
                level = level.min(self.keys.level(d.priority));
            }
        }
        (sum, level)
    }

    fn empty_run(&mut self, ride: &Ride, level: u8, trips: f64) -> Pc {
        let v = self.vehicle(ride);
        let start = self.begin(&keys::empty(self.s, ride), trips, ride.vehicle);
        let pool = self.take_pool(v, level, self.empty_h(ride, v));
        for (at, place) in ride.places.iter().enumerate() {
            self.stop_empty(ride.vehicle, *place, level);
            if at + 1 < ride.places.len() {
                self.run(v, ride.links[at], *place, false, level);
            }
        }
        self.give_pool(v, pool, self.empty_h(ride, v));
        self.push(Some(Op::End));
        start
    }

    /// Empty runs from places at which no loaded vehicle of the class ends.
    pub(super) fn sourceless_empties(&mut self) {
        for at in self.keys.empty_order.clone() {
            let run = &self.orders.empty_runs[at];
            let (per_year, level) = (run.per_year * self.share, self.keys.last_level());
            let known = self.empties.contains_key(&(run.ride.vehicle, run.ride.places[0]));
            if known || per_year <= 0.0 {
                continue;
            }
            let start = self.empty_run(&run.ride, level, per_year);
            let name = keys::empty(self.s, &run.ride);
            self.arrivals(&name, per_year, self.vehicle(&run.ride), 1.0, 0.0, start);
        }
    }
}
