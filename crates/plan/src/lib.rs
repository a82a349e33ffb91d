//! The capacity of a corridor, the facilities that bind, and the cheapest investments for multiples of
//! it.
//!
//! In: a scenario. Out: a [`outcome::Plan`], plain data. No files, no global state, no clock but that of
//! the caller's [`trimodal_model::Control`]. A scenario becomes paths ([`paths`]), columns
//! ([`columns`]) judged by the law ([`judge`], [`column_pool`]), constraints derived from the scenario
//! ([`constraints`]), requests ([`formulation`]) as linear programs and, behind one interface, the solver
//! ([`lp`]). Every solution that is reported is verified by [`check`], which shares nothing with that
//! chain but the scenario.
//!
//! A *path* is an alternative of a demand row in the program; an *itinerary* is a path that carries flow,
//! as the outcome reports it.

pub mod binding;
mod cancelled;
pub mod capacity;
pub mod check;
pub mod column_pool;
pub mod columns;
pub mod compare;
pub mod constraints;
pub mod costs;
pub mod derivation;
pub mod economics;
pub mod empties;
pub mod explain;
mod failure;
pub mod formulation;
pub mod growth;
pub mod judge;
pub mod ladder;
mod legal;
pub mod lp;
pub mod marginal;
pub mod outcome;
pub mod paths;
mod plan;
mod program;
mod request;
pub mod requests;
pub mod requirements;
pub mod schedule;
pub mod served;
pub mod solution;
pub mod uncertainty;

pub use cancelled::Cancelled;
pub use failure::Failure;
pub use legal::{NOT_LEGAL_ADVICE, WATERMARK};
pub use plan::plan;
pub use request::{PlanRequest, Policies};
