//! Batches: large jobs, shard by shard.

use std::path::PathBuf;

use arrow::array::RecordBatch;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};
use trimodal::Problems;
use trimodal::model::problem::{BAD_VALUE, BATCH_DEFECT, BATCH_STOPPED, Problem};
use trimodal_batch::{BatchFolder, ShardError, Workspace, collect, run_shard, run_shards};

use crate::capsules;
use crate::engine::{Call, run, run_alone};
use crate::errors::{no_outcome, refused, refused_as};
use crate::outcome::{Answer, Outcome};

/// A large job, with what its shards share.
#[pyclass(frozen, module = "trimodal._trimodal")]
pub struct Job {
    job: trimodal_batch::Job,
    workspace: Workspace,
}

/// A job in a folder, with what its shards share.
#[pyclass(frozen, module = "trimodal._trimodal")]
pub struct Batch {
    folder: BatchFolder,
    workspace: Workspace,
}

/// Does what may be refused, without the interpreter's lock; Ctrl-C leaves it at once.
fn made<T: Send + 'static>(
    py: Python<'_>,
    make: impl FnOnce() -> Result<T, Vec<Problem>> + Send + 'static,
) -> PyResult<T> {
    run_alone(py, None, make)?.map_err(|problems| refused(py, &problems))
}

fn failed(py: Python<'_>, shard: u32, why: ShardError) -> PyErr {
    match why {
        ShardError::Problems(problems) => refused(py, &problems),
        ShardError::Stopped(_) => {
            let problem = Problem::new(BATCH_STOPPED, format!("shard {shard}: {why}"));
            no_outcome(py, problem.hint("run it again: nothing of it was kept"))
        }
        ShardError::Defect(_) => {
            let problem = Problem::new(BATCH_DEFECT, format!("shard {shard}: {why}"));
            no_outcome(py, problem.hint("please report it with the job"))
        }
    }
}

/// Refuses a shard that the job does not have.
fn within(py: Python<'_>, job: &trimodal_batch::Job, shard: i64) -> PyResult<u32> {
    let all = job.shards();
    let refuse = || {
        let problem = Problem::new(BAD_VALUE, format!("there is no shard {shard}"));
        refused_as(py, "UnknownShardError", problem.hint(format!("they are 0 to {}", all - 1)))
    };
    u32::try_from(shard).ok().filter(|shard| *shard < all).ok_or_else(refuse)
}

impl From<trimodal_batch::Job> for Job {
    fn from(job: trimodal_batch::Job) -> Job {
        Job { job, workspace: Workspace::default() }
    }
}

#[pymethods]
impl Job {
    /// Reads a job from a file of TOML, with the files and scenarios that it names.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Job> {
        made(py, move || trimodal_batch::Job::read(&path)).map(Job::from)
    }

    /// The job of an archive that [`Job::pack`] made.
    #[staticmethod]
    fn unpack(py: Python<'_>, packed: &[u8]) -> PyResult<Job> {
        let packed = packed.to_vec();
        made(py, move || trimodal_batch::Job::unpack(&packed)).map(Job::from)
    }

    /// Its files as one archive.
    fn pack<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.job.pack()))
    }

    /// Checks what needs the network.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        let job = self.job.clone();
        made(py, move || job.check().map(drop).map_err(|Problems { problems, .. }| problems))
    }

    /// `table`, `plan` or `simulate`.
    #[getter]
    fn kind(&self) -> &'static str {
        self.job.kind()
    }

    /// The number of shards.
    #[getter]
    fn shards(&self) -> u32 {
        self.job.shards()
    }

    /// What the shards are made of.
    #[getter]
    fn contents(&self) -> String {
        self.job.contents()
    }

    /// The digest of its files, the version and the world.
    #[getter]
    fn question(&self) -> &str {
        self.job.question()
    }

    /// No rows, with the columns of the rows of every shard, as a stream of Arrow.
    fn no_rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        capsules::stream(py, RecordBatch::new_empty(trimodal_batch::schema(&self.job)))
    }

    /// The rows of a shard.
    fn run_shard(&self, py: Python<'_>, shard: i64, call: Call) -> PyResult<Outcome> {
        let shard = within(py, &self.job, shard)?;
        let (job, workspace) = (&self.job, &self.workspace);
        let rows = run(py, &call, None, |control| run_shard(job, shard, workspace, control))?;
        rows.map(|rows| Outcome(Answer::Rows(rows))).map_err(|why| failed(py, shard, why))
    }
}

#[pymethods]
impl Batch {
    /// Writes a job into a folder; one that holds it already stays as it is.
    #[staticmethod]
    fn create(py: Python<'_>, path: PathBuf, job: &Job) -> PyResult<Batch> {
        let job = job.job.clone();
        let folder = made(py, move || BatchFolder::create(&path, job))?;
        Ok(Batch { folder, workspace: Workspace::default() })
    }

    /// Opens a folder and checks that its job is what was planned, by this version.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Batch> {
        let folder = made(py, move || BatchFolder::open(&path))?;
        Ok(Batch { folder, workspace: Workspace::default() })
    }

    /// Its job.
    fn job(&self) -> Job {
        self.folder.job.clone().into()
    }

    /// The number of shards.
    #[getter]
    fn shards(&self) -> u32 {
        self.folder.job.shards()
    }

    /// The digest of its job.
    #[getter]
    fn question(&self) -> &str {
        self.folder.job.question()
    }

    /// The shards that are not done.
    fn missing(&self, py: Python<'_>) -> Vec<u32> {
        py.detach(|| self.folder.missing())
    }

    /// The number of rows of a shard; none where it is not done.
    fn rows(&self, py: Python<'_>, shard: i64) -> PyResult<Option<u64>> {
        let shard = within(py, &self.folder.job, shard)?;
        Ok(py.detach(|| self.folder.done(shard)).map(|part| part.rows))
    }

    /// Computes shards and keeps their parts. Returns how many were computed.
    fn run(&self, py: Python<'_>, shards: Vec<i64>, call: Call) -> PyResult<usize> {
        let checked = shards.into_iter().map(|shard| within(py, &self.folder.job, shard));
        let shards = checked.collect::<PyResult<Vec<u32>>>()?;
        let (folder, workspace) = (&self.folder, &self.workspace);
        let ran = run(py, &call, None, |control| run_shards(folder, &shards, workspace, control))?;
        match ran.error {
            None => Ok(ran.computed),
            Some((shard, why)) => Err(failed(py, shard, why)),
        }
    }

    /// Checks all parts and joins them: the number of rows, and the file of the means where there is one.
    fn collect(
        &self,
        py: Python<'_>,
        output: PathBuf,
        call: Call,
    ) -> PyResult<(u64, Option<PathBuf>)> {
        let folder = &self.folder;
        let joined = run(py, &call, None, |control| collect(folder, &output, control))?;
        let joined = joined.map_err(|problems| refused(py, &problems))?;
        Ok((joined.rows, joined.summary))
    }
}
