//! What every arc and shortcut costs, for the prices of one question: customization.
//!
//! A shortcut between two neighbours of a lower node costs at most the way through that node. Nodes
//! are taken in ascending order; the arcs of one node lie in a row by the depth of their
//! head while the ways from below are added, so that finding the arc of a triangle is one look.

use crate::FAR;
use crate::shape::Shape;

/// Costs of the arcs of a shape.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices {
    /// From the lower end to the higher.
    pub up: Vec<u32>,
    /// From the higher end to the lower.
    pub down: Vec<u32>,
}

impl Prices {
    /// Prices the arcs of a shape by those of its graph; [`FAR`] closes one.
    pub fn new(shape: &Shape, costs: &[u32]) -> Prices {
        let mut prices = Prices::of_graph(shape, costs);
        let mut row = Row::new(shape);
        for u in 0..shape.nodes() as u32 {
            if !shape.below_of(u).is_empty() && !shape.arcs_of(u).is_empty() {
                prices.settle(shape, u, &mut row);
            }
        }
        prices
    }

    /// The arcs of the graph alone. Of several between two nodes the cheapest counts.
    fn of_graph(shape: &Shape, costs: &[u32]) -> Prices {
        let far = vec![FAR; shape.arcs()];
        let mut prices = Prices { up: far.clone(), down: far };
        for (cost, arc) in costs.iter().zip(&shape.input).filter(|(_, arc)| **arc != u32::MAX) {
            let side = if arc % 2 == 0 { &mut prices.up } else { &mut prices.down };
            let to = &mut side[(arc / 2) as usize];
            *to = (*to).min(*cost);
        }
        prices
    }

    /// Adds the ways through lower nodes to the arcs of a node.
    fn settle(&mut self, shape: &Shape, u: u32, row: &mut Row) {
        let own = shape.arcs_of(u);
        for a in own.clone() {
            row.0[shape.head_depth[a] as usize] = [self.up[a], self.down[a]];
        }
        for low in shape.below_of(u) {
            let low = *low as usize;
            let (to_u, from_u) = (self.up[low], self.down[low]);
            if to_u == FAR && from_u == FAR {
                continue;
            }
            let rest = low + 1..shape.first[shape.tail[low] as usize + 1] as usize;
            let ways = shape.head_depth[rest.clone()].iter().zip(&self.up[rest.clone()]);
            for ((d, up), down) in ways.zip(&self.down[rest]) {
                let [there, back] = &mut row.0[*d as usize];
                *there = (*there).min(from_u.saturating_add(*up));
                *back = (*back).min(down.saturating_add(to_u));
            }
        }
        for a in own {
            [self.up[a], self.down[a]] = row.0[shape.head_depth[a] as usize];
        }
    }
}

/// Costs up and down along the arcs of one node, by the depth of their head.
struct Row(Vec<[u32; 2]>);

impl Row {
    fn new(shape: &Shape) -> Row {
        let deep = shape.depth.iter().max().map_or(0, |d| *d as usize + 1);
        Row(vec![[FAR; 2]; deep])
    }
}
