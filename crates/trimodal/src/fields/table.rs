//! Tables: the best itineraries between many points at once.

use trimodal_model::problem::Problem;

use crate::fields::Kind::{Flag, Json, Words};
use crate::fields::inline_table::{self, Columns};
use crate::fields::shipment::{CRITERIA, SHIPMENT, criteria, shipment};
use crate::fields::{Field, Given, optional, required};
use crate::{InputFile, Room, TableRequest};

/// The points of a table.
pub const TABLE: &[Field] = &[
    required(
        "origins",
        Json,
        "Points to start from: a list of places as in `from`, or of objects with `id` and `place`, or `id`, `lat` and `lon`; or the text of a table points.csv.",
    ),
    required("destinations", Json, "Points to end at, in the same way."),
];

/// What cells are the best by.
pub const BY: &[Field] = &[optional(
    "by",
    Words(CRITERIA),
    "What cells are the best by: one cell for each; `time` where it is not given.",
)];

/// Which directions are asked for.
pub const WAYS: &[Field] = &[optional(
    "both_ways",
    Flag,
    "Also the cells from each destination to each origin: all of them follow those of the way there.",
)];

const POINTS: Columns = Columns {
    names: &["id", "place", "lat", "lon"],
    text: Some(1),
    hint: "give places as texts, or objects with `id` and `place`, or `id`, `lat` and `lon`",
};

/// All fields of a table.
pub const KNOWN: [&[Field]; 3] = [TABLE, BY, SHIPMENT];

/// The request that the fields make, and its cells.
pub fn request(given: &Given, room: Room) -> Result<(TableRequest, usize), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut side = |name: &str| {
        inline_table::read(name, given.json(name), &POINTS).unwrap_or_else(|problem| {
            problems.push(problem);
            (InputFile::default(), 0)
        })
    };
    let ((origins, from), (destinations, to)) = (side("origins"), side("destinations"));
    let shipment = shipment(given).map_err(|more| problems.extend(more));
    let usual = TableRequest::new(origins, destinations);
    let by = criteria(given, &usual.by);
    let both_ways = given.flag("both_ways");
    let cells = from * to * by.len() * if both_ways { 2 } else { 1 };
    match shipment {
        Ok(shipment) if problems.is_empty() => {
            Ok((TableRequest { shipment, by, room, both_ways, ..usual }, cells))
        }
        _ => Err(problems),
    }
}
