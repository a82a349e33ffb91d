//! The check of the world network, for the terminal and for docs.

use std::fmt::Write;

use trimodal_route::audit::{Accuracy, Audit, ComponentStats, MeasuredDistance};

use crate::number::{grouped, percent};

/// The check as JSON, with a final newline.
pub fn check_json(check: &Audit) -> String {
    let mut text =
        serde_json::to_string_pretty(check).unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}"));
    text.push('\n');
    text
}

/// The check as text.
pub fn check_text(check: &Audit) -> String {
    let mut out = String::new();
    out.push_str("layer          km  pieces  of 100 km  largest  mended links   km\n");
    check.pieces.iter().for_each(|p| piece(&mut out, p));
    let _ = writeln!(
        out,
        "\nBreak-of-gauge stations: {} with tracks; without tracks: {}",
        check.gauge_stations,
        listed(&check.gauge_stations_idle)
    );
    let _ = writeln!(out, "Gauge contradictions: {}", listed(&check.gauge_contradictions));
    let _ = writeln!(out, "Unmarked border crossings: {}", listed(&check.unseen_borders));
    let _ = writeln!(
        out,
        "Seaports: {}, of which without road or rail: {}",
        check.ports, check.ports_without_land
    );
    let _ = writeln!(
        out,
        "Ports on waterways: {}, of which without road or rail: {}",
        check.waterway_ports, check.waterway_ports_without_land
    );
    let _ = writeln!(
        out,
        "Sea links over land on the map: {}, {} km",
        check.sea_over_land,
        grouped(check.sea_over_land_km)
    );
    // A network of the user's own has none.
    if !check.distances.is_empty() {
        published(&mut out, check);
    }
    out
}

/// Published distances beside those of the network.
fn published(out: &mut String, check: &Audit) {
    out.push_str("\nPublished distances over 100 km\n");
    check.accuracy.iter().for_each(|a| accuracy(out, a));
    let all = |f: fn(&Accuracy) -> usize| check.accuracy.iter().map(f).sum::<usize>();
    let (rows, within, beyond) =
        (all(|a| a.rows), all(|a| a.within_3_pct), all(|a| a.beyond_8_pct));
    let _ = writeln!(
        out,
        "  all   {rows} rows: {within} within 3 % ({}), {beyond} beyond 8 %",
        percent(within as f64 / rows.max(1) as f64)
    );
    out.push_str("\n  id    mode  published  measured    error\n");
    check.distances.iter().filter(|d| d.eligible).for_each(|d| distance(out, d));
    out.push_str("\nExcluded, with the reason\n");
    check.distances.iter().filter(|d| !d.eligible).for_each(|d| distance(out, d));
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "none".into() } else { names.join(" ") }
}

fn piece(out: &mut String, p: &ComponentStats) {
    let _ = writeln!(
        out,
        "{:<10}{:>10}{:>8}{:>11}{:>9}{:>13}{:>6}",
        p.layer,
        grouped(p.km),
        p.components,
        p.over_100_km,
        percent(p.largest_share),
        p.mended_links,
        grouped(p.mended_km)
    );
}

fn accuracy(out: &mut String, a: &Accuracy) {
    let _ = writeln!(
        out,
        "  {:<5} {} rows: {} within 3 %, {} beyond 8 %; length factor {:.4}, fitted on {}; held out {}: {} within 3 %, mean error {:.1} %",
        a.mode.word(),
        a.rows,
        a.within_3_pct,
        a.beyond_8_pct,
        a.length_factor,
        a.rows - a.held_out,
        a.held_out,
        a.held_out_within_3_pct,
        a.held_out_mean_pct
    );
}

fn distance(out: &mut String, d: &MeasuredDistance) {
    let unmeasured = if d.eligible { "no path" } else { "-" };
    let measured = d.measured_km.map_or(unmeasured.into(), grouped);
    let error = d.error_pct.map_or(String::new(), |e| format!("{e:+.1} %"));
    let note = match (d.eligible, d.fitted) {
        (false, _) => format!(" · {}", d.why_not),
        (_, true) => " *".into(),
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "  {:<5} {:<5}{:>10}{measured:>10}{error:>9}  {}{note}",
        d.id,
        d.mode.word(),
        grouped(d.published_km),
        d.between
    );
}
