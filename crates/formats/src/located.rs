//! Shapes for tables that tell places in columns: points of `lon` and `lat`, and lines between places that two columns
//! name. Formats of maps show them; other formats have the columns.

use std::collections::HashMap;

use geo::Geometry;

use crate::crs::{Crs, WGS84};
use crate::findings::Findings;
use crate::layer::{Layer, Record};
use crate::shape;

/// Usual names of columns of degrees east and north. `x` and `y` may be in any system.
const LON: [&str; 3] = ["lon", "longitude", "lng"];
const LAT: [&str; 2] = ["lat", "latitude"];

/// Gives layers without shapes points where columns have degrees, and then lines where columns name places that have
/// points, and notes both. Layers with shapes, or with a coordinate system of their own, stay as they are.
pub fn give_shapes(layers: &mut [Layer], found: &mut Findings) {
    let is_open = |l: &Layer| !l.has_shapes() && matches!(l.crs, Crs::Undeclared);
    let mut places: HashMap<String, [f64; 2]> = HashMap::new();
    for layer in layers.iter_mut().filter(|l| is_open(l)) {
        let Some(points) = points(layer) else { continue };
        if let Some(id) = layer.column("id") {
            let known = layer.rows.iter().zip(&points);
            places
                .extend(known.filter_map(|(r, at)| Some((layer.cell(r, id).to_string(), (*at)?))));
        }
        let shapes = points.into_iter().map(|at| at.map(shape::of_point));
        put(layer, shapes.collect(), "points are those of its columns of degrees", found);
    }
    for layer in layers.iter_mut().filter(|l| is_open(l)) {
        if let Some(lines) = lines(layer, &places) {
            put(layer, lines, "lines are straight, between the places that its rows name", found);
        }
    }
}

fn put(layer: &mut Layer, shapes: Vec<Option<Geometry<f64>>>, what: &str, found: &mut Findings) {
    let without = shapes.iter().filter(|s| s.is_none()).count();
    layer.rows.iter_mut().zip(shapes).for_each(|(row, shape)| row.shape = shape);
    layer.crs = WGS84;
    let but = if without > 0 { format!("; {without} rows have none") } else { String::new() };
    found.note(&layer.file, 0, 0, format!("{what}{but}"));
}

/// The point of each row, where two columns hold degrees and nothing else.
fn points(layer: &Layer) -> Option<Vec<Option<[f64; 2]>>> {
    let [lon, lat] = [&LON[..], &LAT[..]].map(|names| names.iter().find_map(|n| layer.column(n)));
    let (lon, lat) = (lon?, lat?);
    let degrees = |row: &Record, column: usize, most: f64| {
        let cell = layer.cell(row, column);
        match cell.number() {
            Some(x) if x.abs() <= most => Some(Some(x)),
            None if cell.is_empty() || cell.is_not_finite() => Some(None),
            _ => None,
        }
    };
    let point = |row: &Record| {
        let (x, y) = (degrees(row, lon, 180.0)?, degrees(row, lat, 90.0)?);
        Some(x.zip(y).map(|(x, y)| [x, y]))
    };
    let all: Option<Vec<Option<[f64; 2]>>> = layer.rows.iter().map(point).collect();
    all.filter(|all| all.iter().any(Option::is_some))
}

/// The line of each row between the places of its columns `from` and `to`; none where no row has both ends.
fn lines(layer: &Layer, places: &HashMap<String, [f64; 2]>) -> Option<Vec<Option<Geometry<f64>>>> {
    let (from, to) = (layer.column("from")?, layer.column("to")?);
    let at = |row: &Record, column: usize| places.get(&layer.cell(row, column).to_string());
    let line = |row: &Record| Some(shape::of_line(&[*at(row, from)?, *at(row, to)?]));
    let all: Vec<Option<Geometry<f64>>> = layer.rows.iter().map(line).collect();
    all.iter().any(Option::is_some).then_some(all)
}
