//! Pareto sets against all simple paths of small networks.

mod common;

use std::collections::HashSet;

use trimodal_model::network::{Network, NodeId};
use trimodal_route::graph::Step;
use trimodal_route::graph::{Graph, State};
use trimodal_route::pareto::{Task, Way, search, thinned, undominated};
use trimodal_route::search::backwards;
use trimodal_route::weights::{Pricing, Weight, Weights, plus};
use trimodal_route::{Cargo, Closures, Parameters};

struct Case<'a> {
    n: &'a Network,
    graph: Graph<'a>,
    weights: Weights,
}

impl Case<'_> {
    fn weigh(&self, step: Step, a: State, b: State) -> Option<Weight> {
        let mode = |s: State| self.n.node_layer[self.graph.node(s).ix()].mode();
        match step {
            Step::Link(l) => self.weights.link(l),
            Step::Transfer(t) => self.weights.transfer(t, mode(a), mode(b)),
        }
    }

    /// The weights of all simple paths of states.
    fn all(
        &self,
        at: State,
        end: State,
        so_far: Weight,
        seen: &mut HashSet<State>,
        out: &mut Vec<Weight>,
    ) {
        if at == end {
            out.push(so_far);
            return;
        }
        seen.insert(at);
        let mut next = Vec::new();
        self.graph.out(at, |step, to| next.push((step, to)));
        for (step, to) in next {
            if let Some(w) = self.weigh(step, at, to)
                && !seen.contains(&to)
            {
                self.all(to, end, plus(so_far, w), seen, out);
            }
        }
        seen.remove(&at);
    }

    fn found(&self, start: State, end: State, tolerance_ppm: u64) -> Vec<Way> {
        let bounds = [0, 1, 2]
            .map(|c| backwards(&self.graph, &[(end, 0)], |s, a, b| Some(self.weigh(s, a, b)?[c])));
        let task = Task {
            sources: &[(start, [0; 3])],
            ends: &[(end, [0; 3])],
            tolerance_ppm,
            most_labels: 1_000_000,
        };
        let found = search(&self.graph, &task, &mut &bounds, &[], |s, a, b| self.weigh(s, a, b));
        assert!(!found.cut);
        undominated(found.ways)
    }
}

fn on_random_networks(
    seeds: std::ops::Range<u64>,
    mut check: impl FnMut(&Case, State, State, &[Weight]),
) {
    for seed in seeds {
        let n = common::network(seed);
        let parameters = Parameters::default();
        let pricing = Pricing {
            network: &n,
            parameters: &parameters,
            cargo: Cargo::Containers,
            changes: Vec::new(),
        };
        let weights = Weights::new(&pricing, &Closures::default());
        let case = Case { n: &n, graph: Graph::new(&n), weights };
        let (a, b) = common::ends(&n, seed);
        let (start, end) = (case.graph.loaded(NodeId::at(a)), case.graph.arrived(NodeId::at(b)));
        let mut all = Vec::new();
        case.all(start, end, [0; 3], &mut HashSet::new(), &mut all);
        check(&case, start, end, &all);
    }
}

fn dominates(a: &Weight, b: &Weight) -> bool {
    (0..3).all(|c| a[c] <= b[c])
}

fn front(all: &[Weight]) -> Vec<Weight> {
    let best = |w: &&Weight| !all.iter().any(|o| o != *w && dominates(o, w));
    let mut front: Vec<Weight> = all.iter().filter(best).copied().collect();
    front.sort_unstable();
    front.dedup();
    front
}

#[test]
fn without_tolerance_it_is_the_whole_set() {
    let (mut sizes, mut unreachable) = (Vec::new(), 0);
    on_random_networks(0..400, |case, start, end, all| {
        let ours: Vec<Weight> = case.found(start, end, 0).iter().map(|w| w.weight).collect();
        assert_eq!(ours, front(all));
        if all.is_empty() { unreachable += 1 } else { sizes.push(ours.len()) }
    });
    assert!(sizes.iter().filter(|s| **s > 1).count() > 30, "too few sets with a choice");
    assert!(unreachable > 0, "some must be unreachable");
}

#[test]
fn with_a_tolerance_every_way_is_covered() {
    const PPM: u64 = 100_000;
    on_random_networks(0..400, |case, start, end, all| {
        let ours = case.found(start, end, PPM);
        for w in all {
            let covered = ours
                .iter()
                .any(|o| (0..3).all(|c| o.weight[c] * 1_000_000 <= w[c] * (1_000_000 + PPM)));
            assert!(covered, "{w:?} is not covered by {ours:?}");
        }
        let weights: Vec<Weight> = ours.iter().map(|w| w.weight).collect();
        assert_eq!(front(&weights).len(), weights.len(), "one listed way dominates another");
    });
}

#[test]
fn thinning_keeps_the_best_by_each_and_covers_the_rest() {
    const PPM: u64 = 200_000;
    on_random_networks(0..300, |case, start, end, all| {
        let whole = case.found(start, end, 0);
        let few = thinned(whole.clone(), PPM);
        for c in 0..3 {
            let least = |ways: &[Way]| ways.iter().map(|w| w.weight[c]).min();
            let (few, whole) = (least(&few), least(&whole));
            // One that is all but equal may stand for it.
            assert!(few.map(|w| w - w / 1_999) <= whole, "{few:?} {whole:?}");
        }
        for w in all {
            assert!(
                few.iter().any(|o| {
                    (0..3).all(|c| o.weight[c] * 1_000_000 <= w[c] * (1_000_000 + PPM))
                })
            );
        }
    });
}
