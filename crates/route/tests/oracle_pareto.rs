//! Pareto sets against all simple paths of small networks.

mod common;

use std::collections::HashSet;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_cch::pareto_core::{FOR_ONE, ParetoCore};
use trimodal_model::Control;
use trimodal_model::network::{Network, NodeId};
use trimodal_route::arc_list::ArcList;
use trimodal_route::cost::{ArcCosts, CostModel, CostVector, plus};
use trimodal_route::graph::Step;
use trimodal_route::graph::{Graph, State};
use trimodal_route::objective::Objective;
use trimodal_route::search::{
    LowerBounds, Path, SearchRegion, Task, apex_search, backward, core_search, pareto_search,
    thinned, undominated,
};
use trimodal_route::trade::TradeGeography;
use trimodal_route::{Cargo, Closures, Parameters};

struct Case<'a> {
    n: &'a Network,
    graph: Graph,
    costs: ArcCosts,
}

impl Case<'_> {
    fn cost(&self, step: Step, a: State, b: State) -> Option<CostVector> {
        let mode = |s: State| self.n.node_layer[self.graph.node(s).ix()].mode();
        match step {
            Step::Link(l) => self.costs.link(self.n, l, self.graph.node(a)),
            Step::Service(id) => self.costs.service(id),
            Step::Transfer(t) => self.costs.transfer(t, mode(a), mode(b)),
        }
    }

    /// The costs of all simple paths of states.
    fn all(
        &self,
        at: State,
        end: State,
        so_far: CostVector,
        seen: &mut HashSet<State>,
        out: &mut Vec<CostVector>,
    ) {
        if at == end {
            out.push(so_far);
            return;
        }
        seen.insert(at);
        let mut next = Vec::new();
        self.graph.out(at, |step, to| next.push((step, to)));
        for (step, to) in next {
            if let Some(w) = self.cost(step, at, to)
                && !seen.contains(&to)
            {
                self.all(to, end, plus(so_far, w), seen, out);
            }
        }
        seen.remove(&at);
    }

    /// The least of each criterion from every state to the end, at which some more is added.
    fn bounds(&self, end: State, more: CostVector) -> [Vec<u64>; 3] {
        [0, 1, 2].map(|c| {
            let cost = |step, a, b| Some(self.cost(step, a, b)?[c]);
            backward(&self.graph, &[(end, more[c])], cost).cost
        })
    }

    fn found(&self, start: State, end: State, tolerance_ppm: u64) -> Vec<Path> {
        let bounds = self.bounds(end, [0; 3]);
        let task = Task {
            sources: &[(start, [0; 3])],
            targets: &[(end, [0; 3])],
            tolerance_ppm,
            max_labels: 1_000_000,
        };
        let cost = |s, a, b| self.cost(s, a, b);
        let control = Control::none();
        let found = pareto_search(&self.graph, &task, &mut &bounds[..], &[], cost, &control);
        assert_eq!(found.stopped, None);
        undominated(found.paths)
    }
}

fn on_random_networks(
    seeds: std::ops::Range<u64>,
    mut check: impl FnMut(&Case, State, State, &[CostVector]),
) {
    for seed in seeds {
        let n = common::network(seed);
        let parameters = Parameters::default();
        let trade = TradeGeography::new(&n);
        let model = CostModel::new((&n, &parameters, &trade), (Cargo::Containers, 10.0), "");
        let costs = ArcCosts::new(&model, &Closures::default());
        let case = Case { n: &n, graph: Graph::new(n.clone()), costs };
        let (a, b) = common::ends(&n, seed);
        let (start, end) = (case.graph.loaded(NodeId::at(a)), case.graph.arrived(NodeId::at(b)));
        let mut all = Vec::new();
        case.all(start, end, [0; 3], &mut HashSet::new(), &mut all);
        check(&case, start, end, &all);
    }
}

fn dominates(a: &CostVector, b: &CostVector) -> bool {
    (0..3).all(|c| a[c] <= b[c])
}

fn front(all: &[CostVector]) -> Vec<CostVector> {
    let best = |w: &&CostVector| !all.iter().any(|o| o != *w && dominates(o, w));
    let mut front: Vec<CostVector> = all.iter().filter(best).copied().collect();
    front.sort_unstable();
    front.dedup();
    front
}

#[test]
fn without_tolerance_it_is_the_whole_set() {
    let (mut sizes, mut unreachable) = (Vec::new(), 0);
    on_random_networks(0..400, |case, start, end, all| {
        let ours: Vec<CostVector> = case.found(start, end, 0).iter().map(|w| w.cost).collect();
        assert_eq!(ours, front(all));
        if all.is_empty() { unreachable += 1 } else { sizes.push(ours.len()) }
    });
    assert!(sizes.iter().filter(|s| **s > 1).count() > 30, "too few sets with a choice");
    assert!(unreachable > 0, "some must be unreachable");
}

#[test]
fn with_a_tolerance_every_path_is_covered() {
    const PPM: u64 = 100_000;
    on_random_networks(0..400, |case, start, end, all| {
        let ours = case.found(start, end, PPM);
        for w in all {
            let covered = ours
                .iter()
                .any(|o| (0..3).all(|c| o.cost[c] * 1_000_000 <= w[c] * (1_000_000 + PPM)));
            assert!(covered, "{w:?} is not covered by {ours:?}");
        }
        let costs: Vec<CostVector> = ours.iter().map(|w| w.cost).collect();
        assert_eq!(front(&costs).len(), costs.len(), "one listed path dominates another");
    });
}

#[test]
fn a_core_for_one_question_covers_every_path() {
    const PPM: u64 = 50_000;
    let mut listed = 0;
    on_random_networks(0..400, |case, start, end, all| {
        let arcs = ArcList::new(&case.graph, &|_| true);
        let cost = |arc: usize| {
            let (a, b) = arcs.ends[arc];
            case.cost(arcs.steps[arc], State(a), State(b))
        };
        let order: Vec<u32> = (0..case.graph.states() as u32).collect();
        let core = ParetoCore::new(&order, &arcs.ends, FOR_ONE, cost).expect("costs of 32 bits");
        // Both ends add a cost.
        let ends = [[3, 5, 7], [11, 13, 17]];
        let task = Task {
            sources: &[(start, ends[0])],
            targets: &[(end, ends[1])],
            tolerance_ppm: PPM,
            max_labels: 1_000_000,
        };
        let mut region = SearchRegion::whole(PPM);
        let bounds = case.bounds(end, ends[1]);
        let control = Control::none();
        let found = core_search((&arcs, &core), &task, &bounds, &mut region, &control);
        assert_eq!(found.stopped, None);
        for path in &found.paths {
            assert_eq!((path.start, path.end()), (start, end));
            let (mut at, mut sum) = (start, plus(ends[0], ends[1]));
            for (step, to) in &path.steps {
                sum = plus(sum, case.cost(*step, at, *to).expect("an open step"));
                at = *to;
            }
            assert_eq!(sum, path.cost);
        }
        for w in all.iter().map(|w| plus(*w, plus(ends[0], ends[1]))) {
            let covers =
                |o: &Path| (0..3).all(|c| o.cost[c] * 1_000_000 <= w[c] * (1_000_000 + PPM));
            assert!(found.paths.iter().any(covers), "{w:?} is not covered");
        }
        listed += found.paths.len();
    });
    assert!(listed > 300, "{listed} paths");
}

#[test]
fn thinning_keeps_the_best_by_each_and_covers_the_rest() {
    const PPM: u64 = 200_000;
    on_random_networks(0..300, |case, start, end, all| {
        let whole = case.found(start, end, 0);
        let few = thinned(whole.clone(), PPM);
        for c in 0..3 {
            let least = |paths: &[Path]| paths.iter().map(|w| w.cost[c]).min();
            let (few, whole) = (least(&few), least(&whole));
            // One that is all but equal may stand for it.
            assert!(few.map(|w| w - w / 1_999) <= whole, "{few:?} {whole:?}");
        }
        for w in all {
            assert!(
                few.iter()
                    .any(|o| { (0..3).all(|c| o.cost[c] * 1_000_000 <= w[c] * (1_000_000 + PPM)) })
            );
        }
    });
}

/// A lattice of which every street leads right or down, and is two streets that are each better in
/// something: hundreds of paths of which none is better than another.
struct Streets {
    side: u32,
    /// For each crossing: to the right and down, the costs of both streets.
    cost: Vec<[[CostVector; 2]; 2]>,
}

impl Streets {
    fn new(seed: u64) -> Streets {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let side = 3 + (seed % 5) as u32;
        let mut one = |most: f64| 1 + (rng.random::<f64>() * most) as u64;
        let mut street = || [one(900.0), one(200_000.0), one(300_000.0)];
        let cost = (0..side * side).map(|_| [0; 2].map(|_| [0; 2].map(|_| street()))).collect();
        Streets { side, cost }
    }

    fn out(&self, at: State, visit: &mut dyn FnMut(u8, State, CostVector)) {
        let (row, column) = (at.0 / self.side, at.0 % self.side);
        for (direction, open, to) in
            [(0, column + 1 < self.side, 1), (1, row + 1 < self.side, self.side)]
        {
            for street in (0..2).filter(|_| open) {
                let cost = self.cost[at.ix()][direction][street];
                visit((2 * direction + street) as u8, State(at.0 + to), cost);
            }
        }
    }

    fn end(&self) -> State {
        State(self.side * self.side - 1)
    }

    /// Every cost that is not dominated.
    fn front(&self) -> Vec<CostVector> {
        let mut fronts = vec![Vec::new(); self.cost.len()];
        fronts[0].push([0; 3]);
        for at in 0..self.cost.len() {
            let here = front(&fronts[at]);
            self.out(State(at as u32), &mut |_, to, w| {
                fronts[to.ix()].extend(here.iter().map(|h| plus(*h, w)));
            });
            fronts[at] = here;
        }
        fronts.pop().unwrap_or_default()
    }

    /// The least cost to the end, by every objective.
    fn rest(&self) -> Left {
        let left = |objective: Objective| {
            let mut left = vec![u64::MAX; self.cost.len()];
            left[self.end().ix()] = 0;
            for at in (0..self.cost.len()).rev() {
                self.out(State(at as u32), &mut |_, to, w| {
                    left[at] = left[at].min(left[to.ix()] + objective.of(w, 0));
                });
            }
            left
        };
        Left(Objective::of_pareto().map(left).collect())
    }
}

struct Left(Vec<Vec<u64>>);

impl LowerBounds for Left {
    fn bound(&mut self, state: State, objective: usize) -> u64 {
        self.0[objective][state.ix()]
    }
}

#[test]
fn apex_search_covers_every_path() {
    let (mut whole, mut kept) = (0, 0);
    for seed in 0..200 {
        let streets = Streets::new(seed);
        let expected = streets.front();
        let ppm = [20_000, 50_000, 150_000, 400_000][seed as usize / 5 % 4];
        let task = Task {
            sources: &[(State(0), [0; 3])],
            targets: &[(streets.end(), [0; 3])],
            tolerance_ppm: ppm,
            max_labels: 1_000_000,
        };
        let mut region = SearchRegion::whole(ppm);
        // Every third question knows a path to begin with.
        let mut paths: Vec<CostVector> =
            expected.iter().take(usize::from(seed % 3 == 0)).copied().collect();
        paths.iter().for_each(|w| region.cover(*w));
        let states = streets.cost.len();
        let found = apex_search(
            states,
            &task,
            &mut streets.rest(),
            &mut region,
            |s, visit| streets.out(s, visit),
            &Control::none(),
        );
        assert_eq!(found.stopped, None);
        for path in &found.paths {
            let mut sum = [0; 3];
            let mut at = State(0);
            for (street, to) in &path.steps {
                let [direction, street] = [usize::from(street / 2), usize::from(street % 2)];
                sum = plus(sum, streets.cost[at.ix()][direction][street]);
                at = *to;
            }
            assert_eq!((at, sum), (streets.end(), path.cost), "seed {seed}");
        }
        paths.extend(found.paths.iter().map(|w| w.cost));
        for w in &expected {
            let covers =
                |o: &CostVector| (0..3).all(|c| o[c] * 1_000_000 <= w[c] * (1_000_000 + ppm));
            assert!(paths.iter().any(covers), "seed {seed}: {w:?} is not covered");
        }
        (whole, kept) = (whole + expected.len(), kept + paths.len());
    }
    assert!(kept * 3 < whole, "{kept} of {whole} paths");
}
