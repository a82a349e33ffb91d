//! Tables inside a request: a list of texts and objects, or the text of the table itself.

use serde_json::Value;
use trimodal_model::problem::{BAD_VALUE, Problem};

use crate::InputFile;

/// The columns that a list can fill, and the one that a mere text fills.
pub struct Columns {
    /// Headers.
    pub names: &'static [&'static str],
    /// Where a text goes that stands in the place of a row; none: rows are objects.
    pub text: Option<usize>,
    /// What to give, for problems.
    pub hint: &'static str,
}

/// The table of a field, and how many rows it has.
pub fn read(
    field: &str,
    value: Option<&Value>,
    columns: &Columns,
) -> Result<(InputFile, usize), Problem> {
    let wrong =
        |what: &str| Problem::new(BAD_VALUE, format!("`{field}` {what}")).hint(columns.hint);
    let file = |text: String| InputFile::new(format!("{field}.csv"), text);
    let rows = match value {
        Some(Value::String(text)) => {
            let count = text.lines().count().saturating_sub(1);
            return Ok((file(text.clone()), count));
        }
        Some(Value::Array(rows)) => rows,
        _ => return Err(wrong("is not a list")),
    };
    let mut text = columns.names.join(",") + "\n";
    for (i, row) in rows.iter().enumerate() {
        let line =
            line(row, columns).ok_or_else(|| wrong(&format!("has no row as item {}", i + 1)))?;
        text += &line;
    }
    Ok((file(text), rows.len()))
}

/// A row as a line of a table.
fn line(row: &Value, columns: &Columns) -> Option<String> {
    let cells: Vec<String> = match (row, columns.text) {
        (Value::String(text), Some(at)) => {
            let one = |i: usize| if i == at { quoted(text) } else { String::new() };
            (0..columns.names.len()).map(one).collect()
        }
        (Value::Object(row), _) if row.keys().all(|k| columns.names.contains(&k.as_str())) => {
            columns
                .names
                .iter()
                .map(|name| row.get(*name).map(cell))
                .map(Option::unwrap_or_default)
                .collect()
        }
        _ => return None,
    };
    Some(cells.join(",") + "\n")
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\"").replace(['\n', '\r'], " "))
}
