//! Networks from layers, by a mapping.

mod builder;
mod ends;
mod fields;
mod select;

use trimodal_model::problem::{EMPTY, PART_MISSING};

use crate::findings::Findings;
use crate::layer::Layer;
use crate::mapping::{Columns, LINKS, Mapping};
use crate::measure;
use crate::network::Network;
use crate::units::Units;
use builder::Builder;

/// The network of some layers.
pub fn network(
    name: &str,
    layers: &[Layer],
    mapping: &Mapping,
    units: Units,
    found: &mut Findings,
) -> Option<Network> {
    let units = mapping.units(units, found);
    let (nodes, links) = select::layers(layers, mapping, found);
    let Some(first) = links.first() else {
        without_links(name, layers, mapping, found);
        return None;
    };
    let is_used = |l: &Layer| links.iter().copied().chain(nodes).any(|used| std::ptr::eq(l, used));
    for other in layers.iter().filter(|l| !is_used(l)) {
        found.note(&other.file, 0, 0, "left out: the layer is neither nodes nor links");
    }
    let network = Network {
        name: name.to_string(),
        nodes_file: nodes.unwrap_or(first).file.clone(),
        links_file: first.file.clone(),
        ..Network::default()
    };
    let mut builder = Builder::new(mapping, units, network);
    // What is wrong with one layer does not hide what is wrong with another.
    if let Some(nodes) = nodes {
        builder.nodes(nodes, found);
    }
    let is_settled = mapping.units.length.is_some();
    for layer in links {
        let known = builder.network.links.len();
        let Some(length) = builder.links(layer, found) else { continue };
        measure::lengths(&mut builder.network, known, (&layer.file, length, is_settled), found);
    }
    if builder.network.links.is_empty() && found.is_sound() {
        let file = builder.network.links_file.as_str();
        found.problem(EMPTY, (file, 0, 0), "it holds no links", "check that the file is whole");
    }
    found.is_sound().then_some(builder.network)
}

/// Says why there are no links: columns that a mapping names and no layer has, or no layer at all.
fn without_links(name: &str, layers: &[Layer], mapping: &Mapping, found: &mut Findings) {
    if !mapping.links.contains_key("layer") {
        for layer in layers {
            Columns::of(layer, LINKS, &mapping.links, &mapping.file, found);
        }
    }
    if found.is_sound() {
        let message = "no layer holds links: none has columns for both ends, or lines";
        let hint = "name them in a mapping: [links] with layer, from and to";
        let file = layers.first().map_or(name, |l| &l.file);
        found.problem(PART_MISSING, (file, 0, 0), message, hint);
    }
}
