//! Ports and rail-road terminals, each with its own access links to the modes near it.

use std::collections::BTreeMap;

use trimodal_model::network::{Flags, Layer, NONE};

use super::build::{Draft, DraftTerminal, Kind};
use super::graph::{Index, Link, point};
use super::sources::City;

/// Ratio of the path over land to the straight line (a mean of published circuity factors of road
/// networks; Boscoe et al. 2012 find 1.4 in cities, Ballou et al. 2002 1.2-1.5 by country).
pub const LAND_DETOUR: f64 = 1.3;
const PORT_TO_RAIL_KM: f64 = 15.0;
const PORT_TO_ROAD_KM: f64 = 30.0;
const CITY_TO_RAIL_KM: f64 = 12.0;
const CITY_TO_ROAD_KM: f64 = 15.0;
/// Cities from this size on have a rail-road terminal.
const CITY_POPULATION: u32 = 100_000;

/// A port of the tables.
pub struct Port {
    pub code: String,
    pub name: String,
    pub country: u16,
    pub at: [i32; 2],
    /// Whether the table states that ships reach it, even where the map shows land.
    pub reached: bool,
}

/// One index per layer, of the points before terminals are added.
pub struct Layers(BTreeMap<Layer, Index>);

impl Layers {
    pub fn new(draft: &Draft) -> Self {
        let mut by_layer: BTreeMap<Layer, Vec<([i32; 2], u32)>> = BTreeMap::new();
        let mut linked = vec![false; draft.graph.points.len()];
        for l in &draft.graph.links {
            linked[l.a as usize] = true;
            linked[l.b as usize] = true;
        }
        for (p, layer) in draft.layer.iter().enumerate() {
            if linked[p] {
                by_layer.entry(*layer).or_default().push((draft.graph.points[p], p as u32));
            }
        }
        Layers(by_layer.into_iter().map(|(l, p)| (l, Index::new(p.into_iter()))).collect())
    }
}

/// Adds a port: its own node at sea with its lines, if it has any, and rail and road where they are near.
pub fn port(draft: &mut Draft, layers: &Layers, port: &Port, lines: &[(u32, u32)]) -> bool {
    let mut nodes = Vec::new();
    if !lines.is_empty() {
        let node = draft.add(port.at, Layer::Sea, port.country);
        for (to, m) in lines {
            access(draft, node, *to, f64::from(*m) / 1e3);
        }
        nodes.push(node);
    }
    let at_sea = !nodes.is_empty();
    nodes.extend(land(draft, layers, port.at, port.country));
    let transfers = pairs(draft, &nodes);
    // An inland depot of the list, or a place without a network nearby.
    if !at_sea && transfers.iter().all(|(a, b)| a == b) {
        return false;
    }
    draft.terminals.push(DraftTerminal {
        id: port.code.clone(),
        name: port.name.clone(),
        kind: if at_sea { Kind::Port } else { Kind::RailRoad },
        country: port.country,
        at: port.at,
        transfers,
    });
    at_sea
}

/// New nodes on rail and road near a port, each with an access link.
pub fn land(draft: &mut Draft, layers: &Layers, at: [i32; 2], country: u16) -> Vec<u32> {
    let mut nodes = Vec::new();
    for (layer, index) in &layers.0 {
        let within = match layer {
            Layer::Sea | Layer::Waterway => continue,
            Layer::Road => PORT_TO_ROAD_KM,
            Layer::Rail(_) => PORT_TO_RAIL_KM,
        };
        nodes.extend(join(draft, index, *layer, at, country, within));
    }
    nodes
}

/// Adds a terminal at the rail nearest to a city centre, if road is near too.
pub fn rail_road(
    draft: &mut Draft,
    layers: &Layers,
    city: &City,
    country: u16,
    id: String,
) -> bool {
    let centre = point(city.latitude, city.longitude);
    if city.population < CITY_POPULATION {
        return false;
    }
    let rails: Vec<(Layer, u32)> = layers
        .0
        .iter()
        .filter(|(l, _)| matches!(l, Layer::Rail(_)))
        .filter_map(|(l, index)| {
            Some((*l, nearest_at_home(draft, index, centre, country, CITY_TO_RAIL_KM)?.1))
        })
        .collect();
    let Some(at) = rails.first().map(|(_, p)| draft.graph.points[*p as usize]) else {
        return false;
    };
    let Some(road) = layers.0.get(&Layer::Road) else { return false };
    let Some(road) = join(draft, road, Layer::Road, at, country, CITY_TO_ROAD_KM) else {
        return false;
    };
    let mut nodes: Vec<u32> = rails.into_iter().map(|(_, p)| p).collect();
    nodes.push(road);
    draft.terminals.push(DraftTerminal {
        id,
        name: city.name.clone(),
        kind: Kind::RailRoad,
        country,
        at,
        transfers: pairs(draft, &nodes),
    });
    true
}

fn join(
    draft: &mut Draft,
    index: &Index,
    layer: Layer,
    at: [i32; 2],
    country: u16,
    within: f64,
) -> Option<u32> {
    let (km, to) = nearest_at_home(draft, index, at, country, within)?;
    let node = draft.add(at, layer, country);
    access(draft, node, to, km * LAND_DETOUR);
    Some(node)
}

/// The nearest point in the same country and not across water, so that no terminal spans a border or a strait.
fn nearest_at_home(
    draft: &Draft,
    index: &Index,
    at: [i32; 2],
    country: u16,
    within: f64,
) -> Option<(f64, u32)> {
    let home = |p: u32| draft.country[p as usize] == country;
    index.near(at, within, 400).into_iter().find(|(_, p)| home(*p) && draft.dry(at, *p))
}

pub fn access(draft: &mut Draft, a: u32, b: u32, km: f64) {
    let m = ((km * 1e3).round() as u32).max(1);
    draft.graph.links.push(Link { a, b, m, flags: Flags::ACCESS, passage: NONE });
}

/// Every pair of nodes of different modes: wagons change gauge at the named stations only. A port
/// with one mode keeps its node as a pair with itself.
pub fn pairs(draft: &Draft, nodes: &[u32]) -> Vec<(u32, u32)> {
    let mode = |p: u32| draft.layer[p as usize].mode();
    let mut pairs = Vec::new();
    for (i, a) in nodes.iter().enumerate() {
        let others = nodes[i + 1..].iter().filter(|b| mode(*a) != mode(**b));
        pairs.extend(others.map(|b| (*a, *b)));
    }
    let paired = |p: &u32| pairs.iter().any(|(a, b)| a == p || b == p);
    let alone: Vec<(u32, u32)> = nodes.iter().filter(|p| !paired(p)).map(|p| (*p, *p)).collect();
    pairs.extend(alone);
    pairs
}
