//! Workbooks (`.xlsx`): each sheet a table, read as it is.

use std::io::Cursor;

use calamine::{CellErrorType, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::grid::Grid;
use super::records::Record;
use super::{MAX_BYTES, MAX_ROWS, Table};
use crate::problem::{self, Note, Problem, shown};

/// More columns than any table has; cells farther right are not read but reported.
const MOST_COLUMNS: u32 = 1_000;
/// A workbook whose unpacked size is larger is refused.
const MOST_UNPACKED: u64 = 512 << 20;

/// Whether bytes are a workbook (or another archive): a table as text cannot start like this.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || is_old(bytes)
}

/// A workbook of the years before `.xlsx`, or one with a password.
fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// An open workbook.
pub struct Workbook {
    file: String,
    xlsx: Xlsx<Cursor<Vec<u8>>>,
}

impl Workbook {
    /// Opens a workbook; one that cannot be read is a problem.
    pub fn open(file: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<Workbook> {
        let mut refuse = |code, message: String, hint: &str| {
            problems.push(Problem::new(code, message).at(file, 0, 0).hint(hint));
            None
        };
        let again = "save it as .xlsx (Excel workbook), without a password";
        if is_old(bytes) {
            let message =
                "old .xls workbooks and workbooks with a password are not read".to_string();
            return refuse(problem::WORKBOOK, message, again);
        }
        if bytes.len() > MAX_BYTES || unpacked(bytes).is_some_and(|n| n > MOST_UNPACKED) {
            let message = "the workbook is too large".to_string();
            return refuse(problem::TOO_LARGE, message, "split it, or save its sheets as CSV");
        }
        match guarded(|| Xlsx::new(Cursor::new(bytes.to_vec())).map_err(|e| e.to_string())) {
            Ok(xlsx) => Some(Workbook { file: file.to_string(), xlsx }),
            Err(e) => refuse(problem::WORKBOOK, format!("it is not an .xlsx workbook: {e}"), again),
        }
    }

    /// Names of its sheets, in order.
    pub fn sheets(&self) -> Vec<String> {
        self.xlsx.sheet_names()
    }

    /// A sheet, as named in problems.
    pub fn place(&self, sheet: &str) -> String {
        format!("{}!{sheet}", self.file)
    }

    /// The grid of the only sheet, or of the one that has the table's name.
    pub(super) fn only(
        mut self,
        table: &Table,
        problems: &mut Vec<Problem>,
        notes: &mut Vec<Note>,
    ) -> Option<Grid> {
        let sheets = self.sheets();
        let named = sheets.iter().find(|s| is_named(s, table.name)).cloned();
        let filled: Vec<String> = match named {
            Some(sheet) => vec![sheet],
            None => sheets.iter().filter(|s| self.is_filled(s)).cloned().collect(),
        };
        let [sheet] = &filled[..] else {
            let message = match filled.len() {
                0 => "the workbook is empty".to_string(),
                n => format!("the workbook has {n} sheets: {}", filled.join(", ")),
            };
            problems.push(
                Problem::new(problem::WORKBOOK, message)
                    .at(&self.file, 0, 0)
                    .hint(format!("keep one sheet, or call the one to read `{}`", table.name)),
            );
            return None;
        };
        self.grid(table, sheet, problems, notes)
    }

    /// The grid of a sheet.
    pub(super) fn grid(
        &mut self,
        table: &Table,
        sheet: &str,
        problems: &mut Vec<Problem>,
        notes: &mut Vec<Note>,
    ) -> Option<Grid> {
        let place = self.place(sheet);
        let records = self.records(sheet, problems)?;
        Grid::from_records(table, &place, None, records, problems, notes)
    }

    /// Whether a sheet holds anything.
    pub fn is_filled(&mut self, sheet: &str) -> bool {
        self.records(sheet, &mut Vec::new()).is_none_or(|r| r.iter().any(|r| !r.is_blank()))
    }

    /// The rows of a sheet that hold anything, as text.
    pub(crate) fn records(
        &mut self,
        sheet: &str,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<Record>> {
        let place = self.place(sheet);
        let before = problems.len();
        let xlsx = &mut self.xlsx;
        let outcome = guarded(|| rows(xlsx, sheet, &place, problems).map_err(|e| e.to_string()));
        if let Err(e) = outcome.as_ref() {
            problems.push(
                Problem::new(problem::WORKBOOK, format!("the sheet cannot be read: {e}"))
                    .at(&place, 0, 0)
                    .hint("open the workbook in a spreadsheet and save it again"),
            );
        }
        outcome.ok().filter(|_| problems.len() == before)
    }
}

/// Runs the reader of workbooks. A panic on a broken one becomes an error.
fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .unwrap_or_else(|_| Err("its parts are inconsistent".to_string()))
}

/// Whether a sheet is that of a table. Spreadsheets do not distinguish `Links` from `links`.
pub fn is_named(sheet: &str, table: &str) -> bool {
    sheet.trim().eq_ignore_ascii_case(table)
}

/// The unpacked size that the archive declares.
fn unpacked(bytes: &[u8]) -> Option<u64> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut sum: u64 = 0;
    for i in 0..archive.len() {
        sum = sum.saturating_add(archive.by_index_raw(i).ok()?.size());
    }
    Some(sum)
}

fn rows(
    xlsx: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    place: &str,
    problems: &mut Vec<Problem>,
) -> Result<Vec<Record>, XlsxError> {
    let mut reader = xlsx.worksheet_cells_reader(sheet)?;
    let mut found: Vec<(usize, Vec<String>)> = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula()? {
        let (row, column) = (cell.pos.0 as usize + 1, cell.pos.1 as usize + 1);
        let text = match text(&cell.value) {
            Ok(text) if text.is_empty() && cell.formula.is_some() => {
                Err("the cell has a formula without a value".to_string())
            }
            other => other,
        };
        let text = match text {
            Ok(text) if text.is_empty() => continue,
            Ok(text) if cell.pos.1 < MOST_COLUMNS => text,
            Ok(_) => {
                problems.push(
                    Problem::new(problem::TOO_LARGE, "the cell is too far right of the table")
                        .at(place, row, column)
                        .hint("remove it"),
                );
                break;
            }
            Err(message) => {
                problems.push(
                    Problem::new(problem::WORKBOOK, message)
                        .at(place, row, column)
                        .hint("write the value itself, or let a spreadsheet compute and save it"),
                );
                continue;
            }
        };
        if found.last().is_none_or(|(r, _)| *r != row) {
            // One row more than is allowed, for the reader of tables to report; and its header.
            if found.len() > MAX_ROWS + 1 {
                break;
            }
            found.push((row, Vec::new()));
        }
        if let Some((_, cells)) = found.last_mut() {
            cells.resize(cells.len().max(column), String::new());
            cells[column - 1] = text;
        }
    }
    let width = found.iter().map(|(_, c)| c.len()).max().unwrap_or(0);
    found.sort_by_key(|(row, _)| *row);
    Ok(found
        .into_iter()
        .map(|(row, mut cells)| {
            cells.resize(width, String::new());
            Record::new(row, cells)
        })
        .collect())
}

/// A cell as its text would be in a CSV file: whole numbers without a point, dates as
/// YYYY-MM-DD.
fn text(value: &DataRef) -> Result<String, String> {
    match value {
        DataRef::Int(i) => Ok(i.to_string()),
        DataRef::Float(x) => Ok(number(*x)),
        DataRef::String(s) => Ok(s.trim().to_string()),
        DataRef::SharedString(s) => Ok(s.trim().to_string()),
        DataRef::Bool(b) => Ok(if *b { "TRUE" } else { "FALSE" }.to_string()),
        DataRef::DateTime(d) => date(d),
        DataRef::DateTimeIso(s) => Ok(s.trim_end_matches("T00:00:00").to_string()),
        DataRef::DurationIso(s) => Err(format!("the cell is a time, `{}`", shown(s))),
        DataRef::Error(e) => Err(format!("the cell is an error, {}", error(e))),
        DataRef::Empty => Ok(String::new()),
    }
}

fn number(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < 1e15 { format!("{x:.0}") } else { x.to_string() }
}

fn date(d: &ExcelDateTime) -> Result<String, String> {
    let (year, month, day, hour, minute, second, _) = d.to_ymd_hms_milli();
    if !d.is_datetime() || d.as_f64() < 1.0 || (hour, minute, second) != (0, 0, 0) {
        return Err("the cell is a time of day, not text".to_string());
    }
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

fn error(e: &CellErrorType) -> String {
    e.to_string()
}
