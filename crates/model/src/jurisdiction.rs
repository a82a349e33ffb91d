//! Whose measures a question is asked under: codes and the sets of policies that they choose.

use crate::problem::{OTHER_NAME, Problem, nearest, shown};
use crate::table::{self, Column, Kind, Need, Row, Table};

const JURISDICTIONS: &[u8] = include_bytes!("../law/jurisdictions.csv");

const fn text(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, need: Need::Required, unit: "", doc: "" }
}

const TABLE: Table = Table {
    name: "jurisdictions",
    doc: "Codes of `--jurisdiction`.",
    required: true,
    columns: &[
        text("code", Kind::Id),
        text("sets", Kind::Text),
        text("name", Kind::Text),
        text("who_is_bound", Kind::Text),
        text("always_on", Kind::Choice(&["yes", "no"])),
        text("source", Kind::Text),
        text("confidence", Kind::Choice(crate::tables::CONFIDENCE)),
    ],
};

/// One jurisdiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jurisdiction {
    /// Code, `EU`.
    pub code: String,
    /// The sets of policies that it chooses.
    pub sets: Vec<String>,
    /// Name.
    pub name: String,
    /// The persons, ships and places that its measures bind.
    pub who_is_bound: String,
    /// Whether its sets hold without being chosen.
    pub always_on: bool,
}

impl From<&Row> for Jurisdiction {
    fn from(row: &Row) -> Jurisdiction {
        Jurisdiction {
            code: row.word("code").into(),
            sets: table::split(row.word("sets")).iter().map(|s| s.to_string()).collect(),
            name: row.word("name").into(),
            who_is_bound: row.word("who_is_bound").into(),
            always_on: row.word("always_on") == "yes",
        }
    }
}

/// All of them, in the order of their table.
pub fn all() -> Vec<Jurisdiction> {
    let mut problems = Vec::new();
    let rows =
        table::read(&TABLE, "jurisdictions.csv", JURISDICTIONS, &mut problems, &mut Vec::new());
    debug_assert!(problems.is_empty(), "{problems:?}");
    rows.iter().map(Jurisdiction::from).collect()
}

/// The sets that some codes choose, and a problem for every code that is none.
pub fn sets(codes: &[String]) -> (Vec<String>, Vec<Problem>) {
    let known = all();
    let (mut sets, mut problems) = (Vec::new(), Vec::new());
    for code in codes.iter().map(|c| c.trim()).filter(|c| !c.is_empty()) {
        match known.iter().find(|j| j.code.eq_ignore_ascii_case(code)) {
            Some(found) => sets.extend(found.sets.iter().cloned()),
            None => problems.push(unknown(code, &known)),
        }
    }
    sets.sort_unstable();
    sets.dedup();
    (sets, problems)
}

fn unknown(code: &str, known: &[Jurisdiction]) -> Problem {
    let upper = code.to_uppercase();
    let meant = match upper.as_str() {
        "GB" => Some("UK"),
        "USA" => Some("US"),
        other => nearest(other, known.iter().map(|j| j.code.as_str())),
    };
    let guess = meant.map_or(String::new(), |c| format!("did you mean `{c}`? "));
    let word = |j: &Jurisdiction| match j.always_on {
        true => format!("{} ({}, always on)", j.code, j.name),
        false => format!("{} ({})", j.code, j.name),
    };
    let list = known.iter().map(word).collect::<Vec<_>>().join(", ");
    let message = format!("--jurisdiction: unknown code `{}`", shown(code));
    Problem::new(OTHER_NAME, message).hint(format!("{guess}the codes are {list}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_choose_sets_in_any_case_of_letters() {
        let codes = ["eu".to_string(), " US ".into(), "UN".into()];
        let (sets, problems) = sets(&codes);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(sets, ["eu-measures", "un-security-council", "us-measures"]);
    }

    #[test]
    fn every_unknown_code_is_told_with_the_list() {
        let (_, problems) = sets(&["GB".to_string(), "XX".into()]);
        assert_eq!(problems.len(), 2);
        let hint = problems[0].hint.clone().unwrap_or_default();
        assert!(hint.starts_with("did you mean `UK`? the codes are UN"), "{hint}");
        assert!(hint.contains("CH (Switzerland)"), "{hint}");
    }
}
