//! The steps between all states of a graph, listed as the arcs of an abstract graph, and the order in which its
//! states are contracted.

use std::collections::BTreeSet;

use trimodal_cch::order::complete_order;
use trimodal_model::network::{LinkId, Network, NodeId};
use trimodal_model::scenario::Mode;

use crate::cost::number;
use crate::graph::{Graph, State, Step};

/// The steps of a graph by some modes, in order of the state that they leave.
pub struct ArcList {
    /// The step of each arc.
    pub steps: Vec<Step>,
    /// Its states, from and to.
    pub ends: Vec<(u32, u32)>,
    /// Start of the arcs out of each state; one more entry than states.
    first_out: Vec<u32>,
}

impl ArcList {
    /// Lists the steps of a graph between states of the modes that are used.
    pub fn new(graph: &Graph, uses: &dyn Fn(Mode) -> bool) -> ArcList {
        let (mut steps, mut ends, mut first_out) = (Vec::new(), Vec::new(), vec![0]);
        let used = Mode::ALL.map(uses);
        let is_used = |state| used[number(mode_of(&graph.network, graph.node(state)))];
        for from in (0..graph.states() as u32).map(State) {
            if is_used(from) {
                graph.out(from, |step, to| {
                    if is_used(to) {
                        steps.push(step);
                        ends.push((from.0, to.0));
                    }
                });
            }
            first_out.push(ends.len() as u32);
        }
        ArcList { steps, ends, first_out }
    }

    /// The arcs along a link.
    pub fn of_link(&self, graph: &Graph, link: LinkId) -> Vec<u32> {
        let ends = [graph.network.tail[link.ix()], graph.network.head[link.ix()]];
        let mut states: Vec<State> = ends.iter().flat_map(|n| graph.states_of(*n)).collect();
        states.sort_unstable();
        states.dedup();
        let arcs = states.iter().flat_map(|s| self.first_out[s.ix()]..self.first_out[s.ix() + 1]);
        arcs.filter(|arc| self.steps[*arc as usize] == Step::Link(link)).collect()
    }

    /// The step of an arc, with the state it leads to.
    pub fn step(&self, arc: u32) -> (Step, State) {
        (self.steps[arc as usize], State(self.ends[arc as usize].1))
    }
}

/// The mode of a node.
fn mode_of(network: &Network, node: NodeId) -> Mode {
    network.node_layer[node.ix()].mode()
}

/// The edges between the nodes of a network by the modes that are used: links and transfers.
pub(crate) fn edges(network: &Network, uses: &dyn Fn(Mode) -> bool) -> Vec<(u32, u32)> {
    let links = network.tail.iter().copied().zip(network.head.iter().copied());
    let transfers = network.terminals.iter().flat_map(|t| t.transfers.iter().copied());
    let is_used = |node: NodeId| uses(mode_of(network, node));
    let used = links.chain(transfers).filter(|(a, b)| is_used(*a) && is_used(*b));
    used.map(|(a, b)| (a.0, b.0)).collect()
}

/// The states of a graph in the order in which they are contracted for the modes that are used.
pub(crate) fn contraction_order(
    graph: &Graph,
    separators: &[u32],
    uses: &dyn Fn(Mode) -> bool,
) -> Vec<u32> {
    // The other states of a node go right before the first.
    let all = |node: &u32| {
        let mut states: Vec<u32> = graph.states_of(NodeId(*node)).map(|s| s.0).collect();
        states.reverse();
        states
    };
    let mut nodes = complete_order(graph.network.nodes(), &edges(&graph.network, uses), separators);
    // Services join places far apart: their ends go last, where they cut nothing in two.
    let far = graph.services.iter().flat_map(|s| [s.from.0, s.to().0]);
    let far: BTreeSet<u32> = far.collect();
    nodes.sort_by_key(|node| far.contains(node));
    nodes.iter().flat_map(all).collect()
}
