//! `/table`: the best itineraries between many points at once.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use trimodal::fields::Kind::{self, Number, Word};
use trimodal::fields::shipment::SHIPMENT;
use trimodal::fields::table::{BY, TABLE, WAYS, request};
use trimodal::fields::{Field, Given, optional, required};
use trimodal::report;
use trimodal::{Room, TableRequest};

use crate::app::App;
use crate::body;
use crate::operation::{Content, Operation};
use crate::refusal::Refusal;
use crate::rows::{self, Writers};

const QUERY: &[Field] = &[
    required(
        "origins",
        Kind::List,
        "Points to start from: places as in `from`, separated by commas, or by vertical bars where a name has a comma.",
    ),
    required("destinations", Kind::List, "Points to end at, in the same way."),
];

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

const BY_QUERY: &[&[Field]] = &[QUERY, BY, WAYS, SHIPMENT, FORM];
const BY_BODY: &[&[Field]] = &[TABLE, BY, WAYS, SHIPMENT, FORM];

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let form = |operation: Operation, known| {
        let ok = StatusCode::OK;
        operation
            .takes(known)
            .answers_with(ok, "A cell for each pair and criterion: time, distance, cost and CO2e, or why it is null.", Content::Json(report::skim_schema))
            .answers_with(ok, "", Content::Media("text/csv"))
            .answers_with(ok, "", Content::Media("application/vnd.apache.parquet"))
            .refuses(&[413])
    };
    vec![
        form(
            Operation::get("/table", "The best itineraries between a few points.", by_query),
            BY_QUERY,
        ),
        form(
            Operation::post("/table", "The best itineraries between many points.", by_body),
            BY_BODY,
        ),
    ]
}

async fn by_query(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    answer(app, Given::from_query(BY_QUERY, &query.unwrap_or_default())?).await
}

async fn by_body(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    let given = body::fields(&app, body, BY_BODY).await?;
    answer(app, given).await
}

async fn answer(app: Arc<App>, given: Given) -> Result<Response, Refusal> {
    let (request, cells) = request(&given, Room::Memory)?;
    let request = TableRequest { snap: rows::is_json(&given), ..request };
    rows::within_limit(&app, cells)?;
    let limit = app.limit(given.number("time_limit_s"));
    let answer =
        app.clone().workers.run(limit, move |control| app.world.table(&request, control)).await?;
    let skim = answer?;
    let write =
        Writers { json: report::skim_json, csv: report::skim_csv, parquet: report::skim_parquet };
    Ok(rows::answer(&given, &skim, &write, skim.stopped))
}
