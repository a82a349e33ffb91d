//! Networks from layers, by a mapping.

use std::collections::{HashMap, HashSet};

use trimodal_model::problem::{
    FIELD_MISSING, ID_TWICE, ID_UNKNOWN, NOT_A_CHOICE, NOT_A_NUMBER, OUT_OF_RANGE, PART_MISSING,
    VALUE_MISSING, shown,
};
use trimodal_model::scenario::Mode;

use crate::crs::{Crs, Projector, declared};
use crate::findings::Findings;
use crate::layer::{Layer, Record};
use crate::mapping::{Columns, LINKS, Mapping, NODES};
use crate::measure;
use crate::network::{Link, NO_MODE, Network, Node};
use crate::shape;
use crate::units::{Quantity, Unit, Units};
use crate::uses::Uses;

/// Ends of lines that are this near are one node, degrees: about a metre.
const SAME_END: f64 = 1e-5;

/// The network of some layers.
pub fn network(
    name: &str,
    layers: &[Layer],
    mapping: &Mapping,
    units: Units,
    found: &mut Findings,
) -> Option<Network> {
    let [nodes, links] = tables(layers, mapping, found);
    let Some(links) = links else {
        if found.is_sound() {
            let message = "no layer holds links: none has columns for both ends, or lines";
            let hint = "name them in a mapping: [links] with layer, from and to";
            let file = layers.first().map_or(name, |l| &l.file);
            found.problem(PART_MISSING, (file, 0, 0), message, hint);
        }
        return None;
    };
    for other in layers
        .iter()
        .filter(|l| !std::ptr::eq(*l, links) && nodes.is_none_or(|n| !std::ptr::eq(*l, n)))
    {
        found.note(&other.file, 0, 0, "left out: the layer is neither nodes nor links");
    }
    let mut network =
        Network { name: name.to_string(), links_file: links.file.clone(), ..Network::default() };
    network.nodes_file = nodes.map_or(&links.file, |n| &n.file).clone();
    let units = mapping.units(units, found);
    let mut builder = Builder { mapping, units, position: HashMap::new(), network };
    if let Some(nodes) = nodes {
        builder.nodes(nodes, found)?;
    }
    let length = builder.links(links, nodes.is_some(), found)?;
    let mut network = builder.network;
    measure::lengths(&mut network, length, mapping.units.length.is_some(), found);
    found.is_sound().then_some(network)
}

/// The layers of nodes and links: those that a mapping names, or that have their columns or shapes.
fn tables<'a>(
    layers: &'a [Layer],
    mapping: &Mapping,
    found: &mut Findings,
) -> [Option<&'a Layer>; 2] {
    let mut scratch = Findings::default();
    let mut ends = |l: &Layer, fields| {
        let columns = Columns::of(l, LINKS, fields, "", &mut scratch);
        columns.has("from") && columns.has("to")
    };
    let lines = |l: &Layer| {
        l.rows.iter().any(|r| r.shape.as_ref().is_some_and(|s| shape::line(s).is_some()))
    };
    let links = mapping.layer(&mapping.links, layers, found);
    let links = links
        .or_else(|| {
            layers
                .iter()
                .find(|l| ["link", "links", "edges"].contains(&l.name.to_lowercase().as_str()))
        })
        .or_else(|| layers.iter().find(|l| ends(l, &mapping.links)))
        .or_else(|| layers.iter().find(|l| lines(l)));
    let rest = || layers.iter().filter(|l| links.is_none_or(|k| !std::ptr::eq(*l, k)));
    let points = |l: &&Layer| {
        let columns = Columns::of(l, NODES, &mapping.nodes, "", &mut Findings::default());
        columns.has("id") && (l.has_shapes() || columns.has("x") && columns.has("y"))
    };
    let nodes = mapping.layer(&mapping.nodes, layers, found);
    let nodes = nodes
        .or_else(|| rest().find(|l| ["node", "nodes"].contains(&l.name.to_lowercase().as_str())))
        .or_else(|| rest().find(points));
    [nodes, links]
}

struct Builder<'a> {
    mapping: &'a Mapping,
    units: Units,
    position: HashMap<String, usize>,
    network: Network,
}

impl Builder<'_> {
    fn projector(&self, layer: &Layer, found: &mut Findings) -> Option<Projector> {
        let crs = match &self.mapping.units.crs {
            Some(words) => declared(words, (&self.mapping.file, 0, 0), found),
            None => layer.crs.clone(),
        };
        let is_declared = crs != Crs::Undeclared;
        let projector = Projector::of(&crs, &layer.file, found);
        if !is_declared && layer.has_shapes() {
            found.note(&layer.file, 0, 0, "no coordinate system is declared: degrees on WGS 84");
        }
        projector
    }

    fn nodes(&mut self, layer: &Layer, found: &mut Findings) -> Option<()> {
        let columns = Columns::of(layer, NODES, &self.mapping.nodes, &self.mapping.file, found);
        let projector = self.projector(layer, found)?;
        if !columns.has("id") {
            let hint = format!(
                "name it in a mapping: [nodes] id; the columns are {}",
                layer.columns.join(", ")
            );
            found.problem(
                FIELD_MISSING,
                (&layer.file, 1, 0),
                "no column holds the ids of the nodes",
                hint,
            );
            return None;
        }
        for row in &layer.rows {
            let at = (layer.file.as_str(), row.line, columns.column("id"));
            let id = columns.text("id", row);
            if id.is_empty() {
                found.problem(VALUE_MISSING, at, "a node has no id", "give each node an id");
                continue;
            }
            let place = place(layer, &columns, row, &projector, found);
            let node = Node {
                name: columns.text("name", row),
                at: place,
                kind: columns.text("kind", row),
                country: columns.text("country", row).to_uppercase(),
                zone: columns.text("zone", row),
                row: row.line,
                id: id.clone(),
            };
            if self.position.insert(id.clone(), self.network.nodes.len()).is_some() {
                let message = format!("node `{}` is there twice", shown(&id));
                found.problem(ID_TWICE, at, message, "keep one of the rows");
            }
            self.network.nodes.push(node);
        }
        found.left_out(&layer.file, "columns", columns.unread());
        Some(())
    }

    /// Reads the links, with lengths still in the unit that is returned.
    fn links(&mut self, layer: &Layer, known_nodes: bool, found: &mut Findings) -> Option<Unit> {
        let columns = Columns::of(layer, LINKS, &self.mapping.links, &self.mapping.file, found);
        let projector = self.projector(layer, found)?;
        let ends = columns.has("from") && columns.has("to");
        if !ends && !layer.has_shapes() && !columns.has("geometry") {
            let list = layer.columns.join(", ");
            let hint = format!("name them in a mapping: [links] from, to; the columns are {list}");
            let message = "no columns hold the ends of the links";
            found.problem(FIELD_MISSING, (&layer.file, 1, 0), message, hint);
            return None;
        }
        let units = self.link_units(layer, &columns, found);
        let mut ids: HashSet<String> = HashSet::new();
        let mut uses = Uses::default();
        for row in &layer.rows {
            let line = self.line(layer, &columns, row, &projector, found);
            let ends = match (ends, &line[..]) {
                (true, _) => self.ends(layer, &columns, row, known_nodes, found),
                (false, [a, .., b]) => Some([self.end(*a), self.end(*b)]),
                _ => {
                    let hint = "give it a line, or columns for its ends";
                    let at = (layer.file.as_str(), row.line, 0);
                    found.problem(VALUE_MISSING, at, "a link has no ends", hint);
                    None
                }
            };
            let Some(ends) = ends else { continue };
            let line = self.turned(line, ends);
            let mut link = self.link(layer, &columns, row, (ends, line), &units, found);
            uses.apply(&columns.text("uses", row), &mut link);
            if !ids.insert(link.id.clone()) && columns.has("id") {
                let message = format!("link `{}` is there twice", shown(&link.id));
                let at = (layer.file.as_str(), row.line, columns.column("id"));
                found.problem(ID_TWICE, at, message, "give each link an id of its own");
            }
            self.network.links.push(link);
        }
        uses.note(&layer.file, columns.column("uses"), found);
        found.left_out(&layer.file, "columns", columns.unread());
        Some(units.length)
    }

    /// The units of the columns of a layer: those that their names declare, or those of the file.
    fn link_units(&self, layer: &Layer, columns: &Columns, found: &mut Findings) -> Units {
        let of =
            |quantity, field, unit| Unit::from_word(quantity, columns.unit(field)).unwrap_or(unit);
        let units = Units {
            length: of(Quantity::Length, "length", self.units.length),
            speed: of(Quantity::Speed, "speed", self.units.speed),
            time: of(Quantity::Time, "time", self.units.time),
        };
        for (field, unit) in [("speed", units.speed), ("time", units.time)] {
            if columns.has(field) && !unit.is_declared {
                let message = format!("no unit of {field} is declared: taken as {}", unit.word);
                found.note(&layer.file, 0, columns.column(field), message);
            }
        }
        units
    }

    fn link(
        &self,
        layer: &Layer,
        columns: &Columns,
        row: &Record,
        ([from, to], line): ([usize; 2], Vec<[f64; 2]>),
        units: &Units,
        found: &mut Findings,
    ) -> Link {
        let mut number = |field: &str| amount(layer, columns, field, row, found);
        let [km, kmh, minutes, capacity, lanes, toll, b, power] =
            ["length", "speed", "time", "capacity", "lanes", "toll", "b", "power"].map(&mut number);
        let id = Some(columns.text("id", row)).filter(|id| !id.is_empty());
        Link {
            id: id.unwrap_or_else(|| (self.network.links.len() + 1).to_string()),
            name: columns.text("name", row),
            from,
            to,
            is_one_way: columns.value("one_way", row).flag().unwrap_or(false),
            mode: self.mode(layer, columns, row, found),
            bars_freight: columns.text("mode", row).eq_ignore_ascii_case(NO_MODE),
            km,
            kmh: kmh.map(|x| x * units.speed.factor).filter(|x| *x > 0.0),
            minutes: minutes.map(|x| x * units.time.factor),
            gauges_mm: gauges(layer, columns, row, found),
            capacity,
            lanes,
            toll,
            b,
            power,
            kind: columns.text("kind", row),
            line,
            row: row.line,
        }
    }

    fn line(
        &self,
        layer: &Layer,
        columns: &Columns,
        row: &Record,
        projector: &Projector,
        found: &mut Findings,
    ) -> Vec<[f64; 2]> {
        let text = columns.text("geometry", row);
        let written = || (!text.is_empty()).then(|| shape::from_wkt(&text)).flatten();
        let Some(shape) = row.shape.clone().or_else(written) else {
            if !text.is_empty() && row.shape.is_none() {
                let at = (layer.file.as_str(), row.line, columns.column("geometry"));
                let message = format!("`{}` is no line in well-known text", shown(&text));
                found.problem(
                    trimodal_model::problem::MALFORMED,
                    at,
                    message,
                    "write LINESTRING (x y, x y)",
                );
            }
            return Vec::new();
        };
        let points = shape::line(&shape).unwrap_or_default();
        let at = (layer.file.as_str(), row.line, columns.column("geometry"));
        let degrees: Option<Vec<[f64; 2]>> =
            points.into_iter().map(|p| projector.place(at, p, found)).collect();
        degrees.unwrap_or_default()
    }

    fn ends(
        &mut self,
        layer: &Layer,
        columns: &Columns,
        row: &Record,
        known_nodes: bool,
        found: &mut Findings,
    ) -> Option<[usize; 2]> {
        let mut end = |field: &str| {
            let id = columns.text(field, row);
            let at = (layer.file.as_str(), row.line, columns.column(field));
            if id.is_empty() {
                found.problem(VALUE_MISSING, at, format!("a link has no `{field}`"), "name a node");
                return None;
            }
            if let Some(node) = self.position.get(&id) {
                return Some(*node);
            }
            if known_nodes {
                let message = format!("no node is called `{}`", shown(&id));
                found.problem(
                    ID_UNKNOWN,
                    at,
                    message,
                    format!("add it to {}", self.network.nodes_file),
                );
                return None;
            }
            let node = Node { id: id.clone(), row: row.line, ..Node::default() };
            self.position.insert(id, self.network.nodes.len());
            self.network.nodes.push(node);
            Some(self.network.nodes.len() - 1)
        };
        let ends = [end("from"), end("to")];
        let [Some(from), Some(to)] = ends else { return None };
        Some([from, to])
    }

    /// A line from its first node to its second, whatever way it was drawn.
    fn turned(&self, mut line: Vec<[f64; 2]>, ends: [usize; 2]) -> Vec<[f64; 2]> {
        let [Some(from), Some(to)] = ends.map(|n| self.network.nodes[n].at) else { return line };
        let far = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        if let [first, .., last] = line[..]
            && far(from, last) + far(to, first) < far(from, first) + far(to, last)
        {
            line.reverse();
        }
        line
    }

    /// The node at the end of a line.
    fn end(&mut self, at: [f64; 2]) -> usize {
        let [x, y] = at.map(|v| (v / SAME_END).round() as i64);
        let nodes = &mut self.network.nodes;
        *self.position.entry(format!("{x},{y}")).or_insert_with(|| {
            let id = (nodes.len() + 1).to_string();
            nodes.push(Node { id, at: Some(at), ..Node::default() });
            nodes.len() - 1
        })
    }

    fn mode(
        &self,
        layer: &Layer,
        columns: &Columns,
        row: &Record,
        found: &mut Findings,
    ) -> Option<Mode> {
        let word = columns.text("mode", row);
        if word.is_empty() || word.eq_ignore_ascii_case(NO_MODE) {
            return None;
        }
        let ours = self.mapping.modes.get(&word).map_or(word.to_lowercase(), String::clone);
        let mode = Mode::from_word(&ours);
        if mode.is_none() {
            let at = (layer.file.as_str(), row.line, columns.column("mode"));
            let hint = "say in [modes] of a mapping which mode it is, as \"R\" = \"rail\"";
            found.problem(NOT_A_CHOICE, at, format!("`{}` is no mode", shown(&word)), hint);
        }
        mode
    }
}

fn place(
    layer: &Layer,
    columns: &Columns,
    row: &Record,
    projector: &Projector,
    found: &mut Findings,
) -> Option<[f64; 2]> {
    let point = row.shape.as_ref().and_then(shape::point);
    let number = |field: &str, found: &mut Findings| {
        let value = columns.value(field, row);
        if value.number().is_none() && !value.is_empty() {
            let at = (layer.file.as_str(), row.line, columns.column(field));
            let message = format!("`{}` is not a number", shown(&value.to_string()));
            found.problem(NOT_A_NUMBER, at, message, "write a number with a decimal point");
        }
        value.number()
    };
    let point = match point {
        Some(point) => point,
        None => {
            let text = columns.text("geometry", row);
            match (number("x", found), number("y", found)) {
                (Some(x), Some(y)) => [x, y],
                _ => shape::from_wkt(&text).as_ref().and_then(shape::point)?,
            }
        }
    };
    projector.place((&layer.file, row.line, columns.column("x")), point, found)
}

fn amount(
    layer: &Layer,
    columns: &Columns,
    field: &str,
    row: &Record,
    found: &mut Findings,
) -> Option<f64> {
    let value = columns.value(field, row);
    let number = value.number();
    let at = (layer.file.as_str(), row.line, columns.column(field));
    match number {
        None if !value.is_empty() => {
            let message = format!("`{}` is not a number", shown(&value.to_string()));
            found.problem(
                NOT_A_NUMBER,
                at,
                message,
                "write a number with a decimal point, or leave it blank",
            );
            None
        }
        Some(x) if x < 0.0 => {
            found.problem(OUT_OF_RANGE, at, format!("{field} {x} is negative"), "write 0 or more");
            None
        }
        number => number,
    }
}

fn gauges(layer: &Layer, columns: &Columns, row: &Record, found: &mut Findings) -> Vec<u16> {
    let text = columns.text("gauge", row);
    let mut gauges = Vec::new();
    for part in text.split(['+', ';']).map(str::trim).filter(|p| !p.is_empty()) {
        match part.parse::<u16>() {
            Ok(mm) if (300..=3_000).contains(&mm) => gauges.push(mm),
            _ => {
                let at = (layer.file.as_str(), row.line, columns.column("gauge"));
                let message = format!("`{}` is no gauge in mm", shown(part));
                found.problem(OUT_OF_RANGE, at, message, "write 1435, or 1435+1520");
            }
        }
    }
    gauges
}
