//! What `table` and `pairs` have in common: the criteria, the form of the output, the exit code.

use std::path::Path;

use trimodal::files::{self, ConvertRequest};
use trimodal::formats::Source;
use trimodal::formats::convert::Written;
use trimodal::model::problem::{BAD_VALUE, Problem, UNWRITABLE};
use trimodal::report::Tally;
use trimodal::route::outcome::StopReason;
use trimodal::route::{Answer, Criterion};
use trimodal::{Problems, Room};

use crate::exit::{DONE, LIMIT, NO_SOLUTION};
use crate::output;

/// The form of an output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Parquet,
    Csv,
    Json,
    Xlsx,
    Omx,
}

impl Form {
    /// By the name of a file; a stream without an ending gets CSV.
    pub fn of(path: &Path, problems: &mut Vec<Problem>) -> Option<Form> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("parquet") => Some(Form::Parquet),
            Some("csv") => Some(Form::Csv),
            Some("json") => Some(Form::Json),
            Some("xlsx") => Some(Form::Xlsx),
            Some("omx") => Some(Form::Omx),
            _ if output::is_stream(path) => Some(Form::Csv),
            _ => {
                let shown = path.display();
                let message =
                    format!("`{shown}` does not end in .parquet, .csv, .json, .xlsx or .omx");
                let hint = "write -o skim.parquet, skim.csv, skim.json, skim.xlsx or skim.omx";
                problems.push(Problem::new(BAD_VALUE, message).hint(hint));
                None
            }
        }
    }

    /// Where its rows must find room.
    pub fn room(self) -> Room {
        match self {
            Form::Xlsx => Room::Sheet,
            Form::Parquet => Room::Blocks,
            Form::Csv | Form::Json | Form::Omx => Room::Memory,
        }
    }
}

/// The criteria of `--by`.
pub fn criteria(by: &[Answer], problems: &mut Vec<Problem>) -> Vec<Criterion> {
    if by.contains(&Answer::Pareto) {
        let message = "--by pareto has several answers for one cell";
        let hint = "choose time, cost, co2e or distance, or several of them: --by time,cost";
        problems.push(Problem::new(BAD_VALUE, message).hint(hint));
        return vec![Criterion::Time];
    }
    let best = |answer: &Answer| match answer {
        Answer::Best(by) => Some(*by),
        Answer::Pareto => None,
    };
    by.iter().filter_map(best).collect()
}

/// Rows, given as the bytes of a Parquet file, as matrices in an OMX file: one for each figure, or of several criteria
/// one for each figure and criterion, as `time_h_by_cost`. Prints what matrices have no place for.
pub fn omx(path: &Path, parquet: Vec<u8>) -> Result<Vec<u8>, Problems> {
    let name = path.with_extension("parquet").display().to_string();
    let request = ConvertRequest {
        source: Source::file(name, parquet),
        from: None,
        output: path.display().to_string(),
        to: Some("omx".to_string()),
        mapping: None,
    };
    let converted = files::convert(&request)?;
    output::notes(&converted.notes);
    match converted.written {
        Written::File(bytes) => Ok(bytes),
        Written::Folder(_) => Err(Problem::new(UNWRITABLE, "matrices are one file").into()),
    }
}

/// The problem of a workbook that cannot be made.
pub fn no_workbook(e: String) -> Problem {
    Problem::new(UNWRITABLE, format!("cannot create the workbook: {e}"))
}

/// Prints the summary, on standard error where the rows may go to standard output, and what cannot be used.
pub fn tell(path: &Path, summary: &str, bad: &str) {
    if output::is_stream(path) {
        output::say(summary.trim_end());
    } else {
        output::print(summary);
    }
    if !bad.is_empty() {
        output::say(bad.trim_end());
    }
}

/// The exit code.
pub fn code(stopped: Option<StopReason>, tally: &Tally) -> u8 {
    match stopped {
        Some(_) => LIMIT,
        None if tally.answered() == 0 => NO_SOLUTION,
        None => DONE,
    }
}
