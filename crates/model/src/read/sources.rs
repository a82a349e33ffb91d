//! The source of each table: a file of the folder or a sheet of its workbook, and never both.

use super::files::{self, Files};
use super::{Reader, settings};
use crate::problem::{self, Note, Problem, shown};
use crate::table::{self, Table, Workbook, is_named};
use crate::tables;

impl Reader {
    pub(super) fn table(
        &mut self,
        table: &'static Table,
        files: &Files,
        book: &mut Option<Workbook>,
    ) {
        let bytes = files.0.get(&table.file());
        let sheets = book.as_ref().map_or(Vec::new(), Workbook::sheets);
        let sheets: Vec<String> = sheets.into_iter().filter(|s| is_named(s, table.name)).collect();
        let place = |sheet: &str| book.as_ref().map_or(String::new(), |b| b.place(sheet));
        let mut given: Vec<String> = sheets.iter().map(|s| place(s)).collect();
        given.extend(bytes.map(|_| table.file()));
        let absent = || book.as_ref().map_or_else(|| table.file(), |b| b.place(table.name));
        let file = given.first().cloned().unwrap_or_else(absent);
        self.files.insert(table.name, file.clone());
        let mut rows = match (bytes, book, &sheets[..]) {
            _ if given.len() > 1 => {
                let message = format!("the table is given twice: {}", given.join(" and "));
                let hint = "keep one of them";
                self.problems
                    .push(Problem::new(problem::GIVEN_TWICE, message).at(&file, 0, 0).hint(hint));
                Vec::new()
            }
            (Some(bytes), ..) => self.table_file(table, &file, bytes),
            (None, Some(book), [sheet]) => {
                table::read_sheet(table, book, sheet, &mut self.problems, &mut self.notes)
            }
            _ => {
                if table.required {
                    self.problems.push(
                        Problem::new(problem::FILE_MISSING, format!("{file} is missing"))
                            .at(&file, 0, 0)
                            .hint(format!("a row of it: {}", table.doc)),
                    );
                }
                Vec::new()
            }
        };
        // In the order of their ids, so that the order of rows in a file decides nothing anywhere.
        if table.columns.iter().any(|c| c.name == "id") {
            rows.sort_by(|a, b| a.word("id").cmp(b.word("id")));
            // Of two rows with one id the first counts; the second is a separate problem.
            let ids = rows.iter().enumerate().rev().map(|(i, r)| (r.word("id").to_string(), i));
            self.ids.insert(table.name, ids.collect());
        }
        self.tables.insert(table.name, rows);
    }

    /// Sheets of a workbook that are not read. One that probably is a table misspelt is a problem.
    pub(super) fn other_sheets(&mut self, book: &mut Workbook) {
        let known: Vec<&str> = tables::TABLES
            .iter()
            .map(|t| t.name)
            .chain([settings::SHEET, tables::OBSERVED.name])
            .collect();
        let sheets = book.sheets();
        let is_there = |table: &str| sheets.iter().any(|s| is_named(s, table));
        for sheet in sheets.iter().filter(|s| !known.iter().any(|k| is_named(s, k))) {
            let meant = known.iter().find(|k| files::is_like(sheet, k) && !is_there(k));
            let place = book.place(sheet);
            if let Some(meant) = meant {
                self.problems.push(
                    Problem::new(
                        problem::WORKBOOK,
                        format!("no table is called `{}`", shown(sheet)),
                    )
                    .at(&place, 0, 0)
                    .hint(format!("did you mean `{meant}`? otherwise rename the sheet")),
                );
            } else if book.is_filled(sheet) {
                self.notes.push(Note::new(
                    &place,
                    0,
                    0,
                    "the sheet is not read: no table has its name",
                ));
            }
        }
    }
}
