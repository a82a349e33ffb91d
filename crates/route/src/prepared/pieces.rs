//! The pieces that closures leave of a network: states in different ones have no path between them.

use trimodal_cch::INFINITY;

use crate::graph::{Graph, State};
use crate::prepared::PreparedRouter;
use crate::snap::find;

impl PreparedRouter {
    /// Whether there may be a path. A state that is only left or only arrived at, as at a seaport, joins no
    /// pieces.
    pub(crate) fn may_join(&self, from: State, to: State) -> bool {
        let piece = self.pieces.get_or_init(|| self.split());
        let graph: &Graph = &self.router.graph;
        let mut after = vec![piece[from.ix()]];
        graph.out(from, |_, next| after.push(piece[next.ix()]));
        let mut met = after.contains(&piece[to.ix()]);
        graph.into(to, |_, last| met |= after.contains(&piece[last.ix()]));
        met
    }

    fn split(&self) -> Vec<u32> {
        let states = self.router.graph.states();
        let arcs = || {
            let all = self.contracted.ends.iter().zip(&self.metrics[0].costs);
            all.filter(|(_, cost)| **cost != INFINITY).map(|(ends, _)| *ends)
        };
        let (mut left, mut arrived) = (vec![false; states], vec![false; states]);
        for (a, b) in arcs() {
            (left[a as usize], arrived[b as usize]) = (true, true);
        }
        let mut root: Vec<u32> = (0..states as u32).collect();
        for (a, b) in arcs().filter(|(a, b)| arrived[*a as usize] && left[*b as usize]) {
            let (a, b) = (find(&mut root, a), find(&mut root, b));
            root[a.max(b) as usize] = a.min(b);
        }
        (0..states as u32).map(|s| find(&mut root, s)).collect()
    }
}
