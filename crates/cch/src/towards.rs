//! Distances towards a few fixed ends from any node, found one by one as they are asked for: what
//! guides a search of another kind (B. Strasser, T. Zeitz, *A fast and tight heuristic for A\* in
//! road networks*, SEA 2021). By several prices at once, since a node is found but once for all.

use crate::FAR;
use crate::shape::Shape;
use crate::walk::{Label, Look, Roads};

/// Not asked for yet. A first distance that happens to be as much counts as [`FAR`].
const UNKNOWN: u32 = FAR - 1;

/// Room for distances towards ends by several prices, used again from question to question.
#[derive(Debug, Clone, Default)]
pub struct Towards<const PRICES: usize> {
    /// By the number of the node in the shape.
    cost: Vec<[u32; PRICES]>,
    known: Vec<u32>,
    climb: Vec<u32>,
    label: Label,
}

impl<const PRICES: usize> Towards<PRICES> {
    /// Sets the ends (nodes as numbered in the graph), each with what is to be added behind it. All
    /// roads are of one shape.
    pub fn aim(&mut self, roads: &[Roads; PRICES], ends: &[(u32, [u32; PRICES])]) {
        let shape = roads[0].shape;
        self.cost.resize(shape.nodes(), [UNKNOWN; PRICES]);
        self.known.drain(..).for_each(|v| self.cost[v as usize] = [UNKNOWN; PRICES]);
        // What the ancestors of the ends are from below, the highest last.
        let mut begun: Vec<(u32, [u32; PRICES])> = Vec::new();
        for (end, more) in ends {
            let first = begun.len();
            begun.extend(shape.up(shape.rank[*end as usize]).map(|v| (v, [FAR; PRICES])));
            for k in 0..PRICES {
                roads[k].label(*end, Look::To, &mut self.label);
                for (v, cost) in &mut begun[first..] {
                    let depth = shape.depth[*v as usize] as usize;
                    cost[k] = self.label.cost[depth].saturating_add(more[k]);
                }
            }
        }
        begun.sort_unstable();
        begun.dedup_by(|(v, cost), (kept, least)| {
            let same = v == kept;
            if same {
                (0..PRICES).for_each(|k| least[k] = least[k].min(cost[k]));
            }
            same
        });
        for (v, cost) in begun.into_iter().rev() {
            self.settle(shape, roads, v, cost);
        }
    }

    /// The distances from a node (as numbered in the graph), where they were asked for already.
    pub fn known(&self, shape: &Shape, node: u32) -> Option<&[u32; PRICES]> {
        let cost = &self.cost[shape.rank[node as usize] as usize];
        (cost[0] != UNKNOWN).then_some(cost)
    }

    /// The distances from a node (as numbered in the graph) to the nearest end.
    pub fn of(&mut self, roads: &[Roads; PRICES], node: u32) -> &[u32; PRICES] {
        let shape = roads[0].shape;
        let node = shape.rank[node as usize];
        let mut at = node;
        while self.cost[at as usize][0] == UNKNOWN {
            self.climb.push(at);
            let parent = shape.parent[at as usize];
            if parent == at {
                break;
            }
            at = parent;
        }
        while let Some(v) = self.climb.pop() {
            self.settle(shape, roads, v, [FAR; PRICES]);
        }
        &self.cost[node as usize]
    }

    /// The distances of a node whose ancestors are known.
    fn settle(&mut self, shape: &Shape, roads: &[Roads; PRICES], v: u32, begun: [u32; PRICES]) {
        let own = shape.arcs_of(v);
        let prices = roads.map(|r| &r.prices.up[own.clone()]);
        let mut least = begun;
        for (i, w) in shape.head[own].iter().enumerate() {
            let rest = &self.cost[*w as usize];
            for k in 0..PRICES {
                least[k] = least[k].min(rest[k].saturating_add(prices[k][i]));
            }
        }
        if least[0] == UNKNOWN {
            least[0] = FAR;
        }
        self.cost[v as usize] = least;
        self.known.push(v);
    }
}
