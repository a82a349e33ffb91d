//! Snapping: where a place meets the network, which is the nearest rail of each gauge, road, and port.

use std::collections::BTreeMap;

use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_model::network::{
    Layer, LinkId, NONE, Network, NodeId, TerminalId, TerminalKind, degrees, great_circle_km,
};

use crate::graph::Graph;
use crate::restrict::Closures;
use crate::trade::TradeGeography;

/// A component with less line than this is a fragment: a place is snapped to the nearest larger one too.
const FRAGMENT_KM: f64 = 100.0;

/// The connected component of every node, and its size.
pub struct Components {
    root: Vec<u32>,
    km: Vec<f64>,
}

impl Components {
    /// The components by links (not by transfers).
    pub fn new(graph: &Graph) -> Self {
        let n = &*graph.network;
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

/// The root of a node in a forest of pieces, with shorter ways to it.
pub(crate) fn find(root: &mut [u32], mut node: u32) -> u32 {
    while root[node as usize] != node {
        root[node as usize] = root[root[node as usize] as usize];
        node = root[node as usize];
    }
    node
}

/// How far across the water a port may lie from a point in its harbour, km.
const HARBOUR_KM: f64 = 15.0;
/// How far a port may lie whose way on land leads round a bay, km, and how much longer than the straight line that way
/// may be.
const BAY_KM: f64 = 40.0;
const BAY_DETOUR: f64 = 3.0;

/// The layers that a place meets at ports only.
pub(crate) const AT_PORTS: [Layer; 2] = [Layer::Sea, Layer::Waterway];

fn at_ports(layer: Layer) -> bool {
    AT_PORTS.contains(&layer)
}

/// The node of a terminal in a layer.
pub(crate) fn node_in(n: &Network, terminal: TerminalId, layer: Layer) -> Option<NodeId> {
    let nodes = n.terminals[terminal.ix()].transfers.iter().flat_map(|(a, b)| [*a, *b]);
    nodes.into_iter().find(|node| n.node_layer[node.ix()] == layer)
}

/// A node where a place may meet the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SnapCandidate {
    /// The node.
    pub node: NodeId,
    /// Its layer.
    pub layer: Layer,
    /// The port, at sea and on waterways.
    pub port: Option<TerminalId>,
    /// Straight line, or the way round a bay, km.
    pub km: f64,
}

/// The country of the nearest road, track or port.
pub fn nearest_country(
    network: &Network,
    index: Option<&SnapIndex>,
    at: (f64, f64),
) -> Option<u16> {
    if let Some(index) = index {
        return index.nearest_country(network, at);
    }
    let km = |i: &usize| great_circle_km(at, degrees(network.node_e3[*i]));
    let lat_e3 = (at.0 * 1e3).round() as i32;
    let on_land = |i: &usize| network.node_country[*i] != NONE;
    // Wider and wider bands of latitude: a node outside of one is farther away than it is wide.
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

/// A spatial index of the nodes of each layer, for many questions. Finds what a scan of all nodes finds.
pub struct SnapIndex(Vec<(Layer, RTree<Spot>)>);

type Spot = GeomWithData<[f32; 3], NodeId>;

/// The error of a straight line through the Earth, in radii: six metres.
const ROUNDING: f32 = 1e-6;

impl SnapIndex {
    /// Indexes the nodes of a network.
    pub fn new(n: &Network) -> SnapIndex {
        let mut layers: BTreeMap<Layer, Vec<Spot>> = BTreeMap::new();
        let in_country = |i: &usize| n.node_country[*i] != NONE || !at_ports(n.node_layer[*i]);
        for i in (0..n.nodes()).filter(in_country) {
            let spot = Spot::new(on_sphere(degrees(n.node_e3[i])), NodeId::at(i));
            layers.entry(n.node_layer[i]).or_default().push(spot);
        }
        let tree = |(layer, spots)| (layer, RTree::bulk_load(spots));
        SnapIndex(layers.into_iter().map(tree).collect())
    }

    /// Nodes of a layer, about nearest first, each with its distance through the Earth in radii.
    fn around(tree: &RTree<Spot>, at: (f64, f64)) -> impl Iterator<Item = (NodeId, f32)> + '_ {
        let spots = tree.nearest_neighbor_iter_with_distance_2(on_sphere(at));
        spots.map(|(spot, squared)| (spot.data, squared.sqrt()))
    }

    fn nearest_country(&self, n: &Network, at: (f64, f64)) -> Option<u16> {
        let mut best: Option<(f64, NodeId)> = None;
        for (_, tree) in &self.0 {
            for (node, line) in Self::around(tree, at) {
                if best.is_some_and(|(km, _)| line > chord(km) + ROUNDING) {
                    break;
                }
                let mine = (great_circle_km(at, n.at(node)), node);
                if n.node_country[node.ix()] != NONE && best.is_none_or(|known| mine < known) {
                    best = Some(mine);
                }
            }
        }
        best.map(|(_, node)| n.node_country[node.ix()])
    }

    /// Offers the nodes that can be the nearest of each open layer, and of its large components.
    fn offer(&self, query: &SnapQuery, at: (f64, f64), mut offer: impl FnMut(NodeId) -> bool) {
        let SnapQuery { graph, components, closures, .. } = *query;
        let n = &*graph.network;
        let open = |layer: Layer| !at_ports(layer) && closures.uses(layer.mode());
        for (_, tree) in self.0.iter().filter(|(layer, _)| open(*layer)) {
            let mut enough = chord(query.limit_km);
            for (node, line) in Self::around(tree, at) {
                if line > enough + ROUNDING {
                    break;
                }
                if offer(node) && components.km(node) >= FRAGMENT_KM {
                    enough = enough.min(chord(great_circle_km(at, n.at(node))));
                }
            }
        }
    }
}

/// A point on the unit sphere.
pub(crate) fn on_sphere((lat, lon): (f64, f64)) -> [f32; 3] {
    let (lat, lon) = (lat.to_radians(), lon.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()].map(|x| x as f32)
}

/// The chord of a great circle, in radii of the Earth.
fn chord(km: f64) -> f32 {
    (2.0 * (km / 2.0 / 6371.0088).min(std::f64::consts::FRAC_PI_2).sin()) as f32
}

/// Where and how far to look for the network.
#[derive(Clone, Copy)]
pub struct SnapQuery<'a> {
    /// The network.
    pub graph: &'a Graph,
    /// Its components.
    pub components: &'a Components,
    /// The index of its nodes, if there is one.
    pub index: Option<&'a SnapIndex>,
    /// What ports handle, where that counts.
    pub trade: Option<&'a TradeGeography>,
    /// What is closed.
    pub closures: &'a Closures,
    /// The only country that counts, if not all do.
    pub country: Option<u16>,
    /// The greatest distance.
    pub limit_km: f64,
    /// Whether the way must be on land.
    pub on_land: bool,
}

impl SnapQuery<'_> {
    /// The distance of a node of rail or road that a place may meet, if no water lies between.
    fn km(&self, at: (f64, f64), node: NodeId) -> Option<f64> {
        let n = &*self.graph.network;
        let (i, layer) = (node.ix(), n.node_layer[node.ix()]);
        let is_abroad = self.country.is_some_and(|own| own != n.node_country[i]);
        let lat_e3 = (at.0 * 1e3).round() as i32;
        let is_near = (n.node_e3[i][0] - lat_e3).abs() <= reach_e3(self.limit_km);
        if at_ports(layer) || !is_near || !self.closures.uses(layer.mode()) || is_abroad {
            return None;
        }
        Some(great_circle_km(at, n.at(node))).filter(|km| *km <= self.limit_km)
    }

    /// Whether a way leads there in a straight line.
    fn dry(&self, at: (f64, f64), to: (f64, f64)) -> bool {
        let n = &*self.graph.network;
        (!self.on_land || n.land.is_dry(at, to)) && !self.closures.way(at, to)
    }
}

/// How many of the nearest nodes of a layer are looked at before a place is snapped in full.
const FIRST_NODES: usize = 4;

/// Whether one of the nearest roads or tracks is met. Where none is, the place must be snapped to know.
pub fn meets_land(query: SnapQuery, at: (f64, f64)) -> bool {
    let n = &*query.graph.network;
    let layers = query.index.iter().flat_map(|index| &index.0);
    let on_land = layers.filter(|(layer, _)| !at_ports(*layer));
    let mut near = on_land.flat_map(|(_, tree)| SnapIndex::around(tree, at).take(FIRST_NODES));
    near.any(|(node, _)| query.km(at, node).is_some() && query.dry(at, n.at(node)))
}

/// The nodes where a place may meet the network within the limit, nearest first in each layer: the nearest
/// node, and the nearest of a component that is not a fragment. At sea and on waterways only ports count. With a
/// country only nodes in it count. Where the way must be on land, straight lines over water do not count.
pub fn candidates(query: SnapQuery, at: (f64, f64)) -> Vec<SnapCandidate> {
    let SnapQuery { graph, components, .. } = query;
    let n = &*graph.network;
    let mut best: Vec<(Layer, [Option<SnapCandidate>; 2])> = Vec::new();
    let mut offer = |node: NodeId| {
        let Some(km) = query.km(at, node) else { return false };
        let layer = n.node_layer[node.ix()];
        let large = components.km(node) >= FRAGMENT_KM;
        let candidate = SnapCandidate { node, layer, port: None, km };
        // Water is looked at last: it takes longer.
        if !improves(&best, candidate, large) {
            return true;
        }
        let dry = query.dry(at, n.at(node));
        if dry {
            keep(&mut best, candidate, large);
        }
        dry
    };
    match query.index {
        Some(index) => index.offer(&query, at, offer),
        None => (0..n.nodes()).for_each(|i| {
            offer(NodeId::at(i));
        }),
    }
    let ports = nearest_ports(&query, at);
    ports.into_iter().for_each(|port| keep(&mut best, port, true));
    best.sort_by_key(|(layer, _)| *layer);
    best.into_iter().flat_map(|(_, [any, large])| apart(components, any, large)).collect()
}

/// The nearest open port at sea and on waterways: of the ports near a place the one that lines prefer is meant.
fn nearest_ports(query: &SnapQuery, at: (f64, f64)) -> Vec<SnapCandidate> {
    let n = &*query.graph.network;
    // A point on the water is in a harbour: its quays may lie across a basin.
    let afloat = !n.land.holds(at);
    let mut found = Vec::new();
    for layer in AT_PORTS.into_iter().filter(|layer| query.closures.uses(layer.mode())) {
        let mut open = open_ports(query, at, layer);
        open.sort_by(|(x, a), (y, b)| x.total_cmp(y).then(a.node.cmp(&b.node)));
        let position = |port: &SnapCandidate| {
            let terminal = port.port.expect("a candidate at a port");
            degrees(n.terminals[terminal.ix()].at_e3)
        };
        let here = |port: &SnapCandidate| {
            query.dry(at, position(port)) || (afloat && port.km <= HARBOUR_KM)
        };
        // Where none is on this side of the water, one may be round the bay.
        let round = |port: &SnapCandidate| {
            if !query.on_land || query.closures.areas.is_some() || port.km > BAY_KM {
                return None;
            }
            let km = n.land.round_km(at, position(port), port.km * BAY_DETOUR)?;
            Some(SnapCandidate { km, ..*port })
        };
        let port = open.iter().map(|(_, port)| *port).find(here);
        found.extend(port.or_else(|| open.iter().find_map(|(_, port)| round(port))));
    }
    found
}

/// The open ports within the limit with a node in a layer, each with its distance and what its cargo adds to it.
fn open_ports(query: &SnapQuery, at: (f64, f64), layer: Layer) -> Vec<(f64, SnapCandidate)> {
    let SnapQuery { graph, closures, country, limit_km, .. } = query;
    let n = &*graph.network;
    let reach_e3 = reach_e3(*limit_km);
    let lat_e3 = (at.0 * 1e3).round() as i32;
    let by_cargo = closures.cargo.zip(query.trade);
    let open = |id: TerminalId| {
        let terminal = &n.terminals[id.ix()];
        let is_near = (terminal.at_e3[0] - lat_e3).abs() <= reach_e3;
        let is_abroad = country.is_some_and(|own| own != terminal.country);
        if terminal.kind != TerminalKind::Port || !is_near || is_abroad {
            return None;
        }
        let to = degrees(terminal.at_e3);
        let km = great_circle_km(at, to);
        let handles = by_cargo.is_none_or(|(cargo, trade)| trade.may_handle(id, cargo));
        if km > *limit_km || !handles || closures.terminal(n, id) || closures.way(at, to) {
            return None;
        }
        let is_at_sea = layer == Layer::Sea;
        if is_at_sea && query.trade.is_some_and(|t| t.too_shallow(id, closures).is_some()) {
            return None;
        }
        let node = node_in(n, id, layer)?;
        let by_cargo = by_cargo.filter(|_| layer == Layer::Sea);
        let more = by_cargo.map_or(0.0, |(cargo, trade)| trade.detour_km(id, cargo));
        Some((km + more, SnapCandidate { node, layer, port: Some(id), km }))
    };
    match query.trade {
        Some(trade) => trade.ports_near(lat_e3, reach_e3).filter_map(open).collect(),
        None => (0..n.terminals.len()).map(TerminalId::at).filter_map(open).collect(),
    }
}

/// The latitude within which all that is no farther away lies, in thousandths of a degree.
pub(crate) fn reach_e3(limit_km: f64) -> i32 {
    // One degree of latitude is never less than 110.5 km.
    (limit_km / 110.5 * 1e3).ceil().min(180_000.0) as i32
}

/// The nearest, and the nearest that is not a fragment if it is in another component.
fn apart(
    components: &Components,
    any: Option<SnapCandidate>,
    large: Option<SnapCandidate>,
) -> impl Iterator<Item = SnapCandidate> {
    let other =
        |l: &SnapCandidate| any.is_none_or(|a| components.of(a.node) != components.of(l.node));
    any.into_iter().chain(large.filter(other))
}

/// Whether a candidate would be kept.
fn improves(
    best: &[(Layer, [Option<SnapCandidate>; 2])],
    candidate: SnapCandidate,
    large: bool,
) -> bool {
    let Some((_, held)) = best.iter().find(|(l, _)| *l == candidate.layer) else { return true };
    let better = |h: &Option<SnapCandidate>| {
        h.is_none_or(|h| (candidate.km, candidate.node) < (h.km, h.node))
    };
    better(&held[0]) || (large && better(&held[1]))
}

fn keep(
    best: &mut Vec<(Layer, [Option<SnapCandidate>; 2])>,
    candidate: SnapCandidate,
    large: bool,
) {
    let slot = match best.iter().position(|(l, _)| *l == candidate.layer) {
        Some(p) => p,
        None => {
            best.push((candidate.layer, [None, None]));
            best.len() - 1
        }
    };
    let kinds: &[usize] = if large { &[0, 1] } else { &[0] };
    for k in kinds {
        let held = &mut best[slot].1[*k];
        // Of two at the same distance the first: the index offers them in another order.
        if held.is_none_or(|h| (candidate.km, candidate.node) < (h.km, h.node)) {
            *held = Some(candidate);
        }
    }
}
