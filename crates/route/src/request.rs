//! What a caller asks for.

use trimodal_model::network::{PassageId, TerminalId};

use crate::cost::Criterion;
use crate::law::Goods;
use crate::parameters::Cargo;
use crate::restrict::{Closures, Override};

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
    /// Its country, a position in the network's list; `None`: that of the nearest road, track or port.
    /// A truck between a place and the network never crosses a border unnoticed.
    pub country: Option<u16>,
}

impl Point {
    /// Degrees north and east.
    pub fn at(&self) -> (f64, f64) {
        (self.lat, self.lon)
    }
}

/// What a way must pass.
#[derive(Debug, Clone, PartialEq)]
pub enum Via {
    /// A point. A ship calls at its port and sails on with the goods aboard.
    Point(Point),
    /// A passage, waterway or ferry: the way uses a link of one of its stretches.
    Passage {
        /// Name for people.
        name: String,
        /// Its stretches.
        passages: Vec<PassageId>,
    },
}

impl Via {
    /// The point, if it is one.
    pub fn point(&self) -> Option<&Point> {
        match self {
            Via::Point(point) => Some(point),
            Via::Passage { .. } => None,
        }
    }

    /// Name for people.
    pub fn name(&self) -> &str {
        match self {
            Via::Point(point) => &point.name,
            Via::Passage { name, .. } => name,
        }
    }
}

impl From<Point> for Via {
    fn from(point: Point) -> Via {
        Via::Point(point)
    }
}

/// The kind of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The Pareto set in time, cost and CO2e.
    Pareto,
    /// The best itinerary by one criterion.
    Best(Criterion),
}

impl Answer {
    /// The word in output.
    pub fn word(self) -> &'static str {
        match self {
            Answer::Pareto => "pareto",
            Answer::Best(criterion) => criterion.word(),
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
    /// Points and passages on the way, in order, without handling.
    pub via: Vec<Via>,
    /// What is shipped.
    pub cargo: Cargo,
    /// Tonnes.
    pub tonnes: f64,
    /// The kind of answer.
    pub answer: Answer,
    /// Number of additional itineraries that differ in modes, terminals or corridor.
    pub alternatives: usize,
    /// Relative epsilon of the Pareto set; 0: the exact set.
    pub tolerance: f64,
    /// Label limit of a Pareto search; see [`MAX_LABELS`].
    pub max_labels: usize,
    /// Class of the ship, for its emissions; empty: by cargo.
    pub ship: String,
    /// What is closed.
    pub closures: Closures,
    /// Names of what the user closed, for the answer.
    pub avoided: Vec<String>,
    /// Corrections of single links.
    pub overrides: Vec<Override>,
    /// How far a place may be from the network, km.
    pub snap_km: f64,
    /// The goods as a law sees them.
    pub goods: Goods,
}

/// The default label limit of a Pareto search.
pub const MAX_LABELS: usize = 6_000_000;
