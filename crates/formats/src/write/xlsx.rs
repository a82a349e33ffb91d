//! Workbooks: a sheet for each layer.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use super::shapes;
use crate::findings::Findings;
use crate::layer::{Kind, Layer, Value};

/// Rows of a sheet, its header included.
const MOST_ROWS: usize = 1 << 20;
/// Letters of the name of a sheet.
const LONGEST_NAME: usize = 31;
/// Letters of a cell.
const LONGEST_CELL: usize = 32_767;

/// The layers as a file.
pub fn file(layers: &[Layer], found: &mut Findings) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    for layer in layers {
        if layer.rows.len() >= MOST_ROWS {
            return Err(format!(
                "{} has {} rows, a sheet {MOST_ROWS}",
                layer.name,
                layer.rows.len()
            ));
        }
        let sheet = book.add_worksheet();
        let plain = |c: char| if "[]:*?/\\'".contains(c) { '_' } else { c };
        let name: String = layer.name.chars().map(plain).take(LONGEST_NAME).collect();
        sheet.set_name(if name.is_empty() { "table" } else { &name }).map_err(|e| e.to_string())?;
        let shapes = shapes::column(layer, found);
        let cut = fill(sheet, layer, shapes.as_deref()).map_err(|e| e.to_string())?;
        if cut > 0 {
            let message =
                format!("left out: {cut} cells or lines of more than {LONGEST_CELL} letters");
            found.note(&layer.file, 0, 0, message);
        }
    }
    book.save_to_buffer().map_err(|e| e.to_string())
}

fn fill(
    sheet: &mut Worksheet,
    layer: &Layer,
    shapes: Option<&[String]>,
) -> Result<usize, rust_xlsxwriter::XlsxError> {
    let bold = Format::new().set_bold();
    let geometry = shapes.map(|_| shapes::GEOMETRY);
    let header = shapes::columns(layer, shapes.is_some()).into_iter().chain(geometry);
    for (c, name) in header.enumerate() {
        sheet.write_string_with_format(0, column(c), name, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let kinds: Vec<Kind> = (0..layer.columns.len()).map(|c| layer.kind(c)).collect();
    let mut cut = 0;
    for (i, row) in layer.rows.iter().enumerate() {
        let r = i as u32 + 1;
        for (c, kind) in kinds.iter().enumerate() {
            let value = layer.cell(row, c);
            let number = value.number().filter(|_| *kind != Kind::Text);
            match (value, number) {
                (Value::Empty, _) => {}
                (Value::Flag(is), _) => drop(sheet.write_boolean(r, column(c), *is)?),
                (_, Some(x)) if is_exact(value) => drop(sheet.write_number(r, column(c), x)?),
                (value, _) => cut += text(sheet, r, column(c), &value.to_string())?,
            }
        }
        if let Some(shape) = shapes.map(|all| &all[i]).filter(|s| !s.is_empty()) {
            cut += text(sheet, r, column(kinds.len()), shape)?;
        }
    }
    Ok(cut)
}

/// Whether a spreadsheet, which has one type of number, keeps all digits.
fn is_exact(value: &Value) -> bool {
    const MOST: i64 = 1 << f64::MANTISSA_DIGITS;
    match value {
        Value::Whole(x) => x.abs() <= MOST,
        Value::Text(text) => text.trim().parse().map_or(true, |x: i64| x.abs() <= MOST),
        _ => true,
    }
}

fn text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
) -> Result<usize, rust_xlsxwriter::XlsxError> {
    if text.chars().count() > LONGEST_CELL {
        return Ok(1);
    }
    sheet.write_string(row, column, text)?;
    Ok(0)
}

/// Sheets have fewer columns than this holds; the library refuses more.
fn column(c: usize) -> u16 {
    u16::try_from(c).unwrap_or(u16::MAX)
}
