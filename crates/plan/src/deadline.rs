//! The time that a plan may take, all its programmes together.

use std::time::{Duration, Instant};

/// When to stop looking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deadline {
    end: Option<Instant>,
}

impl Deadline {
    /// So many seconds from now; none for a limit that no clock can show.
    pub fn after_s(seconds: f64) -> Deadline {
        let limit = Duration::try_from_secs_f64(seconds).ok();
        Deadline { end: limit.and_then(|l| Instant::now().checked_add(l)) }
    }

    /// Never.
    pub fn never() -> Deadline {
        Deadline { end: None }
    }

    /// Seconds left: infinite where there is no limit, 0 when it has passed.
    pub fn left_s(&self) -> f64 {
        self.end.map_or(f64::INFINITY, |end| {
            end.saturating_duration_since(Instant::now()).as_secs_f64()
        })
    }

    /// Whether it has passed.
    pub fn is_over(&self) -> bool {
        self.left_s() <= 0.0
    }
}
