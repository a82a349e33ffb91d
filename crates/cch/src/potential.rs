//! CCH potentials: exact distances from any node to the nearest of a few targets, computed lazily, to
//! guide another search (B. Strasser, T. Zeitz, *A fast and tight heuristic for A\* in road networks*,
//! SEA 2021). By several metrics at once, so that each node is looked up once for all of them.

use crate::INFINITY;
use crate::cch::Cch;
use crate::query::{CchView, Direction, Label};

/// Not computed yet. A distance by the first metric that happens to equal it counts as [`INFINITY`].
const UNKNOWN: u32 = INFINITY - 1;

/// Distances to the targets by several metrics; its memory is used again from query to query.
#[derive(Debug, Clone, Default)]
pub struct Potential<const METRICS: usize> {
    /// By rank.
    cost: Vec<[u32; METRICS]>,
    known: Vec<u32>,
    climb: Vec<u32>,
    label: Label,
}

impl<const METRICS: usize> Potential<METRICS> {
    /// Sets the targets (numbers of the graph), each with the costs to add behind it. All views are of
    /// one hierarchy.
    pub fn set_targets(&mut self, views: &[CchView; METRICS], targets: &[(u32, [u32; METRICS])]) {
        let cch = views[0].cch;
        self.cost.resize(cch.nodes(), [UNKNOWN; METRICS]);
        self.known.drain(..).for_each(|v| self.cost[v as usize] = [UNKNOWN; METRICS]);
        // The distances of the ancestors of the targets downwards, the highest last.
        let mut initial: Vec<(u32, [u32; METRICS])> = Vec::new();
        for (target, more) in targets {
            let first = initial.len();
            initial.extend(
                cch.ancestors(cch.rank[*target as usize]).map(|v| (v, [INFINITY; METRICS])),
            );
            for k in 0..METRICS {
                views[k].label(*target, Direction::Backward, &mut self.label);
                for (v, cost) in &mut initial[first..] {
                    let depth = cch.depth[*v as usize] as usize;
                    cost[k] = self.label.cost[depth].saturating_add(more[k]);
                }
            }
        }
        initial.sort_unstable();
        initial.dedup_by(|(v, cost), (kept, least)| {
            let same = v == kept;
            if same {
                (0..METRICS).for_each(|k| least[k] = least[k].min(cost[k]));
            }
            same
        });
        for (v, cost) in initial.into_iter().rev() {
            self.settle(cch, views, v, cost);
        }
    }

    /// The distances from a node (a number of the graph), if they were computed already.
    pub fn known(&self, cch: &Cch, node: u32) -> Option<&[u32; METRICS]> {
        let cost = &self.cost[cch.rank[node as usize] as usize];
        (cost[0] != UNKNOWN).then_some(cost)
    }

    /// The distances from a node (a number of the graph) to the nearest target.
    pub fn distances(&mut self, views: &[CchView; METRICS], node: u32) -> &[u32; METRICS] {
        let cch = views[0].cch;
        let node = cch.rank[node as usize];
        let mut at = node;
        while self.cost[at as usize][0] == UNKNOWN {
            self.climb.push(at);
            let parent = cch.parent[at as usize];
            if parent == at {
                break;
            }
            at = parent;
        }
        while let Some(v) = self.climb.pop() {
            self.settle(cch, views, v, [INFINITY; METRICS]);
        }
        &self.cost[node as usize]
    }

    /// Computes the distances of a node from those of its ancestors.
    fn settle(&mut self, cch: &Cch, views: &[CchView; METRICS], v: u32, initial: [u32; METRICS]) {
        let own = cch.up_arcs_of(v);
        let metric = views.map(|r| &r.metric.up[own.clone()]);
        let mut least = initial;
        for (i, w) in cch.head[own].iter().enumerate() {
            let rest = &self.cost[*w as usize];
            for k in 0..METRICS {
                least[k] = least[k].min(rest[k].saturating_add(metric[k][i]));
            }
        }
        if least[0] == UNKNOWN {
            least[0] = INFINITY;
        }
        self.cost[v as usize] = least;
        self.known.push(v);
    }
}
