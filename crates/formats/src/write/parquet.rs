//! Parquet, and GeoParquet 1.1 where there are shapes: WKB in a column `geometry`, degrees on WGS 84.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use geo::Geometry;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde_json::json;

use super::shapes::{self, GEOMETRY};
use crate::findings::Findings;
use crate::layer::{Kind, Layer};
use crate::shape;

/// What a writer says where the coordinate system is a problem already.
const UNKNOWN: &str = "its shapes cannot be turned to degrees";

/// A layer as a file.
pub fn file(layer: &Layer, found: &mut Findings) -> Result<Vec<u8>, String> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (c, name) in shapes::columns(layer, layer.has_shapes()).into_iter().enumerate() {
        let (kind, array) = column(layer, c);
        fields.push(Field::new(name, kind, true));
        arrays.push(array);
    }
    let mut properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()));
    if layer.has_shapes() {
        let shapes = shapes::of(layer, found).ok_or(UNKNOWN)?;
        let bytes: Vec<Option<Vec<u8>>> =
            shapes.iter().map(|s| s.as_ref().map(shape::to_wkb)).collect();
        fields.push(Field::new(GEOMETRY, DataType::Binary, true));
        arrays.push(Arc::new(BinaryArray::from_iter(bytes)));
        let pair = KeyValue::new("geo".to_string(), metadata(&shapes));
        properties = properties.set_key_value_metadata(Some(vec![pair]));
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    let writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties.build()));
    writer.and_then(|mut w| w.write(&batch).and_then(|()| w.close())).map_err(|e| e.to_string())?;
    Ok(bytes)
}

fn column(layer: &Layer, c: usize) -> (DataType, ArrayRef) {
    let values = || layer.rows.iter().map(|r| layer.cell(r, c));
    match layer.kind(c) {
        Kind::Number => {
            (DataType::Float64, Arc::new(values().map(|v| v.number()).collect::<Float64Array>()))
        }
        Kind::Whole => {
            let whole = values().map(|v| v.to_string().parse().ok());
            (DataType::Int64, Arc::new(whole.collect::<Int64Array>()))
        }
        Kind::Flag => {
            (DataType::Boolean, Arc::new(values().map(|v| v.flag()).collect::<BooleanArray>()))
        }
        Kind::Text => {
            let text = values().map(|v| (!v.is_empty()).then(|| v.to_string()));
            (DataType::Utf8, Arc::new(text.collect::<StringArray>()))
        }
    }
}

/// The metadata `geo`. Without `crs` the coordinates are degrees on WGS 84.
fn metadata(shapes: &[Option<Geometry<f64>>]) -> String {
    let mut kinds: Vec<&str> = shapes.iter().flatten().map(kind_of).collect();
    kinds.sort_unstable();
    kinds.dedup();
    json!({
        "version": "1.1.0",
        "primary_column": GEOMETRY,
        "columns": { GEOMETRY: { "encoding": "WKB", "geometry_types": kinds } },
    })
    .to_string()
}

fn kind_of(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
    }
}
