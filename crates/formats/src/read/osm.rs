//! Extracts of OpenStreetMap: railways, road classes, ferries, navigable waterways and terminals.
//!
//! Ways are cut into links where they meet, and links that follow one another without a junction are joined.

mod tags;

use std::collections::HashMap;

use osmpbf::{Element, ElementReader};
use trimodal_model::problem::{EMPTY, TOO_LARGE};

use crate::findings::Findings;
use crate::measure;
use crate::network::{Link, Network, Node};
use crate::source::{Source, stem};
use tags::{Tags, Terminal, Way};

/// More points of selected ways are not read.
const MOST_POINTS: usize = 40_000_000;

/// The network of an extract.
pub fn network(source: &Source, found: &mut Findings) -> Option<Network> {
    let place = source.name.clone();
    let bytes = source.bytes();
    let mut drawn = found.decode(&place, "an extract of OpenStreetMap", || ways(bytes))?;
    let points: usize = drawn.ways.iter().map(|w| w.refs.len()).sum();
    if points > MOST_POINTS {
        let message = format!("the extract has {points} points of ways");
        found.problem(
            TOO_LARGE,
            (&place, 0, 0),
            message,
            "cut a smaller extract, or filter its tags",
        );
        return None;
    }
    found.decode(&place, "an extract of OpenStreetMap", || places(bytes, &mut drawn))?;
    if drawn.ways.is_empty() {
        let hint = "it needs railway=rail, highway=motorway to secondary, route=ferry or waterways with CEMT";
        found.problem(EMPTY, (&place, 0, 0), "the extract has no ways of freight", hint);
        return None;
    }
    found.note(&place, 0, 0, "(c) OpenStreetMap contributors, ODbL 1.0");
    let other = drawn.others;
    if other > 0 {
        found.note(
            &place,
            0,
            0,
            format!("left out: {other} ways that carry no freight between places"),
        );
    }
    let mut builder =
        Builder { drawn, place, missing: 0, position: HashMap::new(), network: Network::default() };
    builder.build();
    if builder.missing > 0 {
        let message = format!(
            "{} points of ways lie outside the extract: the ways are cut there",
            builder.missing
        );
        found.note(&builder.place, 0, 0, message);
    }
    let mut network = builder.network;
    network.name = stem(&source.name).to_string();
    (network.nodes_file, network.links_file) = (source.name.clone(), source.name.clone());
    for link in &mut network.links {
        link.km = Some(measure::km(&link.line)).filter(|km| *km > 0.0);
    }
    Some(network)
}

/// What is drawn: ways by their points, places of points.
#[derive(Default)]
struct Drawn {
    ways: Vec<Way>,
    others: usize,
    /// Areas that are terminals, by the points of their outline.
    areas: Vec<(Terminal, Vec<i64>)>,
    terminals: Vec<(Terminal, [f64; 2])>,
    /// Degrees east and north of points.
    at: HashMap<i64, [f64; 2]>,
}

fn ways(bytes: &[u8]) -> Result<Drawn, String> {
    let mut drawn = Drawn::default();
    let read = ElementReader::new(bytes).for_each(|element| {
        if let Element::Way(way) = element {
            let tags: Tags = way.tags().collect();
            match tags::way(way.id(), &tags) {
                Some(kept) => drawn.ways.push(Way { refs: way.refs().collect(), ..kept }),
                None => drawn.others += 1,
            }
            if let Some(terminal) = tags::terminal(way.id(), &tags) {
                drawn.areas.push((terminal, way.refs().collect()));
            }
        }
    });
    read.map_err(|e| e.to_string())?;
    Ok(drawn)
}

fn places(bytes: &[u8], drawn: &mut Drawn) -> Result<(), String> {
    let of_ways = drawn.ways.iter().flat_map(|w| &w.refs);
    let of_areas = drawn.areas.iter().flat_map(|(_, refs)| refs);
    drawn.at = of_ways.chain(of_areas).map(|id| (*id, [f64::NAN; 2])).collect();
    let read = ElementReader::new(bytes).for_each(|element| {
        let (id, at, tags): (i64, [f64; 2], Tags) = match &element {
            Element::Node(n) => (n.id(), [n.lon(), n.lat()], n.tags().collect()),
            Element::DenseNode(n) => (n.id(), [n.lon(), n.lat()], n.tags().collect()),
            _ => return,
        };
        if at[0].abs() > 180.0 || at[1].abs() > 90.0 {
            return;
        }
        if let Some(kept) = drawn.at.get_mut(&id) {
            *kept = at;
        }
        drawn.terminals.extend(tags::terminal(id, &tags).map(|t| (t, at)));
    });
    read.map_err(|e| e.to_string())?;
    drawn.at.retain(|_, at| !at[0].is_nan());
    for (terminal, refs) in std::mem::take(&mut drawn.areas) {
        let outline: Vec<[f64; 2]> = refs.iter().filter_map(|r| drawn.at.get(r).copied()).collect();
        if !outline.is_empty() {
            let middle =
                [0, 1].map(|i| outline.iter().map(|p| p[i]).sum::<f64>() / outline.len() as f64);
            drawn.terminals.push((terminal, middle));
        }
    }
    Ok(())
}

struct Builder {
    drawn: Drawn,
    place: String,
    missing: usize,
    position: HashMap<i64, usize>,
    network: Network,
}

/// A stretch between two junctions, before neighbours are joined.
struct Stretch {
    way: usize,
    refs: Vec<i64>,
}

impl Builder {
    fn build(&mut self) {
        let stretches = joined(self.stretches(), &self.drawn.ways);
        let mut seen: HashMap<i64, usize> = HashMap::new();
        for stretch in stretches {
            let line: Vec<[f64; 2]> = stretch.refs.iter().map(|r| self.drawn.at[r]).collect();
            let ends = [stretch.refs[0], stretch.refs[stretch.refs.len() - 1]];
            let [from, to] = ends.map(|r| self.node(r));
            let way = &self.drawn.ways[stretch.way];
            let part = seen.entry(way.id).or_insert(0);
            *part += 1;
            self.network.links.push(Link {
                id: format!("w{}-{part}", way.id),
                name: way.name.clone(),
                from,
                to,
                is_one_way: way.is_one_way,
                mode: Some(way.mode),
                gauges_mm: way.gauges_mm.clone(),
                lanes: way.lanes,
                kind: way.kind.clone(),
                line,
                ..Link::default()
            });
        }
        for (terminal, at) in std::mem::take(&mut self.drawn.terminals) {
            self.network.nodes.push(Node {
                id: format!("t{}", terminal.id),
                name: terminal.name,
                at: Some(at),
                kind: terminal.kind.to_string(),
                ..Node::default()
            });
        }
        // An outline and a point of one terminal may share a number.
        let mut ids: HashMap<String, usize> = HashMap::new();
        for node in &mut self.network.nodes {
            let count = ids.entry(node.id.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                node.id = format!("{}-{count}", node.id);
            }
        }
    }

    fn node(&mut self, id: i64) -> usize {
        let nodes = &mut self.network.nodes;
        let at = self.drawn.at[&id];
        *self.position.entry(id).or_insert_with(|| {
            nodes.push(Node { id: format!("n{id}"), at: Some(at), ..Node::default() });
            nodes.len() - 1
        })
    }

    /// Ways cut where they meet, and where their points are missing.
    fn stretches(&mut self) -> Vec<Stretch> {
        let mut uses: HashMap<i64, u32> = HashMap::new();
        for way in &self.drawn.ways {
            let last = way.refs.len().saturating_sub(1);
            for (i, r) in way.refs.iter().enumerate() {
                *uses.entry(*r).or_default() += if i == 0 || i == last { 2 } else { 1 };
            }
        }
        let mut stretches = Vec::new();
        for (w, way) in self.drawn.ways.iter().enumerate() {
            let mut refs: Vec<i64> = Vec::new();
            for r in &way.refs {
                if !self.drawn.at.contains_key(r) {
                    self.missing += 1;
                    push(&mut stretches, w, std::mem::take(&mut refs));
                    continue;
                }
                if refs.last() == Some(r) {
                    continue;
                }
                refs.push(*r);
                if uses[r] > 1 && refs.len() > 1 {
                    push(&mut stretches, w, std::mem::replace(&mut refs, vec![*r]));
                }
            }
            push(&mut stretches, w, refs);
        }
        stretches
    }
}

fn push(stretches: &mut Vec<Stretch>, way: usize, refs: Vec<i64>) {
    if refs.len() > 1 {
        stretches.push(Stretch { way, refs });
    }
}

/// Joins stretches of a kind that follow one another at points where nothing else meets them.
fn joined(stretches: Vec<Stretch>, ways: &[Way]) -> Vec<Stretch> {
    let mut at: HashMap<i64, Vec<usize>> = HashMap::new();
    for (i, s) in stretches.iter().enumerate() {
        for end in [s.refs[0], s.refs[s.refs.len() - 1]] {
            at.entry(end).or_default().push(i);
        }
    }
    let next = |from: usize, end: i64| match at[&end][..] {
        [a, b] if a != b => {
            let other = if a == from { b } else { a };
            ways[stretches[a].way].continues(&ways[stretches[b].way]).then_some(other)
        }
        _ => None,
    };
    let mut used = vec![false; stretches.len()];
    let mut chains = Vec::new();
    for first in 0..stretches.len() {
        if used[first] {
            continue;
        }
        used[first] = true;
        let mut refs = stretches[first].refs.clone();
        // Forward from the end, then, turned round, from the beginning.
        for _ in 0..2 {
            let mut here = first;
            while let Some(other) = next(here, refs[refs.len() - 1]).filter(|o| !used[*o]) {
                used[other] = true;
                let mut more = stretches[other].refs.clone();
                if more[0] != refs[refs.len() - 1] {
                    more.reverse();
                }
                refs.extend(&more[1..]);
                here = other;
            }
            refs.reverse();
        }
        chains.push(Stretch { way: stretches[first].way, refs });
    }
    chains
}
