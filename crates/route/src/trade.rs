//! Trade at sea: the region, rank and functions of every port, and the gates, lines on the sea, where a trade
//! that is fuller in one direction is dearer in that direction.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use trimodal_model::embedded::{inflated, rows};
use trimodal_model::network::{
    Layer, LinkId, Network, NodeId, Terminal, TerminalId, TerminalKind, degrees,
};

use crate::node_set::NodeSet;
use crate::parameters::Cargo;
use crate::restrict::Closures;

const REGIONS: &str = include_str!("../data/sea_regions.csv");
const GATES: &str = include_str!("../data/trade_gates.csv");
const PORTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/port_functions.csv.z"));

/// A region of ports: countries, or the part of them in a box.
#[derive(Debug, Clone, Deserialize)]
struct Region {
    region: String,
    /// ISO codes, separated by spaces; `*` for all.
    countries: String,
    lat_min: Option<f64>,
    lat_max: Option<f64>,
    lon_min: Option<f64>,
    lon_max: Option<f64>,
}

impl Region {
    fn has(&self, country: &str, (lat, lon): (f64, f64)) -> bool {
        let within = |x: f64, low: Option<f64>, high: Option<f64>| {
            low.is_none_or(|l| x >= l) && high.is_none_or(|h| x <= h)
        };
        self.countries.split(' ').any(|c| c == country || c == "*")
            && within(lat, self.lat_min, self.lat_max)
            && within(lon, self.lon_min, self.lon_max)
    }
}

/// A line on the sea along a meridian or a parallel.
#[derive(Debug, Clone, Deserialize)]
struct Gate {
    gate: String,
    axis: Axis,
    at: f64,
    low: f64,
    high: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Axis {
    /// A meridian, between two latitudes.
    Meridian,
    /// A parallel, between two longitudes.
    Parallel,
}

impl Gate {
    /// Whether a straight line crosses it, and if so whether eastward or northward.
    fn crossed(&self, a: (f64, f64), b: (f64, f64)) -> Option<bool> {
        let (from, to) = match self.axis {
            Axis::Meridian => (turned(a.1 - self.at), turned(b.1 - self.at)),
            Axis::Parallel => (a.0 - self.at, b.0 - self.at),
        };
        if (from < 0.0) == (to < 0.0) || (from - to).abs() >= 180.0 {
            return None;
        }
        let along = match self.axis {
            Axis::Meridian => [a.0, b.0],
            // Longitudes grow over the antimeridian, from a to b the short way.
            Axis::Parallel => [a.1, a.1 + turned(b.1 - a.1)],
        };
        let place = along[0] + (along[1] - along[0]) * from / (from - to);
        let within = |x: f64| (self.low..=self.high).contains(&x);
        let on_line = match self.axis {
            Axis::Meridian => within(place),
            Axis::Parallel => within(place) || within(place - 360.0) || within(place + 360.0),
        };
        on_line.then_some(to > from)
    }

    /// The name of a rate for a direction.
    fn rate(&self, forward: bool) -> String {
        let way = match (self.axis, forward) {
            (Axis::Meridian, true) => 'E',
            (Axis::Meridian, false) => 'W',
            (Axis::Parallel, true) => 'N',
            (Axis::Parallel, false) => 'S',
        };
        format!("{}:{way}", self.gate)
    }
}

/// A longitude from -180 to 180.
fn turned(lon: f64) -> f64 {
    // Differences of longitudes are at most a turn beyond, where subtraction is exact and much quicker.
    let x = lon + 540.0;
    let within = match x {
        0.0..360.0 => x,
        360.0..720.0 => x - 360.0,
        720.0..1080.0 => x - 720.0,
        _ => x.rem_euclid(360.0),
    };
    within - 180.0
}

/// How often ships of many lines call at a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// One of the hubs of the world.
    Hub,
    /// A main port of deep-sea lines.
    Main,
    /// A regional port, a feeder port.
    Regional,
    /// Any other.
    Other,
}

impl Rank {
    /// All ranks.
    pub const ALL: [Rank; 4] = [Rank::Hub, Rank::Main, Rank::Regional, Rank::Other];

    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Rank::Hub => "hub",
            Rank::Main => "main",
            Rank::Regional => "regional",
            Rank::Other => "other",
        }
    }
}

/// A port as trade sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct PortTrade {
    /// Its region: a position in [`TradeGeography::regions`].
    pub region: usize,
    /// Its rank.
    pub rank: Rank,
    /// Whether it takes the cargo of anybody: a marina, an oil terminal or a suburb does not.
    is_public: bool,
    /// What it handles, if that is known; of inland ports it is not.
    functions: Option<String>,
    /// The deepest ship at its berths for containers and general cargo, cm, if that is known.
    max_draught_cm: Option<u32>,
}

impl PortTrade {
    /// Whether it handles a cargo. A port of which nothing is known handles all.
    pub fn handles(&self, cargo: Cargo) -> bool {
        let word = match cargo {
            Cargo::Containers | Cargo::Reefer => "container",
            Cargo::DryBulk => "dry_bulk",
            Cargo::LiquidBulk => "liquid",
            Cargo::General => "general",
        };
        self.is_public && self.does(word)
    }
}

impl PortTrade {
    fn does(&self, word: &str) -> bool {
        self.functions.as_ref().is_none_or(|f| f.split(' ').any(|x| x == word))
    }

    /// Whether a shipment of a cargo may begin or end at it where no port handles the cargo: general cargo berths
    /// take single containers.
    fn may_handle(&self, cargo: Cargo) -> bool {
        let boxes = matches!(cargo, Cargo::Containers | Cargo::Reefer);
        self.handles(cargo) || (boxes && self.is_public && self.does("general"))
    }
}

#[derive(Debug, Deserialize)]
struct PortRow {
    code: String,
    functions: String,
    rank: u8,
    max_draught_m: Option<f64>,
}

fn port_rows() -> &'static HashMap<String, PortRow> {
    static ROWS: OnceLock<HashMap<String, PortRow>> = OnceLock::new();
    ROWS.get_or_init(|| {
        rows::<PortRow>(&inflated(PORTS)).into_iter().map(|r| (r.code.clone(), r)).collect()
    })
}

/// Where trade at sea is priced, over a network.
pub struct TradeGeography {
    /// Names of the regions.
    pub regions: Vec<String>,
    /// For each terminal; none where it is no port.
    ports: Vec<Option<PortTrade>>,
    /// The port at each of its nodes at sea.
    at_node: HashMap<NodeId, TerminalId>,
    port_nodes: NodeSet,
    /// The ports from south to north: latitude in thousandths of a degree.
    by_latitude: Vec<(i32, TerminalId)>,
    /// Links that cross gates, from tail to head, in order of the links.
    crossings: Vec<(LinkId, usize, bool)>,
    gates: Vec<Gate>,
}

impl TradeGeography {
    /// Finds the ports and the crossings of a network.
    pub fn new(network: &Network) -> TradeGeography {
        let (table, gates): (Vec<Region>, Vec<Gate>) = (rows(REGIONS), rows(GATES));
        let mut regions: Vec<String> = table.iter().map(|r| r.region.clone()).collect();
        regions.sort();
        regions.dedup();
        let port = |t: &Terminal| {
            let (country, at) = (network.country(t.country), degrees(t.at_e3));
            let name = table.iter().find(|r| r.has(country, at)).map(|r| r.region.as_str());
            let region = regions.iter().position(|r| Some(r.as_str()) == name).unwrap_or(0);
            let row = port_rows().get(&t.id);
            let rank = match row.map_or(4, |r| r.rank) {
                1 => Rank::Hub,
                2 => Rank::Main,
                3 => Rank::Regional,
                _ => Rank::Other,
            };
            let nodes = t.transfers.iter().flat_map(|(a, b)| [a, b]);
            let at_sea = nodes.into_iter().any(|n| network.node_layer[n.ix()] == Layer::Sea);
            let functions = row.filter(|_| at_sea).map(|r| r.functions.clone());
            let is_public = !at_sea || row.is_none_or(|r| r.rank != 9);
            let max_draught_cm = row
                .filter(|_| at_sea)
                .and_then(|r| r.max_draught_m)
                .map(|m| (m * 100.0).round() as u32);
            PortTrade { region, rank, is_public, functions, max_draught_cm }
        };
        let is_port = |t: &Terminal| t.kind == TerminalKind::Port;
        let ports = network.terminals.iter().map(|t| is_port(t).then(|| port(t))).collect();
        let mut at_node = HashMap::new();
        for (t, terminal) in network.terminals.iter().enumerate().filter(|(_, t)| is_port(t)) {
            let nodes = terminal.transfers.iter().flat_map(|(a, b)| [*a, *b]);
            let at_sea = nodes.filter(|n| network.node_layer[n.ix()] == Layer::Sea);
            at_node.extend(at_sea.map(|node| (node, TerminalId::at(t))));
        }
        let latitude = |(t, terminal): (usize, &Terminal)| (terminal.at_e3[0], TerminalId::at(t));
        let all = network.terminals.iter().enumerate().filter(|(_, t)| is_port(t));
        let mut by_latitude: Vec<(i32, TerminalId)> = all.map(latitude).collect();
        by_latitude.sort_unstable();
        let crossings = crossings(network, &gates);
        let port_nodes = NodeSet::new(network.nodes(), at_node.keys().copied());
        TradeGeography { regions, ports, at_node, port_nodes, by_latitude, crossings, gates }
    }

    /// A port.
    pub fn port(&self, terminal: TerminalId) -> Option<&PortTrade> {
        self.ports[terminal.ix()].as_ref()
    }

    /// The ports within some thousandths of a degree of latitude.
    pub(crate) fn ports_near(
        &self,
        lat_e3: i32,
        reach_e3: i32,
    ) -> impl Iterator<Item = TerminalId> {
        let (low, high) = (lat_e3.saturating_sub(reach_e3), lat_e3.saturating_add(reach_e3));
        let first = self.by_latitude.partition_point(|(lat, _)| *lat < low);
        let near = self.by_latitude[first..].iter().take_while(move |(lat, _)| *lat <= high);
        near.map(|(_, port)| *port)
    }

    /// Kilometres by which a port of a rank may be farther away than a better one and still be meant.
    pub fn detour_km(&self, terminal: TerminalId, cargo: Cargo) -> f64 {
        let boxes = matches!(cargo, Cargo::Containers | Cargo::Reefer);
        let Some(port) = self.port(terminal).filter(|_| boxes) else { return 0.0 };
        match port.rank {
            // Any port that handles the cargo goes before one that may.
            _ if !port.handles(cargo) => 1e5,
            Rank::Hub => 0.0,
            Rank::Main => 15.0,
            Rank::Regional => 30.0,
            Rank::Other => 60.0,
        }
    }

    /// Whether a shipment of a cargo may begin or end at a terminal.
    pub fn may_handle(&self, terminal: TerminalId, cargo: Cargo) -> bool {
        self.port(terminal).is_none_or(|port| port.may_handle(cargo))
    }

    /// The depth of a port in cm, where the ship that was named draws more by over a tenth: high water and a part load
    /// make up for less. Berths for bulk may be deeper than those whose depth is known.
    pub fn too_shallow(&self, terminal: TerminalId, closures: &Closures) -> Option<u32> {
        let is_bulk = matches!(closures.cargo, Some(Cargo::DryBulk | Cargo::LiquidBulk));
        let port = self.port(terminal).filter(|_| closures.by_depth && !is_bulk)?;
        let lightened_cm = closures.ship.draught_cm * 10 / 11;
        port.max_draught_cm.filter(|depth| *depth < lightened_cm)
    }

    /// Whether a terminal handles a cargo.
    pub fn handles(&self, terminal: TerminalId, cargo: Cargo) -> bool {
        self.port(terminal).is_none_or(|port| port.handles(cargo))
    }

    /// The port at a node at sea.
    pub fn port_at(&self, node: NodeId) -> Option<TerminalId> {
        if self.port_nodes.has(node) { self.at_node.get(&node).copied() } else { None }
    }

    /// Nodes at sea with their ports.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, TerminalId)> + '_ {
        self.at_node.iter().map(|(n, t)| (*n, *t))
    }

    /// Whether a link crosses a gate.
    pub fn has_gate(&self, link: LinkId) -> bool {
        self.crossings.binary_search_by_key(&link, |(l, _, _)| *l).is_ok()
    }

    /// The names of the rates of the gates that a link crosses, from its tail or from its head.
    pub fn gates_of(&self, link: LinkId, from_tail: bool) -> impl Iterator<Item = String> + '_ {
        let first = self.crossings.partition_point(|(l, _, _)| *l < link);
        let of_link = self.crossings[first..].iter().take_while(move |(l, _, _)| *l == link);
        of_link.map(move |(_, gate, forward)| self.gates[*gate].rate(*forward == from_tail))
    }
}

fn crossings(network: &Network, gates: &[Gate]) -> Vec<(LinkId, usize, bool)> {
    let mut found = Vec::new();
    let at_sea =
        (0..network.links()).map(LinkId::at).filter(|l| network.layer_of(*l) == Layer::Sea);
    for link in at_sea {
        let [a, b] = [network.tail[link.ix()], network.head[link.ix()]].map(|n| network.at(n));
        let crossed = |(g, gate): (usize, &Gate)| Some((link, g, gate.crossed(a, b)?));
        found.extend(gates.iter().enumerate().filter_map(crossed));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(axis: Axis, at: f64, low: f64, high: f64) -> Gate {
        Gate { gate: "g".into(), axis, at, low, high }
    }

    #[test]
    fn a_gate_is_crossed_once_and_told_by_direction() {
        let pacific = gate(Axis::Meridian, 180.0, 0.0, 66.0);
        assert_eq!(pacific.crossed((35.0, 179.0), (36.0, -179.0)), Some(true));
        assert_eq!(pacific.crossed((36.0, -179.0), (35.0, 179.0)), Some(false));
        assert_eq!(pacific.crossed((35.0, 10.0), (36.0, -10.0)), None);
        assert_eq!(pacific.crossed((-35.0, 179.0), (-36.0, -179.0)), None);
        let equator = gate(Axis::Parallel, 0.0, -50.0, 10.0);
        assert_eq!(equator.crossed((-1.0, -30.0), (1.0, -29.0)), Some(true));
        assert_eq!(equator.crossed((-1.0, 70.0), (1.0, 70.0)), None);
        assert_eq!(equator.rate(false), "g:S");
        // Near the corner of two gates one of them is crossed, over the antimeridian too.
        let south = gate(Axis::Parallel, -11.0, 95.0, 180.0);
        let east = gate(Axis::Meridian, 180.0, -11.0, 66.0);
        for lat in [-10.9, -11.1, -14.0, -8.0] {
            let (a, b) = ((-9.0, 179.0), (2.0 * lat + 9.0, -179.0));
            let both = [south.crossed(a, b).is_some(), east.crossed(a, b).is_some()];
            assert!(both.contains(&true), "{lat}: {both:?}");
        }
    }

    #[test]
    fn the_tables_are_read() {
        assert!(rows::<Region>(REGIONS).iter().all(|r| !r.region.is_empty()));
        assert!(rows::<Gate>(GATES).iter().all(|g| g.low < g.high));
        assert!(!port_rows().is_empty());
    }
}
