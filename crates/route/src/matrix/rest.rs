//! Tables over a prepared network: blocks of rows, and what the sweeps leave over. A path that the law forbids
//! is replaced by the best with the countries closed in which it is forbidden; a cost beyond 32 bits is found
//! by plain search.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use trimodal_cch::INFINITY;
use trimodal_cch::climb::LANES;
use trimodal_cch::query::Direction;
use trimodal_cch::selection::{Selection, Sweep};
use trimodal_model::control::Control;

use crate::cost::Criterion;
use crate::law::Territories;
use crate::matrix::CellStatus;
use crate::matrix::engine::{Asked, Destinations, Engine, Found, Left, Stop, Swept};
use crate::objective::Objective;
use crate::outcome::{StopReason, UnreachableReason};
use crate::parameters::Handling;
use crate::prepared::PreparedRouter;
use crate::query::RouteQuery;
use crate::request::{Point, Request};
use crate::sums::StepSums;

/// From so many cells on the network is prepared anew with some countries closed.
const MANY: usize = 8;

/// Some rows of a table, row by row; cells that are not asked for are unreachable.
pub(super) fn rows<'e>(
    engine: &'e Engine<'e>,
    request: &Request,
    origins: &[Point],
    destinations: &Destinations<'e>,
    asked: Asked,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Found>, StopReason> {
    let origins = &engine.stops(origins, Handling::Load);
    Block { engine, request, origins, destinations }.cells(asked, progress)
}

pub(super) fn with_engine<T>(
    prepared: &PreparedRouter,
    request: &Request,
    control: &Control,
    work: impl FnOnce(&Engine) -> T,
) -> T {
    let router = &prepared.router;
    let closures = request.closures.clone();
    let query = RouteQuery::new(router, request, closures, Some(prepared), control);
    let territories = match router.law.is_off() {
        true => Territories::default(),
        false => Territories::new(&router.law, &request.goods),
    };
    let steps = StepSums::new(&router.graph, &query.model, Some(&territories));
    work(&Engine::new(&query, prepared, &steps, &territories))
}

/// The rows that are computed together.
struct Block<'e, 'b> {
    engine: &'e Engine<'e>,
    request: &'b Request,
    origins: &'b [Stop<'b>],
    destinations: &'b Destinations<'e>,
}

impl Block<'_, '_> {
    /// Its cells, row by row; those that are not asked for are unreachable.
    fn cells(
        &self,
        asked: Asked,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Found>, StopReason> {
        let Swept { cells: mut done, left } =
            self.engine.block(self.origins, self.destinations, asked, progress)?;
        let mut forbidden: BTreeMap<Vec<u16>, Vec<usize>> = BTreeMap::new();
        let mut beyond = Vec::new();
        for (i, why) in left {
            match why {
                Left::Beyond => beyond.push(i),
                Left::Forbidden(countries) => forbidden.entry(countries).or_default().push(i),
            }
        }
        for i in self.joined(&beyond) {
            done[i] = self.alone(i, CellStatus::Unreachable)?;
        }
        for (countries, cells) in forbidden {
            self.closed(&countries, &cells, &mut done)?;
        }
        Ok(done)
    }

    fn place(&self, i: usize) -> (usize, usize) {
        (i / self.destinations.stops.len(), i % self.destinations.stops.len())
    }

    /// A cell as a question of its own.
    fn alone(&self, i: usize, without: CellStatus) -> Result<Found, StopReason> {
        let (o, d) = self.place(i);
        let asked = Request {
            origin: self.origins[o].point.clone(),
            destination: self.destinations.stops[d].point.clone(),
            ..self.request.clone()
        };
        let routes = self.engine.prepared.route(&asked, self.engine.query.control);
        match (routes.itineraries.first(), routes.stopped) {
            (Some(it), _) => Ok((CellStatus::Reached, Some(it.into()))),
            (None, Some(reason)) => Err(reason),
            (None, None) => match routes.unreachable.map(|u| u.reason) {
                Some(UnreachableReason::Law) => Ok((CellStatus::Forbidden, None)),
                _ => Ok((without, None)),
            },
        }
    }

    /// Those of some cells without a cost that have a path all the same: one that costs more than 32 bits hold.
    fn joined(&self, cells: &[usize]) -> Vec<usize> {
        let by = self.engine.prepared.objective(0);
        // Seconds and metres always fit.
        let fits = [Criterion::Time, Criterion::Distance].map(Objective::Single).contains(&by);
        let near = |i: &&usize| {
            let (o, d) = self.place(**i);
            self.origins[o].may_reach(&self.destinations.stops[d], self.engine.prepared)
        };
        let cells: Vec<usize> = match fits {
            true => Vec::new(),
            false => cells.iter().filter(near).copied().collect(),
        };
        if cells.is_empty() {
            return cells;
        }
        let (mut rows, mut columns) = (BTreeSet::new(), BTreeSet::new());
        for i in &cells {
            let (o, d) = self.place(*i);
            rows.insert(o);
            columns.insert(d);
        }
        let (rows, columns): (Vec<usize>, Vec<usize>) =
            (rows.into_iter().collect(), columns.into_iter().collect());
        let view = self.engine.prepared.open_view();
        let targets: Vec<_> =
            columns.iter().map(|d| self.destinations.stops[*d].places()).collect();
        let selection = Selection::new(&view, &targets, Direction::Backward, rows.len());
        let (wanted, mut found) = (cells.iter().collect::<HashSet<_>>(), Vec::new());
        let mut sweep = Sweep::default();
        for few in rows.chunks(LANES) {
            let sources: Vec<_> = few.iter().map(|o| self.origins[*o].places()).collect();
            selection.sweep(&view, &sources, &mut sweep);
            for (t, d) in columns.iter().enumerate() {
                for (o, reached) in few.iter().zip(selection.reached(&sweep, t)) {
                    let i = o * self.destinations.stops.len() + d;
                    if reached.cost != INFINITY && wanted.contains(&i) {
                        found.push(i);
                    }
                }
            }
        }
        found
    }

    /// Cells whose best path is forbidden in some countries: the best with these closed.
    fn closed(
        &self,
        countries: &[u16],
        cells: &[usize],
        done: &mut [Found],
    ) -> Result<(), StopReason> {
        let mut request = self.request.clone();
        let before = request.closures.countries.len();
        request.closures.countries.extend(countries);
        if request.closures.countries.len() == before {
            cells.iter().for_each(|i| done[*i] = (CellStatus::Forbidden, None));
            return Ok(());
        }
        if cells.len() < MANY {
            for i in cells {
                done[*i] = self.alone(*i, CellStatus::Forbidden)?;
            }
            return Ok(());
        }
        let places = || cells.iter().map(|i| self.place(*i));
        let rows: Vec<usize> =
            places().map(|(o, _)| o).collect::<BTreeSet<_>>().into_iter().collect();
        let columns: Vec<usize> =
            places().map(|(_, d)| d).collect::<BTreeSet<_>>().into_iter().collect();
        let points = |stops: &[Stop], some: &[usize]| -> Vec<Point> {
            some.iter().map(|i| stops[*i].point.clone()).collect()
        };
        let (from, to) = (points(self.origins, &rows), points(&self.destinations.stops, &columns));
        let wanted: HashSet<(usize, usize)> = places().collect();
        let asked = |o: usize, d: usize| wanted.contains(&(rows[o], columns[d]));
        let prepared = self.engine.prepared.closed_to(&request.closures);
        let found = with_engine(&prepared, &request, self.engine.query.control, |engine| {
            let origins = engine.stops(&from, Handling::Load);
            let destinations = engine.destinations(&to);
            let block =
                Block { engine, request: &request, origins: &origins, destinations: &destinations };
            block.cells(Some(&asked), &|_| {})
        })?;
        for (i, (status, totals)) in found.into_iter().enumerate() {
            let (o, d) = (rows[i / columns.len()], columns[i % columns.len()]);
            if wanted.contains(&(o, d)) {
                let forbidden = status == CellStatus::Unreachable;
                let status = if forbidden { CellStatus::Forbidden } else { status };
                done[o * self.destinations.stops.len() + d] = (status, totals);
            }
        }
        Ok(())
    }
}
