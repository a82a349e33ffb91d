//! Integer time.

/// Milliseconds since the start of a run.
pub type Ticks = u64;

/// Ticks in an hour.
pub const HOUR: f64 = 3_600_000.0;
/// Ticks in a day.
pub const DAY: Ticks = 86_400_000;

/// Hours as ticks, to the nearest.
pub fn ticks(hours: f64) -> Ticks {
    (hours * HOUR + 0.5) as Ticks
}

/// Ticks as hours.
pub fn hours(ticks: Ticks) -> f64 {
    ticks as f64 / HOUR
}
