//! Names that begin with what is being typed.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use trimodal_model::network::{TerminalKind, degrees};

use super::Atlas;
use super::index::Kind;
use crate::gazetteer::{Position, key};

/// Inhabitants that a port counts as, to stand among towns.
const PORT_COUNTS_AS: u32 = 150_000;
/// The same for a terminal on land.
const TERMINAL_COUNTS_AS: u32 = 30_000;
/// How much more a place counts that has just the name asked for.
const EXACT: u64 = 20;
/// Names that are looked at; those of a shorter text are cut off here.
const MOST: usize = 20_000;

/// A place that may be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Text by which [`Atlas::locate`] finds it.
    pub text: String,
    /// Name for people.
    pub name: String,
    /// ISO 3166-1 alpha-2 code; empty at sea.
    pub country: String,
    /// `town`, or the kind of a terminal.
    pub kind: &'static str,
    /// UN/LOCODE or id of a terminal.
    pub code: Option<String>,
    /// Degrees north and east.
    pub at: (f64, f64),
    /// Inhabitants of a town.
    pub population: Option<u32>,
    /// How much it counts.
    rank: u64,
}

impl Atlas<'_> {
    /// At most so many towns, ports and terminals whose names or codes begin with a text, the most likely first.
    pub fn suggest(&self, text: &str, limit: usize) -> Vec<Suggestion> {
        let wanted = key(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut found = self.suggested_towns(&wanted, limit);
        let terminals = self.suggested_terminals(&wanted);
        let is_new = |it: &Suggestion| terminals.iter().all(|t| t.text != it.text);
        found.extend(self.suggested_mains(&wanted).into_iter().filter(is_new));
        found.extend(terminals);
        found.sort_by(|a, b| (b.rank, &a.text).cmp(&(a.rank, &b.text)));
        found.truncate(limit);
        for it in &mut found {
            it.text = self.sure(it);
        }
        found
    }

    fn suggested_towns(&self, wanted: &str, limit: usize) -> Vec<Suggestion> {
        let g = self.places;
        let keys = (g.lower_bound(wanted)..g.keys.len()).take(MOST);
        let mut best: Vec<(u64, Position)> = keys
            .map(|k| (g.key(k), g.keys[k].place))
            .take_while(|(key, _)| key.starts_with(wanted))
            .map(|(key, place)| (rank(key == wanted, g.population[place as usize]), place))
            .collect();
        best.sort_by_key(|(rank, place)| (Reverse(*rank), *place));
        let mut seen = HashSet::new();
        best.retain(|(_, place)| seen.insert(*place));
        best.truncate(limit);
        let town = |(rank, place): (u64, Position)| Suggestion {
            text: format!("{}, {}", g.name(place), g.country_code(place)),
            name: g.name(place).to_string(),
            country: g.country_code(place).to_string(),
            kind: "town",
            code: None,
            at: degrees(g.at_e3[place as usize]),
            population: Some(g.population[place as usize]),
            rank,
        };
        best.into_iter().map(town).collect()
    }

    fn suggested_terminals(&self, wanted: &str) -> Vec<Suggestion> {
        let by_name = self.index.terminals.iter().chain(&self.index.parts);
        let by_name = by_name.filter(|(key, _)| key.starts_with(wanted)).flat_map(|(_, all)| all);
        let by_id = self.index.by_id.get(&wanted.to_uppercase());
        let positions: HashSet<u32> = by_name.chain(by_id).copied().collect();
        let terminal = |i: u32| {
            let t = &self.network.terminals[i as usize];
            let counts = match t.kind {
                TerminalKind::Port => PORT_COUNTS_AS,
                TerminalKind::RailRoad | TerminalKind::GaugeChange => TERMINAL_COUNTS_AS,
            };
            let exact = key(&t.name) == wanted || t.id.eq_ignore_ascii_case(wanted);
            Suggestion {
                text: t.id.clone(),
                name: t.name.clone(),
                country: self.network.country(t.country).to_string(),
                kind: t.kind.word(),
                code: Some(t.id.clone()),
                at: degrees(t.at_e3),
                population: None,
                rank: rank(exact, counts),
            }
        };
        positions.into_iter().map(terminal).collect()
    }

    /// Main ports and terminals by their names, which the network does not have.
    fn suggested_mains(&self, wanted: &str) -> Vec<Suggestion> {
        let by_name = self.index.main_by_name.iter().filter(|(key, _)| key.starts_with(wanted));
        let best = by_name.flat_map(|(key, all)| all.iter().map(move |m| (*m, key == wanted)));
        let mut exact: HashMap<u32, bool> = HashMap::new();
        for (m, is_exact) in best {
            *exact.entry(m).or_default() |= is_exact;
        }
        let main = |(m, is_exact): (u32, bool)| {
            let main = &self.index.main[m as usize];
            let (kind, counts) = match main.kind {
                Kind::Sea => (TerminalKind::Port, PORT_COUNTS_AS),
                _ => (TerminalKind::RailRoad, TERMINAL_COUNTS_AS),
            };
            Suggestion {
                text: main
                    .code
                    .clone()
                    .unwrap_or_else(|| format!("{}, {}", main.name, main.country)),
                name: main.name.clone(),
                country: main.country.clone(),
                kind: kind.word(),
                code: main.code.clone(),
                at: main.at,
                population: None,
                rank: rank(is_exact, counts),
            }
        };
        exact.into_iter().map(main).collect()
    }

    /// A text that is sure to mean a suggestion, with and without ships: its own, or coordinates where that means
    /// another place.
    fn sure(&self, it: &Suggestion) -> String {
        const SAME_DEGREES: f64 = 0.5;
        let near = |a: f64, b: f64| (a - b).abs() < SAME_DEGREES;
        let means_it = |sea: bool| {
            let found = self.clone().prefer_ports(sea).locate(&it.text);
            found.is_ok_and(|found| near(found.lat, it.at.0) && near(found.lon, it.at.1))
        };
        match means_it(false) && means_it(true) {
            true => it.text.clone(),
            false => format!("{:.3},{:.3}", it.at.0, it.at.1),
        }
    }
}

fn rank(exact: bool, counts: u32) -> u64 {
    u64::from(counts.max(1)) * if exact { EXACT } else { 1 }
}
