//! Layers: rows with named columns and, where they have one, a shape each. Tables of CSV, sheets, GeoPackage,
//! GeoParquet, GeoJSON and shapefiles are all of this form.

use std::fmt;

use geo::Geometry;

use trimodal_model::problem::shown;

use crate::crs::Crs;
use crate::findings::{Findings, listed};
use crate::shape;

/// Usual names of columns of shapes.
const GEOMETRY: [&str; 3] = ["geometry", "wkt", "geom"];

/// The content of a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// True or false.
    Flag(bool),
}

impl Value {
    /// Text without blanks around it; none where there is none.
    pub fn text(text: &str) -> Value {
        match text.trim() {
            "" => Value::Empty,
            text => Value::Text(text.to_string()),
        }
    }

    /// A number, or nothing.
    pub fn maybe(number: Option<f64>) -> Value {
        number.map_or(Value::Empty, Value::Number)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        matches!(self, Value::Empty)
    }

    /// As a finite number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(x) => Some(*x).filter(|x| x.is_finite()),
            Value::Whole(x) => Some(*x as f64),
            Value::Text(text) => text.trim().parse().ok().filter(|x: &f64| x.is_finite()),
            Value::Flag(_) | Value::Empty => None,
        }
    }

    /// Whether it is what programs write in place of a number: `nan`, `inf`, or digits beyond the range of numbers.
    pub fn is_not_finite(&self) -> bool {
        match self {
            Value::Number(x) => !x.is_finite(),
            Value::Text(text) => text.trim().parse().is_ok_and(|x: f64| !x.is_finite()),
            _ => false,
        }
    }

    /// As true or false, in the words that files use for it.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Value::Flag(is) => Some(*is),
            Value::Empty => None,
            other => match other.to_string().to_lowercase().as_str() {
                "1" | "true" | "yes" | "y" | "t" => Some(true),
                "0" | "false" | "no" | "n" | "f" => Some(false),
                _ => None,
            },
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Empty => Ok(()),
            Value::Text(text) => f.write_str(text),
            Value::Number(x) => write!(f, "{x}"),
            Value::Whole(x) => write!(f, "{x}"),
            Value::Flag(is) => write!(f, "{is}"),
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// Its line or row in the file, from 1; 0 where it has none.
    pub line: usize,
    /// A cell for each column.
    pub cells: Vec<Value>,
    /// Its shape, in the coordinate system of the layer.
    pub shape: Option<Geometry<f64>>,
    /// The key that a database gives it, which is no column.
    pub key: Option<i64>,
}

/// Rows with named columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layer {
    /// Name: of the file without its ending, the sheet, the table.
    pub name: String,
    /// How problems name it.
    pub file: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Record>,
    /// The coordinate system of the shapes.
    pub crs: Crs,
    /// Whether the source says what is text and what is a number; otherwise all is text that may be a number.
    pub is_typed: bool,
    /// Empty columns of a sheet before the first.
    pub before: usize,
    /// The column of the file whose text became the shapes, counted as those of `columns` were before.
    pub taken: Option<usize>,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, or values of several types.
    Text,
    /// Numbers.
    Number,
    /// Whole numbers.
    Whole,
    /// True or false.
    Flag,
}

impl Layer {
    /// An empty layer of some columns.
    pub fn new(name: &str, columns: &[&str]) -> Layer {
        let columns = columns.iter().map(|c| c.to_string()).collect();
        Layer { name: name.to_string(), file: name.to_string(), columns, ..Layer::default() }
    }

    /// Adds a row.
    pub fn push(&mut self, cells: Vec<Value>, shape: Option<Geometry<f64>>) {
        let line = self.rows.len() + 2;
        self.rows.push(Record { line, cells, shape, key: None });
    }

    /// The position of a column by its name; upper and lower case are the same where that is not ambiguous.
    pub fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|c| c == name);
        let like = |c: &&String| c.eq_ignore_ascii_case(name);
        let only = || {
            (self.columns.iter().filter(like).count() == 1)
                .then_some(())
                .and_then(|()| self.columns.iter().position(|c| c.eq_ignore_ascii_case(name)))
        };
        exact.or_else(only)
    }

    /// The place of a cell, for problems.
    pub fn place<'a>(&'a self, record: &Record, column: usize) -> (&'a str, usize, usize) {
        (&self.file, record.line, self.file_column(column))
    }

    /// The column of the file, from 1, that a position among the columns stands for.
    pub fn file_column(&self, column: usize) -> usize {
        let taken = self.taken.is_some_and(|taken| taken <= column);
        self.before + column + usize::from(taken) + 1
    }

    /// A cell; empty where the row is short.
    pub fn cell<'a>(&self, record: &'a Record, column: usize) -> &'a Value {
        const EMPTY: &Value = &Value::Empty;
        record.cells.get(column).unwrap_or(EMPTY)
    }

    /// Turns a column of well-known text into the shapes of the rows. A column without any stays as it is. A cell with
    /// other text keeps it, its row has no shape, and a note says where.
    pub fn take_shapes(&mut self, found: &mut Findings) {
        let is_usual = |c: &&str| GEOMETRY.contains(&c.to_lowercase().as_str());
        let names = self.columns.iter().map(String::as_str);
        let Some(column) = names.clone().position(|c| is_usual(&c)) else { return };
        let texts: Vec<String> =
            self.rows.iter().map(|r| self.cell(r, column).to_string()).collect();
        let is_none = |text: &str| text.is_empty() || text.to_uppercase().ends_with("EMPTY");
        let read = |text: &String| shape::from_wkt(text).filter(|_| !is_none(text));
        let shapes: Vec<Option<Geometry<f64>>> = texts.iter().map(read).collect();
        if shapes.iter().all(Option::is_none) {
            return;
        }
        let mut systems: Vec<u16> =
            texts.iter().filter_map(|t| shape::srid(t).map(|(number, _)| number)).collect();
        systems.sort_unstable();
        systems.dedup();
        if systems.len() > 1 {
            let list: Vec<String> = systems.iter().map(u16::to_string).collect();
            let message = format!(
                "its shapes are of several coordinate systems ({}): they stay text",
                list.join(", ")
            );
            found.note(&self.file, 0, self.file_column(column), message);
            return;
        }
        if let Some(crs) = systems.first().and_then(|n| Crs::from_words(&n.to_string())) {
            self.crs = crs;
        }
        let bad: Vec<bool> =
            texts.iter().zip(&shapes).map(|(t, s)| s.is_none() && !is_none(t)).collect();
        for ((row, text), _) in self.rows.iter().zip(&texts).zip(&bad).filter(|(_, bad)| **bad) {
            let message = format!("`{}` is no well-known text: the row has no shape", shown(text));
            found.note(&self.file, row.line, self.file_column(column), message);
        }
        self.put_shapes(column, shapes, &bad);
    }

    /// Gives the rows their shapes. The column goes, unless cells of it are not understood: it keeps those.
    fn put_shapes(&mut self, column: usize, shapes: Vec<Option<Geometry<f64>>>, bad: &[bool]) {
        let stays = bad.contains(&true);
        if !stays {
            self.columns.remove(column);
            self.taken = Some(column);
        }
        for ((row, shape), bad) in self.rows.iter_mut().zip(shapes).zip(bad) {
            match row.cells.get_mut(column) {
                Some(cell) if stays && !bad => *cell = Value::Empty,
                Some(_) if !stays => drop(row.cells.remove(column)),
                _ => {}
            }
            row.shape = shape;
        }
    }

    /// Takes what is no finite number in columns of numbers for missing, and notes where.
    pub fn take_missing(&mut self, found: &mut Findings) {
        for column in 0..self.columns.len() {
            let cells = || self.rows.iter().map(|r| (r.line, self.cell(r, column)));
            // Few columns have any: the others are not looked at again.
            let has_any = cells().any(|(_, v)| v.is_not_finite());
            if !has_any || !self.holds_numbers(column, |text| self.kind_of_text(text)) {
                continue;
            }
            let lost: Vec<(usize, String)> = cells()
                .filter(|(_, v)| v.is_not_finite())
                .map(|(line, v)| (line, v.to_string()))
                .collect();
            let mut words: Vec<String> = lost.iter().map(|(_, w)| format!("`{w}`")).collect();
            words.sort();
            words.dedup();
            let rows: Vec<String> = lost.iter().map(|(line, _)| line.to_string()).collect();
            let message = format!(
                "{} cells of `{}` are no finite number ({}) and are taken as missing: rows {}",
                lost.len(),
                shown(&self.columns[column]),
                listed(&words),
                listed(&rows)
            );
            found.note(&self.file, lost[0].0, self.file_column(column), message);
            for row in &mut self.rows {
                if let Some(cell) = row.cells.get_mut(column).filter(|c| c.is_not_finite()) {
                    *cell = Value::Empty;
                }
            }
        }
    }

    /// Whether any row has a shape.
    pub fn has_shapes(&self) -> bool {
        self.rows.iter().any(|r| r.shape.is_some())
    }

    /// The type of a column: the narrowest that all its values have. Text of a source with types stays text, and other
    /// text where a number would not give it back (`007`, ids of twenty digits).
    pub fn kind(&self, column: usize) -> Kind {
        self.kind_by(column, |text| self.kind_of_text(text), |_| true)
    }

    fn kind_of_text(&self, text: &str) -> Kind {
        if self.is_typed { Kind::Text } else { kind_of(text) }
    }

    /// Whether the values of a column can be read as numbers, but for those that are not finite, and there are some.
    pub fn is_numeric(&self, column: usize) -> bool {
        self.holds_numbers(column, kind_of)
    }

    /// Whether the values of a column are numbers, or what programs write in place of them. `Nan` and `Inf` alone are
    /// names.
    fn holds_numbers(&self, column: usize, of_text: impl Fn(&str) -> Kind) -> bool {
        let mut cells = self.rows.iter().map(|r| self.cell(r, column)).filter(|v| !v.is_empty());
        if cells.clone().all(Value::is_not_finite) {
            return cells.any(|v| !matches!(v, Value::Text(t) if t == "Nan" || t == "Inf"));
        }
        let kind = self.kind_by(column, of_text, |v| !v.is_not_finite());
        matches!(kind, Kind::Number | Kind::Whole)
    }

    /// The type of those values of a column that count.
    fn kind_by(
        &self,
        column: usize,
        of_text: impl Fn(&str) -> Kind,
        counts: impl Fn(&&Value) -> bool,
    ) -> Kind {
        let mut kind = None;
        let mut is_exact = true;
        for value in self.rows.iter().filter_map(|r| r.cells.get(column)).filter(counts) {
            let own = match value {
                Value::Empty => continue,
                Value::Text(text) => of_text(text),
                Value::Number(_) => Kind::Number,
                Value::Whole(_) => Kind::Whole,
                Value::Flag(_) => Kind::Flag,
            };
            is_exact &= own != Kind::Whole || value.number().is_some_and(|x| x.abs() <= MOST_EXACT);
            kind = Some(match (kind, own) {
                (None, own) => own,
                (Some(Kind::Whole), Kind::Number) | (Some(Kind::Number), Kind::Whole) => {
                    Kind::Number
                }
                (Some(kind), own) if kind == own => kind,
                _ => return Kind::Text,
            });
        }
        match kind {
            // Whole numbers among others would lose their last digits.
            Some(Kind::Number) if !is_exact => Kind::Text,
            kind => kind.unwrap_or(Kind::Text),
        }
    }
}

/// Larger whole numbers are not exact as other numbers.
const MOST_EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;

/// The type of text without one: a number where it is written as one, and not as a code.
fn kind_of(text: &str) -> Kind {
    if text.parse::<i64>().is_ok_and(|x| x.to_string() == text) {
        return Kind::Whole;
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.starts_with('0') || digits.starts_with("0.") || digits == "0";
    let number = text.parse::<f64>().is_ok_and(f64::is_finite);
    // `1E5` and twenty digits are codes; `1.5e-05` is a number.
    let written = digits.contains('.') || digits.contains("e-") || digits.contains("e+");
    let begins = digits.starts_with(|c: char| c.is_ascii_digit());
    if number && plain && begins && written { Kind::Number } else { Kind::Text }
}
