//! Tables over a prepared network have the figures of single answers, to the unit.

use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_model::Control;
use trimodal_model::network::degrees;
use trimodal_model::scenario::Mode;
use trimodal_route::matrix::{Cell, CellStatus, Totals};
use trimodal_route::outcome::Routes;
use trimodal_route::{
    Answer, Cargo, Closures, ContractedNetwork, Criterion, Goods, NetworkLaw, Parameters, Point,
    PreparedRouter, Request, Router,
};

const CRITERIA: [Criterion; 4] =
    [Criterion::Time, Criterion::Cost, Criterion::Co2e, Criterion::Distance];

fn value(totals: &Totals, by: Criterion) -> f64 {
    match by {
        Criterion::Time => totals.time_h * 3600.0,
        Criterion::Cost => totals.cost_usd * 1e2,
        Criterion::Co2e => totals.co2e_kg * 1e3,
        Criterion::Distance => totals.distance_km * 1e3,
    }
}

/// All figures to the bit.
fn bits(totals: &Totals) -> (&str, [u64; 7]) {
    let Totals { chain, distance_km, time_h, time_p50_h, time_p90_h, cost_usd, co2e_kg, mended_km } =
        totals;
    let all = [distance_km, time_h, time_p50_h, time_p90_h, cost_usd, co2e_kg, mended_km];
    (chain, all.map(|x| x.to_bits()))
}

fn request(router: &Router, by: Criterion, modes: &[Mode], point: &Point) -> Request {
    let mut closures = Closures::by_default(&router.graph.network, 15.5);
    closures.modes = modes.iter().copied().collect();
    Request {
        origin: point.clone(),
        destination: point.clone(),
        via: Vec::new(),
        cargo: Cargo::Containers,
        tonnes: 10.0,
        ship: String::new(),
        answer: Answer::Best(by),
        alternatives: 0,
        tolerance: 0.0,
        max_labels: 1_000_000,
        closures,
        avoided: Vec::new(),
        overrides: Vec::new(),
        snap_km: 100.0,
        goods: Goods::default(),
    }
}

/// Places drawn at random, some of them where the law matters.
fn points(count: usize, seed: u64) -> Vec<Point> {
    let places = trimodal_world::places();
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let large: Vec<usize> = (0..places.len()).filter(|i| places.population[*i] > 30_000).collect();
    let mut at: Vec<(f64, f64)> = (0..count)
        .map(|_| degrees(places.at_e3[large[(rng.random::<f64>() * large.len() as f64) as usize]]))
        .collect();
    at.extend([(42.34, 130.39), (39.02, 125.75), (42.86, 130.36), (37.57, 126.98), (0.0, -150.0)]);
    let point = |(lat, lon): (f64, f64)| Point {
        name: format!("{lat},{lon}"),
        lat,
        lon,
        port: None,
        country: None,
    };
    at.into_iter().map(point).collect()
}

#[test]
fn cells_are_single_answers_by_every_criterion_in_both_directions_with_the_law() {
    let network = Arc::new(trimodal_world::network());
    let day = "2026-01-01".parse().expect("a date");
    let law = NetworkLaw::read(&network, day, Some(vec![]), None).expect("the law");
    let router = Router::new(network, Parameters::default(), law);
    let contracted = Arc::new(ContractedNetwork::new(&router.graph, &trimodal_world::order()));
    let control = Control::none();
    let (wide, tall) = (points(9, 1), points(25, 2));
    let (mut reached, mut ties, mut forbidden) = (0, 0, 0);
    for (i, by) in CRITERIA.into_iter().enumerate() {
        let modes: &[Mode] = if i % 2 == 0 { &Mode::ALL } else { &[Mode::Sea, Mode::Road] };
        let like = request(&router, by, modes, &wide[0]);
        let prepared = PreparedRouter::new(&router, &contracted, &like);
        let sides = [(&wide, &tall), (&tall, &wide)];
        for (from, to) in sides {
            let table = prepared.table(&like, from, to, &control);
            assert_eq!(table.cells.len(), from.len() * to.len());
            let step = if from.len() < to.len() { 7 } else { 11 };
            for cell in table.cells.iter().filter(|c| {
                let law = c.origin + 5 >= from.len() && c.destination + 5 >= to.len();
                law || (c.origin * to.len() + c.destination) % step == 0
            }) {
                let (origin, destination) = (&from[cell.origin], &to[cell.destination]);
                if origin.at() == destination.at() {
                    assert_eq!(cell.status, CellStatus::SamePlace);
                    continue;
                }
                let asked = Request {
                    origin: origin.clone(),
                    destination: destination.clone(),
                    ..like.clone()
                };
                let best = |routes: Routes| routes.itineraries.first().map(Totals::from);
                let single = best(prepared.route(&asked, &control));
                let at = format!("{} to {} by {}", origin.name, destination.name, by.word());
                assert_eq!(single.is_some(), cell.totals.is_some(), "{at}: {:?}", cell.status);
                forbidden += usize::from(cell.status == CellStatus::Forbidden);
                let (Some(single), Some(found)) = (single, &cell.totals) else { continue };
                reached += 1;
                // Of two paths that are equal by the criterion either may be found.
                if bits(&single) != bits(found) {
                    ties += 1;
                    let apart = (value(&single, by) - value(found, by)).abs();
                    // Seconds are rounded on each link.
                    let unit = if by == Criterion::Time { 300.0 } else { 2.0 };
                    assert!(apart <= unit, "{at}: {single:?} is not {found:?}");
                }
            }
        }
    }
    assert!(reached > 300 && forbidden > 20, "{reached} {forbidden}");
    assert!(ties * 5 < reached, "{ties} of {reached} differ");
}

/// A table between all points, and each cell of it again in tables with fewer points or in another order, with what
/// must be the same of the two.
fn beside_others(law: Option<Vec<String>>, same: impl Fn(&Cell, &Cell, &str)) {
    let network = Arc::new(trimodal_world::network());
    let day = "2026-01-01".parse().expect("a date");
    let law = NetworkLaw::read(&network, day, law, None).expect("the law");
    let router = Router::new(network, Parameters::default(), law);
    let contracted = Arc::new(ContractedNetwork::new(&router.graph, &trimodal_world::order()));
    let (from, to) = (points(40, 3), points(40, 4));
    let like = request(&router, Criterion::Time, &Mode::ALL, &from[0]);
    let prepared = PreparedRouter::new(&router, &contracted, &like);
    let control = Control::none();
    let all = prepared.table(&like, &from, &to, &control);
    let cell = |o: usize, d: usize| &all.cells[o * to.len() + d];
    for (few, which) in [(&to[3..33], "fewer points"), (&to[3..20], "fewer destinations")] {
        let part = prepared.table(&like, &from[5..25], few, &control);
        part.cells.iter().for_each(|c| same(c, cell(c.origin + 5, c.destination + 3), which));
    }
    let reversed: Vec<Point> = from.iter().rev().cloned().collect();
    let turned = prepared.table(&like, &reversed, &to, &control);
    for c in &turned.cells {
        same(c, cell(from.len() - 1 - c.origin, c.destination), "another order");
    }
}

/// The same result, and the same hours but for paths that are equal to the rounded second on each link.
fn equal_but_for_ties(a: &Cell, b: &Cell, which: &str) {
    assert_eq!(a.status, b.status, "{which}");
    let hours = |cell: &Cell| cell.totals.as_ref().map_or(0.0, |t| t.time_h);
    assert!((hours(a) - hours(b)).abs() <= 1e-4 * hours(a), "{which}: {a:?} is not {b:?}");
}

#[test]
fn a_table_is_the_same_whatever_else_is_in_it() {
    beside_others(None, |a, b, which| match which {
        // Fewer destinations than origins: the sweeps start from the other side, and may find another of equal paths.
        "fewer destinations" => equal_but_for_ties(a, b, which),
        _ => {
            assert_eq!(a.status, b.status, "{which}");
            assert_eq!(a.totals.as_ref().map(bits), b.totals.as_ref().map(bits), "{which}");
        }
    });
}

/// Cells that the law sends another way are asked again together, or one by one where they are few.
#[test]
fn with_the_law_too() {
    beside_others(Some(vec![]), equal_but_for_ties);
}
