//! An extract of OpenStreetMap becomes a network.

#![allow(clippy::unwrap_used)]

mod common;

use common::{data, read_at};
use trimodal_formats::{Data, Link, Network};
use trimodal_model::scenario::Mode;

fn estonia() -> (Network, Vec<String>) {
    match read_at(&data("made/estonia.osm.pbf")) {
        (Data::Network(network), notes) => (network, notes),
        (other, _) => panic!("{other:?}"),
    }
}

fn of_way<'a>(network: &'a Network, way: &str) -> Vec<&'a Link> {
    network.links.iter().filter(|l| l.id.starts_with(way)).collect()
}

fn made(name: &str) -> (Network, Vec<String>) {
    match read_at(&data(&format!("made/{name}.osm.pbf"))) {
        (Data::Network(network), notes) => (network, notes),
        (other, _) => panic!("{other:?}"),
    }
}

fn km<'a>(links: impl IntoIterator<Item = &'a Link>) -> f64 {
    links.into_iter().filter_map(|l| l.km).sum()
}

/// Degrees east and north of the ends of a link.
fn ends(network: &Network, link: &Link) -> [[f64; 2]; 2] {
    [link.from, link.to].map(|n| network.nodes[n].at.unwrap())
}

#[test]
fn ways_are_cut_where_they_meet_and_where_they_are_long() {
    let (network, _) = estonia();
    // The trunk road is cut at Paide, where the primary road begins, and where its points are; the two ways of the
    // railway are one line of four stretches.
    assert_eq!((of_way(&network, "w101").len(), of_way(&network, "w102").len()), (2, 2));
    let rail: Vec<_> = network.links.iter().filter(|l| l.mode == Some(Mode::Rail)).collect();
    let ids: Vec<&str> = rail.iter().map(|l| l.id.as_str()).collect();
    assert_eq!(ids, ["w111-1", "w111-2", "w111-3", "w111-4"]);
    for (a, b) in rail.iter().zip(&rail[1..]) {
        assert_eq!((a.to, *a.line.last().unwrap()), (b.from, b.line[0]));
    }
    assert_eq!(rail[0].gauges_mm, [1520]);
    assert_eq!(rail[0].name, "Tallinn-Narva railway");
    // Tallinn - Tapa - Tartu is about 190 km by rail.
    let whole = km(rail.iter().copied());
    assert!((150.0..200.0).contains(&whole), "{whole}");
    let primary: Vec<_> = network.links.iter().filter(|l| l.kind == "primary").collect();
    assert_eq!(primary.iter().map(|l| l.line.len() - 1).sum::<usize>(), 2);
}

#[test]
fn no_stretch_is_much_longer_than_ten_kilometres() {
    let (network, _) = made("line");
    let longest = network.links.iter().filter_map(|l| l.km).fold(0.0, f64::max);
    assert!(longest < 11.0, "{longest}");
    let mut ids: Vec<&str> = network.links.iter().map(|l| l.id.as_str()).collect();
    assert_eq!(ids.len(), 28);
    ids.dedup();
    assert_eq!((ids.len(), ids[27]), (28, "w1-28"));
    // The shape and the length are those of the whole: 241 points, 232.6 km along them.
    let points: usize = network.links.iter().map(|l| l.line.len() - 1).sum();
    assert_eq!(points, 240);
    // The station at Tartu, a point of the line, is the end of two links.
    let is_tartu = |at: [f64; 2]| (at[0] - 26.72).hypot(at[1] - 58.38) < 1e-6;
    let at_tartu = network.links.iter().flat_map(|l| ends(&network, l)).filter(|at| is_tartu(*at));
    assert_eq!(at_tartu.count(), 2);
}

#[test]
fn a_level_crossing_is_no_terminal() {
    let (network, _) = made("crossing");
    let nodes = |mode: Mode| {
        let links = network.links.iter().filter(move |l| l.mode == Some(mode));
        links.flat_map(|l| [l.from, l.to]).collect::<std::collections::BTreeSet<_>>()
    };
    assert!(nodes(Mode::Rail).is_disjoint(&nodes(Mode::Road)));
    let mut ids: Vec<&str> = network.nodes.iter().map(|n| n.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), network.nodes.len());
}

#[test]
fn tags_of_direction_are_understood() {
    let (network, _) = made("oneway");
    let way = |id: &str| of_way(&network, &format!("{id}-"))[0];
    // Against the order of its points.
    assert!(way("w1").is_one_way && way("w1").line[0][0] > way("w1").line[1][0]);
    assert_eq!(ends(&network, way("w1"))[0], way("w1").line[0]);
    let is_one_way = ["w2", "w3", "w4", "w5", "w6", "w7"].map(|id| way(id).is_one_way);
    assert_eq!(is_one_way, [false, true, true, false, true, true]);
}

#[test]
fn relations_are_counted_and_histories_refused() {
    let (_, notes) = made("relations");
    for told in [
        "left out: 1 ferries that are relations",
        "left out: 1 ports and terminals that are relations",
    ] {
        assert!(notes.iter().any(|n| n.contains(told)), "{told}: {notes:?}");
    }
    let source = trimodal_formats::Source::open(&data("made/history.osh.pbf")).unwrap();
    let problems = common::refused(&source);
    assert!(
        problems[0].contains("TM-FMT-001") && problems[0].contains("it is a history"),
        "{problems:?}"
    );
}

#[test]
fn what_carries_no_freight_is_left_out_and_said() {
    let (network, notes) = estonia();
    assert!(of_way(&network, "w106").is_empty() && of_way(&network, "w113").is_empty());
    assert!(notes.iter().any(|n| n.contains("left out: 2 ways")), "{notes:?}");
    assert!(notes.iter().any(|n| n.contains("1 points of ways lie outside")), "{notes:?}");
    assert!(notes.iter().any(|n| n.contains("OpenStreetMap contributors")), "{notes:?}");
}

#[test]
fn ferries_and_terminals_are_known() {
    let (network, _) = estonia();
    let ferry = of_way(&network, "w121")[0];
    assert!(ferry.is_ferry() && ferry.mode == Some(Mode::Road));
    assert_eq!(ferry.name, "Virtsu - Kuivastu");
    let terminal = network.nodes.iter().find(|n| n.kind == "terminal").unwrap();
    assert_eq!(terminal.name, "Ülemiste terminal");
}

#[test]
fn ferries_are_those_that_take_trucks() {
    let (network, _) = made("island");
    let names: Vec<&str> =
        network.links.iter().filter(|l| l.is_ferry()).map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["Virtsu - Kuivastu", "Virtsu - Koiguste"]);
    // Two ways of one ferry are one; two ferries that meet at a berth are not.
    let minutes = |way: &str| {
        let link = of_way(&network, way)[0];
        link.km.unwrap() / link.kmh.unwrap() * 60.0
    };
    assert!((minutes("w121") - 20.0).abs() < 1e-6 && (minutes("w124") - 120.0).abs() < 1e-6);
}

#[test]
fn ports_and_yards_are_those_of_freight() {
    let (network, _) = made("island");
    let named: Vec<(&str, &str)> = network
        .nodes
        .iter()
        .filter(|n| !n.kind.is_empty())
        .map(|n| (n.name.as_str(), n.kind.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("Virtsu sadam", "port"),
            ("Risti", "terminal"),
            ("Virtsu goods yard", "yard"),
            ("Koiguste cargo port", "port"),
        ]
    );
}

#[test]
fn speeds_are_of_limits_and_classes() {
    let (network, _) = made("island");
    let running = |way: &str| of_way(&network, way)[0].running_kmh.unwrap();
    // 11.5 km at 0.9 x 90 km/h and the rest at 60: one road, which is cut again where it is long.
    let whole = of_way(&network, "w101");
    let alike = whole.iter().all(|l| (l.running_kmh.unwrap() - running("w101")).abs() < 1e-9);
    assert!(alike && (65.0..80.0).contains(&running("w101")), "{}", running("w101"));
    assert!((running("w104") - 45.0).abs() < 1e-9);
    assert!((running("w111") - 25.0).abs() < 1e-9);
    assert_eq!(of_way(&network, "w112")[0].running_kmh, None);
    assert!(network.links.iter().all(|l| l.is_ferry() || l.kmh.is_none()));
}

#[test]
fn no_gauge_is_made_up() {
    let (network, _) = made("island");
    let rail: Vec<_> = network.links.iter().filter(|l| l.mode == Some(Mode::Rail)).collect();
    assert!(!rail.is_empty() && rail.iter().all(|l| l.gauges_mm.is_empty()));
}
