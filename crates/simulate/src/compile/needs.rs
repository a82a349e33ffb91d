//! Where room in a stock must be reserved before anything is taken.
//!
//! A vehicle reserves room where it unloads, once it has arrived: otherwise a route of 4,000 km would keep
//! room for a week. While it waits it keeps its pool, and the resources it holds until its return. Where
//! the vehicles that empty the stock need the same resources, directly or not, there would be a cycle:
//! all wait for room and none can make any. Only there room is reserved before the resource is taken.
//! Resources and stocks are the nodes of a graph: a stock needs the resources that its emptiers hold and
//! the stocks they put into; a resource needs the stocks for which its holders wait. A resource that a
//! stock reaches must not be kept by a vehicle that waits for room in it (E. G. Coffman, M. Elphick,
//! A. Shoshani 1971: no cycle, no deadlock).

use std::collections::{BTreeSet, HashMap};

use trimodal_model::Scenario;
use trimodal_model::ids::{OperationId, PlaceId, ResourceId, VehicleId};

use super::{Orders, Ride, keys};

/// The resources and stocks that each stock reaches.
pub(super) struct Needs {
    reached: HashMap<ResourceId, BTreeSet<ResourceId>>,
}

type Stops = HashMap<(VehicleId, PlaceId), Vec<OperationId>>;

impl Needs {
    pub fn of(s: &Scenario, orders: &Orders, stops: &Stops) -> Needs {
        let mut edges: HashMap<ResourceId, BTreeSet<ResourceId>> = HashMap::new();
        let mut stocks = BTreeSet::new();
        for order in &orders.flows {
            for ride in &order.rides {
                let Some(into) = keys::put_into(s, ride) else { continue };
                stocks.insert(into);
                for thing in kept(s, ride) {
                    edges.entry(thing).or_default().insert(into);
                }
            }
            for (service, _) in keys::services(s, order) {
                let Some(from) = service.stock else { continue };
                let needs = edges.entry(from).or_default();
                needs.extend(held(s, &service.ride, stops));
                needs.extend(keys::put_into(s, &service.ride));
            }
        }
        let reached = stocks.into_iter().map(|stock| (stock, reach(&edges, stock))).collect();
        Needs { reached }
    }

    /// Whether the vehicles that empty a stock need a resource.
    pub fn has(&self, stock: ResourceId, thing: ResourceId) -> bool {
        self.reached.get(&stock).is_some_and(|r| r.contains(&thing))
    }
}

fn reach(
    edges: &HashMap<ResourceId, BTreeSet<ResourceId>>,
    from: ResourceId,
) -> BTreeSet<ResourceId> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        for next in edges.get(&node).into_iter().flatten() {
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    seen
}

/// The resources that a vehicle keeps while it waits at its destination.
fn kept(s: &Scenario, ride: &Ride) -> impl Iterator<Item = ResourceId> {
    let until_return = ride
        .operations
        .iter()
        .map(|(o, _)| &s.operations[o.ix()])
        .filter(|o| o.until_return)
        .flat_map(|o| o.holds.iter().map(|h| h.resource));
    s.vehicles[ride.vehicle.ix()].pool.into_iter().chain(until_return)
}

/// All resources that a vehicle holds on its route, and empty on its return.
fn held(s: &Scenario, ride: &Ride, stops: &Stops) -> BTreeSet<ResourceId> {
    let loaded = ride.operations.iter().map(|(o, _)| *o);
    let empty = ride.places.iter().filter_map(|p| stops.get(&(ride.vehicle, *p))).flatten();
    let operations = loaded.chain(empty.copied());
    let holds = operations.flat_map(|o| s.operations[o.ix()].holds.iter().map(|h| h.resource));
    s.vehicles[ride.vehicle.ix()].pool.into_iter().chain(holds).collect()
}
