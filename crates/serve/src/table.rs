//! `/table`: the best itineraries between many points at once.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use trimodal::model::problem::Problem;
use trimodal::report;
use trimodal::{InputFile, Room, TableRequest};

use crate::app::App;
use crate::body;
use crate::fields::Kind::{Json, Number, Word, Words};
use crate::fields::{Field, Given, optional, required};
use crate::inline_table::{self, Columns};
use crate::operation::{Content, Operation};
use crate::refusal::Refusal;
use crate::rows::{self, Writers};
use crate::shipment::{CRITERIA, SHIPMENT, shipment};

const CELLS_BY: Field = optional(
    "by",
    Words(CRITERIA),
    "What cells are the best by: one cell for each; `time` where it is not given.",
);

/// The fields of a table beside its points.
pub const BY: &[Field] = &[CELLS_BY];

/// The fields of a table.
pub const TABLE: &[Field] = &[
    required(
        "origins",
        Json,
        "Points to start from: a list of places as in `from`, or of objects with `id` and `place`, or `id`, `lat` and `lon`; or the text of a table points.csv.",
    ),
    required("destinations", Json, "Points to end at, in the same way."),
    CELLS_BY,
];

const POINTS: Columns = Columns {
    names: &["id", "place", "lat", "lon"],
    text: Some(1),
    hint: "give places as texts, or objects with `id` and `place`, or `id`, `lat` and `lon`",
};

const QUERY: &[Field] = &[
    required(
        "origins",
        crate::fields::Kind::List,
        "Points to start from: places as in `from`, without commas in their names.",
    ),
    required("destinations", crate::fields::Kind::List, "Points to end at, in the same way."),
    CELLS_BY,
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

const BY_QUERY: &[&[Field]] = &[QUERY, SHIPMENT, FORM];
const BY_BODY: &[&[Field]] = &[TABLE, SHIPMENT, FORM];

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let form = |operation: Operation, known| {
        let ok = StatusCode::OK;
        operation
            .takes(known)
            .answers_with(ok, "A cell for each pair and criterion: time, distance, cost and CO2e, or why it is null.", Content::Media("application/json"))
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
    rows::within_limit(&app, cells)?;
    let limit = app.limit(given.number("time_limit_s"));
    let answer =
        app.clone().workers.run(limit, move |control| app.world.table(&request, control)).await?;
    let skim = answer?;
    let write =
        Writers { json: report::skim_json, csv: report::skim_csv, parquet: report::skim_parquet };
    Ok(rows::answer(&given, &skim, &write, skim.stopped))
}

/// The request that the fields make, and its cells.
pub fn request(given: &Given, room: Room) -> Result<(TableRequest, usize), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut side = |name: &str| {
        inline_table::read(name, given.json(name), &POINTS).unwrap_or_else(|problem| {
            problems.push(problem);
            (InputFile::default(), 0)
        })
    };
    let ((origins, from), (destinations, to)) = (side("origins"), side("destinations"));
    let shipment = shipment(given).map_err(|more| problems.extend(more));
    let usual = TableRequest::new(origins, destinations);
    let by = rows::criteria(given, &usual.by);
    let cells = from * to * by.len();
    match shipment {
        Ok(shipment) if problems.is_empty() => {
            Ok((TableRequest { shipment, by, room, ..usual }, cells))
        }
        _ => Err(problems),
    }
}
