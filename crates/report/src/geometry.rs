//! Lines and points as a column of well-known binary (GeoArrow), longitude before latitude.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray};
use arrow::datatypes::{DataType, Field};
use geo_types::{Geometry, LineString, MultiLineString, Point};
use wkb::writer::{WriteOptions, write_geometry};

use crate::routes_geojson::cut;

/// A line, cut at the antimeridian as GeoJSON requires; none where it has less than two points.
pub(crate) fn line(points: &[[f64; 2]]) -> Option<Geometry<f64>> {
    if points.len() < 2 {
        return None;
    }
    parts(cut(points))
}

/// A line of some parts; none where there are none.
pub(crate) fn parts(parts: Vec<Vec<[f64; 2]>>) -> Option<Geometry<f64>> {
    let parts: Vec<LineString<f64>> = parts.into_iter().map(LineString::from).collect();
    match <[LineString<f64>; 1]>::try_from(parts) {
        Ok([one]) => Some(one.into()),
        Err(none) if none.is_empty() => None,
        Err(many) => Some(MultiLineString(many).into()),
    }
}

/// The straight line between two places; none where one is not known, or both are the same.
pub(crate) fn straight(from: Option<[f64; 2]>, to: Option<[f64; 2]>) -> Option<Geometry<f64>> {
    let ends = [from?, to?];
    if ends[0] == ends[1] { None } else { line(&ends) }
}

/// A point.
pub(crate) fn point([lon, lat]: [f64; 2]) -> Geometry<f64> {
    Point::new(lon, lat).into()
}

/// The column `geometry`, in WGS 84.
pub(crate) fn column(rows: impl Iterator<Item = Option<Geometry<f64>>>) -> (Field, ArrayRef) {
    let bytes = |geometry: Geometry<f64>| {
        let mut bytes = Vec::new();
        let written = write_geometry(&mut bytes, &geometry, &WriteOptions::default());
        written.expect("writing to memory cannot fail");
        bytes
    };
    let array: BinaryArray = rows.map(|row| row.map(bytes)).collect();
    let about = r#"{"crs":"EPSG:4326","crs_type":"authority_code"}"#;
    let metadata = HashMap::from([
        ("ARROW:extension:name".to_string(), "geoarrow.wkb".to_string()),
        ("ARROW:extension:metadata".to_string(), about.to_string()),
    ]);
    (Field::new("geometry", DataType::Binary, true).with_metadata(metadata), Arc::new(array))
}
