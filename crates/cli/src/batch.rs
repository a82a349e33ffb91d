//! `trimodal batch`: large jobs, shard by shard, on any number of machines that share a folder.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use trimodal::model::control;
use trimodal::model::problem::{BAD_VALUE, BATCH_PART, Problem};
use trimodal::{Control, Note};
use trimodal_batch::{BatchFolder, Job, ShardError, Workspace, collect, run_shards};

use crate::exit::{DEFECT, DONE, LIMIT};
use crate::progress::Progress;
use crate::{interrupt, output};

/// What `trimodal batch --help` ends with.
pub const HELP: &str = "A job is a small TOML file; its paths count from its folder:

  shards = 64                       # left out: by the size of the job

  [table]                           # or [plan], or [simulate]
  origins = \"origins.csv\"
  destinations = \"ports.csv\"
  by = [\"time\", \"cost\"]

  [plan]
  scenarios = [\"scenarios/tumen\"]
  vary.\"scenario.discount_rate\" = [0.04, 0.08, 0.12]
  vary.\"scenario.co2_usd_t\" = [0, 50]

  [simulate]
  scenarios = [\"scenarios/tumen\"]
  volume = \"2\"
  replications = 10000

Examples:
  trimodal batch plan job.toml -o runs && trimodal batch run runs && trimodal batch collect runs
  trimodal batch run runs --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT
  seq 0 3 | xargs -P 4 -I {} trimodal batch run runs --shard {}/4 --threads 1";

/// Verbs of batches.
#[derive(Subcommand)]
pub enum BatchVerb {
    /// Check a job and write it into a folder, with its inputs and a manifest
    Plan {
        /// The job
        job: PathBuf,
        /// Folder for the batch, shared by the machines that run it
        #[arg(long, short, value_name = "DIR")]
        output: PathBuf,
    },
    /// Compute shards; those that are done already are left alone
    Run(RunArgs),
    /// Check all parts and join them into one Parquet file
    Collect {
        /// Folder of the batch
        folder: PathBuf,
        /// File to write [default: result.parquet in the folder]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Options of `batch run`.
#[derive(Args)]
#[group(skip)]
pub struct RunArgs {
    /// Folder of the batch
    folder: PathBuf,
    /// Worker i of n, from 0: it takes the shards i, i + n, i + 2n, … [default: all]
    #[arg(long, value_name = "I/N", conflicts_with = "shards")]
    shard: Option<String>,
    /// Take the shards from one to before another
    #[arg(long, value_name = "A..B")]
    shards: Option<String>,
    /// Number of threads; results do not depend on it [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Compute shards that are done already once more
    #[arg(long)]
    again: bool,
}

/// Runs the verb.
pub fn batch(verb: &BatchVerb) -> Result<u8, Vec<Problem>> {
    match verb {
        BatchVerb::Plan { job, output } => plan(job, output),
        BatchVerb::Run(args) => run(args),
        BatchVerb::Collect { folder, output } => join(folder, output.as_deref()),
    }
}

fn plan(path: &Path, folder: &Path) -> Result<u8, Vec<Problem>> {
    let job = Job::read(path)?;
    output::notes(&job.check().map_err(output::refused)?);
    let batch = BatchFolder::create(folder, job)?;
    let (job, shown) = (&batch.job, folder.display());
    if let Some(day) = job.planned_on() {
        let message =
            format!("it names no `date`: the law is that of {day}, when it was first planned");
        output::notes(&[Note::new(&path.display().to_string(), 0, 0, message)]);
    }
    output::print(&format!(
        "{shown}: {} in {} shards · next: trimodal batch run {shown}\n",
        job.contents(),
        job.shards()
    ));
    Ok(DONE)
}

fn run(args: &RunArgs) -> Result<u8, Vec<Problem>> {
    let batch = BatchFolder::open(&args.folder)?;
    let mine = mine(args, batch.job.shards())?;
    let (done, todo): (Vec<u32>, Vec<u32>) =
        mine.iter().partition(|shard| !args.again && batch.done(**shard).is_some());
    let threads = args.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| vec![Problem::new(BAD_VALUE, format!("--threads: {e}"))])?;
    let progress = Progress::new();
    let cancel = interrupt::switch();
    let show = |p: control::Progress| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&show).with_cancel(&cancel);
    let workspace = Workspace::default();
    let ran = pool.install(|| run_shards(&batch, &todo, &workspace, &control));
    progress.clear();
    let computed = ran.computed;
    let shown = args.folder.display();
    let left = batch.missing().len();
    output::print(&format!(
        "{shown}: {computed} shards computed, {} were done, {left} of {} are left{}\n",
        done.len(),
        batch.job.shards(),
        if left == 0 { format!(" · next: trimodal batch collect {shown}") } else { String::new() }
    ));
    match ran.error {
        None => Ok(DONE),
        Some((shard, ShardError::Problems(problems))) => {
            output::say(format!("shard {shard}:"));
            Err(problems)
        }
        Some((shard, error)) => {
            output::say(format!("trimodal: shard {shard}: {error}"));
            Ok(if matches!(error, ShardError::Defect(_)) { DEFECT } else { LIMIT })
        }
    }
}

/// The shards of this worker.
fn mine(args: &RunArgs, all: u32) -> Result<Vec<u32>, Vec<Problem>> {
    let refuse = |option: &str, text: &str, hint: String| {
        Err(vec![Problem::new(BAD_VALUE, format!("--{option} is {text}")).hint(hint)])
    };
    if let Some(text) = &args.shard {
        let parts =
            text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        return match parts {
            Some((i, n)) if i < n => Ok((i..all).step_by(n as usize).collect()),
            _ => {
                refuse("shard", text, "write I/N with I from 0 to N - 1: 0/4, 1/4, 2/4, 3/4".into())
            }
        };
    }
    let Some(text) = &args.shards else { return Ok((0..all).collect()) };
    let range = text.split_once("..").and_then(|(a, b)| Some(a.parse().ok()?..b.parse().ok()?));
    match range {
        Some(Range { start, end }) if start < end && end <= all => Ok((start..end).collect()),
        _ => refuse("shards", text, format!("write A..B within 0..{all}; B itself is not taken")),
    }
}

fn join(folder: &Path, output: Option<&Path>) -> Result<u8, Vec<Problem>> {
    let batch = BatchFolder::open(folder)?;
    let path = output.map_or_else(|| folder.join("result.parquet"), Path::to_path_buf);
    let progress = Progress::new();
    let show = |p: control::Progress| progress.step(p.stage, p.done, p.total);
    let joined = collect(&batch, &path, &Control::none().with_progress(&show));
    progress.clear();
    match joined {
        Ok(joined) => {
            let summary = joined.summary.map(|path| format!("; means in {}", path.display()));
            let shards = batch.job.shards();
            let (shown, rows) = (path.display(), joined.rows);
            let more = summary.unwrap_or_default();
            output::print(&format!("{shown}: {rows} rows of {shards} shards{more}\n"));
            Ok(DONE)
        }
        Err(problems) if problems.iter().all(|p| p.code == BATCH_PART) => {
            problems.iter().for_each(output::say);
            Ok(LIMIT)
        }
        Err(problems) => Err(problems),
    }
}
