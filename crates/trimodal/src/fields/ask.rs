//! Requests as JSON objects with their tables as files: for front ends in other languages and for jobs in files, so
//! that one field has one name, one range and one message everywhere.

use std::time::Duration;

use trimodal_model::Scenario;
use trimodal_model::problem::Problem;
use trimodal_plan::PlanRequest;

use crate::fields::shipment::{SHIPMENT, criteria, shipment};
use crate::fields::{Field, Given, TIME, pairs, plan, route, simulate, table};
use crate::{InputFile, PairsRequest, Room, RouteRequest, Shipment, SimulateRequest, TableRequest};

/// A question of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// How a shipment goes.
    Route,
    /// The best itineraries between many points.
    Table,
    /// The best itinerary of each pair of a list.
    Pairs,
    /// A plan.
    Plan,
    /// A simulation.
    Simulate,
}

impl Verb {
    /// The verb of a word.
    pub fn from_word(word: &str) -> Option<Verb> {
        let all = [Verb::Route, Verb::Table, Verb::Pairs, Verb::Plan, Verb::Simulate];
        all.into_iter().find(|verb| verb.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Verb::Route => "route",
            Verb::Table => "table",
            Verb::Pairs => "pairs",
            Verb::Plan => "plan",
            Verb::Simulate => "simulate",
        }
    }

    /// The fields that it takes.
    pub fn fields(self) -> Vec<&'static [Field]> {
        match self {
            Verb::Route => vec![route::ROUTE, SHIPMENT, TIME],
            Verb::Table => vec![table::BY, table::WAYS, SHIPMENT, TIME],
            Verb::Pairs => vec![pairs::LINES, SHIPMENT, TIME],
            Verb::Plan => vec![plan::PLAN, TIME],
            Verb::Simulate => vec![simulate::SIMULATE, TIME],
        }
    }

    fn read(self, body: &[u8]) -> Result<Given, Vec<Problem>> {
        Given::from_json(&self.fields(), body)
    }
}

/// A request, and how long its answer may take.
pub struct Asked<T> {
    /// The request.
    pub request: T,
    /// The time limit, where one is given.
    pub time_limit: Option<Duration>,
}

fn asked<T>(given: &Given, request: T) -> Asked<T> {
    let limit = given.number("time_limit_s");
    Asked { request, time_limit: limit.and_then(|s| Duration::try_from_secs_f64(s).ok()) }
}

/// The tables of a shipment as files, by the names of their fields: `rates`, `places`, and so on.
fn with_files(mut shipment: Shipment, files: Vec<(String, InputFile)>) -> Shipment {
    for (field, file) in files {
        let place = match field.as_str() {
            "avoid_areas" => {
                shipment.avoid_areas.push(file);
                continue;
            }
            "own_policies" => &mut shipment.own_policies,
            "factors" => &mut shipment.factors,
            "rates" => &mut shipment.rates,
            "services" => &mut shipment.services,
            "overrides" => &mut shipment.overrides,
            "places" => &mut shipment.places,
            _ => continue,
        };
        *place = Some(file);
    }
    shipment
}

/// How a shipment goes.
pub fn route(
    body: &[u8],
    files: Vec<(String, InputFile)>,
) -> Result<Asked<RouteRequest>, Vec<Problem>> {
    let given = Verb::Route.read(body)?;
    let request = route::request(&given)?;
    let shipment = with_files(request.shipment, files);
    Ok(asked(&given, RouteRequest { shipment, ..request }))
}

/// The best itineraries between many points.
pub fn table(
    body: &[u8],
    [origins, destinations]: [InputFile; 2],
    files: Vec<(String, InputFile)>,
) -> Result<Asked<TableRequest>, Vec<Problem>> {
    let given = Verb::Table.read(body)?;
    let shipment = with_files(shipment(&given)?, files);
    let usual = TableRequest::new(origins, destinations);
    let by = criteria(&given, &usual.by);
    let both_ways = given.flag("both_ways");
    Ok(asked(&given, TableRequest { shipment, by, both_ways, room: Room::Memory, ..usual }))
}

/// The best itinerary of each pair of a list.
pub fn pairs(
    body: &[u8],
    pairs: InputFile,
    files: Vec<(String, InputFile)>,
) -> Result<Asked<PairsRequest>, Vec<Problem>> {
    let given = Verb::Pairs.read(body)?;
    let shipment = with_files(shipment(&given)?, files);
    let usual = PairsRequest::new(pairs);
    let by = criteria(&given, &usual.by);
    let geometry = pairs::line_form(&given);
    Ok(asked(&given, PairsRequest { shipment, by, geometry, room: Room::Memory, ..usual }))
}

/// A plan: the scenario with what is closed, and the request.
pub fn plan(
    scenario: Scenario,
    body: &[u8],
) -> Result<(Scenario, Asked<PlanRequest>), Vec<Problem>> {
    let given = Verb::Plan.read(body)?;
    let (scenario, request) = plan::request(scenario, &given)?;
    Ok((scenario, asked(&given, request)))
}

/// A simulation, of a plan that is still to be set. Each replication is kept.
pub fn simulate(body: &[u8]) -> Result<Asked<SimulateRequest<'static>>, Vec<Problem>> {
    let given = Verb::Simulate.read(body)?;
    // Front ends call the volume as the command line does.
    let named = |p: Problem| Problem { message: p.message.replace("`volume`", "`multiple`"), ..p };
    let request = simulate::request(&given)
        .map_err(|problems| problems.into_iter().map(named).collect::<Vec<_>>())?;
    let request = SimulateRequest { replicates: true, ..request };
    Ok(asked(&given, request))
}
