//! Engine calls without the interpreter's lock: on a thread of their own, while this one tells progress and listens
//! for Ctrl-C.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use trimodal::model::control::Progress;
use trimodal::{Cancel, Control};

/// Time between two looks at signals and progress.
const POLL: Duration = Duration::from_millis(50);

/// How an engine call is made.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Call {
    /// Called with the stage, the units done and their total.
    progress: Option<Py<PyAny>>,
    /// Threads; none: one for each core.
    threads: Option<usize>,
}

impl Call {
    /// Threads, where they are given.
    pub fn threads(&self) -> Option<usize> {
        self.threads
    }
}

/// The last step of the engine that was not told yet.
type Last = Mutex<Option<(String, usize, usize)>>;

/// Does some work. Ctrl-C, or an exception of the callback, ends it early and is raised.
pub fn run<T: Send>(
    py: Python<'_>,
    call: &Call,
    limit: Option<Duration>,
    work: impl FnOnce(&Control<'_>) -> T + Send,
) -> PyResult<T> {
    let pool = call.threads.map(pool).transpose()?;
    let (cancel, last) = (Cancel::new(), Last::default());
    let step = |p: Progress<'_>| {
        let now = Some((p.stage.to_string(), p.done, p.total));
        *last.lock().unwrap_or_else(PoisonError::into_inner) = now;
    };
    let control = Control::none().with_progress(&step).with_cancel(&cancel);
    let control = match limit {
        Some(limit) => control.with_time_limit(limit),
        None => control,
    };
    let work = || match &pool {
        Some(pool) => pool.install(|| work(&control)),
        None => work(&control),
    };
    let listen = || Python::attach(|py| py.check_signals().and_then(|()| tell(py, call, &last)));
    let outcome = py.detach(|| watched(work, listen, &cancel));
    let (done, interrupted) = outcome;
    interrupted?;
    tell(py, call, &last)?;
    Ok(done)
}

/// The outcome of some work on another thread, and why it was ended early.
fn watched<T: Send>(
    work: impl FnOnce() -> T + Send,
    listen: impl Fn() -> PyResult<()>,
    cancel: &Cancel,
) -> (T, PyResult<()>) {
    std::thread::scope(|scope| {
        let (working, ended) = channel::<()>();
        let worker = scope.spawn(move || {
            let _working = working;
            work()
        });
        let mut heard = Ok(());
        while ended.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
            if heard.is_ok() {
                heard = listen();
                if heard.is_err() {
                    cancel.cancel();
                }
            }
        }
        (worker.join().unwrap_or_else(|panic| resume_unwind(panic)), heard)
    })
}

fn tell(py: Python<'_>, call: &Call, last: &Last) -> PyResult<()> {
    let Some(callback) = &call.progress else { return Ok(()) };
    let step = last.lock().unwrap_or_else(PoisonError::into_inner).take();
    step.map_or(Ok(()), |step| callback.call1(py, step).map(drop))
}

fn pool(threads: usize) -> PyResult<rayon::ThreadPool> {
    let refused = || PyValueError::new_err(format!("threads is {threads}: give 1 to 1024"));
    if !(1..=1024).contains(&threads) {
        return Err(refused());
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|_| refused())
}
