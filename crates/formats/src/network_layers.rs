//! Networks from layers by a mapping, and layers from networks.

use std::collections::HashMap;

use trimodal_model::problem::{
    FIELD_MISSING, ID_TWICE, ID_UNKNOWN, NOT_A_CHOICE, NOT_A_NUMBER, OUT_OF_RANGE, PART_MISSING,
    VALUE_MISSING, shown,
};
use trimodal_model::scenario::Mode;

use crate::crs::{Crs, Projector, declared};
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::mapping::{Columns, LINKS, Mapping, NODES};
use crate::measure;
use crate::network::{Link, Network, Node};
use crate::shape;
use crate::units::{Quantity, Unit, Units};

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
            let hint = format!(
                "name them in a mapping: [links] from, to; the columns are {}",
                layer.columns.join(", ")
            );
            found.problem(
                FIELD_MISSING,
                (&layer.file, 1, 0),
                "no columns hold the ends of the links",
                hint,
            );
            return None;
        }
        let [length, speed, time] = [
            (Quantity::Length, "length", self.units.length),
            (Quantity::Speed, "speed", self.units.speed),
            (Quantity::Time, "time", self.units.time),
        ]
        .map(|(of, field, unit)| Unit::from_word(of, columns.unit(field)).unwrap_or(unit));
        for (field, unit) in [("speed", speed), ("time", time)] {
            if columns.has(field) && !unit.is_declared {
                let message = format!("no unit of {field} is declared: taken as {}", unit.word);
                found.note(&layer.file, 0, columns.column(field), message);
            }
        }
        let mut ids: HashMap<String, usize> = HashMap::new();
        for row in &layer.rows {
            let line = self.line(layer, &columns, row, &projector, found);
            let ends = match (ends, &line[..]) {
                (true, _) => self.ends(layer, &columns, row, known_nodes, found),
                (false, [a, .., b]) => Some([self.end(*a), self.end(*b)]),
                _ => {
                    let hint = "give it a line, or columns for its ends";
                    found.problem(
                        VALUE_MISSING,
                        (&layer.file, row.line, 0),
                        "a link has no ends",
                        hint,
                    );
                    None
                }
            };
            let Some([from, to]) = ends else { continue };
            let number =
                |field: &str, found: &mut Findings| amount(layer, &columns, field, row, found);
            let id = match columns.text("id", row) {
                id if id.is_empty() => (self.network.links.len() + 1).to_string(),
                id => id,
            };
            if ids.insert(id.clone(), row.line).is_some() && columns.has("id") {
                let message = format!("link `{}` is there twice", shown(&id));
                let at = (layer.file.as_str(), row.line, columns.column("id"));
                found.problem(ID_TWICE, at, message, "give each link an id of its own");
            }
            let link = Link {
                id,
                name: columns.text("name", row),
                from,
                to,
                is_one_way: columns.value("one_way", row).flag().unwrap_or(false),
                mode: self.mode(layer, &columns, row, found),
                km: number("length", found),
                kmh: number("speed", found).map(|x| x * speed.factor).filter(|x| *x > 0.0),
                minutes: number("time", found).map(|x| x * time.factor),
                gauges_mm: gauges(layer, &columns, row, found),
                capacity: number("capacity", found),
                lanes: number("lanes", found),
                toll: number("toll", found),
                b: number("b", found),
                power: number("power", found),
                kind: columns.text("kind", row),
                line,
                row: row.line,
            };
            self.network.links.push(link);
        }
        found.left_out(&layer.file, "columns", columns.unread());
        Some(length)
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
        if word.is_empty() {
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

/// The layers of a network: `nodes` and `links`, with shapes where the nodes have coordinates.
pub fn layers(network: &Network) -> Vec<Layer> {
    let mut nodes = Layer::new("nodes", &["id", "name", "lon", "lat", "kind", "country", "zone"]);
    nodes.crs = crate::crs::WGS84;
    for n in &network.nodes {
        let [lon, lat] = [0, 1].map(|i| Value::maybe(n.at.map(|at| at[i])));
        let [id, name, kind, country, zone] =
            [&n.id, &n.name, &n.kind, &n.country, &n.zone].map(|t| Value::text(t));
        nodes.push(vec![id, name, lon, lat, kind, country, zone], n.at.map(shape::of_point));
    }
    let mut links = Layer::new(
        "links",
        &[
            "id",
            "name",
            "from",
            "to",
            "one_way",
            "mode",
            "km",
            "kmh",
            "minutes",
            "gauge_mm",
            "capacity",
            "lanes",
            "toll",
            "bpr_b",
            "bpr_power",
            "kind",
        ],
    );
    links.crs = crate::crs::WGS84;
    for l in &network.links {
        let [from, to] = [l.from, l.to].map(|n| Value::text(&network.nodes[n].id));
        let gauges: Vec<String> = l.gauges_mm.iter().map(u16::to_string).collect();
        let points = network.points(l);
        let mut cells =
            vec![Value::text(&l.id), Value::text(&l.name), from, to, Value::Flag(l.is_one_way)];
        cells.push(l.mode.map_or(Value::Empty, |m| Value::text(m.word())));
        cells.extend([l.km, l.kmh, l.minutes].map(Value::maybe));
        cells.push(Value::text(&gauges.join("+")));
        cells.extend([l.capacity, l.lanes, l.toll, l.b, l.power].map(Value::maybe));
        cells.push(Value::text(&l.kind));
        links.push(cells, (points.len() > 1).then(|| shape::of_line(&points)));
    }
    vec![nodes, links]
}
