//! GeoJSON (RFC 7946): features by the member `layer` of their properties, or all in one layer.

use std::collections::BTreeSet;

use geo::Geometry;
use geojson::feature::Id;
use geojson::{Feature, GeoJson, GeometryValue, JsonValue, Position};
use trimodal_model::problem::{UNIT, shown};

use super::csv;
use crate::crs::{Crs, WGS84};
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::mapping::Mapping;
use crate::source::{Source, stem};

/// The property that names the layer of a feature, where there are several.
pub const LAYER: &str = "layer";

/// The member that declares a coordinate system; RFC 7946 has none, but much software writes it.
const SYSTEM: &str = "crs";
const ID: &str = "id";

/// The layers of a file.
pub fn layers(source: &Source, mapping: &Mapping, found: &mut Findings) -> Option<Vec<Layer>> {
    let place = source.name.clone();
    let text = csv::text(&place, source.bytes(), found)?;
    let read =
        found.decode(&place, "GeoJSON", || text.parse::<GeoJson>().map_err(|e| e.to_string()))?;
    let (features, mut members) = match read {
        GeoJson::FeatureCollection(all) => (all.features, all.foreign_members.unwrap_or_default()),
        GeoJson::Feature(mut one) => {
            let members = one.foreign_members.take().unwrap_or_default();
            (vec![one], members)
        }
        GeoJson::Geometry(mut shape) => {
            let members = shape.foreign_members.take().unwrap_or_default();
            (vec![Feature::from(shape)], members)
        }
    };
    let is_settled = mapping.units.crs.is_some();
    let crs = system(&place, members.remove(SYSTEM).filter(|_| !is_settled), found);
    found.unused(&place, "members of the collection", members.keys().map(String::as_str));
    let members = features.iter().flat_map(|f| f.foreign_members.iter().flatten());
    let members: BTreeSet<&str> = members.map(|(name, _)| name.as_str()).collect();
    found.unused(&place, "members of features", members);
    Some(by_layer(&place, crs, features, found))
}

/// The coordinate system that a file declares; degrees on WGS 84 where it declares none.
fn system(place: &str, declared: Option<JsonValue>, found: &mut Findings) -> Crs {
    let Some(declared) = declared.filter(|d| !d.is_null()) else { return WGS84 };
    let name = declared.pointer("/properties/name").and_then(JsonValue::as_str);
    let crs = name.and_then(Crs::from_words);
    if crs.is_none() {
        let shown = shown(name.unwrap_or(&declared.to_string())).to_string();
        let message = format!("the coordinate system `{shown}` of the member `crs` is not known");
        let hint = "reproject the file to EPSG:4326, or say it in a mapping: [units] crs";
        found.problem(UNIT, (place, 0, 0), message, hint);
    }
    crs.unwrap_or_default()
}

fn by_layer(place: &str, crs: Crs, features: Vec<Feature>, found: &mut Findings) -> Vec<Layer> {
    let in_layers = !features.is_empty()
        && features.iter().all(|f| f.property(LAYER).is_some_and(JsonValue::is_string));
    let has_id = features.iter().any(|f| f.property(ID).is_some());
    let mut layers: Vec<Layer> = Vec::new();
    let (mut ids, mut unread) = (Vec::new(), Vec::new());
    for (i, mut feature) in features.into_iter().enumerate() {
        let number = i + 1;
        let name = match feature.property(LAYER) {
            Some(JsonValue::String(name)) if in_layers => name.clone(),
            _ => stem(place).to_string(),
        };
        let position = layers.iter().position(|l| l.name == name).unwrap_or_else(|| {
            let mut layer = Layer::new(&name, &[]);
            (layer.file, layer.crs) = (place.to_string(), crs.clone());
            layer.is_typed = true;
            layers.push(layer);
            layers.len() - 1
        });
        let id = feature.id.take().map(|id| match id {
            Id::String(text) => JsonValue::String(text),
            Id::Number(number) => JsonValue::Number(number),
        });
        match id {
            Some(id) if has_id => ids.push(id.to_string()),
            Some(id) => feature.set_property(ID, id),
            None => {}
        }
        let has_shape = feature.geometry.is_some();
        add(&mut layers[position], feature, number, in_layers);
        let is_read = layers[position].rows.last().is_some_and(|r| r.shape.is_some());
        if has_shape && !is_read {
            unread.push(number.to_string());
        }
    }
    let what = "ids of features, whose properties have an id";
    found.left_out(place, what, ids.iter().map(String::as_str));
    let what = "shapes without enough points or coordinates, of features";
    found.left_out(place, what, unread.iter().map(String::as_str));
    layers
}

/// Adds a feature. Its number in the collection counts as its row.
fn add(layer: &mut Layer, feature: Feature, number: usize, in_layers: bool) {
    let mut record = Record { line: number, ..Record::default() };
    record.cells.resize(layer.columns.len(), Value::Empty);
    for (name, value) in feature.properties.into_iter().flatten() {
        if in_layers && name == LAYER {
            continue;
        }
        let column = layer.columns.iter().position(|c| *c == name).unwrap_or_else(|| {
            layer.columns.push(name);
            record.cells.push(Value::Empty);
            layer.columns.len() - 1
        });
        record.cells[column] = value_of(value);
    }
    let shape = feature.geometry.filter(|g| is_whole(&g.value));
    let shape = shape.and_then(|g| Geometry::<f64>::try_from(g).ok());
    record.shape = shape.filter(|s| !matches!(s, Geometry::LineString(l) if l.0.len() == 1));
    layer.rows.push(record);
}

/// Whether each position has two coordinates: the conversion takes them for granted.
fn is_whole(shape: &GeometryValue) -> bool {
    let are = |line: &[Position]| line.iter().all(|p| p.len() >= 2);
    let are_all = |lines: &[Vec<Position>]| lines.iter().all(|l| are(l));
    match shape {
        GeometryValue::Point { coordinates } => are(std::slice::from_ref(coordinates)),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
            are(coordinates)
        }
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            are_all(coordinates)
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().all(|p| are_all(p)),
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().all(|g| is_whole(&g.value))
        }
    }
}

fn value_of(value: JsonValue) -> Value {
    match value {
        JsonValue::Null => Value::Empty,
        JsonValue::Bool(is) => Value::Flag(is),
        JsonValue::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(x), _) => Value::Whole(x),
            // Text keeps digits that other numbers would lose.
            (None, Some(x)) => Value::Text(x.to_string()),
            (None, None) => Value::maybe(n.as_f64()),
        },
        JsonValue::String(text) => Value::text(&text),
        // Lists and objects as they are written.
        other => Value::Text(other.to_string()),
    }
}
