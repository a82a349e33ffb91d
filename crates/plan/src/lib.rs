//! Capacity, what binds, and the cheapest investments for many times more.
//!
//! In: a scenario. Out: a [`outcome::Plan`], plain data. No files, no clock but the solver's time
//! limit, no global state. A scenario becomes itineraries ([`itineraries`]), columns ([`column`])
//! judged by the law ([`network`]), rows derived from the description ([`rows`]), a programme
//! ([`formulation`]) and, behind one seam, the solver ([`solver`]). Every solution that is told is
//! verified by [`check`], which shares nothing with that chain but the description.

pub mod capacity;
pub mod check;
pub mod column;
pub mod compare;
pub mod costs;
pub mod deadline;
pub mod derivation;
pub mod economics;
pub mod empties;
pub mod formulation;
pub mod growth;
pub mod itineraries;
pub mod judge;
pub mod ladder;
pub mod needs;
pub mod network;
pub mod outcome;
mod plan;
pub mod rows;
pub mod schedule;
pub mod solution;
pub mod solver;
pub mod uncertainty;

pub use plan::{Failure, NOT_LEGAL_ADVICE, Request, WATERMARK, plan};
