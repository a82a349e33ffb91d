//! `trimodal new`: a commented scenario to start from.

use std::path::Path;

use trimodal::model::problem::{FOLDER, Problem};

use crate::output;

/// Writes the starter into a folder that does not exist yet, or is empty.
pub fn new(folder: &Path) -> Result<(), Vec<Problem>> {
    let taken = folder.is_file() || std::fs::read_dir(folder).is_ok_and(|mut d| d.next().is_some());
    if taken {
        return Err(vec![
            Problem::new(FOLDER, format!("`{}` exists and is not empty", folder.display()))
                .hint("name a new folder; nothing was written"),
        ]);
    }
    std::fs::create_dir_all(folder).map_err(|e| {
        vec![Problem::new(FOLDER, format!("cannot make `{}`: {e}", folder.display()))]
    })?;
    for (name, text) in trimodal::STARTER {
        output::write(&folder.join(name), text).map_err(|p| vec![p])?;
    }
    Ok(())
}
