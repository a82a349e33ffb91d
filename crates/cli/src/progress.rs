//! A progress bar for whatever takes longer than two seconds.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shows itself on standard error once work has gone on for two seconds.
pub struct Progress {
    begun: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Progress {
        Progress { begun: Instant::now(), bar: None }
    }

    /// Hears what is being done and how much of it is done.
    pub fn step(&mut self, what: &str, done: usize, all: usize) {
        if self.bar.is_none() && self.begun.elapsed() > Duration::from_secs(2) {
            let bar = ProgressBar::new(all as u64);
            let style = ProgressStyle::with_template("{msg:<14} {wide_bar} {pos}/{len} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_string());
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
