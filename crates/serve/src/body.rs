//! Bodies of requests, within a limit of size and of time.

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::app::App;
use crate::refusal::Refusal;
use trimodal::fields::{Field, Given};

/// The fields of a JSON body.
pub async fn fields(app: &Arc<App>, body: Body, known: &[&[Field]]) -> Result<Given, Refusal> {
    Ok(Given::from_json(known, &bytes(app, body).await?)?)
}

async fn bytes(app: &Arc<App>, body: Body) -> Result<bytes::Bytes, Refusal> {
    let (limit, time) = (app.settings.max_body, app.settings.body_time);
    let too_large = || {
        let message = format!("the body is larger than {limit} bytes");
        let hint = "`--max-body-mb` of `trimodal serve` raises the limit";
        Err(Refusal::body(StatusCode::PAYLOAD_TOO_LARGE, message, hint))
    };
    // A length that is declared need not be waited for.
    if body.size_hint().lower() > limit as u64 {
        return too_large();
    }
    let whole = tokio::time::timeout(time, Limited::new(body, limit).collect()).await;
    match whole {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(e)) if e.is::<LengthLimitError>() => too_large(),
        Ok(Err(e)) => {
            let message = format!("the body ends too early: {e}");
            Err(Refusal::body(StatusCode::BAD_REQUEST, message, "send it again"))
        }
        Err(_) => {
            let message = format!("the body did not come within {} s", time.as_secs_f64());
            Err(Refusal::body(StatusCode::REQUEST_TIMEOUT, message, "send it again"))
        }
    }
}
