//! Networks of one's own: names of nodes, networks of sea lanes, scenarios over them, and long lists.

#![allow(clippy::unwrap_used)]

use std::path::Path;
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

/// Runs the program; it must end with a code.
fn run(folder: &Path, code: i32, args: &[&str]) -> (String, String) {
    let run = trimodal(folder, args);
    let (out, err) = (text(&run.stdout), text(&run.stderr));
    assert_eq!(run.status.code(), Some(code), "{args:?}\n{out}{err}");
    (out, err)
}

/// A folder with a network `net` of tables, and other files.
fn folder(nodes: &str, links: &str, others: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("net")).unwrap();
    std::fs::write(folder.path().join("net/nodes.csv"), nodes).unwrap();
    std::fs::write(folder.path().join("net/links.csv"), links).unwrap();
    for (name, content) in others {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

const TOWNS: &str = "id,name,lon,lat,country\n15,Springfield,10,50,DE\nn-2,Springfield,11,50,DE\nn3,Far End,12,50,DE\n";
const ROADS: &str = "id,from,to,mode,km\nl,15,n-2,road,72\nm,n-2,n3,road,75\n";

#[test]
fn a_name_of_two_nodes_is_ambiguous_and_its_ids_are_not() {
    let points = "place\nSpringfield\nFar End\n";
    let pairs = "origin,destination\n15,Far End\nSpringfield,n3\n";
    let folder = folder(TOWNS, ROADS, &[("points.csv", points), ("pairs.csv", pairs)]);
    let here = folder.path();
    let (_, told) = run(here, 1, &["route", "Springfield", "Far End", "--network", "net"]);
    assert!(told.contains("`Springfield` is the name of 2 nodes"), "{told}");
    assert!(told.contains("`15` (`50.000,10.000`); `n-2` (`50.000,11.000`)"), "{told}");
    let km = |from: &str, to: &str| {
        let args = ["route", from, to, "--network", "net", "--by", "time", "--json"];
        let json: serde_json::Value = serde_json::from_str(&run(here, 0, &args).0).unwrap();
        json["itineraries"][0]["distance_km"].as_f64().unwrap().round()
    };
    // Ids, names in other letters, and coordinates.
    assert_eq!((km("15", "far end"), km("N-2", "n3"), km("50,10", "n2")), (147.0, 75.0, 72.0));
    let args = ["table", "points.csv", "points.csv", "-o", "t.csv", "--network", "net"];
    let (_, told) = run(here, 0, &args);
    assert!(told.contains("origin `Springfield`") && told.contains("name of 2 nodes"), "{told}");
    assert!(read(here, "t.csv").contains("\nFar End,Far End,same_place"));
    run(here, 0, &["pairs", "pairs.csv", "-o", "p.csv", "--network", "net"]);
    let rows = read(here, "p.csv");
    assert!(rows.contains("\n,15,Far End,reached,time,road,147.000"), "{rows}");
    assert!(rows.contains("is the name of 2 nodes [TM-RTE-"), "{rows}");
}

#[test]
fn nodes_of_one_station_are_one_place() {
    let nodes =
        "id,name,lon,lat,country\na,Central,10,50,DE\nb,Central,10.01,50,DE\nc,Far End,11,50,DE\n";
    let links = "id,from,to,mode,km\nl,a,b,road,0.8\nm,b,c,road,72\n";
    let folder = folder(nodes, links, &[]);
    run(folder.path(), 0, &["route", "Central", "Far End", "--network", "net"]);
}

#[test]
fn a_network_of_sea_lanes_has_ports() {
    // The second port lies between the others: ships sail on through it.
    let nodes = "id,name,kind,lon,lat,country\nn1,Port A,port,10,55,DE\nn2,Port B,port,12,56,DE\nn3,Port C,port,15,56,DE\n";
    let links = "id,from,to,mode,km\nl,n1,n2,sea,200\nm,n2,n3,sea,205\n";
    let plain = nodes.replace(",port,", ",,");
    for nodes in [nodes, &plain] {
        let folder = folder(nodes, links, &[("a.csv", "place\nPort A\nPort B\nn3\n")]);
        let here = folder.path();
        let args = ["route", "Port A", "Port C", "--by", "time", "--network", "net", "--json"];
        let (out, told) = run(here, 0, &args);
        assert!(told.contains("3 places on the water without ways on land are ports"), "{told}");
        let json: serde_json::Value = serde_json::from_str(&out).unwrap();
        let km = json["itineraries"][0]["distance_km"].as_f64().unwrap();
        assert!((404.0..407.0).contains(&km), "{km}");
        run(here, 0, &["table", "a.csv", "a.csv", "-o", "t.csv", "--network", "net"]);
        let rows = read(here, "t.csv");
        assert_eq!(rows.matches(",reached,").count(), 6, "{rows}");
    }
}

#[test]
fn ships_sail_on_through_a_port_that_roads_reach() {
    let nodes = "id,name,kind,lon,lat,country\nn1,Port A,port,10,55,DE\nn2,Port B,port,12,56,DE\nn3,Port C,port,15,56,DE\ni,Inland,,12,56.5,DE\n";
    let links = "id,from,to,mode,km\nl,n1,n2,sea,200\nm,n2,n3,sea,205\nr,n2,i,road,60\n";
    let folder = folder(nodes, links, &[]);
    let km = |from: &str, to: &str| {
        let args = ["route", from, to, "--network", "net", "--by", "time", "--json"];
        let json: serde_json::Value =
            serde_json::from_str(&run(folder.path(), 0, &args).0).unwrap();
        json["itineraries"][0]["distance_km"].as_f64().unwrap().round()
    };
    assert_eq!((km("Port A", "Port C"), km("Port A", "Inland")), (405.0, 260.0));
}

#[test]
fn a_plan_over_its_own_network_keeps_what_the_network_does_not_tell() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    run(here, 0, &["new", "mine"]);
    run(here, 0, &["convert", "mine", "net.gpkg"]);
    let alone = run(here, 0, &["plan", "mine", "--json"]).0;
    let (over, told) = run(here, 0, &["plan", "mine", "--network", "net.gpkg", "--json"]);
    for column in ["sections_km", "loop_m", "block", "availability", "empty_kmh", "low", "high"] {
        assert!(told.contains(&format!("`{column}`")), "{column}: {told}");
    }
    let ladder = |json: &str| {
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        json["ladder"].to_string()
    };
    assert_eq!(ladder(&alone), ladder(&over), "{told}");
    // A link that the scenario does not have, one that it has otherwise, and one that the network lacks.
    let table = read(here, "mine/links.csv");
    let rows: Vec<&str> = table.lines().filter(|l| !l.starts_with('#')).collect();
    let net = here.join("net");
    std::fs::create_dir(&net).unwrap();
    std::fs::copy(here.join("mine/places.csv"), net.join("places.csv")).unwrap();
    let first: Vec<&str> = rows[1].split(',').collect();
    let [id, from, to, mode] = [0, 1, 2, 3].map(|i| first[i]);
    let links =
        format!("id,from,to,mode,km\n{id},{from},{to},{mode},77\nNEW,{from},{to},road,90\n");
    std::fs::write(net.join("links.csv"), links).unwrap();
    let run = trimodal(here, &["plan", "mine", "--network", "net", "--json"]);
    let told = text(&run.stderr);
    for what in [
        format!(
            "1 links have another length than in the scenario: their `sections_km` are left out (`{id}`)"
        ),
        "1 links are none of the scenario: they have the defaults of".to_string(),
        "links of the scenario are not in the network and are left out".to_string(),
    ] {
        assert!(told.contains(&what), "{what}: {told}");
    }
}

#[test]
fn of_many_bad_pairs_the_first_are_printed_and_all_are_in_the_output() {
    let mut pairs = "origin,destination\n15,n3\n".to_string();
    (0..130).for_each(|i| pairs += &format!("Nowherewick {i},n3\n"));
    let folder = folder(TOWNS, ROADS, &[("pairs.csv", &pairs)]);
    let here = folder.path();
    let (_, told) = run(here, 0, &["pairs", "pairs.csv", "-o", "p.csv", "--network", "net"]);
    assert_eq!(told.matches("no place is called").count(), 20, "{told}");
    assert!(told.contains("130 pairs cannot be used"), "{told}");
    assert!(
        told.contains("and 110 more: the column `reason` of the output has them all"),
        "{told}"
    );
    assert_eq!(read(here, "p.csv").matches("no place is called").count(), 130);
    let points: String =
        pairs.lines().map(|l| l.split(',').next().unwrap_or(l).to_string() + "\n").collect();
    std::fs::write(here.join("points.csv"), points.replace("origin", "place")).unwrap();
    std::fs::write(here.join("far.csv"), "place\nn3\n").unwrap();
    let args = ["table", "points.csv", "far.csv", "-o", "t.csv", "--network", "net"];
    let (_, told) = run(here, 0, &args);
    assert_eq!(told.matches("no place is called").count(), 20, "{told}");
    assert!(told.contains("and 110 more"), "{told}");
}

#[test]
fn a_table_of_two_criteria_is_matrices_of_both() {
    let folder = folder(TOWNS, ROADS, &[("a.csv", "place\n15\nn3\n")]);
    let here = folder.path();
    let by = ["--by", "time,cost", "--network", "net"];
    run(here, 0, &[&["table", "a.csv", "a.csv", "-o", "t.omx"], &by[..]].concat());
    let (out, _) = run(here, 0, &["convert", "t.omx", "t.csv"]);
    for core in ["time_h_by_time", "time_h_by_cost", "cost_usd_by_cost"] {
        assert!(out.contains(core), "{core}: {out}");
    }
    run(here, 0, &[&["table", "a.csv", "a.csv", "-o", "s.parquet"], &by[..]].concat());
    run(here, 0, &["convert", "s.parquet", "s.omx"]);
    run(here, 0, &["convert", "s.omx", "s.csv"]);
    assert_eq!(read(here, "s.csv"), read(here, "t.csv"));
}

#[cfg(unix)]
#[test]
fn a_conversion_is_interrupted_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "id,name,km,kind\n".to_string();
    (0..1_500_000).for_each(|i| table += &format!("{i},way {i},{}.5,road\n", i % 97));
    std::fs::write(folder.path().join("large.csv"), &table).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_trimodal"))
        .current_dir(folder.path())
        .args(["convert", "large.csv", "large.gpkg"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let begun = std::time::Instant::now();
    let out = child.wait_with_output().unwrap();
    let told = text(&out.stderr);
    assert_eq!(out.status.code(), Some(4), "{told}");
    assert!(begun.elapsed() < std::time::Duration::from_millis(1_500), "{:?}", begun.elapsed());
    assert!(told.contains("Interrupted: nothing is written."), "{told}");
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}
