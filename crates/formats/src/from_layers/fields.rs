//! The values of a row: places, amounts, gauges and directions.

use trimodal_model::problem::{MALFORMED, NOT_A_NUMBER, OUT_OF_RANGE, shown};

use crate::crs::Projector;
use crate::findings::Findings;
use crate::layer::{Layer, Record};
use crate::mapping::Columns;
use crate::shape;

/// The place of a node, in degrees.
pub fn place(
    layer: &Layer,
    columns: &Columns,
    row: &Record,
    projector: &Projector,
    found: &mut Findings,
) -> Option<[f64; 2]> {
    let point = row.shape.as_ref().and_then(shape::point);
    let number = |field: &str, found: &mut Findings| {
        let value = columns.value(field, row);
        if value.number().is_none() && !value.is_empty() {
            let at = (layer.file.as_str(), row.line, columns.column(field));
            let message = format!("`{}` is not a number", shown(&value.to_string()));
            found.problem(NOT_A_NUMBER, at, message, "write a number with a decimal point");
        }
        value.number()
    };
    let point = match point {
        Some(point) => point,
        None => {
            let text = columns.text("geometry", row);
            match (number("x", found), number("y", found)) {
                (Some(x), Some(y)) => [x, y],
                _ if text.is_empty() => return None,
                _ => match shape::from_wkt(&text).as_ref().and_then(shape::point) {
                    Some(point) => point,
                    None => {
                        let at = (layer.file.as_str(), row.line, columns.column("geometry"));
                        let message = format!("`{}` is no point in well-known text", shown(&text));
                        found.problem(MALFORMED, at, message, "write POINT (x y)");
                        return None;
                    }
                },
            }
        }
    };
    projector.place((&layer.file, row.line, columns.column("x")), point, found)
}

/// A number that is not negative.
pub fn amount(
    layer: &Layer,
    columns: &Columns,
    field: &str,
    row: &Record,
    found: &mut Findings,
) -> Option<f64> {
    let value = columns.value(field, row);
    let number = value.number();
    let at = (layer.file.as_str(), row.line, columns.column(field));
    match number {
        None if !value.is_empty() => {
            let message = format!("`{}` is not a number", shown(&value.to_string()));
            found.problem(
                NOT_A_NUMBER,
                at,
                message,
                "write a number with a decimal point, or leave it blank",
            );
            None
        }
        Some(x) if x < 0.0 => {
            found.problem(OUT_OF_RANGE, at, format!("{field} {x} is negative"), "write 0 or more");
            None
        }
        number => number,
    }
}

/// The gauges of a railway, mm.
pub fn gauges(layer: &Layer, columns: &Columns, row: &Record, found: &mut Findings) -> Vec<u16> {
    let text = columns.text("gauge", row);
    let mut gauges = Vec::new();
    for part in text.split(['+', ';']).map(str::trim).filter(|p| !p.is_empty()) {
        match part.parse::<u16>() {
            Ok(mm) if (300..=3_000).contains(&mm) => gauges.push(mm),
            _ => {
                let at = (layer.file.as_str(), row.line, columns.column("gauge"));
                let message = format!("`{}` is no gauge in mm", shown(part));
                found.problem(OUT_OF_RANGE, at, message, "write 1435, or 1435+1520");
            }
        }
    }
    gauges
}

/// In which direction a link is used, as seen along its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Both,
    Forward,
    Backward,
}

/// How a layer writes directions.
pub struct Directions {
    /// Whether `F` and `T` are directions, as in networks of HERE and Geofabrik, and not false and true.
    by_letter: bool,
}

impl Directions {
    /// Those of a layer: letters in a column `oneway`, or where one of them is `B`.
    pub fn of(layer: &Layer, columns: &Columns) -> Directions {
        let name = columns.index("one_way").and_then(|c| layer.columns.get(c));
        let is_named = name.is_some_and(|n| n.eq_ignore_ascii_case("oneway"));
        let is_both = |row: &Record| columns.text("one_way", row).eq_ignore_ascii_case("b");
        Directions { by_letter: is_named || layer.rows.iter().any(is_both) }
    }

    /// The direction of a row; none where the word is not known.
    pub fn read(&self, columns: &Columns, row: &Record) -> Option<Direction> {
        let word = columns.text("one_way", row).to_lowercase();
        match word.as_str() {
            "" | "b" | "both" => Some(Direction::Both),
            "f" if self.by_letter => Some(Direction::Forward),
            "t" if self.by_letter => Some(Direction::Backward),
            "ft" | "forward" => Some(Direction::Forward),
            "tf" | "-1" | "reverse" | "backward" => Some(Direction::Backward),
            _ => match columns.value("one_way", row).flag()? {
                true => Some(Direction::Forward),
                false => Some(Direction::Both),
            },
        }
    }
}
