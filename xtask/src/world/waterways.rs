//! Inland waterways: links between their ports, and the ports as places of transfer to sea, rail and road.

use std::collections::{BTreeMap, HashMap};

use trimodal_model::network::{Flags, Layer, NONE, great_circle_km};

use super::Outcome;
use super::build::{Draft, DraftTerminal, Kind};
use super::countries::Countries;
use super::graph::{Link, km, point};
use super::tables::{WaterLink, WaterPort};
use super::terminals::{self, Layers, Port};

/// A seaport of the source that lies farther than this from the place of its code on a waterway is misplaced.
const MISPLACED_KM: f64 = 20.0;
/// A seaport up to this far from a mouth is that of the mouth.
const MOUTH_KM: f64 = 20.0;

/// Whether the source puts a port with the code of a waterway's port somewhere else.
pub fn is_misplaced(code: &str, at: [i32; 2], ports: &[WaterPort]) -> bool {
    let ours = ports.iter().find(|p| p.id == code);
    ours.is_some_and(|p| km(at, point(p.lat, p.lon)) > MISPLACED_KM)
}

/// The node of each port, junction and lock by its id.
pub type Nodes = HashMap<String, u32>;

/// Adds the links; the passage of each is appended to `passages`.
pub fn links(
    draft: &mut Draft,
    countries: &Countries,
    ports: &[WaterPort],
    rows: &[WaterLink],
    passages: &mut Vec<String>,
) -> Outcome<Nodes> {
    let mut nodes = Nodes::new();
    for port in ports {
        let country = countries.of_port(&port.country);
        nodes.insert(
            port.id.clone(),
            draft.add(point(port.lat, port.lon), Layer::Waterway, country),
        );
    }
    for row in rows {
        let end =
            |id: &String| nodes.get(id).copied().ok_or(format!("waterways.csv: no port {id}"));
        let (a, b) = (end(&row.from)?, end(&row.to)?);
        let m = ((row.km * 1e3).round() as u32).max(1);
        let flags = Flags::TAIL_UPSTREAM;
        draft.graph.links.push(Link { a, b, m, flags, passage: passages.len() as u16 });
        passages.push(row.id.clone());
    }
    println!("{} waterway links between {} places", rows.len(), ports.len());
    Ok(nodes)
}

/// Makes each port of a waterway a place of transfer: the terminal that has its code, or the seaport of its
/// mouth, or a new one.
pub fn ports(
    draft: &mut Draft,
    layers: &Layers,
    countries: &Countries,
    ports: &[WaterPort],
    nodes: &Nodes,
) {
    let mut by_id: BTreeMap<String, usize> =
        draft.terminals.iter().enumerate().map(|(i, t)| (t.id.clone(), i)).collect();
    let (mut joined, mut made) = (0, 0);
    for port in ports.iter().filter(|p| matches!(p.kind.as_str(), "port" | "sea_mouth")) {
        let node = nodes[&port.id];
        match existing(draft, &by_id, port) {
            Some(t) => {
                join(draft, t, node);
                joined += 1;
            }
            None => {
                by_id.insert(port.id.clone(), draft.terminals.len());
                new(draft, layers, countries, port, node);
                made += 1;
            }
        }
    }
    println!("waterway ports: {joined} at terminals of the source, {made} new");
}

fn existing(draft: &Draft, by_id: &BTreeMap<String, usize>, port: &WaterPort) -> Option<usize> {
    let at = (port.lat, port.lon);
    let far =
        |t: &usize| great_circle_km(at, trimodal_model::network::degrees(draft.terminals[*t].at));
    let known = |code: &str| by_id.get(code).copied().filter(|t| far(t) <= MISPLACED_KM);
    let coded = known(&port.id).or_else(|| known(&port.sea_port));
    if port.kind != "sea_mouth" {
        return coded;
    }
    let at_sea = |t: &usize| {
        draft.terminals[*t].kind == Kind::Port && has_sea(draft, &draft.terminals[*t].transfers)
    };
    let near = (0..draft.terminals.len()).filter(at_sea).filter(|t| far(t) <= MOUTH_KM);
    coded.filter(at_sea).or_else(|| near.min_by(|a, b| far(a).total_cmp(&far(b)).then(a.cmp(b))))
}

fn has_sea(draft: &Draft, transfers: &[(u32, u32)]) -> bool {
    transfers.iter().any(|(a, b)| [a, b].iter().any(|p| draft.layer[**p as usize] == Layer::Sea))
}

/// Adds the waterway to a terminal: a transfer to each of its nodes.
fn join(draft: &mut Draft, terminal: usize, node: u32) {
    let t = &mut draft.terminals[terminal];
    let mut others: Vec<u32> = t.transfers.iter().flat_map(|(a, b)| [*a, *b]).collect();
    others.sort_unstable();
    others.dedup();
    t.transfers.retain(|(a, b)| a != b);
    t.transfers.extend(others.into_iter().map(|other| (other, node)));
    t.kind = Kind::Port;
}

/// Mouths of waterways without a seaport near them: they become ports of their own.
pub fn mouths(
    water: &[WaterPort],
    ports: &BTreeMap<String, Port>,
    countries: &Countries,
) -> Vec<Port> {
    let near = |m: &WaterPort| {
        let here = (m.lat, m.lon);
        let far = |p: &Port| great_circle_km(here, trimodal_model::network::degrees(p.at));
        [&m.id, &m.sea_port].iter().any(|c| ports.get(*c).is_some_and(|p| far(p) <= MISPLACED_KM))
            || ports.values().any(|p| far(p) <= MOUTH_KM)
    };
    let port = |m: &WaterPort| Port {
        code: m.id.clone(),
        name: m.name.clone(),
        country: countries.of_port(&m.country),
        at: point(m.lat, m.lon),
        reached: true,
    };
    water.iter().filter(|m| m.kind == "sea_mouth" && !near(m)).map(port).collect()
}

/// A new terminal with rail and road near it.
fn new(draft: &mut Draft, layers: &Layers, countries: &Countries, port: &WaterPort, node: u32) {
    let (at, country) = (point(port.lat, port.lon), countries.of_port(&port.country));
    let mut nodes = vec![node];
    nodes.extend(terminals::land(draft, layers, at, country));
    let transfers = terminals::pairs(draft, &nodes);
    let (id, name) = (port.id.clone(), port.name.clone());
    debug_assert!(country != NONE || transfers.len() == 1);
    draft.terminals.push(DraftTerminal { id, name, kind: Kind::Port, country, at, transfers });
}
