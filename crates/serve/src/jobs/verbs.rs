//! What jobs do: a plan, a simulation, a table of any size, a part of the world.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use trimodal::model::problem::{BAD_VALUE, OTHER_NAME, Problem};
use trimodal::plan::Policies;
use trimodal::plan::compare::Case;
use trimodal::plan::outcome::Plan;
use trimodal::report::{self, ParquetStream};
use trimodal::{
    Control, ExtractRegion, ExtractRequest, Files, PlanRequest, Room, Scenario, SimulateError,
    SimulateRequest, Volume,
};

use super::{Failure, Folder, Order};
use crate::app::App;
use crate::fields::Kind::{Flag, Json, List, Number, Numbers, Text, Whole};
use crate::fields::{Field, Given, optional};
use crate::refusal::Refusal;
use crate::scenarios;
use crate::shipment::SHIPMENT;
use crate::table::{self, TABLE};

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

/// What a plan can be asked for.
pub const PLAN_OPTIONS: &[Field] = &[
    optional(
        "multiples",
        Numbers,
        "Multiples of today's capacity; those of the scenario where they are not given.",
    ),
    optional(
        "policies",
        List,
        "Sets of policies that hold beside the law and those of the scenario.",
    ),
    optional("closed", List, "Resources, links and places that are closed."),
    optional("compare_policies", List, "Compares the plan with one under these sets of policies."),
    optional(
        "compare_without",
        List,
        "Each compares the plan with one without a resource, a link, or everything at a place.",
    ),
    optional("compare_with", List, "Each compares the plan with one with an option taken."),
    optional(
        "counterfactual_no_law",
        Flag,
        "Plan as if no law applied, for comparison; the answer is watermarked.",
    ),
    optional("staged", Flag, "Each rung contains the investments of the rung before."),
    optional(
        "samples",
        Whole(0, 10_000),
        "Samples of the uncertainty analysis; those of the scenario where it is not given.",
    ),
    optional("seed", Whole(0, u64::MAX), "Seed of the uncertainty analysis."),
];

/// What a simulation can be asked for.
pub const SIMULATE_OPTIONS: &[Field] = &[
    optional(
        "plan",
        Text,
        "Id of the job whose plan is run; a plan is made first where it is not given.",
    ),
    optional(
        "volume",
        Text,
        "1 for today's capacity, a rung of the plan, `asked` or `observed`; 1 where it is not given.",
    ),
    optional("replications", Whole(1, 10_000), "Replications; 32 where it is not given."),
    optional(
        "precision",
        Number(1e-6, 1.0),
        "Add replications until half the 95 % interval of deliveries is at most this share of the mean.",
    ),
    optional("derate", Flag, "Find the largest share of the planned rate that holds."),
    optional("seed", Whole(0, u64::MAX), "Seed; that of the scenario where it is not given."),
    optional("trace", Flag, "Keep a recording of the first replication."),
];

const EXTRACT_OPTIONS: &[Field] = &[
    optional("box", Numbers, "Sides in degrees: west, south, east, north."),
    optional("around", Text, "A place, a port or `lat,lon`; with `km`."),
    optional("km", Number(1.0, 3000.0), "How far around it, km; 300 where it is not given."),
    optional("terminals", Whole(2, 1000), "Terminals at most; 30 where it is not given."),
];

/// Fields of `/plan`.
pub const PLAN: &[&[Field]] = &[SCENARIO, PLAN_OPTIONS];
/// Fields of `/simulate`.
pub const SIMULATE: &[&[Field]] = &[SCENARIO, SIMULATE_OPTIONS];
/// Fields of `/skim`.
pub const SKIM: &[&[Field]] = &[TABLE, SHIPMENT, TIME];
/// Fields of `/extract`.
pub const EXTRACT: &[&[Field]] = &[EXTRACT_OPTIONS, TIME];

/// The time limit.
pub const TIME: &[Field] = &[optional(
    "time_limit_s",
    Number(0.001, 1e6),
    "Time limit, s; that of the server where it is shorter.",
)];

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
    let request = plan_request(&scenario, &given);
    let scenario = closed(scenario, &given, request.as_ref().err())?;
    let request = request?;
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

/// The scenario with what is closed; all problems are told together.
pub fn closed(
    scenario: Scenario,
    given: &Given,
    others: Option<&Vec<Problem>>,
) -> Result<Scenario, Vec<Problem>> {
    let cases: Vec<Case> = given.list("closed").into_iter().map(Case::Without).collect();
    let mut problems = named("closed", trimodal::unknown_cases(&cases, &scenario));
    if !problems.is_empty() {
        problems.extend(others.into_iter().flatten().cloned());
        return Err(problems);
    }
    Ok(cases.iter().fold(scenario, |scenario, case| case.edit(&scenario)))
}

/// Problems of cases as those of a field.
fn named(field: &str, problems: Vec<Problem>) -> Vec<Problem> {
    let one = |p: Problem| {
        let told = p.message.split_once(": ").map(|(_, told)| format!("{field}: {told}"));
        Problem { message: told.unwrap_or_else(|| p.message.clone()), ..p }
    };
    problems.into_iter().map(one).collect()
}

/// The request that the fields make.
pub fn plan_request(scenario: &Scenario, given: &Given) -> Result<PlanRequest, Vec<Problem>> {
    let usual = PlanRequest::for_scenario(scenario);
    let mut problems = Vec::new();
    let mut rungs = given.numbers("multiples");
    if rungs.iter().any(|m| !(*m > 1.0 && *m <= 1e6)) {
        let problem = Problem::new(BAD_VALUE, format!("`multiples` is {rungs:?}"));
        problems.push(problem.hint("give multiples above 1"));
    }
    rungs.sort_by(f64::total_cmp);
    rungs.dedup();
    let without = given.list("compare_without").into_iter().map(Case::Without);
    let with = given.list("compare_with").into_iter().map(Case::With);
    let policy = given.list("compare_policies");
    let policy = (!policy.is_empty()).then_some(Case::Policy(policy));
    let compare: Vec<Case> = without.chain(with).chain(policy).collect();
    problems.extend(trimodal::unknown_cases(&compare, scenario));
    let policies = given.list("policies");
    if given.flag("counterfactual_no_law") && !policies.is_empty() {
        let problem = Problem::new(BAD_VALUE, "`policies` do not hold where no law does");
        problems.push(problem.hint("leave out `policies` or `counterfactual_no_law`"));
    }
    let held: Vec<Case> = policies.iter().map(|set| Case::Policy(vec![set.clone()])).collect();
    problems.extend(named("policies", trimodal::unknown_cases(&held, scenario)));
    let request = PlanRequest {
        policies: match (given.flag("counterfactual_no_law"), policies.is_empty()) {
            (true, _) => Policies::CounterfactualNone,
            (false, true) => usual.policies,
            (false, false) => Policies::OfScenarioAnd(policies),
        },
        rungs: if rungs.is_empty() { usual.rungs } else { rungs },
        staged: given.flag("staged"),
        compare,
        samples: given.whole("samples").and_then(|n| n.try_into().ok()).unwrap_or(usual.samples),
        seed: given.whole("seed").unwrap_or(usual.seed),
    };
    if problems.is_empty() { Ok(request) } else { Err(problems) }
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
    let request = simulate_request(&given)?;
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

/// The request that the fields make, without its plan.
pub fn simulate_request(given: &Given) -> Result<SimulateRequest<'static>, Vec<Problem>> {
    let usual = SimulateRequest::default();
    let volume = given.text("volume").map(|text| text.parse::<Volume>()).transpose();
    let volume = volume.map_err(|hint| {
        let message = format!("`volume` is {}", given.text("volume").unwrap_or_default());
        vec![Problem::new(BAD_VALUE, message).hint(hint)]
    })?;
    Ok(SimulateRequest {
        volume: volume.unwrap_or(usual.volume),
        replications: given.whole("replications").map_or(usual.replications, |n| n as u32),
        precision: given.number("precision"),
        derate: given.flag("derate"),
        seed: given.whole("seed"),
        recording: given.flag("trace"),
        ..usual
    })
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
            let mut stream = ParquetStream::new(std::io::BufWriter::new(file.try_clone()?));
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
    let work = move |folder: &Folder, _: &Control| {
        let extracted =
            world.extract(&ExtractRequest { region, terminals }).map_err(Refusal::from)?;
        let Some(files) = extracted.files else {
            let message =
                format!("no two terminals within {} are joined by open lines", extracted.name);
            let problem = Problem::new(BAD_VALUE, message).hint("choose a larger part");
            return Err(Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, &[problem]).into());
        };
        let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
        let files: serde_json::Map<_, _> =
            files.0.iter().map(|(name, bytes)| (name.clone(), json!(text(bytes)))).collect();
        let result = json!({
            "name": extracted.name,
            "places": extracted.places,
            "links": extracted.links,
            "left_out": extracted.left_out,
            "files": files,
            "attribution": extracted.attribution,
        });
        Ok(folder.put_bytes(RESULT, result.to_string().as_bytes())?)
    };
    Ok(Order {
        verb: "extract",
        title: "a part of the world".into(),
        media: JSON,
        limit,
        work: Box::new(work),
    })
}
