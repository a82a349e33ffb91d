//! Reading one CSV table by its declared columns, with every problem found and placed.
//!
//! In: bytes and a [`Table`]. Out: [`Row`]s whose cells are known to be well formed, or problems.
//! The same declarations make the reference page, so the two cannot disagree.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::{self, Problem, nearest, shown};

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A name unique within the table: letters, digits, `_`, `-`, `.`.
    Id,
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
    /// A value with a small grammar of its own, explained in the column's text.
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
    /// What its cells hold.
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
    /// What a row is.
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
    /// Line in the file, from 1.
    pub line: usize,
    cells: Vec<Option<String>>,
    columns: Vec<usize>,
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
        self.text(column)?.parse().ok()
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

    /// How many number cells the row fills, without its own ranges.
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

    /// A problem placed at a column of this row.
    pub fn problem(
        &self,
        code: problem::Code,
        column: &str,
        message: impl Into<String>,
    ) -> Problem {
        let i = self.table.column(column).expect("columns are named as declared");
        Problem::new(code, message).at(&self.table.file(), self.line, self.columns[i])
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

/// Decodes a file's bytes as UTF-8, without a byte-order mark.
pub fn as_text<'a>(file: &str, bytes: &'a [u8], problems: &mut Vec<Problem>) -> Option<&'a str> {
    if bytes.len() > MAX_BYTES {
        problems.push(
            Problem::new(problem::TOO_LARGE, format!("{} MiB is too large", bytes.len() >> 20))
                .at(file, 0, 0)
                .hint(format!("a scenario file may have {} MiB", MAX_BYTES >> 20)),
        );
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        outcome => {
            let upto = outcome.err().map_or_else(
                || bytes.iter().position(|&b| b == 0).unwrap_or(0),
                |e| e.valid_up_to(),
            );
            let line = bytes[..upto].iter().filter(|&&b| b == b'\n').count() + 1;
            problems.push(
                Problem::new(problem::NOT_TEXT, "the file is not UTF-8 text")
                    .at(file, line, 0)
                    .hint("save it as UTF-8 (a spreadsheet calls it `CSV UTF-8`)"),
            );
            None
        }
    }
}

/// Reads a table. Cells that break their column's rule are reported and left blank.
pub fn read(table: &'static Table, bytes: &[u8], problems: &mut Vec<Problem>) -> Vec<Row> {
    let file = table.file();
    let Some(text) = as_text(&file, bytes, problems) else { return Vec::new() };
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(h) if h.iter().any(|c| !c.is_empty()) => h.clone(),
        _ => {
            problems.push(
                Problem::new(problem::EMPTY, format!("{file} is empty"))
                    .at(&file, 0, 0)
                    .hint(format!("it starts with a header row: {}", names(table).join(","))),
            );
            return Vec::new();
        }
    };
    let Some(columns) = read_header(table, &header, problems) else { return Vec::new() };
    let mut rows = Vec::new();
    for record in reader.records() {
        let Ok(record) = record else { continue };
        let line = record.position().map_or(0, |p| p.line() as usize);
        if rows.len() == MAX_ROWS {
            problems.push(
                Problem::new(problem::TOO_LARGE, format!("{file} has more than {MAX_ROWS} rows"))
                    .at(&file, line, 0),
            );
            break;
        }
        if record.len() != header.len() {
            problems.push(
                Problem::new(
                    problem::CELL_COUNT,
                    format!("the row has {} cells, the header {}", record.len(), header.len()),
                )
                .at(&file, line, record.len().min(header.len()) + 1)
                .hint("put values that contain a comma between double quotes"),
            );
            continue;
        }
        rows.push(read_row(table, &columns, line, &record, problems));
    }
    if table.required && rows.is_empty() {
        problems.push(
            Problem::new(problem::EMPTY, format!("{file} has no rows"))
                .at(&file, 0, 0)
                .hint(format!("at least one row is needed: {}", table.doc)),
        );
    }
    unique_ids(&rows, problems);
    rows
}

/// Column numbers (from 1, 0 for absent) in the order of the declaration.
fn read_header(
    table: &'static Table,
    header: &csv::StringRecord,
    problems: &mut Vec<Problem>,
) -> Option<Vec<usize>> {
    let file = table.file();
    let mut columns = vec![0; table.columns.len()];
    for (i, name) in header.iter().enumerate() {
        match table.column(name) {
            Some(c) if columns[c] == 0 => columns[c] = i + 1,
            Some(_) => {
                problems.push(
                    Problem::new(problem::COLUMN_TWICE, format!("column `{name}` appears twice"))
                        .at(&file, 1, i + 1),
                )
            }
            None if name.contains(';') || name.contains('\t') => {
                problems.push(
                    Problem::new(
                        problem::COLUMN_UNKNOWN,
                        format!("unknown column `{}`", shown(name)),
                    )
                    .at(&file, 1, i + 1)
                    .hint("separate columns by commas, not by semicolons or tabs"),
                );
                return None;
            }
            None => problems.push(
                Problem::new(problem::COLUMN_UNKNOWN, format!("unknown column `{}`", shown(name)))
                    .at(&file, 1, i + 1)
                    .hint(match nearest(name, names(table)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("{file} has the columns {}", names(table).join(", ")),
                    }),
            ),
        }
    }
    for (c, column) in table.columns.iter().enumerate() {
        if columns[c] == 0 && column.need == Need::Required {
            problems.push(
                Problem::new(
                    problem::COLUMN_MISSING,
                    format!("column `{}` is missing", column.name),
                )
                .at(&file, 1, 0)
                .hint(column.doc),
            );
        }
    }
    Some(columns)
}

fn names(table: &'static Table) -> Vec<&'static str> {
    table.columns.iter().map(|c| c.name).collect()
}

fn read_row(
    table: &'static Table,
    columns: &[usize],
    line: usize,
    record: &csv::StringRecord,
    problems: &mut Vec<Problem>,
) -> Row {
    let mut cells = Vec::with_capacity(columns.len());
    for (column, &at) in table.columns.iter().zip(columns) {
        let value = if at == 0 { "" } else { record.get(at - 1).unwrap_or("") };
        if value.is_empty() {
            if at > 0 && column.need == Need::Required {
                problems.push(
                    Problem::new(problem::VALUE_MISSING, format!("`{}` is blank", column.name))
                        .at(&table.file(), line, at)
                        .hint(column.doc),
                );
            }
            cells.push(None);
            continue;
        }
        match fault(column, value) {
            None => cells.push(Some(value.to_string())),
            Some(problem) => {
                problems.push(problem.at(&table.file(), line, at));
                cells.push(None);
            }
        }
    }
    Row { table, line, cells, columns: columns.to_vec() }
}

/// What is wrong with a value by the rule of its column, if anything.
fn fault(column: &Column, value: &str) -> Option<Problem> {
    let name = column.name;
    match column.kind {
        Kind::Id => {
            let good = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
            (value.len() > 64 || !value.chars().all(good)).then(|| {
                Problem::new(problem::BAD_ID, format!("`{}` cannot be an id", shown(value)))
                    .hint("ids are at most 64 letters, digits, `_`, `-` and `.`")
            })
        }
        Kind::Number(low, high) => number_fault(column, value, low, high),
        Kind::Numbers(low, high) => {
            split(value).into_iter().find_map(|v| number_fault(column, v, low, high))
        }
        Kind::Whole(low, high) => match value.parse::<u32>() {
            Ok(n) if (low..=high).contains(&n) => None,
            Ok(n) => Some(out_of_range(column, &n.to_string(), f64::from(low), f64::from(high))),
            Err(_) => number_fault(column, value, f64::from(low), f64::from(high)).or_else(|| {
                Some(
                    Problem::new(problem::NOT_A_NUMBER, format!("`{name}` is `{}`", shown(value)))
                        .hint("write a whole number"),
                )
            }),
        },
        Kind::Flag => (!matches!(value, "0" | "1")).then(|| {
            Problem::new(problem::NOT_A_CHOICE, format!("`{name}` is `{}`", shown(value)))
                .hint("write 1 for yes or 0 for no")
        }),
        Kind::Choice(words) => (!words.contains(&value)).then(|| {
            Problem::new(problem::NOT_A_CHOICE, format!("`{name}` is `{}`", shown(value))).hint(
                match nearest(value, words.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`? allowed: {}", words.join(", ")),
                    None => format!("allowed: {}", words.join(", ")),
                },
            )
        }),
        Kind::Date => value.parse::<jiff::civil::Date>().err().map(|_| {
            Problem::new(problem::MALFORMED, format!("`{name}` is `{}`", shown(value)))
                .hint("write a date as YYYY-MM-DD")
        }),
        Kind::Text | Kind::Form | Kind::Ref(_) | Kind::Refs(_) => None,
    }
}

fn number_fault(column: &Column, value: &str, low: f64, high: f64) -> Option<Problem> {
    match value.parse::<f64>() {
        Ok(x) if x.is_finite() && (low..=high).contains(&x) => None,
        Ok(x) if x.is_finite() => Some(out_of_range(column, value, low, high)),
        Ok(_) => Some(
            Problem::new(problem::OUT_OF_RANGE, format!("`{}` is {}", column.name, shown(value)))
                .hint("write a finite number"),
        ),
        Err(_) => {
            let with_point = value.replace(',', ".");
            let hint = if with_point.parse::<f64>().is_ok() && value.contains(',') {
                "write numbers with a decimal point and without thousands separators".to_string()
            } else if column.unit.len() > 1 {
                format!("write a plain number in {}", column.unit)
            } else {
                "write a plain number".to_string()
            };
            Some(
                Problem::new(
                    problem::NOT_A_NUMBER,
                    format!("`{}` is `{}`, not a number", column.name, shown(value)),
                )
                .hint(hint),
            )
        }
    }
}

fn out_of_range(column: &Column, value: &str, low: f64, high: f64) -> Problem {
    let unit = if column.unit == "-" { "" } else { column.unit };
    Problem::new(problem::OUT_OF_RANGE, format!("`{}` is {}", column.name, shown(value)))
        .hint(format!("it may be from {low} to {high} {unit}").trim_end().to_string())
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
/// what refers to them is not blamed for it.
pub fn incomplete(tables: &[&Table], problems: &[Problem]) -> BTreeSet<&'static str> {
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
        ]
        .contains(&p.code)
    };
    tables
        .iter()
        .filter(|t| {
            let here = |p: &&Problem| p.at.as_ref().is_some_and(|at| at.file == t.file());
            problems.iter().filter(here).any(loses_rows)
        })
        .map(|t| t.name)
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
