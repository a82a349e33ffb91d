//! The check of distances at sea, for the terminal and for docs.

use std::fmt::Write;

use trimodal_route::sea_audit::{MeasuredSeaDistance, SAME_PORT_KM, SeaAudit};

use crate::number::grouped;

/// Distances are counted in these classes of km.
const CLASSES: [f64; 6] = [0.0, 300.0, 1000.0, 2500.0, 7000.0, f64::INFINITY];
/// Rows with an error beyond this are listed, per cent.
const LISTED_PCT: f64 = 8.0;

/// The check as text: the shares by length, and every row that is far off, not measured or judged wrong.
pub fn sea_text(audit: &SeaAudit) -> String {
    let mut out = format!(
        "Published distances between seaports (NGA Pub. 151), a ship of {} m draught, ports within {SAME_PORT_KM} km\n\n\
         published km     rows  median error  absolute  within 3 %  within 8 %\n",
        audit.draught_m
    );
    let counts = |d: &&MeasuredSeaDistance| d.why_not.is_empty();
    let counted: Vec<&MeasuredSeaDistance> = audit.distances.iter().filter(counts).collect();
    for class in CLASSES.windows(2) {
        let inside = |d: &&MeasuredSeaDistance| (class[0]..class[1]).contains(&d.published_km);
        let name = match class[1].is_finite() {
            true => format!("{} to {}", grouped(class[0]), grouped(class[1])),
            false => format!("from {}", grouped(class[0])),
        };
        line(&mut out, &name, &counted.iter().copied().filter(inside).collect::<Vec<_>>());
    }
    let long = |d: &&MeasuredSeaDistance| d.published_km >= CLASSES[1];
    line(&mut out, "all from 300", &counted.iter().copied().filter(long).collect::<Vec<_>>());
    line(&mut out, "all", &counted);
    let _ = writeln!(out, "\nNot measured: no port within reach, or no way");
    counted.iter().filter(|d| d.error_pct.is_none()).for_each(|d| row(&mut out, d));
    let _ = writeln!(out, "\nBeyond {LISTED_PCT} %");
    let mut far: Vec<&&MeasuredSeaDistance> =
        counted.iter().filter(|d| d.error_pct.is_some_and(|e| e.abs() > LISTED_PCT)).collect();
    far.sort_by(|a, b| error(a).total_cmp(&error(b)));
    far.iter().for_each(|d| row(&mut out, d));
    let _ = writeln!(out, "\nRows that do not count");
    audit.distances.iter().filter(|d| !d.why_not.is_empty()).for_each(|d| row(&mut out, d));
    out
}

fn error(d: &MeasuredSeaDistance) -> f64 {
    d.error_pct.unwrap_or(f64::NAN)
}

fn line(out: &mut String, name: &str, rows: &[&MeasuredSeaDistance]) {
    let mut errors: Vec<f64> = rows.iter().filter_map(|d| d.error_pct).collect();
    let share = |pct: f64, errors: &[f64]| {
        let near = errors.iter().filter(|e| e.abs() <= pct).count();
        100.0 * near as f64 / rows.len().max(1) as f64
    };
    let (near, far) = (share(3.0, &errors), share(LISTED_PCT, &errors));
    let median = |errors: &mut Vec<f64>| {
        errors.sort_by(f64::total_cmp);
        errors.get(errors.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let middle = median(&mut errors);
    errors.iter_mut().for_each(|e| *e = e.abs());
    let absolute = median(&mut errors);
    let _ = writeln!(
        out,
        "{name:<15} {:>5} {middle:>+11.2} % {absolute:>7.2} % {near:>9.1} % {far:>9.1} %",
        rows.len()
    );
}

fn row(out: &mut String, d: &MeasuredSeaDistance) {
    let km = d.measured_km.map_or("-".to_string(), grouped);
    let error = d.error_pct.map_or(String::new(), |e| format!("{e:+.1} %"));
    let why = if d.why_not.is_empty() { String::new() } else { format!(": {}", d.why_not) };
    let published = grouped(d.published_km);
    let _ = writeln!(out, "  {published:>7} {km:>7} {error:>8}  {} - {}{why}", d.from, d.to);
}
