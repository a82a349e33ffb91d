//! Which of the places of a name is meant.

use trimodal_model::network::{degrees, great_circle_km};

use super::area::Area;
use super::index::{is_port, is_seaport};
use super::{Atlas, Located, Position};
use crate::gazetteer::key;

/// Of places with one name, the largest is meant where it has at least this multiple of the next one's population.
const FAR_LARGER: u64 = 5;
/// An own name stands behind the other name of a place this many times larger, if few live there: Bombay.
const FAMOUS: u64 = 100;
const FEW: u64 = 15_000;
/// A capital is known beyond its size.
const CAPITAL: u64 = 4;
/// The weight that a port, and a main port, has at least, as inhabitants.
const PORT_WEIGHT: u64 = 200_000;
const MAIN_PORT_WEIGHT: u64 = 1_000_000;
/// The same where it is one of its other names.
const MAIN_PORT_BY_OTHER_NAME: u64 = 500_000;
/// Two towns are one up to this distance, a town and its port up to the next, in one country up to the one
/// after it, its main port up to the last.
const SAME_TOWN_KM: f64 = 20.0;
const PORT_OF_TOWN_KM: f64 = 50.0;
const OUTPORT_KM: f64 = 130.0;
const MAIN_PORT_OF_TOWN_KM: f64 = 100.0;

/// The outcome of a choice.
pub enum Choice {
    /// Nothing has the name.
    None,
    /// What is meant.
    One(Located),
    /// Several may be meant.
    Several(Vec<Candidate>),
}

/// A place that has the name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// What it is.
    pub what: Found,
    /// Inhabitants, or what stands for them.
    weight: u64,
    at: (f64, f64),
}

/// A town, terminal or main port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// A town.
    Town(Position),
    /// A terminal of the network.
    Terminal(usize),
    /// A main port.
    Main(usize),
}

/// A name in the forms in which it is looked up.
pub struct Forms {
    /// As it is written, and with `Saint` for `St`.
    whole: Vec<String>,
    /// Without `port of` and the like.
    of_port: Vec<String>,
    /// As it is written, in lower case, if a comma or bracket is part of it: such a name must agree to the letter.
    exact: Option<String>,
}

impl Forms {
    /// The forms of a name.
    pub fn of(name: &str) -> Forms {
        let lower = name.to_lowercase();
        let mut of_port = Vec::new();
        for start in [
            "port of ",
            "port de ",
            "puerto de ",
            "porto di ",
            "porto de ",
            "harbour of ",
            "hafen ",
            "seaport ",
        ] {
            of_port.extend(lower.strip_prefix(start).map(spellings));
        }
        for end in [
            " port",
            " harbour",
            " harbor",
            " seaport",
            " container terminal",
            " terminal",
            " dry port",
            " icd",
        ] {
            of_port.extend(lower.strip_suffix(end).map(spellings));
        }
        let exact = lower.contains([',', '(']).then(|| lower.clone());
        Forms { whole: spellings(name), of_port: of_port.concat(), exact }
    }

    /// Whether a comma or bracket is part of it.
    pub fn is_exact(&self) -> bool {
        self.exact.is_some()
    }
}

/// The search keys of a name with `St`, `Ft` and `Mt` short and long.
fn spellings(name: &str) -> Vec<String> {
    const SHORT: [(&str, &str); 4] =
        [("st", "saint"), ("ft", "fort"), ("mt", "mount"), ("ste", "sainte")];
    let words: Vec<String> = name.split([' ', '-', '.']).map(|w| w.to_lowercase()).collect();
    let with = |from: fn(&(&'static str, &'static str)) -> (&'static str, &'static str)| {
        let word = |w: &String| {
            SHORT.iter().map(from).find(|(a, _)| a == w).map_or(w.clone(), |(_, b)| b.to_string())
        };
        key(&words.iter().map(word).collect::<String>())
    };
    let mut keys = vec![key(name), with(|p| *p), with(|p| (p.1, p.0))];
    keys.dedup();
    keys.retain(|k| !k.is_empty());
    keys
}

impl Atlas<'_> {
    /// What a name means in an area.
    pub(super) fn choose(&self, forms: &Forms, area: Option<&Area>) -> Choice {
        if let Some(exact) = &forms.exact {
            return self.choose_exact(exact, &forms.whole, area);
        }
        match self.choose_by(&forms.whole, area, self.sea) {
            Choice::None => self.choose_by(&forms.of_port, area, true),
            choice => choice,
        }
    }

    /// A name with a comma or bracket in it.
    fn choose_exact(&self, exact: &str, keys: &[String], area: Option<&Area>) -> Choice {
        let (mut own, _) = self.towns(keys, area);
        own.retain(|p| self.places.name(*p).to_lowercase() == exact);
        let mut terminals = self.named_terminals(keys, area);
        terminals.retain(|t| self.network.terminals[*t].name.to_lowercase() == exact);
        let mut all = self.joined(&own, &[], &terminals, self.sea);
        let mains = self.index.main_by_name.get(exact).into_iter().flatten().map(|m| *m as usize);
        for m in mains.filter(|m| self.holds_main(area, &self.index.main[*m])) {
            self.put_main(&mut all, m, MAIN_PORT_WEIGHT);
        }
        self.decide(all, self.sea)
    }

    fn choose_by(&self, keys: &[String], area: Option<&Area>, port: bool) -> Choice {
        let (own, other) = self.towns(keys, area);
        let ports = self.named_terminals(keys, area);
        let mut all = self.joined(&own, &other, &ports, port);
        for (m, least) in self.mains(keys, area, port, &all) {
            self.put_main(&mut all, m, least);
        }
        // Small places of a name that is much better known as the other name of a city.
        let most = all.iter().map(|c| c.weight).max().unwrap_or(0);
        let famous: Vec<Candidate> = other.iter().map(|p| self.town(*p)).collect();
        if most < FEW {
            all.extend(
                famous
                    .iter()
                    .filter(|c| all.is_empty() || c.weight > FAMOUS * most.max(1_000))
                    .copied()
                    .collect::<Vec<_>>(),
            );
        }
        if all.is_empty() {
            all = self.of_parts(keys, area);
        }
        self.decide(all, port)
    }

    /// Main ports of a name, each with the weight that it has at least; those of the territories of a country too,
    /// if nothing large in the country itself is called so, or only what is beside it: Hong Kong, China.
    fn mains(
        &self,
        keys: &[String],
        area: Option<&Area>,
        port: bool,
        found: &[Candidate],
    ) -> Vec<(usize, u64)> {
        let wide = area.map(|a| self.with_dependent(a));
        let is_small = found.iter().all(|c| c.weight < FEW);
        let beside = |at: (f64, f64)| {
            found.iter().any(|c| great_circle_km(c.at, at) <= MAIN_PORT_OF_TOWN_KM)
        };
        let mains = keys.iter().filter_map(|k| self.index.main_by_name.get(k)).flatten();
        let mut mains: Vec<usize> = mains.map(|m| *m as usize).collect();
        mains.dedup();
        mains.retain(|m| {
            let main = &self.index.main[*m];
            let holds = self.holds_main(area, main)
                || ((is_small || beside(main.at)) && self.holds_main(wide.as_ref(), main));
            (port || main.is_inland) && holds
        });
        let least = |m: &usize| {
            let is_first = keys.contains(&key(&self.index.main[*m].name));
            if is_first { MAIN_PORT_WEIGHT } else { MAIN_PORT_BY_OTHER_NAME }
        };
        mains.iter().map(|m| (*m, least(m))).collect()
    }

    /// Towns whose own name it is, and towns that are called so too.
    fn towns(&self, keys: &[String], area: Option<&Area>) -> (Vec<Position>, Vec<Position>) {
        let mut found: Vec<Position> = keys.iter().flat_map(|k| self.places.find_key(k)).collect();
        found.sort_by_key(|p| (std::cmp::Reverse(self.places.population[*p as usize]), *p));
        found.dedup();
        found.retain(|p| self.holds(area, *p));
        found.into_iter().partition(|p| keys.contains(&key(self.places.name(*p))))
    }

    /// Ports, and stations where the gauge changes; a station in a town has the name of the town.
    fn named_terminals(&self, keys: &[String], area: Option<&Area>) -> Vec<usize> {
        let all = keys.iter().filter_map(|k| self.index.terminals.get(k)).flatten();
        let mut found: Vec<usize> = all.map(|t| *t as usize).collect();
        found.dedup();
        found.retain(|t| self.holds_terminal(area, &self.network.terminals[*t]));
        found
    }

    /// Towns with their ports, each as one candidate, and what has no town.
    fn joined(
        &self,
        own: &[Position],
        other: &[Position],
        terminals: &[usize],
        port: bool,
    ) -> Vec<Candidate> {
        let mut all: Vec<Candidate> = own.iter().map(|p| self.whole_town(*p, other)).collect();
        for t in terminals {
            let at = degrees(self.network.terminals[*t].at_e3);
            let country = self.network.country(self.network.terminals[*t].country);
            let is_its_port = |c: &Candidate| {
                let is_home =
                    matches!(c.what, Found::Town(p) if self.places.country_code(p) == country);
                let within = if is_home { OUTPORT_KM } else { PORT_OF_TOWN_KM };
                great_circle_km(c.at, at) <= within
            };
            let (at_sea, is_port) = (is_seaport(self.network, *t), is_port(self.network, *t));
            let least = if port && is_port { PORT_WEIGHT } else { 1 };
            if let Some(town) = all.iter_mut().find(|c| is_its_port(c)) {
                if port && at_sea && matches!(town.what, Found::Town(_)) {
                    let weight = town.weight.max(least);
                    *town = Candidate { what: Found::Terminal(*t), at, weight };
                }
                continue;
            }
            let called = other.iter().map(|p| self.town(*p)).find(is_its_port);
            let weight = called.map_or(least, |c| c.weight.max(least));
            if (port && is_port) || own.is_empty() {
                all.push(Candidate { what: Found::Terminal(*t), weight, at });
            }
        }
        all
    }

    /// A main port takes the place of its town and of ports beside it. Other towns yield to it, unless they are
    /// larger than its own and in its country.
    fn put_main(&self, all: &mut Vec<Candidate>, m: usize, least: u64) {
        let main = &self.index.main[m];
        let near = |c: &Candidate| great_circle_km(c.at, main.at) <= MAIN_PORT_OF_TOWN_KM;
        let mine = all.iter().filter(|c| near(c)).map(|c| c.weight).max().unwrap_or(0);
        let yields = |c: &Candidate| match c.what {
            Found::Town(p) => self.places.country_code(p) != main.country || c.weight < mine,
            _ => false,
        };
        all.retain(|c| !near(c) && !yields(c));
        all.push(Candidate { what: Found::Main(m), weight: mine.max(least), at: main.at });
    }

    /// Terminals by a part of their name: a station on a border has the names of both towns.
    fn of_parts(&self, keys: &[String], area: Option<&Area>) -> Vec<Candidate> {
        let all =
            keys.iter().filter_map(|k| self.index.parts.get(k)).flatten().map(|t| *t as usize);
        let mut found: Vec<usize> = all.collect();
        found.dedup();
        found.retain(|t| self.holds_terminal(area, &self.network.terminals[*t]));
        let one = |t: usize| Candidate {
            what: Found::Terminal(t),
            weight: 1,
            at: degrees(self.network.terminals[t].at_e3),
        };
        found.into_iter().map(one).collect()
    }

    /// The town, or the larger one beside it that is called so too: a quarter, or a second spelling.
    fn whole_town(&self, place: Position, other: &[Position]) -> Candidate {
        let mine = self.town(place);
        let larger = other.iter().map(|p| self.town(*p)).find(|c| {
            let few = mine.weight.max(1_000) * FAMOUS;
            c.weight > few && great_circle_km(c.at, mine.at) <= SAME_TOWN_KM
        });
        larger.unwrap_or(mine)
    }

    fn town(&self, place: Position) -> Candidate {
        let people = u64::from(self.places.population[place as usize]);
        let known = if self.places.is_capital(place) { CAPITAL } else { 1 };
        Candidate { what: Found::Town(place), weight: people * known, at: self.at(place) }
    }

    fn decide(&self, mut all: Vec<Candidate>, port: bool) -> Choice {
        all.sort_by_key(|c| std::cmp::Reverse(c.weight));
        let Some(first) = all.first().copied() else { return Choice::None };
        let rivals = |c: &Candidate| {
            let is_town = |c: &Candidate| matches!(c.what, Found::Town(_));
            let apart = if is_town(c) && is_town(&first) { SAME_TOWN_KM } else { PORT_OF_TOWN_KM };
            great_circle_km(c.at, first.at) > apart && c.weight * FAR_LARGER > first.weight.max(1)
        };
        if !all.iter().any(rivals) {
            return Choice::One(self.at_candidate(first.what, port));
        }
        // Small places are not worth listing beside large ones, but all that may be meant are.
        let (listed, rest): (Vec<Candidate>, Vec<Candidate>) =
            all.into_iter().partition(|c| *c == first || rivals(c));
        Choice::Several(listed.into_iter().chain(rest).collect())
    }

    fn at_candidate(&self, found: Found, port: bool) -> Located {
        match found {
            Found::Main(m) => self.at_main(m),
            Found::Terminal(t) => self.at_terminal(t),
            Found::Town(p) => self.port_of_town(p, port).unwrap_or_else(|| self.place(p)),
        }
    }

    /// The main port of a town that was found by another of its names, or the port with its own name.
    fn port_of_town(&self, place: Position, port: bool) -> Option<Located> {
        let (k, at) = (key(self.places.name(place)), self.at(place));
        let country = self.places.country_code(place);
        let mains = self.index.main_by_name.get(&k).into_iter().flatten().map(|m| *m as usize);
        let main = mains
            .filter(|m| port || self.index.main[*m].is_inland)
            .filter(|m| self.index.main[*m].country == country)
            .find(|m| great_circle_km(self.index.main[*m].at, at) <= MAIN_PORT_OF_TOWN_KM);
        if let Some(main) = main {
            return Some(self.at_main(main));
        }
        let terminals = self.index.terminals.get(&k).into_iter().flatten().map(|t| *t as usize);
        let near = |t: &usize| {
            great_circle_km(degrees(self.network.terminals[*t].at_e3), at) <= PORT_OF_TOWN_KM
        };
        let found = terminals.filter(|t| port && is_seaport(self.network, *t)).find(near)?;
        Some(self.at_terminal(found))
    }
}
