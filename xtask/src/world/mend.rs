//! Closes gaps in the sources: a rule for short gaps, a table for the rest. Every link made here is
//! flagged, so that it can be excluded and is counted in answers.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use rayon::prelude::*;
use trimodal_model::network::{Flags, NONE};

use super::Outcome;
use super::countries::Countries;
use super::graph::{Graph, Link, km, point};
use super::tables::{Ferry, Mend};

/// Gaps between components of one country up to this are joined.
const GAP_SAME_COUNTRY_KM: f64 = 2.5;
/// Gaps across a border up to this are joined.
const GAP_KM: f64 = 1.0;

/// A gap whose ends are this near the two berths of a ferry is the water that the ferry crosses.
const BERTH_KM: f64 = 5.0;

/// The water that ferries cross: no rule joins lines over it, since what has a bridge has no ferry.
pub struct Crossings<'a>(&'a [Ferry]);

impl<'a> Crossings<'a> {
    pub fn new(ferries: &'a [Ferry]) -> Self {
        Crossings(ferries)
    }

    /// Drops the gaps (metres and two points) that a ferry crosses, and prints them.
    fn leave(&self, graph: &Graph, gaps: &mut Vec<(u32, u32, u32)>) {
        gaps.retain(|(m, a, b)| {
            let [p, q] = [a, b].map(|p| graph.points[*p as usize]);
            let ferry = self.0.iter().find(|f| goes_between(f, p, q));
            if let Some(f) = ferry {
                println!("no line over the water of {}: {p:?} {q:?}, {m} m", f.id);
            }
            ferry.is_none()
        });
    }
}

/// Whether a ferry goes from near one point to near the other.
fn goes_between(ferry: &Ferry, p: [i32; 2], q: [i32; 2]) -> bool {
    let from = point(ferry.from_lat, ferry.from_lon);
    let to = point(ferry.to_lat, ferry.to_lon);
    let at = |p, berth, other| km(p, berth) <= BERTH_KM && km(p, berth) < km(p, other);
    let goes = |p, q| at(p, from, to) && at(q, to, from);
    goes(p, q) || goes(q, p)
}

/// Joins components across short gaps, the shortest first and each pair of components once. No link is
/// made inside a component, where it could only be a shortcut.
pub fn short_gaps(graph: &mut Graph, country: &[u16], crossings: &Crossings) -> usize {
    let mut parts = graph.components();
    let root: Vec<u32> = (0..graph.points.len() as u32).map(|p| parts.of(p)).collect();
    let index = graph.index(|_| true);
    let mut gaps: Vec<(u32, u32, u32)> = (0..graph.points.len() as u32)
        .into_par_iter()
        .flat_map_iter(|p| {
            let near = index.near(graph.points[p as usize], GAP_SAME_COUNTRY_KM, 40);
            let (root, country) = (&root, country);
            near.into_iter().filter_map(move |(km, q)| {
                let same = country[p as usize] == country[q as usize];
                let joins = p < q && root[p as usize] != root[q as usize];
                (joins && (same || km <= GAP_KM)).then_some(((km * 1e3).round() as u32, p, q))
            })
        })
        .collect();
    crossings.leave(graph, &mut gaps);
    gaps.sort_unstable();
    let before = graph.links.len();
    for (m, a, b) in gaps {
        if parts.join(a, b) {
            graph.links.push(Link { a, b, m: m.max(1), flags: Flags::MENDED, passage: NONE });
        }
    }
    graph.links.len() - before
}

/// Adds the hand-made rows of one mode. An end where nothing is near becomes a new point.
pub fn by_hand(
    graph: &mut Graph,
    country: &mut Vec<u16>,
    countries: &Countries,
    rows: &[Mend],
    mode: &str,
) -> Outcome<usize> {
    let reach = if mode == "sea" { 60.0 } else { 5.0 };
    let index = graph.index(|_| true);
    let mut new: HashMap<[i32; 2], u32> = HashMap::new();
    let mut made = 0;
    for row in rows.iter().filter(|r| r.mode == mode) {
        let ends = [(row.lat_a, row.lon_a), (row.lat_b, row.lon_b)].map(|(lat, lon)| {
            let at = point(lat, lon);
            let known = new.get(&at).copied();
            known.or_else(|| Some(index.nearest(at, reach)?.1)).unwrap_or_else(|| {
                country.push(countries.at(at));
                let p = graph.add_point(at);
                new.insert(at, p);
                p
            })
        });
        let [a, b] = ends;
        // A quay may lie off the map of countries: it is of the country that its line leads to.
        for (p, other) in [(a, b), (b, a)] {
            if country[p as usize] == NONE {
                country[p as usize] = country[other as usize];
            }
        }
        let km = row.length_km.unwrap_or_else(|| graph.km(a, b) * 1.05);
        if a == b || km.is_nan() || km <= 0.0 {
            return Err(format!("mends.csv: a row connects nothing: {}", row.reason).into());
        }
        let m = (km * 1e3).round() as u32;
        graph.links.push(Link { a, b, m, flags: Flags::MENDED, passage: NONE });
        made += 1;
    }
    Ok(made)
}

/// Where a piece of the graph has links of the table alone: its rows lead nowhere.
pub fn alone(graph: &Graph) -> Vec<[i32; 2]> {
    let mut parts = graph.components();
    let mut has_line: HashMap<u32, bool> = HashMap::new();
    for link in &graph.links {
        *has_line.entry(parts.of(link.a)).or_default() |= !link.flags.has(Flags::MENDED);
    }
    let bare = has_line.into_iter().filter(|(_, line)| !line);
    let mut found: Vec<[i32; 2]> = bare.map(|(root, _)| graph.points[root as usize]).collect();
    found.sort_unstable();
    found
}

/// Longest stretch without a node, so that places beside long lines find a node near them.
pub const NODE_EVERY_KM: f64 = 12.0;

/// Puts points into long straight links inside one country. Returns how many.
pub fn split_long(graph: &mut Graph, country: &mut Vec<u16>) -> usize {
    let before = graph.points.len();
    for l in 0..graph.links.len() {
        let Link { a, b, m, flags, passage } = graph.links[l];
        let parts = (f64::from(m) / 1e3 / NODE_EVERY_KM).ceil() as u32;
        let home = country[a as usize];
        if parts < 2 || home != country[b as usize] {
            continue;
        }
        let (from, to) = (graph.points[a as usize], graph.points[b as usize]);
        let mut last = a;
        for i in 1..parts {
            let at = between(from, to, f64::from(i) / f64::from(parts));
            let next = graph.add_point(at);
            country.push(home);
            graph.links.push(Link { a: last, b: next, m: m / parts, flags, passage });
            last = next;
        }
        graph.links[l] = Link { a: last, b, m: m - m / parts * (parts - 1), flags, passage };
    }
    graph.points.len() - before
}

/// A point on the straight line between two, across the antimeridian where that is shorter.
fn between(from: [i32; 2], to: [i32; 2], share: f64) -> [i32; 2] {
    let mut turn = to[1] - from[1];
    if turn.abs() > 180_000 {
        turn -= 360_000 * turn.signum();
    }
    let lat = f64::from(from[0]) + f64::from(to[0] - from[0]) * share;
    let lon = f64::from(from[1]) + f64::from(turn) * share;
    point(lat / 1e3, lon / 1e3)
}

/// Dead ends that face each other are joined up to so many km, where neither turns by more than so many
/// degrees to the other: the longer the gap, the straighter. Roads have the first row alone, since two that
/// face each other over more water have a ferry between them.
const FACING: [(f64, f64); 2] = [(4.0, 45.0), (8.0, 25.0)];
/// Gaps across a border are joined up to this only: beyond, tracks end because they were lifted.
const FACING_ABROAD_KM: f64 = 4.0;
/// A dead end up to this from a line ahead of it is joined to it, within the first angle.
const AHEAD_KM: f64 = 1.5;
/// A dead end up to this from a line is joined to it whatever the angle: coordinates are rounded to a tenth
/// of a km, so that so short a gap has no direction.
const TOUCHING_KM: f64 = 0.4;
/// A gap is joined inside a component only where the detour is this many times longer,
const ROUND: f64 = 30.0;
/// and at least this long.
const ROUND_KM: f64 = 60.0;

/// Joins dead ends that face each other, or a line ahead, where the detour is long: bridges that the
/// source lacks. A dead end is joined once, the shortest gap first.
pub fn dead_ends(graph: &mut Graph, country: &[u16], mode: &str, crossings: &Crossings) -> usize {
    let facing = if mode == "rail" { &FACING[..] } else { &FACING[..1] };
    let around = graph.around();
    let ends: Vec<u32> = (0..graph.points.len() as u32)
        .filter(|p| neighbours(graph, &around, *p).len() == 1)
        .collect();
    let index = graph.index(|_| true);
    let is_end: HashSet<u32> = ends.iter().copied().collect();
    let turn = |p: u32, q: u32| deviation(graph, &around, p, q);
    let faces = |km: f64, p: u32, q: u32| {
        let abroad = country[p as usize] != country[q as usize];
        let fits = |(within, widest): &(f64, f64)| {
            let ahead = km <= AHEAD_KM || (is_end.contains(&q) && turn(q, p) <= *widest);
            km <= *within && ahead && turn(p, q) <= *widest
        };
        km <= TOUCHING_KM || ((!abroad || km <= FACING_ABROAD_KM) && facing.iter().any(fits))
    };
    let mut gaps: Vec<(u32, u32, u32)> = ends
        .par_iter()
        .flat_map_iter(|p| {
            let near = index.near(graph.points[*p as usize], facing[facing.len() - 1].0, 400);
            near.into_iter()
                .filter(|(km, q)| {
                    q != p
                        && faces(*km, *p, *q)
                        && !joined(graph, &around, *p, *q, (km * ROUND).max(ROUND_KM))
                })
                .map(|(km, q)| ((km * 1e3).round() as u32, *p, q))
                .collect::<Vec<_>>()
        })
        .collect();
    crossings.leave(graph, &mut gaps);
    gaps.sort_unstable();
    let mut used = HashSet::new();
    let mut made = 0;
    for (m, a, b) in gaps {
        if used.contains(&a) || used.contains(&b) {
            continue;
        }
        used.insert(a);
        if is_end.contains(&b) {
            used.insert(b);
        }
        graph.links.push(Link { a, b, m: m.max(1), flags: Flags::MENDED, passage: NONE });
        made += 1;
    }
    made
}

/// The neighbours of a point.
fn neighbours(graph: &Graph, around: &[Vec<u32>], p: u32) -> Vec<u32> {
    let other = |l: &u32| {
        let link = graph.links[*l as usize];
        if link.a == p { link.b } else { link.a }
    };
    let mut next: Vec<u32> = around[p as usize].iter().map(other).collect();
    next.sort_unstable();
    next.dedup();
    next
}

/// The angle at a dead end between the extension of its line and a point, degrees.
fn deviation(graph: &Graph, around: &[Vec<u32>], end: u32, to: u32) -> f64 {
    let (mut before, mut at) = (end, neighbours(graph, around, end)[0]);
    // Less than half a km of line has no reliable direction, because coordinates are rounded.
    while graph.km(end, at) < 0.5 {
        let next: Vec<u32> =
            neighbours(graph, around, at).into_iter().filter(|n| *n != before).collect();
        let [n] = next[..] else { break };
        (before, at) = (at, n);
        if at == end {
            break;
        }
    }
    let e = graph.points[end as usize];
    let narrow = (f64::from(e[0]) / 1e3).to_radians().cos();
    let bearing = |from: [i32; 2], to: [i32; 2]| {
        f64::from(to[0] - from[0]).atan2(f64::from(to[1] - from[1]) * narrow)
    };
    let turn = bearing(graph.points[at as usize], e) - bearing(e, graph.points[to as usize]);
    turn.sin().atan2(turn.cos()).abs().to_degrees()
}

/// Whether a path of at most `km` connects two points.
fn joined(graph: &Graph, around: &[Vec<u32>], a: u32, b: u32, within_km: f64) -> bool {
    let most = (within_km * 1e3) as u64;
    let mut best = HashMap::from([(a, 0_u64)]);
    let mut heap = BinaryHeap::from([Reverse((0_u64, a))]);
    while let Some(Reverse((d, p))) = heap.pop() {
        if p == b {
            return true;
        }
        if best[&p] < d {
            continue;
        }
        for l in &around[p as usize] {
            let link = graph.links[*l as usize];
            let (q, d) = (if link.a == p { link.b } else { link.a }, d + u64::from(link.m));
            if d <= most && best.get(&q).is_none_or(|x| d < *x) {
                best.insert(q, d);
                heap.push(Reverse((d, q)));
            }
        }
    }
    false
}
