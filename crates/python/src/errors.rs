//! Problems as exceptions.

use pyo3::prelude::*;
use serde_json::{Value, json};
use trimodal::model::problem::Problem;
use trimodal_serve::refusal::Finding;

/// The exception of bad input, with every problem in the words of the fields.
pub fn input_error(
    py: Python<'_>,
    problems: &[Problem],
    value: &dyn Fn(&Problem) -> Option<String>,
) -> PyErr {
    let one = |problem: &Problem| -> Value {
        let told = Finding::from(problem);
        let at = told.at.unwrap_or_default();
        json!({
            "id": told.id,
            "file": at.file,
            "row": at.row,
            "column": at.column,
            "value": value(problem),
            "message": told.message,
            "hint": told.hint,
        })
    };
    let all: Vec<Value> = problems.iter().map(one).collect();
    raised(py, "InputError", &Value::from(all).to_string())
}

/// The same, where no file was read.
pub fn refused(py: Python<'_>, problems: &[Problem]) -> PyErr {
    input_error(py, problems, &|_| None)
}

/// The exception of a question that has no outcome at all.
pub fn no_outcome(py: Python<'_>, why: &str) -> PyErr {
    raised(py, "NoOutcomeError", why)
}

/// An exception of the package, by the name of its class.
fn raised(py: Python<'_>, class: &str, told: &str) -> PyErr {
    let made = || py.import("trimodal._errors")?.getattr("made")?.call1((class, told));
    made().map_or_else(|e| e, PyErr::from_value)
}
