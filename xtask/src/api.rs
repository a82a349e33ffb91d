//! The reference page of the HTTP API, from its OpenAPI document.

use std::fmt::Write;

use serde_json::Value;

/// The page.
pub fn page(document: &Value) -> String {
    let mut out = String::from(
        "# The HTTP API\n\nGenerated from the declarations that the server uses; do not edit. `openapi.json` is the OpenAPI 3.1 \
         document. The [guide](../start/api.md) has examples. Lists are arrays in a body, and separated by commas in an \
         address.\n",
    );
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            one(&mut out, path, method, operation);
        }
    }
    out
}

fn one(out: &mut String, path: &str, method: &str, operation: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let _ =
        writeln!(out, "\n## {} {path}\n\n{}", method.to_uppercase(), text(&operation["summary"]));
    let mut rows = Vec::new();
    for p in operation["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "query")
    {
        let is_needed = p["required"] == true;
        rows.push((text(&p["name"]), holds(&p["schema"]), is_needed, text(&p["description"])));
    }
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let needed = body["required"].as_array().cloned().unwrap_or_default();
    for (name, schema) in body["properties"].as_object().into_iter().flatten() {
        let is_needed = needed.iter().any(|n| n == name);
        rows.push((name.clone(), holds(schema), is_needed, text(&schema["description"])));
    }
    if !rows.is_empty() {
        out.push_str("\n| field | holds | needed | meaning |\n|---|---|---|---|\n");
    }
    for (name, holds, is_needed, about) in rows {
        let needed = if is_needed { "yes" } else { "" };
        let _ = writeln!(out, "| `{name}` | {holds} | {needed} | {about} |");
    }
    out.push('\n');
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        if let Some(about) = answer["description"].as_str() {
            let kinds = answer["content"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(kind, _)| format!("`{kind}`"));
            let _ = writeln!(out, "{status}: {about} ({})", kinds.collect::<Vec<_>>().join(", "));
        }
    }
}

/// What a field holds, in words.
fn holds(schema: &Value) -> String {
    let words = |list: &Value| {
        let all = list.as_array().into_iter().flatten().filter_map(Value::as_str);
        all.map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
    };
    let range = |schema: &Value| match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, _) | (_, Value::Null) => String::new(),
        (low, high) => format!(", {low} to {high}"),
    };
    match schema["type"].as_str() {
        Some("array") if schema["items"]["enum"].is_array() => {
            format!("some of {}", words(&schema["items"]["enum"]))
        }
        Some("array") if schema["items"]["type"] == "number" => "numbers".into(),
        Some("array") => "texts".into(),
        Some("string") if schema["enum"].is_array() => words(&schema["enum"]),
        Some("string") => "text".into(),
        Some("boolean") => "true or false".into(),
        Some("integer") => format!("whole number{}", range(schema)),
        Some("number") => format!("number{}", range(schema)),
        _ => "JSON".into(),
    }
}
