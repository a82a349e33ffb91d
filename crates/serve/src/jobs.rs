//! Long questions: made, watched, cancelled, and kept on disk with their results.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, io};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, watch};
use trimodal::model::control::{Progress, Stopped};
use trimodal::{Cancel, Control};

use crate::refusal::{ProblemDetails, Refusal};
use crate::settings::Settings;

mod folder;
mod memory;
mod operations;
pub(crate) mod verbs;

pub use folder::Folder;
pub use operations::operations;

/// Time between two reports of progress.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits.
    Queued,
    /// It runs.
    Running,
    /// It has a result.
    Done,
    /// It has none, for the reason given.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// The server ended while it waited or ran.
    Interrupted,
}

impl JobState {
    /// Whether it will change no more.
    pub fn has_ended(self) -> bool {
        !matches!(self, JobState::Queued | JobState::Running)
    }

    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
            JobState::Interrupted => "interrupted",
        }
    }

    /// What to do where it has no result.
    fn hint(self) -> &'static str {
        match self {
            JobState::Queued | JobState::Running => "its events tell when it has ended",
            JobState::Done => "see what the job is",
            JobState::Failed => "`problem` of the job says why; mend the request and send it again",
            JobState::Cancelled => "send the request again",
            JobState::Interrupted => {
                "the end of the server cut it off: send the request again to run it anew"
            }
        }
    }
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobProgress {
    /// The current activity.
    pub stage: String,
    /// Units done.
    pub done: usize,
    /// Total units; 0 where that is not known.
    pub total: usize,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// Its id; later jobs have greater ones.
    pub id: String,
    /// `plan`, `simulate`, `skim` or `extract`.
    pub verb: String,
    /// What it is about.
    pub title: String,
    /// Where it is.
    pub state: JobState,
    /// When it was asked for (UTC).
    #[schemars(with = "String")]
    pub created: Timestamp,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub started: Option<Timestamp>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub finished: Option<Timestamp>,
    /// How far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<JobProgress>,
    /// Why it has no result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemDetails>,
    /// Media type of its result.
    pub media: String,
}

/// Why a job has no result.
pub enum Failure {
    /// It was stopped.
    Stopped(Stopped),
    /// Something is wrong.
    Refused(Refusal),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

/// What a job does: it puts its result into its folder.
pub type Work = Box<dyn FnOnce(&Folder, &Control) -> Result<(), Failure> + Send>;

/// A job that is asked for.
pub struct Order {
    /// `plan`, `simulate`, `skim` or `extract`.
    pub verb: &'static str,
    /// What it is about.
    pub title: String,
    /// Media type of its result.
    pub media: &'static str,
    /// Its time limit.
    pub limit: Duration,
    /// What it does.
    pub work: Work,
}

/// A job, and the switch that ends it.
struct Entry {
    job: watch::Sender<Job>,
    cancel: Cancel,
}

/// All jobs.
pub struct Jobs {
    root: PathBuf,
    entries: Mutex<BTreeMap<String, Arc<Entry>>>,
    running: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
    memory: usize,
}

impl Jobs {
    /// The jobs of a state folder. Those that had not ended are interrupted.
    pub fn open(settings: &Settings) -> io::Result<Arc<Jobs>> {
        let root = settings.state.join("jobs");
        fs::create_dir_all(&root)?;
        let mut entries = BTreeMap::new();
        for mut job in folder::kept(&root)? {
            let folder = Folder::of(&root, &job.id);
            if !job.state.has_ended() {
                job.state = JobState::Interrupted;
                job.finished = Some(Timestamp::now());
                folder.note(&job)?;
            }
            entries.insert(
                job.id.clone(),
                Arc::new(Entry { job: watch::Sender::new(job), cancel: Cancel::new() }),
            );
        }
        Ok(Arc::new(Jobs {
            root,
            entries: Mutex::new(entries),
            running: Semaphore::new(settings.jobs),
            waiting: AtomicUsize::new(0),
            most_waiting: settings.queue,
            memory: settings.job_memory,
        }))
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, id: &str) -> Result<Arc<Entry>, Refusal> {
        self.entries().get(id).cloned().ok_or_else(|| Refusal::no_job(id))
    }

    /// All jobs, the latest first.
    pub fn list(&self) -> Vec<Job> {
        self.entries().values().rev().map(|e| e.job.borrow().clone()).collect()
    }

    /// A job by its id.
    pub fn job(&self, id: &str) -> Result<Job, Refusal> {
        Ok(self.entry(id)?.job.borrow().clone())
    }

    /// A job as it changes.
    pub fn watch(&self, id: &str) -> Result<watch::Receiver<Job>, Refusal> {
        Ok(self.entry(id)?.job.subscribe())
    }

    /// The folder of a job that is done.
    pub fn result(&self, id: &str) -> Result<(Job, Folder), Refusal> {
        let job = self.job(id)?;
        match job.state {
            JobState::Done => Ok((job, Folder::of(&self.root, id))),
            state => Err(Refusal::not_ready(state.word(), state.hint())),
        }
    }

    /// How many jobs run, and how many wait.
    pub fn counts(&self) -> (usize, usize) {
        let entries = self.entries();
        let of = |state| entries.values().filter(|e| e.job.borrow().state == state).count();
        (of(JobState::Running), of(JobState::Queued))
    }

    /// Cancels a job, or removes one that has ended.
    pub fn remove(&self, id: &str) -> Result<Job, Refusal> {
        let entry = self.entry(id)?;
        entry.cancel.cancel();
        let job = entry.job.borrow().clone();
        match job.state {
            JobState::Queued => self.end(&entry, id, JobState::Cancelled, None),
            JobState::Running => {}
            _ => {
                self.entries().remove(id);
                // What cannot be removed now is found again at the next start.
                let _ = fs::remove_dir_all(Folder::of(&self.root, id).path);
            }
        }
        let now = entry.job.borrow().clone();
        Ok(now)
    }

    /// Takes a job, unless too many wait.
    pub fn submit(self: &Arc<Jobs>, order: Order) -> Result<Job, Refusal> {
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        if before >= self.most_waiting + self.running.available_permits() {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(Refusal::busy(&format!("{before} jobs wait")));
        }
        let job = Job {
            id: uuid::Uuid::now_v7().to_string(),
            verb: order.verb.into(),
            title: order.title.clone(),
            state: JobState::Queued,
            created: Timestamp::now(),
            started: None,
            finished: None,
            progress: None,
            problem: None,
            media: order.media.into(),
        };
        let folder = Folder::of(&self.root, &job.id);
        if let Err(e) = fs::create_dir_all(&folder.path).and_then(|()| folder.note(&job)) {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            return Err(folder::unwritable(&e));
        }
        let entry = Arc::new(Entry { job: watch::Sender::new(job.clone()), cancel: Cancel::new() });
        self.entries().insert(job.id.clone(), entry.clone());
        tokio::spawn(self.clone().run(entry, folder, order));
        Ok(job)
    }

    async fn run(self: Arc<Jobs>, entry: Arc<Entry>, folder: Folder, order: Order) {
        let mut changes = entry.job.subscribe();
        // One that is cancelled while it waits leaves its place to others at once.
        let cancelled = async { _ = changes.wait_for(|job| job.state.has_ended()).await };
        let permit = tokio::select! {
            permit = self.running.acquire() => Some(permit),
            () = cancelled => None,
        };
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        if entry.job.borrow().state.has_ended() {
            return;
        }
        self.change(&entry, &folder, |job| {
            job.state = JobState::Running;
            job.started = Some(Timestamp::now());
        });
        let (worker, place) = (entry.clone(), folder.clone());
        let memory = memory::Watch::begin(self.memory, entry.cancel.clone());
        let work = tokio::task::spawn_blocking(move || work(&worker, &place, order));
        let ended = work.await;
        let is_too_large = memory.end();
        drop(permit);
        let id = entry.job.borrow().id.clone();
        let (state, problem) = match ended {
            // Whoever was told that it is being cancelled is not told afterwards that it is done.
            Ok(Ok(())) if !entry.cancel.is_cancelled() => (JobState::Done, None),
            Ok(Ok(()) | Err(Failure::Stopped(_))) if is_too_large => {
                (JobState::Failed, Some(folder::too_large(self.memory)))
            }
            Ok(Ok(()) | Err(Failure::Stopped(Stopped::Cancelled))) => (JobState::Cancelled, None),
            Ok(Err(Failure::Stopped(limit))) => (JobState::Failed, Some(folder::too_long(limit))),
            Ok(Err(Failure::Refused(refusal))) => (JobState::Failed, Some(refusal)),
            Err(_) => (JobState::Failed, Some(folder::defect())),
        };
        self.end(&entry, &id, state, problem);
    }

    fn end(&self, entry: &Entry, id: &str, state: JobState, problem: Option<Refusal>) {
        self.change(entry, &Folder::of(&self.root, id), |job| {
            job.state = state;
            job.finished = Some(Timestamp::now());
            job.problem = problem.map(Refusal::details);
        });
    }

    /// Changes a job: on disk first, so that nobody is told what a crash could undo.
    fn change(&self, entry: &Entry, folder: &Folder, change: impl FnOnce(&mut Job)) {
        let mut job = entry.job.borrow().clone();
        change(&mut job);
        if let Err(e) = folder.note(&job) {
            tracing::error!(job = job.id, error = %e, "a job could not be noted");
        }
        entry.job.send_replace(job);
    }
}

/// Does the work of a job, and reports its progress.
fn work(entry: &Entry, folder: &Folder, order: Order) -> Result<(), Failure> {
    let last = Mutex::new(Instant::now());
    let show = |p: Progress| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= REPORT_EVERY {
            *last = Instant::now();
            let progress = JobProgress { stage: p.stage.into(), done: p.done, total: p.total };
            entry.job.send_modify(|job| job.progress = Some(progress));
        }
    };
    let control = Control::none()
        .with_progress(&show)
        .with_cancel(&entry.cancel)
        .with_time_limit(order.limit);
    (order.work)(folder, &control)
}
