//! `--avoid-area` as a user gives it: files of GeoJSON for `route`, `table` and `pairs`.

use std::path::Path;
use std::process::{Command, Output};

fn trimodal(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trimodal"))
        .args(args)
        .args(["--date", "2026-11-24"])
        .current_dir(folder)
        .output()
        .expect("it runs")
}

fn text(out: &Output) -> String {
    String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr)
}

const SUEZ: &str = r#"{"type": "Feature", "properties": {"name": "Suez Canal"}, "geometry": {"type": "Polygon",
 "coordinates": [[[31.5, 29], [33.5, 29], [33.5, 32], [31.5, 32], [31.5, 29]]]}}"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [
        ("suez.geojson", SUEZ),
        (
            "open.geojson",
            r#"{"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2]]]}"#,
        ),
        ("points.csv", "id,place\na,Mumbai\nb,Piraeus\n"),
        ("pairs.csv", "id,origin,destination\np,Mumbai,Piraeus\n"),
    ] {
        std::fs::write(folder.path().join(name), content).expect("written");
    }
    folder
}

#[test]
fn every_verb_avoids_the_same_areas() {
    let folder = folder();
    let run = |args: &[&str]| {
        let area = ["--modes", "sea", "--by", "distance", "--avoid-area", "suez.geojson"];
        let out = trimodal(folder.path(), &[args, &area].concat());
        assert_eq!(out.status.code(), Some(0), "{args:?}: {}", text(&out));
        text(&out)
    };
    let route = run(&["route", "Mumbai", "Piraeus"]);
    assert!(route.contains("avoided, in addition to default closures: Suez Canal"), "{route}");
    let json: serde_json::Value =
        serde_json::from_str(&run(&["route", "Mumbai", "Piraeus", "--json"])).expect("JSON");
    let km = json["itineraries"][0]["distance_km"].as_f64().expect("km");
    assert!(km > 15_000.0, "{km} km round Africa");
    for args in
        [&["table", "points.csv", "points.csv", "-o", "-"][..], &["pairs", "pairs.csv", "-o", "-"]]
    {
        let csv = run(args);
        let whole = format!("{km:.0}");
        assert!(csv.contains(&whole[..4]), "{args:?}: no {whole} km in {csv}");
    }
}

#[test]
fn a_bad_file_is_named_with_what_to_do() {
    let folder = folder();
    for (file, told) in [
        (
            "open.geojson",
            "error[TM-RTE-008]: a ring of `area 1` does not end where it begins\n  open.geojson\n  repeat its first position at its end",
        ),
        ("none.geojson", "cannot read `none.geojson`"),
    ] {
        let out = trimodal(folder.path(), &["route", "Mombasa", "Kampala", "--avoid-area", file]);
        assert_eq!(out.status.code(), Some(1));
        assert!(text(&out).contains(told), "{}", text(&out));
    }
}
