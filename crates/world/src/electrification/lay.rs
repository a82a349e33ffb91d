//! Lays a line over the network: the shortest way by rail from place to place.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use trimodal_model::network::{Layer, LinkId, Network, NodeId, degrees, great_circle_km};

use super::has_track;

/// A line passes a place within this distance.
const REACH_KM: f64 = 20.0;
/// A km beside a place counts as so many along the line.
const BESIDE: f64 = 3.0;
/// Ends of a leg are kept as long as they are so much worse than the best: the next leg may begin there.
const WORSE_KM: f64 = 30.0;
/// Between two places a line is at most so many times as long as the straight line, ...
const WINDING: f64 = 1.6;
/// ... and so many km, the distances beside the places counted.
const ROUND_KM: f64 = 30.0;
/// The network gives lengths as short as this share of the straight line.
const SHORTEST: f64 = 0.95;

/// The tracks of a network, by latitude.
pub(super) struct Rails<'a> {
    network: &'a Network,
    by_latitude: Vec<NodeId>,
}

/// How a node was reached: metres from the start, and the link.
type Reached = HashMap<NodeId, (u64, Option<LinkId>)>;

impl<'a> Rails<'a> {
    pub(super) fn new(network: &'a Network) -> Rails<'a> {
        let on_track = |node: &NodeId| {
            matches!(network.node_layer[node.ix()], Layer::Rail(_))
                && network.links_of(*node).iter().any(|(link, _)| has_track(network, *link))
        };
        let mut by_latitude: Vec<NodeId> =
            (0..network.nodes()).map(NodeId::at).filter(on_track).collect();
        by_latitude.sort_by_key(|node| (network.node_e3[node.ix()], *node));
        Rails { network, by_latitude }
    }

    /// The links of the shortest way past the places, on tracks of one gauge; none if there is no such way.
    /// Where the network is cut at a place, the line goes on beside it.
    pub(super) fn lay(&self, places: &[(f64, f64)], gauge: Option<u16>) -> Option<Vec<LinkId>> {
        let mut line = Vec::new();
        let mut at = 0;
        while at + 1 < places.len() {
            let (links, legs) = self.chain(&places[at..], gauge);
            if legs == 0 {
                return None;
            }
            line.extend(links);
            at += legs;
        }
        Some(line)
    }

    /// The links of as many legs from the first place as are joined, and how many those are.
    fn chain(&self, places: &[(f64, f64)], gauge: Option<u16>) -> (Vec<LinkId>, usize) {
        let mut ends = self.near(places[0], gauge);
        let mut legs = Vec::with_capacity(places.len());
        for leg in places.windows(2) {
            let most_km = great_circle_km(leg[0], leg[1]) * WINDING + ROUND_KM;
            let reached = self.leg(&ends, leg[1], gauge, metres(most_km));
            let mut next = self.near(leg[1], gauge);
            next.retain_mut(|(node, m)| {
                let so_far = reached.get(node);
                *m += so_far.map_or(0, |(so_far, _)| *so_far);
                so_far.is_some()
            });
            if next.is_empty() {
                break;
            }
            ends = next;
            legs.push(reached);
        }
        let mut line = Vec::new();
        if let Some((end, _)) = ends.into_iter().min_by_key(|(node, m)| (*m, *node)) {
            legs.iter().rev().fold(end, |node, reached| self.back(reached, node, &mut line));
        }
        line.reverse();
        (line, legs.len())
    }

    /// Nodes within reach of a place, each with what its distance counts, m.
    fn near(&self, at: (f64, f64), gauge: Option<u16>) -> Vec<(NodeId, u64)> {
        let n = self.network;
        let reach_e3 = (REACH_KM / 111.0 * 1e3) as i32;
        let lat_e3 = (at.0 * 1e3) as i32;
        let south = |node: &NodeId| n.node_e3[node.ix()][0] < lat_e3 - reach_e3;
        let band = self.by_latitude[self.by_latitude.partition_point(south)..].iter();
        band.take_while(|node| n.node_e3[node.ix()][0] <= lat_e3 + reach_e3)
            .filter(|node| gauge.is_none() || n.node_layer[node.ix()].gauge_mm() == gauge)
            .map(|node| (*node, great_circle_km(degrees(n.node_e3[node.ix()]), at)))
            .filter(|(_, km)| *km <= REACH_KM)
            .map(|(node, km)| (node, metres(km * BESIDE)))
            .collect()
    }

    /// The shortest ways by A* to the nodes within reach of a place: to the best and to those little worse.
    fn leg(
        &self,
        starts: &[(NodeId, u64)],
        to: (f64, f64),
        gauge: Option<u16>,
        most_m: u64,
    ) -> Reached {
        let n = self.network;
        let beside: HashMap<NodeId, u64> = self.near(to, gauge).into_iter().collect();
        let ahead = |node: NodeId| metres(great_circle_km(n.at(node), to) * SHORTEST);
        let mut reached: Reached = starts.iter().map(|(s, m)| (*s, (*m, None))).collect();
        let mut queue: BinaryHeap<Reverse<(u64, u64, NodeId)>> =
            starts.iter().map(|(s, m)| Reverse((m + ahead(*s), *m, *s))).collect();
        let mut limit = starts.iter().map(|(_, m)| m + most_m).min().unwrap_or(0);
        while let Some(Reverse((estimate, m, node))) = queue.pop() {
            if estimate > limit {
                break;
            }
            if reached[&node].0 < m {
                continue;
            }
            if let Some(beside) = beside.get(&node) {
                limit = limit.min(m + beside + metres(WORSE_KM));
            }
            for (link, next) in n.links_of(node).iter().filter(|(link, _)| has_track(n, *link)) {
                let m = m + u64::from(n.length_m(*link));
                if reached.get(next).is_none_or(|(known, _)| m < *known) {
                    reached.insert(*next, (m, Some(*link)));
                    queue.push(Reverse((m + ahead(*next), m, *next)));
                }
            }
        }
        reached
    }

    /// Adds the links of a leg, from its end back to its start, which is returned.
    fn back(&self, reached: &Reached, mut node: NodeId, line: &mut Vec<LinkId>) -> NodeId {
        let n = self.network;
        while let Some(link) = reached[&node].1 {
            line.push(link);
            node = if n.tail[link.ix()] == node { n.head[link.ix()] } else { n.tail[link.ix()] };
        }
        node
    }
}

fn metres(km: f64) -> u64 {
    (km * 1e3).round() as u64
}
