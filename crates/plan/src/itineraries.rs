//! Every way that a demand can go: rides by vehicles, joined at terminals, without passing a place
//! twice. All use of resources is additive and never negative, so no longer way could do better.
//!
//! In: a scenario. Out: [`Itinerary`]s as lists of rides and operations; [`crate::column`] turns
//! them into hours, vehicles and dollars.

use trimodal_model::Scenario;
use trimodal_model::ids::{DemandId, LinkId, OperationId, OptionId, PlaceId, VehicleId};
use trimodal_model::scenario::{Demand, Does, Effect, Operation};

/// A demand may have this many itineraries; more are a limit that is reported.
pub const MAX_ITINERARIES: usize = 20_000;
/// A stock must hold this many of the largest lot that it serves, or the lot never gathers.
pub const LOTS_IN_STOCK: f64 = 1.5;
/// Steps of the search for one demand before it gives up.
const MAX_STEPS: usize = 5_000_000;

/// An operation, with the units that it gets of the resource that has a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doing {
    /// The operation.
    pub operation: OperationId,
    /// Units of the ranged resource; 1 where none has a range.
    pub units: u32,
}

/// A movement by one vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ride {
    /// The class.
    pub vehicle: VehicleId,
    /// Places passed, in order.
    pub places: Vec<PlaceId>,
    /// Links passed, in order.
    pub links: Vec<LinkId>,
    /// Taking the cargo on; none at the edge of the study and after a direct transfer.
    pub load: Option<Doing>,
    /// Putting it off, or across to the next vehicle; none at the edge of the study.
    pub unload: Option<Doing>,
}

/// A way that goods go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Itinerary {
    /// Whose.
    pub demand: DemandId,
    /// Rides, in order.
    pub rides: Vec<Ride>,
    /// Options it needs, with their least level, in order.
    pub requires: Vec<(OptionId, u32)>,
}

/// There are more itineraries than can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany(pub DemandId);

/// What must be built before a link, a vehicle or a stock can be used.
pub struct Needs {
    link: Vec<Option<OptionId>>,
    link_possible: Vec<bool>,
    vehicle: Vec<Option<OptionId>>,
    vehicle_possible: Vec<bool>,
}

impl Needs {
    /// Reads the options.
    pub fn new(s: &Scenario) -> Needs {
        let opener = |wanted: &dyn Fn(&Effect) -> bool| {
            s.options.iter().position(|o| wanted(&o.effect)).map(OptionId::at)
        };
        let link: Vec<_> = (0..s.links.len())
            .map(|l| opener(&|e| matches!(e, Effect::OpenLink { link } if link.ix() == l)))
            .collect();
        let vehicle: Vec<_> = (0..s.vehicles.len())
            .map(|v| {
                opener(&|e| matches!(e, Effect::AllowVehicle { vehicle } if vehicle.ix() == v))
            })
            .collect();
        Needs {
            link_possible: s
                .links
                .iter()
                .zip(&link)
                .map(|(l, o)| l.is_open || o.is_some())
                .collect(),
            vehicle_possible: s
                .vehicles
                .iter()
                .zip(&vehicle)
                .map(|(v, o)| v.allowed || o.is_some())
                .collect(),
            link,
            vehicle,
        }
    }

    /// Whether a class may ever run over a link, and the options that needs.
    fn passage(&self, s: &Scenario, vehicle: VehicleId, link: LinkId) -> Option<Vec<OptionId>> {
        let (v, l) = (&s.vehicles[vehicle.ix()], &s.links[link.ix()]);
        if !self.link_possible[link.ix()] || !self.vehicle_possible[vehicle.ix()] || !s.suits(v, l)
        {
            return None;
        }
        let mut needs = Vec::new();
        if !l.is_open {
            needs.extend(self.link[link.ix()]);
        }
        if !v.allowed {
            needs.extend(self.vehicle[vehicle.ix()]);
        }
        if !s.fits(v, l) {
            let longer = s.options.iter().position(|o| {
                matches!(o.effect, Effect::LengthenLoops { link: x, loop_m } if x == link && loop_m >= v.length_m)
            });
            needs.push(OptionId::at(longer?));
        }
        Some(needs)
    }
}

/// Neighbours of each place: the links at it.
fn links_at(s: &Scenario) -> Vec<Vec<LinkId>> {
    let mut at = vec![Vec::new(); s.places.len()];
    for (l, link) in s.links.iter().enumerate() {
        at[link.from.ix()].push(LinkId::at(l));
        at[link.to.ix()].push(LinkId::at(l));
    }
    at
}

/// The end of a link that is not `place`.
pub fn across(s: &Scenario, link: LinkId, place: PlaceId) -> PlaceId {
    let l = &s.links[link.ix()];
    if l.from == place { l.to } else { l.from }
}

/// Everything the search needs of a scenario, made once.
pub struct Ways<'a> {
    s: &'a Scenario,
    needs: Needs,
    at: Vec<Vec<LinkId>>,
}

impl<'a> Ways<'a> {
    /// Prepares a scenario.
    pub fn new(s: &'a Scenario) -> Ways<'a> {
        Ways { s, needs: Needs::new(s), at: links_at(s) }
    }

    /// Every itinerary of a demand, in a fixed order.
    pub fn of(&self, demand: DemandId) -> Result<Vec<Itinerary>, TooMany> {
        let d = &self.s.demand[demand.ix()];
        let vehicles =
            (0..self.s.vehicles.len()).map(VehicleId::at).filter(|v| self.carries(*v, d)).collect();
        let mut search = Search {
            ways: self,
            demand,
            d,
            near: self.reach(d),
            vehicles,
            visited: vec![false; self.s.places.len()],
            rides: Vec::new(),
            found: Vec::new(),
            steps: 0,
        };
        search.visited[d.from.ix()] = true;
        search.set_out(d.from, None);
        if search.found.len() > MAX_ITINERARIES || search.steps > MAX_STEPS {
            return Err(TooMany(demand));
        }
        Ok(search.found)
    }

    fn carries(&self, v: VehicleId, d: &Demand) -> bool {
        let vehicle = &self.s.vehicles[v.ix()];
        vehicle.carries.contains(&d.commodity) && (d.in_vehicles || vehicle.payload_t > 0.0)
    }

    /// Places from which the end can be reached at all by vehicles that carry the goods.
    fn reach(&self, d: &Demand) -> Vec<bool> {
        let mut near = vec![false; self.s.places.len()];
        near[d.to.ix()] = true;
        let mut stack = vec![d.to];
        while let Some(place) = stack.pop() {
            for &link in &self.at[place.ix()] {
                let next = across(self.s, link, place);
                let passable = || {
                    (0..self.s.vehicles.len()).map(VehicleId::at).any(|v| {
                        self.carries(v, d) && self.needs.passage(self.s, v, link).is_some()
                    })
                };
                if !near[next.ix()] && passable() {
                    near[next.ix()] = true;
                    stack.push(next);
                }
            }
        }
        near
    }

    /// Shortest empty runs of a class from one place to another: up to `most` simple paths.
    pub fn empty_runs(
        &self,
        vehicle: VehicleId,
        from: PlaceId,
        to: PlaceId,
        most: usize,
    ) -> Vec<Ride> {
        let mut runs = Vec::new();
        let mut visited = vec![false; self.s.places.len()];
        visited[from.ix()] = true;
        let mut ride =
            Ride { vehicle, places: vec![from], links: Vec::new(), load: None, unload: None };
        let mut steps = 0;
        self.run_on(&mut ride, to, &mut visited, &mut runs, &mut steps);
        let km = |r: &Ride| r.links.iter().map(|l| self.s.links[l.ix()].km).sum::<f64>();
        runs.sort_by(|a, b| km(a).total_cmp(&km(b)).then_with(|| a.links.cmp(&b.links)));
        runs.truncate(most);
        runs
    }

    fn run_on(
        &self,
        ride: &mut Ride,
        to: PlaceId,
        visited: &mut [bool],
        runs: &mut Vec<Ride>,
        steps: &mut usize,
    ) {
        let here = ride.places[ride.places.len() - 1];
        *steps += 1;
        if here == to {
            runs.push(ride.clone());
            return;
        }
        if *steps > MAX_STEPS / 100 {
            return;
        }
        for &link in &self.at[here.ix()] {
            let next = across(self.s, link, here);
            if visited[next.ix()] || self.needs.passage(self.s, ride.vehicle, link).is_none() {
                continue;
            }
            visited[next.ix()] = true;
            ride.places.push(next);
            ride.links.push(link);
            self.run_on(ride, to, visited, runs, steps);
            ride.places.pop();
            ride.links.pop();
            visited[next.ix()] = false;
        }
    }

    /// Options that a set of rides needs, each once at its greatest level; none if one is impossible.
    pub fn requirements(&self, rides: &[Ride]) -> Option<Vec<(OptionId, u32)>> {
        let mut needs: Vec<(OptionId, u32)> = Vec::new();
        for ride in rides {
            for &link in &ride.links {
                needs.extend(
                    self.needs.passage(self.s, ride.vehicle, link)?.into_iter().map(|o| (o, 1)),
                );
            }
            for doing in ride.load.iter().chain(&ride.unload) {
                needs.extend(self.stock_need(&self.s.operations[doing.operation.ix()])?);
            }
        }
        needs.sort_unstable_by_key(|&(o, level)| (o, std::cmp::Reverse(level)));
        needs.dedup_by_key(|(o, _)| *o);
        Some(needs)
    }

    /// The level of stock that a lot needs: nothing, an option, or none that would do.
    fn stock_need(&self, op: &Operation) -> Option<Option<(OptionId, u32)>> {
        let Some(r) = op.stock_from.or(op.stock_to) else { return Some(None) };
        let missing = LOTS_IN_STOCK * self.s.lot_t(op) - self.s.resources[r.ix()].stock_t;
        if missing <= 0.0 {
            return Some(None);
        }
        self.s.options.iter().enumerate().find_map(|(i, o)| match o.effect {
            Effect::AddStock { resource, stock_t } if resource == r => {
                let level = (missing / stock_t).ceil();
                (level <= f64::from(o.max_level)).then_some(Some((OptionId::at(i), level as u32)))
            }
            _ => None,
        })
    }

    /// Ways to do `does` for a class at a place; `None` when the place has no such operation for it.
    fn doings(
        &self,
        does: Does,
        vehicle: VehicleId,
        place: PlaceId,
        cargo: &str,
    ) -> Option<Vec<Doing>> {
        let mut any = false;
        let mut list = Vec::new();
        for (i, op) in self.s.operations.iter().enumerate() {
            if op.does != does || op.vehicle != vehicle || op.place != place {
                continue;
            }
            any = true;
            if op.cargo.is_empty() || op.cargo.iter().any(|c| c == cargo) {
                let range = op.holds.iter().find(|h| h.most > h.least).or(op.holds.first());
                let units = range
                    .map_or(1..=1, |h| if h.most > h.least { h.least..=h.most } else { 1..=1 });
                list.extend(units.map(|units| Doing { operation: OperationId::at(i), units }));
            }
        }
        any.then_some(list)
    }
}

struct Search<'a> {
    ways: &'a Ways<'a>,
    demand: DemandId,
    d: &'a Demand,
    near: Vec<bool>,
    vehicles: Vec<VehicleId>,
    visited: Vec<bool>,
    rides: Vec<Ride>,
    found: Vec<Itinerary>,
    steps: usize,
}

impl Search<'_> {
    /// Chooses the next vehicle at a place where the goods lie or, after `put_off`, change.
    fn set_out(&mut self, place: PlaceId, put_off: Option<Doing>) {
        if self.rides.len() == self.ways.s.settings.max_rides as usize {
            return;
        }
        for v in self.vehicles.clone() {
            for load in self.loads(v, place, put_off) {
                let ride =
                    Ride { vehicle: v, places: vec![place], links: Vec::new(), load, unload: None };
                self.rides.push(ride);
                self.ride_on(place);
                self.rides.pop();
            }
        }
    }

    /// How a class can take the goods: at the start of the trip, from a stock, or directly.
    fn loads(&self, v: VehicleId, place: PlaceId, put_off: Option<Doing>) -> Vec<Option<Doing>> {
        let s = self.ways.s;
        let doings = if self.d.in_vehicles {
            None
        } else {
            self.ways.doings(Does::Load, v, place, &self.d.commodity)
        };
        let Some(off) = put_off.map(|o| &s.operations[o.operation.ix()]) else {
            // The edge of the study: a vehicle without an operation here starts for nothing.
            return doings.map_or_else(|| vec![None], |list| list.into_iter().map(Some).collect());
        };
        if off.does == Does::Transload {
            return if off.to_vehicle == Some(v) { vec![None] } else { Vec::new() };
        }
        let from_there = |d: &Doing| s.operations[d.operation.ix()].stock_from == off.stock_to;
        doings.unwrap_or_default().into_iter().filter(from_there).map(Some).collect()
    }

    fn ride_on(&mut self, place: PlaceId) {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.found.len() > MAX_ITINERARIES {
            return;
        }
        let (s, at) = (self.ways.s, self.rides.len() - 1);
        for &link in &self.ways.at[place.ix()] {
            let next = across(s, link, place);
            if self.visited[next.ix()]
                || !self.near[next.ix()]
                || self.ways.needs.passage(s, self.rides[at].vehicle, link).is_none()
            {
                continue;
            }
            self.visited[next.ix()] = true;
            self.rides[at].places.push(next);
            self.rides[at].links.push(link);
            self.arrive(next);
            if next != self.d.to {
                self.ride_on(next);
            }
            self.rides[at].places.pop();
            self.rides[at].links.pop();
            self.visited[next.ix()] = false;
        }
    }

    /// Ends the ride here where that is possible: at the end of the trip, or to change vehicles.
    fn arrive(&mut self, place: PlaceId) {
        let at = self.rides.len() - 1;
        let v = self.rides[at].vehicle;
        let offs = if self.d.in_vehicles {
            None
        } else {
            self.ways.doings(Does::Unload, v, place, &self.d.commodity)
        };
        if place == self.d.to {
            let ends = offs.map_or_else(|| vec![None], |list| list.into_iter().map(Some).collect());
            for unload in ends {
                self.rides[at].unload = unload;
                self.finish();
            }
        } else if !self.d.in_vehicles {
            let across = self.ways.doings(Does::Transload, v, place, &self.d.commodity);
            for off in offs.unwrap_or_default().into_iter().chain(across.unwrap_or_default()) {
                self.rides[at].unload = Some(off);
                self.set_out(place, Some(off));
            }
        }
        self.rides[at].unload = None;
    }

    fn finish(&mut self) {
        let passes_via =
            self.d.via.is_none_or(|via| self.rides.iter().any(|r| r.places.contains(&via)));
        if !passes_via {
            return;
        }
        if let Some(requires) = self.ways.requirements(&self.rides) {
            let rides = self.rides.clone();
            self.found.push(Itinerary { demand: self.demand, rides, requires });
        }
    }
}
