//! `trimodal serve`: a map and an HTTP API on this machine, from the one binary.
//!
//! Everything is asked of the front door of the library; nothing is computed here. An [`operation::Operation`]
//! declares what it takes and what it answers, and the router and the OpenAPI document are made from that.
//! Engines run on threads of their own ([`workers`]); long questions are [`jobs`].

pub mod app;
pub mod assets;
mod body;
mod deadline;
mod guard;
mod gzip;
pub mod habit;
pub mod jobs;
pub mod look_up;
pub mod metrics;
pub mod openapi;
pub mod operation;
pub mod pairs;
mod reference;
pub mod refusal;
pub mod route;
mod rows;
pub mod scenarios;
mod server;
mod settings;
pub mod table;
pub mod tiles;
pub mod workers;

pub use server::serve;
pub use settings::Settings;

/// Prints what is answered, and what goes wrong, to standard error: a line of JSON each, without contents of
/// requests.
pub fn log_to_stderr() {
    let lines = tracing_subscriber::fmt().json().with_writer(std::io::stderr);
    // Where a subscriber is set already, that of the embedding program stays.
    let _ = lines.try_init();
}
