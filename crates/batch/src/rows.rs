//! Columns of rows, filled one by one.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use toml::Value;

use crate::sweep::{Case, Sweep};

/// Columns, in order.
pub(crate) struct Rows {
    names: Vec<String>,
    columns: Vec<Column>,
    next: usize,
}

enum Column {
    Number(Float64Builder),
    Text(StringBuilder),
}

/// The name of a column, and whether it holds numbers.
pub(crate) type Named = (&'static str, bool);

impl Rows {
    /// No rows yet: the scenario, the values that a sweep varies, and some columns.
    pub fn of(sweep: &Sweep, more: &[Named]) -> Rows {
        let mut rows = Rows { names: Vec::new(), columns: Vec::new(), next: 0 };
        rows.column("scenario", false);
        for (key, values) in &sweep.vary {
            rows.column(key, values.iter().all(|v| number(v).is_some()));
        }
        more.iter().for_each(|(name, is_number)| rows.column(name, *is_number));
        rows
    }

    fn column(&mut self, name: &str, is_number: bool) {
        self.names.push(name.to_string());
        self.columns.push(match is_number {
            true => Column::Number(Float64Builder::new()),
            false => Column::Text(StringBuilder::new()),
        });
    }

    /// Begins a row: the scenario and the varied values.
    pub fn begin(&mut self, case: &Case) {
        self.next = 0;
        self.text(Some(case.scenario));
        for value in &case.values {
            match self.columns[self.next] {
                Column::Number(_) => self.number(number(value)),
                Column::Text(_) => {
                    let text = value.as_str().map_or_else(|| value.to_string(), String::from);
                    self.text(Some(&text));
                }
            }
        }
    }

    /// The next cell, a number or nothing.
    pub fn number(&mut self, value: Option<f64>) {
        match &mut self.columns[self.next] {
            Column::Number(column) => column.append_option(value),
            Column::Text(column) => column.append_option(value.map(|v| v.to_string())),
        }
        self.next += 1;
    }

    /// The next cell, a text or nothing.
    pub fn text(&mut self, value: Option<&str>) {
        match &mut self.columns[self.next] {
            Column::Text(column) => column.append_option(value),
            Column::Number(column) => column.append_null(),
        }
        self.next += 1;
    }

    /// The rows, under the name and version of their columns.
    pub fn batch(self, schema: &str) -> RecordBatch {
        let field = |(name, column): (String, &Column)| {
            let of = match column {
                Column::Number(_) => DataType::Float64,
                Column::Text(_) => DataType::Utf8,
            };
            Field::new(name, of, true)
        };
        let fields: Vec<Field> = self.names.into_iter().zip(&self.columns).map(field).collect();
        let columns = self.columns.into_iter().map(|column| match column {
            Column::Number(mut column) => Arc::new(column.finish()) as ArrayRef,
            Column::Text(mut column) => Arc::new(column.finish()),
        });
        let metadata = HashMap::from([("schema".to_string(), schema.to_string())]);
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        RecordBatch::try_new(schema, columns.collect()).expect("each row fills every column")
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|n| n as f64))
}
