//! The operations on jobs.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal::simulation::recording::Recording;

use super::verbs::{self, EXTRACT, PLAN, SIMULATE, SKIM};
use super::{Job, Order};
use crate::app::App;
use crate::body;
use crate::operation::{Content, Operation};
use crate::refusal::Refusal;
use trimodal::fields::{Field, Given};

/// The jobs that there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobList {
    /// Jobs, the latest first.
    pub jobs: Vec<Job>,
}

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let ok = StatusCode::OK;
    let begins = |operation: Operation, known| {
        let about = "The job; `Location` is its address.";
        operation
            .takes(known)
            .answers::<Job>(StatusCode::ACCEPTED, about)
            .refuses(&[404, 409, 422, 500])
    };
    vec![
        begins(Operation::post("/plan", "Begins a plan of a scenario.", plan), PLAN),
        begins(Operation::post("/simulate", "Begins a simulation of a plan.", simulate), SIMULATE),
        begins(Operation::post("/skim", "Begins a table of any size, to Parquet.", skim), SKIM),
        begins(
            Operation::post("/extract", "Begins a new scenario from a part of the world.", extract),
            EXTRACT,
        ),
        Operation::get("/jobs", "All jobs.", list).answers::<JobList>(ok, "The jobs."),
        Operation::get("/jobs/{id}", "A job.", one).answers::<Job>(ok, "The job.").refuses(&[404]),
        Operation::delete("/jobs/{id}", "Cancels a job; removes one that has ended.", remove)
            .answers::<Job>(ok, "The job as it is now.")
            .refuses(&[404]),
        Operation::get("/jobs/{id}/events", "A job as it changes, as server-sent events.", events)
            .answers_with(
                ok,
                "Events `job`, each with the job; the last is that of its end.",
                Content::Media("text/event-stream"),
            )
            .refuses(&[404]),
        Operation::get("/jobs/{id}/result", "The result of a job.", result)
            .answers_with(ok, "The result.", Content::Json(verbs::result_schema))
            .answers_with(ok, "", Content::Media("application/vnd.apache.parquet"))
            .refuses(&[404, 409]),
        Operation::get("/jobs/{id}/report", "The report of a plan, a page of its own.", report)
            .answers_with(ok, "The page.", Content::Media("text/html"))
            .refuses(&[404, 409]),
        Operation::get(
            "/jobs/{id}/trace",
            "The recording of one replication of a simulation.",
            trace,
        )
        .answers::<Recording>(ok, "The recording.")
        .refuses(&[404, 409]),
    ]
}

type Begin = fn(&Arc<App>, Given) -> Result<Order, Refusal>;

async fn begin(
    app: Arc<App>,
    body: Body,
    known: &[&[Field]],
    order: Begin,
) -> Result<Response, Refusal> {
    let given = body::fields(&app, body, known).await?;
    let made = app.clone();
    let order = app.workers.run(app.limit(None), move |_| order(&made, given)).await??;
    let job = app.jobs.submit(order)?;
    let mut response = (StatusCode::ACCEPTED, Json(&job)).into_response();
    if let Ok(address) = HeaderValue::from_str(&format!("/api/v1/jobs/{}", job.id)) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    Ok(response)
}

async fn plan(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    begin(app, body, PLAN, verbs::plan).await
}

async fn simulate(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    begin(app, body, SIMULATE, verbs::simulate).await
}

async fn skim(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    begin(app, body, SKIM, verbs::skim).await
}

async fn extract(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    begin(app, body, EXTRACT, verbs::extract).await
}

async fn list(State(app): State<Arc<App>>) -> Json<JobList> {
    Json(JobList { jobs: app.jobs.list() })
}

async fn one(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Job>, Refusal> {
    app.jobs.job(&id).map(Json)
}

async fn remove(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Job>, Refusal> {
    app.jobs.remove(&id).map(Json)
}

async fn events(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refusal> {
    let watch = app.jobs.watch(&id)?;
    let next = |(mut watch, first): (tokio::sync::watch::Receiver<Job>, bool)| async move {
        if !first {
            if watch.borrow().state.has_ended() {
                return None;
            }
            watch.changed().await.ok()?;
        }
        let job = watch.borrow_and_update().clone();
        let event = Event::default().event("job").json_data(&job).ok()?;
        Some((Ok(event), (watch, false)))
    };
    Ok(Sse::new(stream::unfold((watch, true), next)).keep_alive(KeepAlive::default()))
}

async fn result(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let media = app.jobs.job(&id)?.media;
    file(app, id, "result", media).await
}

async fn trace(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, Refusal> {
    file(app, id, "trace", "application/json".into()).await
}

async fn report(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let mut page = file(app, id, "report", "text/html; charset=utf-8".into()).await?;
    // It has styles of its own, which pages of this server may not have: it is saved, not shown.
    let saved = HeaderValue::from_static("attachment; filename=\"report.html\"");
    page.headers_mut().insert(header::CONTENT_DISPOSITION, saved);
    Ok(page)
}

/// A file of a job that is done.
async fn file(
    app: Arc<App>,
    id: String,
    name: &'static str,
    media: String,
) -> Result<Response, Refusal> {
    let (_, folder) = app.jobs.result(&id)?;
    let read = app.workers.run(app.limit(None), move |_| folder.read(name)).await?;
    let hint = match name {
        "report" => "only a plan has one",
        "trace" => "only a simulation that was asked for with `trace` has one",
        _ => "it was removed from the folder of the server: send the request again",
    };
    let bytes = read.map_err(|_| Refusal::not_ready(&format!("done, without a {name}"), hint))?;
    Ok(([(header::CONTENT_TYPE, media)], bytes).into_response())
}
