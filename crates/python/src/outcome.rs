//! Outcomes, in every form that the command line writes.

use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};
use trimodal::plan::outcome::Plan;
use trimodal::report::{self, Batches, Pairs, Skim};
use trimodal::route::Routes;
use trimodal::simulation::Done;

use crate::capsules;

/// What was answered.
pub enum Answer {
    /// Itineraries.
    Routes(Box<Routes>),
    /// A table.
    Table(Box<Skim>),
    /// A list of pairs.
    Pairs(Box<Pairs>),
    /// A plan of a scenario.
    Plan(Box<Plan>, Arc<trimodal::Scenario>),
    /// A simulation of a scenario.
    Simulation(Box<Done>, Arc<trimodal::Scenario>),
    /// Rows of a shard of a batch.
    Rows(RecordBatch),
}

/// An outcome.
#[pyclass(frozen, module = "trimodal._trimodal")]
pub struct Outcome(pub Answer);

impl Outcome {
    fn batches(&self) -> Batches {
        match &self.0 {
            Answer::Routes(routes) => report::routes_batches(routes),
            Answer::Table(skim) => vec![("cells", report::skim_batch(skim))],
            Answer::Pairs(pairs) => vec![("pairs", report::pairs_batch(pairs))],
            Answer::Plan(plan, scenario) => report::plan_batches(plan, scenario),
            Answer::Simulation(done, s) => report::simulation_batches(&done.simulation, s),
            Answer::Rows(rows) => vec![("rows", rows.clone())],
        }
    }

    /// The bytes of a file of a form; none where the outcome has no such form.
    fn bytes(&self, form: &str) -> Result<Option<Vec<u8>>, String> {
        let text = |text: String| Ok(Some(text.into_bytes()));
        match (&self.0, form) {
            (Answer::Routes(r), "json") => text(report::routes_json(r)),
            (Answer::Routes(r), "geojson") => text(report::routes_geojson(r)),
            (Answer::Routes(r), "html") => text(report::routes_html(r)),
            (Answer::Routes(r), "txt") => text(report::routes_text(r)),
            (Answer::Table(t), "json") => Ok(Some(report::skim_json(t))),
            (Answer::Table(t), "csv") => Ok(Some(report::skim_csv(t))),
            (Answer::Table(t), "parquet") => Ok(Some(report::skim_parquet(t))),
            (Answer::Table(t), "xlsx") => report::skim_xlsx(t).map(Some),
            (Answer::Pairs(p), "json") => Ok(Some(report::pairs_json(p))),
            (Answer::Pairs(p), "csv") => Ok(Some(report::pairs_csv(p))),
            (Answer::Pairs(p), "parquet") => Ok(Some(report::pairs_parquet(p))),
            (Answer::Pairs(p), "xlsx") => report::pairs_xlsx(p).map(Some),
            (Answer::Plan(p, _), "json") => text(report::json(p)),
            (Answer::Plan(p, s), "html") => text(report::html(p, s)),
            (Answer::Plan(p, _), "txt") => text(report::text(p, None)),
            (Answer::Plan(p, s), "xlsx") => report::plan_xlsx(p, s).map(Some),
            (Answer::Plan(p, s), "geojson") => {
                text(report::scenario_geojson(s, &p.capacity.solution.links))
            }
            (Answer::Simulation(_, s), "geojson") => text(report::scenario_geojson(s, &[])),
            (Answer::Simulation(d, _), "json") => text(report::simulation_json(&d.simulation)),
            (Answer::Simulation(d, s), "html") => {
                text(report::simulation_html(&d.simulation, s, d.recording.as_ref()))
            }
            (Answer::Simulation(d, _), "txt") => text(report::simulation_text(&d.simulation, None)),
            (Answer::Simulation(d, _), "trace") => Ok(Some(report::trace_csv(d))),
            (Answer::Simulation(d, _), "recording") => {
                Ok(d.recording.as_ref().map(|r| report::recording_json(r).into_bytes()))
            }
            (Answer::Simulation(d, _), "parquet") => {
                Ok(Some(report::replicates_parquet(&d.simulation)))
            }
            _ => Ok(None),
        }
    }
}

#[pymethods]
impl Outcome {
    /// The bytes of a file of a form (`json`, `csv`, `parquet`, `geojson`, `html`, `xlsx`, `txt`; of simulations
    /// `trace` and `recording`); none where the outcome has no such form.
    fn write<'py>(&self, py: Python<'py>, form: &str) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let bytes = py.detach(|| self.bytes(form)).map_err(PyValueError::new_err)?;
        Ok(bytes.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// Names of its tables, the main one first.
    fn tables(&self) -> Vec<&'static str> {
        match &self.0 {
            Answer::Table(_) => vec!["cells"],
            Answer::Pairs(_) => vec!["pairs"],
            _ => self.batches().into_iter().map(|(name, _)| name).collect(),
        }
    }

    /// A table as a stream of Arrow; without a name the main one.
    #[pyo3(signature = (name=None))]
    fn arrow<'py>(&self, py: Python<'py>, name: Option<&str>) -> PyResult<Bound<'py, PyCapsule>> {
        let batches = py.detach(|| self.batches());
        let mut found = batches.into_iter().filter(|(n, _)| name.is_none_or(|name| name == *n));
        let (_, batch) = found
            .next()
            .ok_or_else(|| PyKeyError::new_err(name.unwrap_or_default().to_string()))?;
        capsules::stream(py, batch)
    }

    /// How many cells or pairs have each status, in words; empty for other outcomes.
    fn summary(&self) -> String {
        let name = Path::new("table");
        match &self.0 {
            Answer::Table(t) => {
                report::skim_text(t, &t.tally(), name) + &report::bad_points_text(t)
            }
            Answer::Pairs(p) => report::pairs_text(p, name) + &report::bad_pairs_text(p),
            _ => String::new(),
        }
    }
}
