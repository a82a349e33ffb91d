//! `/pairs`: the best itinerary of each pair of a list, with its line where it is asked for.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use trimodal::model::problem::Problem;
use trimodal::report::{self, LineForm};
use trimodal::{PairsRequest, Room};

use crate::app::App;
use crate::body;
use crate::fields::Kind::{Json, Number, Word, Words};
use crate::fields::{Field, Given, optional, required};
use crate::inline_table::{self, Columns};
use crate::operation::{Content, Operation};
use crate::refusal::Refusal;
use crate::rows::{self, Writers};
use crate::shipment::{CRITERIA, SHIPMENT, shipment};

const PAIRS: &[Field] = &[
    required(
        "pairs",
        Json,
        "Pairs: a list of objects with `origin` and `destination`, or their coordinates (`origin_lat`, …), and perhaps `id`; or the text of a table pairs.csv.",
    ),
    optional(
        "format",
        Word(&["json", "csv", "parquet"]),
        "Form of the answer; `json` where it is not given.",
    ),
    optional(
        "time_limit_s",
        Number(0.001, 3600.0),
        "Time limit, s; that of the server where it is shorter.",
    ),
];

/// The fields of rows and their lines.
pub const LINES: &[Field] = &[
    optional(
        "by",
        Words(CRITERIA),
        "What rows are the best by: one row for each; `time` where it is not given.",
    ),
    optional(
        "geometry",
        Word(&["wkt", "polyline6"]),
        "The form of the line of each itinerary; without lines where it is not given.",
    ),
];

const KNOWN: &[&[Field]] = &[PAIRS, LINES, SHIPMENT];

const COLUMNS: Columns = Columns {
    names: &[
        "id",
        "origin",
        "destination",
        "origin_lat",
        "origin_lon",
        "destination_lat",
        "destination_lon",
    ],
    text: None,
    hint: "give objects with `origin` and `destination`, or with their coordinates",
};

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let ok = StatusCode::OK;
    let about = "A row for each pair and criterion: time, distance, cost, CO2e and line, or why they are null.";
    vec![
        Operation::post("/pairs", "The best itinerary of each pair of a list.", answer)
            .takes(KNOWN)
            .answers_with(ok, about, Content::Media("application/json"))
            .answers_with(ok, "", Content::Media("text/csv"))
            .answers_with(ok, "", Content::Media("application/vnd.apache.parquet")),
    ]
}

async fn answer(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    let given = body::fields(&app, body, KNOWN).await?;
    let (request, cells) = request(&given)?;
    rows::within_limit(&app, cells)?;
    let limit = app.limit(given.number("time_limit_s"));
    let found =
        app.clone().workers.run(limit, move |control| app.world.pairs(&request, control)).await?;
    let pairs = found?;
    let write = Writers {
        json: report::pairs_json,
        csv: report::pairs_csv,
        parquet: report::pairs_parquet,
    };
    Ok(rows::answer(&given, &pairs, &write, pairs.stopped))
}

fn request(given: &Given) -> Result<(PairsRequest, usize), Vec<Problem>> {
    let read = inline_table::read("pairs", given.json("pairs"), &COLUMNS);
    let (pairs, count, mut problems) = match read {
        Ok((pairs, count)) => (pairs, count, Vec::new()),
        Err(problem) => (Default::default(), 0, vec![problem]),
    };
    let shipment = shipment(given).map_err(|more| problems.extend(more));
    let usual = PairsRequest::new(pairs);
    let by = rows::criteria(given, &usual.by);
    let cells = count * by.len();
    let geometry = line_form(given);
    match shipment {
        Ok(shipment) if problems.is_empty() => {
            Ok((PairsRequest { shipment, by, geometry, room: Room::Memory, ..usual }, cells))
        }
        _ => Err(problems),
    }
}

/// The form of lines that is asked for.
pub fn line_form(given: &Given) -> Option<LineForm> {
    given.text("geometry").map(|word| match word {
        "wkt" => LineForm::Wkt,
        _ => LineForm::Polyline6,
    })
}
