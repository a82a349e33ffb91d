//! Odd callers: who asks twice, too much or from elsewhere, and who takes no answer.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::{Answer, Server};
use serde_json::{Value, json};
use trimodal::Cancel;
use trimodal_serve::Settings;

fn id(answer: &Answer) -> String {
    answer.json["id"].as_str().unwrap_or_else(|| panic!("no job: {}", answer.json)).to_string()
}

/// Asks until an answer is as it should be.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_extract_is_cancelled_and_keeps_its_time_limit() {
    let server = Server::start();
    let large = json!({ "box": [-10, 36, 40, 60], "terminals": 1000 });
    let job = id(&server.post("/extract", &large));
    let at = format!("/jobs/{job}");
    until("it runs", || server.get(&at).json["state"] == "running");
    server.send("delete", &at, None);
    let begun = Instant::now();
    assert_eq!(server.wait(&job)["state"], "cancelled");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let mut short = large.clone();
    short["time_limit_s"] = json!(0.05);
    let ended = server.wait(&id(&server.post("/extract", &short)));
    assert_eq!(ended["state"], "failed", "{ended}");
    assert_eq!(ended["problem"]["problems"][0]["id"], "TM-PLN-003", "{ended}");
}

#[test]
fn a_cancelled_job_leaves_its_place_in_the_queue() {
    let server = Server::with(|settings| settings.queue = 1);
    let long = json!({ "scenario": "tumen", "samples": 5000 });
    let running = id(&server.post("/plan", &long));
    until("it runs", || server.get(&format!("/jobs/{running}")).json["state"] == "running");
    let waiting = id(&server.post("/plan", &long));
    let metrics = String::from_utf8(server.get_bytes("/metrics")).expect("text");
    for gauge in ["trimodal_jobs_running 1\n", "trimodal_jobs_waiting 1\n"] {
        assert!(metrics.contains(gauge), "{gauge} is not in {metrics}");
    }
    assert_eq!(server.post("/plan", &long).status, 503);
    server.send("delete", &format!("/jobs/{waiting}"), None);
    until("there is a place again", || server.post("/plan", &long).status == 202);
    for job in server.get("/jobs").json["jobs"].as_array().expect("jobs") {
        server.send("delete", &format!("/jobs/{}", job["id"].as_str().expect("an id")), None);
    }
}

#[test]
fn one_server_uses_a_state_folder() {
    let server = Server::start();
    let state = server.folder.path().join("state");
    let mut settings = Settings::new(server.folder.path().join("scenarios"), state);
    settings.address.set_port(0);
    let second = trimodal_serve::serve(settings, &Cancel::new(), |_| panic!("it serves"));
    let error = second.expect_err("a refusal");
    assert_eq!(error.kind(), std::io::ErrorKind::ResourceBusy);
    assert!(error.to_string().contains("another server uses the folder"), "{error}");
    let folder = server.end();
    assert_eq!(Server::over(folder, |_| {}).get("/health").status, 200);
}

#[test]
fn of_many_who_write_a_scenario_as_new_one_does() {
    let server = Server::start();
    let body = json!({ "files": server.get("/scenarios/tumen").json["files"] });
    let put = |name: &str, body: &Value| {
        server.send("put", &format!("/scenarios/{name}"), Some(body)).status
    };
    for round in 0..5 {
        let name = format!("new-{round}");
        let all: Vec<u16> = std::thread::scope(|scope| {
            let puts: Vec<_> = (0..8).map(|_| scope.spawn(|| put(&name, &body))).collect();
            puts.into_iter().map(|p| p.join().expect("an answer")).collect()
        });
        assert_eq!(all.iter().filter(|s| **s == 201).count(), 1, "{all:?}");
        assert!(all.iter().all(|s| matches!(s, 201 | 409)), "{all:?}");
    }
    for files in [json!({}), json!({ "places.csv": "x" })] {
        let refused = server.send("put", "/scenarios/half", Some(&json!({ "files": files })));
        assert_eq!((refused.status, refused.ids()), (400, vec!["TM-SCN-001".to_string()]));
        assert_eq!(server.get("/scenarios/half").status, 404);
    }
}

#[test]
fn pages_of_other_sites_ask_for_nothing() {
    let server = Server::start();
    let from = |server: &Server, path: &str, more: &[(&str, &str)]| {
        let mut headers = vec![("sec-fetch-site", "cross-site")];
        headers.extend(more);
        server.send_with("get", path, None, &headers)
    };
    let refused = from(&server, "/places?q=rott", &[("sec-fetch-mode", "no-cors")]);
    assert_eq!((refused.status, refused.ids()), (403, vec!["TM-API-008".to_string()]));
    assert_eq!(refused.header("cross-origin-resource-policy"), Some("same-origin"));
    assert_eq!(from(&server, "/places?q=rott", &[("sec-fetch-mode", "navigate")]).status, 200);
    assert_eq!(from(&server, "/health", &[]).status, 200);
    let open = Server::with(|settings| settings.cors = vec!["https://good.example".into()]);
    let good = from(&open, "/places?q=rott", &[("origin", "https://good.example")]);
    assert_eq!((good.status, good.header("cross-origin-resource-policy")), (200, None));
    let evil = from(&open, "/places?q=rott", &[("origin", "https://evil.example")]);
    assert_eq!(evil.status, 403);
}

#[test]
fn who_takes_no_answer_is_let_go() {
    let server = Server::with(|settings| settings.write_time = Duration::from_millis(500));
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    let ask = "GET /api/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(500);
    stream.write_all(ask.as_bytes()).expect("questions");
    // The connection of whoever reads the metrics is one.
    until("it is let go", || {
        let metrics = String::from_utf8(server.get_bytes("/metrics")).expect("text");
        metrics.contains("trimodal_connections 1\n")
    });
    let mut rest = Vec::new();
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let _ = stream.read_to_end(&mut rest);
    let ends = rest.windows(9).filter(|w| *w == b"HTTP/1.1 ").count();
    assert!(ends < 500, "{ends} answers");
}

#[test]
fn metrics_say_what_they_are() {
    let answer = Server::start().get("/metrics");
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(answer.header("content-type"), Some(kind));
}

#[test]
fn what_was_given_is_told_as_it_was() {
    let server = Server::start();
    let air = json!({ "from": "Mombasa", "to": "Kampala", "modes": ["air"] });
    assert_eq!(server.post("/route", &air).messages(), ["`modes` is air"]);
}

/// Sends a request as it is, and reads the answer.
fn raw(server: &Server, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    let text = format!("{head}\r\nhost: localhost\r\nconnection: close\r\n{body}");
    stream.write_all(text.as_bytes()).expect("a request");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn names_given_twice_and_bytes_that_are_no_text_are_refused() {
    let server = Server::start();
    let post = |path: &str, body: &str| {
        let length = body.len();
        let head = format!("POST /api/v1/{path} HTTP/1.1");
        raw(&server, &head, &format!("content-length: {length}\r\n\r\n{body}"))
    };
    let twice = post("route", r#"{"from":"Mombasa","to":"Kampala","from":"Nairobi"}"#);
    assert!(
        twice.starts_with("HTTP/1.1 400") && twice.contains("`from` is given twice"),
        "{twice}"
    );
    let inside = post("scenarios/check", r#"{"files":{"a.csv":"","a.csv":"x"}}"#);
    assert!(inside.contains("`a.csv` is given twice"), "{inside}");
    let broken = post("route", r#"{"from":"#);
    assert!(broken.contains("the body is not JSON"), "{broken}");
    let bytes = server.get("/route?from=Mombasa%ff&to=Kampala");
    assert_eq!((bytes.status, bytes.ids()), (400, vec!["TM-CLI-002".to_string()]));
    assert!(bytes.messages()[0].contains("UTF-8"), "{}", bytes.json);
}

#[test]
fn a_length_above_the_limit_is_not_waited_for() {
    let server = Server::with(|settings| settings.max_body = 1_000);
    let begun = Instant::now();
    let head = "POST /api/v1/route HTTP/1.1";
    let answer = raw(&server, head, "content-length: 2000\r\n\r\n{");
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_thousand_problems_are_told_and_the_rest_counted() {
    let server = Server::start();
    let rows = "bad id,,,,,\n".repeat(3_000);
    let files = json!({ "scenario.toml": "", "places.csv": format!("id,name,country,lat,lon,kind\n{rows}") });
    let checked = server.post("/scenarios/check", &json!({ "files": files })).json;
    assert_eq!(checked["problems"].as_array().map(Vec::len), Some(1_000));
    assert!(
        checked["more_problems"].as_u64().is_some_and(|n| n >= 2_000),
        "{}",
        checked["more_problems"]
    );
    let refused = server.post("/plan", &json!({ "files": files }));
    assert_eq!((refused.status, refused.ids().len()), (422, 1_000));
    assert!(refused.json["more_problems"].as_u64().is_some_and(|n| n >= 2_000));
}

#[test]
fn remedies_speak_of_fields() {
    let server = Server::start();
    let area = json!({ "type": "Polygon", "coordinates": [[[38, -6], [42, -6], [42, -2], [38, -2], [38, -6]]] });
    let ask = json!({ "from": "KEMBA", "to": "INNSA", "modes": ["sea"], "avoid_areas": area });
    let answer = server.post("/route", &ask).json;
    let remedy = answer["unreachable"]["remedy"].to_string();
    assert!(remedy.contains("avoid_areas") && !remedy.contains("--"), "{}", answer["unreachable"]);
}

#[test]
fn the_reference_may_show_its_logo() {
    let server = Server::start();
    let head = |path: &str| format!("GET {path} HTTP/1.1");
    let page = raw(&server, &head("/reference/index.html"), "\r\n");
    assert!(
        page.contains("style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"),
        "{page}"
    );
    assert!(!raw(&server, &head("/"), "\r\n").contains("sha256-"));
    // The hash is that of this text; another version of Swagger UI may have another.
    let style = ".logo_small_svg__cls-2{fill:#fff}.logo_small_svg__cls-3{fill:#85ea2d}";
    let at = format!("http://{}/reference/swagger-ui-standalone-preset.js", server.address);
    let script = ureq::get(&at).call().expect("an answer").body_mut().read_to_vec().expect("bytes");
    let mut text = String::new();
    let unpacked = flate2::read::GzDecoder::new(script.as_slice()).read_to_string(&mut text);
    let text = if unpacked.is_ok() { text } else { String::from_utf8(script).expect("text") };
    assert!(text.contains(style));
    assert_eq!(text.matches("createElement(\"style\"").count(), 1);
}
