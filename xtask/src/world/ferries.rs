//! Ferries: links between two berths in the layer of what they carry, each berth with access links of its own.

use std::collections::HashMap;

use trimodal_model::network::{Flags, Layer, NONE};

use super::build::Draft;
use super::countries::Countries;
use super::graph::{Index, Link, point};
use super::tables::Ferry;
use super::terminals::{LAND_DETOUR, access};

/// Farthest road from a berth.
const ROAD_KM: f64 = 30.0;
/// Farthest track of the gauge from a berth.
const RAIL_KM: f64 = 15.0;

/// A track that follows the coast may be reached over this much of a bay.
const TRACK_WATER_KM: f64 = 6.0;

/// Adds the ferries; the passage of each is appended to `passages`.
pub fn add(
    draft: &mut Draft,
    countries: &Countries,
    rows: &[Ferry],
    passages: &mut Vec<String>,
) -> usize {
    let mut berths = Berths { indexes: indexes(draft), made: HashMap::new() };
    let mut count = 0;
    for row in rows {
        let ends = [
            (&row.from_country, row.from_lat, row.from_lon),
            (&row.to_country, row.to_lat, row.to_lon),
        ]
        .map(|(country, lat, lon)| (countries.of_port(country), point(lat, lon)));
        let passage = passages.len() as u16;
        let mut used = false;
        for layer in layers(row) {
            let [a, b] = ends.map(|(country, at)| berths.berth(draft, layer, at, country));
            let (Some(a), Some(b)) = (a, b) else {
                let ends = [(a, "first"), (b, "second")];
                let bare = ends.iter().filter(|(p, _)| p.is_none()).map(|(_, which)| *which);
                let bare: Vec<&str> = bare.collect();
                println!(
                    "ferry {}: no track of its gauge at the {} berth",
                    row.id,
                    bare.join(" and ")
                );
                continue;
            };
            let m = ((row.km * 1e3).round() as u32).max(1) + again(draft, a, b, row.km);
            let flags = Flags::FERRY.with(Flags::TAIL_UPSTREAM);
            draft.graph.links.push(Link { a, b, m, flags, passage });
            (used, count) = (true, count + 1);
        }
        if used {
            passages.push(row.id.clone());
        }
    }
    count
}

/// Ferries between the same berths differ by a metre, so that no two links have one id.
fn again(draft: &Draft, a: u32, b: u32, km: f64) -> u32 {
    let ferries = draft.graph.links.iter().filter(|l| l.flags.has(Flags::FERRY));
    let twin = |l: &&Link| (l.a, l.b) == (a, b) || (l.a, l.b) == (b, a);
    ferries.filter(twin).filter(|l| (f64::from(l.m) - km * 1e3).abs() < 50.0).count() as u32
}

/// The layers of what a ferry carries: trucks and trailers on the road, wagons on the rail of its gauge. The
/// road and the rail through a fixed link exist, so that only a shuttle for trucks is a ferry there.
fn layers(row: &Ferry) -> Vec<Layer> {
    let carries = |word: &str| row.carries.split(';').any(|c| c.contains(word));
    let road = carries("truck") || carries("trailer");
    let rail = carries("wagon") && row.kind != "fixed link";
    let gauge = row.gauge_mm.filter(|_| rail).map(Layer::Rail);
    road.then_some(Layer::Road).into_iter().chain(gauge).collect()
}

fn indexes(draft: &Draft) -> HashMap<Layer, Index> {
    let mut layers: Vec<Layer> = draft.layer.clone();
    layers.sort_unstable();
    layers.dedup();
    let land = layers.into_iter().filter(|l| !matches!(l, Layer::Sea | Layer::Waterway));
    land.map(|layer| (layer, draft.graph.index(|p| draft.layer[p as usize] == layer))).collect()
}

/// A road this near to a berth leads to it, even where the map shows water between them: a harbour.
const QUAY_KM: f64 = 4.0;

struct Berths {
    indexes: HashMap<Layer, Index>,
    made: HashMap<(Layer, [i32; 2]), u32>,
}

impl Berths {
    /// The point of a berth. A berth without a road near it still is one: on a small island the road begins
    /// there. Wagons need a track.
    fn berth(
        &mut self,
        draft: &mut Draft,
        layer: Layer,
        at: [i32; 2],
        country: u16,
    ) -> Option<u32> {
        if let Some(known) = self.made.get(&(layer, at)) {
            return Some(*known);
        }
        let within = if layer == Layer::Road { ROAD_KM } else { RAIL_KM };
        let home = |p: u32| draft.country[p as usize] == country && country != NONE;
        let near = self.indexes.get(&layer)?.near(at, within, 400);
        let near: Vec<(f64, u32)> = near.into_iter().filter(|(_, p)| home(*p)).collect();
        let dry = near.iter().find(|(_, p)| draft.dry(at, *p));
        let along = || near.iter().find(|(_, p)| draft.water_km(at, *p) <= TRACK_WATER_KM);
        let quay = || near.first().filter(|(km, _)| *km <= QUAY_KM);
        let found = dry.or_else(|| if layer == Layer::Road { quay() } else { along() }).copied();
        if found.is_none() && layer != Layer::Road {
            return None;
        }
        let berth = draft.add(at, layer, country);
        if let Some((km, to)) = found {
            access(draft, berth, to, km * LAND_DETOUR);
        }
        self.made.insert((layer, at), berth);
        Some(berth)
    }
}
