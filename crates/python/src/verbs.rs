//! The verbs: a request in, an outcome out.

use std::path::PathBuf;

use pyo3::prelude::*;
use trimodal::fields::ask::{self, Verb};
use trimodal::model::problem::{FIELD_UNKNOWN, MALFORMED, NOTHING_TO_RUN, Problem, RUN_FAILED};
use trimodal::model::tables::{PAIRS, POINTS};
use trimodal::plan::outcome::Plan;
use trimodal::{InputFile, SimulateError, SimulateRequest, Volume, plan::Failure};

use crate::engine::{Call, run};
use crate::errors::{no_outcome, refused, refused_as, refused_in, tables_of};
use crate::outcome::{Answer, Outcome, Run, Study};
use crate::scenario::Scenario;
use crate::world::World;

/// A file of a request: its name for people, and its content.
type File = (String, Vec<u8>);

fn input((name, bytes): File) -> InputFile {
    // The bundled set has a name of its own.
    if bytes.is_empty() && name == "desnz" {
        InputFile::factors(name)
    } else {
        InputFile::new(name, bytes)
    }
}

fn inputs(files: Vec<(String, File)>) -> Vec<(String, InputFile)> {
    files.into_iter().map(|(field, file)| (field, input(file))).collect()
}

/// What is wrong with the fields of a request: one that is not known is a matter of its type.
fn asked<T>(py: Python<'_>, read: Result<T, Vec<Problem>>) -> PyResult<T> {
    read.map_err(|problems| match problems.iter().find(|p| p.code == FIELD_UNKNOWN) {
        None => refused(py, &problems),
        Some(problem) => {
            let hint = problem.hint.as_deref().unwrap_or_default();
            let told = problem.message.replace("there is no field", "there is no argument");
            let told = Problem::new(FIELD_UNKNOWN, told).hint(hint.replace("fields", "arguments"));
            refused_as(py, "ArgumentError", told)
        }
    })
}

/// How a shipment goes.
#[pyfunction]
pub fn route(
    py: Python<'_>,
    world: &World,
    body: &[u8],
    files: Vec<(String, File)>,
    call: Call,
) -> PyResult<Outcome> {
    let asked = asked(py, ask::route(body, inputs(files)))?;
    let world = &world.0;
    let routes = run(py, &call, asked.time_limit, |control| world.route(&asked.request, control))?;
    let routes =
        routes.map_err(|e| refused_in(py, &e.problems, &tables_of(&asked.request.shipment)))?;
    Ok(Outcome(Answer::Routes(Box::new(routes))))
}

/// The best itineraries between many points.
#[pyfunction]
pub fn table(
    py: Python<'_>,
    world: &World,
    points: (File, File),
    body: &[u8],
    files: Vec<(String, File)>,
    call: Call,
) -> PyResult<Outcome> {
    let points = [input(points.0), input(points.1)];
    let asked = asked(py, ask::table(body, points, inputs(files)))?;
    let world = &world.0;
    let skim = run(py, &call, asked.time_limit, |control| world.table(&asked.request, control))?;
    let skim = skim.map_err(|e| {
        let (request, mut given) = (&asked.request, tables_of(&asked.request.shipment));
        given.extend([(&POINTS, &request.origins), (&POINTS, &request.destinations)]);
        refused_in(py, &e.problems, &given)
    })?;
    Ok(Outcome(Answer::Table(Box::new(skim))))
}

/// The best itinerary of each pair of a list.
#[pyfunction]
pub fn pairs(
    py: Python<'_>,
    world: &World,
    pairs: File,
    body: &[u8],
    files: Vec<(String, File)>,
    call: Call,
) -> PyResult<Outcome> {
    let asked = asked(py, ask::pairs(body, input(pairs), inputs(files)))?;
    let world = &world.0;
    let pairs = run(py, &call, asked.time_limit, |control| world.pairs(&asked.request, control))?;
    let pairs = pairs.map_err(|e| {
        let mut given = tables_of(&asked.request.shipment);
        given.push((&PAIRS, &asked.request.pairs));
        refused_in(py, &e.problems, &given)
    })?;
    Ok(Outcome(Answer::Pairs(Box::new(pairs))))
}

/// A plan of a scenario.
#[pyfunction]
pub fn plan(py: Python<'_>, scenario: &Scenario, body: &[u8], call: Call) -> PyResult<Outcome> {
    let study = scenario;
    let (scenario, asked) = asked(py, ask::plan((*study.model).clone(), body))?;
    let plan = run(py, &call, asked.time_limit, |control| {
        trimodal::plan(&scenario, &asked.request, control)
    })?;
    let plan = plan.map_err(|failure| no_plan(py, &failure))?;
    let study = Study { body: body.to_vec(), ..Study::of(&study.files, scenario.into()) };
    Ok(Outcome(Answer::Plan(Box::new(plan), study)))
}

/// A plan as the command line writes it, `plan.json`, of its scenario.
#[pyfunction]
pub fn read_plan(py: Python<'_>, scenario: &Scenario, file: File) -> PyResult<Outcome> {
    let (name, bytes) = file;
    let plan: Plan = serde_json::from_slice(&bytes).map_err(|e| {
        let problem = Problem::new(MALFORMED, format!("not a plan: {e}"));
        refused(py, &[problem.at(&name, e.line(), e.column()).hint("make it again: trimodal plan")])
    })?;
    Ok(Outcome(Answer::Plan(Box::new(plan), scenario.study())))
}

fn no_plan(py: Python<'_>, failure: &Failure) -> PyErr {
    match failure.problem() {
        // The input is sound, but no plan was found in time.
        Some(problem) if matches!(failure, Failure::OutOfTime { .. }) => no_outcome(py, problem),
        Some(problem) if !failure.is_defect() => refused(py, &[problem]),
        Some(problem) => no_outcome(py, problem),
        None => no_outcome(py, Problem::new(RUN_FAILED, failure.to_string())),
    }
}

/// A simulation of a plan; `year` runs what was carried then.
#[pyfunction]
pub fn simulate(
    py: Python<'_>,
    run_of: (PyRef<'_, Scenario>, Option<PyRef<'_, Outcome>>),
    against: Option<(PyRef<'_, Scenario>, Option<PyRef<'_, Outcome>>, String)>,
    year: Option<u32>,
    body: &[u8],
    call: Call,
) -> PyResult<Outcome> {
    let asked = asked(py, ask::simulate(body))?;
    let usual = asked.request;
    let volume = year.map_or(usual.volume, |year| Volume::Observed(Some(year)));
    let usual = SimulateRequest { volume, threads: call.threads(), ..usual };
    let (scenario, plan) = &run_of;
    let model = &scenario.model;
    let first = SimulateRequest { plan: plan.as_deref().and_then(plan_of), ..usual.clone() };
    let second = against.as_ref().map(|(other, plan, name)| {
        let request = SimulateRequest { plan: plan.as_deref().and_then(plan_of), ..usual };
        (&other.model, request, name.as_str())
    });
    let done = run(py, &call, asked.time_limit, |control| match &second {
        Some((other, request, name)) => {
            trimodal::compare((model, &first), (other, request), name, control)
        }
        None => trimodal::simulate(model, &first, control),
    })?;
    let done = done.map_err(|error| match error {
        SimulateError::Problems(problems) => refused(py, &problems),
        SimulateError::NoPlan(failure) => no_plan(py, &failure),
        SimulateError::Nothing(why) => {
            let problem = Problem::new(NOTHING_TO_RUN, format!("nothing to run: {why}"));
            no_outcome(py, problem.hint("look at the `reason` and `not_permitted` of the plan"))
        }
        SimulateError::Run(failure) => {
            let hint = "give more time with --time-limit, or fewer replications";
            no_outcome(py, Problem::new(RUN_FAILED, failure.to_string()).hint(hint))
        }
    })?;
    Ok(Outcome(Answer::Simulation(Run::Here(Box::new(done)), scenario.study())))
}

fn plan_of(outcome: &Outcome) -> Option<&trimodal::plan::outcome::Plan> {
    match &outcome.0 {
        Answer::Plan(plan, _) => Some(plan),
        _ => None,
    }
}

/// The fields of a verb: each with its name and what it means.
#[pyfunction]
pub fn fields(verb: &str) -> Vec<(&'static str, &'static str)> {
    let declared = Verb::from_word(verb).map(Verb::fields).unwrap_or_default();
    declared.into_iter().flatten().map(|field| (field.name, field.about)).collect()
}

/// The bytes of a table that has `__arrow_c_stream__`, as CSV.
#[pyfunction]
pub fn as_csv<'py>(table: &Bound<'py, PyAny>) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
    let bytes = crate::capsules::as_csv(table)?;
    Ok(pyo3::types::PyBytes::new(table.py(), &bytes))
}

/// Runs the command line and ends the process.
#[pyfunction]
pub fn command_line(py: Python<'_>, arguments: Vec<PathBuf>) {
    let arguments = arguments.into_iter().map(PathBuf::into_os_string);
    py.detach(|| trimodal_cli::exit(trimodal_cli::run(arguments)))
}

/// Solver threads of cancelled calls that are still alive.
#[pyfunction]
pub fn solver_threads() -> usize {
    trimodal::plan::lp::solver_threads()
}
