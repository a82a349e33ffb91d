//! Measures a list of names: `cargo run --release -p trimodal-world --example names -- list.csv [road]`.
//!
//! Columns: name, lat, lon, note; a note `alt:51.90;4.45` gives a second right point, `ambig` a name that must be refused.

use std::io::Write;
use std::sync::Arc;

use trimodal_model::network::great_circle_km;
use trimodal_world::locate::{Atlas, Index};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let path = std::env::args().nth(1).ok_or("give the list")?;
    let sea = std::env::args().nth(2).is_none();
    let (network, places) = (trimodal_world::network(), trimodal_world::places());
    let index = Arc::new(Index::new(&network, &places));
    let atlas = Atlas::with_index(&network, &places, index).prefer_ports(sea);
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    let mut out = std::io::stdout().lock();
    for row in csv::Reader::from_path(path)?.records() {
        let row = row?;
        let (name, note) = (&row[0], row.get(3).unwrap_or(""));
        let points = points(&row[1], &row[2], note);
        let (verdict, told) = judged(&atlas, name, &points, note.starts_with("ambig"));
        *counts.entry(verdict).or_default() += 1;
        writeln!(out, "{verdict}\t{name}\t{note}\t{told}")?;
    }
    let all: usize = counts.values().sum();
    let good = counts.get("ok").copied().unwrap_or(0);
    writeln!(out, "{good} of {all}, {:.1} %: {counts:?}", 100.0 * good as f64 / all as f64)?;
    Ok(())
}

fn points(lat: &str, lon: &str, note: &str) -> Vec<(f64, f64)> {
    let alt = note.split_whitespace().find_map(|w| w.strip_prefix("alt:")?.split_once(';'));
    let both = [Some((lat, lon)), alt].into_iter().flatten();
    both.filter_map(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))).collect()
}

fn judged(
    atlas: &Atlas,
    name: &str,
    points: &[(f64, f64)],
    refuse: bool,
) -> (&'static str, String) {
    match atlas.locate(name) {
        Ok(found) => {
            let far = points.iter().map(|p| great_circle_km(*p, (found.lat, found.lon)));
            let far = far.fold(f64::MAX, f64::min);
            let country = found.country.map_or("", |c| atlas.network.country(c));
            let told =
                format!("{far:.0} km {} {country} {:.3},{:.3}", found.name, found.lat, found.lon);
            let verdict = match far {
                ..=10.0 => "ok",
                ..=100.0 => "near",
                _ => "FAR",
            };
            (verdict, told)
        }
        Err(problem) => {
            let verdict = match (problem.code.id, refuse) {
                ("TM-RTE-002", true) => "ok",
                ("TM-RTE-002", false) => "ambiguous",
                _ => "unknown",
            };
            let hint = problem.hint.clone().unwrap_or_default();
            (verdict, format!("{problem} | {hint}"))
        }
    }
}
