//! New prices for a few arcs: only what depends on them is priced again.
//!
//! Arcs are taken from the lowest up. One that may have become dearer is priced from all that it
//! can stand for; one that only became cheaper already has its price from what made it so (the
//! incremental customization of J. Dibbelt, B. Strasser and D. Wagner, *Customizable contraction
//! hierarchies*, ACM Journal of Experimental Algorithmics 21, 2016).

use std::collections::BTreeMap;

use crate::FAR;
use crate::prices::Prices;
use crate::shape::Shape;

/// An arc that waits to be priced.
#[derive(Debug, Clone, Copy)]
struct Before {
    /// What it cost before, up and down.
    up: u32,
    down: u32,
    /// Whether something that it may stand for became dearer.
    dearer: bool,
    /// Whether an arc beside it left to it what the two make together.
    asked: bool,
}

/// Prices again after the costs of these arcs of the graph changed; `costs` are the new ones of
/// all. Gives what [`Prices::new`] gives for them. Returns how many arcs have a new price.
pub fn change(shape: &Shape, prices: &mut Prices, costs: &[u32], changed: &[u32]) -> usize {
    let mut work = Work { shape, prices, costs, queue: BTreeMap::new() };
    for i in changed {
        let arc = shape.input[*i as usize];
        if arc != u32::MAX {
            work.touch(arc / 2, true);
        }
    }
    let mut count = 0;
    while let Some((arc, before)) = work.queue.pop_first() {
        if before.dearer {
            work.price(arc);
        }
        let a = arc as usize;
        let changed = (work.prices.up[a], work.prices.down[a]) != (before.up, before.down);
        count += usize::from(changed);
        if changed || before.asked {
            work.spread(arc, before);
        }
    }
    count
}

struct Work<'a> {
    shape: &'a Shape,
    prices: &'a mut Prices,
    costs: &'a [u32],
    /// Arcs whose price may have changed.
    queue: BTreeMap<u32, Before>,
}

impl Work<'_> {
    fn touch(&mut self, arc: u32, dearer: bool) {
        let (up, down) = (self.prices.up[arc as usize], self.prices.down[arc as usize]);
        self.queue.entry(arc).or_insert(Before { up, down, dearer: false, asked: false }).dearer |=
            dearer;
    }

    /// Prices an arc from all that it can stand for.
    fn price(&mut self, arc: u32) {
        let (low, high) = (self.shape.tail[arc as usize], self.shape.head[arc as usize]);
        let (mut up, mut down) = (FAR, FAR);
        for (i, upwards) in self.shape.inputs_of(arc) {
            let price = if upwards { &mut up } else { &mut down };
            *price = (*price).min(self.costs[i as usize]);
        }
        // The middles are below both ends: look from the one with fewer below.
        let (few, other) = match self.shape.below_of(low).len() <= self.shape.below_of(high).len() {
            true => (low, high),
            false => (high, low),
        };
        for one in self.shape.below_of(few) {
            let middle = self.shape.tail[*one as usize];
            if middle >= low {
                break;
            }
            let Some(two) = self.shape.arc(middle, other) else { continue };
            let (to_low, to_high) = if few == low { (*one, two) } else { (two, *one) };
            let (l, h) = (to_low as usize, to_high as usize);
            up = up.min(self.prices.down[l].saturating_add(self.prices.up[h]));
            down = down.min(self.prices.down[h].saturating_add(self.prices.up[l]));
        }
        (self.prices.up[arc as usize], self.prices.down[arc as usize]) = (up, down);
    }

    /// Queues the arcs above that an arc of a new price may be part of.
    fn spread(&mut self, arc: u32, before: Before) {
        let tail = self.shape.tail[arc as usize];
        let (up, down) = (self.prices.up[arc as usize], self.prices.down[arc as usize]);
        let mine = self.shape.head[arc as usize];
        // From this arc's head to the other's, and back, before and now.
        for other in self.shape.arcs_of(tail).filter(|o| *o as u32 != arc) {
            let theirs = self.shape.head[other];
            let Some(above) = self.shape.arc(mine.min(theirs), mine.max(theirs)) else { continue };
            let a = above as usize;
            let (their_up, their_down) = (self.prices.up[other], self.prices.down[other]);
            // What still waits was counted at its old price; its new one is counted in its turn.
            let mut waits = self.queue.get_mut(&(other as u32));
            let (up_old, down_old) = match &mut waits {
                Some(before) => {
                    before.asked = true;
                    (before.up, before.down)
                }
                None => (their_up, their_down),
            };
            let was = [before.down.saturating_add(up_old), down_old.saturating_add(before.up)];
            let now = match waits {
                Some(_) => [FAR; 2],
                None => [down.saturating_add(their_up), their_down.saturating_add(up)],
            };
            let ([up_was, down_was], [up_now, down_now]) = match mine < theirs {
                true => (was, now),
                false => ([was[1], was[0]], [now[1], now[0]]),
            };
            let (up_price, down_price) = (self.prices.up[a], self.prices.down[a]);
            let dearer = (up_was == up_price && up_now > up_was)
                || (down_was == down_price && down_now > down_was);
            if dearer || up_now < up_price || down_now < down_price {
                self.touch(above, dearer);
                self.prices.up[a] = up_price.min(up_now);
                self.prices.down[a] = down_price.min(down_now);
            }
        }
    }
}
