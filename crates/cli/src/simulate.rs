//! `trimodal simulate`: runs a plan and reports whether it holds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use trimodal::model::control;
use trimodal::model::problem::{BAD_VALUE, FOLDER, MALFORMED, Problem, shown};
use trimodal::plan::outcome::Plan;
use trimodal::simulation::outcome::Answer;
use trimodal::simulation::recording::Recording;
use trimodal::simulation::{Done, Failure};
use trimodal::{Control, SimulateError, SimulateRequest, Volume};

use crate::exit::{DEFECT, DONE, LIMIT, NO_SOLUTION};
use crate::plan::{NetworkArgs, no_plan};
use crate::progress::Progress;
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct SimulateArgs {
    /// Scenario folder
    folder: PathBuf,
    #[command(flatten)]
    network: NetworkArgs,
    /// Plan to run [default: plan.json of the folder; computed where there is none]
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Volume to run: a rung of the plan (1 is today's capacity), `asked` for the demand as stated,
    /// `observed` for the volume carried in the last known year [default: 1]
    #[arg(long, value_name = "X")]
    multiple: Option<String>,
    /// Run the volume carried in this year, from [[observed]] in scenario.toml
    #[arg(long, value_name = "YEAR", conflicts_with = "multiple")]
    year: Option<u32>,
    /// Also run this folder, or this other plan of the same folder, with common random numbers, and report the differences
    #[arg(long, value_name = "OTHER")]
    against: Option<PathBuf>,
    /// Number of replications; with --precision, the minimum
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
    /// Add replications until the half-width of the 95 % interval of deliveries is at most this share of the mean
    #[arg(long, value_name = "P")]
    precision: Option<f64>,
    /// Find the largest share of the planned rate that holds
    #[arg(long)]
    derate: bool,
    /// Number of threads; results do not depend on it [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Seed of the random numbers [default: that of scenario.toml]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Time limit in seconds; the replications done by then are reported
    #[arg(long, value_name = "S")]
    time_limit: Option<f64>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// Write each seizure and release of resources in the first replication, as CSV
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write the movements of vehicles in the first replication, with queues and stocks by day, as JSON
    #[arg(long, value_name = "FILE")]
    recording: Option<PathBuf>,
    /// Write the figures of each replication, as Parquet
    #[arg(long, value_name = "FILE")]
    replicates: Option<PathBuf>,
    /// Write the report as an HTML page, in which the first replication can be played
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Runs the verb.
pub fn simulate(args: &SimulateArgs) -> Result<u8, Vec<Problem>> {
    let volume = checked(args)?;
    let progress = Progress::new();
    let step = |p: control::Progress<'_>| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&step).with_cancel(&interrupt::switch());
    let control = match args.time_limit {
        Some(limit) => control.with_time_limit(Duration::from_secs_f64(limit)),
        None => control,
    };
    let other = args.against.as_deref();
    let read = |folder, plan| Given::read(&args.network, folder, plan);
    let here = read(args.folder.as_path(), args.plan.as_deref())?;
    let there = match other {
        None => None,
        Some(other) if other.is_dir() => Some(read(other, None)?),
        Some(other) => Some(read(&args.folder, Some(other))?),
    };
    let first = here.request(args, volume);
    let done = match (&there, other) {
        (Some(there), Some(name)) => {
            let second = there.request(args, volume);
            let name = name.display().to_string();
            let (here, there) = (&here.scenario, &there.scenario);
            trimodal::compare((here, &first), (there, &second), &name, &control)
        }
        _ => trimodal::simulate(&here.scenario, &first, &control),
    };
    progress.clear();
    match done {
        Ok(done) => print_and_write(args, &done, &here.scenario),
        Err(error) => failed(error),
    }
}

/// Prints why there is no run and returns the exit code.
fn failed(error: SimulateError) -> Result<u8, Vec<Problem>> {
    match error {
        SimulateError::Problems(problems) => Err(problems),
        SimulateError::NoPlan(failure) => Ok(no_plan(&failure)),
        SimulateError::Nothing(why) => {
            output::print(&format!("Nothing to run: {why}\n"));
            Ok(NO_SOLUTION)
        }
        SimulateError::Run(failure) => {
            output::say(format!("trimodal: {failure}"));
            Ok(match failure {
                Failure::Unsound { .. } => DEFECT,
                Failure::Stopped(_) => LIMIT,
                Failure::Description(_) => crate::exit::BAD_INPUT,
            })
        }
    }
}

/// A scenario and its plan, if there is one.
struct Given {
    scenario: trimodal::Scenario,
    plan: Option<Plan>,
    plan_name: String,
}

impl Given {
    fn read(
        network: &NetworkArgs,
        folder: &Path,
        plan: Option<&Path>,
    ) -> Result<Given, Vec<Problem>> {
        let scenario = network.read(folder)?;
        let path = plan.map_or_else(|| folder.join("plan.json"), Path::to_path_buf);
        let plan_name = path.display().to_string();
        let found = plan.is_some() || path.exists();
        let plan = if found { Some(read_plan(&path)?) } else { None };
        if plan.as_ref().is_some_and(trimodal::is_old) {
            output::say(format!(
                "note: {plan_name} was made by an older version and cannot be checked against this scenario; make it again: trimodal plan"
            ));
        }
        Ok(Given { scenario, plan, plan_name })
    }

    fn request(&self, args: &SimulateArgs, volume: Volume) -> SimulateRequest<'_> {
        SimulateRequest {
            plan: self.plan.as_ref(),
            plan_name: self.plan_name.clone(),
            volume,
            replications: args.replications,
            precision: args.precision,
            derate: args.derate,
            seed: args.seed,
            threads: args.threads.map(usize::from),
            replicates: args.json || args.replicates.is_some(),
            recording: args.recording.is_some() || args.html.is_some(),
            ..SimulateRequest::default()
        }
    }
}

/// Prints the answer and writes the files.
fn print_and_write(
    args: &SimulateArgs,
    done: &Done,
    scenario: &trimodal::Scenario,
) -> Result<u8, Vec<Problem>> {
    let answer = &done.simulation;
    output::print(&if args.json {
        trimodal::report::simulation_json(answer)
    } else {
        trimodal::report::simulation_text(answer, args.html.as_deref())
    });
    let mut problems = Vec::new();
    if let Some(path) = &args.html {
        let recording = done.recording.as_ref();
        let page = trimodal::report::simulation_html(answer, scenario, recording);
        problems.extend(output::write(path, page).err());
    }
    if let Some(path) = &args.trace {
        problems.extend(output::write(path, trimodal::report::trace_csv(done)).err());
    }
    if let (Some(path), Some(recording)) = (&args.recording, &done.recording) {
        problems.extend(output::write(path, trimodal::report::recording_json(recording)).err());
        left_out(recording);
    }
    if let Some(path) = &args.replicates {
        problems.extend(output::write(path, trimodal::report::replicates_parquet(answer)).err());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(match answer.verdict.answer {
        _ if answer.stopped.is_some() => LIMIT,
        Answer::Holds => DONE,
        Answer::Fails => NO_SOLUTION,
        Answer::Undecided => LIMIT,
    })
}

/// Says which journeys a recording leaves out.
fn left_out(recording: &Recording) {
    for l in &recording.left_out {
        output::say(format!(
            "note: to keep the recording small, {} of {} journeys of {} are in it",
            l.recorded, l.journeys, l.class
        ));
    }
}

fn checked(args: &SimulateArgs) -> Result<Volume, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut refuse = |name: &str, value: String, hint: &str| {
        problems.push(Problem::new(BAD_VALUE, format!("--{name} is {value}")).hint(hint));
    };
    let text = args.multiple.as_deref().unwrap_or("1");
    let volume = text.parse().unwrap_or_else(|hint: String| {
        refuse("multiple", shown(text), &hint);
        Volume::Asked
    });
    let volume = args.year.map_or(volume, |year| Volume::Observed(Some(year)));
    if let Some(p) = args.precision.filter(|p| !(*p > 0.0 && *p < 1.0)) {
        refuse("precision", p.to_string(), "give a share between 0 and 1, as 0.01");
    }
    if let Some(t) = args.time_limit.filter(|t| !(*t > 0.0 && *t <= 1e9)) {
        refuse("time-limit", t.to_string(), "give seconds above 0");
    }
    if problems.is_empty() { Ok(volume) } else { Err(problems) }
}

fn read_plan(path: &Path) -> Result<Plan, Vec<Problem>> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| {
        vec![
            Problem::new(FOLDER, format!("cannot read `{shown}`: {}", e.kind()))
                .hint("make it: trimodal plan FOLDER"),
        ]
    })?;
    serde_json::from_str(&text).map_err(|e| {
        vec![
            Problem::new(MALFORMED, format!("not a plan: {e}"))
                .at(&shown, e.line(), e.column())
                .hint("make it again: trimodal plan FOLDER"),
        ]
    })
}
