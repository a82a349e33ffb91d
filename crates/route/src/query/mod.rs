//! One question with all that is derived from it: costs, access points, and the paths that answer it.

mod alternatives;
mod best;
mod pareto;
mod representative;
mod via;

use std::sync::{Arc, OnceLock};

use trimodal_model::control::Control;
use trimodal_model::network::LinkId;
use trimodal_model::policy::Verdict;

use crate::cost::{ArcCosts, CostModel, CostVector, Criterion, plus};
use crate::graph::{State, Step};
use crate::itinerary::{AccessLeg, ItineraryBuilder};
use crate::objective::{Objective, StepCosts};
use crate::outcome::{Itinerary, StopReason};
use crate::parameters::{Handling, Parameter};
use crate::prepared::PreparedRouter;
use crate::request::{Answer, Point, Request, Via};
use crate::restrict::Closures;
use crate::router::{Router, with_overrides};
use crate::search::{Path, Steps};
use crate::snap::SnapCandidate;
use crate::sums::StepSums;
use representative::representative;
pub(crate) use via::Passing;

/// One question with all that is derived from it.
pub(crate) struct RouteQuery<'a> {
    pub router: &'a Router,
    pub request: &'a Request,
    pub control: &'a Control<'a>,
    pub closures: Closures,
    pub costs: StepCosts,
    /// Answers it in microseconds, if it was prepared for.
    pub prepared: Option<&'a PreparedRouter>,
    /// Prepared for the same question with fewer closures: its paths are lower bounds.
    pub guide: Option<&'a PreparedRouter>,
    pub model: CostModel<'a>,
    /// Where the points of the request meet the network.
    snapped: OnceLock<Snapped>,
}

/// The snap candidates of the points of a request.
pub(crate) struct Snapped {
    pub origin: Vec<SnapCandidate>,
    pub destination: Vec<SnapCandidate>,
    /// For each of `Request::via`; empty for a passage.
    pub via: Vec<Vec<SnapCandidate>>,
}

/// A state where a path may begin or end, with the cost and the leg of access.
#[derive(Clone)]
pub(crate) struct AccessPoint {
    pub state: State,
    pub cost: CostVector,
    pub leg: AccessLeg,
}

/// A path with its two access legs.
pub(crate) type AccessedPath = (Path, [AccessLeg; 2]);

/// The paths that answer a question, and why the search ended early, if it did.
pub(crate) struct Answered {
    pub paths: Vec<AccessedPath>,
    pub stopped: Option<StopReason>,
}

/// The ends of all paths of a question.
pub(crate) struct Ends {
    starts: Vec<AccessPoint>,
    /// The ways to pass each point or passage.
    via: Vec<Vec<Passing>>,
    /// The links of straits, canals and capes that are passed, in order of their numbers: each is crossed when its
    /// turn comes, and not again, so that no ship turns round behind it.
    crossed: Vec<LinkId>,
    targets: Vec<AccessPoint>,
}

impl Ends {
    /// Whether a step may be taken before, between and after what is passed.
    fn is_between(&self, step: Step) -> bool {
        !matches!(step, Step::Link(l) if self.crossed.binary_search(&l).is_ok())
    }
}

impl<'a> RouteQuery<'a> {
    pub(crate) fn new(
        router: &'a Router,
        request: &'a Request,
        closures: Closures,
        prepared: Option<&'a PreparedRouter>,
        control: &'a Control<'a>,
    ) -> Self {
        let guide = prepared.filter(|p| p.fits(request));
        let prepared = guide.filter(|_| closures == request.closures);
        let closures = with_overrides(request, closures);
        let model = router.cost_model_at(request, guide.map(|p| p.prices.clone()));
        let arcs = match (prepared, guide) {
            (Some(prepared), _) => prepared.costs.clone(),
            (None, Some(guide)) => Arc::new(guide.costs.with_more_closed(&router.graph, &closures)),
            (None, None) => {
                let arcs = ArcCosts::new(&model, &closures);
                Arc::new(arcs.with_services(&model, &router.graph.services, &closures))
            }
        };
        let costs = StepCosts::new(router.graph.clone(), arcs, &closures);
        let snapped = OnceLock::new();
        RouteQuery { router, request, control, closures, costs, prepared, guide, model, snapped }
    }

    /// Where the points of the request meet the network.
    pub(crate) fn snapped(&self) -> &Snapped {
        self.snapped.get_or_init(|| Snapped {
            origin: self.snap(&self.request.origin),
            destination: self.snap(&self.request.destination),
            via: self.request.via.iter().map(|via| self.snapped_via(via)).collect(),
        })
    }

    fn snapped_via(&self, via: &Via) -> Vec<SnapCandidate> {
        let km = self.request.snap_km;
        via.point().map_or(Vec::new(), |p| self.router.snap_to_pass(p, &self.closures, km))
    }

    /// Where a point meets the network.
    pub(crate) fn snap(&self, point: &Point) -> Vec<SnapCandidate> {
        self.router.snap(point, &self.closures, self.request.snap_km)
    }

    /// The origin's access points.
    pub(crate) fn starts(&self) -> Vec<AccessPoint> {
        self.access_points(&self.request.origin, &self.snapped().origin, Handling::Load)
    }

    /// The destination's access points.
    pub(crate) fn targets(&self) -> Vec<AccessPoint> {
        self.access_points(&self.request.destination, &self.snapped().destination, Handling::Unload)
    }

    /// The access points of a point: where goods are loaded or unloaded.
    pub(crate) fn access_points(
        &self,
        point: &Point,
        candidates: &[SnapCandidate],
        handling: Handling,
    ) -> Vec<AccessPoint> {
        let graph = &self.router.graph;
        let detour = self.router.parameters.value(Parameter::AccessDetour, self.request.cargo);
        let access = |c: &SnapCandidate| {
            let node = c.node;
            let states: Vec<State> = match handling {
                Handling::Load => vec![graph.loaded(node)],
                Handling::Unload => graph.ends_at(node).collect(),
            };
            let at_node = c.km < 0.1 || (c.port.is_some() && c.port == point.port);
            let access_km = if at_node { 0.0 } else { c.km * detour };
            let country = graph.network.node_country[c.node.ix()];
            let handled = self.model.handling(handling, c.layer.mode(), country).rounded();
            let cost = plus(handled, self.model.access(access_km, c.node).rounded());
            let leg = AccessLeg { node, place: point.name.clone(), at: point.at(), access_km };
            let to = move |state| AccessPoint { state, cost, leg: leg.clone() };
            states.into_iter().map(to)
        };
        let open = |c: &&SnapCandidate| {
            let country = graph.network.node_country[c.node.ix()];
            !self.closures.countries.contains(&country)
        };
        candidates.iter().filter(open).flat_map(access).collect()
    }

    /// An access point with its value by an objective.
    pub(crate) fn entry(&self, access: &AccessPoint, objective: Objective) -> (State, u64) {
        let length_m = (access.leg.access_km * 1e3).round() as u64;
        (access.state, objective.of(access.cost, length_m))
    }

    /// The value of a step by an objective, unless it is closed.
    #[inline]
    pub(crate) fn value(&self, step: Step, a: State, b: State, by: Objective) -> Option<u64> {
        self.costs.value(step, a, b, by)
    }

    /// The ends of all paths, and what they pass.
    pub(crate) fn ends(&self) -> Ends {
        let via = self.request.via.iter().zip(&self.snapped().via);
        let via: Vec<Vec<Passing>> =
            via.map(|(via, candidates)| self.passings(via, candidates)).collect();
        let asked = self.request.via.iter().zip(&via).filter(|(via, _)| self.is_gate(via));
        let mut crossed: Vec<LinkId> =
            asked.flat_map(|(_, passings)| passings).filter_map(|p| p.link).collect();
        crossed.sort_unstable();
        Ends { starts: self.starts(), via, crossed, targets: self.targets() }
    }

    /// Whether a passage is one line at sea: who has crossed it is on its other side.
    fn is_gate(&self, via: &Via) -> bool {
        let Via::Passage { passages, .. } = via else { return false };
        let [passage] = passages[..] else { return false };
        self.router.graph.network.passages[passage.ix()].kind.is_gate()
    }

    /// The paths that answer the question.
    pub(crate) fn answer(&self) -> Answered {
        let ends = self.ends();
        if ends.starts.is_empty() || ends.targets.is_empty() {
            return Answered { paths: Vec::new(), stopped: None };
        }
        let (mut found, mut stopped) = match self.request.answer {
            Answer::Best(by) => match self.best(&ends, by, &[]) {
                Ok(path) => (path.into_iter().collect(), None),
                Err(reason) => (Vec::new(), Some(reason)),
            },
            Answer::Pareto => {
                let found = self.pareto_set(&ends);
                // Without a tolerance the whole set is asked for.
                let whole = self.request.tolerance <= 0.0;
                let paths = if whole { found.paths } else { representative(found.paths) };
                (paths, found.stopped)
            }
        };
        if !found.is_empty() {
            let ended = self.add_alternatives(&ends, &mut found);
            stopped = stopped.or(ended.err());
        }
        let leg = |points: &[AccessPoint], state: State| {
            points.iter().find(|p| p.state == state).map(|p| p.leg.clone())
        };
        let accessed = found.into_iter().filter_map(|path| {
            let legs = [leg(&ends.starts, path.start)?, leg(&ends.targets, path.end())?];
            Some((path, legs))
        });
        Answered { paths: accessed.collect(), stopped }
    }

    /// The steps of the shortest path, points and passages on the way included.
    pub(crate) fn shortest(&self) -> Result<Option<Steps>, StopReason> {
        let path = self.best(&self.ends(), Criterion::Distance, &[])?;
        Ok(path.map(|path| path.steps))
    }

    /// A path between access points, with its cost.
    pub(crate) fn costed(
        &self,
        starts: &[AccessPoint],
        targets: &[AccessPoint],
        start: State,
        steps: Steps,
    ) -> Option<Path> {
        let before = starts.iter().find(|p| p.state == start)?.cost;
        let (cost, end) = self.cost_along(before, start, &steps)?;
        let cost = plus(cost, targets.iter().find(|p| p.state == end)?.cost);
        Some(Path { cost, start, source: 0, steps })
    }

    /// The cost at the end of some steps, and that end; none where a step is closed.
    fn cost_along(
        &self,
        before: CostVector,
        start: State,
        steps: &[(Step, State)],
    ) -> Option<(CostVector, State)> {
        let (mut cost, mut at) = (before, start);
        for (step, to) in steps {
            cost = plus(cost, self.costs.cost(*step, at, *to)?);
            at = *to;
        }
        Some((cost, at))
    }

    /// Judges a path by the law.
    pub(crate) fn judge(&self, path: &Path) -> Verdict {
        let graph = &self.router.graph;
        self.router.law.judge(graph, &self.request.goods, graph.node(path.start), &path.steps)
    }

    /// The itineraries of some paths, each with the criteria by which it is the best of them.
    pub(crate) fn itineraries(&self, paths: &[AccessedPath]) -> Vec<Itinerary> {
        use crate::cost::Criterion::{Co2e, Cost, Distance, Time};
        let (graph, model, tonnes) = (&*self.router.graph, &self.model, self.request.tonnes);
        let sums = StepSums::new(graph, model, None);
        let build = |(path, legs): &AccessedPath| {
            let [start, end] = legs;
            let mut it = ItineraryBuilder::build(graph, model, tonnes, start, &path.steps, end);
            sums.whole(legs, path.start, &path.steps, tonnes).write(&mut it);
            it
        };
        let mut all: Vec<Itinerary> = paths.iter().map(build).collect();
        let value = |i: &Itinerary, by| match by {
            Time => i.time_h,
            Cost => i.cost_usd,
            Co2e => i.co2e_kg,
            Distance => i.distance_km,
        };
        for by in [Time, Cost, Co2e, Distance] {
            let order = |a: &usize, b: &usize| value(&all[*a], by).total_cmp(&value(&all[*b], by));
            if let Some(best) = (0..all.len()).min_by(order) {
                all[best].best_at.push(by);
            }
        }
        all
    }
}
