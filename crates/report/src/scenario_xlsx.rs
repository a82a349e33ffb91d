//! A scenario as a workbook with one sheet per table, in the form that the reader accepts.

use rust_xlsxwriter::{DataValidation, Note, Worksheet, XlsxError};
use trimodal_model::scenario::Settings;
use trimodal_model::table::{Column, Kind, Need, Table};
use trimodal_model::tables::{OBSERVED, SETTINGS as SETTINGS_TABLE, TABLES};
use trimodal_model::{Files, SETTINGS, SHEET};

use crate::sheets::{Book, Cell};

/// Rows below the last one that also offer the list of choices.
const SPARE_ROWS: u32 = 1_000;
/// Longest list of choices that Excel accepts.
const LONGEST_LIST: usize = 255;

/// The files of a scenario folder (UTF-8, commas) as the bytes of one `.xlsx` file.
pub fn scenario_xlsx(files: &Files) -> Result<Vec<u8>, String> {
    let text = |name: &str| -> Result<Option<&str>, String> {
        let bytes = files.0.get(name);
        bytes.map(|b| std::str::from_utf8(b).map_err(|e| format!("{name}: {e}"))).transpose()
    };
    let failed = |e: XlsxError| e.to_string();
    let mut book = Book::new().map_err(failed)?;
    if let Some(toml) = text(SETTINGS)? {
        settings(&mut book, toml)?;
    }
    for table in TABLES {
        if let Some(csv) = text(&table.file())? {
            one_table(&mut book, table, csv)?;
        }
    }
    book.bytes().map_err(failed)
}

fn one_table(book: &mut Book, table: &Table, text: &str) -> Result<(), String> {
    let comments: Vec<String> =
        text.lines().take_while(|l| l.starts_with('#')).map(String::from).collect();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|e| e.to_string())?.clone();
    let columns: Vec<Option<&Column>> =
        header.iter().map(|h| table.columns.iter().find(|c| c.name == h)).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| format!("{}: {e}", table.file()))?;
        rows.push(record.iter().zip(&columns).map(|(v, c)| cell(*c, v)).collect::<Vec<Cell>>());
    }
    let names: Vec<&str> = header.iter().collect();
    let top = comments.len() as u32;
    let sheet = book.sheet(table.name, &comments, &names, &rows).map_err(|e| e.to_string())?;
    let last = top + rows.len() as u32 + SPARE_ROWS;
    for (c, column) in (0..).zip(&columns).filter_map(|(c, column)| Some((c, (*column)?))) {
        explain(sheet, column, [top, last], c).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Numeric columns are written as numbers, all others as text, so that codes keep their leading zeros.
fn cell(column: Option<&Column>, value: &str) -> Cell {
    let number =
        column.is_some_and(|c| matches!(c.kind, Kind::Number(..) | Kind::Whole(..) | Kind::Flag));
    match value.parse::<f64>() {
        Ok(x) if number && x.is_finite() => Cell::Number(x),
        _ => value.into(),
    }
}

/// The meaning of a column as a note on its header, and its choices as a list.
fn explain(
    sheet: &mut Worksheet,
    column: &Column,
    [top, last]: [u32; 2],
    c: u16,
) -> Result<(), XlsxError> {
    let unit =
        if column.unit.len() > 1 { format!(" Unit: {}.", column.unit) } else { String::new() };
    let blank = match column.need {
        Need::Required => " Required.".to_string(),
        Need::Optional => " Optional.".to_string(),
        Need::Default(value) => format!(" Default: {value}."),
    };
    let note = format!("{}{unit}{blank}", column.doc);
    sheet.insert_note(top, c, &Note::new(note).set_author("Trimodal"))?;
    let words: Vec<&str> = match column.kind {
        Kind::Choice(words) => words.to_vec(),
        Kind::Flag => vec!["0", "1"],
        _ => Vec::new(),
    };
    let length: usize = words.iter().map(|w| w.len() + 1).sum();
    if !words.is_empty() && length <= LONGEST_LIST {
        let list = DataValidation::new().allow_list_strings(&words)?;
        sheet.add_data_validation(top + 1, c, last, c, &list)?;
    }
    Ok(())
}

/// The settings as keys and values with their meaning, and the observed volumes.
fn settings(book: &mut Book, text: &str) -> Result<(), String> {
    let given: toml::Table = toml::from_str(text).map_err(|e| e.message().to_string())?;
    let schema = schemars::schema_for!(Settings);
    let meaning = |key: &str| {
        let property = schema.as_value().get("properties").and_then(|p| p.get(key));
        let description = property.and_then(|p| p.get("description")).and_then(|d| d.as_str());
        description.unwrap_or("").replace('\n', " ")
    };
    let mut keys: Vec<&String> = given.keys().filter(|k| *k != OBSERVED.name).collect();
    // In the order of the file.
    keys.sort_by_key(|k| {
        let at = |l: &str| l.split('=').next().is_some_and(|name| name.trim() == k.as_str());
        text.lines().position(at).unwrap_or(usize::MAX)
    });
    let rows: Vec<Vec<Cell>> =
        keys.into_iter().map(|k| vec![k.into(), value(&given[k]), meaning(k).into()]).collect();
    let mut names: Vec<&str> = SETTINGS_TABLE.columns.iter().map(|c| c.name).collect();
    names.push("meaning");
    book.sheet(SHEET, &[], &names, &rows).map_err(|e| e.to_string())?;
    let observed = given.get(OBSERVED.name).and_then(|o| o.as_array());
    let Some(observed) = observed.filter(|o| !o.is_empty()) else { return Ok(()) };
    let names: Vec<&str> = OBSERVED.columns.iter().map(|c| c.name).collect();
    let rows: Vec<Vec<Cell>> = observed
        .iter()
        .map(|o| names.iter().map(|n| o.get(n).map_or(Cell::Blank, value)).collect())
        .collect();
    book.sheet(OBSERVED.name, &[], &names, &rows).map(|_| ()).map_err(|e| e.to_string())
}

fn value(value: &toml::Value) -> Cell {
    match value {
        toml::Value::Integer(i) => Cell::Number(*i as f64),
        toml::Value::Float(x) => Cell::Number(*x),
        toml::Value::String(s) => s.into(),
        toml::Value::Boolean(b) => b.to_string().into(),
        toml::Value::Array(all) => {
            let plain = |v: &toml::Value| match v {
                toml::Value::String(s) => s.clone(),
                other => other.to_string(),
            };
            all.iter().map(plain).collect::<Vec<_>>().join(";").into()
        }
        other => other.to_string().into(),
    }
}
