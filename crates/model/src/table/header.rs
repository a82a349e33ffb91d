//! The header: maps the columns of the file to those of the table.

use super::grid::{Grid, column_name};
use super::{Need, Table};
use crate::problem::{self, Note, Problem, nearest};

/// What others call the columns of a table of points.
const USUAL: [(&str, &str); 25] = [
    ("id", "id"),
    ("place", "place"),
    ("name", "place"),
    ("city", "place"),
    ("town", "place"),
    ("port", "place"),
    ("location", "place"),
    ("locode", "place"),
    ("unlocode", "place"),
    ("un/locode", "place"),
    ("port_code", "place"),
    ("lat", "lat"),
    ("latitude", "lat"),
    ("lat_dd", "lat"),
    ("y", "lat"),
    ("lon", "lon"),
    ("lng", "lon"),
    ("long", "lon"),
    ("longitude", "lon"),
    ("lon_dd", "lon"),
    ("x", "lon"),
    ("origin", "origin"),
    ("from", "origin"),
    ("destination", "destination"),
    ("to", "destination"),
];

/// Column numbers (from 1, 0 for absent) in the order of the declaration.
///
/// A column that is not known is left out and noted, unless it is probably one of the table's
/// columns misspelt: to leave that out would lose the user's data.
pub(super) fn read(
    table: &Table,
    grid: &Grid,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) -> Vec<usize> {
    let (file, line) = (&grid.file, grid.header.line);
    let mut columns = vec![0; table.columns.len()];
    let mut unknown = Vec::new();
    for (i, name) in grid.header.cells.iter().enumerate() {
        let exact =
            || grid.header.cells.iter().any(|n| Some(n) != Some(name) && same(table, n, name));
        match table.meant(name) {
            // Beside `lat` a column `y` is something else.
            Some(c) if table.columns[c].name != name && exact() => {
                unknown.push((name.as_str(), i + 1));
            }
            Some(c) if columns[c] == 0 => {
                columns[c] = i + 1;
                let ours = table.columns[c].name;
                if ours != name {
                    let message = format!("{} is read as `{ours}`", column_name(name, i + 1));
                    notes.push(Note::new(file, line, i + 1, message));
                }
            }
            // Of two that others use, such as `port` and `city`, the first is read.
            Some(c) if table.columns[c].name != name => unknown.push((name.as_str(), i + 1)),
            Some(_) => {
                problems.push(
                    Problem::new(problem::COLUMN_TWICE, format!("column `{name}` appears twice"))
                        .at(file, line, i + 1),
                )
            }
            None => unknown.push((name.as_str(), i + 1)),
        }
    }
    let absent = |c: &usize| columns[*c] == 0;
    let missing: Vec<&str> =
        (0..columns.len()).filter(absent).map(|c| table.columns[c].name).collect();
    for (name, column) in unknown {
        let label = column_name(name, column);
        if let Some(meant) = misspelt(name, &missing) {
            problems.push(
                Problem::new(problem::COLUMN_UNKNOWN, format!("unknown {label}"))
                    .at(file, line, column)
                    .hint(format!("did you mean `{meant}`? otherwise rename or remove the column")),
            );
        } else if grid.rows.iter().any(|r| r.cells.get(column - 1).is_some_and(|c| !c.is_empty())) {
            notes.push(Note::new(file, line, column, format!("{label} is not read")));
        }
    }
    for (c, column) in table.columns.iter().enumerate() {
        if columns[c] == 0 && column.need == Need::Required {
            problems.push(
                Problem::new(
                    problem::COLUMN_MISSING,
                    format!("column `{}` is missing", column.name),
                )
                .at(file, line, 0)
                .hint(column.doc),
            );
        }
    }
    columns
}

impl Table {
    /// Whether its files come from other systems: their ids are of any form, may start with `#`, and their
    /// columns have the names that others give them.
    pub(super) fn is_of_others(&self) -> bool {
        self.columns.iter().any(|c| c.kind == super::Kind::Label)
    }

    /// The column that a header means: its name, or in tables of others one that is usual for it.
    pub(super) fn meant(&self, header: &str) -> Option<usize> {
        let usual = || {
            let plain = header.trim().to_lowercase();
            let (_, ours) = USUAL.iter().find(|(theirs, _)| *theirs == plain)?;
            self.column(ours)
        };
        self.column(header).or_else(|| if self.is_of_others() { usual() } else { None })
    }
}

/// Whether a header is the very name of the column that another header means.
fn same(table: &Table, exact: &str, other: &str) -> bool {
    table.column(exact).is_some_and(|c| table.meant(other) == Some(c))
}

/// The column that a name probably means, of those that the file does not have.
fn misspelt<'a>(name: &str, missing: &[&'a str]) -> Option<&'a str> {
    let plain = |t: &str| -> String {
        t.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    let is_near = |known: &&&str| {
        let known = plain(known);
        let shortest = wanted.len().min(known.len());
        let slips = strsim::osa_distance(&wanted, &known);
        wanted == known
            || (shortest >= 4 && slips <= if shortest >= 6 { 2 } else { 1 })
            // `draught` for `draught_m`, `availability_share` for `availability`.
            || (shortest >= 4 && (known.starts_with(&wanted) || wanted.starts_with(&known)))
            || strsim::jaro_winkler(&wanted, &known) >= 0.92
    };
    let near: Vec<&str> = missing.iter().filter(is_near).copied().collect();
    nearest(name, near.iter().copied()).or(near.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{DEMAND, INPUTS, TABLES};

    fn names(table: &Table) -> Vec<&'static str> {
        table.columns.iter().map(|c| c.name).collect()
    }

    #[test]
    fn a_slip_of_any_column_is_seen() {
        for table in TABLES.iter().chain(INPUTS) {
            for name in names(table) {
                let upper = name.to_uppercase();
                assert_eq!(misspelt(&upper, &names(table)), Some(name), "{}", table.name);
                let spaced = name.replace('_', " ");
                let missing = names(table);
                if spaced != name {
                    assert_eq!(misspelt(&spaced, &missing), Some(name), "{}", table.name);
                }
                if name.len() > 4 {
                    let short = &name[..name.len() - 1];
                    assert!(misspelt(short, &missing).is_some(), "{short}");
                }
            }
        }
    }

    #[test]
    fn columns_of_the_users_own_are_not_taken_for_ours() {
        let own = [
            "comment",
            "Unnamed: 0",
            "",
            "remarks",
            "checked_by",
            "index",
            "colour",
            "todo",
            "note",
        ];
        for table in TABLES.iter().chain(INPUTS) {
            let optional: Vec<&str> =
                table.columns.iter().filter(|c| c.need != Need::Required).map(|c| c.name).collect();
            for name in own {
                assert_eq!(misspelt(name, &optional), None, "{name} in {}", table.name);
            }
        }
        assert_eq!(misspelt("growth", &names(&DEMAND)), Some("growth_pct"));
    }
}
