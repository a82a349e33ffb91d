//! Ports of an extract, joined to its railways and roads and to the sea of the embedded world.

use trimodal_formats::{Network as Table, Node};
use trimodal_model::Note;
use trimodal_model::network::{
    Flags, Layer, NONE, NodeId, Terminal, TerminalKind, degrees, great_circle_km,
};

use super::{Merge, Tree, inside, nearest, push_link, push_node, trees};

/// Farthest road and track from a port, km, and how much longer the way there is than the straight line.
const LAND_KM: f64 = 5.0;
const LAND_FACTOR: f64 = 1.3;
/// A port this near to one of the embedded world is a part of it, km.
const SAME_KM: f64 = 10.0;
/// Farthest point of the sea from a port, km; so much of the way may be land, for the coast is coarse; the channel is
/// longer than the straight line.
const SEA_KM: f64 = 100.0;
const SPIT_KM: f64 = 3.0;
const CHANNEL_FACTOR: f64 = 1.1;
/// So many points of the sea are looked at.
const NEAREST: usize = 40;

/// Takes the ports without links of their own out of a table: those inside the region.
pub(super) fn take(table: &mut Table, region: [f64; 4]) -> Vec<Node> {
    let mut has_links = vec![false; table.nodes.len()];
    for link in &table.links {
        (has_links[link.from], has_links[link.to]) = (true, true);
    }
    let is_in = |node: &Node| node.at.is_some_and(|[lon, lat]| inside(region, (lat, lon)));
    let mut ports = Vec::new();
    for (node, has_links) in table.nodes.iter_mut().zip(has_links) {
        if node.kind.eq_ignore_ascii_case("port") && !has_links && is_in(node) {
            ports.push(node.clone());
            // They are joined here, not as terminals of the extract.
            node.kind.clear();
        }
    }
    ports
}

/// What of the sea a port may be joined to.
struct Shore {
    /// Points of the sea that are no berths.
    sea: Option<Tree>,
    /// Ports of the embedded world with their berths.
    ports: Vec<(usize, (f64, f64), NodeId)>,
}

impl Merge<'_> {
    /// Joins ports of the extract to the railways and roads near them, and to the sea.
    pub(super) fn ports(&mut self, ports: &[Node], notes: &mut Vec<Note>, file: &str) {
        if ports.is_empty() {
            return;
        }
        let (shore, land) = (self.shore(), trees(&self.network, &self.fresh));
        let (mut parts, mut dry, mut alone) = (0, 0, 0);
        for port in ports {
            let Some([lon, lat]) = port.at else { continue };
            let at = (lat, lon);
            let near: Vec<(f64, NodeId)> =
                land.values().filter_map(|tree| nearest(tree, at, LAND_KM)).collect();
            if near.is_empty() {
                alone += 1;
                continue;
            }
            let nodes: Vec<NodeId> = near.iter().map(|(km, to)| self.gate(at, *to, *km)).collect();
            let known = shore.ports.iter().map(|p| (great_circle_km(p.1, at), p));
            let known = known.filter(|(km, _)| *km <= SAME_KM).min_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, (terminal, _, berth))) = known {
                let more = pairs(&[nodes, vec![*berth]].concat());
                self.network.terminals[*terminal].transfers.extend(more);
                parts += 1;
            } else if let Some(berth) = self.berth(at, &shore) {
                self.port(port, &[nodes, vec![berth]].concat(), TerminalKind::Port);
            } else if nodes.len() > 1 {
                self.port(port, &nodes, TerminalKind::RailRoad);
                dry += 1;
            } else {
                alone += 1;
                continue;
            }
            self.counts.terminals += 1;
        }
        let told = [
            (parts, "ports are parts of ports of the embedded world"),
            (dry, "ports are terminals of rail and road: no sea is near them"),
            (alone, "ports have no two of rail, road and sea near them"),
        ];
        for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
            notes.push(Note::new(file, 0, 0, format!("{count} {what}")));
        }
    }

    fn shore(&self) -> Shore {
        let n = &self.network;
        let is_sea = |x: &NodeId| n.node_layer[x.ix()] == Layer::Sea;
        let mut ports = Vec::new();
        let mut is_berth = vec![false; n.nodes()];
        for (i, t) in n.terminals.iter().enumerate() {
            let berths = t.transfers.iter().flat_map(|(a, b)| [*a, *b]).filter(is_sea);
            for (number, berth) in berths.enumerate() {
                is_berth[berth.ix()] = true;
                if number == 0 && t.kind == TerminalKind::Port {
                    ports.push((i, degrees(t.at_e3), berth));
                }
            }
        }
        let open = (0..n.nodes()).filter(|i| !is_berth[*i]).map(NodeId::at).filter(is_sea);
        Shore { sea: trees(n, &open.collect::<Vec<_>>()).remove(&Layer::Sea), ports }
    }

    /// A node at a port in the layer of a node near it, with a link to that.
    fn gate(&mut self, at: (f64, f64), to: NodeId, km: f64) -> NodeId {
        let n = &mut self.network;
        let of = (e3(at), n.node_layer[to.ix()], n.node_country[to.ix()]);
        let gate = push_node(n, of);
        push_link(n, [gate, to], metres(km * LAND_FACTOR), Flags::ACCESS, (NONE, NONE), &[]);
        gate
    }

    /// A berth at a port, with a link to the nearest point of the sea that lies before it.
    fn berth(&mut self, at: (f64, f64), shore: &Shore) -> Option<NodeId> {
        let land_km = |to: (f64, f64)| great_circle_km(at, to) - self.old.land.water_km(at, to);
        let near = shore.sea.as_ref()?.nearest_neighbor_iter([at.0, at.1]).take(NEAREST);
        let near = near.map(|p| ((p.geom()[0], p.geom()[1]), p.data));
        let mut near: Vec<_> = near.map(|(to, x)| (great_circle_km(at, to), to, x)).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let within = near.into_iter().filter(|(km, _, _)| *km <= SEA_KM);
        let (km, _, to) = within.into_iter().find(|(_, to, _)| land_km(*to) <= SPIT_KM)?;
        let n = &mut self.network;
        let berth = push_node(n, (e3(at), Layer::Sea, NONE));
        push_link(n, [berth, to], metres(km * CHANNEL_FACTOR), Flags::ACCESS, (NONE, NONE), &[]);
        Some(berth)
    }

    fn port(&mut self, port: &Node, nodes: &[NodeId], kind: TerminalKind) {
        let n = &mut self.network;
        let name = if port.name.is_empty() { &port.id } else { &port.name };
        let (country, at_e3) = (n.node_country[nodes[0].ix()], n.node_e3[nodes[0].ix()]);
        n.terminals.push(Terminal {
            id: format!("new-{}", port.id),
            name: name.clone(),
            kind,
            country,
            at_e3,
            transfers: pairs(nodes),
        });
    }
}

fn pairs(nodes: &[NodeId]) -> Vec<(NodeId, NodeId)> {
    let rest = |i: usize| nodes[i + 1..].iter();
    nodes.iter().enumerate().flat_map(|(i, a)| rest(i).map(|b| (*a, *b))).collect()
}

fn e3((lat, lon): (f64, f64)) -> [i32; 2] {
    [lat, lon].map(|degrees| (degrees * 1e3).round() as i32)
}

fn metres(km: f64) -> u32 {
    (km * 1e3).round().max(1.0) as u32
}
