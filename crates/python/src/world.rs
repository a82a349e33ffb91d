//! The embedded world.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::collections::BTreeMap;
use std::path::PathBuf;
use trimodal::{Control, ExtractRegion, ExtractRequest, InputFile};

use crate::errors::{no_outcome, refused};

/// The embedded world, loaded.
#[pyclass(frozen, module = "trimodal._trimodal")]
pub struct World(pub trimodal::World);

fn json(value: &impl serde::Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|e| PyValueError::new_err(e.to_string()))
}

#[pymethods]
impl World {
    /// Loads it, in about a tenth of a second.
    #[new]
    fn new(py: Python<'_>) -> World {
        World(py.detach(trimodal::World::load))
    }

    /// A network of the user's own in its place, and the notes on how it was read.
    #[staticmethod]
    fn over(
        py: Python<'_>,
        network: PathBuf,
        mapping: Option<PathBuf>,
    ) -> PyResult<(World, Vec<String>)> {
        let loaded = py.detach(|| {
            let source = trimodal::files::open(&network).map_err(|problem| vec![problem])?;
            let mapping = mapping.as_deref().map(InputFile::open);
            trimodal::World::over_network(&source, mapping.as_ref()).map_err(|e| e.problems)
        });
        let (world, notes) = loaded.map_err(|problems| refused(py, &problems))?;
        Ok((World(world), notes.iter().map(ToString::to_string).collect()))
    }

    /// What it holds, as JSON.
    fn info(&self, py: Python<'_>) -> PyResult<String> {
        json(&py.detach(|| self.0.info()))
    }

    /// Places whose names or codes begin with some letters, as JSON.
    fn places(&self, py: Python<'_>, text: &str, limit: usize) -> PyResult<String> {
        json(&py.detach(|| self.0.suggest(text, limit)))
    }

    /// The files of a scenario of a part of it.
    fn extract<'py>(
        &self,
        py: Python<'py>,
        around: Option<(String, f64)>,
        sides: Option<[f64; 4]>,
        terminals: u16,
    ) -> PyResult<BTreeMap<String, Bound<'py, PyBytes>>> {
        let region = match (around, sides) {
            (Some((place, km)), None) => ExtractRegion::Around(place, km),
            (None, Some([west, south, east, north])) => {
                ExtractRegion::Box([south, west, north, east])
            }
            _ => return Err(PyValueError::new_err("give `around` or `box`, and not both")),
        };
        let request = ExtractRequest { region, terminals };
        let extracted = py.detach(|| self.0.extract(&request, &Control::none()));
        let extracted = extracted.map_err(|e| refused(py, &e.problems))?;
        let Some(files) = extracted.files else {
            let told =
                format!("no two terminals within {} are joined by open lines", extracted.name);
            return Err(no_outcome(py, &told));
        };
        Ok(files.0.into_iter().map(|(name, bytes)| (name, PyBytes::new(py, &bytes))).collect())
    }
}
