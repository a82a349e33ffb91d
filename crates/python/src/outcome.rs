//! Outcomes, in every form that the command line writes.

use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};
use trimodal::model::problem::{NO_ROOM, PY_NO_PART, Problem};
use trimodal::plan::outcome::Plan;
use trimodal::report::{self, Batches, Pairs, Skim};
use trimodal::route::Routes;
use trimodal::simulation::Done;
use trimodal::simulation::outcome::Simulation;
use trimodal::simulation::recording::Recording;
use trimodal::{Files, Scenario};

use crate::capsules;
use crate::errors::{refused, refused_as};
use crate::layers;

/// What was answered.
pub enum Answer {
    /// Itineraries.
    Routes(Box<Routes>),
    /// A table.
    Table(Box<Skim>),
    /// A list of pairs.
    Pairs(Box<Pairs>),
    /// A plan of a scenario.
    Plan(Box<Plan>, Study),
    /// A simulation of a scenario.
    Simulation(Run, Study),
    /// Rows of a shard of a batch.
    Rows(RecordBatch),
}

/// A scenario as it was asked about, and the files and the request that make it again elsewhere.
pub struct Study {
    /// What was planned or run, with what the request closes.
    pub model: Arc<Scenario>,
    /// The files of the scenario.
    pub files: Arc<Files>,
    /// The request, as JSON.
    pub body: Vec<u8>,
}

impl Study {
    /// A scenario as it stands.
    pub fn of(files: &Arc<Files>, model: Arc<Scenario>) -> Study {
        Study { model, files: files.clone(), body: b"{}".to_vec() }
    }
}

/// A simulation: of this process, or what another sent of it.
pub enum Run {
    /// With the compiled model, which gives meaning to its trace.
    Here(Box<Done>),
    /// With its trace as CSV.
    Sent(Box<SentRun>),
}

/// What another process sent of a simulation.
pub struct SentRun {
    /// The answer.
    pub simulation: Simulation,
    /// The recording of the first replication, if it was asked for.
    pub recording: Option<Recording>,
    /// The trace of the first replication.
    pub trace: Vec<u8>,
}

impl Run {
    /// The answer.
    pub fn simulation(&self) -> &Simulation {
        match self {
            Run::Here(done) => &done.simulation,
            Run::Sent(sent) => &sent.simulation,
        }
    }

    /// The recording of the first replication, if it was asked for.
    pub fn recording(&self) -> Option<&Recording> {
        match self {
            Run::Here(done) => done.recording.as_ref(),
            Run::Sent(sent) => sent.recording.as_ref(),
        }
    }

    /// The trace of the first replication as CSV.
    pub fn trace(&self) -> Vec<u8> {
        match self {
            Run::Here(done) => report::trace_csv(done),
            Run::Sent(sent) => sent.trace.clone(),
        }
    }
}

/// An outcome.
#[pyclass(frozen, module = "trimodal._trimodal")]
pub struct Outcome(pub Answer);

/// Why an outcome cannot be written in a form that it has.
pub fn unwritten(why: String) -> Problem {
    Problem::new(NO_ROOM, why).hint("save it with another ending")
}

/// The exception of a table that is not there.
pub fn no_table(py: Python<'_>, name: &str) -> PyErr {
    let problem = Problem::new(PY_NO_PART, format!("there is no table `{name}`"));
    refused_as(py, "UnknownTableError", problem.hint("`tables` has their names"))
}

type Bytes = Result<Option<Vec<u8>>, Vec<Problem>>;

fn text(text: String) -> Bytes {
    Ok(Some(text.into_bytes()))
}

/// A table as GeoParquet; one without geometry is none.
fn drawn(batch: &RecordBatch, table: Option<&str>) -> Result<Vec<u8>, Vec<Problem>> {
    if batch.column_by_name("geometry").is_none() {
        let name = table.map_or("the first table".into(), |name| format!("the table `{name}`"));
        let problem = Problem::new(PY_NO_PART, format!("{name} has no geometry"));
        return Err(vec![problem.hint("name another with `table`, or write .parquet")]);
    }
    Ok(report::parquet(batch))
}

fn sheets(bytes: Result<Vec<u8>, String>) -> Bytes {
    bytes.map(Some).map_err(|why| vec![unwritten(why)])
}

impl Outcome {
    fn batches(&self) -> Batches {
        match &self.0 {
            Answer::Routes(routes) => report::routes_batches(routes),
            Answer::Table(skim) => vec![("cells", report::skim_batch(skim))],
            Answer::Pairs(pairs) => vec![("pairs", report::pairs_batch(pairs))],
            Answer::Plan(plan, study) => report::plan_batches(plan, &study.model),
            Answer::Simulation(run, study) => {
                report::simulation_batches(run.simulation(), &study.model)
            }
            Answer::Rows(rows) => vec![("rows", rows.clone())],
        }
    }

    /// The tables with all their geometry: that of tables and pairs is large, and made on request only.
    fn maps(&self) -> Batches {
        match &self.0 {
            Answer::Table(skim) => report::skim_map_batches(skim),
            Answer::Pairs(pairs) => report::pairs_map_batches(pairs),
            _ => self.batches(),
        }
    }

    fn chosen(&self, name: Option<&str>, with_maps: bool) -> Option<RecordBatch> {
        let plain = || self.batches().into_iter().find(|(n, _)| name.is_none_or(|name| name == *n));
        let drawn = || self.maps().into_iter().find(|(n, _)| name.is_none_or(|name| name == *n));
        // The points of a table are on its map only.
        let found = if with_maps { drawn() } else { plain().or_else(drawn) };
        found.map(|(_, batch)| batch)
    }

    /// The bytes of a file of a form; none where the outcome has no such form.
    fn bytes(&self, form: &str, table: Option<&str>) -> Bytes {
        match (&self.0, form) {
            (Answer::Rows(_), "csv" | "xlsx") => layers::file(self.batches(), form).map(Some),
            (Answer::Rows(_), "gpkg" | "geoparquet") => Ok(None),
            (_, "gpkg") => layers::file(self.maps(), form).map(Some),
            (_, "geoparquet") => self.chosen(table, true).map(|b| drawn(&b, table)).transpose(),
            (_, "parquet") if table.is_some() => {
                Ok(self.chosen(table, false).map(|b| report::parquet(&b)))
            }
            (Answer::Simulation(run, _), "parquet") => {
                Ok(Some(report::replicates_parquet(run.simulation())))
            }
            (_, "parquet") => Ok(self.chosen(None, false).map(|b| report::parquet(&b))),
            (Answer::Table(_) | Answer::Pairs(_), "geojson") => {
                layers::file(self.maps().into_iter().take(1).collect(), form).map(Some)
            }
            _ => self.written(form),
        }
    }

    /// The bytes of a form that the command line writes.
    fn written(&self, form: &str) -> Bytes {
        match (&self.0, form) {
            (Answer::Routes(r), "json") => text(report::routes_json(r)),
            (Answer::Routes(r), "geojson") => text(report::routes_geojson(r)),
            (Answer::Routes(r), "html") => text(report::routes_html(r)),
            (Answer::Routes(r), "txt") => text(report::routes_text(r)),
            (Answer::Table(t), "json") => Ok(Some(report::skim_json(t))),
            (Answer::Table(t), "csv") => Ok(Some(report::skim_csv(t))),
            (Answer::Table(t), "xlsx") => sheets(report::skim_xlsx(t)),
            (Answer::Pairs(p), "json") => Ok(Some(report::pairs_json(p))),
            (Answer::Pairs(p), "csv") => Ok(Some(report::pairs_csv(p))),
            (Answer::Pairs(p), "xlsx") => sheets(report::pairs_xlsx(p)),
            (Answer::Plan(p, _), "json") => text(report::json(p)),
            (Answer::Plan(p, s), "html") => text(report::html(p, &s.model)),
            (Answer::Plan(p, _), "txt") => text(report::text(p, None)),
            (Answer::Plan(p, s), "xlsx") => sheets(report::plan_xlsx(p, &s.model)),
            (Answer::Plan(p, s), "geojson") => {
                text(report::scenario_geojson(&s.model, &p.capacity.solution.links))
            }
            (Answer::Simulation(_, s), "geojson") => text(report::scenario_geojson(&s.model, &[])),
            (Answer::Simulation(r, _), "json") => text(report::simulation_json(r.simulation())),
            (Answer::Simulation(r, s), "html") => {
                text(report::simulation_html(r.simulation(), &s.model, r.recording()))
            }
            (Answer::Simulation(r, _), "txt") => {
                text(report::simulation_text(r.simulation(), None))
            }
            (Answer::Simulation(r, _), "trace") => Ok(Some(r.trace())),
            (Answer::Simulation(r, _), "recording") => {
                Ok(r.recording().map(|r| report::recording_json(r).into_bytes()))
            }
            _ => Ok(None),
        }
    }
}

#[pymethods]
impl Outcome {
    /// The bytes of a file of a form (`json`, `csv`, `parquet`, `geoparquet`, `gpkg`, `geojson`, `html`, `xlsx`,
    /// `txt`; of simulations `trace` and `recording`); none where the outcome has no such form. Parquet has one
    /// table, the main one where none is named.
    #[pyo3(signature = (form, table=None))]
    fn write<'py>(
        &self,
        py: Python<'py>,
        form: &str,
        table: Option<&str>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let bytes = py.detach(|| self.bytes(form, table));
        let bytes = bytes.map_err(|problems| refused(py, &problems))?;
        Ok(bytes.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// Names of its tables, the main one first.
    fn tables(&self) -> Vec<&'static str> {
        match &self.0 {
            Answer::Table(_) => vec!["cells", "origins", "destinations"],
            Answer::Pairs(_) => vec!["pairs"],
            _ => self.batches().into_iter().map(|(name, _)| name).collect(),
        }
    }

    /// A table as a stream of Arrow; without a name the main one. The lines of tables and pairs are made on request.
    #[pyo3(signature = (name=None, lines=false))]
    fn arrow<'py>(
        &self,
        py: Python<'py>,
        name: Option<&str>,
        lines: bool,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batch = py.detach(|| self.chosen(name, lines));
        capsules::stream(py, batch.ok_or_else(|| no_table(py, name.unwrap_or_default()))?)
    }

    /// The number of rows of its main table.
    fn rows(&self) -> usize {
        self.chosen(None, false).map_or(0, |batch| batch.num_rows())
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
