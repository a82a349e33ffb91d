//! Replications of the cases of a sweep: the figures of each, one a row.

use std::ops::Range;

use arrow::array::RecordBatch;
use trimodal::fields::simulate;
use trimodal::plan::outcome::Plan;
use trimodal::simulation::Failure;
use trimodal::{Control, PlanRequest, Scenario, SimulateError, SimulateRequest, report};

use crate::plans;
use crate::rows::{Named, Rows};
use crate::shard::{ShardError, Workspace};
use crate::sweep::Sweep;

/// Name and version of the columns.
const SCHEMA: &str = "trimodal/batch-replications/1";

const COLUMNS: [Named; 4] =
    [("replication", true), ("figure", false), ("id", false), ("value", true)];

/// No rows.
pub(crate) fn none(sweep: &Sweep) -> RecordBatch {
    Rows::of(sweep, &COLUMNS).batch(SCHEMA)
}

/// The rows of some units: replications of the first case, then of the next.
pub(crate) fn rows(
    (sweep, each): (&Sweep, usize),
    part: Range<usize>,
    workspace: &Workspace,
    control: &Control,
) -> Result<RecordBatch, ShardError> {
    let mut rows = Rows::of(sweep, &COLUMNS);
    let mut at = part.start;
    while at < part.end {
        let (number, first) = (at / each, at % each);
        let last = (first + part.end - at).min(each);
        run(&mut rows, sweep, (number, first..last), workspace, control)?;
        at += last - first;
    }
    Ok(rows.batch(SCHEMA))
}

fn run(
    rows: &mut Rows,
    sweep: &Sweep,
    (number, part): (usize, Range<usize>),
    workspace: &Workspace,
    control: &Control,
) -> Result<(), ShardError> {
    let case = sweep.case(number);
    let (scenario, plan) = planned(workspace, number, || case.read(), control)?;
    let request = SimulateRequest {
        plan: Some(&plan),
        replicates: true,
        part: Some(part.start as u32..part.end as u32),
        threads: Some(rayon::current_num_threads()),
        ..simulate::request(&sweep.given)?
    };
    let done = trimodal::simulate(&scenario, &request, control).map_err(|e| failed(e, control))?;
    if let Some(why) = control.stopped() {
        return Err(ShardError::Stopped(why.to_string()));
    }
    for (replication, figure, id, value) in report::replicate_figures(&done.simulation) {
        rows.begin(&case);
        rows.number(Some(replication.into()));
        rows.text(Some(figure));
        rows.text(Some(id));
        rows.number(Some(value));
    }
    Ok(())
}

/// The scenario of a case and its plan, which is made once by each worker. No time limit: all workers run the same.
fn planned(
    workspace: &Workspace,
    number: usize,
    read: impl FnOnce() -> Result<Scenario, Vec<trimodal::Problem>>,
    control: &Control,
) -> Result<(Scenario, Plan), ShardError> {
    let lock = || workspace.planned.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some((_, scenario, plan)) = lock().as_ref().filter(|(kept, ..)| *kept == number) {
        return Ok((scenario.clone(), plan.clone()));
    }
    let scenario = read()?;
    let request = PlanRequest { samples: 0, ..PlanRequest::for_scenario(&scenario) };
    let plan =
        trimodal::plan(&scenario, &request, control).map_err(|f| plans::failed(&f, control))?;
    if let Some(why) = control.stopped() {
        return Err(ShardError::Stopped(why.to_string()));
    }
    *lock() = Some((number, scenario.clone(), plan.clone()));
    Ok((scenario, plan))
}

fn failed(error: SimulateError, control: &Control) -> ShardError {
    match (error, control.stopped()) {
        (_, Some(why)) => ShardError::Stopped(why.to_string()),
        (SimulateError::Problems(problems), None) => problems.into(),
        (SimulateError::NoPlan(failure), None) => plans::failed(&failure, control),
        (SimulateError::Run(Failure::Unsound { replication, what }), None) => {
            ShardError::Defect(format!("replication {replication}: {what}"))
        }
        (other, None) => {
            let message = other.to_string();
            let code = trimodal::model::problem::BAD_VALUE;
            vec![trimodal::Problem::new(code, message).hint("see `trimodal simulate`")].into()
        }
    }
}
