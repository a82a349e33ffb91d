//! `trimodal simulate`: does a plan hold when it is run?

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use trimodal::model::policy::Law;
use trimodal::model::problem::{BAD_VALUE, FOLDER, MALFORMED, Problem};
use trimodal::orders;
use trimodal::plan::outcome::Plan;
use trimodal::simulate::simulate::{Failure, Request, simulate as run};

use crate::exit::{DEFECT, DONE, LIMIT, NO_SOLUTION};
use crate::output;
use crate::plan::read;
use crate::progress::Progress;

/// Options of the verb.
#[derive(Args)]
pub struct SimulateArgs {
    /// Scenario folder
    folder: PathBuf,
    /// The plan to run [default: plan.json of the folder; made anew where there is none]
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Rung of the plan; 1 is what can be carried today
    #[arg(long, value_name = "X", default_value_t = 1.0)]
    multiple: f64,
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
    /// Write the report as a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Runs the verb.
pub fn simulate(args: &SimulateArgs) -> Result<u8, Vec<Problem>> {
    checked(args)?;
    let scenario = read(&args.folder)?;
    let (plan, file) = plan_of(args, &scenario)?;
    let case = orders::case(&scenario, &plan, &file, args.multiple)?;
    if case.orders.flows.is_empty() {
        let why = plan.capacity.reason.clone().unwrap_or_else(|| "nothing is carried".into());
        output::print(&format!("Nothing to run: {why}\n"));
        return Ok(NO_SOLUTION);
    }
    let begun = Instant::now();
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst));
    let limit = args.time_limit.map(Duration::from_secs_f64);
    let stop = move || {
        if INTERRUPTED.load(Ordering::SeqCst) {
            return Some("interrupted".to_string());
        }
        limit
            .filter(|l| begun.elapsed() > *l)
            .map(|l| format!("time limit of {} s", l.as_secs_f64()))
    };
    let request = Request {
        case: case.name.clone(),
        multiple: case.multiple,
        digest: plan.scenario_digest.clone(),
        counterfactual_no_law: plan.counterfactual_no_law,
        notices: plan.notices.clone(),
        replications: args.replications,
        precision: args.precision,
        seed: args.seed.unwrap_or(scenario.settings.seed),
        derate: args.derate,
        threads: args.threads.map(usize::from),
        stop: &stop,
    };
    let mut progress = Progress::new();
    let ran = run(&case.scenario, &case.orders, &request, &mut |what, done, all| {
        progress.step(what, done, all)
    });
    drop(progress);
    let done = match ran {
        Ok(done) => done,
        Err(failure) => {
            eprintln!("trimodal: {failure}");
            return Ok(match failure {
                Failure::Unsound { .. } => DEFECT,
                Failure::Stopped(_) => LIMIT,
                Failure::Description(_) => crate::exit::BAD_INPUT,
            });
        }
    };
    let answer = &done.simulation;
    output::print(&if args.json {
        trimodal::report::simulation_json(answer)
    } else {
        trimodal::report::simulation_text(answer, args.html.as_deref())
    });
    let mut problems = Vec::new();
    if let Some(path) = &args.html {
        problems.extend(
            output::write(path, trimodal::report::simulation_html(answer, &scenario)).err(),
        );
    }
    if let Some(path) = &args.trace {
        problems.extend(output::write(path, trimodal::report::trace_csv(&done)).err());
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(if answer.stopped.is_some() {
        LIMIT
    } else if answer.verdict.holds {
        DONE
    } else {
        NO_SOLUTION
    })
}

fn checked(args: &SimulateArgs) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut refuse = |name: &str, value: f64, hint: &str| {
        problems.push(Problem::new(BAD_VALUE, format!("--{name} is {value}")).hint(hint));
    };
    if !(args.multiple >= 1.0 && args.multiple <= 1e6) {
        refuse("multiple", args.multiple, "give 1 for today, or a rung of the plan");
    }
    if let Some(p) = args.precision.filter(|p| !(*p > 0.0 && *p < 1.0)) {
        refuse("precision", p, "give a share between 0 and 1, as 0.01");
    }
    if let Some(t) = args.time_limit.filter(|t| !(*t > 0.0 && *t <= 1e9)) {
        refuse("time-limit", t, "give seconds above 0");
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// The plan named, or that of the folder, or a new one where there is none.
fn plan_of(
    args: &SimulateArgs,
    scenario: &trimodal::Scenario,
) -> Result<(Plan, String), Vec<Problem>> {
    let path = args.plan.clone().unwrap_or_else(|| args.folder.join("plan.json"));
    let shown = path.display().to_string();
    if args.plan.is_none() && !path.exists() {
        let request = trimodal::plan::Request {
            law: Law::On(scenario.settings.policies.clone()),
            staged: false,
            compare: vec![],
            time_limit_s: 60.0,
        };
        let mut quick = scenario.clone();
        quick.settings.samples = 0;
        let plan = trimodal::plan::plan(&quick, &request, &mut |_, _, _| {})
            .map_err(|e| vec![e.problem()])?;
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
