//! Stretches that a vehicle passes under conditions of their own: straits and canals at sea, stretches of
//! inland waterway, ferries.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of a passage.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PassageKind {
    /// A strait.
    #[default]
    Strait,
    /// A canal or a system of locks for ships.
    Canal,
    /// A cape.
    Cape,
    /// A route under ice.
    Route,
    /// The mouth or the lower course of a river that ships sail.
    River,
    /// A stretch of an inland waterway.
    Waterway,
    /// A ferry for trucks, trailers or wagons.
    Ferry,
}

impl PassageKind {
    /// Whether it is a line across the sea, where the others are stretches.
    pub fn is_gate(self) -> bool {
        use PassageKind::{Canal, Cape, Route, Strait};
        matches!(self, Strait | Canal | Cape | Route)
    }

    /// The word in tables and output.
    pub fn word(self) -> &'static str {
        match self {
            PassageKind::Strait => "strait",
            PassageKind::Canal => "canal",
            PassageKind::Cape => "cape",
            PassageKind::Route => "route",
            PassageKind::River => "river",
            PassageKind::Waterway => "waterway",
            PassageKind::Ferry => "ferry",
        }
    }

    /// Whether ships pass it, not barges or trucks.
    pub fn is_at_sea(self) -> bool {
        !matches!(self, PassageKind::Waterway | PassageKind::Ferry)
    }

    /// Whether passages of this kind take the place of one another: "only these" closes the others of such a
    /// kind. A river is the only way to its ports, and a route under ice is closed unless it is named.
    pub fn has_rivals(self) -> bool {
        !matches!(self, PassageKind::River | PassageKind::Route)
    }
}

/// A named stretch with conditions of its own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Passage {
    /// Stable id, `bab-el-mandeb`, `rhine-05`, `trelleborg-rostock`.
    pub id: String,
    /// Name for users; all stretches of one waterway have its name.
    pub name: String,
    /// Names of the two ends of a ferry; the first is upstream in [`crate::network::Flags::TAIL_UPSTREAM`].
    pub ends: Option<[String; 2]>,
    /// What it is.
    pub kind: PassageKind,
    /// The deepest ship or barge that passes, metres; none where any does.
    pub draught_m: Option<f64>,
    /// The widest ship that passes, metres, where known.
    pub beam_m: Option<f64>,
    /// The longest ship that passes, metres, where known.
    pub length_m: Option<f64>,
    /// Clearance at high water, metres, where known.
    pub air_draught_m: Option<f64>,
    /// The largest usual vessel or convoy of a waterway, tonnes of cargo.
    pub vessel_t: Option<f64>,
    /// Class of a waterway: CEMT, or a local one; empty elsewhere.
    pub class: String,
    /// Hours beyond sailing: locks, convoys, waiting. Of a ferry: the crossing.
    pub transit_h: f64,
    /// US dollars a tonne.
    pub due_usd_t: f64,
    /// Locks of a waterway.
    pub locks: Locks,
    /// Loaded speeds over ground on a waterway, km/h: upstream, downstream.
    pub speeds_kmh: Option<[f64; 2]>,
    /// Departures of a ferry a week, each way.
    pub departures_week: Option<f64>,
    /// The part of the year in which it is closed.
    pub season: Option<Season>,
    /// Why it is not used unless asked for by name, if so.
    pub closed: Option<String>,
    /// Whether a ferry is a train through a tunnel that carries trucks.
    pub is_tunnel: bool,
    /// Source of its figures, where it is stated.
    pub source: String,
    /// How sure they are.
    pub confidence: String,
}

/// Locks on a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Locks {
    /// How many.
    pub count: u32,
    /// Median hours at each, waiting included.
    pub p50_h: f64,
    /// Hours at each that nine of ten do not exceed.
    pub p90_h: f64,
}

/// A part of each year, both days included; it may wrap the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Season {
    /// First month and day.
    pub from: (u8, u8),
    /// Last month and day.
    pub to: (u8, u8),
}

impl Season {
    /// Reads `MM-DD..MM-DD`.
    pub fn read(text: &str) -> Option<Season> {
        let day = |text: &str| {
            let (month, day) = text.split_once('-')?;
            let found: (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
            ((1..=12).contains(&found.0) && (1..=31).contains(&found.1)).then_some(found)
        };
        let (from, to) = text.trim().split_once("..")?;
        Some(Season { from: day(from)?, to: day(to)? })
    }

    /// Whether a month and day is in it.
    pub fn has(self, day: (u8, u8)) -> bool {
        if self.from <= self.to {
            (self.from..=self.to).contains(&day)
        } else {
            day >= self.from || day <= self.to
        }
    }
}

impl fmt::Display for Season {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((a, b), (c, d)) = (self.from, self.to);
        write!(f, "{a:02}-{b:02}..{c:02}-{d:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_may_wrap_the_year() {
        let ice = Season::read("12-01..04-20").expect("a season");
        assert!(ice.has((12, 1)) && ice.has((1, 15)) && ice.has((4, 20)));
        assert!(!ice.has((4, 21)) && !ice.has((11, 30)));
        let dry = Season::read("07-01..09-15").expect("a season");
        assert!(dry.has((8, 31)) && !dry.has((1, 1)));
        assert_eq!(dry.to_string(), "07-01..09-15");
        assert_eq!(Season::read("13-01..14-01"), None);
        assert_eq!(Season::read("summer"), None);
    }
}
