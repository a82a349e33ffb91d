//! Shapefiles: shapes in `.shp`, cells in `.dbf`, the coordinate system in `.prj`.

mod encoding;

use std::io::Cursor;

use geo::Geometry;
use shapefile::dbase::encoding::DynEncoding;
use shapefile::dbase::{self, FieldValue};
use shapefile::{Shape, ShapeReader};

use crate::crs::Crs;
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::source::{File, Source, extension};

/// What marks a row of a dBase table as deleted.
const DELETED: u8 = b'*';
/// Larger whole numbers are not exact as other numbers.
const MOST_EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// The layers of a source.
pub fn layers(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let shapes = source.files.iter().filter(|f| extension(&f.name) == "shp");
    Some(shapes.filter_map(|shapes| layer(source, shapes, found)).collect())
}

fn layer(source: &Source, shapes: &File, found: &mut Findings) -> Option<Layer> {
    let place = source.place(&shapes.name);
    let name = shapes.name.rsplit_once('.').map_or(shapes.name.as_str(), |(name, _)| name);
    let beside = |ending: &str| source.get(&format!("{name}.{ending}"));
    let mut layer = Layer::new(name, &[]);
    layer.file = place.clone();
    layer.is_typed = true;
    match beside("prj").map(|f| Crs::from_wkt(&String::from_utf8_lossy(&f.bytes))) {
        Some(Some(crs)) => layer.crs = crs,
        Some(None) => {
            found.note(&place, 0, 0, "the coordinate system of the .prj is not understood")
        }
        None => {}
    }
    add_shapes(&place, shapes, &mut layer, found)?;
    match beside("dbf") {
        Some(cells) => {
            let cpg = beside("cpg").map(|f| &f.bytes[..]);
            add_cells(&source.place(&cells.name), (cells, cpg), &mut layer, found)?
        }
        None => {
            found.note(&place, 0, 0, "there is no .dbf beside it: the shapes have no attributes")
        }
    }
    Some(layer)
}

fn add_shapes(place: &str, file: &File, layer: &mut Layer, found: &mut Findings) -> Option<()> {
    let read = found.decode(place, "a shapefile", || {
        let reader = ShapeReader::new(Cursor::new(&file.bytes[..])).map_err(|e| e.to_string())?;
        reader.read().map_err(|e| e.to_string())
    })?;
    let mut unread = 0;
    for (i, shape) in read.into_iter().enumerate() {
        let is_null = matches!(shape, Shape::NullShape);
        let shape = Geometry::<f64>::try_from(shape).ok();
        unread += usize::from(shape.is_none() && !is_null);
        layer.rows.push(Record { line: i + 1, shape, ..Record::default() });
    }
    if unread > 0 {
        let message = format!("left out: {unread} shapes of a kind without an equivalent");
        found.note(place, 0, 0, message);
    }
    Some(())
}

/// Rows of a dBase table; none where one is marked as deleted.
struct Table {
    columns: Vec<String>,
    rows: Vec<Option<Vec<Value>>>,
}

fn add_cells(
    place: &str,
    (file, cpg): (&File, Option<&[u8]>),
    layer: &mut Layer,
    found: &mut Findings,
) -> Option<()> {
    let encoding = encoding::of(place, &file.bytes, cpg, found);
    let table = found.decode(place, "a dBase table", || table(&file.bytes, encoding))?;
    if table.rows.len() != layer.rows.len() {
        let message = format!("{} rows for {} shapes", table.rows.len(), layer.rows.len());
        found.note(place, 0, 0, message);
    }
    layer.columns = table.columns;
    let mut deleted = Vec::new();
    let mut rows = table.rows.into_iter();
    layer.rows.retain_mut(|record| match rows.next() {
        Some(Some(cells)) => {
            record.cells = cells;
            true
        }
        Some(None) => {
            deleted.push(record.line.to_string());
            false
        }
        None => true,
    });
    let what = "rows that are marked as deleted, with their shapes";
    found.left_out(place, what, deleted.iter().map(String::as_str));
    Some(())
}

fn table(bytes: &[u8], encoding: DynEncoding) -> Result<Table, String> {
    let builder = dbase::ReaderBuilder::new().with_encoding(encoding);
    let mut reader = builder.build(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let columns: Vec<String> = reader.fields().iter().map(|f| f.name().to_string()).collect();
    let widths: Vec<usize> = reader.fields().iter().map(|f| usize::from(f.length())).collect();
    let header = reader.header();
    let (first, size) =
        (usize::from(header.offset_to_first_record), usize::from(header.size_of_record));
    let count = header.num_records as usize;
    let mut kept = reader.read().map_err(|e| e.to_string())?.into_iter();
    let mut rows = Vec::with_capacity(kept.len());
    // The library leaves out what is marked as deleted; the shapes still count it.
    for written in bytes.get(first..).unwrap_or_default().chunks(size.max(1)).take(count) {
        if written[0] == DELETED {
            rows.push(None);
            continue;
        }
        let Some(mut row) = kept.next() else { break };
        let mut cells = Vec::with_capacity(columns.len());
        let mut begin = 1;
        for (name, width) in columns.iter().zip(&widths) {
            let text = written.get(begin..begin + width).unwrap_or_default();
            begin += width;
            cells.push(row.remove(name).map_or(Value::Empty, |v| value_of(v, text)));
        }
        rows.push(Some(cells));
    }
    Ok(Table { columns, rows })
}

/// A cell, with its bytes in the file.
fn value_of(value: FieldValue, written: &[u8]) -> Value {
    match value {
        // Ids of many digits would lose the last of them as numbers.
        FieldValue::Numeric(Some(x)) if x.fract() == 0.0 && x.abs() >= MOST_EXACT => {
            let text = String::from_utf8_lossy(written);
            text.trim().parse().map_or_else(|_| Value::text(&text), Value::Whole)
        }
        FieldValue::Character(text) => text.map_or(Value::Empty, |t| Value::text(&t)),
        FieldValue::Numeric(Some(x)) if x.fract() == 0.0 => Value::Whole(x as i64),
        FieldValue::Numeric(x) => Value::maybe(x),
        FieldValue::Logical(is) => is.map_or(Value::Empty, Value::Flag),
        FieldValue::Float(x) => Value::maybe(x.map(f64::from)),
        FieldValue::Integer(x) => Value::Whole(i64::from(x)),
        FieldValue::Currency(x) | FieldValue::Double(x) => Value::Number(x),
        FieldValue::Memo(text) => Value::text(&text),
        FieldValue::Date(date) => date.map_or(Value::Empty, |d| Value::text(&d.to_string())),
        other => Value::text(&other.to_string()),
    }
}
