//! Where figures come from.

use serde::Serialize;

/// The source of a row's figures, and the range of its main quantity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// Source as given.
    pub source: String,
    /// One of [`crate::tables::CONFIDENCE`].
    pub confidence: String,
    /// Low and high factor on the row's main quantity, where a range is given.
    pub range: Option<(f64, f64)>,
}
