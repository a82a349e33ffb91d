//! `route`, `table` and `world` as a user sees them: full answers, exit codes, bad input.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output};

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

fn trimodal(folder: &Path, args: &[&str]) -> Output {
    let day = if args[0] == "world" { &[][..] } else { &["--date", "2026-11-24"][..] };
    Command::new(env!("CARGO_BIN_EXE_trimodal"))
        .args(args)
        .args(day)
        .current_dir(folder)
        .output()
        .expect("it runs")
}

fn here(args: &[&str]) -> Output {
    trimodal(Path::new("."), args)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn json(args: &[&str]) -> Value {
    let out = here(&[args, &["--json"]].concat());
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&out.stderr)))
}

#[test]
fn an_answer_is_printed_in_full() {
    let out = here(&["route", "Mombasa", "Kampala"]);
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(text(&out.stderr), "");
    insta::assert_snapshot!("mombasa-kampala", text(&out.stdout));
}

#[test]
fn an_unlawful_shipment_is_explained_in_full() {
    let out = here(&["route", "Pyongyang", "Vladivostok", "--hs", "0307"]);
    assert_eq!(out.status.code(), Some(3));
    insta::assert_snapshot!("pyongyang-vladivostok", text(&out.stdout));
}

#[test]
fn without_law_every_output_is_watermarked() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = trimodal(
        folder.path(),
        &[
            "route",
            "Rason",
            "Hunchun",
            "--counterfactual-no-law",
            "--by",
            "cost",
            "--html",
            "a.html",
            "--geojson",
            "a.geojson",
        ],
    );
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    assert!(text(&out.stdout).starts_with("WITHOUT LAW"));
    for file in ["a.html", "a.geojson"] {
        let content = std::fs::read_to_string(folder.path().join(file)).expect(file);
        assert!(content.contains("WITHOUT LAW"), "{file}");
    }
    assert!(
        json(&["route", "Rason", "Hunchun", "--counterfactual-no-law", "--by", "cost"])["law"][0]
            .as_str()
            .is_some_and(|l| l.starts_with("WITHOUT LAW"))
    );
}

#[test]
fn json_has_the_documented_fields() {
    let answer = json(&["route", "-33.9,18.4", "Johannesburg"]);
    assert_eq!(answer["schema"], "trimodal/route/2");
    let itinerary = &answer["itineraries"][0];
    for key in ["distance_km", "time_h", "time_p50_h", "time_p90_h", "cost_usd", "co2e_kg"] {
        assert!(itinerary[key].as_f64().is_some_and(|v| v > 0.0), "{key}");
    }
    for key in ["mode", "from", "to", "distance_km", "time_h", "cost_usd", "co2e_kg"] {
        assert!(!itinerary["legs"][0][key].is_null(), "{key}");
    }
    for key in ["kind", "place", "time_h", "cost_usd", "co2e_kg"] {
        assert!(!itinerary["transfers"][0][key].is_null(), "{key}");
    }
    assert!(answer["attribution"].as_array().is_some_and(|a| a.len() == 3));
}

#[test]
fn shipments_scale_and_modes_bind() {
    let ask = |amount: [&str; 2]| {
        let question = ["route", "Rotterdam", "Warsaw, PL", "--modes", "road", "--by", "time"];
        json(&[&question[..], &amount].concat())
    };
    let [one, two, four, five] = ["1", "2", "4", "5"].map(|teu| ask(["--teu", teu]));
    let of = |v: &Value, figure: &str| v["itineraries"][0][figure].as_f64().expect("a figure");
    // CO2e by the tonne and the load of the truck, the price by the truck of two containers, borders by the tonne.
    assert!((of(&four, "co2e_kg") / of(&two, "co2e_kg") - 2.0).abs() < 1e-9);
    let [half, last] = [&one, &five].map(|v| of(v, "co2e_kg") / of(&two, "co2e_kg"));
    assert!((0.7..0.9).contains(&half), "half a truck emits nearly what a full one does: {half}");
    assert!((2.6..2.9).contains(&last), "three trucks, the load spread over them: {last}");
    let more = of(&two, "cost_usd") / of(&one, "cost_usd");
    assert!((1.0..1.2).contains(&more), "{more}");
    assert!(of(&five, "cost_usd") / of(&one, "cost_usd") > 2.5);
    let pallet = ask(["--tonnes", "0.1"]);
    assert!((50.0..300.0).contains(&of(&pallet, "cost_usd")), "{}", of(&pallet, "cost_usd"));
    assert_eq!(one["itineraries"][0]["chain"], "road");
}

#[test]
fn avoided_borders_are_not_crossed() {
    let free = json(&["route", "Minsk", "Warsaw, PL", "--by", "time"]);
    let border = free["itineraries"][0]["borders"][0].as_str().expect("a border").to_string();
    let avoided = json(&[
        "route",
        "Minsk",
        "Warsaw, PL",
        "--by",
        "time",
        "--avoid",
        &format!("border:{border}"),
    ]);
    let borders = avoided["itineraries"][0]["borders"].as_array().expect("borders");
    assert!(!borders.iter().any(|b| *b == *border));
    let hours = |v: &Value| v["itineraries"][0]["time_h"].as_f64().expect("hours");
    assert!(hours(&avoided) >= hours(&free));
}

#[test]
fn own_factors_and_overrides_are_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write(
        "factors.csv",
        "mode,wtt_g_tkm,ttw_g_tkm,source\nrail,0,0,ours\nsea,0,0,ours\nroad,0,100,ours\n",
    );
    let ask = |more: &[&str]| {
        let question =
            ["route", "Rotterdam", "Basel", "--modes", "road", "--by", "distance", "--json"];
        let out = trimodal(folder.path(), &[&question, more].concat());
        serde_json::from_slice::<Value>(&out.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", text(&out.stderr)))
    };
    let plain = ask(&[]);
    let own = ask(&["--factors", "factors.csv"]);
    let leg = |v: &Value| v["itineraries"][0]["legs"][1].clone();
    let expected = leg(&own)["distance_km"].as_f64().expect("km") * 10.0 * 0.1;
    assert!((leg(&own)["co2e_kg"].as_f64().expect("kg") - expected).abs() < 1e-6);
    assert_eq!(leg(&own)["co2e_wtt_kg"], 0.0);
    // Close the first link of the route near its start.
    let at = &leg(&plain)["line"][3];
    let near = trimodal(
        folder.path(),
        &["world", "links", &format!("{},{}", at[1], at[0]), "--km", "0.2"],
    );
    let listed = text(&near.stdout);
    let links: Vec<&str> = listed.split_whitespace().filter(|w| w.starts_with("road:")).collect();
    assert!(!links.is_empty(), "{listed}");
    let rows: String = links.iter().map(|l| format!("{l},close,,me,a test\n")).collect();
    write("overrides.csv", &format!("link,action,value,author,reason\n{rows}"));
    let closed = ask(&["--overrides", "overrides.csv"]);
    let km = |v: &Value| v["itineraries"][0]["distance_km"].as_f64().expect("km");
    assert!(km(&closed) > km(&plain), "{} {}", km(&closed), km(&plain));
}

#[test]
fn a_table_goes_to_csv_and_parquet() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &str| {
        std::fs::write(folder.path().join(name), content).expect("written");
    };
    write("a.csv", "id,place,lat,lon\nsouth,,-33.9,18.4\n,Rotterdam,,\n,Pyongyang,,\n");
    write("b.csv", "place\n\"Warsaw, PL\"\nRotterdam\n");
    for file in ["skim.csv", "skim.parquet"] {
        let out = trimodal(folder.path(), &["table", "a.csv", "b.csv", "-o", file, "--by", "cost"]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        assert!(
            text(&out.stdout).contains("3 reached, 1 the same place, 2 forbidden by law"),
            "{}",
            text(&out.stdout)
        );
    }
    let mut reader = csv::Reader::from_path(folder.path().join("skim.csv")).expect("a table");
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!((&rows[0][0], &rows[0][1], &rows[0][2]), ("south", "Warsaw, PL", "reached"));
    assert_eq!((&rows[4][2], &rows[4][6]), ("forbidden", ""));
    let file = std::fs::File::open(folder.path().join("skim.parquet")).expect("a file");
    let parquet = SerializedFileReader::new(file).expect("Parquet");
    assert_eq!(parquet.metadata().file_metadata().num_rows(), 6);
    assert_eq!(parquet.metadata().file_metadata().schema_descr().num_columns(), 13);
}

#[test]
fn an_extracted_part_is_checked_and_planned() {
    let folder = tempfile::tempdir().expect("a folder");
    let parts: [&[&str]; 2] =
        [&["--around", "Mombasa", "--km", "150"], &["--bbox", "-35,17,-32,20"]];
    for (i, part) in parts.into_iter().enumerate() {
        let name = format!("part-{i}");
        let out = trimodal(folder.path(), &[&["world", "extract", "-o", &name], part].concat());
        assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
        let run = |verb: &str| {
            Command::new(env!("CARGO_BIN_EXE_trimodal"))
                .args([verb, &name])
                .current_dir(folder.path())
                .output()
                .expect("it runs")
        };
        assert_eq!(run("check").status.code(), Some(0), "{}", text(&run("check").stderr));
        let plan = run("plan");
        assert_eq!(plan.status.code(), Some(0), "{}", text(&plan.stderr));
        assert!(folder.path().join(&name).join("README.md").exists(), "the licence goes with it");
    }
}

#[test]
fn the_world_is_described_and_checked() {
    let info = here(&["world", "info"]);
    for word in ["OpenStreetMap contributors, ODbL", "CC BY 4.0", "suez", "closed by default"] {
        assert!(text(&info.stdout).contains(word), "{word}");
    }
    // The page of the documentation is this output.
    let check = here(&["world", "check"]);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/world-check.txt");
    let page = std::fs::read_to_string(page).expect("the page");
    assert_eq!(
        page,
        text(&check.stdout),
        "run `trimodal world check` and copy its output to the page"
    );
}

#[test]
fn cut_lines_are_listed() {
    let check = here(&["world", "check", "--detours"]);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/world-detours.txt");
    let page = std::fs::read_to_string(page).expect("the page");
    assert_eq!(
        page,
        text(&check.stdout),
        "run `trimodal world check --detours` and copy its output to the page"
    );
    let nowhere = here(&["world", "check", "--detours", "atlantis"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(text(&nowhere.stderr).contains("europe"), "{}", text(&nowhere.stderr));
}

/// Requests that are refused or have no answer: files (name, content) and arguments.
type Files = &'static [(&'static str, &'static str)];
type Words = &'static [&'static str];
const BAD: &[(Files, Words)] = &[
    (&[], &["route", "Paris", "Paris"]),
    (&[], &["route", "Springfield", "Parris"]),
    (&[], &["route", "", "Paris"]),
    (&[], &["route", "NaN,2", "Paris"]),
    (&[], &["route", "inf,2", "Paris"]),
    (&[], &["route", "999,2", "Paris"]),
    (&[], &["route", "103.8,1.3", "Paris"]),
    (&[], &["route", "1.3,403.8", "Paris"]),
    (&[], &["route", "0,-30", "Paris"]),
    (&[], &["route", "Paris, Frence", "Berlin"]),
    (&[], &["route", "Paris, DE", "Berlin"]),
    (&[], &["route", "XXXXX", "Berlin"]),
    (
        &[],
        &["route", "Paris", "Berlin", "--avoid", "suezz,RUS,border:xx,port:KRPUZ,link:zz,ship:x"],
    ),
    (
        &[],
        &[
            "route",
            "Paris",
            "Berlin",
            "--tonnes",
            "-1",
            "--snap-km",
            "0",
            "--tolerance",
            "7",
            "--draught",
            "99",
        ],
    ),
    (&[], &["route", "Paris", "Berlin", "--tonnes", "NaN"]),
    (&[], &["route", "Paris", "Berlin", "--teu", "2", "--cargo", "dry_bulk"]),
    (&[], &["route", "Paris", "Berlin", "--hs", "coal", "--goods-origin", "Ruritania"]),
    (&[], &["route", "Paris", "Berlin", "--policy", "no-such-set"]),
    (&[], &["route", "Paris", "Berlin", "--json", "--html", "-"]),
    (&[], &["route", "Paris", "Berlin", "--by", "cost", "--html", "no/such/folder/a.html"]),
    (&[], &["route", "Paris", "Berlin", "--factors", "none.csv", "--overrides", "none.csv"]),
    (
        &[("f.csv", "mode,wtt_g_tkm,ttw_g_tkm,source\nrail,-1,x,\nboat,1,1,s\n")],
        &["route", "Paris", "Berlin", "--factors", "f.csv"],
    ),
    (
        &[("f.csv", "mode,wtt_g_tkm,ttw_g_tkm,source\nrail,1,1,s\n")],
        &["route", "Paris", "Berlin", "--factors", "f.csv"],
    ),
    (
        &[(
            "o.csv",
            "link,action,value,author,reason\nrail:0000000000,close,,me,why\nroad:1,speed,,me,why\nroad:2,cost,-3,me,\n",
        )],
        &["route", "Paris", "Berlin", "--overrides", "o.csv"],
    ),
    (
        &[(
            "o.csv",
            "link,action,value,author,reason\nrail:0592af9878,cost,1000,me,why\nrail:0592af9878,cost,900,me,why\n",
        )],
        &["route", "Paris", "Berlin", "--overrides", "o.csv"],
    ),
    (&[("o.csv", "link;action;value\n")], &["route", "Paris", "Berlin", "--overrides", "o.csv"]),
    (
        &[(
            "p.csv",
            "id,set,effect,territory,reference,source,confidence\nx,mine,prohibit,ZZZ,ref,me,assumed\n",
        )],
        &["route", "Paris", "Berlin", "--policies", "p.csv"],
    ),
    (&[("a.csv", "place\nParis\n")], &["table", "a.csv", "a.csv", "-o", "skim.txt"]),
    (
        &[("a.csv", "place\nParis\n")],
        &["table", "a.csv", "a.csv", "-o", "skim.csv", "--by", "pareto"],
    ),
    (&[("a.csv", ""), ("b.csv", "place\n")], &["table", "a.csv", "b.csv", "-o", "skim.csv"]),
    (
        &[(
            "a.csv",
            "id,place,lat,lon\nx,Paris,1,2\nx,,1,\ny,,91,500\nz,Parris,,\nz,Berlin,,\nz,Rome,,\n",
        )],
        &["table", "a.csv", "a.csv", "-o", "skim.csv"],
    ),
    (&[("a.csv", "town\nParis\n")], &["table", "a.csv", "missing.csv", "-o", "skim.csv"]),
    (&[("a.csv", "lat,lon\n0,-30\n")], &["table", "a.csv", "a.csv", "-o", "skim.csv"]),
    (&[], &["world", "links", "Parris"]),
    (&[], &["world", "links", "0,0", "--km", "-4"]),
    (&[], &["world", "extract", "--around", "Parris", "--km", "0", "-o", "x"]),
    (&[], &["world", "extract", "--bbox", "50,8,40,9", "-o", "x"]),
    (&[], &["world", "extract", "--bbox", "50,8,x", "-o", "x"]),
    (&[("x/y.txt", "taken")], &["world", "extract", "--around", "Paris", "--km", "50", "-o", "x"]),
    (&[], &["world", "extract", "--around", "0,-30", "--km", "50", "-o", "x"]),
];

#[test]
fn every_bad_request_is_explained() {
    let mut answers = String::new();
    for (files, args) in BAD {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in *files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, content).expect("written");
        }
        let before = std::fs::read_dir(folder.path()).expect("a folder").count();
        let out = trimodal(folder.path(), args);
        let code = out.status.code();
        assert!(matches!(code, Some(1 | 3)), "{args:?}: {code:?} {}", text(&out.stderr));
        let after = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(before, after, "nothing is left behind: {args:?}");
        let printed = if code == Some(1) { text(&out.stderr) } else { text(&out.stdout) };
        let _ = writeln!(
            answers,
            "$ trimodal {}\nexit {}\n{printed}",
            args.join(" "),
            code.unwrap_or(-1)
        );
    }
    insta::assert_snapshot!("bad-questions", answers);
}

/// The columns of a table as CSV on standard output.
fn table_rows(content: &str) -> (Vec<csv::StringRecord>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), content).expect("written");
    std::fs::write(folder.path().join("b.csv"), "id,place\nRTM,NLRTM\n").expect("written");
    let asked = ["table", "a.csv", "b.csv", "-o", "-", "--modes", "road"];
    let out = trimodal(folder.path(), &asked);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out.stderr));
    let mut reader = csv::Reader::from_reader(out.stdout.as_slice());
    (reader.records().map(|r| r.expect("a row")).collect(), text(&out.stderr))
}

#[test]
fn files_of_others_are_read() {
    let ids = |content: &str| -> Vec<String> {
        table_rows(content).0.iter().map(|r| r[0].to_string()).collect()
    };
    assert_eq!(
        ids("id,place\r\n#1 Quay,Paris\r\nPO-2024/0017,Lyon\r\n"),
        ["#1 Quay", "PO-2024/0017"]
    );
    assert_eq!(ids("id,place,lat,lon\r\nÎle é,Paris,,\r\n,,,\r\n,,,\r\n"), ["Île é"]);
    assert_eq!(ids("# ours\nid,place\n# note\nA,Paris\n#2,\"Lyon, FR\"\n"), ["A", "#2"]);
    assert_eq!(ids("id;Latitude;Longitude;;\nA;48,85;2,35;;\n;;;;\n"), ["A"]);
    assert_eq!(ids("id,y,lng,seen\nA,48.85,2.35,yes\n"), ["A"]);
}

#[test]
fn bad_points_are_null_cells_with_a_reason() {
    let (rows, told) = table_rows(
        "id,place,lat,lon\nA,Paris,,\nB,,0,0\nC,Xyzzyqwv,,\nD,,139.7,35.6\nE,,2.35,48.85\n",
    );
    let status: Vec<&str> = rows.iter().map(|r| &r[2]).collect();
    assert_eq!(status, ["reached", "bad_point", "bad_point", "bad_point", "bad_point"]);
    for row in &rows[1..] {
        assert_eq!(&row[5], "", "{row:?}");
        assert!(row[12].starts_with("origin: "), "{row:?}");
    }
    assert!(told.contains("4 points cannot be used"), "{told}");
    assert!(told.contains("a.csv:4:2"), "{told}");
    assert_eq!(told.matches("are lat and lon swapped?").count(), 2, "{told}");
}
