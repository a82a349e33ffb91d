//! GMNS: a folder with `node.csv` and `link.csv`, lines in `geometry.csv`, units in `config.csv`.

use std::collections::HashMap;

use trimodal_model::problem::{FIELD_MISSING, ID_UNKNOWN, MALFORMED, PART_MISSING, shown};

use super::csv;
use crate::crs::{self, Crs};
use crate::findings::Findings;
use crate::from_layers;
use crate::layer::{Layer, Value};
use crate::mapping::Mapping;
use crate::network::Network;
use crate::shape;
use crate::source::{Source, stem};
use crate::units::{self, Quantity, Units};

const READ: [&str; 4] = ["node.csv", "link.csv", "geometry.csv", "config.csv"];

/// The network of a folder.
pub fn network(source: &Source, mapping: &Mapping, found: &mut Findings) -> Option<Network> {
    let [nodes, links, lines, config] = READ.map(|name| {
        let layer = csv::layer(source, source.get(name)?, mapping, found)?;
        Some(layer)
    });
    for (name, layer) in READ.iter().zip([&nodes, &links]) {
        if layer.is_none() && found.is_sound() {
            let message = format!("`{name}` is missing");
            found.problem(
                PART_MISSING,
                (&source.name, 0, 0),
                message,
                "a GMNS network has node.csv and link.csv",
            );
        }
    }
    let (mut nodes, mut links) = (nodes?, links?);
    let (declared, system) = declared(config.as_ref(), &source.name, found);
    (nodes.crs, links.crs) = (system.clone(), system);
    shapes(&mut links, lines.as_ref(), found);
    let others = source.files.iter().map(|f| f.name.as_str());
    let others = others.filter(|f| !READ.iter().any(|r| r.eq_ignore_ascii_case(f)));
    found.unused(&source.name, "files", others);
    let name = stem(source.name.trim_end_matches('/'));
    from_layers::network(name, &[nodes, links], mapping, declared, found)
}

/// The units and the coordinate system of `config.csv`.
fn declared(config: Option<&Layer>, folder: &str, found: &mut Findings) -> (Units, Crs) {
    let mut units = Units::default();
    let Some((config, row)) = config.and_then(|c| Some((c, c.rows.first()?))) else {
        found.note(
            folder,
            0,
            0,
            "there is no config.csv: no units and no coordinate system are declared",
        );
        return (units, Crs::Undeclared);
    };
    let mut system = Crs::Undeclared;
    for (i, column) in config.columns.iter().enumerate() {
        let at = (config.file.as_str(), row.line, i + 1);
        let word = config.cell(row, i).to_string();
        match column.as_str() {
            _ if word.is_empty() => {}
            "long_length" => units.length = units::declared(Quantity::Length, &word, at, found),
            "speed" => units.speed = units::declared(Quantity::Speed, &word, at, found),
            "crs" => system = crs::declared(&word, at, found),
            _ => {}
        }
    }
    (units, system)
}

/// Gives links their lines, from `from_node_id` to `to_node_id`.
fn shapes(links: &mut Layer, lines: Option<&Layer>, found: &mut Findings) {
    let column = |layer: &Layer, name: &str| layer.column(name);
    let mut known: HashMap<String, &Value> = HashMap::new();
    if let Some(lines) = lines {
        let (Some(id), Some(text)) = (column(lines, "geometry_id"), column(lines, "geometry"))
        else {
            let message = "columns `geometry_id` and `geometry` are missing";
            found.problem(
                FIELD_MISSING,
                (&lines.file, 1, 0),
                message,
                "GMNS has lines by their ids",
            );
            return;
        };
        known = lines
            .rows
            .iter()
            .map(|r| (lines.cell(r, id).to_string(), lines.cell(r, text)))
            .collect();
    }
    let [own, shared, turn] = ["geometry", "geometry_id", "dir_flag"].map(|c| column(links, c));
    for i in 0..links.rows.len() {
        let row = &links.rows[i];
        let cell = |c: Option<usize>| c.map_or(String::new(), |c| links.cell(row, c).to_string());
        let (mut text, id) = (cell(own), cell(shared));
        let mut column = own;
        if text.is_empty() && !id.is_empty() && lines.is_some() {
            column = shared;
            match known.get(&id) {
                Some(line) => text = line.to_string(),
                None => {
                    let message = format!("no line has the id `{}`", shown(&id));
                    let at = (links.file.as_str(), row.line, shared.map_or(0, |c| c + 1));
                    found.problem(
                        ID_UNKNOWN,
                        at,
                        message,
                        "add it to geometry.csv, or leave the cell blank",
                    );
                }
            }
        }
        if text.is_empty() {
            continue;
        }
        let Some(line) = shape::from_wkt(&text).as_ref().and_then(shape::line) else {
            let message = format!("`{}` is no line in well-known text", shown(&text));
            let at = (links.file.as_str(), row.line, column.map_or(0, |c| c + 1));
            found.problem(MALFORMED, at, message, "write LINESTRING (x y, x y)");
            continue;
        };
        let backward = cell(turn) == "-1";
        let points: Vec<[f64; 2]> = if backward { line.into_iter().rev().collect() } else { line };
        links.rows[i].shape = Some(shape::of_line(&points));
    }
}
