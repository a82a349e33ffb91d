//! The memory of a job: one that takes more than it may is ended, before the machine is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use memory_stats::memory_stats;
use tokio::task::JoinHandle;
use trimodal::Cancel;

/// Time between two looks.
const EVERY: Duration = Duration::from_millis(100);

/// A watch over a job. Where several jobs run, the growth of all is held against each: memory cannot be told apart.
pub struct Watch {
    is_over: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Watch {
    /// Ends the work once the memory of this process has grown by more bytes than the limit.
    pub fn begin(limit: usize, cancel: Cancel) -> Watch {
        let resident = || memory_stats().map(|m| m.physical_mem);
        let before = resident().unwrap_or(0);
        let is_over = Arc::new(AtomicBool::new(false));
        let over = is_over.clone();
        let task = tokio::spawn(async move {
            loop {
                tokio::time::sleep(EVERY).await;
                // Where memory cannot be measured, there is no limit.
                if resident().is_some_and(|now| now.saturating_sub(before) > limit) {
                    over.store(true, Ordering::SeqCst);
                    cancel.cancel();
                    return;
                }
            }
        });
        Watch { is_over, task }
    }

    /// Ends the watch; whether the job was ended by it.
    pub fn end(self) -> bool {
        self.task.abort();
        self.is_over.load(Ordering::SeqCst)
    }
}
