//! Inland waterways and ferries of the embedded world.

mod common;

use std::sync::{Arc, OnceLock};

use trimodal_model::Control;
use trimodal_model::network::{Flags, Layer, LinkId, Network, PassageKind};
use trimodal_model::scenario::Mode;
use trimodal_route::audit::{MeasuredDistance, PublishedDistance, audit};
use trimodal_route::outcome::{Itinerary, Leg, Routes, TransferKind};
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
    Atlas::new(network(), &world().places)
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

#[test]
fn published_lengths_of_waterways_are_met_within_three_per_cent() {
    let rows = PublishedDistance::rows(trimodal_world::DISTANCES).expect("the table");
    let rows: Vec<_> = rows.into_iter().filter(|r| r.mode == Mode::Barge).collect();
    assert!(rows.len() >= 48, "{} rows", rows.len());
    let found = audit(&world().router.graph, &rows);
    let off = |d: &&MeasuredDistance| d.error_pct.is_none_or(|e| e.abs() > 3.0);
    let wrong: Vec<_> = found.distances.iter().filter(off).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_truck_drives_over_the_sea() {
    for (from, to, ferry) in [
        ("Visby", "Stockholm", Some("Visby")),
        ("Zanzibar", "Dodoma", Some("Zanzibar")),
        ("Victoria, CA", "Vancouver, CA", Some("Tsawwassen")),
        ("Nantucket", "Boston, US", Some("Nantucket")),
        ("Ryde, GB", "London, GB", Some("Fishbourne")),
        ("Juneau", "Seattle", Some("Juneau")),
        ("Cat Ba", "Haiphong", Some("Cat Ba")),
        ("Rothesay, GB", "Greenock", Some("Colintraive")),
        ("Shelter Island", "New York", Some("Shelter Island")),
        ("Novalja", "Rijeka", Some("Prizna")),
        ("Aukra", "Molde", Some("Hollingsholmen")),
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
        // A track to a rail ferry may follow the coast of a bay.
        let track = n.layer_of(l) != Layer::Road && n.land.water_km(a, b) <= 6.0;
        assert!(track || n.land.is_dry(a, b), "{a:?}-{b:?}");
    }
    assert!(checked > 5_000, "{checked}");
}
