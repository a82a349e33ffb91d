//! Short questions on threads of their own, so that engines never run on the event loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use tokio::sync::Semaphore;
use trimodal::model::problem::UNSOUND;
use trimodal::{Cancel, Control};

use crate::refusal::Refusal;

/// Questions that may wait for each thread.
const WAITING_A_THREAD: usize = 64;

/// Threads for short questions, and how many questions may wait for one.
pub struct Workers {
    threads: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// A question that waits; one fewer does when it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Ends the work when its caller has gone.
struct Caller(Cancel);

impl Drop for Caller {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Workers {
    /// So many threads.
    pub fn new(threads: usize) -> Arc<Workers> {
        Arc::new(Workers {
            threads: Semaphore::new(threads),
            waiting: AtomicUsize::new(0),
            most_waiting: WAITING_A_THREAD * threads,
        })
    }

    /// Answers a question on a thread. It is told to stop at its time limit, which holds for the wait too, and when
    /// nobody waits for the answer any longer.
    pub async fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        question: impl FnOnce(&Control) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        if before >= self.most_waiting {
            return Err(Refusal::busy(&format!("{before} questions wait")));
        }
        let begun = Instant::now();
        let Ok(permit) = tokio::time::timeout(limit, self.threads.acquire()).await else {
            let waited = limit.as_secs_f64();
            return Err(Refusal::busy(&format!("no thread was free within {waited:.3} s")));
        };
        drop(waiting);
        // The limit counts from the request, not from the thread.
        let limit = limit.saturating_sub(begun.elapsed());
        let cancel = Cancel::new();
        let caller = Caller(cancel.clone());
        let work = tokio::task::spawn_blocking(move || {
            question(&Control::none().with_cancel(&cancel).with_time_limit(limit))
        });
        let answer = work.await;
        drop(caller);
        drop(permit);
        answer.map_err(|_| {
            let hint = "please report it with the request";
            Refusal::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                UNSOUND,
                "the program failed: a defect",
                hint,
            )
        })
    }
}
