//! JSON Schemas of tables and of lists of pairs, made from the columns that their rows are written from.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use trimodal_route::outcome::{Snap, StopReason};

use crate::line_form::LineForm;
use crate::pairs::PAIRS_SCHEMA;
use crate::rows::{Column, columns, pair_columns};
use crate::skim::SKIM_SCHEMA;

/// The schema of a table as JSON.
pub fn skim_schema(schemas: &mut SchemaGenerator) -> Schema {
    let snap = schemas.subschema_for::<Snap>();
    let point = object(json!({ "id": { "type": "string" }, "snap": all(snap) }), &["id", "snap"]);
    let points = object(
        json!({ "origins": all(&point), "destinations": all(&point) }),
        &["origins", "destinations"],
    );
    let stopped = schemas.subschema_for::<StopReason>();
    answer(SKIM_SCHEMA, stopped, points, row(&columns(), &[]))
}

/// The schema of a list of pairs as JSON.
pub fn pairs_schema(schemas: &mut SchemaGenerator) -> Schema {
    let snap = all(schemas.subschema_for::<Snap>());
    let point = object(
        json!({ "id": { "type": "string" }, "origin": snap, "destination": snap }),
        &["id", "origin", "destination"],
    );
    let lines = [LineForm::Wkt, LineForm::Polyline6].map(LineForm::column);
    let stopped = schemas.subschema_for::<StopReason>();
    answer(PAIRS_SCHEMA, stopped, all(point), row(&pair_columns(None), &lines))
}

fn answer(schema: &str, stopped: Schema, points: Value, row: Value) -> Schema {
    let texts = all(json!({ "type": "string" }));
    let properties = json!({
        "schema": { "const": schema },
        "version": { "type": "string", "description": "Version of the program." },
        "by": all(json!({ "type": "string", "description": "A criterion." })),
        "watermark": { "type": "string", "description": "Only there if computed as if no law applied." },
        "stopped": stopped,
        "attribution": texts,
        "points": described(points, "Where the points meet the networks, in the order of their list."),
        "rows": described(all(row), "Rows in the order of their points, one for each criterion."),
    });
    let needed = ["schema", "version", "by", "attribution", "points", "rows"];
    Schema::try_from(object(properties, &needed)).unwrap_or_default()
}

/// A row: all of its columns are there; `more` only if they are asked for.
fn row(columns: &[Column], more: &[&str]) -> Value {
    let mut properties: Map<String, Value> = columns.iter().map(Column::property).collect();
    let line = json!({ "type": ["string", "null"], "description": "The line of the itinerary." });
    properties.extend(more.iter().map(|name| (name.to_string(), line.clone())));
    let needed: Vec<&str> = columns.iter().map(Column::name).collect();
    object(Value::Object(properties), &needed)
}

fn object(properties: Value, needed: &[&str]) -> Value {
    json!({ "type": "object", "additionalProperties": false, "required": needed, "properties": properties })
}

fn all(items: impl serde::Serialize) -> Value {
    json!({ "type": "array", "items": items })
}

fn described(mut schema: Value, about: &str) -> Value {
    schema["description"] = json!(about);
    schema
}
