//! The accepted list: missing ways and detours that a fact about the world explains.

use serde::Deserialize;
use trimodal_model::scenario::Mode;

use super::City;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AcceptedRow {
    /// The mode.
    pub mode: Mode,
    /// One end: `*`, `country:XX YY`, `box:S W N E`, or a city as `Name, XX`.
    pub from: String,
    /// The other end: the same, or `other` for what the first pattern does not match.
    pub to: String,
    /// `missing`, `detour` or `any`.
    pub fault: String,
    /// The longest detour that it explains, times the great circle; none: it explains none, or any.
    pub up_to: Option<f64>,
    /// Why it is so.
    pub reason: String,
    /// Where that is known from.
    pub source: String,
    /// `published` or `recalled`.
    pub confidence: String,
}

/// A place pattern.
#[derive(Debug, Clone, PartialEq)]
enum Pattern {
    Any,
    Other,
    Countries(Vec<String>),
    Box([f64; 4]),
    City(String),
}

impl Pattern {
    fn read(text: &str) -> Option<Pattern> {
        match text.split_once(':') {
            None if text == "*" => Some(Pattern::Any),
            None if text == "other" => Some(Pattern::Other),
            None => text.contains(", ").then(|| Pattern::City(text.into())),
            Some(("country", codes)) => {
                Some(Pattern::Countries(codes.split(' ').map(String::from).collect()))
            }
            Some(("box", sides)) => {
                let sides: Vec<f64> =
                    sides.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
                sides.try_into().ok().map(Pattern::Box)
            }
            Some(_) => None,
        }
    }

    fn matches(&self, city: &City) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Other => false,
            Pattern::Countries(codes) => codes.contains(&city.country),
            Pattern::Box([south, west, north, east]) => {
                let (lat, lon) = city.at;
                (*south..=*north).contains(&lat) && (*west..=*east).contains(&lon)
            }
            Pattern::City(label) => *label == city.label(),
        }
    }
}

/// The list, read.
pub struct Accepted {
    rows: Vec<AcceptedRow>,
    patterns: Vec<[Pattern; 2]>,
}

impl Accepted {
    /// Reads the rows of `detours_accepted.csv`; lines that start with `#` are comments.
    pub fn read(text: &str) -> Result<Accepted, String> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let rows: Vec<AcceptedRow> =
            reader.deserialize().collect::<Result<_, _>>().map_err(|e| e.to_string())?;
        let patterns = rows.iter().map(patterns).collect::<Result<_, _>>()?;
        Ok(Accepted { rows, patterns })
    }

    /// The rows.
    pub fn rows(&self) -> &[AcceptedRow] {
        &self.rows
    }

    /// The first row that explains a fault between two cities: that there is no way, or one of so many
    /// times the great circle.
    pub fn explains(&self, mode: Mode, factor: Option<f64>, a: &City, b: &City) -> Option<usize> {
        let word = if factor.is_none() { "missing" } else { "detour" };
        self.rows.iter().zip(&self.patterns).position(|(row, [from, to])| {
            let covers = |a: &City, b: &City| {
                let there = if *to == Pattern::Other { !from.matches(b) } else { to.matches(b) };
                from.matches(a) && there
            };
            let longer = |most: f64| factor.is_some_and(|f| f > most);
            row.mode == mode
                && !row.up_to.is_some_and(longer)
                && (row.fault == "any" || row.fault == word)
                && (covers(a, b) || covers(b, a))
        })
    }
}

fn patterns(row: &AcceptedRow) -> Result<[Pattern; 2], String> {
    let read = |text: &str| Pattern::read(text).ok_or(format!("`{text}` names no place"));
    if !["missing", "detour", "any"].contains(&row.fault.as_str()) {
        return Err(format!("`{}` is no fault", row.fault));
    }
    Ok([read(&row.from)?, read(&row.to)?])
}
