//! What is read: a file with those that belong to it, or the files of a folder, in memory.

use std::path::Path;

use trimodal_model::problem::{DAMAGED, FOLDER, Problem, TOO_LARGE};

use crate::findings::Findings;

/// A larger file is not read.
pub const MOST_BYTES: u64 = 2 << 30;
/// An archive that unpacks to more is not read.
pub const MOST_UNPACKED: u64 = 4 << 30;
/// More files of a folder are not looked at.
const MOST_FILES: usize = 1_000;
/// What lies beside a shapefile and belongs to it.
const BESIDE: [(&str, &[&str]); 1] = [("shp", &["dbf", "prj", "cpg", "shx"])];

/// A file in memory.
#[derive(Debug, Clone)]
pub struct File {
    /// Name, without its folder.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// A file with those that belong to it, or the files of a folder.
#[derive(Debug, Clone)]
pub struct Source {
    /// As the user named it.
    pub name: String,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// The file first, then what belongs to it; or all files of the folder in the order of their names.
    pub files: Vec<File>,
}

impl Source {
    /// A single file in memory.
    pub fn file(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Source {
        let name = name.into();
        let file = File { name: base(&name).to_string(), bytes: bytes.into() };
        Source { name, is_folder: false, files: vec![file] }
    }

    /// A folder in memory.
    pub fn folder(name: impl Into<String>, mut files: Vec<File>) -> Source {
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Source { name: name.into(), is_folder: true, files }
    }

    /// A file or a folder on disk.
    pub fn open(path: &Path) -> Result<Source, Problem> {
        let name = path.display().to_string();
        if path.is_dir() {
            return Ok(Source::folder(name, inside(path)?));
        }
        let mut files = vec![load(path)?];
        let extension = extension(&name);
        let others = BESIDE.iter().filter(|(of, _)| *of == extension).flat_map(|(_, all)| *all);
        for other in others {
            let beside = [other.to_string(), other.to_uppercase()];
            let beside = beside.map(|e| path.with_extension(e));
            if let Some(found) = beside.iter().find(|p| p.is_file()) {
                files.push(load(found)?);
            }
        }
        // The coordinates of a net are in a file of their own.
        if let Some(set) = name.strip_suffix("_net.tntp") {
            let beside = ["node", "nodes", "Nodes"].map(|part| format!("{set}_{part}.tntp"));
            if let Some(found) = beside.iter().find(|p| Path::new(p).is_file()) {
                files.push(load(Path::new(found))?);
            }
        }
        Ok(Source { name, is_folder: false, files })
    }

    /// The bytes of a single file.
    pub fn bytes(&self) -> &[u8] {
        self.files.first().map_or(&[], |f| &f.bytes)
    }

    /// A file by its name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|f| f.name.eq_ignore_ascii_case(name))
    }

    /// The file of an extension.
    pub fn with_extension(&self, wanted: &str) -> Option<&File> {
        self.files.iter().find(|f| extension(&f.name) == wanted)
    }

    /// How a file is named in problems.
    pub fn place(&self, file: &str) -> String {
        if self.is_folder {
            Path::new(&self.name).join(file).display().to_string()
        } else if self.files.first().is_some_and(|f| f.name == file) {
            self.name.clone()
        } else {
            Path::new(&self.name).with_file_name(file).display().to_string()
        }
    }
}

/// The extension of a name, in lower case; empty where there is none.
pub fn extension(name: &str) -> String {
    let name = base(name);
    name.rsplit_once('.').map_or(String::new(), |(_, e)| e.to_lowercase())
}

/// The last part of a path.
fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The name of a file without folder and extension; `.osm.pbf` is one extension.
pub fn stem(name: &str) -> &str {
    let name = base(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.strip_suffix(".osm").unwrap_or(stem);
    if stem.is_empty() { name } else { stem }
}

fn inside(folder: &Path) -> Result<Vec<File>, Problem> {
    let unreadable = |e: std::io::Error| cannot_read(folder, &e.to_string());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_file() && files.len() < MOST_FILES {
            files.push(load(&path)?);
        }
    }
    Ok(files)
}

fn load(path: &Path) -> Result<File, Problem> {
    let size = std::fs::metadata(path).map_or(0, |m| m.len());
    if size > MOST_BYTES {
        let message = format!("`{}` has {} MiB", path.display(), size >> 20);
        let hint = format!("files of up to {} MiB are read", MOST_BYTES >> 20);
        return Err(Problem::new(TOO_LARGE, message).hint(hint));
    }
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let bytes = std::fs::read(path).map_err(|e| cannot_read(path, &e.to_string()))?;
    Ok(File { name, bytes })
}

fn cannot_read(path: &Path, why: &str) -> Problem {
    Problem::new(FOLDER, format!("cannot read `{}`: {why}", path.display()))
}

/// Whether an archive unpacks to what it may; one that does not is a problem.
pub fn is_bounded_archive(file: &str, bytes: &[u8], found: &mut Findings) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else {
        let hint = "check that the file is whole";
        found.problem(DAMAGED, (file, 0, 0), "it is not a zip archive", hint);
        return false;
    };
    let mut sum = 0_u64;
    for i in 0..archive.len() {
        sum = sum.saturating_add(archive.by_index_raw(i).map_or(u64::MAX, |f| f.size()));
    }
    if sum > MOST_UNPACKED {
        let message = format!("it unpacks to more than {} MiB", MOST_UNPACKED >> 20);
        found.problem(TOO_LARGE, (file, 0, 0), message, "split it");
    }
    sum <= MOST_UNPACKED
}
