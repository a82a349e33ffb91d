//! Discrete-event simulation of a plan: is the planned volume delivered?
//!
//! Input: a scenario with its investments made, and the flows of a plan ([`FlowOrder`]s). Output: an
//! [`outcome::Simulation`], plain data. No files, no clock, no global state.
//!
//! [`compile`](mod@compile) writes a scenario as a model of the discrete-event engine (`trimodal-des`):
//! vehicles are entities that follow programs over resources and stocks. A replication warms up and
//! measures one year; many run in parallel and are judged together. [`simulate`] does all
//! of it; [`compare`] compares two outcomes; a [`recording`] shows the first replication.

mod calendars;
pub mod compare;
pub mod compile;
mod derate;
mod estimate;
mod experiment;
pub mod outcome;
mod per_run;
pub mod pictures;
pub mod recording;
mod replication;
mod replications;
mod request;
mod results;
mod verdict;
mod warm;

pub use compile::{CompiledModel, EmptyRun, FlowOrder, Orders, Ride};
pub use experiment::{Done, simulate};
pub use replications::Failure;
pub use request::Request;
