//! Arrow tables in and out of Python over the PyCapsule interface: no copy, no Arrow library in between.
//!
//! The only `unsafe` of this project is here, in [`taken`].

use std::ffi::CStr;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow::error::ArrowError;
use arrow::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use trimodal::model::problem::{DAMAGED, Problem};

use crate::errors::refused;

/// The name that the interface gives to capsules of streams.
const STREAM: &CStr = c"arrow_array_stream";

/// A batch as a stream of one, for `__arrow_c_stream__`. Its buffers live until the last reader lets go of them.
pub fn stream(py: Python<'_>, batch: RecordBatch) -> PyResult<Bound<'_, PyCapsule>> {
    let schema = batch.schema();
    let reader = RecordBatchIterator::new([Ok(batch)], schema);
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    // A stream that no one takes is released when the capsule drops its value.
    PyCapsule::new_with_value(py, stream, STREAM)
}

/// The batches of an object that has `__arrow_c_stream__`, as a CSV table.
pub fn as_csv(table: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let capsule = table.call_method0("__arrow_c_stream__")?;
    let reader = taken(capsule.cast::<PyCapsule>()?)?;
    csv(reader).map_err(|e| unreadable(table.py(), &e))
}

fn unreadable(py: Python<'_>, why: &ArrowError) -> PyErr {
    let problem = Problem::new(DAMAGED, format!("a table cannot be read: {why}"));
    refused(py, &[problem.hint("give it as a pyarrow.Table, or as a CSV file")])
}

/// The stream of a capsule; the capsule keeps an empty one.
#[allow(unsafe_code)]
fn taken(capsule: &Bound<'_, PyCapsule>) -> PyResult<RecordBatchStreamReader> {
    // Checks the name, which says what the pointer is.
    let pointer = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: `from_raw` needs a pointer that is valid for reads and writes and aligned, to a stream that is
    // initialised; it moves the stream out and leaves a released one in its place.
    // - A capsule of this name holds, by the PyCapsule interface of Arrow, a pointer to an initialised
    //   `ArrowArrayStream` of its producer, and `FFI_ArrowArrayStream` has that layout (`repr(C)`). `NonNull`
    //   says that the pointer is not null.
    // - The capsule owns the stream until its destructor runs; `capsule` is borrowed for the whole call, so that
    //   the stream lives.
    // - No one else reads or writes it meanwhile: this thread is attached to the interpreter and runs no Python
    //   code between the check and the move, and the capsule was made for this call by `__arrow_c_stream__`.
    // - The destructor of the capsule sees a stream without `release` and does nothing, so that nothing is
    //   released twice. A stream that was taken before has no `release` either: `from_raw` refuses it.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr()) };
    reader.map_err(|e| unreadable(capsule.py(), &e))
}

/// Batches as CSV, null as a blank cell.
fn csv(reader: RecordBatchStreamReader) -> Result<Vec<u8>, ArrowError> {
    let broken = |e: csv::Error| ArrowError::ExternalError(Box::new(e));
    let mut out = csv::Writer::from_writer(Vec::new());
    let schema = Arc::clone(&reader.schema());
    out.write_record(schema.fields().iter().map(|f| f.name())).map_err(broken)?;
    let options = arrow::util::display::FormatOptions::default();
    for batch in reader {
        let batch = batch?;
        let columns = batch.columns().iter();
        let columns: Vec<_> = columns
            .map(|c| arrow::util::display::ArrayFormatter::try_new(c.as_ref(), &options))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows() {
            for column in &columns {
                out.write_field(column.value(row).try_to_string()?).map_err(broken)?;
            }
            out.write_record(None::<&[u8]>).map_err(broken)?;
        }
    }
    out.into_inner().map_err(|e| ArrowError::ExternalError(Box::new(e.into_error())))
}
