//! Writes the programs of a scenario: what every vehicle of a plan does, as data.
//!
//! A ride becomes one program: wait for a pool, goods and lifting gear, run over the links, stop
//! where operations are, put the cargo off, come back. Tracks are resources like any other:
//!
//! - A single-track section serves one train at a time, in either direction, and is given back
//!   `tau` after the train has left it. Between the sections of a link trains meet in loops, which
//!   have one track for each direction.
//! - A train enters a section only together with the track in the loop behind it. So it never
//!   stands in a section, and holds nothing that a train of the other direction needs: there is
//!   no circle of waiting (E. G. Coffman, M. Elphick, A. Shoshani, "System deadlocks", 1971: tracks
//!   of one direction are taken in their order). At places there is room for all.
//! - Two tracks serve their directions apart; with automatic block trains follow at the headway.

mod links;

use std::collections::BTreeMap;

use trimodal_model::Scenario;
use trimodal_model::ids::{CalendarId, LinkId, OperationId, PlaceId, ResourceId, VehicleId};
use trimodal_model::scenario::{Does, Empties, Operation, Vehicle};

use self::links::Line;
use crate::clock::ticks;
use crate::distribution::Distribution;
use crate::program::{
    DropAt, FlowAt, Hold, HoldAt, Model, Op, Pc, Pile, PileAt, ResourceAt, SetAt, Stock, StockAt,
    TurnAt,
};
use crate::working::Working;

/// A ride of an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ride {
    /// The class.
    pub vehicle: VehicleId,
    /// Places passed, in order.
    pub places: Vec<PlaceId>,
    /// Links passed, in order.
    pub links: Vec<LinkId>,
    /// Operations of the loaded vehicle in order, with the units of the ranged resource.
    pub operations: Vec<(OperationId, u32)>,
}

/// Goods, or vehicles, that go one way.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Position of the demand.
    pub demand: usize,
    /// Tonnes a year, or vehicle trips where the demand is in vehicles.
    pub per_year: f64,
    /// Rides in order.
    pub rides: Vec<Ride>,
}

/// Empty vehicles that go where others are loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct EmptyRun {
    /// The way.
    pub ride: Ride,
    /// Vehicles a year.
    pub per_year: f64,
}

/// What is to be run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Orders {
    /// Goods and vehicles.
    pub flows: Vec<Order>,
    /// Empty vehicles.
    pub empty_runs: Vec<EmptyRun>,
}

/// A translated scenario.
pub struct Translated {
    /// The model.
    pub model: Model,
    /// Flows of the model that carry goods, with the position of their order.
    pub flows: Vec<usize>,
    /// For each of them, hours without any queue or closure.
    pub hours: Vec<f64>,
    /// Resources of the model that are rows of `resources.csv`, links or sections, by facility id.
    pub facilities: Vec<Shown>,
    /// Stocks of the model, as positions in `resources`.
    pub stocks: Vec<usize>,
    /// Hours of the longest chain without any wait, lots included.
    pub longest_h: f64,
    /// What a reader should know.
    pub warnings: Vec<String>,
}

/// A resource of the model that people know.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Position in the model.
    pub at: ResourceAt,
    /// Id of the facility: a row of `resources.csv`, `R4:2` for a section, `H1` for a road; with `>`
    /// and `<` for directions and `.2` for parts between loops.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Squared coefficients of variation of arrivals and service, for the waiting formula.
    pub variation: (f64, f64),
    /// Link and kilometre from its start, for sections.
    pub line: Option<(LinkId, f64, f64)>,
}

/// Month of the demand's peak (0 for January). The plan takes all peaks for simultaneous.
const PEAK_MONTH: usize = 9;
/// Goods that come to a stock at the edge come in so many parts of a lot.
const PARTS_OF_LOT: f64 = 10.0;
/// A ship takes its lot from the stock in so many parts.
const PARTS_OF_LOADING: u32 = 8;

/// Translates a scenario with its investments made. `share` scales all orders.
pub fn translate(s: &Scenario, orders: &Orders, share: f64, calendars: bool) -> Translated {
    let mut t = Translator::new(s, orders, share, calendars);
    for (at, order) in orders.flows.iter().enumerate() {
        t.order(at, order);
    }
    t.sourceless_empties();
    Translated {
        model: t.model,
        flows: t.flow_orders,
        hours: t.flow_hours,
        facilities: t.shown,
        stocks: t.stock_rows,
        longest_h: t.longest_h,
        warnings: t.warnings,
    }
}

struct Translator<'a> {
    s: &'a Scenario,
    orders: &'a Orders,
    share: f64,
    calendars: bool,
    model: Model,
    resources: Vec<Option<ResourceAt>>,
    stocks: Vec<Option<StockAt>>,
    stock_rows: Vec<usize>,
    tracks: BTreeMap<LinkId, Line>,
    roads: BTreeMap<(LinkId, bool), ResourceAt>,
    shown: Vec<Shown>,
    working: BTreeMap<Vec<CalendarId>, Option<usize>>,
    months: BTreeMap<u64, usize>,
    piles: BTreeMap<(Ride, Option<ResourceId>), PileAt>,
    drops: BTreeMap<(Ride, Option<ResourceId>), DropAt>,
    flow_orders: Vec<usize>,
    flow_hours: Vec<f64>,
    /// Ways of emptied vehicles, by class and place.
    empties: BTreeMap<(VehicleId, PlaceId), Vec<(TurnAt, Pc)>>,
    /// What the vehicle whose program is being written keeps from others while it waits.
    keeps: Vec<SetAt>,
    longest_h: f64,
    warnings: Vec<String>,
}

impl<'a> Translator<'a> {
    fn new(s: &'a Scenario, orders: &'a Orders, share: f64, calendars: bool) -> Self {
        Translator {
            s,
            orders,
            share,
            calendars,
            model: Model::default(),
            resources: vec![None; s.resources.len()],
            stocks: vec![None; s.resources.len()],
            stock_rows: Vec::new(),
            tracks: BTreeMap::new(),
            roads: BTreeMap::new(),
            shown: Vec::new(),
            working: BTreeMap::new(),
            months: BTreeMap::new(),
            piles: BTreeMap::new(),
            drops: BTreeMap::new(),
            flow_orders: Vec::new(),
            flow_hours: Vec::new(),
            empties: BTreeMap::new(),
            keeps: Vec::new(),
            longest_h: 0.0,
            warnings: Vec::new(),
        }
    }

    fn vehicle(&self, ride: &Ride) -> &'a Vehicle {
        &self.s.vehicles[ride.vehicle.ix()]
    }

    // ---- orders ----

    fn order(&mut self, at: usize, order: &Order) {
        let s = self.s;
        let d = &s.demand[order.demand];
        let first = self.vehicle(&order.rides[0]);
        let per_year = order.per_year * self.share;
        if per_year <= 0.0 {
            return;
        }
        let level = d.priority.min(3) as u8;
        let name = format!("{} {}", d.id, at);
        if d.in_vehicles || first.payload_t <= 0.0 {
            let vehicles = if d.in_vehicles { per_year } else { 0.0 };
            if vehicles > 0.0 {
                let start = self.ride(&order.rides[0], level, Goods::None, &name);
                self.arrivals(&name, vehicles, first, d.peak, 0.0, start);
            }
            return;
        }
        let flow = FlowAt::at(self.model.flows.len());
        self.model.flows.push(name.clone());
        self.flow_orders.push(at);
        let (mut hours, mut gathering, mut longest_lot_h) = (0.0, 0.0, 0.0_f64);
        // From the last ride to the first, as each hands over to the next.
        let mut next: Option<PileAt> = None;
        for i in (1..order.rides.len()).rev() {
            let stock = self.stock_before(order, i);
            let pile = self.pile(&order.rides[i], stock, level, &name);
            self.lead(&order.rides[i], flow, next);
            next = Some(pile);
            let gathers = self.gathering_h(&order.rides[i]);
            longest_lot_h = longest_lot_h.max(gathers);
            hours += self.hours(&order.rides[i]) + gathers / 2.0;
            gathering += gathers / 2.0;
        }
        let ride = &order.rides[0];
        hours += self.hours(ride);
        let loads = ride.operations.first().map(|(o, _)| &s.operations[o.ix()]);
        let from = loads.filter(|o| o.does == Does::Load).and_then(|o| o.stock_from);
        let payload_kg = kg(first.payload_t);
        if from.is_some() {
            let gathers = self.gathering_h(ride);
            longest_lot_h = longest_lot_h.max(gathers);
            gathering += gathers / 2.0;
            hours += gathers / 2.0;
        }
        let last = order.rides.last().expect("an order has rides");
        hours += self.put_into(last).map_or(0.0, |stock| s.resources[stock.ix()].dwell_h);
        self.flow_hours.push(hours);
        self.longest_h = self.longest_h.max(hours + gathering);
        if let Some(stock) = from {
            let lot_t = first.payload_t;
            let pile = self.pile(ride, Some(stock), level, &name);
            self.lead(ride, flow, next);
            let first = any_phase(&name, longest_lot_h);
            self.production(
                &name,
                (flow, kg(lot_t / PARTS_OF_LOT)),
                per_year,
                d.peak,
                (pile, stock),
                first,
            );
            return;
        }
        let start = self.ride(ride, level, Goods::Born(flow, payload_kg), &name);
        self.lead(ride, flow, next);
        let vehicles = per_year / first.payload_t;
        self.arrivals(&name, vehicles, first, d.peak, longest_lot_h, start);
    }

    /// The stock in which the goods lie before a ride, by where the one before put them.
    fn stock_before(&self, order: &Order, ride: usize) -> Option<ResourceId> {
        let (last, _) = order.rides[ride - 1].operations.last()?;
        let op = &self.s.operations[last.ix()];
        if op.does == Does::Unload { op.stock_to } else { None }
    }

    /// Goods of a flow that leave a ride go to a pile, or have arrived.
    fn lead(&mut self, ride: &Ride, flow: FlowAt, next: Option<PileAt>) {
        let drop = self.drop_of(ride);
        let pile = next.or_else(|| self.last_pile(ride));
        let row = &mut self.model.drops[drop.ix()];
        row.resize(row.len().max(flow.ix() + 1), None);
        row[flow.ix()] = pile;
    }

    fn drop_of(&mut self, ride: &Ride) -> DropAt {
        let key = (ride.clone(), None);
        if let Some(known) = self.drops.get(&key) {
            return *known;
        }
        self.model.drops.push(Vec::new());
        let drop = DropAt::at(self.model.drops.len() - 1);
        self.drops.insert(key, drop);
        drop
    }

    /// Where goods stay at their end until they are fetched; none where they have just arrived.
    fn last_pile(&mut self, ride: &Ride) -> Option<PileAt> {
        let stock = self.put_into(ride)?;
        let mut end = ride.clone();
        end.links.clear();
        end.operations.clear();
        if let Some(known) = self.piles.get(&(end.clone(), Some(stock))) {
            return Some(*known);
        }
        let at = self.stock(stock);
        let lot = kg(self.vehicle(ride).payload_t);
        let pile = self.new_pile(Some(at), lot);
        let stay = &self.s.resources[stock.ix()];
        let dwell = if stay.dwell_h.is_finite() { stay.dwell_h } else { 0.0 };
        let hold =
            self.model.hold(Hold::of(format!("{} stay", stay.id), Distribution::Fixed(dwell)));
        let start = self.model.here();
        self.model.code.extend([
            Op::Claim(pile, lot),
            Op::Hold(hold),
            Op::Take(pile, lot),
            Op::Deliver,
            Op::End,
        ]);
        self.model.piles[pile.ix()].call = Some((start, lot));
        self.piles.insert((end, Some(stock)), pile);
        Some(pile)
    }

    fn put_into(&self, ride: &Ride) -> Option<ResourceId> {
        let (last, _) = ride.operations.last()?;
        let op = &self.s.operations[last.ix()];
        if op.does == Does::Unload { op.stock_to } else { None }
    }

    fn new_pile(&mut self, stock: Option<StockAt>, lot: u64) -> PileAt {
        self.model.piles.push(Pile { stock, call: None, call_at_kg: lot });
        PileAt::at(self.model.piles.len() - 1)
    }

    /// Goods that wait for a ride, whose vehicles are called when a lot is there.
    fn pile(&mut self, ride: &Ride, stock: Option<ResourceId>, level: u8, name: &str) -> PileAt {
        let key = (ride.clone(), stock);
        if let Some(known) = self.piles.get(&key) {
            return *known;
        }
        let v = self.vehicle(ride);
        let lot = kg(v.payload_t);
        let at = stock.map(|r| self.stock(r));
        if let Some(at) = at
            && self.model.stocks[at.ix()].capacity_kg < lot
        {
            self.warnings.push(format!(
                "a lot of `{}` ({} t) never fits into `{}`",
                v.id,
                v.payload_t,
                self.model.stocks[at.ix()].name
            ));
        }
        let pile = self.new_pile(at, lot);
        self.piles.insert(key, pile);
        if v.arrivals == "random" {
            let told = format!(
                "`{}` arrives at random, but where it takes goods from a stock it is called by the stock: \
                 random in and random out at equal rates has no steady state",
                v.id
            );
            if !self.warnings.contains(&told) {
                self.warnings.push(told);
            }
        }
        let start = self.ride(ride, level, Goods::From(pile, lot), name);
        self.model.piles[pile.ix()].call = Some((start, lot));
        pile
    }

    /// Vehicles that come to the edge of the study by themselves.
    fn arrivals(&mut self, name: &str, per_year: f64, v: &Vehicle, peak: f64, lot_h: f64, to: Pc) {
        let mean = self.s.hours() / per_year;
        let ca2 = if v.arrivals == "schedule" { 0.0 } else { v.ca2 };
        let between = self.with_months(
            Hold::of(format!("{name} arrivals"), Distribution::renewal(mean, ca2)),
            peak,
        );
        let first = any_phase(name, mean.max(lot_h));
        self.model.source(between, Some(first), 1, to);
    }

    fn with_months(&mut self, hold: Hold, peak: f64) -> Hold {
        if peak <= 1.0 || !self.calendars {
            return hold;
        }
        let model = &mut self.model;
        let at = *self.months.entry(peak.to_bits()).or_insert_with(|| {
            let mut factors = [(12.0 - peak) / 11.0; 12];
            factors[PEAK_MONTH] = peak;
            model.working.push(Working::of_months(&factors));
            model.working.len() - 1
        });
        Hold { working: Some(at), ..hold }
    }

    /// Goods that come to a stock at the edge of the study, in parts of a lot.
    fn production(
        &mut self,
        name: &str,
        (flow, part): (FlowAt, u64),
        per_year: f64,
        peak: f64,
        (pile, stock): (PileAt, ResourceId),
        first: Hold,
    ) {
        let at = self.stock(stock);
        self.model.drops.push(vec![None; flow.ix() + 1]);
        let drop = DropAt::at(self.model.drops.len() - 1);
        self.model.drops[drop.ix()][flow.ix()] = Some(pile);
        let start = self.model.here();
        self.model.code.extend([
            Op::Birth(flow, part),
            Op::Room(at, part),
            Op::Put(drop),
            Op::GiveRoom(at, part),
            Op::End,
        ]);
        let mean = self.s.hours() / (per_year * 1000.0 / part as f64);
        let between = Hold::of(format!("{name} production"), Distribution::Fixed(mean));
        let between = self.with_months(between, peak);
        self.model.source(between, Some(first), 1, start);
    }

    // ---- rides ----

    /// The program of the vehicles of a ride; returns where it starts.
    fn ride(&mut self, ride: &Ride, level: u8, goods: Goods, name: &str) -> Pc {
        let v = self.vehicle(ride);
        let ways = self.ways_on(ride, level);
        self.keeps.clear();
        let start = self.model.here();
        let pool = v.pool.map(|p| {
            let at = self.resource(p);
            self.model.set(&[(at, 1)], level)
        });
        if v.jitter_h > 0.0 {
            let late =
                Hold::of(format!("{name} {} late", v.id), Distribution::HalfNormal(v.jitter_h));
            self.push_hold(late);
        }
        match goods {
            Goods::None => {}
            Goods::Born(flow, kg) => self.push(Some(Op::Birth(flow, kg))),
            Goods::From(pile, kg) => self.push(Some(Op::Claim(pile, kg))),
        }
        // Room at the end is booked before anything is taken: a loaded vehicle that waits for room
        // would keep its pool from those who are to make the room.
        if let Some(stock) = self.put_into(ride) {
            let at = self.stock(stock);
            self.push(Some(Op::Room(at, kg(v.payload_t))));
        }
        self.push(pool.map(Op::Seize));
        self.keeps = pool.into_iter().collect();
        self.push(Some(Op::Stamp));
        let mut kept = Vec::new();
        let mut next = 0;
        match goods {
            Goods::Born(..) => {}
            Goods::From(pile, kg) => {
                let load = ride
                    .operations
                    .first()
                    .filter(|(o, _)| self.s.operations[o.ix()].does == Does::Load);
                if let Some((op, units)) = load {
                    self.load(*op, *units, level, pile, kg);
                    next = 1;
                } else {
                    self.push(Some(Op::Take(pile, kg)));
                }
            }
            Goods::None => {}
        }
        let last = ride.places.len() - 1;
        for (at, place) in ride.places.iter().enumerate() {
            while let Some((id, units)) = ride.operations.get(next) {
                let op = &self.s.operations[id.ix()];
                let puts_off = matches!(op.does, Does::Unload | Does::Transload);
                if op.place != *place || (puts_off && at < last) {
                    break;
                }
                if puts_off {
                    self.unload(ride, op, *units, level);
                } else {
                    self.stop(op, *units, level, at, &mut kept);
                }
                next += 1;
            }
            if at < last {
                self.run(v, ride.links[at], *place, true, level);
            }
        }
        let puts_off = ride.operations.last().is_some_and(|(o, _)| {
            matches!(self.s.operations[o.ix()].does, Does::Unload | Does::Transload)
        });
        if !puts_off && !matches!(goods, Goods::None) {
            let drop = self.drop_of(ride);
            self.push(Some(Op::Put(drop)));
            self.push(Some(Op::Deliver));
        }
        self.way_back(ride, v, level, kept, &ways);
        if let Some(pool) = pool {
            let r = &self.s.resources[v.pool.expect("a pool").ix()];
            let work = self.cycle_h(ride, v) / r.availability.max(0.01);
            self.push(Some(Op::Rest(ticks(work))));
            self.push(Some(Op::Release(pool)));
        }
        self.push(Some(Op::End));
        start
    }

    fn push(&mut self, op: Option<Op>) {
        if matches!(op, Some(Op::Seize(_) | Op::Claim(..) | Op::Room(..))) {
            let here = self.model.here();
            self.model.meanwhile.extend(self.keeps.iter().map(|set| (here, *set)));
        }
        self.model.code.extend(op);
    }

    fn push_hold(&mut self, hold: Hold) {
        let at = self.model.hold(hold);
        self.model.code.push(Op::Hold(at));
    }

    fn load(&mut self, id: OperationId, units: u32, level: u8, pile: PileAt, kg: u64) {
        let op = &self.s.operations[id.ix()];
        let big = self.model.piles[pile.ix()]
            .stock
            .is_some_and(|at| kg * 10 >= self.model.stocks[at.ix()].capacity_kg);
        let parts = if big { PARTS_OF_LOADING } else { 1 };
        self.operate(op, units, level, f64::from(parts), &mut |t, hold| {
            let mut rest = kg;
            for part in 0..parts {
                let amount = if part + 1 == parts { rest } else { kg / u64::from(parts) };
                rest -= amount;
                t.model.code.extend([Op::Hold(hold), Op::Take(pile, amount)]);
            }
        });
    }

    fn unload(&mut self, ride: &Ride, op: &Operation, units: u32, level: u8) {
        let drop = self.drop_of(ride);
        let lot = kg(self.vehicle(ride).payload_t);
        let booked = self.put_into(ride).map(|stock| Op::GiveRoom(self.stock(stock), lot));
        self.operate(op, units, level, 1.0, &mut |t, hold| {
            t.model.code.extend([Op::Hold(hold), Op::Put(drop)]);
            t.model.code.extend(booked);
            t.model.code.push(Op::Deliver);
        });
    }

    /// An operation that happens to a vehicle as it passes.
    fn stop(
        &mut self,
        op: &Operation,
        units: u32,
        level: u8,
        at: usize,
        kept: &mut Vec<(usize, SetAt)>,
    ) {
        if !op.until_return {
            return self
                .operate(op, units, level, 1.0, &mut |t, hold| t.model.code.push(Op::Hold(hold)));
        }
        let set = self.held_by(op, units, level);
        self.push(set.map(Op::Seize));
        let hold = self.work(op, units, set, 1.0);
        self.push_hold(hold);
        if let Some(set) = set {
            kept.push((at, set));
            self.keeps.push(set);
        }
    }

    /// Takes what an operation holds, works, and gives it back. Where it can do with fewer units of
    /// something, it takes the rest first (the berth) and then as many as are free (the cranes).
    fn operate(
        &mut self,
        op: &Operation,
        units: u32,
        level: u8,
        parts: f64,
        body: &mut dyn FnMut(&mut Self, HoldAt),
    ) {
        let Some(ranged) = op.holds.iter().find(|h| h.most > h.least) else {
            let set = self.held_by(op, units, level);
            self.push(set.map(Op::Seize));
            let hold = self.work(op, units, set, parts);
            let hold = self.model.hold(hold);
            body(self, hold);
            return self.push(set.map(Op::Release));
        };
        let others: Vec<_> =
            op.holds.iter().filter(|h| h.resource != ranged.resource).copied().collect();
        let first = self.held_by(&Operation { holds: others, ..op.clone() }, units, level);
        self.push(first.map(Op::Seize));
        let at = self.resource(ranged.resource);
        let most = ranged.most.min(self.model.resources[at.ix()].servers).max(ranged.least);
        let mut done = Vec::new();
        for n in (ranged.least..=most).rev() {
            let some = self.model.set(&[(at, n)], level);
            let seize = self.model.code.len();
            self.push(Some(Op::Seize(some)));
            let all = self.held_by(op, n, level);
            let hold = self.work(op, n, all, parts);
            let hold = self.model.hold(hold);
            body(self, hold);
            self.push(Some(Op::Release(some)));
            if n > ranged.least {
                done.push(self.model.code.len());
                self.push(Some(Op::End));
                self.model.code[seize] = Op::SeizeOr(some, 0, self.model.here());
            }
        }
        let end = self.model.here();
        done.into_iter().for_each(|at| self.model.code[at] = Op::Jump(end));
        self.push(first.map(Op::Release));
    }

    /// The time of an operation on a vehicle, in so many parts.
    fn work(&mut self, op: &Operation, units: u32, set: Option<SetAt>, parts: f64) -> Hold {
        let hours = operation_h(self.s, op, units) / parts;
        let mut hold = Hold::of(op.id.clone(), Distribution::around(hours, op.cv * parts.sqrt()));
        hold.of = set;
        self.hinder(&mut hold, op);
        hold
    }

    /// Hours and failures of the resources of an operation: those of the least available count.
    fn hinder(&mut self, hold: &mut Hold, op: &Operation) {
        if !self.calendars {
            return;
        }
        let s = self.s;
        let rows = op.holds.iter().map(|h| &s.resources[h.resource.ix()]);
        let least = rows
            .filter(|r| r.kind != "pool")
            .min_by(|a, b| a.availability.total_cmp(&b.availability));
        if let Some(r) = least.filter(|r| r.availability < 1.0 && r.availability > 0.0) {
            match r.mttr_h.filter(|m| *m > 0.0 && r.mtbf_h.is_some()) {
                Some(repair) => {
                    let between = repair * r.availability / (1.0 - r.availability);
                    hold.failures = Some((between, repair));
                }
                None => hold.stretch = 1.0 / r.availability,
            }
        }
        let mut calendars: Vec<CalendarId> =
            op.holds.iter().map(|h| s.resources[h.resource.ix()].calendar).collect();
        calendars.sort();
        calendars.dedup();
        hold.working = self.working(calendars);
    }

    fn working(&mut self, calendars: Vec<CalendarId>) -> Option<usize> {
        if let Some(known) = self.working.get(&calendars) {
            return *known;
        }
        let rows: Vec<_> = calendars.iter().map(|c| &self.s.calendars[c.ix()]).collect();
        let working = Working::of(&rows, weekday(&self.s.settings.period_start.to_string()));
        let at = (!working.is_always()).then(|| {
            self.model.working.push(working);
            self.model.working.len() - 1
        });
        self.working.insert(calendars, at);
        at
    }

    /// Back empty, or on to where vehicles are short, or off to the market.
    fn way_back(
        &mut self,
        ride: &Ride,
        v: &Vehicle,
        level: u8,
        mut kept: Vec<(usize, SetAt)>,
        ways: &[(TurnAt, Pc)],
    ) {
        let back = v.empties == Empties::SameTrainset;
        if !back && !kept.is_empty() {
            // What is kept until the return is kept for as long as a return would take.
            let hours = self.empty_h(ride, v);
            let hold =
                self.model.hold(Hold::of(format!("{} return", v.id), Distribution::Fixed(hours)));
            let here = self.model.code.len();
            let after = Pc::at(here + 4 + kept.len());
            self.model.code.extend([Op::Spawn(Pc::at(here + 2)), Op::Jump(after), Op::Hold(hold)]);
            self.model.code.extend(kept.drain(..).map(|(_, set)| Op::Release(set)));
            self.model.code.push(Op::End);
        }
        for at in (0..ride.places.len()).rev().filter(|_| back) {
            self.empty_stops(ride.vehicle, ride.places[at], level);
            let (done, rest): (Vec<_>, Vec<_>) = kept.iter().partition(|(place, _)| *place >= at);
            self.keeps.retain(|set| !done.iter().any(|(_, d)| d == set));
            self.model.code.extend(done.into_iter().map(|(_, set)| Op::Release(set)));
            kept = rest;
            if at > 0 {
                self.run(v, ride.links[at - 1], ride.places[at], false, level);
            }
        }
        self.model.code.extend(kept.into_iter().map(|(_, set)| Op::Release(set)));
        for (turn, to) in ways {
            let or = Pc::at(self.model.code.len() + 2);
            self.model.code.extend([Op::Turn(*turn, or), Op::Spawn(*to)]);
        }
    }

    fn empty_stops(&mut self, vehicle: VehicleId, place: PlaceId, level: u8) {
        let s = self.s;
        let meets = s.operations.iter().filter(|o| {
            o.does == Does::Pass && o.empty && o.vehicle == vehicle && o.place == place
        });
        for op in meets {
            let set = self.held_by(op, 1, level);
            self.push(set.map(Op::Seize));
            let mut hold =
                Hold::of(format!("{} empty", op.id), Distribution::around(op.fixed_h, op.cv));
            hold.of = set;
            self.hinder(&mut hold, op);
            self.push_hold(hold);
            self.push(set.map(Op::Release));
        }
    }

    /// The empty runs that emptied vehicles of a ride go on to, each with its share.
    fn ways_on(&mut self, ride: &Ride, level: u8) -> Vec<(TurnAt, Pc)> {
        let v = self.vehicle(ride);
        let place = *ride.places.last().expect("a ride has places");
        if v.empties != Empties::Balance {
            return Vec::new();
        }
        if let Some(known) = self.empties.get(&(ride.vehicle, place)) {
            return known.clone();
        }
        let ends = |r: &&Ride| r.vehicle == ride.vehicle && r.places.last() == Some(&place);
        let arrivals = |o: &Order| {
            let per = if self.s.demand[o.demand].in_vehicles { 1.0 } else { v.payload_t };
            o.rides.iter().filter(ends).count() as f64 * o.per_year / per
        };
        let mut left: f64 = self.orders.flows.iter().map(arrivals).sum();
        let runs: Vec<&EmptyRun> = self
            .orders
            .empty_runs
            .iter()
            .filter(|e| e.ride.vehicle == ride.vehicle && e.ride.places[0] == place)
            .collect();
        let mut ways = Vec::new();
        for run in runs {
            if left <= 0.0 {
                break;
            }
            self.model.turns.push((run.per_year / left).min(1.0));
            let turn = TurnAt::at(self.model.turns.len() - 1);
            left -= run.per_year;
            let start = self.empty_run(&run.ride, level);
            ways.push((turn, start));
        }
        self.empties.insert((ride.vehicle, place), ways.clone());
        ways
    }

    fn empty_run(&mut self, ride: &Ride, level: u8) -> Pc {
        let v = self.vehicle(ride);
        self.keeps.clear();
        let start = self.model.here();
        let pool = v.pool.map(|p| {
            let at = self.resource(p);
            self.model.set(&[(at, 1)], level)
        });
        self.push(pool.map(Op::Seize));
        self.keeps = pool.into_iter().collect();
        self.push(Some(Op::Stamp));
        for (at, place) in ride.places.iter().enumerate() {
            self.empty_stops(ride.vehicle, *place, level);
            if at + 1 < ride.places.len() {
                self.run(v, ride.links[at], *place, false, level);
            }
        }
        if let Some(pool) = pool {
            let r = &self.s.resources[v.pool.expect("a pool").ix()];
            let hours = self.empty_h(ride, v) / r.availability.max(0.01);
            self.push(Some(Op::Rest(ticks(hours))));
            self.push(Some(Op::Release(pool)));
        }
        self.push(Some(Op::End));
        start
    }

    /// Empty runs from places at which no loaded vehicle of the class ends.
    fn sourceless_empties(&mut self) {
        for run in self.orders.empty_runs.clone() {
            let key = (run.ride.vehicle, run.ride.places[0]);
            if self.empties.contains_key(&key) || run.per_year * self.share <= 0.0 {
                continue;
            }
            let start = self.empty_run(&run.ride, 3);
            let v = self.vehicle(&run.ride);
            self.arrivals(
                &format!("{} empty", v.id),
                run.per_year * self.share,
                v,
                1.0,
                0.0,
                start,
            );
        }
    }

    // ---- resources ----

    fn resource(&mut self, id: ResourceId) -> ResourceAt {
        if let Some(known) = self.resources[id.ix()] {
            return known;
        }
        let r = &self.s.resources[id.ix()];
        let at = self.model.resource(r.id.clone(), r.servers);
        let working = if self.calendars { self.working(vec![r.calendar]) } else { None };
        self.model.resources[at.ix()].working = working;
        self.model.resources[at.ix()].changeover = ticks(r.changeover_h);
        self.shown.push(Shown {
            at,
            id: r.id.clone(),
            name: r.name.clone(),
            kind: r.kind.clone(),
            variation: self.s.variation_at(id),
            line: None,
        });
        self.resources[id.ix()] = Some(at);
        at
    }

    fn stock(&mut self, id: ResourceId) -> StockAt {
        if let Some(known) = self.stocks[id.ix()] {
            return known;
        }
        let r = &self.s.resources[id.ix()];
        self.model.stocks.push(Stock { name: r.id.clone(), capacity_kg: kg(r.stock_t) });
        self.stock_rows.push(id.ix());
        let at = StockAt::at(self.model.stocks.len() - 1);
        self.stocks[id.ix()] = Some(at);
        at
    }

    /// The resources of an operation, held together.
    fn held_by(&mut self, op: &Operation, units: u32, level: u8) -> Option<SetAt> {
        let items: Vec<(ResourceAt, u32)> = op
            .holds
            .iter()
            .map(|h| {
                let n = if h.most > h.least { units.clamp(h.least, h.most) } else { h.least };
                let at = self.resource(h.resource);
                (at, n.min(self.model.resources[at.ix()].servers.max(1)))
            })
            .filter(|(_, n)| *n > 0)
            .collect();
        if items.is_empty() {
            return None;
        }
        let changes = items.iter().any(|(r, _)| self.model.resources[r.ix()].changeover > 0);
        let set = self.model.set(&items, level);
        if !changes {
            return Some(set);
        }
        // Each class of vehicle has a set of its own, so that changes are seen.
        let class = op.vehicle.0 + 1;
        let own = crate::program::Set { class, ..self.model.sets[set.ix()].clone() };
        let known = self.model.sets.iter().position(|s| *s == own);
        Some(SetAt::at(known.unwrap_or_else(|| {
            self.model.sets.push(own);
            self.model.sets.len() - 1
        })))
    }

    // ---- times without waits ----

    /// Hours until a lot for a ride has gathered, from all goods that take it.
    fn gathering_h(&self, ride: &Ride) -> f64 {
        let takes = |o: &&Order| !self.s.demand[o.demand].in_vehicles && o.rides.contains(ride);
        let per_year: f64 = self.orders.flows.iter().filter(takes).map(|o| o.per_year).sum();
        self.s.hours() * self.vehicle(ride).payload_t / (per_year * self.share).max(1e-9)
    }

    fn hours(&self, ride: &Ride) -> f64 {
        let s = self.s;
        let run: f64 = ride.links.iter().map(|l| s.links[l.ix()].run_h(true)).sum();
        let work = ride.operations.iter().map(|(o, u)| operation_h(s, &s.operations[o.ix()], *u));
        run + work.sum::<f64>()
    }

    fn empty_h(&self, ride: &Ride, v: &Vehicle) -> f64 {
        let s = self.s;
        let run: f64 = ride.links.iter().map(|l| s.links[l.ix()].run_h(false)).sum();
        let stops = s.operations.iter().filter(|o| {
            o.does == Does::Pass
                && o.empty
                && s.vehicles[o.vehicle.ix()].id == v.id
                && ride.places.contains(&o.place)
        });
        run + stops.map(|o| o.fixed_h).sum::<f64>()
    }

    fn cycle_h(&self, ride: &Ride, v: &Vehicle) -> f64 {
        let back = if v.empties == Empties::SameTrainset { self.empty_h(ride, v) } else { 0.0 };
        self.hours(ride) + back
    }
}

/// The first arrival comes at any phase of the longest lot: lots that all began to gather at once
/// would keep step with the calendar for ever.
fn any_phase(name: &str, longest_h: f64) -> Hold {
    let high = longest_h.min(24.0 * 90.0);
    Hold::of(format!("{name} first"), Distribution::Uniform { low: 0.0, high })
}

/// What a vehicle has on board at the start of a ride.
#[derive(Clone, Copy)]
enum Goods {
    None,
    Born(FlowAt, u64),
    From(PileAt, u64),
}

fn kg(tonnes: f64) -> u64 {
    (tonnes * 1000.0).round() as u64
}

/// Hours of an operation on a whole vehicle.
fn operation_h(s: &Scenario, op: &Operation, units: u32) -> f64 {
    let payload = s.vehicles[op.vehicle.ix()].payload_t;
    let lot = s.lot_t(op);
    let lots = if payload > 0.0 && lot > 0.0 { payload / lot } else { 1.0 };
    (op.fixed_h + lot * op.h_per_t / f64::from(units.max(1))) * lots
}

/// Weekday of 1 January of the year of a date, 0 for Monday (Sakamoto's method).
fn weekday(date: &str) -> u32 {
    let year: i64 = date.get(..4).and_then(|y| y.parse().ok()).unwrap_or(2024);
    let y = year - 1;
    let sunday_based = (y + y / 4 - y / 100 + y / 400 + 1).rem_euclid(7);
    ((sunday_based + 6) % 7) as u32
}

#[cfg(test)]
mod tests {
    use super::weekday;

    #[test]
    fn new_years_days() {
        // 2024-01-01 was a Monday, 2026-01-01 a Thursday, 2000-01-01 a Saturday.
        assert_eq!(
            [weekday("2024-01-01"), weekday("2026-05-05"), weekday("2000-01-01")],
            [0, 3, 5]
        );
    }
}
