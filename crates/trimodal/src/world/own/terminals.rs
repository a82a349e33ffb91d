//! Terminals of a network of the user's own: nodes where links of several modes meet, places that the file calls a
//! port or a terminal, and ports that no land way reaches.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_formats::Network as Table;
use trimodal_model::Note;
use trimodal_model::network::{
    Flags, Layer, NONE, Network, NodeId, Terminal, TerminalKind, degrees, great_circle_km,
};

use super::build::InLayers;
use crate::findings::listed;

/// A port or terminal without links of its own is joined to what lies this near, km.
const NEAR_KM: f64 = 5.0;
/// How much longer a road to a terminal is than the straight line.
const ACCESS_FACTOR: f64 = 1.3;

/// Joins the layers of a network. `countries` has the position of the country of each node of the table.
pub fn join(
    table: &Table,
    network: &mut Network,
    node: &InLayers,
    countries: &[u16],
    notes: &mut Vec<Note>,
) {
    let quays = afloat(table, network, node);
    let mut layers: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
    for ((i, _), id) in node {
        layers.entry(*i).or_default().push(*id);
    }
    let (mut met, mut joined, mut ports, mut alone) = (0, 0, 0, Vec::new());
    for (i, place) in table.nodes.iter().enumerate() {
        let mut nodes = layers.get(&i).cloned().unwrap_or_default();
        let is_terminal = ["port", "terminal", "yard", "gauge_change"]
            .iter()
            .any(|k| place.kind.eq_ignore_ascii_case(k));
        if nodes.is_empty() && is_terminal {
            let Some([lon, lat]) = place.at else { continue };
            nodes = near(network, (lat, lon));
            joined += usize::from(nodes.len() > 1);
        }
        if nodes.len() > 1 {
            met += 1;
            nodes.iter_mut().for_each(|node| *node = berth(network, *node, countries[i]));
            add(network, (&place.id, &place.name), &nodes, countries[i]);
        } else if let Some(quay) = nodes.first().filter(|_| quays.contains(&i)) {
            // A port without land transport has its one node twice.
            let quay = berth(network, *quay, countries[i]);
            add(network, (&place.id, &place.name), &[quay, quay], countries[i]);
            ports += 1;
        } else if is_terminal {
            alone.push(if place.name.is_empty() { &place.id } else { &place.name });
        }
    }
    let mut note = |message: String| notes.push(Note::new(&table.nodes_file, 0, 0, message));
    if met > 0 {
        note(format!("goods change modes at {met} places, where links of several modes meet"));
    }
    if joined > 0 {
        note(format!(
            "{joined} terminals without links are joined to what lies within {NEAR_KM} km"
        ));
    }
    if ports > 0 {
        note(format!("{ports} places on the water without ways on land are ports"));
    }
    if !alone.is_empty() {
        let names: Vec<String> = alone.iter().map(|name| name.to_string()).collect();
        let list = listed(&names);
        note(format!("{} ports and terminals join no two modes: {list}", alone.len()));
    }
}

fn is_water(layer: Layer) -> bool {
    matches!(layer, Layer::Sea | Layer::Waterway)
}

/// The nodes of the table on the water alone that are ports: those of that kind; where the file has neither such nor
/// ways on land, as a network of sea lanes, all are, for goods must begin somewhere.
fn afloat(table: &Table, network: &Network, node: &InLayers) -> BTreeSet<usize> {
    let on_water: BTreeSet<usize> =
        node.keys().filter(|(_, layer)| is_water(*layer)).map(|(i, _)| *i).collect();
    let is_port = |i: &usize| {
        ["port", "terminal"].iter().any(|k| table.nodes[*i].kind.eq_ignore_ascii_case(k))
    };
    let named: BTreeSet<usize> = on_water.iter().copied().filter(is_port).collect();
    let has_land = network.node_layer.iter().any(|layer| !is_water(*layer));
    if named.is_empty() && !has_land { on_water } else { named }
}

/// Where goods are handled at a node: the node itself, or at sea a berth beside a node that ships pass, for a ship does
/// not sail on through a place where it is unloaded. It is in the country of its place.
fn berth(network: &mut Network, node: NodeId, country: u16) -> NodeId {
    if network.node_layer[node.ix()] != Layer::Sea {
        return node;
    }
    let ends = network.tail.iter().chain(&network.head).filter(|end| **end == node);
    let quay = match ends.take(2).count() {
        2 => access(network, node, network.node_e3[node.ix()], 0.0),
        _ => node,
    };
    network.node_country[quay.ix()] = country;
    quay
}

/// A new node of the same layer and country at a place, with a link of access of so many km to the node.
fn access(network: &mut Network, to: NodeId, at_e3: [i32; 2], km: f64) -> NodeId {
    let node = NodeId::at(network.nodes());
    network.node_e3.push(at_e3);
    network.node_layer.push(network.node_layer[to.ix()]);
    network.node_country.push(network.node_country[to.ix()]);
    network.tail.push(node);
    network.head.push(to);
    network.raw_m.push((km * ACCESS_FACTOR * 1e3).round().max(1.0) as u32);
    network.flags.push(Flags::ACCESS);
    network.link_passage.push(NONE);
    network.link_border.push(NONE);
    network.link_kmh.push(0.0);
    network.shape_first.push(network.shape.len() as u32);
    node
}

/// The nearest node of each layer, with a link of access from the terminal to it.
fn near(network: &mut Network, at: (f64, f64)) -> Vec<NodeId> {
    let mut best: BTreeMap<Layer, (f64, usize)> = BTreeMap::new();
    for i in 0..network.nodes() {
        let far = (f64::from(network.node_e3[i][0]) / 1e3 - at.0).abs();
        if far > NEAR_KM / 110.0 {
            continue;
        }
        let km = great_circle_km(at, degrees(network.node_e3[i]));
        let entry = best.entry(network.node_layer[i]).or_insert((f64::MAX, i));
        if km < entry.0 {
            *entry = (km, i);
        }
    }
    let at_e3 = [(at.0 * 1e3).round() as i32, (at.1 * 1e3).round() as i32];
    let near: Vec<(f64, usize)> = best.into_values().filter(|(km, _)| *km <= NEAR_KM).collect();
    if near.len() < 2 {
        return Vec::new();
    }
    near.into_iter().map(|(km, i)| access(network, NodeId::at(i), at_e3, km)).collect()
}

/// Adds what joins some nodes of a place: a change of gauge for tracks of several gauges, and a port or a rail-road
/// terminal for all others.
fn add(network: &mut Network, (id, name): (&str, &str), nodes: &[NodeId], own: u16) {
    let layer = |x: &NodeId| network.node_layer[x.ix()];
    let pairs =
        || nodes.iter().enumerate().flat_map(|(i, a)| nodes[i + 1..].iter().map(move |b| (*a, *b)));
    let both_rail =
        |(a, b): &(NodeId, NodeId)| layer(a).gauge_mm().is_some() && layer(b).gauge_mm().is_some();
    let gauges: Vec<_> = pairs().filter(both_rail).collect();
    let others: Vec<_> = pairs().filter(|p| !both_rail(p)).collect();
    let water = nodes.iter().any(|x| matches!(layer(x), Layer::Sea | Layer::Waterway));
    let kind = if water { TerminalKind::Port } else { TerminalKind::RailRoad };
    let on_land = nodes.iter().find(|x| network.node_country[x.ix()] != NONE).unwrap_or(&nodes[0]);
    let country = match network.node_country[on_land.ix()] {
        NONE => own,
        country => country,
    };
    let at_e3 = network.node_e3[nodes[0].ix()];
    let name = if name.is_empty() { id } else { name };
    let made = [(TerminalKind::GaugeChange, gauges, "-gauge"), (kind, others, "")];
    for (kind, transfers, suffix) in
        made.into_iter().filter(|(_, transfers, _)| !transfers.is_empty())
    {
        network.terminals.push(Terminal {
            id: format!("{id}{suffix}"),
            name: name.to_string(),
            kind,
            country,
            at_e3,
            transfers,
        });
    }
}
