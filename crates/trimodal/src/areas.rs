//! Areas to avoid, from GeoJSON (RFC 7946): a polygon or multipolygon, a feature with one, or a collection of such
//! features. An area is called by the property `name` of its feature, or `area 1` by its place.
//!
//! Longitudes may go from -360 to 360, so that an area over 180 degrees is written in one piece, or it is split there.

use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{Feature, GeoJson, Geometry, GeometryValue, Position};
use trimodal_model::problem::{AREA, Problem, shown};
use trimodal_route::area::{Area, crossing};

use crate::findings::Findings;
use crate::shipment::InputFile;

/// The most positions of all areas of a file: more are looked at too slowly.
const MOST_POSITIONS: usize = 200_000;
/// Longitudes on either side.
const MOST_LON: f64 = 360.0;

/// Whether a name stands for all territories under sanctions. No element is called so.
pub(crate) fn is_sensitive(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case("sensitive")
}

/// The areas of some files, numbered through.
pub(crate) fn read(files: &[InputFile], found: &mut Findings) -> Vec<Area> {
    let mut all = Vec::new();
    for file in files {
        let before = all.len();
        let read = found.table(file, |bytes, _| areas(bytes, before));
        all.extend(read.unwrap_or_default());
    }
    all
}

/// The areas of a file, after some others.
fn areas(bytes: &[u8], before: usize) -> Result<Vec<Area>, Vec<Problem>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let parsed: GeoJson = serde_json::from_slice(bytes).map_err(|e| {
        let hint = "give a Polygon, a MultiPolygon, a Feature or a FeatureCollection of them";
        vec![
            Problem::new(AREA, format!("not GeoJSON: {e}")).at("", e.line(), e.column()).hint(hint),
        ]
    })?;
    let features: Vec<Feature> = match parsed {
        GeoJson::Geometry(geometry) => vec![Feature::from(geometry)],
        GeoJson::Feature(feature) => vec![feature],
        GeoJson::FeatureCollection(all) => all.features,
    };
    if features.is_empty() {
        return Err(vec![problem("the collection is empty".into(), "draw an area in it")]);
    }
    let (mut all, mut problems, mut positions) = (Vec::new(), Vec::new(), 0);
    for feature in features {
        let name = name(&feature).unwrap_or_else(|| format!("area {}", before + all.len() + 1));
        let polygons = polygons(&name, feature.geometry.as_ref(), &mut problems);
        positions += polygons
            .iter()
            .flat_map(|p| p.interiors().iter().chain([p.exterior()]))
            .map(|ring| ring.0.len())
            .sum::<usize>();
        all.push(Area { name, polygons: MultiPolygon(polygons) });
    }
    if positions > MOST_POSITIONS {
        let told = format!("{positions} positions are too many");
        let hint = format!("simplify the areas: at most {MOST_POSITIONS} positions in a file");
        problems.push(problem(told, &hint));
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

fn problem(message: String, hint: &str) -> Problem {
    Problem::new(AREA, message).at("", 0, 0).hint(hint)
}

fn name(feature: &Feature) -> Option<String> {
    let name = feature.property("name")?.as_str()?.trim();
    (!name.is_empty()).then(|| shown(name).to_string())
}

/// The polygons of an area.
fn polygons(
    name: &str,
    geometry: Option<&Geometry>,
    problems: &mut Vec<Problem>,
) -> Vec<Polygon<f64>> {
    let rings: Vec<&Vec<Vec<Position>>> = match geometry.map(|g| &g.value) {
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates.iter().collect(),
        other => {
            let is = other.map_or("nothing", |v| v.type_name());
            let told = format!("`{name}` is {is}, which has no inside");
            problems.push(problem(told, "draw a Polygon or a MultiPolygon around what is avoided"));
            return Vec::new();
        }
    };
    if rings.is_empty() {
        problems.push(problem(format!("`{name}` has no polygon"), "draw one"));
    }
    let mut all = Vec::new();
    for polygon in rings {
        match joined(name, polygon) {
            Ok(polygon) => all.push(polygon),
            Err(problem) => problems.push(problem),
        }
    }
    all
}

/// A polygon of rings, the first of which is the outer one.
fn joined(name: &str, rings: &[Vec<Position>]) -> Result<Polygon<f64>, Problem> {
    let rings: Result<Vec<LineString<f64>>, Problem> =
        rings.iter().map(|positions| ring(name, positions)).collect();
    let mut rings = rings?.into_iter();
    let Some(outer) = rings.next() else {
        return Err(problem(format!("a polygon of `{name}` has no ring"), "draw one"));
    };
    let polygon = Polygon::new(outer, rings.collect());
    match crossing(&polygon) {
        None => Ok(polygon),
        Some([lon, lat]) => {
            let told =
                format!("sides of `{name}` cross at {lon:.3},{lat:.3} (longitude, latitude)");
            Err(problem(told, "put the positions in order round the area, or make two polygons"))
        }
    }
}

fn ring(name: &str, positions: &[Position]) -> Result<LineString<f64>, Problem> {
    if let Some(short) = positions.iter().find(|p| p.len() < 2) {
        let told = format!("`{name}` has a position of {} numbers", short.len());
        return Err(problem(told, "a position is longitude, then latitude, in degrees"));
    }
    let coords: Vec<Coord<f64>> = positions.iter().map(|p| Coord { x: p[0], y: p[1] }).collect();
    let beyond = |c: &&Coord<f64>| c.x.abs() > MOST_LON || c.y.abs() > 90.0;
    if let Some(c) = coords.iter().find(beyond) {
        let told = format!("`{name}` has the position {},{}, which is not on the Earth", c.x, c.y);
        let turned =
            if c.y.abs() <= MOST_LON && c.x.abs() <= 90.0 { ": is it swapped?" } else { "" };
        let hint = format!("a position is longitude, then latitude, in degrees{turned}");
        return Err(problem(told, &hint));
    }
    if coords.len() < 4 {
        let told = format!("a ring of `{name}` has {} positions", coords.len());
        return Err(problem(told, "a ring has four or more, the last of which is the first again"));
    }
    if coords.first() != coords.last() {
        let told = format!("a ring of `{name}` does not end where it begins");
        return Err(problem(told, "repeat its first position at its end"));
    }
    // From -180 to 180 all round is a band; anything else is meant the short way.
    let wide = |w: &&[Coord<f64>]| {
        let width = (w[1].x - w[0].x).abs();
        width > 180.0 && width < 360.0
    };
    if let Some(w) = coords.windows(2).find(wide) {
        let (from, to) = (w[0].x, w[1].x);
        let told = format!("a side of `{name}` leads from longitude {from} to {to}");
        let short = to + if to < from { 360.0 } else { -360.0 };
        let hint = format!(
            "across 180 degrees write {short} for {to}; otherwise add a position between them"
        );
        return Err(problem(told, &hint));
    }
    Ok(LineString(coords))
}
