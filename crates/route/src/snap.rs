//! Where a place meets the network: the nearest rail of each gauge, road, and port.

use trimodal_model::network::{
    Layer, LinkId, NONE, Network, NodeId, TerminalId, TerminalKind, degrees, great_circle_km,
};

use crate::closures::Closures;
use crate::graph::Graph;

/// A component with less line than this is a fragment: a place meets the nearest larger one too.
const FRAGMENT_KM: f64 = 100.0;

/// The size of the component of every node.
pub struct Components {
    root: Vec<u32>,
    km: Vec<f64>,
}

impl Components {
    /// Joins nodes by links (not by transfers).
    pub fn new(graph: &Graph) -> Self {
        let n = graph.network;
        let mut root: Vec<u32> = (0..n.nodes() as u32).collect();
        for l in 0..n.links() {
            let (a, b) = (find(&mut root, n.tail[l].0), find(&mut root, n.head[l].0));
            root[a.max(b) as usize] = a.min(b);
        }
        for node in 0..root.len() as u32 {
            let r = find(&mut root, node);
            root[node as usize] = r;
        }
        let mut km = vec![0.0; n.nodes()];
        for l in 0..n.links() {
            km[root[n.tail[l].ix()] as usize] += f64::from(n.length_m(LinkId::at(l))) / 1e3;
        }
        Components { root, km }
    }

    /// The number of a node's component: its smallest node.
    pub fn of(&self, node: NodeId) -> u32 {
        self.root[node.ix()]
    }

    /// Km of line in a node's component.
    pub fn km(&self, node: NodeId) -> f64 {
        self.km[self.of(node) as usize]
    }

    /// Every component: its smallest node and its km.
    pub fn all(&self) -> impl Iterator<Item = (NodeId, f64)> {
        (0..self.root.len())
            .filter(|n| self.root[*n] as usize == *n)
            .map(|n| (NodeId::at(n), self.km[n]))
    }
}

fn find(root: &mut [u32], mut node: u32) -> u32 {
    while root[node as usize] != node {
        root[node as usize] = root[root[node as usize] as usize];
        node = root[node as usize];
    }
    node
}

/// A meeting of a place and the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meeting {
    /// The node.
    pub node: NodeId,
    /// Its layer.
    pub layer: Layer,
    /// The port, at sea.
    pub port: Option<TerminalId>,
    /// Straight line, km.
    pub km: f64,
}

/// The country of the nearest road or track.
pub fn nearest_country(network: &Network, at: (f64, f64)) -> Option<u16> {
    let km = |i: &usize| great_circle_km(at, degrees(network.node_e3[*i]));
    let lat_e3 = (at.0 * 1e3).round() as i32;
    let on_land = |i: &usize| network.node_country[*i] != NONE;
    // Ever wider bands of latitude: what is north or south of one is farther than it is wide.
    [500, 5_000, 180_000].into_iter().find_map(|reach_e3: i32| {
        let near = |i: &usize| (network.node_e3[*i][0] - lat_e3).abs() <= reach_e3;
        let (far, i) = (0..network.nodes())
            .filter(|i| near(i) && on_land(i))
            .map(|i| (km(&i), i))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        let sure = far <= f64::from(reach_e3) / 1e3 * 110.5 || reach_e3 == 180_000;
        sure.then(|| network.node_country[i])
    })
}

/// Every way for a place to meet the network within `limit_km`, nearest first in each layer: the
/// nearest node, and the nearest of a component that is no fragment. At sea only ports count. With
/// a country only what is in it counts.
pub fn meetings(
    graph: &Graph,
    components: &Components,
    closures: &Closures,
    at: (f64, f64),
    country: Option<u16>,
    limit_km: f64,
) -> Vec<Meeting> {
    let n = graph.network;
    let abroad = |c: u16| country.is_some_and(|own| own != c);
    let mut best: Vec<(Layer, [Option<Meeting>; 2])> = Vec::new();
    // One degree of latitude is never less than 110.5 km.
    let reach_e3 = (limit_km / 110.5 * 1e3).ceil().min(180_000.0) as i32;
    let lat_e3 = (at.0 * 1e3).round() as i32;
    for (i, e3) in n.node_e3.iter().enumerate() {
        let layer = n.node_layer[i];
        let near = (e3[0] - lat_e3).abs() <= reach_e3;
        if layer == Layer::Sea || !near || !closures.uses(layer.mode()) || abroad(n.node_country[i])
        {
            continue;
        }
        let km = great_circle_km(at, degrees(*e3));
        if km <= limit_km {
            let node = NodeId::at(i);
            let large = components.km(node) >= FRAGMENT_KM;
            keep(&mut best, Meeting { node, layer, port: None, km }, large);
        }
    }
    for (t, terminal) in n.terminals.iter().enumerate() {
        let id = TerminalId::at(t);
        let km = great_circle_km(at, degrees(terminal.at_e3));
        let open = terminal.kind == TerminalKind::Port
            && !closures.terminal(n, id)
            && !abroad(terminal.country);
        if open && km <= limit_km && closures.uses(trimodal_model::scenario::Mode::Sea) {
            let sea = |node: &NodeId| n.node_layer[node.ix()] == Layer::Sea;
            let found = terminal.transfers.iter().flat_map(|(a, b)| [*a, *b]).find(|x| sea(x));
            if let Some(node) = found {
                keep(&mut best, Meeting { node, layer: Layer::Sea, port: Some(id), km }, true);
            }
        }
    }
    best.sort_by_key(|(layer, _)| *layer);
    let mut found = Vec::new();
    for (_, [any, large]) in best {
        found.extend(any);
        found.extend(
            large.filter(|l| any.is_none_or(|a| components.of(a.node) != components.of(l.node))),
        );
    }
    found
}

fn keep(best: &mut Vec<(Layer, [Option<Meeting>; 2])>, meeting: Meeting, large: bool) {
    let slot = match best.iter().position(|(l, _)| *l == meeting.layer) {
        Some(p) => p,
        None => {
            best.push((meeting.layer, [None, None]));
            best.len() - 1
        }
    };
    let kinds: &[usize] = if large { &[0, 1] } else { &[0] };
    for k in kinds {
        let held = &mut best[slot].1[*k];
        if held.is_none_or(|h| meeting.km < h.km) {
            *held = Some(meeting);
        }
    }
}
