//! The topology of a network as a customizable contraction hierarchy: built once for a network.

use std::collections::BTreeSet;

use trimodal_cch::INFINITY;
use trimodal_cch::cch::Cch;
use trimodal_cch::order::{complete_order, separator_order};
use trimodal_model::network::{LinkId, Network, NodeId, degrees};

use crate::graph::{Graph, State, Step};
use crate::snap::on_sphere;

/// The separator order of the nodes of a network, to be stored with it.
pub fn order(network: &Network) -> Vec<u32> {
    let at: Vec<[f32; 3]> = network.node_e3.iter().map(|e3| on_sphere(degrees(*e3))).collect();
    separator_order(network.nodes(), &edges(network), &at)
}

/// The edges between the nodes of a network: links and transfers.
fn edges(network: &Network) -> Vec<(u32, u32)> {
    let links = network.tail.iter().zip(&network.head).map(|(a, b)| (a.0, b.0));
    let transfers = network.terminals.iter().flat_map(|t| &t.transfers).map(|(a, b)| (a.0, b.0));
    links.chain(transfers).collect()
}

/// The contracted states of a network. The arcs of the hierarchy's input graph are the steps between them.
pub struct ContractedNetwork {
    /// The hierarchy.
    pub cch: Cch,
    /// The step of each arc.
    pub steps: Vec<Step>,
    /// Its states, from and to.
    pub ends: Vec<(u32, u32)>,
    /// Start of the arcs out of each state; one more entry than states.
    first_out: Vec<u32>,
}

impl ContractedNetwork {
    /// Contracts a graph by the separator order of its network (see [`order`]). Any order gives the same
    /// answers; one that was computed for another network is slow.
    pub fn new(graph: &Graph, separators: &[u32]) -> ContractedNetwork {
        let (mut steps, mut ends, mut first_out) = (Vec::new(), Vec::new(), vec![0]);
        for from in (0..graph.states() as u32).map(State) {
            graph.out(from, |step, to| {
                steps.push(step);
                ends.push((from.0, to.0));
            });
            first_out.push(ends.len() as u32);
        }
        // The other states of a node go right before the first.
        let all = |node: &u32| {
            let mut states: Vec<u32> = graph.states_of(NodeId(*node)).map(|s| s.0).collect();
            states.reverse();
            states
        };
        let mut nodes = complete_order(graph.network.nodes(), &edges(&graph.network), separators);
        // Services join places far apart: their ends go last, where they cut nothing in two.
        let far = graph.services.iter().flat_map(|s| [s.from.0, s.to().0]);
        let far: BTreeSet<u32> = far.collect();
        nodes.sort_by_key(|node| far.contains(node));
        let states: Vec<u32> = nodes.iter().flat_map(all).collect();
        ContractedNetwork { cch: Cch::new(&ends, &states), steps, ends, first_out }
    }

    /// The cost of each arc by an objective; [`INFINITY`] where it is closed, at most [`MAX_WEIGHT`] where
    /// it is open.
    pub fn costs(&self, value: impl Fn(Step, State, State) -> Option<u64>) -> Vec<u32> {
        let cost = |(step, (a, b)): (&Step, &(u32, u32))| {
            let value = value(*step, State(*a), State(*b));
            value.map_or(INFINITY, |v| u32::try_from(v).unwrap_or(MAX_WEIGHT).min(MAX_WEIGHT))
        };
        self.steps.iter().zip(&self.ends).map(cost).collect()
    }

    /// The arcs along a link.
    pub fn arcs_of(&self, graph: &Graph, link: LinkId) -> Vec<u32> {
        let ends = [graph.network.tail[link.ix()], graph.network.head[link.ix()]];
        let mut states: Vec<State> = ends.iter().flat_map(|n| graph.states_of(*n)).collect();
        states.sort_unstable();
        states.dedup();
        let arcs = states.iter().flat_map(|s| self.first_out[s.ix()]..self.first_out[s.ix() + 1]);
        arcs.filter(|arc| self.steps[*arc as usize] == Step::Link(link)).collect()
    }

    /// The step of an arc, with the state it leads to.
    pub(crate) fn step(&self, arc: u32) -> (Step, State) {
        (self.steps[arc as usize], State(self.ends[arc as usize].1))
    }
}

/// The greatest finite cost: a path of this cost, or no path, means a path of at least this cost or none.
pub const MAX_WEIGHT: u32 = INFINITY - 1;
