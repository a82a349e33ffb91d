//! Tracks beside a named line: the other tracks of the same railway and those of its stations.

use std::collections::HashMap;

use trimodal_model::network::{LinkId, Network};

/// Side of a cell, thousandths of a degree north: about 300 m. A track is beside a line while it is in the
/// cells of the line or in the next.
const CELL_E3: i32 = 3;

/// A cell: row and column; with the gauge, because lines of other gauges are other railways.
type Cell = (i32, i32, u16);

/// The cells of the lines.
pub(super) struct Beside<'a> {
    network: &'a Network,
    cells: HashMap<Cell, u16>,
    /// How much narrower a degree is in each row from the south pole on than at the equator.
    narrower: Vec<f64>,
}

impl<'a> Beside<'a> {
    pub(super) fn new(network: &'a Network) -> Beside<'a> {
        let narrower = |row: i32| (f64::from(row * CELL_E3 - 90_000) / 1e3).to_radians().cos();
        let narrower = (0..=180_000 / CELL_E3 + 1).map(narrower).collect();
        Beside { network, cells: HashMap::new(), narrower }
    }

    /// Adds a link of a line.
    pub(super) fn add(&mut self, link: LinkId, line: u16) {
        let gauge = self.gauge(link);
        for at in points(&self.network.line(link)) {
            let cell = self.cell(at, 0, 0, gauge);
            self.cells.entry(cell).or_insert(line);
        }
    }

    /// The line that a track is beside from end to end.
    pub(super) fn line(&self, link: LinkId) -> Option<u16> {
        let gauge = self.gauge(link);
        let near = |at: [i32; 2]| {
            let around = (-1..=1).flat_map(|row| (-1..=1).map(move |column| (row, column)));
            let mut cells = around.map(|(row, column)| self.cell(at, row, column, gauge));
            cells.find_map(|cell| self.cells.get(&cell).copied())
        };
        let mut found = None;
        for at in points(&self.network.line(link)) {
            let here = near(at)?;
            found = found.or(Some(here));
        }
        found
    }

    /// The cell so many rows and columns from that of a point.
    fn cell(&self, at: [i32; 2], row: i32, column: i32, gauge: u16) -> Cell {
        let row = ((at[0] + 90_000) / CELL_E3 + row).clamp(0, self.narrower.len() as i32 - 1);
        let across = f64::from(at[1]) * self.narrower[row as usize] / f64::from(CELL_E3);
        (row, across.floor() as i32 + column, gauge)
    }

    fn gauge(&self, link: LinkId) -> u16 {
        self.network.layer_of(link).gauge_mm().unwrap_or(0)
    }
}

/// The points of a line with more between them, no farther apart than a cell is wide.
fn points(line: &[[i32; 2]]) -> impl Iterator<Item = [i32; 2]> + '_ {
    let between = |ends: &[[i32; 2]]| {
        let (a, b) = (ends[0], ends[1]);
        let steps = (0..2).map(|i| (b[i] - a[i]).abs() / CELL_E3 + 1).max().unwrap_or(1);
        (0..=steps).map(move |s| [0, 1].map(|i| a[i] + (b[i] - a[i]) * s / steps))
    };
    line.windows(2).flat_map(between)
}
