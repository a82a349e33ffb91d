//! Arrow batches as Parquet files.

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

/// A batch as a Parquet file, compressed with zstd.
pub(crate) fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let mut bytes = Vec::new();
    let whole = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties))
        .and_then(|mut w| w.write(batch).and_then(|()| w.close()));
    whole.expect("writing to memory cannot fail");
    bytes
}
