//! Only the shortcuts that matter: perfect customization.
//!
//! From the root down every arc gets the true distance between its ends; one that costs more than
//! that is on no shortest way and is left out. The true distances of the ancestors of a node lie in
//! a square by depth, of which a walk down the elimination tree (nodes in descending order) changes
//! one row at a time.

use crate::FAR;
use crate::prices::Prices;
use crate::shape::Shape;

/// One direction of the arcs that matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// Where the arcs of each node begin; one more entry than nodes.
    pub first: Vec<u32>,
    /// The depth of the head of each.
    pub depth: Vec<u32>,
    /// What it costs.
    pub cost: Vec<u32>,
    /// Which arc of the shape it is.
    pub arc: Vec<u32>,
}

/// The arcs that matter, away from a node and towards it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thin {
    /// Up, for the way from an origin.
    pub up: Side,
    /// Down, for the way to a destination.
    pub down: Side,
}

impl Thin {
    /// Leaves out what is on no shortest way.
    pub fn new(shape: &Shape, prices: &Prices) -> Thin {
        let (mut up, mut down) = (prices.up.clone(), prices.down.clone());
        tighten(shape, &mut up, &mut down);
        let keep = |of: &[u32], tight: &[u32]| {
            let mut side = Side { first: vec![0], ..Side::default() };
            for v in 0..shape.nodes() as u32 {
                for a in shape.arcs_of(v) {
                    if of[a] == tight[a] && of[a] != FAR {
                        side.depth.push(shape.head_depth[a]);
                        side.cost.push(of[a]);
                        side.arc.push(a as u32);
                    }
                }
                side.first.push(side.arc.len() as u32);
            }
            side
        };
        Thin { up: keep(&prices.up, &up), down: keep(&prices.down, &down) }
    }
}

/// Lowers every cost to the true distance.
fn tighten(shape: &Shape, up: &mut [u32], down: &mut [u32]) {
    let deep = shape.depth.iter().max().map_or(0, |d| *d as usize + 1);
    // Row by depth of the lower end, column by depth of the higher.
    let mut up_of = vec![FAR; deep * deep];
    let mut down_of = vec![FAR; deep * deep];
    for v in (0..shape.nodes() as u32).rev() {
        let own = shape.arcs_of(v);
        let depths = &shape.head_depth[own.clone()];
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
        let row = shape.depth[v as usize] as usize * deep;
        for (i, d) in depths.iter().enumerate() {
            (up_of[row + *d as usize], down_of[row + *d as usize]) = (ups[i], downs[i]);
        }
    }
}
