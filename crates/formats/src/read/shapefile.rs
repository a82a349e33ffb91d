//! Shapefiles: shapes in `.shp`, cells in `.dbf`, the coordinate system in `.prj`.

use std::io::Cursor;

use geo::Geometry;
use shapefile::dbase::{self, FieldValue};
use shapefile::{Shape, ShapeReader};

use crate::crs::Crs;
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::source::{File, Source, extension, stem};

/// The layers of a source.
pub fn layers(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let shapes = source.files.iter().filter(|f| extension(&f.name) == "shp");
    Some(shapes.filter_map(|shapes| layer(source, shapes, found)).collect())
}

fn layer(source: &Source, shapes: &File, found: &mut Findings) -> Option<Layer> {
    let place = source.place(&shapes.name);
    let beside = |ending: &str| source.get(&format!("{}.{ending}", stem(&shapes.name)));
    let mut layer = Layer::new(stem(&shapes.name), &[]);
    layer.file = place.clone();
    match beside("prj").map(|f| Crs::from_wkt(&String::from_utf8_lossy(&f.bytes))) {
        Some(Some(crs)) => layer.crs = crs,
        Some(None) => {
            found.note(&place, 0, 0, "the coordinate system of the .prj is not understood")
        }
        None => {}
    }
    let mut unread = 0;
    let read = found.decode(&place, "a shapefile", || {
        let reader = ShapeReader::new(Cursor::new(&shapes.bytes[..])).map_err(|e| e.to_string())?;
        reader.read().map_err(|e| e.to_string())
    })?;
    for (i, shape) in read.into_iter().enumerate() {
        let is_null = matches!(shape, Shape::NullShape);
        let shape = Geometry::<f64>::try_from(shape).ok();
        unread += usize::from(shape.is_none() && !is_null);
        layer.rows.push(Record { line: i + 1, cells: Vec::new(), shape });
    }
    if unread > 0 {
        found.note(
            &place,
            0,
            0,
            format!("left out: {unread} shapes of a kind without an equivalent"),
        );
    }
    match beside("dbf") {
        Some(cells) => add_cells(&source.place(&cells.name), cells, &mut layer, found)?,
        None => {
            found.note(&place, 0, 0, "there is no .dbf beside it: the shapes have no attributes")
        }
    }
    Some(layer)
}

fn add_cells(place: &str, file: &File, layer: &mut Layer, found: &mut Findings) -> Option<()> {
    let (columns, rows) = found.decode(place, "a dBase table", || {
        let mut reader =
            dbase::Reader::new(Cursor::new(&file.bytes[..])).map_err(|e| e.to_string())?;
        let columns: Vec<String> = reader.fields().iter().map(|f| f.name().to_string()).collect();
        let rows = reader.read().map_err(|e| e.to_string())?;
        Ok((columns, rows))
    })?;
    if rows.len() != layer.rows.len() {
        let message = format!("{} rows for {} shapes", rows.len(), layer.rows.len());
        found.note(place, 0, 0, message);
    }
    for (record, mut row) in layer.rows.iter_mut().zip(rows) {
        let take = |name: &String| row.remove(name).map_or(Value::Empty, value_of);
        record.cells = columns.iter().map(take).collect();
    }
    layer.columns = columns;
    Some(())
}

fn value_of(value: FieldValue) -> Value {
    match value {
        FieldValue::Character(text) => text.map_or(Value::Empty, |t| Value::text(&t)),
        FieldValue::Numeric(Some(x)) if x.fract() == 0.0 && x.abs() < 1e15 => {
            Value::Whole(x as i64)
        }
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
