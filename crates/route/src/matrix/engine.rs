//! The engine of large tables: sweeps over a hierarchy restricted to the points of one side, with the sums along
//! every path (see `trimodal_cch::selection`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use trimodal_cch::climb::{LANES, Point as Entries};
use trimodal_cch::query::{CchView, Direction};
use trimodal_cch::selection::{Reached, Selection, Sweep};
use trimodal_cch::unpack::{UnpackBuffer, Unpacker, directed_arc};

use crate::graph::State;
use crate::law::Territories;
use crate::matrix::arc_sums::ArcSums;
use crate::matrix::parts::{Above, Below, SelectedArcs};
use crate::matrix::{CellStatus, Totals, words};
use crate::objective::Objective;
use crate::outcome::StopReason;
use crate::parameters::Handling;
use crate::prepared::{MAX_WEIGHT, PreparedRouter};
use crate::query::{AccessPoint, AccessedPath, RouteQuery};
use crate::request::Point;
use crate::search::Path;
use crate::sums::{PathSums, StepSums};

/// Why a cell has no result after the sweeps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Left {
    /// There is no path, or its cost exceeds 32 bits.
    Beyond,
    /// The best path is forbidden in these countries.
    Forbidden(Vec<u16>),
}

/// A cell without its place.
pub(crate) type Found = (CellStatus, Option<Totals>);

/// The cells of a block, row by row, and the positions of those without a result: they are unreachable so far.
pub(crate) struct Swept {
    pub cells: Vec<Found>,
    pub left: Vec<(usize, Left)>,
}

/// A point of a table with its ways into the network.
pub(crate) struct Stop<'a> {
    pub point: &'a Point,
    access: Vec<AccessPoint>,
    sums: Vec<PathSums>,
    entries: Entries,
}

/// The destinations of a table, with what the sweeps towards them have in common: made by the first block that
/// needs it.
pub(crate) struct Destinations<'e> {
    pub stops: Vec<Stop<'e>>,
    selected: OnceLock<SelectedArcs<'e>>,
}

/// A question prepared for tables.
pub(crate) struct Engine<'a> {
    pub query: &'a RouteQuery<'a>,
    pub prepared: &'a PreparedRouter,
    objective: Objective,
    territories: &'a Territories,
    arcs: ArcSums<'a>,
    steps: &'a StepSums<'a>,
    work: Mutex<Vec<Work>>,
}

/// Memory of one thread.
#[derive(Default)]
struct Work {
    sweep: Sweep,
    above: Above,
    below: Below,
    buffer: UnpackBuffer,
}

/// Which points the sweeps start from.
#[derive(Clone, Copy)]
struct Sides<'a, 'b> {
    sources: &'b [Stop<'a>],
    targets: &'b [Stop<'a>],
    /// Whether the sources are the destinations.
    turned: bool,
}

/// A source by its number, with its cells.
type Line<'b> = (usize, &'b mut [Found]);

/// Which cells of a block are asked for, by row and column; none: all.
pub(crate) type Asked<'b> = Option<&'b (dyn Fn(usize, usize) -> bool + Sync)>;

impl<'a> Engine<'a> {
    pub fn new(
        query: &'a RouteQuery<'a>,
        prepared: &'a PreparedRouter,
        steps: &'a StepSums<'a>,
        territories: &'a Territories,
    ) -> Self {
        let CchView { cch, costs, metric, unpacking, .. } = prepared.view(0);
        let unpacker = Unpacker { cch, metric, costs, unpacking };
        let arcs = ArcSums::new(steps, prepared.contracted(), unpacker);
        let objective = prepared.objective(0);
        Engine { query, prepared, objective, territories, arcs, steps, work: Mutex::default() }
    }

    /// The ways of some points into the network.
    pub fn stops<'p>(&self, points: &'p [Point], handling: Handling) -> Vec<Stop<'p>> {
        points.par_iter().map(|point| self.stop(point, handling)).collect()
    }

    /// The destinations of a table.
    pub fn destinations<'p>(&self, points: &'p [Point]) -> Destinations<'p> {
        let stops = self.stops(points, Handling::Unload);
        Destinations { stops, selected: OnceLock::new() }
    }

    fn stop<'p>(&self, point: &'p Point, handling: Handling) -> Stop<'p> {
        let found = self.query.access_points(point, &self.query.snap(point), handling);
        // Of two ways to one state the better.
        let mut best: BTreeMap<State, (u64, usize)> = BTreeMap::new();
        for (i, access) in found.iter().enumerate() {
            let (state, value) = self.query.entry(access, self.objective);
            let known = best.entry(state).or_insert((value, i));
            *known = (*known).min((value, i));
        }
        let mut stop =
            Stop { point, access: Vec::new(), sums: Vec::new(), entries: Entries::new() };
        for (state, (value, i)) in best {
            let value = u32::try_from(value).unwrap_or(MAX_WEIGHT).min(MAX_WEIGHT);
            stop.entries.push((state.0, value));
            stop.sums.push(self.steps.access(&found[i].leg, handling));
            stop.access.push(found[i].clone());
        }
        stop
    }

    /// The cells between some origins and destinations; those that are not asked for are unreachable.
    pub fn block<'e>(
        &'e self,
        origins: &[Stop],
        destinations: &Destinations<'e>,
        asked: Asked,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Swept, StopReason> {
        if origins.len() > destinations.stops.len() {
            // Positions mean nothing in another selection.
            self.forget();
            let selected = self.selected(&destinations.stops, origins, true);
            let sides = Sides { sources: &destinations.stops, targets: origins, turned: true };
            let swept = self.swept(&selected, sides, asked, progress);
            self.forget();
            return swept;
        }
        let select = || self.selected(origins, &destinations.stops, false);
        let selected = destinations.selected.get_or_init(select);
        let sides = Sides { sources: origins, targets: &destinations.stops, turned: false };
        self.swept(selected, sides, asked, progress)
    }

    /// The hierarchy restricted to some targets.
    fn selected<'e>(
        &'e self,
        sources: &[Stop],
        targets: &[Stop],
        turned: bool,
    ) -> SelectedArcs<'e> {
        let towards = if turned { Direction::Forward } else { Direction::Backward };
        let entries: Vec<Entries> = targets.iter().map(|t| t.entries.clone()).collect();
        let selection = Selection::new(&self.prepared.view(0), &entries, towards, sources.len());
        SelectedArcs::new(selection, self.prepared, &self.arcs, turned)
    }

    /// The cells of a block, sweep by sweep.
    fn swept(
        &self,
        selected: &SelectedArcs,
        sides: Sides,
        asked: Asked,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Swept, StopReason> {
        let Sides { sources, targets, turned } = sides;
        let view = self.prepared.view(0);
        let width = targets.len();
        let mut lines: Vec<Found> = vec![(CellStatus::Unreachable, None); sources.len() * width];
        // Neighbours in the hierarchy share most of their ancestors.
        let rank = |s: usize| sources[s].entries.first().map(|(v, _)| view.cch.rank[*v as usize]);
        let mut rows: Vec<Line> = lines.chunks_mut(width.max(1)).enumerate().collect();
        rows.sort_by_key(|(s, _)| (rank(*s), *s));
        let left: Vec<Result<Vec<(usize, Left)>, StopReason>> = rows
            .par_chunks_mut(LANES)
            .map(|few| {
                if let Some(stopped) = self.query.control.stopped() {
                    return Err(stopped.into());
                }
                let mut work = self.lend();
                let left = self.sweep(selected, sides, few, asked, &mut work);
                self.work.lock().unwrap_or_else(PoisonError::into_inner).push(work);
                if !turned {
                    progress(few.len());
                }
                Ok(left)
            })
            .collect();
        let mut all = Vec::new();
        for left in left {
            all.extend(left?);
        }
        all.sort_unstable_by_key(|(i, _)| *i);
        if turned {
            progress(targets.len());
            let place = |i: usize| lines[i % sources.len() * width + i / sources.len()].clone();
            lines = (0..lines.len()).map(place).collect();
        }
        Ok(Swept { cells: lines, left: all })
    }

    fn lend(&self) -> Work {
        let mut all = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        all.pop().unwrap_or_default()
    }

    /// Forgets what is kept of a selection.
    fn forget(&self) {
        let mut all = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter_mut().for_each(|work| work.below.clear());
    }

    /// The cells of a few sources, target by target; returns those without a result.
    fn sweep(
        &self,
        selected: &SelectedArcs,
        sides: Sides,
        few: &mut [Line],
        asked: Asked,
        work: &mut Work,
    ) -> Vec<(usize, Left)> {
        let entries: Vec<Entries> =
            few.iter().map(|(s, _)| sides.sources[*s].entries.clone()).collect();
        let selection = &selected.selection;
        selection.sweep(&self.prepared.view(0), &entries, &mut work.sweep);
        work.above.clear(&work.sweep);
        work.below.reserve(sides.targets.len());
        let mut left = Vec::new();
        for (t, target) in sides.targets.iter().enumerate() {
            let reached = selection.reached(&work.sweep, t);
            for (lane, (s, line)) in few.iter_mut().enumerate() {
                let (o, d, width) = match sides.turned {
                    true => (t, *s, sides.sources.len()),
                    false => (*s, t, sides.targets.len()),
                };
                if asked.is_some_and(|asked| !asked(o, d)) {
                    continue;
                }
                let source = &sides.sources[*s];
                let ends = Ends { source, target, t, turned: sides.turned, lane };
                match self.cell(selected, ends, reached[lane], work) {
                    Ok(cell) => line[t] = cell,
                    Err(why) => left.push((o * width + d, why)),
                }
            }
        }
        left
    }

    fn cell(
        &self,
        selected: &SelectedArcs,
        ends: Ends,
        best: Reached,
        work: &mut Work,
    ) -> Result<Found, Left> {
        if ends.source.point.at() == ends.target.point.at() {
            return Ok((CellStatus::SamePlace, Some(Totals::default())));
        }
        if best.cost >= MAX_WEIGHT {
            return Err(Left::Beyond);
        }
        let enter = |rank: u32| {
            let entry = ends.source.exit(rank, self.prepared);
            (ends.source.sums[entry], entry as u32)
        };
        let Work { sweep, above, below, .. } = &mut *work;
        let (above, entry) = above.get(selected, sweep, (ends.lane, best.top), enter);
        let exit = best.entry as usize;
        let after = || selected.below(sweep, ends.lane, best.at, ends.target.sums[exit]);
        let below = below.get(ends.t, (best.at, best.top), after);
        let sums = selected.join(above, *below);
        let ways = (entry as usize, exit);
        if self.territories.may_bind(sums.touched) {
            let path = self.path(&selected.selection, ends, best, ways, work);
            self.lawful(&path)?;
        }
        let totals = match words(sums.chain) {
            Some(chain) => {
                let km = |stop: &Stop, i: usize| stop.access[i].leg.access_km;
                let (source, target) = (km(ends.source, ways.0), km(ends.target, exit));
                let access_km = if ends.turned { [target, source] } else { [source, target] };
                let figures = sums.figures(self.query.request.tonnes, access_km);
                Some(Totals::new(chain, &figures))
            }
            // More modes than the sums can name.
            None => {
                let path = self.path(&selected.selection, ends, best, ways, work);
                self.query.itineraries(&[path]).first().map(Totals::from)
            }
        };
        Ok((CellStatus::Reached, totals))
    }

    fn lawful(&self, path: &AccessedPath) -> Result<(), Left> {
        let verdict = self.query.judge(&path.0);
        if verdict.forbidden_by.is_empty() {
            return Ok(());
        }
        let (law, n) = (&self.query.router.law, &self.query.router.graph.network);
        let bans = verdict.forbidden_by.iter().map(|id| law.policy(*id));
        let countries: BTreeSet<u16> = bans.flat_map(|ban| law.territory(n, ban)).collect();
        Err(Left::Forbidden(countries.into_iter().collect()))
    }

    /// The path of a cell.
    fn path(
        &self,
        selection: &Selection,
        ends: Ends,
        best: Reached,
        (entry, exit): (usize, usize),
        work: &mut Work,
    ) -> AccessedPath {
        let cch = self.prepared.cch();
        let above = selection.arcs_above(cch, &work.sweep, ends.lane, best.top);
        let mut arcs: Vec<u32> = above.map(|arc| directed_arc(arc, !ends.turned)).collect();
        arcs.reverse();
        let below: Vec<u32> = selection.arcs_below(&work.sweep, ends.lane, best.at).collect();
        arcs.extend(below.iter().rev().map(|arc| directed_arc(*arc, ends.turned)));
        let (source, target) = (&ends.source.access[entry], &ends.target.access[exit]);
        let (start, end) = if ends.turned { (target, source) } else { (source, target) };
        if ends.turned {
            arcs.reverse();
        }
        self.arcs.unpacker.unpack(&mut arcs, &mut work.buffer);
        let steps = arcs.iter().map(|arc| self.prepared.contracted().arcs.step(*arc)).collect();
        let path = Path { cost: [0; 3], start: start.state, source: 0, steps };
        (path, [start.leg.clone(), end.leg.clone()])
    }
}

/// The ends of a cell as a sweep sees them.
#[derive(Clone, Copy)]
struct Ends<'a, 'b> {
    source: &'b Stop<'a>,
    target: &'b Stop<'a>,
    /// The number of the target.
    t: usize,
    turned: bool,
    lane: usize,
}

impl Stop<'_> {
    /// Whether it meets a piece of the network that another point meets too.
    pub fn may_reach(&self, other: &Stop, prepared: &PreparedRouter) -> bool {
        let joined = |(a, _): &(u32, u32)| {
            other.entries.iter().any(|(b, _)| prepared.may_join(State(*a), State(*b)))
        };
        self.entries.iter().any(joined)
    }

    /// Where it meets the network, at no cost.
    pub fn places(&self) -> Entries {
        self.entries.iter().map(|(v, _)| (*v, 0)).collect()
    }

    /// The way into the network at a node given by its rank.
    fn exit(&self, rank: u32, prepared: &PreparedRouter) -> usize {
        let ranks = &prepared.cch().rank;
        let found = self.entries.iter().position(|(v, _)| ranks[*v as usize] == rank);
        found.unwrap_or(0)
    }
}
