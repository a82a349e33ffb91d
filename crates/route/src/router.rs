//! A network with parameters and law, shared by all questions.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use trimodal_model::network::{
    Layer, NONE, Network, NodeId, Terminal, TerminalId, great_circle_km,
};
use trimodal_model::scenario::Mode;

use crate::cost::CostModel;
use crate::graph::Graph;
use crate::law::NetworkLaw;
use crate::parameters::{Cargo, Parameters};
use crate::pricing::Prices;
use crate::request::{Point, Request};
use crate::restrict::{Change, Closures};
use crate::services::{self, Service};
use crate::snap::{
    AT_PORTS, Components, SnapCandidate, SnapIndex, SnapQuery, candidates, meets_land,
    nearest_country, node_in, reach_e3,
};
use crate::trade::TradeGeography;

/// Answers questions over a network. Clones share all they hold.
#[derive(Clone)]
pub struct Router {
    /// The graph.
    pub graph: Arc<Graph>,
    /// Defaults or the user's own.
    pub parameters: Arc<Parameters>,
    /// The law.
    pub law: Arc<NetworkLaw>,
    /// Ports and gates of trade at sea.
    pub trade: Arc<TradeGeography>,
    components: Arc<Components>,
    /// Whether there are nodes in each country.
    with_nodes: Arc<Vec<bool>>,
    /// Where block trains begin and end.
    railheads: Arc<Vec<NodeId>>,
    /// Computed before many questions.
    index: Arc<OnceLock<SnapIndex>>,
}

/// How far a truck brings a container to a block train rather than to the nearest railhead, km.
const BLOCK_TRAIN_KM: f64 = 40.0;

impl Router {
    /// A router over a network.
    pub fn new(
        network: impl Into<Arc<Network>>,
        parameters: impl Into<Arc<Parameters>>,
        law: impl Into<Arc<NetworkLaw>>,
    ) -> Self {
        let network = network.into();
        let services = services::bundled(&network);
        Router::over(network, services, parameters, law)
    }

    /// A router over a network with these services only.
    pub fn over(
        network: Arc<Network>,
        services: Vec<Service>,
        parameters: impl Into<Arc<Parameters>>,
        law: impl Into<Arc<NetworkLaw>>,
    ) -> Self {
        let graph = Arc::new(Graph::with_services(network.clone(), services));
        let components = Arc::new(Components::new(&graph));
        let trade = Arc::new(TradeGeography::new(&graph.network));
        let (parameters, law) = (parameters.into(), law.into());
        let mut with_nodes = vec![false; network.countries.len()];
        let countries = network.node_country.iter().filter(|c| **c != NONE);
        countries.for_each(|c| with_nodes[usize::from(*c)] = true);
        let (with_nodes, railheads) = (Arc::new(with_nodes), Arc::new(railheads(&graph)));
        let index = Arc::default();
        Router { graph, parameters, law, trade, components, with_nodes, railheads, index }
    }

    /// The same network with other parameters and another law.
    pub fn with(
        &self,
        parameters: impl Into<Arc<Parameters>>,
        law: impl Into<Arc<NetworkLaw>>,
    ) -> Router {
        Router { parameters: parameters.into(), law: law.into(), ..self.clone() }
    }

    /// The same with more services; one between the same terminals goes in place of a known one.
    pub fn with_services(&self, more: Vec<Service>) -> Router {
        let same =
            |a: &Service, b: &Service| (a.row.mode, a.from, a.to()) == (b.row.mode, b.from, b.to());
        let known = self.graph.services.iter().filter(|old| !more.iter().any(|new| same(old, new)));
        let services = known.cloned().chain(more.iter().cloned()).collect();
        let graph = Arc::new(Graph::with_services(self.graph.network.clone(), services));
        let railheads = Arc::new(railheads(&graph));
        Router { graph, railheads, ..self.clone() }
    }

    /// The components of the network.
    pub fn components(&self) -> &Components {
        &self.components
    }

    /// The nodes where a point meets the network of its country, within a limit.
    pub fn snap(&self, point: &Point, closures: &Closures, limit_km: f64) -> Vec<SnapCandidate> {
        let query = self.snap_query(closures, self.country(point), limit_km, true);
        let mut found = candidates(query, point.at());
        let trains = self.block_trains(point, closures, limit_km.min(BLOCK_TRAIN_KM));
        let new = |t: &SnapCandidate| found.iter().all(|c| c.node != t.node);
        let trains: Vec<SnapCandidate> = trains.into_iter().filter(new).collect();
        found.extend(trains);
        if let Some(port) = point.port {
            // A port that is named is meant, not the one beside it, unless barges call only there.
            let barges = node_in(&self.graph.network, port, Layer::Waterway).is_some();
            let beside = |c: &SnapCandidate| c.layer == Layer::Waterway && !barges;
            found.retain(|c| c.port.is_none_or(|p| p == port) || beside(c));
            if !found.iter().any(|c| c.port == Some(port)) {
                found.extend(self.port_candidates((port, point.at()), closures));
            }
        }
        found
    }

    /// Whether a point meets the network, as [`Router::snap`] finds it.
    pub fn meets_network(&self, point: &Point, closures: &Closures, limit_km: f64) -> bool {
        let query = self.snap_query(closures, self.country(point), limit_km, true);
        meets_land(query, point.at()) || !self.snap(point, closures, limit_km).is_empty()
    }

    /// The terminals of block trains near a point, on its side of the water and in its country.
    fn block_trains(
        &self,
        point: &Point,
        closures: &Closures,
        limit_km: f64,
    ) -> Vec<SnapCandidate> {
        let n = &self.graph.network;
        if !closures.uses(Mode::Rail) {
            return Vec::new();
        }
        let reach_e3 = reach_e3(limit_km);
        let lat_e3 = (point.lat * 1e3).round() as i32;
        let near = |node: &NodeId| (n.node_e3[node.ix()][0] - lat_e3).abs() <= reach_e3;
        let country = self.country(point);
        let candidate = |node: NodeId| {
            let km = great_circle_km(point.at(), n.at(node));
            let at_home = country.is_none_or(|c| n.node_country[node.ix()] == c);
            let near = km <= limit_km && at_home && n.land.is_dry(point.at(), n.at(node));
            let near = near && !closures.way(point.at(), n.at(node));
            near.then(|| SnapCandidate { node, layer: n.node_layer[node.ix()], port: None, km })
        };
        self.railheads.iter().copied().filter(near).filter_map(candidate).collect()
    }

    /// The nodes where a way passes a point: as where it begins or ends, and the port there even across water,
    /// for the goods stay on the ship.
    pub(crate) fn snap_to_pass(
        &self,
        point: &Point,
        closures: &Closures,
        limit_km: f64,
    ) -> Vec<SnapCandidate> {
        let mut found = self.snap(point, closures, limit_km);
        if found.iter().all(|c| c.layer != Layer::Sea) {
            let query = self.snap_query(closures, self.country(point), limit_km, false);
            let over_water = candidates(query, point.at());
            found.extend(over_water.into_iter().filter(|c| c.layer == Layer::Sea));
        }
        found
    }

    /// The same in any country, at any distance: for messages.
    pub(crate) fn snap_anywhere(&self, point: &Point, closures: &Closures) -> Vec<SnapCandidate> {
        const EARTH_KM: f64 = 20_100.0;
        candidates(self.snap_query(closures, None, EARTH_KM, false), point.at())
    }

    /// Whether networks of the point's country are within a limit, but all across water.
    pub fn is_cut_off(&self, point: &Point, closures: &Closures, limit_km: f64) -> bool {
        let query = self.snap_query(closures, self.country(point), limit_km, false);
        self.snap(point, closures, limit_km).is_empty() && !candidates(query, point.at()).is_empty()
    }

    /// What a point without a network on its own side of the water can do with a cargo: the ferries and ports
    /// there, or what is missing.
    pub fn across(&self, point: &Point, cargo: Option<Cargo>, limit_km: f64) -> Vec<String> {
        let found = self.snap(point, &Closures::default(), limit_km);
        let n = &self.graph.network;
        let name = &point.name;
        let mut lines: Vec<String> = Vec::new();
        for c in &found {
            let mode = c.layer.mode().word();
            lines.push(match c.port {
                Some(p) => {
                    let Terminal { name: port, id, .. } = &n.terminals[p.ix()];
                    let refuses = |cargo: &Cargo| !self.trade.may_handle(p, *cargo);
                    match cargo.filter(refuses) {
                        None => format!("{name} is reached by {mode} at {port} ({id}): see --modes"),
                        Some(cargo) => format!(
                            "{port} ({id}) at {name} does not handle {} for the public: name it to use it",
                            cargo.word().replace('_', " ")
                        ),
                    }
                }
                None => format!("{name} is reached by {mode}: see --modes"),
            });
        }
        lines.dedup();
        if lines.is_empty() {
            lines.push(format!(
                "the network has no ferry and no port on the land of {name}: one is missing"
            ));
        }
        lines
    }

    /// The ports of a point that are not deep enough for the ship that was named, each in a sentence.
    pub fn too_shallow(&self, point: &Point, closures: &Closures, limit_km: f64) -> Vec<String> {
        let any_depth = Closures { by_depth: false, ..closures.clone() };
        let metres = |cm: u32| f64::from(cm) / 100.0;
        let line = |c: SnapCandidate| {
            let depth = metres(self.trade.too_shallow(c.port?, closures)?);
            let Terminal { name, id, .. } = &self.graph.network.terminals[c.port?.ix()];
            let draught = metres(closures.ship.draught_cm);
            Some(format!(
                "{name} ({id}) takes ships of up to {depth} m, and this one draws {draught} m: see --ship and --draught"
            ))
        };
        self.snap(point, &any_depth, limit_km).into_iter().filter_map(line).collect()
    }

    fn snap_query<'a>(
        &'a self,
        closures: &'a Closures,
        country: Option<u16>,
        limit_km: f64,
        on_land: bool,
    ) -> SnapQuery<'a> {
        let (graph, components, index) = (&*self.graph, &*self.components, self.index.get());
        let trade = Some(&*self.trade);
        SnapQuery { graph, components, index, trade, closures, country, limit_km, on_land }
    }

    /// Indexes the nodes by position, so that a point is snapped without a scan of all nodes.
    pub fn index_nodes(&self) {
        self.index.get_or_init(|| SnapIndex::new(&self.graph.network));
    }

    /// The country of a point, unless the network has no node there (Monaco, the Vatican).
    fn country(&self, point: &Point) -> Option<u16> {
        let n = &self.graph.network;
        let country = point.country.or_else(|| nearest_country(n, self.index.get(), point.at()))?;
        self.with_nodes.get(usize::from(country)).is_some_and(|has| *has).then_some(country)
    }

    /// The nodes of a port that is named, for a point.
    fn port_candidates(
        &self,
        (port, at): (TerminalId, (f64, f64)),
        closures: &Closures,
    ) -> Vec<SnapCandidate> {
        let n = &self.graph.network;
        let is_open = !closures.terminal(n, port) && !closures.way(at, at);
        let is_deep = self.trade.too_shallow(port, closures).is_none();
        let open = |l: &Layer| closures.uses(l.mode()) && is_open && (is_deep || *l != Layer::Sea);
        let meet = |layer: Layer| {
            let node = node_in(n, port, layer)?;
            Some(SnapCandidate { node, layer, port: Some(port), km: 0.0 })
        };
        AT_PORTS.into_iter().filter(open).filter_map(meet).collect()
    }

    /// The nearest network of each mode in use, at any distance, each in a sentence.
    pub fn nearest(&self, point: &Point, closures: &Closures) -> Vec<String> {
        let n = &self.graph.network;
        let mut found = self.snap_anywhere(point, closures);
        found.sort_by(|a, b| a.km.total_cmp(&b.km));
        let mut seen: Vec<Mode> = Vec::new();
        let mut lines = Vec::new();
        for candidate in found {
            let mode = candidate.layer.mode();
            if seen.contains(&mode) {
                continue;
            }
            seen.push(mode);
            let (lat, lon) = n.at(candidate.node);
            let what = match candidate.port {
                Some(p) => {
                    let t = &n.terminals[p.ix()];
                    let inland = if mode == Mode::Barge { "inland " } else { "" };
                    format!("{inland}port {} ({})", t.name, t.id)
                }
                None => format!("{} at {lat:.3},{lon:.3}", mode.word()),
            };
            let there = n.node_country[candidate.node.ix()];
            let abroad = match self.country(point) {
                Some(own) if candidate.port.is_none() && ![NONE, own].contains(&there) => {
                    format!(", in {} by the map of the network", n.country(there))
                }
                _ => String::new(),
            };
            let (name, km) = (&point.name, candidate.km);
            let over = match n.land.is_dry(point.at(), (lat, lon)) {
                true => String::new(),
                false => {
                    let water = n.land.water_km(point.at(), (lat, lon));
                    format!(", {water:.0} km of it water")
                }
            };
            lines.push(format!("nearest to {name}: {what}, {km:.0} km away{over}{abroad}"));
        }
        lines
    }

    /// The cost model of a request, overrides included.
    pub(crate) fn cost_model(&self, request: &Request) -> CostModel<'_> {
        self.cost_model_at(request, None)
    }

    /// The same, at prices that were looked up before for the same shipment.
    pub(crate) fn cost_model_at(
        &self,
        request: &Request,
        prices: Option<Arc<Prices>>,
    ) -> CostModel<'_> {
        let changes = request.overrides.iter().map(|o| (o.link, o.change)).collect();
        let over = (&*self.graph.network, &*self.parameters, &*self.trade);
        let model = match prices {
            Some(prices) => CostModel::with_prices(over, request.cargo, prices),
            None => CostModel::new(over, (request.cargo, request.tonnes), &request.ship),
        };
        CostModel { day: request.closures.day, changes, ..model }
    }
}

/// The nodes where block trains begin and end, in order.
fn railheads(graph: &Graph) -> Vec<NodeId> {
    let ends = graph.services.iter().filter(|s| s.row.mode == Mode::Rail);
    let nodes: BTreeSet<NodeId> = ends.flat_map(|s| [s.from, s.to()]).collect();
    nodes.into_iter().collect()
}

/// Closures with the links that the overrides of a request close.
pub(crate) fn with_overrides(request: &Request, mut closures: Closures) -> Closures {
    let closed = request.overrides.iter().filter(|o| o.change == Change::Close);
    closures.links.extend(closed.map(|o| o.link));
    closures
}
