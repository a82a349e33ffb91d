//! All output of the program: files, standard output, standard error.
//!
//! A regular file is written to a temporary file, then renamed, so that it is never half-written; it
//! keeps its permissions, and a link to it stays a link. Pipes and devices are written directly; `-` is
//! standard output.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use trimodal::model::problem::{Note, Problem, Problems, UNWRITABLE};
use trimodal::new_file::NewFile;

/// Why standard output could not be written, if it could not.
static UNPRINTED: OnceLock<ErrorKind> = OnceLock::new();

/// Writes a file whole or not at all; a pipe or a device is written directly.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Problem> {
    if is_standard(path) {
        print_bytes(content.as_ref());
        return Ok(());
    }
    let attempt = || {
        let mut opened = Opened::new(path)?;
        opened.write_all(content.as_ref())?;
        opened.finish()
    };
    attempt().map_err(|e| unwritable(path, &e))
}

/// The problem of a path that cannot be written.
pub fn unwritable(path: &Path, e: &io::Error) -> Problem {
    Problem::new(UNWRITABLE, format!("cannot write `{}`: {}", path.display(), e.kind()))
        .hint("choose another path; --json prints the answer instead")
}

/// A file that is being written: aside until it is finished, or straight to a pipe or a device.
pub enum Opened {
    /// A new file, with the metadata of the file that it replaces.
    Aside(NewFile, Option<Box<Metadata>>),
    /// A pipe or a device.
    Straight(File),
}

impl Opened {
    /// Begins a file.
    pub fn new(path: &Path) -> io::Result<Opened> {
        match destination(path)? {
            Destination::Aside(path, old) => {
                Ok(Opened::Aside(NewFile::create(&path)?, old.map(Box::new)))
            }
            Destination::Straight => {
                Ok(Opened::Straight(OpenOptions::new().append(true).open(path)?))
            }
        }
    }

    /// Ends it: only now it has its name.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Opened::Aside(file, old) => {
                if let Some(old) = &old {
                    like(file.file(), old)?;
                }
                file.finish()
            }
            Opened::Straight(mut file) => file.flush(),
        }
    }
}

impl Write for Opened {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Opened::Aside(file, _) => file.write(bytes),
            Opened::Straight(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Opened::Aside(file, _) => file.flush(),
            Opened::Straight(file) => file.flush(),
        }
    }
}

/// Whether a path means standard output.
pub fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// Whether what is written to a path may be mixed with what is printed, or has no name of its own: standard
/// output, a pipe or a device.
pub fn is_stream(path: &Path) -> bool {
    is_standard(path) || is_open(path) || std::fs::metadata(path).is_ok_and(|is| !is.is_file())
}

enum Destination {
    /// A regular file with its present metadata, or one that does not exist yet.
    Aside(PathBuf, Option<Metadata>),
    /// A pipe, a device, or a file that this process already has open.
    Straight,
}

fn destination(path: &Path) -> io::Result<Destination> {
    match std::fs::metadata(path) {
        Ok(is) if is.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(is) if !is.is_file() || is_open(path) => Ok(Destination::Straight),
        Ok(is) => {
            // Renaming needs permission for the folder only; a file that is read-only stays as it is.
            OpenOptions::new().write(true).open(path)?;
            Ok(Destination::Aside(std::fs::canonicalize(path)?, Some(is)))
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            Ok(Destination::Aside(links(path).last().unwrap_or_default(), None))
        }
        Err(e) => Err(e),
    }
}

/// A path and the targets of its symbolic links, one by one.
fn links(path: &Path) -> impl Iterator<Item = PathBuf> {
    let next = |at: &PathBuf| {
        let to = std::fs::read_link(at).ok()?;
        Some(at.parent().unwrap_or(Path::new("")).join(to))
    };
    std::iter::successors(Some(path.to_path_buf()), next).take(40)
}

/// Whether a path names a file that this process already has open, as `/dev/stdout` does; such a file
/// must not be replaced.
fn is_open(path: &Path) -> bool {
    links(path).any(|p| p.starts_with("/proc") || p.starts_with("/dev/fd"))
}

/// Gives a file the permissions, and where allowed the owner, of the file that it replaces.
fn like(file: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let is = file.metadata()?;
        if (is.uid(), is.gid()) != (old.uid(), old.gid()) {
            // Changing the owner needs privileges; without them the content is written all the same.
            let _ = fchown(file, Some(old.uid()), Some(old.gid()));
        }
    }
    file.set_permissions(old.permissions())
}

/// Prints to standard output. A closed pipe is not an error. Any other failure is kept for the end
/// of the program: see [`unprinted`].
pub fn print(text: &str) {
    print_bytes(text.as_bytes());
}

fn print_bytes(content: &[u8]) {
    let mut out = io::stdout().lock();
    let printed = out.write_all(content).and_then(|()| out.flush());
    if let Err(e) = printed
        && e.kind() != ErrorKind::BrokenPipe
    {
        let _ = UNPRINTED.set(e.kind());
    }
}

/// The problem, if something could not be printed.
pub fn unprinted() -> Option<Problem> {
    UNPRINTED.get().map(|kind| {
        Problem::new(UNWRITABLE, format!("cannot write standard output: {kind}"))
            .hint("the output is incomplete; free some space and run the command again")
    })
}

/// Prints a line on standard error and ignores failures.
pub fn say(what: impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{what}");
}

/// Prints notes on standard error, equal messages once, with all their places.
pub fn notes(notes: &[Note]) {
    let mut printed: Vec<(&str, Vec<String>)> = Vec::new();
    for note in notes {
        let place = note.at.to_string();
        match printed.iter_mut().find(|(message, _)| *message == note.message) {
            Some((_, places)) => places.push(place),
            None => printed.push((&note.message, vec![place])),
        }
    }
    for (message, places) in printed {
        say(format!("note: {message}\n  {}", places.join("\n  ")));
    }
}

/// Prints the notes of a refused request and returns its problems.
pub fn refused(refused: Problems) -> Vec<Problem> {
    notes(&refused.notes);
    refused.problems
}
