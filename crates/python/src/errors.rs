//! Problems as exceptions.

use pyo3::prelude::*;
use serde_json::{Value, json};
use trimodal::fields::in_fields;
use trimodal::model::problem::{FOLDER, Location, Problem};
use trimodal::model::table::{Table, cells};
use trimodal::model::tables::{FACTORS, OVERRIDES, OWN_PLACES, POLICIES, RATES, SERVICES};
use trimodal::{InputFile, Shipment};

/// The exception of bad input, with every problem in the words of the fields.
pub fn input_error(
    py: Python<'_>,
    problems: &[Problem],
    value: &dyn Fn(&Problem) -> Option<String>,
) -> PyErr {
    raised(py, "InputError", problems, value)
}

/// An exception of the package, by the name of its class.
fn raised(
    py: Python<'_>,
    class: &str,
    problems: &[Problem],
    value: &dyn Fn(&Problem) -> Option<String>,
) -> PyErr {
    let one = |problem: &Problem| -> Value {
        let at = problem.at.clone().unwrap_or_default();
        let usual =
            (problem.code == FOLDER).then_some("name a file or folder that exists and may be read");
        let hint = problem.hint.as_deref().or(usual);
        json!({
            "id": problem.code.id,
            "file": at.file,
            "row": at.row,
            "column": at.column,
            "value": value(problem),
            "message": in_fields(&problem.message),
            "hint": hint.map(in_fields),
        })
    };
    let all: Vec<Value> = problems.iter().map(one).collect();
    let told = Value::from(all).to_string();
    let made = || py.import("trimodal._errors")?.getattr("made")?.call1((class, told));
    made().map_or_else(|e| e, PyErr::from_value)
}

/// The exception of one problem, of a class that is also what Python raises there.
pub fn refused_as(py: Python<'_>, class: &str, problem: Problem) -> PyErr {
    raised(py, class, &[problem], &|_| None)
}

/// The same, where no file was read.
pub fn refused(py: Python<'_>, problems: &[Problem]) -> PyErr {
    input_error(py, problems, &|_| None)
}

/// A table of a request, and the file that it was given in.
pub type Given<'a> = (&'static Table, &'a InputFile);

/// The tables of a shipment.
pub fn tables_of(shipment: &Shipment) -> Vec<Given<'_>> {
    let all = [
        (&POLICIES, &shipment.own_policies),
        (&FACTORS, &shipment.factors),
        (&RATES, &shipment.rates),
        (&SERVICES, &shipment.services),
        (&OVERRIDES, &shipment.overrides),
        (&OWN_PLACES, &shipment.places),
    ];
    all.into_iter().filter_map(|(table, file)| Some((table, file.as_ref()?))).collect()
}

/// The exception of a request, with the cells of its tables that its problems are about.
pub fn refused_in(py: Python<'_>, problems: &[Problem], given: &[Given<'_>]) -> PyErr {
    let value = |problem: &Problem| {
        let at = problem.at.as_ref()?;
        // A sheet of a workbook is named behind the name of its file.
        let (table, file) = given.iter().find(|(_, file)| at.file.starts_with(&file.name))?;
        let (_, rows) = cells(table, &file.name, &file.bytes).ok()?;
        cell(&rows, at)
    };
    input_error(py, problems, &value)
}

/// A cell as written.
pub fn cell(rows: &[(usize, Vec<String>)], at: &Location) -> Option<String> {
    let (_, row) = rows.iter().find(|(line, _)| *line == at.row)?;
    row.get(at.column.checked_sub(1)?).cloned()
}

/// The exception of a question that has no outcome at all.
pub fn no_outcome(py: Python<'_>, problem: Problem) -> PyErr {
    refused_as(py, "NoOutcomeError", problem)
}
