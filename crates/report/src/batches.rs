//! Outcomes as Arrow batches: a row for each item of a list of the JSON, a column for each of its fields, named as
//! there. Fields of objects inside a row have the name of the object before theirs (`economics_npv_usd`).

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Metadata, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_arrow::schema::{SchemaLike, TracingOptions};

/// Tables of an outcome by their names, the main one first.
pub type Batches = Vec<(&'static str, RecordBatch)>;

/// Rows as a batch, without some of their fields.
pub(crate) fn batch<T: Serialize + DeserializeOwned>(rows: &[T], without: &[&str]) -> RecordBatch {
    let options = TracingOptions::default()
        .enums_without_data_as_strings(true)
        .strings_as_large_utf8(false)
        .sequence_as_large_list(false)
        .map_as_struct(false)
        .allow_null_fields(true);
    let fields = Vec::<FieldRef>::from_type::<T>(options).expect("outcomes have fixed fields");
    let kept = fields.iter().filter(|field| !without.contains(&field.name().as_str()));
    let fields: Vec<FieldRef> = kept.map(nullable).collect();
    let nested = serde_arrow::to_record_batch(&fields, &rows).expect("rows have these fields");
    flat(nested)
}

/// The same field, which may be null at every depth: what is left out of the JSON is null.
fn nullable(field: &FieldRef) -> FieldRef {
    let kind = match field.data_type() {
        DataType::Struct(inner) => DataType::Struct(inner.iter().map(nullable).collect()),
        DataType::List(item) => DataType::List(nullable(item)),
        other => other.clone(),
    };
    Arc::new(field.as_ref().clone().with_data_type(kind).with_nullable(true))
}

/// Objects as columns of their fields; the ends of an interval are low and high.
fn flat(nested: RecordBatch) -> RecordBatch {
    let wide = nested.normalize("_", None).expect("structs can be flattened");
    let name = |name: &str| match name.rsplit_once("_ci95_") {
        Some((stem, "0")) => format!("{stem}_ci95_low"),
        Some((stem, "1")) => format!("{stem}_ci95_high"),
        _ => name.to_string(),
    };
    let schema = wide.schema();
    let renamed =
        |f: &FieldRef| f.as_ref().clone().with_name(name(f.name())).with_metadata(HashMap::new());
    let fields: Vec<Field> = schema.fields().iter().map(renamed).collect();
    whole(fields, wide.columns().to_vec())
}

/// Columns before and after those of a batch.
pub(crate) fn beside(
    before: Vec<(Field, ArrayRef)>,
    batch: RecordBatch,
    after: Vec<(Field, ArrayRef)>,
) -> RecordBatch {
    let schema = batch.schema();
    let own = schema.fields().iter().map(|f| f.as_ref().clone()).zip(batch.columns().to_vec());
    let (fields, columns) = before.into_iter().chain(own).chain(after).unzip();
    whole(fields, columns)
}

/// Columns as a batch.
pub(crate) fn table(columns: Vec<(Field, ArrayRef)>) -> RecordBatch {
    let (fields, columns) = columns.into_iter().unzip();
    whole(fields, columns)
}

/// The same batches, each with these metadata.
pub(crate) fn with_metadata(batches: Batches, metadata: &Metadata) -> Batches {
    let with = |batch: RecordBatch| {
        let schema = batch.schema().as_ref().clone().with_metadata(metadata.clone());
        batch.with_schema(Arc::new(schema)).expect("metadata change no column")
    };
    batches.into_iter().map(|(name, batch)| (name, with(batch))).collect()
}

fn whole(fields: Vec<Field>, columns: Vec<ArrayRef>) -> RecordBatch {
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new(schema, columns).expect("all columns have the same length")
}

/// The same batches, with what their readers have to know in the metadata.
pub(crate) fn told(batches: Batches, about: &[(&str, String)]) -> Batches {
    let metadata: HashMap<String, String> = about
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| (key.to_string(), value.clone()))
        .collect();
    with_metadata(batches, &metadata.into())
}

/// A column of numbers that count.
pub(crate) fn counts(name: &str, values: Vec<usize>) -> (Field, ArrayRef) {
    let array: arrow::array::UInt32Array = values.into_iter().map(|n| n as u32).collect();
    (Field::new(name, DataType::UInt32, false), Arc::new(array))
}

/// A column of numbers.
pub(crate) fn numbers(name: &str, values: Vec<f64>) -> (Field, ArrayRef) {
    let array = arrow::array::Float64Array::from(values);
    (Field::new(name, DataType::Float64, false), Arc::new(array))
}
