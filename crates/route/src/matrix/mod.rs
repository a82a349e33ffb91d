//! Matrices: the best itinerary by one criterion from every origin to every destination.
//!
//! A few rows are searched one by one. Many are swept over a prepared network ([`engine`]), where a cell costs
//! the sum of two records. The law is obeyed in each cell: where the best path is forbidden, the cell is
//! answered again with the countries closed in which it is ([`rest`]).

mod arc_sums;
mod engine;
mod joined;
mod parts;
mod rest;
mod tables;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use trimodal_model::control::Control;

use crate::cost::Criterion;
use crate::graph::State;
use crate::objective::Objective;
use crate::outcome::{Itinerary, StopReason};
use crate::parameters::Handling;
use crate::prepared::PreparedRouter;
use crate::query::{AccessPoint, AccessedPath, RouteQuery};
use crate::request::{Answer, Point, Request};
use crate::router::Router;
use crate::search::{INFINITY, Steps, Tree, try_forward};
use crate::sums::{Figures, ModeChain};

pub use joined::Joined;
pub use tables::{CellResult, Tables, rows_of_a_block, with_tables};

/// The result of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CellStatus {
    /// There is a lawful itinerary.
    Reached,
    /// Origin and destination are the same point: all figures are 0.
    SamePlace,
    /// There is no itinerary; `trimodal route` explains why.
    Unreachable,
    /// The law forbids it.
    Forbidden,
    /// The origin or the destination cannot be used: it is not known, or too far from every network.
    BadPoint,
}

impl CellStatus {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            CellStatus::Reached => "reached",
            CellStatus::SamePlace => "same_place",
            CellStatus::Unreachable => "unreachable",
            CellStatus::Forbidden => "forbidden",
            CellStatus::BadPoint => "bad_point",
        }
    }

    /// The result of a word.
    pub fn from_word(word: &str) -> Option<CellStatus> {
        let all = [
            CellStatus::Reached,
            CellStatus::SamePlace,
            CellStatus::Unreachable,
            CellStatus::Forbidden,
            CellStatus::BadPoint,
        ];
        all.into_iter().find(|status| status.word() == word)
    }
}

/// One cell of a matrix.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cell {
    /// Position of the origin.
    pub origin: usize,
    /// Position of the destination.
    pub destination: usize,
    /// Its result.
    pub status: CellStatus,
    /// The totals of the itinerary, where there is one.
    pub totals: Option<Totals>,
}

/// Totals of an itinerary.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Totals {
    /// Modes in order.
    pub chain: &'static str,
    /// Distance, km.
    pub distance_km: f64,
    /// Expected time, h.
    pub time_h: f64,
    /// Median time, h.
    pub time_p50_h: f64,
    /// Nine of ten need no longer, h.
    pub time_p90_h: f64,
    /// Cost of the shipment, US dollars.
    pub cost_usd: f64,
    /// CO2e, well to wheel, kg.
    pub co2e_kg: f64,
    /// Km on mended links.
    pub mended_km: f64,
}

impl From<&Itinerary> for Totals {
    fn from(i: &Itinerary) -> Self {
        Totals {
            chain: kept(i.chain.clone()),
            distance_km: i.distance_km,
            time_h: i.time_h,
            time_p50_h: i.time_p50_h,
            time_p90_h: i.time_p90_h,
            cost_usd: i.cost_usd,
            co2e_kg: i.co2e_kg,
            mended_km: i.mended_km,
        }
    }
}

impl Totals {
    fn new(chain: &'static str, f: &Figures) -> Totals {
        Totals {
            chain,
            distance_km: f.distance_km,
            time_h: f.time_h,
            time_p50_h: f.time_p50_h,
            time_p90_h: f.time_p90_h,
            cost_usd: f.cost_usd,
            co2e_kg: f.co2e_wtt_kg + f.co2e_ttw_kg,
            mended_km: f.mended_km,
        }
    }
}

/// All chains of modes that were seen: a few hundred at most, kept to the end of the program.
static CHAINS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The words of a chain of modes as [`Totals`] have them.
pub fn chain_of(words: &str) -> &'static str {
    kept(words.to_string())
}

fn kept(chain: String) -> &'static str {
    let mut all = CHAINS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = all.get(chain.as_str()) {
        return known;
    }
    let chain: &'static str = chain.leak();
    all.insert(chain);
    chain
}

thread_local! {
    /// The chains of modes that this thread has seen, by their code.
    static WORDS: std::cell::RefCell<arc_sums::Quick<ModeChain, &'static str>> =
        std::cell::RefCell::default();
}

/// The words of a chain; none where they are too many.
fn words(chain: ModeChain) -> Option<&'static str> {
    if chain == ModeChain::TOO_LONG {
        return None;
    }
    WORDS.with_borrow_mut(|all| Some(*all.entry(chain).or_insert_with(|| kept(chain.words()))))
}

/// All cells of a matrix, or those of the rows that were finished.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    /// The cells, row by row.
    pub cells: Vec<Cell>,
    /// Why rows are missing, if some are.
    pub stopped: Option<StopReason>,
}

/// Where the paths of a column may end, by the criterion of the matrix.
struct Column {
    access: Vec<AccessPoint>,
    entries: Vec<(State, u64)>,
}

impl Router {
    /// The matrix of the best itineraries by one criterion. `request` has everything but the ends; a request
    /// for a Pareto set counts as one by time. Progress is reported by row, from any thread.
    pub fn table(
        &self,
        request: &Request,
        origins: &[Point],
        destinations: &[Point],
        control: &Control,
    ) -> Matrix {
        matrix(self, &single(request), origins, destinations, control)
    }
}

impl PreparedRouter {
    /// The matrix of [`Router::table`], from what was prepared for one criterion.
    pub fn table(
        &self,
        request: &Request,
        origins: &[Point],
        destinations: &[Point],
        control: &Control,
    ) -> Matrix {
        self.cells(request, (origins, destinations), None, control)
    }

    /// The same for cells that are asked for, by the positions of origin and destination: the others mean
    /// nothing.
    pub fn table_of(
        &self,
        request: &Request,
        ends: (&[Point], &[Point]),
        is_asked: &(dyn Fn(usize, usize) -> bool + Sync),
        control: &Control,
    ) -> Matrix {
        self.cells(request, ends, Some(is_asked), control)
    }

    fn cells(
        &self,
        request: &Request,
        ends: (&[Point], &[Point]),
        asked: engine::Asked,
        control: &Control,
    ) -> Matrix {
        let request = single(request);
        if !self.fits(&request) || self.objectives() > 1 {
            return matrix(&self.router, &request, ends.0, ends.1, control);
        }
        tables::matrix(self, &request, ends, asked, control)
    }
}

/// A request for one itinerary.
fn single(request: &Request) -> Request {
    let by = match request.answer {
        Answer::Best(by) => by,
        Answer::Pareto => Criterion::Time,
    };
    Request { answer: Answer::Best(by), alternatives: 0, ..request.clone() }
}

/// The matrix by plain search.
fn matrix(
    router: &Router,
    request: &Request,
    origins: &[Point],
    destinations: &[Point],
    control: &Control,
) -> Matrix {
    let by = match request.answer {
        Answer::Best(by) => by,
        Answer::Pareto => Criterion::Time,
    };
    let objective = Objective::Single(by);
    let query = RouteQuery::new(router, request, request.closures.clone(), None, control);
    let column = |point: &Point| {
        let access = query.access_points(point, &query.snap(point), Handling::Unload);
        let entries: Vec<(State, u64)> = access.iter().map(|a| query.entry(a, objective)).collect();
        Column { access, entries }
    };
    let columns: Vec<Column> = destinations.par_iter().map(column).collect();
    let rows = Rows { query: &query, objective, destinations, columns: &columns };
    let done = AtomicUsize::new(0);
    let row = |o: usize| {
        let cells = rows.row(o, &origins[o]);
        if cells.is_ok() {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            control.step("origins", done, origins.len());
        }
        cells
    };
    let all: Vec<Result<Vec<Cell>, StopReason>> =
        (0..origins.len()).into_par_iter().map(row).collect();
    let stopped = all.iter().find_map(|row| row.as_ref().err().copied());
    Matrix { cells: all.into_iter().flatten().flatten().collect(), stopped }
}

/// What all rows have in common.
struct Rows<'a> {
    query: &'a RouteQuery<'a>,
    objective: Objective,
    destinations: &'a [Point],
    columns: &'a [Column],
}

impl Rows<'_> {
    /// The row of an origin.
    fn row(&self, o: usize, origin: &Point) -> Result<Vec<Cell>, StopReason> {
        let query = self.query;
        if let Some(stopped) = query.control.stopped() {
            return Err(stopped.into());
        }
        let starts = query.access_points(origin, &query.snap(origin), Handling::Load);
        let from: Vec<(State, u64)> =
            starts.iter().map(|a| query.entry(a, self.objective)).collect();
        let tree = self.tree(&from)?;
        let path = |column: &Column| best_of_tree(query, &starts, &tree, column);
        let cell = |(d, column)| self.cell((o, origin), d, path(column));
        self.columns.iter().enumerate().map(cell).collect()
    }

    /// The shortest path tree of an origin.
    fn tree(&self, from: &[(State, u64)]) -> Result<Tree, StopReason> {
        let value = |step, a, b| self.query.value(step, a, b, self.objective);
        let (graph, control) = (&self.query.router.graph, self.query.control);
        try_forward(graph, from, value, |_, _| false, control)
    }

    fn cell(
        &self,
        (o, origin): (usize, &Point),
        d: usize,
        path: Option<AccessedPath>,
    ) -> Result<Cell, StopReason> {
        let (query, destination) = (self.query, &self.destinations[d]);
        let cell = |status, totals| Ok(Cell { origin: o, destination: d, status, totals });
        if origin.at() == destination.at() {
            return cell(CellStatus::SamePlace, Some(Totals::default()));
        }
        let Some(path) = path else { return cell(CellStatus::Unreachable, None) };
        if query.judge(&path.0).forbidden_by.is_empty() {
            let itineraries = query.itineraries(&[path]);
            return cell(CellStatus::Reached, itineraries.first().map(Totals::from));
        }
        let asked = Request {
            origin: origin.clone(),
            destination: destination.clone(),
            ..query.request.clone()
        };
        let routes = query.router.route(&asked, query.control);
        match (routes.itineraries.first(), routes.stopped) {
            (Some(i), _) => cell(CellStatus::Reached, Some(i.into())),
            (None, Some(reason)) => Err(reason),
            (None, None) => cell(CellStatus::Forbidden, None),
        }
    }
}

/// The best path to a column, from a tree over the whole network.
fn best_of_tree(
    query: &RouteQuery,
    starts: &[AccessPoint],
    tree: &Tree,
    column: &Column,
) -> Option<AccessedPath> {
    let ends = column.entries.iter().zip(&column.access);
    let reached = ends.filter(|((s, _), _)| tree.cost[s.ix()] != INFINITY);
    let ((state, _), end) = reached.min_by_key(|((s, w), _)| (tree.cost[s.ix()] + w, *s))?;
    let (start, steps) = tree.path(*state);
    accessed(query, starts, end, start, steps)
}

fn accessed(
    query: &RouteQuery,
    starts: &[AccessPoint],
    end: &AccessPoint,
    start: State,
    steps: Steps,
) -> Option<AccessedPath> {
    let first = starts.iter().find(|a| a.state == start)?;
    let path = query.costed(starts, std::slice::from_ref(end), start, steps)?;
    Some((path, [first.leg.clone(), end.leg.clone()]))
}
