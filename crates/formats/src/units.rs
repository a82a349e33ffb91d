//! Units of length, speed and time, by the words that files use.

use trimodal_model::problem::{UNIT, shown};

use crate::findings::Findings;

/// Km of each unit of length.
pub const LENGTHS: [(&str, f64, &[&str]); 5] = [
    ("km", 1.0, &["km", "kilometer", "kilometers", "kilometre", "kilometres"]),
    ("m", 1e-3, &["m", "meter", "meters", "metre", "metres"]),
    ("mile", 1.609_344, &["mile", "miles", "mi"]),
    ("foot", 3.048e-4, &["foot", "feet", "ft"]),
    ("nmi", 1.852, &["nmi", "nautical mile", "nautical miles"]),
];

/// Km/h of each unit of speed.
const SPEEDS: [(&str, f64, &[&str]); 5] = [
    ("km/h", 1.0, &["km/h", "kmh", "kph", "kmph", "kilometers per hour", "km per hour"]),
    ("mph", 1.609_344, &["mph", "mile/h", "miles per hour", "mi/h"]),
    ("m/s", 3.6, &["m/s", "mps", "meters per second"]),
    ("kn", 1.852, &["kn", "knot", "knots", "kt"]),
    ("ft/min", 0.018_288, &["ft/min", "fpm", "feet per minute"]),
];

/// Minutes of each unit of time.
const TIMES: [(&str, f64, &[&str]); 4] = [
    ("min", 1.0, &["min", "minute", "minutes"]),
    ("h", 60.0, &["h", "hour", "hours", "hr"]),
    ("s", 1.0 / 60.0, &["s", "sec", "second", "seconds"]),
    ("day", 1_440.0, &["day", "days", "d"]),
];

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Lengths, in km.
    Length,
    /// Speeds, in km/h.
    Speed,
    /// Times, in minutes.
    Time,
}

/// A unit, or none declared: the numbers are those of the program.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// Its word.
    pub word: &'static str,
    /// What a number is multiplied by.
    pub factor: f64,
    /// Whether the file or a mapping declares it.
    pub is_declared: bool,
}

impl Unit {
    /// That of the program where none is declared: km, km/h, minutes.
    pub fn undeclared(of: Quantity) -> Unit {
        let (word, factor, _) = table(of)[0];
        Unit { word, factor, is_declared: false }
    }

    /// By a word.
    pub fn from_word(of: Quantity, word: &str) -> Option<Unit> {
        let wanted = word.trim().to_lowercase();
        let found = table(of).iter().find(|(_, _, words)| words.contains(&wanted.as_str()))?;
        Some(Unit { word: found.0, factor: found.1, is_declared: true })
    }
}

fn table(of: Quantity) -> &'static [(&'static str, f64, &'static [&'static str])] {
    match of {
        Quantity::Length => &LENGTHS,
        Quantity::Speed => &SPEEDS,
        Quantity::Time => &TIMES,
    }
}

/// The units of a network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Units {
    /// Of lengths.
    pub length: Unit,
    /// Of speeds.
    pub speed: Unit,
    /// Of times.
    pub time: Unit,
}

impl Default for Units {
    fn default() -> Units {
        Units {
            length: Unit::undeclared(Quantity::Length),
            speed: Unit::undeclared(Quantity::Speed),
            time: Unit::undeclared(Quantity::Time),
        }
    }
}

/// A unit by what a file says of it; a word that is not known is a problem.
pub fn declared(of: Quantity, word: &str, at: (&str, usize, usize), found: &mut Findings) -> Unit {
    Unit::from_word(of, word).unwrap_or_else(|| {
        let known: Vec<&str> = table(of).iter().map(|(word, _, _)| *word).collect();
        let message = format!("unit `{}` is not known", shown(word));
        found.problem(UNIT, at, message, format!("write one of {}", known.join(", ")));
        Unit::undeclared(of)
    })
}
