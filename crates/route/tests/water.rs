//! Inland waterways and ferries of the embedded world.

mod common;

use std::sync::{Arc, OnceLock};

use trimodal_model::Control;
use trimodal_model::network::{Flags, Layer, LinkId, Network, NodeId, PassageKind};
use trimodal_model::scenario::Mode;
use trimodal_route::graph::{Graph, Step};
use trimodal_route::outcome::{Itinerary, Leg, Routes, TransferKind};
use trimodal_route::search::{INFINITY, forward};
use trimodal_route::{Answer, Closures, Criterion, NetworkLaw, Parameters, Point, Request, Router};
use trimodal_world::Gazetteer;
use trimodal_world::locate::{Atlas, Located};

struct World {
    router: Router,
    places: Gazetteer,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let network = Arc::new(trimodal_world::network());
        let day = "2026-11-24".parse().expect("a date");
        let law = NetworkLaw::read(&network, day, None, None).expect("the law");
        let router = Router::new(network, Parameters::default(), law);
        World { router, places: trimodal_world::places() }
    })
}

fn network() -> &'static Network {
    &world().router.graph.network
}

fn atlas() -> Atlas<'static> {
    Atlas { network: network(), places: &world().places }
}

fn point(text: &str) -> Point {
    let Located { name, lat, lon, port, country } =
        atlas().locate(text).unwrap_or_else(|p| panic!("{text}: {p}"));
    Point { name, lat, lon, port, country }
}

fn question(from: &str, to: &str, modes: &[Mode], by: Criterion) -> Request {
    let mut request = common::request(point(from), point(to), Answer::Best(by));
    request.closures = Closures::by_default(network(), 15.5);
    request.closures.modes = modes.iter().copied().collect();
    request.snap_km = 100.0;
    request
}

fn ask(request: &Request) -> Routes {
    world().router.route(request, &Control::none())
}

fn best(request: &Request) -> Itinerary {
    let routes = ask(request);
    let why = routes.unreachable;
    routes.itineraries.into_iter().next().unwrap_or_else(|| panic!("{why:?}"))
}

fn ferries(it: &Itinerary) -> Vec<&str> {
    it.legs.iter().filter_map(|l| l.ferry.as_deref()).collect()
}

fn by_barge(it: &Itinerary) -> &Leg {
    it.legs.iter().find(|l| l.mode == Mode::Barge).expect("a barge")
}

const ALL: &[Mode] = &Mode::ALL;
const ROAD: &[Mode] = &[Mode::Road];
const RAIL: &[Mode] = &[Mode::Rail];
const BARGE: &[Mode] = &[Mode::Barge];

#[test]
fn the_rhine_from_rotterdam_to_basel_and_back() {
    let up = best(&question("Rotterdam", "Basel", BARGE, Criterion::Time));
    let down = best(&question("Basel", "Rotterdam", BARGE, Criterion::Time));
    for it in [&up, &down] {
        let km = by_barge(it).distance_km;
        assert!(
            (820.0..845.0).contains(&km),
            "{km} km: the Rhine is 833 km from Basel to Rotterdam"
        );
        assert!(by_barge(it).waterways.iter().any(|w| w == "Rhine"), "{:?}", it.legs);
    }
    let (up, down) = (by_barge(&up).time_h, by_barge(&down).time_h);
    assert!(up > down * 1.3, "upstream {up} h, downstream {down} h");
    let cheapest = best(&question("Rotterdam", "Basel", ALL, Criterion::Cost));
    assert!(cheapest.chain.contains("barge"), "{}", cheapest.chain);
}

#[test]
fn short_crossings_are_ferries() {
    for (from, to, name, most_h) in [
        ("Tallinn", "Helsinki", "Tallinn", 20.0),
        ("Trelleborg", "Rostock", "Trelleborg", 30.0),
        ("Messina", "Reggio di Calabria", "Messina", 12.0),
        ("Haikou", "Zhanjiang", "Haikou", 20.0),
        ("Dover, GB", "Calais, FR", "", 24.0),
    ] {
        let it = best(&question(from, to, ALL, Criterion::Time));
        assert!(it.time_h < most_h, "{from}-{to}: {} h", it.time_h);
        let found = ferries(&it);
        assert!(found.iter().any(|f| f.contains(name)), "{from}-{to}: {found:?}");
        let wait = it.transfers.iter().find(|t| t.kind == TransferKind::Ferry).expect("a wait");
        assert!(wait.time_h > 1.0 && !wait.id.is_empty(), "{wait:?}");
    }
}

#[test]
fn wagons_ride_only_on_ferries_of_their_gauge() {
    let n = network();
    let mut of_rail = 0;
    for l in (0..n.links()).map(LinkId::at) {
        let Some(ferry) = n.passage_of(l).filter(|p| p.kind == PassageKind::Ferry) else {
            continue;
        };
        assert!(n.flags[l.ix()].has(Flags::FERRY), "{}", ferry.id);
        if let Layer::Rail(gauge) = n.layer_of(l) {
            of_rail += 1;
            let table = include_str!("../../world/data/ferries.csv");
            let row = table.lines().find(|r| r.starts_with(&format!("{},", ferry.id)));
            let row = row.expect("its row");
            assert!(row.contains("wagon") && row.contains(&gauge.to_string()), "{row}");
        }
    }
    assert!(of_rail >= 10, "{of_rail} rail ferries");
    let it = best(&question("Trelleborg", "Rostock", RAIL, Criterion::Time));
    assert_eq!(ferries(&it).len(), 1, "{:?}", it.legs);
    let apart = ask(&question("Tallinn", "Helsinki", RAIL, Criterion::Time));
    assert!(apart.itineraries.iter().all(|it| ferries(it).is_empty()), "no wagons cross there");
}

#[test]
fn a_ferry_can_be_avoided_and_forced_by_name() {
    let mut other = question("Trelleborg", "Rostock", ROAD, Criterion::Time);
    let at = |id: &str| atlas().things(id).unwrap_or_else(|p| panic!("{p}"));
    at("rostock-trelleborg").into_iter().for_each(|t| other.closures.avoid(t));
    let it = best(&other);
    assert!(!ferries(&it).iter().any(|f| f.contains("Rostock-Trelleborg")), "{:?}", ferries(&it));
    let mut only = question("Trelleborg", "Rostock", ROAD, Criterion::Time);
    let named = at("rostock-trelleborg");
    only.closures.only(network(), &named, &[]);
    assert_eq!(ferries(&best(&only)).len(), 1);
    // To name a canal closes no ferry.
    let mut canal = question("Trelleborg", "Rostock", ROAD, Criterion::Time);
    canal.closures.only(network(), &at("suez"), &[]);
    assert_eq!(ferries(&best(&canal)).len(), 1);
}

#[test]
fn ice_closes_the_volga_in_winter() {
    let n = network();
    let on = |day| {
        let mut request = question("Volgograd", "Nizhny Novgorod", BARGE, Criterion::Time);
        request.closures = request.closures.on(n, day);
        ask(&request)
    };
    assert_eq!(on((7, 1)).itineraries.len(), 1);
    let winter = on((1, 15));
    let why = winter.unreachable.expect("ice");
    assert!(why.remedy.iter().any(|r| r.contains("closed 1")), "{why:?}");
}

#[test]
fn low_water_raises_the_cost_a_tonne() {
    let on = |day| {
        let mut request = question("Rotterdam", "Basel", BARGE, Criterion::Cost);
        request.closures = request.closures.on(network(), day);
        let it = best(&request);
        by_barge(&it).cost_usd
    };
    assert!(on((10, 1)) > on((4, 1)) * 1.2);
}

/// The node of a row of the table of ports.
fn place(id: &str) -> NodeId {
    let n = network();
    let table = include_str!("../../world/data/waterway_ports.csv");
    let row = table.lines().find(|r| r.starts_with(&format!("{id},")));
    let row = row.unwrap_or_else(|| panic!("no port {id}"));
    // Names hold no comma, or are quoted.
    let cells: Vec<&str> = row.split(',').collect();
    let numbers: Vec<f64> = cells.iter().filter_map(|c| c.parse().ok()).collect();
    let at = [numbers[0], numbers[1]].map(|d| (d * 1e3).round() as i32);
    let here = |i: &usize| n.node_layer[*i] == Layer::Waterway && n.node_e3[*i] == at;
    NodeId::at((0..n.nodes()).find(here).unwrap_or_else(|| panic!("{id} has no waterway")))
}

/// Least km along waterways between two ports.
fn km(graph: &Graph, from: &str, to: &str) -> f64 {
    let n = network();
    let length = |step, _, _| match step {
        Step::Link(l) if n.layer_of(l) == Layer::Waterway => Some(u64::from(n.length_m(l))),
        _ => None,
    };
    let end = graph.arrived(place(to));
    let tree = forward(graph, &[(graph.loaded(place(from)), 0)], length, |s, _| s == end);
    let m = tree.cost[end.ix()];
    assert_ne!(m, INFINITY, "{from}-{to}");
    m as f64 / 1e3
}

/// Km of a statute mile.
const MILE: f64 = 1.609_344;

/// Lengths and marks that were read in their sources (Danube Commission, WSV, VNF, USACE, IWAI, DNIT and others:
/// the sources of the rows in waterways.csv), km.
const PUBLISHED: &[(&str, &str, f64)] = &[
    ("BGVID", "BGLOM", 790.0 - 743.5),
    ("BGLOM", "BGOKH", 743.5 - 678.0),
    ("DE-bergeshoevede", "DEMID", 102.5),
    ("DE-bergeshoevede", "DE-esk-jct", 233.6),
    ("DE-bergeshoevede", "DE-hohenwarthe", 325.7),
    ("DEDTM", "DE-bergeshoevede", 108.36 - 1.4),
    ("DE-neckar-mouth", "DEPLO", 203.0),
    ("DE-main-mouth", "DEBAM", 387.7),
    ("DEBAM", "DEKEM", 171.0),
    ("FRPAR", "FRURO", 242.4),
    ("FRPAR", "FR-conflans", 72.6),
    ("BE-monsin", "BE-lanaye", 19.98),
    ("ROCEV", "ROCND", 64.0),
    ("RU-krasnoarm", "RU-kalachnadonu", 101.0),
    ("CN-shuifu", "CNYIC", 1074.0),
    ("CNYIC", "CNWUH", 624.0),
    ("CNWUH", "CNSHA", 1125.0),
    ("CN-liuwei", "CNXZH", 404.5),
    ("CNNNG", "CNGUG", 273.0),
    ("CNGUG", "CN-sanshui", 502.0),
    ("CN-sanshui", "CNCAN", 76.0),
    ("INCCU", "IN-tribeni", 196.0 - 140.0),
    ("IN-tribeni", "IN-farakka", 560.0 - 196.0),
    ("IN-farakka", "INPAT", 1020.0 - 560.0),
    ("USMSY", "USBTR", (230.0 - 95.0) * MILE),
    ("USBTR", "USVKS", (437.0 - 230.0) * MILE),
    ("USVKS", "USMEM", (736.0 - 437.0) * MILE),
    ("USMEM", "USCIR", (953.8 - 736.0) * MILE),
    ("USCIR", "USSTL", 180.0 * MILE),
    ("USSTL", "USSTP", (838.0 - 180.0) * MILE),
    ("USPIT", "USCVG", 470.0 * MILE),
    ("USCVG", "USLUI", (604.0 - 470.0) * MILE),
    ("USLUI", "USCIR", (981.0 - 604.0) * MILE),
    ("US-grafton", "USPIA", 162.0 * MILE),
    ("USPIA", "US-calumet", (327.0 - 162.0) * MILE),
    ("US-tennessee-mouth", "USCHA", 464.0 * MILE),
    ("USCHA", "US-knoxville", (648.0 - 464.0) * MILE),
    ("US-cumberland-mouth", "USBNA", 190.0 * MILE),
    ("USDMP", "US-yellowcreek", (450.0 - 217.0) * MILE),
    ("USMOB", "US-birmingham", 390.0 * MILE),
    ("US-white-mouth", "US-catoosa", 445.0 * MILE),
    ("USAST", "USLWS", (465.0 - 14.0) * MILE),
    ("BRBEL", "BRMAO", 1650.0),
    ("BRMAO", "BR-tabatinga", 1600.0),
    ("BRPVH", "BR-madeira-mouth", 1056.0),
    ("BR-santarem", "BR-miritituba", 280.0),
    ("ARBUE", "ARSFN", 590.0),
    ("ARBUE", "AR-confluencia", 1240.0),
    ("ARBUE", "PYASU", 1630.0),
    ("ARBUE", "BR-corumba", 2770.0),
    ("ARBUE", "BR-caceres", 3442.0),
    ("COBAQ", "CO-dorada", 908.0 - 22.0),
    ("CO-barranca", "CO-dorada", 256.0),
    ("CDFIH", "CG-oubangui-mouth", 600.0),
    ("CDFIH", "CDFKI", 1700.0),
];

#[test]
fn published_lengths_are_met_within_three_per_cent() {
    let graph = Graph::new(world().router.graph.network.clone());
    let off = |(from, to, published): &&(&str, &str, f64)| {
        (km(&graph, from, to) / published - 1.0).abs() > 0.03
    };
    let wrong: Vec<String> = PUBLISHED
        .iter()
        .filter(off)
        .map(|(a, b, published)| format!("{a}-{b}: {} for {published}", km(&graph, a, b)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_truck_drives_over_the_sea() {
    for (from, to, ferry) in [
        ("Visby", "Stockholm", Some("Visby")),
        ("Zanzibar", "Dodoma", Some("Zanzibar")),
        ("Victoria, CA", "Vancouver, CA", Some("Tsawwassen")),
        ("Nantucket", "Boston, US", None),
        ("Ryde, GB", "London, GB", None),
        ("Juneau", "Seattle", None),
        ("Capri", "Naples", None),
        ("Nuuk", "Copenhagen", None),
    ] {
        let routes = ask(&question(from, to, ROAD, Criterion::Time));
        let found: Vec<&str> = routes.itineraries.iter().flat_map(ferries).collect();
        match ferry {
            Some(name) => assert!(found.iter().any(|f| f.contains(name)), "{from}: {found:?}"),
            None => {
                let why = routes.unreachable.unwrap_or_else(|| panic!("{from}: {found:?}"));
                let told = why.remedy.join("; ");
                let named = ["ferry", "port", "nearest"].iter().any(|w| told.contains(w));
                assert!(named, "{from}: {told}");
            }
        }
    }
    let rail = ask(&question("Zanzibar", "Dodoma", RAIL, Criterion::Time));
    let told = rail.unreachable.expect("no track on the island").message;
    assert!(told.contains("own side of the water"), "{told}");
}

#[test]
fn no_access_leg_crosses_a_strait() {
    let n = network();
    let access = (0..n.links()).map(LinkId::at).filter(|l| n.flags[l.ix()].has(Flags::ACCESS));
    let mut checked = 0;
    for l in access.filter(|l| !matches!(n.layer_of(*l), Layer::Sea | Layer::Waterway)) {
        let (a, b) = (n.at(n.tail[l.ix()]), n.at(n.head[l.ix()]));
        checked += 1;
        assert!(n.land.water_km(a, b, 10.0) <= 3.0, "{a:?}-{b:?}");
    }
    assert!(checked > 5_000, "{checked}");
}
