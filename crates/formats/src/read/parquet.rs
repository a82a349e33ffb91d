//! Parquet and GeoParquet: a file, or each file of a folder, is a layer. Shapes are columns of WKB that the metadata
//! `geo` names.

use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde::Deserialize;

use crate::crs::{Crs, WGS84};
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::shape;
use crate::source::{File, Source, extension, stem};

/// More cells are not read.
const MOST_CELLS: usize = 200_000_000;

/// The metadata of GeoParquet 1.0 and 1.1, as far as they are read.
#[derive(Deserialize)]
struct Geo {
    primary_column: String,
    columns: std::collections::BTreeMap<String, GeoColumn>,
}

#[derive(Deserialize)]
struct GeoColumn {
    encoding: String,
    /// PROJJSON; null where it is not known, absent for degrees on WGS 84.
    #[serde(default = "absent")]
    crs: serde_json::Value,
}

fn absent() -> serde_json::Value {
    serde_json::Value::Bool(true)
}

/// The layers of a source.
pub fn layers(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let is_table = |f: &&File| !source.is_folder || extension(&f.name).ends_with("parquet");
    let mut layers = Vec::new();
    for file in source.files.iter().filter(is_table) {
        let place = source.place(&file.name);
        let mut unread = Vec::new();
        let read = found.decode(&place, "Parquet", || layer(&place, file, &mut unread));
        found.left_out(
            &place,
            "shapes or columns that cannot be read",
            unread.iter().map(String::as_str),
        );
        layers.extend(read);
    }
    Some(layers)
}

fn layer(place: &str, file: &File, unread: &mut Vec<String>) -> Result<Layer, String> {
    let bytes = bytes::Bytes::from(file.bytes.clone());
    let reader = SerializedFileReader::new(bytes).map_err(|e| e.to_string())?;
    let metadata = reader.metadata();
    let columns: Vec<String> = metadata
        .file_metadata()
        .schema()
        .get_fields()
        .iter()
        .map(|f| f.name().to_string())
        .collect();
    let rows = usize::try_from(metadata.file_metadata().num_rows()).unwrap_or(usize::MAX);
    if rows.saturating_mul(columns.len()) > MOST_CELLS {
        return Err(format!("{rows} rows of {} columns are too many", columns.len()));
    }
    let geo = geo(metadata)?;
    let shapes = geo.as_ref().and_then(|(name, _)| columns.iter().position(|c| c == name));
    let mut layer = Layer::new(stem(&file.name), &[]);
    let kept = |i: usize| Some(i) != shapes;
    layer.columns = (0..columns.len()).filter(|i| kept(*i)).map(|i| columns[i].clone()).collect();
    layer.file = place.to_string();
    if let Some((_, crs)) = geo {
        layer.crs = crs;
    }
    let all = reader.get_row_iter(None).map_err(|e| e.to_string())?;
    for (i, row) in all.enumerate() {
        let row = row.map_err(|e| e.to_string())?;
        let mut record = Record { line: i + 1, ..Record::default() };
        for (column, (name, field)) in row.get_column_iter().enumerate() {
            if kept(column) {
                record.cells.push(value_of(name, field, unread));
            } else if let Field::Bytes(bytes) = field {
                record.shape = shape::from_wkb(bytes.data());
                if record.shape.is_none() {
                    unread.push(format!("row {}", i + 1));
                }
            }
        }
        layer.rows.push(record);
    }
    Ok(layer)
}

/// The column of shapes and its coordinate system.
fn geo(metadata: &ParquetMetaData) -> Result<Option<(String, Crs)>, String> {
    let pairs = metadata.file_metadata().key_value_metadata();
    let text = pairs.and_then(|all| all.iter().find(|p| p.key == "geo")?.value.as_ref());
    let Some(text) = text else { return Ok(None) };
    let geo: Geo = serde_json::from_str(text).map_err(|e| format!("its metadata `geo`: {e}"))?;
    let Some(column) = geo.columns.get(&geo.primary_column) else {
        return Err(format!("its metadata `geo` lack column {}", geo.primary_column));
    };
    if !column.encoding.eq_ignore_ascii_case("wkb") {
        return Err(format!("shapes are encoded as {}, but only WKB is read", column.encoding));
    }
    let crs = match &column.crs {
        serde_json::Value::Bool(_) => WGS84,
        serde_json::Value::Null => Crs::Undeclared,
        declared => {
            let id = |key: &str| declared.pointer(key).map(|v| v.to_string().replace('"', ""));
            match (id("/id/authority"), id("/id/code")) {
                (Some(authority), Some(code)) => Crs::from_words(&format!("{authority}:{code}"))
                    .ok_or(format!("{authority}:{code} is not known"))?,
                _ => return Err("its coordinate system has no id".to_string()),
            }
        }
    };
    Ok(Some((geo.primary_column, crs)))
}

fn value_of(name: &str, field: &Field, unread: &mut Vec<String>) -> Value {
    match field {
        Field::Null => Value::Empty,
        Field::Bool(is) => Value::Flag(*is),
        Field::Byte(x) => Value::Whole(i64::from(*x)),
        Field::Short(x) => Value::Whole(i64::from(*x)),
        Field::Int(x) => Value::Whole(i64::from(*x)),
        Field::Long(x) => Value::Whole(*x),
        Field::UByte(x) => Value::Whole(i64::from(*x)),
        Field::UShort(x) => Value::Whole(i64::from(*x)),
        Field::UInt(x) => Value::Whole(i64::from(*x)),
        Field::ULong(x) => i64::try_from(*x).map_or(Value::Number(*x as f64), Value::Whole),
        Field::Float(x) => Value::Number(f64::from(*x)),
        Field::Double(x) => Value::Number(*x),
        Field::Str(text) => Value::text(text),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) | Field::Bytes(_) => {
            if !unread.iter().any(|u| u == name) {
                unread.push(name.to_string());
            }
            Value::Empty
        }
        other => Value::text(&other.to_string()),
    }
}
