//! Mappings: which column of which layer means what. A mapping is a small TOML file; without one the usual names
//! of columns hold.

use std::collections::BTreeMap;

use serde::Deserialize;
use trimodal_model::problem::{FIELD_MISSING, MAPPING, PART_MISSING, Problem, nearest, shown};

use crate::findings::Findings;
use crate::layer::{Layer, Value};
use crate::units::{self, Quantity, Units};

/// What a field takes: a column by its name, or one value for all rows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Field {
    /// A column.
    Column(String),
    /// Several columns.
    Columns(Vec<String>),
    /// A value.
    Value {
        /// The value.
        value: toml::Value,
    },
}

/// The fields of a table, and `layer`, the name of the layer that holds it.
pub type Fields = BTreeMap<String, Field>;

/// Units and the coordinate system, where the file does not declare them or declares them wrongly.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredUnits {
    /// Of lengths.
    pub length: Option<String>,
    /// Of speeds.
    pub speed: Option<String>,
    /// Of times.
    pub time: Option<String>,
    /// Coordinate system.
    pub crs: Option<String>,
}

/// Which column of which layer means what.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How problems name it.
    #[serde(skip)]
    pub file: String,
    /// Nodes of a network.
    #[serde(default)]
    pub nodes: Fields,
    /// Links of a network.
    #[serde(default)]
    pub links: Fields,
    /// A matrix as a list of pairs.
    #[serde(default)]
    pub matrix: Fields,
    /// Units.
    #[serde(default)]
    pub units: DeclaredUnits,
    /// Modes by the words of the file.
    #[serde(default)]
    pub modes: BTreeMap<String, String>,
    /// What separates the cells of CSV; blank: the one that the header has.
    pub delimiter: Option<char>,
    /// What separates the decimals of CSV.
    pub decimal: Option<char>,
}

/// A field: its name, and the usual names of its columns, with the unit that a name declares.
pub struct Known {
    /// Name.
    pub field: &'static str,
    /// Usual names of columns.
    pub usual: &'static [(&'static str, &'static str)],
}

macro_rules! known {
    ($($field:literal: $($name:literal $(= $unit:literal)?),+;)*) => {
        &[$(Known { field: $field, usual: &[$(($name, concat!($($unit)?))),+] }),*]
    };
}

/// Fields of nodes.
pub const NODES: &[Known] = known! {
    "id": "id", "node_id", "node", "nodeid", "osm_id", "fid";
    "name": "name";
    "x": "lon", "x", "x_coord", "longitude", "lng";
    "y": "lat", "y", "y_coord", "latitude";
    "kind": "kind", "node_type";
    "country": "country";
    "zone": "zone_id", "zone";
    "geometry": "geometry", "wkt", "geom";
};

/// Fields of links.
pub const LINKS: &[Known] = known! {
    "id": "id", "link_id", "link", "linkid", "fid";
    "name": "name";
    "from": "from", "from_node_id", "from_node", "init_node", "a", "source";
    "to": "to", "to_node_id", "to_node", "term_node", "b", "target";
    "one_way": "one_way", "directed", "oneway";
    "mode": "mode";
    "uses": "allowed_uses";
    "length": "km" = "km", "length_km" = "km", "length_m" = "m", "length", "distance";
    "speed": "kmh" = "km/h", "loaded_kmh" = "km/h", "free_speed", "speed", "maxspeed";
    "time": "minutes" = "min", "free_flow_time", "time";
    "gauge": "gauge_mm", "gauge";
    "capacity": "capacity";
    "lanes": "lanes";
    "tracks": "tracks";
    "toll": "toll";
    "b": "bpr_b", "vdf_alpha1";
    "power": "bpr_power", "power", "vdf_beta1";
    "kind": "kind", "facility_type", "link_type", "highway", "railway";
    "geometry": "geometry", "wkt", "geom";
    "geometry_id": "geometry_id";
    "direction": "dir_flag";
};

/// Fields of a matrix.
pub const MATRIX: &[Known] = known! {
    "origin": "origin", "from", "o_zone_id", "o", "from_zone", "orig";
    "destination": "destination", "to", "d_zone_id", "d", "to_zone", "dest";
    "values": "value", "volume", "trips", "tonnes", "demand";
    "core": "by";
};

impl Mapping {
    /// Reads one.
    pub fn read(file: &str, text: &str) -> Result<Mapping, Vec<Problem>> {
        let mut mapping: Mapping = toml::from_str(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            let before = text.get(..at).unwrap_or_default();
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let message = e.message().to_string();
            vec![
                Problem::new(MAPPING, message)
                    .at(file, before.matches('\n').count() + 1, column)
                    .hint("docs/start/files.md shows a mapping"),
            ]
        })?;
        mapping.file = file.to_string();
        let mut found = Findings::default();
        mapping.check(text, &mut found);
        if found.is_sound() { Ok(mapping) } else { Err(found.refused().problems) }
    }

    fn check(&self, text: &str, found: &mut Findings) {
        self.check_units(text, found);
        let tables = [
            ("nodes", &self.nodes, NODES),
            ("links", &self.links, LINKS),
            ("matrix", &self.matrix, MATRIX),
        ];
        for (table, fields, known) in tables {
            for field in fields.keys().filter(|f| *f != "layer") {
                let names = known.iter().map(|k| k.field);
                if names.clone().any(|n| n == field) {
                    continue;
                }
                let message = format!("[{table}] has no field `{}`", shown(field));
                let hint = match nearest(field, names.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its fields are {}", names.collect::<Vec<_>>().join(", ")),
                };
                let starts = |l: &str| l.trim_start().starts_with(field.as_str());
                let row = text.lines().position(starts).map_or(0, |r| r + 1);
                found.problem(MAPPING, (&self.file, row, 1), message, hint);
            }
        }
        for (word, mode) in &self.modes {
            if trimodal_model::scenario::Mode::from_word(mode).is_none() {
                let message = format!("`{}` of `{}` is no mode", shown(mode), shown(word));
                found.problem(
                    MAPPING,
                    (&self.file, 0, 0),
                    message,
                    "write rail, road, sea or barge",
                );
            }
        }
    }

    /// Units and a coordinate system that are not known.
    fn check_units(&self, text: &str, found: &mut Findings) {
        let row = |field: &str| {
            let starts = |(_, l): &(usize, &str)| l.trim_start().starts_with(field);
            let mut lines = text.lines().enumerate().skip_while(|(_, l)| l.trim() != "[units]");
            lines.find(starts).map_or(0, |(r, _)| r + 1)
        };
        let units = [
            ("length", Quantity::Length, &self.units.length),
            ("speed", Quantity::Speed, &self.units.speed),
            ("time", Quantity::Time, &self.units.time),
        ];
        for (field, quantity, word) in units {
            if let Some(word) = word {
                units::declared(quantity, word, (&self.file, row(field), 0), found);
            }
        }
        if let Some(words) = &self.units.crs {
            crate::crs::declared(words, (&self.file, row("crs"), 0), found);
        }
    }

    /// Whether it says which columns have the shapes.
    pub fn names_geometry(&self) -> bool {
        [&self.nodes, &self.links].iter().any(|fields| fields.contains_key("geometry"))
    }

    /// The units that it declares, over those of a file.
    pub fn units(&self, mut of_file: Units, found: &mut Findings) -> Units {
        let at = (self.file.as_str(), 0, 0);
        let mut set = |quantity, word: &Option<String>, unit: &mut units::Unit| {
            if let Some(word) = word {
                *unit = units::declared(quantity, word, at, found);
            }
        };
        set(Quantity::Length, &self.units.length, &mut of_file.length);
        set(Quantity::Speed, &self.units.speed, &mut of_file.speed);
        set(Quantity::Time, &self.units.time, &mut of_file.time);
        of_file
    }

    /// Gives the links of a network whose format has no modes the one mode that it states.
    pub fn fill(&self, network: &mut crate::network::Network) {
        let Some(Field::Value { value: toml::Value::String(word) }) = self.links.get("mode") else {
            return;
        };
        let mode = trimodal_model::scenario::Mode::from_word(word);
        network.links.iter_mut().filter(|l| l.mode.is_none()).for_each(|l| l.mode = mode);
    }

    /// The layer of a table that it names; a name that no layer has is a problem.
    pub fn layer<'a>(
        &self,
        fields: &Fields,
        layers: &'a [Layer],
        found: &mut Findings,
    ) -> Option<&'a Layer> {
        let Some(Field::Column(name)) = fields.get("layer") else { return None };
        let layer = layers.iter().find(|l| l.name.eq_ignore_ascii_case(name));
        if layer.is_none() {
            let names: Vec<&str> = layers.iter().map(|l| l.name.as_str()).collect();
            let message = format!("no layer is called `{}`", shown(name));
            found.problem(
                PART_MISSING,
                (&self.file, 0, 0),
                message,
                format!("there are: {}", names.join(", ")),
            );
        }
        layer
    }
}

/// Where the values of a field are.
#[derive(Debug, Clone, PartialEq)]
pub enum From {
    /// In a column.
    Column(usize),
    /// One value for all.
    Value(Value),
    /// In the keys of the rows.
    Key,
    /// Nowhere.
    Nowhere,
}

/// The columns of a layer by field.
pub struct Columns<'a> {
    layer: &'a Layer,
    of: BTreeMap<&'static str, (From, &'static str)>,
}

impl<'a> Columns<'a> {
    /// The columns that a mapping names, and else those with usual names. A column that a mapping names and the layer
    /// does not have is a problem.
    pub fn of(
        layer: &'a Layer,
        known: &[Known],
        fields: &Fields,
        file: &str,
        found: &mut Findings,
    ) -> Columns<'a> {
        let mut of = BTreeMap::new();
        for k in known {
            let usual = || {
                let column = |(name, unit): &(&str, &'static str)| {
                    Some((From::Column(usual_column(layer, name)?), *unit))
                };
                k.usual.iter().find_map(column).unwrap_or((From::Nowhere, ""))
            };
            let from = match fields.get(k.field) {
                None => usual(),
                Some(Field::Value { value }) => (From::Value(constant(value)), ""),
                Some(Field::Columns(_)) => continue,
                Some(Field::Column(name)) => match layer.column(name) {
                    Some(column) => (From::Column(column), ""),
                    None if is_key(k, layer, name) => (From::Key, ""),
                    None => {
                        let message = format!("`{}` has no column `{}`", layer.file, shown(name));
                        let hint = format!("its columns are {}", layer.columns.join(", "));
                        found.problem(FIELD_MISSING, (file, 0, 0), message, hint);
                        (From::Nowhere, "")
                    }
                },
            };
            let from = match from {
                (From::Nowhere, _) if is_key(k, layer, "fid") => (From::Key, ""),
                from => from,
            };
            of.insert(k.field, from);
        }
        Columns { layer, of }
    }

    /// Where a field is.
    pub fn from(&self, field: &str) -> &From {
        self.of.get(field).map_or(&From::Nowhere, |(from, _)| from)
    }

    /// Whether a field is anywhere.
    pub fn has(&self, field: &str) -> bool {
        *self.from(field) != From::Nowhere
    }

    /// The unit that the name of a field's column declares; empty where it declares none.
    pub fn unit(&self, field: &str) -> &'static str {
        self.of.get(field).map_or("", |(_, unit)| unit)
    }

    /// The value of a field in a row.
    pub fn value(&self, field: &str, row: &'a crate::layer::Record) -> Value {
        match self.from(field) {
            From::Column(column) => self.layer.cell(row, *column).clone(),
            From::Value(value) => value.clone(),
            From::Key => row.key.map_or(Value::Empty, Value::Whole),
            From::Nowhere => Value::Empty,
        }
    }

    /// The text of a field in a row.
    pub fn text(&self, field: &str, row: &'a crate::layer::Record) -> String {
        self.value(field, row).to_string().trim().to_string()
    }

    /// The column of a field among those of the layer; none where it has none.
    pub fn index(&self, field: &str) -> Option<usize> {
        match self.from(field) {
            From::Column(column) => Some(*column),
            _ => None,
        }
    }

    /// The column of a field in the file, from 1; 0 where it has none.
    pub fn column(&self, field: &str) -> usize {
        self.index(field).map_or(0, |column| self.layer.file_column(column))
    }

    /// Columns that hold something and belong to no field.
    pub fn unread(&self) -> Vec<&'a str> {
        let used = |c: usize| self.of.values().any(|(from, _)| *from == From::Column(c));
        let filled = |c: usize| self.layer.rows.iter().any(|r| !self.layer.cell(r, c).is_empty());
        let all = 0..self.layer.columns.len();
        all.filter(|c| !used(*c) && filled(*c)).map(|c| self.layer.columns[c].as_str()).collect()
    }
}

/// Whether a name means the keys of the rows, as databases call them.
fn is_key(known: &Known, layer: &Layer, name: &str) -> bool {
    known.field == "id"
        && name.eq_ignore_ascii_case("fid")
        && layer.rows.iter().any(|r| r.key.is_some())
}

/// A column by a usual name, which files in dBase form cut after ten letters.
fn usual_column(layer: &Layer, name: &str) -> Option<usize> {
    const LONGEST: usize = 10;
    let cut =
        || name.get(..LONGEST).filter(|_| name.len() > LONGEST).and_then(|cut| layer.column(cut));
    layer.column(name).or_else(cut)
}

fn constant(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::text(text),
        toml::Value::Integer(x) => Value::Whole(*x),
        toml::Value::Float(x) => Value::Number(*x),
        toml::Value::Boolean(is) => Value::Flag(*is),
        other => Value::text(&other.to_string()),
    }
}
