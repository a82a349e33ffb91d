//! The two parts of the paths of a sweep, above and below the top at which they turn down, with their sums. Each is
//! computed when the first cell needs it.

use std::sync::OnceLock;

use trimodal_cch::climb::LANES;
use trimodal_cch::selection::{Selection, Sweep};
use trimodal_cch::unpack::directed_arc;

use crate::matrix::arc_sums::ArcSums;
use crate::prepared::PreparedRouter;
use crate::sums::PathSums;

/// A selection with the sums along its arcs, shared by all threads.
pub(super) struct SelectedArcs<'a> {
    pub selection: Selection,
    pub prepared: &'a PreparedRouter,
    arcs: &'a ArcSums<'a>,
    /// Whether the sources are the destinations.
    pub turned: bool,
    /// By the arcs of the selection; empty where they are too many for what they save.
    known: Vec<OnceLock<PathSums>>,
}

/// Arcs of a selection up to which the sums of each are kept.
const KEPT_ARCS: usize = 1 << 19;

impl<'a> SelectedArcs<'a> {
    pub fn new(
        selection: Selection,
        prepared: &'a PreparedRouter,
        arcs: &'a ArcSums<'a>,
        turned: bool,
    ) -> Self {
        let (_, count) = selection.size();
        let kept = if count <= KEPT_ARCS { count } else { 0 };
        let known = (0..kept).map(|_| OnceLock::new()).collect();
        SelectedArcs { selection, prepared, arcs, turned, known }
    }

    /// The sums of a part of a path nearer to the source and of the one after it.
    #[inline]
    pub fn join(&self, near_source: PathSums, after: PathSums) -> PathSums {
        if self.turned { after.then(near_source) } else { near_source.then(after) }
    }

    /// The sums along an arc of the selection.
    fn down(&self, a: u32) -> PathSums {
        let find = || self.arcs.of(directed_arc(self.selection.arc(a), self.turned));
        self.known.get(a as usize).map_or_else(find, |known| *known.get_or_init(find))
    }

    /// The sums between the top of a path and a position, the way into the target added.
    pub fn below(&self, sweep: &Sweep, lane: usize, at: u32, into: PathSums) -> PathSums {
        let down = self.selection.selected_below(sweep, lane, at);
        down.fold(into, |sums, a| self.join(self.down(a), sums))
    }
}

/// The sums between the sources of a sweep and the nodes of its climb.
#[derive(Default)]
pub(super) struct Above {
    /// The lanes that are known of each node, a bit each.
    filled: Vec<u16>,
    /// The sums with the way in from the source, and the number of that way.
    known: Vec<[(PathSums, u32); LANES]>,
    stack: Vec<(u32, u32)>,
}

impl Above {
    /// Begins with another sweep.
    pub fn clear(&mut self, sweep: &Sweep) {
        self.filled.clear();
        self.filled.resize(sweep.climbed(), 0);
        if self.known.len() < self.filled.len() {
            self.known.resize(self.filled.len(), Default::default());
        }
    }

    /// The sums between a source and a top, the way in from the source included, and the number of that way.
    /// `enter` gives the sums and number of the way in at a node given by its rank.
    pub fn get(
        &mut self,
        arcs: &SelectedArcs,
        sweep: &Sweep,
        (lane, top): (usize, u32),
        enter: impl FnOnce(u32) -> (PathSums, u32),
    ) -> (PathSums, u32) {
        let mut at = sweep.climbed_at(top);
        while self.filled[at as usize] & 1 << lane == 0 {
            let Some(arc) = sweep.arc_to(at, lane) else {
                self.put(at, lane, enter(sweep.rank_of(at)));
                break;
            };
            self.stack.push((at, arc));
            at = sweep.tail_of(arcs.prepared.cch(), arc);
        }
        let (mut sums, entry) = self.known[at as usize][lane];
        while let Some((above, arc)) = self.stack.pop() {
            sums = arcs.join(sums, arcs.arcs.of(directed_arc(arc, !arcs.turned)));
            self.put(above, lane, (sums, entry));
        }
        (sums, entry)
    }

    fn put(&mut self, at: u32, lane: usize, found: (PathSums, u32)) {
        self.filled[at as usize] |= 1 << lane;
        self.known[at as usize][lane] = found;
    }
}

/// The sums between the tops of paths and their targets, kept from sweep to sweep.
#[derive(Default)]
pub(super) struct Below {
    /// By target.
    known: Vec<OfTarget>,
    count: usize,
}

/// Where a target was entered and from which top, and the sums, the way into the target included.
#[derive(Default)]
struct OfTarget {
    keys: Vec<(u32, u32)>,
    sums: Vec<PathSums>,
}

/// The sums kept; beyond that they are computed anew.
const KEPT: usize = 1 << 20;

impl Below {
    /// Forgets all: positions mean nothing in another selection.
    pub fn clear(&mut self) {
        *self = Below::default();
    }

    /// Begins with another sweep to some targets.
    pub fn reserve(&mut self, targets: usize) {
        if self.count > KEPT {
            self.clear();
        }
        self.known.resize_with(targets, Default::default);
    }

    /// The sums between a top and a target that is entered at a position, and the way into it.
    #[inline]
    pub fn get(
        &mut self,
        target: usize,
        (at, top): (u32, u32),
        compute: impl FnOnce() -> PathSums,
    ) -> &PathSums {
        let OfTarget { keys, sums } = &mut self.known[target];
        let found = keys.iter().position(|known| *known == (at, top));
        let i = found.unwrap_or_else(|| {
            keys.push((at, top));
            sums.push(compute());
            self.count += 1;
            keys.len() - 1
        });
        &sums[i]
    }
}
