//! Files of the shared folder that fit a format: all are read, and written and read again.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::{Path, PathBuf};

use common::{read_at, there_and_back};
use trimodal_formats::{Data, Format};

fn shared() -> PathBuf {
    PathBuf::from(std::env::var("TRIMODAL_SHARED").expect("TRIMODAL_SHARED names the folder"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.to_string_lossy().ends_with(ending));
    files.sort();
    files
}

#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn nets_have_the_nodes_and_links_that_their_readme_says() {
    let expected = [
        ("SiouxFalls", 24, 24, 76),
        ("Anaheim", 38, 416, 914),
        ("Barcelona", 110, 1_020, 2_522),
        ("ChicagoSketch", 387, 933, 2_950),
    ];
    for (name, zones, nodes, links) in expected {
        let path = shared().join(format!("tntp/{name}_net.tntp"));
        let (Data::Network(net), _) = read_at(&path) else { panic!("{name} is no network") };
        assert_eq!((net.nodes.len(), net.links.len()), (nodes, links), "{name}");
        assert_eq!(net.nodes.iter().filter(|n| !n.zone.is_empty()).count(), zones, "{name}");
        let Data::Network(after) = there_and_back(&Data::Network(net.clone()), Format::Tntp) else {
            panic!("{name}")
        };
        for (a, b) in net.links.iter().zip(&after.links) {
            assert_eq!(
                (a.from, a.to, &a.kind, a.toll, a.b, a.power, a.capacity),
                (b.from, b.to, &b.kind, b.toll, b.b, b.power, b.capacity)
            );
            let near =
                |x: Option<f64>, y: Option<f64>| (x.unwrap_or(0.0) - y.unwrap_or(0.0)).abs() < 1e-9;
            assert!(
                near(a.km, b.km) && near(a.minutes, b.minutes) && near(a.kmh, b.kmh),
                "{a:?} {b:?}"
            );
        }
        assert_eq!(
            net.nodes.iter().map(|n| &n.kind).collect::<Vec<_>>(),
            after.nodes.iter().map(|n| &n.kind).collect::<Vec<_>>()
        );
    }
}

#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn units_of_a_header_hold() {
    let read = |name: &str| match read_at(&shared().join(name)).0 {
        Data::Network(net) => net,
        other => panic!("{other:?}"),
    };
    // Anaheim is in feet and feet a minute, Chicago in miles.
    let anaheim = read("tntp/Anaheim_net.tntp");
    assert!((anaheim.links[0].km.unwrap() - 1.609_344).abs() < 1e-9);
    assert!((anaheim.links[0].kmh.unwrap() - 88.55).abs() < 0.01, "{:?}", anaheim.links[0].kmh);
    let chicago = read("tntp/ChicagoSketch_net.tntp");
    assert!((chicago.links[0].km.unwrap() - 0.86267 * 1.609_344).abs() < 1e-9);
}

#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn trips_and_flows_come_back() {
    let folder = shared().join("tntp");
    for path in files(&folder, "_trips.tntp") {
        let (Data::Matrix(trips), notes) = read_at(&path) else {
            panic!("{} is no matrix", path.display())
        };
        assert!(!notes.iter().any(|n| n.contains("TOTAL")), "{notes:?}");
        for to in [Format::Tntp, Format::Omx] {
            assert_eq!(
                there_and_back(&Data::Matrix(trips.clone()), to),
                Data::Matrix(trips.clone()),
                "{}",
                to.word()
            );
        }
    }
    for path in files(&folder, "_flow.tntp") {
        let (Data::Layers(flows), _) = read_at(&path) else {
            panic!("{} is no table", path.display())
        };
        assert_eq!(flows[0].columns, ["from", "to", "volume", "cost"]);
        assert!(flows[0].rows.len() >= 76);
    }
}

#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn scenarios_are_networks() {
    let mut count = 0;
    for kind in ["plan", "simulate"] {
        for folder in files(&shared().join("cases").join(kind), "") {
            // Those of spreadsheets are there to be repaired by the reader of scenarios.
            if !folder.join("links.csv").is_file()
                || folder.file_name().unwrap().to_string_lossy().starts_with("excel")
            {
                continue;
            }
            let source = trimodal_formats::Source::open(&folder).unwrap();
            let read = trimodal_formats::convert::network(
                &source,
                None,
                &trimodal_formats::Mapping::default(),
            );
            let (network, _) = read.unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
            assert!(
                network.links.iter().all(|l| l.mode.is_some() && l.km.is_some()),
                "{}",
                folder.display()
            );
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}
