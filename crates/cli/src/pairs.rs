//! `trimodal pairs`: the best route of each pair of a list.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trimodal::model::control;
use trimodal::model::problem::Problem;
use trimodal::report::{self, LineForm};
use trimodal::route::Answer;
use trimodal::{Control, InputFile, PairsRequest, Room};

use crate::conditions::Conditions;
use crate::progress::Progress;
use crate::route::by;
use crate::rows::{self, Form};
use crate::{interrupt, output};

/// Options of the verb.
#[derive(Args)]
pub struct PairsArgs {
    /// File of pairs: columns origin and destination (places, codes or coordinates), or origin_lat, origin_lon, destination_lat and destination_lon; id is optional
    file: PathBuf,
    /// File to write; its name ends in .parquet, .csv, .json, .xlsx or .omx (matrices); `-`, a pipe or a device gets CSV
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Criterion that each row minimises; several give a row for each
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "time", value_parser = by())]
    by: Vec<Answer>,
    /// Add a column with the line of each route: `wkt`, cut at the antimeridian, or `polyline6`, an encoded polyline of six decimals, not cut
    #[arg(long, value_name = "FORM")]
    geometry: Option<Geometry>,
    #[command(flatten)]
    conditions: Conditions,
}

#[derive(Clone, Copy, ValueEnum)]
enum Geometry {
    Wkt,
    Polyline6,
}

/// Runs the verb.
pub fn pairs(args: &PairsArgs) -> Result<u8, Vec<Problem>> {
    let mut problems = Vec::new();
    let form = Form::of(&args.output, &mut problems);
    let request = PairsRequest {
        shipment: args.conditions.shipment(),
        by: rows::criteria(&args.by, &mut problems),
        geometry: args.geometry.map(|form| match form {
            Geometry::Wkt => LineForm::Wkt,
            Geometry::Polyline6 => LineForm::Polyline6,
        }),
        room: form.map_or(Room::Memory, Form::room),
        snap: matches!(form, Some(Form::Json)),
        ..PairsRequest::new(InputFile::open(&args.file))
    };
    let world = args.conditions.world()?;
    let Some(form) = form.filter(|_| problems.is_empty()) else {
        // Other problems of the request are reported too.
        problems.extend(output::refused(world.check_pairs(&request)));
        return Err(Problem::in_order(problems));
    };
    let progress = Progress::new();
    let show = |p: control::Progress| progress.step(p.stage, p.done, p.total);
    let control = Control::none().with_progress(&show).with_cancel(&interrupt::switch());
    let pairs = world.pairs(&request, &control);
    progress.clear();
    let pairs = pairs.map_err(output::refused)?;
    output::notes(&pairs.notes);
    let bytes = match form {
        Form::Parquet => report::pairs_parquet(&pairs),
        Form::Csv => report::pairs_csv(&pairs),
        Form::Json => report::pairs_json(&pairs),
        Form::Xlsx => report::pairs_xlsx(&pairs).map_err(|e| vec![rows::no_workbook(e)])?,
        Form::Omx => {
            let made = rows::omx(&args.output, report::pairs_parquet(&pairs));
            made.map_err(output::refused)?
        }
    };
    output::write(&args.output, bytes).map_err(|p| vec![p])?;
    let summary = report::pairs_text(&pairs, &args.output);
    rows::tell(&args.output, &summary, &report::bad_pairs_text(&pairs));
    Ok(rows::code(pairs.stopped, &pairs.tally()))
}
