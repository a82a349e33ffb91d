//! Arrow batches as Parquet files.

use std::collections::BTreeSet;
use std::io::Write;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::FieldRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

fn properties() -> WriterProperties {
    WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build()
}

/// A batch as a Parquet file, compressed with zstd; with a column of shapes it is GeoParquet 1.1.
pub fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let whole = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties())).and_then(
        |mut writer| {
            writer.write(batch)?;
            if let Some((column, kinds)) = shapes(batch) {
                writer.append_key_value_metadata(geo(&column, &kinds));
            }
            writer.close()
        },
    );
    whole.expect("writing to memory cannot fail");
    bytes
}

/// The column of shapes, and which kinds are in it.
fn shapes(batch: &RecordBatch) -> Option<(String, BTreeSet<&'static str>)> {
    let schema = batch.schema();
    let is_shapes = |f: &&FieldRef| f.extension_type_name() == Some("geoarrow.wkb");
    let field = schema.fields().iter().find(is_shapes)?;
    let cells = batch.column_by_name(field.name())?.as_binary_opt::<i32>()?;
    Some((field.name().clone(), cells.iter().flatten().filter_map(kind).collect()))
}

/// The kind of a shape in well-known bytes.
fn kind(wkb: &[u8]) -> Option<&'static str> {
    let number: [u8; 4] = wkb.get(1..5)?.try_into().ok()?;
    let is_little = wkb.first() == Some(&1);
    match if is_little { u32::from_le_bytes(number) } else { u32::from_be_bytes(number) } {
        1 => Some("Point"),
        2 => Some("LineString"),
        5 => Some("MultiLineString"),
        _ => None,
    }
}

/// The metadata `geo`. Without `crs` the coordinates are degrees on WGS 84.
fn geo(column: &str, kinds: &BTreeSet<&str>) -> KeyValue {
    let about = serde_json::json!({
        "version": "1.1.0",
        "primary_column": column,
        "columns": { column: { "encoding": "WKB", "geometry_types": kinds } },
    });
    KeyValue::new("geo".to_string(), about.to_string())
}

/// A Parquet file that is written block by block, a row group for each, so that its length does not matter to
/// memory.
pub struct ParquetStream<W: Write + Send> {
    sink: Option<W>,
    writer: Option<ArrowWriter<W>>,
}

impl<W: Write + Send> ParquetStream<W> {
    /// A file over a sink.
    pub fn new(sink: W) -> ParquetStream<W> {
        ParquetStream { sink: Some(sink), writer: None }
    }

    /// Writes a block. All have the columns of the first, whose metadata are those of the file.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), String> {
        if let Some(sink) = self.sink.take() {
            let opened = ArrowWriter::try_new(sink, batch.schema(), Some(properties()));
            self.writer = Some(opened.map_err(|e| e.to_string())?);
        }
        let Some(writer) = &mut self.writer else { return Err("the file is closed".into()) };
        writer.write(batch).and_then(|()| writer.flush()).map_err(|e| e.to_string())
    }

    /// Ends the file, with more metadata, and gives its sink back.
    pub fn finish(self, more: &[(&str, &str)]) -> Result<Option<W>, String> {
        let Some(mut writer) = self.writer else { return Ok(self.sink) };
        for (key, value) in more {
            let pair = (key.to_string(), value.to_string());
            writer.append_key_value_metadata(KeyValue::new(pair.0, pair.1));
        }
        writer.into_inner().map(Some).map_err(|e| e.to_string())
    }
}
