//! Everything against the searches of another library, on thousands of random graphs.

use petgraph::algo::{all_simple_paths, dijkstra};
use petgraph::graph::DiGraph;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_cch::INFINITY;
use trimodal_cch::cch::Cch;
use trimodal_cch::many_to_many::{LabelSet, table, table_on};
use trimodal_cch::metric::Metric;
use trimodal_cch::order::order;
use trimodal_cch::pareto_core::{CoreQuery, Costs, FOR_MANY, FOR_ONE, ParetoCore};
use trimodal_cch::partial::partial_customize;
use trimodal_cch::perfect::PerfectMetric;
use trimodal_cch::potential::Potential;
use trimodal_cch::query::{CchView, Direction, Query};
use trimodal_cch::unpack::Unpacking;

struct Case {
    nodes: usize,
    arcs: Vec<(u32, u32)>,
    costs: Vec<u32>,
    cch: Cch,
}

/// A graph with loops, parallel and one-way arcs, costs of nothing, closed arcs, pieces apart.
fn case(seed: u64) -> (Case, Pcg64Mcg) {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let nodes = 1 + (rng.random::<f64>().powi(2) * 60.0) as usize;
    let count = (rng.random::<f64>() * 3.5 * nodes as f64) as usize;
    let mut pick = |most: usize| (rng.random::<f64>() * most as f64) as u32;
    let mut arcs = Vec::new();
    for _ in 0..count {
        let (a, b) = (pick(nodes), pick(nodes));
        arcs.push((a, b));
        if pick(3) > 0 {
            arcs.push((b, a));
        }
    }
    let costs = arcs
        .iter()
        .map(|_| match pick(12) {
            0 => 0,
            1 => INFINITY,
            2 => INFINITY - 1 - pick(5),
            n if n < 6 => pick(5),
            _ => pick(1_000_000),
        })
        .collect();
    let at: Vec<[f32; 3]> = (0..nodes)
        .map(|_| {
            let (lat, lon) = (rng.random::<f64>() * 3.0 - 1.5, rng.random::<f64>() * 6.2);
            [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()].map(|x| x as f32)
        })
        .collect();
    let order = order(nodes, &arcs, &at);
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..nodes as u32).collect::<Vec<_>>(), "an order has every node once");
    let cch = Cch::new(&arcs, &order);
    (Case { nodes, arcs, costs, cch }, rng)
}

impl Case {
    /// Distances from a node by petgraph; [`INFINITY`] where there is none, or its cost overflows.
    fn expected(&self, from: u32) -> Vec<u32> {
        let mut graph = DiGraph::<(), u64>::new();
        let ids: Vec<_> = (0..self.nodes).map(|_| graph.add_node(())).collect();
        for ((a, b), cost) in self.arcs.iter().zip(&self.costs).filter(|(_, c)| **c != INFINITY) {
            graph.add_edge(ids[*a as usize], ids[*b as usize], u64::from(*cost));
        }
        let found = dijkstra(&graph, ids[from as usize], None, |e| *e.weight());
        let of = |id| found.get(id).map_or(INFINITY, |d| u32::try_from(*d).unwrap_or(INFINITY));
        ids.iter().map(of).collect()
    }
}

/// That a path joins its ends at its cost.
fn check_path(case: &Case, path: &[u32], from: u32, to: u32, cost: u32) {
    let mut at = from;
    let mut sum = 0_u32;
    for arc in path {
        let (a, b) = case.arcs[*arc as usize];
        assert_eq!(a, at, "a path is connected");
        sum += case.costs[*arc as usize];
        at = b;
    }
    assert_eq!((at, sum), (to, cost));
}

#[test]
fn distances_paths_and_tables_are_those_of_dijkstra() {
    let (mut reached, mut apart) = (0, 0);
    for seed in 0..3_000 {
        let (case, _) = case(seed);
        let cch = &case.cch;
        let metric = Metric::customize(cch, &case.costs);
        let perfect = PerfectMetric::new(cch, &metric);
        let unpacking = Unpacking::new(cch, &perfect, &case.costs);
        let found = Unpacking::unknown(cch);
        let plain =
            CchView { cch, costs: &case.costs, metric: &metric, perfect: None, unpacking: None };
        let all = [
            plain,
            CchView { unpacking: Some(&unpacking), ..plain },
            CchView { perfect: Some(&perfect), ..plain },
            CchView { perfect: Some(&perfect), unpacking: Some(&unpacking), ..plain },
            CchView { unpacking: Some(&found), ..plain },
        ];
        let list: Vec<u32> = (0..case.nodes as u32).collect();
        let expected: Vec<Vec<u32>> = list.iter().map(|a| case.expected(*a)).collect();
        let mut query = Query::default();
        for (n, views) in all.iter().enumerate() {
            for a in &list {
                for b in &list {
                    let want = expected[*a as usize][*b as usize];
                    assert_eq!(query.distance(views, *a, *b), want, "seed {seed}, {n}: {a} to {b}");
                    assert_eq!(query.path(views, *a, *b), want);
                    if want == INFINITY {
                        assert!(query.path.is_empty());
                        apart += 1;
                    } else {
                        check_path(&case, &query.path, *a, *b, want);
                        reached += 1;
                    }
                }
            }
            let few: Vec<u32> = list.iter().copied().filter(|v| v % 3 != 1).rev().collect();
            let (from, to) = (
                LabelSet::new(views, &few, Direction::Forward),
                LabelSet::new(views, &list, Direction::Backward),
            );
            let want: Vec<u32> = few.iter().flat_map(|a| expected[*a as usize].clone()).collect();
            assert_eq!(table(cch, &from, &to), want, "seed {seed}, {n}");
            assert_eq!(table_on(pulp::Arch::Scalar, cch, &from, &to), want);
        }
    }
    assert!(reached > 100_000 && apart > 100_000, "{reached} reached, {apart} apart");
}

#[test]
fn potentials_are_the_distances_of_dijkstra() {
    for seed in 0..1_000 {
        let (case, mut rng) = case(seed);
        let (cch, list) = (&case.cch, 0..case.nodes as u32);
        let mut pick = || (rng.random::<f64>() * case.nodes as f64) as u32;
        // By two metrics at once.
        let costs =
            case.costs.iter().map(|c| if pick() % 3 == 0 { INFINITY } else { c / 3 }).collect();
        let other = Case { nodes: case.nodes, arcs: case.arcs.clone(), costs, cch: cch.clone() };
        let metric = [&case, &other].map(|c| Metric::customize(cch, &c.costs));
        let views = [0, 1].map(|k| CchView {
            cch,
            costs: &[&case, &other][k].costs,
            metric: &metric[k],
            perfect: None,
            unpacking: None,
        });
        let expected =
            [&case, &other].map(|c| list.clone().map(|a| c.expected(a)).collect::<Vec<Vec<u32>>>());
        let ends: Vec<(u32, [u32; 2])> =
            (0..3).map(|_| (pick(), [pick() * 100, pick() * 50])).collect();
        let mut potential = Potential::default();
        for again in 0..2 {
            potential.set_targets(&views, &ends[again..]);
            for a in list.clone() {
                let want = [0, 1].map(|k| {
                    let to = |(e, more): &(u32, [u32; 2])| {
                        expected[k][a as usize][*e as usize].saturating_add(more[k])
                    };
                    ends[again..].iter().map(to).min().unwrap_or(INFINITY)
                });
                let first = if want[0] == INFINITY - 1 { INFINITY } else { want[0] };
                assert_eq!(*potential.distances(&views, a), [first, want[1]], "seed {seed}");
            }
        }
    }
}

#[test]
fn changed_prices_are_those_made_anew() {
    let (mut dearer, mut cheaper) = (0, 0);
    for seed in 0..3_000 {
        let (mut case, mut rng) = case(seed);
        if case.arcs.is_empty() {
            continue;
        }
        let mut metric = Metric::customize(&case.cch, &case.costs);
        for _ in 0..8 {
            let count = 1 + (rng.random::<f64>() * 4.0) as usize;
            let mut changed = Vec::new();
            for _ in 0..count {
                let arc = (rng.random::<f64>() * case.arcs.len() as f64) as usize;
                let new = match (rng.random::<f64>() * 4.0) as u32 {
                    0 => INFINITY,
                    1 => 0,
                    _ => (rng.random::<f64>() * 1e6) as u32,
                };
                dearer += usize::from(new > case.costs[arc]);
                cheaper += usize::from(new < case.costs[arc]);
                case.costs[arc] = new;
                changed.push(arc as u32);
            }
            partial_customize(&case.cch, &mut metric, &case.costs, &changed);
            assert_eq!(metric, Metric::customize(&case.cch, &case.costs), "seed {seed}");
        }
    }
    assert!(dearer > 10_000 && cheaper > 10_000, "{dearer} {cheaper}");
}

/// The costs of which none is at most another's in each of the three.
fn front(mut all: Vec<Costs>) -> Vec<Costs> {
    all.sort_unstable();
    all.dedup();
    let below = |a: &Costs, b: &Costs| a != b && (0..3).all(|c| a[c] <= b[c]);
    all.iter().filter(|b| !all.iter().any(|a| below(a, b))).copied().collect()
}

fn plus(a: Costs, b: Costs) -> Costs {
    [0, 1, 2].map(|c| a[c] + b[c])
}

/// The costs of all Pareto-optimal paths over a core, each with its arcs.
fn paths_over(query: &CoreQuery, nodes: usize, from: u32, to: u32) -> Vec<(Costs, Vec<u32>)> {
    let mut best: Vec<Vec<Costs>> = vec![Vec::new(); nodes];
    let (mut open, mut found) = (vec![(from, [0; 3], Vec::new())], Vec::new());
    while let Some((at, costs, rides)) = open.pop() {
        if best[at as usize].iter().any(|k| (0..3).all(|c| k[c] <= costs[c])) {
            continue;
        }
        best[at as usize].push(costs);
        if at == to {
            found.push((costs, rides.clone()));
        }
        query.out(at, |ride, next, more| {
            open.push((next, plus(costs, more), [&rides[..], &[ride]].concat()));
        });
    }
    found
}

/// A small graph with three costs for each open arc.
struct ThreeCosts {
    nodes: usize,
    arcs: Vec<(u32, u32)>,
    costs: Vec<Option<Costs>>,
    ends: [u32; 2],
}

impl ThreeCosts {
    /// Every other graph is so dense that a core of several nodes is left.
    fn new(seed: u64) -> ThreeCosts {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut pick = |most: usize| (rng.random::<f64>() * most as f64) as u32;
        let (nodes, count) = match seed % 2 {
            0 => (2 + pick(9) as usize, 2 + pick(25) as usize),
            _ => (7, 200),
        };
        let arcs: Vec<(u32, u32)> = (0..count)
            .flat_map(|_| {
                let (a, b) = (pick(nodes), pick(nodes));
                if pick(3) > 0 { vec![(a, b), (b, a)] } else { vec![(a, b)] }
            })
            .collect();
        let most = if seed.is_multiple_of(2) { 8 } else { 99 };
        let one = |_: &(u32, u32)| (pick(10) > 0).then(|| [0; 3].map(|_| pick(most)));
        let costs = arcs.iter().map(one).collect();
        let ends = [pick(nodes), pick(nodes)];
        ThreeCosts { nodes, arcs, costs, ends }
    }

    /// The Pareto set of the open arcs from one node to another.
    fn along(&self, a: u32, b: u32) -> Vec<Costs> {
        let arcs = self.arcs.iter().zip(&self.costs).filter(|(arc, _)| **arc == (a, b));
        front(arcs.filter_map(|(_, c)| *c).collect())
    }

    /// The Pareto set of all simple paths between the ends.
    fn expected(&self) -> Vec<Costs> {
        let [from, to] = self.ends;
        let mut graph = DiGraph::<(), Costs>::new();
        let ids: Vec<_> = (0..self.nodes).map(|_| graph.add_node(())).collect();
        // petgraph lists a path by its nodes: of parallel arcs each Pareto set is taken below.
        for ((a, b), _) in self.arcs.iter().zip(&self.costs).filter(|(_, c)| c.is_some()) {
            if !graph.contains_edge(ids[*a as usize], ids[*b as usize]) {
                graph.add_edge(ids[*a as usize], ids[*b as usize], [0; 3]);
            }
        }
        let (first, last) = (ids[from as usize], ids[to as usize]);
        let paths: Vec<Vec<_>> = if from == to {
            vec![vec![first]]
        } else {
            all_simple_paths::<Vec<_>, _, std::hash::RandomState>(&graph, first, last, 0, None)
                .collect()
        };
        let whole = |path: &Vec<petgraph::graph::NodeIndex>| {
            path.windows(2).fold(vec![[0; 3]], |sums, ab| {
                let more = self.along(ab[0].index() as u32, ab[1].index() as u32);
                front(sums.iter().flat_map(|s| more.iter().map(|m| plus(*s, *m))).collect())
            })
        };
        front(paths.iter().flat_map(whole).collect())
    }

    /// That some arcs join the ends at a cost.
    fn check(&self, path: &[u32], cost: Costs) {
        let (mut at, mut total) = (self.ends[0], [0; 3]);
        for arc in path {
            let (a, b) = self.arcs[*arc as usize];
            assert_eq!(a, at, "a path is connected");
            at = b;
            total = plus(total, self.costs[*arc as usize].expect("an open arc"));
        }
        assert_eq!((at, total), (self.ends[1], cost));
    }
}

#[test]
fn pareto_sets_of_three_costs_are_those_of_all_simple_paths() {
    let (mut with_a_choice, mut with_a_core) = (0, 0);
    for seed in 0..400 {
        let case = ThreeCosts::new(seed);
        let at = vec![[1.0, 0.0, 0.0]; case.nodes];
        let cch = Cch::new(&case.arcs, &order(case.nodes, &case.arcs, &at));
        let costs = |i: usize| case.costs[i].map(|c| c.map(u64::from));
        let core = ParetoCore::new(
            &cch.order(),
            &case.arcs,
            [FOR_ONE, FOR_MANY][seed as usize / 2 % 2],
            costs,
        )
        .expect("costs of 32 bits");
        let expected = case.expected();
        let [from, to] = case.ends;
        let ours = paths_over(&core.query([to]), case.nodes, from, to);
        let costs: Vec<Costs> = ours.iter().map(|(c, _)| *c).collect();
        assert_eq!(front(costs), expected, "seed {seed}");
        with_a_core += usize::from(core.core_nodes > 2);
        with_a_choice += usize::from(expected.len() > 1);
        for (cost, shortcuts) in &ours {
            let mut path = Vec::new();
            shortcuts.iter().for_each(|arc| core.unpack(*arc, &mut path));
            case.check(&path, *cost);
        }
        check_best_by_sums(&case, &core, &expected);
    }
    assert!(
        with_a_choice > 150 && with_a_core > 50,
        "{with_a_choice} with a choice, {with_a_core} with a core"
    );
}

/// That the best paths by weighted sums over the part between the ends are those of the Pareto set.
fn check_best_by_sums(case: &ThreeCosts, core: &ParetoCore, expected: &[Costs]) {
    let [from, to] = case.ends;
    let between = core.between([from], [to]);
    let start = between.number(from).expect("a source is among the nodes");
    for weights in [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 2, 5]] {
        let of = |costs: Costs| (0..3).map(|c| weights[c] * u64::from(costs[c])).sum::<u64>();
        let targets: Vec<(u32, u64)> = between.number(to).into_iter().map(|n| (n, 7)).collect();
        let tree = between.tree(&targets, of);
        let best = expected.iter().map(|costs| of(*costs) + 7).min();
        assert_eq!(tree.value[start as usize], best.unwrap_or(u64::MAX));
        let arcs = between.path(&tree, start);
        let Some(best) = best else {
            assert!(arcs.is_empty());
            continue;
        };
        let mut path = Vec::new();
        arcs.iter().for_each(|arc| core.unpack(arc.arc, &mut path));
        let cost = arcs.iter().fold([0; 3], |sum, arc| plus(sum, arc.costs));
        case.check(&path, cost);
        assert_eq!(of(cost) + 7, best);
    }
}

#[test]
fn nothing_changes_where_no_cost_changed() {
    let (case, _) = case(17);
    let mut metric = Metric::customize(&case.cch, &case.costs);
    let all: Vec<u32> = (0..case.arcs.len() as u32).collect();
    assert_eq!(partial_customize(&case.cch, &mut metric, &case.costs, &all), 0);
}

/// The edges of a lattice, and where its nodes are.
fn lattice(side: u32) -> (Vec<(u32, u32)>, Vec<[f32; 3]>) {
    let right = |v: u32| (v % side + 1 < side).then_some((v, v + 1));
    let down = |v: u32| (v + side < side * side).then_some((v, v + side));
    let edges = (0..side * side).flat_map(|v| [right(v), down(v)]).flatten().collect();
    let at = |v: u32| [1.0, (v % side) as f32 / 1e3, (v / side) as f32 / 1e3];
    (edges, (0..side * side).map(at).collect())
}

#[test]
fn the_same_order_on_one_thread_and_on_many() {
    // Large enough to be shared among threads.
    let (edges, at) = lattice(80);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap_or_else(|e| panic!("{e}")).install(|| order(at.len(), &edges, &at))
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn a_lattice_has_small_separators() {
    // A. George: nested dissection of a lattice of side n leaves at most 31/4 n^2 log2 n arcs.
    let side = 64_usize;
    let (edges, at) = lattice(side as u32);
    let cch = Cch::new(&edges, &order(at.len(), &edges, &at));
    let bound = 31 * side * side * 6 / 4;
    assert!(cch.arcs() < bound, "{} arcs, {bound} at most", cch.arcs());
}
