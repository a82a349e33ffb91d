//! Shortest paths in microseconds, over any directed graph whose arc costs change and whose topology
//! does not: customizable contraction hierarchies (J. Dibbelt, B. Strasser, D. Wagner, *Customizable
//! contraction hierarchies*, ACM Journal of Experimental Algorithmics 21, 2016).
//!
//! In: arcs between numbered nodes, and the coordinates of the nodes. Out: distances and paths, to the
//! unit those of Dijkstra's algorithm. Knows nothing of freight, does no I/O, uses no clock and no
//! random numbers.
//!
//! Reading order, which is the order of work:
//!
//! | module | computes | how often |
//! |---|---|---|
//! | [`order`] (with [`separator`]) | a nested dissection order of the nodes | once for a network, kept with it |
//! | [`cch`] | arcs and shortcuts, the elimination tree | once when a network is read |
//! | [`metric`] | the cost of every shortcut (customization) | for a new set of arc costs |
//! | [`partial`] | the same, where a few arc costs changed | for a closure |
//! | [`perfect`] | the shortcuts on shortest paths alone | before many queries |
//! | [`unpack`] | the arcs that each shortcut represents | before many path queries |
//! | [`query`] | distances to all ancestors, paths | for each query |
//! | [`potential`] | distances from any node to a few targets | to guide another search |
//! | [`pareto_core`] | shortcuts with three costs each | before queries for Pareto sets |
//! | [`question_core`] | what of them leads from some nodes to others | for one such query alone |
//! | [`many_to_many`] | all distances between two lists | for each table |
//! | [`selection`] (with [`climb`]) | all distances and paths between two lists of points | for each table |
//!
//! Costs are 32-bit and saturate: [`INFINITY`] means that there is no path, or that it costs more than
//! 32 bits can hold. A caller who needs to tell these apart uses Dijkstra's algorithm.

pub mod cch;
pub mod climb;
pub mod many_to_many;
pub mod metric;
pub mod order;
pub mod pareto_core;
pub mod partial;
pub mod perfect;
pub mod potential;
pub mod query;
pub mod question_core;
pub mod selection;
pub mod separator;
pub mod unpack;

pub use cch::Cch;
pub use metric::Metric;

/// The cost of a closed arc, and the distance where there is no path or its cost overflows.
pub const INFINITY: u32 = u32::MAX;
