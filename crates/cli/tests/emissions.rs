//! The arithmetic of transport chains against published worked examples. The examples may not be copied
//! into the repository, so their figures are read from the shared folder; this file only states the
//! meaning of each.

use std::path::Path;

use trimodal::model::emissions::{Element, Intensity, activity_tkm, chain};

/// The computation of a row from the numbers of its inputs (i), formula (f) and description (d).
type Rule = fn(i: &[f64], f: &[f64], d: &[f64]) -> f64;

const RULES: &[(&str, Rule)] = &[
    ("C02", |i, _, _| ride(i[0], i[1], i[2] * 1e3, 1.0)),
    ("C03", |i, _, _| activity_tkm(i[1], i[0])),
    ("C04", |i, _, _| activity_tkm(i[1], i[0])),
    ("C11", |i, _, d| parcel(i, d)),
    ("C13", |i, _, _| ride(i[0], i[1], i[2], 1.0)),
    ("C14", |i, _, _| ride(i[0], i[1], i[2], 1.0)),
    ("C16", |i, _, d| ride(d[0] / 1e3, d[1], i[0] * 1e3, 1.0)),
    ("C18", |i, _, _| ride(i[0], i[1], i[2], 1.0) / 1e3),
    ("C26", |i, _, d| ride(i[1], i[2], i[0], last(d))),
    ("C27", |i, _, _| ride(i[1], i[2], i[0], i[3])),
    ("C28", |i, _, _| ride(i[1], 1.0, i[0], 1.0)),
    ("C29", |i, _, _| ride(i[1], i[2], i[0], i[3])),
    ("C30", |i, _, _| ride(i[1], i[2], i[0], i[3])),
    ("C33", |i, _, _| (ride(i[0], i[1], i[2], 1.0) + i[3] * i[4]) / 1e3),
    ("C34", |i, _, _| i[0] * i[1] + i[2] * i[3] + i[4] * i[5] / i[6]),
];

/// Reason for rows that the product does not compute.
const GIVEN: &str =
    "an intensity or a share from energy bought: the product takes intensities as given";

/// Rows that are not replayed, with the reason.
const LEFT_OUT: &[(&str, &str)] = &[
    ("C01", GIVEN),
    ("C05", GIVEN),
    ("C06", GIVEN),
    ("C08", GIVEN),
    ("C09", GIVEN),
    ("C15", GIVEN),
    ("C19", GIVEN),
    ("C21", GIVEN),
    ("C22", GIVEN),
    ("C23", GIVEN),
    ("C24", GIVEN),
    ("C25", GIVEN),
    ("C31", GIVEN),
    ("C07", "the sum of two other rows, which are replayed"),
    ("C10", "its emission factor is not in the row"),
    ("C12", "misprinted in the source, and its formula is not in the row"),
];

/// Emissions of a ride in kg, with its whole intensity counted as tank-to-wheel.
fn ride(tonnes: f64, km: f64, g_tkm: f64, adjustment: f64) -> f64 {
    let intensity = Intensity { wtt_g: 0.0, ttw_g: g_tkm };
    chain(&[Element::Transport { tonnes, km, intensity, adjustment }]).wtw_kg()
}

/// A chain of nine elements: two totals, hubs by tonnes, rides by tonne-kilometres.
fn parcel(i: &[f64], d: &[f64]) -> f64 {
    let tonnes = last(d) / 1e3;
    let hub =
        |kg: f64| Element::Hub { tonnes, intensity: Intensity { wtt_g: 0.0, ttw_g: kg * 1e3 } };
    let rides = i[2] * i[3] + i[5] * i[6] + i[8] * i[9];
    i[0] + last(i) + rides + chain(&[hub(i[1]), hub(i[4]), hub(i[7]), hub(i[10])]).wtw_kg()
}

fn last(numbers: &[f64]) -> f64 {
    *numbers.last().expect("a number")
}

/// The numbers in a text, in order; commas group thousands; digits within words do not count.
fn numbers(text: &str) -> Vec<f64> {
    let apart = |c: char| !(c.is_ascii_alphanumeric() || ".,-".contains(c));
    let number = |word: &str| {
        let plain = word.trim_matches([',', '.', '-']).replace(',', "");
        let starts = plain.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        starts.then(|| plain.parse().ok()).flatten()
    };
    text.split(apart).filter_map(number).collect()
}

#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn published_chains_are_replayed() {
    let shared = std::env::var("TRIMODAL_SHARED").expect("TRIMODAL_SHARED names the folder");
    let file = Path::new(&shared).join("facts/emission_worked_examples.csv");
    let mut reader = csv::Reader::from_path(file).expect("the examples");
    let (mut replayed, mut wrong) = (0, Vec::new());
    for row in reader.records().map(|r| r.expect("a row")) {
        let id = &row[0];
        if LEFT_OUT.iter().any(|(left, _)| *left == id) {
            continue;
        }
        let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == id) else {
            panic!("no rule for {id}: add it, or say why it is left out");
        };
        let [i, f, d] = [2, 3, 1].map(|column| numbers(&row[column]));
        let (expected, tolerance): (f64, f64) =
            (row[4].parse().expect("a number"), row[6].parse().expect("a tolerance"));
        let ours = rule(&i, &f, &d);
        replayed += 1;
        if (ours - expected).abs() > tolerance + 1e-9 * expected.abs() {
            wrong.push(format!("{id}: {ours}, published {expected} +- {tolerance}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(replayed, RULES.len(), "every rule has its row");
    println!("{replayed} published chains replayed");
}
