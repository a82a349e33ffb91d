//! A progress bar for work that takes longer than two seconds.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar on standard error that appears after two seconds of work.
pub struct Progress {
    begun: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Progress {
        Progress { begun: Instant::now(), bar: Mutex::new(None) }
    }

    /// Shows the current stage and its progress.
    pub fn step(&self, what: &str, done: usize, all: usize) {
        if self.begun.elapsed() < Duration::from_secs(2) {
            return;
        }
        // A bar is still usable after a thread panicked while drawing it.
        let mut bar = self.bar.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(all as u64);
            let style = ProgressStyle::with_template("{msg:<14} {wide_bar} {pos}/{len} {eta}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_message(what.to_string());
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    }

    /// Removes the bar.
    pub fn clear(&self) {
        let mut bar = self.bar.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(bar) = bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
