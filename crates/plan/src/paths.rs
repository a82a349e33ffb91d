//! Every path of a demand: rides by vehicles, joined at terminals, without passing a place twice.
//! The use of resources is additive and never negative, so a path with a cycle is never better.
//!
//! In: a scenario. Out: [`Path`]s as lists of rides and operations, and [`EmptyMove`]s of empty vehicles;
//! [`crate::columns`] turns them into hours, vehicles and dollars.

use std::collections::{BTreeSet, HashMap};

use trimodal_model::control::Stopped;
use trimodal_model::ids::{DemandId, LinkId, OperationId, PlaceId, VehicleId};
use trimodal_model::scenario::{Demand, EmptyReturn, Operation, OperationKind};
use trimodal_model::{Control, Scenario};

use crate::requirements::{Requirements, Requires};

/// The greatest number of paths of one demand.
pub const MAX_ITINERARIES: usize = 20_000;
/// The greatest number of paths of all demands together.
pub const MAX_ALL: usize = 100_000;
/// A stock must hold this many of the largest lot that it serves, or the lot is never complete.
pub const LOTS_IN_STOCK: f64 = 1.5;
/// The greatest number of search steps for one demand.
const MAX_STEPS: usize = 5_000_000;
/// The control is asked once in so many steps.
const POLL_STEPS: usize = 1 << 14;

/// An operation with the units that it holds of a resource for which it allows a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handling {
    /// The operation.
    pub operation: OperationId,
    /// Units of the ranged resource; 1 where none has a range.
    pub units: u32,
}

/// A movement by one vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRide {
    /// The class.
    pub vehicle: VehicleId,
    /// Places passed, in order.
    pub places: Vec<PlaceId>,
    /// Links passed, in order.
    pub links: Vec<LinkId>,
    /// Loading; none at the edge of the study and after a direct transfer.
    pub load: Option<Handling>,
    /// Unloading, or direct transfer to the next vehicle; none at the edge of the study.
    pub unload: Option<Handling>,
}

/// A path of a demand; the outcome reports those that carry flow as itineraries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// The demand.
    pub demand: DemandId,
    /// Rides, in order.
    pub rides: Vec<PathRide>,
    /// Options it needs, with their least level, in order.
    pub requires: Requires,
}

/// A movement of an empty vehicle: an arc of the network on which empty vehicles flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyMove {
    /// The class.
    pub vehicle: VehicleId,
    /// The arc.
    pub leg: Leg,
}

/// An arc for empty vehicles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// Departs from the place of unloading.
    Depart(PlaceId),
    /// Runs over a link.
    Pass {
        /// The link.
        link: LinkId,
        /// Whether from its `from`.
        forward: bool,
    },
    /// Arrives at the place of loading.
    Arrive(PlaceId),
}

/// A node of the network of empty vehicles of a balancing class: as many must leave as arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VehicleNode {
    /// The class.
    pub vehicle: VehicleId,
    /// The place.
    pub place: PlaceId,
    /// Whether they pass it empty; false where a ride starts or ends.
    pub passing: bool,
}

/// The reason why the paths of a demand cannot be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchLimit {
    /// It alone has more than [`MAX_ITINERARIES`], or the search takes more than its steps.
    TooMany(DemandId),
    /// With those before it there are more than [`MAX_ALL`].
    TooManyInAll(DemandId),
    /// The time limit was reached.
    OutOfTime(DemandId),
    /// The caller cancelled.
    Cancelled,
}

/// Neighbours of each place: the links at it, in the order of their ids.
fn links_at(s: &Scenario) -> Vec<Vec<LinkId>> {
    let mut at = vec![Vec::new(); s.places.len()];
    for (l, link) in s.links.iter().enumerate() {
        at[link.from.ix()].push(LinkId::at(l));
        at[link.to.ix()].push(LinkId::at(l));
    }
    for links in &mut at {
        links.sort_by(|a, b| s.links[a.ix()].id.cmp(&s.links[b.ix()].id));
    }
    at
}

/// The end of a link that is not `place`.
pub fn across(s: &Scenario, link: LinkId, place: PlaceId) -> PlaceId {
    let l = &s.links[link.ix()];
    if l.from == place { l.to } else { l.from }
}

/// The data of a scenario that the search needs, prepared once.
pub struct PathSearch<'a> {
    s: &'a Scenario,
    needs: Requirements,
    at: Vec<Vec<LinkId>>,
    operations: HashMap<(PlaceId, VehicleId), Vec<OperationId>>,
    control: &'a Control<'a>,
    /// Paths found so far.
    found: usize,
}

impl<'a> PathSearch<'a> {
    /// Prepares a scenario.
    pub fn new(s: &'a Scenario, control: &'a Control<'a>) -> PathSearch<'a> {
        let mut operations: HashMap<_, Vec<OperationId>> = HashMap::new();
        for (i, op) in s.operations.iter().enumerate() {
            operations.entry((op.place, op.vehicle)).or_default().push(OperationId::at(i));
        }
        for list in operations.values_mut() {
            list.sort_by(|a, b| s.operations[a.ix()].id.cmp(&s.operations[b.ix()].id));
        }
        PathSearch {
            s,
            needs: Requirements::new(s),
            at: links_at(s),
            operations,
            control,
            found: 0,
        }
    }

    /// Every path of a demand, in an order that depends on ids alone.
    pub fn of(&mut self, demand: DemandId) -> Result<Vec<Path>, SearchLimit> {
        let d = &self.s.demand[demand.ix()];
        let mut vehicles: Vec<VehicleId> =
            (0..self.s.vehicles.len()).map(VehicleId::at).filter(|v| self.carries(*v, d)).collect();
        vehicles.sort_by(|a, b| self.s.vehicles[a.ix()].id.cmp(&self.s.vehicles[b.ix()].id));
        let mut search = Search {
            paths: self,
            demand,
            d,
            can_reach: self.reach(d, &vehicles),
            vehicles,
            visited: vec![false; self.s.places.len()],
            rides: Vec::new(),
            found: Vec::new(),
            steps: 0,
            cut: None,
        };
        search.visited[d.from.ix()] = true;
        search.start_ride(d.from, None);
        let (cut, found) = (search.cut, search.found);
        self.found += found.len();
        cut.map_or(Ok(found), Err)
    }

    fn carries(&self, v: VehicleId, d: &Demand) -> bool {
        let vehicle = &self.s.vehicles[v.ix()];
        vehicle.carries.contains(&d.commodity) && (d.in_vehicles || vehicle.payload_t > 0.0)
    }

    /// Places from which the destination can be reached by vehicles that carry the goods.
    fn reach(&self, d: &Demand, vehicles: &[VehicleId]) -> Vec<bool> {
        let passable = |link| vehicles.iter().any(|v| self.needs.can_pass(*v, link));
        self.can_reach(d.to, passable)
    }

    fn can_reach(&self, to: PlaceId, passable: impl Fn(LinkId) -> bool) -> Vec<bool> {
        let mut can_reach = vec![false; self.s.places.len()];
        can_reach[to.ix()] = true;
        let mut stack = vec![to];
        while let Some(place) = stack.pop() {
            for &link in &self.at[place.ix()] {
                let next = across(self.s, link, place);
                if !can_reach[next.ix()] && passable(link) {
                    can_reach[next.ix()] = true;
                    stack.push(next);
                }
            }
        }
        can_reach
    }

    /// The arcs on which empty vehicles of a class can run between any of some places, each with
    /// the options it requires: departures, links, arrivals. The flow on them is free, so no paths
    /// have to be listed.
    pub fn empty_moves(
        &self,
        vehicle: VehicleId,
        ends: &BTreeSet<PlaceId>,
    ) -> Vec<(EmptyMove, Requires)> {
        let s = self.s;
        let class = &s.vehicles[vehicle.ix()];
        let mut reached = vec![false; s.places.len()];
        for &end in ends {
            let can_reach = self.can_reach(end, |link| self.needs.can_pass(vehicle, link));
            reached.iter_mut().zip(can_reach).for_each(|(r, n)| *r |= n);
        }
        let mut empty_moves = Vec::new();
        for &place in ends {
            empty_moves.push((EmptyMove { vehicle, leg: Leg::Depart(place) }, Requires::new()));
            empty_moves.push((EmptyMove { vehicle, leg: Leg::Arrive(place) }, Requires::new()));
        }
        let mut links: Vec<LinkId> = (0..s.links.len()).map(LinkId::at).collect();
        links.retain(|l| reached[s.links[l.ix()].from.ix()] && self.needs.can_pass(vehicle, *l));
        links.sort_by(|a, b| s.links[a.ix()].id.cmp(&s.links[b.ix()].id));
        for link in links {
            for forward in [true, false] {
                if class.barred_empty.contains(&(link, forward)) {
                    continue;
                }
                let empty_move = EmptyMove { vehicle, leg: Leg::Pass { link, forward } };
                let all = self.needs.of_passage(s, vehicle, link);
                empty_moves.extend(all.into_iter().map(|requires| (empty_move, requires)));
            }
        }
        empty_moves
    }

    /// Alternative sets of options that make some rides possible; none where no set does.
    fn requirements(&self, rides: &[PathRide]) -> Vec<Requires> {
        let passages = rides.iter().flat_map(|r| r.links.iter().map(move |&l| (r.vehicle, l)));
        let operations = rides.iter().flat_map(|r| r.load.iter().chain(&r.unload));
        let lots = operations.filter_map(|d| {
            let op = &self.s.operations[d.operation.ix()];
            let stock = op.stock_from.or(op.stock_to)?;
            Some((stock, LOTS_IN_STOCK * self.s.lot_t(op)))
        });
        self.needs.of_rides(self.s, passages, lots)
    }

    /// The operations of a kind for a class at a place; `None` where the place has none for it.
    fn handlings(
        &self,
        does: OperationKind,
        vehicle: VehicleId,
        place: PlaceId,
        cargo: &str,
    ) -> Option<Vec<Handling>> {
        let mut any = false;
        let mut list = Vec::new();
        for &id in self.operations.get(&(place, vehicle))? {
            let op: &Operation = &self.s.operations[id.ix()];
            if op.does != does {
                continue;
            }
            any = true;
            if op.cargo.is_empty() || op.cargo.iter().any(|c| c == cargo) {
                let range = op.holds.iter().find(|h| h.most > h.least).or(op.holds.first());
                let units = range
                    .map_or(1..=1, |h| if h.most > h.least { h.least..=h.most } else { 1..=1 });
                list.extend(units.map(|units| Handling { operation: id, units }));
            }
        }
        any.then_some(list)
    }
}

struct Search<'a, 's> {
    paths: &'a PathSearch<'s>,
    demand: DemandId,
    d: &'a Demand,
    can_reach: Vec<bool>,
    vehicles: Vec<VehicleId>,
    visited: Vec<bool>,
    rides: Vec<PathRide>,
    found: Vec<Path>,
    steps: usize,
    cut: Option<SearchLimit>,
}

impl Search<'_, '_> {
    /// Chooses the next vehicle at the origin or, after unloading by `unloaded`, at a place of
    /// transfer.
    fn start_ride(&mut self, place: PlaceId, unloaded: Option<Handling>) {
        if self.rides.len() == self.paths.s.settings.max_rides as usize {
            return;
        }
        for v in self.vehicles.clone() {
            for load in self.loads(v, place, unloaded) {
                let ride = PathRide {
                    vehicle: v,
                    places: vec![place],
                    links: Vec::new(),
                    load,
                    unload: None,
                };
                self.rides.push(ride);
                self.extend_ride(place);
                self.rides.pop();
            }
        }
    }

    /// The loadings by which a class can take the goods: at the origin, from a stock, or directly.
    fn loads(
        &self,
        v: VehicleId,
        place: PlaceId,
        unloaded: Option<Handling>,
    ) -> Vec<Option<Handling>> {
        let s = self.paths.s;
        let handlings = if self.d.in_vehicles {
            None
        } else {
            self.paths.handlings(OperationKind::Load, v, place, &self.d.commodity)
        };
        let Some(off) = unloaded.map(|o| &s.operations[o.operation.ix()]) else {
            // The edge of the study: a vehicle without an operation here starts without cost.
            return handlings
                .map_or_else(|| vec![None], |list| list.into_iter().map(Some).collect());
        };
        if off.does == OperationKind::Transload {
            return if off.to_vehicle == Some(v) { vec![None] } else { Vec::new() };
        }
        let from_there = |d: &Handling| s.operations[d.operation.ix()].stock_from == off.stock_to;
        handlings.unwrap_or_default().into_iter().filter(from_there).map(Some).collect()
    }

    /// Whether a limit was reached; the first one is kept.
    fn is_cut(&mut self) -> bool {
        if self.cut.is_some() {
            return true;
        }
        self.steps += 1;
        if self.steps > MAX_STEPS || self.found.len() > MAX_ITINERARIES {
            self.cut = Some(SearchLimit::TooMany(self.demand));
        } else if self.paths.found + self.found.len() > MAX_ALL {
            self.cut = Some(SearchLimit::TooManyInAll(self.demand));
        } else if self.steps.is_multiple_of(POLL_STEPS) {
            self.cut = self.paths.control.stopped().map(|why| match why {
                Stopped::Cancelled => SearchLimit::Cancelled,
                Stopped::TimeLimit(_) => SearchLimit::OutOfTime(self.demand),
            });
        }
        self.cut.is_some()
    }

    fn extend_ride(&mut self, place: PlaceId) {
        if self.is_cut() {
            return;
        }
        let paths = self.paths;
        let (s, at) = (paths.s, self.rides.len() - 1);
        for &link in &paths.at[place.ix()] {
            let next = across(s, link, place);
            if self.visited[next.ix()]
                || !self.can_reach[next.ix()]
                || !paths.needs.can_pass(self.rides[at].vehicle, link)
            {
                continue;
            }
            self.visited[next.ix()] = true;
            self.rides[at].places.push(next);
            self.rides[at].links.push(link);
            self.end_ride(next);
            if next != self.d.to {
                self.extend_ride(next);
            }
            self.rides[at].places.pop();
            self.rides[at].links.pop();
            self.visited[next.ix()] = false;
        }
    }

    /// Ends the ride here where that is possible: at the destination, or for a transfer.
    fn end_ride(&mut self, place: PlaceId) {
        let at = self.rides.len() - 1;
        let v = self.rides[at].vehicle;
        let offs = if self.d.in_vehicles {
            None
        } else {
            self.paths.handlings(OperationKind::Unload, v, place, &self.d.commodity)
        };
        if place == self.d.to {
            let ends = offs.map_or_else(|| vec![None], |list| list.into_iter().map(Some).collect());
            for unload in ends {
                self.rides[at].unload = unload;
                self.finish();
            }
        } else if !self.d.in_vehicles {
            let across =
                self.paths.handlings(OperationKind::Transload, v, place, &self.d.commodity);
            for off in offs.unwrap_or_default().into_iter().chain(across.unwrap_or_default()) {
                self.rides[at].unload = Some(off);
                self.start_ride(place, Some(off));
            }
        }
        self.rides[at].unload = None;
    }

    /// Whether a ride of a fleet is equivalent to one of the first fleet of its divided class, as
    /// neither has to balance its vehicles.
    fn is_any_fleets(&self, ride: &PathRide) -> bool {
        let v = &self.paths.s.vehicles[ride.vehicle.ix()];
        let first = v.fleet_of.filter(|_| v.empties != EmptyReturn::Balance);
        first.is_some_and(|class| {
            let closed = &self.paths.s.vehicles[class.ix()].barred;
            !ride.links.iter().any(|l| closed.contains(l))
        })
    }

    fn finish(&mut self) {
        let passes_via =
            self.d.via.is_none_or(|via| self.rides.iter().any(|r| r.places.contains(&via)));
        if !passes_via || self.rides.iter().any(|r| self.is_any_fleets(r)) {
            return;
        }
        for requires in self.paths.requirements(&self.rides) {
            let rides = self.rides.clone();
            self.found.push(Path { demand: self.demand, rides, requires });
        }
    }
}
