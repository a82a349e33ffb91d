//! Work of one piece, as reading a file is: what is under way is shown after two seconds, and Ctrl-C ends the program.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::exit::LIMIT;
use crate::{interrupt, output};

/// Work that takes longer is shown.
const SHOWN_AFTER: Duration = Duration::from_secs(2);
/// How often Ctrl-C is looked for.
const TICK: Duration = Duration::from_millis(100);

/// Watches over work until it is dropped. Its work may write no file: Ctrl-C leaves nothing half-done then.
pub struct Watch {
    stages: Option<Sender<String>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watch {
    /// Begins, with the name of the first stage.
    pub fn new(stage: impl Into<String>) -> Watch {
        let cancel = interrupt::switch();
        let (stages, next) = channel();
        let stage = stage.into();
        let thread = std::thread::spawn(move || watch(stage, &next, &|| cancel.is_cancelled()));
        Watch { stages: Some(stages), thread: Some(thread) }
    }

    /// The next stage.
    pub fn stage(&self, stage: impl Into<String>) {
        if let Some(stages) = &self.stages {
            // The thread lives as long as the sender.
            let _ = stages.send(stage.into());
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stages.take();
        if let Some(thread) = self.thread.take() {
            // It draws only; what it could not draw does not matter.
            let _ = thread.join();
        }
    }
}

fn watch(mut stage: String, next: &Receiver<String>, is_cancelled: &dyn Fn() -> bool) {
    let begun = Instant::now();
    let mut bar: Option<ProgressBar> = None;
    loop {
        match next.recv_timeout(TICK) {
            Ok(new) => stage = new,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if is_cancelled() {
            bar.take().iter().for_each(ProgressBar::finish_and_clear);
            output::say("Interrupted: nothing is written.");
            crate::exit(LIMIT);
        }
        if begun.elapsed() >= SHOWN_AFTER {
            let bar = bar.get_or_insert_with(spinner);
            bar.set_message(stage.clone());
            bar.tick();
        }
    }
    bar.iter().for_each(ProgressBar::finish_and_clear);
}

fn spinner() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    let bar = ProgressBar::new_spinner().with_elapsed(SHOWN_AFTER);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}
