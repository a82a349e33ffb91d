//! Cases on the embedded world whose answers are known.

mod common;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_model::Control;
use trimodal_model::network::{Layer, LinkId, Network, NodeId, TerminalKind};
use trimodal_model::scenario::Mode;
use trimodal_route::graph::{Graph, Step};
use trimodal_route::matrix::Matrix;
use trimodal_route::outcome::{Itinerary, Routes, TransferKind, UnreachableReason};
use trimodal_route::search::{INFINITY, forward};
use trimodal_route::{Answer, Closures, Criterion, NetworkLaw, Parameters, Point, Request, Router};
use trimodal_world::Gazetteer;
use trimodal_world::locate::{Atlas, Located};

struct World {
    network: Arc<Network>,
    places: Gazetteer,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World {
        network: Arc::new(trimodal_world::network()),
        places: trimodal_world::places(),
    })
}

fn atlas() -> Atlas<'static> {
    Atlas::new(&world().network, &world().places)
}

fn point(text: &str) -> Point {
    let Located { name, lat, lon, port, country } =
        atlas().locate(text).unwrap_or_else(|p| panic!("{text}: {p}"));
    Point { name, lat, lon, port, country }
}

/// Routers with the law and, for questions of physics, without.
fn router(lawful: bool) -> &'static Router {
    static ROUTERS: OnceLock<[Router; 2]> = OnceLock::new();
    let routers = ROUTERS.get_or_init(|| {
        [None, Some(Vec::new())].map(|sets| {
            let n = &world().network;
            let day = "2026-11-24".parse().expect("a date");
            let law = NetworkLaw::read(n, day, sets, None).expect("the law");
            Router::new(n.clone(), Parameters::default(), law)
        })
    });
    &routers[usize::from(lawful)]
}

fn question(from: &str, to: &str, modes: &[Mode], by: Criterion) -> Request {
    let mut request = common::request(point(from), point(to), Answer::Best(by));
    request.closures = Closures::by_default(&world().network, 15.5);
    request.closures.modes = modes.iter().copied().collect();
    request.snap_km = 100.0;
    request
}

fn avoid(request: &mut Request, names: &[&str]) {
    for name in names {
        let things = atlas().things(name).unwrap_or_else(|p| panic!("{p}"));
        things.into_iter().for_each(|t| request.closures.avoid(t));
    }
}

fn ask(request: &Request) -> Routes {
    router(true).route(request, &Control::none())
}

fn best(request: &Request) -> Itinerary {
    let routes = ask(request);
    let why = routes.unreachable;
    routes.itineraries.into_iter().next().unwrap_or_else(|| panic!("{why:?}"))
}

const SEA: &[Mode] = &[Mode::Sea];
const RAIL: &[Mode] = &[Mode::Rail];
const ROAD: &[Mode] = &[Mode::Road];

#[test]
fn shanghai_rotterdam_by_sea() {
    let request = question("CNSHA", "NLRTM", SEA, Criterion::Distance);
    let itinerary = best(&request);
    assert!((19_300.0..19_900.0).contains(&itinerary.distance_km), "{} km", itinerary.distance_km);
    for passage in ["malacca", "bab-el-mandeb", "suez", "gibraltar"] {
        assert!(
            itinerary.passages.iter().any(|p| p == passage),
            "{passage}: {:?}",
            itinerary.passages
        );
    }
    let mut round = request.clone();
    avoid(&mut round, &["suez"]);
    let cape = best(&round);
    assert!(cape.passages.iter().any(|p| p == "cape-of-good-hope"), "{:?}", cape.passages);
    assert!(cape.distance_km > itinerary.distance_km + 4_000.0);
}

#[test]
fn no_passage_avoided_shortens_any_of_200_sea_pairs() {
    let n = &world().network;
    let graph = Graph::new(n.clone());
    let ports: Vec<NodeId> = n
        .terminals
        .iter()
        .filter(|t| t.kind == TerminalKind::Port)
        .filter_map(|t| {
            let nodes = t.transfers.iter().flat_map(|(a, b)| [*a, *b]);
            nodes.into_iter().find(|x| n.node_layer[x.ix()] == Layer::Sea)
        })
        .collect();
    let mut rng = Pcg64Mcg::seed_from_u64(3);
    // 10 origins with 20 destinations each.
    let mut draw = |count| -> Vec<NodeId> {
        (0..count).map(|_| ports[rng.random_range(0..ports.len())]).collect()
    };
    let (origins, destinations) = (draw(10), draw(20));
    let lengths = |closures: &Closures| -> Vec<u64> {
        let length = |step, _, _| match step {
            Step::Link(l) if n.layer_of(l) == Layer::Sea && !closures.link(n, l) => {
                Some(u64::from(n.length_m(l)))
            }
            _ => None,
        };
        let row = |o: &NodeId| {
            let tree = forward(&graph, &[(graph.loaded(*o), 0)], length, |_, _| false);
            destinations.iter().map(|d| tree.cost[graph.arrived(*d).ix()]).collect::<Vec<_>>()
        };
        origins.iter().flat_map(row).collect()
    };
    let free = lengths(&Closures::by_default(n, 0.0));
    let mut mattered = 0;
    for passage in n.passages.iter().filter(|p| p.kind.is_at_sea()) {
        let mut shut = Closures::by_default(n, 0.0);
        atlas().things(&passage.id).expect("a passage").into_iter().for_each(|t| shut.avoid(t));
        let without = lengths(&shut);
        assert!(free.iter().zip(&without).all(|(a, b)| b >= a), "{} avoided shortens", passage.id);
        mattered += usize::from(free.iter().zip(&without).any(|(a, b)| b > a && *b != INFINITY));
    }
    assert!(mattered > 8, "passages must matter: {mattered}");
}

#[test]
fn xian_duisburg_by_rail_changes_gauge_twice() {
    let itinerary = best(&question("Xi'an", "Duisburg", RAIL, Criterion::Time));
    assert_eq!(itinerary.gauge_changes.len(), 2, "{:?}", itinerary.gauge_changes);
    assert_eq!(itinerary.chain, "rail");
    assert!((9_000.0..11_000.0).contains(&itinerary.distance_km));
}

#[test]
fn moscow_warsaw_by_rail_changes_gauge_once() {
    let request = question("Moscow, RU", "Warsaw, PL", RAIL, Criterion::Time);
    let itinerary = best(&request);
    assert_eq!(itinerary.gauge_changes.len(), 1, "{:?}", itinerary.gauge_changes);
    let mut closed = request.clone();
    avoid(
        &mut closed,
        &[&format!("terminal:{}", itinerary.gauge_changes[0]), "terminal:brest-malaszewicze"],
    );
    let other = best(&closed);
    assert_eq!(other.gauge_changes.len(), 1);
    assert!(
        !["brest-malaszewicze", &itinerary.gauge_changes[0]]
            .contains(&other.gauge_changes[0].as_str())
    );
}

#[test]
fn moscow_vladivostok_inside_1520() {
    let mut request = question("Moscow, RU", "Vladivostok", RAIL, Criterion::Distance);
    avoid(&mut request, &["CN", "MN", "KZ"]);
    let itinerary = best(&request);
    assert!(itinerary.gauge_changes.is_empty());
    assert!(itinerary.legs.iter().filter(|l| !l.access).all(|l| l.gauge_mm == Some(1520)));
    assert!((8_700.0..9_400.0).contains(&itinerary.distance_km), "{} km", itinerary.distance_km);
}

#[test]
fn khasan_vostochny_by_rail() {
    let itinerary = best(&question("42.43,130.64", "51.88,128.33", RAIL, Criterion::Distance));
    let rail: f64 = itinerary.legs.iter().filter(|l| !l.access).map(|l| l.distance_km).sum();
    assert!((1_615.0..1_715.0).contains(&rail), "{rail} km");
    // About a day at 60-70 km/h.
    assert!((22.0..29.0).contains(&(rail / 65.0)));
}

#[test]
fn pyongyang_vostochny_changes_gauge_once_at_tumangang() {
    let mut request = question("Pyongyang", "51.88,128.33", RAIL, Criterion::Distance);
    request.via.push(point("42.43,130.64").into());
    // A question of physics: the law is the subject of other tests.
    let routes = router(false).route(&request, &Control::none());
    assert!(routes.law.iter().any(|l| l.starts_with("WITHOUT LAW")), "{:?}", routes.law);
    let itinerary = &routes.itineraries[0];
    assert_eq!(itinerary.gauge_changes.len(), 1, "{:?}", itinerary.gauge_changes);
    assert!(itinerary.gauge_changes[0].contains("tumangang"), "{:?}", itinerary.gauge_changes);
}

#[test]
fn busan_seoul_stays_in_korea() {
    for modes in [RAIL, ROAD] {
        let itinerary = best(&question("Busan", "Seoul", modes, Criterion::Distance));
        assert_eq!(itinerary.countries, ["KR"]);
        assert!((300.0..480.0).contains(&itinerary.distance_km), "{} km", itinerary.distance_km);
    }
}

#[test]
fn shanghai_los_angeles_crosses_the_pacific() {
    let itinerary = best(&question("CNSHA", "USLAX", SEA, Criterion::Distance));
    assert!((10_000.0..11_500.0).contains(&itinerary.distance_km), "{} km", itinerary.distance_km);
    let crosses = |l: &trimodal_route::outcome::Leg| {
        l.line.windows(2).any(|w| (w[0][0] - w[1][0]).abs() > 180.0)
    };
    assert!(itinerary.legs.iter().any(crosses), "it must pass the antimeridian");
}

#[test]
fn astana_ulaanbaatar_has_no_sea() {
    let routes = ask(&question("Astana", "Ulaanbaatar", SEA, Criterion::Time));
    let why = routes.unreachable.expect("no sea there");
    assert_eq!(why.reason, UnreachableReason::NoTerminal);
    assert_eq!(why.remedy.iter().filter(|r| r.contains("port ")).count(), 2, "{:?}", why.remedy);
}

#[test]
fn rajin_and_zarubino_are_different_places_by_sea() {
    let to = |port: &str| best(&question(port, "KRPUS", SEA, Criterion::Distance));
    let mut rajin = question("KPRJN", "KRPUS", SEA, Criterion::Distance);
    rajin.goods = trimodal_route::Goods { hs: vec!["2701".into()], origin: "RU".into() };
    let rajin = router(false).route(&rajin, &Control::none()).itineraries.remove(0);
    let zarubino = to("RUZAR");
    assert!((zarubino.distance_km - rajin.distance_km).abs() > 1.0);
    let start = |i: &Itinerary| i.legs[0].line[0];
    let apart = [0, 1].map(|c| (start(&zarubino)[c] - start(&rajin)[c]).abs());
    assert!(apart[0] > 0.5 && apart[1] > 0.2, "{apart:?}");
}

#[test]
fn the_korean_border_is_closed() {
    // By rail: trucks may take a ferry from China.
    let mut request = question("Kaesong", "Seoul", RAIL, Criterion::Time);
    request.goods = trimodal_route::Goods { hs: vec!["1001".into()], origin: "KR".into() };
    let routes = router(false).route(&request, &Control::none());
    assert_eq!(routes.unreachable.map(|u| u.reason), Some(UnreachableReason::ClosedBorder));
}

#[test]
fn undeclared_goods_leave_the_dprk_by_no_way() {
    for to in ["Shanghai", "Dandong", "Vladivostok", "Seoul", "Hunchun", "42.85,130.40"] {
        for modes in [&[][..], SEA, RAIL, ROAD] {
            for from in ["Pyongyang", "Sinuiju", "Rason", "KPNAM", "Hyesan"] {
                let routes = ask(&question(from, to, modes, Criterion::Time));
                assert!(routes.itineraries.is_empty(), "{from} - {to} by {modes:?}");
            }
        }
    }
}

#[test]
fn what_is_forbidden_is_cited_and_no_way_round_is_told() {
    let mut request = question("Rason", "Hunchun", &[], Criterion::Time);
    request.goods = trimodal_route::Goods { hs: vec!["0307".into()], origin: "KP".into() };
    let why = ask(&request).unreachable.expect("seafood may not leave");
    assert_eq!(why.reason, UnreachableReason::Law);
    assert!(why.remedy.iter().any(|r| r.contains("2371 (2017) para 9")), "{:?}", why.remedy);
    assert!(!why.remedy.iter().any(|r| r.contains("avoid") || r.contains("km")));
}

#[test]
fn the_exempted_coal_goes_by_sea_from_rajin_with_notice() {
    let mut request = question("KPRJN", "CNSHA", SEA, Criterion::Time);
    request.goods = trimodal_route::Goods { hs: vec!["2701".into()], origin: "RU".into() };
    let routes = ask(&request);
    assert_eq!(routes.itineraries.len(), 1);
    assert!(routes.law.iter().any(|l| l.starts_with("notice") && l.contains("Rajin-Khasan")));
}

#[test]
fn every_border_and_terminal_is_seen() {
    let found = trimodal_route::audit::audit(&Graph::new(world().network.clone()), &[]);
    assert_eq!(found.gauge_contradictions, Vec::<String>::new());
    assert_eq!(found.unseen_borders, Vec::<String>::new());
    assert!(found.gauge_stations >= 40, "{}", found.gauge_stations);
}

#[test]
fn a_table_agrees_with_single_questions() {
    let names = ["Rotterdam", "Warsaw, PL", "KRPUS", "Nairobi", "Chicago"];
    let points: Vec<Point> = names.iter().map(|n| point(n)).collect();
    let request = question("Rotterdam", "Chicago", &[], Criterion::Cost);
    let Matrix { cells, stopped } =
        router(true).table(&request, &points, &points, &Control::none());
    assert_eq!(stopped, None);
    assert_eq!(cells.len(), 25);
    for cell in cells.iter().filter(|c| c.origin != c.destination) {
        let one = Request {
            origin: points[cell.origin].clone(),
            destination: points[cell.destination].clone(),
            ..request.clone()
        };
        let cell_usd = cell.totals.as_ref().map(|f| f.cost_usd);
        let alone_usd = ask(&one).itineraries.first().map(|i| i.cost_usd);
        assert_eq!(cell_usd, alone_usd, "{} - {}", names[cell.origin], names[cell.destination]);
    }
}

#[test]
fn borders_gauges_and_ports_are_priced() {
    let itinerary = best(&question("Urumqi", "Warsaw, PL", RAIL, Criterion::Time));
    let borders: Vec<_> =
        itinerary.transfers.iter().filter(|t| t.kind == TransferKind::Border).collect();
    assert!(borders.len() >= 3);
    assert!(
        borders.iter().any(|b| b.time_h > 12.0 && b.time_p90_h > b.time_p50_h && b.cost_usd > 0.0)
    );
    let links = (0..world().network.links()).map(LinkId::at);
    assert!(links.filter(|l| world().network.length_m(*l) == 0).count() < 20);
}

fn table(bytes: &[u8]) -> Vec<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(bytes);
    reader.records().map(|row| row.expect("a row")).collect()
}

/// A shipper who names a city gets a port of which it is known that ships call there: at others they are assumed to call
/// once a fortnight.
#[test]
fn the_port_of_a_city_is_one_that_ships_call_at() {
    let functions = table(include_bytes!("../data/port_functions.csv"));
    let is_called_at: BTreeSet<&str> =
        functions.iter().filter(|row| &row[3] != "9").map(|row| &row[0]).collect();
    let atlas = atlas().prefer_ports(true);
    let mut seen = 0;
    let mut wrong = Vec::new();
    let main_ports = table(include_bytes!("../../world/data/main_ports.csv"));
    for row in main_ports.iter().filter(|row| &row[5] == "sea") {
        let name = format!("{}, {}", row[0].split(';').next().unwrap_or_default(), &row[1]);
        // A name that is ambiguous, or that of a port on a river, is another matter.
        let Some(port) = atlas.locate(&name).ok().and_then(|found| found.port) else { continue };
        let id = world().network.terminals[port.ix()].id.as_str();
        seen += 1;
        if !is_called_at.contains(id) {
            wrong.push(format!("{name}: {id}"));
        }
    }
    assert!(seen > 400, "{seen}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
