//! Lengths against the lines that have them: the unit that agrees with the map.

use trimodal_model::network::great_circle_km;

use crate::findings::Findings;
use crate::network::Network;
use crate::units::{LENGTHS, Unit};

/// Fewer links say nothing about a unit.
const LEAST: usize = 5;
/// Stated over measured length may differ by this factor either way and still agree.
const AGREES: f64 = 1.6;
/// A stated unit is doubted where it is off by more than this factor.
const DOUBTED: f64 = 2.0;

/// Km of a line of degrees east and north.
pub fn km(line: &[[f64; 2]]) -> f64 {
    line.windows(2).map(|w| great_circle_km((w[0][1], w[0][0]), (w[1][1], w[1][0]))).sum()
}

/// Checks the lengths of the links of a network from one on, still in a unit of their file, and turns them into km. Where the lines of the file
/// say plainly that the unit is another one, that one holds, and a note says so. Lengths that are missing are
/// measured.
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
    let mut measured = 0;
    for (link, line) in links.iter_mut().zip(lines) {
        link.km = link.km.map(|x| x * unit.factor);
        if link.km.is_none() && line > 0.0 {
            link.km = Some(line);
            measured += 1;
        }
    }
    if measured > 0 {
        found.note(file, 0, 0, format!("{measured} lengths are measured along the lines"));
    }
}

/// The unit that holds: the one given, or another that agrees with the lines.
fn told(file: &str, unit: Unit, median: f64, found: &mut Findings) -> Unit {
    let off = |factor: f64| (median * factor).max(1.0 / (median * factor));
    let best = LENGTHS.iter().min_by(|a, b| off(a.1).total_cmp(&off(b.1)));
    let Some((word, factor, _)) = best.filter(|b| off(b.1) <= AGREES) else { return unit };
    if off(unit.factor) <= DOUBTED || *word == unit.word {
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
    Unit { word, factor: *factor, is_declared: true }
}
