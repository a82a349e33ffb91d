//! GeoJSON (RFC 7946): features by the member `layer` of their properties, or all in one layer.

use geo::Geometry;
use geojson::{Feature, GeoJson, JsonValue};

use super::csv;
use crate::crs::WGS84;
use crate::findings::Findings;
use crate::layer::{Layer, Record, Value};
use crate::source::{Source, stem};

/// The property that names the layer of a feature, where there are several.
pub const LAYER: &str = "layer";

/// The layers of a file.
pub fn layers(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let place = source.name.clone();
    let text = csv::text(&place, source.bytes(), found)?;
    let read =
        found.decode(&place, "GeoJSON", || text.parse::<GeoJson>().map_err(|e| e.to_string()))?;
    let features = match read {
        GeoJson::FeatureCollection(all) => {
            let others = all.foreign_members.iter().flat_map(|m| m.keys().map(String::as_str));
            found.left_out(&place, "members of the collection", others.collect::<Vec<_>>());
            all.features
        }
        GeoJson::Feature(one) => vec![one],
        GeoJson::Geometry(shape) => vec![Feature::from(shape)],
    };
    let in_layers = !features.is_empty()
        && features.iter().all(|f| f.property(LAYER).is_some_and(JsonValue::is_string));
    let mut layers: Vec<Layer> = Vec::new();
    for (i, feature) in features.into_iter().enumerate() {
        let name = match feature.property(LAYER) {
            Some(JsonValue::String(name)) if in_layers => name.clone(),
            _ => stem(&place).to_string(),
        };
        let position = layers.iter().position(|l| l.name == name).unwrap_or_else(|| {
            let mut layer = Layer::new(&name, &[]);
            (layer.file, layer.crs) = (place.clone(), WGS84);
            layers.push(layer);
            layers.len() - 1
        });
        add(&mut layers[position], feature, i + 1, in_layers);
    }
    Some(layers)
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
    record.shape = feature.geometry.and_then(|g| Geometry::<f64>::try_from(g).ok());
    layer.rows.push(record);
}

fn value_of(value: JsonValue) -> Value {
    match value {
        JsonValue::Null => Value::Empty,
        JsonValue::Bool(is) => Value::Flag(is),
        JsonValue::Number(n) => n.as_i64().map_or_else(|| Value::maybe(n.as_f64()), Value::Whole),
        JsonValue::String(text) => Value::text(&text),
        // Lists and objects as they are written.
        other => Value::Text(other.to_string()),
    }
}
