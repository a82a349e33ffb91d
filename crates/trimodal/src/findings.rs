//! What is wrong with a request, and what its reader should know, gathered until all of it is known.

use trimodal_model::problem::{BAD_VALUE, Note, Problem, Problems, shown};

use crate::shipment::InputFile;

/// Everything that is wrong with a request, and what its reader should know.
#[derive(Default)]
pub(crate) struct Findings {
    pub problems: Vec<Problem>,
    pub notes: Vec<Note>,
}

impl Findings {
    /// All of it, as an error.
    pub fn refused(self) -> Problems {
        Problems { problems: self.problems, notes: self.notes }
    }

    /// The same, in the order of files and rows.
    pub fn refused_in_order(self) -> Problems {
        Problems { problems: Problem::in_order(self.problems), notes: self.notes }
    }

    /// The value, or its problems kept.
    pub fn keep<T>(&mut self, outcome: Result<T, Vec<Problem>>) -> Option<T> {
        outcome.map_err(|p| self.problems.extend(p)).ok()
    }

    /// Reads a table from a file of the request.
    pub fn table<T>(
        &mut self,
        file: &InputFile,
        read: impl FnOnce(&[u8], &mut Vec<Note>) -> Result<T, Vec<Problem>>,
    ) -> Option<T> {
        let read = file.read(read, &mut self.notes);
        self.keep(read)
    }

    /// A number within its limits, or a problem.
    pub fn within(&mut self, option: &str, value: f64, low: f64, high: f64) -> f64 {
        if !(low..=high).contains(&value) {
            let message = format!("{option} is {value}");
            self.problems
                .push(Problem::new(BAD_VALUE, message).hint(format!("give {low} to {high}")));
        }
        value
    }
}

/// Names that a message lists.
const LISTED: usize = 20;

/// Ids as they are quoted in messages.
pub(crate) fn quoted<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    ids.map(|id| format!("`{}`", shown(id))).collect()
}

/// Names in one line: the first twenty, and how many more there are.
pub(crate) fn listed(names: &[String]) -> String {
    let list = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}
