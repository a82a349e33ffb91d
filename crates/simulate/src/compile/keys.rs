//! Names in the model: made of ids of rows, never of positions, so that neither the order of rows nor an
//! unrelated row changes the random numbers of a flow.

use std::collections::{BTreeSet, HashMap};

use trimodal_model::Scenario;
use trimodal_model::ids::ResourceId;
use trimodal_model::scenario::OperationKind;

use super::{FlowOrder, Orders, Ride};
use trimodal_des::distribution::key;

/// A ride with the stock its goods come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Service {
    pub ride: Ride,
    pub stock: Option<ResourceId>,
}

/// Names of orders, and their order.
pub(super) struct Keys {
    /// Name of each order.
    pub names: Vec<String>,
    /// Positions of the orders, sorted by their names.
    pub order: Vec<usize>,
    /// Positions of the empty runs, sorted by their routes.
    pub empty_order: Vec<usize>,
    /// Priorities in use, the most urgent first.
    priorities: Vec<u32>,
}

impl Keys {
    pub fn of(s: &Scenario, orders: &Orders) -> Keys {
        let full: Vec<String> = orders.flows.iter().map(|o| of_order(s, o)).collect();
        let mut order: Vec<usize> = (0..full.len()).collect();
        let amount = |i: usize| orders.flows[i].per_year;
        order.sort_by(|a, b| {
            full[*a].cmp(&full[*b]).then_with(|| amount(*a).total_cmp(&amount(*b)))
        });
        let mut names = vec![String::new(); full.len()];
        let mut seen: HashMap<String, u32> = HashMap::new();
        for at in &order {
            let o = &orders.flows[*at];
            let vehicle = &s.vehicles[o.rides[0].vehicle.ix()].id;
            let name = format!("{} {vehicle} {}", s.demand[o.demand].id, short(&full[*at]));
            let again = seen.entry(name.clone()).or_insert(0);
            names[*at] = if *again == 0 { name } else { format!("{name}.{again}") };
            *again += 1;
        }
        let runs: Vec<String> = orders.empty_runs.iter().map(|r| of_ride(s, &r.ride)).collect();
        let mut empty_order: Vec<usize> = (0..runs.len()).collect();
        empty_order.sort_by(|a, b| runs[*a].cmp(&runs[*b]));
        let priorities: BTreeSet<u32> =
            orders.flows.iter().map(|o| s.demand[o.demand].priority).collect();
        Keys { names, order, empty_order, priorities: priorities.into_iter().collect() }
    }

    /// The level of a priority: its rank among those in use.
    pub fn level(&self, priority: u32) -> u8 {
        self.priorities.partition_point(|p| *p < priority).min(usize::from(u8::MAX)) as u8
    }

    /// The least urgent level.
    pub fn last_level(&self) -> u8 {
        self.priorities.len().saturating_sub(1).min(usize::from(u8::MAX)) as u8
    }
}

/// Name of a ride whose vehicles are called by the stock, or by the previous ride.
pub(super) fn called(s: &Scenario, service: &Service) -> String {
    let stock = service.stock.map_or("", |r| s.resources[r.ix()].id.as_str());
    let full = format!("{} {stock}", of_ride(s, &service.ride));
    between(s, &service.ride, "", &full)
}

/// Name of an empty run.
pub(super) fn empty(s: &Scenario, ride: &Ride) -> String {
    between(s, ride, "empty ", &of_ride(s, ride))
}

fn between(s: &Scenario, ride: &Ride, what: &str, full: &str) -> String {
    let end = |p: Option<&trimodal_model::ids::PlaceId>| p.map_or("", |p| &s.places[p.ix()].id);
    let (from, to) = (end(ride.places.first()), end(ride.places.last()));
    format!("{} {what}{from}-{to} {}", s.vehicles[ride.vehicle.ix()].id, short(full))
}

fn of_order(s: &Scenario, order: &FlowOrder) -> String {
    let rides: Vec<String> = order.rides.iter().map(|r| of_ride(s, r)).collect();
    format!("{}\n{}", s.demand[order.demand].id, rides.join("\n"))
}

fn of_ride(s: &Scenario, ride: &Ride) -> String {
    let places: Vec<&str> = ride.places.iter().map(|p| s.places[p.ix()].id.as_str()).collect();
    let links: Vec<&str> = ride.links.iter().map(|l| s.links[l.ix()].id.as_str()).collect();
    let operations: Vec<String> = ride
        .operations
        .iter()
        .map(|(o, units)| format!("{} x{units}", s.operations[o.ix()].id))
        .collect();
    let vehicle = &s.vehicles[ride.vehicle.ix()].id;
    [vehicle.clone(), places.join(" "), links.join(" "), operations.join(" ")].join("|")
}

/// A hash of eight digits in place of a long name.
fn short(name: &str) -> String {
    format!("{:08x}", key(0, 0, name, "name") & 0xffff_ffff)
}

/// The stock in which the goods wait for a ride: where the previous ride put them.
pub(super) fn stock_before(s: &Scenario, order: &FlowOrder, ride: usize) -> Option<ResourceId> {
    put_into(s, &order.rides[ride - 1])
}

/// The stock that a ride puts its goods into.
pub(super) fn put_into(s: &Scenario, ride: &Ride) -> Option<ResourceId> {
    let (last, _) = ride.operations.last()?;
    let op = &s.operations[last.ix()];
    if op.does == OperationKind::Unload { op.stock_to } else { None }
}

/// The stock that the first ride of an order takes its goods from.
pub(super) fn first_stock(s: &Scenario, order: &FlowOrder) -> Option<ResourceId> {
    if s.demand[order.demand].in_vehicles {
        return None;
    }
    let (first, _) = order.rides[0].operations.first()?;
    let op = &s.operations[first.ix()];
    if op.does == OperationKind::Load { op.stock_from } else { None }
}

/// The goods that share the vehicles of a ride.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    /// Tonnes a year of all goods that take it.
    pub per_year: f64,
    /// Level of the most urgent of them.
    pub level: u8,
}

/// The rides whose vehicles are called, with the goods that take them.
pub(super) struct Groups(HashMap<Service, Group>);

impl Groups {
    pub fn of(s: &Scenario, orders: &Orders, keys: &Keys, share: f64) -> Groups {
        let mut all: HashMap<Service, Group> = HashMap::new();
        for at in &keys.order {
            let order = &orders.flows[*at];
            let d = &s.demand[order.demand];
            if d.in_vehicles {
                continue;
            }
            let level = keys.level(d.priority);
            for (service, _) in services(s, order) {
                let group = all.entry(service).or_insert(Group { per_year: 0.0, level });
                group.per_year += order.per_year * share;
                group.level = group.level.min(level);
            }
        }
        Groups(all)
    }

    pub fn get(&self, service: &Service) -> Group {
        self.0.get(service).copied().unwrap_or(Group { per_year: 0.0, level: 0 })
    }
}

/// The rides of an order whose vehicles are called, with their positions.
pub(super) fn services(s: &Scenario, order: &FlowOrder) -> impl Iterator<Item = (Service, usize)> {
    let stocks = (0..order.rides.len()).filter_map(move |i| match i {
        0 => first_stock(s, order).map(|stock| (Some(stock), i)),
        _ => Some((stock_before(s, order, i), i)),
    });
    stocks.map(|(stock, i)| (Service { ride: order.rides[i].clone(), stock }, i))
}
