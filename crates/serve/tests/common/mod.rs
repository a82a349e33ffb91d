//! A server of its own for a test, and a caller.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use trimodal::Cancel;
use trimodal_serve::{Settings, serve};

/// A server on a free port, with folders of its own. It ends when it is dropped.
pub struct Server {
    pub address: SocketAddr,
    pub folder: TempDir,
    stop: Cancel,
    thread: Option<JoinHandle<()>>,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// Null where the body is no JSON.
    pub json: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The ids of its problems.
    pub fn ids(&self) -> Vec<String> {
        self.texts("id")
    }

    /// The messages of its problems.
    pub fn messages(&self) -> Vec<String> {
        self.texts("message")
    }

    fn texts(&self, key: &str) -> Vec<String> {
        let problems = self.json["problems"].as_array();
        problems
            .into_iter()
            .flatten()
            .map(|p| p[key].as_str().unwrap_or_default().to_string())
            .collect()
    }
}

impl Server {
    pub fn start() -> Server {
        Server::with(|_| {})
    }

    /// With settings changed.
    pub fn with(change: impl FnOnce(&mut Settings)) -> Server {
        Server::over(tempfile::tempdir().expect("a folder"), change)
    }

    /// Over a folder that is there.
    pub fn over(folder: TempDir, change: impl FnOnce(&mut Settings)) -> Server {
        let mut settings =
            Settings::new(folder.path().join("scenarios"), folder.path().join("state"));
        settings.address.set_port(0);
        change(&mut settings);
        let stop = Cancel::new();
        let (tell, told) = mpsc::channel();
        let switch = stop.clone();
        let thread = std::thread::spawn(move || {
            let ready = move |address| tell.send(address).expect("a listener");
            serve(settings, &switch, ready).expect("a server");
        });
        let address = told.recv_timeout(Duration::from_secs(60)).expect("a server in a minute");
        Server { address, folder, stop, thread: Some(thread) }
    }

    /// Ends it, and returns its folder.
    pub fn end(mut self) -> TempDir {
        self.stop.cancel();
        self.thread.take().expect("a thread").join().expect("a good end");
        let other = tempfile::tempdir().expect("a folder");
        std::mem::replace(&mut self.folder, other)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1{path}", self.address)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("get", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("post", path, Some(body))
    }

    pub fn get_bytes(&self, path: &str) -> Vec<u8> {
        agent()
            .get(self.url(path))
            .call()
            .expect("an answer")
            .body_mut()
            .read_to_vec()
            .expect("bytes")
    }

    pub fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.send_with(method, path, body, &[])
    }

    pub fn send_with(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = ureq::http::Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let has_body = body.is_some() && !matches!(method, "get" | "delete");
        let text = body.filter(|_| has_body).map(Value::to_string).unwrap_or_default();
        let request = request.body(text).expect("a request");
        let mut response = agent().run(request).expect("an answer");
        let headers = response
            .headers()
            .iter()
            .map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_string()))
            .collect();
        let status = response.status().as_u16();
        let body =
            response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap_or_default();
        Answer { status, headers, json: serde_json::from_slice(&body).unwrap_or_default() }
    }

    /// Waits for the end of a job.
    pub fn wait(&self, id: &str) -> Value {
        for _ in 0..1_200 {
            let job = self.get(&format!("/jobs/{id}")).json;
            if !matches!(job["state"].as_str(), Some("queued" | "running")) {
                return job;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the job {id} does not end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(120)))
        .build()
        .into()
}

/// A text as a part of an address.
pub fn escape(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
