//! A question with all that is derived from it: weights, gates, the answer.

use std::sync::Arc;

use trimodal_model::network::great_circle_km;
use trimodal_model::policy::Verdict;

use crate::closures::Closures;
use crate::graph::{State, Step};
use crate::itinerary::{Landing, Teller};
use crate::law::WITHOUT_LAW;
use crate::measure::Measure;
use crate::outcome::{Itinerary, Routes, SCHEMA, Snap, Stop, Unreachable};
use crate::overrides::Change;
use crate::pareto::Way;
use crate::prepared::Ready;
use crate::route::{By, Point, Request, Router};
use crate::snap::Meeting;
use crate::weights::{Pricing, Weight, Weights, plus};

/// A question with all that is derived from it.
pub(crate) struct Query<'a> {
    pub router: &'a Router<'a>,
    pub request: &'a Request,
    pub pricing: Pricing<'a>,
    pub weights: Arc<Weights>,
    pub closures: Closures,
    /// What answers it in microseconds, where it was prepared for.
    pub ready: Option<&'a Ready<'a>>,
    /// What was prepared for the same question with no more closures: its ways are no worse.
    pub guide: Option<&'a Ready<'a>>,
}

/// A state where the search may begin or end, with its meeting.
#[derive(Clone)]
pub(crate) struct Gate {
    pub state: State,
    pub weight: Weight,
    pub landing: Landing,
}

/// A way with the places it lies between.
pub(crate) type Landed = (Way, [Landing; 2]);

impl<'a> Query<'a> {
    pub(crate) fn new(
        router: &'a Router<'a>,
        request: &'a Request,
        mut closures: Closures,
        ready: Option<&'a Ready<'a>>,
    ) -> Self {
        let guide = ready.filter(|r| r.fits(request));
        let ready = guide.filter(|_| closures == request.closures);
        let shut = request.overrides.iter().filter(|o| o.change == Change::Close);
        closures.links.extend(shut.map(|o| o.link));
        let changes = request.overrides.iter().map(|o| (o.link, o.change)).collect();
        let pricing = Pricing {
            network: router.graph.network,
            parameters: &router.parameters,
            cargo: request.cargo,
            changes,
        };
        let weights = match (ready, guide) {
            (Some(ready), _) => ready.weights.clone(),
            (None, Some(guide)) => {
                Arc::new(guide.weights.with_more_closed(router.graph.network, &closures))
            }
            (None, None) => Arc::new(Weights::new(&pricing, &closures)),
        };
        Query { router, request, pricing, weights, closures, ready, guide }
    }

    /// What a step weighs, or nothing where it is closed.
    pub(crate) fn weigh(&self, step: Step, from: State, to: State) -> Option<Weight> {
        match step {
            Step::Link(link) => self.weights.link(link),
            Step::Transfer(t) => {
                let n = self.router.graph.network;
                let mode = |s: State| n.node_layer[self.router.graph.node(s).ix()].mode();
                let (a, b) = (mode(from), mode(to));
                let open = self.closures.uses(a) && self.closures.uses(b);
                if open { self.weights.transfer(t, a, b) } else { None }
            }
        }
    }

    /// What a step takes by a measure.
    pub(crate) fn measure(&self, step: Step, from: State, to: State, by: Measure) -> Option<u64> {
        let weight = self.weigh(step, from, to)?;
        Some(by.of(
            weight,
            match step {
                Step::Link(link) => u64::from(self.router.graph.network.length_m(link)),
                Step::Transfer(_) => 0,
            },
        ))
    }

    /// What a gate takes by a measure.
    pub(crate) fn entry(&self, gate: &Gate, by: Measure) -> (State, u64) {
        (gate.state, by.of(gate.weight, (gate.landing.access_km * 1e3).round() as u64))
    }

    /// Where goods can be put on (`load`) or taken off a vehicle at a point.
    pub(crate) fn gates(&self, point: &Point, what: &str) -> Vec<Gate> {
        let graph = &self.router.graph;
        let meetings = self.router.meet(point, &self.closures, self.request.snap_km);
        let detour = self.router.parameters.value("access_detour", self.request.cargo);
        let gate = |m: Meeting| {
            let close = m.km < 0.1 || (m.port.is_some() && m.port == point.port);
            let access_km = if close { 0.0 } else { m.km * detour };
            let handled = self.pricing.handling(what, m.layer.mode()).weight();
            let weight = plus(handled, self.pricing.access(access_km).weight());
            let state = if what == "load" { graph.loaded(m.node) } else { graph.arrived(m.node) };
            let landing = Landing {
                node: m.node,
                place: point.name.clone(),
                at: (point.lat, point.lon),
                straight_km: m.km,
                access_km,
            };
            Gate { state, weight, landing }
        };
        let open = |m: &Meeting| {
            let c = graph.network.node_country[m.node.ix()];
            !self.closures.countries.contains(&c)
        };
        meetings.into_iter().filter(open).map(gate).collect()
    }

    pub(crate) fn judge(&self, way: &Way) -> Verdict {
        let graph = &self.router.graph;
        self.router.book.judge(graph, &self.request.goods, graph.node(way.start), &way.steps)
    }

    pub(crate) fn tell(&self, ways: &[Landed]) -> Vec<Itinerary> {
        let teller = Teller {
            graph: &self.router.graph,
            pricing: &self.pricing,
            tonnes: self.request.tonnes,
        };
        let mut told: Vec<Itinerary> =
            ways.iter().map(|(w, [a, b])| teller.tell(a, &w.steps, b)).collect();
        type Measure = fn(&Itinerary) -> f64;
        let measures: [(&'static str, Measure); 4] = [
            ("time", |i| i.time_h),
            ("cost", |i| i.cost_usd),
            ("co2e", |i| i.co2e_kg),
            ("distance", |i| i.distance_km),
        ];
        for (word, measure) in measures {
            let best =
                (0..told.len()).min_by(|a, b| measure(&told[*a]).total_cmp(&measure(&told[*b])));
            if let Some(best) = best {
                told[best].best_at.push(word);
            }
        }
        told
    }

    /// Passages shut by their depth alone.
    fn too_shallow(&self) -> Vec<String> {
        let shut = self.request.closures.passages.iter();
        let passages = shut.map(|p| &self.router.graph.network.passages[p.ix()]);
        let deep = passages.filter(|p| p.closed.is_none() && !self.request.avoided.contains(&p.id));
        deep.filter_map(|p| Some(format!("{} ({} m)", p.id, p.draught_m?))).collect()
    }

    fn stop(&self, point: &Point) -> Stop {
        let n = self.router.graph.network;
        let meetings = self.router.meet(point, &self.request.closures, self.request.snap_km);
        let snap = |m: &Meeting| Snap {
            mode: m.layer.mode(),
            gauge_mm: m.layer.gauge_mm(),
            port: m.port.map(|p| n.terminals[p.ix()].name.clone()),
            distance_km: great_circle_km((point.lat, point.lon), n.at(m.node)),
        };
        let nearest = meetings.iter().min_by(|a, b| a.km.total_cmp(&b.km));
        Stop {
            name: point.name.clone(),
            country: nearest.map_or(String::new(), |m| n.country_of(m.node).to_string()),
            lat: point.lat,
            lon: point.lon,
            snap: meetings.iter().map(snap).collect(),
        }
    }

    pub(crate) fn answer(
        &self,
        itineraries: Vec<Itinerary>,
        cut: bool,
        unreachable: Option<Unreachable>,
        mut law: Vec<String>,
    ) -> Routes {
        let r = self.request;
        if self.router.book.is_off() {
            law.insert(0, WITHOUT_LAW.to_string());
        }
        Routes {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            origin: self.stop(&r.origin),
            destination: self.stop(&r.destination),
            via: r.via.iter().map(|p| self.stop(p)).collect(),
            cargo: r.cargo,
            tonnes: r.tonnes,
            by: r.by.word(),
            tolerance: if r.by == By::Pareto { r.tolerance } else { 0.0 },
            cut_short: cut,
            itineraries,
            unreachable,
            avoided: r.avoided.clone(),
            too_shallow: self.too_shallow(),
            law,
            attribution: Vec::new(),
        }
    }
}
