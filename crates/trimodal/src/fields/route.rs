//! Routes: how one shipment goes.

use trimodal_model::problem::Problem;
use trimodal_route::Answer;

use crate::RouteRequest;
use crate::fields::Kind::{List, Number, Text, Whole, Word};
use crate::fields::shipment::{SHIPMENT, criterion, shipment};
use crate::fields::{Field, Given, optional, required};

/// The fields of a route.
pub const ROUTE: &[Field] = &[
    required(
        "from",
        Text,
        "Where from: a place (`Paris`, `Paris, FR`), a port (`KRPUS`) or `lat,lon`.",
    ),
    required("to", Text, "Where to."),
    optional(
        "via",
        List,
        "Places, ports and passages (`suez`) on the way, in order, without handling.",
    ),
    optional(
        "by",
        Word(&["pareto", "time", "cost", "co2e", "distance"]),
        "The Pareto set in time, cost and CO2e, or the best by one criterion; `pareto` where it is not given.",
    ),
    optional(
        "alternatives",
        Whole(0, 20),
        "How many more itineraries that differ in modes, terminals or corridor.",
    ),
    optional(
        "tolerance",
        Number(0.0, 1.0),
        "Relative epsilon of the Pareto set; 0: the exact set; 0.05 where it is not given.",
    ),
    optional(
        "max_labels",
        Whole(1_000, 16_000_000),
        "Label limit; when it is reached the answer is marked incomplete.",
    ),
];

/// All fields of a route.
pub const KNOWN: [&[Field]; 2] = [ROUTE, SHIPMENT];

/// The request that the fields make.
pub fn request(given: &Given) -> Result<RouteRequest, Vec<Problem>> {
    let usual = RouteRequest::default();
    let text = |name: &str| given.text(name).unwrap_or_default().to_string();
    let whole = |name: &str| given.whole(name);
    Ok(RouteRequest {
        from: text("from"),
        to: text("to"),
        via: given.list("via"),
        shipment: shipment(given)?,
        answer: given.text("by").and_then(criterion).map_or(Answer::Pareto, Answer::Best),
        alternatives: whole("alternatives").and_then(|n| n.try_into().ok()).unwrap_or(0),
        tolerance: given.number("tolerance").unwrap_or(usual.tolerance),
        max_labels: whole("max_labels").and_then(|n| n.try_into().ok()).unwrap_or(usual.max_labels),
    })
}
