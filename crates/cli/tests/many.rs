//! `pairs` and `table` as a user sees them: lists of pairs, several criteria, tables part by part.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use parquet::file::reader::{FileReader, SerializedFileReader};

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimodal"));
    command.args(args).current_dir(folder);
    command
}

fn trimodal(folder: &Path, args: &[&str]) -> Output {
    command(folder, args).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn records(bytes: &[u8]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(bytes).records().map(|r| r.expect("a row")).collect()
}

const PAIRS: &str = "id,from,to\n1,Shanghai,NLRTM\n1,Tokyo,Los Angeles\n,Xyzzyqwv,Hamburg\n4,51.92 4.5,Warsaw\n5,Paris,\"0,0\"\n6,Paris,Paris\n7,Astana,Paris\n";

#[test]
fn a_list_of_pairs_has_the_figures_of_single_questions() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("pairs.csv"), PAIRS).expect("written");
    let asked = ["pairs", "pairs.csv", "-o", "-", "--by", "distance,cost", "--modes", "sea,road"];
    let out = trimodal(folder.path(), &[&asked[..], &["--geometry", "wkt"]].concat());
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let rows = records(&out.stdout);
    let status: Vec<&str> = rows.iter().step_by(2).map(|r| &r[3]).collect();
    let bad = "bad_point";
    assert_eq!(status, ["reached", "reached", bad, "reached", bad, "same_place", "reached"]);
    let by: Vec<&str> = rows.iter().take(4).map(|r| &r[4]).collect();
    assert_eq!(by, ["distance", "cost", "distance", "cost"]);
    for (row, by) in rows[..2].iter().zip(["distance", "cost"]) {
        let alone = ["route", "Shanghai", "NLRTM", "--json", "--modes", "sea,road", "--by", by];
        let alone = trimodal(folder.path(), &alone);
        let alone: serde_json::Value = serde_json::from_slice(&alone.stdout).expect("JSON");
        let km = alone["itineraries"][0]["distance_km"].as_f64().expect("km");
        assert_eq!(row[6], format!("{km:.3}"));
        assert!(row[14].starts_with("LINESTRING ("), "{}", &row[14][..40]);
    }
    assert!(rows[2][14].starts_with("MULTILINESTRING ("), "over the antimeridian");
    assert!(rows[4][13].contains("[TM-RTE-001]") && rows[8][13].contains("[TM-RTE-006]"));
    let told = text(&out.stderr);
    assert!(told.contains("2 pairs cannot be used"), "{told}");
    assert!(told.contains("pairs.csv:4:2") && told.contains("pairs.csv:6:3"), "{told}");
}

#[test]
fn pairs_go_to_all_forms_with_coordinates_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let lists = [("48.85,2.35,45.76,4.84\n", 0), ("48.85,2.35,0,-30\n", 1)];
    for (row, code) in lists {
        let head = "origin_lat,origin_lon,destination_lat,destination_lon\n";
        std::fs::write(folder.path().join("p.csv"), format!("{head}{row}")).expect("written");
        for file in ["o.csv", "o.json", "o.parquet", "o.xlsx"] {
            let asked = ["pairs", "p.csv", "-o", file, "--geometry", "polyline6"];
            let out = trimodal(folder.path(), &asked);
            assert_eq!(out.status.code(), Some(code), "{file}: {}", text(&out.stderr));
            assert!(code == 0 || text(&out.stderr).contains("p.csv:2:3"), "{}", text(&out.stderr));
        }
    }
    let json = std::fs::read(folder.path().join("o.json")).expect("written");
    let json: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(json["rows"][0]["status"], "reached");
    assert!(json["rows"][0]["polyline6"].as_str().is_some_and(|line| line.len() > 20));
}

#[test]
fn many_pairs_cost_what_few_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let towns = ["Paris", "Berlin", "Madrid", "Rome", "Warsaw", "Vienna"];
    let all = towns.iter().flat_map(|a| towns.iter().map(move |b| format!("{a},{b}\n")));
    let rows: Vec<String> = all.collect();
    let ask = |name: &str, rows: &[String]| {
        let list = format!("origin,destination\n{}", rows.concat());
        std::fs::write(folder.path().join(name), list).expect("written");
        let out = trimodal(folder.path(), &["pairs", name, "-o", "-", "--by", "cost,co2e"]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        records(&out.stdout)
    };
    let (many, few) = (ask("many.csv", &rows), ask("few.csv", &rows[..6]));
    assert_eq!(many.len(), 72);
    for (a, b) in many.iter().zip(&few) {
        let own = if &a[4] == "cost" { 10 } else { 11 };
        // Costs are whole units in a search: equal paths may differ in less.
        let value = |row: &csv::StringRecord| row[own].parse::<f64>().expect("a number");
        assert!((value(a) - value(b)).abs() <= 1e-3 * value(b), "{a:?} {b:?}");
    }
}

#[test]
fn a_table_has_a_row_for_each_criterion() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), "place\nParis\nXyzzyqwv\nRome\n").expect("written");
    std::fs::write(folder.path().join("b.csv"), "place\nBerlin\n\"0,0\"\n").expect("written");
    let ask = |by: &str| {
        let out = trimodal(folder.path(), &["table", "a.csv", "b.csv", "-o", "-", "--by", by]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        records(&out.stdout)
    };
    let (both, time, cost) = (ask("time,cost,time"), ask("time"), ask("cost"));
    assert_eq!((both.len(), time.len()), (12, 6));
    for (i, row) in both.iter().enumerate() {
        assert_eq!(row, if i % 2 == 0 { &time[i / 2] } else { &cost[i / 2] });
    }
}

/// Rows of one place with a few others among them: their cells cost little.
fn crowd(folder: &Path, name: &str, rows: usize) {
    let place = |i: usize| {
        if i % 97 == 5 {
            format!("{i},,50.{:02},10\n", i % 100)
        } else {
            format!("{i},,48.85,2.35\n")
        }
    };
    let rows: String = (0..rows).map(place).collect();
    std::fs::write(folder.join(name), format!("id,place,lat,lon\n{rows}")).expect("written");
}

#[test]
fn a_table_that_was_killed_is_continued() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    crowd(folder.path(), "a.csv", 3_000);
    crowd(folder.path(), "b.csv", 1_400);
    let asked = |out: &'static str| {
        ["table", "a.csv", "b.csv", "-o", out, "--by", "distance", "--modes", "road"]
    };
    let whole = trimodal(folder.path(), &asked("whole/"));
    assert_eq!(whole.status.code(), Some(0), "{}", text(&whole.stderr));
    let mut child = command(folder.path(), &asked("cut/")).spawn().expect("it runs");
    let begun = Instant::now();
    let manifest = || std::fs::read_to_string(at("cut/manifest.json")).unwrap_or_default();
    while !manifest().contains("part-00000") && begun.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(manifest().contains("\"complete\": false"), "{}", manifest());
    let again = trimodal(folder.path(), &asked("cut/"));
    assert!(again.status.code() == Some(1) && text(&again.stderr).contains("--resume"));
    let other = [&asked("cut/")[..], &["--resume", "--tonnes", "11"]].concat();
    let other = trimodal(folder.path(), &other);
    assert!(text(&other.stderr).contains("another question"), "{}", text(&other.stderr));
    let first = std::fs::metadata(at("cut/part-00000.parquet")).and_then(|m| m.modified());
    let rest = trimodal(folder.path(), &[&asked("cut/")[..], &["--resume"]].concat());
    assert_eq!(rest.status.code(), Some(0), "{}", text(&rest.stderr));
    let kept = std::fs::metadata(at("cut/part-00000.parquet")).and_then(|m| m.modified());
    assert_eq!(first.expect("there"), kept.expect("there"), "the first part is made anew");
    assert_eq!(manifest(), text(&std::fs::read(at("whole/manifest.json")).expect("there")));
    for part in 0..5 {
        let read = |run: &str| std::fs::read(at(&format!("{run}/part-0000{part}.parquet")));
        assert!(read("cut").expect("there") == read("whole").expect("there"), "part {part}");
    }
    // More cells than are kept in memory go to one file too, and to no other form.
    let out = trimodal(folder.path(), &asked("whole.parquet"));
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let file = SerializedFileReader::new(std::fs::File::open(at("whole.parquet")).expect("there"));
    let file = file.expect("Parquet");
    assert_eq!(file.metadata().file_metadata().num_rows(), 3_000 * 1_400);
    assert!(file.num_row_groups() > 4);
    let out = trimodal(folder.path(), &asked("whole.csv"));
    assert!(text(&out.stderr).contains("too many"), "{}", text(&out.stderr));
}

/// Files in which trials found defects: cells, or an error with its place.
#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn files_of_the_trials_give_cells_or_the_place_of_the_error() {
    let shared = std::env::var("TRIMODAL_SHARED").expect("TRIMODAL_SHARED names the folder");
    let cases = Path::new(&shared).join("cases/route");
    // The rows, and the place of what cannot be used.
    let files = [
        ("blank_excel_rows", 1, ""),
        ("country_names", 4, ""),
        ("crlf_line", 3, "crlf_line.csv:4:2"),
        ("hash_row", 2, ""),
        ("id_slash", 1, ""),
        ("lf_comment", 2, "lf_comment.csv:5:2"),
        ("lf_line", 3, "lf_line.csv:4:2"),
        ("locode_coords", 1, ""),
        ("locode_space", 2, ""),
        ("one_point_off", 2, "one_point_off.csv:3"),
        ("silent_wrong_names", 5, ""),
    ];
    for (name, rows, place) in files {
        let file = format!("{name}.csv");
        let out = trimodal(&cases, &["table", &file, "dest.csv", "-o", "-", "--by", "cost"]);
        let told = text(&out.stderr);
        assert_eq!(out.status.code(), Some(0), "{name}: {told}");
        let found = records(&out.stdout);
        assert_eq!(found.len(), 2 * rows, "{name}: {told}");
        let bad = found.iter().filter(|r| &r[2] == "bad_point").count();
        assert_eq!(bad, if place.is_empty() { 0 } else { 2 }, "{name}: {told}");
        assert!(told.contains(place), "{name}: {told}");
    }
}
