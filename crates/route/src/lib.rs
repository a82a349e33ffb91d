//! How a shipment goes: the Pareto set of itineraries in time, cost and CO2e over rail, sea and
//! road, found by plain exact search.
//!
//! In: a [`trimodal_model::network::Network`], [`parameters::Parameters`], the law
//! ([`law::Book`]) and a [`Request`]. Out: [`outcome::Routes`]. No I/O, no clock, no random
//! numbers.
//!
//! Reading order: [`graph`] (states and steps), [`weights`] (what a step takes), [`search`] and
//! [`pareto`] (the algorithms), [`route`] (a question answered), [`itinerary`] (told leg by leg).

pub mod check;
pub mod closing;
pub mod closures;
mod explain;
pub mod graph;
mod guide;
pub mod itinerary;
pub mod law;
pub mod measure;
pub mod outcome;
pub mod overrides;
pub mod parameters;
pub mod pareto;
pub mod prepared;
mod query;
pub mod route;
pub mod search;
pub mod skim;
pub mod snap;
mod ways;
pub mod weights;
pub mod zones;

pub use closures::Closures;
pub use law::{Book, Goods};
pub use outcome::Routes;
pub use parameters::{Cargo, Parameters};
pub use prepared::{Contracted, Ready};
pub use route::{By, Point, Request, Router};
pub use weights::Criterion;
