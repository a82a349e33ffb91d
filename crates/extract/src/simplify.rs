//! A part of the network, simplified to terminals, border crossings and junctions.
//!
//! Terminals of the part are connected to their neighbours by shortest paths, of which only a spanner
//! is kept (no detour above [`DETOUR`]: Althöfer et al. 1993, "On sparse spanners of weighted
//! graphs"). The paths are overlaid, so that common stretches become one link, and points of degree
//! two are contracted.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_model::control::{Control, Stopped};
use trimodal_model::network::{
    BorderId, Flags, Layer, LinkId, NONE, Network, NodeId, TerminalId, TerminalKind, degrees,
    great_circle_km,
};

use trimodal_route::graph::{Graph, State, Step};
use trimodal_route::restrict::Closures;
use trimodal_route::search::{self, INFINITY};

/// Two terminals are connected directly where the path over others is longer by more than this factor.
pub const DETOUR: f64 = 2.0;
/// Sea paths may leave the region, up to this multiple of its size from the centre, to round a cape.
const SEA_ROOM: f64 = 2.0;
/// Links between two looks at the control.
const LINKS_A_LOOK: usize = 1_024;

/// A region of the Earth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Region {
    /// A circle: degrees north and east of its centre, radius in km.
    Around((f64, f64), f64),
    /// South, west, north, east in degrees; west may lie beyond the antimeridian of east.
    Box([f64; 4]),
}

impl Region {
    /// The centre, in degrees north and east.
    pub fn centre(&self) -> (f64, f64) {
        match self {
            Region::Around(centre, _) => *centre,
            Region::Box([south, west, north, east]) => {
                let width = width(*west, *east);
                let lon = (west + width / 2.0 + 180.0).rem_euclid(360.0) - 180.0;
                ((south + north) / 2.0, lon)
            }
        }
    }

    /// Whether a point is inside the region after scaling it by a factor about its centre.
    fn holds(&self, at: (f64, f64), grown: f64) -> bool {
        match self {
            Region::Around(centre, km) => great_circle_km(*centre, at) <= km * grown,
            Region::Box([south, west, north, east]) => {
                let (lat, lon) = self.centre();
                let high = (north - south) / 2.0 * grown;
                let wide = width(*west, *east) / 2.0 * grown;
                let turn = (at.1 - lon + 180.0).rem_euclid(360.0) - 180.0;
                (at.0 - lat).abs() <= high && turn.abs() <= wide
            }
        }
    }
}

/// Degrees from west to east. All the way round is 360, not 0.
fn width(west: f64, east: f64) -> f64 {
    let width = (east - west).rem_euclid(360.0);
    if width == 0.0 && east != west { 360.0 } else { width }
}

/// A point of the part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// A terminal, on any layers.
    Terminal(TerminalId),
    /// A border crossing, at one of its nodes.
    Border(BorderId, NodeId),
    /// A junction of lines.
    Junction(NodeId),
}

/// A line of the part between two of its points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Positions of its ends among the spots.
    pub ends: [usize; 2],
    /// Sea, road, or rail of a gauge.
    pub layer: Layer,
    /// Length, m.
    pub length_m: u64,
    /// Metres of it on mended links.
    pub mended_m: u64,
    /// Country of its first node; empty at sea.
    pub country: String,
}

/// A part of the network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Its points, terminals first.
    pub spots: Vec<Spot>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Terminals in the region that were left out because there were too many.
    pub left_out: usize,
}

/// Cuts a part out of a network, with the terminals nearest to its centre. A part that is not whole is of no use:
/// one that is stopped is an error.
pub fn simplify(
    graph: &Graph,
    closures: &Closures,
    region: &Region,
    most: usize,
    control: &Control,
) -> Result<Part, Stopped> {
    let n = &*graph.network;
    let mut terminals: Vec<TerminalId> = (0..n.terminals.len())
        .map(TerminalId::at)
        .filter(|t| !closures.terminal(n, *t) && !n.terminals[t.ix()].transfers.is_empty())
        .filter(|t| region.holds(degrees(n.terminals[t.ix()].at_e3), 1.0))
        .collect();
    let km = |t: &TerminalId| great_circle_km(region.centre(), degrees(n.terminals[t.ix()].at_e3));
    terminals.sort_by(|a, b| km(a).total_cmp(&km(b)).then(a.cmp(b)));
    let left_out = terminals.len().saturating_sub(most);
    terminals.truncate(most);
    let anchors = anchors(n, &terminals);
    let used = paths(graph, closures, region, &anchors, control)?;
    let mut part = Draft { n, anchors: &anchors, used, spots: Vec::new(), lines: Vec::new() };
    part.spots = terminals.iter().map(|t| Spot::Terminal(*t)).collect();
    part.join();
    still(control)?;
    Ok(Part { spots: part.spots, lines: part.lines, left_out })
}

fn still(control: &Control) -> Result<(), Stopped> {
    control.stopped().map_or(Ok(()), Err)
}

/// The nodes of the terminals; a node shared by several terminals belongs to the first.
fn anchors(n: &Network, terminals: &[TerminalId]) -> BTreeMap<NodeId, usize> {
    let mut anchors = BTreeMap::new();
    for (spot, t) in terminals.iter().enumerate() {
        for (a, b) in &n.terminals[t.ix()].transfers {
            for node in [a, b] {
                anchors.entry(*node).or_insert(spot);
            }
        }
    }
    anchors
}

/// The links of the paths that are kept.
fn paths(
    graph: &Graph,
    closures: &Closures,
    region: &Region,
    anchors: &BTreeMap<NodeId, usize>,
    control: &Control,
) -> Result<BTreeSet<LinkId>, Stopped> {
    let n = &*graph.network;
    let inside = |node: NodeId| {
        let room = if n.node_layer[node.ix()] == Layer::Sea { SEA_ROOM } else { 1.0 };
        anchors.contains_key(&node) || region.holds(n.at(node), room)
    };
    let open = |l: LinkId| !closures.link(n, l) && inside(n.tail[l.ix()]) && inside(n.head[l.ix()]);
    let sources: Vec<(State, u64)> =
        anchors.keys().flat_map(|a| [(graph.loaded(*a), 0), (graph.arrived(*a), 0)]).collect();
    let weigh = |step, _, _| match step {
        Step::Link(l) if open(l) => Some(u64::from(n.length_m(l))),
        _ => None,
    };
    control.step("paths between terminals", 0, 0);
    let tree = search::try_forward(graph, &sources, weigh, |_, _| false, control);
    let tree = tree.map_err(|_| control.stopped().unwrap_or(Stopped::Cancelled))?;
    let at = |node: NodeId| {
        let (a, b) = (graph.arrived(node), graph.loaded(node));
        if tree.cost[a.ix()] <= tree.cost[b.ix()] { a } else { b }
    };
    let mut best: BTreeMap<[NodeId; 2], (u64, LinkId)> = BTreeMap::new();
    for l in (0..n.links()).map(LinkId::at).filter(|l| open(*l)) {
        if l.ix() % LINKS_A_LOOK == 0 {
            still(control)?;
        }
        let ends = [n.tail[l.ix()], n.head[l.ix()]];
        let costs = ends.map(|e| tree.cost[at(e).ix()]);
        if costs.contains(&INFINITY) {
            continue;
        }
        let mut roots = ends.map(|e| graph.node(tree.path(at(e)).0));
        roots.sort_unstable();
        let whole = costs[0] + costs[1] + u64::from(n.length_m(l));
        let entry = best.entry(roots).or_insert((u64::MAX, l));
        if roots[0] != roots[1] && whole < entry.0 {
            *entry = (whole, l);
        }
    }
    best.retain(|roots, _| roots[0] != roots[1]);
    let kept = spanner(&best, control)?;
    let path = |node: NodeId| tree.path(at(node)).1;
    let used = kept
        .into_iter()
        .flat_map(|l| {
            let steps = [n.tail[l.ix()], n.head[l.ix()]].map(path).concat();
            let links = steps.into_iter().filter_map(|(s, _)| match s {
                Step::Link(l) => Some(l),
                Step::Transfer(_) | Step::Service(_) => None,
            });
            links.chain([l]).collect::<Vec<_>>()
        })
        .collect();
    Ok(used)
}

/// The greedy spanner: pairs in order of length, each kept unless the pairs kept before connect it with
/// a small detour.
fn spanner(
    pairs: &BTreeMap<[NodeId; 2], (u64, LinkId)>,
    control: &Control,
) -> Result<Vec<LinkId>, Stopped> {
    let mut sorted: Vec<(u64, [NodeId; 2], LinkId)> =
        pairs.iter().map(|(roots, (m, l))| (*m, *roots, *l)).collect();
    sorted.sort_unstable();
    let mut kept: Vec<(u64, [NodeId; 2], LinkId)> = Vec::new();
    let all = sorted.len();
    for (i, (m, roots, link)) in sorted.into_iter().enumerate() {
        still(control)?;
        control.step("lines between terminals", i, all);
        let most = (m as f64 * DETOUR) as u64;
        if distance(&kept, roots).is_none_or(|d| d > most) {
            kept.push((m, roots, link));
        }
    }
    Ok(kept.into_iter().map(|(_, _, l)| l).collect())
}

/// Distance over a few pairs (Bellman 1958: there are few).
fn distance(pairs: &[(u64, [NodeId; 2], LinkId)], [from, to]: [NodeId; 2]) -> Option<u64> {
    let mut best = BTreeMap::from([(from, 0_u64)]);
    loop {
        let mut better = false;
        for (m, ends, _) in pairs {
            for (a, b) in [(ends[0], ends[1]), (ends[1], ends[0])] {
                if let Some(d) = best.get(&a).map(|d| d + m)
                    && best.get(&b).is_none_or(|old| d < *old)
                {
                    best.insert(b, d);
                    better = true;
                }
            }
        }
        if !better {
            return best.get(&to).copied();
        }
    }
}

struct Draft<'a> {
    n: &'a Network,
    anchors: &'a BTreeMap<NodeId, usize>,
    used: BTreeSet<LinkId>,
    spots: Vec<Spot>,
    lines: Vec<Line>,
}

impl Draft<'_> {
    /// Joins the links used into lines, through nodes of degree two.
    fn join(&mut self) {
        let mut around: BTreeMap<NodeId, Vec<LinkId>> = BTreeMap::new();
        for l in &self.used {
            for end in [self.n.tail[l.ix()], self.n.head[l.ix()]] {
                around.entry(end).or_default().push(*l);
            }
        }
        let spots: BTreeMap<NodeId, usize> = around
            .iter()
            .filter_map(|(node, links)| Some((*node, self.spot(*node, links)?)))
            .collect();
        let mut done = BTreeSet::new();
        for (node, spot) in &spots {
            for first in &around[node] {
                if !done.contains(first) {
                    self.follow(*node, *spot, *first, &around, &spots, &mut done);
                }
            }
        }
        self.lines.sort_by_key(|l| (l.ends, l.layer, l.length_m));
        // A loop connects nothing and is dropped; parallel lines are real and stay.
        self.lines.retain(|l| l.ends[0] != l.ends[1]);
    }

    /// The spot of a node that stays.
    fn spot(&mut self, node: NodeId, links: &[LinkId]) -> Option<usize> {
        if let Some(spot) = self.anchors.get(&node) {
            return Some(*spot);
        }
        let border = links.iter().map(|l| self.n.link_border[l.ix()]).find(|b| *b != NONE);
        let starts = |l: &LinkId| self.n.link_border[l.ix()] != NONE && self.n.tail[l.ix()] == node;
        let new = match border {
            Some(b) if links.iter().any(starts) => Spot::Border(BorderId(u32::from(b)), node),
            _ if links.len() != 2 => Spot::Junction(node),
            _ => return None,
        };
        self.spots.push(new);
        Some(self.spots.len() - 1)
    }

    fn follow(
        &mut self,
        from: NodeId,
        spot: usize,
        first: LinkId,
        around: &BTreeMap<NodeId, Vec<LinkId>>,
        spots: &BTreeMap<NodeId, usize>,
        done: &mut BTreeSet<LinkId>,
    ) {
        let (mut at, mut link) = (from, first);
        let mut line = Line {
            ends: [spot; 2],
            layer: self.n.layer_of(first),
            length_m: 0,
            mended_m: 0,
            country: self.n.country_of(from).to_string(),
        };
        loop {
            done.insert(link);
            let m = u64::from(self.n.length_m(link));
            line.length_m += m;
            line.mended_m += if self.n.flags[link.ix()].has(Flags::MENDED) { m } else { 0 };
            let (tail, head) = (self.n.tail[link.ix()], self.n.head[link.ix()]);
            at = if tail == at { head } else { tail };
            if let Some(end) = spots.get(&at) {
                line.ends[1] = *end;
                break;
            }
            let Some(next) = around[&at].iter().find(|l| **l != link) else { return };
            link = *next;
        }
        self.lines.push(line);
    }
}

/// The layers of a terminal.
pub fn layers(n: &Network, terminal: TerminalId) -> BTreeSet<Layer> {
    let nodes = n.terminals[terminal.ix()].transfers.iter().flat_map(|(a, b)| [a, b]);
    nodes.map(|node| n.node_layer[node.ix()]).collect()
}

/// Whether a terminal handles goods, not only changes of gauge.
pub fn handles_goods(n: &Network, terminal: TerminalId) -> bool {
    n.terminals[terminal.ix()].kind != TerminalKind::GaugeChange
}

#[cfg(test)]
mod tests {
    use super::Region;

    #[test]
    fn a_box_all_round_the_world_holds_all_longitudes() {
        let world = Region::Box([-60.0, -180.0, 72.0, 180.0]);
        for lon in [-179.0, -90.0, 0.0, 90.0, 179.0] {
            assert!(world.holds((10.0, lon), 1.0), "{lon}");
        }
        let pacific = Region::Box([-10.0, 170.0, 10.0, -170.0]);
        assert!(pacific.holds((0.0, 179.0), 1.0) && !pacific.holds((0.0, 0.0), 1.0));
    }
}
