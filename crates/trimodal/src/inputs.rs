//! Small tables that verbs take one by one: points, overrides, emission factors.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use trimodal_model::problem::{
    AMBIGUOUS, CELL_COUNT, ID_TWICE, Location, MALFORMED, NOT_A_NUMBER, Note, OUT_OF_RANGE,
    Problem, VALUE_MISSING, nearest, shown,
};
use trimodal_model::scenario::Mode;
use trimodal_model::table::{Row, read};
use trimodal_model::tables::{FACTORS, OVERRIDES, PAIRS, POINTS, RATES, SERVICES};
use trimodal_route::Point;
use trimodal_route::factors::{Factor, Factors};
use trimodal_route::parameters::{Cargo, Parameters};
use trimodal_route::rates::{ELSEWHERE, Rate, Service, Unit, suits};
use trimodal_route::restrict::{Change, Override};
use trimodal_route::services::ServiceRow;
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
    note_names_beside_coordinates(&rows, &[["place", "lat", "lon"]], notes);
    for row in &rows {
        let of_row = unreadable(row, &mut problems);
        let columns = ["place", "lat", "lon"];
        let point = of_row.map_or_else(|| one_point(&|name| atlas.locate(name), row, columns), Err);
        let id = row.text("id").map_or_else(|| written(row, columns), String::from);
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

/// Takes what could not be read in the cells of a row from among the problems.
fn unreadable(row: &Row, problems: &mut Vec<Problem>) -> Option<Problem> {
    let own = |p: &Problem| {
        let here = p.at.as_ref().is_some_and(|at| at.row == row.line);
        here && [CELL_COUNT, NOT_A_NUMBER, OUT_OF_RANGE, AMBIGUOUS].contains(&p.code)
    };
    let first = problems.iter().position(own).map(|i| problems.remove(i));
    problems.retain(|p| !own(p));
    first
}

/// A pair of a list.
#[derive(Clone)]
pub struct ReadPair {
    /// Its id; empty where there is none.
    pub id: String,
    /// The cells of its ends.
    pub at: [Option<Location>; 2],
    /// Its ends as written.
    pub written: [String; 2],
    /// Its ends, or why there are none: the first reason.
    pub ends: Result<[Point; 2], Problem>,
}

/// Pairs, from a table `pairs.csv`. One that cannot be used is kept with its problem; what makes the whole table
/// unreadable is an error.
pub fn pairs(
    atlas: &Atlas,
    bytes: &[u8],
    notes: &mut Vec<Note>,
) -> Result<Vec<ReadPair>, Vec<Problem>> {
    const ORIGIN: [&str; 3] = ["origin", "origin_lat", "origin_lon"];
    const DESTINATION: [&str; 3] = ["destination", "destination_lat", "destination_lon"];
    let mut problems = Vec::new();
    let rows = read(&PAIRS, &PAIRS.file(), bytes, &mut problems, notes);
    // The order of the file tells pairs apart.
    problems.retain(|p| p.code != ID_TWICE);
    note_names_beside_coordinates(&rows, &[ORIGIN, DESTINATION], notes);
    // Lists of pairs repeat few places many times.
    let known: RefCell<HashMap<String, Result<Located, Problem>>> = RefCell::default();
    let locate = |name: &str| {
        if let Some(found) = known.borrow().get(name) {
            return found.clone();
        }
        let found = atlas.locate(name);
        known.borrow_mut().insert(name.to_string(), found.clone());
        found
    };
    let pair = |row: &Row, problems: &mut Vec<Problem>| {
        let ends = match unreadable(row, problems) {
            Some(problem) => Err(problem),
            None => one_point(&locate, row, ORIGIN)
                .and_then(|a| Ok([a, one_point(&locate, row, DESTINATION)?])),
        };
        // That of the coordinates where there is no name.
        let cell = |[place, lat, _]: [&str; 3]| {
            row.problem(VALUE_MISSING, if row.has(place) { place } else { lat }, "").at
        };
        let at = [ORIGIN, DESTINATION].map(cell);
        let written = [ORIGIN, DESTINATION].map(|columns| written(row, columns));
        ReadPair { id: row.word("id").to_string(), at, written, ends }
    };
    let found: Vec<ReadPair> = rows.iter().map(|row| pair(row, &mut problems)).collect();
    if problems.is_empty() {
        return Ok(found);
    }
    problems.extend(found.into_iter().filter_map(|p| p.ends.err()));
    Err(Problem::in_order(problems))
}

/// The place as written, or its coordinates.
fn written(row: &Row, [place, lat, lon]: [&str; 3]) -> String {
    let number = |c| row.number(c).map_or(String::new(), |x| x.to_string());
    match row.text(place) {
        Some(place) => place.to_string(),
        None if row.has(lat) || row.has(lon) => format!("{},{}", number(lat), number(lon)),
        None => format!("row {}", row.line),
    }
}

/// Coordinates are more exact than a name: they are used, and a note says so.
fn note_names_beside_coordinates(rows: &[Row], ends: &[[&str; 3]], notes: &mut Vec<Note>) {
    for [place, lat, lon] in ends {
        let has_both =
            |r: &&Row| r.has(place) && r.number(lat).is_some() && r.number(lon).is_some();
        let count = rows.iter().filter(has_both).count();
        let first = rows.iter().find(has_both).and_then(|r| r.problem(MALFORMED, place, "").at);
        if let Some(at) = first {
            let rows = if count == 1 { "row" } else { "rows" };
            let told =
                format!("{lat} and {lon} are used, not the names beside them ({count} {rows})");
            notes.push(Note::new(&at.file, at.row, at.column, told));
        }
    }
}

fn one_point(
    locate: &dyn Fn(&str) -> Result<Located, Problem>,
    row: &Row,
    [place, lat, lon]: [&str; 3],
) -> Result<Point, Problem> {
    let article = if place == "origin" { "an" } else { "a" };
    let text = match (row.text(place), row.number(lat), row.number(lon)) {
        (Some(place), None, None) => place.to_string(),
        (_, Some(lat), Some(lon)) => format!("{lat},{lon}"),
        (Some(name), _, _) => {
            let told = format!("`{}` has one of two coordinates beside it", shown(name));
            let hint = format!("give {article} {place} or both {lat} and {lon}");
            return Err(row.problem(MALFORMED, place, told).hint(hint));
        }
        (None, _, _) => {
            let told = format!("neither {article} {place} nor {lat} and {lon}");
            let hint = format!("give {article} {place} or both {lat} and {lon}");
            return Err(row.problem(VALUE_MISSING, place, told).hint(hint));
        }
    };
    let found = locate(&text).map_err(|mut p| {
        p.at = row.problem(p.code, place, "").at;
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

/// The places that rates of a kind may be for, besides `--` and, where it is no region of the sea, countries.
fn regions(mode: Mode, what: Service) -> Vec<String> {
    let bundled = Parameters::default().rates;
    let of = bundled.rows().iter().filter(|r| r.mode == mode && r.what == what);
    of.map(|r| r.place.clone()).collect()
}

/// Why nothing is called as the place of a rate, with what may be meant.
fn unknown_place(atlas: &Atlas, rate: &Rate) -> Option<(String, String)> {
    let place = rate.place.as_str();
    let known = regions(rate.mode, rate.what);
    let at_sea = rate.mode == Mode::Sea;
    let is_country = |code: &str| {
        code.len() == 2
            && (atlas.network.countries.iter().any(|c| c == code)
                || atlas.places.countries.iter().any(|c| c == code))
    };
    if place == ELSEWHERE || known.iter().any(|k| k == place) || (!at_sea && is_country(place)) {
        return None;
    }
    let told = format!("`{}` is no place of such a rate", shown(place));
    let hint = match nearest(place, known.iter().map(String::as_str)) {
        Some(near) if at_sea => format!("did you mean `{near}`?"),
        _ if at_sea => {
            "a region of crates/route/data/sea_regions.csv, a gate with its direction, or `--`"
                .to_string()
        }
        _ => "the code of a country in capitals (`DE`), or `--` for all others".to_string(),
    };
    Some((told, hint))
}

/// Rates, from a table `rates.csv`.
pub fn rates(
    atlas: &Atlas,
    bytes: &[u8],
    notes: &mut Vec<Note>,
) -> Result<Vec<Rate>, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = read(&RATES, &RATES.file(), bytes, &mut problems, notes);
    let mut found = Vec::new();
    for row in &rows {
        // Words that the table refuses are told already.
        let words = (Service::from_word(row.word("what")), Unit::from_word(row.word("per")));
        let (Some(what), Some(per)) = words else { continue };
        let rate = Rate {
            mode: mode(row.word("mode")),
            cargo: row.word("cargo").to_string(),
            what,
            place: row.word("where").to_string(),
            usd: row.number_or_zero("usd"),
            low: row.number("low"),
            high: row.number("high"),
            per,
            period: row.word("period").to_string(),
            source: row.word("source").to_string(),
            confidence: confidence(row, "confidence"),
        };
        found.push((row, rate));
    }
    for (row, rate) in found.iter().filter(|(_, rate)| !suits(rate)) {
        let told = format!("`{}` is no unit of this", rate.per.word());
        let hint =
            "moving is paid by teu-km, truck-km or tkm, all else by teu, truck, t or shipment";
        problems.push(row.problem(MALFORMED, "per", told).hint(hint));
    }
    for (row, rate) in &found {
        if let Some((told, hint)) = unknown_place(atlas, rate) {
            problems.push(row.problem(MALFORMED, "where", told).hint(hint));
        }
    }
    let rates = found.into_iter().map(|(_, rate)| rate).collect();
    if problems.is_empty() { Ok(rates) } else { Err(Problem::in_order(problems)) }
}

/// Services with the lines they stand in, from a table `services.csv`.
pub fn services(
    atlas: &Atlas,
    bytes: &[u8],
    notes: &mut Vec<Note>,
) -> Result<Vec<(usize, ServiceRow)>, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = read(&SERVICES, &SERVICES.file(), bytes, &mut problems, notes);
    let service = |row: &Row| ServiceRow {
        id: row.word("id").to_string(),
        mode: mode(row.word("mode")),
        cargo: row.word("cargo").to_string(),
        from_code: port_code(atlas, row.word("from_code")),
        to_code: port_code(atlas, row.word("to_code")),
        from: row.word("from").to_string(),
        from_lat: row.number_or_zero("from_lat"),
        from_lon: row.number_or_zero("from_lon"),
        to: row.word("to").to_string(),
        to_lat: row.number_or_zero("to_lat"),
        to_lon: row.number_or_zero("to_lon"),
        avoid: row.word("avoid").to_string(),
        departures_per_week: row.number("departures_per_week"),
        days_p50: row.number("days_p50"),
        days_p90: row.number("days_p90"),
        usd: row.number("usd"),
        usd_low: row.number("usd_low"),
        usd_high: row.number("usd_high"),
        per: Unit::from_word(row.word("per")),
        period: row.word("period").to_string(),
        source: row.word("source").to_string(),
        days_confidence: confidence(row, "days_confidence"),
        rate_confidence: confidence(row, "rate_confidence"),
    };
    let found = rows.iter().map(|row| (row.line, service(row))).collect();
    if problems.is_empty() { Ok(found) } else { Err(Problem::in_order(problems)) }
}

/// The code of the port that a code means: several codes can mean one terminal, and routes begin at that.
fn port_code(atlas: &Atlas, code: &str) -> String {
    let port = atlas.locate(code).ok().filter(|_| code.len() == 5).and_then(|found| found.port);
    port.map_or_else(|| code.to_string(), |t| atlas.network.terminals[t.ix()].id.clone())
}

/// Emission factors, from a table `factors.csv`; they must cover every mode for this cargo.
pub fn factors(bytes: &[u8], cargo: Cargo, notes: &mut Vec<Note>) -> Result<Factors, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = read(&FACTORS, &FACTORS.file(), bytes, &mut problems, notes);
    let factor = |row: &Row| Factor {
        mode: mode(row.word("mode")),
        cargo: row.word("cargo").to_string(),
        country: row.word("country").to_string(),
        ship: row.word("ship").to_string(),
        wtt_g_tkm: row.number_or_zero("wtt_g_tkm"),
        ttw_g_tkm: row.number_or_zero("ttw_g_tkm"),
        fixed_g_t: row.number_or_zero("fixed_g_t"),
        daf: row.number("daf").unwrap_or(1.0),
        load: row.number("load"),
        class: row.word("class").to_string(),
        year: row.word("year").to_string(),
        uncertainty_pct: row.number("uncertainty_pct"),
        source: row.word("source").to_string(),
        confidence: confidence(row, "confidence"),
    };
    let mut found: Vec<Factor> = rows.iter().map(factor).collect();
    // Tables from before there were barges have no row for them.
    if found.iter().all(|f| f.mode != Mode::Barge) {
        let bundled = Parameters::default().factors;
        found.extend(bundled.rows().iter().filter(|f| f.mode == Mode::Barge).cloned());
    }
    let covered = |m: Mode| {
        let everywhere = |f: &&Factor| f.country.is_empty() && f.ship.is_empty();
        let mut rows = found.iter().filter(everywhere);
        rows.any(|f| f.mode == m && (f.cargo == "any" || f.cargo == cargo.word()))
    };
    if problems.is_empty() {
        for m in Mode::ALL.into_iter().filter(|m| !covered(*m)) {
            let told = format!("no factor for {} with {}", m.word(), cargo.word());
            let hint = "add a row for this mode with cargo `any`";
            problems.push(Problem::new(VALUE_MISSING, told).at("factors.csv", 0, 0).hint(hint));
        }
    }
    if problems.is_empty() { Ok(Factors::new(found)) } else { Err(Problem::in_order(problems)) }
}

/// What a row says of its confidence.
fn confidence(row: &Row, column: &str) -> String {
    row.text(column).unwrap_or("given by the user").to_string()
}

/// The mode of a cell. One that the table refused is blank and reads as rail: its problem is told with all others.
fn mode(word: &str) -> Mode {
    Mode::from_word(word).unwrap_or(Mode::Rail)
}
