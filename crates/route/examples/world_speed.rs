//! Times of the hierarchy on the embedded world.

use std::time::Instant;

use rand::{RngExt, SeedableRng};
use trimodal_hierarchy::prices::Prices;
use trimodal_hierarchy::thin::Thin;
use trimodal_hierarchy::walk::{Roads, Walk};
use trimodal_route::Contracted;
use trimodal_route::graph::{Graph, Step};

fn main() {
    let network = trimodal_world::network();

    let order = trimodal_world::order();
    let graph = Graph::new(&network);
    let at = Instant::now();
    let p = Contracted::new(&graph, &order);
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
    let at = Instant::now();
    let vias = trimodal_hierarchy::vias::Vias::new(&p.shape, &prices, &costs);
    println!("vias {:.3} s", at.elapsed().as_secs_f64());
    let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(1);
    let n = network.nodes() as f64;
    let pairs: Vec<(u32, u32)> = (0..10_000)
        .map(|_| ((rng.random::<f64>() * n) as u32, (rng.random::<f64>() * n) as u32))
        .collect();
    {
        let roads = Roads {
            shape: &p.shape,
            prices: &prices,
            thin: Some(&thin),
            costs: &costs,
            vias: None,
        };
        let ports: Vec<u32> = network
            .terminals
            .iter()
            .filter(|t| t.kind == trimodal_model::network::TerminalKind::Port)
            .filter_map(|t| {
                t.transfers
                    .iter()
                    .flat_map(|(a, b)| [*a, *b])
                    .find(|n| network.node_layer[n.ix()] == trimodal_model::network::Layer::Sea)
            })
            .map(|n| n.0)
            .collect();
        for _ in 0..std::env::var("TABLES").map_or(3, |t| t.parse().unwrap()) {
            let at = Instant::now();
            let ends = [trimodal_hierarchy::walk::Look::From, trimodal_hierarchy::walk::Look::To]
                .map(|l| trimodal_hierarchy::table::Ends::new(&roads, &ports, l));
            println!("labels {:.3} s", at.elapsed().as_secs_f64());
            let table = trimodal_hierarchy::table::table(&p.shape, &ends[0], &ends[1]);
            let s = at.elapsed().as_secs_f64();
            println!(
                "table of {} ports: {s:.3} s, {:.1} ns a cell; {} far",
                ports.len(),
                s * 1e9 / table.len() as f64,
                table.iter().filter(|c| **c == u32::MAX).count()
            );
        }
        let mut w = Walk::default();
        let ends = [
            (200, trimodal_hierarchy::walk::Look::From),
            (ports.len(), trimodal_hierarchy::walk::Look::To),
        ]
        .map(|(n, l)| trimodal_hierarchy::table::Ends::new(&roads, &ports[..n], l));
        let table = trimodal_hierarchy::table::table(&p.shape, &ends[0], &ends[1]);
        for i in 0..200 {
            for j in (0..ports.len()).step_by(37) {
                assert_eq!(table[i * ports.len() + j], w.distance(&roads, ports[i], ports[j]));
            }
        }
    }
    let mut costs2 = costs.clone();
    let mut prices2 = prices.clone();
    let mut times = Vec::new();
    let mut rng2 = rand_pcg::Pcg64Mcg::seed_from_u64(3);
    for i in 0..200 {
        let arc = (rng2.random::<f64>() * costs.len() as f64) as u32;
        let (a, b) = p.ends[arc as usize];
        let twins: Vec<u32> = (0..costs.len() as u32)
            .filter(|i| {
                let (x, y) = p.ends[*i as usize];
                (x, y) == (a, b) || (x, y) == (b, a)
            })
            .collect();
        for t in &twins {
            costs2[*t as usize] = u32::MAX;
        }
        let at = Instant::now();
        trimodal_hierarchy::change::change(&p.shape, &mut prices2, &costs2, &twins);
        times.push(at.elapsed().as_nanos());
        if i % 50 == 49 {
            assert!(prices2 == Prices::new(&p.shape, &costs2));
        }
    }
    times.sort_unstable();
    println!(
        "one link closed: median {:.1} us, p95 {:.1}, max {:.1}",
        times[100] as f64 / 1e3,
        times[190] as f64 / 1e3,
        times[199] as f64 / 1e3
    );
    let mut walk = Walk::default();
    {
        let roads = Roads {
            shape: &p.shape,
            prices: &prices,
            thin: Some(&thin),
            costs: &costs,
            vias: Some(&vias),
        };
        let (mut a, mut b) = (
            trimodal_hierarchy::walk::Label::default(),
            trimodal_hierarchy::walk::Label::default(),
        );
        let mut times = Vec::new();
        for (x, y) in &pairs {
            let at = Instant::now();
            roads.label_with_arcs(*x, trimodal_hierarchy::walk::Look::From, &mut a);
            roads.label_with_arcs(*y, trimodal_hierarchy::walk::Look::To, &mut b);
            let m = roads.meet(&a, &b);
            times.push(at.elapsed().as_nanos());
            std::hint::black_box(m);
        }
        times.sort_unstable();
        println!("labels with arcs: {:.1} us", times[5000] as f64 / 1e3);
    }
    for (name, thin, vias) in [
        ("basic", None, Some(&vias)),
        ("thin", Some(&thin), Some(&vias)),
        ("thin without vias", Some(&thin), None),
    ] {
        let roads = Roads { shape: &p.shape, prices: &prices, thin, costs: &costs, vias };
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
