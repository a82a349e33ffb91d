//! What is looked up by name besides towns: countries, states, terminals and main ports. Made once for a network.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;
use trimodal_model::network::{Layer, Network, TerminalId, TerminalKind, degrees, great_circle_km};

use super::hint::Spellings;
use crate::gazetteer::{Gazetteer, key};
use crate::tables::rows;

const COUNTRY_NAMES: &str = include_str!("../../data/country_names.csv");
const STATES: &str = include_str!("../../data/states.csv");
const MAIN_PORTS: &str = include_str!("../../data/main_ports.csv");
const TERMINALS: &str = include_str!("../../names/terminals.csv");
const SCRIPTS: &str = include_str!("../../names/scripts.csv");

/// A main port is joined to a port of the network of one of its codes within this distance,
const OWN_PORT_KM: f64 = 60.0;
/// or else to the nearest one.
const OTHER_PORT_KM: f64 = 30.0;
/// Countries whose states are also known by their codes alone.
const BY_STATE_CODE: [&str; 4] = ["US", "CA", "AU", "BR"];

/// States as they are shortened by hand, by country and code; what reads like a country is
/// left out (`Ind.`, `Ala.`).
const SHORT_STATES: [(&str, &str, &str); 33] = [
    ("CA", "ON", "ont"),
    ("CA", "QC", "que"),
    ("CA", "AB", "alta"),
    ("CA", "SK", "sask"),
    ("CA", "NL", "nfld"),
    ("CA", "NL", "newfoundland"),
    ("CA", "PE", "pei"),
    ("DE", "NW", "nrw"),
    ("US", "AZ", "ariz"),
    ("US", "AR", "ark"),
    ("US", "CO", "colo"),
    ("US", "CT", "conn"),
    ("US", "DC", "districtofcolumbia"),
    ("US", "IL", "ill"),
    ("US", "KS", "kans"),
    ("US", "MI", "mich"),
    ("US", "MN", "minn"),
    ("US", "MS", "miss"),
    ("US", "MT", "mont"),
    ("US", "NE", "nebr"),
    ("US", "NV", "nev"),
    ("US", "NM", "nmex"),
    ("US", "NC", "ncar"),
    ("US", "ND", "ndak"),
    ("US", "OK", "okla"),
    ("US", "OR", "ore"),
    ("US", "PA", "penn"),
    ("US", "PA", "penna"),
    ("US", "SD", "sdak"),
    ("US", "TN", "tenn"),
    ("US", "WI", "wis"),
    ("US", "WI", "wisc"),
    ("US", "WY", "wyo"),
];

#[derive(Deserialize)]
struct CountryRow {
    code: String,
    code3: String,
    names: String,
}

#[derive(Deserialize)]
struct StateRow {
    country: String,
    admin1: String,
    code: String,
    names: String,
}

#[derive(Deserialize)]
struct MainPortRow {
    names: String,
    country: String,
    lat: f64,
    lon: f64,
    codes: String,
    kind: Kind,
}

#[derive(Deserialize)]
struct ScriptRow {
    script: String,
    name: String,
}

/// What a row of the table of main ports names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The seaport that is meant by the name of a city.
    Sea,
    /// The inland terminal that is meant by it.
    Inland,
    /// A terminal or border post that has a name of its own and is not meant by that of a city.
    Terminal,
}

/// The terminal that is meant by the name of a city.
pub struct MainPort {
    /// Display name.
    pub name: String,
    /// ISO code.
    pub country: String,
    /// Degrees north and east.
    pub at: (f64, f64),
    /// What stands in the column `kind`.
    pub kind: Kind,
    /// The port of the network.
    pub port: Option<TerminalId>,
    /// Its code, if it has one.
    pub code: Option<String>,
    /// Its state, a position in the list of the gazetteer; told when it is first asked for.
    pub state: OnceLock<u16>,
}

/// Names of everything but towns, each by its search key.
pub struct Index {
    /// Positions in the list of countries of the gazetteer.
    pub countries: HashMap<String, Vec<u16>>,
    /// Positions in the list of states of the gazetteer.
    pub states: HashMap<String, Vec<u16>>,
    /// What is written for a state: its code in the United States, else its name.
    pub state_names: HashMap<u16, String>,
    /// Terminals by their whole names.
    pub terminals: HashMap<String, Vec<u32>>,
    /// Terminals by parts of their names: `Brest / Malaszewicze`.
    pub parts: HashMap<String, Vec<u32>>,
    /// Terminals by their ids in capitals.
    pub by_id: HashMap<String, u32>,
    /// Main ports.
    pub main: Vec<MainPort>,
    /// Main ports by their names.
    pub main_by_name: HashMap<String, Vec<u32>>,
    /// Main ports by their codes.
    pub main_by_code: HashMap<String, u32>,
    /// Names in other scripts as they are written, and what is looked up instead.
    pub scripts: HashMap<String, String>,
    /// Border crossings by their names and the parts of these.
    pub borders: HashMap<String, Vec<u32>>,
    /// The states of the terminals, each told when it is first asked for.
    pub terminal_states: Vec<OnceLock<u16>>,
    /// For hints; made when the first name is unknown.
    pub spellings: OnceLock<Spellings>,
}

impl Index {
    /// Indexes the names over a network.
    pub fn new(network: &Network, places: &Gazetteer) -> Index {
        let mut index = Index {
            countries: countries(places),
            states: HashMap::new(),
            state_names: HashMap::new(),
            terminals: HashMap::new(),
            parts: HashMap::new(),
            by_id: HashMap::new(),
            main: Vec::new(),
            main_by_name: HashMap::new(),
            main_by_code: HashMap::new(),
            scripts: scripts(),
            borders: borders(network),
            terminal_states: vec![OnceLock::new(); network.terminals.len()],
            spellings: OnceLock::new(),
        };
        index.add_states(places);
        index.add_terminals(network);
        index.add_main_ports(network);
        index
    }

    /// The countries of a name by its search key, with or without `Republic of` and the like before or behind it.
    pub fn countries_of(&self, k: &str) -> Vec<u16> {
        const FORMAL: [&str; 16] = [
            "the",
            "republicof",
            "republicofthe",
            "kingdomof",
            "kingdomofthe",
            "federalrepublicof",
            "islamicrepublicof",
            "unitedrepublicof",
            "socialistrepublicof",
            "peoplesrepublicof",
            "arabrepublicof",
            "plurinationalstateof",
            "bolivarianrepublicof",
            "commonwealthof",
            "stateof",
            "sultanateof",
        ];
        let known = |k: &str| self.countries.get(k).filter(|_| k.len() > 1).cloned();
        let bare = FORMAL.iter().flat_map(|f| [k.strip_prefix(f), k.strip_suffix(f)]).flatten();
        let bare = || bare.filter(|b| b.len() > 3).find_map(known).unwrap_or_default();
        self.countries.get(k).cloned().unwrap_or_else(bare)
    }

    fn add_states(&mut self, places: &Gazetteer) {
        for row in rows::<StateRow>(STATES) {
            let id = format!("{}.{}", row.country, row.admin1);
            let Ok(p) = places.states.binary_search(&id) else { continue };
            let codes = BY_STATE_CODE.contains(&row.country.as_str()).then_some(row.code.as_str());
            for name in row.names.split(';').chain(codes) {
                put(&mut self.states, key(name), p as u16);
            }
            let is_short = |(country, code, _): &&(&str, &str, &str)| {
                *country == row.country && *code == row.code
            };
            for (_, _, short) in SHORT_STATES.iter().filter(is_short) {
                put(&mut self.states, (*short).to_string(), p as u16);
            }
            let name = row.names.split(';').next().unwrap_or_default();
            let shown = if row.country == "US" { row.code.as_str() } else { name };
            self.state_names.insert(p as u16, shown.to_string());
        }
    }

    fn add_terminals(&mut self, network: &Network) {
        for (i, t) in network.terminals.iter().enumerate() {
            let i = i as u32;
            self.by_id.entry(t.id.to_uppercase()).or_insert(i);
            put(&mut self.terminals, key(&t.name), i);
            let parts: Vec<&str> = t.name.split(['/', '-', '(', ')', ',']).collect();
            for part in parts.iter().filter(|_| parts.len() > 1) {
                if part.trim().len() > 3 {
                    put(&mut self.parts, key(part), i);
                }
            }
        }
    }

    fn add_main_ports(&mut self, network: &Network) {
        for row in rows::<MainPortRow>(MAIN_PORTS).into_iter().chain(rows(TERMINALS)) {
            let i = self.main.len() as u32;
            for name in row.names.split(';') {
                // One with a comma is only meant as it is written.
                let k = if name.contains(',') { name.to_lowercase() } else { key(name) };
                put(&mut self.main_by_name, k, i);
            }
            for code in row.codes.split_whitespace() {
                self.main_by_code.insert(code.to_string(), i);
            }
            let port = self.port_of(network, &row);
            self.main.push(MainPort {
                name: row.names.split(';').next().unwrap_or_default().to_string(),
                at: (row.lat, row.lon),
                kind: row.kind,
                port,
                code: row.codes.split_whitespace().next().map(String::from),
                country: row.country,
                state: OnceLock::new(),
            });
        }
    }

    fn port_of(&self, network: &Network, row: &MainPortRow) -> Option<TerminalId> {
        let far =
            |t: &usize| great_circle_km(degrees(network.terminals[*t].at_e3), (row.lat, row.lon));
        let at_sea = |t: &usize| is_seaport(network, *t);
        let nearest = |found: &mut dyn Iterator<Item = usize>, within: f64| {
            found.filter(|t| far(t) <= within).min_by(|a, b| far(a).total_cmp(&far(b)))
        };
        if row.kind != Kind::Sea {
            return None;
        }
        // Its codes are in the order of preference.
        let own = row.codes.split_whitespace().filter_map(|c| self.by_id.get(c));
        let own = own.map(|t| *t as usize).find(|t| at_sea(t) && far(t) <= OWN_PORT_KM);
        let all = || {
            let mut mine = (0..network.terminals.len())
                .filter(|t| network.country(network.terminals[*t].country) == row.country)
                .filter(at_sea);
            nearest(&mut mine, OTHER_PORT_KM)
        };
        own.or_else(all).map(TerminalId::at)
    }
}

/// Whether a terminal is a port, at sea or inland.
pub fn is_port(network: &Network, terminal: usize) -> bool {
    network.terminals[terminal].kind == TerminalKind::Port
}

/// Whether ships of the sea call at a terminal.
pub fn is_seaport(network: &Network, terminal: usize) -> bool {
    let t = &network.terminals[terminal];
    is_port(network, terminal)
        && t.transfers
            .iter()
            .any(|(a, b)| [a, b].iter().any(|n| network.node_layer[n.ix()] == Layer::Sea))
}

fn put<T: PartialEq>(map: &mut HashMap<String, Vec<T>>, key: String, value: T) {
    if key.is_empty() {
        return;
    }
    let list = map.entry(key).or_default();
    if !list.contains(&value) {
        list.push(value);
    }
}

fn scripts() -> HashMap<String, String> {
    let all = rows::<ScriptRow>(SCRIPTS);
    let each = |row: &ScriptRow| {
        let name = row.name.clone();
        row.script.split(';').map(move |s| (s.to_string(), name.clone())).collect::<Vec<_>>()
    };
    all.iter().flat_map(each).collect()
}

fn borders(network: &Network) -> HashMap<String, Vec<u32>> {
    let mut found = HashMap::new();
    for (i, border) in network.borders.iter().enumerate() {
        for name in border.name.split(['/', '(', ')']).chain([border.name.as_str()]) {
            if name.trim().len() > 3 {
                put(&mut found, key(name), i as u32);
            }
        }
    }
    found
}

fn countries(places: &Gazetteer) -> HashMap<String, Vec<u16>> {
    let mut found = HashMap::new();
    let position = |code: &String| places.countries.binary_search(code).ok().map(|p| p as u16);
    let all = rows::<CountryRow>(COUNTRY_NAMES);
    let known: Vec<(u16, &CountryRow)> =
        all.iter().filter_map(|r| Some((position(&r.code)?, r))).collect();
    for (p, row) in &known {
        put(&mut found, key(&row.code), *p);
        put(&mut found, key(&row.code3), *p);
    }
    for (p, row) in &known {
        for name in row.names.split(';').chain([places.country_names[usize::from(*p)].as_str()]) {
            let k = key(name);
            // A short name in other letters may read like a code.
            let is_short = k.len() < 4 && !name.is_ascii();
            if !is_short {
                put(&mut found, k, *p);
            }
        }
    }
    found
}
