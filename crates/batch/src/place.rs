//! Where in a job a problem is.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use trimodal::model::problem::{Location, Problem};

use crate::gather::JOB;

/// The same problems, each with the line and column of the key that it names, where the job has such a key; with the
/// file else. Problems that have a line already, or are in another file, keep their place.
pub(crate) fn in_job(problems: Vec<Problem>, path: &Path) -> Vec<Problem> {
    let Ok(text) = std::fs::read_to_string(path) else { return problems };
    let Ok(job) = DeTable::parse(&text) else { return problems };
    let mut keys = Vec::new();
    keys_of(job.get_ref(), &mut keys);
    let name = path.display().to_string();
    let placed = |problem: Problem| {
        let is_elsewhere = |at: &Location| at.row > 0 || at.file != JOB;
        if problem.at.as_ref().is_some_and(is_elsewhere) {
            return problem;
        }
        let start = named(&problem.message)
            .and_then(|key| keys.iter().find(|(known, _)| known == key))
            .map(|(_, start)| line_and_column(&text, *start));
        let (row, column) = start.unwrap_or_default();
        problem.at(&name, row, column)
    };
    problems.into_iter().map(placed).collect()
}

/// The keys of a table and of those in it, with their bytes in the text.
fn keys_of(table: &DeTable<'_>, keys: &mut Vec<(String, usize)>) {
    for (key, value) in table {
        keys.push((key.get_ref().to_string(), key.span().start));
        if let DeValue::Table(inner) = Spanned::get_ref(value) {
            keys_of(inner, keys);
        }
    }
}

/// What a message says in the first of its backquotes: the key that it is about.
fn named(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

fn line_and_column(text: &str, start: usize) -> (usize, usize) {
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (1 + before.matches('\n').count(), 1 + line.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimodal::model::problem::BAD_VALUE;

    #[test]
    fn a_problem_is_placed_at_the_key_that_it_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sweep.toml");
        std::fs::write(&path, "shards = 3\n[plan]\n  samples = -1\nvary.\"a.b\" = [1]\n")
            .expect("a file");
        let place = |message: &str| {
            let problem = Problem::new(BAD_VALUE, message).at(JOB, 0, 0);
            in_job(vec![problem], &path).remove(0).at.map(|at| (at.row, at.column))
        };
        assert_eq!(place("`samples` is -1"), Some((3, 3)));
        assert_eq!(place("`a.b` varies nothing"), Some((4, 6)));
        assert_eq!(place("a job has one of [table], [plan] and [simulate]"), Some((0, 0)));
        let other = Problem::new(BAD_VALUE, "`samples`").at("places.csv", 2, 3);
        assert_eq!(in_job(vec![other.clone()], &path), [other]);
    }
}
