//! The small grammars inside cells.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trimodal_model::{calendar, hs};

fuzz_target!(|text: &str| {
    let _ = calendar::parse_days(text);
    if let Some(hours) = calendar::parse_hours(text) {
        assert!(hours.iter().all(|(a, b)| a < b && *b <= 1440));
    }
    if let Some(days) = calendar::parse_closed(text) {
        assert!(days.iter().all(|d| *d < 365));
    }
    if let Some(seasons) = calendar::parse_seasons(text) {
        assert!(seasons.iter().all(|(_, _, share)| (0.0..=1.0).contains(share)));
    }
    let _ = hs::parse(text);
});
