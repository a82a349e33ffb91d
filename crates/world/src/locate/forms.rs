//! The forms in which a name is looked up.

use crate::gazetteer::{key, latin};

/// What stands before the name of a town where its port or terminal is meant; operators too.
const BEFORE: [&str; 45] = [
    "port of ",
    "port de ",
    "port du ",
    "port d'",
    "puerto de ",
    "porto di ",
    "porto de ",
    "porto do ",
    "porto da ",
    "harbour of ",
    "haven van ",
    "hafen ",
    "haven ",
    "seaport ",
    "port ",
    "terminal ",
    "container terminal ",
    "dry port ",
    "inland port ",
    "icd ",
    "cfs ",
    "gvz ",
    "interporto ",
    "interporto di ",
    "railport ",
    "rail port ",
    "dp world ",
    "apm terminals ",
    "apmt ",
    "apm ",
    "eurogate ",
    "metrans ",
    "psa ",
    "hutchison ",
    "hutchison ports ",
    "hph ",
    "cosco ",
    "msc ",
    "hhla ",
    "contargo ",
    "rsc ",
    "port authority of ",
    "pelabuhan ",
    "bandar ",
    "mina ",
];
/// What stands behind it; parts of a port too.
const BEHIND: [&str; 68] = [
    " port",
    " ports",
    " sea port",
    " seaport",
    " international port",
    " container port",
    " free port",
    " freeport",
    " free zone",
    " harbour",
    " harbor",
    " haven",
    " hafen",
    " handelshafen",
    " rheinhafen",
    " binnenhafen",
    " osthafen",
    " westhafen",
    " nordhafen",
    " terminal",
    " terminals",
    " international terminal",
    " container terminal",
    " cargo terminal",
    " rail terminal",
    " intermodal terminal",
    " kombiterminal",
    " ct",
    " dry port",
    " inland port",
    " railway port",
    " icd",
    " cfs",
    " gvz",
    " interporto",
    " intermodal",
    " trimodal",
    " freightliner",
    " railport",
    " depot",
    " station",
    " railway station",
    " port authority",
    " dp world",
    " apm",
    " apm terminals",
    " apmt",
    " eurogate",
    " metrans",
    " psa",
    " hutchison",
    " contargo",
    " bnsf",
    " csx",
    " sgr",
    " north",
    " south",
    " east",
    " west",
    " nord",
    " ost",
    " 1",
    " 2",
    " i",
    " ii",
    "er hafen",
    "-1",
    "-2",
];
/// Words that join the name of a town to that of its river or region: Newcastle upon Tyne.
const JOINING: [&str; 34] = [
    "upon", "on", "under", "by", "next", "sur", "sous", "en", "les", "lez", "le", "la", "am", "an",
    "a", "in", "im", "bei", "ob", "auf", "der", "de", "del", "della", "di", "do", "da", "na",
    "nad", "pod", "op", "aan", "ved", "i",
];

/// A name in the forms in which it is looked up.
pub struct Forms {
    /// As it is written, and with `Saint` for `St`.
    pub whole: Vec<String>,
    /// Without `port of` and the like.
    pub of_port: Vec<String>,
    /// As it is written, in lower case, if a comma or bracket is part of it: such a name must agree to the letter.
    pub exact: Option<String>,
}

impl Forms {
    /// The forms of a name.
    pub fn of(name: &str) -> Forms {
        let lower = name.trim().to_lowercase();
        let mut of_port: Vec<String> = Vec::new();
        for bare in bare_names(&lower) {
            of_port.extend(spellings(&bare).into_iter().filter(|k| k.len() > 1));
        }
        let exact = lower.contains([',', '(']).then(|| lower.clone());
        Forms { whole: spellings(name), of_port, exact }
    }

    /// Whether a comma or bracket is part of it.
    pub fn is_exact(&self) -> bool {
        self.exact.is_some()
    }
}

/// A name without the words before and behind it, those with the fewest words taken away first.
fn bare_names(lower: &str) -> Vec<String> {
    let mut found: Vec<String> = vec![lower.to_string()];
    let mut next = 0;
    // Two words before and one behind, or the like; a name of many such words is none.
    while next < found.len() && found.len() < 12 {
        let name = found[next].clone();
        let starts = BEFORE.iter().filter_map(|b| name.strip_prefix(b));
        let ends = BEHIND.iter().filter_map(|b| name.strip_suffix(b));
        for bare in starts.chain(ends).map(str::trim) {
            if !bare.is_empty() && !found.iter().any(|f| f == bare) {
                found.push(bare.to_string());
            }
        }
        next += 1;
    }
    found.remove(0);
    found
}

/// Whether a text is a number, or a word that stands beside a name: no place is meant by it alone.
pub fn is_general(text: &str) -> bool {
    const GENERAL: [&str; 24] = [
        "airport",
        "border",
        "cfs",
        "container terminal",
        "customs",
        "depot",
        "dry port",
        "factory",
        "hafen",
        "harbor",
        "harbour",
        "icd",
        "inland port",
        "port",
        "ports",
        "rail",
        "rail terminal",
        "railway",
        "seaport",
        "station",
        "terminal",
        "terminals",
        "warehouse",
        "yard",
    ];
    let lower = text.trim().to_lowercase();
    let is_number = lower.contains(|c: char| c.is_ascii_digit())
        && !key(&lower).contains(|c: char| c.is_ascii_alphabetic());
    is_number || GENERAL.contains(&lower.as_str())
}

/// Whether a name is the asked one with its river or region behind it.
pub fn is_longer(name: &str, asked: &str) -> bool {
    let lower = latin(name).to_lowercase();
    let words: Vec<&str> = lower.split([' ', '-']).filter(|w| !w.is_empty()).collect();
    let joined = words.iter().position(|w| JOINING.contains(&w.trim_end_matches('.')));
    joined.is_some_and(|at| at > 0 && at + 1 < words.len() && key(&words[..at].concat()) == asked)
}

/// The search keys of a name with `St`, `Ft`, `Mt`, `Tg` and the like short and long.
fn spellings(name: &str) -> Vec<String> {
    const SHORT: [(&str, &str); 10] = [
        ("st", "saint"),
        ("ft", "fort"),
        ("mt", "mount"),
        ("ste", "sainte"),
        ("tg", "tanjung"),
        ("tj", "tanjung"),
        ("tanjong", "tanjung"),
        ("pto", "puerto"),
        ("sta", "santa"),
        ("sto", "santo"),
    ];
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
