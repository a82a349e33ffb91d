//! An excerpt of the first replication for the pictures: trains along a line, uses of berths.

use std::collections::BTreeMap;

use trimodal_model::Scenario;
use trimodal_model::scenario::{Mode, Role};

use crate::compile::{CompiledModel, Orders, Ride};
use crate::outcome::{Bar, Closure, Piece};
use trimodal_des::clock::{HOUR, Ticks, ticks};
use trimodal_des::program::ResourceAt;
use trimodal_des::run::Trace;

/// First hour of the excerpt where nothing closes: in October, when demand peaks.
const PEAK_H: f64 = 24.0 * 276.0;
/// Days drawn before a closure.
const DAYS_BEFORE: u32 = 7;
const TRAINS_H: f64 = 48.0;
const BARS_H: f64 = 24.0 * 28.0;
/// Kinds whose uses are drawn.
const DRAWN: [&str; 5] = ["berth", "pad", "hall", "gauge_line", "unload_line"];

/// The excerpt of a trace of a year that begins at `start`: the weeks around the first closure, or the peak.
pub fn piece(
    s: &Scenario,
    orders: &Orders,
    t: &CompiledModel,
    trace: &[Trace],
    start: Ticks,
    closures: &[Closure],
) -> Piece {
    let latest = f64::from(s.settings.days) * 24.0 - BARS_H;
    let around = |c: &Closure| f64::from(c.from_day.saturating_sub(1 + DAYS_BEFORE)) * 24.0;
    let from_h = closures.iter().map(around).fold(f64::INFINITY, f64::min);
    let from_h = if from_h.is_finite() { from_h.min(latest) } else { PEAK_H };
    let mut piece = Piece { from_h, trains_h: TRAINS_H, bars_h: BARS_H, ..Piece::default() };
    if let Some(line) = line(s, orders) {
        let axis = axis(s, t, line);
        piece.places = places(s, line);
        piece.trains = trains((t, start, from_h), &axis, trace);
    }
    piece.bars = bars(s, t, trace, (start, from_h));
    piece
}

/// The rail ride with the most trains over the most single-track sections.
fn line<'a>(s: &Scenario, orders: &'a Orders) -> Option<&'a Ride> {
    let sections = |r: &Ride| {
        let single = |l: &&trimodal_model::ids::LinkId| {
            s.links[l.ix()].sections.iter().any(|x| x.tracks == 1)
        };
        r.links.iter().filter(single).map(|l| s.links[l.ix()].sections.len()).sum::<usize>()
    };
    // The study's own trains; others only where there are none.
    let own = |o: &&crate::compile::FlowOrder| s.demand[o.demand].role != Role::Background;
    let any = orders.flows.iter().any(|o| own(&o));
    let shown = orders.flows.iter().filter(|o| own(o) || !any);
    let rides = shown.flat_map(|o| o.rides.iter().map(move |r| (o.per_year, r)));
    let rail =
        rides.filter(|(_, r)| s.vehicles[r.vehicle.ix()].mode == Mode::Rail && sections(r) > 0);
    let weight = |(per_year, r): &(f64, &Ride)| per_year * sections(r) as f64;
    rail.max_by(|a, b| weight(a).total_cmp(&weight(b))).map(|(_, r)| r)
}

fn places(s: &Scenario, ride: &Ride) -> Vec<(String, f64)> {
    let mut km = 0.0;
    let mut all = vec![(s.places[ride.places[0].ix()].name.clone(), km)];
    for (link, place) in ride.links.iter().zip(&ride.places[1..]) {
        km += s.links[link.ix()].km;
        all.push((s.places[place.ix()].name.clone(), km));
    }
    all
}

/// A track on the line: its ends in km along the line, and its speeds in both directions.
struct Stretch {
    from: f64,
    to: f64,
    kmh: (f64, f64),
    direction: Option<bool>,
}

fn axis(s: &Scenario, t: &CompiledModel, ride: &Ride) -> BTreeMap<ResourceAt, Stretch> {
    let mut at = 0.0;
    let mut all = BTreeMap::new();
    for (id, place) in ride.links.iter().zip(&ride.places) {
        let link = &s.links[id.ix()];
        let forward = link.from == *place;
        for shown in &t.facilities {
            let Some((_, a, b)) = shown.line.filter(|(l, ..)| l == id) else { continue };
            let (from, to) =
                if forward { (at + a, at + b) } else { (at + link.km - b, at + link.km - a) };
            let direction = match shown.id.chars().last() {
                Some('>') => Some(forward),
                Some('<') => Some(!forward),
                _ => None,
            };
            all.insert(
                shown.at,
                Stretch { from, to, kmh: (link.loaded_kmh, link.empty_kmh), direction },
            );
        }
        at += link.km;
    }
    all
}

fn trains(
    (t, start, from_h): (&CompiledModel, Ticks, f64),
    axis: &BTreeMap<ResourceAt, Stretch>,
    trace: &[Trace],
) -> Vec<Vec<(f64, f64)>> {
    let mut entries: BTreeMap<u32, Vec<(f64, &Stretch)>> = BTreeMap::new();
    for event in trace.iter().filter(|e| e.taken) {
        let hour = since(event.time, start);
        if !(from_h - 24.0..=from_h + TRAINS_H).contains(&hour) {
            continue;
        }
        for (r, _) in &t.model.bundles[event.set.ix()].items {
            if let Some(stretch) = axis.get(r) {
                entries.entry(event.entity).or_default().push((hour, stretch));
            }
        }
    }
    let lines = entries.values().flat_map(|e| drawn(e, from_h));
    lines.filter(|l| l.len() > 1).collect()
}

/// The path of one vehicle number, cut where it reverses or jumps.
fn drawn(entries: &[(f64, &Stretch)], from_h: f64) -> Vec<Vec<(f64, f64)>> {
    let mut lines: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut last: Option<(f64, bool)> = None;
    for (i, (hour, stretch)) in entries.iter().enumerate() {
        let middle = |s: &Stretch| 0.5 * (s.from + s.to);
        let next = entries.get(i + 1).map(|n| n.1);
        let direction = stretch.direction.or_else(|| {
            let meets = |a: f64, b: f64| (a - b).abs() < 1e-6;
            match next {
                Some(n) if meets(n.from, stretch.to) => Some(true),
                Some(n) if meets(n.to, stretch.from) => Some(false),
                _ => last.map(|(km, _)| km < middle(stretch)),
            }
        });
        let out = direction.unwrap_or(true);
        let (a, b) = if out { (stretch.from, stretch.to) } else { (stretch.to, stretch.from) };
        let kmh = if out { stretch.kmh.0 } else { stretch.kmh.1 };
        let leaves = hour + (b - a).abs() / kmh;
        let goes_on = last.is_some_and(|(km, direction)| (km - a).abs() < 1e-6 && direction == out);
        if !goes_on {
            lines.push(Vec::new());
        }
        if let Some(line) = lines.last_mut() {
            line.extend([(*hour, a), (leaves, b)]);
        }
        last = Some((b, out));
    }
    let inside = |(h, _): &(f64, f64)| *h >= from_h && *h <= from_h + TRAINS_H;
    lines
        .into_iter()
        .map(|l| l.into_iter().filter(inside).map(|(h, km)| (round(h), round(km))).collect())
        .collect()
}

fn bars(
    s: &Scenario,
    t: &CompiledModel,
    trace: &[Trace],
    (start, from_h): (Ticks, f64),
) -> Vec<Bar> {
    let kinds: BTreeMap<ResourceAt, &str> = t
        .facilities
        .iter()
        .filter(|f| DRAWN.contains(&f.kind.as_str()))
        .map(|f| (f.at, f.id.as_str()))
        .collect();
    let (from, to) = (start + ticks(from_h), start + ticks(from_h + BARS_H));
    let mut open: BTreeMap<(u32, u32), Ticks> = BTreeMap::new();
    let mut all = Vec::new();
    for event in trace {
        let key = (event.entity, event.set.0);
        if event.taken {
            open.insert(key, event.time);
            continue;
        }
        let Some(taken) = open.remove(&key) else { continue };
        if event.time < from || taken > to {
            continue;
        }
        let set = &t.model.bundles[event.set.ix()];
        for id in set.items.iter().filter_map(|(r, _)| kinds.get(r)) {
            let vehicle = t.class_vehicles.get(event.number.0 as usize);
            let vehicle = vehicle.map(|v| s.vehicles[v.ix()].name.clone());
            let (since_h, to_h) =
                (since(taken, start).max(from_h), since(event.time, start).min(from_h + BARS_H));
            let resource = (*id).to_string();
            all.push(Bar { resource, from_h: round(since_h), to_h: round(to_h), vehicle });
        }
    }
    all
}

/// Hours since the start of the measured year.
pub fn since(time: Ticks, start: Ticks) -> f64 {
    (time as f64 - start as f64) / HOUR
}

fn round(x: f64) -> f64 {
    (x * 100.0).round() / 100.0
}
