//! Times of the hierarchy on the embedded world.

use std::time::Instant;

use rand::{RngExt, SeedableRng};
use trimodal_hierarchy::prices::Prices;
use trimodal_hierarchy::thin::Thin;
use trimodal_hierarchy::walk::{Roads, Walk};
use trimodal_route::graph::{Graph, Step};
use trimodal_route::prepared::{self, Prepared};

fn main() {
    let network = trimodal_world::network();

    let at = Instant::now();
    let path = "/tmp/x/order.bin";
    let order: Vec<u32> = match std::fs::read(path) {
        Ok(bytes) => {
            bytes.chunks(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect()
        }
        Err(_) => {
            let order = prepared::order(&network);
            std::fs::write(path, order.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>())
                .unwrap_or(());
            order
        }
    };
    println!("order {:.2} s", at.elapsed().as_secs_f64());
    let graph = Graph::new(&network);
    let at = Instant::now();
    let p = Prepared::new(&graph, &order);
    println!(
        "shape {:.2} s: {} nodes, {} graph arcs, {} arcs, depth {}",
        at.elapsed().as_secs_f64(),
        p.shape.nodes(),
        p.ends.len(),
        p.shape.arcs(),
        p.shape.depth.iter().max().copied().unwrap_or(0)
    );
    let triangles: u64 = (0..p.shape.nodes() as u32)
        .map(|v| {
            let k = p.shape.arcs_of(v).len() as u64;
            k * k.saturating_sub(1) / 2
        })
        .sum();
    println!("{triangles} triangles");
    let costs = p.costs(|step, _, _| {
        Some(match step {
            Step::Link(l) => u64::from(network.length_m(l)),
            Step::Transfer(_) => 1000,
        })
    });
    let mut prices = Prices::default();
    for _ in 0..3 {
        let at = Instant::now();
        prices = Prices::new(&p.shape, &costs);
        println!("customize {:.3} s", at.elapsed().as_secs_f64());
    }
    let at = Instant::now();
    let thin = Thin::new(&p.shape, &prices);
    println!(
        "perfect {:.3} s: {} of {} arcs",
        at.elapsed().as_secs_f64(),
        thin.up.arc.len(),
        p.shape.arcs()
    );
    let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(1);
    let n = network.nodes() as f64;
    let pairs: Vec<(u32, u32)> = (0..10_000)
        .map(|_| ((rng.random::<f64>() * n) as u32, (rng.random::<f64>() * n) as u32))
        .collect();
    let mut walk = Walk::default();
    for (name, thin) in [("basic", None), ("thin", Some(&thin))] {
        let roads = Roads { shape: &p.shape, prices: &prices, thin };
        for path in [false, true] {
            let mut times = Vec::new();
            let (mut reached, mut links) = (0, 0);
            for (a, b) in &pairs {
                let at = Instant::now();
                let d = if path { walk.way(&roads, *a, *b) } else { walk.distance(&roads, *a, *b) };
                times.push(at.elapsed().as_nanos());
                reached += usize::from(d != u32::MAX);
                links += walk.way.len();
            }
            times.sort_unstable();
            println!(
                "{name} path {path}: median {:.1} us, p95 {:.1}; {reached} reached, {} links",
                times[5000] as f64 / 1e3,
                times[9500] as f64 / 1e3,
                links / 10_000
            );
        }
    }
}
