//! Counters of the server, in the format of OpenMetrics, which Prometheus reads.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of the times of requests, s.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

/// A kind of request: the path as it is declared, and the status of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    path: String,
    status: u32,
}

/// Counters of the server.
pub struct Metrics {
    registry: Registry,
    requests: Family<Kind, Counter>,
    seconds: Histogram,
    /// Connections that are open.
    pub connections: Gauge,
    running: Gauge,
    waiting: Gauge,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("trimodal");
        let requests = Family::<Kind, Counter>::default();
        let seconds = Histogram::new(BOUNDS);
        let connections = Gauge::default();
        let (running, waiting) = (Gauge::default(), Gauge::default());
        registry.register("requests", "Requests answered", requests.clone());
        registry.register("request_seconds", "Time to answer a request", seconds.clone());
        registry.register("connections", "Open connections", connections.clone());
        registry.register("jobs_running", "Jobs that run", running.clone());
        registry.register("jobs_waiting", "Jobs that wait", waiting.clone());
        Metrics { registry, requests, seconds, connections, running, waiting }
    }
}

impl Metrics {
    /// Counts a request.
    pub fn count(&self, path: &str, status: u16, time: Duration) {
        let kind = Kind { path: path.into(), status: status.into() };
        self.requests.get_or_create(&kind).inc();
        self.seconds.observe(time.as_secs_f64());
    }

    /// All of them, as text, with the numbers of jobs that run and wait.
    pub fn text(&self, (running, waiting): (usize, usize)) -> String {
        self.running.set(running as i64);
        self.waiting.set(waiting as i64);
        let mut text = String::new();
        let written = encode(&mut text, &self.registry);
        debug_assert!(written.is_ok());
        text
    }
}
