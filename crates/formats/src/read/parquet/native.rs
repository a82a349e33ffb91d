//! Shapes of GeoParquet: bytes, or the native encodings of version 1.1, coordinates as columns `x` and `y` in lists.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use parquet::record::{Field, Row};

use crate::shape;

/// How shapes are written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Encoding {
    Wkb,
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
}

impl Encoding {
    /// The encoding of a word of the metadata.
    pub fn of(word: &str) -> Option<Encoding> {
        Some(match word.to_ascii_lowercase().as_str() {
            "wkb" => Encoding::Wkb,
            "point" => Encoding::Point,
            "linestring" => Encoding::LineString,
            "polygon" => Encoding::Polygon,
            "multipoint" => Encoding::MultiPoint,
            "multilinestring" => Encoding::MultiLineString,
            "multipolygon" => Encoding::MultiPolygon,
            _ => return None,
        })
    }

    /// The shape of a field; none if it is not what the encoding says.
    pub fn shape(self, field: &Field) -> Option<Geometry<f64>> {
        Some(match self {
            Encoding::Wkb => {
                let Field::Bytes(bytes) = field else { return None };
                return shape::from_wkb(bytes.data());
            }
            Encoding::Point => Point(coordinate(field)?).into(),
            Encoding::LineString => line(field)?.into(),
            Encoding::Polygon => polygon(field)?.into(),
            Encoding::MultiPoint => MultiPoint(all(field, |f| coordinate(f).map(Point))?).into(),
            Encoding::MultiLineString => MultiLineString(all(field, line)?).into(),
            Encoding::MultiPolygon => MultiPolygon(all(field, polygon)?).into(),
        })
    }
}

fn all<T>(field: &Field, read: impl Fn(&Field) -> Option<T>) -> Option<Vec<T>> {
    let Field::ListInternal(list) = field else { return None };
    list.elements().iter().map(read).collect()
}

fn line(field: &Field) -> Option<LineString<f64>> {
    all(field, coordinate).map(LineString)
}

/// The first ring is the outer one.
fn polygon(field: &Field) -> Option<Polygon<f64>> {
    let mut rings = all(field, line)?.into_iter();
    let outer = rings.next()?;
    Some(Polygon::new(outer, rings.collect()))
}

/// A point in the plane: heights and measures are left out. That of an empty point is not a number.
fn coordinate(field: &Field) -> Option<Coord<f64>> {
    let Field::Group(row) = field else { return None };
    let (x, y) = (number(row, "x")?, number(row, "y")?);
    (!x.is_nan() && !y.is_nan()).then_some(Coord { x, y })
}

fn number(row: &Row, name: &str) -> Option<f64> {
    let (_, field) = row.get_column_iter().find(|(column, _)| *column == name)?;
    if let Field::Double(number) = field { Some(*number) } else { None }
}
