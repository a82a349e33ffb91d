//! Tables: the best itineraries between many points, at once or block by block.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use trimodal_model::Control;
use trimodal_model::digest::Fnv1a;
use trimodal_model::problem::{BAD_VALUE, Problem, Problems};
use trimodal_report::{MOST_ROWS, Skim};
use trimodal_route::matrix::{Cell, CellResult, CellStatus, rows_of_a_block, with_tables};
use trimodal_route::outcome::{Snap, StopReason};
use trimodal_route::{Answer, Criterion, Point, PreparedRouter, Request, Router};

use crate::inputs;
use crate::shipment::{Findings, InputFile, Shipment, today};
use crate::world::World;
use crate::world::reach;
use crate::world::side::Side;
use crate::world::smaller_ships::{self, OfTable};

/// Rows beyond which a table that is kept in memory is refused.
pub const MAX_CELLS: usize = 4_000_000;
/// From so many rows on the network is prepared first, which takes as long as a few rows do.
const MANY_ROWS: usize = 20;
/// And from so many cells on, however few the rows.
const MANY_CELLS: usize = 4_000;

/// Where an answer must find room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// In memory.
    #[default]
    Memory,
    /// On a sheet of a workbook.
    Sheet,
    /// Anywhere: it is taken block by block.
    Blocks,
}

/// The best itineraries by some criteria between many points.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRequest {
    /// Points to start from: a table with the columns id, place or lat and lon.
    pub origins: InputFile,
    /// Points to end at.
    pub destinations: InputFile,
    /// What is shipped, what it may use, and the law.
    pub shipment: Shipment,
    /// What cells are the best by: one cell for each.
    pub by: Vec<Criterion>,
    /// Where the table must find room.
    pub room: Room,
    /// Also the cells from each destination to each origin: all of them follow those of the way there.
    pub both_ways: bool,
    /// Tell also where each point meets the networks.
    pub snap: bool,
    /// Compute only these rows of the way there, by the position of the origin in its file: others compute the rest.
    pub part: Option<Range<usize>>,
    /// The digest of a network of the user's own, so that its tables are not continued on another; 0 for the
    /// embedded one.
    pub network: u64,
}

impl TableRequest {
    /// A table by time for 10 t of containers.
    pub fn new(origins: InputFile, destinations: InputFile) -> TableRequest {
        TableRequest {
            origins,
            destinations,
            shipment: Shipment::default(),
            by: vec![Criterion::Time],
            room: Room::Memory,
            both_ways: false,
            snap: false,
            part: None,
            network: 0,
        }
    }
}

/// What is done with a block of a table; a problem ends the table.
type Keep<'a> = &'a mut dyn FnMut(&mut Skim) -> Result<(), Problem>;

impl World {
    /// The best itinerary by each criterion from each origin to each destination: a null cell with its status
    /// where there is none.
    pub fn table(&self, request: &TableRequest, control: &Control) -> Result<Skim, Problems> {
        each_way(request, &mut |way, _| {
            let (mut cells, mut by_smaller_ship) = (Vec::new(), HashMap::new());
            let (mut skim, blocks) = self.one_way(way, 0, control, &mut |block| {
                cells.append(&mut block.cells);
                by_smaller_ship.extend(block.by_smaller_ship.drain());
                Ok(())
            })?;
            (skim.cells, skim.by_smaller_ship) = (cells, by_smaller_ship);
            Ok((skim, blocks))
        })
    }

    /// The same block by block of origins, in order, in bounded memory: `keep` gets the table with the cells of
    /// one block. The first blocks are left out if they are done already: the same question has the same
    /// blocks. The table returned has no cells.
    pub fn table_in_blocks(
        &self,
        request: &TableRequest,
        done: usize,
        control: &Control,
        keep: Keep,
    ) -> Result<Skim, Problems> {
        each_way(request, &mut |way, before| {
            self.one_way(way, done.saturating_sub(before), control, keep)
        })
    }

    /// One direction of a table, block by block: the table without cells, and the number of its blocks.
    fn one_way(
        &self,
        request: &TableRequest,
        done: usize,
        control: &Control,
        keep: Keep,
    ) -> Result<(Skim, usize), Problems> {
        let mut found = Findings::default();
        let asked = self.asked(request, &mut found, control);
        let Some(asked) = asked.filter(|_| found.problems.is_empty()) else {
            return Err(found.refused_in_order());
        };
        let mut skim = Skim {
            without_law: request.shipment.counterfactual_no_law,
            attribution: self.attribution_of(&request.shipment),
            notes: found.notes,
            snapped: request.snap.then(|| asked.snapped()),
            ..asked.skim()
        };
        if let Some(stopped) = control.stopped() {
            return Ok((Skim { stopped: Some(stopped.into()), ..skim }, 0));
        }
        let (rows, columns) = (asked.origins.good().len(), asked.destinations.good().len());
        let large = is_large(rows, columns);
        let prepare = |by: &Criterion| {
            let like = asked.by(*by);
            (self.prepare(&request.shipment, *by, &asked.router, &like), like)
        };
        let prepared: Vec<_> = match large {
            true => asked.by.iter().map(prepare).collect(),
            false => Vec::new(),
        };
        let shipment = &request.shipment;
        let keep: Keep = &mut |skim| {
            skim.by_smaller_ship.clear();
            let filled = match skim.stopped {
                None => self.fill_by_smaller_ships(shipment, &asked, &prepared, skim, control),
                Some(stopped) => Err(stopped),
            };
            if let Err(stopped) = filled {
                skim.stopped = Some(stopped);
                if large {
                    // The block is made again, whole.
                    return Ok(());
                }
                smaller_ships::keep_answered(shipment, skim);
            }
            keep(skim)
        };
        let kept = match large {
            true => asked.by_sweeps(&prepared, &mut skim, done, control, keep),
            false => asked.by_search(&mut skim, done, control, keep),
        };
        skim.cells.clear();
        match kept {
            Ok(()) => Ok((skim, if large { asked.blocks() } else { 1 })),
            Err(problem) => Err(Problems { problems: vec![problem], notes: skim.notes }),
        }
    }

    /// Whether a table can be made: points that cannot be used do not count, unless there are no others.
    pub fn can_table(&self, request: &TableRequest) -> Result<(), Problems> {
        let mut found = Findings::default();
        match self.asked(request, &mut found, &Control::none()) {
            Some(_) if found.problems.is_empty() => Ok(()),
            _ => Err(found.refused_in_order()),
        }
    }

    /// What is wrong with a request for a table, without an answer to it.
    pub fn check_table(&self, request: &TableRequest) -> Problems {
        let mut found = Findings::default();
        if let Some(asked) = self.asked(request, &mut found, &Control::none())
            && found.problems.is_empty()
        {
            // The caller has problems of his own: those of points are told with them.
            let sides = [&asked.origins, &asked.destinations];
            found.problems.extend(sides.into_iter().flat_map(Side::bad).map(|(_, p)| p));
        }
        found.refused_in_order()
    }

    fn asked(
        &self,
        request: &TableRequest,
        found: &mut Findings,
        control: &Control,
    ) -> Option<Asked> {
        let Some(own) = request.shipment.own_places(&self.atlas(), found) else {
            request.shipment.check(&self.atlas(), found);
            return None;
        };
        let atlas = self.atlas_for(&request.shipment, &own);
        let read = |file: &InputFile, found: &mut Findings| {
            let read =
                file.read(|bytes, notes| inputs::points(&atlas, bytes, notes), &mut found.notes);
            found.keep(read).map(|points| Side::new(file, points))
        };
        let origins = read(&request.origins, found);
        let destinations = read(&request.destinations, found);
        let router = request.shipment.router(self.base(), &atlas, found);
        let (Some(mut origins), Some(mut destinations), Some(router)) =
            (origins.clone(), destinations.clone(), router)
        else {
            request.shipment.check(&atlas, found);
            let sides = [&origins, &destinations].into_iter().flatten();
            found.problems.extend(sides.flat_map(Side::bad).map(|(_, p)| p));
            return None;
        };
        let by = criteria(&request.by, found);
        let sides = [origins.ids.len(), destinations.ids.len()];
        if let Some(problem) = too_large(request, sides, by.len()) {
            found.problems.push(problem);
            return None;
        }
        let answer = Answer::Best(by.first().copied().unwrap_or(Criterion::Time));
        let mut asked = None;
        if let (Some(a), Some(b)) = (origins.first(), destinations.first()) {
            let question = request.shipment.request(&atlas, &router, [a, b], answer, found);
            if let Some(part) = &request.part {
                origins = origins.part(part.clone());
            }
            if origins.ids.len() + destinations.ids.len() > MANY_ROWS {
                router.index_nodes();
            }
            let problem = |p: &Point| reach::off_network(&router, p, &question);
            for side in [&mut origins, &mut destinations] {
                side.drop_off_network(&problem, control);
            }
            asked = Some(question);
        } else {
            request.shipment.check(&atlas, found);
        }
        let refused = !found.problems.is_empty();
        for side in [&origins, &destinations] {
            if refused || (side.first().is_none() && request.part.is_none()) {
                found.problems.extend(side.bad().into_iter().map(|(_, p)| p));
            }
        }
        Some(Asked { origins, destinations, by, router, request: asked?, smaller: OnceCell::new() })
    }
}

/// Whether a table is worth preparing the network first.
pub(super) fn is_large(rows: usize, columns: usize) -> bool {
    rows >= MANY_ROWS || rows * columns >= MANY_CELLS
}

/// The criteria of a request, each once.
pub(super) fn criteria(asked: &[Criterion], found: &mut Findings) -> Vec<Criterion> {
    let mut all: Vec<Criterion> = Vec::new();
    for by in asked {
        if !all.contains(by) {
            all.push(*by);
        }
    }
    if all.is_empty() {
        let message = "--by names no criterion";
        let hint = "give time, cost, co2e or distance, or several of them";
        found.problems.push(Problem::new(BAD_VALUE, message).hint(hint));
    }
    all
}

/// A table as the engine is asked for it.
pub(super) struct Asked {
    pub(super) origins: Side,
    pub(super) destinations: Side,
    pub(super) by: Vec<Criterion>,
    pub(super) router: Router,
    /// With the first ends and the first criterion.
    pub(super) request: Request,
    /// The classes of ships for what the usual one does not reach.
    pub(super) smaller: OnceCell<Vec<OfTable>>,
}

/// The rows of one criterion, by the place of the origin in its file.
type Found = BTreeMap<usize, Vec<CellResult>>;

impl Asked {
    /// The table without cells, as far as the question tells it.
    fn skim(&self) -> Skim {
        Skim {
            places: [&self.origins, &self.destinations].map(Side::places_on_earth),
            back: 0,
            cells: Vec::new(),
            by_smaller_ship: HashMap::new(),
            by: self.by.iter().map(|by| by.word()).collect(),
            without_law: false,
            attribution: Vec::new(),
            snapped: None,
            stopped: None,
            notes: Vec::new(),
            bad_origins: self.origins.bad(),
            bad_destinations: self.destinations.bad(),
            origins: self.origins.ids.clone(),
            destinations: self.destinations.ids.clone(),
        }
    }

    /// Where its points meet the networks; nowhere for those that cannot be used.
    fn snapped(&self) -> [Vec<Vec<Snap>>; 2] {
        let (router, Request { closures, snap_km, .. }) = (&self.router, &self.request);
        let snap = |p: &Result<Point, Problem>| {
            p.as_ref().map_or(Vec::new(), |p| router.stop(p, closures, *snap_km).snap)
        };
        [&self.origins, &self.destinations].map(|side| side.points.par_iter().map(snap).collect())
    }

    /// The question by one criterion.
    fn by(&self, by: Criterion) -> Request {
        Request { answer: Answer::Best(by), ..self.request.clone() }
    }

    fn rows_of_a_block(&self) -> usize {
        rows_of_a_block(self.destinations.points.len() * self.by.len())
    }

    /// How many blocks the sweeps make.
    fn blocks(&self) -> usize {
        self.origins.points.len().div_ceil(self.rows_of_a_block())
    }

    /// A few rows: one block.
    fn by_search(
        &self,
        skim: &mut Skim,
        done: usize,
        control: &Control,
        keep: Keep,
    ) -> Result<(), Problem> {
        if done > 0 {
            return Ok(());
        }
        let (from, to) = (self.origins.good(), self.destinations.good());
        let places = self.origins.places(0..self.origins.points.len());
        let mut all: Vec<Found> = Vec::new();
        for by in &self.by {
            let matrix = self.router.table(&self.by(*by), &from, &to, control);
            let mut rows = Found::new();
            for cell in matrix.cells {
                let row = rows.entry(places[cell.origin]).or_default();
                row.push((cell.status, cell.totals));
            }
            skim.stopped = skim.stopped.or(matrix.stopped);
            all.push(rows);
        }
        skim.cells = self.cells(0..self.origins.points.len(), &all, skim.stopped);
        keep(skim)
    }

    /// Many rows, by sweeps over prepared networks, one for each criterion.
    fn by_sweeps(
        &self,
        prepared: &[(Arc<PreparedRouter>, Request)],
        skim: &mut Skim,
        done: usize,
        control: &Control,
        keep: Keep,
    ) -> Result<(), Problem> {
        let all = self.origins.points.len();
        let size = self.rows_of_a_block();
        let mut kept = Ok(());
        with_tables(prepared, &self.destinations.good(), control, &mut |tables| {
            for from in (0..all).step_by(size).skip(done) {
                let block = from..all.min(from + size);
                let places = self.origins.places(block.clone());
                let points = self.origins.points[block.clone()].iter().flatten().cloned();
                let rows = tables.rows(&points.collect::<Vec<_>>(), (from, all));
                let width = self.destinations.good().len();
                let by_place = |cells: Vec<CellResult>| {
                    places.iter().copied().zip(cells.chunks(width).map(<[_]>::to_vec)).collect()
                };
                match rows {
                    Ok(rows) => {
                        let rows: Vec<Found> = rows.into_iter().map(by_place).collect();
                        skim.cells = self.cells(block, &rows, None);
                        kept = keep(skim);
                    }
                    Err(reason) => skim.stopped = Some(reason),
                }
                if kept.is_err() || skim.stopped.is_some() {
                    return;
                }
            }
        });
        kept
    }

    /// The cells of some origins, those of points that cannot be used among them, as far as rows are complete.
    fn cells(
        &self,
        origins: Range<usize>,
        rows: &[Found],
        stopped: Option<StopReason>,
    ) -> Vec<Cell> {
        let complete = |o: &usize| rows.iter().all(|rows| rows.contains_key(o));
        // Rows that were stopped are missing, and with them the rows of bad points below.
        let last = rows.iter().flat_map(|rows| rows.keys()).filter(|o| complete(o)).max();
        let done = match stopped {
            None => origins.end,
            Some(_) => last.map_or(0, |o| o + 1),
        };
        let mut all = Vec::new();
        for origin in origins.start..done {
            let bad = self.origins.points[origin].is_err();
            if !bad && !complete(&origin) {
                continue;
            }
            let mut column = 0;
            for (destination, point) in self.destinations.points.iter().enumerate() {
                for rows in rows {
                    let (status, totals) = match rows.get(&origin).filter(|_| point.is_ok()) {
                        Some(row) => row[column].clone(),
                        None => (CellStatus::BadPoint, None),
                    };
                    all.push(Cell { origin, destination, status, totals });
                }
                column += usize::from(point.is_ok());
            }
        }
        all
    }
}

impl TableRequest {
    /// A text that is the same for the same question only: its tables may be continued. A question without a
    /// date is that of today.
    pub fn fingerprint(&self) -> String {
        let without_name = |file: &InputFile| InputFile { name: String::new(), ..file.clone() };
        let mut question = TableRequest {
            origins: without_name(&self.origins),
            destinations: without_name(&self.destinations),
            ..self.clone()
        };
        question.shipment.date.get_or_insert_with(today);
        let told = format!("{} {question:?}", env!("CARGO_PKG_VERSION"));
        format!("{:016x}", Fnv1a::default().with(trimodal_world::PACKED).with_text(&told).finish())
    }
}

/// Computes a direction of a table, given the number of blocks of those before: the table, and the number of its blocks.
type OneWay<'a> = &'a mut dyn FnMut(&TableRequest, usize) -> Result<(Skim, usize), Problems>;

/// Computes the directions of a table that are asked for, as far as none is stopped.
fn each_way(request: &TableRequest, one: OneWay) -> Result<Skim, Problems> {
    let (there, blocks) = one(request, 0)?;
    if !request.both_ways || request.part.is_some() || there.stopped.is_some() {
        return Ok(there);
    }
    let back = TableRequest {
        origins: request.destinations.clone(),
        destinations: request.origins.clone(),
        ..request.clone()
    };
    Ok(there.and_back(one(&back, blocks)?.0))
}

fn too_large(
    request: &TableRequest,
    [rows, columns]: [usize; 2],
    criteria: usize,
) -> Option<Problem> {
    let TableRequest { room, both_ways, .. } = *request;
    let cells = rows * columns * criteria * if both_ways { 2 } else { 1 };
    let mut by = if criteria > 1 { format!(" x {criteria} criteria") } else { String::new() };
    if both_ways {
        by += " both ways";
    }
    if room != Room::Blocks && cells > MAX_CELLS {
        let message = format!("{rows} x {columns}{by} cells are too many");
        let hint = format!("such a table may have {MAX_CELLS} cells: write -o skim.parquet");
        return Some(Problem::new(BAD_VALUE, message).hint(hint));
    }
    if room == Room::Sheet && cells > MOST_ROWS {
        let message = format!("{rows} x {columns}{by} cells are too many for a sheet");
        let hint = format!("a sheet has {MOST_ROWS} rows: write -o skim.parquet");
        return Some(Problem::new(BAD_VALUE, message).hint(hint));
    }
    None
}
