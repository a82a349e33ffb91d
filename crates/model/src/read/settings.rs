//! The settings of a scenario: `scenario.toml`, or the sheet `scenario` of its workbook.
//!
//! A sheet becomes the text of a TOML file whose lines are the sheet's rows, so that both are read,
//! checked and located by the same code.

use std::fmt::Write;

use super::Reader;
use super::files::{Files, SETTINGS};
use crate::check;
use crate::problem::{self, Note, Problem};
use crate::scenario::Settings;
use crate::table::{Row, Workbook, as_text, is_named, read_sheet, split};
use crate::tables::OBSERVED;

/// The sheet of the settings.
pub const SHEET: &str = "scenario";

impl Reader {
    pub(super) fn settings(
        &mut self,
        files: &Files,
        book: &mut Option<Workbook>,
    ) -> Option<Settings> {
        let named = |b: &Workbook| b.sheets().into_iter().find(|s| is_named(s, SHEET));
        let sheet = book.as_ref().and_then(named);
        match (files.0.get(SETTINGS), book, sheet) {
            (Some(_), Some(b), Some(sheet)) if files.workbook() == Some(super::files::WORKBOOK) => {
                self.settings_file = b.place(&sheet);
                self.problems.push(
                    Problem::new(
                        problem::GIVEN_TWICE,
                        format!("the settings are given twice: in {SETTINGS} and here"),
                    )
                    .at(&self.settings_file, 0, 0)
                    .hint("remove one of them"),
                );
                None
            }
            (_, Some(b), Some(sheet)) => {
                self.settings_file = b.place(&sheet);
                if files.0.contains_key(SETTINGS) {
                    let message = "it is not read: the workbook has a sheet `scenario`";
                    self.notes.push(Note::new(SETTINGS, 0, 0, message));
                }
                let text = self.of_sheet(b, &sheet)?;
                self.of_text(&text)
            }
            (Some(bytes), ..) => {
                let text = as_text(SETTINGS, bytes, &mut self.problems, &mut self.notes)?;
                self.of_text(&text)
            }
            (None, book, _) => {
                let hint = match book {
                    Some(_) => {
                        "give the workbook a sheet `scenario` with the columns key and value"
                    }
                    None => "`trimodal new DIR` writes a scenario to start from",
                };
                self.problems.push(
                    Problem::new(problem::FILE_MISSING, "scenario.toml is missing")
                        .at(SETTINGS, 0, 0)
                        .hint(hint),
                );
                None
            }
        }
    }

    fn of_text(&mut self, text: &str) -> Option<Settings> {
        match toml::from_str::<Settings>(text) {
            Ok(settings) => {
                self.problems.extend(check::settings(&settings, text));
                Some(settings)
            }
            Err(e) => {
                let upto = e.span().map_or(0, |s| s.start.min(text.len()));
                let before = text.get(..upto).unwrap_or(text);
                let row = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
                let message = e.message().lines().next().unwrap_or("it cannot be read").to_string();
                self.problems.push(
                    Problem::new(problem::TOML, message)
                        .at(SETTINGS, row, column)
                        .hint("the keys are listed in docs/reference/scenario.md"),
                );
                None
            }
        }
    }

    /// The sheet as TOML: keys in its first column, values in its second; further columns are the
    /// user's.
    fn of_sheet(&mut self, book: &mut Workbook, sheet: &str) -> Option<String> {
        let schema = schemars::schema_for!(Settings);
        let mut text = String::new();
        let mut line = 1;
        for record in book.records(sheet, &mut self.problems)? {
            let cell = |i: usize| record.cells.get(i).map_or("", String::as_str);
            let (key, value) = (cell(0), cell(1));
            let said = !record.comment && !value.is_empty() && !key.eq_ignore_ascii_case("key");
            if said {
                text += &"\n".repeat(record.line.saturating_sub(line));
                line = record.line.max(line);
                let property = schema.as_value().get("properties").and_then(|p| p.get(key));
                let _ = match property {
                    Some(property) => write!(text, "{key} = {}", literal(property, value)),
                    None => write!(text, "{} = {}", quoted(key), quoted(value)),
                };
            }
        }
        let named = |s: &String| is_named(s, OBSERVED.name);
        if let Some(sheet) = book.sheets().into_iter().find(named) {
            let rows = read_sheet(&OBSERVED, book, &sheet, &mut self.problems, &mut self.notes);
            let all: Vec<String> = rows.iter().map(observed).collect();
            let _ = write!(text, "\nobserved = [{}]", all.join(", "));
        }
        Some(text)
    }

    /// Locates problems of the settings in the sheet, if they come from one.
    pub(super) fn place_settings(&mut self) {
        if self.settings_file == SETTINGS {
            return;
        }
        let all = self.problems.iter_mut().filter_map(|p| p.at.as_mut());
        for at in all.filter(|at| at.file == SETTINGS) {
            at.file.clone_from(&self.settings_file);
            at.column = if at.row > 0 { 2 } else { 0 };
        }
    }
}

fn observed(row: &Row) -> String {
    format!(
        "{{ year = {}, t_per_year = {:?}, what = {}, source = {} }}",
        row.whole("year"),
        row.number_or_zero("t_per_year"),
        quoted(row.word("what")),
        quoted(row.word("source"))
    )
}

/// A value as TOML by the type of its key. A value of another type stays text, for the TOML reader to
/// refuse.
fn literal(property: &serde_json::Value, value: &str) -> String {
    let types: Vec<&str> = match property.get("type") {
        Some(serde_json::Value::String(t)) => vec![t],
        Some(serde_json::Value::Array(all)) => all.iter().filter_map(|t| t.as_str()).collect(),
        _ => Vec::new(),
    };
    let typed = match types.first() {
        Some(&"integer") => value.parse::<i64>().ok().map(|n| n.to_string()),
        Some(&"number") => value.parse::<f64>().ok().map(|x| format!("{x:?}")),
        Some(&"boolean") => value.to_ascii_lowercase().parse::<bool>().ok().map(|b| b.to_string()),
        Some(&"array") => property.get("items").map(|items| {
            let all: Vec<String> = split(value).into_iter().map(|v| literal(items, v)).collect();
            format!("[{}]", all.join(", "))
        }),
        _ => None,
    };
    typed.unwrap_or_else(|| quoted(value))
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}
