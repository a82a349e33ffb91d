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

#[test]
fn ways_are_cut_where_they_meet_and_joined_where_nothing_does() {
    let (network, _) = estonia();
    // The trunk road is cut at Paide, where the primary road begins; the two ways of the railway are one line.
    assert_eq!((of_way(&network, "w101").len(), of_way(&network, "w102").len()), (1, 1));
    let rail: Vec<_> = network.links.iter().filter(|l| l.mode == Some(Mode::Rail)).collect();
    assert_eq!(rail.len(), 1);
    assert_eq!((rail[0].line.len(), &rail[0].gauges_mm[..]), (5, &[1520_u16][..]));
    assert_eq!(rail[0].name, "Tallinn-Narva railway");
    // Tallinn - Tapa - Tartu is about 190 km by rail.
    assert!((150.0..200.0).contains(&rail[0].km.unwrap()), "{:?}", rail[0].km);
    let primary: Vec<_> = network.links.iter().filter(|l| l.kind == "primary").collect();
    assert_eq!((primary.len(), primary[0].line.len()), (1, 3));
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
