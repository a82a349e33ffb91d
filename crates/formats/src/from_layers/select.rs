//! Which layers hold the nodes and the links of a network.

use trimodal_model::problem::{PART_MISSING, shown};
use trimodal_model::scenario::Mode;

use crate::findings::Findings;
use crate::layer::{Layer, Record};
use crate::mapping::{Columns, From, LINKS, Mapping, NODES};
use crate::shape;

/// Words in the names of layers, beside those of the modes.
const WORDS: [(&str, Mode); 20] = [
    ("rails", Mode::Rail),
    ("railway", Mode::Rail),
    ("railways", Mode::Rail),
    ("railroad", Mode::Rail),
    ("railroads", Mode::Rail),
    ("roads", Mode::Road),
    ("highway", Mode::Road),
    ("highways", Mode::Road),
    ("motorway", Mode::Road),
    ("motorways", Mode::Road),
    ("street", Mode::Road),
    ("streets", Mode::Road),
    ("shipping", Mode::Sea),
    ("seaway", Mode::Sea),
    ("waterway", Mode::Barge),
    ("waterways", Mode::Barge),
    ("river", Mode::Barge),
    ("rivers", Mode::Barge),
    ("canal", Mode::Barge),
    ("canals", Mode::Barge),
];

/// The mode that the name of a layer says: a word of a mapping, or a usual one.
pub fn mode_of_name(layer: &Layer, mapping: &Mapping) -> Option<Mode> {
    let words = layer.name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.into_iter().find_map(|word| {
        let mapped = mapping.modes.iter().find(|(own, _)| own.eq_ignore_ascii_case(word));
        let word = mapped.map_or(word.to_lowercase(), |(_, mode)| mode.clone());
        let usual = WORDS.iter().find(|(usual, _)| *usual == word).map(|(_, mode)| *mode);
        Mode::from_word(&word).or(usual)
    })
}

/// The layers of nodes and links: those that a mapping names, or that have their columns or shapes.
pub fn layers<'a>(
    layers: &'a [Layer],
    mapping: &Mapping,
    found: &mut Findings,
) -> (Option<&'a Layer>, Vec<&'a Layer>) {
    let links = match mapping.layer(&mapping.links, layers, found) {
        Some(named) => vec![named],
        None => links(layers, mapping),
    };
    let rest = || layers.iter().filter(|l| !links.iter().any(|k| std::ptr::eq(*l, *k)));
    let points = |l: &&Layer| {
        let columns = Columns::of(l, NODES, &mapping.nodes, "", &mut Findings::default());
        // The key of a table says nothing of what it holds.
        let name = columns.index("id").and_then(|c| l.columns.get(c));
        let is_key = *columns.from("id") == From::Key
            || name.is_some_and(|name| name.eq_ignore_ascii_case("fid"));
        let is_named = mapping.nodes.contains_key("id");
        let has_id = columns.has("id") && (!is_key || is_named);
        let is_point = |s: &geo::Geometry| shape::point(s).is_some();
        let has_points = || l.rows.iter().any(|r| r.shape.as_ref().is_some_and(is_point));
        has_id && (is_named || columns.has("x") && columns.has("y") || has_points())
    };
    let nodes = mapping.layer(&mapping.nodes, layers, found);
    let nodes = nodes
        .or_else(|| rest().find(|l| ["node", "nodes"].contains(&l.name.to_lowercase().as_str())))
        .or_else(|| rest().find(points));
    if nodes.is_none() && !mapping.nodes.is_empty() && found.is_sound() {
        let names: Vec<String> = rest().map(|l| shown(&l.name)).collect();
        let message = "no layer has the columns that [nodes] names";
        let hint = format!("name it: [nodes] layer; there are: {}", names.join(", "));
        found.problem(PART_MISSING, (&mapping.file, 0, 0), message, hint);
    }
    (nodes, links)
}

/// Layers with columns for both ends, or lines. Of several those whose mode is known are taken, all of them.
fn links<'a>(layers: &'a [Layer], mapping: &Mapping) -> Vec<&'a Layer> {
    let named = |l: &&Layer| ["link", "links", "edges"].contains(&l.name.to_lowercase().as_str());
    if let Some(layer) = layers.iter().find(named) {
        return vec![layer];
    }
    let has_ends = |l: &&Layer| {
        let columns = columns(l, mapping);
        columns.has("from") && columns.has("to")
    };
    let has_line = |r: &Record| r.shape.as_ref().is_some_and(shape::is_line);
    let is_named = mapping.links.contains_key("geometry");
    let has_lines =
        |l: &&Layer| l.rows.iter().any(has_line) || is_named && columns(l, mapping).has("geometry");
    let has_mode = |l: &&Layer| {
        let columns = columns(l, mapping);
        columns.has("mode") || columns.has("uses") || mode_of_name(l, mapping).is_some()
    };
    let by_ends: Vec<&Layer> = layers.iter().filter(has_ends).collect();
    let by_lines = layers.iter().filter(|l| !has_ends(l) && has_lines(l));
    let all: Vec<&Layer> = match mapping.links.is_empty() || by_ends.is_empty() {
        true => by_ends.into_iter().chain(by_lines).collect(),
        false => by_ends,
    };
    let told: Vec<&Layer> = all.iter().copied().filter(|l| has_mode(l)).collect();
    // Services and demand have ends and a mode too, but no way between them.
    let is_way = |l: &&Layer| {
        let columns = columns(l, mapping);
        has_lines(l) || columns.has("length") || columns.has("time")
    };
    let ways: Vec<&Layer> = told.iter().copied().filter(is_way).collect();
    match (ways.is_empty(), told.is_empty()) {
        (false, _) => ways,
        (true, false) => told.into_iter().take(1).collect(),
        (true, true) => all.into_iter().take(1).collect(),
    }
}

fn columns<'a>(layer: &'a Layer, mapping: &Mapping) -> Columns<'a> {
    Columns::of(layer, LINKS, &mapping.links, "", &mut Findings::default())
}
