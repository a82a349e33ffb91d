//! What `/table` and `/pairs` have in common: criteria, the limit of cells, and answers of rows in three forms.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use trimodal::fields::Given;
use trimodal::route::outcome::StopReason;

use crate::app::App;
use crate::refusal::Refusal;

/// The writers of an answer: JSON, CSV, Parquet.
pub struct Writers<T> {
    /// As JSON.
    pub json: fn(&T) -> Vec<u8>,
    /// As CSV.
    pub csv: fn(&T) -> Vec<u8>,
    /// As Parquet.
    pub parquet: fn(&T) -> Vec<u8>,
}

/// Refuses more cells than are answered at once.
pub fn within_limit(app: &App, cells: usize) -> Result<(), Refusal> {
    let limit = app.settings.max_cells;
    if cells > limit { Err(Refusal::too_many_cells(cells, limit)) } else { Ok(()) }
}

/// Whether an answer is asked for as JSON, where it tells how points meet the networks.
pub fn is_json(given: &Given) -> bool {
    !matches!(given.text("format"), Some("csv" | "parquet"))
}

/// An answer in the form asked for. One that was stopped before it was complete is marked in its head.
pub fn answer<T>(
    given: &Given,
    found: &T,
    write: &Writers<T>,
    stopped: Option<StopReason>,
) -> Response {
    let (kind, bytes) = match given.text("format") {
        Some("csv") => ("text/csv; charset=utf-8", (write.csv)(found)),
        Some("parquet") => ("application/vnd.apache.parquet", (write.parquet)(found)),
        _ => ("application/json", (write.json)(found)),
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Some(reason) = stopped {
        let word = HeaderValue::from_static(reason.word());
        response.headers_mut().insert("trimodal-stopped", word);
    }
    response
}
