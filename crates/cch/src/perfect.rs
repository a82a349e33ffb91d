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

impl UpwardGraph {
    /// The arcs of a rank from a number on: how far after it, the depth of the head, and the cost.
    #[inline(always)]
    pub(crate) fn after(&self, v: u32, first: u32) -> impl Iterator<Item = (u16, u32, u32)> + '_ {
        let own = self.first_out[v as usize] as usize..self.first_out[v as usize + 1] as usize;
        let start = own.start + self.arc[own.clone()].partition_point(|a| *a < first);
        let list = start..own.end;
        let heads = self.head_depth[list.clone()].iter().zip(&self.cost[list.clone()]);
        heads.zip(&self.arc[list]).map(move |((d, cost), a)| ((a - first) as u16, *d, *cost))
    }
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
        pulp::Arch::new().dispatch(|| tighten(cch, &mut up, &mut down));
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
#[inline(always)]
fn tighten(cch: &Cch, up: &mut [u32], down: &mut [u32]) {
    let deep = cch.depth.iter().max().map_or(0, |d| *d as usize + 1);
    // Row: depth of the lower end; column: depth of the higher end. Upwards and downwards.
    let mut between = vec![[INFINITY; 2]; deep * deep];
    let mut line = Line { up: vec![INFINITY; deep], down: vec![INFINITY; deep] };
    let mut open: Vec<u32> = Vec::with_capacity(deep);
    for v in (0..cch.nodes() as u32).rev() {
        let own = cch.up_arcs_of(v);
        let depths = &cch.head_depth[own.clone()];
        let (ups, downs) = (&mut up[own.clone()], &mut down[own]);
        // A way to an ancestor begins with an arc that is open.
        open.clear();
        let is_open = |i: &u32| ups[*i as usize] != INFINITY || downs[*i as usize] != INFINITY;
        open.extend((0..depths.len() as u32).filter(is_open));
        if open.len() * 2 > depths.len() {
            (0..depths.len()).for_each(|i| {
                let row = &between[depths[i] as usize * deep..][..deep];
                line.over_all(row, &depths[i..], &mut ups[i..], &mut downs[i..]);
            });
        } else if !open.is_empty() {
            over_open(&between, deep, depths, &open, ups, downs);
        }
        let row = &mut between[cch.depth[v as usize] as usize * deep..][..deep];
        for (d, both) in depths.iter().zip(ups.iter().zip(&*downs)) {
            row[*d as usize] = [*both.0, *both.1];
        }
    }
}

/// Distances from one ancestor to those above it, side by side.
struct Line {
    up: Vec<u32>,
    down: Vec<u32>,
}

impl Line {
    /// Lowers the costs of the arcs from the first of some ancestors on by the ways over it and to it; `row` has
    /// its distances by depth.
    #[inline(always)]
    fn over_all(&mut self, row: &[[u32; 2]], depths: &[u32], ups: &mut [u32], downs: &mut [u32]) {
        let higher = depths.len() - 1;
        let (to_higher, to_lower) = (&mut self.up[..higher], &mut self.down[..higher]);
        for (k, d) in depths[1..].iter().enumerate() {
            [to_higher[k], to_lower[k]] = row[*d as usize];
        }
        let ([first_up, ups @ ..], [first_down, downs @ ..]) = (ups, downs) else { return };
        let (ups, downs) = (&mut ups[..higher], &mut downs[..higher]);
        let (over_up, over_down) = (*first_up, *first_down);
        let (mut best_up, mut best_down) = (over_up, over_down);
        for k in 0..higher {
            let (u_w, w_u) = (to_higher[k], to_lower[k]);
            best_up = best_up.min(ups[k].saturating_add(w_u));
            best_down = best_down.min(downs[k].saturating_add(u_w));
            ups[k] = ups[k].min(u_w.saturating_add(over_up));
            downs[k] = downs[k].min(w_u.saturating_add(over_down));
        }
        (*first_up, *first_down) = (best_up, best_down);
    }
}

/// Lowers the costs of all arcs of a node by the ways over those few that are open.
fn over_open(
    between: &[[u32; 2]],
    deep: usize,
    depths: &[u32],
    open: &[u32],
    ups: &mut [u32],
    downs: &mut [u32],
) {
    for o in open {
        let o = *o as usize;
        let (over_up, over_down) = (ups[o], downs[o]);
        let (column, row) = (depths[o] as usize, &between[depths[o] as usize * deep..][..deep]);
        for i in 0..o {
            let [u_w, w_u] = between[depths[i] as usize * deep + column];
            ups[i] = ups[i].min(over_up.saturating_add(w_u));
            downs[i] = downs[i].min(u_w.saturating_add(over_down));
        }
        for k in o + 1..depths.len() {
            let [u_w, w_u] = row[depths[k] as usize];
            ups[k] = ups[k].min(over_up.saturating_add(u_w));
            downs[k] = downs[k].min(w_u.saturating_add(over_down));
        }
    }
}
