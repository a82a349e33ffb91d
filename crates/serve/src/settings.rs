//! How a server is set up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// How a server is set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it listens.
    pub address: SocketAddr,
    /// What callers must show; needed beyond this machine.
    pub token: Option<String>,
    /// Folder of scenarios of one's own, which are read and written.
    pub scenarios: PathBuf,
    /// Folder in which jobs and their results are kept.
    pub state: PathBuf,
    /// Origins of other pages that may call the API (`https://example.org`).
    pub cors: Vec<String>,
    /// Names, beside those of this machine, under which it is called.
    pub hosts: Vec<String>,
    /// Cells of a table that are answered at once.
    pub max_cells: usize,
    /// Bytes of a body.
    pub max_body: usize,
    /// Time in which the head of a request must have come, and in which an idle connection is kept.
    pub head_time: Duration,
    /// Time in which a body must have come.
    pub body_time: Duration,
    /// Time in which the caller must take some of an answer; one that takes nothing is let go.
    pub write_time: Duration,
    /// Time of a short question; a request may ask for less.
    pub time_limit: Duration,
    /// Time of a job; a request may ask for less.
    pub job_time_limit: Duration,
    /// Bytes by which a job may make this process grow.
    pub job_memory: usize,
    /// Threads for short questions.
    pub threads: usize,
    /// Jobs that run at once.
    pub jobs: usize,
    /// Jobs that may wait.
    pub queue: usize,
    /// Connections at once.
    pub connections: usize,
}

impl Settings {
    /// The port on which it listens where none is given.
    pub const PORT: u16 = 8765;

    /// A server for this machine alone, with folders of scenarios and of state.
    pub fn new(scenarios: PathBuf, state: PathBuf) -> Settings {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Settings {
            address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), Settings::PORT),
            token: None,
            scenarios,
            state,
            cors: Vec::new(),
            hosts: Vec::new(),
            max_cells: 250_000,
            max_body: 16 << 20,
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(20),
            write_time: Duration::from_secs(60),
            time_limit: Duration::from_secs(30),
            job_time_limit: Duration::from_secs(3_600),
            job_memory: 4 << 30,
            threads,
            jobs: 1,
            queue: 16,
            connections: 1_024,
        }
    }
}
