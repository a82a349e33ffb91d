//! Which points of a table may have a way between them, whatever it costs.

use rayon::prelude::*;
use trimodal_model::control::Control;
use trimodal_model::network::LinkId;

use crate::query::RouteQuery;
use crate::request::{Point, Request};
use crate::router::Router;
use crate::snap::find;

/// The pieces that closures leave of the network, by links and terminals, at the places where points meet it.
pub struct Joined {
    origins: Vec<Vec<u32>>,
    destinations: Vec<Vec<u32>>,
}

impl Joined {
    /// Finds the pieces: some ten milliseconds for the network of the Earth.
    pub fn new(
        router: &Router,
        request: &Request,
        origins: &[Point],
        destinations: &[Point],
    ) -> Joined {
        let (n, control) = (&*router.graph.network, Control::none());
        let query = RouteQuery::new(router, request, request.closures.clone(), None, &control);
        let open = (0..n.links()).map(LinkId::at).filter(|l| !request.closures.link(n, *l));
        let links = open.map(|l| (n.tail[l.ix()], n.head[l.ix()]));
        let transfers = n.terminals.iter().flat_map(|t| t.transfers.iter().copied());
        let mut root: Vec<u32> = (0..n.nodes() as u32).collect();
        for (a, b) in links.chain(transfers) {
            let (a, b) = (find(&mut root, a.0), find(&mut root, b.0));
            root[a.max(b) as usize] = a.min(b);
        }
        for node in 0..root.len() as u32 {
            root[node as usize] = find(&mut root, node);
        }
        let meets = |p: &Point| query.snap(p).iter().map(|c| root[c.node.ix()]).collect();
        Joined {
            origins: origins.par_iter().map(meets).collect(),
            destinations: destinations.par_iter().map(meets).collect(),
        }
    }

    /// Whether there may be a path; where not, there is none.
    pub fn may_reach(&self, origin: usize, destination: usize) -> bool {
        let [from, to] = [&self.origins[origin], &self.destinations[destination]];
        from.iter().any(|piece| to.contains(piece))
    }
}
