//! The embedded world, and networks of the user's own.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::collections::BTreeMap;
use std::path::PathBuf;
use trimodal::model::problem::{BAD_VALUE, NO_TERMINALS, Problem};
use trimodal::{
    BuildRequest, Built, Control, DetoursRequest, ExtractRegion, ExtractRequest, InputFile, report,
};

use crate::engine::{Call, run, run_alone};
use crate::errors::{no_outcome, refused};

/// A world, loaded.
#[pyclass(frozen, module = "trimodal._trimodal")]
pub struct World(pub trimodal::World);

/// A check in the two forms of the command line: JSON and text.
type Checked = (String, String);

/// The file of a network, its counts (links replaced, new links, ends joined, ferries, ports and terminals) and the
/// notes on how the extract was read.
type Made<'py> = (Bound<'py, PyBytes>, [usize; 5], Vec<String>);

fn json(value: &impl serde::Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(|e| PyRuntimeError::new_err(e.to_string()))
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
        progress: Option<Py<PyAny>>,
    ) -> PyResult<(World, Vec<String>)> {
        let loaded = run_alone(py, progress, move || {
            let source = trimodal::files::open(&network).map_err(|problem| vec![problem])?;
            let mapping = mapping.as_deref().map(InputFile::open);
            trimodal::World::over_network(&source, mapping.as_ref()).map_err(|e| e.problems)
        })?;
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

    /// The links near a place, as JSON.
    fn links(&self, py: Python<'_>, place: &str, km: f64) -> PyResult<String> {
        let found = py.detach(|| self.0.links_near(place, km));
        json(&found.map_err(|e| refused(py, &e.problems))?)
    }

    /// Its defects: pieces, mended links, gauges, ports, distances against published ones.
    fn check(&self, py: Python<'_>, progress: Option<Py<PyAny>>) -> PyResult<Checked> {
        let world = self.0.clone();
        let found = run_alone(py, progress, move || world.audit())?;
        let found = found.map_err(|e| refused(py, &e.problems))?;
        Ok((report::check_json(&found), report::check_text(&found)))
    }

    /// Larger towns whose way by rail or road is missing or long; of one region or of all.
    fn check_detours(
        &self,
        py: Python<'_>,
        region: Option<String>,
        call: Call,
    ) -> PyResult<Checked> {
        let request = DetoursRequest { region };
        let found = run(py, &call, None, |control| self.0.detours(&request, control))?;
        let found = found.map_err(|e| refused(py, &e.problems))?;
        Ok((report::detours_json(&found), report::detours_text(&found)))
    }

    /// Distances between seaports against published ones, for a ship of some draught.
    fn check_sea(
        &self,
        py: Python<'_>,
        draught_m: f64,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Checked> {
        let world = self.0.clone();
        let found = run_alone(py, progress, move || world.sea_audit(draught_m))?;
        let found = found.map_err(|e| refused(py, &e.problems))?;
        Ok((report::sea_json(&found), report::sea_text(&found)))
    }

    /// The network with a region replaced by an extract; sides are west, south, east, north.
    fn build<'py>(
        &self,
        py: Python<'py>,
        extract: PathBuf,
        sides: [f64; 4],
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Made<'py>> {
        let world = self.0.clone();
        let [west, south, east, north] = sides;
        let built = run_alone(py, progress, move || {
            let extract = trimodal::files::open(&extract).map_err(|problem| vec![problem])?;
            let request = BuildRequest { extract, region: [south, west, north, east] };
            world.build(&request).map_err(|e| e.problems)
        })?;
        let built = built.map_err(|problems| refused(py, &problems))?;
        let Built { bytes, replaced, new, joined, ferries, terminals, notes } = built;
        let notes = notes.iter().map(ToString::to_string).collect();
        Ok((PyBytes::new(py, &bytes), [replaced, new, joined, ferries, terminals], notes))
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
            (around, _) => {
                let given = if around.is_some() { "both are given" } else { "neither is given" };
                let problem = Problem::new(BAD_VALUE, format!("`around` or `box`: {given}"));
                return Err(refused(py, &[problem.hint("give one of them")]));
            }
        };
        let world = self.0.clone();
        let request = ExtractRequest { region, terminals };
        let extracted = run_alone(py, None, move || world.extract(&request, &Control::none()))?;
        let extracted = extracted.map_err(|e| refused(py, &e.problems))?;
        let Some(files) = extracted.files else {
            let told =
                format!("no two terminals within {} are joined by open lines", extracted.name);
            let hint = "choose a larger region, or another place";
            return Err(no_outcome(py, Problem::new(NO_TERMINALS, told).hint(hint)));
        };
        Ok(files.0.into_iter().map(|(name, bytes)| (name, PyBytes::new(py, &bytes))).collect())
    }
}
