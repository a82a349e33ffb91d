//! The pieces that closures leave of a network: states in different ones have no path between them.

use crate::graph::{Graph, State, Step};
use crate::snap::find;

/// The piece of each state. A state that is only left or only arrived at, as at a seaport, joins no pieces.
pub(crate) struct Pieces(Vec<u32>);

impl Pieces {
    /// The pieces that open arcs make of some states.
    pub fn new(states: usize, arcs: &[(u32, u32)]) -> Pieces {
        let (mut left, mut arrived) = (vec![false; states], vec![false; states]);
        for (a, b) in arcs {
            (left[*a as usize], arrived[*b as usize]) = (true, true);
        }
        let mut root: Vec<u32> = (0..states as u32).collect();
        for (a, b) in arcs.iter().filter(|(a, b)| arrived[*a as usize] && left[*b as usize]) {
            let (a, b) = (find(&mut root, *a), find(&mut root, *b));
            root[a.max(b) as usize] = a.min(b);
        }
        Pieces((0..states as u32).map(|s| find(&mut root, s)).collect())
    }

    /// The pieces that a path from a state may be in after its first step, if it makes one.
    pub fn after(
        &self,
        graph: &Graph,
        from: State,
        is_open: impl Fn(Step, State, State) -> bool,
    ) -> Vec<u32> {
        let mut found = vec![self.0[from.ix()]];
        graph.out(from, |step, next| {
            if is_open(step, from, next) {
                found.push(self.0[next.ix()]);
            }
        });
        found
    }

    /// The pieces that a path to a state may be in before its last step.
    pub fn before(
        &self,
        graph: &Graph,
        to: State,
        is_open: impl Fn(Step, State, State) -> bool,
    ) -> Vec<u32> {
        let mut found = vec![self.0[to.ix()]];
        graph.into(to, |step, last| {
            if is_open(step, last, to) {
                found.push(self.0[last.ix()]);
            }
        });
        found
    }
}
