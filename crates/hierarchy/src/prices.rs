//! What every arc and shortcut costs, for the prices of one question: customization.
//!
//! A shortcut between two neighbours of a lower node costs at most the way through that node. Nodes
//! are taken in ascending order; the arcs of one node lie in a row by the depth of their
//! head while the ways from below are added, so that finding the arc of a triangle is one look.

use crate::FAR;
use crate::shape::Shape;

/// Costs of the arcs of a shape, and what each stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prices {
    /// From the lower end to the higher.
    pub up: Vec<u32>,
    /// From the higher end to the lower.
    pub down: Vec<u32>,
    /// What the way up is: an arc of the graph, or [`VIA`] and the node it passes.
    pub via_up: Vec<u32>,
    /// What the way down is.
    pub via_down: Vec<u32>,
}

/// Marks a way that is no arc of the graph but passes a node.
pub const VIA: u32 = 1 << 31;

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

    /// The arcs of the graph alone. Of several between two nodes the cheapest counts, then the first.
    pub(crate) fn of_graph(shape: &Shape, costs: &[u32]) -> Prices {
        let far = vec![FAR; shape.arcs()];
        let none = vec![VIA; shape.arcs()];
        let mut prices =
            Prices { up: far.clone(), down: far, via_up: none.clone(), via_down: none };
        for (i, (cost, arc)) in costs.iter().zip(&shape.input).enumerate() {
            if *arc == u32::MAX {
                continue;
            }
            let a = (arc / 2) as usize;
            let (to, via) = if arc % 2 == 0 {
                (&mut prices.up[a], &mut prices.via_up[a])
            } else {
                (&mut prices.down[a], &mut prices.via_down[a])
            };
            if *cost < *to {
                (*to, *via) = (*cost, i as u32);
            }
        }
        prices
    }

    /// Adds the ways through lower nodes to the arcs of a node.
    fn settle(&mut self, shape: &Shape, u: u32, row: &mut Row) {
        let own = shape.arcs_of(u);
        for a in own.clone() {
            let d = shape.head_depth[a] as usize;
            (row.up[d], row.down[d]) = (self.up[a], self.down[a]);
            (row.via_up[d], row.via_down[d]) = (self.via_up[a], self.via_down[a]);
        }
        for low in shape.below_of(u) {
            let low = *low as usize;
            let v = shape.tail[low];
            let (to_u, from_u) = (self.up[low], self.down[low]);
            if to_u == FAR && from_u == FAR {
                continue;
            }
            let rest = low + 1..shape.first[v as usize + 1] as usize;
            let ways = shape.head_depth[rest.clone()].iter().zip(&self.up[rest.clone()]);
            for ((d, up), down) in ways.zip(&self.down[rest]) {
                let d = *d as usize;
                let there = from_u.saturating_add(*up);
                if there < row.up[d] {
                    (row.up[d], row.via_up[d]) = (there, VIA | v);
                }
                let back = down.saturating_add(to_u);
                if back < row.down[d] {
                    (row.down[d], row.via_down[d]) = (back, VIA | v);
                }
            }
        }
        for a in own {
            let d = shape.head_depth[a] as usize;
            (self.up[a], self.down[a]) = (row.up[d], row.down[d]);
            (self.via_up[a], self.via_down[a]) = (row.via_up[d], row.via_down[d]);
        }
    }

    /// The arcs of the graph that an arc stands for, in order.
    pub fn unpack(&self, shape: &Shape, arc: u32, upwards: bool, way: &mut Vec<u32>) {
        let mut stack = vec![(arc, upwards)];
        while let Some((a, upwards)) = stack.pop() {
            let via = if upwards { self.via_up[a as usize] } else { self.via_down[a as usize] };
            if via & VIA == 0 {
                way.push(via);
                continue;
            }
            let middle = via & !VIA;
            let (low, high) = (shape.tail[a as usize], shape.head[a as usize]);
            let (Some(to_low), Some(to_high)) = (shape.arc(middle, low), shape.arc(middle, high))
            else {
                continue;
            };
            // Down to the middle, then up from it; the last pushed is told first.
            let (down, up) = if upwards { (to_low, to_high) } else { (to_high, to_low) };
            stack.push((up, true));
            stack.push((down, false));
        }
    }
}

/// The arcs of one node by the depth of their head.
struct Row {
    up: Vec<u32>,
    down: Vec<u32>,
    via_up: Vec<u32>,
    via_down: Vec<u32>,
}

impl Row {
    fn new(shape: &Shape) -> Row {
        let deep = shape.depth.iter().max().map_or(0, |d| *d as usize + 1);
        let row = || vec![FAR; deep];
        Row { up: row(), down: row(), via_up: row(), via_down: row() }
    }
}
