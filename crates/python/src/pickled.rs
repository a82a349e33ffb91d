//! Outcomes to and from the bytes that are pickled.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde::de::DeserializeOwned;
use trimodal::fields::ask;
use trimodal::model::problem::{BATCH_OTHER, Problem};
use trimodal::{Files, Scenario, report};

use crate::errors::refused;
use crate::outcome::{Answer, Outcome, Run, SentRun, Study};
use crate::sent::{self, Parts};

/// What an outcome is, and its parts by their names.
type Packed<'py> = (&'static str, Vec<(String, Bound<'py, PyBytes>)>);

/// Names of the parts; files of the scenario follow a name of their own.
const OUTCOME: &str = "outcome";
const ASKED: &str = "asked";
const RECORDING: &str = "recording";
const TRACE: &str = "trace";
const SCENARIO: &str = "scenario/";

impl Study {
    fn parts(&self) -> Parts {
        let files = self.files.0.iter();
        let mut parts: Parts =
            files.map(|(name, bytes)| (format!("{SCENARIO}{name}"), bytes.clone())).collect();
        parts.insert(ASKED.into(), self.body.clone());
        parts
    }

    fn of_parts(parts: &Parts) -> Result<Study, Vec<Problem>> {
        let file = |(name, bytes): (&String, &Vec<u8>)| {
            Some((name.strip_prefix(SCENARIO)?.to_string(), bytes.clone()))
        };
        let files = Arc::new(Files(parts.iter().filter_map(file).collect()));
        let body = parts.get(ASKED).cloned().unwrap_or_default();
        let scenario = Scenario::from_files(&files).map_err(|e| e.problems)?;
        let (model, _) = ask::plan(scenario, &body)?;
        Ok(Study { model: Arc::new(model), files, body })
    }
}

fn packed(answer: &Answer) -> Result<(&'static str, Parts), String> {
    let one = |bytes: Vec<u8>| Parts::from([(OUTCOME.to_string(), bytes)]);
    Ok(match answer {
        Answer::Routes(routes) => ("routes", one(report::routes_json(routes).into_bytes())),
        Answer::Table(skim) => ("table", one(sent::of_skim(skim)?)),
        Answer::Pairs(pairs) => ("pairs", one(sent::of_pairs(pairs)?)),
        Answer::Rows(rows) => ("rows", one(report::parquet(rows))),
        Answer::Plan(plan, study) => {
            let mut parts = study.parts();
            parts.extend(one(report::json(plan).into_bytes()));
            ("plan", parts)
        }
        Answer::Simulation(run, study) => {
            let mut parts = study.parts();
            parts.extend(one(report::simulation_json(run.simulation()).into_bytes()));
            parts.insert(TRACE.into(), run.trace());
            let recording = run.recording().map(|r| report::recording_json(r).into_bytes());
            parts.extend(recording.map(|bytes| (RECORDING.to_string(), bytes)));
            ("simulation", parts)
        }
    })
}

fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Vec<Problem>> {
    serde_json::from_slice(bytes).map_err(|e| vec![damaged(e.to_string())])
}

fn damaged(why: String) -> Problem {
    let message = format!("the pickled outcome cannot be read by this version: {why}");
    Problem::new(BATCH_OTHER, message).hint("install the same version where it was made and here")
}

fn unpacked(kind: &str, parts: &Parts) -> Result<Answer, Vec<Problem>> {
    let outcome = parts.get(OUTCOME).map(Vec::as_slice).unwrap_or_default();
    let refuse = |why: String| vec![damaged(why)];
    Ok(match kind {
        "routes" => Answer::Routes(Box::new(json(outcome)?)),
        "table" => Answer::Table(Box::new(sent::skim(outcome).map_err(refuse)?)),
        "pairs" => Answer::Pairs(Box::new(sent::pairs(outcome).map_err(refuse)?)),
        "rows" => Answer::Rows(trimodal_batch::rows_of(outcome.to_vec()).map_err(refuse)?),
        "plan" => Answer::Plan(Box::new(json(outcome)?), Study::of_parts(parts)?),
        "simulation" => {
            let sent = SentRun {
                simulation: json(outcome)?,
                recording: parts.get(RECORDING).map(|bytes| json(bytes)).transpose()?,
                trace: parts.get(TRACE).cloned().unwrap_or_default(),
            };
            Answer::Simulation(Run::Sent(Box::new(sent)), Study::of_parts(parts)?)
        }
        other => return Err(refuse(format!("`{other}` is no outcome"))),
    })
}

/// An outcome as what it is and the bytes of its parts.
#[pyfunction]
pub fn pack<'py>(py: Python<'py>, outcome: &Outcome) -> PyResult<Packed<'py>> {
    let (kind, parts) =
        py.detach(|| packed(&outcome.0)).map_err(|why| refused(py, &[damaged(why)]))?;
    Ok((kind, parts.into_iter().map(|(name, b)| (name, PyBytes::new(py, &b))).collect()))
}

/// The outcome of such parts.
#[pyfunction]
pub fn unpack(py: Python<'_>, packed: (String, Vec<(String, Vec<u8>)>)) -> PyResult<Outcome> {
    let (kind, parts): (String, Parts) = (packed.0, packed.1.into_iter().collect());
    let answer = py.detach(|| unpacked(&kind, &parts));
    answer.map(Outcome).map_err(|problems| refused(py, &problems))
}
