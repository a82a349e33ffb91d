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
    /// Inland waterway.
    Barge,
}

impl Mode {
    /// All of them, in the order in which tables and output list them.
    pub const ALL: [Mode; 4] = [Mode::Rail, Mode::Sea, Mode::Road, Mode::Barge];
    /// Their words, in the same order.
    pub const WORDS: &'static [&'static str] = &["rail", "sea", "road", "barge"];
    /// The words of a cell that may leave the mode open.
    pub const WORDS_OR_ANY: &'static [&'static str] = &["any", "rail", "sea", "road", "barge"];

    /// The mode of a word.
    pub fn from_word(word: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.word() == word)
    }

    /// The mode's word in tables and output.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Rail => "rail",
            Mode::Sea => "sea",
            Mode::Road => "road",
            Mode::Barge => "barge",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_modes_go_together() {
        assert_eq!(Mode::ALL.map(Mode::word), Mode::WORDS);
        assert!(Mode::ALL.into_iter().all(|mode| Mode::from_word(mode.word()) == Some(mode)));
        assert_eq!(Mode::WORDS_OR_ANY[1..], *Mode::WORDS);
        assert_eq!(Mode::from_word("any"), None);
    }
}
