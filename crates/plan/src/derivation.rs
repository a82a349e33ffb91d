//! The derivation of the capacity of each facility, in words and figures that anyone can check.

use std::collections::BTreeSet;

use trimodal_model::Scenario;
use trimodal_model::facility::{Facility, Hours, LANE_CARS_PER_H, Usage};
use trimodal_model::ids::{LinkId, ResourceId, VehicleId};
use trimodal_model::scenario::{Link, Operation, Resource, Section, Vehicle};

use crate::column_pool::ColumnPool;
use crate::constraints::FacilityUsers;
use crate::outcome::FacilityCapacity;
use crate::solution;

/// Every facility of a scenario with its derivation, for the users that permitted demand can send
/// there; where there are none, for all that the scenario would let use it.
pub fn all(pool: &ColumnPool, users: &FacilityUsers) -> Vec<FacilityCapacity> {
    let s = pool.s;
    let loaded = pool.paths.iter().flat_map(|w| w.rides.iter().map(|r| r.vehicle));
    let carriers: BTreeSet<VehicleId> = loaded.collect();
    let one = |facility: Facility| {
        let usage = users.usage(facility, |_| 0);
        let unused = usage.is_none();
        let usage = usage.unwrap_or_else(|| s.described_usage(facility));
        let mut reported = match facility {
            Facility::Resource(r) => {
                let by = |o: &&Operation| unused || carriers.contains(&o.vehicle);
                resource(s, r, usage, &by)
            }
            Facility::Section(l, n) => {
                section(s, l, n, usage, heaviest(s, &s.links[l.ix()], &carriers))
            }
            Facility::Road(l) => road(s, l, usage, heaviest(s, &s.links[l.ix()], &carriers)),
        };
        if unused {
            reported
                .derivation
                .push("no permitted demand can use it: by all that it is for".into());
        }
        reported
    };
    s.facilities().into_iter().map(one).collect()
}

/// The steps of a derivation, and the tonnes a year to which they lead.
#[derive(Default)]
struct Derivation {
    steps: Vec<String>,
    gross_t: Option<f64>,
    practical_t: Option<f64>,
}

impl Derivation {
    fn leads_to(&mut self, gross_t: f64, occupancy: f64) {
        self.gross_t = Some(gross_t);
        self.practical_t = Some(gross_t * occupancy);
    }
}

fn resource(
    s: &Scenario,
    id: ResourceId,
    usage: Usage,
    by: &dyn Fn(&&Operation) -> bool,
) -> FacilityCapacity {
    let r = &s.resources[id.ix()];
    let hours = s.resource_hours(id, usage);
    let derivation =
        if r.is_stock() { stock(s, r, hours) } else { servers(s, id, (usage, hours), by) };
    FacilityCapacity {
        facility: r.id.clone(),
        name: r.name.clone(),
        kind: r.kind.clone(),
        place: Some(s.places[r.place.ix()].id.clone()),
        link: None,
        servers: r.servers,
        gross_h: hours.gross,
        occupancy_limit: hours.occupancy,
        derivation: derivation.steps,
        gross_t_per_year: derivation.gross_t,
        practical_t_per_year: derivation.practical_t,
        published_t_per_year: r.published_t_per_year,
        source: r.origin.source.clone(),
        confidence: r.origin.confidence.clone(),
    }
}

fn stock(s: &Scenario, r: &Resource, h: Hours) -> Derivation {
    let calendar = &s.calendars[r.calendar.ix()];
    let gross = h.gross / r.dwell_h;
    let mut derivation = Derivation::default();
    derivation.steps.extend([
        format!(
            "{} t x {:.0} h x {:.3} open ({}) x {:.2} availability = {:.4e} tonne-hours",
            r.stock_t,
            s.hours(),
            calendar.open_share(),
            calendar.id,
            r.availability,
            h.gross
        ),
        format!("a tonne stays {} h: {} a year", r.dwell_h, mt(gross)),
        format!(
            "filled to at most {:.0} %: {} a year",
            h.occupancy * 100.0,
            mt(gross * h.occupancy)
        ),
    ]);
    derivation.leads_to(gross, h.occupancy);
    derivation
}

fn servers(
    s: &Scenario,
    id: ResourceId,
    (usage, h): (Usage, Hours),
    by: &dyn Fn(&&Operation) -> bool,
) -> Derivation {
    let r = &s.resources[id.ix()];
    let calendar = &s.calendars[r.calendar.ix()];
    let mut derivation = Derivation::default();
    let steps = &mut derivation.steps;
    steps.push(format!(
        "{} x {:.0} h x {:.3} open ({}) x {:.2} availability = {:.0} server-hours",
        r.servers,
        s.hours(),
        calendar.open_share(),
        calendar.id,
        r.availability,
        h.gross
    ));
    let holds = |o: &&Operation| o.holds.iter().any(|x| x.resource == id);
    let mut users: Vec<&Operation> = s.operations.iter().filter(holds).filter(by).collect();
    users.retain(|o| o.fleet_of.is_none());
    users.sort_by(|a, b| a.id.cmp(&b.id));
    steps.extend(users.iter().map(|op| operation(s, id, op)));
    let servers = r.servers / usage.units.max(1);
    steps.push(accepted(s, servers, (h.occupancy, r.max_occupancy), usage));
    let main = users
        .iter()
        .filter(|o| !o.until_return && o.loaded)
        .filter_map(|o| Some((o, hours_per_t(s, id, o)?)))
        .filter(|(_, per_t)| *per_t > 0.0)
        .min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((op, per_t)) = main {
        let gross = h.gross / per_t;
        steps.push(format!(
            "if only `{}` used it: {} a year gross, {} in practice",
            op.id,
            mt(gross),
            mt(gross * h.occupancy)
        ));
        derivation.leads_to(gross, h.occupancy);
    }
    derivation
}

fn mt(tonnes: f64) -> String {
    format!("{:.2} Mt", tonnes / 1e6)
}

/// Server-hours of a resource for a tonne of an operation, with the most units that it may hold.
fn hours_per_t(s: &Scenario, id: ResourceId, op: &Operation) -> Option<f64> {
    let hold = op.holds.iter().find(|h| h.resource == id)?;
    let lot = s.lot_t(op);
    let units = most_units(s, op);
    let held = if hold.most > hold.least { units } else { hold.least };
    (lot > 0.0).then(|| f64::from(held) * (op.fixed_h + lot * op.h_per_t / f64::from(units)) / lot)
}

fn most_units(s: &Scenario, op: &Operation) -> u32 {
    let range = op.holds.iter().find(|h| h.most > h.least);
    range.map_or(1, |h| h.most.min(s.resources[h.resource.ix()].servers).max(h.least))
}

fn operation(s: &Scenario, id: ResourceId, op: &Operation) -> String {
    let lot = s.lot_t(op);
    let units = most_units(s, op);
    let until = if op.until_return { ", then held until the vehicle is back" } else { "" };
    let vehicle = &s.vehicles[op.vehicle.ix()].id;
    if lot <= 0.0 || op.h_per_t == 0.0 {
        return format!("`{}` ({} {vehicle}): {} h a time{until}", op.id, op.word, op.fixed_h);
    }
    let by = if units > 1 { format!(" / {units} units") } else { String::new() };
    let hours = op.fixed_h + lot * op.h_per_t / f64::from(units);
    let per_kt = hours_per_t(s, id, op).unwrap_or(0.0) * 1000.0;
    format!(
        "`{}` ({} {vehicle}): {} h + {lot} t x {} h/t{by} = {hours:.2} h a lot; {per_kt:.3} h of it for 1,000 t{until}",
        op.id, op.word, op.fixed_h, op.h_per_t
    )
}

fn accepted(s: &Scenario, servers: u32, (occupancy, at_most): (f64, f64), usage: Usage) -> String {
    if servers == 0 {
        return "no server: nothing can be done".into();
    }
    if occupancy >= at_most - 1e-12 {
        return format!(
            "kept busy at most {:.0} %: the row's own limit `max_occupancy`",
            occupancy * 100.0
        );
    }
    format!(
        "kept busy at most {:.1} %: the wait is then {} of the service time (waiting formula, {servers} {}, ca2 {}, cs2 {})",
        occupancy * 100.0,
        s.settings.wait_ratio,
        if servers == 1 { "server" } else { "servers" },
        round2(usage.ca2),
        round2(usage.cs2)
    )
}

fn round2(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}

fn section(
    s: &Scenario,
    id: LinkId,
    n: usize,
    usage: Usage,
    heaviest: Option<&Vehicle>,
) -> FacilityCapacity {
    let link = &s.links[id.ix()];
    let section = &link.sections[n];
    let rows = s.track_rows(id, n, usage);
    let h = rows[0].hours;
    let mut derivation = Derivation::default();
    let (step, pairs) = pairs_a_day(s, link, section);
    derivation.steps.extend([
        format!(
            "{} km; loaded {:.0} km/h, empty {:.0} km/h; {:.0} min between trains",
            section.km,
            link.loaded_kmh,
            link.empty_kmh,
            link.tau_h * 60.0
        ),
        step,
        accepted(s, h.servers, (h.occupancy, link.max_occupancy), usage),
    ]);
    if let Some(train) = heaviest {
        let gross = pairs * f64::from(s.settings.days) * train.payload_t;
        derivation.steps.push(format!(
            "if only `{}` ({} t) used it, empty one way: {} a year gross, {} in practice",
            train.id,
            train.payload_t,
            mt(gross),
            mt(gross * h.occupancy)
        ));
        derivation.leads_to(gross, h.occupancy);
    }
    let gross_h = rows.iter().map(|r| r.hours.gross).sum();
    let servers = (section.tracks, gross_h, h.occupancy);
    of_link(s, Facility::Section(id, n), link, servers, derivation)
}

/// Trains a day and direction on a section, after the step of the derivation that says so.
fn pairs_a_day(s: &Scenario, link: &Link, section: &Section) -> (String, f64) {
    let (up, down) =
        (s.section_h(link, section, true) * 60.0, s.section_h(link, section, false) * 60.0);
    let per_day = 1440.0 * link.availability;
    if section.tracks == 1 {
        let pairs = per_day / (up + down);
        let step = format!(
            "single track: 1440 min x {:.2} / ({up:.1} + {down:.1} min, station times included) = {pairs:.1} pairs a day",
            link.availability
        );
        (step, pairs)
    } else {
        let pairs = per_day / up.max(down);
        let step = format!(
            "{} tracks: 1440 min x {:.2} / {:.1} min = {pairs:.1} trains a day and direction",
            section.tracks,
            link.availability,
            up.max(down)
        );
        (step, pairs)
    }
}

/// The capacity of a section or road, with its servers, their hours and the occupancy accepted.
fn of_link(
    s: &Scenario,
    facility: Facility,
    link: &Link,
    (servers, gross_h, occupancy_limit): (u32, f64, f64),
    derivation: Derivation,
) -> FacilityCapacity {
    FacilityCapacity {
        facility: s.facility_id(facility),
        name: s.facility_name(facility),
        kind: solution::kind(s, facility),
        place: None,
        link: Some(link.id.clone()),
        servers,
        gross_h,
        occupancy_limit,
        derivation: derivation.steps,
        gross_t_per_year: derivation.gross_t,
        practical_t_per_year: derivation.practical_t,
        published_t_per_year: link.published_t_per_year,
        source: link.origin.source.clone(),
        confidence: link.origin.confidence.clone(),
    }
}

/// The class with the greatest payload among those that carry something permitted over a link, or else
/// among all that fit it.
fn heaviest<'a>(
    s: &'a Scenario,
    link: &Link,
    carriers: &BTreeSet<VehicleId>,
) -> Option<&'a Vehicle> {
    let fits = |v: &Vehicle| v.allowed && v.payload_t > 0.0 && s.suits(v, link) && s.fits(v, link);
    let most = |of: &dyn Fn(usize) -> bool| {
        let some = s.vehicles.iter().enumerate().filter(|(i, v)| fits(v) && of(*i));
        let by = |a: &Vehicle, b: &Vehicle| {
            a.payload_t.total_cmp(&b.payload_t).then_with(|| b.id.cmp(&a.id))
        };
        some.map(|(_, v)| v).max_by(|a, b| by(a, b))
    };
    most(&|i| carriers.contains(&VehicleId::at(i))).or_else(|| most(&|_| true))
}

fn road(s: &Scenario, id: LinkId, usage: Usage, truck: Option<&Vehicle>) -> FacilityCapacity {
    let link = &s.links[id.ix()];
    let h = s.road_hours(id, usage);
    let mut derivation = Derivation::default();
    derivation.steps.push(format!(
        "{} lane(s) a direction x {LANE_CARS_PER_H} cars/h (HCM 2010) x {:.2} availability",
        link.lanes, link.availability
    ));
    if let Some(truck) = truck {
        let gross = h.gross / s.lane_h(truck) * truck.payload_t;
        derivation.steps.push(format!(
            "a truck counts as {} cars and carries {} t: {} a year and direction gross",
            truck.pce,
            truck.payload_t,
            mt(gross)
        ));
        derivation.leads_to(gross, h.occupancy);
    }
    derivation.steps.push(accepted(s, h.servers, (h.occupancy, link.max_occupancy), usage));
    of_link(s, Facility::Road(id), link, (link.lanes, h.gross, h.occupancy), derivation)
}
