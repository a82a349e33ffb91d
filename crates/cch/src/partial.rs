//! Partial customization: after a few arc costs changed, only the arcs that depend on them are
//! customized again.
//!
//! Arcs are processed from the lowest up. One whose cost may have risen is computed anew from all its
//! lower triangles; one whose cost only fell already has its new cost from the triangle that lowered it
//! (the incremental customization of J. Dibbelt, B. Strasser and D. Wagner, *Customizable contraction
//! hierarchies*, ACM Journal of Experimental Algorithmics 21, 2016).

use std::collections::BTreeMap;

use crate::INFINITY;
use crate::cch::Cch;
use crate::metric::Metric;

/// The state of an arc before its turn in the queue.
#[derive(Debug, Clone, Copy)]
struct Before {
    /// Its costs before the update.
    up: u32,
    down: u32,
    /// Whether the cost of one of its lower triangles rose.
    raised: bool,
    /// Whether the other side of a triangle deferred the triangle to this arc.
    deferred: bool,
}

/// Updates a metric after the costs of the `changed` arcs of the graph changed; `costs` are the new costs
/// of all arcs. The result is that of [`Metric::customize`]. Returns the number of arcs whose cost changed.
pub fn partial_customize(cch: &Cch, metric: &mut Metric, costs: &[u32], changed: &[u32]) -> usize {
    let mut update = Update { cch, metric, costs, queue: BTreeMap::new() };
    for i in changed {
        let arc = cch.input_arc[*i as usize];
        if arc != u32::MAX {
            update.enqueue(arc / 2, true);
        }
    }
    let mut count = 0;
    while let Some((arc, before)) = update.queue.pop_first() {
        if before.raised {
            update.recompute(arc);
        }
        let a = arc as usize;
        let changed = (update.metric.up[a], update.metric.down[a]) != (before.up, before.down);
        count += usize::from(changed);
        if changed || before.deferred {
            update.propagate(arc, before);
        }
    }
    count
}

struct Update<'a> {
    cch: &'a Cch,
    metric: &'a mut Metric,
    costs: &'a [u32],
    /// Arcs whose cost may have changed.
    queue: BTreeMap<u32, Before>,
}

impl Update<'_> {
    fn enqueue(&mut self, arc: u32, raised: bool) {
        let (up, down) = (self.metric.up[arc as usize], self.metric.down[arc as usize]);
        let entry = self.queue.entry(arc);
        entry.or_insert(Before { up, down, raised: false, deferred: false }).raised |= raised;
    }

    /// Computes the cost of an arc from the arcs of the graph and its lower triangles.
    fn recompute(&mut self, arc: u32) {
        let (low, high) = (self.cch.tail[arc as usize], self.cch.head[arc as usize]);
        let (mut up, mut down) = (INFINITY, INFINITY);
        for (i, upwards) in self.cch.input_arcs_of(arc) {
            let cost = if upwards { &mut up } else { &mut down };
            *cost = (*cost).min(self.costs[i as usize]);
        }
        // The third node is below both ends: enumerate from the end with fewer arcs from below.
        let (few, other) =
            match self.cch.down_arcs_of(low).len() <= self.cch.down_arcs_of(high).len() {
                true => (low, high),
                false => (high, low),
            };
        for one in self.cch.down_arcs_of(few) {
            let middle = self.cch.tail[*one as usize];
            if middle >= low {
                break;
            }
            let Some(two) = self.cch.arc(middle, other) else { continue };
            let (to_low, to_high) = if few == low { (*one, two) } else { (two, *one) };
            let (l, h) = (to_low as usize, to_high as usize);
            up = up.min(self.metric.down[l].saturating_add(self.metric.up[h]));
            down = down.min(self.metric.down[h].saturating_add(self.metric.up[l]));
        }
        (self.metric.up[arc as usize], self.metric.down[arc as usize]) = (up, down);
    }

    /// Queues the arcs whose lower triangles contain an arc with a new cost.
    fn propagate(&mut self, arc: u32, before: Before) {
        let tail = self.cch.tail[arc as usize];
        let (up, down) = (self.metric.up[arc as usize], self.metric.down[arc as usize]);
        let mine = self.cch.head[arc as usize];
        // The upper neighbours of the tail: each forms a triangle with the head of this arc.
        for other in self.cch.up_arcs_of(tail).filter(|o| *o as u32 != arc) {
            let theirs = self.cch.head[other];
            let Some(above) = self.cch.arc(mine.min(theirs), mine.max(theirs)) else { continue };
            let a = above as usize;
            let (their_up, their_down) = (self.metric.up[other], self.metric.down[other]);
            // A queued arc counts at its old cost here; its new cost is propagated in its own turn.
            let mut queued = self.queue.get_mut(&(other as u32));
            let (up_old, down_old) = match &mut queued {
                Some(before) => {
                    before.deferred = true;
                    (before.up, before.down)
                }
                None => (their_up, their_down),
            };
            let old = [before.down.saturating_add(up_old), down_old.saturating_add(before.up)];
            let new = match queued {
                Some(_) => [INFINITY; 2],
                None => [down.saturating_add(their_up), their_down.saturating_add(up)],
            };
            let ([up_before, down_before], [up_after, down_after]) = match mine < theirs {
                true => (old, new),
                false => ([old[1], old[0]], [new[1], new[0]]),
            };
            let (up_cost, down_cost) = (self.metric.up[a], self.metric.down[a]);
            let raised = (up_before == up_cost && up_after > up_before)
                || (down_before == down_cost && down_after > down_before);
            if raised || up_after < up_cost || down_after < down_cost {
                self.enqueue(above, raised);
                self.metric.up[a] = up_cost.min(up_after);
                self.metric.down[a] = down_cost.min(down_after);
            }
        }
    }
}
