//! Exact searches over the states of a graph: Dijkstra's algorithm and A* for one objective, label-setting
//! searches for Pareto sets.
//!
//! Costs are whole numbers, ties go to the lower state, and nothing depends on threads, so that an answer
//! is the same on every machine. Every loop asks a [`Control`](trimodal_model::control::Control) now and
//! then whether it must stop.

mod a_star;
mod apex;
mod core_search;
mod dijkstra;
mod pareto;
mod queue;
mod region;
mod stop;
mod task;
mod unwind;

pub use a_star::a_star;
pub use apex::apex_search;
pub use core_search::core_search;
pub(crate) use core_search::unpacked;
pub use dijkstra::{Tree, backward, forward, try_backward, try_forward};
pub use pareto::pareto_search;
pub use region::SearchRegion;
pub use task::{Found, LowerBounds, Path, Steps, Task, thinned, undominated};

/// The cost of a state that is not reached.
pub const INFINITY: u64 = u64::MAX;
