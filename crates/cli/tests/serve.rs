//! `trimodal serve` as a process: how it starts, what it refuses, and what a kill leaves behind.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let mut child = command(folder)
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let mut line = String::new();
        let out = child.stdout.take().expect("standard output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let url = line.split_whitespace().nth(1).expect("an address").to_string();
        Server { child, url }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}api/v1{path}", self.url))
            .body(body.to_string())
            .expect("a request");
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let mut answer = agent.run(request).ok()?;
        let text = answer.body_mut().with_config().limit(1 << 30).read_to_string().ok()?;
        Some((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or_default()))
    }

    fn get(&self, path: &str) -> Value {
        self.send("GET", path, &Value::Null).expect("an answer").1
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trimodal"));
    command.arg("serve").arg("--scenarios").arg(folder.join("scenarios"));
    command.arg("--state").arg(folder.join("state"));
    command
}

#[test]
fn it_starts_in_two_seconds_and_ends_when_it_is_interrupted() {
    let folder = tempfile::tempdir().expect("a folder");
    let begun = Instant::now();
    let mut server = Server::start(folder.path());
    assert_eq!(server.get("/health")["status"], "ok");
    // A shared machine is slower than one at rest: the time at rest is in the method pages.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let id = server.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().is_ok_and(|s| s.success()));
    assert!(server.child.wait().is_ok_and(|s| s.success()));
}

#[test]
fn other_machines_are_let_in_only_with_a_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |more: &[&str]| {
        let out = command(folder.path())
            .args(more)
            .env_remove("TRIMODAL_TOKEN")
            .output()
            .expect("an end");
        assert_eq!(out.status.code(), Some(1), "{more:?}");
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    assert!(refused(&["--listen", "0.0.0.0", "--port", "0"]).contains("there is no token"));
    assert!(refused(&["--token", "short", "--port", "0"]).contains("--token is too short"));
    let cors = refused(&["--cors", "*", "--port", "0"]);
    assert!(cors.contains("TM-CLI-002") && cors.contains("--cors"), "{cors}");
    let first = Server::start(folder.path());
    let second = refused(&["--port", "0"]);
    assert!(second.contains("another server uses the folder"), "{second}");
    assert!(second.contains("give --state another one"), "{second}");
    drop(first);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    assert!(refused(&["--port", &port]).contains("another program listens"));
}

/// What a scenario holds must be one of the texts that were sent whole, whenever the server is killed.
#[test]
fn a_kill_during_writes_loses_nothing() {
    let kills = if std::env::var_os("TRIMODAL_LONG").is_some() { 50 } else { 4 };
    let folder = tempfile::tempdir().expect("a folder");
    let first = Server::start(folder.path());
    let files = first.get("/scenarios/starter")["files"].clone();
    let files: BTreeMap<String, String> = serde_json::from_value(files).expect("files");
    drop(first);
    let mut done: Vec<String> = Vec::new();
    for kill in 0..kills {
        let server = Server::start(folder.path());
        whole(&server, &files, &done);
        let job = server.send("POST", "/extract", &json!({ "around": "Mombasa", "km": 150 }));
        let id = job.expect("a job").1["id"].as_str().expect("an id").to_string();
        let deadline = Instant::now() + Duration::from_millis(40 + 37 * (kill % 11));
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for n in 0.. {
                    if server.send("PUT", "/scenarios/mine", &numbered(&files, n)).is_none() {
                        return;
                    }
                }
            });
            std::thread::sleep(deadline.saturating_duration_since(Instant::now()));
            if server.get(&format!("/jobs/{id}"))["state"] == "done" {
                done.push(id);
            }
            let pid = server.child.id().to_string();
            assert!(Command::new("kill").args(["-9", &pid]).status().is_ok_and(|s| s.success()));
            writer.join().expect("the writer");
        });
    }
    let server = Server::start(folder.path());
    whole(&server, &files, &done);
    let jobs = server.get("/jobs")["jobs"].clone();
    let ended =
        |job: &Value| matches!(job["state"].as_str(), Some("done" | "interrupted" | "failed"));
    assert!(jobs.as_array().expect("jobs").iter().all(ended), "{jobs}");
}

/// The starter scenario with a number in its settings and in its last table, to see whether they go together.
fn numbered(files: &BTreeMap<String, String>, n: u32) -> Value {
    let mut files = files.clone();
    for name in ["scenario.toml", "places.csv"] {
        if let Some(text) = files.get_mut(name) {
            text.push_str(&format!("# {n}\n"));
        }
    }
    json!({ "files": files, "replace": true })
}

fn whole(server: &Server, files: &BTreeMap<String, String>, done: &[String]) {
    let mine = server.get("/scenarios/mine");
    if let Ok(found) = serde_json::from_value::<BTreeMap<String, String>>(mine["files"].clone()) {
        let number = |name: &str| found[name].strip_prefix(files[name].as_str()).map(String::from);
        assert!(number("scenario.toml").is_some());
        assert_eq!(number("scenario.toml"), number("places.csv"), "one writing, not two halves");
        assert_eq!(mine["problems"], json!([]));
    }
    for id in done {
        let (status, result) =
            server.send("GET", &format!("/jobs/{id}/result"), &Value::Null).expect("an answer");
        assert_eq!(status, 200, "{id}");
        assert!(result["files"].is_object());
    }
}
