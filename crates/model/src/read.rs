//! The scenario folder read into one description, with every problem found.
//!
//! Input: file names and bytes (a folder, an archive, a fuzzer). Output: a [`Scenario`], or all problems.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::check;
use crate::digest::Fnv1a;
use crate::ids::{PlaceId, ResourceId};
use crate::policy::Policy;
use crate::problem::{self, Note, Problem, Problems, shown};
use crate::scenario::*;
use crate::table::{self, Row, Table, Workbook, check_references, incomplete};
use crate::tables::{self, CONFIDENCE};
use crate::vary::{as_csv, lines};

mod calendars;
mod demand;
mod files;
mod links;
mod operations;
mod options;
mod places;
mod policies;
mod resources;
mod settings;
mod sources;
mod vehicles;

pub use files::{Files, SETTINGS, TableCells, WORKBOOK};
pub use settings::SHEET;

/// The law that every scenario starts with.
pub const LAW: &[u8] = include_bytes!("../law/policies.csv");

/// Measures of jurisdictions, for routes and tables: a scenario names its own.
pub const MEASURES: &[u8] = include_bytes!("../law/measures.csv");

/// The result of reading, or every problem; and the notes in both cases.
pub type Read<T> = (Result<T, Vec<Problem>>, Vec<Note>);

impl Scenario {
    /// Reads and checks a scenario folder or workbook.
    pub fn from_folder(folder: &Path) -> Result<Scenario, Problems> {
        let (scenario, notes) = Scenario::read_folder(folder);
        scenario.map_err(|problems| Problems { problems, notes })
    }

    /// Reads and checks a scenario from files in memory.
    pub fn from_files(files: &Files) -> Result<Scenario, Problems> {
        let (scenario, notes) = Scenario::read_files(files);
        scenario.map_err(|problems| Problems { problems, notes })
    }

    /// Reads and checks a scenario folder or workbook, with notes on how it was read.
    pub fn read_folder(path: &Path) -> Read<Scenario> {
        let (files, mut notes) = Files::read(path);
        let files = match files {
            Ok(files) => files,
            Err(problems) => return (Err(problems), notes),
        };
        let (scenario, more) = Scenario::read_files(&files);
        notes.extend(more);
        (scenario, notes)
    }

    /// Reads and checks a scenario from files in memory, with notes on how they were read.
    pub fn read_files(files: &Files) -> Read<Scenario> {
        let mut reader = Reader::new();
        let scenario = reader.read(files);
        let mut problems = Problem::in_order(std::mem::take(&mut reader.problems));
        if problems.is_empty() && scenario.is_none() {
            problems.push(Problem::new(problem::EMPTY, "there is nothing to read"));
        }
        let scenario = scenario.filter(|_| problems.is_empty()).ok_or(problems);
        (scenario, reader.notes)
    }
}

impl Files {
    /// Whether it is a workbook rather than a folder of tables.
    pub fn is_workbook(&self) -> bool {
        self.workbook().is_some()
    }

    /// The scenario as a folder of tables: of a workbook, its sheets as files.
    pub fn as_tables(&self) -> Result<Files, Vec<Problem>> {
        if !self.is_workbook() {
            return Ok(self.clone());
        }
        let mut reader = Reader::new();
        let scenario = reader.read(self);
        let Some(scenario) = scenario.filter(|_| reader.problems.is_empty()) else {
            return Err(Problem::in_order(reader.problems));
        };
        let mut files = Files::default();
        let settings = toml::to_string(&scenario.settings).unwrap_or_default();
        files.0.insert(SETTINGS.into(), settings.into_bytes());
        for table in tables::TABLES {
            let rows = reader.tables.get(table.name).map_or(&[][..], Vec::as_slice);
            if !rows.is_empty() {
                files.0.insert(table.file(), as_csv(table, &lines(table, rows)));
            }
        }
        Ok(files)
    }
}

/// The embedded law and the measures of jurisdictions over some places, and more policy rows if given: for
/// engines that judge goods without a scenario.
pub fn law_over(places: &[Place], more: Option<&[u8]>) -> Result<Vec<Policy>, Vec<Problem>> {
    let mut reader = Reader::new();
    let law = reader.law();
    let measures = reader.table_file(&tables::POLICIES, "measures.csv", MEASURES);
    let own = more.map(|b| reader.table_file(&tables::POLICIES, &tables::POLICIES.file(), b));
    let mut policies: Vec<Policy> = Vec::new();
    for (table, embedded) in [(law, true), (measures, true), (own.unwrap_or_default(), false)] {
        let offset = policies.len();
        policies.extend(table.iter().map(|r| reader.a_policy(r, &table, offset, places, embedded)));
    }
    if reader.problems.is_empty() { Ok(policies) } else { Err(Problem::in_order(reader.problems)) }
}

struct Reader {
    problems: Vec<Problem>,
    notes: Vec<Note>,
    tables: BTreeMap<&'static str, Vec<Row>>,
    /// Positions of the rows of each table by their ids.
    ids: HashMap<&'static str, HashMap<String, usize>>,
    /// The file or sheet of each table, as named in problems.
    files: BTreeMap<&'static str, String>,
    settings_file: String,
    /// Tables that may lack rows, so that references to unknown rows of them are not reported.
    incomplete: BTreeSet<&'static str>,
}

impl Reader {
    fn new() -> Reader {
        Reader {
            problems: Vec::new(),
            notes: Vec::new(),
            tables: BTreeMap::new(),
            ids: HashMap::new(),
            files: BTreeMap::new(),
            settings_file: files::SETTINGS.into(),
            incomplete: BTreeSet::new(),
        }
    }

    /// The scenario, complete if no problem was found.
    fn read(&mut self, files: &Files) -> Option<Scenario> {
        let mut book = match files.workbook() {
            Some(name) => Some(Workbook::open(name, &files.0[name], &mut self.problems)?),
            None => None,
        };
        let settings = self.settings(files, &mut book);
        for table in tables::TABLES {
            self.table(table, files, &mut book);
        }
        if let Some(book) = &mut book {
            self.other_sheets(book);
        }
        self.incomplete = incomplete(&self.files, &self.problems);
        check_references(&self.tables, &self.incomplete, &mut self.problems);
        let law = self.law();
        let scenario = settings.map(|settings| self.scenario(settings, &law));
        if let Some(scenario) = scenario.as_ref().filter(|_| self.problems.is_empty()) {
            check::check(scenario, &self.tables, &mut self.problems);
        }
        self.place_settings();
        scenario
    }

    fn law(&mut self) -> Vec<Row> {
        self.table_file(&tables::POLICIES, &tables::POLICIES.file(), LAW)
    }

    fn table_file(&mut self, table: &'static Table, file: &str, bytes: &[u8]) -> Vec<Row> {
        table::read(table, file, bytes, &mut self.problems, &mut self.notes)
    }

    fn rows(&self, table: &Table) -> Vec<Row> {
        self.tables[table.name].clone()
    }

    fn position(&self, table: &str, id: &str) -> Option<usize> {
        self.ids.get(table)?.get(id).copied()
    }

    fn place(&self, row: &Row, column: &str) -> PlaceId {
        PlaceId::at(self.position("places", row.word(column)).unwrap_or(0))
    }

    fn resource(&self, row: &Row, column: &str) -> Option<ResourceId> {
        self.position("resources", row.text(column)?).map(ResourceId::at)
    }

    fn malformed(&mut self, row: &Row, column: &str, hint: &str) {
        let message = format!("`{column}` is `{}`", shown(row.word(column)));
        self.problems.push(row.problem(problem::MALFORMED, column, message).hint(hint));
    }

    fn origin(&mut self, row: &Row, ranged: bool) -> Provenance {
        let range = if ranged {
            let (low, high) = (row.number("low"), row.number("high"));
            (low.is_some() || high.is_some()).then(|| (low.unwrap_or(1.0), high.unwrap_or(1.0)))
        } else {
            None
        };
        Provenance {
            source: row.word("source").to_string(),
            confidence: row.word("confidence").to_string(),
            range,
        }
    }

    fn scenario(&mut self, settings: Settings, law: &[Row]) -> Scenario {
        let places: Vec<Place> =
            self.rows(&tables::PLACES).iter().map(|r| self.a_place(r)).collect();
        let links = self.rows(&tables::LINKS).iter().map(|r| self.a_link(r, &places)).collect();
        let calendars = self.rows(&tables::CALENDARS).iter().map(|r| self.a_calendar(r)).collect();
        let resources = self.rows(&tables::RESOURCES).iter().map(|r| self.a_resource(r)).collect();
        let vehicles =
            self.rows(&tables::VEHICLES).iter().map(|r| self.a_vehicle(r, &settings)).collect();
        let operations =
            self.rows(&tables::OPERATIONS).iter().map(|r| self.an_operation(r)).collect();
        let demand = self
            .rows(&tables::DEMAND)
            .iter()
            .map(|r| self.a_demand(r, &settings, &places))
            .collect();
        let mut scenario = Scenario {
            settings,
            places,
            links,
            calendars,
            resources,
            vehicles,
            operations,
            demand,
            options: Vec::new(),
            policies: Vec::new(),
            figures: self.figures(),
            digest: String::new(),
        };
        scenario.options =
            self.rows(&tables::OPTIONS).iter().map(|r| self.an_option(r, &scenario)).collect();
        let own = self.rows(&tables::POLICIES);
        let mut policies: Vec<Policy> =
            law.iter().map(|r| self.a_policy(r, law, 0, &scenario.places, true)).collect();
        policies.extend(
            own.iter()
                .map(|r| self.a_policy(r, &own, law.len(), &scenario.places, false))
                .collect::<Vec<_>>(),
        );
        scenario.policies = policies;
        scenario.digest = self.digest(&scenario.settings, law);
        scenario
    }

    /// A fingerprint of the description: of its rows and its law, not of the types that hold them. Settings of
    /// the study (rungs, samples, seed) and names of units are left out.
    fn digest(&self, settings: &Settings, law: &[Row]) -> String {
        let studied = Settings { rungs: Vec::new(), samples: 0, seed: 0, ..settings.clone() };
        let text = serde_json::to_string(&studied).expect("settings are plain data");
        let mut hash = Fnv1a::default().with_text(&text);
        let tables = self.tables.iter().map(|(name, rows)| (*name, &rows[..]));
        for (name, rows) in tables.chain([("law", law)]) {
            hash = hash.with_text(name);
            for row in rows {
                let said = row.canonical().into_iter().filter(|(column, _)| *column != "unit_name");
                hash = said.fold(hash, |h, (column, value)| h.with_text(column).with_text(&value));
                hash = hash.with(&[0xfe]);
            }
        }
        format!("{:016x}", hash.finish())
    }

    fn figures(&self) -> ConfidenceCounts {
        let mut figures = ConfidenceCounts::default();
        for row in
            self.tables.iter().filter(|(name, _)| **name != "places").flat_map(|(_, rows)| rows)
        {
            if let Some(c) = CONFIDENCE.iter().position(|c| *c == row.word("confidence")) {
                figures.0[c] += row.figures();
            }
        }
        figures
    }
}

fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// The mode of a cell. One that the table refused is blank and reads as rail: its problem is told with all others.
fn mode(word: &str) -> Mode {
    Mode::from_word(word).unwrap_or(Mode::Rail)
}
