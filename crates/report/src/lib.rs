//! Outcomes to text, JSON and one self-contained HTML page. It renders and computes nothing.

mod charts;
mod html;
mod map;
pub mod number;
mod tables;
mod text;

pub use html::html;
pub use text::text;

use trimodal_plan::outcome::Plan;

/// A plan as JSON, with a newline at its end.
pub fn json(plan: &Plan) -> String {
    let mut text =
        serde_json::to_string_pretty(plan).unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}"));
    text.push('\n');
    text
}
