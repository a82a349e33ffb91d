//! Services: ships of a line and block trains between two terminals, with their own time, departures and price.
//!
//! A service is a step of its own from terminal to terminal. Its path over the network says what it passes, so that
//! closures, law and the map treat it as any other way.

use serde::Deserialize;
use trimodal_model::control::Control;
use trimodal_model::embedded::{inflated, rows};
use trimodal_model::network::{
    Flags, LinkId, NONE, Network, NodeId, TerminalId, TerminalKind, great_circle_km,
};
use trimodal_model::scenario::Mode;

use crate::cost::{CostModel, CostParts};
use crate::graph::{State, Step};
use crate::parameters::{Cargo, Dwell, Handling};
use crate::rates::Unit;
use crate::request::Point;
use crate::restrict::Closures;
use crate::router::Router;
use crate::search::{INFINITY, try_forward};
use crate::snap::SnapCandidate;
use crate::water;

const SERVICES: &str = include_str!("../data/services.csv");
const PATHS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/service_paths.csv.z"));
/// The headway that `load_rail_time` supposes for containers.
const DAILY_HEADWAY_H: f64 = 24.0;

/// A service in one direction, as a table states it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ServiceRow {
    /// Stable id.
    pub id: String,
    /// Sea or rail.
    pub mode: Mode,
    /// A cargo, or `any`; containers serve reefers too only where a row says so.
    pub cargo: String,
    /// Code of the port where it begins, if it is known by one.
    #[serde(default)]
    pub from_code: String,
    /// Code of the port where it ends.
    #[serde(default)]
    pub to_code: String,
    /// Where from: name for people.
    pub from: String,
    /// Degrees north.
    pub from_lat: f64,
    /// Degrees east.
    pub from_lon: f64,
    /// Where to.
    pub to: String,
    /// Degrees north.
    pub to_lat: f64,
    /// Degrees east.
    pub to_lon: f64,
    /// Passages and countries that its path keeps clear of, separated by spaces.
    #[serde(default)]
    pub avoid: String,
    /// Departures a week; the wait is half the time between two.
    pub departures_per_week: Option<f64>,
    /// Median days from terminal to terminal; none: those of the model.
    pub days_p50: Option<f64>,
    /// Nine of ten need no longer.
    pub days_p90: Option<f64>,
    /// Price in US dollars; none: that of the model.
    pub usd: Option<f64>,
    /// The least that is usual.
    #[serde(default)]
    pub usd_low: Option<f64>,
    /// The most that is usual.
    #[serde(default)]
    pub usd_high: Option<f64>,
    /// The unit of the price.
    pub per: Option<Unit>,
    /// When the price held.
    #[serde(default)]
    pub period: String,
    /// Source.
    #[serde(default)]
    pub source: String,
    /// Confidence in the days.
    #[serde(default)]
    pub days_confidence: String,
    /// Confidence in the price.
    #[serde(default)]
    pub rate_confidence: String,
}

impl ServiceRow {
    /// The rows that come with the program.
    pub fn bundled() -> Vec<ServiceRow> {
        rows(SERVICES)
    }

    fn carries(&self, cargo: Cargo) -> bool {
        self.cargo == cargo.word() || self.cargo == "any"
    }

    /// Where from and where to, for people.
    pub fn name(&self) -> String {
        format!("{} - {}", self.from, self.to)
    }
}

/// A service by its position in the list of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub u32);

impl ServiceId {
    /// The position in arrays over all services.
    pub fn ix(self) -> usize {
        self.0 as usize
    }
}

/// A service on a network.
#[derive(Debug, Clone)]
pub struct Service {
    /// As the table states it.
    pub row: ServiceRow,
    /// The node where it begins.
    pub from: NodeId,
    /// Its links and changes of gauge, each with the node it leads to.
    pub path: Vec<(Step, NodeId)>,
}

impl Service {
    /// The node where it ends.
    pub fn to(&self) -> NodeId {
        self.path.last().map_or(self.from, |(_, node)| *node)
    }

    /// Its links, each with the node it is entered from.
    pub fn links(&self) -> impl Iterator<Item = (LinkId, NodeId)> + '_ {
        let before = [self.from].into_iter().chain(self.path.iter().map(|(_, node)| *node));
        self.path.iter().zip(before).filter_map(|((step, _), from)| match step {
            Step::Link(link) => Some((*link, from)),
            _ => None,
        })
    }

    /// Length in metres.
    pub fn length_m(&self, network: &Network) -> u64 {
        self.links().map(|(link, _)| u64::from(network.length_m(link))).sum()
    }

    /// Metres on mended links.
    pub fn mended_m(&self, network: &Network) -> u32 {
        let mended = self.links().filter(|(l, _)| network.flags[l.ix()].has(Flags::MENDED));
        mended.map(|(link, _)| network.length_m(link)).sum()
    }

    /// Whether closures let it pass.
    pub fn is_open(&self, network: &Network, closures: &Closures) -> bool {
        closures.uses(self.row.mode)
            && self.links().all(|(link, _)| !closures.link(network, link))
            && self.path.iter().all(|(step, _)| match step {
                Step::Transfer(t) => !closures.terminal(network, *t),
                _ => true,
            })
    }
}

#[derive(Deserialize)]
struct PathRow {
    id: String,
    from_node: u32,
    path: String,
}

/// The bundled services on the embedded network: their paths are in a table made with it. On any other network
/// there are none.
pub fn bundled(network: &Network) -> Vec<Service> {
    bundled_on(network, &inflated(PATHS))
}

/// The services that come with the program, on a network with the paths of a table of its own; without those that
/// have none.
pub fn bundled_on(network: &Network, paths: &str) -> Vec<Service> {
    let mut reader = csv::Reader::from_reader(paths.as_bytes());
    // A row of another edition is no path here.
    let paths: Vec<PathRow> = reader.deserialize().filter_map(Result::ok).collect();
    let on_network = |row: ServiceRow| {
        let found = paths.iter().find(|p| p.id == row.id)?;
        let from = NodeId(found.from_node);
        Some(Service { row, from, path: read_path(network, from, &found.path)? })
    };
    ServiceRow::bundled().into_iter().filter_map(on_network).collect()
}

/// A path written as links and, after a `t`, terminals.
fn read_path(network: &Network, from: NodeId, text: &str) -> Option<Vec<(Step, NodeId)>> {
    let mut at = from;
    let mut path = Vec::new();
    for word in text.split(' ') {
        let (step, to) = match word.strip_prefix('t') {
            Some(number) => {
                let id = TerminalId(number.parse().ok()?);
                let transfers = &network.terminals.get(id.ix())?.transfers;
                let other = |(a, b): &(NodeId, NodeId)| {
                    if *a == at { Some(*b) } else { (*b == at).then_some(*a) }
                };
                (Step::Transfer(id), transfers.iter().find_map(other)?)
            }
            None => {
                let link = LinkId(word.parse().ok()?);
                let (tail, head) = (*network.tail.get(link.ix())?, *network.head.get(link.ix())?);
                let to = if tail == at { head } else { (head == at).then_some(tail)? };
                (Step::Link(link), to)
            }
        };
        path.push((step, to));
        at = to;
    }
    Some(path)
}

/// The paths of services as rows of the table of paths.
pub fn paths_csv(services: &[Service]) -> String {
    let mut out = String::from("id,from_node,path\n");
    for service in services {
        let word = |(step, _): &(Step, NodeId)| match step {
            Step::Transfer(t) => format!("t{}", t.0),
            Step::Link(l) => l.0.to_string(),
            Step::Service(_) => String::new(),
        };
        let path: Vec<String> = service.path.iter().map(word).collect();
        out += &format!("{},{},{}\n", service.row.id, service.from.0, path.join(" "));
    }
    out
}

/// How far the terminal of a service may be from where the table has it, km.
const TERMINAL_KM: f64 = 80.0;

/// Finds services on a network: the shortest way of their mode between their terminals. An error names the end, or
/// both, that has no terminal, or says that no way joins them.
pub fn trace(router: &Router, row: ServiceRow) -> Result<Service, String> {
    let graph = &router.graph;
    let n = &graph.network;
    let closures = closures_of(n, &row);
    let ends = [
        terminals(
            router,
            &row,
            &closures,
            (&row.from, &row.from_code, row.from_lat, row.from_lon),
        )?,
        terminals(router, &row, &closures, (&row.to, &row.to_code, row.to_lat, row.to_lon))?,
    ];
    let value = |step, _: State, _: State| match step {
        Step::Link(link) if n.layer_of(link).mode() == row.mode && !closures.link(n, link) => {
            Some(u64::from(n.length_m(link)))
        }
        // Changes of gauge only; a kilometre, so that none is made for nothing.
        Step::Transfer(t) if n.terminals[t.ix()].kind == TerminalKind::GaugeChange => Some(1_000),
        _ => None,
    };
    let [sources, targets] = ends;
    let from: Vec<(State, u64)> = sources.iter().map(|(n, m)| (graph.loaded(*n), *m)).collect();
    let tree = try_forward(graph, &from, value, |_, _| false, &Control::none());
    let tree = tree.map_err(|reason| reason.to_string())?;
    let reached = targets.iter().map(|(node, m)| (graph.arrived(*node), *m));
    let reached = reached.filter(|(s, _)| tree.cost[s.ix()] != INFINITY);
    let best = reached.min_by_key(|(s, m)| (tree.cost[s.ix()] + m, *s));
    let (end, _) =
        best.ok_or_else(|| format!("no way by {} joins {}", row.mode.word(), row.name()))?;
    let (start, steps) = tree.path(end);
    let path = steps.into_iter().map(|(step, state)| (step, graph.node(state))).collect();
    Ok(Service { row, from: graph.node(start), path })
}

fn closures_of(n: &Network, row: &ServiceRow) -> Closures {
    use trimodal_model::network::{NetworkElement, PassageId};
    let mut closures = Closures { modes: [row.mode].into(), ..Closures::by_default(n, 0.0) };
    for word in row.avoid.split([' ', ';']).filter(|w| !w.is_empty()) {
        let passages = n.passages.iter().enumerate().filter(|(_, p)| p.id == word);
        let countries = n.countries.iter().enumerate().filter(|(_, c)| *c == word);
        let passages = passages.map(|(i, _)| NetworkElement::Passage(PassageId::at(i)));
        let countries = countries.map(|(i, _)| NetworkElement::Country(i as u16));
        passages.chain(countries).for_each(|element| closures.avoid(element));
    }
    closures
}

/// The nodes that a service may begin or end at, with metres from where the table has its terminal.
fn terminals(
    router: &Router,
    row: &ServiceRow,
    closures: &Closures,
    (name, code, lat, lon): (&str, &str, f64, f64),
) -> Result<Vec<(NodeId, u64)>, String> {
    let n = &router.graph.network;
    let point = Point { name: name.to_string(), lat, lon, port: None, country: None };
    let mut found = router.snap(&point, closures, TERMINAL_KM);
    if row.mode == Mode::Sea {
        // The port of the code, else the nearest to the terminal that handles containers.
        let coded = router.trade.nodes().find(|(_, t)| n.terminals[t.ix()].id == code);
        let port = coded.map(|(node, t)| at_port(n, node, t, 0.0));
        found = port.or_else(|| port_near(router, (lat, lon))).into_iter().collect();
    }
    let nodes: Vec<(NodeId, u64)> =
        found.iter().map(|c| (c.node, (c.km * 1e3).round() as u64)).collect();
    match nodes.is_empty() {
        true => Err(format!(
            "no terminal for {} within {TERMINAL_KM} km of {name} ({lat},{lon})",
            row.mode.word()
        )),
        false => Ok(nodes
            .into_iter()
            .filter(|(node, _)| n.node_layer[node.ix()].mode() == row.mode)
            .collect()),
    }
}

fn at_port(n: &Network, node: NodeId, terminal: TerminalId, km: f64) -> SnapCandidate {
    SnapCandidate { node, layer: n.node_layer[node.ix()], port: Some(terminal), km }
}

fn port_near(router: &Router, at: (f64, f64)) -> Option<SnapCandidate> {
    let n = &router.graph.network;
    let handles =
        |t: TerminalId| router.trade.port(t).is_some_and(|p| p.handles(Cargo::Containers));
    let near = |(node, t): (NodeId, TerminalId)| {
        let km = great_circle_km(at, n.at(node));
        (km <= TERMINAL_KM && handles(t)).then_some((km, t, node))
    };
    let all = router.trade.nodes().filter_map(near);
    let best = all.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    best.map(|(km, t, node)| at_port(n, node, t, km))
}

impl CostModel<'_> {
    /// A service for the cargo of the model: the wait for it, and the ride. None where it does not carry it.
    pub fn service(&self, service: &Service) -> Option<[CostParts; 2]> {
        let row = &service.row;
        if !row.carries(self.cargo) {
            return None;
        }
        let dwell = row.departures_per_week.map_or(Dwell::default(), |n| self.wait(row.mode, n));
        let wait = CostParts { dwell, ..CostParts::default() };
        let mut ride = self.along(service);
        if let Some(p50) = row.days_p50 {
            let p90 = row.days_p90.unwrap_or(p50);
            (ride.fixed_h, ride.variance_h2) = (0.0, 0.0);
            ride.dwell = Dwell::new(p50 * 24.0, p90 * 24.0);
        }
        if let (Some(usd), Some(per)) = (row.usd, row.per) {
            ride.usd_t = self.pricing.charge().usd_t(per, usd);
        }
        Some([wait, ride])
    }

    /// The wait for a service with so many departures a week. Loading a container train has half of a daily headway
    /// in it already (`load_rail_time`), so only what a longer headway adds is waited for.
    fn wait(&self, mode: Mode, departures_week: f64) -> Dwell {
        let is_in_loading =
            mode == Mode::Rail && matches!(self.cargo, Cargo::Containers | Cargo::Reefer);
        let counted_h = if is_in_loading { DAILY_HEADWAY_H } else { 0.0 };
        Dwell::up_to((water::headway_h(departures_week) - counted_h).max(0.0))
    }

    /// From one train to a block train: off the one, onto the other.
    pub fn joining(&self) -> CostParts {
        let at = |handling| self.handling(handling, Mode::Rail, NONE);
        let (off, on) = (at(Handling::Unload), at(Handling::Load));
        CostParts { usd_t: off.usd_t + on.usd_t, ..on }
    }

    /// What the model says of the path of a service, stops included. Its own waits are not those of the service.
    fn along(&self, service: &Service) -> CostParts {
        let mut sum = CostParts::default();
        for (link, from) in service.links() {
            let stops = [self.border(link), self.passage(link)].into_iter().flatten();
            for parts in stops.chain([self.link(link, from)]) {
                let hours = parts.hours();
                sum = sum.then(CostParts { fixed_h: hours, dwell: Dwell::default(), ..parts });
            }
        }
        sum
    }
}
