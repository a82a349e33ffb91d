//! Engine calls without the interpreter's lock: on a thread of their own, while this one tells progress and listens
//! for Ctrl-C.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use trimodal::model::control::Progress;
use trimodal::model::problem::{BAD_VALUE, Problem};
use trimodal::{Cancel, Control};

use crate::errors::refused;

/// Time between two looks at signals and progress.
const POLL: Duration = Duration::from_millis(50);
/// Silence of an engine after which the seconds are told in the place of its units, every second.
const SILENCE: Duration = Duration::from_secs(2);
/// The stage of such seconds.
const WORKING: &str = "working";

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
    let pool = call.threads.map(|threads| pool(py, threads)).transpose()?;
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
    let mut clock = Clock::new();
    let listen = || Python::attach(|py| heard(py, call, &last, &mut clock));
    let outcome = py.detach(|| watched(work, listen, &cancel));
    let (done, interrupted) = outcome;
    interrupted?;
    tell(py, call, &last)?;
    Ok(done)
}

/// Does some work that looks at no control. Ctrl-C, or an exception of the callback, is raised at once; the work
/// ends by itself then, on its thread, and nobody sees its result.
pub fn run_alone<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<Py<PyAny>>,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    let call = Call { progress, threads: None };
    let (last, mut clock) = (Last::default(), Clock::new());
    let (done, mut result) = channel::<std::thread::Result<T>>();
    std::thread::spawn(move || {
        // Nobody listens after an interrupt.
        let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
    });
    loop {
        // A receiver is moved and not shared: it goes with the waiting and comes back.
        let (receiver, received) = py.detach(move || {
            let received = result.recv_timeout(POLL);
            (result, received)
        });
        result = receiver;
        match received {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(RecvTimeoutError::Timeout) => heard(py, &call, &last, &mut clock)?,
            Err(RecvTimeoutError::Disconnected) => {
                let why = "the thread of this call ended without a result";
                return Err(PyRuntimeError::new_err(why));
            }
        }
    }
}

/// When a call began, and when something was told last.
struct Clock {
    begun: Instant,
    told: Instant,
    silent: bool,
}

impl Clock {
    fn new() -> Clock {
        let now = Instant::now();
        Clock { begun: now, told: now, silent: false }
    }

    /// The seconds since the call, where the engine has said nothing for some time and they were not told just now.
    fn seconds(&mut self, engine_spoke: bool) -> Option<usize> {
        let now = Instant::now();
        if engine_spoke {
            (self.told, self.silent) = (now, false);
            return None;
        }
        let patience = if self.silent { Duration::from_secs(1) } else { SILENCE };
        if now - self.told < patience {
            return None;
        }
        (self.told, self.silent) = (now, true);
        Some((now - self.begun).as_secs() as usize)
    }
}

/// Looks at signals, and tells progress.
fn heard(py: Python<'_>, call: &Call, last: &Last, clock: &mut Clock) -> PyResult<()> {
    py.check_signals()?;
    let spoke = tell(py, call, last)?;
    match (clock.seconds(spoke), &call.progress) {
        (Some(seconds), Some(callback)) => callback.call1(py, (WORKING, seconds, 0)).map(drop),
        _ => Ok(()),
    }
}

/// The outcome of some work on another thread, and why it was ended early.
fn watched<T: Send>(
    work: impl FnOnce() -> T + Send,
    mut listen: impl FnMut() -> PyResult<()>,
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

/// Tells the last step of the engine; whether there was one that was not told yet.
fn tell(py: Python<'_>, call: &Call, last: &Last) -> PyResult<bool> {
    let Some(callback) = &call.progress else { return Ok(false) };
    let step = last.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(step) = step else { return Ok(false) };
    callback.call1(py, step)?;
    Ok(true)
}

fn pool(py: Python<'_>, threads: usize) -> PyResult<rayon::ThreadPool> {
    let refused = || {
        let problem = Problem::new(BAD_VALUE, format!("`threads` is {threads}"));
        refused(py, &[problem.hint("give 1 to 1024, or leave it out: one for each core")])
    };
    if !(1..=1024).contains(&threads) {
        return Err(refused());
    }
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|_| refused())
}
