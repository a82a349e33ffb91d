//! Times of whole questions on the embedded world, one thread, every place and port at random:
//!
//! ```text
//! cargo run --release -p trimodal-route --example questions [how many of each]
//! ```

use std::sync::Arc;
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_model::Control;
use trimodal_model::network::{
    Layer, LinkId, NetworkElement, NodeId, TerminalId, TerminalKind, degrees,
};
use trimodal_route::{
    Answer, Cargo, Closures, ContractedNetwork, Criterion, Goods, NetworkLaw, Parameters, Point,
    PreparedRouter, Request, Router,
};

fn main() {
    let count: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200);
    let network = Arc::new(trimodal_world::network());
    let day = "2026-01-01".parse().unwrap_or_else(|e| panic!("{e}"));
    let law =
        NetworkLaw::read(&network, day, Some(vec![]), None).unwrap_or_else(|e| panic!("{e:?}"));
    let router = Router::new(network, Parameters::default(), law);
    let contracted = timed("contracted", || {
        Arc::new(ContractedNetwork::new(&router.graph, &trimodal_world::order()))
    });
    let (cities, ports) = (cities(), ports(&router));
    for by in [Answer::Best(Criterion::Time), Answer::Best(Criterion::Cost), Answer::Pareto] {
        let like = question(&router, by, [&cities[0], &cities[1]]);
        let prepared = timed(by.word(), || PreparedRouter::new(&router, &contracted, &like));
        ask(&router, &prepared, by, "cities", &cities, count);
        ask(&router, &prepared, by, "ports", &ports, count);
    }
    close_links(&router, &contracted, &cities, count);
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let at = Instant::now();
    let done = work();
    println!("{what}: ready in {:.2} s", at.elapsed().as_secs_f64());
    done
}

fn point(e3: [i32; 2], port: Option<TerminalId>) -> Point {
    let (lat, lon) = degrees(e3);
    Point { name: format!("{lat},{lon}"), lat, lon, port, country: None }
}

fn cities() -> Vec<Point> {
    let places = trimodal_world::places();
    let large = (0..places.len()).filter(|i| places.population[*i] > 200_000);
    large.map(|i| point(places.at_e3[i], None)).collect()
}

fn ports(router: &Router) -> Vec<Point> {
    let n = &router.graph.network;
    let sea = |node: &NodeId| n.node_layer[node.ix()] == Layer::Sea;
    let terminals = n.terminals.iter().enumerate().filter(|(_, t)| {
        t.kind == TerminalKind::Port && t.transfers.iter().any(|(a, b)| sea(a) || sea(b))
    });
    terminals.map(|(i, t)| point(t.at_e3, Some(TerminalId::at(i)))).collect()
}

fn question(router: &Router, by: Answer, [origin, destination]: [&Point; 2]) -> Request {
    Request {
        origin: origin.clone(),
        destination: destination.clone(),
        via: Vec::new(),
        cargo: Cargo::Containers,
        tonnes: 10.0,
        ship: String::new(),
        answer: by,
        alternatives: 0,
        tolerance: 0.05,
        max_labels: trimodal_route::request::MAX_LABELS,
        closures: Closures::by_default(&router.graph.network, 15.5),
        avoided: Vec::new(),
        overrides: Vec::new(),
        snap_km: 100.0,
        goods: Goods::default(),
    }
}

/// Asks as many questions between points as fit, and prints how long they take. Those without an
/// answer are left out: that there is none is explained by plain search.
fn ask(
    router: &Router,
    prepared: &PreparedRouter,
    by: Answer,
    name: &str,
    points: &[Point],
    count: usize,
) {
    let mut rng = Pcg64Mcg::seed_from_u64(7);
    let mut pick = || &points[(rng.random::<f64>() * points.len() as f64) as usize];
    let (mut times, mut itineraries, mut cut) = (Vec::new(), 0, 0);
    for _ in 0..count {
        let request = question(router, by, [pick(), pick()]);
        let at = Instant::now();
        let routes = prepared.route(&request, &Control::none());
        if !routes.itineraries.is_empty() {
            times.push(at.elapsed().as_secs_f64() * 1e3);
        }
        itineraries += routes.itineraries.len();
        cut += usize::from(routes.cut_short);
    }
    times.sort_by(f64::total_cmp);
    let of = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{} between {name}: median {:.3} ms, p90 {:.2}, p99 {:.2}; {} answered of {count}, {:.1} itineraries each, {cut} cut short",
        by.word(),
        of(0.5),
        of(0.9),
        of(0.99),
        times.len(),
        itineraries as f64 / times.len() as f64,
    );
}

/// Closes links one after another, and asks a question after each.
fn close_links(
    router: &Router,
    contracted: &Arc<ContractedNetwork>,
    cities: &[Point],
    count: usize,
) {
    let n = &router.graph.network;
    let mut request = question(router, Answer::Best(Criterion::Cost), [&cities[0], &cities[1]]);
    let mut prepared = PreparedRouter::new(router, contracted, &request);
    let mut rng = Pcg64Mcg::seed_from_u64(3);
    let (mut closing, mut asking) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let link = LinkId::at((rng.random::<f64>() * n.links() as f64) as usize);
        let at = Instant::now();
        prepared.close_link(link);
        closing.push(at.elapsed().as_secs_f64() * 1e3);
        request.closures.avoid(NetworkElement::Link(link));
        let at = Instant::now();
        prepared.route(&request, &Control::none());
        asking.push(at.elapsed().as_secs_f64() * 1e3);
    }
    for (what, times) in [("one link closed", &mut closing), ("a question after it", &mut asking)] {
        times.sort_by(f64::total_cmp);
        let of = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!("{what}: median {:.3} ms, p95 {:.2}, max {:.2}", of(0.5), of(0.95), of(1.0));
    }
}
