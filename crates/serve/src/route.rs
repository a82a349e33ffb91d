//! `/route`: how one shipment goes.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use trimodal::fields::Kind::{Flag, Number, Word};
use trimodal::fields::route::{ROUTE, request};
use trimodal::fields::shipment::SHIPMENT;
use trimodal::fields::{Field, Given, in_fields, optional};
use trimodal::model::problem::Problems;
use trimodal::report;
use trimodal::route::outcome::Routes;

use crate::app::App;
use crate::body;
use crate::operation::{Content, Operation};
use crate::refusal::Refusal;

/// Digits after the point of a degree in an encoded polyline.
const PRECISION: u32 = 6;

const FORM: &[Field] = &[
    optional(
        "time_limit_s",
        Number(0.001, 3600.0),
        "Time limit, s; that of the server where it is shorter.",
    ),
    optional(
        "format",
        Word(&["json", "geojson"]),
        "Form of the answer; `json` where it is not given.",
    ),
    optional(
        "geometry",
        Word(&["geojson", "polyline6", "none"]),
        "Lines of legs as positions (`line`), as encoded polylines of precision 6 (`polyline6`), or not at all; `geojson` where it is not given.",
    ),
    optional("continuous", Flag, "Lines run on across 180 degrees: longitudes may pass ±180."),
];

const KNOWN: &[&[Field]] = &[ROUTE, SHIPMENT, FORM];

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let form = |operation: Operation| {
        operation
            .takes(KNOWN)
            .answers::<Routes>(StatusCode::OK, "The itineraries, or why there is none.")
            .answers_with(StatusCode::OK, "", Content::Media("application/geo+json"))
    };
    vec![
        form(Operation::get("/route", "How a shipment goes.", by_query)),
        form(Operation::post(
            "/route",
            "How a shipment goes, with tables and areas in the body.",
            by_body,
        )),
    ]
}

async fn by_query(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    answer(app, Given::from_query(KNOWN, &query.unwrap_or_default())?).await
}

async fn by_body(State(app): State<Arc<App>>, body: Body) -> Result<Response, Refusal> {
    let given = body::fields(&app, body, KNOWN).await?;
    answer(app, given).await
}

async fn answer(app: Arc<App>, given: Given) -> Result<Response, Refusal> {
    let asked = request(&given)?;
    let limit = app.limit(given.number("time_limit_s"));
    let is_prepared = app.world.is_prepared_for(&asked);
    if !is_prepared && app.habit.is_formed_by(&asked) {
        let (app, like) = (app.clone(), asked.clone());
        tokio::task::spawn_blocking(move || {
            let _preparing = app.habit.preparing();
            app.world.prepare_for(&like);
        });
    }
    let written = move |app: &App, control: &trimodal::Control| {
        let routes = match is_prepared {
            true => app.world.route_prepared(&asked, control)?,
            false => app.world.route(&asked, control)?,
        };
        Ok::<_, Problems>(write(routes, &given))
    };
    let answer = app.clone().workers.run(limit, move |control| written(&app, control)).await?;
    let (kind, text) = answer?;
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// An answer in the form asked for, and its media type.
fn write(mut routes: Routes, given: &Given) -> (&'static str, Vec<u8>) {
    if let Some(why) = &mut routes.unreachable {
        why.message = in_fields(&why.message);
        why.remedy.iter_mut().for_each(|line| *line = in_fields(line));
    }
    if given.flag("continuous") {
        routes.itineraries.iter_mut().for_each(make_continuous);
    }
    if given.text("format") == Some("geojson") {
        return ("application/geo+json", report::routes_geojson(&routes).into_bytes());
    }
    let json = match given.text("geometry") {
        Some("none") => {
            let legs = routes.itineraries.iter_mut().flat_map(|it| &mut it.legs);
            legs.for_each(|leg| leg.line.clear());
            serde_json::to_vec(&routes)
        }
        Some("polyline6") => serde_json::to_value(&routes).and_then(|mut value| {
            encode_lines(&mut value);
            serde_json::to_vec(&value)
        }),
        _ => serde_json::to_vec(&routes),
    };
    ("application/json", json.unwrap_or_default())
}

/// Takes jumps of a world out of the longitudes of an itinerary.
fn make_continuous(it: &mut trimodal::route::outcome::Itinerary) {
    let mut last: Option<f64> = None;
    for point in it.legs.iter_mut().flat_map(|leg| &mut leg.line) {
        if let Some(last) = last {
            point[0] += ((last - point[0]) / 360.0).round() * 360.0;
        }
        last = Some(point[0]);
    }
}

/// Puts encoded polylines in the place of lines.
fn encode_lines(routes: &mut Value) {
    let itineraries = routes["itineraries"].as_array_mut().into_iter().flatten();
    let legs = itineraries.filter_map(|it| it["legs"].as_array_mut()).flatten();
    for leg in legs.filter_map(Value::as_object_mut) {
        let line = leg.remove("line").unwrap_or_default();
        let points = line.as_array().into_iter().flatten();
        let coords = points.map(|p| (p[0].as_f64().unwrap_or(0.0), p[1].as_f64().unwrap_or(0.0)));
        let encoded = polyline::encode_coordinates(coords.map(geo_types_coord), PRECISION);
        leg.insert("polyline6".into(), json!(encoded.unwrap_or_default()));
    }
}

fn geo_types_coord((x, y): (f64, f64)) -> geo_types::Coord<f64> {
    geo_types::Coord { x, y }
}
