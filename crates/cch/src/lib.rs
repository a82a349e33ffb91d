//! Shortest ways in microseconds, over any directed graph whose prices change and whose shape does
//! not: customizable contraction hierarchies (J. Dibbelt, B. Strasser, D. Wagner, *Customizable
//! contraction hierarchies*, ACM Journal of Experimental Algorithmics 21, 2016).
//!
//! In: arcs between numbered nodes, and where the nodes are. Out: costs and ways, to the unit those
//! of a plain search. Knows nothing of freight, does no I/O, uses no clock and no random numbers.
//!
//! Reading order, which is the order of work:
//!
//! | room | makes | how often |
//! |---|---|---|
//! | [`order`] (with [`cut`]) | an order of the nodes, small cuts last | once for a network, kept with it |
//! | [`shape`] | arcs and shortcuts, the elimination tree | once when a network is read |
//! | [`prices`] | what each shortcut costs | for new prices |
//! | [`change`] | the same, where a few arcs changed | for a closure |
//! | [`thin`] | only the shortcuts that matter | where many questions follow |
//! | [`vias`] | what each shortcut stands for | where many ways are asked for |
//! | [`walk`] | distances to all ancestors, a way | for each question |
//! | [`towards`] | distances from any node to a few ends | where another search is guided |
//! | [`skeleton`] | bundles of rides with three costs | where sets of best ways are asked for |
//! | [`table`] | all distances between two lists | for each table |
//!
//! Costs are 32-bit and saturate: [`FAR`] means no way, or one that costs more than can be counted.
//! Whoever needs to tell these apart asks a plain search.

pub mod change;
pub mod cut;
pub mod order;
pub mod prices;
pub mod shape;
pub mod skeleton;
pub mod table;
pub mod thin;
pub mod towards;
pub mod vias;
pub mod walk;

/// No way, or beyond what can be counted.
pub const FAR: u32 = u32::MAX;
