//! The lines that were once cut: ways between named places by one mode, and the check for cut lines.

use std::time::Duration;

use trimodal::model::network::{Layer, Network, NodeId, great_circle_km};
use trimodal::model::scenario::Mode;
use trimodal::route::detours::{Accepted, City};
use trimodal::route::graph::{Graph, Step};
use trimodal::route::{Answer, Criterion, Routes, search};
use trimodal::{Control, DetoursRequest, RouteRequest, Shipment, World};

/// Mode, from, to, and the least and most km of the shortest way; none: there must be no way.
type Case = (Mode, &'static str, &'static str, Option<(f64, f64)>);

const CASES: &[Case] = &[
    // Denmark: the bridges over the two Belts and the Oresund.
    (Mode::Rail, "Odense", "Kolding", Some((60.0, 100.0))),
    (Mode::Rail, "Copenhagen", "Hamburg", Some((420.0, 620.0))),
    (Mode::Road, "Copenhagen", "Odense", Some((135.0, 200.0))),
    (Mode::Road, "Copenhagen", "Malmö", Some((28.0, 50.0))),
    (Mode::Road, "Copenhagen", "Hamburg", Some((320.0, 520.0))),
    // Calabria and Sicily.
    (Mode::Rail, "Paola, IT", "Salerno, IT", Some((190.0, 290.0))),
    (Mode::Rail, "Catania", "Messina", Some((80.0, 130.0))),
    // India and Pakistan.
    (Mode::Rail, "Surat", "Vadodara", Some((120.0, 170.0))),
    (Mode::Rail, "Multan", "Faisalabad", Some((200.0, 400.0))),
    (Mode::Rail, "Lahore", "Multan", Some((310.0, 480.0))),
    // North America.
    (Mode::Rail, "Calgary", "Edmonton", Some((280.0, 400.0))),
    (Mode::Rail, "Ciudad Juárez", "Chihuahua", Some((340.0, 430.0))),
    (Mode::Rail, "Mexico City", "Toluca", Some((55.0, 140.0))),
    (Mode::Rail, "Vancouver, CA", "Victoria, CA", None),
    // Japan: Hokkaido and the Seikan tunnel, Shikoku and the Seto bridge.
    (Mode::Rail, "Sapporo", "Hakodate", Some((260.0, 380.0))),
    (Mode::Rail, "Hakodate", "Aomori", Some((110.0, 220.0))),
    (Mode::Rail, "Okayama", "Matsuyama", Some((180.0, 320.0))),
    // Africa.
    (Mode::Rail, "Mombasa", "Nairobi", Some((440.0, 540.0))),
    (Mode::Road, "Mombasa", "Nairobi", Some((440.0, 520.0))),
    (Mode::Road, "Kolwezi", "Durban", Some((2_400.0, 3_200.0))),
    (Mode::Road, "Kolwezi", "Lubumbashi", Some((240.0, 340.0))),
    // Asia.
    (Mode::Rail, "Novosibirsk", "Semey", Some((500.0, 800.0))),
    (Mode::Rail, "Atyrau", "Nukus", Some((700.0, 1_300.0))),
    (Mode::Road, "Pavlodar", "Karachi", Some((3_400.0, 4_600.0))),
    // Found by an audit of cities and berths that no pair of the check had.
    (Mode::Rail, "Multan", "Jhang", Some((150.0, 220.0))),
    (Mode::Rail, "Chattogram", "Dhaka", Some((290.0, 350.0))),
    (Mode::Rail, "Douala", "Yaounde", Some((230.0, 290.0))),
    (Mode::Rail, "Bari", "Taranto", Some((100.0, 135.0))),
    (Mode::Rail, "Ndola", "Kitwe", Some((50.0, 75.0))),
    (Mode::Rail, "Harbin", "Heihe", Some((580.0, 720.0))),
    (Mode::Rail, "Warsaw", "Kaunas", Some((380.0, 560.0))),
    (Mode::Rail, "Riyadh", "Ha'il", Some((560.0, 800.0))),
    (Mode::Road, "Holyhead", "London", Some((380.0, 480.0))),
    (Mode::Road, "Bergen", "Stavanger", Some((170.0, 240.0))),
    (Mode::Road, "Split", "Dubrovnik", Some((190.0, 260.0))),
    (Mode::Road, "Narvik", "Tromsø", Some((160.0, 280.0))),
    (Mode::Road, "Mo i Rana", "Trondheim", Some((420.0, 540.0))),
    (Mode::Road, "Reykjavik", "Höfn", Some((400.0, 500.0))),
    (Mode::Road, "Bhavnagar", "Surat", Some((90.0, 150.0))),
    // Found by naming what a shipper knows.
    (Mode::Rail, "Palermo", "Catania", Some((230.0, 255.0))),
    (Mode::Rail, "Niigata", "Aizu-Wakamatsu", Some((115.0, 140.0))),
    (Mode::Rail, "Chicago", "Los Angeles", Some((3_300.0, 3_750.0))),
    (Mode::Rail, "Van", "Ankara", Some((1_100.0, 1_400.0))),
    (Mode::Rail, "Van", "Istanbul", Some((1_500.0, 2_000.0))),
    (Mode::Rail, "Kholmsk", "Yuzhno-Sakhalinsk", Some((80.0, 500.0))),
    (Mode::Road, "Niigata", "Aizu-Wakamatsu", Some((95.0, 130.0))),
    (Mode::Road, "Maracaibo", "Ciudad Ojeda", Some((55.0, 90.0))),
    (Mode::Road, "Corner Brook", "St. Anthony, CA", Some((400.0, 520.0))),
    (Mode::Road, "Harstad", "Narvik", Some((90.0, 140.0))),
    (Mode::Road, "Simferopol", "Sevastopol", Some((55.0, 90.0))),
];

/// The shortest way by one mode from the lines near both places.
fn shortest(world: &World, mode: Mode, from: &str, to: &str) -> Routes {
    let shipment = Shipment {
        modes: vec![mode],
        counterfactual_no_law: true,
        snap_km: 40.0,
        ..Shipment::default()
    };
    let answer = Answer::Best(Criterion::Distance);
    let request = RouteRequest { shipment, answer, ..RouteRequest::new(from, to) };
    world.route(&request, &Control::none()).unwrap_or_else(|e| panic!("{from} - {to}: {e}"))
}

#[test]
fn named_lines_are_not_cut() {
    let world = World::load();
    let mut wrong = Vec::new();
    for (mode, from, to, expected) in CASES {
        let km =
            shortest(&world, *mode, from, to).itineraries.first().map(|i| i.distance_km.round());
        let right = match (km, expected) {
            (None, None) => true,
            (Some(km), Some((least, most))) => (*least..=*most).contains(&km),
            _ => false,
        };
        if !right {
            wrong.push(format!("{} {from} - {to}: {km:?}, not {expected:?}", mode.word()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The node of a layer nearest to a point.
fn nearest(network: &Network, layer: Layer, at: (f64, f64)) -> NodeId {
    let far = |n: &NodeId| great_circle_km(at, network.at(*n));
    let mine = (0..network.nodes()).map(NodeId::at).filter(|n| network.node_layer[n.ix()] == layer);
    mine.min_by(|a, b| far(a).total_cmp(&far(b))).expect("there is one")
}

#[test]
fn the_standard_gauge_railway_of_kenya_reaches_naivasha() {
    let world = World::load();
    let network = world.network();
    let gauge = Layer::Rail(1435);
    let [mombasa, naivasha] =
        [(-4.05, 39.6), (-1.055, 36.531)].map(|at| nearest(network, gauge, at));
    let graph = Graph::new(network.clone());
    let metres = |step, _, _| match step {
        Step::Link(l) => Some(u64::from(network.length_m(l))),
        Step::Service(_) => None,
        Step::Transfer(_) => None,
    };
    let starts = [(graph.arrived(mombasa), 0)];
    let tree = search::forward(&graph, &starts, metres, |_, _| false);
    let km = tree.cost[graph.arrived(naivasha).ix()] / 1_000;
    assert!((540..650).contains(&km), "{km} km");
    for id in ["nairobi-embakasi", "naivasha-icd"] {
        let station = network.terminals.iter().find(|t| t.id == id).expect("it is listed");
        assert!(!station.transfers.is_empty(), "{id} has tracks of both gauges");
    }
}

#[test]
fn a_long_way_is_warned_of() {
    let world = World::load();
    let long = shortest(&world, Mode::Rail, "Van", "Erzurum");
    let warnings = &long.itineraries[0].warnings;
    assert!(warnings.iter().any(|w| w.contains("times the great circle")), "{warnings:?}");
    let straight = shortest(&world, Mode::Rail, "Surat", "Vadodara");
    assert!(straight.itineraries[0].warnings.is_empty());
}

#[test]
fn no_cut_is_unexplained() {
    let request = DetoursRequest::default();
    let found = World::load().detours(&request, &Control::none()).expect("the tables are read");
    assert!(found.stopped.is_none());
    // A row that explains nothing any more would hide a new cut.
    assert!(found.idle_rows.is_empty(), "{:#?}", found.idle_rows);
    for c in &found.counts {
        let bad = (c.missing + c.detours) as f64 / c.pairs.max(1) as f64;
        let most = if c.mode == Mode::Rail { 0.01 } else { 0.003 };
        let (region, mode) = (&c.region, c.mode.word());
        assert!(bad <= most, "{region} by {mode}: {} missing, {} long", c.missing, c.detours);
    }
}

#[test]
fn a_region_is_checked_alone_and_the_check_stops() {
    let world = World::load();
    let europe = DetoursRequest { region: Some("europe".into()) };
    let found = world.detours(&europe, &Control::none()).expect("there is a Europe");
    assert_eq!(found.counts.len(), 2);
    assert!(found.counts.iter().all(|c| c.region == "europe" && c.pairs > 1_000));
    let late = Control::none().with_time_limit(Duration::ZERO);
    assert!(world.detours(&europe, &late).expect("it ends early").stopped.is_some());
    let nowhere = DetoursRequest { region: Some("atlantis".into()) };
    let refused =
        world.detours(&nowhere, &Control::none()).expect_err("no such region").to_string();
    assert!(refused.contains("atlantis"), "{refused}");
}

#[test]
fn an_accepted_row_explains_only_what_it_names() {
    let list = Accepted::read(
        "mode,from,to,fault,up_to,reason,source,confidence\n\
         rail,box:36 12 38.3 15.6,other,missing,,a strait,recalled,recalled\n\
         road,country:CH AT,\"Rome, IT\",any,3,mountains,recalled,recalled\n",
    )
    .expect("it is a list");
    let city = |name: &str, country: &str, at| City {
        name: name.into(),
        country: country.into(),
        region: "europe".into(),
        at,
    };
    let palermo = city("Palermo", "IT", (38.1, 13.4));
    let catania = city("Catania", "IT", (37.5, 15.1));
    let rome = city("Rome", "IT", (41.9, 12.5));
    let vienna = city("Vienna", "AT", (48.2, 16.4));
    let rail = |factor, a, b| list.explains(Mode::Rail, factor, a, b);
    assert_eq!(rail(None, &palermo, &rome), Some(0));
    assert_eq!(rail(None, &rome, &palermo), Some(0));
    assert_eq!(rail(None, &palermo, &catania), None, "both are on the island");
    assert_eq!(rail(Some(2.5), &palermo, &rome), None, "a detour is another fault");
    let road = |factor, a, b| list.explains(Mode::Road, factor, a, b);
    assert_eq!(road(Some(2.9), &rome, &vienna), Some(1));
    assert_eq!(road(Some(3.1), &rome, &vienna), None, "longer than mountains explain");
    assert_eq!(road(None, &rome, &vienna), Some(1));
    assert_eq!(road(Some(2.9), &rome, &palermo), None);
    let header = "mode,from,to,fault,up_to,reason,source,confidence\n";
    assert!(Accepted::read(&format!("{header}rail,nowhere,*,any,,x,y,z\n")).is_err());
    assert!(Accepted::read(&format!("{header}rail,*,*,some,,x,y,z\n")).is_err());
}
