//! A part of the world network as a scenario folder that can be planned and simulated.
//!
//! In: a network and a region. Out: the files of a scenario, in memory. [`simplify`] finds the nodes
//! and links between the terminals of the region; [`extract`] writes them as tables.

pub mod extract;
pub mod simplify;

pub use extract::scenario;
