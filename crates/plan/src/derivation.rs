//! How the capacity of each finite thing was derived, in words and figures that anyone can re-check.

use std::collections::BTreeSet;

use trimodal_model::Scenario;
use trimodal_model::facility::{Facility, Usage};
use trimodal_model::ids::{LinkId, ResourceId, VehicleId};
use trimodal_model::scenario::{Link, Operation, Vehicle};

use crate::column_pool::ColumnPool;
use crate::constraints::FacilityUsers;
use crate::outcome::FacilityCapacity;

/// Every facility of a scenario with its derivation, used as by those whom permitted demand can send
/// there; where there is nobody, as by all that the description would let use it.
pub fn all(pool: &ColumnPool, users: &FacilityUsers) -> Vec<FacilityCapacity> {
    let s = pool.s;
    let loaded = pool.ways.iter().flat_map(|w| w.rides.iter().map(|r| r.vehicle));
    let carriers: BTreeSet<VehicleId> = loaded.collect();
    let one = |facility: Facility| {
        let usage = users.usage(facility, |_| 0);
        let unused = usage.is_none();
        let usage = usage.unwrap_or_else(|| s.described_usage(facility));
        let mut told = match facility {
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
            told.derivation.push("no permitted demand can use it: by all that it is for".into());
        }
        told
    };
    s.facilities().into_iter().map(one).collect()
}

fn resource(
    s: &Scenario,
    id: ResourceId,
    usage: Usage,
    by: &dyn Fn(&&Operation) -> bool,
) -> FacilityCapacity {
    let r = &s.resources[id.ix()];
    let h = s.resource_hours(id, usage);
    let calendar = &s.calendars[r.calendar.ix()];
    let mut steps = Vec::new();
    let (mut gross_t, mut practical_t) = (None, None);
    if r.is_stock() {
        steps.push(format!(
            "{} t x {:.0} h x {:.3} open ({}) x {:.2} availability = {:.4e} tonne-hours",
            r.stock_t,
            s.hours(),
            calendar.open_share(),
            calendar.id,
            r.availability,
            h.gross
        ));
        let gross = h.gross / r.dwell_h;
        steps.push(format!("a tonne stays {} h: {} a year", r.dwell_h, mt(gross)));
        steps.push(format!(
            "filled to at most {:.0} %: {} a year",
            h.occupancy * 100.0,
            mt(gross * h.occupancy)
        ));
        (gross_t, practical_t) = (Some(gross), Some(gross * h.occupancy));
    } else {
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
        for op in &users {
            steps.push(operation(s, id, op));
        }
        steps.push(accepted(
            s,
            r.servers / usage.units.max(1),
            (h.occupancy, r.max_occupancy),
            usage,
        ));
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
            (gross_t, practical_t) = (Some(gross), Some(gross * h.occupancy));
        }
    }
    FacilityCapacity {
        facility: r.id.clone(),
        name: r.name.clone(),
        kind: r.kind.clone(),
        place: Some(s.places[r.place.ix()].id.clone()),
        link: None,
        servers: r.servers,
        gross_h: h.gross,
        occupancy_limit: h.occupancy,
        derivation: steps,
        gross_t_per_year: gross_t,
        practical_t_per_year: practical_t,
        published_t_per_year: r.published_t_per_year,
        source: r.origin.source.clone(),
        confidence: r.origin.confidence.clone(),
    }
}

fn mt(tonnes: f64) -> String {
    format!("{:.2} Mt", tonnes / 1e6)
}

/// Server-hours of a resource that a tonne takes in an operation, with the most units it may hold.
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
    let (up, down) =
        (s.section_h(link, section, true) * 60.0, s.section_h(link, section, false) * 60.0);
    let tau = link.tau_h * 60.0;
    let per_day = 1440.0 * link.availability;
    let mut steps = vec![format!(
        "{} km; loaded {:.0} km/h, empty {:.0} km/h; {tau:.0} min between trains",
        section.km, link.loaded_kmh, link.empty_kmh
    )];
    let pairs = if section.tracks == 1 {
        let pairs = per_day / (up + down);
        steps.push(format!(
            "single track: 1440 min x {:.2} / ({up:.1} + {down:.1} min, station times included) = {pairs:.1} pairs a day",
            link.availability
        ));
        pairs
    } else {
        let pairs = per_day / up.max(down);
        steps.push(format!(
            "{} tracks: 1440 min x {:.2} / {:.1} min = {pairs:.1} trains a day and direction",
            section.tracks,
            link.availability,
            up.max(down)
        ));
        pairs
    };
    steps.push(accepted(s, h.servers, (h.occupancy, link.max_occupancy), usage));
    let (mut gross_t, mut practical_t) = (None, None);
    if let Some(train) = heaviest {
        let gross = pairs * f64::from(s.settings.days) * train.payload_t;
        steps.push(format!(
            "if only `{}` ({} t) used it, empty one way: {} a year gross, {} in practice",
            train.id,
            train.payload_t,
            mt(gross),
            mt(gross * h.occupancy)
        ));
        (gross_t, practical_t) = (Some(gross), Some(gross * h.occupancy));
    }
    FacilityCapacity {
        facility: s.facility_id(Facility::Section(id, n)),
        name: s.facility_name(Facility::Section(id, n)),
        kind: "section".into(),
        place: None,
        link: Some(link.id.clone()),
        servers: section.tracks,
        gross_h: rows.iter().map(|r| r.hours.gross).sum(),
        occupancy_limit: h.occupancy,
        derivation: steps,
        gross_t_per_year: gross_t,
        practical_t_per_year: practical_t,
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
    let mut steps = vec![format!(
        "{} lane(s) a direction x {} cars/h (HCM 2010) x {:.2} availability",
        link.lanes,
        trimodal_model::facility::LANE_CARS_PER_H,
        link.availability
    )];
    let (mut gross_t, mut practical_t) = (None, None);
    if let Some(truck) = truck {
        let gross = h.gross / s.lane_h(truck) * truck.payload_t;
        steps.push(format!(
            "a truck counts as {} cars and carries {} t: {} a year and direction gross",
            truck.pce,
            truck.payload_t,
            mt(gross)
        ));
        (gross_t, practical_t) = (Some(gross), Some(gross * h.occupancy));
    }
    steps.push(accepted(s, h.servers, (h.occupancy, link.max_occupancy), usage));
    FacilityCapacity {
        facility: link.id.clone(),
        name: link.name.clone(),
        kind: "road".into(),
        place: None,
        link: Some(link.id.clone()),
        servers: link.lanes,
        gross_h: h.gross,
        occupancy_limit: h.occupancy,
        derivation: steps,
        gross_t_per_year: gross_t,
        practical_t_per_year: practical_t,
        published_t_per_year: link.published_t_per_year,
        source: link.origin.source.clone(),
        confidence: link.origin.confidence.clone(),
    }
}
