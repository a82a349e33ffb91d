//! `trimodal convert`, and networks of one's own.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn trimodal(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trimodal"))
        .current_dir(folder)
        .args(args)
        .output()
        .expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs the program; it must succeed.
fn done(folder: &Path, args: &[&str]) -> (String, String) {
    let run = trimodal(folder, args);
    let (out, err) = (text(&run.stdout), text(&run.stderr));
    assert_eq!(run.status.code(), Some(0), "{args:?}\n{out}{err}");
    (out, err)
}

fn made(name: &str) -> String {
    let path: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/tests/data").join(name);
    path.display().to_string()
}

#[test]
fn a_route_becomes_a_geopackage() {
    let folder = tempfile::tempdir().unwrap();
    done(
        folder.path(),
        &["route", "Mombasa", "Kampala", "--by", "time", "--geojson", "routes.geojson"],
    );
    let (out, _) = done(folder.path(), &["convert", "routes.geojson", "routes.gpkg"]);
    assert!(out.starts_with("routes.gpkg: routes: "), "{out}");
    assert!(
        std::fs::read(folder.path().join("routes.gpkg")).unwrap().starts_with(b"SQLite format 3\0")
    );
    done(folder.path(), &["convert", "routes.gpkg", "routes.parquet"]);
    done(folder.path(), &["convert", "routes.parquet", "again.geojson"]);
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("again.geojson")).unwrap())
            .unwrap();
    assert!(json["features"].as_array().unwrap().iter().any(|f| f["properties"]["mode"] == "road"));
}

#[test]
fn problems_have_their_places_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("net")).unwrap();
    std::fs::write(
        folder.path().join("net/node.csv"),
        "node_id,x_coord,y_coord\n1,24,59\n2,x,58\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("net/link.csv"),
        "link_id,from_node_id,to_node_id,directed\na,1,2,0\nb,2,3,0\n",
    )
    .unwrap();
    let run = trimodal(folder.path(), &["convert", "net", "net.gpkg"]);
    let told = text(&run.stderr);
    assert_eq!(run.status.code(), Some(1), "{told}");
    assert!(told.contains("error[TM-SCN-010]: `x` is not a number\n  net/node.csv:3:2"), "{told}");
    assert!(
        told.contains("error[TM-SCN-014]: no node is called `3`\n  net/link.csv:3:3"),
        "{told}"
    );
    assert!(!folder.path().join("net.gpkg").exists());
    let run = trimodal(folder.path(), &["convert", "net", "net.gpk"]);
    assert!(text(&run.stderr).contains("did you mean .gpkg?"), "{}", text(&run.stderr));
}

#[test]
fn a_table_goes_to_the_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let cities = made("shp/naturalearth_cities.shp");
    for output in ["-", "/dev/stdout"] {
        let (out, _) = done(folder.path(), &["convert", &cities, output, "--to", "csv"]);
        assert!(out.starts_with("name,geometry\nVatican City,POINT("), "{output}: {out}");
    }
    assert!(!folder.path().join("-").exists());
}

#[test]
fn hints_name_options_that_the_verb_has() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("net.dat"), "?").unwrap();
    std::fs::write(folder.path().join("net.gpkg"), "?").unwrap();
    let told = |args: &[&str]| {
        let run = trimodal(folder.path(), args);
        assert_eq!(run.status.code(), Some(1));
        text(&run.stderr)
    };
    let (unknown, damaged) = ("name it with --from: ", "or name its format with --from");
    assert!(told(&["convert", "net.dat", "a.csv"]).contains(unknown));
    assert!(told(&["convert", "net.gpkg", "a.csv"]).contains(damaged));
    // `route` has no --from.
    let route = |file: &str| told(&["route", "Tallinn", "Tartu", "--network", file]);
    let hint = route("net.dat");
    assert!(
        hint.contains("TM-FMT-") && hint.contains("give it the ending of its format"),
        "{hint}"
    );
    assert!(!hint.contains(unknown), "{hint}");
    let hint = route("net.gpkg");
    assert!(
        hint.contains("of the format that its ending tells") && !hint.contains("--from"),
        "{hint}"
    );
}

#[test]
fn an_extract_is_a_network_for_routes_and_tables() {
    let folder = tempfile::tempdir().unwrap();
    let extract = made("made/estonia.osm.pbf");
    let (out, err) = done(
        folder.path(),
        &[
            "route",
            "Tallinn",
            "Tartu",
            "--by",
            "distance",
            "--modes",
            "road",
            "--network",
            &extract,
            "--json",
        ],
    );
    assert!(err.contains("OpenStreetMap contributors"), "{err}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let km = json["itineraries"][0]["distance_km"].as_f64().unwrap();
    assert!((150.0..200.0).contains(&km), "{km}");
    assert!(
        json["attribution"].to_string().contains("given by the user"),
        "{}",
        json["attribution"]
    );
    std::fs::write(folder.path().join("a.csv"), "place\nTallinn\nPaide\n").unwrap();
    std::fs::write(folder.path().join("b.csv"), "place\nTartu\nViljandi\n").unwrap();
    done(
        folder.path(),
        &["table", "a.csv", "b.csv", "-o", "t.csv", "--modes", "road", "--network", &extract],
    );
    let rows = std::fs::read_to_string(folder.path().join("t.csv")).unwrap();
    assert_eq!(rows.lines().count(), 5, "{rows}");
    let (out, _) = done(folder.path(), &["world", "check", "--network", &extract]);
    assert!(out.contains("rail 1520") && out.contains("Gauge contradictions: none"), "{out}");
}

#[test]
fn nodes_are_found_by_their_ids_and_speeds_hold() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("net")).unwrap();
    std::fs::write(
        folder.path().join("net/nodes.csv"),
        "id,name,lon,lat,country\nn1,West End,10,50,DE\nn2,East End,11,50,DE\n",
    )
    .unwrap();
    std::fs::write(
        folder.path().join("net/links.csv"),
        "id,from,to,mode,km,kmh\nl,n1,n2,road,100,20\n",
    )
    .unwrap();
    let (out, _) = done(
        folder.path(),
        &["route", "n1", "East End", "--by", "time", "--network", "net", "--json"],
    );
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let leg = &json["itineraries"][0]["legs"][0];
    assert_eq!(leg["distance_km"].as_f64().map(f64::round), Some(100.0), "{leg}");
    assert_eq!(leg["time_h"].as_f64().map(|h| (h * 10.0).round()), Some(50.0), "{leg}");
}

#[test]
fn a_network_that_cannot_be_routed_says_why() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("links.csv"), "from,to,km\na,b,10\n").unwrap();
    let run = trimodal(folder.path(), &["route", "a", "b", "--network", "links.csv"]);
    let told = text(&run.stderr);
    assert_eq!(run.status.code(), Some(1));
    assert!(
        told.contains("error[TM-FMT-008]: 2 nodes have no coordinates")
            && told.contains("1 links have no mode"),
        "{told}"
    );
}

#[test]
fn a_region_of_the_world_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let extract = made("made/estonia.osm.pbf");
    let args =
        ["world", "build", &extract, "--region", "58.2,24.4,59.6,27.0", "-o", "estonia.network"];
    let (out, _) = done(folder.path(), &args);
    assert!(out.starts_with("estonia.network: ") && out.contains("replaced by 12,"), "{out}");
    // Inside over the new road, and across the edge to the old ones and the sea.
    let route = |from: &str, to: &str, modes: &str| {
        let args = [
            "route",
            from,
            to,
            "--by",
            "time",
            "--modes",
            modes,
            "--network",
            "estonia.network",
            "--json",
        ];
        let (out, _) = done(folder.path(), &args);
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["itineraries"][0].clone()
    };
    let inside = route("Tallinn", "Tartu", "road");
    assert!(
        (150.0..210.0).contains(&inside["distance_km"].as_f64().unwrap()),
        "{}",
        inside["distance_km"]
    );
    assert!(route("Paide", "Riga", "road")["distance_km"].as_f64().unwrap() > 200.0);
    assert!(route("Tartu", "Rotterdam", "road,sea")["legs"].as_array().unwrap().len() > 1);
}

#[test]
fn a_network_becomes_the_tables_of_a_scenario() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["new", "mine"]);
    done(folder.path(), &["convert", "mine", "net.gpkg"]);
    done(folder.path(), &["convert", "net.gpkg", "again", "--to", "scenario"]);
    let places = |name: &str| {
        std::fs::read_to_string(folder.path().join(name).join("places.csv"))
            .unwrap()
            .lines()
            .filter(|l| !l.starts_with('#'))
            .count()
    };
    assert_eq!(places("mine"), places("again"));
}

#[test]
fn a_network_of_a_plan_is_told_by_its_own_name() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["new", "mine"]);
    std::fs::create_dir(folder.path().join("net")).unwrap();
    std::fs::write(folder.path().join("net/node.csv"), "node_id,x_coord,y_coord\n1,4,51\n")
        .unwrap();
    std::fs::write(folder.path().join("net/link.csv"), "link_id,from_node_id,to_node_id\n1,1,9\n")
        .unwrap();
    let mut plan = std::process::Command::new(env!("CARGO_BIN_EXE_trimodal"));
    plan.args(["plan", "mine", "--network", "net"]).current_dir(folder.path());
    let told = String::from_utf8(plan.output().unwrap().stderr).unwrap();
    assert!(told.contains("\n  net/link.csv:2:3"), "{told}");
}
