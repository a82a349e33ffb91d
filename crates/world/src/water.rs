//! The tables of ferries and inland waterways, read at every start like that of the passages at sea.

use std::collections::HashMap;

use serde::Deserialize;
use trimodal_model::network::{Locks, Network, Passage, PassageKind, Season};

use crate::tables::rows;

const FERRIES: &str = include_str!("../data/ferries.csv");
const WATERWAYS: &str = include_str!("../data/waterways.csv");

#[derive(Deserialize)]
struct FerryRow {
    id: String,
    name: String,
    from_place: String,
    to_place: String,
    hours: f64,
    departures_per_week: Option<f64>,
    season_closed: String,
    status: String,
    closed: String,
    kind: String,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
struct WaterwayRow {
    id: String,
    waterway: String,
    cemt_class: String,
    max_vessel_t: Option<f64>,
    max_draught_m: Option<f64>,
    air_draught_m: Option<f64>,
    locks: Option<u32>,
    lock_time_h: Option<f64>,
    lock_time_p90_h: Option<f64>,
    upstream_kmh: f64,
    downstream_kmh: f64,
    season_closed: String,
    status: String,
    note: String,
}

/// Departures a week of a ferry that does not sail today, if it is asked for by name.
const IF_IT_SAILED: f64 = 1.0;

/// Fills the passages of ferries and waterways from their tables.
pub(crate) fn apply(network: &mut Network) {
    let ferries = by_id(rows::<FerryRow>(FERRIES), |r| &r.id);
    let waterways = by_id(rows::<WaterwayRow>(WATERWAYS), |r| &r.id);
    for passage in &mut network.passages {
        if let Some(row) = ferries.get(&passage.id) {
            *passage = ferry(row);
        } else if let Some(row) = waterways.get(&passage.id) {
            *passage = waterway(row);
        }
    }
}

fn by_id<T>(rows: Vec<T>, id: impl Fn(&T) -> &String) -> HashMap<String, T> {
    rows.into_iter().map(|row| (id(&row).clone(), row)).collect()
}

fn ferry(row: &FerryRow) -> Passage {
    let sails = row.departures_per_week.filter(|d| *d > 0.0);
    Passage {
        id: row.id.clone(),
        name: row.name.clone(),
        ends: Some([row.from_place.clone(), row.to_place.clone()]),
        kind: PassageKind::Ferry,
        transit_h: row.hours,
        departures_week: Some(sails.unwrap_or(IF_IT_SAILED)),
        season: Season::read(&row.season_closed),
        closed: (row.closed == "yes").then(|| row.status.clone()),
        is_tunnel: row.kind == "fixed link",
        source: row.source.clone(),
        confidence: row.confidence.clone(),
        ..Passage::default()
    }
}

fn waterway(row: &WaterwayRow) -> Passage {
    let hours = row.lock_time_h.unwrap_or(0.0);
    Passage {
        id: row.id.clone(),
        name: row.waterway.clone(),
        kind: PassageKind::Waterway,
        draught_m: row.max_draught_m,
        air_draught_m: row.air_draught_m,
        vessel_t: row.max_vessel_t,
        class: row.cemt_class.clone(),
        locks: Locks {
            count: row.locks.unwrap_or(0),
            p50_h: hours,
            p90_h: row.lock_time_p90_h.unwrap_or(hours),
        },
        speeds_kmh: Some([row.upstream_kmh, row.downstream_kmh]),
        season: Season::read(&row.season_closed),
        closed: why_closed(&row.status, &row.note),
        ..Passage::default()
    }
}

/// Open and restricted waterways are used, others only by name.
fn why_closed(status: &str, note: &str) -> Option<String> {
    let why = match status {
        "open" | "restricted" => return None,
        "closed_war" => "closed by war",
        "unconfirmed" => "not confirmed to be open",
        other => other,
    };
    Some(if note.is_empty() { why.to_string() } else { format!("{why}: {note}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read_and_used() {
        for row in rows::<FerryRow>(FERRIES) {
            assert!(row.hours > 0.0, "{}", row.id);
            assert!(
                row.closed == "yes" || row.departures_per_week.is_some_and(|d| d > 0.0),
                "{}",
                row.id
            );
            let season = row.season_closed.as_str();
            assert!(season.is_empty() || Season::read(season).is_some(), "{}", row.id);
        }
        for row in rows::<WaterwayRow>(WATERWAYS) {
            assert!(row.upstream_kmh > 0.0, "{}", row.id);
            assert!(row.downstream_kmh >= row.upstream_kmh, "{}", row.id);
            let season = row.season_closed.as_str();
            assert!(season.is_empty() || Season::read(season).is_some(), "{}", row.id);
        }
    }
}
