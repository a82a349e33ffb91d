//! The list of UN/LOCODEs, to places as `--places` reads them: with the header of the common editions, or without one
//! as the UNECE publishes its parts.

use trimodal_model::problem::FIELD_MISSING;

use super::csv;
use crate::crs::WGS84;
use crate::findings::Findings;
use crate::layer::{Layer, Value};
use crate::shape;
use crate::source::Source;

/// The columns of the parts of the UNECE.
const OFFICIAL: &str = "Change,Country,Location,Name,NameWoDiacritics,Subdivision,Function,Status,Date,IATA,Coordinates,Remarks\n";

/// The places of a list.
pub fn places(source: &Source, found: &mut Findings) -> Option<Vec<Layer>> {
    let place = source.name.clone();
    let text = csv::text(&place, source.bytes(), found)?;
    let table = table(&place, &text, found)?;
    let column = |names: &[&str]| names.iter().find_map(|n| table.column(n));
    let country = column(&["Country", "ISO 3166-1"]);
    let code = column(&["Location", "LOCODE"]);
    let (Some(country), Some(code), Some(name), Some(at)) =
        (country, code, column(&["Name"]), column(&["Coordinates"]))
    else {
        let hint = "the list has the columns Country, Location, Name and Coordinates";
        found.problem(FIELD_MISSING, (&place, 1, 0), "it is no list of UN/LOCODEs", hint);
        return None;
    };
    let [function, plain] = [column(&["Function"]), column(&["NameWoDiacritics"])];
    let change = column(&["Change", "Ch"]);
    let mut places = Layer::new("places", &["name", "lat", "lon", "country", "locode", "function"]);
    places.crs = WGS84;
    let (mut nowhere, mut wrong, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for row in &table.rows {
        let cell = |c: usize| table.cell(row, c).to_string();
        let letters = cell(code).split_whitespace().last().unwrap_or_default().to_string();
        let locode = format!("{}{letters}", cell(country));
        // A line without letters is the heading of a country.
        if letters.len() != 3 {
            continue;
        }
        // `X` marks what the next edition will not have.
        if change.is_some_and(|c| cell(c).eq_ignore_ascii_case("x")) {
            removed.push(locode);
            continue;
        }
        let written = cell(at);
        let Some([lat, lon]) = degrees(&written) else {
            if written.is_empty() {
                nowhere.push(locode)
            } else {
                wrong.push(format!("{locode} {written}"))
            }
            continue;
        };
        let named =
            Some(cell(name)).filter(|n| !n.is_empty()).or(plain.map(cell)).unwrap_or_default();
        let function = function.map_or(Value::Empty, |f| Value::text(&cell(f)));
        let cells = vec![
            Value::text(&named),
            Value::Number(lat),
            Value::Number(lon),
            Value::text(&cell(country)),
            Value::text(&locode),
            function,
        ];
        places.push(cells, Some(shape::of_point([lon, lat])));
    }
    found.left_out(&place, "places to be removed", removed.iter().map(String::as_str));
    found.left_out(&place, "places without coordinates", nowhere.iter().map(String::as_str));
    found.left_out(&place, "places with impossible coordinates", wrong.iter().map(String::as_str));
    Some(vec![places])
}

/// The list as a table, with the header of the UNECE where it has none.
fn table(place: &str, text: &str, found: &mut Findings) -> Option<Layer> {
    let first = text.lines().next().unwrap_or_default().to_lowercase();
    let has_header = first.contains("namewodiacritics");
    let separators = csv::Separators { delimiter: ',', decimal: None, before: 0 };
    if has_header {
        return csv::table("places", place, text, separators, found);
    }
    let known = found.problems.len();
    let table = csv::table("places", place, &format!("{OFFICIAL}{text}"), separators, found);
    // The header that was added is no line of the file.
    for at in found.problems[known..].iter_mut().filter_map(|p| p.at.as_mut()) {
        at.row = at.row.saturating_sub(1);
    }
    table
}

/// Degrees north and east of `5155N 00430E`, to a minute.
fn degrees(text: &str) -> Option<[f64; 2]> {
    let (lat, lon) = text.trim().split_once(' ')?;
    let one = |text: &str, digits: usize, [plus, minus]: [char; 2], most: f64| {
        let sign = match text.chars().last()? {
            c if c == plus => 1.0,
            c if c == minus => -1.0,
            _ => return None,
        };
        let number = text.get(..text.len() - 1).filter(|n| n.len() == digits + 2)?;
        let (whole, minutes): (f64, f64) =
            (number.get(..digits)?.parse().ok()?, number.get(digits..)?.parse().ok()?);
        let value = sign * (whole + minutes / 60.0);
        (minutes < 60.0 && value.abs() <= most).then_some((value * 1e5).round() / 1e5)
    };
    Some([one(lat, 2, ['N', 'S'], 90.0)?, one(lon.trim(), 3, ['E', 'W'], 180.0)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_become_degrees() {
        assert_eq!(degrees("5155N 00430E"), Some([51.916_67, 4.5]));
        assert_eq!(degrees("1350S 17144W"), Some([-13.833_33, -171.733_33]));
        assert_eq!(degrees("3313N 06883E"), None);
        assert_eq!(degrees("4204N 20251E"), None);
        assert_eq!(degrees(""), None);
    }
}
