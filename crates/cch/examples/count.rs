//! A fixed piece of work, for counting instructions (`.ci/test` holds the most it may take): a
//! lattice contracted and priced, a thousand ways, a table.

use trimodal_cch::order::order;
use trimodal_cch::prices::Prices;
use trimodal_cch::shape::Shape;
use trimodal_cch::table::{Ends, table_on};
use trimodal_cch::thin::Thin;
use trimodal_cch::vias::Vias;
use trimodal_cch::walk::{Look, Roads, Walk};

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
    let shape = Shape::new(&arcs, &order(nodes as usize, &arcs, &at));
    let prices = Prices::new(&shape, &costs);
    let (thin, vias) = (Thin::new(&shape, &prices), Vias::new(&shape, &prices, &costs));
    let roads = Roads {
        shape: &shape,
        costs: &costs,
        prices: &prices,
        thin: Some(&thin),
        vias: Some(&vias),
    };
    let mut walk = Walk::default();
    let ways = (0..1000).map(|i| u64::from(walk.way(&roads, i * 7 % nodes, i * 1_303 % nodes)));
    let sum: u64 = ways.sum();
    let list: Vec<u32> = (0..200).map(|i| i * 17 % nodes).collect();
    let (from, to) = (Ends::new(&roads, &list, Look::From), Ends::new(&roads, &list, Look::To));
    // The same instructions on every machine.
    let table = table_on(pulp::Arch::Scalar, &shape, &from, &to);
    println!("{sum} {}", table.iter().map(|c| u64::from(*c)).sum::<u64>());
}
