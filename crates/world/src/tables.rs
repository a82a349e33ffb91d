//! The small tables beside the packed network: stops at borders, passages, length corrections.
//! They are read at every start, so that a figure can be corrected without rebuilding the network.

use std::collections::HashMap;

use serde::Deserialize;
pub(crate) use trimodal_model::embedded::rows;
use trimodal_model::network::{
    Border, BorderDelay, LinkId, NONE, Network, PassageKind, Season, degrees, great_circle_km,
};
use trimodal_model::outline::{corners, is_inside};
use trimodal_model::scenario::Mode;

const BORDERS: &str = include_str!("../data/borders.csv");
const ZONES: &str = include_str!("../data/border_zones.csv");
const PASSAGES: &str = include_str!("../data/passages.csv");
const LENGTHS: &str = include_str!("../data/length_correction.csv");
const AREAS: &str = include_str!("../data/country_areas.csv");

/// A row for one crossing applies to crossings within this distance of it.
const AT_PLACE_KM: f64 = 40.0;

#[derive(Deserialize)]
struct BorderRow {
    country_a: String,
    country_b: String,
    mode: Mode,
    lat: Option<f64>,
    lon: Option<f64>,
    time_p50_h: Option<f64>,
    time_p90_h: Option<f64>,
    cost_usd_t: Option<f64>,
    status: String,
    includes_gauge_change: String,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
struct ZoneRow {
    countries: String,
    rail_p50_h: f64,
    rail_p90_h: f64,
    road_p50_h: f64,
    road_p90_h: f64,
    cost_usd_t: f64,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
struct PassageRow {
    id: String,
    name: String,
    kind: PassageKind,
    draught_m: Option<f64>,
    beam_m: Option<f64>,
    length_m: Option<f64>,
    air_draught_m: Option<f64>,
    transit_h: f64,
    due_usd_t: f64,
    season_closed: String,
    closed: String,
    note: String,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
struct LengthRow {
    mode: Mode,
    factor: f64,
}

#[derive(Deserialize)]
struct AreaRow {
    drawn: String,
    country: String,
    area: String,
}

/// Applies the tables of areas, borders and passages, and corrects the lengths.
pub fn apply(network: &mut Network) {
    areas(network);
    borders(network);
    passages(network);
    crate::water::apply(network);
    lengths(network);
}

/// Counts what the map draws in another country as the table says. Borders keep the two countries of the map; a link that
/// joins the two only now, as a quay across a strait, is at the nearest of their borders.
fn areas(network: &mut Network) {
    for row in rows::<AreaRow>(AREAS) {
        let position = |code: &String| network.countries.iter().position(|c| c == code);
        let (Some(drawn), Some(country)) = (position(&row.drawn), position(&row.country)) else {
            continue;
        };
        let corners = corners(&row.area);
        for (at, own) in network.node_e3.iter().zip(&mut network.node_country) {
            if usize::from(*own) == drawn && is_inside(&corners, degrees(*at)) {
                *own = country as u16;
            }
        }
        mark_borders(network, [drawn as u16, country as u16]);
    }
}

/// Gives links between two countries that have no border the nearest one of the two.
fn mark_borders(network: &mut Network, mut pair: [u16; 2]) {
    pair.sort_unstable();
    for l in (0..network.links()).map(LinkId::at) {
        let ends = [network.tail[l.ix()], network.head[l.ix()]];
        let mut countries = ends.map(|n| network.node_country[n.ix()]);
        countries.sort_unstable();
        let mode = network.layer_of(l).mode();
        let is_marked = network.link_border[l.ix()] != NONE;
        if countries != pair || is_marked || !matches!(mode, Mode::Rail | Mode::Road) {
            continue;
        }
        let here = network.at(ends[0]);
        let far = |b: &Border| great_circle_km(here, degrees(b.at_e3));
        let theirs = network.borders.iter().enumerate();
        let theirs = theirs.filter(|(_, b)| b.mode == mode && b.countries == pair);
        if let Some((b, _)) = theirs.min_by(|(_, a), (_, b)| far(a).total_cmp(&far(b))) {
            network.link_border[l.ix()] = b as u16;
        }
    }
}

pub(crate) fn borders(network: &mut Network) {
    let zones: Vec<ZoneRow> = rows(ZONES);
    let mut by_pair: HashMap<(Mode, [String; 2]), Vec<BorderRow>> = HashMap::new();
    for row in rows::<BorderRow>(BORDERS) {
        let mut pair = [row.country_a.clone(), row.country_b.clone()];
        pair.sort();
        by_pair.entry((row.mode, pair)).or_default().push(row);
    }
    let codes = &network.countries;
    for border in &mut network.borders {
        let mut pair = border.countries.map(|c| codes[usize::from(c)].clone());
        pair.sort();
        let row = by_pair.get(&(border.mode, pair.clone())).and_then(|rows| nearest(border, rows));
        border.stop = row.map_or_else(|| zone_stop(&zones, &pair, border.mode), row_stop);
    }
}

/// The row of this crossing, or else that of the pair of countries.
fn nearest<'a>(border: &Border, rows: &'a [BorderRow]) -> Option<&'a BorderRow> {
    let far = |r: &BorderRow| match (r.lat, r.lon) {
        (Some(lat), Some(lon)) => great_circle_km(degrees(border.at_e3), (lat, lon)),
        _ => f64::MAX,
    };
    rows.iter()
        .filter(|r| far(r) <= AT_PLACE_KM)
        .min_by(|a, b| far(a).total_cmp(&far(b)))
        .or_else(|| rows.iter().find(|r| r.lat.is_none()))
}

fn row_stop(row: &BorderRow) -> BorderDelay {
    BorderDelay {
        p50_h: row.time_p50_h.unwrap_or(0.0),
        p90_h: row.time_p90_h.unwrap_or(0.0),
        usd_t: row.cost_usd_t.unwrap_or(0.0),
        includes_gauge_change: row.includes_gauge_change == "yes",
        closed: (row.status == "closed").then(|| row.source.clone()),
        source: row.source.clone(),
        confidence: row.confidence.clone(),
    }
}

fn zone_stop(zones: &[ZoneRow], pair: &[String; 2], mode: Mode) -> BorderDelay {
    let inside = |z: &&ZoneRow| {
        z.countries.is_empty() || pair.iter().all(|c| z.countries.split(' ').any(|z| z == c))
    };
    let zone = zones.iter().find(inside).expect("the last zone is for every pair");
    let (p50_h, p90_h) = match mode {
        Mode::Road => (zone.road_p50_h, zone.road_p90_h),
        _ => (zone.rail_p50_h, zone.rail_p90_h),
    };
    let (source, confidence) = (zone.source.clone(), zone.confidence.clone());
    let usd_t = zone.cost_usd_t;
    BorderDelay { p50_h, p90_h, usd_t, source, confidence, ..BorderDelay::default() }
}

fn passages(network: &mut Network) {
    let rows: HashMap<String, PassageRow> =
        rows::<PassageRow>(PASSAGES).into_iter().map(|r| (r.id.clone(), r)).collect();
    for passage in &mut network.passages {
        let Some(row) = rows.get(&passage.id) else { continue };
        passage.name.clone_from(&row.name);
        passage.kind = row.kind;
        passage.draught_m = row.draught_m;
        passage.beam_m = row.beam_m;
        passage.length_m = row.length_m;
        passage.air_draught_m = row.air_draught_m;
        passage.season = Season::read(&row.season_closed);
        passage.transit_h = row.transit_h;
        passage.due_usd_t = row.due_usd_t;
        passage.source.clone_from(&row.source);
        passage.confidence.clone_from(&row.confidence);
        passage.closed = (!row.closed.is_empty()).then(|| row.note.clone());
    }
}

/// Source lengths are short by a few percent, because lines are simplified; one factor per mode,
/// fitted on half of the published distances (`docs/method/world.md`).
fn lengths(network: &mut Network) {
    let rows: Vec<LengthRow> = rows(LENGTHS);
    let factor = |mode| rows.iter().find(|r| r.mode == mode).map_or(1.0, |r| r.factor);
    network.length_factor = [factor(Mode::Rail), factor(Mode::Sea), factor(Mode::Road)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_hold_what_they_should() {
        let rows: Vec<AreaRow> = rows(AREAS);
        let crimea = corners(&rows[0].area);
        assert_eq!(crimea.len(), 9);
        for (lat, lon) in
            [(44.95, 34.1), (44.6, 33.5), (45.36, 36.47), (46.1, 33.7), (45.76, 34.77)]
        {
            assert!(is_inside(&crimea, (lat, lon)), "{lat} {lon}");
        }
        for (lat, lon) in [(45.28, 36.95), (45.34, 36.67), (44.72, 37.77), (46.63, 32.6)] {
            assert!(!is_inside(&crimea, (lat, lon)), "{lat} {lon}");
        }
    }

    #[test]
    fn every_passage_at_sea_can_be_read_and_used() {
        for row in rows::<PassageRow>(PASSAGES) {
            assert!(row.kind.is_at_sea(), "{}", row.id);
            let season = row.season_closed.as_str();
            assert!(season.is_empty() || Season::read(season).is_some(), "{}", row.id);
            assert!(row.closed.is_empty() || !row.note.is_empty(), "{} has no reason", row.id);
        }
    }
}
