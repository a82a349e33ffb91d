//! The operations on scenarios.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use trimodal::Files;
use trimodal::model::problem::{BAD_VALUE, Problem};

use super::description::{Checked, Described, Tables, check, describe, tables};
use crate::app::App;
use crate::body;
use crate::operation::Operation;
use crate::refusal::Refusal;
use trimodal::fields::Kind::{Flag, Json as AnyJson};
use trimodal::fields::{Field, optional, required};

const FILES: Field = required(
    "files",
    AnyJson,
    "Texts of the files by their names: `scenario.toml`, `places.csv`, …",
);
const CHECK: &[Field] = &[FILES];
const WRITE: &[Field] = &[
    FILES,
    optional(
        "replace",
        Flag,
        "Whether a scenario of this name is replaced; `false` where it is not given.",
    ),
];

/// The scenarios that there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Listed {
    /// Scenarios in the order of their names.
    pub scenarios: Vec<ListedScenario>,
}

/// A scenario of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListedScenario {
    /// Its name.
    pub name: String,
    /// The name of the study; that of the scenario where it cannot be read.
    pub title: String,
    /// Whether it comes with the program.
    pub bundled: bool,
}

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let ok = StatusCode::OK;
    vec![
        Operation::get("/scenarios", "The scenarios that there are.", list)
            .answers::<Listed>(ok, "Their names."),
        Operation::get("/scenarios/tables", "The tables of a scenario and their columns.", forms)
            .answers::<Tables>(ok, "The tables."),
        Operation::get("/scenarios/{name}", "A scenario.", one)
            .answers::<Described>(ok, "Its files, what the reader finds in them, and its network.")
            .refuses(&[404, 422]),
        Operation::post(
            "/scenarios/check",
            "Reads the files of a scenario and reports every problem.",
            checked,
        )
        .takes(&[CHECK])
        .answers::<Checked>(ok, "What the reader finds."),
        Operation::put("/scenarios/{name}", "Writes a scenario.", write)
            .takes(&[WRITE])
            .answers::<Described>(StatusCode::CREATED, "The scenario as it was written.")
            .refuses(&[409, 500]),
    ]
}

async fn list(State(app): State<Arc<App>>) -> Result<Json<Listed>, Refusal> {
    let titles = move |app: &App| {
        let one = |(name, bundled): (String, bool)| {
            let found = app.scenarios.find(&name).ok();
            let title =
                found.map_or_else(|| name.clone(), |f| describe(&name, bundled, &f.files).title);
            ListedScenario { name, title, bundled }
        };
        app.scenarios.names().into_iter().map(one).collect()
    };
    let scenarios = app.clone().workers.run(app.limit(None), move |_| titles(&app)).await?;
    Ok(Json(Listed { scenarios }))
}

async fn forms() -> Json<Tables> {
    Json(tables())
}

async fn one(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<Json<Described>, Refusal> {
    let read = move |app: &App| {
        let found = app.scenarios.find(&name)?;
        Ok(describe(&name, found.is_bundled, &found.files))
    };
    app.clone().workers.run(app.limit(None), move |_| read(&app)).await?.map(Json)
}

async fn checked(State(app): State<Arc<App>>, body: Body) -> Result<Json<Checked>, Refusal> {
    let given = body::fields(&app, body, &[CHECK]).await?;
    let files = files(given.json("files"))?;
    let checked = app.workers.run(app.limit(None), move |_| check(&files).0).await?;
    Ok(Json(checked))
}

async fn write(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<Described>), Refusal> {
    let given = body::fields(&app, body, &[WRITE]).await?;
    let files = files(given.json("files"))?;
    let written = move |app: &App| {
        app.scenarios.write(&name, &files, given.flag("replace"))?;
        Ok(describe(&name, false, &files))
    };
    let answer = app.clone().workers.run(app.limit(None), move |_| written(&app)).await?;
    answer.map(|described| (StatusCode::CREATED, Json(described)))
}

/// The files of a request.
pub fn files(value: Option<&Value>) -> Result<Files, Vec<Problem>> {
    let hint = "give an object of texts by the names of their files";
    let wrong = |what: &str| vec![Problem::new(BAD_VALUE, format!("`files` {what}")).hint(hint)];
    let Some(Value::Object(values)) = value else { return Err(wrong("is not an object")) };
    let mut files = BTreeMap::new();
    for (name, text) in values {
        let Some(text) = text.as_str() else {
            return Err(wrong("holds something other than text"));
        };
        files.insert(name.clone(), text.as_bytes().to_vec());
    }
    Ok(Files(files))
}
