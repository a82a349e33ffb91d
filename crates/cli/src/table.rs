//! `trimodal table`: the best way by one criterion between many points.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use trimodal::inputs;
use trimodal::model::control::{self, Control};
use trimodal::model::problem::{BAD_VALUE, Problem, UNWRITABLE};
use trimodal::report::{self, Skim};
use trimodal::route::matrix::{CellStatus, Matrix};
use trimodal::route::outcome::StopReason;
use trimodal::route::{Answer, ContractedNetwork, Point, PreparedRouter};
use trimodal::world::locate::Atlas;

use crate::conditions::{self, Conditions, World, keep, off_network};
use crate::exit::{DONE, LIMIT, NO_SOLUTION};
use crate::output;
use crate::progress::Progress;
use crate::route::by;

/// Cells beyond which a table is refused: it would take days and gigabytes.
const MOST_CELLS: usize = 4_000_000;

/// From so many rows on the network is contracted first, which takes as long as a few rows do.
const MANY_ROWS: usize = 20;

/// Options of the verb.
#[derive(Args)]
pub struct TableArgs {
    /// Points to start from (columns id, place or lat and lon)
    origins: PathBuf,
    /// Points to end at
    destinations: PathBuf,
    /// Where the table goes: a file that ends in .parquet, .csv or .xlsx
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// What each cell is the best by
    #[arg(long, default_value = "time", value_parser = by())]
    by: Answer,
    #[command(flatten)]
    conditions: Conditions,
}

enum Form {
    Parquet,
    Csv,
    Xlsx,
}

/// Runs the verb.
pub fn table(args: &TableArgs) -> Result<u8, Vec<Problem>> {
    let mut problems = Vec::new();
    let form = form(&args.output, &mut problems);
    if args.by == Answer::Pareto {
        let told = "--by pareto has many answers for one cell";
        problems.push(Problem::new(BAD_VALUE, told).hint("choose time, cost, co2e or distance"));
    }
    let world = World::load();
    let atlas = world.atlas();
    let origins = keep(points(&atlas, &args.origins), &mut problems);
    let destinations = keep(points(&atlas, &args.destinations), &mut problems);
    let router = args.conditions.router(&world, &mut problems);
    let (Some(form), Some(from), Some(to), Some(router)) = (form, origins, destinations, router)
    else {
        args.conditions.problems(&atlas, &mut problems);
        return Err(Problem::in_order(problems));
    };
    if from.len() * to.len() > MOST_CELLS {
        let told = format!("{} x {} cells are too many", from.len(), to.len());
        let hint = format!("a table may have {MOST_CELLS} cells: cut it into parts");
        problems.push(Problem::new(BAD_VALUE, told).hint(hint));
        return Err(problems);
    }
    if matches!(form, Form::Xlsx) && from.len() * to.len() > report::MOST_ROWS {
        let told = format!("{} x {} cells are too many for a sheet", from.len(), to.len());
        let hint = format!("a sheet has {} rows: write -o skim.parquet", report::MOST_ROWS);
        problems.push(Problem::new(BAD_VALUE, told).hint(hint));
        return Err(problems);
    }
    let (origin_ids, from): (Vec<String>, Vec<Point>) = from.into_iter().unzip();
    let (destination_ids, to): (Vec<String>, Vec<Point>) = to.into_iter().unzip();
    let ends = [from[0].clone(), to[0].clone()];
    let request = args.conditions.request(&atlas, &router, ends, args.by, &mut problems);
    problems.extend(from.iter().chain(&to).filter_map(|p| off_network(&router, p, &request)));
    if !problems.is_empty() {
        return Err(Problem::in_order(problems));
    }
    let progress = Progress::new();
    let show = |p: control::Progress| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&show);
    let Matrix { cells, stopped } = if from.len() < MANY_ROWS {
        router.table(&request, &from, &to, &control)
    } else {
        let order = trimodal::world::order();
        let contracted = Arc::new(ContractedNetwork::new(&router.graph, &order));
        PreparedRouter::new(&router, &contracted, &request).table(&request, &from, &to, &control)
    };
    progress.clear();
    let skim = Skim {
        origins: origin_ids,
        destinations: destination_ids,
        cells,
        by: request.answer.word(),
        without_law: args.conditions.lawless(),
        attribution: args.conditions.attribution(),
    };
    finish(&args.output, form, &skim, stopped)
}

fn finish(
    path: &Path,
    form: Form,
    skim: &Skim,
    stopped: Option<StopReason>,
) -> Result<u8, Vec<Problem>> {
    let bytes = match form {
        Form::Parquet => report::skim_parquet(skim),
        Form::Csv => report::skim_csv(skim),
        Form::Xlsx => report::skim_xlsx(skim)
            .map_err(|e| vec![Problem::new(UNWRITABLE, format!("no workbook can be made: {e}"))])?,
    };
    output::write(path, bytes).map_err(|p| vec![p])?;
    let count = |s: CellStatus| skim.cells.iter().filter(|c| c.status == s).count();
    let reached = count(CellStatus::Reached) + count(CellStatus::SamePlace);
    output::print(&report::skim_text(skim, path));
    Ok(match stopped {
        Some(_) => LIMIT,
        None if reached == 0 => NO_SOLUTION,
        None => DONE,
    })
}

fn form(path: &Path, problems: &mut Vec<Problem>) -> Option<Form> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("parquet") => Some(Form::Parquet),
        Some("csv") => Some(Form::Csv),
        Some("xlsx") => Some(Form::Xlsx),
        _ => {
            let told = format!("`{}` is neither .parquet nor .csv nor .xlsx", path.display());
            problems.push(
                Problem::new(BAD_VALUE, told).hint("write -o skim.parquet, skim.csv or skim.xlsx"),
            );
            None
        }
    }
}

fn points(atlas: &Atlas, path: &Path) -> Result<Vec<(String, Point)>, Vec<Problem>> {
    conditions::table(path, |bytes, notes| inputs::points(atlas, bytes, notes))
}
