//! `trimodal new`: a commented starter scenario.

use std::path::Path;

use trimodal::model::WORKBOOK;
use trimodal::model::problem::{FOLDER, Problem, UNWRITABLE};

use crate::output;

/// Writes the starter, as text or as one workbook, into a folder that is new or empty.
pub fn new(folder: &Path, xlsx: bool) -> Result<(), Vec<Problem>> {
    let taken = folder.is_file() || std::fs::read_dir(folder).is_ok_and(|mut d| d.next().is_some());
    if taken {
        return Err(vec![
            Problem::new(FOLDER, format!("`{}` exists and is not empty", folder.display()))
                .hint("choose a new folder; nothing was written"),
        ]);
    }
    std::fs::create_dir_all(folder).map_err(|e| {
        vec![Problem::new(FOLDER, format!("cannot create `{}`: {e}", folder.display()))]
    })?;
    if xlsx {
        let bytes = trimodal::report::scenario_xlsx(&trimodal::starter()).map_err(|e| {
            vec![Problem::new(UNWRITABLE, format!("cannot create the workbook: {e}"))]
        })?;
        return output::write(&folder.join(WORKBOOK), bytes).map_err(|p| vec![p]);
    }
    for (name, text) in trimodal::STARTER {
        output::write(&folder.join(name), text).map_err(|p| vec![p])?;
    }
    Ok(())
}
