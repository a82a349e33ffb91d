//! Tables of an outcome as one file for a GIS, by the writers of `convert`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use trimodal::files::{self, ConvertRequest};
use trimodal::formats::convert::Written;
use trimodal::formats::{Source, source::File};
use trimodal::model::problem::{NO_ROOM, Problem};
use trimodal::report::{self, Batches};

/// The table of a GeoPackage that says what must be known of the others: whom to name, and any watermark.
const ABOUT: &str = "about";

/// The tables as one file of a format: `gpkg`, `geojson`, `xlsx`, `csv`.
pub fn file(mut batches: Batches, to: &str) -> Result<Vec<u8>, Vec<Problem>> {
    if to == "gpkg" {
        batches.extend(batches.first().and_then(|(_, main)| about(main)).map(|b| (ABOUT, b)));
    }
    let mut files = Vec::new();
    for (name, batch) in &batches {
        let batch = plain(batch).map_err(|e| vec![unwritten(to, &e.to_string())])?;
        files.push(File { name: format!("{name}.parquet"), bytes: report::parquet(&batch) });
    }
    let request = ConvertRequest {
        source: Source { name: "outcome".into(), is_folder: true, files },
        from: Some("parquet".into()),
        output: format!("outcome.{to}"),
        to: Some(to.into()),
        mapping: None,
    };
    match files::convert(&request).map_err(|e| e.problems)?.written {
        Written::File(bytes) => Ok(bytes),
        Written::Folder(_) => Err(vec![unwritten(to, "it would be a folder")]),
    }
}

fn unwritten(to: &str, why: &str) -> Problem {
    Problem::new(NO_ROOM, format!("the outcome cannot be written as .{to}: {why}"))
        .hint("save it with another ending")
}

/// The metadata of a batch as rows; none where it has none.
fn about(batch: &RecordBatch) -> Option<RecordBatch> {
    let schema = batch.schema();
    let mut rows: Vec<(&String, &String)> = schema.metadata().iter().collect();
    rows.sort();
    if rows.is_empty() {
        return None;
    }
    let column = |name, values: Vec<&String>| {
        let array: ArrayRef = Arc::new(StringArray::from_iter_values(values));
        (Field::new(name, DataType::Utf8, false), array)
    };
    let (what, value) = rows.into_iter().unzip();
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) =
        [column("what", what), column("value", value)].into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).ok()
}

/// The same batch with lists as text, `a, b`: a GIS has no lists.
fn plain(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let schema = batch.schema();
    let one = |(field, array): (&Arc<Field>, &ArrayRef)| -> Result<(Field, ArrayRef), ArrowError> {
        match field.data_type() {
            DataType::List(_) => {
                let text = Field::new(field.name(), DataType::Utf8, true);
                Ok((text, Arc::new(joined(array)?)))
            }
            _ => Ok((field.as_ref().clone(), array.clone())),
        }
    };
    let columns = schema.fields().iter().zip(batch.columns()).map(one);
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) =
        columns.collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    RecordBatch::try_new(Arc::new(schema), arrays)
}

fn joined(lists: &ArrayRef) -> Result<StringArray, ArrowError> {
    let options = FormatOptions::default();
    let cells = ArrayFormatter::try_new(lists.as_ref(), &options)?;
    let text = |row: usize| -> Result<Option<String>, ArrowError> {
        if lists.is_null(row) {
            return Ok(None);
        }
        let whole = cells.value(row).try_to_string()?;
        let inside = whole.strip_prefix('[').and_then(|w| w.strip_suffix(']'));
        Ok(Some(inside.unwrap_or(&whole).to_string()))
    };
    (0..lists.len()).map(text).collect()
}
