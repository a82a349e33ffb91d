//! The programs of vehicles: out with a load, through every operation, and back.

use trimodal_model::ids::{OperationId, ResourceId, VehicleId};
use trimodal_model::scenario::{EmptyReturn, Operation, OperationKind, Vehicle};

use super::{
    Compiler, Goods, PARTS_OF_JOINING, PARTS_OF_LOADING, Ride, Writing, keys, kg, unloads_cargo,
};
use trimodal_des::clock::ticks;
use trimodal_des::distribution::Distribution;
use trimodal_des::program::{
    BufferAt, BundleAt, ClassAt, Delay, DelayAt, Op, Pc, RangeAt, SplitAt,
};

/// Where a vehicle reserves room for its cargo.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Booking {
    /// Nowhere: it unloads into no stock.
    None,
    /// Before its pool is taken.
    AtStart,
    /// Before the first operation that keeps something until the return.
    BeforeKept,
    /// Where it unloads.
    AtEnd,
}

/// Writes a part of the work of an operation: its position, the number of parts, and its delay.
type Body<'b> = &'b mut dyn FnMut(&mut Compiler<'_>, u32, u32, DelayAt);

impl Compiler<'_> {
    /// Writes the program of the vehicles of a ride, `trips` a year; returns its start.
    pub(super) fn ride(
        &mut self,
        ride: &Ride,
        level: u8,
        goods: Goods,
        name: &str,
        trips: f64,
    ) -> Pc {
        let v = self.vehicle(ride);
        let onward = self.onward_runs(ride);
        let start = self.begin(name, trips, ride.vehicle);
        let booking = self.booking(ride);
        if v.jitter_h > 0.0 {
            let late = self.own_name(&format!("{} late", v.id));
            let late = Delay::of(late, Distribution::HalfNormal(v.jitter_h));
            self.push_delay(Delay { numbered: true, ..late });
        }
        match goods {
            Goods::Born(flow, kg) => self.push(Some(Op::Create(flow, kg))),
            Goods::From(buffer, kg) => self.push(Some(Op::Claim(buffer, kg))),
        }
        if booking == Booking::AtStart {
            self.book(ride);
        }
        let pool = self.take_pool(v, level, self.cycle_h(ride, v));
        let mut next = 0;
        if let Goods::From(buffer, kg) = goods {
            let load = ride
                .operations
                .first()
                .filter(|(o, _)| self.s.operations[o.ix()].does == OperationKind::Load);
            if let Some((op, units)) = load {
                self.load(*op, *units, level, buffer, kg);
                next = 1;
            } else {
                self.push(Some(Op::Take(buffer, kg)));
            }
        }
        let kept = self.outbound(ride, next, level, booking);
        let unloads = ride
            .operations
            .last()
            .is_some_and(|(o, _)| unloads_cargo(self.s.operations[o.ix()].does));
        if !unloads {
            let routing = self.routing_of(ride);
            self.push(Some(Op::Put(routing)));
            self.push(Some(Op::Deliver));
        }
        self.after_unloading(ride, v, level, kept, &onward);
        self.give_pool(v, pool, self.cycle_h(ride, v));
        self.push(Some(Op::End));
        start
    }

    /// Begins a program, whose entities are numbered.
    pub(super) fn begin(&mut self, name: &str, trips: f64, vehicle: VehicleId) -> Pc {
        self.writing = Writing { class: name.into(), trips, ..Writing::default() };
        let start = self.model.here();
        let class = ClassAt::at(self.model.classes.len());
        self.model.classes.push(name.into());
        self.class_vehicles.push(vehicle);
        self.model.code.push(Op::Number(class));
        start
    }

    /// The name of a random time of the class; a repeated name gets a number.
    pub(super) fn own_name(&mut self, what: &str) -> String {
        let name = format!("{} {what}", self.writing.class);
        let used = self.writing.names.entry(name.clone()).or_insert(0);
        *used += 1;
        if *used == 1 { name } else { format!("{name} {used}") }
    }

    fn booking(&self, ride: &Ride) -> Booking {
        let Some(stock) = keys::put_into(self.s, ride) else { return Booking::None };
        let pool = self.vehicle(ride).pool;
        if pool.is_some_and(|p| self.needs.has(stock, p)) {
            return Booking::AtStart;
        }
        let circle = |o: &Operation| {
            o.until_return && o.holds.iter().any(|h| self.needs.has(stock, h.resource))
        };
        let kept = ride.operations.iter().any(|(o, _)| circle(&self.s.operations[o.ix()]));
        if kept { Booking::BeforeKept } else { Booking::AtEnd }
    }

    fn book(&mut self, ride: &Ride) {
        if let Some(stock) = keys::put_into(self.s, ride) {
            let at = self.stock(stock);
            let lot = kg(self.vehicle(ride).payload_t);
            self.push(Some(Op::Reserve(at, lot)));
        }
    }

    pub(super) fn take_pool(&mut self, v: &Vehicle, level: u8, cycle_h: f64) -> Option<BundleAt> {
        let pool = v.pool.map(|p| {
            let at = self.resource(p);
            let set = self.set(&[(at, 1)], level, 0);
            let availability = self.s.resources[p.ix()].availability.max(0.01);
            self.loads[at.ix()].add(self.writing.trips, 1, cycle_h / availability);
            set
        });
        self.push(pool.map(Op::Seize));
        self.writing.keeps = pool.into_iter().collect();
        self.push(Some(Op::Stamp));
        pool
    }

    pub(super) fn give_pool(&mut self, v: &Vehicle, pool: Option<BundleAt>, cycle_h: f64) {
        if let (Some(set), Some(row)) = (pool, v.pool) {
            let work = cycle_h / self.s.resources[row.ix()].availability.max(0.01);
            self.push(Some(Op::DelayUntil(ticks(work))));
            self.push(Some(Op::Release(set)));
        }
    }

    /// Over the links and through the operations; returns the bundles kept until the return, each with the
    /// position of its place.
    fn outbound(
        &mut self,
        ride: &Ride,
        from: usize,
        level: u8,
        booking: Booking,
    ) -> Vec<(usize, BundleAt)> {
        let s = self.s;
        let v = self.vehicle(ride);
        let (mut kept, mut next) = (Vec::new(), from);
        let last = ride.places.len() - 1;
        let mut booked = booking != Booking::BeforeKept;
        for (at, place) in ride.places.iter().enumerate() {
            let mut here = Vec::new();
            while let Some((id, units)) = ride.operations.get(next) {
                let op = &s.operations[id.ix()];
                if op.place != *place || (unloads_cargo(op.does) && at < last) {
                    break;
                }
                here.push((op, *units));
                next += 1;
            }
            // Operations on all vehicles that pass a place are in the order of the plan, not of rows.
            let passes = here.iter().take_while(|(op, _)| !unloads_cargo(op.does)).count();
            here[..passes].sort_by(|a, b| a.0.passing_order().cmp(&b.0.passing_order()));
            for (op, units) in here {
                if unloads_cargo(op.does) {
                    if booking == Booking::AtEnd {
                        self.book(ride);
                    }
                    self.unload(ride, op, units, level);
                    continue;
                }
                if op.until_return && !booked {
                    self.book(ride);
                    booked = true;
                }
                self.stop(ride, op, units, level, at, &mut kept);
            }
            if at < last {
                self.run(v, ride.links[at], *place, true, level);
            }
        }
        kept
    }

    pub(super) fn push(&mut self, op: Option<Op>) {
        if matches!(op, Some(Op::Seize(_) | Op::SeizeMost(_) | Op::Claim(..) | Op::Reserve(..))) {
            let here = self.model.here();
            self.model.meanwhile.extend(self.writing.keeps.iter().map(|set| (here, *set)));
        }
        self.model.code.extend(op);
    }

    pub(super) fn push_delay(&mut self, hold: Delay) {
        self.events += self.writing.trips;
        let at = self.model.delay(hold);
        self.model.code.push(Op::Delay(at));
    }

    fn load(&mut self, id: OperationId, units: u32, level: u8, buffer: BufferAt, kg: u64) {
        let op = &self.s.operations[id.ix()];
        let big = self.model.buffers[buffer.ix()]
            .stock
            .is_some_and(|at| kg * 10 >= self.model.stocks[at.ix()].capacity_kg);
        let parts = if big { PARTS_OF_LOADING } else { 1 };
        self.operate(op, units, level, parts, &mut |t, part, parts, hold| {
            let each = kg / u64::from(parts);
            let amount = if part + 1 == parts { kg - each * u64::from(part) } else { each };
            t.model.code.extend([Op::Delay(hold), Op::Take(buffer, amount)]);
        });
    }

    fn unload(&mut self, ride: &Ride, op: &Operation, units: u32, level: u8) {
        let routing = self.routing_of(ride);
        let lot = kg(self.vehicle(ride).payload_t);
        let booked =
            keys::put_into(self.s, ride).map(|stock| Op::Unreserve(self.stock(stock), lot));
        self.operate(op, units, level, 1, &mut |t, part, parts, hold| {
            t.model.code.push(Op::Delay(hold));
            if part + 1 == parts {
                t.model.code.push(Op::Put(routing));
                t.model.code.extend(booked);
                t.model.code.push(Op::Deliver);
            }
        });
    }

    /// An operation on a vehicle that passes.
    fn stop(
        &mut self,
        ride: &Ride,
        op: &Operation,
        units: u32,
        level: u8,
        at: usize,
        kept: &mut Vec<(usize, BundleAt)>,
    ) {
        if !op.until_return {
            return self.operate(op, units, level, 1, &mut |t, _, _, hold| {
                t.model.code.push(Op::Delay(hold));
            });
        }
        let set = self.held_by(op, units, level);
        self.push(set.map(Op::Seize));
        let name = self.own_name(&op.id);
        let hold = self.work(op, units, set, name, 1);
        self.push_delay(hold);
        if let Some(set) = set {
            let v = self.vehicle(ride);
            self.loaded(set, self.cycle_h(ride, v));
            kept.push((at, set));
            self.writing.keeps.push(set);
        }
    }

    /// Seizes the bundle of an operation, works in `parts` parts, and releases it.
    fn operate(&mut self, op: &Operation, units: u32, level: u8, parts: u32, body: Body<'_>) {
        let ranged = op.holds.iter().find(|h| h.most > h.least);
        let joins = ranged.is_some() && op.joins_later;
        let parts = if joins { parts.max(PARTS_OF_JOINING) } else { parts };
        let names: Vec<String> = (0..parts).map(|_| self.own_name(&op.id)).collect();
        self.events += self.writing.trips * f64::from(parts);
        if let Some(ranged) = ranged {
            return self.operate_with_range(op, *ranged, units, level, &names, body);
        }
        let set = self.held_by(op, units, level);
        self.push(set.map(Op::Seize));
        let holds = self.parts(op, units, set, &names);
        if let Some(set) = set {
            self.loaded(set, self.occupies_h(op, units));
        }
        (0..parts).zip(&holds).for_each(|(part, hold)| body(self, part, parts, *hold));
        self.push(set.map(Op::Release));
    }

    /// An operation with a range of units of one resource seizes the other resources first (the berth) and
    /// then as many units as are free when its turn comes (the cranes). Where its row says so, more join after
    /// each part.
    fn operate_with_range(
        &mut self,
        op: &Operation,
        ranged: trimodal_model::scenario::Hold,
        units: u32,
        level: u8,
        names: &[String],
        body: Body<'_>,
    ) {
        let others = op.holds.iter().filter(|h| h.resource != ranged.resource).copied().collect();
        let first = self.held_by(&Operation { holds: others, ..op.clone() }, units, level);
        self.push(first.map(Op::Seize));
        let at = self.resource(ranged.resource);
        let most = ranged.most.min(self.model.resources[at.ix()].servers).max(ranged.least);
        let planned = units.clamp(ranged.least, most);
        if let Some(set) = self.held_by(op, planned, level) {
            self.loaded(set, self.occupies_h(op, planned));
        }
        // One range for each part: the numbers of units with which it may begin.
        let parts = names.len() as u32;
        let range = self.model.ranges.len();
        let range_of = |part: u32| RangeAt::at(range + part as usize);
        self.model.ranges.extend((0..if op.joins_later { parts } else { 1 }).map(|_| Vec::new()));
        self.push(Some(Op::SeizeMost(range_of(0))));
        let mut done = Vec::new();
        for n in (ranged.least..=most).rev() {
            let some = self.set(&[(at, n)], level, 0);
            let all = self.held_by(op, n, level);
            let holds = self.parts(op, n, all, names);
            for (part, hold) in (0..parts).zip(&holds) {
                if part > 0 && op.joins_later {
                    self.model.code.push(Op::SeizeMore(some, range_of(part)));
                }
                let here = self.model.here();
                if let Some(range) = self.model.ranges.get_mut(range + part as usize) {
                    range.push((some, here));
                }
                body(self, part, parts, *hold);
            }
            self.push(Some(Op::Release(some)));
            done.push(self.model.later());
        }
        done.into_iter().for_each(|later| self.model.lead_here(later, Op::Jump));
        self.push(first.map(Op::Release));
    }

    fn parts(
        &mut self,
        op: &Operation,
        units: u32,
        set: Option<BundleAt>,
        names: &[String],
    ) -> Vec<DelayAt> {
        let all: Vec<Delay> = names
            .iter()
            .map(|name| self.work(op, units, set, name.clone(), names.len() as u32))
            .collect();
        all.into_iter().map(|hold| self.model.delay(hold)).collect()
    }

    /// The delay of an operation on a vehicle, or of one of its parts.
    fn work(
        &mut self,
        op: &Operation,
        units: u32,
        set: Option<BundleAt>,
        name: String,
        parts: u32,
    ) -> Delay {
        let parts = f64::from(parts);
        let hours = operation_h(self.s, op, units) / parts;
        let mut hold = Delay::of(name, Distribution::around(hours, op.cv * parts.sqrt()));
        hold.of = set;
        hold.numbered = true;
        self.hinder(&mut hold, op, units);
        hold
    }

    /// Back empty, or on to where vehicles are short, or out of the study.
    fn after_unloading(
        &mut self,
        ride: &Ride,
        v: &Vehicle,
        level: u8,
        mut kept: Vec<(usize, BundleAt)>,
        onward: &[(SplitAt, Pc)],
    ) {
        let back = v.empties == EmptyReturn::SameTrainset;
        if !back && !kept.is_empty() {
            // Bundles kept until the return are kept for as long as a return would take.
            let hours = self.empty_h(ride, v);
            let delay =
                self.model.delay(Delay::of(format!("{} return", v.id), Distribution::Fixed(hours)));
            self.model.companion(|model| {
                model.code.push(Op::Delay(delay));
                model.code.extend(kept.drain(..).map(|(_, set)| Op::Release(set)));
            });
        }
        for at in (0..ride.places.len()).rev().filter(|_| back) {
            self.stop_empty(ride.vehicle, ride.places[at], level);
            let (done, rest): (Vec<_>, Vec<_>) = kept.iter().partition(|(place, _)| *place >= at);
            self.writing.keeps.retain(|set| !done.iter().any(|(_, d)| d == set));
            self.model.code.extend(done.into_iter().map(|(_, set)| Op::Release(set)));
            kept = rest;
            if at > 0 {
                self.run(v, ride.links[at - 1], ride.places[at], false, level);
            }
        }
        self.model.code.extend(kept.into_iter().map(|(_, set)| Op::Release(set)));
        for (turn, to) in onward {
            let others = self.model.later();
            self.model.code.push(Op::Spawn(*to));
            self.model.lead_here(others, |or| Op::Split(*turn, or));
        }
    }

    pub(super) fn hours(&self, ride: &Ride) -> f64 {
        let s = self.s;
        let run: f64 = ride.links.iter().map(|l| s.links[l.ix()].run_h(true)).sum();
        let work = ride.operations.iter().map(|(o, u)| operation_h(s, &s.operations[o.ix()], *u));
        run + work.sum::<f64>()
    }

    pub(super) fn empty_h(&self, ride: &Ride, _: &Vehicle) -> f64 {
        let s = self.s;
        let run: f64 = ride.links.iter().map(|l| s.links[l.ix()].run_h(false)).sum();
        let mut places = ride.places.clone();
        places.sort_unstable();
        places.dedup();
        let stops = places.iter().filter_map(|p| self.empty_stops.get(&(ride.vehicle, *p)));
        run + stops.flatten().map(|o| s.operations[o.ix()].fixed_h).sum::<f64>()
    }

    fn cycle_h(&self, ride: &Ride, v: &Vehicle) -> f64 {
        let back = if v.empties == EmptyReturn::SameTrainset { self.empty_h(ride, v) } else { 0.0 };
        self.hours(ride) + back
    }

    /// Hours for which an operation occupies its resources, failures included.
    fn occupies_h(&self, op: &Operation, units: u32) -> f64 {
        operation_h(self.s, op, units) * self.slowed(op, units)
    }

    /// Adds the load of all resources of a bundle by the vehicles of the program.
    pub(super) fn loaded(&mut self, set: BundleAt, hours: f64) {
        for (r, units) in &self.model.bundles[set.ix()].items {
            self.loads[r.ix()].add(self.writing.trips, *units, hours);
        }
    }

    /// Whether a row is a pool, whose availability is part of the time for which it is held.
    pub(super) fn is_pool(&self, id: ResourceId) -> bool {
        self.s.resources[id.ix()].kind == "pool"
    }
}

/// Hours of an operation on a whole vehicle.
fn operation_h(s: &trimodal_model::Scenario, op: &Operation, units: u32) -> f64 {
    let payload = s.vehicles[op.vehicle.ix()].payload_t;
    let lot = s.lot_t(op);
    let lots = if payload > 0.0 && lot > 0.0 { payload / lot } else { 1.0 };
    (op.fixed_h + lot * op.h_per_t / f64::from(units.max(1))) * lots
}
