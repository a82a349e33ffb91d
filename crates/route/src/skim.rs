//! Tables: the best way by one criterion from every origin to every destination.
//!
//! One search serves a whole row. The law is obeyed in each cell: where the best way is forbidden,
//! the cell is asked again as a question of its own.

use std::cell::OnceCell;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use trimodal_cch::query::{Direction, Label};

use crate::graph::{State, Step};
use crate::measure::Measure;
use crate::outcome::Itinerary;
use crate::prepared::{Best, Ready};
use crate::query::{Gate, Landed, Query};
use crate::route::{By, Point, Request, Router};
use crate::search::{self, FAR};
use crate::weights::Criterion;

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is a lawful way.
    Reached,
    /// Origin and destination are the same point: all figures are 0.
    SamePlace,
    /// There is no way; `trimodal route` tells why.
    Unreachable,
    /// The law forbids it.
    Forbidden,
}

impl Status {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Status::Reached => "reached",
            Status::SamePlace => "same_place",
            Status::Unreachable => "unreachable",
            Status::Forbidden => "forbidden",
        }
    }
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cell {
    /// Position of the origin.
    pub origin: usize,
    /// Position of the destination.
    pub destination: usize,
    /// What became of it.
    pub status: Status,
    /// The way without its lines, where there is one.
    pub figures: Option<Figures>,
}

/// Totals of a way.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Figures {
    /// Modes in order.
    pub chain: String,
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

impl From<&Itinerary> for Figures {
    fn from(i: &Itinerary) -> Self {
        Figures {
            chain: i.chain.clone(),
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

/// Where the ways of a column may end, by the measure of the table, with what is kept of it.
struct Column {
    gates: Vec<Gate>,
    entries: Vec<(State, u64)>,
    labels: Vec<Label>,
}

impl Router<'_> {
    /// The row of a table from one origin.
    fn row(
        &self,
        query: &Query,
        origin: (usize, &Point),
        destinations: &[Point],
        columns: &[Column],
        by: Measure,
    ) -> Vec<Cell> {
        let starts = query.gates(origin.1, "load");
        let from: Vec<(State, u64)> = starts.iter().map(|g| query.entry(g, by)).collect();
        let cells = 0..destinations.len();
        let grow = || {
            let weigh = |step, a, b| query.measure(step, a, b, by);
            search::forwards(&self.graph, &from, weigh, |_, _| false)
        };
        let found: Vec<Option<Landed>> = match query.ready {
            Some(ready) => ready.with_room(|room| {
                let (labels, tree) = (ready.labelled(&from), OnceCell::new());
                let quick = |d: usize| {
                    let column: &Column = &columns[d];
                    let ends = (column.entries.as_slice(), column.labels.as_slice());
                    match ready.best_of(0, (&from, &labels), ends, room) {
                        Some(best) => told(query, &starts, column, best),
                        // One tree serves all of a row that labels cannot count.
                        None if ready.joined(&from, &column.entries, room) => {
                            plain(query, &starts, tree.get_or_init(grow), column)
                        }
                        None => None,
                    }
                };
                cells.clone().map(quick).collect()
            }),
            None => {
                let tree = grow();
                cells.clone().map(|d| plain(query, &starts, &tree, &columns[d])).collect()
            }
        };
        let cell = |(d, landed)| self.cell(query, origin, (d, &destinations[d]), landed);
        cells.zip(found).map(cell).collect()
    }

    fn cell(
        &self,
        query: &Query,
        (o, origin): (usize, &Point),
        (d, destination): (usize, &Point),
        landed: Option<Landed>,
    ) -> Cell {
        let cell = |status, figures| Cell { origin: o, destination: d, status, figures };
        if (origin.lat, origin.lon) == (destination.lat, destination.lon) {
            return cell(Status::SamePlace, Some(Figures::default()));
        }
        let Some(landed) = landed else { return cell(Status::Unreachable, None) };
        if query.judge(&landed.0).forbidden_by.is_empty() {
            let told = query.tell(&[landed]);
            return cell(Status::Reached, told.first().map(Figures::from));
        }
        let asked = Request {
            origin: origin.clone(),
            destination: destination.clone(),
            ..query.request.clone()
        };
        match self.route(&asked).itineraries.first() {
            Some(i) => cell(Status::Reached, Some(i.into())),
            None => cell(Status::Forbidden, None),
        }
    }

    /// The table of the best ways by one criterion, row by row. `request` says everything but the
    /// ends; its `by` must be one criterion, others count as time. `done` hears of each row that is
    /// finished, from any thread.
    pub fn table(
        &self,
        request: &Request,
        origins: &[Point],
        destinations: &[Point],
        done: impl Fn() + Sync,
    ) -> Vec<Cell> {
        self.table_on(request, None, origins, destinations, done)
    }

    fn table_on(
        &self,
        request: &Request,
        ready: Option<&Ready>,
        origins: &[Point],
        destinations: &[Point],
        done: impl Fn() + Sync,
    ) -> Vec<Cell> {
        let by = match request.by {
            By::One(by) => by,
            By::Pareto => Criterion::Time,
        };
        let request = Request { by: By::One(by), alternatives: 0, ..request.clone() };
        let by = Measure::One(by);
        let query = Query::new(self, &request, request.closures.clone(), ready);
        let column = |point: &Point| {
            let gates = query.gates(point, "unload");
            let entries: Vec<(State, u64)> = gates.iter().map(|g| query.entry(g, by)).collect();
            let mut labels = Vec::new();
            if let Some(ready) = query.ready {
                ready.labels(0, &entries, Direction::Backward, &mut labels);
            }
            Column { gates, entries, labels }
        };
        let columns: Vec<Column> = destinations.par_iter().map(column).collect();
        let row = |o: usize| {
            let cells = self.row(&query, (o, &origins[o]), destinations, &columns, by);
            done();
            cells
        };
        let rows: Vec<Vec<Cell>> = (0..origins.len()).into_par_iter().map(row).collect();
        rows.into_iter().flatten().collect()
    }
}

impl Ready<'_> {
    /// The same table as [`Router::table`] gives, from what was made ready for one criterion.
    pub fn table(
        &self,
        request: &Request,
        origins: &[Point],
        destinations: &[Point],
        done: impl Fn() + Sync,
    ) -> Vec<Cell> {
        self.router().table_on(request, Some(self), origins, destinations, done)
    }
}

/// The best way to a column from a tree over the whole network.
fn plain(query: &Query, starts: &[Gate], tree: &search::Tree, column: &Column) -> Option<Landed> {
    let reached =
        column.entries.iter().zip(&column.gates).filter(|((s, _), _)| tree.cost[s.ix()] != FAR);
    let ((state, _), end) = reached.min_by_key(|((s, w), _)| (tree.cost[s.ix()] + w, *s))?;
    let (start, steps) = tree.path(*state);
    landed(query, starts, end, start, steps)
}

/// The best way to a column as it was found by labels.
fn told(query: &Query, starts: &[Gate], column: &Column, best: Best) -> Option<Landed> {
    let last = best.steps.last().map_or(best.start, |(_, s)| *s);
    let end = column.gates.iter().find(|g| g.state == last)?;
    landed(query, starts, end, best.start, best.steps)
}

fn landed(
    query: &Query,
    starts: &[Gate],
    end: &Gate,
    start: State,
    steps: Vec<(Step, State)>,
) -> Option<Landed> {
    let gate = starts.iter().find(|g| g.state == start)?;
    let way = query.weighed(starts, std::slice::from_ref(end), start, steps)?;
    Some((way, [gate.landing.clone(), end.landing.clone()]))
}
