//! Generated reference: `xtask write` makes the pages and schemas, `xtask check` compares them.
//! `xtask world FOLDER` builds the embedded world from public packages, `xtask places FOLDER` only its places;
//! `xtask order` only the order in which its nodes are contracted; `xtask services` finds the paths of the bundled services on it.

mod api;
mod law;
mod services;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use trimodal_model::problem::CODES;
use trimodal_model::scenario::Settings;
use trimodal_model::table::{Kind, Need, Table};
use trimodal_model::tables::{INPUTS, SHEETS, TABLES};
use trimodal_plan::outcome::Plan;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference");
    let pages = pages();
    match std::env::args().nth(1).as_deref() {
        Some("write") => write(&folder, &pages),
        Some("check") => check(&folder, &pages),
        Some("world") => world(world::make, std::env::args().nth(2)),
        Some("places") => world(world::make_places, std::env::args().nth(2)),
        Some("order") => world(|_| world::make_order(), None),
        Some("services") => services::write(),
        _ => {
            eprintln!("usage: xtask write|check|world FOLDER|places FOLDER|order|services");
            ExitCode::from(2)
        }
    }
}

fn world(
    make: fn(&Path) -> Result<(), Box<dyn std::error::Error>>,
    folder: Option<String>,
) -> ExitCode {
    match make(Path::new(folder.as_deref().unwrap_or("target/world-sources"))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("cannot build the world: {e}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path, pages: &BTreeMap<&str, String>) -> ExitCode {
    let outcome = std::fs::create_dir_all(folder).and_then(|()| {
        pages.iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("cannot write the reference: {e}");
            ExitCode::FAILURE
        }
    }
}

fn check(folder: &Path, pages: &BTreeMap<&str, String>) -> ExitCode {
    let stale: Vec<&str> = pages
        .iter()
        .filter(|(name, text)| {
            std::fs::read_to_string(folder.join(name)).ok().as_ref() != Some(*text)
        })
        .map(|(name, _)| *name)
        .collect();
    if stale.is_empty() {
        println!("docs/reference is up to date ({} pages)", pages.len());
        return ExitCode::SUCCESS;
    }
    eprintln!("docs/reference is stale: {}; run `make reference`", stale.join(", "));
    ExitCode::FAILURE
}

fn pages() -> BTreeMap<&'static str, String> {
    let settings = schemars::schema_for!(Settings);
    let plan = schemars::schema_for!(Plan);
    let routes = schemars::schema_for!(trimodal_route::Routes);
    let simulation = schemars::schema_for!(trimodal_simulate::outcome::Simulation);
    let recording = schemars::schema_for!(trimodal_simulate::recording::Recording);
    let pretty =
        |s: &schemars::Schema| format!("{}\n", serde_json::to_string_pretty(s).unwrap_or_default());
    BTreeMap::from([
        ("tables.md", tables()),
        ("errors.md", errors()),
        ("law.md", law::page()),
        (
            "scenario.md",
            properties(
                "scenario.toml",
                "Keys of the file. Generated from the types; `scenario.schema.json` is its JSON Schema.",
                &settings,
            ),
        ),
        ("scenario.schema.json", pretty(&settings)),
        (
            "plan.md",
            properties(
                "plan.json",
                "The answer of `trimodal plan`, schema `trimodal/plan/2`. Generated from the types; `plan.schema.json` is its JSON Schema.",
                &plan,
            ),
        ),
        ("plan.schema.json", pretty(&plan)),
        (
            "route.md",
            properties(
                "Answer of route",
                "What `trimodal route --json` prints, schema `trimodal/route/2`. Generated from the types; `route.schema.json` is its JSON Schema. Exit code 3 comes with `unreachable`, exit code 4 with `cut_short`.",
                &routes,
            ),
        ),
        ("route.schema.json", pretty(&routes)),
        (
            "simulate.md",
            properties(
                "simulate --json",
                "What `trimodal simulate --json` prints, schema `trimodal/simulate/2`. Generated from the types; `simulate.schema.json` is its JSON Schema. Exit code 0: the plan holds; 3: it fails; 4: undecided, or `stopped`.",
                &simulation,
            ),
        ),
        ("simulate.schema.json", pretty(&simulation)),
        ("api.md", api::page(&trimodal_serve::openapi::document())),
        ("openapi.json", format!("{:#}\n", trimodal_serve::openapi::document())),
        (
            "trace.md",
            properties(
                "Recording of a simulation",
                "What `trimodal simulate --recording FILE` writes, schema `trimodal/trace/1`. Generated from the types; `trace.schema.json` is its JSON Schema.",
                &recording,
            ),
        ),
        ("trace.schema.json", pretty(&recording)),
    ])
}

fn tables() -> String {
    let mut out = String::from(
        "# Tables of a scenario\n\nGenerated from the declarations that the reader uses; do not edit.\n\n\
         CSV, or a sheet of a workbook `scenario.xlsx`: a header row, columns in any order. CSV is UTF-8 with commas \
         and decimal points; what spreadsheets save instead is read too, and reported in a note \
         ([spreadsheets](../start/spreadsheets.md)). Lines that start with `#` are comments. Lists inside a cell are \
         separated by `;`. An optional column may be absent. A column that is not listed here is left out with a note; \
         one that looks like a misspelt column of the table is an error.\n",
    );
    for table in TABLES {
        one_table(&mut out, table);
    }
    out.push_str("\n# Sheets that only workbooks have\n");
    for table in SHEETS {
        one_table(&mut out, table);
    }
    out.push_str("\n# Tables of other verbs\n\nThe same form; the file may have any name.\n");
    for table in INPUTS {
        one_table(&mut out, table);
    }
    out
}

fn one_table(out: &mut String, table: &Table) {
    let presence = if table.required { "required" } else { "optional" };
    let is_sheet = SHEETS.iter().any(|s| s.name == table.name);
    let title = if is_sheet { format!("sheet {}", table.name) } else { table.file() };
    let _ = writeln!(out, "\n## {title}\n\n{} ({presence})\n", table.doc);
    out.push_str("| column | holds | unit | blank | meaning |\n|---|---|---|---|---|\n");
    for column in table.columns {
        let blank = match column.need {
            Need::Required => "not allowed".to_string(),
            Need::Optional => "allowed".to_string(),
            Need::Default(value) => format!("`{value}`"),
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {blank} | {} |",
            column.name,
            kind(column.kind),
            column.unit,
            column.doc
        );
    }
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Id => "id".into(),
        Kind::Label => "id of any characters".into(),
        Kind::Text => "text".into(),
        Kind::Ref(table) => format!("id of {table}.csv"),
        Kind::Refs(table) => format!("ids of {table}.csv"),
        Kind::Number(low, high) => format!("number, {low} to {high}"),
        Kind::Numbers(low, high) => format!("numbers, {low} to {high}"),
        Kind::Whole(low, high) => format!("whole number, {low} to {high}"),
        Kind::Flag => "0 or 1".into(),
        Kind::Choice(words) => {
            words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Date => "date, YYYY-MM-DD".into(),
        Kind::Hs => "HS codes, separated by `;`".into(),
        Kind::Gauges => "gauges, joined by `+`".into(),
        Kind::Form => "see meaning".into(),
    }
}

fn errors() -> String {
    let mut out = String::from(
        "# Errors\n\nGenerated; do not edit. An id never changes its meaning. Every message gives the place \
         (`file:row:column`, counted from 1 as an editor does; in a workbook `file!sheet:row:column` with the column's letters), the value, and what to do; all problems \
         are reported at once, with exit code 1.\n\n| id | meaning |\n|---|---|\n",
    );
    for code in CODES {
        let _ = writeln!(out, "| {} | {} |", code.id, code.title);
    }
    out
}

/// A page that lists the types of a schema with their fields.
fn properties(title: &str, intro: &str, schema: &schemars::Schema) -> String {
    let mut out = format!("# {title}\n\n{intro}\n");
    let root = schema.as_value();
    fields(&mut out, "Top level", root);
    if let Some(defs) = root.get("$defs").and_then(|d| d.as_object()) {
        for (name, def) in defs {
            fields(&mut out, name, def);
        }
    }
    out
}

fn fields(out: &mut String, name: &str, schema: &serde_json::Value) {
    let text = |v: &serde_json::Value| {
        v.get("description").and_then(|d| d.as_str()).unwrap_or("").replace('\n', " ")
    };
    let _ = writeln!(out, "\n## {name}\n\n{}\n", text(schema));
    if let Some(choices) = schema.get("oneOf").and_then(|c| c.as_array()) {
        for choice in choices {
            let _ = writeln!(
                out,
                "- `{}`: {}",
                choice.get("const").and_then(|c| c.as_str()).unwrap_or(""),
                text(choice)
            );
        }
        return;
    }
    let Some(properties) = schema.get("properties").and_then(|p| p.as_object()) else { return };
    out.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");
    for (key, value) in properties {
        let default = value.get("default").map_or(String::new(), |d| format!("`{d}`"));
        let _ = writeln!(out, "| `{key}` | {} | {default} | {} |", type_of(value), text(value));
    }
}

fn type_of(value: &serde_json::Value) -> String {
    if let Some(name) = value.get("$ref").and_then(|r| r.as_str()) {
        return name.rsplit('/').next().unwrap_or(name).to_string();
    }
    if let Some(any) = value.get("anyOf").and_then(|a| a.as_array()) {
        return any.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    match value.get("type") {
        Some(serde_json::Value::String(t)) if t == "array" => {
            format!("list of {}", value.get("items").map_or("values".into(), type_of))
        }
        Some(serde_json::Value::String(t)) => t.clone(),
        Some(serde_json::Value::Array(types)) => {
            types.iter().filter_map(|t| t.as_str()).collect::<Vec<_>>().join(" or ")
        }
        _ => "value".into(),
    }
}
