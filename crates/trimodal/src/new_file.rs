//! Files that are whole or not there.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A file that is being written: aside, in the folder in which it will be, until it is finished. One that is not
/// finished leaves nothing.
#[derive(Debug)]
pub struct NewFile {
    aside: NamedTempFile,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file; one of the same name stays until the new one is finished.
    pub fn create(path: &Path) -> io::Result<NewFile> {
        let mut builder = tempfile::Builder::new();
        // The mode of any new file, reduced by the user's mask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        NewFile::begin(path, builder)
    }

    /// The same for a file that only its owner may read.
    pub fn private(path: &Path) -> io::Result<NewFile> {
        NewFile::begin(path, tempfile::Builder::new())
    }

    fn begin(path: &Path, mut builder: tempfile::Builder) -> io::Result<NewFile> {
        let aside = builder.prefix(".trimodal-").tempfile_in(folder(path))?;
        Ok(NewFile { aside, path: path.to_path_buf() })
    }

    /// The open file.
    pub fn file(&self) -> &File {
        self.aside.as_file()
    }

    /// Gives the file its name. The name, too, is there after a crash, where the system can sync folders.
    pub fn finish(self) -> io::Result<()> {
        self.aside.as_file().sync_all()?;
        self.aside.persist(&self.path).map_err(|e| e.error)?;
        let _ = File::open(folder(&self.path)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.aside.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.aside.flush()
    }
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = NewFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
