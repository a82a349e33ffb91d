//! Small tables that verbs take one by one: points, overrides, emission factors.

use std::collections::HashSet;

use trimodal_model::problem::{
    AMBIGUOUS, ID_TWICE, Location, MALFORMED, NOT_A_NUMBER, Note, OUT_OF_RANGE, Problem,
    VALUE_MISSING, shown,
};
use trimodal_model::scenario::Mode;
use trimodal_model::table::{Row, read};
use trimodal_model::tables::{FACTORS, OVERRIDES, POINTS};
use trimodal_route::Point;
use trimodal_route::parameters::{Cargo, Factor, Parameters};
use trimodal_route::restrict::{Change, Override};
use trimodal_world::locate::{Atlas, Located};

/// A point from what was found for it.
pub fn point(found: Located) -> Point {
    let Located { name, lat, lon, port, country } = found;
    Point { name, lat, lon, port, country }
}

/// A point of a table.
pub struct ReadPoint {
    /// Its id.
    pub id: String,
    /// Its row.
    pub at: Option<Location>,
    /// The point, or why there is none.
    pub point: Result<Point, Problem>,
}

/// Points by their ids, from a table `points.csv`. One that cannot be used is kept with its problem; what makes
/// the whole table unreadable is an error.
pub fn points(
    atlas: &Atlas,
    bytes: &[u8],
    notes: &mut Vec<Note>,
) -> Result<Vec<ReadPoint>, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = read(&POINTS, &POINTS.file(), bytes, &mut problems, notes);
    let mut found: Vec<ReadPoint> = Vec::new();
    let mut ids: HashSet<String> = HashSet::new();
    for row in &rows {
        let own = |p: &Problem| {
            let here = p.at.as_ref().is_some_and(|at| at.row == row.line);
            here && [NOT_A_NUMBER, OUT_OF_RANGE, AMBIGUOUS].contains(&p.code)
        };
        let of_row = problems.iter().position(own).map(|i| problems.remove(i));
        problems.retain(|p| !own(p));
        let point = of_row.map_or_else(|| one_point(atlas, row), Err);
        let id = row.text("id").map_or_else(|| written(row), String::from);
        // Ids that are written out the reader compares.
        if !row.has("id") && !ids.insert(id.clone()) {
            let told = format!("`{}` is there twice", shown(&id));
            let problem = row.problem(ID_TWICE, "id", told);
            problems.push(problem.hint("give each point an id of its own"));
        }
        let at = row.problem(VALUE_MISSING, "place", "").at;
        found.push(ReadPoint { id, at, point });
    }
    if problems.is_empty() {
        return Ok(found);
    }
    problems.extend(found.into_iter().filter_map(|p| p.point.err()));
    Err(Problem::in_order(problems))
}

/// The place as written, or its coordinates.
fn written(row: &Row) -> String {
    let number = |c| row.number(c).map_or(String::new(), |x| x.to_string());
    match row.text("place") {
        Some(place) => place.to_string(),
        None if row.has("lat") || row.has("lon") => format!("{},{}", number("lat"), number("lon")),
        None => format!("row {}", row.line),
    }
}

fn one_point(atlas: &Atlas, row: &Row) -> Result<Point, Problem> {
    let text = match (row.text("place"), row.number("lat"), row.number("lon")) {
        (Some(place), None, None) => place.to_string(),
        (None, Some(lat), Some(lon)) => format!("{lat},{lon}"),
        (Some(place), _, _) => {
            let told = format!("`{}` has coordinates beside it", shown(place));
            return Err(row.problem(MALFORMED, "place", told).hint("give a place or lat and lon"));
        }
        (None, _, _) => {
            return Err(row
                .problem(VALUE_MISSING, "place", "neither a place nor lat and lon")
                .hint("give a place or both lat and lon"));
        }
    };
    let found = atlas.locate(&text).map_err(|mut p| {
        p.at = row.problem(p.code, "place", "").at;
        p
    })?;
    Ok(point(found))
}

/// Overrides, from a table `overrides.csv`.
pub fn overrides(
    atlas: &Atlas,
    bytes: &[u8],
    notes: &mut Vec<Note>,
) -> Result<Vec<Override>, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = read(&OVERRIDES, &OVERRIDES.file(), bytes, &mut problems, notes);
    let names: Vec<&str> = rows.iter().map(|r| r.word("link")).collect();
    let mut seen = HashSet::new();
    for row in &rows {
        let (link, action) = (row.word("link"), row.word("action"));
        if !seen.insert((link, action)) {
            let told = format!("`{action}` of link `{link}` is given twice");
            problems.push(row.problem(ID_TWICE, "link", told).hint("keep one of the rows"));
        }
    }
    let mut found = Vec::new();
    for (row, links) in rows.iter().zip(atlas.links(&names)) {
        let links = links.map_err(|mut p| {
            p.at = row.problem(p.code, "link", "").at;
            p
        });
        match (links, change(row)) {
            (Ok(links), Ok(change)) => found.extend(links.into_iter().map(|link| Override {
                link,
                change,
                author: row.word("author").to_string(),
                reason: row.word("reason").to_string(),
            })),
            (links, change) => problems.extend([links.err(), change.err()].into_iter().flatten()),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Problem::in_order(problems)) }
}

fn change(row: &Row) -> Result<Change, Problem> {
    let value = row.number("value");
    match (row.word("action"), value) {
        ("close", None) => Ok(Change::Close),
        ("close", Some(v)) => Err(row
            .problem(MALFORMED, "value", format!("`close` has a value, {v}"))
            .hint("leave it blank, or write `speed` or `cost`")),
        ("speed", Some(v)) if v >= 1.0 => Ok(Change::SpeedKmh(v)),
        ("speed", Some(v)) => {
            let told = format!("a speed of {v} km/h is no speed");
            Err(row.problem(OUT_OF_RANGE, "value", told).hint("give 1 to 1000 km/h, or `close`"))
        }
        ("cost", Some(v)) => Ok(Change::CostFactor(v)),
        (action, _) => Err(row
            .problem(VALUE_MISSING, "value", format!("`{action}` needs a value"))
            .hint("km/h for `speed`, a factor for `cost`")),
    }
}

/// Emission factors, from a table `factors.csv`; they must cover every mode for this cargo.
pub fn factors(
    bytes: &[u8],
    cargo: Cargo,
    notes: &mut Vec<Note>,
) -> Result<Vec<Factor>, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = read(&FACTORS, &FACTORS.file(), bytes, &mut problems, notes);
    let factor = |row: &Row| Factor {
        mode: mode(row.word("mode")),
        cargo: row.word("cargo").to_string(),
        wtt_g_tkm: row.number_or_zero("wtt_g_tkm"),
        ttw_g_tkm: row.number_or_zero("ttw_g_tkm"),
        class: row.word("class").to_string(),
        source: row.word("source").to_string(),
    };
    let mut found: Vec<Factor> = rows.iter().map(factor).collect();
    // Tables from before there were barges have no row for them.
    if found.iter().all(|f| f.mode != Mode::Barge) {
        let bundled = Parameters::default().factors;
        found.extend(bundled.into_iter().filter(|f| f.mode == Mode::Barge));
    }
    let covered = |m: Mode| {
        found.iter().any(|f| f.mode == m && (f.cargo == "any" || f.cargo == cargo.word()))
    };
    if problems.is_empty() {
        for m in Mode::ALL.into_iter().filter(|m| !covered(*m)) {
            let told = format!("no factor for {} with {}", m.word(), cargo.word());
            let hint = "add a row for this mode with cargo `any`";
            problems.push(Problem::new(VALUE_MISSING, told).at("factors.csv", 0, 0).hint(hint));
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Problem::in_order(problems)) }
}

/// The mode of a cell. One that the table refused is blank and reads as rail: its problem is told with all others.
fn mode(word: &str) -> Mode {
    Mode::from_word(word).unwrap_or(Mode::Rail)
}
