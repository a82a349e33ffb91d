//! Workbooks: each sheet with a header is a layer.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Range, Reader, Xlsx};
use trimodal_model::problem::{COLUMN_TWICE, shown};

use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::source::{Source, is_bounded_archive};

/// Cells farther right or down than this are not read.
const MOST_CELLS: usize = 50_000_000;

/// The layers of a workbook.
pub fn layers(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let place = source.name.clone();
    if !is_bounded_archive(&place, source.bytes(), found) {
        return None;
    }
    let mut book: Xlsx<_> = found.decode(&place, "a workbook", || {
        Xlsx::new(Cursor::new(source.bytes().to_vec())).map_err(|e| e.to_string())
    })?;
    let mut layers = Vec::new();
    for sheet in book.sheet_names() {
        let place = format!("{place}!{sheet}");
        let range = found.decode(&place, "a sheet", || {
            let range = book.worksheet_range(&sheet).map_err(|e| e.to_string())?;
            let (rows, columns) = range.get_size();
            if rows.saturating_mul(columns) > MOST_CELLS {
                return Err(format!("{rows} rows and {columns} columns are too many"));
            }
            Ok(range)
        });
        let Some(range) = range else { continue };
        layers.extend(layer(&sheet, &place, &range, found));
        // Other programs than spreadsheets write formulas without what they come to.
        let formulas = Findings::default().decode(&place, "formulas", || {
            book.worksheet_formula(&sheet).map_err(|e| e.to_string())
        });
        blank_formulas(&place, &range, &formulas.unwrap_or_default(), found);
    }
    Some(layers)
}

fn layer(sheet: &str, place: &str, range: &Range<Data>, found: &mut Findings) -> Option<Layer> {
    let (top, left) = range.start()?;
    let mut rows = range.rows().enumerate().map(|(i, cells)| (top as usize + i + 1, cells));
    let (line, header) = rows.next()?;
    let mut layer = Layer::new(sheet, &[]);
    layer.columns = header.iter().map(|c| value(c).to_string()).collect();
    layer.file = place.to_string();
    (layer.is_typed, layer.before) = (true, left as usize);
    for (i, column) in layer.columns.iter().enumerate() {
        if !column.is_empty() && layer.columns[..i].contains(column) {
            let message = format!("column `{}` appears twice", shown(column));
            let at = (place, line, layer.before + i + 1);
            found.problem(COLUMN_TWICE, at, message, "rename or remove one of them");
        }
    }
    let mut errors = Vec::new();
    for (line, cells) in rows {
        for (c, cell) in cells.iter().enumerate() {
            if let Data::Error(error) = cell {
                errors.push(format!("{}{line} {error}", letters(layer.before + c)));
            }
        }
        let cells: Vec<Value> = cells.iter().map(value).collect();
        if cells.iter().any(|c| !c.is_empty()) {
            layer.rows.push(Record { line, cells, ..Record::default() });
        }
    }
    found.left_out(place, "cells with errors", errors.iter().map(String::as_str));
    Some(layer)
}

/// Notes formulas whose value the file does not have.
fn blank_formulas(
    place: &str,
    range: &Range<Data>,
    formulas: &Range<String>,
    found: &mut Findings,
) {
    let Some((top, left)) = formulas.start() else { return };
    let is_blank = |at: (u32, u32)| match range.get_value(at) {
        Some(Data::Empty) | None => true,
        Some(Data::String(text)) => text.is_empty(),
        Some(_) => false,
    };
    let cells = formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty());
    let places = cells.map(|(r, c, _)| (top + r as u32, left + c as u32));
    let blank: Vec<String> = places
        .filter(|at| is_blank(*at))
        .map(|(r, c)| format!("{}{}", letters(c as usize), r + 1))
        .collect();
    let what = "formulas without a value: save the file in a spreadsheet program";
    found.left_out(place, what, blank.iter().map(String::as_str));
}

/// A column, from 0, as spreadsheets name it.
fn letters(column: usize) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    match column / 26 {
        0 => last.to_string(),
        before => format!("{}{last}", letters(before - 1)),
    }
}

fn value(cell: &Data) -> Value {
    match cell {
        Data::Empty => Value::Empty,
        Data::Bool(is) => Value::Flag(*is),
        Data::Int(x) => Value::Whole(*x),
        // Spreadsheets have one type of number.
        Data::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => Value::Whole(*x as i64),
        Data::Float(x) => Value::Number(*x),
        Data::DateTime(at) => Value::text(&time(at)),
        Data::Error(_) => Value::Empty,
        other => Value::text(&other.to_string()),
    }
}

/// A date as ISO 8601 has it; a time of day or a duration as hours and minutes.
fn time(at: &ExcelDateTime) -> String {
    const DAY_S: f64 = 86_400.0;
    if at.is_duration() || (0.0..1.0).contains(&at.as_f64()) {
        let seconds = (at.as_f64() * DAY_S).round() as i64;
        let sign = if seconds < 0 { "-" } else { "" };
        let seconds = seconds.abs();
        let [h, m, s] = [seconds / 3_600, seconds / 60 % 60, seconds % 60];
        let rest = if s == 0 { String::new() } else { format!(":{s:02}") };
        return format!("{sign}{h}:{m:02}{rest}");
    }
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    match (hour, minute, second) {
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
    }
}
