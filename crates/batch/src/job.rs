//! What is computed, and how it is cut.

use std::ops::Range;
use std::path::Path;

use sha2::{Digest, Sha256};
use toml::{Table, Value};
use trimodal::fields::ask;
use trimodal::model::problem::{BAD_VALUE, NOT_TEXT, Problem, nearest, shown};
use trimodal::{Files, InputFile, Note, Problems, Room, TableRequest, World};

use crate::gather::{JOB, PLANNED_ON, file_fields, gather, is_word, parse};
use crate::own_network::OwnNetwork;
use crate::place;
use crate::sweep::Sweep;

/// Cells of a shard of a table, where the job does not say how many shards there are.
const CELLS: usize = 2_000_000;
/// Replications of a shard.
const REPLICATIONS: usize = 100;
/// The most shards.
const MOST: u64 = 1_000_000;

/// A large job.
#[derive(Debug, Clone)]
pub struct Job {
    pub(crate) work: Work,
    /// What is divided into shards: rows of a table, plans, replications.
    units: usize,
    shards: u32,
    files: Files,
    question: String,
    planned_on: Option<String>,
}

/// What is computed.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    /// A table, by rows; over a network of the user's own, if there is one.
    Table(Box<TableRequest>, Option<OwnNetwork>),
    /// A plan of each case of a sweep.
    Plans(Sweep),
    /// Replications of each case of a sweep.
    Replications(Sweep, u32),
}

impl Job {
    /// Reads a job from a file of TOML, with the files and scenarios that it names, and checks all of it.
    ///
    /// # Errors
    ///
    /// If it cannot be run: each problem names the line and column of the key that it is about.
    pub fn read(path: &Path) -> Result<Job, Vec<Problem>> {
        let read = gather(path).and_then(Job::from_files);
        read.map_err(|problems| place::in_job(problems, path))
    }

    /// Reads a job from its files, the file `job.toml` and those it names, and checks all of it.
    pub fn from_files(files: Files) -> Result<Job, Vec<Problem>> {
        let bytes = files.0.get(JOB).map(Vec::as_slice).unwrap_or_default();
        let text = std::str::from_utf8(bytes)
            .map_err(|_| vec![Problem::new(NOT_TEXT, "the job is not UTF-8 text").at(JOB, 0, 0)])?;
        let mut job = parse(JOB, text)?;
        let mut problems = Vec::new();
        let shards = shards(job.remove("shards"), &mut problems);
        let planned_on = planned_on(&mut job, &mut problems);
        let (work, units, usual) = match work(job, &files) {
            Ok(work) if problems.is_empty() => work,
            Ok(_) => return Err(problems),
            Err(more) => {
                problems.extend(more);
                return Err(problems);
            }
        };
        let shards = shards.unwrap_or(usual.max(1) as u32).min(units.max(1) as u32);
        let question = question(&files);
        Ok(Job { work, units, shards, files, question, planned_on })
    }

    /// The day on which it was planned, if it names no `date`: its law is that of this day.
    pub fn planned_on(&self) -> Option<&str> {
        self.planned_on.as_deref()
    }

    /// The same as if it had been planned on another day.
    pub(crate) fn as_planned_on(&self, day: &str) -> Result<Job, Vec<Problem>> {
        let mut files = self.files.clone();
        if let Some(bytes) = files.0.get_mut(JOB) {
            let mut job = parse(JOB, &String::from_utf8_lossy(bytes))?;
            job.insert(PLANNED_ON.into(), Value::String(day.into()));
            *bytes = job.to_string().into_bytes();
        }
        Job::from_files(files)
    }

    /// Checks what needs the network: that a table can be made. The notes say how a network of the user's own was read.
    pub fn check(&self) -> Result<Vec<Note>, Problems> {
        let Work::Table(request, _) = &self.work else { return Ok(Vec::new()) };
        let (world, notes) = self.world()?;
        world.can_table(request)?;
        Ok(notes)
    }

    /// The world that is asked about.
    pub(crate) fn world(&self) -> Result<(World, Vec<Note>), Problems> {
        match &self.work {
            Work::Table(_, Some(own)) => own.world(&self.files),
            _ => Ok((World::load(), Vec::new())),
        }
    }

    /// The number of shards.
    pub fn shards(&self) -> u32 {
        self.shards
    }

    /// What the shards are made of, with its number: `100000 rows`.
    pub fn contents(&self) -> String {
        let what = match self.work {
            Work::Table(..) => "rows of a table",
            Work::Plans(_) => "plans",
            Work::Replications(..) => "replications",
        };
        format!("{} {what}", self.units)
    }

    /// `table`, `plan` or `simulate`.
    pub fn kind(&self) -> &'static str {
        match self.work {
            Work::Table(..) => "table",
            Work::Plans(_) => "plan",
            Work::Replications(..) => "simulate",
        }
    }

    /// The files of the job.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The same for jobs with the same rows only: a digest of the files, the version and the world.
    pub fn question(&self) -> &str {
        &self.question
    }

    /// The units of a shard: as many in each, as far as they go.
    pub(crate) fn part(&self, shard: u32) -> Range<usize> {
        let at = |shard: u32| (shard as usize * self.units) / self.shards as usize;
        at(shard)..at(shard + 1)
    }
}

fn shards(value: Option<Value>, problems: &mut Vec<Problem>) -> Option<u32> {
    match value? {
        Value::Integer(n) if (1..=MOST as i64).contains(&n) => Some(n as u32),
        other => {
            let message = format!("`shards` is {}", shown(&other.to_string()));
            let hint = format!("give a whole number from 1 to {MOST}");
            problems.push(Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint));
            None
        }
    }
}

/// The day on which a job without a `date` was planned; the table is asked with it.
fn planned_on(job: &mut Table, problems: &mut Vec<Problem>) -> Option<String> {
    let day = match job.remove(PLANNED_ON)? {
        Value::String(day) => day,
        other => {
            let message = format!("`{PLANNED_ON}` is {}", shown(&other.to_string()));
            let hint = "leave it out: `trimodal batch plan` writes the day";
            problems.push(Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint));
            return None;
        }
    };
    let table = job.get_mut("table").and_then(Value::as_table_mut)?;
    if table.contains_key("date") {
        return None;
    }
    table.insert("date".into(), Value::String(day.clone()));
    Some(day)
}

/// What is computed, its units, and the usual number of shards.
fn work(job: Table, files: &Files) -> Result<(Work, usize, usize), Vec<Problem>> {
    const KINDS: [&str; 3] = ["table", "plan", "simulate"];
    let mut problems: Vec<Problem> = Vec::new();
    for name in job.keys().filter(|k| !KINDS.contains(&k.as_str())) {
        let hint = match nearest(name, KINDS.into_iter().chain(["shards"])) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a job has `shards`, and one of [table], [plan] and [simulate]".into(),
        };
        let message = format!("there is no key `{}`", shown(name));
        problems.push(Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint));
    }
    let mut found = job.into_iter().filter(|(k, _)| KINDS.contains(&k.as_str()));
    let made = match (found.next(), found.next()) {
        (Some((kind, Value::Table(asked))), None) => match kind.as_str() {
            "table" => a_table(asked, files),
            "plan" => Sweep::of_plans(asked, files).map(|sweep| {
                let cases = sweep.cases();
                (Work::Plans(sweep), cases, cases)
            }),
            _ => Sweep::of_runs(asked, files).map(|(sweep, replications)| {
                let units = sweep.cases() * replications as usize;
                (Work::Replications(sweep, replications), units, units.div_ceil(REPLICATIONS))
            }),
        },
        _ => {
            let message = "a job has one of [table], [plan] and [simulate]";
            let hint = "`trimodal batch --help` shows a job";
            Err(vec![Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint)])
        }
    };
    match made {
        Ok(made) if problems.is_empty() => Ok(made),
        made => {
            problems.extend(made.err().into_iter().flatten());
            Err(problems)
        }
    }
}

fn a_table(asked: Table, files: &Files) -> Result<(Work, usize, usize), Vec<Problem>> {
    let (mut asked, mut inputs) = (asked, Vec::new());
    let own = OwnNetwork::take(&mut asked)?;
    for field in file_fields() {
        let Some(value) = asked.remove(field) else { continue };
        let named = match &value {
            Value::String(word) if is_word(field, word) => {
                asked.insert(field.into(), value);
                continue;
            }
            Value::String(path) => vec![path.clone()],
            Value::Array(paths) => {
                paths.iter().filter_map(Value::as_str).map(String::from).collect()
            }
            _ => Vec::new(),
        };
        inputs.push((field, named.iter().map(|path| input(files, path)).collect::<Vec<_>>()));
    }
    let mut side = |name: &str| {
        let at = inputs.iter().position(|(field, _)| *field == name);
        at.and_then(|at| inputs.remove(at).1.pop())
    };
    let (Some(origins), Some(destinations)) = (side("origins"), side("destinations")) else {
        let message = "[table] has no `origins`, or no `destinations`";
        let hint = "name a file of points for each";
        return Err(vec![Problem::new(BAD_VALUE, message).at(JOB, 0, 0).hint(hint)]);
    };
    let tables = inputs
        .into_iter()
        .flat_map(|(field, files)| files.into_iter().map(move |file| (field.to_string(), file)));
    let asked = ask::table(&json(&asked), [origins, destinations], tables.collect())?;
    let request = TableRequest { room: Room::Blocks, ..asked.request };
    let [rows, columns] = [&request.origins, &request.destinations].map(InputFile::points);
    let (rows, columns) = (rows?, columns?);
    let cells = rows * columns * request.by.len();
    Ok((Work::Table(Box::new(request), own), rows, cells.div_ceil(CELLS)))
}

/// A file of the job.
pub(crate) fn input(files: &Files, path: &str) -> InputFile {
    match files.0.get(path) {
        Some(bytes) => InputFile::new(path, bytes.clone()),
        None => {
            InputFile { unreadable: Some("it is not there".into()), ..InputFile::new(path, []) }
        }
    }
}

/// A table of TOML as an object of JSON.
pub(crate) fn json(table: &Table) -> Vec<u8> {
    // Numbers beyond JSON (nan, inf) become null, which is refused where a number is needed.
    serde_json::to_vec(table).unwrap_or_default()
}

/// The digest of a job.
fn question(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in &files.0 {
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(World::checksum());
    hex(&hash.finalize())
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
