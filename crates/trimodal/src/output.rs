//! Files written aside, then renamed, so that none is ever half-written.

use std::io::Write;
use std::path::Path;

use trimodal::model::problem::{Problem, UNWRITABLE};

/// Writes a file whole or not at all.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Problem> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let attempt = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".trimodal-").tempfile_in(folder)?;
        file.write_all(content.as_ref())?;
        file.as_file().sync_all()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
        }
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    };
    attempt().map_err(|e| {
        Problem::new(UNWRITABLE, format!("cannot write `{}`: {}", path.display(), e.kind()))
            .hint("name another place; --json prints the answer instead")
    })
}

/// Prints to standard output; a reader that closed the pipe is no fault of ours.
pub fn print(text: &str) -> bool {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_ok()
}
