//! Which of the places of a name is meant.

use trimodal_model::network::{degrees, great_circle_km};

use super::area::Area;
use super::forms::{Forms, is_longer};
use super::index::{Kind, is_port, is_seaport};
use super::{Atlas, Located, Position};
use crate::gazetteer::key;

/// Of places with one name, the largest is meant where it has at least this multiple of the next one's population.
const FAR_LARGER: u64 = 5;
/// The same where the next one is a large city itself: Córdoba.
const FAR_LARGER_THAN_CITY: u64 = 10;
const LARGE_CITY: u64 = 300_000;
/// A capital is known beyond its size.
const CAPITAL: u64 = 4;
/// An own name stands behind the other name of a place this many times larger, if few live there: Bombay.
const FAMOUS: u64 = 100;
const FEW: u64 = 15_000;
/// Neither is sure if the other name is that of a place this many times larger: Bruges. Then if more live there, and
/// the other place is in the same country or not.
const KNOWN: u64 = 5;
const KNOWN_IN_COUNTRY: u64 = 8;
const KNOWN_OF_LARGE: u64 = 20;
/// The same for a longer own name. Longer names are looked for among so many.
const LONGER: u64 = 20;
const LONGER_MOST: usize = 3_000;
/// The weight that a port, and a main port, has at least, as inhabitants.
const PORT_WEIGHT: u64 = 200_000;
const MAIN_PORT_WEIGHT: u64 = 1_000_000;
/// The same where it is one of its other names.
const MAIN_PORT_BY_OTHER_NAME: u64 = 500_000;
/// The same for a terminal beside its town, and for ports where no ship is asked for.
const TERMINAL_WEIGHT: u64 = 40_000;
const PORT_ON_LAND_WEIGHT: u64 = 10_000;
const MAIN_PORT_ON_LAND_WEIGHT: u64 = 250_000;
/// Seaports of one name are compared by the people of their towns, a main port counting twice; so many at least.
const FAR_LARGER_PORT: u64 = 6;
const PORT_PEOPLE: u64 = 5_000;
const MAIN_PORT_PEOPLE: u64 = 20_000;
/// Where the country is told, a port is asked beside a place below this multiple of its weight, at least the next.
const PORT_IN_COUNTRY: u64 = 25;
const PORT_IN_COUNTRY_WEIGHT: u64 = 50_000;
/// A place in a country from this size on does not yield to a port in a territory of the country.
const HAMLET: u64 = 1_000;
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
    /// Inhabitants of its town.
    people: u64,
    has_port: bool,
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

/// What is looked at when a main port is put among the candidates.
struct Beside<'a> {
    /// The towns that are called so too.
    other: &'a [Position],
    /// Whether a port is meant where a port and a town have one name.
    port: bool,
    /// Whether it is in the area that was told, and not in a territory of it.
    is_home: bool,
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
        for m in mains.filter(|m| self.holds_main(area, *m)) {
            let beside = Beside { other: &[], port: self.sea, is_home: true };
            self.put_main(&mut all, m, MAIN_PORT_WEIGHT, &beside);
        }
        self.decide(all, self.sea, area.is_some())
    }

    fn choose_by(&self, keys: &[String], area: Option<&Area>, port: bool) -> Choice {
        let (own, other) = self.towns(keys, area);
        let ports = self.named_terminals(keys, area);
        let mut all = self.joined(&own, &other, &ports, port);
        for (m, least) in self.mains(keys, area) {
            let is_home = self.holds_main(area, m);
            self.put_main(&mut all, m, least, &Beside { other: &other, port, is_home });
        }
        self.weigh_territories(&mut all, area);
        self.add_famous(&mut all, &other, port);
        if all.is_empty() {
            all = self.of_parts(keys, area);
        }
        self.add_longer(&mut all, keys, area);
        self.decide(all, port, area.is_some())
    }

    /// A main port in a territory of the country that was told does not go before a town in the country itself.
    fn weigh_territories(&self, all: &mut [Candidate], area: Option<&Area>) {
        let is_outside =
            |c: &Candidate| matches!(c.what, Found::Main(m) if !self.holds_main(area, m));
        let home = all.iter().filter(|c| !is_outside(c)).map(|c| c.weight).max().unwrap_or(0);
        if home >= HAMLET {
            for c in all.iter_mut().filter(|c| is_outside(c)) {
                c.weight = c.weight.min(home);
            }
        }
    }

    /// Small places of a name that is much better known as the other name of a city stand behind the city; of those
    /// that are less small or less known nobody can tell.
    fn add_famous(&self, all: &mut Vec<Candidate>, other: &[Position], port: bool) {
        // A terminal with a name of its own hides no city.
        let is_terminal = |c: &Candidate| self.is_main(c, Kind::Terminal);
        let first = all.iter().max_by_key(|c| c.weight).copied();
        let most = first.map_or(0, |c| c.weight);
        let is_empty = all.iter().all(is_terminal);
        let country = |c: &Candidate| self.country_of_candidate(c.what);
        let known = |c: &Candidate| match first {
            _ if most < FEW => KNOWN,
            Some(first) if country(&first) == country(c) => KNOWN_IN_COUNTRY,
            _ => KNOWN_OF_LARGE,
        };
        let is_beside_port = |c: &Candidate| {
            let mut ports = all.iter().filter(|p| !matches!(p.what, Found::Town(_)));
            ports.any(|p| great_circle_km(p.at, c.at) <= MAIN_PORT_OF_TOWN_KM)
        };
        // The exact name of a port goes before another name of a town.
        let is_port = |c: &Candidate| {
            let is_quay = port && !matches!(c.what, Found::Town(_));
            c.has_port && (is_quay || c.people >= FEW)
        };
        if first.is_some_and(|c| is_port(&c)) {
            return;
        }
        let mut famous: Vec<Candidate> = other.iter().map(|p| self.town(*p)).collect();
        famous.retain(|c| !is_beside_port(c));
        for c in famous {
            if is_empty || (most < FEW && c.weight > FAMOUS * most.max(1_000)) {
                all.push(c);
            } else if c.weight > known(&c) * most.max(1_000) {
                all.push(Candidate { weight: most.max(1), ..c });
            }
        }
    }

    /// A town whose name is longer by its river or region may be meant where it is much larger: Newcastle upon Tyne.
    fn add_longer(&self, all: &mut Vec<Candidate>, keys: &[String], area: Option<&Area>) {
        let most = all.iter().map(|c| c.weight).max();
        // Beside a town there is a village of nearly every longer name.
        if area.is_some_and(|a| a.near.is_some()) {
            return;
        }
        let Some(asked) = keys.first().filter(|k| k.len() > 3) else { return };
        let from = self.places.lower_bound(asked);
        let mut longer: Vec<Position> = (from..self.places.keys.len())
            .take(LONGER_MOST)
            .take_while(|k| self.places.key(*k).starts_with(asked.as_str()))
            .map(|k| self.places.keys[k].place)
            .filter(|p| most.is_none_or(|most| self.town(*p).weight > LONGER * most.max(1_000)))
            .filter(|p| is_longer(self.places.name(*p), asked) && self.holds(area, *p))
            .filter(|p| all.iter().all(|c| c.what != Found::Town(*p)))
            .collect();
        longer.sort_unstable();
        longer.dedup();
        for c in longer.into_iter().map(|p| self.town(p)) {
            all.push(Candidate { weight: most.map_or(c.weight, |most| most.max(1)), ..c });
        }
    }

    /// Main ports of a name, each with the weight that it has at least; those of the territories of a country too:
    /// Hong Kong, China.
    fn mains(&self, keys: &[String], area: Option<&Area>) -> Vec<(usize, u64)> {
        let wide = area.map(|a| self.with_dependent(a));
        let mains = keys.iter().filter_map(|k| self.index.main_by_name.get(k)).flatten();
        let mut mains: Vec<usize> = mains.map(|m| *m as usize).collect();
        mains.dedup();
        mains.retain(|m| self.holds_main(wide.as_ref(), *m));
        let least = |m: &usize| {
            let main = &self.index.main[*m];
            match (main.kind, keys.contains(&key(&main.name))) {
                (Kind::Terminal, _) => TERMINAL_WEIGHT,
                (_, true) => MAIN_PORT_WEIGHT,
                (_, false) => MAIN_PORT_BY_OTHER_NAME,
            }
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
        found.retain(|t| self.holds_terminal(area, *t));
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
                let within = if port && is_home { OUTPORT_KM } else { PORT_OF_TOWN_KM };
                great_circle_km(c.at, at) <= within
            };
            let (at_sea, is_port) = (is_seaport(self.network, *t), is_port(self.network, *t));
            let least = match (is_port, port) {
                (true, true) => PORT_WEIGHT,
                (true, false) => PORT_ON_LAND_WEIGHT,
                (false, _) => 1,
            };
            let it = Candidate {
                what: Found::Terminal(*t),
                weight: least,
                people: PORT_PEOPLE,
                has_port: is_port,
                at,
            };
            // A city beside the port that is called so too, and not a village farther away: Zaporizhzhia.
            let called = other.iter().map(|p| self.town(*p)).find(is_its_port);
            let is_nearer = |c: &Candidate| {
                let far = |c: &Candidate| great_circle_km(c.at, at);
                called.is_some_and(|o| o.people > c.people && far(&o) < far(c))
            };
            if let Some(town) = all.iter_mut().find(|c| is_its_port(c) && !is_nearer(c)) {
                town.has_port |= is_port;
                town.weight = town.weight.max(if is_port { PORT_ON_LAND_WEIGHT } else { 0 });
                if port && at_sea && matches!(town.what, Found::Town(_)) {
                    let weight = town.weight.max(least);
                    *town = Candidate { weight, people: town.people.max(PORT_PEOPLE), ..it };
                }
                continue;
            }
            if is_port || own.is_empty() {
                all.push(called.map_or(it, |c| Candidate {
                    weight: c.weight.max(least),
                    people: c.people.max(PORT_PEOPLE),
                    ..it
                }));
            }
        }
        all
    }

    /// A main port takes the place of its town and of ports beside it. Other towns yield to it, unless they are
    /// larger than its own and in its country. Where no ship is asked for, the town stands for its port.
    fn put_main(&self, all: &mut Vec<Candidate>, m: usize, least: u64, beside: &Beside) {
        let main = &self.index.main[m];
        let within = if main.kind == Kind::Terminal { SAME_TOWN_KM } else { MAIN_PORT_OF_TOWN_KM };
        let near = |c: &Candidate| great_circle_km(c.at, main.at) <= within;
        let mine = all.iter().filter(|c| near(c)).map(|c| c.weight).max().unwrap_or(0);
        let called = beside.other.iter().map(|p| self.town(*p));
        let towns: Vec<Candidate> = called.chain(all.iter().copied()).filter(near).collect();
        let is_town = |c: &Candidate| matches!(c.what, Found::Town(_));
        let town = towns.iter().filter(|c| is_town(c)).max_by_key(|c| c.people).copied();
        let stays = !beside.port && main.kind == Kind::Sea;
        let yields = |c: &Candidate| match c.what {
            _ if stays || !beside.is_home || main.kind == Kind::Terminal => false,
            Found::Town(p) => {
                let is_abroad = self.places.country_code(p) != main.country;
                is_abroad || (c.weight < mine && !c.has_port)
            }
            _ => false,
        };
        // Two towns beside a port are two where it is a town that is meant.
        let is_kept = |c: &Candidate| stays && is_town(c) && town.is_none_or(|t| t.what != c.what);
        all.retain(|c| (!near(c) || is_kept(c)) && !yields(c));
        let least = if stays { MAIN_PORT_ON_LAND_WEIGHT } else { least };
        let people = towns.iter().map(|c| c.people).max().unwrap_or(0);
        let it = Candidate {
            what: Found::Main(m),
            weight: mine.max(least),
            people: 2 * people.max(MAIN_PORT_PEOPLE),
            has_port: main.kind == Kind::Sea,
            at: main.at,
        };
        let is_its_town = |c: &Candidate| {
            let is_near = great_circle_km(c.at, main.at) <= SAME_TOWN_KM;
            is_near || c.people >= FEW
        };
        all.push(match town.filter(|c| stays && is_its_town(c)) {
            // By another of its names a city does not go before a town whose own name it is: Odessa in Texas.
            Some(town) => {
                let is_called = beside.other.iter().any(|p| town.what == Found::Town(*p));
                let weight = if is_called { least } else { it.weight };
                Candidate { what: town.what, at: town.at, weight, ..it }
            }
            None => it,
        });
    }

    /// Terminals by a part of their name: a station on a border has the names of both towns.
    fn of_parts(&self, keys: &[String], area: Option<&Area>) -> Vec<Candidate> {
        let all =
            keys.iter().filter_map(|k| self.index.parts.get(k)).flatten().map(|t| *t as usize);
        let mut found: Vec<usize> = all.collect();
        found.dedup();
        found.retain(|t| self.holds_terminal(area, *t));
        let one = |t: usize| Candidate {
            what: Found::Terminal(t),
            weight: 1,
            people: 0,
            has_port: is_port(self.network, t),
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
        let (weight, at) = (people * known, self.at(place));
        Candidate { what: Found::Town(place), weight, people, has_port: false, at }
    }

    fn decide(&self, mut all: Vec<Candidate>, port: bool, is_in_area: bool) -> Choice {
        all.sort_by_key(|c| std::cmp::Reverse(c.weight));
        let Some(first) = all.first().copied() else { return Choice::None };
        let rivals = |c: &Candidate| {
            let is_town = |c: &Candidate| matches!(c.what, Found::Town(_));
            let apart = if is_town(c) && is_town(&first) { SAME_TOWN_KM } else { PORT_OF_TOWN_KM };
            great_circle_km(c.at, first.at) > apart && self.is_rival(c, &first, port, is_in_area)
        };
        if !all.iter().any(rivals) {
            return Choice::One(self.at_candidate(first.what, port));
        }
        // Small places are not worth listing beside large ones, but all that may be meant are.
        let (listed, rest): (Vec<Candidate>, Vec<Candidate>) =
            all.into_iter().partition(|c| *c == first || rivals(c));
        Choice::Several(listed.into_iter().chain(rest).collect())
    }

    /// Whether a candidate may be meant as well as the first one.
    fn is_rival(&self, c: &Candidate, first: &Candidate, port: bool, is_in_area: bool) -> bool {
        let is_main = self.is_main(first, Kind::Sea);
        let as_seaport = match c.what {
            Found::Terminal(t) if is_seaport(self.network, t) => {
                let times = if self.is_main_port(t) { 2 } else { 1 };
                port && is_main && c.people * times * FAR_LARGER_PORT > first.people
            }
            _ => false,
        };
        let stands = if port { c.weight.max(PORT_IN_COUNTRY_WEIGHT) } else { PORT_ON_LAND_WEIGHT };
        let in_country = is_in_area && c.has_port && stands * PORT_IN_COUNTRY > first.weight;
        let times = if c.people >= LARGE_CITY { FAR_LARGER_THAN_CITY } else { FAR_LARGER };
        as_seaport || in_country || c.weight.max(1) * times > first.weight.max(1)
    }

    fn is_main(&self, c: &Candidate, kind: Kind) -> bool {
        matches!(c.what, Found::Main(m) if self.index.main[m].kind == kind)
    }

    fn is_main_port(&self, terminal: usize) -> bool {
        self.index.main.iter().any(|m| m.port.is_some_and(|p| p.ix() == terminal))
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
            .filter(|m| match self.index.main[*m].kind {
                Kind::Sea => port,
                Kind::Inland => true,
                Kind::Terminal => false,
            })
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
