//! Tables of any size, block by block: what all blocks have in common is made once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use trimodal_cch::climb::LANES;
use trimodal_model::control::Control;

use crate::matrix::engine::Asked;
use crate::matrix::rest::{rows, with_engine};
use crate::matrix::{Cell, CellStatus, Matrix, Totals};
use crate::outcome::StopReason;
use crate::prepared::PreparedRouter;
use crate::request::{Point, Request};

/// The cells of one block: a table of any size is computed block by block.
const BLOCK: usize = 1 << 20;

/// The rows of one block of a table with some figures a row.
pub fn rows_of_a_block(figures_a_row: usize) -> usize {
    // Fewer sources than one sweep takes would waste it.
    (BLOCK / figures_a_row.max(1)).max(LANES)
}

/// A cell without its place.
pub type CellResult = (CellStatus, Option<Totals>);

/// The cells between some origins and the destinations of a table, row by row. Tells how many rows are done.
type Rows<'t> =
    dyn Fn(&[Point], &(dyn Fn(usize) + Sync)) -> Result<Vec<CellResult>, StopReason> + 't;

/// Tables to the same destinations, one for each criterion.
pub struct Tables<'t> {
    tables: Vec<&'t Rows<'t>>,
    control: &'t Control<'t>,
}

impl Tables<'_> {
    /// The cells between some origins and all destinations, row by row, a table for each criterion. Progress is
    /// reported as that of the rows of a whole: those done before, and all.
    pub fn rows(
        &self,
        origins: &[Point],
        (before, all): (usize, usize),
    ) -> Result<Vec<Vec<CellResult>>, StopReason> {
        let (done, tables) = (AtomicUsize::new(0), self.tables.len());
        let progress = |more: usize| {
            let done = done.fetch_add(more, Ordering::Relaxed) + more;
            self.control.step("origins", before + done / tables, all);
        };
        self.tables.iter().map(|rows| rows(origins, &progress)).collect()
    }
}

/// Makes tables, one for each prepared network with the criterion it was prepared for, and works with them.
pub fn with_tables(
    prepared: &[(Arc<PreparedRouter>, Request)],
    destinations: &[Point],
    control: &Control,
    work: &mut dyn FnMut(&Tables),
) {
    nested(prepared, destinations, &Tables { tables: Vec::new(), control }, work);
}

fn nested(
    prepared: &[(Arc<PreparedRouter>, Request)],
    destinations: &[Point],
    before: &Tables,
    work: &mut dyn FnMut(&Tables),
) {
    let Some(((first, request), rest)) = prepared.split_first() else { return work(before) };
    with_engine(first, request, before.control, |engine| {
        let of_table = engine.destinations(destinations);
        let rows_of = |origins: &[Point], progress: &(dyn Fn(usize) + Sync)| {
            rows(engine, request, origins, &of_table, None, progress)
        };
        let tables = before.tables.iter().copied().chain([&rows_of as &Rows]).collect();
        nested(rest, destinations, &Tables { tables, control: before.control }, work);
    });
}

/// All cells, block by block; those that are not asked for are unreachable.
pub(super) fn matrix(
    prepared: &PreparedRouter,
    request: &Request,
    (origins, destinations): (&[Point], &[Point]),
    asked: Asked,
    control: &Control,
) -> Matrix {
    let (mut cells, mut stopped) = (Vec::new(), None);
    let (width, all) = (destinations.len(), origins.len());
    let size = rows_of_a_block(width);
    with_engine(prepared, request, control, |engine| {
        let destinations = engine.destinations(destinations);
        for (block, few) in origins.chunks(size).enumerate() {
            let before = block * size;
            let of_block = |o, d| asked.is_none_or(|asked| asked(before + o, d));
            let done = AtomicUsize::new(before);
            let progress = |more: usize| {
                let done = done.fetch_add(more, Ordering::Relaxed) + more;
                control.step("origins", done, all);
            };
            match rows(engine, request, few, &destinations, Some(&of_block), &progress) {
                Ok(block) => {
                    cells.extend(block.into_iter().enumerate().map(|(i, (status, totals))| Cell {
                        origin: before + i / width,
                        destination: i % width,
                        status,
                        totals,
                    }))
                }
                Err(reason) => return stopped = Some(reason),
            }
        }
    });
    Matrix { cells, stopped }
}
