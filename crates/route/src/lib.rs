//! Itineraries of a shipment: the Pareto set in time, cost and CO2e over rail, sea, road and inland waterways, found by exact
//! search.
//!
//! In: a [`trimodal_model::network::Network`], [`parameters::Parameters`], the law
//! ([`law::NetworkLaw`]) and a [`Request`]. Out: [`outcome::Routes`]. No I/O, no random numbers, and no
//! clock but that of a [`trimodal_model::control::Control`].
//!
//! Reading order: [`graph`] (states and steps), [`cost`] (what a step costs), [`search`] (the algorithms),
//! [`prepared`] (a network prepared for many questions), [`answer`] (one question), [`matrix`] (many),
//! [`itinerary`] (the answer leg by leg). A module uses only those above it:
//!
//! | module | holds |
//! |---|---|
//! | [`parameters`], [`rates`], [`factors`], [`trade`], [`services`], [`ships`], [`graph`], [`dated`], [`area`], [`restrict`] | tables, states and steps, closures |
//! | [`cost`], [`water`], [`objective`], [`occupied`], [`law`], [`snap`] | costs, what is minimised, the law, access to the network |
//! | [`request`], [`outcome`] | what goes in and what comes out |
//! | [`search`], [`itinerary`], [`sums`], [`basis`] | algorithms, legs, totals, what figures rest on |
//! | [`router`], [`prepared`] | what is shared by many questions |
//! | `query`, `explain`, `legal` | one question and its paths; why there are none; what the law says of them |
//! | [`answer`], [`matrix`], [`audit`], [`detours`] | the uses |

pub mod answer;
mod arc_costs;
pub mod arc_list;
pub mod area;
pub mod assumptions;
pub mod audit;
pub mod basis;
pub mod cost;
pub mod dated;
pub mod detours;
mod explain;
pub mod factors;
mod forced;
mod front;
pub mod graph;
pub mod itinerary;
pub mod law;
mod legal;
mod link_set;
pub mod matrix;
mod node_set;
pub mod objective;
pub mod occupied;
pub mod outcome;
pub mod parameters;
mod pieces;
pub mod prepared;
pub mod pricing;
mod query;
pub mod rates;
pub mod request;
pub mod restrict;
pub mod router;
pub mod sea_audit;
pub mod search;
pub mod services;
pub mod ships;
pub mod snap;
pub mod sums;
pub mod trade;
pub mod water;

pub use cost::Criterion;
pub use law::{Goods, NetworkLaw};
pub use outcome::Routes;
pub use parameters::{Cargo, Parameters};
pub use prepared::{ContractedNetwork, PreparedRouter};
pub use request::{Answer, Point, Request, Via};
pub use restrict::Closures;
pub use router::Router;
pub use ships::{Ship, ShipClass};
