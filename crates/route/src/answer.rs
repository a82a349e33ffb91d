//! Answers one question: searches, judges by the law, searches again around what the law forbids, and
//! reports.

use std::sync::Arc;

use trimodal_model::control::Control;
use trimodal_model::network::{LinkId, NetworkElement, PassageId, degrees, great_circle_km};
use trimodal_model::scenario::Mode;

use crate::basis::basis;
use crate::dated;
use crate::explain;
use crate::forced::without_detours;
use crate::law::WITHOUT_LAW;
use crate::legal::Judged;
use crate::outcome::{Itinerary, Routes, SCHEMA, Snap, Stop, StopReason, Unreachable};
use crate::prepared::PreparedRouter;
use crate::query::{AccessedPath, Answered, RouteQuery, Snapped};
use crate::request::{Answer, Point, Request, Via};
use crate::restrict::Closures;
use crate::router::Router;
use crate::snap::SnapCandidate;

impl Router {
    /// Answers a question by plain search. Where the control stops it, the answer has what was found so far
    /// and says why it is incomplete.
    pub fn route(&self, request: &Request, control: &Control) -> Routes {
        answer(self, request, None, control)
    }
}

impl PreparedRouter {
    /// Answers a question. One that differs from what this was prepared for in more than its ends, or has
    /// points to pass, is answered by plain search.
    pub fn route(&self, request: &Request, control: &Control) -> Routes {
        answer(&self.router, request, Some(self), control)
    }

    /// Answers a question that differs from what this was prepared for in its ends only; none where there is no
    /// itinerary. Where the law forbids the best path, the network is prepared with the countries closed, and
    /// kept for the next question.
    pub fn route_found(&self, request: &Request, control: &Control) -> Option<Routes> {
        if !self.fits(request) {
            return None;
        }
        let (router, mut all) = (&self.router, Judged::default());
        let mut report = None;
        let mut closed: Option<(Request, Arc<PreparedRouter>)> = None;
        loop {
            let (asked, prepared) = match &closed {
                None => (request, self),
                Some((asked, prepared)) => (asked, &**prepared),
            };
            let closures = asked.closures.clone();
            let query = RouteQuery::new(router, asked, closures, Some(prepared), control);
            let report =
                report.get_or_insert_with(|| Report::new(router, request, query.snapped()));
            let Answered { paths, stopped } = query.answer();
            if paths.is_empty() {
                return None;
            }
            let judged = Judged::new(&query, &paths);
            all.add(&judged);
            if judged.territory.is_empty() {
                return Some(report.found(&query, (&paths, stopped), &judged, &all));
            }
            let mut narrower: Request = asked.clone();
            narrower.closures.countries.extend(&judged.territory);
            if narrower.closures.countries.len() == asked.closures.countries.len() {
                return None;
            }
            let prepared = self.closed_to(&narrower.closures);
            closed = Some((narrower, prepared));
        }
    }
}

/// An itinerary longer than this many times the great circle gets a warning,
const LONG: f64 = 2.5;
/// unless it is this short: in a town every way has bends.
const SHORT_KM: f64 = 50.0;

/// The warning that a way is much longer than the great circle.
fn detour_warning(km: f64, straight_km: f64) -> Option<String> {
    let factor = km / straight_km;
    (factor > LONG && km > SHORT_KM).then(|| {
        format!(
            "{km:.0} km are {factor:.1} times the great circle of {straight_km:.0} km: mountains, water or a \
             closed border may be in the way, or the network lacks a line"
        )
    })
}

fn answer(
    router: &Router,
    request: &Request,
    prepared: Option<&PreparedRouter>,
    control: &Control,
) -> Routes {
    let mut closures = request.closures.clone();
    let (law, mut all) = (&router.law, Judged::default());
    let mut report: Option<Report> = None;
    loop {
        let query = RouteQuery::new(router, request, closures.clone(), prepared, control);
        let report = report.get_or_insert_with(|| Report::new(router, request, query.snapped()));
        let Answered { paths, stopped } = without_detours(&query, query.answer());
        if paths.is_empty() {
            let why = match stopped {
                Some(reason) => Err(reason),
                None if !all.forbids() => explain::unreachable(&query),
                None => Ok(all.refusal(
                    law,
                    "no lawful itinerary: what is possible is forbidden by the rules below",
                )),
            };
            all.touch(&query);
            return report.without_itinerary(why, all.lines(&query, &all));
        }
        let judged = Judged::new(&query, &paths);
        all.add(&judged);
        if judged.territory.is_empty() {
            return report.found(&query, (&paths, stopped), &judged, &all);
        }
        let before = closures.countries.len();
        judged.territory.into_iter().for_each(|c| closures.avoid(NetworkElement::Country(c)));
        if closures.countries.len() == before {
            let why = all.refusal(law, "the shipment is forbidden by the rules below");
            return report.without_itinerary(Ok(why), all.lines(&query, &all));
        }
    }
}

/// What all answers to a question have in common.
struct Report<'a> {
    router: &'a Router,
    request: &'a Request,
    origin: Stop,
    destination: Stop,
    via: Vec<Stop>,
}

impl<'a> Report<'a> {
    fn new(router: &'a Router, request: &'a Request, snapped: &Snapped) -> Report<'a> {
        let via = request.via.iter().zip(&snapped.via).map(|(via, found)| match via {
            Via::Point(point) => stop(router, point, found),
            Via::Passage { name, passages } => stop_at(router, name, passages),
        });
        Report {
            router,
            request,
            origin: stop(router, &request.origin, &snapped.origin),
            destination: stop(router, &request.destination, &snapped.destination),
            via: via.collect(),
        }
    }

    /// The itineraries with a warning where one is much longer than the great circle by its points.
    fn warned(&self, mut itineraries: Vec<Itinerary>) -> Vec<Itinerary> {
        let stops = [&self.origin].into_iter().chain(&self.via).chain([&self.destination]);
        let points: Vec<(f64, f64)> = stops.map(|s| (s.lat, s.lon)).collect();
        let straight_km: f64 = points.windows(2).map(|w| great_circle_km(w[0], w[1])).sum();
        for it in &mut itineraries {
            it.warnings.extend(detour_warning(it.distance_km, straight_km));
        }
        itineraries
    }

    /// The answer of some lawful paths; `all` is what was judged on the way to them.
    fn found(
        &self,
        query: &RouteQuery,
        (paths, stopped): (&[AccessedPath], Option<StopReason>),
        judged: &Judged,
        all: &Judged,
    ) -> Routes {
        let mut lines = judged.lines(query, all);
        lines.extend(all.obeyed(&self.router.law));
        self.routes(self.warned(query.itineraries(paths)), stopped, None, lines)
    }

    fn without_itinerary(&self, why: Result<Unreachable, StopReason>, law: Vec<String>) -> Routes {
        let (why, stopped) = match why {
            Ok(why) => (Some(why), None),
            Err(reason) => (None, Some(reason)),
        };
        self.routes(Vec::new(), stopped, why, law)
    }

    fn routes(
        &self,
        itineraries: Vec<Itinerary>,
        stopped: Option<StopReason>,
        unreachable: Option<Unreachable>,
        mut law: Vec<String>,
    ) -> Routes {
        let r = self.request;
        if self.router.law.is_off() {
            law.insert(0, WITHOUT_LAW.to_string());
        }
        Routes {
            schema: SCHEMA.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            origin: self.origin.clone(),
            destination: self.destination.clone(),
            via: self.via.clone(),
            cargo: r.cargo,
            tonnes: r.tonnes,
            by: r.answer.word().into(),
            tolerance: if r.answer == Answer::Pareto { r.tolerance } else { 0.0 },
            cut_short: stopped.is_some(),
            stopped,
            unreachable,
            avoided: r.avoided.clone(),
            basis: basis(
                (&self.router.graph, &self.router.parameters),
                (r.cargo, r.tonnes, &r.ship),
                &itineraries,
            ),
            too_small: self.router.too_small(r),
            closed_on_the_day: self.closed_on_the_day(&itineraries),
            counterfactual_no_law: self.router.law.is_off(),
            law,
            attribution: Vec::new(),
            notes: Vec::new(),
            itineraries,
        }
    }

    /// What war or decree closes on the day by the way.
    fn closed_on_the_day(&self, itineraries: &[Itinerary]) -> Vec<String> {
        let (router, request) = (self.router, self.request);
        let n = &router.graph.network;
        let stops = [&self.origin, &self.destination];
        let ends = [&request.origin, &request.destination].map(|p| p.country);
        let ends = ends.into_iter().flatten().map(|c| n.country(c));
        let at_stops = stops.into_iter().map(|s| s.country.as_str());
        let on_the_way = itineraries.iter().flat_map(|i| i.countries.iter().map(String::as_str));
        let by_sea = |i: &Itinerary| i.legs.iter().any(|l| l.mode == Mode::Sea);
        let ways = dated::Ways {
            between: stops.map(|s| (s.lat, s.lon)),
            countries: ends.chain(at_stops).chain(on_the_way).collect(),
            by_sea: request.closures.uses(Mode::Sea)
                && (itineraries.is_empty() || itineraries.iter().any(by_sea)),
        };
        let closed = &request.closures.on_the_day;
        let concerns = |row: &dated::DatedClosure, element: &_| ways.concern(n, row, element);
        dated::told(router.law.in_force(n), closed, concerns)
    }
}

/// A passage on the way, placed on its first link.
fn stop_at(router: &Router, name: &str, passages: &[PassageId]) -> Stop {
    let n = &router.graph.network;
    let is_of = |l: &LinkId| passages.contains(&PassageId(u32::from(n.link_passage[l.ix()])));
    let link = (0..n.links()).map(LinkId::at).find(is_of);
    let (lat, lon) = link.map_or((0.0, 0.0), |l| {
        let line = n.line(l);
        degrees(line[line.len() / 2])
    });
    let passage = passages.first().map(|p| n.passages[p.ix()].id.clone());
    let (name, country) = (name.to_string(), String::new());
    Stop { name, country, lat, lon, snap: Vec::new(), passage }
}

impl Router {
    /// Passages that do not take the ship of a question, each with the limit that it exceeds.
    pub fn too_small(&self, request: &Request) -> Vec<String> {
        let closures = &request.closures;
        let closed = closures.passages.iter();
        let passages = closed.map(|p| &self.graph.network.passages[p.ix()]);
        let by_size = passages.filter(|p| p.closed.is_none() && !request.avoided.contains(&p.id));
        let told = by_size.filter_map(|p| {
            let limit = closures.ship.exceeds(p)?;
            Some(format!("{} ({} {} m)", p.id, limit.what, limit.limit_m()))
        });
        told.collect()
    }

    /// A point, and where it meets the networks in reach.
    pub fn stop(&self, point: &Point, closures: &Closures, limit_km: f64) -> Stop {
        stop(self, point, &self.snap(point, closures, limit_km))
    }
}

fn stop(router: &Router, point: &Point, candidates: &[SnapCandidate]) -> Stop {
    let n = &router.graph.network;
    let snap = |c: &SnapCandidate| Snap {
        lat: n.at(c.node).0,
        lon: n.at(c.node).1,
        mode: c.layer.mode(),
        gauge_mm: c.layer.gauge_mm(),
        port: c.port.map(|p| n.terminals[p.ix()].name.clone()),
        distance_km: great_circle_km(point.at(), n.at(c.node)),
    };
    let nearest = candidates.iter().min_by(|a, b| a.km.total_cmp(&b.km));
    Stop {
        name: point.name.clone(),
        country: nearest.map_or(String::new(), |c| n.country_of(c.node).to_string()),
        lat: point.lat,
        lon: point.lon,
        snap: candidates.iter().map(snap).collect(),
        passage: None,
    }
}
