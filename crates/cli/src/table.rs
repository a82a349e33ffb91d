//! `trimodal table`: the best route by one criterion between many points.

use std::path::{Path, PathBuf};

use clap::Args;
use trimodal::model::control;
use trimodal::model::problem::{BAD_VALUE, Problem, UNWRITABLE};
use trimodal::report::{self, Skim};
use trimodal::route::matrix::CellStatus;
use trimodal::route::{Answer, Criterion};
use trimodal::{Control, InputFile, TableRequest, World};

use crate::conditions::Conditions;
use crate::exit::{DONE, LIMIT, NO_SOLUTION};
use crate::progress::Progress;
use crate::route::by;
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct TableArgs {
    /// File of origins (columns id, place or lat and lon)
    origins: PathBuf,
    /// File of destinations
    destinations: PathBuf,
    /// File to write; its name ends in .parquet, .csv or .xlsx; `-`, a pipe or a device gets CSV
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Criterion that each cell minimises
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
        let message = "--by pareto has several answers for one cell";
        problems.push(Problem::new(BAD_VALUE, message).hint("choose time, cost, co2e or distance"));
    }
    let by = match args.by {
        Answer::Best(by) => by,
        Answer::Pareto => Criterion::Time,
    };
    let request = TableRequest {
        shipment: args.conditions.shipment(),
        by,
        fits_a_sheet: matches!(form, Some(Form::Xlsx)),
        ..TableRequest::new(InputFile::open(&args.origins), InputFile::open(&args.destinations))
    };
    let world = World::load();
    let Some(form) = form.filter(|_| problems.is_empty()) else {
        // Other problems of the request are reported too.
        let refused = world.check_table(&request);
        problems.extend(output::refused(refused));
        return Err(Problem::in_order(problems));
    };
    let progress = Progress::new();
    let show = |p: control::Progress| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&show).with_cancel(&interrupt::switch());
    let skim = world.table(&request, &control);
    progress.clear();
    let skim = skim.map_err(output::refused)?;
    output::notes(&skim.notes);
    finish(&args.output, form, &skim)
}

fn finish(path: &Path, form: Form, skim: &Skim) -> Result<u8, Vec<Problem>> {
    let bytes = match form {
        Form::Parquet => report::skim_parquet(skim),
        Form::Csv => report::skim_csv(skim),
        Form::Xlsx => report::skim_xlsx(skim).map_err(|e| {
            vec![Problem::new(UNWRITABLE, format!("cannot create the workbook: {e}"))]
        })?,
    };
    output::write(path, bytes).map_err(|p| vec![p])?;
    let count = |s: CellStatus| skim.cells.iter().filter(|c| c.status == s).count();
    let reached = count(CellStatus::Reached) + count(CellStatus::SamePlace);
    let summary = report::skim_text(skim, path);
    if output::is_stream(path) {
        output::say(summary.trim_end());
    } else {
        output::print(&summary);
    }
    let bad = report::bad_points_text(skim);
    if !bad.is_empty() {
        output::say(bad.trim_end());
    }
    Ok(match skim.stopped {
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
        _ if output::is_stream(path) => Some(Form::Csv),
        _ => {
            let message = format!("`{}` does not end in .parquet, .csv or .xlsx", path.display());
            problems.push(
                Problem::new(BAD_VALUE, message)
                    .hint("write -o skim.parquet, skim.csv or skim.xlsx"),
            );
            None
        }
    }
}
