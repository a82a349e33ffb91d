//! Nodes and links from the rows of layers.

use std::collections::{HashMap, HashSet};

use trimodal_model::problem::{
    FIELD_MISSING, ID_TWICE, ID_UNKNOWN, MALFORMED, NOT_A_CHOICE, VALUE_MISSING, shown,
};
use trimodal_model::scenario::Mode;

use super::ends::Ends;
use super::fields::{self, Direction, Directions};
use super::select;
use crate::crs::{Crs, Projector, declared};
use crate::findings::Findings;
use crate::layer::{Layer, Record};
use crate::mapping::{Columns, LINKS, Mapping, NODES};
use crate::network::{Link, NO_MODE, Network, Node};
use crate::shape;
use crate::units::{Quantity, Unit, Units};
use crate::uses::Uses;

type Line = Vec<[f64; 2]>;

/// A network as it grows.
pub struct Builder<'a> {
    mapping: &'a Mapping,
    units: Units,
    position: HashMap<String, usize>,
    ends: Ends,
    /// Ids of the links of earlier layers.
    ids: HashSet<String>,
    has_nodes: bool,
    pub network: Network,
}

/// What is known of a layer of links before its rows are read.
struct Table<'a> {
    layer: &'a Layer,
    columns: Columns<'a>,
    projector: Projector,
    units: Units,
    has_ends: bool,
    directions: Directions,
    /// The mode that the name of the layer says, where no column does.
    mode: Option<Mode>,
    /// Ids that rows have.
    ids: HashSet<String>,
}

impl Table<'_> {
    fn at(&self, row: &Record, field: &str) -> (&str, usize, usize) {
        (self.layer.file.as_str(), row.line, self.columns.column(field))
    }
}

/// What is told of all rows of a layer together.
#[derive(Default)]
struct Told {
    uses: Uses,
    /// Words of directions that are not known.
    words: Vec<String>,
    /// Links whose lines have gaps.
    apart: Vec<String>,
    /// Ids of the links.
    ids: HashSet<String>,
    by_name: usize,
    /// The last number that was given for an id.
    number: usize,
}

impl<'a> Builder<'a> {
    pub fn new(mapping: &'a Mapping, units: Units, network: Network) -> Builder<'a> {
        Builder {
            mapping,
            units,
            position: HashMap::new(),
            ends: Ends::default(),
            ids: HashSet::new(),
            has_nodes: false,
            network,
        }
    }

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

    /// Reads the nodes.
    pub fn nodes(&mut self, layer: &Layer, found: &mut Findings) -> Option<()> {
        let columns = Columns::of(layer, NODES, &self.mapping.nodes, &self.mapping.file, found);
        let projector = self.projector(layer, found)?;
        if !columns.has("id") {
            let list = layer.columns.join(", ");
            let hint = format!("name it in a mapping: [nodes] id; the columns are {list}");
            let message = "no column holds the ids of the nodes";
            found.problem(FIELD_MISSING, (&layer.file, 1, 0), message, hint);
            return None;
        }
        for row in &layer.rows {
            let at = (layer.file.as_str(), row.line, columns.column("id"));
            let id = columns.text("id", row);
            let place = fields::place(layer, &columns, row, &projector, found);
            if id.is_empty() {
                found.problem(VALUE_MISSING, at, "a node has no id", "give each node an id");
                continue;
            }
            let node = Node {
                name: columns.text("name", row),
                at: place,
                kind: columns.text("kind", row),
                country: columns.text("country", row).to_uppercase(),
                zone: columns.text("zone", row),
                row: row.line,
                id: id.clone(),
            };
            let position = self.network.nodes.len();
            if self.position.insert(id.clone(), position).is_some() {
                let message = format!("node `{}` is there twice", shown(&id));
                found.problem(ID_TWICE, at, message, "keep one of the rows");
            }
            if let Some(place) = place {
                self.ends.add(place, position);
            }
            self.network.nodes.push(node);
        }
        self.has_nodes = true;
        found.unused(&layer.file, "columns", columns.unread());
        Some(())
    }

    /// Reads the links of a layer, with lengths still in the unit that is returned.
    pub fn links(&mut self, layer: &Layer, found: &mut Findings) -> Option<Unit> {
        let table = self.table(layer, found)?;
        let mut told = Told::default();
        for row in &layer.rows {
            self.row(&table, row, &mut told, found);
        }
        told.uses.note(&layer.file, table.columns.column("uses"), found);
        let what = "words of directions that are not known: links go both ways";
        found.left_out(&layer.file, what, told.words.iter().map(String::as_str));
        let apart = told.apart.iter().map(String::as_str);
        match table.has_ends {
            true => found.list(&layer.file, "lines have gaps, which are bridged", apart),
            false => found.list(&layer.file, "lines have gaps: each part is a link", apart),
        }
        if let (Some(mode), 1..) = (table.mode, told.by_name) {
            let message = format!(
                "{} links have the mode that the name of the layer says: {}",
                told.by_name,
                mode.word()
            );
            found.note(&layer.file, 0, 0, message);
        }
        found.unused(&layer.file, "columns", table.columns.unread());
        let new = self.network.links.iter().map(|l| l.id.clone());
        self.ids.extend(new);
        Some(table.units.length)
    }

    fn table<'l>(&self, layer: &'l Layer, found: &mut Findings) -> Option<Table<'l>> {
        let columns = Columns::of(layer, LINKS, &self.mapping.links, &self.mapping.file, found);
        let projector = self.projector(layer, found)?;
        let has_ends = columns.has("from") && columns.has("to");
        if !has_ends && !layer.has_shapes() && !columns.has("geometry") {
            let list = layer.columns.join(", ");
            let hint = format!("name them in a mapping: [links] from, to; the columns are {list}");
            let message = "no columns hold the ends of the links";
            found.problem(FIELD_MISSING, (&layer.file, 1, 0), message, hint);
            return None;
        }
        let has_mode = columns.has("mode") || columns.has("uses");
        Some(Table {
            units: self.link_units(layer, &columns, found),
            directions: Directions::of(layer, &columns),
            mode: select::mode_of_name(layer, self.mapping).filter(|_| !has_mode),
            ids: layer.rows.iter().map(|r| columns.text("id", r)).collect(),
            layer,
            columns,
            projector,
            has_ends,
        })
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

    /// Adds the link of a row; where its line has gaps and no columns name its ends, one for each part.
    fn row(&mut self, table: &Table, row: &Record, told: &mut Told, found: &mut Findings) {
        let chains = chains(table, row, found);
        let has_gaps = chains.len() > 1;
        let parts = self.parts(table, row, chains, found);
        // What else is wrong in a row without ends is told too.
        let mut link = self.link(table, row, told, found);
        let direction = table.directions.read(&table.columns, row).unwrap_or_else(|| {
            told.words.push(table.columns.text("one_way", row));
            Direction::Both
        });
        link.is_one_way = direction != Direction::Both;
        if has_gaps {
            told.apart.push(link.id.clone());
        }
        let parts = parts.unwrap_or_default();
        let several = parts.len() > 1;
        for (i, (ends, mut line)) in parts.into_iter().enumerate() {
            let mut part = Link { from: ends[0], to: ends[1], ..link.clone() };
            if direction == Direction::Backward {
                line.reverse();
                (part.from, part.to) = (part.to, part.from);
            }
            part.line = line;
            if several {
                // What the row says of the whole is not that of a part.
                (part.km, part.minutes, part.toll) = (None, None, None);
                part.id = format!("{}-{}", link.id, i + 1);
            }
            self.network.links.push(part);
        }
    }

    /// The ends and the line of the link of a row, or of each part of its line where no columns name its ends; none
    /// where there are no ends, which is a problem.
    fn parts(
        &mut self,
        table: &Table,
        row: &Record,
        chains: Vec<Line>,
        found: &mut Findings,
    ) -> Option<Vec<([usize; 2], Line)>> {
        if table.has_ends {
            let ends = self.named_ends(table, row, found)?;
            return Some(vec![(ends, self.turned(chains.concat(), ends))]);
        }
        let ends = |l: &Line| Some([*l.first()?, *l.last()?]);
        let parts = chains.into_iter().filter_map(|l| Some((ends(&l)?, l)));
        let parts: Vec<_> = parts.map(|(ends, line)| (ends.map(|at| self.end(at)), line)).collect();
        if parts.is_empty() {
            let hint = "give it a line, or columns for its ends";
            let at = (table.layer.file.as_str(), row.line, 0);
            found.problem(VALUE_MISSING, at, "a link has no ends", hint);
            return None;
        }
        Some(parts)
    }

    fn link(&self, table: &Table, row: &Record, told: &mut Told, found: &mut Findings) -> Link {
        let id = self.id(table, row, told, found);
        let columns = &table.columns;
        let mut number = |field: &str| fields::amount(table.layer, columns, field, row, found);
        let [km, kmh, minutes, capacity, lanes, tracks, toll, b, power] =
            ["length", "speed", "time", "capacity", "lanes", "tracks", "toll", "b", "power"]
                .map(&mut number);
        let mut link = Link {
            id,
            name: columns.text("name", row),
            mode: self.mode(table, row, found),
            bars_freight: columns.text("mode", row).eq_ignore_ascii_case(NO_MODE),
            km,
            kmh: kmh.map(|x| x * table.units.speed.factor).filter(|x| *x > 0.0),
            minutes: minutes.map(|x| x * table.units.time.factor),
            gauges_mm: fields::gauges(table.layer, columns, row, found),
            capacity,
            // Tables of scenarios have both, one of them for each mode.
            lanes: lanes.or(tracks),
            toll,
            b,
            power,
            kind: columns.text("kind", row),
            row: row.line,
            ..Link::default()
        };
        told.uses.apply(&columns.text("uses", row), &mut link);
        if link.mode.is_none() && !link.bars_freight {
            link.mode = table.mode;
            told.by_name += usize::from(link.mode.is_some());
        }
        link
    }

    /// The id of a link: its own, or a number that no other has.
    fn id(&self, table: &Table, row: &Record, told: &mut Told, found: &mut Findings) -> String {
        let own = table.columns.text("id", row);
        if own.is_empty() {
            let mut number = told.number.max(self.network.links.len()) + 1;
            let is_taken = |id: &String| table.ids.contains(id) || self.ids.contains(id);
            while is_taken(&number.to_string()) {
                number += 1;
            }
            told.number = number;
            return number.to_string();
        }
        if !told.ids.insert(own.clone()) {
            let message = format!("link `{}` is there twice", shown(&own));
            let hint = "give each link an id of its own";
            found.problem(ID_TWICE, table.at(row, "id"), message, hint);
        }
        // A link of another layer may have the same.
        let mut id = own;
        while self.ids.contains(&id) {
            id = format!("{}-{id}", table.layer.name);
        }
        id
    }

    fn mode(&self, table: &Table, row: &Record, found: &mut Findings) -> Option<Mode> {
        let word = table.columns.text("mode", row);
        if word.is_empty() || word.eq_ignore_ascii_case(NO_MODE) {
            return None;
        }
        let ours = self.mapping.modes.get(&word).map_or(word.to_lowercase(), String::clone);
        let mode = Mode::from_word(&ours);
        if mode.is_none() {
            let hint = "say in [modes] of a mapping which mode it is, as \"R\" = \"rail\"";
            let message = format!("`{}` is no mode", shown(&word));
            found.problem(NOT_A_CHOICE, table.at(row, "mode"), message, hint);
        }
        mode
    }

    /// The nodes that the columns of a row name.
    fn named_ends(
        &mut self,
        table: &Table,
        row: &Record,
        found: &mut Findings,
    ) -> Option<[usize; 2]> {
        let mut end = |field: &str| {
            let id = table.columns.text(field, row);
            let at = table.at(row, field);
            if id.is_empty() {
                found.problem(VALUE_MISSING, at, format!("a link has no `{field}`"), "name a node");
                return None;
            }
            if let Some(node) = self.position.get(&id) {
                return Some(*node);
            }
            if self.has_nodes {
                let message = format!("no node is called `{}`", shown(&id));
                let hint = format!("add it to {}", self.network.nodes_file);
                found.problem(ID_UNKNOWN, at, message, hint);
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
    fn turned(&self, mut line: Line, ends: [usize; 2]) -> Line {
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
        if let Some(node) = self.ends.near(at) {
            return node;
        }
        let node = self.network.nodes.len();
        let mut ids = (node + 1..).map(|n| n.to_string());
        let id = ids.find(|id| !self.position.contains_key(id)).unwrap_or_default();
        self.position.insert(id.clone(), node);
        self.ends.add(at, node);
        self.network.nodes.push(Node { id, at: Some(at), ..Node::default() });
        node
    }
}

/// The line of a row in degrees: its parts, joined where they touch.
fn chains(table: &Table, row: &Record, found: &mut Findings) -> Vec<Line> {
    let text = table.columns.text("geometry", row);
    let written = || (!text.is_empty()).then(|| shape::from_wkt(&text)).flatten();
    let at = table.at(row, "geometry");
    let Some(shape) = row.shape.clone().or_else(written) else {
        if !text.is_empty() {
            let message = format!("`{}` is no line in well-known text", shown(&text));
            found.problem(MALFORMED, at, message, "write LINESTRING (x y, x y)");
        }
        return Vec::new();
    };
    let mut degrees = |line: Line| -> Option<Line> {
        line.into_iter().map(|p| table.projector.place(at, p, found)).collect()
    };
    shape::chains(&shape).into_iter().filter_map(&mut degrees).collect()
}
