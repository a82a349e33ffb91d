//! `trimodal table`: the best routes between many points.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use trimodal::model::control;
use trimodal::model::problem::{BAD_VALUE, Problem};
use trimodal::report::{self, ParquetStream, Skim, Tally};
use trimodal::route::Answer;
use trimodal::{Control, InputFile, Problems, Room, TableRequest};

use crate::conditions::Conditions;
use crate::output::Opened;
use crate::parts::Parts;
use crate::progress::Progress;
use crate::route::by;
use crate::rows::{self, Form};
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct TableArgs {
    /// File of origins (columns id, place or lat and lon)
    origins: PathBuf,
    /// File of destinations
    destinations: PathBuf,
    /// File to write; its name ends in .parquet (any number of cells), .csv, .json, .xlsx or .omx (matrices); `-`, a pipe or a device gets CSV; a folder (`skim/`) gets Parquet files part by part
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Criterion that each cell minimises; several give a row for each
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "time", value_parser = by())]
    by: Vec<Answer>,
    /// Compute also the best routes from each destination to each origin: their cells follow
    #[arg(long)]
    both_ways: bool,
    /// Continue the table of the folder: parts that are there are kept
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    conditions: Conditions,
}

/// Runs the verb.
pub fn table(args: &TableArgs) -> Result<u8, Vec<Problem>> {
    let mut problems = Vec::new();
    let folder = is_folder(&args.output);
    let form = match folder {
        true => Some(Form::Parquet),
        false => Form::of(&args.output, &mut problems),
    };
    if args.resume && !folder {
        let message = "--resume continues a folder of parts";
        problems.push(Problem::new(BAD_VALUE, message).hint("write -o skim/ --resume"));
    }
    let mut request = TableRequest {
        shipment: args.conditions.shipment(),
        by: rows::criteria(&args.by, &mut problems),
        room: form.map_or(Room::Memory, Form::room),
        both_ways: args.both_ways,
        snap: matches!(form, Some(Form::Json)),
        ..TableRequest::new(InputFile::open(&args.origins), InputFile::open(&args.destinations))
    };
    let world = args.conditions.world()?;
    request.network = world.own_network().map_or(0, |(_, digest)| digest);
    let Some(form) = form.filter(|_| problems.is_empty()) else {
        // Other problems of the request are reported too.
        let refused = world.check_table(&request);
        problems.extend(output::refused(refused));
        return Err(Problem::in_order(problems));
    };
    let parts = match folder {
        true => Some(Parts::open(&args.output, &mut request, args.resume).map_err(|p| vec![p])?),
        false => None,
    };
    let progress = Progress::new();
    let show = |p: control::Progress| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&show).with_cancel(&interrupt::switch());
    let asked = |keep: Keep, done: usize| world.table_in_blocks(&request, done, &control, keep);
    let made = match (parts, form) {
        (Some(parts), _) => parts.fill(&asked),
        (None, Form::Parquet) => stream(&args.output, &asked),
        (None, _) => {
            world.table(&request, &control).and_then(|skim| whole(&args.output, form, skim))
        }
    };
    progress.clear();
    let (skim, tally) = made.map_err(output::refused)?;
    output::notes(&skim.notes);
    let summary = report::skim_text(&skim, &tally, &args.output);
    rows::tell(&args.output, &summary, &report::bad_points_text(&skim));
    Ok(rows::code(skim.stopped, &tally))
}

/// What takes the blocks of a table.
pub type Keep<'a> = &'a mut dyn FnMut(&mut Skim) -> Result<(), Problem>;
/// Computes a table from some block on.
pub type Compute<'a> = &'a dyn Fn(Keep, usize) -> Result<Skim, Problems>;
/// A table without its cells, and how many there are of each status.
pub type Made = Result<(Skim, Tally), Problems>;

/// A path that exists as a folder, or ends as one.
fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.to_str().is_some_and(|p| p.ends_with('/') || p.ends_with('\\'))
}

/// One problem as the outcome.
pub fn refused(problem: Problem) -> Problems {
    Problems { problems: vec![problem], notes: Vec::new() }
}

/// A table written at once.
fn whole(path: &Path, form: Form, skim: Skim) -> Made {
    let bytes = match form {
        Form::Parquet => report::skim_parquet(&skim),
        Form::Csv => report::skim_csv(&skim),
        Form::Json => report::skim_json(&skim),
        Form::Xlsx => report::skim_xlsx(&skim).map_err(|e| refused(rows::no_workbook(e)))?,
        Form::Omx => rows::omx(path, report::skim_parquet(&skim))?,
    };
    output::write(path, bytes).map_err(refused)?;
    let tally = skim.tally();
    Ok((skim, tally))
}

/// A table as one Parquet file, block by block.
fn stream(path: &Path, compute: Compute) -> Made {
    let failed = |e: &io::Error| output::unwritable(path, e);
    let broken = |e: String| failed(&io::Error::other(e));
    let opened = Opened::new(path).map_err(|e| refused(failed(&e)))?;
    let (mut file, mut tally) = (ParquetStream::new(opened), Tally::default());
    let skim = compute(
        &mut |block| {
            tally.add_all(&block.tally());
            file.write(&report::skim_batch(block)).map_err(broken)
        },
        0,
    )?;
    if tally.all() == 0 {
        file.write(&report::skim_batch(&skim)).map_err(|e| refused(broken(e)))?;
    }
    let stopped = skim.stopped.map(|reason| ("stopped", reason.word()));
    let sink = file.finish(stopped.as_slice()).map_err(|e| refused(broken(e)))?;
    sink.map_or(Ok(()), Opened::finish).map_err(|e| refused(failed(&e)))?;
    Ok((skim, tally))
}
