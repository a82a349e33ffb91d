//! A folder that machines share: the job, and the parts that are done.
//!
//! A part is written aside, synced and renamed, and then its record, with the hash of the part: a part without a
//! record is not done. Nothing is locked. Two workers at one shard write the same bytes.

use std::io;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use trimodal::Files;
use trimodal::World;
use trimodal::model::problem::{BAD_VALUE, BATCH_OTHER, FOLDER, Problem, UNWRITABLE};
use trimodal::new_file;
use trimodal::report::ParquetStream;

use crate::job::{Job, hex};

const MANIFEST: &str = "manifest.json";
/// Name and version of the manifest.
const SCHEMA: &str = "trimodal/batch/1";

/// What all workers must agree on.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    schema: String,
    /// Version of the program.
    program: String,
    /// Checksum of the embedded world.
    world: String,
    /// Digest of the job.
    question: String,
    kind: String,
    contents: String,
    shards: u32,
    /// The day of planning, if the job names no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    planned_on: Option<String>,
    /// The files of the job.
    files: Vec<String>,
}

/// The record of a part that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its shard.
    pub shard: u32,
    /// Its rows.
    pub rows: u64,
    /// The length of its file.
    pub bytes: u64,
    /// The SHA-256 of its file.
    pub sha256: String,
    /// The job that it belongs to.
    pub question: String,
}

/// A job in a folder.
pub struct BatchFolder {
    path: PathBuf,
    /// The job.
    pub job: Job,
}

impl BatchFolder {
    /// Writes a job into a folder. One that holds this job already stays as it is, with its parts; if the job names no
    /// date, with the day on which it was planned first.
    pub fn create(path: &Path, job: Job) -> Result<BatchFolder, Vec<Problem>> {
        let mut folder = BatchFolder { path: path.to_path_buf(), job };
        if path.join(MANIFEST).exists() {
            let there = BatchFolder::open(path)?;
            if let (Some(day), Some(_)) = (there.job.planned_on(), folder.job.planned_on()) {
                folder.job = folder.job.as_planned_on(day)?;
            }
            if there.job.question() != folder.job.question() {
                let message = format!("`{}` holds another batch", path.display());
                let problem = Problem::new(BATCH_OTHER, message);
                return Err(vec![problem.hint("give a new folder, or remove this one")]);
            }
            return Ok(folder);
        }
        folder.check_room()?;
        let manifest = Manifest {
            schema: SCHEMA.into(),
            program: env!("CARGO_PKG_VERSION").into(),
            world: World::checksum().into(),
            question: folder.job.question().into(),
            kind: folder.job.kind().into(),
            contents: folder.job.contents(),
            shards: folder.job.shards(),
            planned_on: folder.job.planned_on().map(String::from),
            files: folder.job.files().0.keys().cloned().collect(),
        };
        let write = || -> io::Result<()> {
            for (name, bytes) in &folder.job.files().0 {
                put(&path.join(name), bytes)?;
            }
            std::fs::create_dir_all(path.join("parts"))?;
            let text = serde_json::to_string_pretty(&manifest)?;
            // Last: a folder without a manifest is no batch.
            put(&path.join(MANIFEST), (text + "\n").as_bytes())
        };
        write().map_err(|e| vec![unwritable(path, &e)])?;
        Ok(folder)
    }

    /// Refuses to write over files that are not those of this job.
    fn check_room(&self) -> Result<(), Vec<Problem>> {
        let is_other = |(name, bytes): &(&String, &Vec<u8>)| {
            std::fs::read(self.path.join(name)).is_ok_and(|there| there != **bytes)
        };
        let others: Vec<Problem> = self
            .job
            .files()
            .0
            .iter()
            .filter(is_other)
            .map(|(name, _)| {
                let message = format!("`{}` is there already", self.path.join(name).display());
                Problem::new(UNWRITABLE, message).hint("give the batch a folder of its own")
            })
            .collect();
        if others.is_empty() { Ok(()) } else { Err(others) }
    }

    /// Opens a folder and checks that its job is what was planned, by this version.
    pub fn open(path: &Path) -> Result<BatchFolder, Vec<Problem>> {
        let at = path.join(MANIFEST);
        let refuse =
            |code, message: String, hint: &str| Err(vec![Problem::new(code, message).hint(hint)]);
        let bytes = match std::fs::read(&at) {
            Ok(bytes) => bytes,
            Err(e) => {
                let message = format!("cannot read `{}`: {e}", at.display());
                return refuse(FOLDER, message, "`trimodal batch plan JOB.toml -o DIR` makes it");
            }
        };
        let manifest: Manifest = match serde_json::from_slice(&bytes) {
            Ok(manifest) => manifest,
            Err(e) => {
                let message = format!("`{}` is not a manifest: {e}", at.display());
                return refuse(BATCH_OTHER, message, "plan the batch again");
            }
        };
        let planned = (manifest.program.as_str(), manifest.world.as_str());
        if manifest.schema != SCHEMA || planned != (env!("CARGO_PKG_VERSION"), World::checksum()) {
            let (program, world) = planned;
            let message = format!(
                "the batch was planned by version {program} with the world {}, and this is {} with {}",
                world.get(..8).unwrap_or(world),
                env!("CARGO_PKG_VERSION"),
                &World::checksum()[..8]
            );
            return refuse(BATCH_OTHER, message, "run it with that version, or plan it again");
        }
        let mut files = Files::default();
        for name in &manifest.files {
            if !is_inside(name) {
                let hint = "plan the batch again";
                return refuse(BATCH_OTHER, format!("`{name}` is not inside the batch"), hint);
            }
            match std::fs::read(path.join(name)) {
                Ok(bytes) => drop(files.0.insert(name.clone(), bytes)),
                Err(e) => {
                    let message = format!("cannot read `{}`: {e}", path.join(name).display());
                    return refuse(FOLDER, message, "plan the batch again");
                }
            }
        }
        let job = Job::from_files(files)?;
        if job.question() != manifest.question || job.shards() != manifest.shards {
            let message =
                format!("the inputs in `{}` are not those that were planned", path.display());
            return refuse(
                BATCH_OTHER,
                message,
                "plan the batch again; parts of other inputs do not fit together",
            );
        }
        Ok(BatchFolder { path: path.to_path_buf(), job })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of a part.
    pub fn part_path(&self, shard: u32) -> PathBuf {
        self.path.join("parts").join(format!("{shard:06}.parquet"))
    }

    fn record_path(&self, shard: u32) -> PathBuf {
        self.path.join("parts").join(format!("{shard:06}.json"))
    }

    /// The record of a shard, if it is done; none where its file is missing or has another length.
    pub fn done(&self, shard: u32) -> Option<Part> {
        let part: Part =
            serde_json::from_slice(&std::fs::read(self.record_path(shard)).ok()?).ok()?;
        let is_mine = part.shard == shard && part.question == self.job.question();
        let there = std::fs::metadata(self.part_path(shard)).ok()?.len() == part.bytes;
        (is_mine && there).then_some(part)
    }

    /// The length of the file of a shard and that of its record, where these differ: it was cut short, or changed.
    pub fn cut(&self, shard: u32) -> Option<(u64, u64)> {
        let part: Part =
            serde_json::from_slice(&std::fs::read(self.record_path(shard)).ok()?).ok()?;
        let length = std::fs::metadata(self.part_path(shard)).ok()?.len();
        (part.question == self.job.question() && length != part.bytes)
            .then_some((length, part.bytes))
    }

    /// The bytes of a part, if they are those of its record.
    pub fn read(&self, part: &Part) -> Option<Vec<u8>> {
        let bytes = std::fs::read(self.part_path(part.shard)).ok()?;
        (hex(&Sha256::digest(&bytes)) == part.sha256).then_some(bytes)
    }

    /// Keeps the rows of a shard.
    pub fn keep(&self, shard: u32, rows: &RecordBatch) -> Result<Part, Problem> {
        let mut stream = ParquetStream::new(Vec::new());
        let broken = |e: String| Problem::new(BAD_VALUE, format!("shard {shard}: {e}"));
        stream.write(rows).map_err(broken)?;
        let bytes = stream.finish(&[]).map_err(broken)?.unwrap_or_default();
        let part = Part {
            shard,
            rows: rows.num_rows() as u64,
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(&bytes)),
            question: self.job.question().into(),
        };
        let record = serde_json::to_string(&part).unwrap_or_default() + "\n";
        let written = put(&self.part_path(shard), &bytes)
            .and_then(|()| put(&self.record_path(shard), record.as_bytes()));
        written.map_err(|e| unwritable(&self.part_path(shard), &e))?;
        Ok(part)
    }

    /// The shards that are not done.
    pub fn missing(&self) -> Vec<u32> {
        (0..self.job.shards()).filter(|shard| self.done(*shard).is_none()).collect()
    }
}

/// Whether a name of a manifest stays in its folder.
fn is_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    parts.all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Writes a file whole or not at all, and the folders that it is in.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    new_file::write(path, bytes)
}

pub(crate) fn unwritable(path: &Path, e: &io::Error) -> Problem {
    let problem =
        Problem::new(UNWRITABLE, format!("cannot write `{}`: {}", path.display(), e.kind()));
    problem.hint("what is done stays done; run the shard again when there is room")
}
