//! Renders outcomes as text, JSON, tables and self-contained HTML pages. It computes nothing.

mod basis_text;
mod batches;
mod check_text;
mod detours_text;
mod draw;
mod geometry;
mod line_form;
pub mod number;
mod page;
mod pairs;
mod parquet_file;
mod plan_batches;
mod plan_charts;
mod plan_html;
mod plan_map;
mod plan_tables;
mod plan_text;
mod plan_xlsx;
mod replicates;
mod routes_batches;
mod routes_geojson;
mod routes_html;
mod routes_map;
mod routes_text;
mod rows;
mod rows_schema;
mod scenario_batches;
mod scenario_xlsx;
mod sea_text;
mod sheets;
mod simulation_batches;
mod simulation_charts;
mod simulation_html;
mod simulation_text;
mod skim;

pub use batches::Batches;
pub use check_text::{check_json, check_text};
pub use detours_text::detours_text;
pub use line_form::LineForm;
pub use pairs::{
    PAIRS_SCHEMA, PairAnswer, Pairs, bad_pairs_text, pairs_batch, pairs_csv, pairs_json,
    pairs_map_batches, pairs_parquet, pairs_text, pairs_xlsx,
};
pub use parquet_file::{ParquetStream, parquet};
pub use plan_batches::plan_batches;
pub use plan_html::html;
pub use plan_text::text;
pub use plan_xlsx::plan_xlsx;
pub use replicates::{REPLICATES_SCHEMA, replicate_figures, replicates_batch, replicates_parquet};
pub use routes_batches::routes_batches;
pub use routes_geojson::routes_geojson;
pub use routes_html::routes_html;
pub use routes_text::routes_text;
pub use rows::Tally;
pub use rows_schema::{pairs_schema, skim_schema};
pub use scenario_batches::{scenario_batch, scenario_geojson, scenario_map_batch};
pub use scenario_xlsx::scenario_xlsx;
pub use sea_text::sea_text;
pub use sheets::MOST_ROWS;
pub use simulation_batches::simulation_batches;
pub use simulation_html::simulation_html;
pub use simulation_text::{simulation_text, trace_csv};
pub use skim::{
    SKIM_SCHEMA, Skim, bad_points_text, skim_batch, skim_csv, skim_json, skim_map_batches,
    skim_parquet, skim_text, skim_xlsx,
};

use trimodal_plan::outcome::Plan;
use trimodal_route::Routes;

/// A plan as JSON, with a final newline.
pub fn json(plan: &Plan) -> String {
    as_json(plan)
}

/// Itineraries as JSON, with a final newline.
pub fn routes_json(routes: &Routes) -> String {
    as_json(routes)
}

/// A simulation as JSON, with a final newline.
pub fn simulation_json(simulation: &trimodal_simulate::outcome::Simulation) -> String {
    as_json(simulation)
}

/// A recording as JSON on one line, which keeps it small.
pub fn recording_json(recording: &trimodal_simulate::recording::Recording) -> String {
    let text = serde_json::to_string(recording);
    let mut text = text.unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}"));
    text.push('\n');
    text
}

/// A check of distances at sea as JSON, with a final newline.
pub fn sea_json(audit: &trimodal_route::sea_audit::SeaAudit) -> String {
    as_json(audit)
}

/// The check for cut lines as JSON.
pub fn detours_json(detours: &trimodal_route::detours::Detours) -> String {
    as_json(detours)
}

fn as_json(outcome: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(outcome);
    let mut text = text.unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}"));
    text.push('\n');
    text
}
