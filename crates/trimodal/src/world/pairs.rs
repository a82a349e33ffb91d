//! Lists of pairs: the answer of a single question for each.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use trimodal_model::Control;
use trimodal_model::problem::{BAD_VALUE, Location, Problem, Problems};
use trimodal_report::{LineForm, MOST_ROWS, PairAnswer, Pairs};
use trimodal_route::matrix::{CellStatus, Totals};
use trimodal_route::outcome::{Snap, StopReason, UnreachableReason};
use trimodal_route::{Answer, Criterion, Point, PreparedRouter, Request, Router, Routes};

use crate::inputs::{self, ReadPair};
use crate::shipment::{Findings, InputFile, Shipment};
use crate::world::World;
use crate::world::reach;
use crate::world::side::{OffNetwork, off_network, step_of_points};
use crate::world::table::{Room, criteria};

/// From so many pairs on the network is prepared first, which takes as long as they do.
const MANY_PAIRS: usize = 20;

/// The best itineraries by some criteria of each pair of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct PairsRequest {
    /// The list: a table with the columns origin and destination, or their coordinates, and perhaps id.
    pub pairs: InputFile,
    /// What is shipped, what it may use, and the law.
    pub shipment: Shipment,
    /// What rows are the best by: one row for each.
    pub by: Vec<Criterion>,
    /// The form of the line of each itinerary; none: without lines.
    pub geometry: Option<LineForm>,
    /// Where the answer must find room.
    pub room: Room,
    /// Tell also where the ends of each pair meet the networks.
    pub snap: bool,
}

impl PairsRequest {
    /// The pairs of a list by time for 10 t of containers.
    pub fn new(pairs: InputFile) -> PairsRequest {
        PairsRequest {
            pairs,
            shipment: Shipment::default(),
            by: vec![Criterion::Time],
            geometry: None,
            room: Room::Memory,
            snap: false,
        }
    }
}

/// The row of a pair, or why it was not computed.
type PairResult = Result<PairAnswer, StopReason>;

/// A network prepared for a criterion, if pairs are many, and a question by it.
type Prepared = (Option<Arc<PreparedRouter>>, Request);

/// A pair, after the prepared network was asked.
enum First {
    Answered(PairResult),
    Left(Box<Request>),
}

impl First {
    fn of(
        pair: &ReadPair,
        (prepared, like): &Prepared,
        form: Option<LineForm>,
        control: &Control,
    ) -> First {
        let [origin, destination] = match &pair.ends {
            Ok(ends) => ends.clone(),
            Err(problem) => return First::Answered(Ok(bad(problem))),
        };
        if let Some(stopped) = control.stopped() {
            return First::Answered(Err(stopped.into()));
        }
        if origin.at() == destination.at() {
            let (status, totals) = (CellStatus::SamePlace, Some(Totals::default()));
            return First::Answered(Ok(PairAnswer { status, totals, reason: None, line: None }));
        }
        let question = Request { origin, destination, ..like.clone() };
        let found = prepared.as_ref().and_then(|p| p.route_found(&question, control));
        match found {
            Some(routes) => First::Answered(answer(&routes, None, form)),
            None => First::Left(Box::new(question)),
        }
    }

    fn left(&self) -> Option<&Request> {
        match self {
            First::Left(question) => Some(question),
            First::Answered(_) => None,
        }
    }
}

/// A list as the engine is asked for it.
struct Asked {
    pairs: Vec<ReadPair>,
    by: Vec<Criterion>,
    router: Router,
    /// With the ends of the first pair.
    request: Request,
}

impl Asked {
    /// Where the ends of each pair meet the networks; nowhere for those that cannot be used.
    fn snapped(&self) -> Vec<[Vec<Snap>; 2]> {
        let (closures, km) = (&self.request.closures, self.request.snap_km);
        let ends = |pair: &ReadPair| match &pair.ends {
            Ok(ends) => ends.each_ref().map(|p| self.router.stop(p, closures, km).snap),
            Err(_) => Default::default(),
        };
        self.pairs.par_iter().map(ends).collect()
    }
}

impl World {
    /// The best itinerary by each criterion of each pair, with the figures of [`World::route`]: null with the
    /// status and the reason where there is none.
    pub fn pairs(&self, request: &PairsRequest, control: &Control) -> Result<Pairs, Problems> {
        let mut found = Findings::default();
        let asked = self.asked_pairs(request, &mut found, control);
        let Some(asked) = asked.filter(|_| found.problems.is_empty()) else {
            return Err(found.refused_in_order());
        };
        let prepare = |by: &Criterion| {
            let like = Request { answer: Answer::Best(*by), ..asked.request.clone() };
            let many = asked.pairs.len() >= MANY_PAIRS && control.stopped().is_none();
            let prepared = many.then(|| self.prepare(&request.shipment, *by, &asked.router, &like));
            (prepared, like)
        };
        let prepared: Vec<_> = asked.by.iter().map(prepare).collect();
        let done = AtomicUsize::new(0);
        let step = || {
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            control.step("pairs", done / prepared.len(), asked.pairs.len());
        };
        let answers = |like| self.answers(request, &asked, like, (control, &step)).into_iter();
        let mut by_criterion: Vec<_> = prepared.iter().map(answers).collect();
        let of_pair = |_| by_criterion.iter_mut().filter_map(Iterator::next).collect();
        let all: Vec<Result<Vec<PairAnswer>, StopReason>> =
            asked.pairs.iter().map(of_pair).collect();
        let stopped = all.iter().find_map(|a| a.as_ref().err().copied());
        let written = |p: &ReadPair| {
            let [origin, destination] = p.written.clone();
            [p.id.clone(), origin, destination]
        };
        let at = |p: &ReadPair| Some(p.ends.as_ref().ok()?.each_ref().map(|p| [p.lon, p.lat]));
        Ok(Pairs {
            pairs: asked.pairs.iter().map(written).collect(),
            places: asked.pairs.iter().map(at).collect(),
            answers: all.into_iter().map_while(Result::ok).flatten().collect(),
            by: asked.by.iter().map(|by| by.word()).collect(),
            geometry: request.geometry,
            snapped: request.snap.then(|| asked.snapped()),
            without_law: request.shipment.counterfactual_no_law,
            attribution: self.attribution_of(&request.shipment),
            stopped,
            bad: asked.pairs.iter().filter_map(|p| p.ends.as_ref().err().cloned()).collect(),
            notes: found.notes,
        })
    }

    /// What is wrong with a request for pairs, without an answer to it.
    pub fn check_pairs(&self, request: &PairsRequest) -> Problems {
        let mut found = Findings::default();
        if let Some(asked) = self.asked_pairs(request, &mut found, &Control::none())
            && found.problems.is_empty()
        {
            found.problems.extend(asked.pairs.into_iter().filter_map(|p| p.ends.err()));
        }
        found.refused_in_order()
    }

    /// The answers by one criterion: first those that the prepared network has, then the others.
    fn answers(
        &self,
        request: &PairsRequest,
        asked: &Asked,
        like: &Prepared,
        (control, step): (&Control, &(dyn Fn() + Sync)),
    ) -> Vec<PairResult> {
        let first = |pair: &ReadPair| {
            let first = First::of(pair, like, request.geometry, control);
            if matches!(first, First::Answered(_)) {
                step();
            }
            first
        };
        let all: Vec<First> = asked.pairs.par_iter().map(first).collect();
        let left: Vec<Request> = all.iter().filter_map(First::left).cloned().collect();
        let prepared = like.0.as_deref();
        let rest = self.rest(request, &asked.router, prepared, &left, (control, step));
        let mut rest = rest.into_iter();
        let answered = |first: First| match first {
            First::Answered(answer) => Some(answer),
            First::Left(_) => rest.next(),
        };
        all.into_iter().filter_map(answered).collect()
    }

    /// The answers to questions that a prepared network does not have.
    fn rest(
        &self,
        request: &PairsRequest,
        router: &Router,
        prepared: Option<&PreparedRouter>,
        left: &[Request],
        (control, step): (&Control, &(dyn Fn() + Sync)),
    ) -> Vec<PairResult> {
        let (shipment, form) = (&request.shipment, request.geometry);
        let is_too_large = |like: &Request| !router.too_small(like).is_empty();
        let many = left.len() >= MANY_PAIRS && left.first().is_some_and(is_too_large);
        let by_smaller = prepared
            .filter(|_| many)
            .map(|usual| self.by_smaller_ships((shipment, router), usual, left, control));
        let one = |(i, question): (usize, &Request)| {
            if let Some(stopped) = control.stopped() {
                return Err(stopped.into());
            }
            let row = match &by_smaller {
                Some(Err(stopped)) => Err(*stopped),
                Some(Ok(found)) => match &found[i] {
                    Some(routes) => answer(routes, told(routes), form),
                    None => answer(&alone(router, prepared, question, control), None, form),
                },
                None => self.pair(request, (router, prepared), question, control),
            };
            step();
            row
        };
        left.par_iter().enumerate().map(one).collect()
    }

    /// The answer to one question.
    fn pair(
        &self,
        request: &PairsRequest,
        (router, prepared): (&Router, Option<&PreparedRouter>),
        question: &Request,
        control: &Control,
    ) -> PairResult {
        let (shipment, form) = (&request.shipment, request.geometry);
        let routes = alone(router, prepared, question, control);
        if routes.unreachable.is_some() && !routes.too_small.is_empty() {
            let smaller = self.by_smaller_ship(shipment, router, question, control);
            if let Some(smaller) = smaller {
                return answer(&smaller, told(&smaller), form);
            }
        }
        answer(&routes, None, form)
    }

    fn asked_pairs(
        &self,
        request: &PairsRequest,
        found: &mut Findings,
        control: &Control,
    ) -> Option<Asked> {
        let Some(own) = request.shipment.own_places(&self.atlas(), found) else {
            request.shipment.check(&self.atlas(), found);
            return None;
        };
        let atlas = self.atlas_for(&request.shipment, &own);
        let file = &request.pairs;
        let read = file.read(|bytes, notes| inputs::pairs(&atlas, bytes, notes), &mut found.notes);
        let pairs = found.keep(read);
        let router = request.shipment.router(self.base(), &atlas, found);
        let (Some(mut pairs), Some(router)) = (pairs.clone(), router) else {
            request.shipment.check(&atlas, found);
            found.problems.extend(pairs.into_iter().flatten().filter_map(|p| p.ends.err()));
            return None;
        };
        for pair in &mut pairs {
            let named = |at: Option<Location>| at.map(|at| at.in_file(&file.name));
            pair.at = pair.at.clone().map(named);
            pair.ends = pair.ends.clone().map_err(|p| file.place(p));
        }
        let by = criteria(&request.by, found);
        if request.room == Room::Sheet && pairs.len() * by.len() > MOST_ROWS {
            let message = format!("{} rows are too many for a sheet", pairs.len() * by.len());
            let hint = format!("a sheet has {MOST_ROWS} rows: write -o pairs.parquet");
            found.problems.push(Problem::new(BAD_VALUE, message).hint(hint));
        }
        let answer = Answer::Best(by.first().copied().unwrap_or(Criterion::Time));
        let ends = pairs.iter().find_map(|p| p.ends.as_ref().ok()).cloned();
        let question = match ends {
            Some(ends) => {
                let asked = request.shipment.request(&atlas, &router, ends, answer, found);
                if pairs.len() >= MANY_PAIRS {
                    router.index_nodes();
                }
                let problem = |p: &Point| reach::off_network(&router, p, &asked);
                drop_off_network(&mut pairs, &problem, control);
                Some(asked)
            }
            None => {
                request.shipment.check(&atlas, found);
                None
            }
        };
        if !found.problems.is_empty() || pairs.iter().all(|p| p.ends.is_err()) {
            found.problems.extend(pairs.iter().filter_map(|p| p.ends.as_ref().err().cloned()));
        }
        Some(Asked { pairs, by, router, request: question? })
    }
}

/// Replaces the ends of pairs of which one is off the network by that problem, until the work is stopped. Each
/// point is tried once.
fn drop_off_network(pairs: &mut [ReadPair], problem: OffNetwork, control: &Control) {
    let mut known: HashMap<[u64; 2], Vec<usize>> = HashMap::new();
    let mut points: Vec<Point> = Vec::new();
    let mut ends = Vec::new();
    for (i, pair) in pairs.iter().enumerate() {
        for (end, point) in pair.ends.iter().flatten().enumerate() {
            let alike = known.entry([point.lat, point.lon].map(f64::to_bits)).or_default();
            let at = alike.iter().copied().find(|p| points[*p] == *point).unwrap_or_else(|| {
                points.push(point.clone());
                alike.push(points.len() - 1);
                points.len() - 1
            });
            ends.push((i, end, at));
        }
    }
    let step = step_of_points(control, points.len());
    let one = |point: &Point| {
        step();
        control.stopped().map_or_else(|| off_network(point, problem), |_| None)
    };
    let found: Vec<Option<Problem>> = points.par_iter().map(one).collect();
    for (i, end, at) in ends {
        if let (Ok(_), Some(found)) = (&pairs[i].ends, &found[at]) {
            let at = pairs[i].at[end].clone();
            pairs[i].ends = Err(Problem { at, ..found.clone() });
        }
    }
}

/// The row of an answer, with what else is told of it.
fn answer(routes: &Routes, told: Option<String>, form: Option<LineForm>) -> PairResult {
    let row = |status, totals, reason| PairAnswer { status, totals, reason, line: None };
    match (routes.itineraries.first(), routes.stopped, &routes.unreachable) {
        (Some(it), _, _) => Ok(PairAnswer {
            line: form.map(|form| form.of(it)),
            ..row(CellStatus::Reached, Some(it.into()), told)
        }),
        (None, Some(stopped), _) => Err(stopped),
        (None, None, why) => {
            let forbidden = why.as_ref().is_some_and(|w| w.reason == UnreachableReason::Law);
            let status = match forbidden {
                true => CellStatus::Forbidden,
                false => CellStatus::Unreachable,
            };
            let reason = why.as_ref().map(|why| format!("{} [{}]", why.message, why.reason));
            Ok(row(status, None, reason))
        }
    }
}

/// The answer to a question by itself, with the reason where there is no route.
fn alone(
    router: &Router,
    prepared: Option<&PreparedRouter>,
    question: &Request,
    control: &Control,
) -> Routes {
    match prepared {
        Some(prepared) => prepared.route(question, control),
        None => router.route(question, control),
    }
}

/// What is told of a smaller ship that is taken.
fn told(routes: &Routes) -> Option<String> {
    routes.itineraries.first()?.warnings.first().cloned()
}

/// The answer for a pair that cannot be used.
fn bad(problem: &Problem) -> PairAnswer {
    let reason = Some(format!("{} [{}]", problem.message, problem.code.id));
    PairAnswer { status: CellStatus::BadPoint, totals: None, reason, line: None }
}
