//! Who is answered, what is written where, and what survives.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use common::Server;
use serde_json::{Value, json};

const TOKEN: &str = "0123456789abcdef";

#[test]
fn foreign_names_and_foreign_pages_are_refused() {
    let server = Server::start();
    let with = |method: &str, headers: &[(&str, &str)]| {
        server.send_with(method, "/scenarios/check", Some(&json!({ "files": {} })), headers)
    };
    assert_eq!(server.send_with("get", "/health", None, &[("host", "evil.example")]).status, 403);
    assert_eq!(server.send_with("get", "/health", None, &[("host", "localhost:1")]).status, 200);
    assert_eq!(with("post", &[("sec-fetch-site", "cross-site")]).status, 403);
    assert_eq!(with("post", &[("origin", "http://evil.example")]).status, 403);
    assert_eq!(with("post", &[("sec-fetch-site", "same-origin")]).status, 200);
    let open = Server::with(|settings| settings.cors = vec!["https://good.example".into()]);
    let origin = [("origin", "https://good.example")];
    let asked = open.send_with(
        "options",
        "/route",
        None,
        &[origin[0], ("access-control-request-method", "POST")],
    );
    assert_eq!(asked.header("access-control-allow-origin"), Some("https://good.example"));
    assert_eq!(open.send_with("get", "/health", None, &origin).status, 200);
    let body = json!({ "files": {} });
    assert_eq!(open.send_with("post", "/scenarios/check", Some(&body), &origin).status, 200);
}

#[test]
fn a_token_is_asked_for_where_one_is_set() {
    let server = Server::with(|settings| settings.token = Some(TOKEN.into()));
    let refused = server.get("/health");
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer")));
    let bearer = |token: &str| {
        let value = format!("Bearer {token}");
        server.send_with("get", "/health", None, &[("authorization", &value)]).status
    };
    assert_eq!((bearer(TOKEN), bearer("0123456789abcdee"), bearer("")), (200, 401, 401));
    // The scheme has no case.
    let value = format!("bearer {TOKEN}");
    let lower = server.send_with("get", "/health", None, &[("authorization", &value)]);
    assert_eq!(lower.status, 200);
    let page = server.send_with("get", "/health", None, &[("accept", "text/html,*/*")]);
    assert_eq!((page.status, page.header("content-type")), (401, Some("text/html; charset=utf-8")));
    let cookie = format!("a=b; trimodal-token={TOKEN}");
    assert_eq!(server.send_with("get", "/health", None, &[("cookie", &cookie)]).status, 200);
}

#[test]
fn names_of_scenarios_cannot_leave_their_folder() {
    let server = Server::start();
    let files = json!({ "files": { "scenario.toml": "name = 'x'" } });
    for name in [
        "..",
        "%2e%2e%2fx",
        "..%2f..%2fetc",
        "%2fetc",
        "a%2fb",
        ".hidden",
        "caf%C3%A9",
        "a%00b",
        "x%5Cy",
    ] {
        let at = format!("/scenarios/{name}");
        assert!(matches!(server.send("put", &at, Some(&files)).status, 400 | 404 | 405), "{name}");
        assert!(matches!(server.get(&at).status, 400 | 404), "{name}");
    }
    let bad = json!({ "files": { "../escape.csv": "x" } });
    assert_eq!(server.send("put", "/scenarios/ok", Some(&bad)).status, 400);
    assert!(std::fs::read_dir(server.folder.path()).expect("a folder").count() <= 2);
}

#[cfg(unix)]
#[test]
fn a_link_is_no_scenario() {
    let server = Server::start();
    let root = server.folder.path().join("scenarios");
    let outside = server.folder.path().join("outside");
    std::fs::create_dir_all(&root).expect("a folder");
    std::fs::create_dir_all(&outside).expect("a folder");
    std::fs::write(outside.join("scenario.toml"), "name = 'secret'").expect("a file");
    std::os::unix::fs::symlink(&outside, root.join("linked")).expect("a link");
    assert_eq!(server.get("/scenarios/linked").status, 404);
    let body = json!({ "files": { "scenario.toml": "" }, "replace": true });
    assert_eq!(server.send("put", "/scenarios/linked", Some(&body)).status, 409);
    assert!(outside.join("scenario.toml").exists());
    // Nor is a link inside a folder a file of it.
    let inside = root.join("inside");
    std::fs::create_dir_all(inside.join("notes")).expect("a folder");
    std::fs::write(inside.join("scenario.toml"), "").expect("a file");
    assert_eq!(server.get("/scenarios/inside").status, 200);
    let secret = outside.join("scenario.toml");
    std::os::unix::fs::symlink(&secret, inside.join("places.csv")).expect("a link");
    let refused = server.get("/scenarios/inside");
    assert_eq!((refused.status, refused.ids()), (422, vec!["TM-IO-001".to_string()]));
    assert!(!refused.json.to_string().contains("secret"), "{}", refused.json);
    assert_eq!(server.post("/plan", &json!({ "scenario": "inside" })).status, 422);
}

#[test]
fn a_scenario_is_written_as_new_and_replaced_only_when_asked() {
    let server = Server::start();
    let tumen = server.get("/scenarios/tumen").json;
    assert_eq!(tumen["bundled"], true);
    assert_eq!(tumen["problems"], json!([]));
    let body = |replace: bool| json!({ "files": tumen["files"], "replace": replace });
    let put = |name: &str, replace: bool| {
        server.send("put", &format!("/scenarios/{name}"), Some(&body(replace))).status
    };
    assert_eq!(put("tumen", true), 409, "a bundled one");
    assert_eq!(put("mine", false), 201);
    assert_eq!(put("mine", false), 409);
    assert_eq!(put("mine", true), 201);
    let mine = server.get("/scenarios/mine").json;
    assert_eq!((&mine["files"], &mine["bundled"]), (&tumen["files"], &json!(false)));
    let listed = server.get("/scenarios").json.to_string();
    assert!(listed.contains("\"mine\"") && listed.contains("\"starter\""), "{listed}");
    let broken = json!({ "files": { "scenario.toml": "", "places.csv": "id\nA B\n" } });
    let checked = server.post("/scenarios/check", &broken);
    assert_eq!(checked.status, 200);
    let at = checked.json["problems"].as_array().expect("problems").iter().map(|p| &p["at"]);
    assert!(
        at.clone().any(|at| at["file"] == "places.csv" && at["row"] == 2),
        "{:?}",
        at.collect::<Vec<_>>()
    );
}

#[test]
fn a_workbook_is_given_as_tables_and_not_replaced_by_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("scenarios/book");
    std::fs::create_dir_all(&place).expect("a folder");
    let starter = trimodal::Scenario::from_files(&trimodal::starter()).expect("a scenario");
    let book = trimodal::report::scenario_xlsx(&trimodal::starter()).expect("a workbook");
    std::fs::write(place.join("scenario.xlsx"), book).expect("a file");
    let server = Server::over(folder, |_| {});
    let found = server.get("/scenarios/book").json;
    assert_eq!(found["workbook"], true, "{found}");
    let files = found["files"].clone();
    let texts: std::collections::BTreeMap<String, String> =
        serde_json::from_value(files.clone()).expect("texts");
    let texts = texts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    let read = trimodal::Scenario::from_files(&trimodal::Files(texts)).expect("a scenario");
    assert_eq!(read.digest(), starter.digest());
    let save = |name: &str, replace: bool| {
        let body = json!({ "files": files, "replace": replace });
        server.send("put", &format!("/scenarios/{name}"), Some(&body)).status
    };
    assert_eq!((save("book", false), save("book", true), save("book-2", false)), (409, 409, 201));
}

#[test]
fn a_plan_and_its_simulation_are_jobs() {
    let server = Server::start();
    let begun = server.post("/plan", &json!({ "scenario": "starter", "samples": 0 }));
    assert_eq!(begun.status, 202, "{}", begun.json);
    let id = begun.json["id"].as_str().expect("an id").to_string();
    assert_eq!(begun.header("location"), Some(format!("/api/v1/jobs/{id}").as_str()));
    assert_eq!(server.wait(&id)["state"], "done");
    let plan = server.get(&format!("/jobs/{id}/result")).json;
    assert_eq!(plan["schema"], "trimodal/plan/2");
    let run = json!({ "scenario": "starter", "plan": id, "replications": 2, "trace": true });
    let begun = server.post("/simulate", &run).json;
    let run = begun["id"].as_str().expect("an id");
    assert_eq!(server.wait(run)["state"], "done");
    assert_eq!(server.get(&format!("/jobs/{run}/result")).json["schema"], "trimodal/simulate/2");
    let trace = server.get(&format!("/jobs/{run}/trace")).json;
    assert_eq!(trace["schema"], "trimodal/trace/1");
    assert!(trace["vehicles"].as_array().is_some_and(|v| !v.is_empty()));
    let events = String::from_utf8(server.get_bytes(&format!("/jobs/{run}/events"))).expect("text");
    assert!(events.starts_with("event: job\ndata: {"), "{events}");
    assert_eq!(server.send("delete", &format!("/jobs/{run}"), None).status, 200);
    assert_eq!(server.get(&format!("/jobs/{run}")).status, 404);
    let unknown = json!({
        "scenario": "tumen", "closed": ["KPRJ"], "compare_without": ["KPRJ"], "policies": ["x"], "multiples": [0.5],
    });
    let refused = server.post("/plan", &unknown);
    assert_eq!((refused.status, refused.ids().len()), (400, 4), "{}", refused.json);
    let told = refused.messages().join("\n");
    assert!(
        told.contains("closed: unknown") && told.contains("compare_without: unknown"),
        "{told}"
    );
    let closed =
        json!({ "scenario": "tumen", "closed": ["rj_p3"], "samples": 0, "multiples": [1.1] });
    let id = server.post("/plan", &closed).json["id"].as_str().expect("an id").to_string();
    server.wait(&id);
    let less =
        server.get(&format!("/jobs/{id}/result")).json["capacity"]["total_t_per_year"].clone();
    assert!(less.as_f64().is_some_and(|t| t < 3.1e6), "{less}");
}

#[test]
fn a_job_is_cancelled() {
    let server = Server::start();
    let long = json!({ "scenario": "tumen", "samples": 5000 });
    let first = server.post("/plan", &long).json["id"].as_str().expect("an id").to_string();
    let second = server.post("/plan", &long).json["id"].as_str().expect("an id").to_string();
    for id in [&second, &first] {
        server.send("delete", &format!("/jobs/{id}"), None);
        assert_eq!(server.wait(id)["state"], "cancelled");
    }
    assert_eq!(server.get(&format!("/jobs/{first}/result")).status, 409);
}

#[test]
fn results_survive_a_restart_and_jobs_cut_off_say_so() {
    let server = Server::start();
    let done = server.post("/extract", &json!({ "around": "Mombasa", "km": 200 }));
    let done = done.json["id"].as_str().expect("an id").to_string();
    let job = server.wait(&done);
    assert_eq!(job["state"], "done", "{job}");
    let result = server.get_bytes(&format!("/jobs/{done}/result"));
    let folder = server.end();
    // What a kill leaves behind: a job that runs, and a file that was being written.
    let mut cut: Value = job.clone();
    cut["id"] = json!("00000000-0000-7000-8000-000000000000");
    cut["state"] = json!("running");
    let place = folder.path().join("state/jobs/00000000-0000-7000-8000-000000000000");
    std::fs::create_dir_all(&place).expect("a folder");
    std::fs::write(place.join("job.json"), cut.to_string()).expect("a file");
    std::fs::write(place.join(".writing-x"), "half").expect("a file");
    let server = Server::over(folder, |_| {});
    assert_eq!(server.get_bytes(&format!("/jobs/{done}/result")), result);
    let at = "/jobs/00000000-0000-7000-8000-000000000000";
    assert_eq!(server.get(at).json["state"], "interrupted");
    let told = server.get(&format!("{at}/result"));
    assert_eq!(told.status, 409);
    assert!(told.json.to_string().contains("send the request again"), "{}", told.json);
    let told = server.get(&format!("/jobs/{done}/report")).json.to_string();
    assert!(told.contains("only a plan has one"), "{told}");
}

#[test]
fn as_many_jobs_wait_as_the_queue_holds() {
    let server = Server::with(|settings| settings.queue = 1);
    let long = json!({ "scenario": "tumen", "samples": 5000 });
    let answers: Vec<_> = (0..6).map(|_| server.post("/plan", &long)).collect();
    let refused: Vec<_> = answers.iter().filter(|a| a.status == 503).collect();
    assert!(!refused.is_empty());
    assert!(refused.iter().all(|a| a.header("retry-after").is_some() && a.ids() == ["TM-API-007"]));
    for job in server.get("/jobs").json["jobs"].as_array().expect("jobs") {
        server.send("delete", &format!("/jobs/{}", job["id"].as_str().expect("an id")), None);
    }
}

#[test]
fn a_job_that_takes_too_much_memory_is_ended() {
    let server = Server::with(|settings| settings.job_memory = 16 << 20);
    let points: Vec<Value> = (0..300)
        .map(|i| json!({ "id": i.to_string(), "lat": 48.0 + f64::from(i) / 100.0, "lon": 10.0 }))
        .collect();
    let table = json!({ "origins": points, "destinations": points, "by": ["time"] });
    let id = server.post("/skim", &table).json["id"].as_str().expect("an id").to_string();
    let job = server.wait(&id);
    assert_eq!(job["state"], "failed", "{job}");
    assert_eq!(job["problem"]["problems"][0]["id"], "TM-API-011", "{job}");
    assert!(job["problem"]["detail"].as_str().expect("words").contains("16 MB"), "{job}");
}

#[test]
fn bodies_that_are_too_large_or_too_slow_are_refused() {
    let server = Server::with(|settings| {
        settings.max_body = 1_000;
        settings.body_time = Duration::from_millis(300);
    });
    let large = json!({ "from": "Mombasa", "to": "Kampala", "rates": "x".repeat(2_000) });
    assert_eq!(
        (server.post("/route", &large).status, server.post("/route", &json!([])).status),
        (413, 400)
    );
    let mut slow = TcpStream::connect(server.address).expect("a connection");
    slow.write_all(
        b"POST /api/v1/route HTTP/1.1\r\nhost: localhost\r\ncontent-length: 50\r\n\r\n{",
    )
    .expect("a part");
    let mut text = String::new();
    let mut buffer = [0; 4096];
    let read = slow.read(&mut buffer).expect("an answer");
    text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
}

#[test]
fn slow_callers_hold_nobody_up_and_are_let_go() {
    let server = Server::with(|settings| settings.head_time = Duration::from_millis(1_500));
    let half = || {
        let mut stream = TcpStream::connect(server.address).expect("a connection");
        stream.write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: loc").expect("a part");
        stream
    };
    let mut slow: Vec<TcpStream> = (0..200).map(|_| half()).collect();
    let begun = Instant::now();
    assert_eq!(server.get("/health").status, 200);
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
    for stream in &mut slow {
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        let mut rest = Vec::new();
        // Whether it ends with an answer or without one, it ends.
        let ended = stream.read_to_end(&mut rest);
        assert!(
            ended.is_ok()
                || !matches!(ended, Err(ref e) if e.kind() == std::io::ErrorKind::WouldBlock)
        );
    }
}

#[test]
fn every_refusal_has_one_form() {
    let server = Server::start();
    let kind = |answer: &common::Answer| answer.header("content-type").map(String::from);
    let problem = Some("application/problem+json".to_string());
    let method = server.send("delete", "/route", None);
    assert_eq!((method.status, kind(&method)), (405, problem.clone()));
    assert!(method.header("allow").is_some_and(|allow| allow.contains("GET")));
    let foreign = [("origin", "http://evil.example")];
    let body = json!({ "files": {} });
    let foreign = server.send_with("post", "/scenarios/check", Some(&body), &foreign);
    assert_eq!((foreign.status, kind(&foreign)), (403, problem.clone()));
    let twice = server.get("/route?from=Mombasa&to=Kampala&from=Nairobi");
    assert_eq!((twice.status, kind(&twice)), (400, problem));
    assert_eq!(twice.messages(), ["`from` is given twice"]);
    let unknown = server.get("/route?from=Mombasa&to=Kampala&colour=red");
    assert!(!unknown.json.to_string().contains("avoid_areas"), "{}", unknown.json);
}

#[test]
fn who_waits_longer_than_the_limit_is_told_so_and_look_ups_go_on() {
    let server = Server::with(|settings| settings.threads = 1);
    std::thread::scope(|scope| {
        // Nobody is told how many tonnes were asked before: each is computed.
        let asked: Vec<_> = (1..=12)
            .map(|tonnes| {
                let path =
                    format!("/route?from=Shanghai&to=Rotterdam&tonnes={tonnes}&time_limit_s=0.5");
                let server = &server;
                scope.spawn(move || server.get(&path).status)
            })
            .collect();
        let begun = Instant::now();
        assert_eq!(server.get("/places?q=rott").status, 200);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let all: Vec<u16> = asked.into_iter().map(|t| t.join().expect("an answer")).collect();
        assert!(all.iter().all(|status| matches!(status, 200 | 503)), "{all:?}");
        assert!(all.contains(&503), "{all:?}");
    });
}

#[test]
fn a_short_time_limit_is_obeyed() {
    let server = Server::start();
    server.get("/route?from=Mombasa&to=Kampala");
    let begun = Instant::now();
    let answer =
        server.get("/route?from=Shanghai&to=Rotterdam&tolerance=0&time_limit_s=0.001").json;
    assert_eq!(answer["cut_short"], true, "{:?}", begun.elapsed());
    assert_eq!(answer["stopped"], "time_limit");
    let table =
        json!({ "origins": ["Mombasa"], "destinations": ["Kampala"], "time_limit_s": 0.001 });
    let pairs = json!({ "pairs": [{ "origin": "Mombasa", "destination": "Kampala" }], "time_limit_s": 0.001 });
    for (path, ask) in [("/table", &table), ("/pairs", &pairs)] {
        let answer = server.post(path, ask);
        assert_eq!(
            (answer.status, answer.header("trimodal-stopped")),
            (200, Some("time_limit")),
            "{path}"
        );
    }
}
