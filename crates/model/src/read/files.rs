//! The files of a scenario: a folder of CSV tables, a workbook, or both.

use std::collections::BTreeMap;
use std::path::Path;

use super::Read;
use crate::problem::{self, Note, Problem};
use crate::table::{Table, Workbook, cells, is_named};
use crate::tables;

/// The workbook that a scenario folder may hold.
pub const WORKBOOK: &str = "scenario.xlsx";
/// The settings of a scenario folder.
pub const SETTINGS: &str = "scenario.toml";

/// File names inside a scenario folder, and their bytes.
#[derive(Debug, Clone, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

/// A table as text, not checked.
#[derive(Debug, Clone)]
pub struct TableCells {
    /// Its declaration.
    pub table: &'static Table,
    /// Names of its columns, as written.
    pub header: Vec<String>,
    /// Its rows with the lines that they begin at.
    pub rows: Vec<(usize, Vec<String>)>,
}

impl Files {
    /// Divides one text into files at lines `=== name`, the form of the test corpora.
    pub fn from_bundle(bytes: &[u8]) -> Files {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut name = String::new();
        for line in bytes.split_inclusive(|&b| b == b'\n') {
            match line.strip_prefix(b"=== ") {
                Some(rest) => {
                    name = String::from_utf8_lossy(rest).trim().to_string();
                    files.insert(name.clone(), Vec::new());
                }
                None => files.entry(name.clone()).or_default().extend_from_slice(line),
            }
        }
        Files(files)
    }

    /// Reads the files of a scenario that Trimodal knows.
    pub fn from_folder(folder: &Path) -> Result<Files, Vec<Problem>> {
        Files::read(folder).0
    }

    /// Reads the files of a scenario: those of a folder that Trimodal knows, or a workbook with
    /// the `scenario.toml` beside it. Tables that are present but not read are noted.
    pub fn read(path: &Path) -> Read<Files> {
        if path.is_file() && is_workbook_name(&name_of(path)) {
            return (of_workbook(path), Vec::new());
        }
        if !path.is_dir() {
            let what = if path.exists() { "is not a folder" } else { "does not exist" };
            let message = format!("`{}` {what}", path.display());
            let hint = if path.is_file() {
                "a scenario is a folder, or a workbook saved as .xlsx"
            } else {
                "`trimodal new DIR` writes a scenario to start from"
            };
            return (Err(vec![Problem::new(problem::FOLDER, message).hint(hint)]), Vec::new());
        }
        let mut files = BTreeMap::new();
        let mut problems = Vec::new();
        let tables = tables::TABLES.iter().map(|t| t.file());
        for name in tables.chain([SETTINGS.into(), WORKBOOK.into()]) {
            take(path, name, &mut files, &mut problems);
        }
        let mut notes = Vec::new();
        strays(path, &files, &mut problems, &mut notes);
        (if problems.is_empty() { Ok(Files(files)) } else { Err(problems) }, notes)
    }

    /// Each table as text: its header, and its rows with their lines; from its file, or from its sheet of the
    /// workbook.
    pub fn cells(&self) -> Result<Vec<TableCells>, Vec<Problem>> {
        let mut problems = Vec::new();
        let sheets = self.workbook().and_then(|name| {
            let book = Workbook::open(name, &self.0[name], &mut problems)?;
            Some((name, book.sheets()))
        });
        let mut found = Vec::new();
        for table in tables::TABLES {
            let file = table.file();
            let book = sheets.as_ref().filter(|(_, s)| s.iter().any(|s| is_named(s, table.name)));
            let (name, bytes) = match (self.0.get(&file), book) {
                (Some(bytes), _) => (file.as_str(), bytes),
                (None, Some((name, _))) => (*name, &self.0[*name]),
                (None, None) => continue,
            };
            match cells(table, name, bytes) {
                Ok((header, rows)) => found.push(TableCells { table, header, rows }),
                Err(more) => problems.extend(more),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    /// The name of the workbook among the files.
    pub(crate) fn workbook(&self) -> Option<&str> {
        self.0.keys().map(String::as_str).find(|n| is_workbook_name(n))
    }
}

fn of_workbook(path: &Path) -> Result<Files, Vec<Problem>> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let (mut files, mut problems) = (BTreeMap::new(), Vec::new());
    take(folder, name_of(path), &mut files, &mut problems);
    // Its settings may be a sheet or a file beside it: the reader takes the sheet if there is one.
    take(folder, SETTINGS.into(), &mut files, &mut problems);
    if problems.is_empty() { Ok(Files(files)) } else { Err(problems) }
}

fn take(
    folder: &Path,
    name: String,
    files: &mut BTreeMap<String, Vec<u8>>,
    problems: &mut Vec<Problem>,
) {
    match std::fs::read(folder.join(&name)) {
        Ok(bytes) => {
            files.insert(name, bytes);
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => problems.push(
            Problem::new(problem::FOLDER, format!("cannot read `{name}`: {e}")).at(&name, 0, 0),
        ),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is_workbook_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".xlsx")
}

/// Tables and workbooks of a folder that are not read. One that probably is a table under another
/// name is a problem where the table is optional: its absence would not be reported.
fn strays(
    folder: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    for name in names.iter().filter(|n| is_stray(n, files)) {
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        let table = tables::TABLES.iter().find(|t| is_like(stem, t.name));
        let absent =
            table.filter(|t| !files.contains_key(&t.file()) && !files.contains_key(WORKBOOK));
        let text = matches!(extension.to_ascii_lowercase().as_str(), "csv" | "tsv");
        let hint = match table {
            Some(t) if text => format!("the table is called {}", t.file()),
            Some(t) => format!("save it as {}, or as sheet `{}` of {WORKBOOK}", t.file(), t.name),
            None if text => "no table has this name".to_string(),
            None => format!("a workbook is read if it is called {WORKBOOK}, or given by its path"),
        };
        match absent.filter(|t| !t.required) {
            Some(_) => problems.push(
                Problem::new(problem::FILE_MISSING, format!("`{name}` would not be read"))
                    .at(name, 0, 0)
                    .hint(format!("{hint}; rename or remove the file")),
            ),
            None => notes.push(Note::new(name, 0, 0, format!("it is not read: {hint}"))),
        }
    }
}

/// Whether a name is that of a table or workbook, and not one that is read. Lock files and hidden files
/// of spreadsheets do not count.
fn is_stray(name: &str, files: &BTreeMap<String, Vec<u8>>) -> bool {
    let lower = name.to_ascii_lowercase();
    let kind = ["csv", "tsv", "xlsx", "xls", "xlsm", "xlsb", "ods", "numbers"];
    let of_tables = lower.rsplit_once('.').is_some_and(|(_, e)| kind.contains(&e));
    of_tables && !files.contains_key(name) && !name.starts_with(['.', '~'])
}

/// Whether a name probably means a table: `Demand`, `link`, `policy`, `options (1)`, `placse`.
pub(super) fn is_like(name: &str, table: &str) -> bool {
    let end = name.find(['(', ' ', '-', '.']).unwrap_or(name.len());
    let plain = name[..end].trim().to_lowercase();
    let single = |t: &str| match t.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => t.strip_suffix('s').unwrap_or(t).to_string(),
    };
    plain.len() >= 4
        && (single(&plain) == single(table) || strsim::osa_distance(&plain, table) <= 1)
}
