//! Perfect customization: only the shortcuts that lie on shortest paths.
//!
//! From the root down every arc gets the true distance between its ends; one that costs more than that
//! is on no shortest path and is removed. The distances between the ancestors of a node lie in a square
//! matrix by depth, of which a descent of the elimination tree (ranks in descending order) changes one
//! row at a time.

use crate::INFINITY;
use crate::cch::Cch;
use crate::metric::Metric;

/// The remaining arcs in one direction, by their lower end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpwardGraph {
    /// Start of the arcs of each rank; one more entry than nodes.
    pub first_out: Vec<u32>,
    /// The depth of the head of each arc.
    pub head_depth: Vec<u32>,
    /// The cost of each arc.
    pub cost: Vec<u32>,
    /// Its number in the hierarchy.
    pub arc: Vec<u32>,
}

/// The arcs that lie on shortest paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PerfectMetric {
    /// Upward, for the search from an origin.
    pub up: UpwardGraph,
    /// Downward, for the search from a destination.
    pub down: UpwardGraph,
}

impl PerfectMetric {
    /// Removes the arcs that are on no shortest path.
    pub fn new(cch: &Cch, metric: &Metric) -> PerfectMetric {
        let (mut up, mut down) = (metric.up.clone(), metric.down.clone());
        tighten(cch, &mut up, &mut down);
        let keep = |of: &[u32], tight: &[u32]| {
            let mut side = UpwardGraph { first_out: vec![0], ..UpwardGraph::default() };
            for v in 0..cch.nodes() as u32 {
                for a in cch.up_arcs_of(v) {
                    if of[a] == tight[a] && of[a] != INFINITY {
                        side.head_depth.push(cch.head_depth[a]);
                        side.cost.push(of[a]);
                        side.arc.push(a as u32);
                    }
                }
                side.first_out.push(side.arc.len() as u32);
            }
            side
        };
        PerfectMetric { up: keep(&metric.up, &up), down: keep(&metric.down, &down) }
    }
}

/// Lowers every cost to the distance between the ends of its arc.
fn tighten(cch: &Cch, up: &mut [u32], down: &mut [u32]) {
    let deep = cch.depth.iter().max().map_or(0, |d| *d as usize + 1);
    // Row: depth of the lower end; column: depth of the higher end.
    let mut up_of = vec![INFINITY; deep * deep];
    let mut down_of = vec![INFINITY; deep * deep];
    for v in (0..cch.nodes() as u32).rev() {
        let own = cch.up_arcs_of(v);
        let depths = &cch.head_depth[own.clone()];
        let (ups, downs) = (&mut up[own.clone()], &mut down[own]);
        for i in 0..depths.len() {
            let row = depths[i] as usize * deep;
            let (mut best_up, mut best_down) = (ups[i], downs[i]);
            let (first_up, first_down) = (best_up, best_down);
            for k in i + 1..depths.len() {
                let at = row + depths[k] as usize;
                let (u_w, w_u) = (up_of[at], down_of[at]);
                best_up = best_up.min(ups[k].saturating_add(w_u));
                best_down = best_down.min(u_w.saturating_add(downs[k]));
                ups[k] = ups[k].min(first_up.saturating_add(u_w));
                downs[k] = downs[k].min(w_u.saturating_add(first_down));
            }
            (ups[i], downs[i]) = (best_up, best_down);
        }
        let row = cch.depth[v as usize] as usize * deep;
        for (i, d) in depths.iter().enumerate() {
            (up_of[row + *d as usize], down_of[row + *d as usize]) = (ups[i], downs[i]);
        }
    }
}
