//! The triangle's lengths against the published facts of the shared folder.

use std::collections::BTreeMap;
use std::path::Path;

use trimodal::Scenario;

/// Rows of the facts by the places they join, with the length of the scenario between the same
/// places along the links named here.
const LINES: &[(&str, &[&str])] = &[
    ("R1", &["R1", "R1a", "R1b", "R1c", "R1d", "R1e"]),
    ("R2", &["R2"]),
    ("R5", &["R5"]),
    ("H2", &["H2"]),
    ("H3", &["H3"]),
];

#[test]
#[ignore = "reads the folder TRIMODAL_SHARED"]
fn lengths_are_those_of_the_facts() {
    let shared = std::env::var("TRIMODAL_SHARED").expect("TRIMODAL_SHARED names the folder");
    let file = Path::new(&shared).join("facts/tumen_links.csv");
    let mut reader = csv::Reader::from_path(file).expect("the facts");
    let km: BTreeMap<String, f64> = reader
        .records()
        .filter_map(|r| {
            let row = r.ok()?;
            Some((row.get(0)?.to_string(), row.get(4)?.parse().ok()?))
        })
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/tumen");
    let s = Scenario::from_folder(&folder).expect("sound");
    let length =
        |id: &str| s.links.iter().find(|l| l.id == id).unwrap_or_else(|| panic!("no link {id}")).km;
    for (fact, links) in LINES {
        let ours: f64 = links.iter().map(|id| length(id)).sum();
        assert!((ours - km[*fact]).abs() < 1e-9, "{fact}: {ours} km, published {}", km[*fact]);
    }
    // Khasan-Rajin is 54 km in all; the facts' rows R3 and R4 sum to 57 and are resolved in the study.
    assert!((length("R3") + length("R4") - 54.0).abs() < 1e-9);
}
