//! Files of the field: one format to another.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use trimodal::InputFile;
use trimodal::files::{self, ConvertRequest};
use trimodal::formats::convert::Written;

use crate::engine::run_alone;
use crate::errors::refused;

/// What a conversion gives: a file, or files of a folder by their names; notes; and a summary.
type Files<'py> =
    (Option<Bound<'py, PyBytes>>, BTreeMap<String, Bound<'py, PyBytes>>, Vec<String>, String);

/// Reads a source and gives it in another format. Nothing is written.
#[pyfunction]
pub fn convert<'py>(
    py: Python<'py>,
    source: PathBuf,
    output: String,
    formats: (Option<String>, Option<String>),
    mapping: Option<PathBuf>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Files<'py>> {
    let converted = run_alone(py, progress, move || {
        let (from, to) = formats;
        let source = files::open(&source).map_err(|problem| vec![problem])?;
        let mapping = mapping.as_deref().map(InputFile::open);
        let request = ConvertRequest { source, from, output, to, mapping };
        files::convert(&request).map_err(|e| e.problems)
    })?;
    let converted = converted.map_err(|problems| refused(py, &problems))?;
    let notes = converted.notes.iter().map(ToString::to_string).collect();
    let bytes = |bytes: &Vec<u8>| PyBytes::new(py, bytes);
    let (file, folder) = match &converted.written {
        Written::File(content) => (Some(bytes(content)), BTreeMap::new()),
        Written::Folder(files) => {
            (None, files.iter().map(|(name, content)| (name.clone(), bytes(content))).collect())
        }
    };
    Ok((file, folder, notes, converted.summary))
}
