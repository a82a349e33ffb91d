//! Closures by war or decree: borders, ports and passages that are closed, restricted or avoided on a day.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::Date;
use serde::Deserialize;
use trimodal_model::embedded::rows;
use trimodal_model::network::{
    Border, BorderId, LinkId, Network, NetworkElement, PassageId, TerminalId, TerminalKind,
    degrees, great_circle_km,
};

use crate::front;

const CLOSURES: &str = include_str!("../data/closures.csv");

/// How far a crossing may be from the place of a row, km: some crossings are named by a place beside them.
const AT_PLACE_KM: f64 = 20.0;
/// An element lies by a way where the way by it is at most this multiple of the great circle
const NEAR: f64 = 1.2;
/// and this much more, km.
const NEAR_KM: f64 = 200.0;

/// What a row means for traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Nothing passes.
    Closed,
    /// Open, with conditions.
    Restricted,
    /// Open, and yet carriers go another way.
    AvoidedByCarriers,
}

impl Effect {
    fn words(self) -> &'static str {
        match self {
            Effect::Closed => "closed",
            Effect::Restricted => "restricted",
            Effect::AvoidedByCarriers => "avoided by carriers",
        }
    }
}

/// A row of `closures.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct DatedClosure {
    /// Id in its table.
    pub id: String,
    /// `border:AA-BB`, `port:CODE`, `country:CC` (its ports), `passage:id` or `front:id`; several separated by `;`.
    element: String,
    /// A country that the way touches too; empty: any way is meant.
    with: String,
    place: String,
    lat: Option<f64>,
    lon: Option<f64>,
    modes: String,
    from: Date,
    to: Option<Date>,
    /// What it means for traffic.
    pub effect: Effect,
    authority: String,
}

/// All rows.
pub fn all() -> &'static [DatedClosure] {
    static ROWS: OnceLock<Vec<DatedClosure>> = OnceLock::new();
    ROWS.get_or_init(|| rows(CLOSURES))
}

/// The rows in force on a day.
pub fn in_force(day: Date) -> impl Iterator<Item = &'static DatedClosure> {
    all().iter().filter(move |c| c.from <= day && c.to.is_none_or(|to| to >= day))
}

/// The fronts that are closed on a day.
pub fn fronts(day: Date) -> Vec<&'static str> {
    let rows = in_force(day).filter(|c| c.effect == Effect::Closed);
    rows.flat_map(|c| c.element.split(';').filter_map(|e| e.strip_prefix("front:"))).collect()
}

/// The elements of a network that are closed on a day.
pub fn closed(network: &Network, day: Date) -> BTreeSet<NetworkElement> {
    let rows = in_force(day).filter(|c| c.effect == Effect::Closed);
    rows.flat_map(|c| c.elements(network)).collect()
}

impl DatedClosure {
    /// The elements of a network that it is about.
    pub fn elements(&self, n: &Network) -> Vec<NetworkElement> {
        let mut found = Vec::new();
        for element in self.element.split(';') {
            match element.split_once(':') {
                Some(("border", pair)) => found.extend(self.borders(n, pair)),
                Some(("port", code)) => {
                    let port = n.terminals.iter().position(|t| t.id == code);
                    found.extend(port.map(|t| NetworkElement::Terminal(TerminalId::at(t))));
                }
                Some(("country", code)) => found.extend(ports(n, code)),
                Some(("passage", id)) => {
                    let all = n.passages.iter().enumerate().filter(|(_, p)| p.id == id);
                    found.extend(all.map(|(i, _)| NetworkElement::Passage(PassageId::at(i))));
                }
                Some(("front", id)) => {
                    found.extend(front::links(n, id).iter().map(|l| NetworkElement::Link(*l)));
                }
                _ => {}
            }
        }
        found
    }

    fn borders<'a>(
        &'a self,
        n: &'a Network,
        pair: &'a str,
    ) -> impl Iterator<Item = NetworkElement> + 'a {
        let meant = move |b: &Border| {
            let [x, y] = b.countries.map(|c| n.country(c));
            let here = match (self.lat, self.lon) {
                (Some(lat), Some(lon)) => {
                    great_circle_km(degrees(b.at_e3), (lat, lon)) <= AT_PLACE_KM
                }
                _ => true,
            };
            let between = pair.split_once('-').is_some_and(|p| p == (x, y) || p == (y, x));
            between && here && self.modes.split(';').any(|m| m == b.mode.word())
        };
        let all = n.borders.iter().enumerate().filter(move |(_, b)| meant(b));
        all.map(|(i, _)| NetworkElement::Border(BorderId::at(i)))
    }

    /// The elements by their ids, for people.
    fn named(&self) -> String {
        let ids = self.element.replace("passage:", "").replace(';', ", ");
        match self.place.as_str() {
            "" => ids,
            place => format!("{ids} {place}"),
        }
    }

    /// In one line.
    fn line(&self) -> String {
        let until = self.to.map_or(String::new(), |to| format!(" to {to}"));
        let (what, from, why) = (self.effect.words(), self.from, &self.authority);
        format!("{}: {what} since {from}{until} ({why})", self.named())
    }

    /// What a user may do about it.
    fn advice(&self) -> String {
        let passages = self.element.split(';').filter_map(|e| e.strip_prefix("passage:"));
        let ids = passages.collect::<Vec<_>>().join(",");
        match (self.effect, ids.is_empty()) {
            (Effect::AvoidedByCarriers, false) => {
                format!("; --avoid {ids} for the way they sail")
            }
            (Effect::Closed, _) => "; used as asked for".to_string(),
            _ => String::new(),
        }
    }
}

fn ports<'a>(n: &'a Network, code: &'a str) -> impl Iterator<Item = NetworkElement> + 'a {
    let is_port = move |t: &trimodal_model::network::Terminal| {
        t.kind == TerminalKind::Port && n.country(t.country) == code
    };
    let all = n.terminals.iter().enumerate().filter(move |(_, t)| is_port(t));
    all.map(|(i, _)| NetworkElement::Terminal(TerminalId::at(i)))
}

/// A row in force on a day with the elements of a network that it is about.
pub(crate) struct InForce {
    row: &'static DatedClosure,
    elements: Vec<Placed>,
}

/// An element, and where it lies once that was asked.
pub(crate) struct Placed {
    element: NetworkElement,
    at: OnceLock<Option<(f64, f64)>>,
}

impl Placed {
    fn at(&self, n: &Network) -> Option<(f64, f64)> {
        *self.at.get_or_init(|| at(n, self.element))
    }
}

impl InForce {
    /// The rows in force on a day, over a network.
    pub fn on(n: &Network, day: Date) -> Vec<InForce> {
        let placed = |element| Placed { element, at: OnceLock::new() };
        let elements = |row: &DatedClosure| row.elements(n).into_iter().map(placed).collect();
        in_force(day).map(|row| InForce { row, elements: elements(row) }).collect()
    }
}

/// A line for every row in force that is about an element that a way uses.
pub(crate) fn notices(
    n: &Network,
    rows: &[InForce],
    used: &BTreeSet<NetworkElement>,
) -> Vec<String> {
    let touches = |code: &str| {
        let country = n.countries.iter().position(|c| c == code);
        country.is_some_and(|c| used.contains(&NetworkElement::Country(c as u16)))
    };
    let told = rows.iter().filter(|c| {
        c.elements.iter().any(|e| used.contains(&e.element))
            && (c.row.with.is_empty() || touches(&c.row.with))
    });
    told.map(|c| format!("notice: {}{}", c.row.line(), c.row.advice())).collect()
}

/// The rows about some elements that are closed for a request, each in a line that begins with its id.
pub(crate) fn told(
    rows: &[InForce],
    closed: &BTreeSet<NetworkElement>,
    matters: impl Fn(&DatedClosure, &Placed) -> bool,
) -> Vec<String> {
    let rows = rows.iter().filter(|c| c.row.effect == Effect::Closed);
    let told = rows
        .filter(|c| c.elements.iter().any(|e| closed.contains(&e.element) && matters(c.row, e)));
    told.map(|c| format!("{}: {}", c.row.id, c.row.line())).collect()
}

/// The ways of an answer, as far as a closure may concern them.
pub(crate) struct Ways<'a> {
    /// The ends.
    pub between: [(f64, f64); 2],
    /// The countries of the ends and on the way.
    pub countries: BTreeSet<&'a str>,
    /// Whether ships are used, or might be.
    pub by_sea: bool,
}

impl Ways<'_> {
    /// Whether a closed element may have changed them: it lies by the great circle, and a border between two of
    /// their countries, a whole border of one of them, or a port of one of them is meant.
    pub fn concern(&self, n: &Network, row: &DatedClosure, placed: &Placed) -> bool {
        let has = |c: u16| self.countries.contains(n.country(c));
        let meant = match placed.element {
            NetworkElement::Border(b) => {
                let [x, y] = n.borders[b.ix()].countries.map(has);
                if row.place.is_empty() { x || y } else { x && y }
            }
            NetworkElement::Terminal(t) => self.by_sea && has(n.terminals[t.ix()].country),
            NetworkElement::Passage(_) => self.by_sea,
            NetworkElement::Link(l) => has(n.node_country[n.tail[l.ix()].ix()]),
            NetworkElement::Country(_) => false,
        };
        let [a, b] = self.between;
        let most_km = great_circle_km(a, b) * NEAR + NEAR_KM;
        let is_by = |x| great_circle_km(a, x) + great_circle_km(x, b) <= most_km;
        meant && placed.at(n).is_some_and(is_by)
    }
}

/// Where an element lies.
fn at(n: &Network, element: NetworkElement) -> Option<(f64, f64)> {
    match element {
        NetworkElement::Border(b) => Some(degrees(n.borders[b.ix()].at_e3)),
        NetworkElement::Terminal(t) => Some(degrees(n.terminals[t.ix()].at_e3)),
        NetworkElement::Passage(p) => {
            let is_of = |l: &usize| u32::from(n.link_passage[*l]) == p.0;
            let link = (0..n.links()).find(is_of).map(LinkId::at)?;
            Some(n.at(n.tail[link.ix()]))
        }
        NetworkElement::Link(l) => Some(n.at(n.tail[l.ix()])),
        NetworkElement::Country(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_names_elements_of_known_kinds() {
        let mut ids = BTreeSet::new();
        for row in all() {
            assert!(ids.insert(&row.id), "{} twice", row.id);
            assert!(row.to.is_none_or(|to| to >= row.from), "{}", row.id);
            assert!(!row.authority.is_empty(), "{}", row.id);
            for element in row.element.split(';') {
                let kind = element.split_once(':').map(|(kind, _)| kind);
                let known = ["border", "port", "country", "passage", "front"];
                assert!(kind.is_some_and(|k| known.contains(&k)), "{}: {element}", row.id);
            }
        }
    }
}
