//! Places of the user's own: a table `own_places.csv`.

use std::collections::HashSet;

use trimodal_model::problem::{ID_TWICE, MALFORMED, Note, Problem, shown};
use trimodal_model::table::{Row, read};
use trimodal_model::tables::OWN_PLACES;
use trimodal_world::gazetteer::key;
use trimodal_world::locate::{Atlas, OwnPlace, OwnPlaces};

/// Places of the user's own, from a table.
pub fn own_places(
    atlas: &Atlas,
    bytes: &[u8],
    notes: &mut Vec<Note>,
) -> Result<OwnPlaces, Vec<Problem>> {
    let mut problems = Vec::new();
    let rows = read(&OWN_PLACES, &OWN_PLACES.file(), bytes, &mut problems, notes);
    let mut seen = HashSet::new();
    for row in &rows {
        let (name, country) = (row.word("name"), row.text("country"));
        if !name.is_empty() && key(name).is_empty() {
            let told = format!("`{}` has no letter or digit", shown(name));
            problems.push(row.problem(MALFORMED, "name", told).hint("give the place a name"));
        } else if !name.is_empty() && !seen.insert(key(name)) {
            let told = format!("`{}` is there twice", shown(name));
            problems.push(row.problem(ID_TWICE, "name", told).hint("give each place its own name"));
        }
        if let Some(country) = country.filter(|c| atlas.country_of(c).is_none()) {
            let told = format!("`{}` is not a country", shown(country));
            let hint = "write a two-letter code or a name, or leave it blank";
            problems.push(row.problem(MALFORMED, "country", told).hint(hint));
        }
    }
    if problems.is_empty() {
        Ok(OwnPlaces::new(rows.iter().map(own_place).collect()))
    } else {
        Err(Problem::in_order(problems))
    }
}

fn own_place(row: &Row) -> OwnPlace {
    OwnPlace {
        name: row.word("name").to_string(),
        lat: row.number_or_zero("lat"),
        lon: row.number_or_zero("lon"),
        country: row.text("country").map(String::from),
        id: None,
    }
}
