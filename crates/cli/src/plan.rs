//! `trimodal plan`: the capacity of a corridor, the facilities that bind, and the investments.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use trimodal::model::control;
use trimodal::model::problem::{BAD_VALUE, Problem, UNWRITABLE};
use trimodal::model::{Control, WORKBOOK};
use trimodal::plan::compare::Case;
use trimodal::plan::outcome::{Plan, Status};
use trimodal::plan::{Failure, PlanRequest, Policies};
use trimodal::{Files, InputFile, Note, Scenario, files};

use crate::exit::{DEFECT, DONE, LIMIT, NO_SOLUTION};
use crate::progress::Progress;
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct PlanArgs {
    /// Scenario folder or workbook
    folder: PathBuf,
    #[command(flatten)]
    network: NetworkArgs,
    /// Print plan.json on standard output and write no files
    #[arg(long)]
    json: bool,
    /// Folder for report.html and plan.json [default: the scenario folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also write the plan as a workbook: capacity, ladder, flows and facilities
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// Make each rung of the ladder contain the investments of the rung below
    #[arg(long)]
    staged: bool,
    /// Compare with a case without this resource, link or place
    #[arg(long, value_name = "FACILITY")]
    without: Vec<String>,
    /// Compare with a case in which this option is built
    #[arg(long, value_name = "OPTION")]
    with: Vec<String>,
    /// Compare with a case in which these policy sets also apply
    #[arg(long, value_name = "SET", num_args = 1..)]
    policy: Vec<String>,
    /// Multiples of today's capacity [default: those of scenario.toml]
    #[arg(long, value_name = "X", num_args = 1.., value_delimiter = ',')]
    multiple: Vec<f64>,
    /// Samples of the uncertainty analysis [default: those of scenario.toml]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(..=100_000))]
    samples: Option<u32>,
    /// Seed of the uncertainty analysis [default: that of scenario.toml]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Time limit of the whole plan, in seconds; the best solutions found by then are reported with their gaps
    #[arg(long, value_name = "S", default_value_t = 600.0)]
    time_limit: f64,
    /// Plan as if no law applied, for comparison; every output is watermarked
    #[arg(long)]
    counterfactual_no_law: bool,
}

/// A network that gives a scenario its places and links.
#[derive(Args)]
pub struct NetworkArgs {
    /// File or folder of a network whose nodes and links take the place of places.csv and links.csv: GMNS, GeoPackage, CSV, …
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// File that says which column of the network means what (mapping.toml)
    #[arg(long, value_name = "FILE", requires = "network")]
    mapping: Option<PathBuf>,
}

impl NetworkArgs {
    /// Reads a scenario; problems and notes name their files under the folder as the user wrote it.
    pub fn read(&self, path: &Path) -> Result<Scenario, Vec<Problem>> {
        let folder = folder_of(path);
        let (files, notes) = Files::read(path);
        note_in(folder, notes);
        let files = self.over(files.map_err(|problems| in_folder(folder, problems))?)?;
        let (scenario, notes) = Scenario::read_files(&files);
        note_in(folder, notes);
        scenario.map_err(|problems| in_folder(folder, problems))
    }

    fn over(&self, files: Files) -> Result<Files, Vec<Problem>> {
        let Some(network) = &self.network else { return Ok(files) };
        let source = files::open(network).map_err(|p| vec![p])?;
        let mapping = self.mapping.as_deref().map(InputFile::open);
        let read = files::with_network(&files, &source, mapping.as_ref());
        let (files, notes) = read.map_err(output::refused)?;
        output::notes(&notes);
        Ok(files)
    }
}

fn note_in(folder: &Path, mut notes: Vec<Note>) {
    for note in &mut notes {
        note.at = std::mem::take(&mut note.at).in_folder(folder);
    }
    output::notes(&notes);
}

fn in_folder(folder: &Path, mut problems: Vec<Problem>) -> Vec<Problem> {
    for problem in &mut problems {
        problem.at = problem.at.take().map(|at| at.in_folder(folder));
    }
    problems
}

/// The folder that a scenario is in: its own, or that of its workbook.
pub fn folder_of(scenario: &Path) -> &Path {
    if scenario.is_file() { scenario.parent().unwrap_or(Path::new("")) } else { scenario }
}

/// Whether a file is the workbook that a scenario is read from.
fn is_input(file: &Path, scenario: &Path) -> bool {
    let real = |p: &Path| std::fs::canonicalize(p).ok();
    let read = [scenario.to_path_buf(), scenario.join(WORKBOOK)];
    real(file).is_some_and(|f| read.iter().any(|r| real(r).is_some_and(|r| r == f)))
}

/// Runs the verb.
pub fn plan(args: &PlanArgs) -> Result<u8, Vec<Problem>> {
    let scenario = args.network.read(&args.folder)?;
    let request = request(args, &scenario)?;
    let progress = Progress::new();
    let step = |p: control::Progress<'_>| progress.step(p.stage, p.done, p.total);
    let limit = Duration::try_from_secs_f64(args.time_limit).unwrap_or(Duration::MAX);
    let control = Control::none()
        .with_progress(&step)
        .with_cancel(&interrupt::switch())
        .with_time_limit(limit);
    let planned = trimodal::plan(&scenario, &request, &control);
    progress.clear();
    match planned {
        Ok(plan) => {
            report(args, &scenario, &plan)?;
            Ok(exit_code(&plan))
        }
        Err(failure) => Ok(no_plan(&failure)),
    }
}

/// Prints why there is no plan and returns the exit code.
pub fn no_plan(failure: &Failure) -> u8 {
    match failure.problem() {
        Some(problem) => output::say(problem),
        None => output::say("Interrupted: there is no plan, and no file was written."),
    }
    if failure.is_defect() { DEFECT } else { LIMIT }
}

fn report(args: &PlanArgs, scenario: &Scenario, plan: &Plan) -> Result<(), Vec<Problem>> {
    let json = trimodal::report::json(plan);
    let workbook = || match &args.xlsx {
        None => Ok(()),
        Some(path) => trimodal::report::plan_xlsx(plan, scenario)
            .map_err(|e| Problem::new(UNWRITABLE, format!("cannot create the workbook: {e}")))
            .and_then(|bytes| output::write(path, bytes)),
    };
    if args.json {
        output::print(&json);
        return workbook().map_err(|p| vec![p]);
    }
    let folder = args.out.as_deref().unwrap_or(folder_of(&args.folder));
    let page = folder.join("report.html");
    let written = std::fs::create_dir_all(folder)
        .map_err(|e| Problem::new(UNWRITABLE, format!("cannot create `{}`: {e}", folder.display())))
        .and_then(|()| output::write(&folder.join("plan.json"), &json))
        .and_then(|()| output::write(&page, trimodal::report::html(plan, scenario)));
    // The plan is printed even where it cannot be written.
    output::print(&trimodal::report::text(plan, written.is_ok().then_some(page.as_path())));
    let problems: Vec<Problem> =
        [written, workbook()].into_iter().filter_map(Result::err).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn exit_code(plan: &Plan) -> u8 {
    let unproven = |r: &trimodal::plan::outcome::Rung| {
        matches!(r.status, Status::TimeLimit | Status::Feasible)
    };
    if plan.capacity.out_of_time {
        LIMIT
    } else if plan.capacity.reason.is_some() {
        NO_SOLUTION
    } else if !plan.limits_reached.is_empty() || plan.ladder.iter().any(unproven) {
        LIMIT
    } else {
        DONE
    }
}

fn request(args: &PlanArgs, scenario: &Scenario) -> Result<PlanRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    if let Some(path) = args.xlsx.as_deref().filter(|p| is_input(p, &args.folder)) {
        let message = format!("--xlsx `{}` is the scenario itself", path.display());
        problems.push(Problem::new(BAD_VALUE, message).hint("choose another file"));
    }
    if !(args.time_limit > 0.0 && args.time_limit.is_finite()) {
        problems.push(
            Problem::new(BAD_VALUE, format!("--time-limit is {}", args.time_limit))
                .hint("give seconds above 0"),
        );
    }
    let mut request = PlanRequest::for_scenario(scenario);
    if !args.multiple.is_empty() {
        let mut rungs = args.multiple.clone();
        if rungs.iter().any(|m| !(*m > 1.0 && *m <= 1e6)) {
            problems.push(
                Problem::new(BAD_VALUE, format!("--multiple is {:?}", args.multiple))
                    .hint("give multiples above 1"),
            );
        }
        rungs.sort_by(f64::total_cmp);
        rungs.dedup();
        request.rungs = rungs;
    }
    request.samples = args.samples.unwrap_or(request.samples);
    request.seed = args.seed.unwrap_or(request.seed);
    request.staged = args.staged;
    request.compare = cases(args, scenario, &mut problems);
    if args.counterfactual_no_law {
        request.policies = Policies::CounterfactualNone;
    }
    if problems.is_empty() { Ok(request) } else { Err(problems) }
}

fn cases(args: &PlanArgs, scenario: &Scenario, problems: &mut Vec<Problem>) -> Vec<Case> {
    let without = args.without.iter().cloned().map(Case::Without);
    let with = args.with.iter().cloned().map(Case::With);
    let policy = (!args.policy.is_empty()).then(|| Case::Policy(args.policy.clone()));
    let cases: Vec<Case> = without.chain(with).chain(policy).collect();
    problems.extend(trimodal::unknown_cases(&cases, scenario));
    cases
}
