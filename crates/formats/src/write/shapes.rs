//! Shapes as every format has them: degrees on WGS 84.

use geo::{Geometry, MapCoords};
use trimodal_model::problem::OUT_OF_RANGE;

use crate::crs::Projector;
use crate::findings::Findings;
use crate::layer::Layer;
use crate::shape;

/// The column of shapes in formats without a type for them.
pub const GEOMETRY: &str = "geometry";
/// A column of this name that is there already.
const OTHER: &str = "geometry_text";
/// Degrees by which a point and the columns `lon` and `lat` may differ, and mean the same: a centimetre.
const SAME: f64 = 1e-7;

/// A shape in degrees; none where a point of it is not on the Earth.
fn degrees(shape: &Geometry<f64>, projector: &Projector) -> Option<Geometry<f64>> {
    let turned = shape.try_map_coords(|c| {
        let [x, y] = projector.degrees([c.x, c.y]).ok_or(())?;
        Ok::<_, ()>(geo::Coord { x, y })
    });
    turned.ok()
}

/// The shapes of a layer in degrees. Those that are not on the Earth are left out with a note; where none is, or the
/// coordinate system is not known, that is a problem.
pub fn of(layer: &Layer, found: &mut Findings) -> Option<Vec<Option<Geometry<f64>>>> {
    let projector = Projector::of(&layer.crs, &layer.file, found)?;
    let turned = |s: &Geometry<f64>| degrees(s, &projector);
    let shapes: Vec<_> = layer.rows.iter().map(|r| r.shape.as_ref().and_then(turned)).collect();
    let lost = layer.rows.iter().zip(&shapes).filter(|(r, s)| r.shape.is_some() && s.is_none());
    let lost = lost.count();
    if lost > 0 && shapes.iter().all(Option::is_none) {
        let message = format!("none of its {lost} shapes is on the Earth");
        let hint = "say their coordinate system in a mapping: [units] crs";
        found.problem(OUT_OF_RANGE, (&layer.file, 0, 0), message, hint);
        return None;
    }
    if lost > 0 {
        let message = format!("left out: {lost} shapes that are not on the Earth");
        found.note(&layer.file, 0, 0, message);
    }
    Some(shapes)
}

/// Shapes as a column of a table without a type for them: none where there are no shapes, or where all are the points
/// of the columns `lon` and `lat`.
pub fn column(layer: &Layer, found: &mut Findings) -> Option<Vec<String>> {
    if !layer.has_shapes() {
        return None;
    }
    let shapes = of(layer, found)?;
    if are_columns(layer, &shapes) {
        return None;
    }
    Some(shapes.iter().map(|s| s.as_ref().map_or(String::new(), shape::to_wkt)).collect())
}

fn are_columns(layer: &Layer, shapes: &[Option<Geometry<f64>>]) -> bool {
    let (Some(lon), Some(lat)) = (layer.column("lon"), layer.column("lat")) else { return false };
    layer.rows.iter().zip(shapes).all(|(row, shape)| {
        let Some(shape) = shape else { return true };
        let Geometry::Point(p) = shape else { return false };
        let is = |column: usize, x: f64| {
            layer.cell(row, column).number().is_some_and(|v| (v - x).abs() <= SAME)
        };
        is(lon, p.x()) && is(lat, p.y())
    })
}

/// The names of the columns beside one of shapes.
pub fn columns(layer: &Layer, has_shapes: bool) -> Vec<&str> {
    let name = |c: &'_ str| has_shapes && c.eq_ignore_ascii_case(GEOMETRY);
    layer.columns.iter().map(|c| if name(c) { OTHER } else { c.as_str() }).collect()
}
