//! Scenarios as Arrow batches and as GeoJSON.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, Position};
use serde_json::{Value, json};
use trimodal_model::scenario::{Link, Place};
use trimodal_model::table::Kind;
use trimodal_model::{Scenario, TableCells};
use trimodal_plan::outcome::LinkLoad;

use crate::batches::beside;
use crate::geometry;

/// A table as it is written: columns of numbers are numbers where all of their cells are, all others are text.
/// Blank cells are null.
pub fn scenario_batch(cells: &TableCells) -> RecordBatch {
    let column = |(i, name): (usize, &String)| -> (Field, ArrayRef) {
        let values = || {
            let text = |(_, row): &'_ (usize, Vec<String>)| row.get(i).cloned().unwrap_or_default();
            cells.rows.iter().map(text).map(|text| (!text.is_empty()).then_some(text))
        };
        let kind = cells.table.columns.iter().find(|c| c.name == name).map(|c| c.kind);
        let whole: Option<Vec<Option<i64>>> =
            values().map(|v| v.map(|v| v.parse()).transpose().ok()).collect();
        let numbers: Option<Vec<Option<f64>>> =
            values().map(|v| v.map(|v| v.parse()).transpose().ok()).collect();
        let (kind, array): (DataType, ArrayRef) = match (kind, whole, numbers) {
            (Some(Kind::Whole(..) | Kind::Flag), Some(whole), _) => {
                (DataType::Int64, Arc::new(Int64Array::from(whole)))
            }
            (Some(Kind::Number(..)), _, Some(numbers)) => {
                (DataType::Float64, Arc::new(Float64Array::from(numbers)))
            }
            _ => (DataType::Utf8, Arc::new(values().collect::<StringArray>())),
        };
        (Field::new(name, kind, true), array)
    };
    let (fields, columns): (Vec<Field>, Vec<ArrayRef>) =
        cells.header.iter().enumerate().map(column).unzip();
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new(schema, columns).expect("all columns have the same length")
}

/// The tables `places` and `links` with their points and straight lines as `geometry`; others as they are.
pub fn scenario_map_batch(cells: &TableCells, scenario: &Scenario) -> RecordBatch {
    let ids = cells.header.iter().position(|name| name == "id").unwrap_or(0);
    let places: HashMap<&str, &Place> =
        scenario.places.iter().map(|p| (p.id.as_str(), p)).collect();
    let links: HashMap<&str, &Link> = scenario.links.iter().map(|l| (l.id.as_str(), l)).collect();
    let drawn = |id: &str| match cells.table.name {
        "places" => places.get(id).map(|p| geometry::point([p.lon, p.lat])),
        _ => links.get(id).and_then(|l| geometry::line(&ends(scenario, l))),
    };
    let batch = scenario_batch(cells);
    if !matches!(cells.table.name, "places" | "links") {
        return batch;
    }
    let rows = cells.rows.iter().map(|(_, row)| row.get(ids).and_then(|id| drawn(id)));
    beside(Vec::new(), batch, vec![geometry::column(rows)])
}

/// Both ends of a link, longitude before latitude.
pub(crate) fn ends(scenario: &Scenario, link: &Link) -> [[f64; 2]; 2] {
    [link.from, link.to].map(|place| {
        let place = &scenario.places[place.ix()];
        [place.lon, place.lat]
    })
}

/// The places and links of a scenario as one FeatureCollection, links with what they carry.
pub fn scenario_geojson(scenario: &Scenario, loads: &[LinkLoad]) -> String {
    let place = |p: &Place| {
        let value = GeometryValue::Point { coordinates: Position::from(vec![p.lon, p.lat]) };
        let about = json!({ "id": p.id, "name": p.name, "country": p.country, "kind": p.kind });
        feature(value, about)
    };
    let link = |l: &Link| {
        let coordinates = ends(scenario, l).map(|at| Position::from(at.to_vec())).to_vec();
        let load = loads.iter().find(|load| load.link == l.id);
        let about = json!({
            "id": l.id,
            "name": l.name,
            "mode": l.mode.word(),
            "km": l.km,
            "t_per_year": load.map(|load| load.t_per_year),
            "volume_over_capacity": load.and_then(|load| load.volume_over_capacity),
        });
        feature(GeometryValue::LineString { coordinates }, about)
    };
    let features = scenario.places.iter().map(place).chain(scenario.links.iter().map(link));
    let all = FeatureCollection::from_iter(features);
    format!("{all}\n")
}

fn feature(value: GeometryValue, about: Value) -> Feature {
    Feature {
        geometry: Some(Geometry::new(value)),
        properties: about.as_object().cloned(),
        ..Feature::default()
    }
}
