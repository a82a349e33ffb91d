//! Modes of transport.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Mode of transport.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Rail.
    Rail,
    /// Sea.
    Sea,
    /// Road.
    Road,
}

impl Mode {
    /// The mode's word in tables and output.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Rail => "rail",
            Mode::Sea => "sea",
            Mode::Road => "road",
        }
    }
}
