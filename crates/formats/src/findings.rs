//! What a reader has to say: problems, notes, and what it left out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use trimodal_model::problem::{Code, DAMAGED, Note, Problem, Problems, shown};

/// A note lists so many names; how many more there are it says.
const LISTED: usize = 20;
/// More problems of one file are counted, not told one by one.
const MOST_PROBLEMS: usize = 200;

/// Names in one line: the first of many, and how many more there are.
pub fn listed(names: &[String]) -> String {
    first_of(names.iter().cloned(), names.len())
}

/// The same of so many names, of which only those that are listed are made.
pub fn first_of(names: impl Iterator<Item = String>, count: usize) -> String {
    let first = names.take(LISTED).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(LISTED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Problems and notes of an input, as they are found.
#[derive(Debug, Default)]
pub struct Findings {
    /// Problems; with one the input is refused.
    pub problems: Vec<Problem>,
    /// How it was read.
    pub notes: Vec<Note>,
    /// Whether the format of the input can be named: `--from` of `convert`.
    pub names_format: bool,
    untold: usize,
}

impl Findings {
    /// A problem at a place.
    pub fn problem(
        &mut self,
        code: Code,
        (file, row, column): (&str, usize, usize),
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if self.problems.len() >= MOST_PROBLEMS {
            self.untold += 1;
            return;
        }
        self.problems.push(Problem::new(code, message).at(file, row, column).hint(hint));
    }

    /// A note on a place.
    pub fn note(&mut self, file: &str, row: usize, column: usize, message: impl Into<String>) {
        self.notes.push(Note::new(file, row, column, message));
    }

    /// Notes what was left out: how many, and the first of them.
    pub fn left_out<'a>(&mut self, file: &str, what: &str, all: impl IntoIterator<Item = &'a str>) {
        self.counted(file, "left out: ", what, all);
    }

    /// Notes how many things something is true of, and the first of them.
    pub fn list<'a>(&mut self, file: &str, what: &str, all: impl IntoIterator<Item = &'a str>) {
        self.counted(file, "", what, all);
    }

    fn counted<'a>(
        &mut self,
        file: &str,
        before: &str,
        what: &str,
        all: impl IntoIterator<Item = &'a str>,
    ) {
        let all: Vec<String> = all.into_iter().map(|name| format!("`{}`", shown(name))).collect();
        if !all.is_empty() {
            let (count, list) = (all.len(), listed(&all));
            self.note(file, 0, 0, format!("{before}{count} {what} ({list})"));
        }
    }

    /// Notes all columns, files or layers that were left out, each by its name: there are few of them.
    pub fn unused<'a>(&mut self, file: &str, what: &str, all: impl IntoIterator<Item = &'a str>) {
        let all: Vec<String> = all.into_iter().map(|name| format!("`{}`", shown(name))).collect();
        if !all.is_empty() {
            self.note(file, 0, 0, format!("left out: {} {what} ({})", all.len(), all.join(", ")));
        }
    }

    /// Whether nothing was found wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// The problems, in order, with the notes.
    pub fn refused(self) -> Problems {
        let mut problems = Problem::in_order(self.problems);
        if self.untold > 0
            && let Some(last) = problems.last_mut()
        {
            let more = format!("and {} more problems of this kind of input", self.untold);
            last.hint = Some(match last.hint.take() {
                Some(hint) => format!("{hint} ({more})"),
                None => more,
            });
        }
        Problems { problems, notes: self.notes }
    }

    /// Runs a decoder. What it refuses, or panics on, is a damaged file.
    pub fn decode<T>(
        &mut self,
        file: &str,
        what: &str,
        run: impl FnOnce() -> Result<T, String>,
    ) -> Option<T> {
        let run = catch_unwind(AssertUnwindSafe(run));
        let refused = match run {
            Ok(Ok(read)) => return Some(read),
            Ok(Err(why)) => why,
            Err(_) => "its parts are inconsistent".to_string(),
        };
        let message = format!("it cannot be read as {what}: {refused}");
        let hint = match self.names_format {
            true => "check that the file is whole, or name its format with --from",
            false => "check that the file is whole, and of the format that its ending tells",
        };
        self.problem(DAMAGED, (file, 0, 0), message, hint);
        None
    }
}
