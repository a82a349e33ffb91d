//! Lengths against the lines that have them: the unit that agrees with the map.

use trimodal_model::network::great_circle_km;
use trimodal_model::problem::{UNIT, shown};

use crate::findings::{Findings, listed};
use crate::network::{Link, Network};
use crate::units::{LENGTHS, Unit};

/// Fewer links say nothing about a unit.
const LEAST: usize = 5;
/// Stated over measured length may differ by this factor either way and still agree.
const AGREES: f64 = 1.6;
/// A stated unit is doubted where it is off by more than this factor.
const DOUBTED: f64 = 2.0;
/// Stated over measured length between which a length may be true: no way is shorter than the straight line, though ends on
/// a map may be off, and hardly one is a hundred times as long.
const LIKELY: [f64; 2] = [0.5, 100.0];
/// Beyond these a length is in another unit: metres read as kilometres, or the other way round.
const POSSIBLE: [f64; 2] = [0.01, 500.0];
/// Ends nearer to each other than this say nothing: a loop begins where it ends, km.
const LEAST_APART_KM: f64 = 0.1;

/// Km of a line of degrees east and north.
pub fn km(line: &[[f64; 2]]) -> f64 {
    line.windows(2).map(|w| great_circle_km((w[0][1], w[0][0]), (w[1][1], w[1][0]))).sum()
}

/// Checks the lengths of the links of a network from one on, still in a unit of their file, and turns them into km.
/// Where the lines of the file say plainly that the unit is another one, that one holds, and a note says so. Lengths
/// that can hardly be, under half the straight line between their ends or over a hundred times it, are noted; where most
/// are off by far more and agree in another unit, that is a problem unless a mapping settles it. Lengths that are missing
/// are measured.
pub fn lengths(
    network: &mut Network,
    known: usize,
    (file, unit, is_settled): (&str, Unit, bool),
    found: &mut Findings,
) {
    let lines: Vec<f64> = network.links[known..].iter().map(|l| km(&network.points(l))).collect();
    let mut ratios: Vec<f64> = (network.links[known..].iter().zip(&lines))
        .filter_map(|(l, km)| l.km.filter(|x| *x > 0.0 && *km > 0.001).map(|x| x / km))
        .collect();
    ratios.sort_by(f64::total_cmp);
    let unit = match ratios.get(ratios.len() / 2) {
        Some(median) if !is_settled && ratios.len() >= LEAST => told(file, unit, *median, found),
        _ => unit,
    };
    let links = &mut network.links[known..];
    let has_lengths = links.iter().any(|l| l.km.is_some());
    if has_lengths && !unit.is_declared {
        let message = format!("no unit of length is declared: lengths are taken as {}", unit.word);
        found.note(file, 0, 0, message);
    }
    links.iter_mut().for_each(|l| l.km = l.km.map(|x| x * unit.factor));
    impossible(links, &lines, (file, unit, is_settled), found);
    let mut measured = 0;
    for (link, line) in links.iter_mut().zip(lines) {
        if link.km.is_none() && line > 0.0 {
            link.km = Some(line);
            measured += 1;
        }
    }
    if measured > 0 {
        found.note(file, 0, 0, format!("{measured} lengths are measured along the lines"));
    }
}

/// Tells of lengths, in km, that cannot be: they are compared with the line of the link, or where the file has none
/// with the straight line between its nodes.
fn impossible(
    links: &[Link],
    lines: &[f64],
    (file, unit, is_settled): (&str, Unit, bool),
    found: &mut Findings,
) {
    let compared = links.iter().zip(lines).filter_map(|(link, line)| {
        let km = link.km.filter(|km| *km > 0.0 && *line >= LEAST_APART_KM)?;
        Some((link, km, *line))
    });
    let compared: Vec<(&Link, f64, f64)> = compared.collect();
    let is_beyond = |(_, km, line): &&(&Link, f64, f64), [least, most]: [f64; 2]| {
        *km < line * least || *km > line * most
    };
    let bad: Vec<&(&Link, f64, f64)> = compared.iter().filter(|l| is_beyond(l, LIKELY)).collect();
    let Some((first, ..)) = bad.first() else { return };
    let told = |(link, km, line): &&(&Link, f64, f64)| {
        let row = if link.row > 0 { format!("row {}, ", link.row) } else { String::new() };
        format!("{row}`{}`: {km:.3} km for {line:.3} km", shown(&link.id))
    };
    let list = listed(&bad.iter().map(told).collect::<Vec<_>>());
    let message = format!(
        "{} of {} lengths, read in {}, are under half the straight line between their ends or over {} times it ({list})",
        bad.len(),
        compared.len(),
        unit.word,
        LIKELY[1]
    );
    let impossible = compared.iter().filter(|l| is_beyond(l, POSSIBLE)).count();
    let mut ratios: Vec<f64> =
        compared.iter().map(|(_, km, line)| km / line / unit.factor).collect();
    ratios.sort_by(f64::total_cmp);
    // Maps that are only drawn have lengths that agree in no unit.
    match agreeing(ratios[ratios.len() / 2]) {
        Some((word, _)) if !is_settled && impossible * 2 > compared.len() => {
            let hint = format!(
                "they agree with the map in {word}: say so in a mapping, [units] length = \"{word}\", or give coordinates that are true"
            );
            found.problem(UNIT, (file, first.row, 0), message, hint);
        }
        _ => found.note(file, first.row, 0, message),
    }
}

/// The unit in which lengths agree with lines, given the middle one of stated over measured.
fn agreeing(median: f64) -> Option<(&'static str, f64)> {
    let best = LENGTHS.iter().min_by(|a, b| off(median, a.1).total_cmp(&off(median, b.1)));
    best.filter(|b| off(median, b.1) <= AGREES).map(|(word, factor, _)| (*word, *factor))
}

/// By how much lengths in a unit are off, either way.
fn off(median: f64, factor: f64) -> f64 {
    (median * factor).max(1.0 / (median * factor))
}

/// The unit that holds: the one given, or another that agrees with the lines.
fn told(file: &str, unit: Unit, median: f64, found: &mut Findings) -> Unit {
    let Some((word, factor)) = agreeing(median) else { return unit };
    if off(median, unit.factor) <= DOUBTED || word == unit.word {
        return unit;
    }
    let said = if unit.is_declared {
        format!("declared in {}", unit.word)
    } else {
        "without a unit".into()
    };
    let message = format!(
        "lengths are {said}, but agree with the lines in {word}: read in {word}; [units] of a mapping settles it"
    );
    found.note(file, 0, 0, message);
    Unit { word, factor, is_declared: true }
}
