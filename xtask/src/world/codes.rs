//! Codes and names of freight: UN/LOCODE and the World Port Index, joined to the towns they mean.

use std::collections::{BTreeMap, HashMap};

use trimodal_model::network::great_circle_km;
use trimodal_world::gazetteer::key;

use super::Outcome;
use super::graph::point;
use super::sources::City;
use super::tables::{IndexPort, State};

/// A code and a town of one name are one place up to this distance.
const SAME_KM: f64 = 40.0;
/// The same for a port of the index, whose position is that of its quays.
const SAME_PORT_KM: f64 = 20.0;
/// Without coordinates, the largest of several towns is meant if it is this many times larger than the next.
const FAR_LARGER: u32 = 5;

/// A code that is in use.
pub struct Code {
    pub code: String,
    name: String,
    subdivision: String,
    at: Option<(f64, f64)>,
}

/// The codes of one part of the list, a text in Latin-1.
pub fn read(bytes: &[u8]) -> Outcome<Vec<Code>> {
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut codes = Vec::new();
    for row in reader.records() {
        let row = row?;
        let cell = |i: usize| row.get(i).unwrap_or_default();
        let (change, country, code) = (cell(0), cell(1), cell(2));
        if code.len() == 3 && !change.eq_ignore_ascii_case("x") {
            codes.push(Code {
                code: format!("{country}{code}"),
                name: cell(3).to_string(),
                subdivision: cell(5).to_string(),
                at: coordinates(cell(10)),
            });
        }
    }
    Ok(codes)
}

/// `4230N 00131E`.
fn coordinates(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.trim().split_once(' ')?;
    let angle = |t: &str, digits: usize, minus: char| {
        let value = t.get(..digits)?.parse::<f64>().ok()?
            + t.get(digits..digits + 2)?.parse::<f64>().ok()? / 60.0;
        Some(if t.ends_with(minus) { -value } else { value })
    };
    Some((angle(lat, 2, 'S')?, angle(lon, 3, 'W')?))
}

/// Towns by country and name, and those that are added.
pub struct Joined<'a> {
    towns: Vec<&'a City>,
    added: Vec<City>,
    by_name: HashMap<(String, String), Vec<usize>>,
    /// The town or added place of each code.
    by_code: BTreeMap<String, usize>,
}

impl<'a> Joined<'a> {
    pub fn new(towns: Vec<&'a City>, with_others: impl Fn(&City) -> bool) -> Self {
        let mut by_name: HashMap<(String, String), Vec<usize>> = HashMap::new();
        for (i, town) in towns.iter().enumerate() {
            let others = town.alternatenames.iter().filter(|_| with_others(town));
            let mut keys: Vec<String> = others.chain([&town.name]).map(|n| key(n)).collect();
            keys.sort_unstable();
            keys.dedup();
            for k in keys {
                by_name.entry((town.countrycode.clone(), k)).or_default().push(i);
            }
        }
        Joined { towns, added: Vec::new(), by_name, by_code: BTreeMap::new() }
    }

    fn town(&self, i: usize) -> &City {
        self.towns.get(i).copied().unwrap_or_else(|| &self.added[i - self.towns.len()])
    }

    fn named(&self, country: &str, name: &str) -> Vec<usize> {
        let keys = names(name).map(|n| key(&n)).filter(|k| !k.is_empty());
        let found = keys.filter_map(|k| self.by_name.get(&(country.to_string(), k)));
        let mut found: Vec<usize> = found.flatten().copied().collect();
        found.dedup();
        found
    }

    fn near(&self, country: &str, name: &str, at: (f64, f64), within: f64) -> Option<usize> {
        let km = |i: &usize| {
            let town = self.town(*i);
            great_circle_km(at, (town.latitude, town.longitude))
        };
        let found = self.named(country, name).into_iter().filter(|i| km(i) <= within);
        found.min_by(|a, b| km(a).total_cmp(&km(b)).then(a.cmp(b)))
    }

    fn add(&mut self, country: &str, name: &str, (latitude, longitude): (f64, f64)) -> usize {
        let i = self.towns.len() + self.added.len();
        self.added.push(City {
            name: name.to_string(),
            latitude,
            longitude,
            countrycode: country.to_string(),
            population: 0,
            admin1code: String::new(),
            alternatenames: Vec::new(),
        });
        for k in names(name).map(|n| key(&n)) {
            let list = self.by_name.entry((country.to_string(), k)).or_default();
            if !list.contains(&i) {
                list.push(i);
            }
        }
        i
    }

    /// Joins the ports of the index, under both of their names.
    pub fn ports(&mut self, ports: &[IndexPort]) {
        for port in ports {
            let at = (port.lat, port.lon);
            let mut place = None;
            for name in [&port.name, &port.other_name].into_iter().filter(|n| !n.is_empty()) {
                let found = self.near(&port.country, name, at, SAME_PORT_KM);
                let found = found.unwrap_or_else(|| self.add(&port.country, name, at));
                place = place.or(Some(found));
            }
            if let Some(place) = place.filter(|_| port.code.len() == 5) {
                self.by_code.entry(port.code.clone()).or_insert(place);
            }
        }
    }

    /// Joins the codes. Returns how many have no position.
    pub fn codes(
        &mut self,
        codes: &[Code],
        states: &[State],
        other: &BTreeMap<String, (f64, f64)>,
    ) -> usize {
        let mut lost = 0;
        for code in codes {
            let country = &code.code[..2];
            let at = code.at.or_else(|| other.get(&code.code).copied());
            let found = match at {
                Some(at) => self.near(country, &code.name, at, SAME_KM),
                None => self.largest(country, code, states),
            };
            let place = found.or_else(|| Some(self.add(country, shown(&code.name), at?)));
            match place {
                // The list has a code twice where a place has two names.
                Some(place) if found.is_some() && code.at.is_some() => {
                    self.by_code.insert(code.code.clone(), place);
                }
                Some(place) => {
                    self.by_code.entry(code.code.clone()).or_insert(place);
                }
                None => lost += usize::from(!self.by_code.contains_key(&code.code)),
            }
        }
        lost
    }

    /// The town that a code without coordinates means: the one of its name in its state, or by far the largest.
    fn largest(&self, country: &str, code: &Code, states: &[State]) -> Option<usize> {
        let named = self.named(country, &code.name);
        let state = states.iter().find(|s| s.country == country && s.code == code.subdivision);
        let inside = |i: &usize| state.is_none_or(|s| self.town(*i).admin1code == s.admin1);
        let mut found: Vec<usize> = named.into_iter().filter(inside).collect();
        found.sort_by_key(|i| (std::cmp::Reverse(self.town(*i).population), *i));
        match found[..] {
            [one] => Some(one),
            [a, b, ..] => {
                let people = |i: usize| self.town(i).population;
                (people(a) > people(b).saturating_mul(FAR_LARGER)).then_some(a)
            }
            [] => None,
        }
    }

    /// The places added, and each code with its place by country, position and name.
    pub fn finish(self) -> (Vec<City>, Vec<(String, CodePlace)>) {
        let place = |i: usize| {
            let town = self.town(i);
            (town.countrycode.clone(), point(town.latitude, town.longitude), town.name.clone())
        };
        let codes = self.by_code.iter().map(|(code, i)| (code.clone(), place(*i))).collect();
        (self.added, codes)
    }
}

/// Country, position and name.
pub type CodePlace = (String, [i32; 2], String);

/// A name without what the list adds to it, as shown.
fn shown(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name).split('/').next().unwrap_or(name).trim()
}

/// The names in `Jawaharlal Nehru (Nhava Sheva)`, `Fos/Marseille`.
fn names(text: &str) -> impl Iterator<Item = String> + '_ {
    let parts =
        text.split(['(', ')', '/', ';']).map(|p| p.trim().trim_start_matches('=').to_string());
    std::iter::once(text.to_string()).chain(parts).filter(|n| !n.is_empty())
}
