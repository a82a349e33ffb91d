//! Extracts of OpenStreetMap: railways, road classes, ferries, navigable waterways and terminals.
//!
//! Ways are cut into links where those of a mode meet, links that follow one another without a junction are joined, and
//! long ones are cut at stations and every ten kilometres.

mod build;
mod cut;
mod speed;
mod tags;

use std::collections::{HashMap, HashSet};

use osmpbf::{BlobDecode, BlobReader, Element, ElementReader};
use trimodal_model::problem::{EMPTY, FORMAT, TOO_LARGE};

use crate::findings::Findings;
use crate::measure;
use crate::network::Network;
use crate::source::{Source, stem};
use build::Builder;
use tags::{Tags, Terminal, Way};

/// More points of selected ways are not read.
const MOST_POINTS: usize = 40_000_000;

/// The network of an extract.
pub fn network(source: &Source, found: &mut Findings) -> Option<Network> {
    let place = source.name.clone();
    let bytes = source.bytes();
    if has_history(bytes) {
        let message = "it is a history: it holds every version of each element";
        let hint = "`osmium time-filter` makes an extract of one day from it";
        found.problem(FORMAT, (&place, 0, 0), message, hint);
        return None;
    }
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
    let told = [
        (drawn.others, "ways that carry no freight between places"),
        (drawn.ferries, "ferries that are relations: those that are ways are read"),
        (drawn.outlines, "ports and terminals that are relations: points and ways are read"),
    ];
    for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
        found.note(&place, 0, 0, format!("left out: {count} {what}"));
    }
    let mut builder = Builder::new(drawn);
    builder.build();
    if builder.missing > 0 {
        let message = format!(
            "{} points of ways lie outside the extract: the ways are cut there",
            builder.missing
        );
        found.note(&place, 0, 0, message);
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
    /// Points of ways that are stations or terminals.
    stops: HashSet<i64>,
    /// Ends of ferries at which a way of any kind leads ashore.
    berths: HashSet<i64>,
    /// Ferries, and outlines of ports and terminals, that are relations.
    ferries: usize,
    outlines: usize,
}

/// Whether a file says that it has several versions of an element.
fn has_history(bytes: &[u8]) -> bool {
    let first = BlobReader::new(bytes).next().and_then(Result::ok);
    match first.as_ref().map(osmpbf::Blob::decode) {
        Some(Ok(BlobDecode::OsmHeader(header))) => {
            header.required_features().iter().any(|f| f == "HistoricalInformation")
        }
        _ => false,
    }
}

fn ways(bytes: &[u8]) -> Result<Drawn, String> {
    let mut drawn = Drawn::default();
    let read = ElementReader::new(bytes).for_each(|element| {
        if let Element::Way(way) = element {
            let tags: Tags = way.tags().collect();
            match tags::way(way.id(), &tags) {
                Some(kept) => drawn.ways.push(kept.along(way.refs().collect())),
                None => drawn.others += 1,
            }
            if let Some(terminal) = tags::terminal(way.id(), &tags) {
                drawn.areas.push((terminal, way.refs().collect()));
            }
        } else if let Element::Relation(relation) = element {
            let tags: Tags = relation.tags().collect();
            drawn.ferries += usize::from(tags.get("route") == Some(&"ferry"));
            drawn.outlines += usize::from(tags::terminal(relation.id(), &tags).is_some());
        }
    });
    read.map_err(|e| e.to_string())?;
    Ok(drawn)
}

fn places(bytes: &[u8], drawn: &mut Drawn) -> Result<(), String> {
    let of_ways = drawn.ways.iter().flat_map(|w| &w.refs);
    let of_areas = drawn.areas.iter().flat_map(|(_, refs)| refs);
    drawn.at = of_ways.chain(of_areas).map(|id| (*id, [f64::NAN; 2])).collect();
    let ferries = drawn.ways.iter().filter(|w| w.kind == "ferry");
    let ends: HashSet<i64> =
        ferries.flat_map(|w| [w.refs.first(), w.refs.last()]).flatten().copied().collect();
    let read = ElementReader::new(bytes).for_each(|element| {
        let (id, at, tags): (i64, [f64; 2], Tags) = match &element {
            Element::Way(way)
                if way.tags().any(|(key, _)| key == "highway" || key == "railway") =>
            {
                return drawn.berths.extend(way.refs().filter(|r| ends.contains(r)));
            }
            Element::Node(n) => (n.id(), [n.lon(), n.lat()], n.tags().collect()),
            Element::DenseNode(n) => (n.id(), [n.lon(), n.lat()], n.tags().collect()),
            _ => return,
        };
        if at[0].abs() > 180.0 || at[1].abs() > 90.0 {
            return;
        }
        let terminal = tags::terminal(id, &tags);
        if let Some(kept) = drawn.at.get_mut(&id) {
            *kept = at;
            if terminal.is_some() || tags::is_station(&tags) {
                drawn.stops.insert(id);
            }
        }
        drawn.terminals.extend(terminal.map(|t| (t, at)));
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
