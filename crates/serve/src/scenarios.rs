//! Scenarios: those that come with the program, and those of a folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use rust_embed::RustEmbed;
use trimodal::model::problem::{BAD_VALUE, FILE_MISSING, FOLDER, Problem, UNWRITABLE, shown};
use trimodal::{Files, Scenario};

use crate::refusal::Refusal;

mod description;
mod operations;

pub use description::Described;
pub use operations::{files, operations};

/// How folders begin in which a scenario is written, before its name and a point.
const ASIDE: &str = ".writing-";
/// The scenario that is replaced, inside such a folder.
const OLD: &str = "old";
/// Letters of a name.
const LONGEST_NAME: usize = 64;
const STARTER: &str = "starter";
const SETTINGS: &str = "scenario.toml";

/// The scenarios of the repository.
#[derive(RustEmbed)]
#[folder = "../../scenarios"]
#[include = "*.csv"]
#[include = "*.toml"]
struct Bundled;

/// The scenarios that there are.
pub struct Scenarios {
    root: PathBuf,
    /// Held by who writes: of two who write one scenario as new, the second is told that it is there.
    writing: Mutex<()>,
}

/// A scenario by its name: its files, and where it comes from.
pub struct Found {
    /// Its files.
    pub files: Files,
    /// Whether it comes with the program.
    pub is_bundled: bool,
}

impl Scenarios {
    /// Those of a folder, which need not exist, beside the bundled ones.
    pub fn new(root: PathBuf) -> Scenarios {
        let scenarios = Scenarios { root, writing: Mutex::new(()) };
        scenarios.put_back();
        scenarios
    }

    /// Ends what a kill has cut off: a scenario that was being replaced is put back, and what was written of the
    /// new one is removed.
    fn put_back(&self) {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            let aside = entry.file_name().to_string_lossy().into_owned();
            let Some(name) = aside.strip_prefix(ASIDE).and_then(|rest| rest.split('.').next())
            else {
                continue;
            };
            let (target, old) = (self.root.join(name), entry.path().join(OLD));
            let is_safe = !old.exists() || target.exists() || fs::rename(&old, &target).is_ok();
            if is_name(name) && is_safe {
                // What stays is looked at again at the next start.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Names, in order, and whether each comes with the program. One of the folder hides a bundled one of its name.
    pub fn names(&self) -> Vec<(String, bool)> {
        let mut names: BTreeMap<String, bool> = BTreeMap::new();
        names.insert(STARTER.into(), true);
        for file in Bundled::iter() {
            if let Some((name, _)) = file.split_once('/') {
                names.insert(name.to_string(), true);
            }
        }
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if self.folder(&name).is_some() {
                names.insert(name, false);
            }
        }
        names.into_iter().collect()
    }

    /// A scenario by its name.
    pub fn find(&self, name: &str) -> Result<Found, Refusal> {
        if let Some(folder) = self.folder(name) {
            let unreadable = |p: Vec<Problem>| Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, &p);
            only_files(&folder).map_err(unreadable)?;
            let files =
                Files::from_folder(&folder).map_err(|p| unreadable(without_root(p, &folder)))?;
            return Ok(Found { files, is_bundled: false });
        }
        let files = bundled(name).ok_or_else(|| Refusal::no_scenario(name))?;
        Ok(Found { files, is_bundled: true })
    }

    /// The folder of a scenario of one's own: a real folder right below the root with a file of settings.
    fn folder(&self, name: &str) -> Option<PathBuf> {
        let folder = is_name(name).then(|| self.root.join(name))?;
        let is_real = fs::symlink_metadata(&folder).is_ok_and(|m| m.is_dir());
        let has = |file: &str| fs::symlink_metadata(folder.join(file)).is_ok_and(|m| m.is_file());
        (is_real && (has(SETTINGS) || has("scenario.xlsx"))).then_some(folder)
    }

    /// Writes a scenario: aside, synced, then in place. One that is there is only replaced when asked.
    pub fn write(&self, name: &str, files: &Files, replace: bool) -> Result<(), Refusal> {
        check_name(name)?;
        check_files(files)?;
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let target = self.root.join(name);
        let there = fs::symlink_metadata(&target);
        match (&there, replace) {
            (Ok(_), false) => {
                return Err(Refusal::scenario_exists(name, "give another name, or `replace`"));
            }
            (Ok(_), true) if self.folder(name).is_none() => {
                return Err(Refusal::scenario_exists(name, "it is no scenario: give another name"));
            }
            (Ok(_), true) if self.find(name).is_ok_and(|found| found.files.is_workbook()) => {
                let hint =
                    "it is a workbook, which tables would take the place of: give another name";
                return Err(Refusal::scenario_exists(name, hint));
            }
            (Err(_), _) if bundled(name).is_some() => {
                return Err(Refusal::scenario_exists(
                    name,
                    "it comes with the program: give another name",
                ));
            }
            _ => {}
        }
        put(&self.root, name, files, replace).map_err(|e| {
            // Another server wrote one of this name in the meantime.
            let is_there = [io::ErrorKind::AlreadyExists, io::ErrorKind::DirectoryNotEmpty];
            if is_there.contains(&e.kind()) {
                return Refusal::scenario_exists(name, "give another name, or `replace`");
            }
            let problem = Problem::new(UNWRITABLE, format!("the scenario cannot be written: {e}"));
            let hint = "check the folder given with `--scenarios`";
            Refusal::of(StatusCode::INTERNAL_SERVER_ERROR, &[problem.hint(hint)])
        })
    }
}

/// Reads the scenario that a request names or brings.
pub fn read(files: &Files) -> Result<Scenario, Refusal> {
    Scenario::from_files(files).map_err(|p| Refusal::of(StatusCode::UNPROCESSABLE_ENTITY, &p))
}

fn bundled(name: &str) -> Option<Files> {
    if name == STARTER {
        return Some(trimodal::starter());
    }
    let prefix = format!("{name}/");
    let file = |path: std::borrow::Cow<'static, str>| {
        let own = path.strip_prefix(&prefix)?.to_string();
        Some((own, Bundled::get(&path)?.data.into_owned()))
    };
    let files: BTreeMap<String, Vec<u8>> = Bundled::iter().filter_map(file).collect();
    (!files.is_empty()).then_some(Files(files))
}

/// Whether a name can be that of a scenario: it cannot lead out of the folder.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(plain)
}

fn check_name(name: &str) -> Result<(), Refusal> {
    if is_name(name) {
        return Ok(());
    }
    let message = format!("`{}` cannot be the name of a scenario", shown(name));
    let hint = "give at most 64 letters, digits, `-` and `_`, the first a letter or a digit";
    Err(Refusal::bad_input(&[Problem::new(BAD_VALUE, message).hint(hint)]))
}

/// Refuses what a reader would follow out of the folder, or wait for: links, pipes, devices. Folders stay, as they
/// are not read.
fn only_files(folder: &Path) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // Not followed: what a link leads to is of no interest.
        if entry.file_type().is_ok_and(|kind| kind.is_file() || kind.is_dir()) {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let message = format!("`{}` is a link or a device, which is not read", shown(&name));
        let hint = "put the file itself in its place";
        problems.push(Problem::new(FOLDER, message).at(&name, 0, 0).hint(hint));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Only the files that a scenario has are written, and only what can be read back.
fn check_files(files: &Files) -> Result<(), Refusal> {
    let known = |name: &str| {
        name == SETTINGS || trimodal::model::tables::TABLES.iter().any(|t| t.file() == name)
    };
    let problem = |name: &String| {
        let message = format!("a scenario has no file `{}`", shown(name));
        Problem::new(BAD_VALUE, message).hint("/api/v1/scenarios/tables lists them")
    };
    let mut problems: Vec<Problem> = files.0.keys().filter(|n| !known(n)).map(problem).collect();
    if !files.0.contains_key(SETTINGS) {
        let missing = Problem::new(FILE_MISSING, format!("`files` has no `{SETTINGS}`"));
        let hint = "add it: without it a folder is no scenario; an empty text will do";
        problems.push(missing.at(SETTINGS, 0, 0).hint(hint));
    }
    if problems.is_empty() { Ok(()) } else { Err(Refusal::bad_input(&problems)) }
}

/// Writes a folder beside the target, then puts it in its place.
fn put(root: &Path, name: &str, files: &Files, replace: bool) -> io::Result<()> {
    fs::create_dir_all(root)?;
    let target = &root.join(name);
    let aside = tempfile::Builder::new().prefix(&format!("{ASIDE}{name}.")).tempdir_in(root)?;
    let folder = aside.path().join("new");
    fs::create_dir(&folder)?;
    for (name, bytes) in &files.0 {
        let mut file = fs::File::create_new(folder.join(name))?;
        io::Write::write_all(&mut file, bytes)?;
        file.sync_all()?;
    }
    sync(&folder)?;
    // A folder with files in it is never replaced by a renaming: one that came in the meantime stays.
    if replace && target.exists() {
        fs::rename(target, aside.path().join(OLD))?;
    }
    fs::rename(&folder, target)?;
    sync(root)
}

/// Syncs a folder where the system can.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Problems of a folder without the path that leads to it.
fn without_root(problems: Vec<Problem>, folder: &Path) -> Vec<Problem> {
    let prefix = format!("{}/", folder.display());
    let short = |mut p: Problem| {
        p.message = p.message.replace(&prefix, "");
        p
    };
    problems.into_iter().map(short).collect()
}
