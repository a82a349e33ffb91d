//! Matrices: one or several named cores over the same zones.

use std::collections::HashMap;

use trimodal_model::problem::{ID_TWICE, NOT_A_NUMBER, shown};

use crate::findings::{Findings, first_of, listed};
use crate::layer::{Layer, Record, Value};

/// More zones make more cells than fit into memory.
pub const MOST_ZONES: usize = 10_000;
/// More cells of all cores together are not read.
pub const MOST_CELLS: usize = 200_000_000;

/// A matrix.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// Ids of the zones, rows and columns alike.
    pub zones: Vec<String>,
    /// The cores.
    pub cores: Vec<Core>,
}

/// A core: a value for each pair of zones.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Core {
    /// Name.
    pub name: String,
    /// Values, row by row; not a number where there is none.
    pub cells: Vec<f64>,
}

impl Matrix {
    /// The value from a zone to another in a core.
    pub fn at(&self, core: usize, from: usize, to: usize) -> f64 {
        self.cores[core].cells[from * self.zones.len() + to]
    }

    /// The sum of a core.
    pub fn total(&self, core: usize) -> f64 {
        self.cores[core].cells.iter().filter(|x| !x.is_nan()).sum()
    }

    /// As rows of origin, destination and a value for each core, without those where all are zero. A zone without other
    /// rows keeps the one to itself.
    pub fn layer(&self) -> Layer {
        let mut layer = Layer::new("matrix", &["origin", "destination"]);
        layer.columns.extend(self.cores.iter().map(|c| c.name.clone()));
        let n = self.zones.len();
        let is_zero = |cell: usize| self.cores.iter().all(|c| c.cells[cell] == 0.0);
        let mut is_used = vec![false; n];
        for cell in (0..n * n).filter(|cell| !is_zero(*cell)) {
            (is_used[cell / n], is_used[cell % n]) = (true, true);
        }
        for cell in 0..n * n {
            let is_alone = cell / n == cell % n && !is_used[cell / n];
            if is_zero(cell) && !is_alone {
                continue;
            }
            let ends = [cell / n, cell % n].map(|z| Value::Text(self.zones[z].clone()));
            let values = self.cores.iter().map(|c| c.cells[cell]);
            let values = values.map(|x| Value::maybe(Some(x).filter(|x| !x.is_nan())));
            layer.push(ends.into_iter().chain(values).collect(), None);
        }
        layer
    }

    /// From rows of origin, destination and values; pairs without a row have no value. Where a column tells several
    /// rows of a pair apart, as `by` of a table of two criteria does, each of its words has cores of its own.
    pub fn from_layer(layer: &Layer, by: &Pairs, found: &mut Findings) -> Option<Matrix> {
        let (zones, ends) = by.zones(layer);
        let (words, kinds) = by.kinds(layer);
        let (n, width) = (zones.len(), by.values.len());
        if !is_bounded(&layer.file, n, width * words.len(), found) {
            return None;
        }
        let named = |word: &String, c: &usize| {
            let column = &layer.columns[*c];
            let name = if words.len() > 1 { format!("{column}_by_{word}") } else { column.clone() };
            Core { name, cells: vec![f64::NAN; n * n] }
        };
        let each = words.iter().flat_map(|word| by.values.iter().map(move |c| (word, c)));
        let mut cores: Vec<Core> = each.map(|(word, c)| named(word, c)).collect();
        let mut seen = vec![false; n * n * words.len()];
        let mut missing = Vec::new();
        for ((row, [from, to]), kind) in layer.rows.iter().zip(&ends).zip(&kinds) {
            let cell = from * n + to;
            if std::mem::replace(&mut seen[kind * n * n + cell], true) {
                let pair = format!("`{}` to `{}`", shown(&zones[*from]), shown(&zones[*to]));
                let hint =
                    "keep one of the rows, or name the column that tells them apart: [matrix] core";
                let message = format!("{pair} is there twice");
                found.problem(ID_TWICE, layer.place(row, by.ends[0]), message, hint);
            }
            for (i, column) in by.values.iter().enumerate() {
                let value = layer.cell(row, *column);
                cores[kind * width + i].cells[cell] = match value.number() {
                    Some(x) => x,
                    None => nothing(layer, row, *column, &mut missing, found),
                };
            }
        }
        if !missing.is_empty() {
            let message = format!("cells that are no number are missing ({})", listed(&missing));
            found.note(&layer.file, 0, 0, message);
        }
        let without = seen.iter().filter(|seen| !**seen).count();
        if without > 0 {
            let message = format!("{without} pairs have no row: their cells have no value");
            found.note(&layer.file, 0, 0, message);
        }
        Some(Matrix { zones, cores })
    }

    /// Takes infinite cells for missing, and notes them: one would spoil every sum.
    pub fn take_missing(&mut self, file: &str, found: &mut Findings) {
        let n = self.zones.len();
        for core in &mut self.cores {
            let infinite = |(_, x): &(usize, &f64)| x.is_infinite();
            let lost = || core.cells.iter().enumerate().filter(infinite).map(|(i, _)| i);
            let count = lost().count();
            if count == 0 {
                continue;
            }
            let pair = |i: usize| format!("{} to {}", self.zones[i / n], self.zones[i % n]);
            let message = format!(
                "{count} cells of matrix `{}` are infinite and are taken as missing: {}",
                shown(&core.name),
                first_of(lost().map(pair), count)
            );
            found.note(file, 0, 0, message);
            core.cells.iter_mut().filter(|x| x.is_infinite()).for_each(|x| *x = f64::NAN);
        }
    }
}

/// The columns of a list of pairs.
pub struct Pairs {
    /// Origin and destination.
    pub ends: [usize; 2],
    /// Values, each a core.
    pub values: Vec<usize>,
    /// What tells several rows of a pair apart.
    pub core: Option<usize>,
}

impl Pairs {
    /// The zones, and the positions of the ends of each row among them.
    fn zones(&self, layer: &Layer) -> (Vec<String>, Vec<[usize; 2]>) {
        let mut zones = Names::default();
        let ends = layer.rows.iter().map(|row| self.ends.map(|c| zones.of(layer.cell(row, c))));
        let ends = ends.collect();
        (zones.names, ends)
    }

    /// The words that tell the rows of a pair apart, and the position of that of each row: one for all without any.
    fn kinds(&self, layer: &Layer) -> (Vec<String>, Vec<usize>) {
        let Some(core) = self.core else {
            return (vec![String::new()], vec![0; layer.rows.len()]);
        };
        let mut words = Names::default();
        let kinds = layer.rows.iter().map(|row| words.of(layer.cell(row, core))).collect();
        (words.names, kinds)
    }
}

/// Names in the order in which they are first met.
#[derive(Default)]
struct Names {
    names: Vec<String>,
    position: HashMap<String, usize>,
}

impl Names {
    fn of(&mut self, value: &Value) -> usize {
        let name = value.to_string();
        *self.position.entry(name.clone()).or_insert_with(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }
}

/// A cell that is no finite number: a missing one, or a problem. An infinite one is refused, for it may mean anything.
fn nothing(
    layer: &Layer,
    row: &Record,
    column: usize,
    missing: &mut Vec<String>,
    found: &mut Findings,
) -> f64 {
    let value = layer.cell(row, column);
    let text = value.to_string();
    if text.trim().parse().is_ok_and(f64::is_nan) {
        missing.push(format!("{}:{}:{} `{text}`", layer.file, row.line, layer.file_column(column)));
    } else if !value.is_empty() {
        let message = format!("`{}` is not a finite number", shown(&text));
        let hint = "give a number, or leave it blank";
        found.problem(NOT_A_NUMBER, layer.place(row, column), message, hint);
    }
    f64::NAN
}

/// Whether a matrix of so many zones and cores is read; one that is too large is a problem.
pub fn is_bounded(file: &str, zones: usize, cores: usize, found: &mut Findings) -> bool {
    let is = zones <= MOST_ZONES
        && zones.saturating_mul(zones).saturating_mul(cores.max(1)) <= MOST_CELLS;
    if !is {
        let message = format!("{cores} cores of {zones} by {zones} zones are too many");
        let hint = format!("up to {MOST_ZONES} zones and {MOST_CELLS} cells in all are read");
        found.problem(trimodal_model::problem::TOO_LARGE, (file, 0, 0), message, hint);
    }
    is
}
