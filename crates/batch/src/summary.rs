//! Means of replications, with their 95 % intervals.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The figures of all replications, by case, figure and id.
#[derive(Default)]
pub(crate) struct Summary {
    /// Names of the columns of the case.
    case: Vec<String>,
    /// In the order in which they were met first.
    order: Vec<Vec<String>>,
    of: BTreeMap<Vec<String>, Moments>,
}

/// Mean and variance of values that come one by one (B. P. Welford, *Note on a method for calculating corrected sums
/// of squares and products*, 1962).
#[derive(Default)]
struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, x: f64) {
        self.count += 1;
        let off = x - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (x - self.mean);
    }

    /// Half the 95 % interval of the mean.
    fn half(&self) -> Option<f64> {
        let freedom = self.count.checked_sub(1).filter(|n| *n > 0)? as f64;
        let t = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(0.975);
        Some(t * (self.squares / freedom / self.count as f64).sqrt())
    }
}

impl Summary {
    /// Adds rows of replications: the case, then `replication`, `figure`, `id` and `value`.
    pub fn add(&mut self, rows: &RecordBatch) {
        let (columns, count) = (rows.num_columns(), rows.num_rows());
        let case = columns.saturating_sub(4);
        if self.case.is_empty() {
            let names = rows.schema();
            self.case = names.fields().iter().take(case).map(|f| f.name().clone()).collect();
        }
        let keys: Vec<usize> = (0..case).chain([columns - 3, columns - 2]).collect();
        let values = rows.column(columns - 1).as_primitive::<Float64Type>();
        for row in 0..count {
            let key: Vec<String> = keys.iter().map(|c| cell(rows, *c, row)).collect();
            if !self.of.contains_key(&key) {
                self.order.push(key.clone());
            }
            if !values.is_null(row) {
                self.of.entry(key).or_default().add(values.value(row));
            }
        }
    }

    /// A row for each case, figure and id.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let last = ["figure", "id", "replications", "mean", "ci95_low", "ci95_high"];
        let header = self.case.iter().map(String::as_str).chain(last);
        // Writing to memory does not fail.
        let _ = writer.write_record(header);
        for key in &self.order {
            let Some(moments) = self.of.get(key) else { continue };
            let end = |sign: f64| {
                moments
                    .half()
                    .map_or(String::new(), |half| (moments.mean + sign * half).to_string())
            };
            let figures =
                [moments.count.to_string(), moments.mean.to_string(), end(-1.0), end(1.0)];
            let _ = writer.write_record(key.iter().chain(&figures));
        }
        writer.into_inner().unwrap_or_default()
    }
}

fn cell(rows: &RecordBatch, column: usize, row: usize) -> String {
    let column = rows.column(column);
    match column.data_type() {
        _ if column.is_null(row) => String::new(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        _ => column.as_string::<i32>().value(row).to_string(),
    }
}
