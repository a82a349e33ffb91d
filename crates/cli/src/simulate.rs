//! `trimodal simulate`: does a plan hold when it is run?

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use trimodal::model::Control;
use trimodal::model::control;
use trimodal::model::problem::{BAD_VALUE, FOLDER, MALFORMED, Problem, shown};
use trimodal::orders::{self, Volume};
use trimodal::plan::PlanRequest;
use trimodal::plan::outcome::{OLD_SCHEMA, Plan};
use trimodal::simulate::compare::against;
use trimodal::simulate::outcome::Answer;
use trimodal::simulate::{Done, Failure, Request, simulate as run};

use crate::exit::{DEFECT, DONE, LIMIT, NO_SOLUTION};
use crate::plan::{no_plan, read};
use crate::progress::Progress;
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct SimulateArgs {
    /// Scenario folder
    folder: PathBuf,
    /// The plan to run [default: plan.json of the folder; made anew where there is none]
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// How much: a rung of the plan (1 is what can be carried today), `asked` for the demand as it is
    /// stated, `observed` for what was carried in the last year known [default: 1]
    #[arg(long, value_name = "X")]
    multiple: Option<String>,
    /// What was carried in this year, of [[observed]] in scenario.toml
    #[arg(long, value_name = "YEAR", conflicts_with = "multiple")]
    year: Option<u32>,
    /// Run this folder, or this other plan of the same folder, too, with the same luck, and tell what differs
    #[arg(long, value_name = "OTHER")]
    against: Option<PathBuf>,
    /// Replications; with --precision, the least
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    replications: u32,
    /// Go on until half the 95 % interval of what is delivered is at most this share of it
    #[arg(long, value_name = "P")]
    precision: Option<f64>,
    /// Find the largest share of the planned rate that holds
    #[arg(long)]
    derate: bool,
    /// Threads; the answer does not depend on them [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Seed of the random numbers [default: that of scenario.toml]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Seconds; then what is done is told
    #[arg(long, value_name = "S")]
    time_limit: Option<f64>,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
    /// Write who took what in the first replication, as CSV
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write what each replication measured, as Parquet
    #[arg(long, value_name = "FILE")]
    replicates: Option<PathBuf>,
    /// Write the report as a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Time limit of a plan that is made on the way, where the folder has none.
const PLAN_LIMIT: Duration = Duration::from_secs(60);

/// Runs the verb.
pub fn simulate(args: &SimulateArgs) -> Result<u8, Vec<Problem>> {
    let volume = checked(args)?;
    let cancel = interrupt::switch();
    let progress = Progress::new();
    let step = |p: control::Progress<'_>| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&step).with_cancel(&cancel);
    let control = match args.time_limit {
        Some(limit) => control.with_time_limit(Duration::from_secs_f64(limit)),
        None => control,
    };
    let of = |folder: &Path, plan: Option<&Path>| prepared(folder, plan, volume, &control);
    let other = |other: &PathBuf| match other.is_dir() {
        true => of(other, None),
        false => of(&args.folder, Some(other)),
    };
    let both = of(&args.folder, args.plan.as_deref())
        .and_then(|here| Ok((here, args.against.as_ref().map(other).transpose()?)));
    let (here, there) = match both {
        Ok(both) => both,
        Err(Unprepared::Input(problems)) => return Err(problems),
        Err(Unprepared::NoPlan(failure)) => return Ok(no_plan(&failure)),
    };
    for nothing in [Some(&here), there.as_ref()].into_iter().flatten() {
        if nothing.case.orders.flows.is_empty() {
            let why = nothing.plan.capacity.reason.clone();
            let why = why.unwrap_or_else(|| "nothing is carried".into());
            output::print(&format!("Nothing to run: {why}\n"));
            return Ok(NO_SOLUTION);
        }
    }
    let done = runs(args, &here, there.as_ref(), &control);
    progress.clear();
    match done {
        Ok(done) => tell(args, &done, &here.case.scenario),
        Err(failure) => {
            output::say(format!("trimodal: {failure}"));
            Ok(match failure {
                Failure::Unsound { .. } => DEFECT,
                Failure::Stopped(_) => LIMIT,
                Failure::Description(_) => crate::exit::BAD_INPUT,
            })
        }
    }
}

/// A plan of a folder, ready to be run.
struct Prepared {
    plan: Plan,
    case: orders::Case,
    seed: u64,
}

/// Why there is nothing to run.
enum Unprepared {
    /// The input cannot be used.
    Input(Vec<Problem>),
    /// The folder has no plan, and none could be made.
    NoPlan(trimodal::plan::Failure),
}

impl From<Vec<Problem>> for Unprepared {
    fn from(problems: Vec<Problem>) -> Unprepared {
        Unprepared::Input(problems)
    }
}

fn prepared(
    folder: &Path,
    plan: Option<&Path>,
    volume: Volume,
    control: &Control,
) -> Result<Prepared, Unprepared> {
    let scenario = read(folder)?;
    let (plan, file) = plan_of(folder, plan, &scenario, control)?;
    if plan.schema == OLD_SCHEMA {
        output::say(format!(
            "note: {file} was made by an older version, so whether it is of this description is not known; make it again: trimodal plan"
        ));
    }
    let case = orders::case(&scenario, &plan, &file, volume)?;
    Ok(Prepared { plan, case, seed: scenario.settings.seed })
}

/// The run that is asked for, and the one it is set against.
fn runs(
    args: &SimulateArgs,
    here: &Prepared,
    there: Option<&Prepared>,
    control: &Control,
) -> Result<Done, Failure> {
    let seed = args.seed.unwrap_or(here.seed);
    let go = |of: &Prepared, replications: u32, warm_years: u32, alone: bool| {
        let request = Request {
            case: of.case.name.clone(),
            multiple: of.case.multiple,
            digest: of.plan.scenario_digest.clone(),
            counterfactual_no_law: of.plan.counterfactual_no_law,
            notices: of.plan.notices.clone(),
            missing: of.case.missing.clone(),
            replications,
            precision: args.precision.filter(|_| alone),
            seed,
            derate: args.derate && alone,
            warm_years,
            replicates: args.json || args.replicates.is_some() || args.against.is_some(),
            threads: args.threads.map(usize::from),
        };
        run(&of.case.scenario, &of.case.orders, &request, control)
    };
    let mut done = go(here, args.replications, 0, true)?;
    let (Some(there), Some(name)) = (there, &args.against) else { return Ok(done) };
    let years = done.simulation.warm_up.years;
    let mut other = go(there, done.simulation.replications, years, false)?;
    let longer = other.simulation.warm_up.years;
    if longer > years {
        // Both begin alike.
        done = go(here, args.replications, longer, true)?;
        if done.simulation.replications != other.simulation.replications {
            other = go(there, done.simulation.replications, longer, false)?;
        }
    }
    let compared = against(&done.simulation, &other.simulation, name.display().to_string());
    done.simulation.against = Some(compared);
    done.simulation.stopped = done.simulation.stopped.or(other.simulation.stopped);
    Ok(done)
}

/// Prints the answer and writes the files.
fn tell(
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
        problems
            .extend(output::write(path, trimodal::report::simulation_html(answer, scenario)).err());
    }
    if let Some(path) = &args.trace {
        problems.extend(output::write(path, trimodal::report::trace_csv(done)).err());
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

/// The plan named, or that of the folder, or a new one where there is none.
fn plan_of(
    folder: &Path,
    named: Option<&Path>,
    scenario: &trimodal::Scenario,
    control: &Control,
) -> Result<(Plan, String), Unprepared> {
    let path = named.map_or_else(|| folder.join("plan.json"), Path::to_path_buf);
    let shown = path.display().to_string();
    if named.is_none() && !path.exists() {
        let request = PlanRequest { samples: 0, ..PlanRequest::for_scenario(scenario) };
        let control = control.clone().with_time_limit(PLAN_LIMIT);
        let plan =
            trimodal::plan::plan(scenario, &request, &control).map_err(Unprepared::NoPlan)?;
        return Ok((plan, shown));
    }
    let text = std::fs::read_to_string(&path).map_err(|e| {
        vec![
            Problem::new(FOLDER, format!("cannot read `{shown}`: {}", e.kind()))
                .hint("make it: trimodal plan FOLDER"),
        ]
    })?;
    let plan = serde_json::from_str(&text).map_err(|e| {
        vec![
            Problem::new(MALFORMED, format!("not a plan: {e}"))
                .at(&shown, e.line(), e.column())
                .hint("make it again: trimodal plan FOLDER"),
        ]
    })?;
    Ok((plan, shown))
}
