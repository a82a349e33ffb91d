//! Times of whole questions on the embedded world: city to city and port to port.

use std::time::Instant;

use rand::{RngExt, SeedableRng};
use trimodal_model::network::{Layer, TerminalKind, degrees};
use trimodal_route::{
    Book, By, Cargo, Closures, Contracted, Criterion, Goods, Parameters, Point, Ready, Request,
    Router,
};

fn main() {
    let network = trimodal_world::network();
    let places = trimodal_world::places();
    let day = "2026-01-01".parse().unwrap_or_else(|e| panic!("{e}"));
    let book = Book::open(&network, day, Some(vec![]), None).unwrap_or_else(|e| panic!("{e:?}"));
    let router = Router::new(&network, Parameters::default(), book);
    let at = Instant::now();
    let contracted = Contracted::new(&router.graph, &trimodal_world::order());
    println!("contracted {:.2} s", at.elapsed().as_secs_f64());
    let point = |e3: [i32; 2], port| {
        let (lat, lon) = degrees(e3);
        Point { name: format!("{lat},{lon}"), lat, lon, port, country: None }
    };
    let cities: Vec<Point> = (0..places.len())
        .filter(|i| places.population[*i] > 200_000)
        .map(|i| point(places.at_e3[i], None))
        .collect();
    let sea = |n: &trimodal_model::network::NodeId| network.node_layer[n.ix()] == Layer::Sea;
    let ports: Vec<Point> = network
        .terminals
        .iter()
        .enumerate()
        .filter(|(_, t)| {
            t.kind == TerminalKind::Port && t.transfers.iter().any(|(a, b)| sea(a) || sea(b))
        })
        .map(|(i, t)| point(t.at_e3, Some(trimodal_model::network::TerminalId::at(i))))
        .collect();
    let count: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200);
    for by in [By::Pareto] {
        let question = |a: &Point, b: &Point| Request {
            origin: a.clone(),
            destination: b.clone(),
            via: vec![],
            cargo: Cargo::Containers,
            tonnes: 10.0,
            by,
            alternatives: 0,
            tolerance: std::env::var("TOL").map_or(0.05, |t| t.parse().unwrap_or(0.05)),
            most_labels: std::env::var("LABELS").map_or(2_000_000, |t| t.parse().unwrap_or(0)),
            closures: Closures::by_default(&network, 15.5),
            avoided: vec![],
            overrides: vec![],
            snap_km: 100.0,
            goods: Goods::default(),
        };
        let at = Instant::now();
        let ready = Ready::new(&router, &contracted, &question(&cities[0], &cities[1]));
        println!("{} ready {:.2} s", by.word(), at.elapsed().as_secs_f64());
        for (name, list) in [("cities", &cities), ("ports", &ports)] {
            let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(7);
            let mut pick = || &list[(rng.random::<f64>() * list.len() as f64) as usize];
            let (mut times, mut ways, mut cut) = (Vec::new(), 0, 0);
            for _ in 0..count {
                let request = question(pick(), pick());
                let at = Instant::now();
                let routes = ready.route(&request);
                times.push((
                    at.elapsed().as_secs_f64() * 1e3,
                    format!("{} -> {}", request.origin.name, request.destination.name),
                ));
                ways += routes.itineraries.len();
                cut += usize::from(routes.cut_short);
            }
            times.sort_by(|a, b| a.0.total_cmp(&b.0));
            let share = |s: f64| times[((count - 1) as f64 * s) as usize].0;
            println!(
                "{} {name}: median {:.3} ms, p90 {:.2}, p99 {:.2}, max {:.2}; {:.1} ways, {cut} cut",
                by.word(),
                share(0.5),
                share(0.9),
                share(0.99),
                share(1.0),
                ways as f64 / count as f64
            );
            if by == By::Pareto {
                for t in times.iter().rev().take(4) {
                    println!("    {:.1} {}", t.0, t.1);
                }
            }
        }
    }
}
