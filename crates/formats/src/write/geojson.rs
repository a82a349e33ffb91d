//! GeoJSON (RFC 7946): all layers in one collection, each feature with the name of its layer.

use geojson::{Feature, FeatureCollection, GeometryValue, JsonObject, JsonValue};
use serde_json::json;

use super::shapes;
use crate::findings::Findings;
use crate::layer::{Kind, Layer, Value};

/// The layers as a file. GeoJSON is in degrees on WGS 84.
pub fn file(layers: &[Layer], found: &mut Findings) -> Option<Vec<u8>> {
    let mut features = Vec::new();
    for layer in layers {
        let shapes = shapes::of(layer, found)?;
        let kinds: Vec<Kind> = (0..layer.columns.len()).map(|c| layer.kind(c)).collect();
        for (row, shape) in layer.rows.iter().zip(shapes) {
            let mut properties = JsonObject::new();
            if layers.len() > 1 {
                properties.insert("layer".to_string(), json!(layer.name));
            }
            for (c, (name, kind)) in layer.columns.iter().zip(&kinds).enumerate() {
                properties.insert(name.clone(), value_of(layer.cell(row, c), *kind));
            }
            let geometry = shape.map(|s| geojson::Geometry::new(GeometryValue::from(&s)));
            features.push(Feature { geometry, properties: Some(properties), ..Feature::default() });
        }
    }
    let all = FeatureCollection { bbox: None, features, foreign_members: None };
    let mut text = all.to_string();
    text.push('\n');
    Some(text.into_bytes())
}

fn value_of(value: &Value, kind: Kind) -> JsonValue {
    match (value, kind) {
        (Value::Empty, _) => JsonValue::Null,
        (Value::Flag(is), _) => json!(is),
        (Value::Whole(x), _) => json!(x),
        (Value::Number(x), _) => json!(x),
        (Value::Text(text), Kind::Whole) => {
            text.parse::<i64>().map_or_else(|_| json!(text), |x| json!(x))
        }
        (Value::Text(text), Kind::Number) => {
            text.parse::<f64>().map_or_else(|_| json!(text), |x| json!(x))
        }
        (Value::Text(text), _) => json!(text),
    }
}
