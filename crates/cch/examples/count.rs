//! A fixed workload, for counting instructions (`.ci/test` holds the limit): a lattice contracted and
//! customized, a thousand path queries, a table.

use trimodal_cch::cch::Cch;
use trimodal_cch::many_to_many::{LabelSet, table_on};
use trimodal_cch::metric::Metric;
use trimodal_cch::order::order;
use trimodal_cch::perfect::PerfectMetric;
use trimodal_cch::query::{CchView, Direction, Query};
use trimodal_cch::unpack::Unpacking;

const SIDE: u32 = 60;

fn main() {
    let nodes = SIDE * SIDE;
    let mut arcs = Vec::new();
    for v in 0..nodes {
        let right = (v % SIDE + 1 < SIDE).then_some(v + 1);
        let down = (v + SIDE < nodes).then_some(v + SIDE);
        for w in [right, down].into_iter().flatten() {
            arcs.extend([(v, w), (w, v)]);
        }
    }
    let at: Vec<[f32; 3]> =
        (0..nodes).map(|v| [1.0, (v % SIDE) as f32 / 1e3, (v / SIDE) as f32 / 1e3]).collect();
    let cost = |i: u32| 1 + i.wrapping_mul(2_654_435_761) % 1000;
    let costs: Vec<u32> = (0..arcs.len() as u32).map(cost).collect();
    let cch = Cch::new(&arcs, &order(nodes as usize, &arcs, &at));
    let metric = Metric::customize(&cch, &costs);
    let perfect = PerfectMetric::new(&cch, &metric);
    let unpacking = Unpacking::new(&cch, &perfect, &costs);
    let view = CchView {
        cch: &cch,
        costs: &costs,
        metric: &metric,
        perfect: Some(&perfect),
        unpacking: Some(&unpacking),
    };
    let mut query = Query::default();
    let paths = (0..1000).map(|i| u64::from(query.path(&view, i * 7 % nodes, i * 1_303 % nodes)));
    let sum: u64 = paths.sum();
    let list: Vec<u32> = (0..200).map(|i| i * 17 % nodes).collect();
    let (from, to) = (
        LabelSet::new(&view, &list, Direction::Forward),
        LabelSet::new(&view, &list, Direction::Backward),
    );
    // The same instructions on every machine.
    let table = table_on(pulp::Arch::Scalar, &cch, &from, &to);
    println!("{sum} {}", table.iter().map(|c| u64::from(*c)).sum::<u64>());
}
