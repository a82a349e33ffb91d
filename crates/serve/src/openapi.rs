//! The OpenAPI 3.1 document, made from the operations and the types of their answers.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::app;
use crate::jobs;
use crate::operation::{Content, Method, Operation};
use crate::refusal::ProblemDetails;
use trimodal::fields::Field;

/// The operation that sends the document.
pub fn operations() -> Vec<Operation> {
    vec![Operation::get("/openapi.json", "This document.", send).answers_with(
        StatusCode::OK,
        "The document.",
        Content::Media("application/json"),
    )]
}

async fn send() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document().to_string()).into_response()
}

/// The document.
pub fn document() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut schemas = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in app::operations() {
        let described = describe(&operation, &mut schemas);
        let path = paths.entry(format!("/api/v1{}", operation.path)).or_insert_with(|| json!({}));
        path[operation.method.word()] = described;
    }
    let refusal = schemas.subschema_for::<ProblemDetails>();
    let definitions = schemas.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Trimodal",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Plans freight over rail, water and road as one network.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
        },
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": {
                "Refusal": {
                    "description": "Why the request is refused.",
                    "content": { "application/problem+json": { "schema": refusal } }
                }
            },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } }
        },
        "security": [{}, { "token": [] }]
    })
}

fn describe(operation: &Operation, schemas: &mut SchemaGenerator) -> Value {
    let fields = || operation.fields.iter().copied().flatten();
    let mut parameters: Vec<Value> = in_path(operation.path).map(path_parameter).collect();
    if operation.method == Method::Get {
        parameters.extend(fields().filter(|f| f.kind.is_short()).map(query_parameter));
    }
    let mut described = json!({
        "operationId": operation_id(operation),
        "summary": operation.about,
        "parameters": parameters,
        "responses": responses(operation, schemas),
    });
    if operation.method != Method::Get && !operation.fields.is_empty() {
        described["requestBody"] = body(fields());
    }
    described
}

fn operation_id(operation: &Operation) -> String {
    let id = format!("{} {}", operation.method.word(), operation.path);
    let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    id.trim_matches('_').to_string()
}

fn in_path(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn path_parameter(name: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
}

fn query_parameter(field: &Field) -> Value {
    json!({
        "name": field.name,
        "in": "query",
        "required": field.required,
        "description": field.about,
        "style": "form",
        "explode": false,
        "schema": field.kind.schema(),
    })
}

fn body<'a>(fields: impl Iterator<Item = &'a Field> + Clone) -> Value {
    let property = |f: &Field| {
        let mut schema = f.kind.schema();
        schema["description"] = json!(f.about);
        (f.name.to_string(), schema)
    };
    let needed: Vec<&str> = fields.clone().filter(|f| f.required).map(|f| f.name).collect();
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "required": needed,
        "properties": fields.map(property).collect::<Map<_, _>>(),
    });
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

/// What can be done with a job that was begun.
fn links_of_a_job() -> Value {
    let jobs = jobs::operations().into_iter().filter(|o| o.path.contains("{id}"));
    let link = |o: Operation| {
        let id = operation_id(&o);
        let link = json!({ "operationId": id, "parameters": { "id": "$response.body#/id" } });
        (id, link)
    };
    Value::Object(jobs.map(link).collect())
}

fn responses(operation: &Operation, schemas: &mut SchemaGenerator) -> Map<String, Value> {
    let mut responses = Map::new();
    for answer in &operation.answers {
        let mut content = Map::new();
        for one in &answer.contents {
            match one {
                Content::Json(schema) => {
                    content.insert("application/json".into(), json!({ "schema": schema(schemas) }));
                }
                Content::Media(kind) => drop(content.insert(kind.to_string(), json!({}))),
            }
        }
        let mut described = json!({ "description": answer.about, "content": content });
        if answer.status == StatusCode::ACCEPTED {
            described["links"] = links_of_a_job();
        }
        responses.insert(answer.status.as_u16().to_string(), described);
    }
    for status in &operation.refusals {
        let refusal = json!({ "$ref": "#/components/responses/Refusal" });
        responses.insert(status.to_string(), refusal);
    }
    responses
}
