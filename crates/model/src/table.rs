//! Reading one table by its declared columns, with every problem found and placed.
//!
//! Input: bytes and a [`Table`]. Output: [`Row`]s whose cells are known to be well formed, or problems.
//! The same declarations make the reference page, so the two cannot disagree.
//!
//! A file becomes text ([`decode`]), the text records ([`records`]), or a workbook's sheet does
//! ([`workbook`]); records become a [`grid`], whose [`header`] and [`cells`] are checked here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::problem::{self, Note, Problem, nearest, shown};

mod cells;
mod decode;
mod grid;
mod header;
mod records;
mod workbook;

use cells::Marks;
pub use decode::as_text;
use grid::Grid;
pub use grid::{Cells, cells};
pub(crate) use records::Record;
pub use workbook::{Workbook, is_named, is_workbook};

/// The type of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A name unique within the table: letters, digits, `_`, `-`, `.`.
    Id,
    /// A name unique within the table, of any printable characters: the names of other systems.
    Label,
    /// Free text.
    Text,
    /// An id of another table.
    Ref(&'static str),
    /// Ids of another table, separated by `;`.
    Refs(&'static str),
    /// A number from the first to the second value, both allowed.
    Number(f64, f64),
    /// A whole number from the first to the second value, both allowed.
    Whole(u32, u32),
    /// Numbers separated by `;`, each in the range.
    Numbers(f64, f64),
    /// 0 or 1.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A date, YYYY-MM-DD.
    Date,
    /// Codes of the Harmonized System, separated by `;`, or `any`.
    Hs,
    /// Gauges in millimetres, joined by `+`.
    Gauges,
    /// A value with a small grammar, explained in the column's text.
    Form,
}

/// Whether a cell may be left blank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Need {
    /// Must be filled in every row.
    Required,
    /// May be blank; the text says what blank means. The column itself may be absent.
    Optional,
    /// Blank or absent means this value.
    Default(&'static str),
}

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Header.
    pub name: &'static str,
    /// Type of its cells.
    pub kind: Kind,
    /// Whether they may be blank.
    pub need: Need,
    /// Unit, `-` for a pure number, empty for text.
    pub unit: &'static str,
    /// One or two sentences for the reference.
    pub doc: &'static str,
}

/// One table of the scenario folder.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name without `.csv`.
    pub name: &'static str,
    /// Description of a row.
    pub doc: &'static str,
    /// Whether the file must exist and hold at least one row.
    pub required: bool,
    /// The columns, in the order in which they are documented.
    pub columns: &'static [Column],
}

impl Table {
    /// The name of the file.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
}

/// A row whose cells have the declared form.
#[derive(Debug, Clone)]
pub struct Row {
    table: &'static Table,
    /// The file or the sheet, as problems name it.
    file: Arc<str>,
    /// Line in the file, from 1.
    pub line: usize,
    cells: Vec<Option<String>>,
    columns: Arc<[usize]>,
}

impl Row {
    /// The cell's text, or the column's default, or nothing.
    pub fn text(&self, column: &str) -> Option<&str> {
        let i = self.table.column(column).expect("columns are named as declared");
        self.cells[i].as_deref().or(match self.table.columns[i].need {
            Need::Default(value) => Some(value),
            _ => None,
        })
    }

    /// The cell's text, empty when blank.
    pub fn word(&self, column: &str) -> &str {
        self.text(column).unwrap_or("")
    }

    /// The cell as a number.
    pub fn number(&self, column: &str) -> Option<f64> {
        // Minus zero becomes zero.
        self.text(column)?.parse().ok().map(|x: f64| x + 0.0)
    }

    /// The cell as a number, 0 when it is blank.
    pub fn number_or_zero(&self, column: &str) -> f64 {
        self.number(column).unwrap_or(0.0)
    }

    /// The cell as a whole number, 0 when it is blank.
    pub fn whole(&self, column: &str) -> u32 {
        self.text(column).and_then(|t| t.parse().ok()).unwrap_or(0)
    }

    /// The cell as a flag, off when blank.
    pub fn flag(&self, column: &str) -> bool {
        self.text(column) == Some("1")
    }

    /// The parts between `;`, trimmed, blanks dropped.
    pub fn list(&self, column: &str) -> Vec<&str> {
        split(self.word(column))
    }

    /// The numbers between `;`.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.list(column).iter().filter_map(|t| t.parse().ok()).collect()
    }

    /// Whether the cell is filled in the file itself.
    pub fn has(&self, column: &str) -> bool {
        self.table.column(column).is_some_and(|i| self.cells[i].is_some())
    }

    /// Number of number cells that the row fills, without its own ranges.
    pub fn figures(&self) -> usize {
        self.table
            .columns
            .iter()
            .zip(&self.cells)
            .filter(|(c, cell)| {
                cell.is_some()
                    && matches!(c.kind, Kind::Number(..) | Kind::Whole(..) | Kind::Numbers(..))
                    && !matches!(c.name, "low" | "high" | "lat" | "lon" | "priority" | "max_level")
                    && !c.name.contains("_low")
                    && !c.name.contains("_high")
            })
            .count()
    }

    /// The content of the row, column by column, in canonical form. Cells that are blank or equal to their
    /// default are left out, so a new column changes no row that does not use it.
    pub(crate) fn canonical(&self) -> Vec<(&'static str, String)> {
        let number =
            |text: &str| text.parse().map_or(text.into(), |x: f64| format!("{:?}", x + 0.0));
        let of = |kind: Kind, text: &str| match kind {
            Kind::Number(..) | Kind::Whole(..) => number(text),
            Kind::Numbers(..) => split(text).into_iter().map(number).collect::<Vec<_>>().join(";"),
            Kind::Refs(_) | Kind::Hs => split(text).join(";"),
            _ => text.to_string(),
        };
        let said = |(column, cell): (&Column, &Option<String>)| {
            let value = of(column.kind, cell.as_deref()?);
            let default = match column.need {
                Need::Default(default) => Some(of(column.kind, default)),
                _ => None,
            };
            (default.as_ref() != Some(&value)).then_some((column.name, value))
        };
        self.table.columns.iter().zip(&self.cells).filter_map(said).collect()
    }

    /// A note placed at a column of this row.
    pub fn note(&self, column: &str, message: impl Into<String>) -> Note {
        let i = self.table.column(column).expect("columns are named as declared");
        Note::new(&self.file, self.line, self.columns[i], message)
    }

    /// A problem placed at a column of this row.
    pub fn problem(
        &self,
        code: problem::Code,
        column: &str,
        message: impl Into<String>,
    ) -> Problem {
        let i = self.table.column(column).expect("columns are named as declared");
        Problem::new(code, message).at(&self.file, self.line, self.columns[i])
    }
}

/// The parts between `;`, trimmed, blanks dropped.
pub fn split(list: &str) -> Vec<&str> {
    list.split(';').map(str::trim).filter(|p| !p.is_empty()).collect()
}

/// More rows than this in one table are refused.
pub const MAX_ROWS: usize = 100_000;
/// Files larger than this are refused.
pub const MAX_BYTES: usize = 64 << 20;

/// Reads a table from a file that holds it alone, as text or as a workbook. Cells that break their
/// column's rule are reported and left blank; values that are not read as written are noted.
pub fn read(
    table: &'static Table,
    file: &str,
    bytes: &[u8],
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) -> Vec<Row> {
    match Grid::from_file(table, file, bytes, problems, notes) {
        Some(grid) => rows(table, grid, problems, notes),
        None => Vec::new(),
    }
}

/// Reads a table from a sheet of a workbook.
pub(crate) fn read_sheet(
    table: &'static Table,
    book: &mut Workbook,
    sheet: &str,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) -> Vec<Row> {
    match book.grid(table, sheet, problems, notes) {
        Some(grid) => rows(table, grid, problems, notes),
        None => Vec::new(),
    }
}

/// The notes that reading a table would give, for callers that have its rows from elsewhere.
pub fn notes(table: &'static Table, file: &str, bytes: &[u8]) -> Vec<Note> {
    let mut notes = Vec::new();
    read(table, file, bytes, &mut Vec::new(), &mut notes);
    notes
}

fn rows(
    table: &'static Table,
    mut grid: Grid,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) -> Vec<Row> {
    let columns = header::read(table, &grid, problems, notes);
    without_decimals(table, &columns, &mut grid);
    let marks = Marks::of(table, &columns, &grid);
    if let Some(message) = grid::dialect(grid.separator, marks.decimal == cells::Decimal::Comma) {
        notes.push(Note::new(&grid.file, 0, 0, message));
    }
    let sheet = Sheet { table, columns: columns.into(), file: grid.file.as_str().into(), marks };
    let mut rows = Vec::with_capacity(grid.rows.len());
    for record in &grid.rows {
        rows.extend(sheet.read(record, grid.header.cells.len(), problems));
    }
    if table.required && grid.rows.is_empty() {
        problems.push(
            Problem::new(problem::EMPTY, format!("{} has no rows", grid.file))
                .at(&grid.file, 0, 0)
                .hint(format!("at least one row is needed: {}", table.doc)),
        );
    }
    unique_ids(&rows, problems);
    rows
}

/// Removes the decimals of names that a program took for numbers, all of a column as `1.0`.
fn without_decimals(table: &Table, columns: &[usize], grid: &mut Grid) {
    for (column, &at) in table.columns.iter().zip(columns) {
        let names = matches!(
            column.kind,
            Kind::Id | Kind::Label | Kind::Ref(_) | Kind::Refs(_) | Kind::Form
        );
        let filled = |r: &Record| at > 0 && r.cells.get(at - 1).is_some_and(|c| !c.is_empty());
        let whole = |r: &Record| !filled(r) || cells::whole_digits(&r.cells[at - 1]).is_some();
        if !names || !grid.rows.iter().any(filled) || !grid.rows.iter().all(whole) {
            continue;
        }
        for row in grid.rows.iter_mut().filter(|r| filled(r)) {
            let cell = &mut row.cells[at - 1];
            *cell = cells::whole_digits(cell).unwrap_or(cell).to_string();
        }
    }
}

/// Data that all rows of a file share.
struct Sheet {
    table: &'static Table,
    /// Column numbers (from 1, 0 for absent) in the order of the declaration.
    columns: Arc<[usize]>,
    file: Arc<str>,
    marks: Marks,
}

impl Sheet {
    /// A record as a row. Blank cells beyond the header are ignored; blank cells at the end that
    /// need no value may be left out, as spreadsheets do. Any other number of cells is a problem,
    /// and so is a shorter row with a fault: its cells are probably shifted.
    fn read(&self, record: &Record, wants: usize, problems: &mut Vec<Problem>) -> Option<Row> {
        let has = record.cells.len();
        let said = record.cells.iter().rposition(|c| !c.is_empty()).map_or(0, |i| i + 1);
        let needed = |i: usize| {
            let column = self.columns.iter().position(|at| *at == i + 1);
            column.is_some_and(|c| self.table.columns[c].need == Need::Required)
        };
        let mut faults = Vec::new();
        if said <= wants && (has..wants).all(|i| !needed(i)) {
            let row = self.row(record, &mut faults);
            if has >= wants || faults.is_empty() {
                problems.append(&mut faults);
                return Some(row);
            }
        }
        problems.push(
            Problem::new(
                problem::CELL_COUNT,
                format!("the row has {has} cells, the header {wants}"),
            )
            .at(&self.file, record.line, has.min(wants) + 1)
            .hint("put values that contain a comma between double quotes"),
        );
        // Of the tables of others the caller leaves out the row alone.
        self.table.is_of_others().then(|| self.row(record, &mut faults))
    }

    fn row(&self, record: &Record, problems: &mut Vec<Problem>) -> Row {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (column, &at) in self.table.columns.iter().zip(&*self.columns) {
            let value = if at == 0 { None } else { record.cells.get(at - 1) };
            let value = value.map_or("", String::as_str);
            if value.is_empty() {
                if at > 0 && column.need == Need::Required {
                    problems.push(
                        Problem::new(problem::VALUE_MISSING, format!("`{}` is blank", column.name))
                            .at(&self.file, record.line, at)
                            .hint(column.doc),
                    );
                }
                cells.push(None);
                continue;
            }
            match cells::read(column, value, self.marks) {
                Ok(read) => cells.push(Some(read)),
                Err(problem) => {
                    problems.push(problem.at(&self.file, record.line, at));
                    cells.push(None);
                }
            }
        }
        Row {
            table: self.table,
            file: self.file.clone(),
            line: record.line,
            cells,
            columns: self.columns.clone(),
        }
    }
}

fn unique_ids(rows: &[Row], problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        if row.table.column("id").is_none() || !row.has("id") {
            continue;
        }
        let id = row.word("id");
        if let Some(first) = seen.get(id) {
            problems.push(
                row.problem(problem::ID_TWICE, "id", format!("id `{id}` is defined twice"))
                    .hint(format!("it is first defined in row {first}")),
            );
        } else {
            seen.insert(id, row.line);
        }
    }
}

/// Tables of which rows may be missing because the file, its header or a row could not be read:
/// references to them are not reported.
pub fn incomplete(
    files: &BTreeMap<&'static str, String>,
    problems: &[Problem],
) -> BTreeSet<&'static str> {
    let loses_rows = |p: &Problem| {
        use problem::*;
        [
            FILE_MISSING,
            NOT_TEXT,
            TOO_LARGE,
            EMPTY,
            COLUMN_MISSING,
            COLUMN_UNKNOWN,
            CELL_COUNT,
            ID_TWICE,
            BAD_ID,
            VALUE_MISSING,
            QUOTE,
            WORKBOOK,
            GIVEN_TWICE,
        ]
        .contains(&p.code)
    };
    files
        .iter()
        .filter(|(_, file)| {
            let here = |p: &&Problem| p.at.as_ref().is_some_and(|at| at.file == **file);
            problems.iter().filter(here).any(loses_rows)
        })
        .map(|(table, _)| *table)
        .collect()
}

/// Checks that every `Ref` and `Refs` cell names a row of its table.
pub fn check_references(
    tables: &BTreeMap<&'static str, Vec<Row>>,
    incomplete: &BTreeSet<&'static str>,
    problems: &mut Vec<Problem>,
) {
    let ids: BTreeMap<&str, BTreeSet<&str>> = tables
        .iter()
        .map(|(name, rows)| {
            let named = |r: &&Row| r.table.column("id").is_some();
            (*name, rows.iter().filter(named).filter_map(|r| r.text("id")).collect())
        })
        .collect();
    let empty = BTreeSet::new();
    for row in tables.values().flatten() {
        for column in row.table.columns {
            let (target, list) = match column.kind {
                Kind::Ref(target) => (target, vec![row.word(column.name)]),
                Kind::Refs(target) => (target, row.list(column.name)),
                _ => continue,
            };
            if incomplete.contains(target) {
                continue;
            }
            let known = ids.get(target).unwrap_or(&empty);
            for id in list.into_iter().filter(|id| !id.is_empty() && !known.contains(id)) {
                problems.push(unknown(row, column.name, target, id, tables, known));
            }
        }
    }
}

fn unknown(
    row: &Row,
    column: &str,
    target: &str,
    id: &str,
    tables: &BTreeMap<&'static str, Vec<Row>>,
    known: &BTreeSet<&str>,
) -> Problem {
    let what = target.strip_suffix('s').unwrap_or(target);
    let problem =
        row.problem(problem::ID_UNKNOWN, column, format!("unknown {what} `{}`", shown(id)));
    let hint = nearest(id, known.iter().copied()).map(|near| {
        let name = tables[target]
            .iter()
            .find(|r| r.text("id") == Some(near))
            .filter(|r| r.table.column("name").is_some())
            .map(|r| r.word("name").to_string())
            .filter(|n| !n.is_empty())
            .map(|n| format!(" ({n})"))
            .unwrap_or_default();
        format!("did you mean `{near}`{name}? {target} are defined in {target}.csv")
    });
    problem.hint(hint.unwrap_or_else(|| format!("{target} are defined in {target}.csv")))
}
