//! GDAL, which QGIS reads with, accepts what is written. Without `ogrinfo` the tests say so and pass.

#![allow(clippy::unwrap_used)]

mod common;

use std::process::Command;

use common::{data, read_at, written};
use trimodal_formats::Format;
use trimodal_formats::convert::Written;

/// What `ogrinfo` says of a file; none without it.
fn ogrinfo(name: &str, bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let run = Command::new("ogrinfo").args(["-ro", "-so", "-al"]).arg(&path).output();
    let Ok(run) = run else {
        eprintln!("skipped: ogrinfo is not installed (Debian: gdal-bin)");
        return None;
    };
    let told = String::from_utf8_lossy(&run.stdout).into_owned();
    let warned = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{told}{warned}");
    assert!(!warned.contains("Warning") && !warned.contains("ERROR"), "{warned}");
    Some(told)
}

#[test]
fn a_geopackage_of_a_network_is_accepted() {
    let (network, _) = read_at(&data("gmns/Cambridge_Intersection"));
    let (Written::File(bytes), name) = written(&network, Format::GeoPackage) else {
        panic!("a folder")
    };
    let Some(told) = ogrinfo(&name, &bytes) else { return };
    for line in [
        "Layer name: nodes",
        "Geometry: Point",
        "Layer name: links",
        "Geometry: Line String",
        "Feature Count: 39",
        "km: Real (0.0)",
        "EPSG\",4326",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[test]
fn a_geojson_of_a_network_is_accepted() {
    let (network, _) = read_at(&data("gmns/Freeway_Interchange"));
    let (Written::File(bytes), name) = written(&network, Format::GeoJson) else {
        panic!("a folder")
    };
    let Some(told) = ogrinfo(&name, &bytes) else { return };
    assert!(told.contains("Feature Count:"), "{told}");
}

#[test]
fn a_geopackage_of_a_scenario_has_its_places_and_links() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/tumen");
    let (tables, _) = read_at(&folder);
    let (Written::File(bytes), name) = written(&tables, Format::GeoPackage) else {
        panic!("a folder")
    };
    let Some(told) = ogrinfo(&name, &bytes) else { return };
    let geometry = |layer: &str| {
        let after = told.split_once(&format!("Layer name: {layer}\n")).unwrap().1;
        after.lines().next().unwrap().to_string()
    };
    let [places, links, demand, vehicles] = ["places", "links", "demand", "vehicles"].map(geometry);
    assert_eq!((places.as_str(), links.as_str()), ("Geometry: Point", "Geometry: Line String"));
    assert_eq!((demand.as_str(), vehicles.as_str()), ("Geometry: Line String", "Geometry: None"));
}
