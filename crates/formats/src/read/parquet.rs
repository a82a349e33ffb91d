//! Parquet and GeoParquet: a file, or each file of a folder, is a layer. Shapes are columns of WKB or of coordinates
//! that the metadata `geo` names.

mod native;
mod stamp;

use parquet::basic::{Compression, TimeUnit};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde::Deserialize;
use trimodal_model::problem::{FORMAT, shown};

use crate::crs::{Crs, WGS84};
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::mapping::Mapping;
use crate::source::{File, Source, extension, stem};
use native::Encoding;
use stamp::Stamp;

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
pub fn layers(source: &Source, mapping: &Mapping, found: &mut Findings) -> Option<Vec<Layer>> {
    let is_table = |f: &&File| !source.is_folder || extension(&f.name).ends_with("parquet");
    let mut layers = Vec::new();
    for file in source.files.iter().filter(is_table) {
        let place = source.place(&file.name);
        let mut unread = Vec::new();
        let is_settled = mapping.units.crs.is_some();
        let read = found.decode(&place, "Parquet", || {
            match layer(&place, file, is_settled, &mut unread) {
                Ok(layer) => Ok(Ok(layer)),
                Err(Failure::Other { why, hint }) => Ok(Err((why, hint))),
                Err(Failure::Damaged(why)) => Err(why),
            }
        });
        let what = "shapes or columns that cannot be read";
        found.left_out(&place, what, unread.iter().map(String::as_str));
        match read {
            Some(Ok(layer)) => layers.push(layer),
            Some(Err((why, hint))) => found.problem(FORMAT, (&place, 0, 0), why, hint),
            None => {}
        }
    }
    Some(layers)
}

/// Why a file is not read.
enum Failure {
    /// It is not what it should be.
    Damaged(String),
    /// It is of a kind that is not read.
    Other { why: String, hint: &'static str },
}

impl From<String> for Failure {
    fn from(why: String) -> Failure {
        Failure::Damaged(why)
    }
}

fn layer(
    place: &str,
    file: &File,
    is_settled: bool,
    unread: &mut Vec<String>,
) -> Result<Layer, Failure> {
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
        return Err(format!("{rows} rows of {} columns are too many", columns.len()).into());
    }
    codecs(metadata)?;
    let geo = geo(metadata, is_settled)?;
    let shapes = geo.as_ref().and_then(|g| columns.iter().position(|c| *c == g.column));
    let encoding = geo.as_ref().map_or(Encoding::Wkb, |g| g.encoding);
    let mut layer = Layer::new(stem(&file.name), &[]);
    let kept = |i: usize| Some(i) != shapes;
    layer.columns = (0..columns.len()).filter(|i| kept(*i)).map(|i| columns[i].clone()).collect();
    layer.file = place.to_string();
    layer.is_typed = true;
    if let Some(geo) = geo {
        layer.crs = geo.crs;
    }
    let fields = metadata.file_metadata().schema().get_fields();
    let stamps: Vec<Option<Stamp>> = fields.iter().map(|f| Stamp::of(f)).collect();
    let all = reader.get_row_iter(None).map_err(|e| e.to_string())?;
    for (i, row) in all.enumerate() {
        let row = row.map_err(|e| e.to_string())?;
        let mut record = Record { line: i + 1, ..Record::default() };
        for (column, (name, field)) in row.get_column_iter().enumerate() {
            if kept(column) {
                record.cells.push(value_of(name, field, stamps[column], unread));
            } else if *field != Field::Null {
                record.shape = encoding.shape(field);
                if record.shape.is_none() {
                    unread.push(format!("row {}", i + 1));
                }
            }
        }
        layer.rows.push(record);
    }
    Ok(layer)
}

/// Refuses files with a codec that is not read.
fn codecs(metadata: &ParquetMetaData) -> Result<(), Failure> {
    let columns = metadata.row_groups().iter().flat_map(|g| g.columns());
    match columns
        .map(|c| c.compression())
        .find(|c| matches!(c, Compression::LZO | Compression::BROTLI(_)))
    {
        Some(codec) => Err(Failure::Other {
            why: format!("it is compressed with {codec}, which is not read"),
            hint: "write it with Snappy, Zstandard, gzip, LZ4 or without compression",
        }),
        None => Ok(()),
    }
}

/// The column of shapes.
struct Shapes {
    column: String,
    encoding: Encoding,
    crs: Crs,
}

/// The column of shapes, its encoding and its coordinate system.
fn geo(metadata: &ParquetMetaData, is_settled: bool) -> Result<Option<Shapes>, Failure> {
    let pairs = metadata.file_metadata().key_value_metadata();
    let text = pairs.and_then(|all| all.iter().find(|p| p.key == "geo")?.value.as_ref());
    let Some(text) = text else { return Ok(None) };
    let geo: Geo = serde_json::from_str(text).map_err(|e| format!("its metadata `geo`: {e}"))?;
    let Some(column) = geo.columns.get(&geo.primary_column) else {
        return Err(format!("its metadata `geo` lack column {}", geo.primary_column).into());
    };
    let Some(encoding) = Encoding::of(&column.encoding) else {
        return Err(Failure::Other {
            why: format!("its shapes are encoded as `{}`", shown(&column.encoding)),
            hint: "write them as WKB, or in an encoding of GeoParquet 1.1",
        });
    };
    let crs = match &column.crs {
        serde_json::Value::Bool(_) => WGS84,
        serde_json::Value::Null => Crs::Undeclared,
        declared => match Crs::from_projjson(declared) {
            Some(crs) => crs,
            None if is_settled => Crs::Undeclared,
            None => {
                let name = declared.get("name").and_then(|n| n.as_str()).unwrap_or_default();
                return Err(Failure::Other {
                    why: format!("its coordinate system `{}` is not known", shown(name)),
                    hint: "reproject it to EPSG:4326, or say it in a mapping: [units] crs",
                });
            }
        },
    };
    Ok(Some(Shapes { column: geo.primary_column, encoding, crs }))
}

fn value_of(name: &str, field: &Field, stamp: Option<Stamp>, unread: &mut Vec<String>) -> Value {
    match field {
        Field::Null => Value::Empty,
        Field::Bool(is) => Value::Flag(*is),
        Field::Byte(x) => Value::Whole(i64::from(*x)),
        Field::Short(x) => Value::Whole(i64::from(*x)),
        Field::Int(x) => Value::Whole(i64::from(*x)),
        Field::Long(x) => match stamp {
            Some(stamp) => stamp.text(*x, TimeUnit::NANOS),
            None => Value::Whole(*x),
        },
        Field::UByte(x) => Value::Whole(i64::from(*x)),
        Field::UShort(x) => Value::Whole(i64::from(*x)),
        Field::UInt(x) => Value::Whole(i64::from(*x)),
        // Text keeps digits that numbers would lose.
        Field::ULong(x) => i64::try_from(*x).map_or(Value::Text(x.to_string()), Value::Whole),
        Field::Float16(x) => Value::Number(f64::from(*x)),
        // The shortest number that is the same as a `f32`, as it was written.
        Field::Float(x) => Value::maybe(x.to_string().parse().ok().filter(|x: &f64| !x.is_nan())),
        Field::Double(x) => Value::maybe(Some(*x).filter(|x| !x.is_nan())),
        Field::Decimal(_) => decimal(&field.to_string()),
        Field::Date(days) => date(i64::from(*days)),
        Field::TimestampMillis(x) => stamp.unwrap_or_default().text(*x, TimeUnit::MILLIS),
        Field::TimestampMicros(x) => stamp.unwrap_or_default().text(*x, TimeUnit::MICROS),
        Field::TimeMillis(x) => Stamp::TIME.text(i64::from(*x), TimeUnit::MILLIS),
        Field::TimeMicros(x) => Stamp::TIME.text(*x, TimeUnit::MICROS),
        Field::Str(text) => Value::text(text),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) | Field::Bytes(_) => {
            if !unread.iter().any(|u| u == name) {
                unread.push(name.to_string());
            }
            Value::Empty
        }
    }
}

/// A decimal as a number, or as text where a number would lose digits.
fn decimal(text: &str) -> Value {
    let text = text.trim_matches('"');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match text.parse() {
        Ok(x) if digits <= f64::DIGITS as usize => Value::Number(x),
        _ => Value::text(text),
    }
}

fn date(days: i64) -> Value {
    let day = jiff::Span::new().try_days(days);
    let day = day.and_then(|days| jiff::civil::date(1970, 1, 1).checked_add(days));
    day.map_or(Value::Empty, |day| Value::Text(day.to_string()))
}
