//! `/pairs`: the best itinerary of each pair of a list, with its line where it is asked for.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use trimodal::PairsRequest;
use trimodal::fields::Kind::{Number, Word};
use trimodal::fields::pairs::{LINES, PAIRS, request};
use trimodal::fields::shipment::SHIPMENT;
use trimodal::fields::{Field, optional};
use trimodal::report;

use crate::app::App;
use crate::body;
use crate::operation::{Content, Operation};
use crate::refusal::Refusal;
use crate::rows::{self, Writers};

const FORM: &[Field] = &[
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

const KNOWN: &[&[Field]] = &[PAIRS, LINES, SHIPMENT, FORM];

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let ok = StatusCode::OK;
    let about = "A row for each pair and criterion: time, distance, cost, CO2e and line, or why they are null.";
    vec![
        Operation::post("/pairs", "The best itinerary of each pair of a list.", answer)
            .takes(KNOWN)
            .answers_with(ok, about, Content::Json(report::pairs_schema))
            .answers_with(ok, "", Content::Media("text/csv"))
            .answers_with(ok, "", Content::Media("application/vnd.apache.parquet")),
    ]
}

async fn answer(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    let given = body::fields(&app, body, KNOWN).await?;
    let (request, cells) = request(&given)?;
    let request = PairsRequest { snap: rows::is_json(&given), ..request };
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
