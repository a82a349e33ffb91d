//! A scenario as it is sent: its files, its problems, and its network for a map.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal::model::scenario::Mode;
use trimodal::model::table::{Kind, Need};
use trimodal::model::tables::TABLES;
use trimodal::{Files, Note, Scenario};

use crate::refusal::{Finding, MOST_FINDINGS, findings, is_none};

/// A scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// Whether it comes with the program.
    pub bundled: bool,
    /// The name of the study.
    pub title: String,
    /// The question of the study.
    pub description: String,
    /// Whether it is a workbook; its sheets are then given as tables, as far as it can be read.
    pub workbook: bool,
    /// Texts of its files by their names.
    pub files: BTreeMap<String, String>,
    /// What the reader finds.
    #[serde(flatten)]
    pub checked: Checked,
}

/// What the reader finds in a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// The problems, the first thousand of them.
    pub problems: Vec<Finding>,
    /// How many problems there are beyond those; left out where there is none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more_problems: usize,
    /// What is not read as it is written, the first thousand notes.
    pub notes: Vec<Note>,
    /// How many notes there are beyond those; left out where there is none.
    #[serde(default, skip_serializing_if = "is_none")]
    pub more_notes: usize,
    /// Places and links; none where the scenario cannot be read.
    pub network: Option<ScenarioNetwork>,
}

/// The network of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioNetwork {
    /// Places.
    pub places: Vec<ScenarioPlace>,
    /// Links.
    pub links: Vec<ScenarioLink>,
}

/// A place of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioPlace {
    /// Id in the table.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// What it mainly is.
    pub kind: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// A link of a scenario: a straight line on a map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioLink {
    /// Id in the table.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Mode.
    pub mode: Mode,
    /// Id of one end.
    pub from: String,
    /// Id of the other end.
    pub to: String,
    /// Length, km.
    pub km: f64,
}

/// Reads a scenario, and says what is found.
pub fn check(files: &Files) -> (Checked, Option<Scenario>) {
    let (read, mut notes) = Scenario::read_files(files);
    let (found, scenario) = match read {
        Ok(scenario) => (Vec::new(), Some(scenario)),
        Err(problems) => (problems, None),
    };
    let (problems, more_problems) = findings(&found);
    let more_notes = notes.len().saturating_sub(MOST_FINDINGS);
    notes.truncate(MOST_FINDINGS);
    let network = scenario.as_ref().map(network);
    (Checked { problems, more_problems, notes, more_notes, network }, scenario)
}

/// A scenario as it is sent.
pub fn describe(name: &str, bundled: bool, files: &Files) -> Described {
    let (checked, scenario) = check(files);
    let settings = scenario.map(|s| s.settings);
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    let tables = files.as_tables().unwrap_or_default();
    Described {
        workbook: files.is_workbook(),
        name: name.to_string(),
        bundled,
        title: settings.as_ref().map_or_else(|| name.to_string(), |s| s.name.clone()),
        description: settings.map(|s| s.description).unwrap_or_default(),
        files: tables.0.iter().map(|(name, bytes)| (name.clone(), text(bytes))).collect(),
        checked,
    }
}

fn network(s: &Scenario) -> ScenarioNetwork {
    let place = |p: &trimodal::model::scenario::Place| ScenarioPlace {
        id: p.id.clone(),
        name: p.name.clone(),
        country: p.country.clone(),
        kind: p.kind.clone(),
        lat: p.lat,
        lon: p.lon,
    };
    let link = |l: &trimodal::model::scenario::Link| ScenarioLink {
        id: l.id.clone(),
        name: l.name.clone(),
        mode: l.mode,
        from: s.places[l.from.ix()].id.clone(),
        to: s.places[l.to.ix()].id.clone(),
        km: l.km,
    };
    ScenarioNetwork {
        places: s.places.iter().map(place).collect(),
        links: s.links.iter().map(link).collect(),
    }
}

/// The tables of a scenario, for a grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tables {
    /// The tables, in the order in which people fill them in.
    pub tables: Vec<TableForm>,
}

/// A table of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableForm {
    /// Name of its file.
    pub file: String,
    /// What a row is.
    pub about: String,
    /// Whether it must be there with a row at least.
    pub required: bool,
    /// Its columns.
    pub columns: Vec<ColumnForm>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnForm {
    /// Header.
    pub name: String,
    /// What it means.
    pub about: String,
    /// `id`, `text`, `ref`, `refs`, `number`, `whole`, `numbers`, `flag`, `word`, `date`, `hs`, `gauges` or `form`.
    pub kind: String,
    /// Unit; empty for text.
    pub unit: String,
    /// Whether a cell must be filled.
    pub required: bool,
    /// The value of a blank cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The words that it can hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// The table whose ids it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greatest: Option<f64>,
}

/// The forms of all tables.
pub fn tables() -> Tables {
    let column = |c: &trimodal::model::table::Column| {
        let (kind, table, range): (_, _, Option<(f64, f64)>) = match c.kind {
            Kind::Id | Kind::Label => ("id", None, None),
            Kind::Text => ("text", None, None),
            Kind::Ref(table) => ("ref", Some(table), None),
            Kind::Refs(table) => ("refs", Some(table), None),
            Kind::Number(low, high) => ("number", None, Some((low, high))),
            Kind::Whole(low, high) => ("whole", None, Some((low.into(), high.into()))),
            Kind::Numbers(low, high) => ("numbers", None, Some((low, high))),
            Kind::Flag => ("flag", None, None),
            Kind::Choice(_) => ("word", None, None),
            Kind::Date => ("date", None, None),
            Kind::Hs => ("hs", None, None),
            Kind::Gauges => ("gauges", None, None),
            Kind::Form => ("form", None, None),
        };
        let words: &[&str] = if let Kind::Choice(words) = c.kind { words } else { &[] };
        ColumnForm {
            name: c.name.into(),
            about: c.doc.into(),
            kind: kind.into(),
            unit: c.unit.into(),
            required: c.need == Need::Required,
            default: if let Need::Default(value) = c.need { Some(value.into()) } else { None },
            words: words.iter().map(|w| w.to_string()).collect(),
            table: table.map(String::from),
            least: range.map(|r| r.0),
            greatest: range.map(|r| r.1),
        }
    };
    let table = |t: &&trimodal::model::table::Table| TableForm {
        file: t.file(),
        about: t.doc.into(),
        required: t.required,
        columns: t.columns.iter().map(column).collect(),
    };
    Tables { tables: TABLES.iter().map(table).collect() }
}
