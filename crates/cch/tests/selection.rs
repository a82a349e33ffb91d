//! Distances and paths between two lists of points, against single queries.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_cch::INFINITY;
use trimodal_cch::cch::Cch;
use trimodal_cch::climb::{LANES, Point};
use trimodal_cch::metric::Metric;
use trimodal_cch::order::order;
use trimodal_cch::perfect::PerfectMetric;
use trimodal_cch::query::{CchView, Direction, Query};
use trimodal_cch::selection::{Selection, Sweep};
use trimodal_cch::unpack::{UnpackBuffer, Unpacker, directed_arc};

fn graph(rng: &mut Pcg64Mcg) -> (usize, Vec<(u32, u32)>, Vec<u32>, Cch) {
    let nodes = 2 + (rng.random::<f64>() * 120.0) as usize;
    let mut pick = |most: usize| (rng.random::<f64>() * most as f64) as u32;
    let count = 3 * nodes;
    let arcs: Vec<(u32, u32)> = (0..count).map(|_| (pick(nodes), pick(nodes))).collect();
    let cost = |n: u32| match n {
        0 => INFINITY,
        1 => 0,
        2 => INFINITY - 3,
        n => n % 40,
    };
    let costs: Vec<u32> = arcs.iter().map(|_| cost(pick(400))).collect();
    let at: Vec<[f32; 3]> =
        (0..nodes).map(|i| [(i % 11) as f32 / 11.0, (i / 11) as f32 / 11.0, 1.0]).collect();
    let cch = Cch::new(&arcs, &order(nodes, &arcs, &at));
    (nodes, arcs, costs, cch)
}

fn points(nodes: usize, count: usize, rng: &mut Pcg64Mcg) -> Vec<Point> {
    let mut pick = |most: usize| (rng.random::<f64>() * most as f64) as u32;
    let mut point = || (0..pick(4)).map(|_| (pick(nodes), pick(30))).collect::<Point>();
    (0..count).map(|_| point()).collect()
}

/// The least over all pairs of nodes of two points.
fn expected(view: &CchView, from: &Point, to: &Point) -> u32 {
    let mut query = Query::default();
    let mut least = INFINITY;
    for (a, before) in from {
        for (b, after) in to {
            let cost = query.distance(view, *a, *b);
            least = least.min(cost.saturating_add(*before).saturating_add(*after));
        }
    }
    least
}

#[test]
fn points_are_as_far_apart_as_their_nearest_nodes_and_paths_cost_what_they_say() {
    let mut reached = 0;
    for seed in 0..400 {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let (nodes, arcs, costs, cch) = graph(&mut rng);
        let metric = Metric::customize(&cch, &costs);
        let perfect = PerfectMetric::new(&cch, &metric);
        let perfect = (seed % 2 == 0).then_some(&perfect);
        let view = CchView { cch: &cch, costs: &costs, metric: &metric, perfect, unpacking: None };
        let (rows, columns) = (points(nodes, LANES, &mut rng), points(nodes, 20, &mut rng));
        let towards = if seed % 3 == 0 { Direction::Forward } else { Direction::Backward };
        let selection =
            Selection::new(&view, &columns, towards, if seed % 5 == 0 { 0 } else { LANES });
        let mut sweep = Sweep::default();
        selection.sweep(&view, &rows, &mut sweep);
        for (j, column) in columns.iter().enumerate() {
            let found = selection.reached(&sweep, j);
            for (lane, row) in rows.iter().enumerate() {
                let (from, to) = match towards {
                    Direction::Backward => (row, column),
                    Direction::Forward => (column, row),
                };
                let best = found[lane];
                let right = expected(&view, from, to);
                assert_eq!(best.cost, right, "seed {seed}, {lane} to {j}");
                if right >= INFINITY - 200 {
                    continue;
                }
                reached += 1;
                let forwards = towards == Direction::Backward;
                let mut path: Vec<u32> = selection
                    .arcs_above(&cch, &sweep, lane, best.top)
                    .map(|a| directed_arc(a, forwards))
                    .collect();
                path.reverse();
                let below: Vec<u32> = selection.arcs_below(&sweep, lane, best.at).collect();
                path.extend(below.iter().rev().map(|a| directed_arc(*a, !forwards)));
                if !forwards {
                    path.reverse();
                }
                let unpacker =
                    Unpacker { cch: &cch, metric: &metric, costs: &costs, unpacking: None };
                unpacker.unpack(&mut path, &mut UnpackBuffer::default());
                assert!(path.windows(2).all(|w| arcs[w[0] as usize].1 == arcs[w[1] as usize].0));
                let sum: u32 = path.iter().map(|a| costs[*a as usize]).sum();
                let enters = |point: &Point, node: Option<u32>, cost: u32| {
                    point.iter().any(|(v, c)| *c <= cost && node.is_none_or(|n| n == *v))
                };
                let rest = best.cost - sum;
                assert!(enters(from, path.first().map(|a| arcs[*a as usize].0), rest));
                assert!(enters(to, path.last().map(|a| arcs[*a as usize].1), rest));
            }
        }
    }
    assert!(reached > 10_000, "{reached}");
}
