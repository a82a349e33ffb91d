//! The figures of each replication, as a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema};
use trimodal_simulate::outcome::{Replicate, Simulation};

use crate::parquet_file::parquet;

/// Name and version of the table's schema.
pub const REPLICATES_SCHEMA: &str = "trimodal/replicates/1";

/// A figure of a replication, named as in the JSON, with its values.
type Figure = (&'static str, fn(&Replicate) -> &BTreeMap<String, f64>);

const FIGURES: [Figure; 7] = [
    ("generated", |r| &r.generated),
    ("delivered", |r| &r.delivered),
    ("transit_mean_h", |r| &r.transit_mean_h),
    ("wait_mean_h", |r| &r.wait_mean_h),
    ("queue", |r| &r.queue),
    ("utilisation", |r| &r.utilisation),
    ("stock_mean_t", |r| &r.stock_mean_t),
];

/// The figures of each replication: its number, the figure, the id of a demand, resource or stock, and the value.
pub fn replicate_figures(s: &Simulation) -> impl Iterator<Item = (u32, &'static str, &str, f64)> {
    s.replicates.iter().flat_map(|r| {
        FIGURES.into_iter().flat_map(move |(name, of)| {
            of(r).iter().map(move |(id, x)| (r.replication, name, id.as_str(), *x))
        })
    })
}

/// One row per replication, figure and id (of a demand, resource or stock): `replication`, `figure`, `id`, `value`.
pub fn replicates_batch(s: &Simulation) -> RecordBatch {
    let (mut replication, mut figure, mut id, mut value) = (vec![], vec![], vec![], vec![]);
    for (number, name, row, x) in replicate_figures(s) {
        replication.push(number);
        figure.push(name);
        id.push(row);
        value.push(x);
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from(replication)),
        Arc::new(StringArray::from(figure)),
        Arc::new(StringArray::from(id)),
        Arc::new(Float64Array::from(value)),
    ];
    let types =
        [("replication", DataType::UInt32), ("figure", DataType::Utf8), ("id", DataType::Utf8)];
    let fields = types.into_iter().chain([("value", DataType::Float64)]);
    let fields: Vec<Field> = fields.map(|(name, of)| Field::new(name, of, false)).collect();
    let mut metadata = std::collections::HashMap::from([
        ("schema".to_string(), REPLICATES_SCHEMA.to_string()),
        ("scenario".to_string(), s.scenario.clone()),
        ("case".to_string(), s.case.clone()),
        ("seed".to_string(), s.seed.to_string()),
    ]);
    if s.counterfactual_no_law {
        metadata.insert("watermark".into(), trimodal_plan::WATERMARK.into());
    }
    let schema = Schema::new_with_metadata(fields, metadata);
    RecordBatch::try_new(Arc::new(schema), columns).expect("all columns have the same length")
}

/// The same as a Parquet file, compressed with zstd.
pub fn replicates_parquet(s: &Simulation) -> Vec<u8> {
    parquet(&replicates_batch(s))
}
