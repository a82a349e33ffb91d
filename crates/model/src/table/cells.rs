//! One cell: its text normalised to the form that the rest of the program reads, or a problem.
//!
//! Spreadsheets and programs write the same value in several forms (`1520`, `1520.0`, `1520,0`,
//! `TRUE`, `22.12.2017`). A value with a single meaning is read; an ambiguous one is
//! refused. The file as a whole decides between points and commas ([`Marks`]).

use super::grid::Grid;
use super::{Column, Kind, Table, split};
use crate::hs;
use crate::problem::{self, Problem, nearest, shown};

/// The format of the numbers and dates of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Marks {
    /// The decimal mark.
    pub decimal: Decimal,
    /// The order of dates with slashes.
    pub slashes: Slashes,
}

/// The decimal mark of a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Decimal {
    /// `0.9`
    Point,
    /// `0,9`
    Comma,
    /// Only numbers like `1.500` or `1,500`, which may be thousands.
    Unclear,
}

/// The order of dates with slashes in a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Slashes {
    /// `22/12/2017`
    DayFirst,
    /// `12/22/2017`
    MonthFirst,
    /// Every date could be either.
    Unclear,
}

impl Marks {
    /// Derived from every number and date of a table.
    pub fn of(table: &Table, columns: &[usize], grid: &Grid) -> Marks {
        let cells = |wanted: fn(&Kind) -> bool| {
            let at = table.columns.iter().zip(columns);
            let at: Vec<(&Column, usize)> = at
                .filter(|(c, at)| wanted(&c.kind) && **at > 0)
                .map(|(c, at)| (c, at - 1))
                .collect();
            grid.rows.iter().flat_map(move |r| {
                let cells: Vec<(&Column, &str)> = at
                    .iter()
                    .filter_map(|(c, at)| Some((*c, r.cells.get(*at)?.as_str())))
                    .collect();
                cells
            })
        };
        let figures =
            |k: &Kind| matches!(k, Kind::Number(..) | Kind::Whole(..) | Kind::Flag | Kind::Gauges);
        Marks {
            decimal: decimal(cells(figures), grid.separator),
            slashes: slashes(cells(|k| *k == Kind::Date).map(|(_, text)| text)),
        }
    }
}

/// A number with one mark in it, as `1.5` or `1,500`.
struct Marked {
    mark: char,
    /// Whether the mark may also separate thousands, by its digits and the column's range.
    thousands: bool,
}

fn marked(column: &Column, text: &str) -> Option<Marked> {
    let plain = text.strip_prefix(['-', '+']).unwrap_or(text);
    // `1,5E+06`
    let (plain, power) = plain.split_once(['e', 'E']).map_or((plain, ""), |(a, b)| (a, b));
    if !power.is_empty() && power.parse::<i32>().is_err() {
        return None;
    }
    let mark = plain.chars().find(|c| matches!(c, '.' | ','))?;
    let (whole, part) = plain.split_once(mark)?;
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.is_empty() {
        return None;
    }
    let grouped = (1..=3).contains(&whole.len())
        && !whole.starts_with('0')
        && part.len() == 3
        && power.is_empty();
    let in_range = |x: &str| match (column.kind, x.parse::<f64>()) {
        (Kind::Number(low, high), Ok(x)) => (low..=high).contains(&x),
        (Kind::Whole(low, high), Ok(x)) => (f64::from(low)..=f64::from(high)).contains(&x),
        (Kind::Flag, Ok(x)) => x <= 1.0,
        _ => true,
    };
    let sign = if text.starts_with('-') { "-" } else { "" };
    Some(Marked { mark, thousands: grouped && in_range(&format!("{sign}{whole}{part}")) })
}

fn decimal<'a>(
    cells: impl Iterator<Item = (&'a Column, &'a str)>,
    separator: Option<char>,
) -> Decimal {
    // Numbers with a point, with a comma; and those of them in which it cannot separate thousands.
    let (mut points, mut commas, mut clear_points, mut clear_commas) = (0, 0, 0, 0);
    for found in cells.filter_map(|(column, text)| marked(column, text)) {
        let clear = usize::from(!found.thousands);
        if found.mark == '.' {
            (points, clear_points) = (points + 1, clear_points + clear);
        } else {
            (commas, clear_commas) = (commas + 1, clear_commas + clear);
        }
    }
    match (clear_points, clear_commas) {
        (0, 0) if commas > 0 => Decimal::Unclear,
        // Semicolons are used where decimals have commas: there a point may separate thousands.
        (0, 0) if points > 0 && separator == Some(';') => Decimal::Unclear,
        (0, 0) => Decimal::Point,
        (0, _) => Decimal::Comma,
        _ => Decimal::Point,
    }
}

fn slashes<'a>(dates: impl Iterator<Item = &'a str>) -> Slashes {
    let (mut day_first, mut month_first, mut any) = (true, true, false);
    for [a, b, _] in dates.filter_map(|d| parts(d, '/')).filter(|[a, ..]| *a <= 31) {
        (day_first, month_first) = (day_first && b <= 12, month_first && a <= 12);
        any |= a != b;
    }
    match (day_first, month_first) {
        (true, true) if any => Slashes::Unclear,
        (true, _) => Slashes::DayFirst,
        (false, true) => Slashes::MonthFirst,
        (false, false) => Slashes::Unclear,
    }
}

/// Three whole numbers with a sign between them.
fn parts(text: &str, between: char) -> Option<[u32; 3]> {
    let parts: Vec<u32> = text.split(between).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    parts.try_into().ok()
}

/// The digits of `1520.0` or `1520,0`.
pub(super) fn whole_digits(text: &str) -> Option<&str> {
    let (whole, zeros) = text.split_once(['.', ','])?;
    let digits = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    (digits && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0')).then_some(whole)
}

/// A value by the rule of its column, or a problem.
pub(super) fn read(column: &Column, value: &str, marks: Marks) -> Result<String, Problem> {
    let good = match column.kind {
        Kind::Number(low, high) => return number(column, value, low, high, marks.decimal),
        Kind::Numbers(low, high) => {
            let parts = split(value).into_iter();
            let read = |v| number_of_list(column, v, low, high, marks.decimal);
            return Ok(parts.map(read).collect::<Result<Vec<_>, _>>()?.join(";"));
        }
        Kind::Whole(low, high) => return whole(column, value, low, high, marks.decimal),
        Kind::Flag => return flag(column, value),
        Kind::Gauges => gauges(value),
        Kind::Date => return date(column, value, marks.slashes),
        Kind::Hs => return hs_codes(column, value),
        Kind::Id => return id(value),
        Kind::Label => return label(value),
        Kind::Choice(words) => return choice(column, value, words),
        Kind::Text | Kind::Form | Kind::Ref(_) | Kind::Refs(_) => value.to_string(),
    };
    Ok(good)
}

fn id(value: &str) -> Result<String, Problem> {
    let good = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if value.len() > 64 || !value.chars().all(good) {
        return Err(Problem::new(problem::BAD_ID, format!("`{}` cannot be an id", shown(value)))
            .hint("ids are at most 64 letters, digits, `_`, `-` and `.`"));
    }
    Ok(value.to_string())
}

fn label(value: &str) -> Result<String, Problem> {
    if value.chars().count() > 200 || value.chars().any(char::is_control) {
        return Err(Problem::new(problem::BAD_ID, format!("`{}` cannot be an id", shown(value)))
            .hint("ids are at most 200 printable characters"));
    }
    Ok(value.to_string())
}

fn choice(column: &Column, value: &str, words: &[&str]) -> Result<String, Problem> {
    if words.contains(&value) {
        return Ok(value.to_string());
    }
    let hint = match nearest(value, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? allowed: {}", words.join(", ")),
        None => format!("allowed: {}", words.join(", ")),
    };
    Err(invalid(problem::NOT_A_CHOICE, column, value).hint(hint))
}

fn flag(column: &Column, value: &str) -> Result<String, Problem> {
    let value = whole_digits(value).unwrap_or(value);
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" => Ok("1".to_string()),
        "0" | "false" => Ok("0".to_string()),
        _ => Err(invalid(problem::NOT_A_CHOICE, column, value).hint("write 1 for yes or 0 for no")),
    }
}

/// `1435+1520`; a gauge that a program took for a number loses its decimals.
fn gauges(value: &str) -> String {
    let one = |g: &str| whole_digits(g.trim()).unwrap_or(g.trim()).to_string();
    value.split('+').map(one).collect::<Vec<_>>().join("+")
}

fn hs_codes(column: &Column, value: &str) -> Result<String, Problem> {
    match hs::parse(value) {
        Ok(Some(codes)) => Ok(codes.join(";")),
        Ok(None) => Ok("any".to_string()),
        Err(hint) => Err(invalid(problem::HS_CODE, column, value).hint(hint)),
    }
}

fn date(column: &Column, value: &str, slashes: Slashes) -> Result<String, Problem> {
    let refuse = |code, hint: &str| Err(invalid(code, column, value).hint(hint));
    // Programs write midnight after a date.
    let day = value.split_once([' ', 'T']).filter(|(_, t)| {
        !t.is_empty() && t.trim_end_matches('Z').chars().all(|c| matches!(c, '0' | ':' | '.'))
    });
    let day = day.map_or(value, |(d, _)| d);
    let ymd = if let Some([a, b, c]) = parts(day, '/') {
        match slashes {
            _ if a > 31 => [a, b, c],
            Slashes::DayFirst => [c, b, a],
            Slashes::MonthFirst => [c, a, b],
            Slashes::Unclear => {
                return refuse(
                    problem::AMBIGUOUS,
                    "day or month first? write a date as YYYY-MM-DD",
                );
            }
        }
    } else if let Some([d, m, y]) = parts(day, '.') {
        [y, m, d]
    } else {
        let bare = day.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        return match day.parse::<jiff::civil::Date>() {
            Ok(date) if bare => Ok(date.to_string()),
            _ => refuse(problem::MALFORMED, "write a date as YYYY-MM-DD"),
        };
    };
    // Two digits of a year do not give the century.
    let [y, m, d] = ymd.map(|n| i16::try_from(n).unwrap_or(-1));
    let small = |n: i16| i8::try_from(n).unwrap_or(0);
    match jiff::civil::Date::new(y, small(m), small(d)) {
        Ok(date) if y >= 1000 => Ok(date.to_string()),
        _ => refuse(problem::MALFORMED, "write a date as YYYY-MM-DD"),
    }
}

fn whole(
    column: &Column,
    value: &str,
    low: u32,
    high: u32,
    mark: Decimal,
) -> Result<String, Problem> {
    let text = number(column, value, f64::from(low), f64::from(high), mark)?;
    match text.parse::<f64>() {
        Ok(x) if x.fract() == 0.0 => Ok(format!("{x:.0}")),
        _ => Err(invalid(problem::NOT_A_NUMBER, column, value).hint("write a whole number")),
    }
}

/// A number of a list. Spreadsheets treat lists as text and keep their points, whatever the decimal mark
/// of the file.
fn number_of_list(
    column: &Column,
    value: &str,
    low: f64,
    high: f64,
    mark: Decimal,
) -> Result<String, Problem> {
    let mark = if value.contains(',') { mark } else { Decimal::Point };
    number(column, value, low, high, mark)
}

fn number(
    column: &Column,
    value: &str,
    low: f64,
    high: f64,
    mark: Decimal,
) -> Result<String, Problem> {
    let found = marked(column, value).map(|m| (m.mark, m.thousands));
    let text = match (mark, found) {
        (Decimal::Unclear, Some((_, true))) | (Decimal::Comma, Some(('.', true))) => {
            return Err(invalid(problem::AMBIGUOUS, column, value).hint(both_readings(value)));
        }
        (Decimal::Comma, Some((',', _))) => value.replace(',', "."),
        _ => value.to_string(),
    };
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && (low..=high).contains(&x) => Ok(text),
        Ok(x) if x.is_finite() => Err(out_of_range(column, value, low, high)),
        Ok(_) => Err(Problem::new(
            problem::OUT_OF_RANGE,
            format!("`{}` is {}", column.name, shown(value)),
        )
        .hint("write a finite number")),
        Err(_) => Err(no_number(column, value)),
    }
}

/// The hint for a number whose mark may be decimal or separate thousands.
fn both_readings(value: &str) -> String {
    let whole: String = value.chars().filter(|c| !matches!(c, '.' | ',')).collect();
    let part = value.replace(',', ".");
    let part = part.trim_end_matches('0').trim_end_matches('.');
    format!("is it {whole} or {part}? write it without a sign between thousands")
}

fn no_number(column: &Column, value: &str) -> Problem {
    let digits = value.replace([',', '.', ' ', '\u{a0}', '\u{202f}', '\'', '’'], "");
    let hint = if digits.parse::<f64>().is_ok() && digits != value {
        "write numbers with a decimal point and without thousands separators".to_string()
    } else if column.unit.len() > 1 {
        format!("write a plain number in {}", column.unit)
    } else {
        "write a plain number".to_string()
    };
    Problem::new(
        problem::NOT_A_NUMBER,
        format!("`{}` is `{}`, not a number", column.name, shown(value)),
    )
    .hint(hint)
}

fn out_of_range(column: &Column, value: &str, low: f64, high: f64) -> Problem {
    let unit = if column.unit == "-" { "" } else { column.unit };
    let told =
        Problem::new(problem::OUT_OF_RANGE, format!("`{}` is {}", column.name, shown(value)));
    let degrees = value.replace(',', ".").parse().unwrap_or(0.0_f64);
    if column.name == "lat" && degrees.abs() <= 180.0 {
        return told.hint("it may be from -90 to 90 degrees north: are lat and lon swapped?");
    }
    told.hint(format!("it may be from {low} to {high} {unit}").trim_end().to_string())
}

fn invalid(code: problem::Code, column: &Column, value: &str) -> Problem {
    Problem::new(code, format!("`{}` is `{}`", column.name, shown(value)))
}
