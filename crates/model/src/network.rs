//! The network of the Earth (or a part of it): bare parallel arrays with typed positions.
//!
//! A node belongs to one *layer*: the sea, the road, the rail of one gauge, or inland waterways. A link joins
//! two nodes of a layer and is used in both directions; a ferry is a link in the layer of the vehicles that it
//! carries. Layers meet only at [`Terminal`]s: ports, rail-road
//! terminals and break-of-gauge stations. So a train can never roll from one gauge to another,
//! whatever the search does.
//!
//! Built by the recipe in `xtask`, packed and loaded by `world`, read by `route`; nothing
//! downstream changes it.

use crate::digest::Fnv1a;
use crate::land::Land;
pub use crate::passage::{Locks, Passage, PassageKind, Season};
use serde::Serialize;

use crate::scenario::Mode;

macro_rules! positions {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the network's arrays of this kind.
            pub fn ix(self) -> usize {
                self.0 as usize
            }

            /// The id of a position.
            pub fn at(position: usize) -> Self {
                $name(u32::try_from(position).expect("a network has fewer than 2^32 of anything"))
            }
        }
    )*};
}

positions! {
    /// A node of the network.
    NodeId;
    /// A link of the network.
    LinkId;
    /// A terminal.
    TerminalId;
    /// A border crossing.
    BorderId;
    /// A passage: a strait, a stretch of waterway, a ferry.
    PassageId;
}

/// The layer of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Layer {
    /// Open water, canals and harbours.
    Sea,
    /// Roads.
    Road,
    /// Tracks of one gauge, in millimetres.
    Rail(u16),
    /// Rivers, canals and lakes with barges.
    Waterway,
}

impl Layer {
    /// The mode that moves in it.
    pub fn mode(self) -> Mode {
        match self {
            Layer::Sea => Mode::Sea,
            Layer::Road => Mode::Road,
            Layer::Rail(_) => Mode::Rail,
            Layer::Waterway => Mode::Barge,
        }
    }

    /// The gauge, if it has one.
    pub fn gauge_mm(self) -> Option<u16> {
        match self {
            Layer::Rail(mm) => Some(mm),
            _ => None,
        }
    }
}

/// Special properties of a link, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// Joined by the recipe where the source is cut: a rule or a hand-made row.
    pub const MENDED: Flags = Flags(1);
    /// From a terminal to the nearest link of a mode: a straight line with a detour factor.
    pub const ACCESS: Flags = Flags(2);
    /// A sea link that crosses land on the map, outside canals.
    pub const OVER_LAND: Flags = Flags(4);
    /// A ferry: vehicles of its layer are carried on a ship.
    pub const FERRY: Flags = Flags(8);
    /// A link of a waterway whose tail is upstream; without it the head is.
    pub const TAIL_UPSTREAM: Flags = Flags(16);

    /// Whether all bits of `other` are set.
    pub fn has(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// The first without the second.
    pub fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }

    /// Both.
    pub fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// No passage, no border, no country.
pub const NONE: u16 = u16::MAX;

/// A kind of transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminalKind {
    /// A seaport, with or without rail and road.
    Port,
    /// A rail-road terminal.
    RailRoad,
    /// A break-of-gauge station.
    GaugeChange,
}

impl TerminalKind {
    /// The word in tables and output.
    pub fn word(self) -> &'static str {
        match self {
            TerminalKind::Port => "port",
            TerminalKind::RailRoad => "rail-road terminal",
            TerminalKind::GaugeChange => "gauge change",
        }
    }
}

/// A place of transfer: its nodes, one or more in each layer that it joins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// Stable id: a UN/LOCODE for a port, a kebab-case name otherwise.
    pub id: String,
    /// Name for users.
    pub name: String,
    /// The kind of transfer.
    pub kind: TerminalKind,
    /// Position in [`Network::countries`], or [`NONE`].
    pub country: u16,
    /// Where it is, thousandths of a degree, north and east.
    pub at_e3: [i32; 2],
    /// Its transfers, in both directions.
    pub transfers: Vec<(NodeId, NodeId)>,
}

/// A named border crossing of one mode between two countries.
#[derive(Debug, Clone, PartialEq)]
pub struct Border {
    /// Stable id, `rail-by-pl-brest`.
    pub id: String,
    /// Name for users: the nearest place.
    pub name: String,
    /// Rail or road.
    pub mode: Mode,
    /// The two countries, positions in [`Network::countries`].
    pub countries: [u16; 2],
    /// Where it is, thousandths of a degree, north and east.
    pub at_e3: [i32; 2],
    /// Time and cost of passing.
    pub stop: BorderDelay,
}

/// The stop at a border.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BorderDelay {
    /// Median hours.
    pub p50_h: f64,
    /// 90th percentile of the hours.
    pub p90_h: f64,
    /// US dollars a tonne.
    pub usd_t: f64,
    /// Whether the change of gauge is in these figures.
    pub includes_gauge_change: bool,
    /// Why no freight passes, if none does.
    pub closed: Option<String>,
    /// Source of these figures.
    pub source: String,
    /// How sure they are.
    pub confidence: String,
}

/// A network element that can be avoided or forced by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NetworkElement {
    /// A country, on land and its ports.
    Country(u16),
    /// A strait, a stretch of waterway, or a ferry.
    Passage(PassageId),
    /// A border crossing.
    Border(BorderId),
    /// A port or another terminal.
    Terminal(TerminalId),
    /// One link.
    Link(LinkId),
}

/// The network.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Network {
    /// ISO 3166-1 alpha-2 codes, in alphabetical order.
    pub countries: Vec<String>,
    /// Thousandths of a degree north and east of each node.
    pub node_e3: Vec<[i32; 2]>,
    /// The layer of each node.
    pub node_layer: Vec<Layer>,
    /// The country of each node: a position in `countries`, or [`NONE`] at sea.
    pub node_country: Vec<u16>,
    /// One end of each link.
    pub tail: Vec<NodeId>,
    /// The other end of each link.
    pub head: Vec<NodeId>,
    /// Length of each link, metres, as the source has it; see [`Network::length_m`].
    pub raw_m: Vec<u32>,
    /// Correction factor on the lengths of the source, by mode: rail, sea, road. Lengths of waterways are
    /// those of the authorities.
    pub length_factor: [f64; 3],
    /// Speeds of links that have one of their own, km/h: 0 for those without; empty where none has.
    pub link_kmh: Vec<f32>,
    /// Special properties of each link.
    pub flags: Vec<Flags>,
    /// The passage of each link: a position in `passages`, or [`NONE`].
    pub link_passage: Vec<u16>,
    /// The border that each link crosses: a position in `borders`, or [`NONE`].
    pub link_border: Vec<u16>,
    /// Where the points between the ends of each link begin in `shape`; one more entry than links.
    pub shape_first: Vec<u32>,
    /// Points between ends, tail to head.
    pub shape: Vec<[i32; 2]>,
    /// Ports, rail-road terminals, break-of-gauge stations.
    pub terminals: Vec<Terminal>,
    /// Border crossings.
    pub borders: Vec<Border>,
    /// Straits and canals at sea, then ferries, then stretches of waterways.
    pub passages: Vec<Passage>,
    /// Land and water.
    pub land: Land,
    /// Where the links of each node begin in `out`; one more entry than nodes.
    pub first_out: Vec<u32>,
    /// For each node its links with the node at the other end.
    pub out: Vec<(LinkId, NodeId)>,
}

impl Network {
    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.node_e3.len()
    }

    /// Number of links.
    pub fn links(&self) -> usize {
        self.tail.len()
    }

    /// The links of a node, each with the node at its other end.
    pub fn links_of(&self, node: NodeId) -> &[(LinkId, NodeId)] {
        &self.out[self.first_out[node.ix()] as usize..self.first_out[node.ix() + 1] as usize]
    }

    /// The layer that a link is in.
    pub fn layer_of(&self, link: LinkId) -> Layer {
        self.node_layer[self.tail[link.ix()].ix()]
    }

    /// Degrees north and east of a node.
    pub fn at(&self, node: NodeId) -> (f64, f64) {
        degrees(self.node_e3[node.ix()])
    }

    /// The code of a node's country; empty at sea.
    pub fn country_of(&self, node: NodeId) -> &str {
        self.country(self.node_country[node.ix()])
    }

    /// The code of a country by its position; empty for [`NONE`].
    pub fn country(&self, position: u16) -> &str {
        self.countries.get(usize::from(position)).map_or("", String::as_str)
    }

    /// Length of a link, metres, corrected for the detail that the simplified lines of the source lack.
    pub fn length_m(&self, link: LinkId) -> u32 {
        let factor = match self.layer_of(link).mode() {
            Mode::Rail => self.length_factor[0],
            Mode::Sea => self.length_factor[1],
            Mode::Road => self.length_factor[2],
            Mode::Barge => 1.0,
        };
        (f64::from(self.raw_m[link.ix()]) * factor).round() as u32
    }

    /// The speed of a link, km/h, where it has one of its own in place of that of its mode and country.
    pub fn own_kmh(&self, link: LinkId) -> Option<f64> {
        self.link_kmh.get(link.ix()).filter(|kmh| **kmh > 0.0).map(|kmh| f64::from(*kmh))
    }

    /// The passage of a link, if it has one.
    pub fn passage_of(&self, link: LinkId) -> Option<&Passage> {
        self.passages.get(usize::from(self.link_passage[link.ix()]))
    }

    /// Whether a link of a waterway leads downstream from one of its ends.
    pub fn is_downstream(&self, link: LinkId, from: NodeId) -> bool {
        let tail = self.tail[link.ix()] == from;
        tail == self.flags[link.ix()].has(Flags::TAIL_UPSTREAM)
    }

    /// The points of a link from tail to head, ends included.
    pub fn line(&self, link: LinkId) -> Vec<[i32; 2]> {
        let (a, b) =
            (self.shape_first[link.ix()] as usize, self.shape_first[link.ix() + 1] as usize);
        let mut line = vec![self.node_e3[self.tail[link.ix()].ix()]];
        line.extend_from_slice(&self.shape[a..b]);
        line.push(self.node_e3[self.head[link.ix()].ix()]);
        line
    }

    /// The stable id of a link: mode, and a hash of both ends, the length and the layer.
    ///
    /// It survives a new edition of the network as long as the link itself does.
    pub fn link_name(&self, link: LinkId) -> String {
        let l = link.ix();
        let (a, b) = (self.node_e3[self.tail[l].ix()], self.node_e3[self.head[l].ix()]);
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        let layer = self.layer_of(link);
        let words = [low[0], low[1], high[0], high[1], self.raw_m[l] as i32];
        let gauge = layer.gauge_mm().unwrap_or(0);
        let hash = words.iter().fold(Fnv1a::default(), |hash, word| hash.with(&word.to_le_bytes()));
        let hash = hash.with(&gauge.to_le_bytes()).finish();
        format!("{}:{:010x}", layer.mode().word(), hash >> 24)
    }

    /// Fills `first_out` and `out` from the ends of the links.
    pub fn index(&mut self) {
        let mut first = vec![0_u32; self.nodes() + 1];
        for node in self.tail.iter().chain(&self.head) {
            first[node.ix() + 1] += 1;
        }
        for i in 1..first.len() {
            first[i] += first[i - 1];
        }
        let mut next = first.clone();
        let mut out = vec![(LinkId(0), NodeId(0)); self.links() * 2];
        for l in 0..self.links() {
            let (t, h) = (self.tail[l], self.head[l]);
            for (from, to) in [(t, h), (h, t)] {
                out[next[from.ix()] as usize] = (LinkId::at(l), to);
                next[from.ix()] += 1;
            }
        }
        self.first_out = first;
        self.out = out;
    }
}

/// Degrees from thousandths.
pub fn degrees(e3: [i32; 2]) -> (f64, f64) {
    (f64::from(e3[0]) / 1e3, f64::from(e3[1]) / 1e3)
}

/// Great-circle distance in km on a sphere of 6,371.0088 km (the IUGG mean radius), by the
/// haversine formula.
pub fn great_circle_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (la, lb) = (a.0.to_radians(), b.0.to_radians());
    let (dlat, dlon) = (lb - la, (b.1 - a.1).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + la.cos() * lb.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 6371.0088 * h.sqrt().min(1.0).asin()
}
