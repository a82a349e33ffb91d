//! Resolves user input: places, ports, codes, coordinates, and network elements to avoid.
//!
//! An own name goes before another name of a place, and the exact name of a port too; where several places far
//! apart remain, the input is ambiguous. If the sea may be used, the name of a port city means its main port.

mod area;
mod choose;
mod coordinates;
mod forms;
mod hint;
mod index;
mod own;
mod suggest;
mod things;
mod told;
mod written;

use std::sync::Arc;

use trimodal_model::network::{NONE, Network, PassageId, TerminalId, degrees, great_circle_km};
use trimodal_model::problem::Problem;

use crate::gazetteer::{Gazetteer, Position, key};
use choose::Choice;
use forms::{Forms, is_general};
pub use index::Index;
use index::is_seaport;
pub use own::OwnPlaces;
pub use suggest::Suggestion;

/// Inhabitants from which the name of a town stands before a code of the same letters.
const LARGE_TOWN: u32 = 200_000;
const TOWN: u32 = 20_000;
const VILLAGE: u32 = 500;
/// A code that a main port shares with a port of the network farther away than this means the latter; on a river the
/// port and the terminal of a city are wider apart.
const SAME_CODE_KM: f64 = 40.0;
const SAME_TOWN_CODE_KM: f64 = 100.0;

/// A point named by the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Display name.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// The port, if one was named.
    pub port: Option<TerminalId>,
    /// The country, a position in the network's list, unless coordinates were given.
    pub country: Option<u16>,
}

/// What a way must pass, named by the user.
#[derive(Debug, Clone, PartialEq)]
pub enum OnTheWay {
    /// A place or a port.
    Place(Located),
    /// A passage, waterway or ferry: its name, and all its stretches.
    Passage(String, Vec<PassageId>),
}

/// A place of the user's own.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnPlace {
    /// Name; it goes before all others.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Country as written, if any.
    pub country: Option<String>,
    /// The id by which a node of a network is found too, where this is its name.
    pub id: Option<String>,
}

/// A name and what follows it: `Portland, Oregon`, `Portland, OR, USA`, `Santiago (Chile)`.
fn qualified(text: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = text.split_once([',', '('])?;
    let words = rest.split([',', '(', ')']).map(str::trim).filter(|p| !p.is_empty());
    let words: Vec<&str> = words.collect();
    (!words.is_empty() && !name.trim().is_empty()).then(|| (name.trim(), words))
}

/// The network and the names to look up in it.
#[derive(Clone)]
pub struct Atlas<'a> {
    /// The network.
    pub network: &'a Network,
    /// The places.
    pub places: &'a Gazetteer,
    index: Arc<Index>,
    /// Whether a port is meant where a port and a town have one name.
    sea: bool,
    own: Option<&'a OwnPlaces>,
    /// The nodes of a network of the user's own.
    nodes: Option<&'a OwnPlaces>,
}

impl<'a> Atlas<'a> {
    /// Names over a network; of a port city the town is meant.
    pub fn new(network: &'a Network, places: &'a Gazetteer) -> Atlas<'a> {
        Atlas::with_index(network, places, Arc::new(Index::new(network, places)))
    }

    /// The same with an index that was made before.
    pub fn with_index(network: &'a Network, places: &'a Gazetteer, index: Arc<Index>) -> Atlas<'a> {
        Atlas { network, places, index, sea: false, own: None, nodes: None }
    }

    /// Takes the name of a port city for its port.
    pub fn prefer_ports(mut self, sea: bool) -> Atlas<'a> {
        self.sea = sea;
        self
    }

    /// Looks among the nodes of a network of the user's own before the places of the world.
    pub fn with_nodes(mut self, nodes: &'a OwnPlaces) -> Atlas<'a> {
        self.nodes = Some(nodes);
        self
    }

    /// Looks in these places first.
    pub fn with_own_places(mut self, own: &'a OwnPlaces) -> Atlas<'a> {
        self.own = Some(own);
        self
    }

    /// A place by name (`Paris`, `Paris, FR`, `Portland, Oregon`), code (`KRPUS`, `NL RTM`) or coordinates
    /// (`-33.9,18.4`, `5155N 00430E`).
    pub fn locate(&self, text: &str) -> Result<Located, Problem> {
        let text = text.trim();
        self.located(text).unwrap_or_else(|| Err(self.not_found(text)))
    }

    /// The same, or nothing if nothing is called so.
    fn located(&self, text: &str) -> Option<Result<Located, Problem>> {
        if let Some(own) = self.own_place(text) {
            return Some(own);
        }
        if let Some(found) = coordinates::coordinates(text) {
            return Some(found);
        }
        if let Some(found) = self.in_script(text) {
            return Some(found);
        }
        if is_general(text) {
            return Some(Err(self.general(text)));
        }
        if let Some(found) = self.code(text) {
            return Some(Ok(found));
        }
        // The whole first: a comma may be part of a name.
        let choice = self.choose(&Forms::of(text), None);
        // `Hong Kong, China` is a country and a place in it.
        if !text.contains(',')
            && let Some(problem) = self.only_a_country(text, &choice)
        {
            return Some(Err(problem));
        }
        match choice {
            Choice::One(found) => return Some(Ok(found)),
            Choice::Several(several) => return Some(Err(self.ambiguous(text, &several))),
            Choice::None => {}
        }
        if let Some((name, word)) = text.rsplit_once(',')
            && Forms::of(name).is_exact()
            && let Ok(area) = self.area(&[word.trim()])
            && let Choice::One(found) = self.choose(&Forms::of(name.trim()), Some(&area))
        {
            return Some(Ok(found));
        }
        if let Some(found) = self.bracketed(text) {
            return Some(found);
        }
        let named = qualified(text).and_then(|(name, words)| self.in_area(text, name, &words));
        named.or_else(|| self.written_otherwise(text)).or_else(|| self.at_border(text))
    }

    fn in_area(&self, text: &str, name: &str, words: &[&str]) -> Option<Result<Located, Problem>> {
        let area = self.area(words).ok()?;
        let forms = Forms::of(name);
        let mut choice = self.choose(&forms, Some(&area));
        if matches!(choice, Choice::None) {
            choice = self.choose(&forms, Some(&self.with_dependent(&area)));
        }
        match choice {
            // `Waigaoqiao, Shanghai` and `Haiphong (Lach Huyen)`.
            Choice::One(found) if area.near.is_some() => {
                match self.choose(&Forms::of(words.last()?), None) {
                    Choice::One(beside) => Some(Ok(self.more_exact(found, beside))),
                    _ => Some(Ok(found)),
                }
            }
            Choice::One(found) => Some(Ok(found)),
            Choice::Several(several) => Some(Err(self.ambiguous(text, &several))),
            Choice::None => None,
        }
    }

    /// A UN/LOCODE in any case, with or without a space. Five letters that are also the name of a place mean
    /// the place, unless they are in capitals and the code of a port.
    fn code(&self, text: &str) -> Option<Located> {
        let (spaced, code) = match text.split_once(' ') {
            Some((country, rest)) if country.len() == 2 && rest.len() == 3 => {
                (true, format!("{country}{rest}"))
            }
            _ => (false, text.to_string()),
        };
        // Customs of India number the docks of a port: INNSA1.
        let code = match code
            .strip_prefix("IN")
            .and_then(|c| c.strip_suffix(|c: char| c.is_ascii_digit()))
        {
            Some(rest) if rest.len() == 3 => format!("IN{rest}"),
            _ => code,
        };
        let is_code = code.len() == 5
            && code.bytes().all(|b| b.is_ascii_alphanumeric())
            && code.as_bytes()[..2].iter().all(u8::is_ascii_alphabetic);
        let upper = code.to_ascii_uppercase();
        if !is_code {
            let station = self.network.terminals.iter().position(|t| t.id == text)?;
            return Some(self.at_terminal(station));
        }
        if !spaced && !self.is_surely_code(text, &upper) {
            return None;
        }
        self.by_code(&upper)
    }

    /// Whether five letters are a code and not a name. In capitals a code is meant, unless a large town is called
    /// so; in small letters a smaller town will do; in both a name is meant.
    fn is_surely_code(&self, text: &str, upper: &str) -> bool {
        let k = key(text);
        let index = &self.index;
        let is_port = index.by_id.contains_key(upper) || index.main_by_code.contains_key(upper);
        let has_port_name = index.terminals.contains_key(&k) || index.main_by_name.contains_key(&k);
        let named = self.places.find_key(&k);
        let own = named.iter().filter(|p| key(self.places.name(**p)) == k);
        let people = own.map(|p| self.places.population[*p as usize]).max().unwrap_or(0);
        let is_large = |town: u32| people >= town || has_port_name;
        if text == upper {
            return !is_large(if is_port { LARGE_TOWN } else { TOWN });
        }
        if text == text.to_ascii_lowercase() {
            // A city that is called so too goes before the code of an inland place.
            let is_city =
                || named.iter().any(|p| self.places.population[*p as usize] >= LARGE_TOWN);
            return !is_large(if is_port { TOWN } else { VILLAGE }) && (is_port || !is_city());
        }
        named.is_empty() && !has_port_name
    }

    /// The main port of a code, the port of the network where that is another place, or a town.
    fn by_code(&self, upper: &str) -> Option<Located> {
        let main = self.index.main_by_code.get(upper).map(|m| self.at_main(*m as usize));
        let own = self.index.by_id.get(upper).map(|t| *t as usize);
        let is_apart = |main: &Located, own: usize| {
            let at = degrees(self.network.terminals[own].at_e3);
            let km = great_circle_km((main.lat, main.lon), at);
            km > if is_seaport(self.network, own) { SAME_CODE_KM } else { SAME_TOWN_CODE_KM }
        };
        match (main, own) {
            (Some(main), Some(own)) if is_apart(&main, own) => return Some(self.at_terminal(own)),
            (Some(main), _) => return Some(main),
            (None, Some(own)) => return Some(self.at_terminal(own)),
            (None, None) => {}
        }
        self.places.place_of_code(upper).map(|p| self.place(p))
    }

    /// A point or a passage on the way. The id of a passage (`suez`, `singapore`) means the passage; a name that
    /// a place has too (`Singapore`) means the place, and `passage:Singapore` the passage.
    pub fn on_the_way(&self, text: &str) -> Result<OnTheWay, Problem> {
        let text = text.trim();
        let (name, only) = match text.split_once(':') {
            Some(("passage", name)) => (name.trim(), true),
            Some(("port", code)) => return self.locate(code).map(OnTheWay::Place),
            _ => (text, false),
        };
        let all = self.network.passages.iter();
        let is_id = all.clone().any(|p| p.id == name);
        let passages: Vec<PassageId> = self.passage_ids(name).collect();
        let Some(first) = passages
            .first()
            .filter(|_| only || is_id || (!self.is_town(name) && self.code(name).is_none()))
        else {
            if only {
                return Err(self.nothing(text, "passage", name, true));
            }
            return self.locate(text).map(OnTheWay::Place);
        };
        let name = self.network.passages[first.ix()].name.clone();
        Ok(OnTheWay::Passage(name, passages))
    }

    /// Whether people live at a place of this name; the lists of freight have canals too.
    fn is_town(&self, name: &str) -> bool {
        self.places.find(name).iter().any(|p| self.places.population[*p as usize] > 0)
    }

    fn at(&self, place: Position) -> (f64, f64) {
        degrees(self.places.at_e3[place as usize])
    }

    fn network_country(&self, code: &str) -> Option<u16> {
        self.network.countries.iter().position(|c| c == code).map(|c| c as u16)
    }

    fn place(&self, place: Position) -> Located {
        let (lat, lon) = self.at(place);
        let country = self.network_country(self.places.country_code(place));
        Located { name: self.places.name(place).to_string(), lat, lon, port: None, country }
    }

    fn at_main(&self, main: usize) -> Located {
        let main = &self.index.main[main];
        let country = self.network_country(&main.country);
        let (lat, lon) = main.at;
        Located { name: main.name.clone(), lat, lon, port: main.port, country }
    }

    fn at_terminal(&self, t: usize) -> Located {
        let terminal = &self.network.terminals[t];
        let (lat, lon) = degrees(terminal.at_e3);
        let port = index::is_port(self.network, t).then(|| TerminalId::at(t));
        let country = (terminal.country != NONE).then_some(terminal.country);
        Located { name: terminal.name.clone(), lat, lon, port, country }
    }
}
