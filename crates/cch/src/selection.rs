//! One-to-many queries: distances and paths from many points to the same many points.
//!
//! The hierarchy is restricted to what the targets need (D. Delling, A. V. Goldberg, R. F. Werneck, *Faster
//! batched shortest paths in road networks*, ATMOS 2011): the arcs that lead down to a target on a shortest
//! path. An arc is needed where the distance by arcs that lead down alone is the true one, and that is
//! known from one climb of each target. A source then climbs to its ancestors, and one pass over the
//! restriction from the top gives the distances to all targets. A few sources are treated together.
//!
//! Of equal paths the same is found whatever the other points are.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::INFINITY;
use crate::cch::Cch;
use crate::climb::{Climb, ClimbMemory, LANES, Lanes, NONE, Point, plus};
use crate::query::{Arcs, CchView, Direction};

/// A hierarchy restricted to some targets.
#[derive(Debug, Default)]
pub struct Selection {
    /// The direction of the climbs of targets.
    towards: Option<Direction>,
    /// The ranks of its nodes, descending.
    rank: Vec<u32>,
    /// The position of each rank, [`NONE`] elsewhere.
    position: Vec<u32>,
    /// Start of the arcs into each node; one more entry than nodes.
    first_in: Vec<u32>,
    /// The position of the higher end of each.
    head: Vec<u32>,
    cost: Vec<u32>,
    /// Their numbers in the hierarchy.
    arc: Vec<u32>,
    /// For each target the positions where it may be entered, and the cost of that.
    targets: Vec<Vec<(u32, u32)>>,
}

/// Sources for each target from which on it pays to find out which arcs are needed, as a divisor.
const WORTH: usize = 64;

/// The distances from a few sources.
#[derive(Debug, Default)]
pub struct Sweep {
    climb: Climb,
    cost: Vec<Lanes>,
    /// The position at which the path turns down.
    top: Vec<Lanes>,
    /// The arc of the restriction by which it comes, [`NONE`] at its top.
    came: Vec<Lanes>,
    /// For each node of the restriction its position in the climb, [`NONE`] elsewhere.
    own: Vec<u32>,
    memory: ClimbMemory,
}

/// The best way into a target, for one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The distance, both ends included; [`INFINITY`]: none, or beyond 32 bits.
    pub cost: u32,
    /// Which of its nodes the target is entered at.
    pub entry: u32,
    /// The position of that node.
    pub at: u32,
    /// The position at which the path turns down.
    pub top: u32,
}

impl Sweep {
    /// Number of nodes that the sources climbed to.
    pub fn climbed(&self) -> usize {
        self.climb.rank.len()
    }

    /// The position in the climb of a top.
    pub fn climbed_at(&self, top: u32) -> u32 {
        self.own[top as usize]
    }

    /// The rank of a node of the climb.
    pub fn rank_of(&self, climbed: u32) -> u32 {
        self.climb.rank[climbed as usize]
    }

    /// The arc of the hierarchy by which a source climbs to a node; none where it enters there.
    pub fn arc_to(&self, climbed: u32, lane: usize) -> Option<u32> {
        Some(self.climb.arc[climbed as usize][lane]).filter(|arc| *arc != NONE)
    }

    /// The position in the climb of the lower end of an arc.
    pub fn tail_of(&self, cch: &Cch, arc: u32) -> u32 {
        let tail = cch.tail[arc as usize];
        self.climb.rank.partition_point(|v| *v < tail) as u32
    }
}

impl Selection {
    /// Restricts a hierarchy to the paths towards some targets ([`Direction::Backward`]), or, with all
    /// arcs turned round, from them ([`Direction::Forward`]).
    ///
    /// Finding out which arcs are needed pays where there are several sources for each target; otherwise
    /// all arcs above the targets are kept. The paths are the same.
    pub fn new(view: &CchView, targets: &[Point], towards: Direction, sources: usize) -> Selection {
        let arcs = view.arcs(towards);
        if sources * WORTH < targets.len() {
            let mut selection = Selection { towards: Some(towards), ..Selection::default() };
            selection.gather(view, &arcs, targets, &|_| true);
            return selection;
        }
        let mut order: Vec<u32> = (0..targets.len() as u32).collect();
        let rank = |i: u32| targets[i as usize].first().map(|(v, _)| view.cch.rank[*v as usize]);
        order.sort_by_key(|i| (rank(*i), *i));
        let needed: Vec<AtomicBool> = arcs.cost.iter().map(|_| AtomicBool::new(false)).collect();
        let memories: Mutex<Vec<ClimbMemory>> = Mutex::default();
        order.par_chunks(LANES).for_each(|few| {
            let lent = memories.lock().ok().and_then(|mut all| all.pop());
            let mut memory = lent.unwrap_or_default();
            let few: Vec<Point> = few.iter().map(|i| targets[*i as usize].clone()).collect();
            mark(view, towards, &few, &needed, &mut memory);
            if let Ok(mut all) = memories.lock() {
                all.push(memory);
            }
        });
        let mut selection = Selection { towards: Some(towards), ..Selection::default() };
        let is_needed = |a: usize| needed[a].load(Ordering::Relaxed);
        selection.gather(view, &arcs, targets, &is_needed);
        selection
    }

    /// Collects the nodes and arcs that are needed.
    fn gather(
        &mut self,
        view: &CchView,
        arcs: &Arcs,
        targets: &[Point],
        needed: &dyn Fn(usize) -> bool,
    ) {
        let cch = view.cch;
        let is_needed = |a: &usize| needed(*a);
        let number = |a: usize| arcs.number(a);
        let mut wanted = vec![false; cch.nodes()];
        for (node, _) in targets.iter().flatten() {
            wanted[cch.rank[*node as usize] as usize] = true;
        }
        // Only arcs above a target are needed: upwards from what is wanted so far.
        for v in 0..cch.nodes() as u32 {
            if wanted[v as usize] {
                for a in arcs.of(v).filter(is_needed) {
                    wanted[cch.head[number(a) as usize] as usize] = true;
                }
            }
        }
        self.position = vec![NONE; cch.nodes()];
        self.first_in.push(0);
        for v in (0..cch.nodes() as u32).rev().filter(|v| wanted[*v as usize]) {
            self.position[v as usize] = self.rank.len() as u32;
            self.rank.push(v);
            // From the highest head down: of equal paths that which turns down highest.
            for a in arcs.of(v).rev().filter(is_needed) {
                self.head.push(self.position[cch.head[number(a) as usize] as usize]);
                self.cost.push(arcs.cost[a]);
                self.arc.push(number(a));
            }
            self.first_in.push(self.head.len() as u32);
        }
        let place =
            |(node, cost): &(u32, u32)| (self.position[cch.rank[*node as usize] as usize], *cost);
        self.targets = targets.iter().map(|t| t.iter().map(place).collect()).collect();
    }

    /// Number of nodes and arcs.
    pub fn size(&self) -> (usize, usize) {
        (self.rank.len(), self.arc.len())
    }

    /// The distances from a few sources, at most [`LANES`].
    pub fn sweep(&self, view: &CchView, sources: &[Point], sweep: &mut Sweep) {
        let up = match self.towards {
            Some(Direction::Forward) => Direction::Backward,
            _ => Direction::Forward,
        };
        let arcs = view.arcs(up);
        let mut memory = std::mem::take(&mut sweep.memory);
        sweep.climb = Climb::new(view.cch, &arcs, sources, &mut memory);
        sweep.climb.forget(&mut memory);
        sweep.memory = memory;
        sweep.own.clear();
        sweep.own.resize(self.rank.len(), NONE);
        for (i, v) in sweep.climb.rank.iter().enumerate() {
            let at = self.position[*v as usize];
            if at != NONE {
                sweep.own[at as usize] = i as u32;
            }
        }
        for lanes in [&mut sweep.cost, &mut sweep.top, &mut sweep.came] {
            lanes.resize(self.rank.len(), [NONE; LANES]);
        }
        pulp::Arch::new().dispatch(|| self.descend(sweep));
        // Arcs by their numbers in the hierarchy from now on.
        for arc in sweep.climb.arc.iter_mut().flatten().filter(|arc| **arc != NONE) {
            *arc = arcs.number(*arc as usize);
        }
    }

    #[inline(always)]
    fn descend(&self, sweep: &mut Sweep) {
        for p in 0..self.rank.len() {
            let (mut cost, mut top, mut came) = ([INFINITY; LANES], [NONE; LANES], [NONE; LANES]);
            for a in self.first_in[p] as usize..self.first_in[p + 1] as usize {
                let head = self.head[a] as usize;
                let through = plus(&sweep.cost[head], self.cost[a]);
                let tops = &sweep.top[head];
                for lane in 0..LANES {
                    let less = through[lane] < cost[lane];
                    cost[lane] = if less { through[lane] } else { cost[lane] };
                    top[lane] = if less { tops[lane] } else { top[lane] };
                    came[lane] = if less { a as u32 } else { came[lane] };
                }
            }
            if sweep.own[p] != NONE {
                let own = &sweep.climb.cost[sweep.own[p] as usize];
                for lane in 0..LANES {
                    let less = own[lane] < cost[lane];
                    cost[lane] = if less { own[lane] } else { cost[lane] };
                    top[lane] = if less { p as u32 } else { top[lane] };
                    came[lane] = if less { NONE } else { came[lane] };
                }
            }
            (sweep.cost[p], sweep.top[p], sweep.came[p]) = (cost, top, came);
        }
    }

    /// The best way into a target, for each source of a sweep.
    pub fn reached(&self, sweep: &Sweep, target: usize) -> [Reached; LANES] {
        let (mut least, mut entered) = ([INFINITY; LANES], [NONE; LANES]);
        for (entry, (at, after)) in self.targets[target].iter().enumerate() {
            let through = plus(&sweep.cost[*at as usize], *after);
            for lane in 0..LANES {
                let less = through[lane] < least[lane];
                entered[lane] = if less { entry as u32 } else { entered[lane] };
                least[lane] = if less { through[lane] } else { least[lane] };
            }
        }
        std::array::from_fn(|lane| {
            let (cost, entry) = (least[lane], entered[lane]);
            let (at, top) = match self.targets[target].get(entry as usize) {
                Some((at, _)) => (*at, sweep.top[*at as usize][lane]),
                None => (NONE, NONE),
            };
            Reached { cost, entry, at, top }
        })
    }

    /// The number in the hierarchy of an arc of the restriction.
    pub fn arc(&self, selected: u32) -> u32 {
        self.arc[selected as usize]
    }

    /// The node at a position, as a rank.
    pub fn rank_at(&self, position: u32) -> u32 {
        self.rank[position as usize]
    }

    /// The arcs of the restriction between a position and the top of its path, the one at the target first.
    pub fn selected_below<'a>(
        &'a self,
        sweep: &'a Sweep,
        lane: usize,
        position: u32,
    ) -> impl Iterator<Item = u32> + 'a {
        let came = move |p: u32| sweep.came[p as usize][lane];
        let next = move |a: &u32| Some(came(self.head[*a as usize])).filter(|a| *a != NONE);
        let first = Some(came(position)).filter(|a| *a != NONE);
        std::iter::successors(first, next)
    }

    /// The arcs of the hierarchy between a position and the top of its path, the one at the target first.
    pub fn arcs_below<'a>(
        &'a self,
        sweep: &'a Sweep,
        lane: usize,
        position: u32,
    ) -> impl Iterator<Item = u32> + 'a {
        self.selected_below(sweep, lane, position).map(|a| self.arc(a))
    }

    /// The arcs of the hierarchy between the top of a path and its source, the one at the top first.
    pub fn arcs_above<'a>(
        &'a self,
        cch: &'a Cch,
        sweep: &'a Sweep,
        lane: usize,
        top: u32,
    ) -> impl Iterator<Item = u32> + 'a {
        let at = move |v: u32| sweep.climb.rank.binary_search(&v).ok();
        let arc = move |v: u32| Some(sweep.climb.arc[at(v)?][lane]).filter(|a| *a != NONE);
        std::iter::successors(arc(self.rank[top as usize]), move |a| arc(cch.tail[*a as usize]))
    }
}

/// Marks the arcs on shortest paths to a few targets.
fn mark(
    view: &CchView,
    towards: Direction,
    few: &[Point],
    needed: &[AtomicBool],
    memory: &mut ClimbMemory,
) {
    let (down, up) = match towards {
        Direction::Backward => (Direction::Backward, Direction::Forward),
        Direction::Forward => (Direction::Forward, Direction::Backward),
    };
    let (down, up) = (view.arcs(down), view.arcs(up));
    let climb = Climb::new(view.cch, &down, few, memory);
    pulp::Arch::new().dispatch(|| mark_climb(view.cch, (&down, &up), &climb, needed, memory));
    climb.forget(memory);
}

/// The same from their climb: from the top every node gets its true distance to each target.
#[inline(always)]
fn mark_climb(
    cch: &Cch,
    (down, up): (&Arcs, &Arcs),
    climb: &Climb,
    needed: &[AtomicBool],
    memory: &mut ClimbMemory,
) {
    let mut true_cost = vec![[INFINITY; LANES]; climb.rank.len()];
    // The distances that are true, and a value that no other has elsewhere.
    let mut kept = vec![[INFINITY - 1; LANES]; climb.rank.len()];
    for i in (0..climb.rank.len()).rev() {
        let v = climb.rank[i];
        memory.enter(cch, v);
        let here = climb.cost[i];
        let mut least = here;
        for a in up.of(v) {
            let head = memory.by_depth[up.depth[a] as usize] as usize;
            let through = plus(&true_cost[head], up.cost[a]);
            for lane in 0..LANES {
                least[lane] = least[lane].min(through[lane]);
            }
        }
        true_cost[i] = least;
        for lane in 0..LANES {
            let is_true = here[lane] == least[lane] && here[lane] < INFINITY - 1;
            kept[i][lane] = if is_true { here[lane] } else { INFINITY - 1 };
        }
        for a in down.of(v) {
            let head = memory.by_depth[down.depth[a] as usize] as usize;
            let through = plus(&here, down.cost[a]);
            let (mut any, kept) = (false, &kept[head]);
            for lane in 0..LANES {
                any |= through[lane] == kept[lane];
            }
            if any {
                needed[a].store(true, Ordering::Relaxed);
            }
        }
    }
}
