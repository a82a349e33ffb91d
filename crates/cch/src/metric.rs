//! Customization: the cost of every arc and shortcut for one set of arc costs.
//!
//! A shortcut between two upper neighbours of a node costs at most the path through that node (its lower
//! triangle). Nodes are processed by ascending rank; while the lower triangles of a node are added, the
//! costs of its arcs lie in an array by the depth of their head, so that the third side of a triangle is
//! found by one access.

use crate::INFINITY;
use crate::cch::Cch;

/// The costs of all arcs of a hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metric {
    /// From the lower end to the higher.
    pub up: Vec<u32>,
    /// From the higher end to the lower.
    pub down: Vec<u32>,
}

impl Metric {
    /// Customizes a hierarchy to the arc costs of its graph; [`INFINITY`] closes an arc.
    pub fn customize(cch: &Cch, costs: &[u32]) -> Metric {
        let mut metric = Metric::of_graph(cch, costs);
        let mut row = Row::new(cch);
        for u in 0..cch.nodes() as u32 {
            if !cch.down_arcs_of(u).is_empty() && !cch.up_arcs_of(u).is_empty() {
                metric.relax(cch, u, &mut row);
            }
        }
        metric
    }

    /// The arcs of the graph alone: of parallel arcs the cheapest.
    fn of_graph(cch: &Cch, costs: &[u32]) -> Metric {
        let closed = vec![INFINITY; cch.arcs()];
        let mut metric = Metric { up: closed.clone(), down: closed };
        for (cost, arc) in costs.iter().zip(&cch.input_arc).filter(|(_, arc)| **arc != u32::MAX) {
            let side = if arc % 2 == 0 { &mut metric.up } else { &mut metric.down };
            let to = &mut side[(arc / 2) as usize];
            *to = (*to).min(*cost);
        }
        metric
    }

    /// Relaxes the arcs of a rank by their lower triangles.
    fn relax(&mut self, cch: &Cch, u: u32, row: &mut Row) {
        let own = cch.up_arcs_of(u);
        for a in own.clone() {
            row.0[cch.head_depth[a] as usize] = [self.up[a], self.down[a]];
        }
        for low in cch.down_arcs_of(u) {
            let low = *low as usize;
            let (to_u, from_u) = (self.up[low], self.down[low]);
            if to_u == INFINITY && from_u == INFINITY {
                continue;
            }
            let rest = low + 1..cch.up_first_out[cch.tail[low] as usize + 1] as usize;
            let sides = cch.head_depth[rest.clone()].iter().zip(&self.up[rest.clone()]);
            for ((d, up), down) in sides.zip(&self.down[rest]) {
                let [there, back] = &mut row.0[*d as usize];
                *there = (*there).min(from_u.saturating_add(*up));
                *back = (*back).min(down.saturating_add(to_u));
            }
        }
        for a in own {
            [self.up[a], self.down[a]] = row.0[cch.head_depth[a] as usize];
        }
    }
}

/// Upward and downward costs of the arcs of one rank, by the depth of their head.
struct Row(Vec<[u32; 2]>);

impl Row {
    fn new(cch: &Cch) -> Row {
        let deep = cch.depth.iter().max().map_or(0, |d| *d as usize + 1);
        Row(vec![[INFINITY; 2]; deep])
    }
}
