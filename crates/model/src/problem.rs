//! Problems of an input: each with a stable id, its location, the value and a hint.
//!
//! Readers collect every problem before they fail, so that a user can fix them all at once.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The location of a problem. Rows and columns count from 1 as in a text editor and a spreadsheet; the
/// header is row 1.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub struct Location {
    /// File name inside the scenario folder, for example `links.csv`; for a sheet of a workbook
    /// `scenario.xlsx!links`.
    pub file: String,
    /// Line, from 1; 0 where the whole file is meant.
    pub row: usize,
    /// Column, from 1; 0 where the whole row is meant.
    pub column: usize,
}

impl Location {
    /// The same place in the file as the user named it; the sheet of a workbook is kept.
    pub fn in_file(self, file: &str) -> Location {
        let file = match sheet_of(&self.file) {
            Some((_, sheet)) => format!("{file}!{sheet}"),
            None => file.to_string(),
        };
        Location { file, ..self }
    }

    /// The same place, its file inside a folder.
    pub fn in_folder(self, folder: &std::path::Path) -> Location {
        Location { file: folder.join(&self.file).display().to_string(), ..self }
    }
}

/// `scenario.xlsx` and `links` of `scenario.xlsx!links`.
fn sheet_of(file: &str) -> Option<(&str, &str)> {
    let (book, sheet) = file.rsplit_once('!')?;
    (!sheet.contains(['/', '\\'])).then_some((book, sheet))
}

/// A column as spreadsheets name it: 1 is A, 27 is AA.
fn letters(mut column: usize) -> String {
    let mut name = Vec::new();
    while column > 0 {
        name.push(b'A' + ((column - 1) % 26) as u8);
        column = (column - 1) / 26;
    }
    name.iter().rev().map(|b| char::from(*b)).collect()
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.row > 0 {
            write!(f, ":{}", self.row)?;
        }
        match self.column {
            0 => Ok(()),
            c if sheet_of(&self.file).is_some() => write!(f, ":{}", letters(c)),
            c => write!(f, ":{c}"),
        }
    }
}

/// The kinds of problem. The number never changes once published; see `docs/reference/errors.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    /// Stable id, for example `TM-SCN-014`.
    pub id: &'static str,
    /// Its meaning, in one line.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $id:literal $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code { id: $id, title: $title };)*
        /// Every code, in order.
        pub const CODES: &[Code] = &[$($name),*];
    };
}

codes! {
    FILE_MISSING = "TM-SCN-001" "a file that every scenario needs is missing";
    NOT_TEXT = "TM-SCN-002" "a file is not UTF-8 text";
    TOO_LARGE = "TM-SCN-003" "a file is larger than a scenario can be";
    EMPTY = "TM-SCN-004" "a file or table is empty";
    COLUMN_MISSING = "TM-SCN-005" "a required column is missing";
    COLUMN_UNKNOWN = "TM-SCN-006" "a column is not known";
    COLUMN_TWICE = "TM-SCN-007" "a column appears twice";
    CELL_COUNT = "TM-SCN-008" "a row has more or fewer cells than the header";
    VALUE_MISSING = "TM-SCN-009" "a required value is missing";
    NOT_A_NUMBER = "TM-SCN-010" "a value is not a number";
    OUT_OF_RANGE = "TM-SCN-011" "a number is outside the allowed range";
    NOT_A_CHOICE = "TM-SCN-012" "a value is not one of the allowed words";
    ID_TWICE = "TM-SCN-013" "an id is defined twice";
    ID_UNKNOWN = "TM-SCN-014" "a name refers to nothing";
    MALFORMED = "TM-SCN-015" "a value does not have the required form";
    TOML = "TM-SCN-016" "scenario.toml is not valid";
    SECTIONS = "TM-SCN-017" "the sections of a line do not add up to its length";
    CYCLE = "TM-SCN-018" "options require one another in a circle";
    OPTION_IDLE = "TM-SCN-019" "an option changes nothing, or cannot be applied to its target";
    NEVER_FITS = "TM-SCN-020" "an operation can never happen";
    MODE_MISMATCH = "TM-SCN-021" "a value does not go with the mode or kind of its row";
    LOW_HIGH = "TM-SCN-022" "a range is not in order";
    SAME_PLACE = "TM-SCN-023" "a movement starts and ends at the same place";
    EXEMPTION = "TM-SCN-024" "an exemption names a policy that is not a permit";
    BAD_ID = "TM-SCN-025" "an id has characters that ids cannot have";
    FOLDER = "TM-IO-001" "the folder or file cannot be read";
    UNWRITABLE = "TM-IO-002" "the output cannot be written";
    PLACE_UNKNOWN = "TM-RTE-001" "a place is not known";
    PLACE_AMBIGUOUS = "TM-RTE-002" "a name means several places";
    COORDINATES = "TM-RTE-003" "coordinates are not on the Earth";
    THING_UNKNOWN = "TM-RTE-004" "nothing of this name can be avoided or forced";
    ENDS_EQUAL = "TM-RTE-005" "a shipment starts where it ends";
    OFF_NETWORK = "TM-RTE-006" "a place is too far from every network";
    LINK_UNKNOWN = "TM-RTE-007" "no link has this id";
    AREA = "TM-RTE-008" "an area to avoid is not a polygon on the Earth";
    NO_TERMINALS = "TM-RTE-009" "a region has no two terminals that open lines join";
    TOO_MANY_WAYS = "TM-PLN-001" "demand has more itineraries than can be listed";
    TOO_MANY_STATES = "TM-PLN-002" "options give a facility more states than can be planned";
    OUT_OF_TIME = "TM-PLN-003" "the time limit was reached before anything was known";
    SOLVER = "TM-PLN-004" "the solver failed: a defect";
    UNSOUND = "TM-PLN-005" "the independent check refused a plan: a defect";
    NOTHING_TO_RUN = "TM-SIM-001" "a plan carries nothing that could be run";
    RUN_FAILED = "TM-SIM-002" "a run failed, or was ended before its first replications";
    FIELD_UNKNOWN = "TM-API-001" "a request has a field that is not known";
    TOO_MANY_CELLS = "TM-API-002" "a table has more cells than the server answers at once";
    SCENARIO_UNKNOWN = "TM-API-003" "no scenario has this name";
    SCENARIO_EXISTS = "TM-API-004" "a scenario of this name is there already";
    JOB_UNKNOWN = "TM-API-005" "no job has this id";
    NOT_READY = "TM-API-006" "a job has no result";
    BUSY = "TM-API-007" "the server has as much work as it takes";
    REFUSED = "TM-API-008" "the server does not answer this caller";
    PATH_UNKNOWN = "TM-API-009" "there is nothing at this address";
    BODY = "TM-API-010" "the body is too large, too slow or of another type";
    TOO_MUCH_MEMORY = "TM-API-011" "a job needs more memory than it may take";
    BATCH_OTHER = "TM-BAT-001" "a batch was planned by another version, or its inputs have changed";
    BATCH_PART = "TM-BAT-002" "parts of a batch are missing or damaged";
    BATCH_STOPPED = "TM-BAT-003" "a shard was ended before its end";
    BATCH_DEFECT = "TM-BAT-004" "a shard gives no rows: a defect";
    OTHER_NAME = "TM-CLI-001" "a name on the command line is not in the scenario";
    BAD_VALUE = "TM-CLI-002" "a value on the command line cannot be used";
    AMBIGUOUS = "TM-TAB-001" "a value or a file can be read in more than one way";
    HS_CODE = "TM-TAB-002" "an HS code has a digit too few or too many, or is not valid";
    QUOTE = "TM-TAB-003" "a quotation mark is opened and never closed";
    WORKBOOK = "TM-TAB-004" "a workbook cannot be read as it is";
    GIVEN_TWICE = "TM-TAB-005" "a table is given twice";
    FORMAT = "TM-FMT-001" "the format of a file is not known, or is not read or written";
    DAMAGED = "TM-FMT-002" "a file is damaged, or not what its name says";
    PART_MISSING = "TM-FMT-003" "a file, table or layer that the format needs is missing";
    FIELD_MISSING = "TM-FMT-004" "no column holds a field that is needed";
    MAPPING = "TM-FMT-005" "a mapping is not valid";
    UNIT = "TM-FMT-006" "a unit or a coordinate system is not known";
    NO_ROOM = "TM-FMT-007" "a format has no place for what was read";
    NOT_ROUTABLE = "TM-FMT-008" "a network lacks what routing needs";
    PY_ARGUMENT = "TM-PY-001" "an argument of the Python package is of a type that it does not take";
    PY_LIBRARY = "TM-PY-002" "an optional Python library is not installed";
    PY_NO_PART = "TM-PY-003" "an outcome has no such table, form or geometry";
}

/// One problem, ready to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind, with its stable id.
    pub code: Code,
    /// The location, if it has one.
    pub at: Option<Location>,
    /// The problem, with the value as given.
    pub message: String,
    /// The hint.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem without a location or a hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Problem { code, at: None, message: message.into(), hint: None }
    }

    /// The same problem, with a location.
    pub fn at(mut self, file: &str, row: usize, column: usize) -> Self {
        self.at = Some(Location { file: file.into(), row, column });
        self
    }

    /// The same problem with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem with a hint, where there is one.
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// Sorts problems by location and removes duplicates.
    pub fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
        problems
            .sort_by(|a, b| (&a.at, a.code.id, &a.message).cmp(&(&b.at, b.code.id, &b.message)));
        problems.dedup();
        problems
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}", self.code.id, self.message)?;
        if let Some(at) = &self.at {
            write!(f, "\n  {at}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  {hint}")?;
        }
        Ok(())
    }
}

/// A note for the user on how an input was read; not a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The location.
    pub at: Location,
    /// The note, in one line.
    pub message: String,
}

impl Note {
    /// A note on a place in a file; row and column as in [`Location`].
    pub fn new(file: &str, row: usize, column: usize, message: impl Into<String>) -> Note {
        Note { at: Location { file: file.into(), row, column }, message: message.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "note: {}\n  {}", self.message, self.at)
    }
}

/// Every problem of an input at once, with the notes on how it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// The problems, in the order of the input; at least one.
    pub problems: Vec<Problem>,
    /// Notes on values that were not read as written.
    pub notes: Vec<Note>,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if i > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl std::ops::Deref for Problems {
    type Target = [Problem];

    fn deref(&self) -> &[Problem] {
        &self.problems
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.problems.into_iter()
    }
}

impl From<Vec<Problem>> for Problems {
    fn from(problems: Vec<Problem>) -> Problems {
        Problems { problems, notes: Vec::new() }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Problems {
        vec![problem].into()
    }
}

/// The candidate most like `word`, if any is near enough to be worth a suggestion.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::jaro_winkler(&wanted, &c.to_lowercase()), c))
        .filter(|(score, _)| *score >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, c)| c)
}

/// A value of an input for display: control characters escaped, long values cut.
pub fn shown(value: &str) -> String {
    let cut: String = value.chars().take(60).flat_map(char::escape_debug).collect();
    if value.chars().count() > 60 { format!("{cut}…") } else { cut }
}
