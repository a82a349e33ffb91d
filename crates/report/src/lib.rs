//! Outcomes to text, JSON and one self-contained HTML page. It renders and computes nothing.

mod charts;
mod html;
mod map;
pub mod number;
mod skim;
mod tables;
mod text;

pub use html::html;
pub use skim::{SKIM_SCHEMA, Skim, skim_batch, skim_csv, skim_parquet, skim_text};
pub use text::text;

use trimodal_plan::outcome::Plan;
use trimodal_route::Routes;

/// A plan as JSON, with a newline at its end.
pub fn json(plan: &Plan) -> String {
    let mut text =
        serde_json::to_string_pretty(plan).unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}"));
    text.push('\n');
    text
}

/// Stand-ins until the renderers of routes are merged.
pub fn routes_json(routes: &Routes) -> String {
    serde_json::to_string_pretty(routes).unwrap_or_default() + "\n"
}
/// Text.
pub fn routes_text(routes: &Routes) -> String {
    routes_json(routes)
}
/// GeoJSON.
pub fn routes_geojson(routes: &Routes) -> String {
    routes_json(routes)
}
/// HTML.
pub fn routes_html(routes: &Routes) -> String {
    routes_json(routes)
}
