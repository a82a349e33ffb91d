//! Which railways are electrified: named lines laid over the network, and else what is known of the country.
//!
//! In: `electrification.csv` (countries) and `electrification_lines.csv`. Out: what is known of each link of a
//! railway, and from where. It is worked out when it is first asked for: no route depends on it.

mod beside;
mod lay;

use std::collections::HashMap;

use serde::Deserialize;
use trimodal_model::network::{Flags, Layer, LinkId, Network};

use self::beside::Beside;
use self::lay::Rails;
use crate::tables::rows;

const COUNTRIES: &str = include_str!("../data/electrification.csv");
const LINES: &str = include_str!("../data/electrification_lines.csv");

/// Whether trains can run under a wire or over a live rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not known.
    Unknown,
    /// Not electrified.
    None,
    /// Electrified.
    Electrified,
}

impl State {
    /// The word in tiles and output.
    pub fn word(self) -> &'static str {
        match self {
            State::Electrified => "electrified",
            State::None => "none",
            State::Unknown => "unknown",
        }
    }
}

/// What is known of a link, and from where.
#[derive(Debug, Clone, PartialEq)]
pub struct Basis {
    /// Whether it is electrified.
    pub state: State,
    /// The system, `25 kV AC`; empty where it is not known.
    pub system: String,
    /// The named line that says so; empty where only the country does.
    pub line: String,
    /// The country that says so; empty where a named line does.
    pub country: String,
    /// The share of the railways of that country that is electrified, 0 to 1.
    pub share: Option<f64>,
    /// Where it is from; empty where nothing is known.
    pub source: String,
    /// `published`, `secondary`, `recalled` and so on; empty where nothing is known.
    pub confidence: String,
}

/// What is known of the country of a link where no line is named.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extent {
    /// Practically all of its railways.
    Electrified,
    /// Practically none of them.
    None,
    /// Some of them: links that are on no named line are not known.
    Part,
}

/// A row of `electrification.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct Country {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// What holds where no line is named.
    pub state: Extent,
    /// Length that is electrified, km.
    pub electrified_km: Option<f64>,
    /// Length of the network that this is a part of, km.
    pub network_km: Option<f64>,
    /// The usual system, where one is usual.
    pub system: String,
    /// Where it is from.
    pub source: String,
    /// How sure it is.
    pub confidence: String,
}

impl Country {
    /// The electrified share, 0 to 1.
    pub fn share(&self) -> Option<f64> {
        Some(self.electrified_km? / self.network_km?)
    }

    fn basis(&self) -> Basis {
        let (state, system) = match self.state {
            Extent::Electrified => (State::Electrified, self.system.clone()),
            Extent::None => (State::None, String::new()),
            Extent::Part => (State::Unknown, String::new()),
        };
        Basis {
            state,
            system,
            line: String::new(),
            country: self.country.clone(),
            share: self.share(),
            source: self.source.clone(),
            confidence: self.confidence.clone(),
        }
    }
}

/// A row of `electrification_lines.csv`.
#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    /// Name.
    pub name: String,
    /// Countries that it is in, separated by blanks.
    pub countries: String,
    /// Its gauge, where lines of two gauges run side by side.
    pub gauge_mm: Option<u16>,
    /// The system, or `none` where it is not electrified; empty where it is and the system is not known.
    pub system: String,
    /// Places along it, `NAME LAT LON` separated by semicolons.
    pub places: String,
    /// Where it is from.
    pub source: String,
    /// How sure it is.
    pub confidence: String,
}

impl Line {
    /// Whether it is electrified.
    pub fn state(&self) -> State {
        if self.system == "none" { State::None } else { State::Electrified }
    }

    /// The places along it: degrees north and east. Nothing if one of them cannot be read.
    pub fn points(&self) -> Option<Vec<(f64, f64)>> {
        let point = |place: &str| {
            let mut words = place.trim().rsplitn(3, ' ');
            let (lon, lat) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            words.next().map(|_| (lat, lon))
        };
        self.places.split(';').map(point).collect()
    }

    fn basis(&self) -> Basis {
        let system = if self.system == "none" { String::new() } else { self.system.clone() };
        Basis {
            state: self.state(),
            system,
            line: self.name.clone(),
            country: String::new(),
            share: None,
            source: self.source.clone(),
            confidence: self.confidence.clone(),
        }
    }
}

/// The rows of countries.
pub fn countries() -> Vec<Country> {
    rows(COUNTRIES)
}

/// The rows of lines.
pub fn lines() -> Vec<Line> {
    rows(LINES)
}

/// The links of each line of a network, in order; none where the network does not have the line.
pub fn laid(network: &Network, lines: &[Line]) -> Vec<Option<Vec<LinkId>>> {
    let rails = Rails::new(network);
    lines.iter().map(|line| rails.lay(&line.points()?, line.gauge_mm)).collect()
}

/// What is known of the links of a network.
#[derive(Debug, Clone)]
pub struct Electrification {
    /// First what holds where nothing is known, then lines, then countries.
    bases: Vec<Basis>,
    /// The position in `bases` of each link, or [`NO_TRACK`].
    of_link: Vec<u16>,
}

/// Of a link without track: no railway, a ferry, a straight line from a terminal to the nearest track.
const NO_TRACK: u16 = u16::MAX;

impl Electrification {
    /// Lays the lines over a network; tracks beside a line are as the line is, and for the others the
    /// countries speak.
    pub fn of(network: &Network) -> Electrification {
        let (lines, countries) = (lines(), countries());
        let mut bases = vec![nothing()];
        bases.extend(lines.iter().map(Line::basis));
        let country_at = |i: usize| (1 + lines.len() + i) as u16;
        let rows = countries.iter().enumerate();
        let of_country: HashMap<&str, u16> =
            rows.map(|(i, row)| (row.country.as_str(), country_at(i))).collect();
        bases.extend(countries.iter().map(Country::basis));
        let ask = |link| {
            if has_track(network, link) {
                by_country(network, link, &of_country, &bases)
            } else {
                NO_TRACK
            }
        };
        let mut of_link: Vec<u16> = (0..network.links()).map(LinkId::at).map(ask).collect();
        let mut beside = Beside::new(network);
        let mut named = vec![false; network.links()];
        // The first row that names a link speaks for it.
        for (i, links) in laid(network, &lines).into_iter().enumerate() {
            let line = 1 + i as u16;
            for link in links.unwrap_or_default() {
                if !std::mem::replace(&mut named[link.ix()], true) {
                    of_link[link.ix()] = line;
                    beside.add(link, line);
                }
            }
        }
        for link in (0..network.links()).map(LinkId::at) {
            if !named[link.ix()] && of_link[link.ix()] != NO_TRACK {
                of_link[link.ix()] = beside.line(link).unwrap_or(of_link[link.ix()]);
            }
        }
        Electrification { bases, of_link }
    }

    /// What is known of a link; none where it has no track.
    pub fn of_link(&self, link: LinkId) -> Option<&Basis> {
        self.bases.get(usize::from(self.of_link[link.ix()]))
    }

    /// Whether a link is electrified; none where it has no track.
    pub fn state(&self, link: LinkId) -> Option<State> {
        self.of_link(link).map(|basis| basis.state)
    }
}

fn nothing() -> Basis {
    Basis {
        state: State::Unknown,
        system: String::new(),
        line: String::new(),
        country: String::new(),
        share: None,
        source: String::new(),
        confidence: String::new(),
    }
}

/// Whether a link is a railway with track of its own.
fn has_track(n: &Network, link: LinkId) -> bool {
    let flags = n.flags[link.ix()];
    matches!(n.layer_of(link), Layer::Rail(_))
        && !flags.has(Flags::ACCESS)
        && !flags.has(Flags::FERRY)
}

/// What the countries of both ends say, where they agree.
fn by_country(n: &Network, link: LinkId, of: &HashMap<&str, u16>, bases: &[Basis]) -> u16 {
    let says = |node| of.get(n.country_of(node)).copied().unwrap_or(0);
    let [a, b] = [n.tail[link.ix()], n.head[link.ix()]].map(says);
    let agree = bases[usize::from(a)].state == bases[usize::from(b)].state;
    if agree { a } else { 0 }
}
