//! Arrow batches as Parquet files.

use std::io::Write;

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

fn properties() -> WriterProperties {
    WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build()
}

/// A batch as a Parquet file, compressed with zstd.
pub(crate) fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let whole = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties()))
        .and_then(|mut w| w.write(batch).and_then(|()| w.close()));
    whole.expect("writing to memory cannot fail");
    bytes
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
            writer
                .append_key_value_metadata(parquet::file::metadata::KeyValue::new(pair.0, pair.1));
        }
        writer.into_inner().map(Some).map_err(|e| e.to_string())
    }
}
