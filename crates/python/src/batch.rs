//! Batches: large jobs, shard by shard.

use std::path::PathBuf;

use arrow::array::RecordBatch;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};
use trimodal::Problems;
use trimodal::model::problem::Problem;
use trimodal_batch::{BatchFolder, ShardError, Workspace, collect, gather, run_shard, run_shards};

use crate::capsules;
use crate::engine::{Call, run};
use crate::errors::{no_outcome, refused};
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

/// Does what may be refused, without the interpreter's lock.
fn made<T: Send>(
    py: Python<'_>,
    make: impl FnOnce() -> Result<T, Vec<Problem>> + Send,
) -> PyResult<T> {
    py.detach(make).map_err(|problems| refused(py, &problems))
}

fn failed(py: Python<'_>, shard: u32, why: ShardError) -> PyErr {
    match why {
        ShardError::Problems(problems) => refused(py, &problems),
        why => no_outcome(py, &format!("shard {shard}: {why}")),
    }
}

/// Refuses a shard that the job does not have.
fn within(job: &trimodal_batch::Job, shard: u32) -> PyResult<()> {
    let all = job.shards();
    let refuse = || PyIndexError::new_err(format!("there is no shard {shard}: 0 to {}", all - 1));
    if shard < all { Ok(()) } else { Err(refuse()) }
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
        made(py, || trimodal_batch::Job::from_files(gather(&path)?)).map(Job::from)
    }

    /// The job of an archive that [`Job::pack`] made.
    #[staticmethod]
    fn unpack(py: Python<'_>, packed: &[u8]) -> PyResult<Job> {
        made(py, || trimodal_batch::Job::unpack(packed)).map(Job::from)
    }

    /// Its files as one archive.
    fn pack<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.job.pack()))
    }

    /// Checks what needs the network.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        made(py, || self.job.check().map(drop).map_err(|Problems { problems, .. }| problems))
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
    fn run_shard(&self, py: Python<'_>, shard: u32, call: Call) -> PyResult<Outcome> {
        within(&self.job, shard)?;
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
        let folder = made(py, || BatchFolder::create(&path, job.job.clone()))?;
        Ok(Batch { folder, workspace: Workspace::default() })
    }

    /// Opens a folder and checks that its job is what was planned, by this version.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Batch> {
        let folder = made(py, || BatchFolder::open(&path))?;
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
    fn rows(&self, py: Python<'_>, shard: u32) -> PyResult<Option<u64>> {
        within(&self.folder.job, shard)?;
        Ok(py.detach(|| self.folder.done(shard)).map(|part| part.rows))
    }

    /// Computes shards and keeps their parts. Returns how many were computed.
    fn run(&self, py: Python<'_>, shards: Vec<u32>, call: Call) -> PyResult<usize> {
        shards.iter().try_for_each(|shard| within(&self.folder.job, *shard))?;
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
