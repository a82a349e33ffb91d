//! The API as a caller sees it: over loopback, with a server of its own for each test.

mod common;

use std::collections::HashMap;

use common::Server;
use serde_json::{Value, json};
use trimodal::{Control, RouteRequest, World};

#[test]
fn health_tells_the_versions_of_program_and_data() {
    let server = Server::start();
    let answer = server.get("/health");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json["status"], "ok");
    assert_eq!(answer.json["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(answer.header("trimodal-world"), answer.json["world"].as_str());
    assert_eq!(answer.header("trimodal-version"), Some(env!("CARGO_PKG_VERSION")));
    assert!(answer.header("content-security-policy").is_some_and(|p| !p.contains("unsafe")));
}

#[test]
fn a_route_is_that_of_the_library() {
    let server = Server::start();
    let answer = server.get("/route?from=Mombasa&to=Kampala");
    let own = World::load().route(&RouteRequest::new("Mombasa", "Kampala"), &Control::none());
    assert_eq!(answer.json, serde_json::to_value(own.expect("a route")).expect("JSON"));
    let posted = server.post("/route", &json!({ "from": "Mombasa", "to": "Kampala" }));
    assert_eq!(answer.json, posted.json);
}

#[test]
fn every_problem_of_a_request_is_told_at_once_in_fields() {
    let server = Server::start();
    let answer = server.get("/route?from=Mombasa&too=Kampala&by=quickest&tonnes=many&snap_km=1");
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let messages = answer.messages();
    for told in
        ["there is no field `too`", "`by` is quickest", "`tonnes` is many", "`to` is missing"]
    {
        assert!(messages.iter().any(|m| m == told), "{told} is not in {messages:?}");
    }
    let unknown = server.get("/route?from=Mombasa&to=Nowhereville&avoid=nothing-such&ship=boat");
    assert_eq!(unknown.ids(), ["TM-RTE-001", "TM-RTE-004", "TM-CLI-001"]);
    assert!(unknown.messages().iter().all(|m| !m.contains("--")), "{:?}", unknown.messages());
}

#[test]
fn what_is_avoided_is_never_used_and_no_route_says_why() {
    let server = Server::start();
    let by = |more: &str| {
        server.get(&format!("/route?from=CNSHA&to=NLRTM&modes=sea&by=distance{more}")).json
    };
    let passages = |answer: &Value| answer["itineraries"][0]["passages"].to_string();
    assert!(passages(&by("")).contains("suez"));
    assert!(!passages(&by("&avoid=suez")).contains("suez"));
    assert!(passages(&by("&via=cape-of-good-hope")).contains("cape-of-good-hope"));
    let island = server.get("/route?from=Honolulu&to=Denver&modes=road");
    assert_eq!(island.status, 200);
    assert_eq!(island.json["itineraries"], json!([]));
    assert!(island.json["unreachable"].is_object(), "{}", island.json);
    assert!(island.json["origin"]["snap"].is_array());
}

#[test]
fn lines_come_as_positions_or_polylines_or_not_at_all() {
    let server = Server::start();
    let ask = "/route?from=JPTYO&to=USLAX&modes=sea&by=distance";
    let lines = server.get(ask).json;
    let line = |answer: &Value| answer["itineraries"][0]["legs"][0]["line"].clone();
    let encoded = server.get(&format!("{ask}&geometry=polyline6")).json;
    let text =
        encoded["itineraries"][0]["legs"][0]["polyline6"].as_str().expect("a polyline").to_string();
    let decoded = polyline::decode_polyline(&text, 6).expect("a line");
    let points: Vec<[f64; 2]> = serde_json::from_value(line(&lines)).expect("points");
    assert_eq!(decoded.0.len(), points.len());
    for (a, b) in decoded.0.iter().zip(&points) {
        assert!((a.x - b[0]).abs() < 1e-6 && (a.y - b[1]).abs() < 1e-6);
    }
    assert_eq!(line(&server.get(&format!("{ask}&geometry=none")).json), json!([]));
    let going_on = server.get(&format!("{ask}&continuous=true")).json;
    let points: Vec<[f64; 2]> = serde_json::from_value(line(&going_on)).expect("points");
    assert!(points.windows(2).all(|w| (w[1][0] - w[0][0]).abs() < 180.0), "a jump");
    assert!(points.iter().any(|p| p[0] > 180.0 || p[0] < -180.0), "it crosses 180 degrees");
}

#[test]
fn a_table_gives_all_figures_together_and_null_cells_their_reason() {
    let server = Server::start();
    let ask = json!({
        "origins": ["Mombasa", { "id": "x", "lat": 0.0, "lon": -30.0 }],
        "destinations": ["Kampala", { "id": "n", "place": "Nairobi" }],
        "by": ["time", "cost"],
    });
    let answer = server.post("/table", &ask);
    assert_eq!(answer.status, 200, "{}", answer.json);
    let text = answer.json.to_string();
    for figure in ["time_h", "distance_km", "cost_usd", "co2e_kg"] {
        assert!(text.contains(figure), "{figure} is not in {text}");
    }
    let cells = answer.json["rows"].as_array().expect("rows");
    assert_eq!(cells.len(), 2 * 2 * 2);
    let far: Vec<&Value> = cells.iter().filter(|c| c["origin"] == "x").collect();
    assert!(far.iter().all(|c| c["time_h"].is_null() && c["reason"].is_string()), "{far:?}");
}

#[test]
fn a_table_above_the_limit_is_refused_with_limit_request_and_setting() {
    let server = Server::with(|settings| settings.max_cells = 3);
    let ask = json!({ "origins": ["Mombasa", "Nairobi"], "destinations": ["Kampala", "Kigali"] });
    let answer = server.post("/table", &ask);
    assert_eq!((answer.status, answer.ids()), (413, vec!["TM-API-002".to_string()]));
    let text = answer.json.to_string();
    for told in ["4 cells", "limit is 3", "--max-cells", "/api/v1/skim"] {
        assert!(text.contains(told), "{told} is not in {text}");
    }
}

#[test]
fn places_are_found_by_their_first_letters() {
    let server = Server::start();
    let first = |q: &str| server.get(&format!("/places?q={q}")).json["places"][0].clone();
    assert_eq!(first("rotterd")["name"], "Rotterdam");
    assert_eq!(first("%D0%9C%D0%BE%D1%81%D0%BA%D0%B2")["country"], "RU");
    assert_eq!(first("nlrtm")["code"], "NLRTM");
    assert_eq!(server.get("/places?q=zzzzzz").json["places"], json!([]));
    let places = server.get("/places?q=san&limit=50").json["places"].clone();
    let texts: Vec<&Value> =
        places.as_array().expect("places").iter().map(|p| &p["text"]).collect();
    assert_eq!(texts.len(), 50);
    let table = server.post("/table", &json!({ "origins": texts, "destinations": ["Paris"] }));
    let told = table.json.to_string();
    assert!(!told.contains("TM-RTE-001") && !told.contains("TM-RTE-002"), "{told}");
}

#[test]
fn a_link_is_found_near_a_point_and_by_its_id() {
    let server = Server::start();
    let near = server.get("/nearest?lat=51.92&lon=4.48&km=20").json;
    assert!(near["point"]["snap"].as_array().is_some_and(|s| !s.is_empty()), "{near}");
    let id = near["links"]["links"][0]["id"].as_str().expect("a link").to_string();
    let link = server.get(&format!("/links/{}", common::escape(&id))).json;
    assert_eq!(link["id"], id.as_str());
    assert!(link["line"].as_array().is_some_and(|l| l.len() >= 2));
    assert_eq!(server.get("/links/road:0").status, 404);
}

#[test]
fn tiles_are_small_and_hold_the_network() {
    let server = Server::start();
    for (z, x, y) in [(0, 0, 0), (3, 4, 2), (5, 16, 10), (8, 131, 84)] {
        let tile = server.get_bytes(&format!("/tiles/{z}/{x}/{y}"));
        assert!(!tile.is_empty() && tile.len() < 300_000, "{z}/{x}/{y}: {} bytes", tile.len());
        let reader = fast_mvt::MvtReaderRef::new(&tile).expect("a tile");
        assert!(reader.layers().any(|layer| layer.features().next().is_some()));
    }
    for bad in ["/tiles/0/1/0", "/tiles/11/0/0", "/tiles/a/b/c", "/tiles/3/-1/0"] {
        assert_eq!(server.get(bad).status, 404, "{bad}");
    }
}

/// The properties of the links of a tile, as text.
fn links_of(tile: &[u8]) -> Vec<HashMap<String, String>> {
    let reader = fast_mvt::MvtReaderRef::new(tile).expect("a tile");
    let layers = reader.layers().filter(|layer| layer.name() == "links");
    let features = layers.flat_map(|layer| layer.features());
    let text = |value: fast_mvt::MvtValueRef| match value {
        fast_mvt::MvtValueRef::String(text) => text.to_string(),
        other => format!("{other:?}"),
    };
    let of = |(key, value): (&str, fast_mvt::MvtValueRef)| (key.to_string(), text(value));
    features.map(|f| f.properties_vec().expect("tags").into_iter().map(of).collect()).collect()
}

#[test]
fn tiles_and_links_tell_what_is_electrified_and_from_where() {
    let server = Server::start();
    let far = links_of(&server.get_bytes("/tiles/2/2/1"));
    let near = links_of(&server.get_bytes("/tiles/8/220/94"));
    let says = |l: &HashMap<String, String>, state| {
        l.get("electrification").is_some_and(|told| told == state)
    };
    for links in [&far, &near] {
        let mut roads = links.iter().filter(|l| l["mode"] == "road");
        assert!(roads.all(|l| !l.contains_key("electrification")));
        assert!(links.iter().any(|l| says(l, "electrified")));
        assert!(links.iter().any(|l| says(l, "none")));
    }
    assert!(far.iter().any(|l| says(l, "unknown")));
    let mut seen = 0;
    for link in near.iter().filter(|l| l.contains_key("electrification")) {
        let told = server.get(&format!("/links/{}", common::escape(&link["id"]))).json;
        let told = &told["electrification"];
        assert_eq!(told["state"], json!(link["electrification"]));
        if told["line"] == "Hongui Line: Hongui-Tumangang (1435 mm)" {
            let source = told["source"].as_str().unwrap_or_default();
            assert_eq!((&told["system"], source.contains("Wikipedia")), (&json!("3 kV DC"), true));
            assert_eq!(told["confidence"], "secondary");
            seen += 1;
        }
    }
    assert!(seen > 0, "the Hongui Line is in the tile");
}

#[test]
fn the_document_names_every_operation_and_only_those() {
    let document = trimodal_serve::openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    let server = Server::start();
    assert_eq!(server.get("/openapi.json").json, document);
    let paths = document["paths"].as_object().expect("paths");
    for (path, operations) in paths {
        for method in operations.as_object().expect("operations").keys() {
            let at = path.strip_prefix("/api/v1").expect("a prefix");
            let at = at
                .replace("{z}", "0")
                .replace("{x}", "0")
                .replace("{y}", "0")
                .replace(['{', '}'], "");
            let answer = server.send(method, &at, Some(&json!({})));
            assert_ne!(answer.ids(), ["TM-API-009"], "{method} {path}");
            assert_ne!(answer.status, 405, "{method} {path}");
        }
    }
    assert_eq!(server.get("/nothing").ids(), ["TM-API-009"]);
}

#[test]
fn areas_are_avoided() {
    let server = Server::start();
    let ask = |areas: &Value| {
        let body = json!({ "from": "CNSHA", "to": "NLRTM", "modes": ["sea"], "by": "distance", "avoid_areas": areas });
        server.post("/route", &body)
    };
    let round_suez = json!({ "type": "Polygon", "coordinates": [[[32, 29], [33, 29], [33, 31], [32, 31], [32, 29]]] });
    let answer = ask(&round_suez).json;
    let passages = answer["itineraries"][0]["passages"].to_string();
    assert!(passages.len() > 2 && !passages.contains("suez"), "{passages}");
    assert_eq!(ask(&json!({ "type": "Point", "coordinates": [0, 0] })).ids(), ["TM-RTE-008"]);
}

#[test]
fn questions_asked_often_are_answered_alike_and_sooner() {
    let server = Server::start();
    let ask = |to: &str| {
        server
            .get(&format!("/route?from=Rotterdam&to={to}&modes=sea&by=distance&geometry=none"))
            .json
    };
    let first = ask("Singapore");
    for _ in 0..8 {
        assert_eq!(ask("Singapore"), first);
    }
    // While the network is prepared the answers go on; once it is, they are the same.
    for _ in 0..20 {
        let km = |answer: &Value| answer["itineraries"][0]["distance_km"].as_f64().expect("km");
        assert!((km(&ask("Singapore")) - km(&first)).abs() < 0.1);
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let server = Server::start();
    let ways = ["Lagos", "Santos", "Mumbai"];
    for to in ways {
        let alone = server
            .get(&format!("/route?from=Rotterdam&to={to}&modes=sea&by=distance&geometry=none"))
            .json;
        let kept = ask(to);
        for figure in ["distance_km", "time_h", "cost_usd", "co2e_kg"] {
            let of = |answer: &Value| answer["itineraries"][0][figure].as_f64().expect("a figure");
            assert!((of(&alone) / of(&kept) - 1.0).abs() < 1e-3, "{to} {figure}");
        }
    }
}
