//! prof
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::time::Instant;
use trimodal_model::network::degrees;
use trimodal_route::{
    Book, By, Cargo, Closures, Contracted, Goods, Parameters, Point, Ready, Request, Router,
};
fn main() {
    let network = trimodal_world::network();
    let day = "2026-01-01".parse().unwrap();
    let book = Book::open(&network, day, Some(vec![]), None).unwrap();
    let router = Router::new(&network, Parameters::default(), book);
    let contracted = Contracted::new(&router.graph, &trimodal_world::order());
    let places = trimodal_world::places();
    let cities: Vec<Point> = (0..places.len())
        .filter(|i| places.population[*i] > 200_000)
        .map(|i| {
            let (lat, lon) = degrees(places.at_e3[i]);
            Point { name: format!("{lat},{lon}"), lat, lon, port: None, country: None }
        })
        .collect();
    let question = |a: &Point, b: &Point| Request {
        origin: a.clone(),
        destination: b.clone(),
        via: Vec::new(),
        cargo: Cargo::Containers,
        tonnes: 10.0,
        by: By::Pareto,
        alternatives: 0,
        tolerance: 0.05,
        most_labels: 2_000_000,
        closures: Closures::by_default(router.graph.network, 15.5),
        avoided: Vec::new(),
        overrides: Vec::new(),
        snap_km: 100.0,
        goods: Goods::default(),
    };
    let ready = Ready::new(&router, &contracted, &question(&cities[0], &cities[1]));
    let mut rng = Pcg64Mcg::seed_from_u64(7);
    let mut pick = || &cities[(rng.random::<f64>() * cities.len() as f64) as usize];
    let mut all = Vec::new();
    for _ in 0..400 {
        let r = question(pick(), pick());
        let at = Instant::now();
        ready.route(&r);
        all.push((at.elapsed().as_secs_f64() * 1e3, r));
    }
    all.retain(|x| x.0 < 150.0);
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    all.truncate(20);
    for (t, r) in &all {
        let at = Instant::now();
        for _ in 0..20 {
            ready.route(r);
        }
        println!(
            "{t:.0} then {:.0} {} {}",
            at.elapsed().as_secs_f64() * 50.0,
            r.origin.name,
            r.destination.name
        );
    }
}
