//! Matrices: one or several named cores over the same zones.

use std::collections::HashMap;

use trimodal_model::problem::{ID_TWICE, NOT_A_NUMBER, shown};

use crate::findings::Findings;
use crate::layer::{Layer, Value};

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

    /// From rows of origin, destination and values; pairs without a row have no value.
    pub fn from_layer(
        layer: &Layer,
        [origin, destination]: [usize; 2],
        values: &[usize],
        found: &mut Findings,
    ) -> Option<Matrix> {
        let mut zones: Vec<String> = Vec::new();
        let mut position: HashMap<String, usize> = HashMap::new();
        let mut ends = Vec::with_capacity(layer.rows.len());
        for row in &layer.rows {
            ends.push([origin, destination].map(|c| {
                let id = layer.cell(row, c).to_string();
                *position.entry(id.clone()).or_insert_with(|| {
                    zones.push(id);
                    zones.len() - 1
                })
            }));
        }
        let n = zones.len();
        if !is_bounded(&layer.file, n, values.len(), found) {
            return None;
        }
        let named =
            |c: &usize| Core { name: layer.columns[*c].clone(), cells: vec![f64::NAN; n * n] };
        let mut cores: Vec<Core> = values.iter().map(named).collect();
        let mut seen = vec![false; n * n];
        for (row, [from, to]) in layer.rows.iter().zip(&ends) {
            let cell = from * n + to;
            if std::mem::replace(&mut seen[cell], true) {
                let pair = format!("`{}` to `{}`", shown(&zones[*from]), shown(&zones[*to]));
                let message = format!("{pair} is there twice");
                found.problem(ID_TWICE, layer.place(row, origin), message, "keep one of the rows");
            }
            for (core, column) in cores.iter_mut().zip(values) {
                let value = layer.cell(row, *column);
                match value.number() {
                    Some(x) => core.cells[cell] = x,
                    None if value.is_empty() => core.cells[cell] = f64::NAN,
                    None => {
                        let message = format!("`{}` is not a number", shown(&value.to_string()));
                        found.problem(
                            NOT_A_NUMBER,
                            layer.place(row, *column),
                            message,
                            "give a number, or leave it blank",
                        );
                    }
                }
            }
        }
        let without = seen.iter().filter(|seen| !**seen).count();
        if without > 0 {
            let message = format!("{without} pairs have no row: their cells have no value");
            found.note(&layer.file, 0, 0, message);
        }
        Some(Matrix { zones, cores })
    }
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
