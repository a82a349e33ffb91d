//! The folder of a job: what is in it survives a crash.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use trimodal::model::control::Stopped;
use trimodal::model::problem::{OUT_OF_TIME, Problem, TOO_MUCH_MEMORY, UNSOUND, UNWRITABLE};
use trimodal::new_file::NewFile;

use super::Job;
use crate::refusal::Refusal;

const JOB: &str = "job.json";

/// The folder of a job.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
}

impl Folder {
    /// That of a job below a root.
    pub fn of(root: &Path, id: &str) -> Folder {
        Folder { path: root.join(id) }
    }

    /// Notes what a job is.
    pub fn note(&self, job: &Job) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(job).map_err(io::Error::other)?;
        self.put(JOB, |file| file.write_all(&text))
    }

    /// Writes a file whole or not at all.
    pub fn put(
        &self,
        name: &str,
        write: impl FnOnce(&mut NewFile) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut file = NewFile::private(&self.path.join(name))?;
        write(&mut file)?;
        file.finish()
    }

    /// The same with bytes.
    pub fn put_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), Refusal> {
        self.put(name, |file| file.write_all(bytes)).map_err(|e| unwritable(&e))
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path.join(name))
    }
}

/// The jobs whose folders are below a root. A folder without a readable note is no job.
pub fn kept(root: &Path) -> io::Result<Vec<Job>> {
    let mut jobs = Vec::new();
    for entry in fs::read_dir(root)? {
        let folder = Folder { path: entry?.path() };
        let note = folder.read(JOB).ok().and_then(|text| serde_json::from_slice::<Job>(&text).ok());
        jobs.extend(
            note.filter(|job| folder.path.file_name().is_some_and(|n| n == job.id.as_str())),
        );
    }
    Ok(jobs)
}

/// A result that cannot be written.
pub fn unwritable(error: &io::Error) -> Refusal {
    let problem = Problem::new(UNWRITABLE, format!("the job cannot be written: {error}"));
    let hint = "check the folder given with `--state`";
    Refusal::of(StatusCode::INTERNAL_SERVER_ERROR, &[problem.hint(hint)])
}

/// A job that reached its time limit without a result.
pub fn too_long(limit: Stopped) -> Refusal {
    let problem = Problem::new(OUT_OF_TIME, format!("stopped without a result: {limit}"));
    let hint = "ask for less, or give a longer `time_limit_s`";
    Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, &[problem.hint(hint)])
}

/// A job that took more memory than it may.
pub fn too_large(bytes: usize) -> Refusal {
    let message = format!("stopped: it needs more than {} MB of memory", bytes >> 20);
    let hint = "ask for less, or start the server with a higher --job-memory-mb";
    Refusal::of(
        StatusCode::UNPROCESSABLE_ENTITY,
        &[Problem::new(TOO_MUCH_MEMORY, message).hint(hint)],
    )
}

/// A job whose thread failed.
pub fn defect() -> Refusal {
    let problem = Problem::new(UNSOUND, "the program failed: a defect");
    let hint = "please report it with the request";
    Refusal::of(StatusCode::INTERNAL_SERVER_ERROR, &[problem.hint(hint)])
}
