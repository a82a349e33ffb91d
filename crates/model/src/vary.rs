//! A description with one value changed, for sweeps: the files are edited and read again, so that a changed
//! value is checked as any other.

use toml::{Table as Settings, Value};

use crate::problem::{BAD_VALUE, Problem, nearest, shown};
use crate::read::{Files, SETTINGS};
use crate::table::{Row, Table, read};
use crate::tables::TABLES;

impl Files {
    /// The same files with another value of a key: `scenario.discount_rate` is one of `scenario.toml`,
    /// `demand.growth_pct` a column in all rows of a table, `demand.coal.growth_pct` in the row `coal`.
    pub fn with_value(&self, key: &str, value: &Value) -> Result<Files, Vec<Problem>> {
        let refuse =
            |message: String, hint: &str| Err(vec![Problem::new(BAD_VALUE, message).hint(hint)]);
        let form = "write `scenario.KEY`, `TABLE.COLUMN` or `TABLE.ID.COLUMN`";
        let Some((table, rest)) = key.split_once('.') else {
            return refuse(format!("`{}` names no value of a scenario", shown(key)), form);
        };
        if self.is_workbook() {
            return self.as_tables()?.with_value(key, value);
        }
        if table == "scenario" {
            return self.with_setting(rest, value);
        }
        let Some(known) = TABLES.iter().find(|t| t.name == table) else {
            let near = nearest(table, TABLES.iter().map(|t| t.name));
            let hint = near.map_or(form.to_string(), |n| format!("did you mean `{n}`?"));
            return refuse(
                format!("`{}`: there is no table `{}`", shown(key), shown(table)),
                &hint,
            );
        };
        let (id, column) = rest.rsplit_once('.').map_or((None, rest), |(id, c)| (Some(id), c));
        self.with_cells(known, id, column, &text(value))
    }

    fn with_setting(&self, name: &str, value: &Value) -> Result<Files, Vec<Problem>> {
        let bytes = self.0.get(SETTINGS).map(Vec::as_slice).unwrap_or_default();
        let settings =
            std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<Settings>().ok());
        let Some(mut settings) = settings else {
            // The reader says what is wrong with it.
            return Ok(self.clone());
        };
        settings.insert(name.to_string(), value.clone());
        let mut files = self.clone();
        files.0.insert(SETTINGS.into(), settings.to_string().into_bytes());
        Ok(files)
    }

    fn with_cells(
        &self,
        table: &'static Table,
        id: Option<&str>,
        column: &str,
        value: &str,
    ) -> Result<Files, Vec<Problem>> {
        let refuse =
            |message: String, hint: String| Err(vec![Problem::new(BAD_VALUE, message).hint(hint)]);
        let Some(at) = table.columns.iter().position(|c| c.name == column) else {
            let near = nearest(column, table.columns.iter().map(|c| c.name));
            let hint = near.map_or("docs/reference/tables.md lists them".into(), |n| {
                format!("did you mean `{n}`?")
            });
            return refuse(format!("{} has no column `{}`", table.file(), shown(column)), hint);
        };
        let bytes = self.0.get(&table.file()).map(Vec::as_slice).unwrap_or_default();
        let mut problems = Vec::new();
        let rows = read(table, &table.file(), bytes, &mut problems, &mut Vec::new());
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut lines = lines(table, &rows);
        let is_meant = |row: &Row| id.is_none_or(|id| row.text("id") == Some(id));
        if id.is_some()
            && (table.columns.iter().all(|c| c.name != "id") || !rows.iter().any(is_meant))
        {
            let told = shown(id.unwrap_or_default());
            return refuse(
                format!("{} has no row `{told}`", table.file()),
                "give the id of a row".into(),
            );
        }
        for (line, row) in lines.iter_mut().zip(&rows) {
            if is_meant(row) {
                line[at] = value.to_string();
            }
        }
        let mut files = self.clone();
        files.0.insert(table.file(), as_csv(table, &lines));
        Ok(files)
    }
}

/// Rows as they are written: a cell for each column of the table.
pub(crate) fn lines(table: &Table, rows: &[Row]) -> Vec<Vec<String>> {
    let line = |row: &Row| {
        let known = row.canonical();
        let cell = |name: &str| known.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
        table.columns.iter().map(|c| cell(c.name).unwrap_or_default()).collect()
    };
    rows.iter().map(line).collect()
}

/// A value as a cell has it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Boolean(on) => u8::from(*on).to_string(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

pub(crate) fn as_csv(table: &Table, lines: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer
        .write_record(table.columns.iter().map(|c| c.name))
        .and_then(|()| lines.iter().try_for_each(|line| writer.write_record(line)));
    written.expect("rows have as many cells as the header, and memory takes them");
    writer.into_inner().expect("memory takes them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    fn folder() -> Files {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/tumen");
        Files::from_folder(std::path::Path::new(path)).expect("the scenario is there")
    }

    fn read(files: &Files) -> Scenario {
        Scenario::from_files(files).expect("the scenario is good")
    }

    #[test]
    fn settings_columns_and_cells_change_and_nothing_else_does() {
        let (files, before) = (folder(), read(&folder()));
        let rate =
            read(&files.with_value("scenario.discount_rate", &Value::Float(0.11)).expect("known"));
        assert_eq!(rate.settings.discount_rate, 0.11);
        let same = read(
            &files
                .with_value("scenario.discount_rate", &Value::Float(before.settings.discount_rate))
                .expect("known"),
        );
        assert_eq!(same.digest(), before.digest());
        // A growth goes with its low and its high one.
        let grown = |row: &str, percent: i64| {
            ["growth_low_pct", "growth_pct", "growth_high_pct"].iter().fold(
                folder(),
                |files, column| {
                    let key = format!("demand.{row}{column}");
                    files.with_value(&key, &Value::Integer(percent)).expect("known")
                },
            )
        };
        assert!(read(&grown("", 7)).demand.iter().all(|d| d.growth == [0.07; 3]));
        let id = before.demand[0].id.clone();
        let one = read(&grown(&format!("{id}."), 9));
        assert_eq!(one.demand[0].growth, [0.09; 3]);
        assert_eq!(one.demand[1].growth, before.demand[1].growth);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let told = |key: &str| {
            let problems = folder().with_value(key, &Value::Integer(1)).expect_err("unknown");
            problems[0].to_string()
        };
        assert!(told("growth").contains("names no value"));
        assert!(told("demands.growth_pct").contains("did you mean `demand`?"));
        assert!(told("demand.growth").contains("did you mean `growth_pct`?"));
        assert!(told("demand.nothing.growth_pct").contains("no row `nothing`"));
    }
}
