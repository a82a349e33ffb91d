//! One shard of a job.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use trimodal::model::problem::{BAD_VALUE, Problem};
use trimodal::plan::outcome::Plan;
use trimodal::{Control, Scenario, TableRequest, World, report};

use crate::job::{Job, Work};
use crate::{plans, replications};

/// What a worker keeps from shard to shard: the world of the last job, and the last plan that was run. Shards do not
/// depend on it.
#[derive(Default)]
pub struct Workspace {
    world: Mutex<Option<(String, World)>>,
    pub(crate) planned: Mutex<Option<(usize, Scenario, Plan)>>,
}

impl Workspace {
    /// The world of a job, loaded when it is first needed.
    fn world(&self, job: &Job) -> Result<World, Vec<Problem>> {
        let mut kept = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((question, world)) = kept.as_ref()
            && question == job.question()
        {
            return Ok(world.clone());
        }
        let (world, _) = job.world().map_err(|refused| refused.problems)?;
        *kept = Some((job.question().to_string(), world.clone()));
        Ok(world)
    }
}

/// Why there are no rows.
#[derive(Debug)]
pub enum ShardError {
    /// The job cannot be computed.
    Problems(Vec<Problem>),
    /// The work was ended before its end.
    Stopped(String),
    /// A defect of the program.
    Defect(String),
}

impl std::fmt::Display for ShardError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ShardError::Problems(problems) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
            ShardError::Stopped(why) => write!(f, "stopped: {why}"),
            ShardError::Defect(what) => write!(f, "defect: {what}"),
        }
    }
}

impl std::error::Error for ShardError {}

impl From<Vec<Problem>> for ShardError {
    fn from(problems: Vec<Problem>) -> ShardError {
        ShardError::Problems(problems)
    }
}

/// The rows of a shard. A table has the columns of [`report::skim_batch`]; plans and replications have the scenario
/// and the varied values, then theirs.
///
/// # Errors
///
/// If the job has no such shard, or cannot be computed, or `control` ends the work.
pub fn run_shard(
    job: &Job,
    shard: u32,
    workspace: &Workspace,
    control: &Control,
) -> Result<RecordBatch, ShardError> {
    if shard >= job.shards() {
        let message = format!("there is no shard {shard}: the job has {}", job.shards());
        return Err(vec![Problem::new(BAD_VALUE, message).hint("they count from 0")].into());
    }
    let part = job.part(shard);
    match &job.work {
        Work::Table(request, _) => {
            let request = TableRequest { part: Some(part), ..(**request).clone() };
            table(&workspace.world(job)?, &request, control)
        }
        Work::Plans(sweep) => plans::rows(sweep, part, control),
        Work::Replications(sweep, each) => {
            replications::rows((sweep, *each as usize), part, workspace, control)
        }
    }
}

/// The columns of the rows of every shard, for engines that must know them first.
pub fn schema(job: &Job) -> SchemaRef {
    match &job.work {
        Work::Table(request, _) => {
            let none = report::Skim {
                origins: Vec::new(),
                destinations: Vec::new(),
                places: Default::default(),
                back: 0,
                cells: Vec::new(),
                by_smaller_ship: HashMap::new(),
                by: request.by.iter().map(|by| by.word()).collect(),
                without_law: request.shipment.counterfactual_no_law,
                attribution: Vec::new(),
                snapped: None,
                stopped: None,
                bad_origins: Vec::new(),
                bad_destinations: Vec::new(),
                notes: Vec::new(),
            };
            report::skim_batch(&none).schema()
        }
        Work::Plans(sweep) => plans::none(sweep).schema(),
        Work::Replications(sweep, _) => replications::none(sweep).schema(),
    }
}

fn table(
    world: &World,
    request: &TableRequest,
    control: &Control,
) -> Result<RecordBatch, ShardError> {
    let skim = match world.table(request, control) {
        Ok(skim) => skim,
        Err(refused) if refused.problems.is_empty() => {
            return Err(ShardError::Defect("no rows".into()));
        }
        Err(refused) => return Err(refused.problems.into()),
    };
    if let Some(reason) = skim.stopped {
        return Err(ShardError::Stopped(reason.word().into()));
    }
    Ok(report::skim_batch(&skim))
}
