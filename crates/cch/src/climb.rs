//! Climbs of the elimination tree from several points at once.
//!
//! A point is a list of nodes with a cost each: where something may enter a network, and what that costs.
//! Points that lie near each other share most of their ancestors, so that the distances of a few points lie
//! side by side and one instruction treats them together.

use crate::INFINITY;
use crate::cch::Cch;
use crate::query::Arcs;

/// Points that are treated together.
pub const LANES: usize = 16;
/// A number for each of these points.
pub type Lanes = [u32; LANES];
/// No arc, no node.
pub const NONE: u32 = u32::MAX;

/// The nodes of a point, each with the cost of entering there.
pub type Point = Vec<(u32, u32)>;

/// The distances between some points and all ancestors of their nodes.
#[derive(Debug, Clone, Default)]
pub struct Climb {
    /// The ranks of the ancestors, ascending.
    pub rank: Vec<u32>,
    /// The distance of each.
    pub cost: Vec<Lanes>,
    /// The last arc of the path behind each distance; [`NONE`] where a point enters.
    pub arc: Vec<Lanes>,
}

/// Memory of climbs, used again.
#[derive(Debug, Clone, Default)]
pub struct ClimbMemory {
    /// The position of each rank in the climb, [`NONE`] elsewhere.
    pub position: Vec<u32>,
    /// The positions of the ancestors of the node at hand, by depth.
    pub by_depth: Vec<u32>,
}

impl Climb {
    /// Climbs from a few points, at most [`LANES`], along the arcs of one direction. The positions stay
    /// in the memory until [`Climb::forget`].
    pub(crate) fn new(cch: &Cch, arcs: &Arcs, points: &[Point], memory: &mut ClimbMemory) -> Climb {
        let mut climb = Climb { rank: ancestors(cch, points, memory), ..Climb::default() };
        climb.cost.resize(climb.rank.len(), [INFINITY; LANES]);
        climb.arc.resize(climb.rank.len(), [NONE; LANES]);
        for (lane, point) in points.iter().enumerate() {
            for (node, cost) in point {
                let at = memory.position[cch.rank[*node as usize] as usize] as usize;
                climb.cost[at][lane] = climb.cost[at][lane].min(*cost);
            }
        }
        pulp::Arch::new().dispatch(|| climb.relax(cch, arcs, memory));
        climb
    }

    #[inline(always)]
    fn relax(&mut self, cch: &Cch, arcs: &Arcs, memory: &mut ClimbMemory) {
        for i in 0..self.rank.len() {
            let v = self.rank[i];
            memory.enter(cch, v);
            let here = self.cost[i];
            if here == [INFINITY; LANES] {
                continue;
            }
            for a in arcs.of(v) {
                let to = memory.by_depth[arcs.depth[a] as usize] as usize;
                let through = plus(&here, arcs.cost[a]);
                let (cost, arc) = (&mut self.cost[to], &mut self.arc[to]);
                for lane in 0..LANES {
                    let less = through[lane] < cost[lane];
                    arc[lane] = if less { a as u32 } else { arc[lane] };
                    cost[lane] = if less { through[lane] } else { cost[lane] };
                }
            }
        }
    }

    /// Makes the memory ready for the next climb.
    pub(crate) fn forget(&self, memory: &mut ClimbMemory) {
        self.rank.iter().for_each(|v| memory.position[*v as usize] = NONE);
    }
}

impl ClimbMemory {
    /// Puts a node and its ancestors in place by depth, where another path was before.
    #[inline(always)]
    pub(crate) fn enter(&mut self, cch: &Cch, node: u32) {
        let mut v = node;
        loop {
            let here = &mut self.by_depth[cch.depth[v as usize] as usize];
            let position = self.position[v as usize];
            if *here == position {
                return;
            }
            *here = position;
            let parent = cch.parent[v as usize];
            if parent == v {
                return;
            }
            v = parent;
        }
    }
}

/// The ancestors of all nodes of some points, ascending, with their positions in the memory.
fn ancestors(cch: &Cch, points: &[Point], memory: &mut ClimbMemory) -> Vec<u32> {
    memory.position.resize(cch.nodes(), NONE);
    let deep = cch.depth.iter().max().map_or(0, |d| *d as usize + 1);
    if memory.by_depth.len() != deep {
        memory.by_depth.resize(deep, NONE);
    }
    memory.by_depth.fill(NONE);
    let mut all: Vec<u32> = Vec::new();
    for (node, _) in points.iter().flatten() {
        for v in cch.ancestors(cch.rank[*node as usize]) {
            if std::mem::replace(&mut memory.position[v as usize], 0) != NONE {
                break;
            }
            all.push(v);
        }
    }
    all.sort_unstable();
    all.iter().enumerate().for_each(|(i, v)| memory.position[*v as usize] = i as u32);
    all
}

/// Adds a cost to a few; [`INFINITY`] stays.
#[inline(always)]
pub(crate) fn plus(costs: &Lanes, cost: u32) -> Lanes {
    std::array::from_fn(|lane| costs[lane].saturating_add(cost))
}
