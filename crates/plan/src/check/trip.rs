//! One vehicle followed hour by hour through a ride and back.

use trimodal_model::Scenario;
use trimodal_model::facility::Usage;
use trimodal_model::ids::ResourceId;
use trimodal_model::scenario::{Demand, EmptyReturn, Link, Operation, OperationKind, Vehicle};

use crate::outcome::Ride;

/// The use of facilities and the cost of one vehicle on a ride.
#[derive(Debug, Default)]
pub struct Trip {
    /// Unit-hours held of resources.
    pub held: Vec<(ResourceId, f64)>,
    /// Usage of each resource.
    pub usage: Vec<(ResourceId, Usage)>,
    /// Links passed: position, whether from the link's `from`, whether loaded.
    pub passes: Vec<(usize, bool, bool)>,
    /// Stocks in which the cargo is stored.
    pub stocks: Vec<ResourceId>,
    /// Hours the vehicle works.
    pub working_h: f64,
    /// Kilometres it runs, empty ones included where it returns as a trainset.
    pub run_km: f64,
    /// Kilometres of the cargo.
    pub cargo_km: f64,
    /// Hours of the cargo, without those in stock.
    pub transit_h: f64,
    /// Charges on the cargo, USD a tonne.
    pub usd_per_t: f64,
    /// Hours a tonne that the next vehicle waits during a direct transfer.
    pub handing_h_per_t: f64,
}

/// Looks up the link of a ride by id.
pub fn find_link<'a>(s: &'a Scenario, id: &str) -> Option<(usize, &'a Link)> {
    s.links.iter().enumerate().find(|(_, l)| l.id == id)
}

fn place_id(s: &Scenario, op: &Operation) -> String {
    s.places[op.place.ix()].id.clone()
}

struct Clock<'a> {
    s: &'a Scenario,
    /// The scenario as given: a plan does not count the waits that longer opening hours save.
    given: &'a Scenario,
    vehicle: &'a Vehicle,
    now: f64,
    trip: Trip,
    /// Resource, units, since, position of the place: held until the vehicle is back there.
    until_back: Vec<(ResourceId, f64, f64, usize)>,
}

impl Clock<'_> {
    /// Adds the usage of the resources that an operation holds.
    fn note(&mut self, op: &Operation) {
        let ca2 = self.vehicle.ca2;
        let of = |units| Usage { ca2, cs2: op.cv.powi(2), units };
        self.trip.usage.extend(op.holds.iter().map(|h| (h.resource, of(h.least))));
    }

    fn work(&mut self, op: &Operation, units: u32, hours: f64, at: usize) {
        self.note(op);
        for h in &op.holds {
            let n = f64::from(if h.most > h.least { units } else { h.least });
            if op.until_return {
                self.until_back.push((h.resource, n, self.now, at));
            } else {
                self.trip.held.push((h.resource, n * hours));
            }
        }
        self.now += hours;
    }

    fn loaded(&mut self, op: &Operation, units: u32, at: usize) {
        let lot = self.s.lot_t(op);
        let lot_h = op.fixed_h + op.h_per_t * lot / f64::from(units);
        let lots = if self.vehicle.payload_t > 0.0 && lot > 0.0 {
            self.vehicle.payload_t / lot
        } else {
            1.0
        };
        self.work(op, units, lot_h * lots, at);
        let opening = op.holds.iter().map(|h| self.given.opening_wait_h(h.resource));
        self.trip.transit_h += lot_h * lots.max(1.0) + opening.fold(0.0, f64::max);
        self.trip.usd_per_t += op.usd_per_t;
        self.trip.stocks.extend(op.stock_from.or(op.stock_to));
        if op.does == OperationKind::Transload {
            self.trip.handing_h_per_t = lot_h / lot;
        }
    }

    /// Returns empty. Only a trainset holds resources on its return.
    fn back(&mut self, ride: &Ride, by_itself: bool) {
        for at in (0..ride.places.len()).rev() {
            let s = self.s;
            let meets = s.operations.iter().filter(|o| {
                o.does == OperationKind::Pass
                    && o.empty
                    && s.vehicles[o.vehicle.ix()].id == ride.vehicle
                    && place_id(s, o) == ride.places[at]
            });
            for op in meets {
                if by_itself {
                    self.note(op);
                    for h in &op.holds {
                        self.trip.held.push((h.resource, f64::from(h.least) * op.fixed_h));
                    }
                }
                self.now += op.fixed_h;
            }
            self.release(at);
            if at > 0
                && let Some((l, road)) = find_link(s, &ride.links[at - 1])
            {
                self.now += road.km / road.empty_kmh;
                if by_itself {
                    let forward = s.places[road.from.ix()].id == ride.places[at];
                    self.trip.passes.push((l, forward, false));
                }
            }
        }
    }

    fn release(&mut self, at: usize) {
        let now = self.now;
        let (done, held): (Vec<_>, Vec<_>) = self.until_back.iter().partition(|h| h.3 >= at);
        self.until_back = held;
        self.trip.held.extend(
            done.into_iter()
                .map(|(r, n, since, _): (ResourceId, f64, f64, usize)| (r, n * (now - since))),
        );
    }
}

/// Follows a vehicle; an error in words if the ride cannot be made.
pub fn follow(
    s: &Scenario,
    given: &Scenario,
    demand: &Demand,
    ride: &Ride,
    taking_h_per_t: f64,
) -> Result<Trip, String> {
    let Some(vehicle) = s.vehicles.iter().find(|v| v.id == ride.vehicle) else {
        return Err(format!("vehicle {} is not in the scenario", ride.vehicle));
    };
    let mut clock = Clock {
        s,
        given,
        vehicle,
        now: taking_h_per_t * vehicle.payload_t,
        trip: Trip::default(),
        until_back: Vec::new(),
    };
    let mut next = 0;
    for (at, place) in ride.places.iter().enumerate() {
        while let Some(used) = ride.operations.get(next) {
            let Some(op) = s.operations.iter().find(|o| o.id == used.operation) else {
                return Err(format!("operation {} is not in the scenario", used.operation));
            };
            let leaves_cargo = matches!(op.does, OperationKind::Unload | OperationKind::Transload);
            if place_id(s, op) != *place || (leaves_cargo && at + 1 < ride.places.len()) {
                break;
            }
            if s.vehicles[op.vehicle.ix()].id != ride.vehicle {
                return Err(format!("operation {} is not for {}", op.id, ride.vehicle));
            }
            if !op.cargo.is_empty() && !op.cargo.contains(&demand.commodity) {
                return Err(format!("operation {} is not for {}", op.id, demand.commodity));
            }
            clock.loaded(op, used.units, at);
            next += 1;
        }
        if at + 1 < ride.places.len() {
            run(&mut clock, ride, at)?;
        }
    }
    if next < ride.operations.len() {
        return Err(format!("operation {} is not on the path", ride.operations[next].operation));
    }
    Ok(clock.returned(ride))
}

impl Clock<'_> {
    /// Ends the trip: the vehicle returns as its class does.
    fn returned(mut self, ride: &Ride) -> Trip {
        let (s, vehicle) = (self.s, self.vehicle);
        let arrived = self.now;
        self.trip.cargo_km = self.trip.run_km;
        match vehicle.empties {
            EmptyReturn::SameTrainset => {
                self.back(ride, true);
                self.trip.run_km *= 2.0;
            }
            EmptyReturn::Balance => self.back(ride, false),
            EmptyReturn::None => {}
        }
        self.release(0);
        self.trip.working_h =
            if vehicle.empties == EmptyReturn::SameTrainset { self.now } else { arrived };
        if let Some(pool) = vehicle.pool {
            self.trip.held.push((pool, self.trip.working_h));
            self.trip.usage.push((pool, s.usage_of_pool(vehicle)));
        }
        self.trip
    }
}

/// Whether a vehicle, loaded or empty, can run on a link: mode, gauge and length, both in use.
pub fn fits(v: &Vehicle, link: &Link) -> bool {
    let gauge_fits = v.gauge_mm.is_none_or(|g| link.gauges_mm.contains(&g));
    let short_enough = v.gauge_mm.is_none() || v.length_m <= link.loop_m.min(link.max_train_m);
    v.mode == link.mode && gauge_fits && short_enough && link.is_open && v.allowed
}

fn run(clock: &mut Clock, ride: &Ride, at: usize) -> Result<(), String> {
    let (s, v) = (clock.s, clock.vehicle);
    let Some((l, link)) = ride.links.get(at).and_then(|id| find_link(s, id)) else {
        return Err(format!("a ride of {} lacks a link", ride.vehicle));
    };
    let ends = [&s.places[link.from.ix()].id, &s.places[link.to.ix()].id];
    let (here, there) = (&ride.places[at], &ride.places[at + 1]);
    if ends != [here, there] && ends != [there, here] {
        return Err(format!("link {} does not join {here} and {there}", link.id));
    }
    if !fits(v, link) || v.barred.iter().any(|b| b.ix() == l) {
        return Err(format!("{} may not run on {}", v.id, link.id));
    }
    let hours = link.km / link.loaded_kmh;
    clock.now += hours;
    clock.trip.transit_h += hours;
    clock.trip.run_km += link.km;
    clock.trip.usd_per_t += link.usd_per_t;
    clock.trip.passes.push((l, ends[0] == here, true));
    Ok(())
}
