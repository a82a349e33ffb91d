//! Which points of a table may have a way between them, whatever it costs.

use rayon::prelude::*;
use trimodal_model::control::Control;

use crate::cost::Criterion;
use crate::graph::{State, Step};
use crate::objective::Objective;
use crate::parameters::Handling;
use crate::pieces::Pieces;
use crate::query::RouteQuery;
use crate::request::{Point, Request};
use crate::router::Router;

/// The pieces of what is open of a network, where points enter and leave it.
pub struct Joined {
    origins: Vec<Vec<u32>>,
    destinations: Vec<Vec<u32>>,
}

impl Joined {
    /// Finds the pieces: some tenths of a second for the network of the Earth.
    pub fn new(
        router: &Router,
        request: &Request,
        origins: &[Point],
        destinations: &[Point],
    ) -> Joined {
        let (graph, control) = (&router.graph, Control::none());
        let query = RouteQuery::new(router, request, request.closures.clone(), None, &control);
        let by = Objective::Single(Criterion::Distance);
        let is_open = |step: Step, a: State, b: State| query.value(step, a, b, by).is_some();
        let mut arcs = Vec::new();
        for from in (0..graph.states() as u32).map(State) {
            graph.out(from, |step, to| {
                if is_open(step, from, to) {
                    arcs.push((from.0, to.0));
                }
            });
        }
        let pieces = Pieces::new(graph.states(), &arcs);
        let states = |p: &Point, handling| {
            let found = query.access_points(p, &query.snap(p), handling);
            found.into_iter().map(|access| access.state)
        };
        let after =
            |p: &Point| states(p, Handling::Load).flat_map(|s| pieces.after(graph, s, is_open));
        let before =
            |p: &Point| states(p, Handling::Unload).flat_map(|s| pieces.before(graph, s, is_open));
        Joined {
            origins: origins.par_iter().map(|p| after(p).collect()).collect(),
            destinations: destinations.par_iter().map(|p| before(p).collect()).collect(),
        }
    }

    /// Whether there may be a path; where not, there is none.
    pub fn may_reach(&self, origin: usize, destination: usize) -> bool {
        let [from, to] = [&self.origins[origin], &self.destinations[destination]];
        from.iter().any(|piece| to.contains(piece))
    }
}
