//! The check for cut lines, for the terminal and for docs.

use std::fmt::Write;

use trimodal_model::scenario::Mode;
use trimodal_route::detours::{
    BadPair, DETOUR, Detours, FARTHEST_KM, NEAREST_KM, REACH_KM, RegionCount,
};

use crate::number::grouped;

/// The check as text: what no row explains, cities without a line, and a table by region and mode.
pub fn detours_text(found: &Detours) -> String {
    let mut out = format!(
        "Cities {NEAREST_KM} to {FARTHEST_KM} km apart: ways that are missing or over {DETOUR} times the great circle.\n\
         The law is set aside and closed borders count as open.\n\nUnexplained\n"
    );
    let open: Vec<&BadPair> = found.pairs.iter().filter(|p| p.explained.is_none()).collect();
    open.iter().for_each(|p| pair(&mut out, p));
    if open.is_empty() {
        out.push_str("  none\n");
    }
    let _ = writeln!(out, "\nCities without a line within {REACH_KM} km, which make no pair");
    for c in found.counts.iter().filter(|c| !c.without_line.is_empty()) {
        let _ = writeln!(out, "  {} {}: {}", c.mode.word(), c.region, c.without_line.join("; "));
    }
    if !found.idle_rows.is_empty() {
        let _ = writeln!(out, "\nRows of the accepted list that explain nothing");
        found.idle_rows.iter().for_each(|r| out += &format!("  {r}\n"));
    }
    out.push_str("\nregion           mode  cities   pairs  missing          detour           explained: missing  detour\n");
    found.counts.iter().for_each(|c| region(&mut out, c));
    for mode in [Mode::Rail, Mode::Road] {
        region(&mut out, &total(found, mode));
    }
    if let Some(stopped) = &found.stopped {
        let _ = writeln!(out, "\nIncomplete: {stopped}");
    }
    out
}

fn pair(out: &mut String, p: &BadPair) {
    let way = match (p.km, p.factor()) {
        (Some(km), Some(factor)) => format!("{:>7} km {factor:>5.1} x", grouped(km)),
        _ => format!("{:>18}", "missing"),
    };
    let _ = writeln!(
        out,
        "  {:<4} {:<15} {:>4} km {way}  {} - {}",
        p.mode.word(),
        p.region,
        grouped(p.straight_km),
        p.from,
        p.to
    );
}

fn region(out: &mut String, c: &RegionCount) {
    let share = |n: usize| 100.0 * n as f64 / c.pairs.max(1) as f64;
    let _ = writeln!(
        out,
        "{:<16} {:<4} {:>7} {:>7} {:>8} {:>5.1} % {:>8} {:>5.1} % {:>18} {:>7}",
        c.region,
        c.mode.word(),
        c.cities,
        c.pairs,
        c.missing,
        share(c.missing),
        c.detours,
        share(c.detours),
        c.missing_explained,
        c.detours_explained
    );
}

fn total(found: &Detours, mode: Mode) -> RegionCount {
    let mine: Vec<&RegionCount> = found.counts.iter().filter(|c| c.mode == mode).collect();
    let sum = |of: fn(&RegionCount) -> usize| mine.iter().map(|c| of(c)).sum();
    RegionCount {
        region: "all".into(),
        mode,
        cities: sum(|c| c.cities),
        without_line: Vec::new(),
        pairs: sum(|c| c.pairs),
        missing: sum(|c| c.missing),
        detours: sum(|c| c.detours),
        missing_explained: sum(|c| c.missing_explained),
        detours_explained: sum(|c| c.detours_explained),
    }
}
