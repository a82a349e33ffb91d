//! Pairs: the best itinerary of each pair of a list.

use trimodal_model::problem::Problem;
use trimodal_report::LineForm;

use crate::fields::Kind::{Json, Word, Words};
use crate::fields::inline_table::{self, Columns};
use crate::fields::shipment::{CRITERIA, SHIPMENT, criteria, shipment};
use crate::fields::{Field, Given, optional, required};
use crate::{PairsRequest, Room};

/// The pairs.
pub const PAIRS: &[Field] = &[required(
    "pairs",
    Json,
    "Pairs: a list of objects with `origin` and `destination`, or their coordinates (`origin_lat`, …), and perhaps `id`; or the text of a table pairs.csv.",
)];

/// The fields of rows and their lines.
pub const LINES: &[Field] = &[
    optional(
        "by",
        Words(CRITERIA),
        "What rows are the best by: one row for each; `time` where it is not given.",
    ),
    optional(
        "geometry",
        Word(&["wkt", "polyline6"]),
        "The form of the line of each itinerary; without lines where it is not given.",
    ),
];

/// All fields of pairs.
pub const KNOWN: [&[Field]; 3] = [PAIRS, LINES, SHIPMENT];

const COLUMNS: Columns = Columns {
    names: &[
        "id",
        "origin",
        "destination",
        "origin_lat",
        "origin_lon",
        "destination_lat",
        "destination_lon",
    ],
    text: None,
    hint: "give objects with `origin` and `destination`, or with their coordinates",
};

/// The request that the fields make, and its rows.
pub fn request(given: &Given) -> Result<(PairsRequest, usize), Vec<Problem>> {
    let read = inline_table::read("pairs", given.json("pairs"), &COLUMNS);
    let (pairs, count, mut problems) = match read {
        Ok((pairs, count)) => (pairs, count, Vec::new()),
        Err(problem) => (Default::default(), 0, vec![problem]),
    };
    let shipment = shipment(given).map_err(|more| problems.extend(more));
    let usual = PairsRequest::new(pairs);
    let by = criteria(given, &usual.by);
    let cells = count * by.len();
    let geometry = line_form(given);
    match shipment {
        Ok(shipment) if problems.is_empty() => {
            Ok((PairsRequest { shipment, by, geometry, room: Room::Memory, ..usual }, cells))
        }
        _ => Err(problems),
    }
}

/// The form of the lines of rows.
pub fn line_form(given: &Given) -> Option<LineForm> {
    given.text("geometry").map(|word| match word {
        "wkt" => LineForm::Wkt,
        _ => LineForm::Polyline6,
    })
}
