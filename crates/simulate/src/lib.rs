//! Runs a plan, event by event: does the volume really flow?
//!
//! In: a scenario with its investments made, and the flows of a plan ([`Order`]s). Out: an
//! [`outcome::Simulation`], plain data. No files, no clock, no global state.
//!
//! The engine knows one kind of thing. [`program`] is its language: vehicles are entities that
//! follow programs (seize, hold, put, claim, release, ...) over resources and stocks. [`run`] is one
//! replication, [`statistics`] what it counts. [`translate`] writes the programs of a scenario;
//! [`simulate`] runs many of them and judges; [`compare`] sets two answers side by side.

mod calendars;
pub mod compare;
mod derate;
mod estimate;
mod judge;
pub mod outcome;
pub mod pictures;
mod results;
pub mod simulate;
pub mod translate;
mod warm;
mod year;
