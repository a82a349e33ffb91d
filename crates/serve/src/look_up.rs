//! Single things: health, places, links, tiles, what the network holds.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal::model::jurisdiction;
use trimodal::model::mode::Mode;
use trimodal::route::outcome::Stop;
use trimodal::route::{Cargo, ShipClass};
use trimodal::{LinkFound, LinksNear, PlaceFound, World, WorldInfo};

use crate::app::App;
use crate::gzip;
use crate::operation::{Content, Operation};
use crate::refusal::Refusal;
use crate::tiles::LAST_ZOOM;
use trimodal::fields::Kind::{Number, Text, Whole, Words};
use trimodal::fields::{Field, Given, optional, required};

const PLACES: &[Field] = &[
    required("q", Text, "The first letters of a name or a code."),
    optional("limit", Whole(1, 50), "Places at most; 10 where it is not given."),
];

const NEAREST: &[Field] = &[
    required("lat", Number(-90.0, 90.0), "Degrees north."),
    required("lon", Number(-180.0, 180.0), "Degrees east."),
    optional("km", Number(0.01, 100.0), "How far links may be, km; 5 where it is not given."),
    optional(
        "snap_km",
        Number(0.001, 2000.0),
        "How far networks may be, km; 100 where it is not given.",
    ),
    optional("modes", Words(Mode::WORDS), "Links of these modes only."),
    optional("limit", Whole(1, 200), "Links at most; 20 where it is not given."),
];

/// What is in a tile.
const TILE: &str = "The tile. Its layer `links` has `mode`, `gauge`, `closed` and `electrification` (`electrified`, `none` or `unknown`; of tracks only), from zoom 7 on also `id`, `border`, `passage`, `ferry` and `mended`; its layers `terminals` and `borders` are points.";
/// Smaller tiles are sent as they are, bytes.
const COMPRESSED_FROM: usize = 4_096;
/// How long a browser keeps a tile.
const TILES_KEPT: &str = "max-age=3600";

/// Codes of the jurisdictions that can be chosen.
fn jurisdictions() -> impl Iterator<Item = String> {
    jurisdiction::all().into_iter().filter(|j| !j.always_on).map(|j| j.code)
}

/// Answers to `/places`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlacesFound {
    /// Places, the most likely first.
    pub places: Vec<PlaceFound>,
}

/// What is near a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Nearest {
    /// The point, and where it meets the network of each mode.
    pub point: Stop,
    /// Links, nearest first.
    pub links: LinksNear,
}

/// Whether the server works, and what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// Always `ok`.
    pub status: String,
    /// Version of the program.
    pub version: String,
    /// The first letters of the checksum of the embedded network.
    pub world: String,
}

/// What the network holds, and the words that requests can use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Holdings {
    /// Version of the program.
    pub version: String,
    /// The network.
    #[serde(flatten)]
    pub world: WorldInfo,
    /// Types of cargo.
    pub cargoes: Vec<String>,
    /// Classes of ships.
    pub ships: Vec<Named>,
    /// Jurisdictions that can be chosen.
    pub jurisdictions: Vec<String>,
    /// Countries of the network.
    pub countries: Vec<String>,
}

/// Something with an id and a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
}

/// The operations of this module.
pub fn operations() -> Vec<Operation> {
    let ok = StatusCode::OK;
    vec![
        Operation::get("/health", "Whether the server works.", health)
            .answers::<Health>(ok, "It works."),
        Operation::get(
            "/metrics",
            "Counters in the format of OpenMetrics, for Prometheus.",
            metrics,
        )
        .answers_with(ok, "The counters.", Content::Media("application/openmetrics-text")),
        Operation::get("/world/info", "What the embedded network holds.", info)
            .answers::<Holdings>(ok, "The network, and the words that requests can use."),
        Operation::get(
            "/places",
            "Towns, ports and terminals by the first letters of their names.",
            places,
        )
        .takes(&[PLACES])
        .answers::<PlacesFound>(ok, "The places."),
        Operation::get("/nearest", "What is near a point.", nearest)
            .takes(&[NEAREST])
            .answers::<Nearest>(ok, "Where the point meets the networks, and the links near it."),
        Operation::get("/links/{id}", "A link by its id.", link)
            .answers::<LinkFound>(ok, "The link.")
            .refuses(&[400, 404]),
        Operation::get("/tiles/{z}/{x}/{y}", "The network as a Mapbox vector tile.", tile)
            .answers_with(ok, TILE, Content::Media("application/vnd.mapbox-vector-tile"))
            .refuses(&[400, 404]),
    ]
}

async fn health() -> Json<Health> {
    let version = env!("CARGO_PKG_VERSION").to_string();
    Json(Health { status: "ok".into(), version, world: World::checksum()[..8].into() })
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], app.metrics.text(app.jobs.counts())).into_response()
}

async fn info(State(app): State<Arc<App>>) -> Result<Json<Holdings>, Refusal> {
    let asked = app.clone();
    let world = app.look_ups.run(app.limit(None), move |_| asked.world.info()).await?;
    let named = |class: &ShipClass| Named { id: class.class.clone(), name: class.name.clone() };
    Ok(Json(Holdings {
        version: env!("CARGO_PKG_VERSION").into(),
        world,
        cargoes: Cargo::WORDS.iter().map(|w| w.to_string()).collect(),
        ships: ShipClass::all().iter().map(named).collect(),
        jurisdictions: jurisdictions().collect(),
        countries: app.world.network().countries.clone(),
    }))
}

async fn places(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<PlacesFound>, Refusal> {
    let given = Given::from_query(&[PLACES], &query.unwrap_or_default())?;
    let text = given.text("q").unwrap_or_default().to_string();
    let limit = given.whole("limit").unwrap_or(10) as usize;
    let found =
        app.clone().look_ups.run(app.limit(None), move |_| app.world.suggest(&text, limit)).await?;
    Ok(Json(PlacesFound { places: found }))
}

async fn nearest(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Nearest>, Refusal> {
    let given = Given::from_query(&[NEAREST], &query.unwrap_or_default())?;
    let number = |name: &str, usual: f64| given.number(name).unwrap_or(usual);
    let text = format!("{},{}", number("lat", 0.0), number("lon", 0.0));
    let (km, snap_km) = (number("km", 5.0), number("snap_km", 100.0));
    let limit = given.whole("limit").unwrap_or(20) as usize;
    let modes: Vec<String> = given.list("modes");
    let near = move |app: &App| {
        let point = app.world.nearest(&text, snap_km)?;
        let mut links = app.world.links_near(&text, km)?;
        links.links.retain(|l| modes.is_empty() || modes.iter().any(|m| m == l.mode.word()));
        links.links.truncate(limit);
        Ok::<_, trimodal::Problems>(Nearest { point, links })
    };
    let found = app.clone().look_ups.run(app.limit(None), move |_| near(&app)).await?;
    Ok(Json(found?))
}

async fn link(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<LinkFound>, Refusal> {
    let found = app.clone().look_ups.run(app.limit(None), move |_| app.world.link(&id)).await?;
    found.map(Json).map_err(|problems| Refusal::of(StatusCode::NOT_FOUND, &problems))
}

async fn tile(
    State(app): State<Arc<App>>,
    Path((z, x, y)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let numbers = (z.parse().ok(), x.parse().ok(), y.parse().ok());
    let (Some(zoom), Some(x), Some(y)) = numbers else {
        return Err(Refusal::no_path("/api/v1/tiles"));
    };
    let is_gzip_taken = gzip::is_taken(&headers);
    let drawn = move |app: &App| {
        let plain = app.tiles().tile(app.world.network(), zoom, x, y)?;
        let worth_it = is_gzip_taken && plain.len() >= COMPRESSED_FROM;
        let compressed = worth_it.then(|| gzip::compressed(&plain)).flatten();
        Some((compressed.is_some(), compressed.unwrap_or(plain)))
    };
    let tile = app.clone().look_ups.run(app.limit(None), move |_| drawn(&app)).await?;
    let Some((is_compressed, tile)) = tile else {
        let message = format!("there is no tile {zoom}/{x}/{y}: zooms are 0 to {LAST_ZOOM}");
        let hint = "x and y are below 2 to the power of the zoom";
        let code = trimodal::model::problem::PATH_UNKNOWN;
        return Err(Refusal::new(StatusCode::NOT_FOUND, code, message, hint));
    };
    let kind = "application/vnd.mapbox-vector-tile";
    let common = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, TILES_KEPT)];
    Ok(match is_compressed {
        true => (common, gzip::HEADERS, tile).into_response(),
        false => (common, [gzip::VARIES], tile).into_response(),
    })
}
