//! Where room in a stock must be booked before anything is taken.
//!
//! A vehicle books room where it puts its cargo off, once it has arrived: a way of 4,000 km keeps no room
//! for a week. While it waits it keeps its pool, and what it holds until its return. Where those who
//! empty the stock need the same things, in the end, there would be a circle: everybody waits for room
//! and nobody can make any. Only there room is booked before the thing is taken. Things and stocks are
//! the nodes of a graph: a stock needs what its emptiers hold and the stocks they put into; a thing
//! needs the stocks for which its holders wait. What a stock reaches must not be kept while one waits
//! for room in it (E. G. Coffman, M. Elphick, A. Shoshani 1971: no circle, no deadlock).

use std::collections::{BTreeSet, HashMap};

use trimodal_model::Scenario;
use trimodal_model::ids::{OperationId, PlaceId, ResourceId, VehicleId};

use super::{Orders, Ride, keys};

/// What each stock reaches.
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
            for (way, _) in keys::ways(s, order) {
                let Some(from) = way.stock else { continue };
                let needs = edges.entry(from).or_default();
                needs.extend(held(s, &way.ride, stops));
                needs.extend(keys::put_into(s, &way.ride));
            }
        }
        let reached = stocks.into_iter().map(|stock| (stock, reach(&edges, stock))).collect();
        Needs { reached }
    }

    /// Whether those who empty a stock need a thing.
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

/// What a vehicle keeps while it waits at its end.
fn kept(s: &Scenario, ride: &Ride) -> impl Iterator<Item = ResourceId> {
    let until_return = ride
        .operations
        .iter()
        .map(|(o, _)| &s.operations[o.ix()])
        .filter(|o| o.until_return)
        .flat_map(|o| o.holds.iter().map(|h| h.resource));
    s.vehicles[ride.vehicle.ix()].pool.into_iter().chain(until_return)
}

/// Everything a vehicle holds on its way, and empty on its way back.
fn held(s: &Scenario, ride: &Ride, stops: &Stops) -> BTreeSet<ResourceId> {
    let loaded = ride.operations.iter().map(|(o, _)| *o);
    let empty = ride.places.iter().filter_map(|p| stops.get(&(ride.vehicle, *p))).flatten();
    let operations = loaded.chain(empty.copied());
    let holds = operations.flat_map(|o| s.operations[o.ix()].holds.iter().map(|h| h.resource));
    s.vehicles[ride.vehicle.ix()].pool.into_iter().chain(holds).collect()
}
