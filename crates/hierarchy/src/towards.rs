//! Distances towards a few fixed ends from any node, found one by one as they are asked for: what
//! guides a search of another kind (B. Strasser, T. Zeitz, *A fast and tight heuristic for A\* in
//! road networks*, SEA 2021).

use crate::FAR;
use crate::prices::Prices;
use crate::shape::Shape;
use crate::walk::{Label, Look, Roads};

/// Not asked for yet. A distance that happens to be as much counts as [`FAR`].
const UNKNOWN: u32 = FAR - 1;

/// Room for distances towards ends, used again from question to question.
#[derive(Debug, Clone, Default)]
pub struct Towards {
    /// By the number of the node in the shape.
    cost: Vec<u32>,
    known: Vec<u32>,
    climb: Vec<u32>,
    label: Label,
}

impl Towards {
    /// Sets the ends (nodes as numbered in the graph), each with what is to be added behind it.
    pub fn aim(&mut self, roads: &Roads, ends: &[(u32, u32)]) {
        let (shape, label) = (roads.shape, &mut self.label);
        self.cost.resize(shape.nodes(), UNKNOWN);
        self.known.drain(..).for_each(|v| self.cost[v as usize] = UNKNOWN);
        // What the ancestors of the ends are from below, the highest last.
        let mut begun: Vec<(u32, u32)> = Vec::new();
        for (end, more) in ends {
            roads.label(*end, Look::To, label);
            let up = shape.up(label.node);
            begun.extend(
                up.map(|v| (v, label.cost[shape.depth[v as usize] as usize].saturating_add(*more))),
            );
        }
        begun.sort_unstable();
        begun.dedup_by_key(|(v, _)| *v);
        for (v, cost) in begun.into_iter().rev() {
            self.settle(shape, roads.prices, v, cost);
        }
    }

    /// The distance from a node (as numbered in the graph) to the nearest end.
    pub fn of(&mut self, roads: &Roads, node: u32) -> u32 {
        let node = roads.shape.rank[node as usize];
        let mut at = node;
        while self.cost[at as usize] == UNKNOWN {
            self.climb.push(at);
            let parent = roads.shape.parent[at as usize];
            if parent == at {
                break;
            }
            at = parent;
        }
        while let Some(v) = self.climb.pop() {
            self.settle(roads.shape, roads.prices, v, FAR);
        }
        self.cost[node as usize]
    }

    /// The distance of a node whose ancestors are known.
    fn settle(&mut self, shape: &Shape, prices: &Prices, v: u32, begun: u32) {
        let own = shape.arcs_of(v);
        let ways = shape.head[own.clone()].iter().zip(&prices.up[own]);
        let sums = ways.map(|(w, cost)| self.cost[*w as usize].saturating_add(*cost));
        let least = sums.min().unwrap_or(FAR).min(begun);
        self.cost[v as usize] = if least == UNKNOWN { FAR } else { least };
        self.known.push(v);
    }
}
