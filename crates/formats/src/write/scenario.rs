//! The tables `places.csv` and `links.csv` of a scenario.

use std::collections::HashSet;

use trimodal_model::problem::{NOT_ROUTABLE, VALUE_MISSING, shown};
use trimodal_model::scenario::Mode;

use crate::findings::{Findings, first_of};
use crate::layer::{Layer, Value};
use crate::network::{Link, Network, Node};
use crate::write::csv;

/// Speeds of loaded vehicles where the network has none, km/h.
const ASSUMED_KMH: [(Mode, f64); 4] =
    [(Mode::Rail, 40.0), (Mode::Sea, 25.0), (Mode::Road, 50.0), (Mode::Barge, 10.0)];
/// The code of ISO 3166-1 for users, for a country that is not known.
const NO_COUNTRY: &str = "ZZ";
/// The most tracks and lanes of a link in a scenario.
const MOST_TRACKS: f64 = 4.0;
const MOST_LANES: f64 = 20.0;
/// The least length of a link in a scenario, km.
const LEAST_KM: f64 = 0.01;

/// The files of a network.
pub fn files(network: &Network, found: &mut Findings) -> Option<Vec<(String, Vec<u8>)>> {
    check(network, found);
    if !found.is_sound() {
        return None;
    }
    dropped(network, found);
    let ids = ids(network, found);
    let places = places(network, &ids, found);
    let links = links(network, &ids, found);
    let tables = [&places, &links]
        .map(|l| (format!("{}.csv", l.name), csv::file(l, found).unwrap_or_default()));
    Some(tables.to_vec())
}

fn check(network: &Network, found: &mut Findings) {
    if network.without_place() > 0 {
        let nowhere = network.nodes.iter().filter(|n| n.at.is_none());
        let row = nowhere.clone().next().map_or(0, |n| n.row);
        let count = network.without_place();
        let ids = first_of(nowhere.map(|n| format!("`{}`", shown(&n.id))), count);
        let message = format!("{count} nodes have no coordinates: {ids}");
        let hint = "give the nodes coordinates; places of a scenario are on the map";
        found.problem(NOT_ROUTABLE, (&network.nodes_file, row, 0), message, hint);
    }
    let without: Vec<&Link> = network.of_freight().0.filter(|l| l.mode.is_none()).collect();
    if let Some(first) = without.first() {
        let ids = without.iter().map(|l| format!("`{}`", shown(&l.id)));
        let ids = first_of(ids, without.len());
        let message = format!("{} links have no mode: {ids}", without.len());
        let hint = "say it in a mapping: [links] mode = { value = \"road\" }, or the column";
        found.problem(VALUE_MISSING, (&network.links_file, first.row, 0), message, hint);
    }
}

/// Notes what the tables of a scenario have no place for.
fn dropped(network: &Network, found: &mut Findings) {
    let nodes = |is: fn(&Node) -> bool| network.nodes.iter().filter(|n| is(n)).count();
    let links = |is: fn(&Link) -> bool| network.of_freight().0.filter(|l| is(l)).count();
    let has_kind = |n: &Node| !n.kind.is_empty() && kind(&n.kind).is_none();
    let is_over = |l: &Link| match l.mode {
        Some(Mode::Rail) => l.lanes.is_some_and(|n| n > MOST_TRACKS),
        Some(Mode::Road) => l.lanes.is_some_and(|n| n > MOST_LANES),
        _ => l.lanes.is_some(),
    };
    let told = [
        ("places.csv", nodes(|n| !n.zone.is_empty()), "zones of nodes"),
        ("places.csv", nodes(has_kind), "kinds of nodes: they are junctions"),
        ("links.csv", links(|l| l.is_one_way), "directions of one-way links"),
        ("links.csv", links(|l| l.toll.is_some()), "tolls"),
        ("links.csv", links(|l| l.capacity.is_some()), "capacities"),
        ("links.csv", links(|l| l.b.is_some() || l.power.is_some()), "delay functions"),
        ("links.csv", links(|l| !l.kind.is_empty()), "kinds of links"),
        ("links.csv", links(is_over), "numbers of lanes or tracks"),
        ("links.csv", links(|l| l.line.len() > 2), "lines"),
        ("links.csv", links(|l| l.mode != Some(Mode::Rail) && !l.gauges_mm.is_empty()), "gauges"),
    ];
    for (file, count, what) in told.into_iter().filter(|(_, count, _)| *count > 0) {
        let message = format!("left out: {count} {what}, for which a scenario has no place");
        found.note(file, 0, 0, message);
    }
}

/// The kind of a place as scenarios have it.
fn kind(word: &str) -> Option<&'static str> {
    let kinds = ["port", "border", "junction", "yard", "city", "gauge_change", "terminal"];
    kinds.into_iter().find(|k| word.eq_ignore_ascii_case(k))
}

/// Ids of places, of the letters that ids may have.
fn ids(network: &Network, found: &mut Findings) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut changed = 0;
    let mut ids = Vec::new();
    for node in &network.nodes {
        let mut id = plain(&node.id);
        while !seen.insert(id.clone()) {
            id.push('_');
        }
        changed += usize::from(id != node.id);
        ids.push(id);
    }
    if changed > 0 {
        let message =
            format!("{changed} ids are changed: ids have letters, digits, `_`, `-` and `.`");
        found.note("places.csv", 0, 0, message);
    }
    ids
}

fn plain(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_ascii_alphanumeric() || "_-.".contains(c) { c } else { '_' })
        .collect()
}

fn places(network: &Network, ids: &[String], found: &mut Findings) -> Layer {
    let columns = ["id", "name", "country", "lat", "lon", "kind", "source", "confidence"];
    let mut places = Layer::new("places", &columns);
    let mut unknown = 0;
    for (node, id) in network.nodes.iter().zip(ids) {
        let name = if node.name.is_empty() { &node.id } else { &node.name };
        let country = if node.country.is_empty() { NO_COUNTRY } else { &node.country };
        unknown += usize::from(node.country.is_empty());
        let kind = kind(&node.kind).unwrap_or("junction");
        let [lon, lat] = node.at.unwrap_or_default();
        let mut cells = [id.as_str(), name, country].map(Value::text).to_vec();
        cells.extend([Value::Number(lat), Value::Number(lon), Value::text(kind)]);
        cells.extend([Value::text(&format!("network {}", network.name)), Value::text("secondary")]);
        places.push(cells, None);
    }
    if unknown > 0 {
        let message = format!(
            "the country of {unknown} places is not known: {NO_COUNTRY}; borders and law are judged by it"
        );
        found.note("places.csv", 0, 0, message);
    }
    places
}

/// The columns of links that a network fills.
const LINKS: [&str; 12] = [
    "id",
    "name",
    "from",
    "to",
    "mode",
    "km",
    "tracks",
    "gauge_mm",
    "lanes",
    "loaded_kmh",
    "source",
    "confidence",
];

fn links(network: &Network, ids: &[String], found: &mut Findings) -> Layer {
    let mut links = Layer::new("links", &LINKS);
    let mut seen: HashSet<(usize, usize, Option<Mode>)> = HashSet::new();
    let (mut back, mut loops, mut assumed) = (0, 0, 0);
    let mut used = HashSet::new();
    let (of_freight, barred) = network.of_freight();
    for l in of_freight {
        if l.from == l.to {
            loops += 1;
            continue;
        }
        let ends = (l.from.min(l.to), l.from.max(l.to), l.mode);
        if l.is_one_way && !seen.insert(ends) {
            back += 1;
            continue;
        }
        let Some(mode) = l.mode else { continue };
        assumed += usize::from(kmh(l).is_none());
        let mut id = plain(&l.id);
        while !used.insert(id.clone()) {
            id.push('_');
        }
        links.push(cells(network, l, mode, (&id, ids)), None);
    }
    let told = [
        (barred, "links bar freight: left out"),
        (back, "links back are one with the way there: links of a scenario go both ways"),
        (loops, "links from a node to itself are left out"),
        (assumed, "links have no speed: those of the mode are assumed"),
    ];
    for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
        found.note("links.csv", 0, 0, format!("{count} {what}"));
    }
    links
}

fn km(link: &Link) -> f64 {
    link.km.unwrap_or(LEAST_KM).max(LEAST_KM)
}

/// The speed of a link, or that which its time says.
fn kmh(link: &Link) -> Option<f64> {
    let of_time = link.minutes.filter(|m| *m > 0.0).map(|m| km(link) / m * 60.0);
    link.kmh.or(of_time)
}

fn cells(network: &Network, l: &Link, mode: Mode, (id, ids): (&str, &[String])) -> Vec<Value> {
    let usual = ASSUMED_KMH.iter().find(|(m, _)| *m == mode).map_or(50.0, |(_, kmh)| *kmh);
    let gauges: Vec<String> = match mode {
        Mode::Rail => l.gauges_mm.iter().map(u16::to_string).collect(),
        _ => Vec::new(),
    };
    let count = |of: Mode, most: f64| {
        let count = l.lanes.filter(|n| mode == of && *n >= 1.0);
        count.map_or(Value::Empty, |n| Value::Whole(n.min(most) as i64))
    };
    let words = [id, &l.name, &ids[l.from], &ids[l.to], mode.word()];
    let mut cells = words.map(Value::text).to_vec();
    cells.extend([
        Value::Number(km(l)),
        count(Mode::Rail, MOST_TRACKS),
        Value::text(&gauges.join("+")),
    ]);
    cells.extend([
        count(Mode::Road, MOST_LANES),
        Value::Number(kmh(l).unwrap_or(usual).clamp(0.1, 400.0)),
    ]);
    let confidence = if kmh(l).is_some() { "secondary" } else { "assumed" };
    cells.extend([Value::text(&format!("network {}", network.name)), Value::text(confidence)]);
    cells
}
