//! Answers one question: how does this shipment go?

use std::sync::OnceLock;

use trimodal_model::network::{Network, NodeId, TerminalId, Thing};
use trimodal_model::scenario::Mode;

use crate::closures::Closures;
use crate::explain;
use crate::graph::Graph;
use crate::law::{Book, Goods, told};
use crate::outcome::{Routes, Unreachable};
use crate::overrides::Override;
use crate::parameters::{Cargo, Parameters};
use crate::prepared::Ready;
use crate::query::Query;
use crate::snap::{Components, Index, Look, Meeting, meetings, nearest_country};
use crate::weights::Criterion;

/// A point to start from, to end at or to pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Name for people.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// The port that is meant, if one was named.
    pub port: Option<TerminalId>,
    /// The country it is in, a position in the network's list; `None`: that of the nearest
    /// road, track or port. A truck between a place and the network never crosses a border unseen.
    pub country: Option<u16>,
}

/// What is wanted of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The Pareto set in time, cost and CO2e.
    Pareto,
    /// The best by one criterion.
    One(Criterion),
}

impl By {
    /// The word in output.
    pub fn word(self) -> &'static str {
        match self {
            By::Pareto => "pareto",
            By::One(Criterion::Time) => "time",
            By::One(Criterion::Cost) => "cost",
            By::One(Criterion::Co2e) => "co2e",
            By::One(Criterion::Distance) => "distance",
        }
    }
}

/// A question.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where from.
    pub origin: Point,
    /// Where to.
    pub destination: Point,
    /// Points to pass, in order, without handling.
    pub via: Vec<Point>,
    /// What is shipped.
    pub cargo: Cargo,
    /// Tonnes.
    pub tonnes: f64,
    /// What is wanted.
    pub by: By,
    /// How many more itineraries that differ in modes, terminals or corridor.
    pub alternatives: usize,
    /// Share by which an itinerary may be worse in all three than what is listed, and be left out.
    pub tolerance: f64,
    /// Labels after which a Pareto search gives up; see [`MOST_LABELS`].
    pub most_labels: usize,
    /// What is closed.
    pub closures: Closures,
    /// Names of what was closed by the user, for the answer.
    pub avoided: Vec<String>,
    /// What the user knows better.
    pub overrides: Vec<Override>,
    /// How far a place may be from the network, km.
    pub snap_km: f64,
    /// The goods as a law sees them.
    pub goods: Goods,
}

/// A network ready for questions.
pub struct Router<'a> {
    /// The graph.
    pub graph: Graph<'a>,
    /// Defaults or the user's own.
    pub parameters: Parameters,
    /// The law.
    pub book: Book,
    components: Components,
    /// Made where many questions follow.
    index: OnceLock<Index>,
}

/// Labels after which a Pareto search gives up, unless told otherwise.
pub const MOST_LABELS: usize = 6_000_000;

impl<'a> Router<'a> {
    /// Prepares a network.
    pub fn new(network: &'a Network, parameters: Parameters, book: Book) -> Self {
        let graph = Graph::new(network);
        let components = Components::new(&graph);
        Router { graph, parameters, book, components, index: OnceLock::new() }
    }

    /// The components of the network.
    pub fn components(&self) -> &Components {
        &self.components
    }

    /// Every way for a point to meet the network of its country, within a limit.
    pub fn meet(&self, point: &Point, closures: &Closures, limit_km: f64) -> Vec<Meeting> {
        let look = self.look(closures, self.country(point), limit_km);
        let mut found = meetings(look, (point.lat, point.lon));
        if let Some(port) = point.port {
            // Whoever names a port means it, not the one beside it.
            found.retain(|m| m.port.is_none_or(|p| p == port));
            if !found.iter().any(|m| m.port.is_some()) {
                found.extend(self.port_meeting(port, closures));
            }
        }
        found
    }

    /// Every way for a point to meet the network, in any country, however far: for messages.
    pub(crate) fn meet_anywhere(&self, point: &Point, closures: &Closures) -> Vec<Meeting> {
        const EARTH_KM: f64 = 20_100.0;
        meetings(self.look(closures, None, EARTH_KM), (point.lat, point.lon))
    }

    fn look<'b>(&'b self, closures: &'b Closures, country: Option<u16>, limit_km: f64) -> Look<'b> {
        let (graph, components, index) = (&self.graph, &self.components, self.index.get());
        Look { graph, components, index, closures, country, limit_km }
    }

    /// Sorts the nodes by where they are, so that points meet the network without looking at all.
    pub(crate) fn sort(&self) {
        self.index.get_or_init(|| Index::new(self.graph.network));
    }

    /// The country of a point, unless the network has nothing in it (Monaco, the Vatican).
    fn country(&self, point: &Point) -> Option<u16> {
        let n = self.graph.network;
        let country = point
            .country
            .or_else(|| nearest_country(n, self.index.get(), (point.lat, point.lon)))?;
        n.node_country.contains(&country).then_some(country)
    }

    /// The nearest network of each mode in use, however far, each in a sentence.
    pub fn nearest(&self, point: &Point, closures: &Closures) -> Vec<String> {
        explain::nearest(self, closures, point)
    }

    fn port_meeting(&self, port: TerminalId, closures: &Closures) -> Option<Meeting> {
        let n = self.graph.network;
        if !closures.uses(Mode::Sea) || closures.terminal(n, port) {
            return None;
        }
        let nodes = n.terminals[port.ix()].transfers.iter().flat_map(|(a, b)| [*a, *b]);
        let sea = |x: &NodeId| n.node_layer[x.ix()].mode() == Mode::Sea;
        let node = nodes.into_iter().find(sea)?;
        Some(Meeting { node, layer: n.node_layer[node.ix()], port: Some(port), km: 0.0 })
    }

    /// Answers a question by plain search.
    pub fn route(&self, request: &Request) -> Routes {
        self.route_on(request, None)
    }

    /// Answers a question, by what was made ready for it where that fits.
    pub(crate) fn route_on(&self, request: &Request, ready: Option<&Ready>) -> Routes {
        let mut closures = request.closures.clone();
        let mut banned: Vec<String> = Vec::new();
        loop {
            let query = Query::new(self, request, closures.clone(), ready);
            let Some((ways, cut)) = query.ways() else {
                let why = if banned.is_empty() {
                    explain::unreachable(&query)
                } else {
                    Unreachable {
                        reason: "law",
                        message:
                            "no lawful itinerary: what is possible is forbidden by the rules below"
                                .into(),
                        remedy: std::mem::take(&mut banned),
                    }
                };
                return query.answer(Vec::new(), false, Some(why), Vec::new());
            };
            let mut notices: Vec<String> = Vec::new();
            let mut more: Vec<u16> = Vec::new();
            for (way, _) in &ways {
                let verdict = query.judge(way);
                for id in &verdict.forbidden_by {
                    let policy = self.book.policy(*id);
                    note(&mut banned, told(policy));
                    more.extend(self.book.territory(self.graph.network, policy));
                }
                for id in verdict.notices.iter().chain(&verdict.capped_by) {
                    note(&mut notices, format!("notice: {}", told(self.book.policy(*id))));
                }
            }
            if more.is_empty() {
                notices.extend(banned.iter().map(|b| format!("obeyed: {b}")));
                let told = query.tell(&ways);
                return query.answer(told, cut, None, notices);
            }
            let before = closures.countries.len();
            more.into_iter().for_each(|c| closures.avoid(Thing::Country(c)));
            if closures.countries.len() == before {
                let why = Unreachable {
                    reason: "law",
                    message: "the shipment is forbidden by the rules below".into(),
                    remedy: banned,
                };
                return query.answer(Vec::new(), false, Some(why), Vec::new());
            }
        }
    }
}

fn note(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
