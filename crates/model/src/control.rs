//! Control of work under way by its caller: progress, cancellation and a deadline.
//!
//! The same type for every verb. An engine calls [`Control::step`] as it goes and checks [`Control::stopped`]
//! at least ten times a second; once that is set, it returns its results so far, or an error if it has none.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A switch that ends work under way, from another thread or a signal handler. Clones are one switch.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A switch that is off.
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// Ends all work that was given this switch.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether [`Cancel::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Progress of some work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The current activity, as shown to users.
    pub stage: &'a str,
    /// Units done.
    pub done: usize,
    /// Total units; 0 where that is not known.
    pub total: usize,
}

/// Why work ended early.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stopped {
    /// [`Cancel::cancel`] was called.
    Cancelled,
    /// The time limit has passed.
    TimeLimit(Duration),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stopped::Cancelled => write!(f, "interrupted"),
            Stopped::TimeLimit(limit) => write!(f, "time limit of {} s", limit.as_secs_f64()),
        }
    }
}

/// Progress, cancel and deadline of one request.
#[derive(Clone, Default)]
pub struct Control<'a> {
    progress: Option<&'a (dyn Fn(Progress<'_>) + Sync)>,
    cancel: Option<Cancel>,
    /// The limit, and when it passes; none for a limit beyond the range of the clock.
    deadline: Option<(Duration, Instant)>,
}

impl<'a> Control<'a> {
    /// No progress callback, no switch, no deadline.
    pub fn none() -> Control<'a> {
        Control::default()
    }

    /// The same, with a callback for each step.
    pub fn with_progress(self, progress: &'a (dyn Fn(Progress<'_>) + Sync)) -> Control<'a> {
        Control { progress: Some(progress), ..self }
    }

    /// The same, with a switch that ends the work.
    pub fn with_cancel(self, cancel: &Cancel) -> Control<'a> {
        Control { cancel: Some(cancel.clone()), ..self }
    }

    /// The same, with a time limit that runs from now. An earlier deadline stays.
    pub fn with_time_limit(self, limit: Duration) -> Control<'a> {
        let end = Instant::now().checked_add(limit).map(|end| (limit, end));
        let earlier =
            |a: (Duration, Instant), b: (Duration, Instant)| if b.1 < a.1 { b } else { a };
        let deadline = match (self.deadline, end) {
            (Some(a), Some(b)) => Some(earlier(a, b)),
            (a, b) => a.or(b),
        };
        Control { deadline, ..self }
    }

    /// Reports progress.
    pub fn step(&self, stage: &str, done: usize, total: usize) {
        if let Some(progress) = self.progress {
            progress(Progress { stage, done, total });
        }
    }

    /// Why the work must end now, if it must.
    pub fn stopped(&self) -> Option<Stopped> {
        if self.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
            return Some(Stopped::Cancelled);
        }
        let (limit, end) = self.deadline?;
        (Instant::now() >= end).then_some(Stopped::TimeLimit(limit))
    }

    /// Seconds left until the deadline: infinite where there is none, 0 when it has passed.
    pub fn left_s(&self) -> f64 {
        self.deadline.map_or(f64::INFINITY, |(_, end)| {
            end.saturating_duration_since(Instant::now()).as_secs_f64()
        })
    }

    /// The switch that ends the work, if there is one.
    pub fn cancel(&self) -> Option<&Cancel> {
        self.cancel.as_ref()
    }
}

impl fmt::Debug for Control<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("progress", &self.progress.is_some())
            .field("cancel", &self.cancel)
            .field("deadline", &self.deadline)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_by_switch_and_by_clock() {
        let cancel = Cancel::new();
        let control = Control::none().with_cancel(&cancel);
        assert_eq!(control.stopped(), None);
        assert_eq!(control.left_s(), f64::INFINITY);
        cancel.cancel();
        assert_eq!(control.stopped(), Some(Stopped::Cancelled));
        let late = Control::none().with_time_limit(Duration::ZERO);
        assert_eq!(late.stopped(), Some(Stopped::TimeLimit(Duration::ZERO)));
        // The earlier of two deadlines holds, whatever their order.
        let both = late.with_time_limit(Duration::from_secs(60));
        assert_eq!(both.stopped(), Some(Stopped::TimeLimit(Duration::ZERO)));
        assert_eq!(Control::none().with_time_limit(Duration::MAX).stopped(), None);
    }
}
