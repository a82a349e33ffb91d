//! Shortest paths against an independent implementation: petgraph's Dijkstra, on a state
//! graph built anew from the rules as the documentation has them.

mod common;

use std::collections::HashMap;
use std::sync::Arc;

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_model::network::{Layer, LinkId, Network, NodeId};
use trimodal_route::graph::{Graph, State, Step};
use trimodal_route::search::{INFINITY, backward, forward};

/// Two states a node, arrived and handled, and a cost for each step: metres for a ride, and for
/// a handling as much as a number of its terminal.
struct Oracle {
    graph: DiGraph<(), u64>,
    of: HashMap<(u32, bool), NodeIndex>,
}

const HANDLING: u64 = 50_000;

fn oracle(n: &Network) -> Oracle {
    let mut o = Oracle { graph: DiGraph::new(), of: HashMap::new() };
    for node in 0..n.nodes() as u32 {
        for handled in [false, true] {
            let index = o.graph.add_node(());
            o.of.insert((node, handled), index);
        }
    }
    // A port: a sea node of a terminal. A ship calls there, it does not sail through.
    let at_terminal: std::collections::HashSet<NodeId> =
        n.terminals.iter().flat_map(|t| &t.transfers).flat_map(|(a, b)| [*a, *b]).collect();
    for l in 0..n.links() {
        let m = u64::from(n.length_m(LinkId::at(l)));
        for (a, b) in [(n.tail[l], n.head[l]), (n.head[l], n.tail[l])] {
            let port = n.node_layer[a.ix()] == Layer::Sea && at_terminal.contains(&a);
            let to = o.of[&(b.0, false)];
            if !port {
                o.graph.add_edge(o.of[&(a.0, false)], to, m);
            }
            o.graph.add_edge(o.of[&(a.0, true)], to, m);
        }
    }
    for t in &n.terminals {
        for (a, b) in t.transfers.iter().filter(|(a, b)| a != b) {
            for (a, b) in [(a, b), (b, a)] {
                o.graph.add_edge(o.of[&(a.0, false)], o.of[&(b.0, true)], HANDLING);
            }
        }
    }
    o
}

fn cost(n: &Network) -> impl Fn(Step, State, State) -> Option<u64> {
    |step, _, _| match step {
        Step::Link(l) => Some(u64::from(n.length_m(l))),
        Step::Transfer(_) | Step::Service(_) => Some(HANDLING),
    }
}

/// Costs from one node, as petgraph has them, against ours; returns how many were compared.
fn compare(n: &Network, graph: &Graph, o: &Oracle, from: NodeId) -> usize {
    let start = graph.loaded(from);
    let handled = start != graph.arrived(from);
    let theirs = dijkstra(&o.graph, o.of[&(from.0, handled)], None, |e| *e.weight());
    let ours = forward(graph, &[(start, 0)], cost(n), |_, _| false);
    let mut reached = 0;
    for node in 0..n.nodes() {
        let state = graph.arrived(NodeId::at(node));
        let expected = theirs.get(&o.of[&(node as u32, false)]).copied();
        let mine = (ours.cost[state.ix()] != INFINITY).then_some(ours.cost[state.ix()]);
        assert_eq!(mine, expected, "from {from:?} to {node}");
        reached += usize::from(expected.is_some());
    }
    reached
}

#[test]
fn random_networks() {
    let mut reached = 0;
    for seed in 0..300 {
        let n = common::network(seed);
        let (graph, o) = (Graph::new(n.clone()), oracle(&n));
        for node in 0..n.nodes() {
            reached += compare(&n, &graph, &o, NodeId::at(node));
        }
    }
    assert!(reached > 5_000, "the networks must be joined well enough to test: {reached}");
}

#[test]
fn the_world_from_twenty_five_nodes_to_all() {
    let n = Arc::new(trimodal_world::network());
    let (graph, o) = (Graph::new(n.clone()), oracle(&n));
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    // 25 origins with 20 destinations each would be 500 pairs; all destinations are compared.
    for _ in 0..25 {
        compare(&n, &graph, &o, NodeId::at(rng.random_range(0..n.nodes())));
    }
}

#[test]
fn backward_is_forward_reversed() {
    for seed in 0..100 {
        let n = common::network(seed);
        let graph = Graph::new(n.clone());
        for end in 0..n.nodes() {
            let end = graph.arrived(NodeId::at(end));
            let back = backward(&graph, &[(end, 0)], cost(&n)).cost;
            for start in 0..graph.states() as u32 {
                let there = forward(&graph, &[(State(start), 0)], cost(&n), |_, _| false);
                assert_eq!(back[start as usize], there.cost[end.ix()]);
            }
        }
    }
}
