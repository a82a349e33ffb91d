//! Areas to avoid, on the embedded world: from GeoJSON to the answer.

use std::sync::OnceLock;

use trimodal::model::scenario::Mode;
use trimodal::route::matrix::CellStatus;
use trimodal::route::outcome::UnreachableReason;
use trimodal::route::{Answer, Criterion, Routes};
use trimodal::{Control, InputFile, RouteRequest, Shipment, TableRequest, World};

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::load)
}

fn geojson(text: impl Into<String>) -> InputFile {
    InputFile::new("areas.geojson", text.into())
}

fn rectangle([west, south, east, north]: [f64; 4]) -> String {
    format!(
        "{{\"type\": \"Polygon\", \"coordinates\": [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}"
    )
}

fn feature(name: &str, geometry: &str) -> String {
    format!(
        "{{\"type\": \"Feature\", \"properties\": {{\"name\": \"{name}\"}}, \"geometry\": {geometry}}}"
    )
}

/// The shortest way by some modes.
fn request(from: &str, to: &str, modes: &[Mode], areas: Vec<InputFile>) -> RouteRequest {
    let date = Some("2026-08-15".parse().expect("a date"));
    let shipment =
        Shipment { modes: modes.to_vec(), avoid_areas: areas, date, ..Shipment::default() };
    let answer = Answer::Best(Criterion::Distance);
    RouteRequest { shipment, answer, ..RouteRequest::new(from, to) }
}

fn ask(request: &RouteRequest) -> Routes {
    world().route(request, &Control::none()).unwrap_or_else(|p| panic!("{p}"))
}

fn km(routes: &Routes) -> f64 {
    routes.itineraries.first().unwrap_or_else(|| panic!("{:?}", routes.unreachable)).distance_km
}

const SUEZ: [f64; 4] = [31.5, 29.0, 33.5, 32.0];

#[test]
fn an_area_round_suez_sends_ships_by_the_cape() {
    let suez = geojson(feature("Suez Canal", &rectangle(SUEZ)));
    // The cheapest way: Panama is shorter than the Cape.
    let cheapest = |areas| RouteRequest {
        answer: Answer::Best(Criterion::Cost),
        ..request("Shanghai", "Rotterdam", &[Mode::Sea], areas)
    };
    let routes = ask(&cheapest(vec![suez]));
    assert_eq!(routes.avoided, ["Suez Canal"]);
    let passages = &routes.itineraries[0].passages;
    assert!(passages.iter().any(|p| p == "cape-of-good-hope"), "{passages:?}");
    assert!(passages.iter().all(|p| p != "suez"), "{passages:?}");
    let mut by_name = cheapest(Vec::new());
    by_name.shipment.avoid = vec!["suez".into()];
    assert!(
        (km(&routes) - km(&ask(&by_name))).abs() < 1.0,
        "as where the canal is avoided by name"
    );
}

#[test]
fn an_area_nowhere_near_changes_nothing() {
    let pacific = geojson(rectangle([-140.0, -50.0, -120.0, -30.0]));
    for (from, to) in [("Mombasa", "Kampala"), ("Xi'an", "Duisburg"), ("Tallinn", "Helsinki")] {
        let free = ask(&request(from, to, &Mode::ALL, Vec::new()));
        let avoided = ask(&request(from, to, &Mode::ALL, vec![pacific.clone()]));
        assert_eq!(avoided.avoided, ["area 1"]);
        assert_eq!(Routes { avoided: Vec::new(), ..avoided }, free, "{from} - {to}");
    }
}

#[test]
fn areas_on_the_way_never_shorten_it() {
    for (from, to, area) in [
        ("Xi'an", "Duisburg", [60.0, 45.0, 75.0, 56.0]),
        ("Rotterdam", "Basel", [6.0, 49.5, 9.0, 51.0]),
        ("Mombasa", "Kampala", [36.0, -2.0, 37.5, 0.5]),
        ("Singapore", "Los Angeles", [170.0, 20.0, 190.0, 50.0]),
    ] {
        let free = km(&ask(&request(from, to, &Mode::ALL, Vec::new())));
        let there = vec![geojson(rectangle(area))];
        let avoided = km(&ask(&request(from, to, &Mode::ALL, there)));
        assert!(avoided > free, "{from} - {to}: {avoided} km, {free} km without");
    }
}

#[test]
fn a_place_in_an_area_is_refused_with_the_reason() {
    let nairobi = geojson(feature("Nairobi", &rectangle([36.0, -2.0, 37.5, -0.5])));
    let routes = ask(&request("Nairobi", "Kampala", &Mode::ALL, vec![nairobi.clone()]));
    let why = routes.unreachable.expect("no itinerary");
    assert_eq!(why.reason, UnreachableReason::Avoided, "{why:?}");
    assert!(
        why.message.contains("Nairobi ICD lies in an area that is avoided: Nairobi"),
        "{why:?}"
    );
    assert!(why.remedy[0].contains("--avoid-area"), "{why:?}");
    // All round a place: nothing can get out.
    let ring = r#"{"type":"Polygon","coordinates":[[[35,-3],[39,-3],[39,1],[35,1],[35,-3]],[[36.6,-1.5],[37,-1.5],[37,-1.1],[36.6,-1.1],[36.6,-1.5]]]}"#;
    let routes = ask(&request("Nairobi", "Kampala", &Mode::ALL, vec![geojson(ring)]));
    let why = routes.unreachable.expect("no itinerary");
    assert_eq!(why.reason, UnreachableReason::Avoided, "{why:?}");
    assert!(why.message.contains("area 1"), "{why:?}");
    // On the way too.
    let mut by = request("Mombasa", "Kampala", &[Mode::Road], vec![nairobi]);
    by.via = vec!["Nairobi".into()];
    let why = ask(&by).unreachable.expect("no itinerary");
    assert_eq!(why.reason, UnreachableReason::Avoided, "{why:?}");
}

#[test]
fn prepared_tables_have_the_figures_of_routes() {
    let suez = geojson(feature("Suez Canal", &rectangle(SUEZ)));
    let places = ["Shanghai", "Mumbai", "Mombasa", "Singapore", "Cairo", "Port Said, EG", "Durban"];
    let rows: String = (0..21).map(|i| format!("r{i},\"{}\"\n", places[i % 7])).collect();
    let to = ["Rotterdam", "Piraeus"];
    let origins = InputFile::new("from.csv", format!("id,place\n{rows}"));
    let destinations = InputFile::new("to.csv", format!("place\n{}\n", to.join("\n")));
    let asked = request("", "", &Mode::ALL, vec![suez]);
    let table = TableRequest {
        by: vec![Criterion::Distance],
        shipment: asked.shipment.clone(),
        ..TableRequest::new(origins, destinations)
    };
    let cells = world().table(&table, &Control::none()).expect("a table").cells;
    let (mut reached, mut unreached) = (0, 0);
    for cell in cells.iter().filter(|c| c.origin < 7) {
        let (from, to) = (places[cell.origin].to_string(), to[cell.destination].to_string());
        let routes = ask(&RouteRequest { from, to, ..asked.clone() });
        match (&cell.totals, routes.itineraries.first()) {
            (Some(totals), Some(it)) => {
                assert!((totals.distance_km - it.distance_km).abs() < 1e-6, "{cell:?}");
                reached += 1;
            }
            (None, None) => {
                assert_eq!(cell.status, CellStatus::Unreachable, "{cell:?}");
                unreached += 1;
            }
            (cell, it) => panic!("{cell:?} is not {it:?}"),
        }
    }
    assert!(reached >= 8 && unreached >= 2, "{reached} reached, {unreached} not");
}

#[test]
fn bad_areas_are_told_with_the_file_and_what_to_do() {
    let refused = |text: &str| {
        let asked = request("Mombasa", "Kampala", &Mode::ALL, vec![geojson(text)]);
        world().route(&asked, &Control::none()).expect_err(text).to_string()
    };
    let ring =
        |positions: &str| format!("{{\"type\":\"Polygon\",\"coordinates\":[[{positions}]]}}");
    for (text, told) in [
        ("", "not GeoJSON"),
        ("{\"type\": \"Polygon\",\n \"coordinates\": [[[0,", "areas.geojson:2:"),
        ("[1, 2]", "not GeoJSON"),
        ("{\"type\": \"Circle\"}", "not GeoJSON"),
        (r#"{"type":"Point","coordinates":[1,2]}"#, "is Point, which has no inside"),
        (r#"{"type":"FeatureCollection","features":[]}"#, "is empty"),
        (r#"{"type":"Feature","properties":null,"geometry":null}"#, "is nothing"),
        (r#"{"type":"MultiPolygon","coordinates":[]}"#, "has no polygon"),
        (r#"{"type":"Polygon","coordinates":[]}"#, "has no ring"),
        (&ring("[0,0],[1,0],[0,0]"), "has 3 positions"),
        (&ring("[0,0],[1,0],[1,1],[0,1]"), "does not end where it begins"),
        (&ring("[0,0],[2,2],[2,0],[0,2],[0,0]"), "cross at 1.000,1.000"),
        (&ring("[0,0],[1,0],[1,91],[0,0]"), "not on the Earth"),
        (&ring("[51,100],[52,100],[52,101],[51,100]"), "is it swapped?"),
        (&ring("[400,0],[401,0],[401,1],[400,0]"), "not on the Earth"),
        (&ring("[170,0],[-170,0],[-170,10],[170,10],[170,0]"), "write 190 for -170"),
        (&ring("[-170,0],[170,0],[170,10],[-170,10],[-170,0]"), "write -190 for 170"),
        (&ring("[0],[1,0],[1,1],[0]"), "a position of 1 numbers"),
    ] {
        let text = refused(text);
        assert!(text.contains(told), "{told}: {text}");
        assert!(text.contains("TM-RTE-008") && text.contains("areas.geojson"), "{text}");
        assert!(text.lines().count() >= 3, "no hint: {text}");
    }
    let missing = InputFile::open("no/such/area.geojson");
    let asked = request("Mombasa", "Kampala", &Mode::ALL, vec![missing]);
    let text = world().route(&asked, &Control::none()).expect_err("refused").to_string();
    assert!(text.contains("cannot read `no/such/area.geojson`"), "{text}");
}

#[test]
fn areas_of_several_files_are_numbered_through() {
    let two = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{},{}]}}",
        feature("Far away", &rectangle([-140.0, -50.0, -120.0, -30.0])),
        "{\"type\":\"Feature\",\"properties\":{},\"geometry\":".to_string()
            + &rectangle([-119.0, -50.0, -110.0, -30.0])
            + "}"
    );
    let more = geojson("\u{feff}".to_string() + &rectangle([-109.0, -50.0, -100.0, -30.0]));
    let routes = ask(&request("Mombasa", "Kampala", &[Mode::Road], vec![geojson(two), more]));
    assert_eq!(routes.avoided, ["Far away", "area 2", "area 3"]);
}
