//! Times of tables on the embedded world, and how many cells differ from single answers:
//!
//! ```text
//! cargo run --release --example tables -- [points a side] [cells to compare]
//! RAYON_NUM_THREADS=1 ...   # on one thread
//! ```

use std::sync::Arc;
use std::time::Instant;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_model::Control;
use trimodal_model::network::{Layer, NodeId, TerminalId, TerminalKind, degrees};
use trimodal_model::scenario::Mode;
use trimodal_route::matrix::{CellStatus, Totals};
use trimodal_route::{
    Answer, Cargo, Closures, ContractedNetwork, Criterion, Goods, NetworkLaw, Parameters, Point,
    PreparedRouter, Request, Router,
};

fn main() {
    let mut words = std::env::args().skip(1).filter_map(|n| n.parse::<usize>().ok());
    let side = words.next().unwrap_or(1_000);
    let compared = words.next().unwrap_or(100);
    let network = Arc::new(trimodal_world::network());
    let day = "2026-01-01".parse().unwrap_or_else(|e| panic!("{e}"));
    let law =
        NetworkLaw::read(&network, day, Some(vec![]), None).unwrap_or_else(|e| panic!("{e:?}"));
    let router = Router::new(network, Parameters::default(), law);
    let (contracted, seconds) =
        timed(|| Arc::new(ContractedNetwork::new(&router.graph, &trimodal_world::order())));
    println!("contracted in {seconds:.2} s");
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let mut draw = |all: &[Point], count: usize| -> Vec<Point> {
        let one = |_| all[(rng.random::<f64>() * all.len() as f64) as usize].clone();
        (0..count).map(one).collect()
    };
    let (ports, cities) = (ports(&router), cities());
    let sea = (draw(&ports, side), draw(&ports, side));
    let land = (draw(&cities, side), draw(&cities, side));
    let tall = (draw(&cities, 100 * side), draw(&cities, 2));
    let only = std::env::var("ONLY").unwrap_or_default();
    for by in [Criterion::Distance, Criterion::Time, Criterion::Cost, Criterion::Co2e] {
        if !only.is_empty() && only != by.word() {
            continue;
        }
        let modes: &[Mode] = &[Mode::Sea];
        measure(&router, &contracted, (by, modes, "ports by sea"), &sea, compared);
        measure(&router, &contracted, (by, &Mode::ALL, "cities by all modes"), &land, compared);
    }
    measure(&router, &contracted, (Criterion::Time, &Mode::ALL, "tall"), &tall, compared);
}

/// Seconds of work: those of this thread's processor where they are known and there is one thread.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let (at, before) = (Instant::now(), own_seconds());
    let done = work();
    let alone = std::env::var("RAYON_NUM_THREADS").is_ok_and(|n| n == "1");
    let own = before.zip(own_seconds()).map(|(a, b)| b - a).filter(|_| alone);
    (done, own.unwrap_or(at.elapsed().as_secs_f64()))
}

/// Seconds that all threads of this program have had a processor.
fn own_seconds() -> Option<f64> {
    let all = std::fs::read_dir("/proc/self/task").ok()?;
    let of = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<f64>().ok()
    };
    Some(all.flatten().filter_map(of).sum::<f64>() / 1e9)
}

fn measure(
    router: &Router,
    contracted: &Arc<ContractedNetwork>,
    (by, modes, what): (Criterion, &[Mode], &str),
    (from, to): &(Vec<Point>, Vec<Point>),
    compared: usize,
) {
    let mut like = question(router, by, [&from[0], &to[0]]);
    like.closures.modes = modes.iter().copied().collect();
    let (prepared, seconds) = timed(|| PreparedRouter::new(router, contracted, &like));
    let control = Control::none();
    let (table, first) = timed(|| prepared.table(&like, from, to, &control));
    let (_, again) = timed(|| prepared.table(&like, from, to, &control));
    let cells = table.cells.len();
    let count = |s| table.cells.iter().filter(|c| c.status == s).count();
    println!(
        "{} {what}: prepared in {seconds:.2} s; {cells} cells in {first:.2} s, {:.0} ns a cell (again {:.0}); {} reached, {} unreachable, {} forbidden",
        by.word(),
        first * 1e9 / cells as f64,
        again * 1e9 / cells as f64,
        count(CellStatus::Reached),
        count(CellStatus::Unreachable),
        count(CellStatus::Forbidden),
    );
    let mut rng = Pcg64Mcg::seed_from_u64(2);
    let (mut plain, mut quick) = (0, 0);
    for _ in 0..compared {
        let cell = &table.cells[(rng.random::<f64>() * cells as f64) as usize];
        let (origin, destination) = (&from[cell.origin], &to[cell.destination]);
        if origin.at() == destination.at() {
            continue;
        }
        let asked =
            Request { origin: origin.clone(), destination: destination.clone(), ..like.clone() };
        let of = |routes: trimodal_route::Routes| routes.itineraries.first().map(Totals::from);
        let (a, b) = (of(router.route(&asked, &control)), of(prepared.route(&asked, &control)));
        if !same(&a, &cell.totals) {
            plain += 1;
            if plain <= 3 {
                println!(
                    "  {} - {}:\n    {:?}\n    {a:?}",
                    origin.name, destination.name, cell.totals
                );
            }
        }
        quick += usize::from(!same(&b, &cell.totals));
    }
    println!("  of {compared} cells {plain} differ from plain search, {quick} from prepared");
}

/// Whether two answers agree in metres, seconds, cents and grams.
fn same(a: &Option<Totals>, b: &Option<Totals>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return a.is_none() == b.is_none() };
    let close = |x: f64, y: f64, unit: f64| (x - y).abs() <= unit;
    a.chain == b.chain
        && close(a.distance_km, b.distance_km, 1e-3)
        && close(a.time_h, b.time_h, 1.0 / 3600.0)
        && close(a.cost_usd, b.cost_usd, 0.01)
        && close(a.co2e_kg, b.co2e_kg, 1e-3)
}

fn point(e3: [i32; 2], port: Option<TerminalId>) -> Point {
    let (lat, lon) = degrees(e3);
    Point { name: format!("{lat},{lon}"), lat, lon, port, country: None }
}

fn cities() -> Vec<Point> {
    let places = trimodal_world::places();
    let large = (0..places.len()).filter(|i| places.population[*i] > 50_000);
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

fn question(router: &Router, by: Criterion, [origin, destination]: [&Point; 2]) -> Request {
    Request {
        origin: origin.clone(),
        destination: destination.clone(),
        via: Vec::new(),
        cargo: Cargo::Containers,
        tonnes: 10.0,
        ship: String::new(),
        answer: Answer::Best(by),
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
