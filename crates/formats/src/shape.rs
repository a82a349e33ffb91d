//! Shapes as bytes (WKB, blobs of GeoPackage) and as text (WKT), by `geozero`.

use geo::{Geometry, LineString};
use geozero::error::{GeozeroError, Result};
use geozero::wkb::{GpkgWkb, Wkb};
use geozero::wkt::Wkt;
use geozero::{CoordDimensions, GeomProcessor, GeozeroGeometry, ToGeo, ToWkb, ToWkt};

/// Deeper collections of collections are not read.
const DEEPEST: usize = 8;
/// The bytes of the smallest part of a shape.
const LEAST_BYTES: usize = 4;

/// Refuses shapes that declare more parts than their bytes can hold.
struct Bounds {
    bytes: usize,
    depth: usize,
}

impl Bounds {
    fn room(&self, size: usize) -> Result<()> {
        let fits = size <= self.bytes / LEAST_BYTES;
        if fits { Ok(()) } else { Err(GeozeroError::GeometryFormat) }
    }
}

impl GeomProcessor for Bounds {
    fn multipoint_begin(&mut self, size: usize, _: usize) -> Result<()> {
        self.room(size)
    }
    fn linestring_begin(&mut self, _: bool, size: usize, _: usize) -> Result<()> {
        self.room(size)
    }
    fn multilinestring_begin(&mut self, size: usize, _: usize) -> Result<()> {
        self.room(size)
    }
    fn polygon_begin(&mut self, _: bool, size: usize, _: usize) -> Result<()> {
        self.room(size)
    }
    fn multipolygon_begin(&mut self, size: usize, _: usize) -> Result<()> {
        self.room(size)
    }
    fn geometrycollection_begin(&mut self, size: usize, _: usize) -> Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(GeozeroError::GeometryFormat) } else { self.room(size) }
    }
    fn geometrycollection_end(&mut self, _: usize) -> Result<()> {
        self.depth -= 1;
        Ok(())
    }
}

fn bounded(shape: &impl GeozeroGeometry, bytes: usize) -> Option<()> {
    shape.process_geom(&mut Bounds { bytes, depth: 0 }).ok()
}

/// A shape of well-known bytes.
pub fn from_wkb(bytes: &[u8]) -> Option<Geometry<f64>> {
    bounded(&Wkb(bytes), bytes.len())?;
    Wkb(bytes).to_geo().ok()
}

/// A shape as well-known bytes.
pub fn to_wkb(shape: &Geometry<f64>) -> Vec<u8> {
    shape.to_wkb(CoordDimensions::xy()).unwrap_or_default()
}

/// A shape of a blob of GeoPackage.
pub fn from_gpkg(bytes: &[u8]) -> Option<Geometry<f64>> {
    bounded(&GpkgWkb(bytes), bytes.len())?;
    GpkgWkb(bytes).to_geo().ok()
}

/// A shape as a blob of GeoPackage.
pub fn to_gpkg(shape: &Geometry<f64>, srs: i32) -> Vec<u8> {
    use geo::BoundingRect;
    let envelope = shape
        .bounding_rect()
        .map_or_else(Vec::new, |r| vec![r.min().x, r.max().x, r.min().y, r.max().y]);
    shape.to_gpkg_wkb(CoordDimensions::xy(), Some(srs), envelope).unwrap_or_default()
}

/// A point or a line of well-known text, whatever system PostGIS writes before it.
pub fn from_wkt(text: &str) -> Option<Geometry<f64>> {
    let text = srid(text).map_or(text, |(_, text)| text);
    // Collections nest without end, and no table of nodes and links has them.
    let word = text.trim_start().split(['(', ' ']).next().unwrap_or_default().to_uppercase();
    if !["POINT", "LINESTRING", "MULTILINESTRING", "MULTIPOINT", "POLYGON", "MULTIPOLYGON"]
        .contains(&word.as_str())
    {
        return None;
    }
    Wkt(text).to_geo().ok()
}

/// The number of a system, and the text after it: `SRID=3301;POINT (1 2)`.
pub fn srid(text: &str) -> Option<(u16, &str)> {
    let (number, rest) = text.trim_start().split_once(';')?;
    let number = number.to_uppercase().strip_prefix("SRID=")?.trim().parse().ok()?;
    Some((number, rest))
}

/// A shape as well-known text.
pub fn to_wkt(shape: &Geometry<f64>) -> String {
    shape.to_wkt().unwrap_or_default()
}

/// The lines of a shape: one, or several where the parts of a line in parts do not touch.
pub fn chains(shape: &Geometry<f64>) -> Vec<Vec<[f64; 2]>> {
    let points = |l: &LineString<f64>| l.0.iter().map(|c| [c.x, c.y]).collect::<Vec<_>>();
    let mut chains = match shape {
        Geometry::LineString(l) => vec![points(l)],
        Geometry::Line(l) => vec![vec![[l.start.x, l.start.y], [l.end.x, l.end.y]]],
        Geometry::MultiLineString(all) => chained(all.0.iter().map(points).collect()),
        _ => Vec::new(),
    };
    chains.retain(|l| l.len() > 1);
    chains
}

/// Whether a shape has a line.
pub fn is_line(shape: &Geometry<f64>) -> bool {
    match shape {
        Geometry::LineString(l) => l.0.len() > 1,
        Geometry::Line(_) => true,
        Geometry::MultiLineString(all) => all.0.iter().any(|l| l.0.len() > 1),
        _ => false,
    }
}

/// Of lines with more parts only those are joined that are next to each other.
const MOST_PARTS: usize = 1_000;

/// Parts in the order and the direction in which they follow one another.
fn chained(mut parts: Vec<Vec<[f64; 2]>>) -> Vec<Vec<[f64; 2]>> {
    parts.retain(|p| p.len() > 1);
    let looked_at = if parts.len() > MOST_PARTS { 1 } else { MOST_PARTS };
    let mut parts = std::collections::VecDeque::from(parts);
    let mut chains = Vec::new();
    while let Some(mut chain) = parts.pop_front() {
        while let Some(next) = parts.iter().take(looked_at).position(|p| touches(&chain, p)) {
            let Some(mut next) = parts.remove(next) else { break };
            let [first, last] = [0, chain.len() - 1].map(|i| chain[i]);
            let [begins, ends] = [0, next.len() - 1].map(|i| next[i]);
            if meet(last, ends) && !meet(last, begins) || meet(first, begins) && !meet(first, ends)
            {
                next.reverse();
            }
            if meet(last, next[0]) {
                chain.extend(next.into_iter().skip(1));
            } else {
                next.extend(chain.into_iter().skip(1));
                chain = next;
            }
        }
        chains.push(chain);
    }
    chains
}

fn touches(chain: &[[f64; 2]], part: &[[f64; 2]]) -> bool {
    let ends = |l: &[[f64; 2]]| [l[0], l[l.len() - 1]];
    ends(chain).iter().any(|a| ends(part).iter().any(|b| meet(*a, *b)))
}

/// Whether two points are one, but for the last digits.
fn meet(a: [f64; 2], b: [f64; 2]) -> bool {
    const SAME: f64 = 1e-9;
    [0, 1].iter().all(|i| (a[*i] - b[*i]).abs() <= SAME * a[*i].abs().max(1.0))
}

/// The points of a line of one piece, or of the pieces one after another.
pub fn line(shape: &Geometry<f64>) -> Option<Vec<[f64; 2]>> {
    Some(chains(shape).concat()).filter(|l| l.len() > 1)
}

/// The position of a point.
pub fn point(shape: &Geometry<f64>) -> Option<[f64; 2]> {
    match shape {
        Geometry::Point(p) => Some([p.x(), p.y()]),
        Geometry::MultiPoint(p) => p.0.first().map(|p| [p.x(), p.y()]),
        _ => None,
    }
}

/// A line as a shape.
pub fn of_line(points: &[[f64; 2]]) -> Geometry<f64> {
    Geometry::LineString(points.iter().map(|p| (p[0], p[1])).collect())
}

/// A point as a shape.
pub fn of_point([x, y]: [f64; 2]) -> Geometry<f64> {
    Geometry::Point(geo::Point::new(x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_go_there_and_back() {
        let shape = of_line(&[[1.0, 2.0], [3.5, -4.0]]);
        assert_eq!(from_wkb(&to_wkb(&shape)), Some(shape.clone()));
        assert_eq!(from_gpkg(&to_gpkg(&shape, 4326)), Some(shape.clone()));
        assert_eq!(from_wkt(&to_wkt(&shape)), Some(shape));
    }

    #[test]
    fn declared_sizes_are_not_believed() {
        // A line of 2^32 - 1 points, and collections in collections.
        let line = [1, 2, 0, 0, 0, 255, 255, 255, 255];
        assert_eq!(from_wkb(&line), None);
        let nested = [1, 7, 0, 0, 0, 1, 0, 0, 0].repeat(100_000);
        assert_eq!(from_wkb(&nested), None);
    }
}
