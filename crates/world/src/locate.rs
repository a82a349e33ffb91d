//! Resolves user input: places, ports, coordinates, and network elements to avoid.

use std::collections::HashMap;

use trimodal_model::network::{
    BorderId, LinkId, NONE, Network, NetworkElement, PassageId, Terminal, TerminalId, TerminalKind,
    degrees, great_circle_km,
};
use trimodal_model::problem::{
    COORDINATES, LINK_UNKNOWN, PLACE_AMBIGUOUS, PLACE_UNKNOWN, Problem, THING_UNKNOWN, nearest,
    shown,
};

use crate::gazetteer::{Gazetteer, Position, key};

/// A point named by the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Display name.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// The port, if one was named by its code.
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

/// The network and the names to look up in it.
pub struct Atlas<'a> {
    /// The network.
    pub network: &'a Network,
    /// The places.
    pub places: &'a Gazetteer,
}

/// Of places with one name, the largest is taken where it has more than this multiple of the next one's population.
const FAR_LARGER: u32 = 5;

impl Atlas<'_> {
    /// A place by name (`Paris`, `Paris, FR`), port code (`KRPUS`) or coordinates (`-33.9,18.4`).
    pub fn locate(&self, text: &str) -> Result<Located, Problem> {
        let text = text.trim();
        if let Some(found) = coordinates(text) {
            return found;
        }
        if let Some(port) = self.port(text) {
            return Ok(port);
        }
        let (name, country) = match text.rsplit_once(',') {
            Some((name, country)) => (name.trim(), Some(country.trim())),
            None => (text, None),
        };
        if let Some(c) = country
            && self.places.country_position(c).is_none()
        {
            return Err(self.no_country(text, c));
        }
        match self.places.find(name, country)[..] {
            [] => self.terminal(text).ok_or_else(|| self.unknown(text, name, country)),
            [one] => Ok(self.place(one)),
            [first, second, ..] if self.clear(name, first, second) => Ok(self.place(first)),
            ref several => Err(self.ambiguous(text, several)),
        }
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
        let Some(first) = passages.first().filter(|_| {
            only || is_id || (self.places.find(name, None).is_empty() && self.port(name).is_none())
        }) else {
            if only {
                return Err(self.nothing(text, "passage", name));
            }
            return self.locate(text).map(OnTheWay::Place);
        };
        let name = self.network.passages[first.ix()].name.clone();
        Ok(OnTheWay::Passage(name, passages))
    }

    fn clear(&self, name: &str, first: Position, second: Position) -> bool {
        let people = |p: Position| self.places.population[p as usize];
        let near = great_circle_km(self.at(first), self.at(second)) < 20.0;
        // A main name counts more than an alternative one: `Rome` is Rome, not Lomé.
        let own = |p: Position| key(self.places.name(p)) == key(name);
        let called = own(first) && !own(second);
        near || called || people(first) > people(second).saturating_mul(FAR_LARGER)
    }

    fn at(&self, place: Position) -> (f64, f64) {
        degrees(self.places.at_e3[place as usize])
    }

    fn place(&self, place: Position) -> Located {
        let (lat, lon) = self.at(place);
        let code = self.places.country_code(place);
        let country = self.network.countries.iter().position(|c| c == code).map(|c| c as u16);
        Located { name: self.places.name(place).to_string(), lat, lon, port: None, country }
    }

    fn port(&self, code: &str) -> Option<Located> {
        let n = self.network;
        let is_code =
            code.len() == 5 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let found = is_code.then(|| n.terminals.iter().position(|t| t.id == code))??;
        Some(self.at_terminal(found))
    }

    fn at_terminal(&self, t: usize) -> Located {
        let terminal = &self.network.terminals[t];
        let (lat, lon) = degrees(terminal.at_e3);
        let port = (terminal.kind == TerminalKind::Port).then(|| TerminalId::at(t));
        let country = (terminal.country != NONE).then_some(terminal.country);
        Located { name: terminal.name.clone(), lat, lon, port, country }
    }

    /// A port or station by its name, where no town has that name.
    fn terminal(&self, name: &str) -> Option<Located> {
        let wanted = key(name);
        let terminals = &self.network.terminals;
        let whole = |t: &Terminal| key(&t.name) == wanted || t.id == name;
        // A station on a border has the names of both towns.
        let part = |t: &Terminal| t.name.split(['/', '-', '(']).any(|p| key(p) == wanted);
        let found = terminals
            .iter()
            .position(whole)
            .or_else(|| (wanted.len() > 3).then(|| terminals.iter().position(part)).flatten())?;
        Some(self.at_terminal(found))
    }

    fn described(&self, place: Position) -> String {
        let (lat, lon) = self.at(place);
        let (name, code) = (self.places.name(place), self.places.country_code(place));
        format!(
            "`{name}, {code}` ({lat:.2},{lon:.2}, {} people)",
            self.places.population[place as usize]
        )
    }

    fn ambiguous(&self, text: &str, several: &[Position]) -> Problem {
        let list: Vec<String> = several.iter().take(6).map(|p| self.described(*p)).collect();
        let one_country = several
            .iter()
            .all(|p| self.places.country[*p as usize] == self.places.country[several[0] as usize]);
        let how = if one_country {
            "give its coordinates as lat,lon"
        } else {
            "add the country, or give lat,lon"
        };
        Problem::new(PLACE_AMBIGUOUS, format!("`{}` means several places", shown(text)))
            .hint(format!("{how}: {}", list.join("; ")))
    }

    fn unknown(&self, text: &str, name: &str, country: Option<&str>) -> Problem {
        let problem = Problem::new(PLACE_UNKNOWN, format!("no place is called `{}`", shown(text)));
        let elsewhere = country.map_or(Vec::new(), |_| self.places.find(name, None));
        let like = if elsewhere.is_empty() { self.places.like(name) } else { elsewhere };
        let list: Vec<String> = like.iter().take(4).map(|p| self.described(*p)).collect();
        if list.is_empty() {
            return problem
                .hint("give a town of over 500 people, a port by its UN/LOCODE, or lat,lon");
        }
        problem.hint(format!("did you mean {}?", list.join(" or ")))
    }

    fn no_country(&self, text: &str, country: &str) -> Problem {
        let names = self.places.country_names.iter().chain(&self.places.countries);
        let near = nearest(country, names.map(String::as_str));
        let hint = near.map_or_else(
            || "write a two-letter code or an English name after the comma, or lat,lon".to_string(),
            |n| format!("did you mean `{n}`? write a two-letter code or an English name"),
        );
        Problem::new(
            PLACE_UNKNOWN,
            format!("`{}`: unknown country `{}`", shown(text), shown(country)),
        )
        .hint(hint)
    }

    /// Network elements to avoid or to force: a country (`RU`, `Russia`), a passage (`suez`), or with a
    /// prefix `border:`, `port:`, `terminal:`, `passage:`, `country:`, `link:`. A prefix `border:`
    /// takes the id of a crossing, or two countries (`border:BY-PL`) for all crossings between them.
    pub fn things(&self, text: &str) -> Result<Vec<NetworkElement>, Problem> {
        let text = text.trim();
        let (kind, name) = text.split_once(':').unwrap_or(("", text));
        let found = match kind {
            "" => {
                let mut found = self.passage(name);
                found.extend(self.country(name));
                found
            }
            "passage" => self.passage(name),
            "country" => self.country(name).into_iter().collect(),
            "border" => self.border(name),
            "port" | "terminal" => self.terminals(name),
            "link" => return Ok(self.link(name)?.into_iter().map(NetworkElement::Link).collect()),
            _ => Vec::new(),
        };
        if found.is_empty() { Err(self.nothing(text, kind, name)) } else { Ok(found) }
    }

    fn passage(&self, name: &str) -> Vec<NetworkElement> {
        self.passage_ids(name).map(NetworkElement::Passage).collect()
    }

    /// The passages with this id or name.
    fn passage_ids(&self, name: &str) -> impl Iterator<Item = PassageId> + '_ {
        let wanted = key(name);
        let is = move |p: &trimodal_model::network::Passage| {
            !wanted.is_empty() && (key(&p.id) == wanted || key(&p.name) == wanted)
        };
        let all = self.network.passages.iter().enumerate().filter(move |(_, p)| is(p));
        all.map(|(i, _)| PassageId::at(i))
    }

    fn country(&self, name: &str) -> Option<NetworkElement> {
        let at = self.places.country_position(name)?;
        let code = &self.places.countries[usize::from(at)];
        let position = self.network.countries.iter().position(|c| c == code)?;
        Some(NetworkElement::Country(position as u16))
    }

    fn border(&self, name: &str) -> Vec<NetworkElement> {
        let n = self.network;
        let upper = name.to_uppercase();
        let pair: Vec<&str> = upper.split('-').collect();
        let is = |b: &trimodal_model::network::Border| {
            let codes = b.countries.map(|c| n.country(c));
            b.id == name
                || key(&b.name) == key(name)
                || (pair.len() == 2 && (codes == pair[..] || [codes[1], codes[0]] == pair[..]))
        };
        let all = n.borders.iter().enumerate().filter(|(_, b)| is(b));
        all.map(|(i, _)| NetworkElement::Border(BorderId::at(i))).collect()
    }

    fn terminals(&self, name: &str) -> Vec<NetworkElement> {
        let terminals = &self.network.terminals;
        if let Some(t) = terminals.iter().position(|t| t.id.eq_ignore_ascii_case(name)) {
            return vec![NetworkElement::Terminal(TerminalId::at(t))];
        }
        let wanted = key(name);
        let all = terminals.iter().enumerate().filter(|(_, t)| key(&t.name) == wanted);
        all.map(|(t, _)| NetworkElement::Terminal(TerminalId::at(t))).collect()
    }

    /// The link of a stable id, with or without the prefix `link:`. An id encodes the ends, the
    /// length, the mode and the gauge; links that agree in all of these share it.
    pub fn link(&self, name: &str) -> Result<Vec<LinkId>, Problem> {
        self.links(&[name]).remove(0)
    }

    /// Links by their stable ids, all in one pass over the network.
    pub fn links(&self, names: &[&str]) -> Vec<Result<Vec<LinkId>, Problem>> {
        let bare = |name: &str| name.strip_prefix("link:").unwrap_or(name).to_string();
        let n = self.network;
        let mut found: HashMap<String, Vec<LinkId>> =
            names.iter().map(|name| (bare(name), Vec::new())).collect();
        for l in (0..n.links()).map(LinkId::at) {
            if let Some(twins) = found.get_mut(&n.link_name(l)) {
                twins.push(l);
            }
        }
        let unknown = |name: &str| {
            Problem::new(LINK_UNKNOWN, format!("no link has the id `{}`", shown(name))).hint(
                "ids look like `rail:0123456789`; `trimodal world links LAT,LON` lists those near a point",
            )
        };
        let one = |name: &&str| match &found[&bare(name)] {
            twins if twins.is_empty() => Err(unknown(name)),
            twins => Ok(twins.clone()),
        };
        names.iter().map(one).collect()
    }

    fn nothing(&self, text: &str, kind: &str, name: &str) -> Problem {
        let n = self.network;
        let passages = n.passages.iter().map(|p| p.id.as_str());
        let borders = n.borders.iter().map(|b| b.id.as_str());
        let terminals = n.terminals.iter().map(|t| t.id.as_str());
        let near = match kind {
            "border" => nearest(name, borders),
            "port" | "terminal" => nearest(name, terminals),
            "country" => nearest(name, self.places.country_names.iter().map(String::as_str)),
            "" | "passage" => {
                nearest(name, passages.chain(self.places.country_names.iter().map(String::as_str)))
            }
            _ => nearest(kind, ["border", "port", "terminal", "passage", "country", "link"]),
        };
        let prefix = if kind.is_empty() { String::new() } else { format!("{kind}:") };
        let known = ["border", "port", "terminal", "passage", "country", ""].contains(&kind);
        let hint = match near {
            Some(n) if known => format!("did you mean `{prefix}{n}`?"),
            Some(n) => format!("did you mean `{n}:{name}`?"),
            None => "name a country, a passage (`trimodal world info` lists them), or use border:, port:, terminal:, link:".into(),
        };
        Problem::new(THING_UNKNOWN, format!("unknown network element `{}`", shown(text))).hint(hint)
    }
}

/// `lat,lon` in degrees, if the text looks like numbers.
fn coordinates(text: &str) -> Option<Result<Located, Problem>> {
    let (a, b) = text.split_once(',')?;
    let (a, b) = (a.trim(), b.trim());
    let (Ok(lat), Ok(lon)) = (a.parse::<f64>(), b.parse::<f64>()) else { return None };
    let wrong = |message: String, hint: &str| {
        Some(Err(Problem::new(COORDINATES, message).hint(hint.to_string())))
    };
    if !lat.is_finite() || !lon.is_finite() {
        return wrong(
            format!("`{}` is not a valid point", shown(text)),
            "write lat,lon in degrees, as 52.52,13.40",
        );
    }
    if lat.abs() > 90.0 && lat.abs() <= 180.0 && lon.abs() <= 90.0 {
        return wrong(
            format!("latitude {lat} is beyond 90 degrees"),
            &format!("latitude comes first: did you mean `{b},{a}`?"),
        );
    }
    if lat.abs() > 90.0 {
        return wrong(
            format!("latitude {lat} is beyond 90 degrees"),
            "write lat,lon in degrees, as 52.52,13.40",
        );
    }
    if lon.abs() > 180.0 {
        return wrong(
            format!("longitude {lon} is beyond 180 degrees"),
            "write lat,lon in degrees, as 52.52,13.40",
        );
    }
    Some(Ok(Located { name: format!("{lat},{lon}"), lat, lon, port: None, country: None }))
}
