//! Pending events in time order; of events at the same time the one scheduled first comes first.
//!
//! A radix heap (R. K. Ahuja, K. Mehlhorn, J. B. Orlin, R. E. Tarjan, "Faster algorithms for the
//! shortest path problem", J. ACM 37, 1990): time never runs back, so that a far event need not be in
//! order, only in the bucket of the first binary digit in which its time differs from `base`. The
//! lowest bucket is split by the digits that follow until few are left, and these are sorted, as in
//! the bottom of the ladder queue (W. T. Tang, R. S. M. Goh, I. L.-J. Thng, ACM TOMACS 15, 2005). An
//! event moves once for each digit 1 that is looked at, about half the logarithm of the number
//! pending, always from the start of a bucket to its end: no walk through memory, however many are pending.

use crate::clock::Ticks;

/// An event: packed as time, order, entity, so that one comparison decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event(u128);

impl Event {
    /// An event for an entity at a time; `order` breaks ties.
    #[inline]
    pub fn new(time: Ticks, order: u32, entity: u32) -> Self {
        Event(u128::from(time) << 64 | u128::from(order) << 32 | u128::from(entity))
    }

    /// Its time.
    #[inline]
    pub fn time(self) -> Ticks {
        (self.0 >> 64) as Ticks
    }

    /// Its order among events of the same time.
    #[inline]
    pub fn order(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Its entity.
    #[inline]
    pub fn entity(self) -> u32 {
        self.0 as u32
    }
}

/// This many events or fewer are sorted rather than split.
const FEW: usize = 32;
/// The most events among which another one is inserted.
const MANY: usize = 2 * FEW;
/// A bucket larger than this frees its memory when it is split.
const KEPT: usize = 1024;
/// One bucket for each first digit that differs, and one for the time of `base` itself.
const BUCKETS: usize = 65;

/// The pending events. No event may be earlier than the last one taken, nor have an order below that
/// of another one pushed before for the same time.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The events before `horizon`, the first one last.
    near: Vec<Event>,
    horizon: Ticks,
    /// All others. Those in bucket b > 0 differ from `base` first in digit b - 1.
    far: [Vec<Event>; BUCKETS],
    base: Ticks,
    /// No lower bucket holds an event.
    lowest: usize,
}

impl Default for Queue {
    fn default() -> Self {
        let far = [const { Vec::new() }; BUCKETS];
        Queue { near: Vec::new(), horizon: 0, far, base: 0, lowest: BUCKETS }
    }
}

impl Queue {
    /// Number of pending events.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether no event is pending.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The pending events, in no order.
    pub fn iter(&self) -> impl Iterator<Item = Event> {
        self.near.iter().chain(self.far.iter().flatten()).copied()
    }

    /// Adds an event.
    #[inline]
    pub fn push(&mut self, event: Event) {
        if event.time() >= self.horizon {
            self.push_far(event);
            return;
        }
        insert(&mut self.near, event);
        if self.near.len() > MANY {
            self.spill();
        }
    }

    /// Takes the first event if it is not after `end`.
    #[inline]
    pub fn pop_until(&mut self, end: Ticks) -> Option<Event> {
        if self.near.is_empty() {
            self.refill();
        }
        self.near.pop_if(|first| first.time() <= end)
    }

    #[inline]
    fn push_far(&mut self, event: Event) {
        let bucket = (Ticks::BITS - (event.time() ^ self.base).leading_zeros()) as usize;
        self.lowest = self.lowest.min(bucket);
        let events = &mut self.far[bucket];
        if events.len() == events.capacity() {
            grow(events);
        }
        events.push(event);
    }

    /// Moves the first of the far events to the near ones.
    #[inline(never)]
    fn refill(&mut self) {
        while let Some(b) = (self.lowest..BUCKETS).find(|b| !self.far[*b].is_empty()) {
            self.lowest = b;
            // The first time that the bucket covers, and the number of times.
            let width = if b == 0 { 1 } else { 1 << (b - 1) };
            if b > 0 {
                self.base = (self.base | width) & !(width - 1);
            }
            let mut bucket = std::mem::take(&mut self.far[b]);
            if bucket.len() <= FEW || width == 1 {
                self.near.append(&mut bucket);
                self.near.sort_unstable_by(|x, y| y.cmp(x));
                // Any number of events may have the same time, but new ones come after all of them.
                self.horizon = if width == 1 { self.base } else { self.base.saturating_add(width) };
                self.far[b] = bucket;
                return;
            }
            self.lowest = BUCKETS;
            bucket.drain(..).for_each(|event| self.push_far(event));
            if bucket.capacity() <= KEPT {
                self.far[b] = bucket;
            }
        }
    }

    /// Splits the near events, which have become too many. Their times agree with `base` in all digits
    /// above those that the far ones differ in, so that these stay where they are.
    #[inline(never)]
    fn spill(&mut self) {
        let Some(first) = self.near.last() else { return };
        self.base = first.time();
        let near = std::mem::take(&mut self.near);
        near.iter().rev().for_each(|event| self.push_far(*event));
        self.refill();
    }
}

/// Grows the vector by a quarter instead of doubling it: with a million pending every byte counts.
#[cold]
#[inline(never)]
fn grow(events: &mut Vec<Event>) {
    events.reserve_exact(events.len() / 4 + FEW);
}

/// Inserts into a short vector, the greatest first.
#[inline]
fn insert(sorted: &mut Vec<Event>, event: Event) {
    let mut at = sorted.len();
    sorted.push(event);
    while at > 0 && sorted[at - 1] < event {
        sorted[at] = sorted[at - 1];
        at -= 1;
    }
    sorted[at] = event;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    /// Pushes events at times after the last one taken, and takes some, here and from the heap of the
    /// standard library.
    fn compare(steps: &[(u64, u32, u32)]) -> Result<(), TestCaseError> {
        let (mut ours, mut theirs) = (Queue::default(), BinaryHeap::new());
        let (mut now, mut order) = (0, 0);
        for (after, pushes, pops) in steps {
            for i in 0..*pushes {
                let event = Event::new(now + after * u64::from(i % 7), order, 7);
                order += 1;
                ours.push(event);
                theirs.push(Reverse(event));
            }
            for _ in 0..*pops {
                let first = theirs.pop().map(|Reverse(e)| e);
                now = first.map_or(now, Event::time);
                prop_assert_eq!(ours.pop_until(u64::MAX), first);
            }
            prop_assert_eq!(ours.len(), theirs.len());
        }
        while let Some(Reverse(event)) = theirs.pop() {
            let before = event.time().checked_sub(1);
            prop_assert_eq!(before.and_then(|end| ours.pop_until(end)), None);
            prop_assert_eq!(ours.pop_until(event.time()), Some(event));
        }
        prop_assert!(ours.is_empty());
        Ok(())
    }

    proptest! {
        #[test]
        fn like_the_heap_of_the_standard_library(
            steps in prop::collection::vec((0_u64..50, 0_u32..4, 0_u32..3), 1..400),
        ) {
            compare(&steps)?;
        }

        /// Enough of them for many splits, over milliseconds and over years.
        #[test]
        fn the_same_with_many_pending(
            steps in prop::collection::vec(
                (prop_oneof![0_u64..4, 0_u64..100_000, 0_u64..1 << 40], 0_u32..300, 0_u32..300),
                1..60,
            ),
        ) {
            compare(&steps)?;
        }
    }

    #[test]
    fn packing() {
        let e = Event::new(u64::MAX - 5, 3, u32::MAX);
        assert_eq!((e.time(), e.order(), e.entity()), (u64::MAX - 5, 3, u32::MAX));
    }
}
