//! The network contracted, for many questions: see `trimodal_hierarchy`.

use trimodal_hierarchy::FAR;
use trimodal_hierarchy::shape::Shape;
use trimodal_model::network::{Network, degrees};

use crate::graph::{Graph, State, Step};

/// A graph with its shape: the arcs of the shape's graph are the steps between states.
pub struct Prepared {
    /// The shape.
    pub shape: Shape,
    /// The step of each arc.
    pub steps: Vec<Step>,
    /// Its states, from and to.
    pub ends: Vec<(u32, u32)>,
}

/// The nodes of a network, what joins them, and where they are on the unit sphere.
pub fn outline(network: &Network) -> (usize, Vec<(u32, u32)>, Vec<[f32; 3]>) {
    let links = network.tail.iter().zip(&network.head).map(|(a, b)| (a.0, b.0));
    let transfers = network.terminals.iter().flat_map(|t| &t.transfers).map(|(a, b)| (a.0, b.0));
    let on_sphere = |e3: &[i32; 2]| {
        let (lat, lon) = degrees(*e3);
        let (lat, lon) = (lat.to_radians(), lon.to_radians());
        [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()].map(|x| x as f32)
    };
    let at = network.node_e3.iter().map(on_sphere).collect();
    (network.nodes(), links.chain(transfers).collect(), at)
}

impl Prepared {
    /// Contracts a graph in an order of its network's nodes.
    pub fn new(graph: &Graph, order: &[u32]) -> Prepared {
        let (mut steps, mut ends) = (Vec::new(), Vec::new());
        for from in (0..graph.states() as u32).map(State) {
            graph.out(from, |step, to| {
                steps.push(step);
                ends.push((from.0, to.0));
            });
        }
        // What was just handled at a node goes right before the node.
        let both = |node: &u32| {
            let node = trimodal_model::network::NodeId(*node);
            let (handled, here) = (graph.loaded(node).0, graph.arrived(node).0);
            [Some(handled).filter(|h| *h != here), Some(here)].into_iter().flatten()
        };
        let states: Vec<u32> = order.iter().flat_map(both).collect();
        Prepared { shape: Shape::new(&ends, &states), steps, ends }
    }

    /// What each arc costs; [`FAR`] where it is closed or costs more than can be counted.
    pub fn costs(&self, weigh: impl Fn(Step, State, State) -> Option<u64>) -> Vec<u32> {
        let cost = |(step, (a, b)): (&Step, &(u32, u32))| {
            weigh(*step, State(*a), State(*b)).map_or(FAR, |w| u32::try_from(w).unwrap_or(FAR))
        };
        self.steps.iter().zip(&self.ends).map(cost).collect()
    }
}
