//! A table as it is in a file or a sheet: a header and records of text, not yet checked.

use super::records::{Record, records};
use super::{MAX_ROWS, Table, decode, workbook};
use crate::problem::{self, Note, Problem, shown};

/// A header and the records below it, without blank rows and comments.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    /// The file or the sheet, as named in problems.
    pub file: String,
    /// The separator of the cells; none in a workbook.
    pub separator: Option<char>,
    /// Names of the columns.
    pub header: Record,
    /// The rows.
    pub rows: Vec<Record>,
}

impl Grid {
    /// A table's grid from the bytes of a file that holds it alone: text or a workbook.
    pub fn from_file(
        table: &Table,
        file: &str,
        bytes: &[u8],
        problems: &mut Vec<Problem>,
        notes: &mut Vec<Note>,
    ) -> Option<Grid> {
        if workbook::is_workbook(bytes) {
            return workbook::Workbook::open(file, bytes, problems)?.only(table, problems, notes);
        }
        let text = decode::as_text(file, bytes, problems, notes)?;
        Grid::from_text(table, file, &text, problems, notes)
    }

    fn from_text(
        table: &Table,
        file: &str,
        text: &str,
        problems: &mut Vec<Problem>,
        notes: &mut Vec<Note>,
    ) -> Option<Grid> {
        let (declared, skipped) = declared_separator(text);
        let separator = declared.unwrap_or_else(|| separator(table, text));
        // Lines are counted from the top of the file, the `sep=` line included.
        let body = &text[skipped..];
        let mut all = match records(body, separator, table.is_of_others()) {
            Ok(all) => all,
            Err(line) => {
                problems.push(
                    Problem::new(problem::QUOTE, "a quotation mark is opened and never closed")
                        .at(file, line + usize::from(skipped > 0), 0)
                        .hint("close it, or write it twice where the text itself has one"),
                );
                return None;
            }
        };
        if skipped > 0 {
            all.iter_mut().for_each(|r| r.line += 1);
        }
        Grid::from_records(table, file, Some(separator), all, problems, notes)
    }

    /// The first record that is not blank or a comment is the header.
    pub fn from_records(
        table: &Table,
        file: &str,
        separator: Option<char>,
        records: Vec<Record>,
        problems: &mut Vec<Problem>,
        notes: &mut Vec<Note>,
    ) -> Option<Grid> {
        let mut said = records.into_iter().filter(|r| !r.is_blank()).peekable();
        while said.next_if(|r| r.comment).is_some() {}
        let Some(header) = said.next() else {
            let names: Vec<&str> = table.columns.iter().map(|c| c.name).collect();
            problems.push(
                Problem::new(problem::EMPTY, format!("{file} is empty"))
                    .at(file, 0, 0)
                    .hint(format!("it starts with a header row: {}", names.join(","))),
            );
            return None;
        };
        let (comments, rows): (Vec<Record>, Vec<Record>) = said.partition(|r| r.comment);
        let mut grid = Grid { file: file.to_string(), separator, header, rows };
        grid.note_comments(&comments, notes);
        if grid.rows.len() > MAX_ROWS {
            let line = grid.rows[MAX_ROWS].line;
            problems.push(
                Problem::new(problem::TOO_LARGE, format!("{file} has more than {MAX_ROWS} rows"))
                    .at(file, line, 0),
            );
            grid.rows.truncate(MAX_ROWS);
        }
        Some(grid)
    }

    /// A comment that has the form of a row may be one whose first value starts with `#`.
    fn note_comments(&self, comments: &[Record], notes: &mut Vec<Note>) {
        let width = self.header.cells.len();
        let rows: Vec<&Record> = comments
            .iter()
            .filter(|r| width > 1 && r.cells.len() == width && !r.cells[1].is_empty())
            .collect();
        if let Some(first) = rows.first() {
            let message = match rows.len() {
                1 => "the row starts with `#` and is taken as a comment".to_string(),
                n => format!("{n} rows start with `#` and are taken as comments, this one first"),
            };
            notes.push(Note::new(&self.file, first.line, 1, message));
        }
    }
}

/// The header of a table, and its rows with the lines that they begin at.
pub type Cells = (Vec<String>, Vec<(usize, Vec<String>)>);

/// The header of a table, and its rows with the lines they begin at, as text that is not checked.
pub fn cells(table: &Table, file: &str, bytes: &[u8]) -> Result<Cells, Vec<Problem>> {
    let mut problems = Vec::new();
    let grid = Grid::from_file(table, file, bytes, &mut problems, &mut Vec::new());
    let grid = grid.filter(|_| problems.is_empty()).ok_or(problems)?;
    let rows = grid.rows.into_iter().map(|record| (record.line, record.cells)).collect();
    Ok((grid.header.cells, rows))
}

/// The separator that a first line `sep=;` declares, as spreadsheets write it, and the start of the rest
/// of the text.
fn declared_separator(text: &str) -> (Option<char>, usize) {
    let upto = text.find(['\n', '\r']).unwrap_or(text.len());
    let line = text[..upto].trim_matches('"');
    let declared = line.strip_prefix("sep=").or(line.strip_prefix("SEP="));
    let known = declared.and_then(|t| [',', ';', '\t'].into_iter().find(|s| t == s.to_string()));
    match known {
        Some(s) => {
            let rest = &text[upto..];
            let end = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
            (Some(s), upto + end)
        }
        None => (None, 0),
    }
}

/// The separator of the cells: the one with which the header has the most known columns.
fn separator(table: &Table, text: &str) -> char {
    let mut lines = text.split(['\n', '\r']).map(|l| l.trim_start_matches(['"', ' ', '\u{feff}']));
    let said = |l: &&str| !l.starts_with('#') && l.chars().any(|c| !",;\t \"".contains(c));
    let header = lines.find(said).unwrap_or("");
    let known = |s: &char| {
        let named = |c: &str| table.meant(c.trim().trim_matches('"').trim()).is_some();
        header.split(*s).filter(|c| named(c)).count()
    };
    // Of equals the first is taken, and the comma comes first.
    [',', ';', '\t'].into_iter().rev().max_by_key(known).unwrap_or(',')
}

/// The description of a dialect in a note.
pub(super) fn dialect(separator: Option<char>, decimal_comma: bool) -> Option<String> {
    let between = match separator {
        Some(';') => Some("semicolons between the columns"),
        Some('\t') => Some("tabs between the columns"),
        _ => None,
    };
    let decimal = decimal_comma.then_some("decimal commas");
    let parts: Vec<&str> = between.into_iter().chain(decimal).collect();
    (!parts.is_empty()).then(|| format!("read with {}", parts.join(" and ")))
}

/// The name of a column in a message.
pub(super) fn column_name(name: &str, column: usize) -> String {
    if name.is_empty() {
        format!("column {column}, which has no name,")
    } else {
        format!("column `{}`", shown(name))
    }
}
