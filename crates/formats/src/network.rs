//! Networks of nodes and links, in km, km/h, minutes and degrees whatever the file had.

use trimodal_model::scenario::Mode;

/// Kind of a node that no way passes, only begins or ends at.
pub const CENTROID: &str = "centroid";

/// The word for links that bar freight, in place of a mode.
pub const NO_MODE: &str = "none";

/// A network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Name.
    pub name: String,
    /// How problems name its table of nodes.
    pub nodes_file: String,
    /// How problems name its table of links.
    pub links_file: String,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Links.
    pub links: Vec<Link>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// Id, unique among the nodes.
    pub id: String,
    /// Name for people; empty where there is none.
    pub name: String,
    /// Degrees east and north, where they are known.
    pub at: Option<[f64; 2]>,
    /// What it is in the words of the file: `port`, `yard`, `intersection`.
    pub kind: String,
    /// Country, ISO 3166-1 alpha-2; empty where it is not known.
    pub country: String,
    /// The zone whose traffic begins and ends here; empty where there is none.
    pub zone: String,
    /// Its row in the file; 0 where it has none.
    pub row: usize,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Link {
    /// Id, unique among the links.
    pub id: String,
    /// Name for people; empty where there is none.
    pub name: String,
    /// Position of the node where it begins.
    pub from: usize,
    /// Position of the node where it ends.
    pub to: usize,
    /// Whether it is used from `from` to `to` only.
    pub is_one_way: bool,
    /// Mode, where it is known.
    pub mode: Option<Mode>,
    /// Whether the file says that only others than freight use it: on foot, by bicycle.
    pub bars_freight: bool,
    /// Length, km.
    pub km: Option<f64>,
    /// Speed, km/h.
    pub kmh: Option<f64>,
    /// Time, minutes.
    pub minutes: Option<f64>,
    /// Speed that is none of freight from end to end, km/h: of trucks without the rest of their drivers, the limit of
    /// a track.
    pub running_kmh: Option<f64>,
    /// Gauges of a railway, mm.
    pub gauges_mm: Vec<u16>,
    /// Vehicles an hour, as the file has it.
    pub capacity: Option<f64>,
    /// Lanes or tracks.
    pub lanes: Option<f64>,
    /// Toll, in the currency of the file.
    pub toll: Option<f64>,
    /// Factor `b` of the BPR function.
    pub b: Option<f64>,
    /// Exponent of the BPR function.
    pub power: Option<f64>,
    /// What it is in the words of the file: `motorway`, `ferry`, a type number.
    pub kind: String,
    /// Points from `from` to `to`, degrees east and north; empty where there are none.
    pub line: Vec<[f64; 2]>,
    /// Its row in the file; 0 where it has none.
    pub row: usize,
}

impl Link {
    /// The word of its mode; empty where it is not known.
    pub fn mode_word(&self) -> &'static str {
        match self.mode {
            Some(mode) => mode.word(),
            None if self.bars_freight => NO_MODE,
            None => "",
        }
    }

    /// Whether vehicles are carried on a ship.
    pub fn is_ferry(&self) -> bool {
        self.kind.eq_ignore_ascii_case("ferry")
    }
}

impl Network {
    /// Nodes without coordinates.
    pub fn without_place(&self) -> usize {
        self.nodes.iter().filter(|n| n.at.is_none()).count()
    }

    /// The links that freight may use, and how many others there are.
    pub fn of_freight(&self) -> (impl Iterator<Item = &Link>, usize) {
        let others = self.links.iter().filter(|l| l.bars_freight).count();
        (self.links.iter().filter(|l| !l.bars_freight), others)
    }

    /// The points of a link, ends included; empty where they are not known.
    pub fn points(&self, link: &Link) -> Vec<[f64; 2]> {
        if link.line.len() > 1 {
            return link.line.clone();
        }
        let ends = [link.from, link.to].map(|n| self.nodes[n].at);
        match ends {
            [Some(a), Some(b)] => vec![a, b],
            _ => Vec::new(),
        }
    }
}
