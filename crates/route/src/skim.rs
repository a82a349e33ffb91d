//! Tables: the best way by one criterion from every origin to every destination.
//!
//! One search serves a whole row. The law is obeyed in each cell: where the best way is forbidden,
//! the cell is asked again as a question of its own.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::graph::State;
use crate::outcome::Itinerary;
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

impl Router<'_> {
    /// The row of a table from one origin. `request` says everything but the ends; its `by` must
    /// be one criterion, others count as time.
    fn row(
        &self,
        query: &Query,
        origin: (usize, &Point),
        destinations: &[Point],
        ends: &[Vec<Gate>],
        by: Criterion,
    ) -> Vec<Cell> {
        let starts = query.gates(origin.1, "load");
        let from: Vec<(State, u64)> = starts
            .iter()
            .map(|g| (g.state, query.entry(g.weight, g.landing.access_km, by)))
            .collect();
        let tree = search::forwards(
            &self.graph,
            &from,
            |step, a, b| query.measure(step, a, b, by),
            |_, _| false,
        );
        let cell = |d: usize| {
            let goals = || ends[d].iter().filter(|g| tree.cost[g.state.ix()] != FAR);
            let whole =
                |g: &Gate| tree.cost[g.state.ix()] + query.entry(g.weight, g.landing.access_km, by);
            let best = goals().min_by_key(|g| (whole(g), g.state));
            let landed = best.and_then(|end| landed(query, &starts, end, &tree));
            self.cell(query, origin, (d, &destinations[d]), landed)
        };
        (0..destinations.len()).map(cell).collect()
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
    /// ends. `done` hears of each row that is finished, from any thread.
    pub fn table(
        &self,
        request: &Request,
        origins: &[Point],
        destinations: &[Point],
        done: impl Fn() + Sync,
    ) -> Vec<Cell> {
        let by = match request.by {
            By::One(by) => by,
            By::Pareto => Criterion::Time,
        };
        let request = Request { by: By::One(by), alternatives: 0, ..request.clone() };
        let query = Query::new(self, &request, request.closures.clone());
        let ends: Vec<Vec<Gate>> =
            destinations.par_iter().map(|p| query.gates(p, "unload")).collect();
        let row = |o: usize| {
            let cells = self.row(&query, (o, &origins[o]), destinations, &ends, by);
            done();
            cells
        };
        let rows: Vec<Vec<Cell>> = (0..origins.len()).into_par_iter().map(row).collect();
        rows.into_iter().flatten().collect()
    }
}

fn landed(query: &Query, starts: &[Gate], end: &Gate, tree: &search::Tree) -> Option<Landed> {
    let (start, steps) = tree.path(end.state);
    let gate = starts.iter().find(|g| g.state == start)?;
    let way = query.weighed(starts, std::slice::from_ref(end), start, steps)?;
    Some((way, [gate.landing.clone(), end.landing.clone()]))
}
