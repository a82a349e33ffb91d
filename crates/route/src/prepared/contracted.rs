//! The topology of a network as a customizable contraction hierarchy: built once for a network.

use trimodal_cch::INFINITY;
use trimodal_cch::cch::Cch;
use trimodal_cch::order::separator_order;
use trimodal_model::network::{Network, degrees};
use trimodal_model::scenario::Mode;

use crate::arc_list::{ArcList, contraction_order, edges};
use crate::graph::{Graph, State, Step};
use crate::snap::on_sphere;

/// The separator order of the nodes of a network, to be stored with it.
pub fn order(network: &Network) -> Vec<u32> {
    let at: Vec<[f32; 3]> = network.node_e3.iter().map(|e3| on_sphere(degrees(*e3))).collect();
    separator_order(network.nodes(), &edges(network, &|_| true), &at)
}

/// The contracted states of a network. The arcs of the hierarchy's input graph are the steps between them.
pub struct ContractedNetwork {
    /// The hierarchy.
    pub cch: Cch,
    /// The arcs of its input graph.
    pub arcs: ArcList,
}

impl ContractedNetwork {
    /// Contracts a graph by the separator order of its network (see [`order`]). Any order gives the same
    /// answers; one that was computed for another network is slow.
    pub fn new(graph: &Graph, separators: &[u32]) -> ContractedNetwork {
        ContractedNetwork::of_modes(graph, separators, &|_| true)
    }

    /// The same for questions that use some modes only: the other states have no arcs.
    pub fn of_modes(
        graph: &Graph,
        separators: &[u32],
        uses: &dyn Fn(Mode) -> bool,
    ) -> ContractedNetwork {
        let arcs = ArcList::new(graph, uses);
        let cch = Cch::new(&arcs.ends, &contraction_order(graph, separators, uses));
        ContractedNetwork { cch, arcs }
    }

    /// The cost of each arc by an objective; [`INFINITY`] where it is closed, at most [`MAX_WEIGHT`] where
    /// it is open.
    pub fn costs(&self, value: impl Fn(Step, State, State) -> Option<u64>) -> Vec<u32> {
        let cost = |(step, (a, b)): (&Step, &(u32, u32))| {
            let value = value(*step, State(*a), State(*b));
            value.map_or(INFINITY, |v| u32::try_from(v).unwrap_or(MAX_WEIGHT).min(MAX_WEIGHT))
        };
        self.arcs.steps.iter().zip(&self.arcs.ends).map(cost).collect()
    }
}

/// The greatest finite cost: a path of this cost, or no path, means a path of at least this cost or none.
pub const MAX_WEIGHT: u32 = INFINITY - 1;
