//! Reading a folder: the content of its fingerprint, and notes on rows that have no effect.

use std::path::Path;

use trimodal_model::{Files, Note, Problem, Scenario};

fn starter() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trimodal/starter");
    Files::from_folder(&folder).expect("it is there")
}

fn edited(
    file: &str,
    edit: impl Fn(&str) -> String,
) -> (Result<Scenario, Vec<Problem>>, Vec<Note>) {
    let mut files = starter();
    let text = String::from_utf8(files.0[file].clone()).expect("text");
    let changed = edit(&text);
    assert_ne!(changed, text, "{file} is not as the test takes it");
    files.0.insert(file.into(), changed.into_bytes());
    Scenario::read_files(&files)
}

fn digest(file: &str, edit: impl Fn(&str) -> String) -> String {
    edited(file, edit).0.expect("sound").digest()
}

#[test]
fn the_digest_is_of_what_the_rows_say() {
    let plain = Scenario::from_files(&starter()).expect("sound").digest();
    // Another form, a comment, other settings of the study: the same description.
    assert_eq!(digest("places.csv", |t| format!("{t}# a comment\n")), plain);
    assert_eq!(digest("scenario.toml", |t| t.replace("samples = 100", "samples = 7")), plain);
    let default = |t: &str| t.replace("source,confidence", "joining,source,confidence");
    let blank = |t: &str| {
        let line = |l: &str| {
            let at = l.find(",invented").unwrap_or(l.len());
            format!(
                "{}{}{}\n",
                &l[..at],
                if l.contains(",invented") { ",start" } else { "" },
                &l[at..]
            )
        };
        default(t).lines().map(line).collect::<String>()
    };
    assert_eq!(digest("operations.csv", blank), plain);
    // Another figure: another description.
    assert_ne!(digest("links.csv", |t| t.replace("sea,2200", "sea,2201")), plain);
    assert_ne!(digest("scenario.toml", |t| t.replace("days = 365", "days = 366")), plain);
}

#[test]
fn a_scaled_demand_in_vehicles_is_noted() {
    let header = |t: &str| t.lines().find(|l| l.starts_with("id,")).expect("a header").to_string();
    let row = |t: &str| {
        let cell = |column: &str| match column {
            "id" => "trucks",
            "name" => "Trucks",
            "commodity" => "ore",
            "from" => "MINE",
            "to" => "PORT",
            "per_year" => "100",
            "unit" => "vehicles",
            "source" => "invented",
            "confidence" => "assumed",
            _ => "",
        };
        let cells: Vec<&str> = header(t).split(',').map(cell).collect::<Vec<_>>();
        cells.join(",")
    };
    let (_, notes) = edited("demand.csv", |t| format!("{}\n{}\n", t.trim_end(), row(t)));
    assert!(notes.iter().any(|n| n.message.contains("a demand in vehicles")), "{notes:?}");
}
