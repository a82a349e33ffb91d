//! Writes the programs of a scenario: the behaviour of every vehicle of a plan, as data.
//!
//! A ride becomes one program: wait for a pool, goods and lifting gear, run over the links, stop
//! where operations are, unload the cargo, come back. Tracks are resources like any other:
//!
//! - A single-track section serves one train at a time, in either direction, and is released
//!   `tau` after the train has left it. Between the sections of a link trains meet in loops, which
//!   have one track for each direction.
//! - A train enters a section only together with the track in the loop behind it. So it never
//!   stands in a section, and holds nothing that a train of the other direction needs: there is
//!   no circular wait (E. G. Coffman, M. Elphick, A. Shoshani, "System deadlocks", 1971: tracks
//!   of one direction are taken in their order). At places there is room for all.
//! - Two tracks serve their directions apart; with automatic block trains follow at the headway.

mod empties;
mod keys;
mod links;
mod load;
mod needs;
mod resource;
mod ride;
mod source;

use std::collections::{BTreeMap, HashMap};

use trimodal_model::Scenario;
use trimodal_model::ids::{CalendarId, LinkId, OperationId, PlaceId, ResourceId, VehicleId};
use trimodal_model::scenario::{OperationKind, Vehicle};

use self::keys::{Groups, Keys, Service};
use self::links::Line;
pub use self::load::Load;
use self::needs::Needs;
use self::source::any_phase;
use trimodal_des::clock::{DAY, Ticks};
use trimodal_des::distribution::Distribution;
use trimodal_des::program::{
    BufferAt, BundleAt, Delay, FlowAt, LotBuffer, Model, Op, Pc, ResourceAt, RoutingAt, SplitAt,
    StockAt,
};

/// A ride of an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Goods, or vehicles, on one route.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowOrder {
    /// Position of the demand.
    pub demand: usize,
    /// Tonnes a year, or vehicle trips where the demand is in vehicles.
    pub per_year: f64,
    /// Rides in order.
    pub rides: Vec<Ride>,
}

/// Empty vehicles that go to where vehicles are loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct EmptyRun {
    /// The route.
    pub ride: Ride,
    /// Vehicles a year.
    pub per_year: f64,
}

/// The flows and empty runs to simulate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Orders {
    /// Goods and vehicles.
    pub flows: Vec<FlowOrder>,
    /// Empty vehicles.
    pub empty_runs: Vec<EmptyRun>,
}

/// A compiled scenario.
pub struct CompiledModel {
    /// The model.
    pub model: Model,
    /// Ticks of the scenario's year: 365 or 366 days.
    pub year: Ticks,
    /// Flows of the model, with the position of their order.
    pub flows: Vec<usize>,
    /// For each of these flows, hours without any queue or closure.
    pub hours: Vec<f64>,
    /// For each of these flows, whether it consists of vehicles: a vehicle is counted as a tonne.
    pub in_vehicles: Vec<bool>,
    /// Resources of the model that are rows of `resources.csv`, links or sections, by facility id.
    pub facilities: Vec<ReportedResource>,
    /// The load of each of these resources by the plan.
    pub loads: Vec<Load>,
    /// For each class of entities of the model, the class of vehicle.
    pub class_vehicles: Vec<VehicleId>,
    /// If movements are recorded: the links, each with whether it is followed from its `from`.
    pub paths: Option<Vec<(LinkId, bool)>>,
    /// Stocks of the model, as positions in `resources`.
    pub stocks: Vec<usize>,
    /// For each buffer of the model, a name and the tonnes that pass it in a year, where they are known.
    pub buffers: Vec<(String, f64)>,
    /// Hours of the longest chain without any wait, lots included.
    pub longest_h: f64,
    /// Approximate number of events in a year.
    pub events_per_year: f64,
    /// Lots that take more than a year to gather.
    pub never: Vec<String>,
    /// Warnings for the reader.
    pub warnings: Vec<String>,
}

/// A resource of the model that is reported to users.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedResource {
    /// Position in the model.
    pub at: ResourceAt,
    /// Id of the facility: a row of `resources.csv`, `R4:2` for a section, `H1` for a road; with `>`
    /// and `<` for directions and `.2` for parts between loops.
    pub id: String,
    /// Name for users.
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
/// Number of parts of a lot in which goods come to a stock at the edge.
const PARTS_OF_LOT: f64 = 10.0;
/// Number of parts in which a ship takes its lot from the stock.
const PARTS_OF_LOADING: u32 = 8;
/// Number of parts of a ship's work between which further cranes may join.
const PARTS_OF_JOINING: u32 = 8;
/// Kg for which a vehicle of a demand in vehicles counts.
pub const VEHICLE_KG: u64 = 1000;

/// Compiles a scenario with its investments made. `share` scales all orders. The order of rows and of
/// orders changes nothing: orders are sorted by the ids along their routes.
pub fn compile(s: &Scenario, orders: &Orders, share: f64, calendars: bool) -> CompiledModel {
    written(Compiler::new(s, orders, share, calendars))
}

/// The same for the whole of the orders, with programs that note each movement along a link. It runs alike.
pub fn compile_recorded(s: &Scenario, orders: &Orders) -> CompiledModel {
    written(Compiler { paths: Some(Vec::new()), ..Compiler::new(s, orders, 1.0, true) })
}

fn written(mut t: Compiler) -> CompiledModel {
    let (s, orders) = (t.s, t.orders);
    for at in t.keys.order.clone() {
        t.order(at, &orders.flows[at]);
    }
    t.sourceless_empties();
    let loads = t.shown.iter().map(|f| t.loads.get(f.at.ix()).copied().unwrap_or_default());
    CompiledModel {
        loads: loads.collect(),
        model: t.model,
        year: Ticks::from(s.settings.days) * DAY,
        flows: t.flow_orders,
        hours: t.flow_hours,
        in_vehicles: t.flow_in_vehicles,
        facilities: t.shown,
        class_vehicles: t.class_vehicles,
        paths: t.paths,
        stocks: t.stock_rows,
        buffers: t.buffer_names,
        longest_h: t.longest_h,
        events_per_year: t.events,
        never: t.never,
        warnings: t.warnings,
    }
}

struct Compiler<'a> {
    s: &'a Scenario,
    orders: &'a Orders,
    share: f64,
    calendars: bool,
    keys: Keys,
    groups: Groups,
    needs: Needs,
    model: Model,
    resources: Vec<Option<ResourceAt>>,
    variations: Vec<(f64, f64)>,
    stocks: Vec<Option<StockAt>>,
    stock_rows: Vec<usize>,
    class_vehicles: Vec<VehicleId>,
    buffer_names: Vec<(String, f64)>,
    sets: HashMap<trimodal_des::program::ResourceBundle, BundleAt>,
    tracks: HashMap<LinkId, Line>,
    roads: HashMap<(LinkId, bool), ResourceAt>,
    paths: Option<Vec<(LinkId, bool)>>,
    shown: Vec<ReportedResource>,
    loads: Vec<Load>,
    working: BTreeMap<Vec<CalendarId>, Option<usize>>,
    months: BTreeMap<u64, usize>,
    buffers: HashMap<Service, BufferAt>,
    stays: HashMap<(VehicleId, PlaceId, ResourceId), BufferAt>,
    routings: HashMap<Ride, RoutingAt>,
    flow_orders: Vec<usize>,
    flow_hours: Vec<f64>,
    flow_in_vehicles: Vec<bool>,
    /// Onward runs of emptied vehicles, by class and place.
    empties: HashMap<(VehicleId, PlaceId), Vec<(SplitAt, Pc)>>,
    /// Operations on empty vehicles, by class and place.
    empty_stops: HashMap<(VehicleId, PlaceId), Vec<OperationId>>,
    /// The program that is being written.
    writing: Writing,
    longest_h: f64,
    events: f64,
    never: Vec<String>,
    warnings: Vec<String>,
}

/// The state of the program that is being written.
#[derive(Default)]
struct Writing {
    /// Name of its class.
    class: String,
    /// Vehicles a year that follow it.
    trips: f64,
    /// Bundles that the vehicle keeps from others while it waits.
    keeps: Vec<BundleAt>,
    /// Names of its random times, with how often each was used.
    names: HashMap<String, u32>,
}

impl<'a> Compiler<'a> {
    fn new(s: &'a Scenario, orders: &'a Orders, share: f64, calendars: bool) -> Self {
        let keys = Keys::of(s, orders);
        let groups = Groups::of(s, orders, &keys, share);
        let empty_stops = resource::empty_stops(s);
        Compiler {
            needs: Needs::of(s, orders, &empty_stops),
            variations: resource::variations(s),
            empty_stops,
            keys,
            groups,
            s,
            orders,
            share,
            calendars,
            model: Model::default(),
            resources: vec![None; s.resources.len()],
            stocks: vec![None; s.resources.len()],
            stock_rows: Vec::new(),
            class_vehicles: Vec::new(),
            buffer_names: Vec::new(),
            sets: HashMap::new(),
            tracks: HashMap::new(),
            roads: HashMap::new(),
            paths: None,
            shown: Vec::new(),
            loads: Vec::new(),
            working: BTreeMap::new(),
            months: BTreeMap::new(),
            buffers: HashMap::new(),
            stays: HashMap::new(),
            routings: HashMap::new(),
            flow_orders: Vec::new(),
            flow_hours: Vec::new(),
            flow_in_vehicles: Vec::new(),
            empties: HashMap::new(),
            writing: Writing::default(),
            longest_h: 0.0,
            events: 0.0,
            never: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn vehicle(&self, ride: &Ride) -> &'a Vehicle {
        &self.s.vehicles[ride.vehicle.ix()]
    }

    fn order(&mut self, at: usize, order: &FlowOrder) {
        let s = self.s;
        let d = &s.demand[order.demand];
        let first = self.vehicle(&order.rides[0]);
        let per_year = order.per_year * self.share;
        if per_year <= 0.0 {
            return;
        }
        if !d.in_vehicles && first.payload_t <= 0.0 {
            self.warn(format!("`{}` carries nothing of `{}`: its payload is 0", first.id, d.id));
            return;
        }
        let name = self.keys.names[at].clone();
        let level = self.keys.level(d.priority);
        let flow = FlowAt::at(self.model.flows.len());
        self.model.flows.push(name.clone());
        self.flow_orders.push(at);
        self.flow_in_vehicles.push(d.in_vehicles);
        if d.in_vehicles {
            let ride = &order.rides[0];
            let start = self.ride(ride, level, Goods::Born(flow, VEHICLE_KG), &name, per_year);
            self.arrivals(&name, per_year, first, d.peak, 0.0, start);
            let hours = self.hours(ride);
            self.flow_hours.push(hours);
            self.longest_h = self.longest_h.max(hours);
            return;
        }
        self.goods(order, flow, level, &name, per_year);
    }

    /// The programs of goods on one route, by one ride after the other.
    fn goods(&mut self, order: &FlowOrder, flow: FlowAt, level: u8, name: &str, per_year: f64) {
        let s = self.s;
        let d = &s.demand[order.demand];
        let first = self.vehicle(&order.rides[0]);
        let (mut hours, mut chain, mut longest_lot_h) = (0.0, 0.0, 0.0_f64);
        // A tiny flow of a demand that also has other routes is within the demand's tolerance.
        let all: f64 =
            self.orders.flows.iter().filter(|o| o.demand == order.demand).map(|o| o.per_year).sum();
        let dribble = order.per_year < (1.0 - crate::outcome::REACHED) * all;
        let mut gathers = |t: &mut Self, service: &Service| {
            let lot_h = t.gathering_h(service, &d.name, dribble);
            // A lot that takes years fails in any case; no run waits for it.
            let within = lot_h.min(s.hours());
            longest_lot_h = longest_lot_h.max(within);
            hours += lot_h / 2.0;
            chain += within;
        };
        // From the last ride to the first, as each hands over to the next.
        let mut next: Option<BufferAt> = None;
        for i in (1..order.rides.len()).rev() {
            let service =
                Service { ride: order.rides[i].clone(), stock: keys::stock_before(s, order, i) };
            gathers(self, &service);
            let buffer = self.buffer(&service);
            self.lead(&service.ride, flow, next);
            next = Some(buffer);
        }
        let ride = &order.rides[0];
        let from = keys::first_stock(s, order);
        let service = Service { ride: ride.clone(), stock: from };
        if from.is_some() {
            gathers(self, &service);
        }
        let moving: f64 = order.rides.iter().map(|r| self.hours(r)).sum();
        let last = order.rides.last().unwrap_or(ride);
        let stay = keys::put_into(s, last).map_or(0.0, |stock| s.resources[stock.ix()].dwell_h);
        self.flow_hours.push(hours + moving + stay);
        // The first goods come at a random phase of the longest lot: from then on lots gather in steady state.
        self.longest_h = self.longest_h.max(chain + moving + stay);
        if let Some(stock) = from {
            let part = kg(first.payload_t / PARTS_OF_LOT).max(1);
            let buffer = self.buffer(&service);
            self.lead(ride, flow, next);
            let first = any_phase(name, longest_lot_h, s.hours());
            self.production(name, (flow, part), per_year, d.peak, (buffer, stock), first);
            return;
        }
        let vehicles = per_year / first.payload_t;
        let goods = Goods::Born(flow, kg(first.payload_t));
        let start = self.ride(ride, level, goods, name, vehicles);
        self.lead(ride, flow, next);
        self.arrivals(name, vehicles, first, d.peak, longest_lot_h, start);
    }

    fn warn(&mut self, message: String) {
        if !self.warnings.contains(&message) {
            self.warnings.push(message);
        }
    }

    /// Routes the goods of a flow after a ride: to a buffer, or they have arrived.
    fn lead(&mut self, ride: &Ride, flow: FlowAt, next: Option<BufferAt>) {
        let routing = self.routing_of(ride);
        let buffer = next.or_else(|| self.last_buffer(ride));
        let row = &mut self.model.routings[routing.ix()];
        row.retain(|(f, _)| *f != flow);
        row.extend(buffer.map(|p| (flow, p)));
    }

    fn routing_of(&mut self, ride: &Ride) -> RoutingAt {
        if let Some(known) = self.routings.get(ride) {
            return *known;
        }
        self.model.routings.push(Vec::new());
        let routing = RoutingAt::at(self.model.routings.len() - 1);
        self.routings.insert(ride.clone(), routing);
        routing
    }

    /// The buffer where goods stay at their destination until they are collected; none where they are
    /// delivered on arrival.
    fn last_buffer(&mut self, ride: &Ride) -> Option<BufferAt> {
        let stock = keys::put_into(self.s, ride)?;
        let place = *ride.places.last()?;
        let end = (ride.vehicle, place, stock);
        if let Some(known) = self.stays.get(&end) {
            return Some(*known);
        }
        let at = self.stock(stock);
        let lot = kg(self.vehicle(ride).payload_t);
        let buffer = self.new_buffer(Some(at), lot, 0.0, "their end");
        let stay = &self.s.resources[stock.ix()];
        let dwell = if stay.dwell_h.is_finite() { stay.dwell_h } else { 0.0 };
        let hold =
            self.model.delay(Delay::of(format!("{} stay", stay.id), Distribution::Fixed(dwell)));
        let start = self.model.here();
        self.model.code.extend([
            Op::Claim(buffer, lot),
            Op::Delay(hold),
            Op::Take(buffer, lot),
            Op::Deliver,
            Op::End,
        ]);
        self.model.buffers[buffer.ix()].call = Some((start, lot));
        self.stays.insert(end, buffer);
        Some(buffer)
    }

    fn new_buffer(&mut self, stock: Option<StockAt>, lot: u64, per_year: f64, v: &str) -> BufferAt {
        let of = stock.map_or(String::new(), |at| {
            format!(" in {}", self.s.resources[self.stock_rows[at.ix()]].name)
        });
        self.buffer_names.push((format!("goods for {v}{of}"), per_year));
        self.model.buffers.push(LotBuffer { stock, call: None, call_at_kg: lot });
        BufferAt::at(self.model.buffers.len() - 1)
    }

    /// The buffer of goods that wait for a ride, whose vehicles are called when a lot is there.
    fn buffer(&mut self, service: &Service) -> BufferAt {
        if let Some(known) = self.buffers.get(service) {
            return *known;
        }
        let v = self.vehicle(&service.ride);
        let lot = kg(v.payload_t);
        let at = service.stock.map(|r| self.stock(r));
        if let Some(at) = at
            && self.model.stocks[at.ix()].capacity_kg < lot
        {
            let stock = self.model.stocks[at.ix()].name.clone();
            self.warn(format!("a lot of `{}` ({} t) never fits into `{stock}`", v.id, v.payload_t));
        }
        let group = self.groups.get(service);
        let buffer = self.new_buffer(at, lot, group.per_year, &v.name);
        self.buffers.insert(service.clone(), buffer);
        if v.arrivals == "random" {
            self.warn(format!(
                "`{}` arrives at random, but where it takes goods from a stock it is called by the stock: \
                 random in and random out at equal rates has no steady state",
                v.id
            ));
        }
        let name = keys::called(self.s, service);
        let trips = group.per_year / v.payload_t.max(1e-3);
        let start = self.ride(&service.ride, group.level, Goods::From(buffer, lot), &name, trips);
        self.model.buffers[buffer.ix()].call = Some((start, lot));
        buffer
    }

    /// Hours until a lot for a ride has gathered, from all goods that take it.
    fn gathering_h(&mut self, service: &Service, goods: &str, dribble: bool) -> f64 {
        let v = self.vehicle(&service.ride);
        let hours = self.s.hours() * v.payload_t / self.groups.get(service).per_year.max(1e-9);
        // Tolerates rounding for a lot of exactly a year.
        if hours > 1.001 * self.s.hours() {
            let years = hours / self.s.hours();
            let message = format!(
                "a lot of `{}` ({} t) takes {years:.1} years to gather from {goods}",
                v.id, v.payload_t
            );
            if dribble {
                self.warn(format!("{message}: within the demand's tolerance, so it is not judged"));
            } else if !self.never.contains(&message) {
                self.never.push(message);
            }
        }
        hours
    }
}

/// The goods on board a vehicle at the start of a ride.
#[derive(Clone, Copy)]
enum Goods {
    Born(FlowAt, u64),
    From(BufferAt, u64),
}

fn kg(tonnes: f64) -> u64 {
    (tonnes * 1000.0).round() as u64
}

/// Whether an operation unloads the cargo.
fn unloads_cargo(does: OperationKind) -> bool {
    matches!(does, OperationKind::Unload | OperationKind::Transload)
}
