//! Whether a prepared network may have a path at all.

use trimodal_cch::INFINITY;

use crate::graph::State;
use crate::pieces::Pieces;
use crate::prepared::PreparedRouter;

impl PreparedRouter {
    /// Whether there may be a path; where not, there is none.
    pub(crate) fn may_join(&self, from: State, to: State) -> bool {
        let (pieces, graph) = (self.pieces.get_or_init(|| self.split()), &self.router.graph);
        let after = pieces.after(graph, from, |_, _, _| true);
        pieces.before(graph, to, |_, _, _| true).iter().any(|piece| after.contains(piece))
    }

    fn split(&self) -> Pieces {
        let all = self.contracted.arcs.ends.iter().zip(&self.metrics[0].costs);
        let open = all.filter(|(_, cost)| **cost != INFINITY).map(|(ends, _)| *ends);
        Pieces::new(self.router.graph.states(), &open.collect::<Vec<_>>())
    }
}
