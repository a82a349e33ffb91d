//! Where ways are cut into stretches, and which of them are joined.

use std::collections::{HashMap, HashSet};

use trimodal_model::scenario::Mode;

use super::Drawn;
use super::tags::Way;
use crate::measure;

/// No stretch of a railway or a road is much longer, so that places along it are near to an end of one, km.
const LONGEST_KM: f64 = 10.0;

/// A part of a way, or of several that follow one another.
pub struct Stretch {
    pub way: usize,
    pub refs: Vec<i64>,
    /// Speed of its ways, where it is told.
    pub kmh: Option<f64>,
}

type Points = HashMap<i64, [f64; 2]>;

fn km(refs: &[i64], at: &Points) -> f64 {
    refs.windows(2).map(|w| measure::km(&[at[&w[0]], at[&w[1]]])).sum()
}

/// The speed of a way: that of its tags, or of its length and the time that a ferry takes. Of a ferry that is cut by
/// the edge of the extract the length is not known.
fn kmh(way: &Way, at: &Points) -> Option<f64> {
    let is_whole = || way.refs.iter().all(|r| at.contains_key(r));
    let of_time = |hours: f64| is_whole().then(|| km(&way.refs, at) / hours);
    way.running_kmh.or_else(|| way.hours.and_then(of_time)).filter(|kmh| *kmh > 0.0)
}

/// Ways cut where those of a mode meet, and where their points are missing; how many are missing.
pub fn at_junctions(ways: &[Way], at: &Points) -> (Vec<Stretch>, usize) {
    let mut uses: HashMap<(Mode, i64), u32> = HashMap::new();
    for way in ways {
        let last = way.refs.len().saturating_sub(1);
        for (i, r) in way.refs.iter().enumerate() {
            let ends = i == 0 || i == last;
            *uses.entry((way.mode, *r)).or_default() += if ends { 2 } else { 1 };
        }
    }
    let mut missing = 0;
    let mut stretches = Vec::new();
    for (w, way) in ways.iter().enumerate() {
        let mut refs: Vec<i64> = Vec::new();
        let part = (w, kmh(way, at));
        for r in &way.refs {
            if !at.contains_key(r) {
                missing += 1;
                push(&mut stretches, part, std::mem::take(&mut refs));
                continue;
            }
            if refs.last() == Some(r) {
                continue;
            }
            refs.push(*r);
            if uses[&(way.mode, *r)] > 1 && refs.len() > 1 {
                push(&mut stretches, part, std::mem::replace(&mut refs, vec![*r]));
            }
        }
        push(&mut stretches, part, refs);
    }
    (stretches, missing)
}

fn push(stretches: &mut Vec<Stretch>, (way, kmh): (usize, Option<f64>), refs: Vec<i64>) {
    if refs.len() > 1 {
        stretches.push(Stretch { way, refs, kmh });
    }
}

/// Cuts a stretch at stations and terminals on it, and what is long between them.
pub fn at_stops(stretch: Stretch, stops: &HashSet<i64>, at: &Points) -> Vec<Stretch> {
    let mut parts = Vec::new();
    let mut refs = Vec::new();
    for r in &stretch.refs {
        refs.push(*r);
        if stops.contains(r) && refs.len() > 1 {
            push(&mut parts, (stretch.way, stretch.kmh), std::mem::replace(&mut refs, vec![*r]));
        }
    }
    push(&mut parts, (stretch.way, stretch.kmh), refs);
    parts.into_iter().flat_map(|part| by_length(part, at)).collect()
}

/// Cuts a stretch at points of it into parts of about one length.
fn by_length(stretch: Stretch, at: &Points) -> Vec<Stretch> {
    let steps: Vec<f64> =
        stretch.refs.windows(2).map(|w| measure::km(&[at[&w[0]], at[&w[1]]])).collect();
    let whole: f64 = steps.iter().sum();
    if whole <= LONGEST_KM {
        return vec![stretch];
    }
    let each = whole / (whole / LONGEST_KM).ceil();
    let mut parts = Vec::new();
    let mut refs = vec![stretch.refs[0]];
    let mut km = 0.0;
    for (step, r) in steps.iter().zip(&stretch.refs[1..]) {
        // The point that is nearer to the length, this one or the next.
        if refs.len() > 1 && km + step / 2.0 > each {
            let last = refs[refs.len() - 1];
            push(&mut parts, (stretch.way, stretch.kmh), std::mem::replace(&mut refs, vec![last]));
            km = 0.0;
        }
        refs.push(*r);
        km += step;
    }
    push(&mut parts, (stretch.way, stretch.kmh), refs);
    parts
}

/// Joins stretches of a kind that follow one another at points where nothing else of their mode meets them.
/// Ferries end where a way leads ashore.
pub fn joined(stretches: Vec<Stretch>, drawn: &Drawn) -> Vec<Stretch> {
    let ways = &drawn.ways;
    let mut ends: HashMap<(Mode, i64), Vec<usize>> = HashMap::new();
    for (i, s) in stretches.iter().enumerate() {
        for end in [s.refs[0], s.refs[s.refs.len() - 1]] {
            ends.entry((ways[s.way].mode, end)).or_default().push(i);
        }
    }
    let next = |from: usize, end: i64| match ends[&(ways[stretches[from].way].mode, end)][..] {
        [a, b] if a != b => {
            let other = if a == from { b } else { a };
            let [a, b] = [a, b].map(|s| &ways[stretches[s].way]);
            let ashore = a.kind == "ferry" && drawn.berths.contains(&end);
            (a.continues(b) && !ashore).then_some(other)
        }
        _ => None,
    };
    let mut used = vec![false; stretches.len()];
    let mut chains = Vec::new();
    for first in 0..stretches.len() {
        if used[first] {
            continue;
        }
        used[first] = true;
        let mut refs = stretches[first].refs.clone();
        let mut parts = vec![first];
        // Forward from the end, then, turned round, from the beginning.
        for _ in 0..2 {
            let mut here = first;
            while let Some(other) = next(here, refs[refs.len() - 1]).filter(|o| !used[*o]) {
                used[other] = true;
                parts.push(other);
                let mut more = stretches[other].refs.clone();
                if more[0] != refs[refs.len() - 1] {
                    more.reverse();
                }
                refs.extend(&more[1..]);
                here = other;
            }
            refs.reverse();
        }
        let kmh = together(parts.iter().map(|p| &stretches[*p]), &drawn.at);
        chains.push(Stretch { way: stretches[first].way, refs, kmh });
    }
    chains
}

/// The speed over stretches one after another: km over hours of those whose speed is told.
fn together<'a>(parts: impl Iterator<Item = &'a Stretch>, at: &Points) -> Option<f64> {
    let told = parts.filter_map(|part| Some((km(&part.refs, at), part.kmh?)));
    let (km, hours) = told.fold((0.0, 0.0), |(k, h), (km, kmh)| (k + km, h + km / kmh));
    (hours > 0.0).then(|| km / hours)
}
