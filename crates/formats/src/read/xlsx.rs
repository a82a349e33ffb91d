//! Workbooks: each sheet with a header is a layer.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

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
        let Some((top, _)) = range.start() else { continue };
        let mut rows = range.rows().enumerate().map(|(i, cells)| (top as usize + i + 1, cells));
        let Some((_, header)) = rows.next() else { continue };
        let mut layer = Layer {
            columns: header.iter().map(|c| value(c).to_string()).collect(),
            ..Layer::new(&sheet, &[])
        };
        layer.file = place;
        for (line, cells) in rows {
            let cells: Vec<Value> = cells.iter().map(value).collect();
            if cells.iter().any(|c| !c.is_empty()) {
                layer.rows.push(Record { line, cells, shape: None });
            }
        }
        layers.push(layer);
    }
    Some(layers)
}

fn value(cell: &Data) -> Value {
    match cell {
        Data::Empty => Value::Empty,
        Data::Bool(is) => Value::Flag(*is),
        Data::Int(x) => Value::Whole(*x),
        // Spreadsheets have one type of number.
        Data::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => Value::Whole(*x as i64),
        Data::Float(x) => Value::Number(*x),
        Data::DateTime(at) => Value::text(&at.as_datetime_text()),
        Data::Error(_) => Value::Empty,
        other => Value::text(&other.to_string()),
    }
}

/// A date as ISO 8601 has it.
trait DateText {
    fn as_datetime_text(&self) -> String;
}

impl DateText for calamine::ExcelDateTime {
    fn as_datetime_text(&self) -> String {
        let (year, month, day, hour, minute, second, _) = self.to_ymd_hms_milli();
        match (hour, minute, second) {
            (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
            _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
        }
    }
}
