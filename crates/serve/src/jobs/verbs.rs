//! What jobs do: a plan, a simulation, a table of any size, a part of the world.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use trimodal::fields::Kind::{Json, Number, Numbers, Text, Whole};
use trimodal::fields::plan::{self as plan_of, PLAN as PLAN_FIELDS};
use trimodal::fields::shipment::SHIPMENT;
use trimodal::fields::simulate::{self as run_of, SIMULATE as SIMULATE_FIELDS};
use trimodal::fields::table::{self, BY, TABLE, WAYS};
use trimodal::fields::{Field, Given, TIME, optional};
use trimodal::model::problem::{BAD_VALUE, OTHER_NAME, Problem};
use trimodal::plan::outcome::Plan;
use trimodal::report::{self, ParquetStream};
use trimodal::simulation::outcome::Simulation;
use trimodal::{
    Control, ExtractRegion, ExtractRequest, Files, Room, Scenario, SimulateError, SimulateRequest,
};

use super::{Failure, Folder, Order};
use crate::app::App;
use crate::refusal::Refusal;
use crate::scenarios;

const RESULT: &str = "result";
const JSON: &str = "application/json";

const SCENARIO: &[Field] = &[
    optional("scenario", Text, "Name of a scenario; or give `files`."),
    optional("files", Json, "Texts of the files of a scenario by their names."),
    optional(
        "time_limit_s",
        Number(0.001, 1e6),
        "Time limit, s; that of the server where it is shorter.",
    ),
];

const PLAN_TO_RUN: &[Field] = &[optional(
    "plan",
    Text,
    "Id of the job whose plan is run; a plan is made first where it is not given.",
)];

const EXTRACT_OPTIONS: &[Field] = &[
    optional(
        "box",
        Numbers,
        "Sides in degrees: west, south, east, north. A west above the east crosses 180 degrees.",
    ),
    optional("around", Text, "A place, a port or `lat,lon`; with `km`."),
    optional("km", Number(1.0, 3000.0), "How far around it, km; 300 where it is not given."),
    optional("terminals", Whole(2, 1000), "Terminals at most; 30 where it is not given."),
];

/// Fields of `/plan`.
pub const PLAN: &[&[Field]] = &[SCENARIO, PLAN_FIELDS];
/// Fields of `/simulate`.
pub const SIMULATE: &[&[Field]] = &[SCENARIO, PLAN_TO_RUN, SIMULATE_FIELDS];
/// Fields of `/skim`.
pub const SKIM: &[&[Field]] = &[TABLE, BY, WAYS, SHIPMENT, TIME];
/// Fields of `/extract`.
pub const EXTRACT: &[&[Field]] = &[EXTRACT_OPTIONS, TIME];

fn limit(app: &App, given: &Given) -> Duration {
    let most = app.settings.job_time_limit;
    let asked = given.number("time_limit_s").and_then(|s| Duration::try_from_secs_f64(s).ok());
    asked.map_or(most, |asked| asked.min(most))
}

/// The scenario that a request names or brings.
fn scenario(app: &App, given: &Given) -> Result<Scenario, Refusal> {
    let one = |problem: Problem| Refusal::bad_input(&[problem]);
    let files: Files = match (given.text("scenario"), given.json("files")) {
        (Some(name), None) => app.scenarios.find(name)?.files,
        (None, Some(files)) => scenarios::files(Some(files))?,
        _ => {
            let problem = Problem::new(BAD_VALUE, "give `scenario` or `files`, and not both");
            return Err(one(problem.hint("/api/v1/scenarios lists the names")));
        }
    };
    scenarios::read(&files)
}

/// A plan.
pub fn plan(app: &Arc<App>, given: Given) -> Result<Order, Refusal> {
    let scenario = scenario(app, &given)?;
    let (scenario, request) = plan_of::request(scenario, &given)?;
    let title = scenario.settings.name.clone();
    let limit = limit(app, &given);
    let work = move |folder: &Folder, control: &Control| {
        let plan =
            trimodal::plan(&scenario, &request, control).map_err(|f| no_plan(&f, control))?;
        folder.put_bytes(RESULT, report::json(&plan).as_bytes())?;
        Ok(folder.put_bytes("report", report::html(&plan, &scenario).as_bytes())?)
    };
    Ok(Order { verb: "plan", title, media: JSON, limit, work: Box::new(work) })
}

fn no_plan(failure: &trimodal::plan::Failure, control: &Control) -> Failure {
    match (failure.problem(), control.stopped()) {
        (Some(problem), _) => {
            Failure::Refused(Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, &[problem]))
        }
        (None, Some(stopped)) => Failure::Stopped(stopped),
        (None, None) => Failure::Refused(super::folder::defect()),
    }
}

/// A simulation.
pub fn simulate(app: &Arc<App>, given: Given) -> Result<Order, Refusal> {
    let scenario = scenario(app, &given)?;
    let plan = given.text("plan").map(|id| kept_plan(app, id)).transpose()?;
    let request = run_of::request(&given)?;
    let title = scenario.settings.name.clone();
    let limit = limit(app, &given);
    let work = move |folder: &Folder, control: &Control| {
        let request = SimulateRequest { plan: plan.as_ref(), ..request };
        let done =
            trimodal::simulate(&scenario, &request, control).map_err(|e| no_run(e, control))?;
        if let Some(recording) = &done.recording {
            folder.put_bytes("trace", report::recording_json(recording).as_bytes())?;
        }
        let result = report::simulation_json(&done.simulation);
        Ok(folder.put_bytes(RESULT, result.as_bytes())?)
    };
    Ok(Order { verb: "simulate", title, media: JSON, limit, work: Box::new(work) })
}

/// The plan of a job.
fn kept_plan(app: &App, id: &str) -> Result<Plan, Refusal> {
    let (job, folder) = app.jobs.result(id)?;
    let plan = folder.read(RESULT).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    plan.filter(|_| job.verb == "plan").ok_or_else(|| {
        let problem = Problem::new(OTHER_NAME, format!("the job `{id}` is no plan"));
        Refusal::bad_input(&[problem.hint("give the id of a job of the verb `plan`")])
    })
}

fn no_run(error: SimulateError, control: &Control) -> Failure {
    let refused = |problems: &[Problem]| {
        Failure::Refused(Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, problems))
    };
    match error {
        SimulateError::Problems(problems) => refused(&problems),
        SimulateError::NoPlan(failure) => no_plan(&failure, control),
        SimulateError::Nothing(why) => {
            let hint = "a plan tells why nothing is carried";
            refused(&[Problem::new(BAD_VALUE, format!("nothing to run: {why}")).hint(hint)])
        }
        SimulateError::Run(failure) => match control.stopped() {
            Some(stopped) => Failure::Stopped(stopped),
            None => refused(&[Problem::new(BAD_VALUE, failure.to_string())]),
        },
    }
}

/// A table of any size.
pub fn skim(app: &Arc<App>, given: Given) -> Result<Order, Refusal> {
    let (request, cells) = table::request(&given, Room::Blocks)?;
    let limit = limit(app, &given);
    let world = app.world.clone();
    let work = move |folder: &Folder, control: &Control| {
        let mut refused = None;
        let written = folder.put(RESULT, |file| {
            let broken = |e: String| std::io::Error::other(e);
            let mut stream = ParquetStream::new(std::io::BufWriter::new(file.file().try_clone()?));
            let mut failed = None;
            let made = world.table_in_blocks(&request, 0, control, &mut |block| {
                stream.write(&report::skim_batch(block)).map_err(|e| {
                    let problem = Problem::new(BAD_VALUE, e.clone());
                    failed = Some(broken(e));
                    problem
                })
            });
            match (made, failed) {
                (_, Some(error)) => return Err(error),
                (Ok(skim), None) => {
                    let stopped = skim.stopped.map(|reason| ("stopped", reason.word()));
                    stream.finish(stopped.as_slice()).map_err(broken)?;
                }
                (Err(problems), None) => refused = Some(Refusal::from(problems)),
            }
            Ok(())
        });
        match (refused, written) {
            (Some(refusal), _) => Err(refusal.into()),
            (None, Err(e)) => Err(super::folder::unwritable(&e).into()),
            (None, Ok(())) => control.stopped().map_or(Ok(()), |why| Err(Failure::Stopped(why))),
        }
    };
    let title = format!("{cells} cells");
    Ok(Order {
        verb: "skim",
        title,
        media: "application/vnd.apache.parquet",
        limit,
        work: Box::new(work),
    })
}

/// A part of the world as a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExtractedScenario {
    /// Name of the part.
    pub name: String,
    /// Places.
    pub places: usize,
    /// Links.
    pub links: usize,
    /// Terminals that were left out because there were too many.
    pub left_out: usize,
    /// Texts of the files of the scenario by their names.
    pub files: BTreeMap<String, String>,
    /// Who made the data that it derives from.
    pub attribution: Vec<String>,
}

/// The schema of the result of a job: that of its verb, other than a table.
pub fn result_schema(schemas: &mut SchemaGenerator) -> Schema {
    let plan = schemas.subschema_for::<Plan>();
    let simulation = schemas.subschema_for::<Simulation>();
    let scenario = schemas.subschema_for::<ExtractedScenario>();
    json_schema!({ "anyOf": [plan, simulation, scenario] })
}

/// A part of the world.
pub fn extract(app: &Arc<App>, given: Given) -> Result<Order, Refusal> {
    let sides = given.numbers("box");
    let region = match (sides.as_slice(), given.text("around")) {
        ([west, south, east, north], None) => ExtractRegion::Box([*south, *west, *north, *east]),
        ([], Some(place)) => {
            ExtractRegion::Around(place.into(), given.number("km").unwrap_or(300.0))
        }
        _ => {
            let problem =
                Problem::new(BAD_VALUE, "give `box` with four sides, or `around`, and not both");
            return Err(Refusal::bad_input(&[
                problem.hint("the sides are west, south, east, north")
            ]));
        }
    };
    let terminals = given.whole("terminals").map_or(30, |n| n as u16);
    let (world, limit) = (app.world.clone(), limit(app, &given));
    let work = move |folder: &Folder, control: &Control| {
        let request = ExtractRequest { region, terminals };
        let extracted = world.extract(&request, control).map_err(|problems| {
            let why = control.stopped().map(Failure::Stopped);
            why.unwrap_or_else(|| Failure::Refused(problems.into()))
        })?;
        let Some(files) = extracted.files else {
            let message =
                format!("no two terminals within {} are joined by open lines", extracted.name);
            let problem = Problem::new(BAD_VALUE, message).hint("choose a larger part");
            return Err(Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, &[problem]).into());
        };
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let files = files.0.iter().map(|(name, bytes)| (name.clone(), text(bytes))).collect();
        let result = ExtractedScenario {
            name: extracted.name,
            places: extracted.places,
            links: extracted.links,
            left_out: extracted.left_out,
            files,
            attribution: extracted.attribution,
        };
        let text = serde_json::to_string(&result).unwrap_or_default();
        Ok(folder.put_bytes(RESULT, text.as_bytes())?)
    };
    Ok(Order {
        verb: "extract",
        title: "a part of the world".into(),
        media: JSON,
        limit,
        work: Box::new(work),
    })
}
