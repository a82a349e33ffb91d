//! TNTP: nets, nodes, trips and flows of the Transportation Networks for Research. The kind of a file is read from
//! its content, since its name is not always kept.

use std::collections::HashMap;

use trimodal_model::problem::{
    CELL_COUNT, EMPTY, FIELD_MISSING, ID_UNKNOWN, NOT_A_NUMBER, OUT_OF_RANGE, PART_MISSING, shown,
};

use super::csv;
use crate::convert::Data;
use crate::crs;
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::mapping::Mapping;
use crate::matrix::{Core, Matrix, is_bounded};
use crate::measure;
use crate::network::{CENTROID, Link, Network, Node};
use crate::source::{File, Source, stem};
use crate::units::{Quantity, Unit, Units};

/// More nodes than any published net has.
const MOST_NODES: usize = 5_000_000;

/// The kinds of file.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Net,
    Nodes,
    Trips,
    Flow,
}

/// What a file holds, or the net of a folder.
pub fn data(source: &Source, mapping: &Mapping, found: &mut Findings) -> Option<Data> {
    let mut parts = Vec::new();
    let is_ours = |f: &&File| !source.is_folder || f.name.to_lowercase().ends_with(".tntp");
    for file in source.files.iter().filter(is_ours) {
        let place = source.place(&file.name);
        let text = csv::text(&place, &file.bytes, found)?;
        match part(&text) {
            Some(part) => parts.push((part, place, text)),
            None if source.is_folder => found.note(
                &place,
                0,
                0,
                "left out: the file is neither net, nodes, trips nor flows",
            ),
            None => {
                let message = "it is neither a net, nodes, trips nor flows";
                found.problem(
                    EMPTY,
                    (&place, 0, 0),
                    message,
                    "a net begins with <NUMBER OF ZONES>",
                );
            }
        }
    }
    let first = |wanted: Part| parts.iter().find(|(part, ..)| *part == wanted);
    if let Some((_, place, text)) = first(Part::Net) {
        for (_, place, _) in parts.iter().filter(|(p, ..)| matches!(p, Part::Trips | Part::Flow)) {
            found.note(place, 0, 0, "left out: convert this file on its own");
        }
        let nodes = first(Part::Nodes).map(|(_, place, text)| (place.as_str(), text.as_ref()));
        return net(stem(&source.name), place, text, nodes, mapping, found).map(Data::Network);
    }
    match parts.first()? {
        (Part::Trips, place, text) => trips(place, text, found).map(Data::Matrix),
        (part, place, text) => {
            let name = if *part == Part::Flow { "flows" } else { "nodes" };
            Some(Data::Layers(vec![table(name, place, text, found)?]))
        }
    }
}

fn part(text: &str) -> Option<Part> {
    let head = || text.lines().take(200).map(|l| l.trim().to_lowercase()).filter(|l| !l.is_empty());
    // Some flows have the metadata of a net.
    if head().any(|l| !l.starts_with(['~', '<']) && l.contains("volume")) {
        return Some(Part::Flow);
    }
    if head().any(|l| l.starts_with("<number of nodes>")) {
        return Some(Part::Net);
    }
    if head().any(|l| l.starts_with("origin")) {
        return Some(Part::Trips);
    }
    let first = head().find(|l| !l.starts_with(['~', '<']))?;
    let first = first.split_whitespace().next().unwrap_or_default().to_string();
    match first.as_str() {
        "from" | "tail" | "init_node" => Some(Part::Flow),
        "node" | "nodeid" | "node_id" | "id" => Some(Part::Nodes),
        _ => None,
    }
}

/// The words of a line with their columns, without comments and the semicolon at the end.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = line.as_ptr() as usize;
    line.split([' ', '\t', ';', ','])
        .filter(|w| !w.is_empty())
        .map(move |w| (w.as_ptr() as usize - start + 1, w))
}

struct Head<'a> {
    /// Metadata by their names in lower case.
    values: HashMap<String, (usize, &'a str)>,
    /// The first line after them.
    first: usize,
}

fn head(text: &str) -> Head<'_> {
    let mut head = Head { values: HashMap::new(), first: 0 };
    for (i, line) in text.lines().enumerate() {
        let Some((name, value)) = line.trim().strip_prefix('<').and_then(|l| l.split_once('>'))
        else {
            continue;
        };
        head.values.insert(name.trim().to_lowercase(), (i + 1, value.trim()));
        head.first = i + 1;
        if name.eq_ignore_ascii_case("end of metadata") {
            break;
        }
    }
    head
}

impl Head<'_> {
    fn whole(&self, place: &str, name: &str, most: usize, found: &mut Findings) -> Option<usize> {
        let Some((row, text)) = self.values.get(name) else {
            let message = format!("<{}> is missing", name.to_uppercase());
            found.problem(PART_MISSING, (place, 0, 0), message, "add it before <END OF METADATA>");
            return None;
        };
        let word = text.split_whitespace().next().unwrap_or_default();
        let number = word.parse().ok().filter(|n| *n <= most);
        if number.is_none() {
            let message = format!("<{}> is `{}`", name.to_uppercase(), shown(text));
            found.problem(
                OUT_OF_RANGE,
                (place, *row, 0),
                message,
                format!("give a whole number up to {most}"),
            );
        }
        number
    }
}

/// The lines of data: their numbers, and the lines without comments.
fn rows<'a>(text: &'a str, head: &Head) -> impl Iterator<Item = (usize, &'a str)> {
    let lines = text.lines().enumerate().skip(head.first);
    lines
        .map(|(i, l)| (i + 1, l))
        .filter(|(_, l)| !l.trim().is_empty() && !l.trim().starts_with('~'))
}

fn number(
    place: &str,
    row: usize,
    (column, word): (usize, &str),
    found: &mut Findings,
) -> Option<f64> {
    let number = word.parse().ok().filter(|x: &f64| x.is_finite());
    if number.is_none() {
        let message = format!("`{}` is not a number", shown(word));
        found.problem(
            NOT_A_NUMBER,
            (place, row, column),
            message,
            "write a number with a decimal point",
        );
    }
    number
}

/// The units that the original header of a net declares: `length (miles)`, `Free Flow Time (min)`.
fn declared(header: &str) -> Units {
    let header = header.to_lowercase();
    let unit = |of: Quantity, name: &str, undeclared: Unit| {
        let after = header.split_once(name).map_or("", |(_, after)| after);
        let after = after.trim_start_matches(|c: char| c.is_alphabetic() || c == ' ');
        let word =
            after.strip_prefix('(').and_then(|a| a.split_once(')')).map_or("", |(word, _)| word);
        Unit::from_word(of, word).unwrap_or(undeclared)
    };
    let none = Units::default();
    let time = unit(Quantity::Time, "time", none.time);
    let time = if time.is_declared { time } else { unit(Quantity::Time, "fftt", none.time) };
    Units {
        length: unit(Quantity::Length, "length", none.length),
        speed: unit(Quantity::Speed, "speed", none.speed),
        time,
    }
}

fn net(
    name: &str,
    place: &str,
    text: &str,
    nodes: Option<(&str, &str)>,
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<Network> {
    let head = head(text);
    let count = head.whole(place, "number of nodes", MOST_NODES, found)?;
    let zones = head.whole(place, "number of zones", MOST_NODES, found)?;
    let through = head.whole(place, "first thru node", MOST_NODES, found).unwrap_or(1);
    let units = declared(head.values.get("original header").map_or("", |(_, text)| text));
    let units = mapping.units(units, found);
    for (unit, what) in [(units.speed, "speeds"), (units.time, "times")] {
        if !unit.is_declared {
            let message = format!("no unit of {what} is declared: taken as {}", unit.word);
            found.note(place, 0, 0, message);
        }
    }
    // A declared number of nodes is believed only where it has that many lines of links.
    if count > 4 * text.len() {
        found.problem(
            OUT_OF_RANGE,
            (place, 0, 0),
            format!("{count} nodes are too many for its links"),
            "check the file",
        );
        return None;
    }
    let node = |i: usize| Node {
        id: i.to_string(),
        kind: if i < through { CENTROID.to_string() } else { String::new() },
        zone: if i <= zones { i.to_string() } else { String::new() },
        ..Node::default()
    };
    let mut network = Network {
        name: name.to_string(),
        nodes_file: nodes.map_or(place, |(place, _)| place).to_string(),
        links_file: place.to_string(),
        nodes: (1..=count).map(node).collect(),
        links: Vec::new(),
    };
    for (row, line) in rows(text, &head) {
        if line.trim() == ";" {
            continue;
        }
        network.links.extend(link(place, row, line, (network.links.len(), count), &units, found));
    }
    check_count(place, &head, "number of links", network.links.len(), found);
    if let Some((place, text)) = nodes {
        coordinates(place, text, &mut network, mapping, found)?;
    }
    let length = (place, units.length, mapping.units.length.is_some());
    measure::lengths(&mut network, 0, length, found);
    found.is_sound().then_some(network)
}

fn check_count(place: &str, head: &Head, name: &str, read: usize, found: &mut Findings) {
    let Some((row, text)) = head.values.get(name) else { return };
    if text.split_whitespace().next().and_then(|w| w.parse::<usize>().ok()) != Some(read) {
        found.note(
            place,
            *row,
            0,
            format!("<{}> is {text}, but there are {read}", name.to_uppercase()),
        );
    }
}

fn link(
    place: &str,
    row: usize,
    line: &str,
    (before, count): (usize, usize),
    units: &Units,
    found: &mut Findings,
) -> Option<Link> {
    let words: Vec<(usize, &str)> = words(line).collect();
    if words.len() < 7 {
        let message = format!("a link has {} values", words.len());
        let hint = "give init node, term node, capacity, length, free flow time, b, power, speed, toll, type";
        found.problem(CELL_COUNT, (place, row, 0), message, hint);
        return None;
    }
    let mut end = |i: usize| {
        let node = words[i].1.parse::<usize>().ok().filter(|n| (1..=count).contains(n));
        if node.is_none() {
            let message = format!("no node is called `{}`", shown(words[i].1));
            found.problem(
                ID_UNKNOWN,
                (place, row, words[i].0),
                message,
                format!("nodes are 1 to {count}"),
            );
        }
        node
    };
    let (from, to) = (end(0), end(1));
    let mut value = |i: usize| words.get(i).and_then(|w| number(place, row, *w, found));
    let [capacity, length, time, b, power, speed, toll] = [2, 3, 4, 5, 6, 7, 8].map(&mut value);
    Some(Link {
        id: (before + 1).to_string(),
        from: from? - 1,
        to: to? - 1,
        is_one_way: true,
        km: length,
        kmh: speed.map(|x| x * units.speed.factor).filter(|x| *x > 0.0),
        minutes: time.map(|x| x * units.time.factor),
        capacity,
        toll,
        b,
        power,
        kind: words.get(9).map_or(String::new(), |w| w.1.to_string()),
        row,
        ..Link::default()
    })
}

/// Places of nodes, from the file of nodes beside a net.
fn coordinates(
    place: &str,
    text: &str,
    network: &mut Network,
    mapping: &Mapping,
    found: &mut Findings,
) -> Option<()> {
    let layer = table("nodes", place, text, found)?;
    let (Some(id), Some(x), Some(y)) = (
        layer
            .column("node")
            .or(layer.column("nodeid"))
            .or(layer.column("node_id"))
            .or(layer.column("id")),
        layer.column("x").or(layer.column("x_coord")).or(layer.column("xcoord")),
        layer.column("y").or(layer.column("y_coord")).or(layer.column("ycoord")),
    ) else {
        found.problem(
            FIELD_MISSING,
            (place, 1, 0),
            "columns node, X and Y are missing",
            "add them",
        );
        return None;
    };
    let system =
        mapping.units.crs.as_ref().map(|words| crs::declared(words, (&mapping.file, 0, 0), found));
    let projector = crs::Projector::of(&system.clone().unwrap_or_default(), place, found)?;
    let (mut off, mut strange) = (0, Vec::new());
    for row in &layer.rows {
        let position = layer.cell(row, id).to_string().parse::<usize>().ok();
        let Some(node) = position.and_then(|n| network.nodes.get_mut(n.checked_sub(1)?)) else {
            strange.push(layer.cell(row, id).to_string());
            continue;
        };
        let (Some(x), Some(y)) = (layer.cell(row, x).number(), layer.cell(row, y).number()) else {
            continue;
        };
        node.at = projector.degrees([x, y]);
        off += usize::from(node.at.is_none());
    }
    found.left_out(place, "nodes that the net does not have", strange.iter().map(String::as_str));
    if off > 0 {
        let message = format!(
            "left out: the coordinates of all nodes, for {off} are no degrees; [units] crs of a mapping says what they are"
        );
        found.note(place, 0, 0, message);
        network.nodes.iter_mut().for_each(|n| n.at = None);
    }
    Some(())
}

/// A table with a header: flows, nodes.
fn table(name: &str, place: &str, text: &str, found: &mut Findings) -> Option<Layer> {
    let head = head(text);
    let header = |line: &str| words(line).map(|(_, w)| w.to_lowercase()).collect::<Vec<String>>();
    let mut rows = rows(text, &head);
    let mut layer = Layer { columns: header(rows.next()?.1), ..Layer::new(name, &[]) };
    layer.file = place.to_string();
    for (row, line) in rows {
        let words: Vec<(usize, &str)> = words(line).collect();
        if words.is_empty() {
            continue;
        }
        if words.len() != layer.columns.len() {
            let message =
                format!("the row has {} values, the header {}", words.len(), layer.columns.len());
            found.problem(CELL_COUNT, (place, row, 0), message, "give a value for each column");
            continue;
        }
        let ids = if name == "flows" { 2 } else { 1 };
        let mut cells = Vec::new();
        for (i, word) in words.into_iter().enumerate() {
            let value = if i < ids {
                Some(Value::text(word.1))
            } else {
                number(place, row, word, found).map(Value::Number)
            };
            cells.push(value.unwrap_or_default());
        }
        layer.rows.push(Record { line: row, cells, ..Record::default() });
    }
    Some(layer)
}

/// A matrix of trips: `Origin 1`, then `destination : value;`.
fn trips(place: &str, text: &str, found: &mut Findings) -> Option<Matrix> {
    let head = head(text);
    let zones = head.whole(place, "number of zones", usize::MAX, found)?;
    if !is_bounded(place, zones, 1, found) {
        return None;
    }
    let mut cells = vec![0.0; zones * zones];
    // None before the first; none inside of it for a name that no zone has.
    let mut origin: Option<Option<usize>> = None;
    let zone = |row: usize, (column, word): (usize, &str), found: &mut Findings| {
        let zone = word.trim().parse::<usize>().ok().filter(|z| (1..=zones).contains(z));
        if zone.is_none() {
            let message = format!("no zone is called `{}`", shown(word.trim()));
            found.problem(
                ID_UNKNOWN,
                (place, row, column),
                message,
                format!("zones are 1 to {zones}"),
            );
        }
        zone
    };
    for (row, line) in rows(text, &head) {
        let plain = line.trim_start();
        if plain.get(..6).is_some_and(|w| w.eq_ignore_ascii_case("origin")) {
            let column = line.len() - plain.len() + 7;
            origin = Some(zone(row, (column, &plain[6..]), found));
            continue;
        }
        if origin.is_none() {
            let hint = "write `Origin` and its zone before its pairs";
            found.problem(PART_MISSING, (place, row, 0), "the pairs have no origin", hint);
        }
        for pair in line.split(';').filter(|p| !p.trim().is_empty()) {
            let column = pair.as_ptr() as usize - line.as_ptr() as usize + 1;
            let Some((to, value)) = pair.split_once(':') else {
                let message = format!("`{}` is no pair", shown(pair.trim()));
                let hint = "write destination : value;";
                found.problem(CELL_COUNT, (place, row, column), message, hint);
                continue;
            };
            let value = number(place, row, (column + to.len() + 1, value.trim()), found);
            if let (Some(from), Some(to), Some(value)) =
                (origin.flatten(), zone(row, (column, to), found), value)
            {
                cells[(from - 1) * zones + to - 1] = value;
            }
        }
    }
    if origin.is_none() && found.is_sound() {
        found.problem(EMPTY, (place, 0, 0), "it holds no trips", "check that the file is whole");
    }
    let zones = (1..=zones).map(|z| z.to_string()).collect();
    let matrix = Matrix { zones, cores: vec![Core { name: "trips".into(), cells }] };
    check_total(place, &head, matrix.total(0), found);
    found.is_sound().then_some(matrix)
}

fn check_total(place: &str, head: &Head, total: f64, found: &mut Findings) {
    let Some((row, text)) = head.values.get("total od flow") else { return };
    let stated = text.split_whitespace().next().and_then(|w| w.parse::<f64>().ok());
    if stated.is_some_and(|s| (s - total).abs() > 1e-6 * s.abs().max(1.0)) {
        found.note(
            place,
            *row,
            0,
            format!("<TOTAL OD FLOW> is {text}, but the trips add up to {total}"),
        );
    }
}
