//! Ways that a passage on the way makes absurd. A ship that must pass Suez between Genoa and Barcelona is not let turn round
//! behind it; by cost it then sails round Africa, since freight at sea hardly grows with distance.

use crate::cost::Criterion;
use crate::outcome::Itinerary;
use crate::query::{AccessedPath, Answered, RouteQuery};
use crate::request::{Answer, Request, Via};

/// An itinerary over what must be passed is left out from this many times the length of the shortest that passes it.
const TIMES: f64 = 2.0;
/// Of itineraries by one criterion those that are within this share of each other are told apart.
const TOLERANCE: f64 = 0.05;

/// What is left of an answer over forced passages without the itineraries that are too long, and in place of the best by one
/// criterion, where it is one of them, the best of the set of all.
pub(crate) fn without_detours(query: &RouteQuery, found: Answered) -> Answered {
    let request = query.request;
    let is_forced = request.via.iter().any(|v| matches!(v, Via::Passage { .. }));
    if !is_forced || found.stopped.is_some() || request.answer == Answer::Best(Criterion::Distance)
    {
        return found;
    }
    let Some(most) = longest(query) else { return found };
    let is_short = |path: &AccessedPath| length(query, path) <= most;
    if found.paths.iter().all(is_short) {
        return found;
    }
    let by = match request.answer {
        Answer::Pareto => None,
        Answer::Best(by) => Some(by),
    };
    let all = match by {
        None => found,
        Some(_) => ask(query, Answer::Pareto),
    };
    let kept: Vec<AccessedPath> = all.paths.into_iter().filter(is_short).collect();
    let paths = match by {
        None => kept,
        Some(by) => best(query, kept, by).into_iter().collect(),
    };
    Answered { paths, stopped: all.stopped }
}

/// The most km that an itinerary may have.
fn longest(query: &RouteQuery) -> Option<f64> {
    let shortest = ask(query, Answer::Best(Criterion::Distance));
    Some(TIMES * length(query, shortest.paths.first()?))
}

/// Another kind of answer to the same question.
fn ask(query: &RouteQuery, answer: Answer) -> Answered {
    let request =
        Request { answer, tolerance: TOLERANCE, alternatives: 0, ..query.request.clone() };
    RouteQuery::new(query.router, &request, query.closures.clone(), None, query.control).answer()
}

fn itinerary(query: &RouteQuery, path: &AccessedPath) -> Option<Itinerary> {
    query.itineraries(std::slice::from_ref(path)).pop()
}

fn length(query: &RouteQuery, path: &AccessedPath) -> f64 {
    itinerary(query, path).map_or(0.0, |i| i.distance_km)
}

fn best(query: &RouteQuery, paths: Vec<AccessedPath>, by: Criterion) -> Option<AccessedPath> {
    let value = |path: &AccessedPath| {
        itinerary(query, path).map_or(f64::MAX, |i| match by {
            Criterion::Time => i.time_h,
            Criterion::Cost => i.cost_usd,
            Criterion::Co2e => i.co2e_kg,
            Criterion::Distance => i.distance_km,
        })
    };
    paths.into_iter().min_by(|a, b| value(a).total_cmp(&value(b)))
}
