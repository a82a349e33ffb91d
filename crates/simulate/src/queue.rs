//! Pending events in time order; of events at the same time the one scheduled first comes first.
//!
//! A heap with four children a node, as its nodes lie in one cache line (A. LaMarca, R. E. Ladner,
//! "The influence of caches on the performance of heaps", 1996). The place of the event that is
//! being handled stays open until the next one is pushed, so that the usual pop and push are one
//! walk down.

use crate::clock::Ticks;

/// An event: packed as time, order, entity, so that one comparison decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event(u128);

impl Event {
    /// An event for an entity at a time; `order` breaks ties.
    pub fn new(time: Ticks, order: u32, entity: u32) -> Self {
        Event(u128::from(time) << 64 | u128::from(order) << 32 | u128::from(entity))
    }

    /// When.
    pub fn time(self) -> Ticks {
        (self.0 >> 64) as Ticks
    }

    /// Its order among events of the same time.
    pub fn order(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Whom it concerns.
    pub fn entity(self) -> u32 {
        self.0 as u32
    }
}

/// The pending events.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    heap: Vec<Event>,
    /// Whether the first place holds an event that was taken already.
    open: bool,
}

const CHILDREN: usize = 4;

impl Queue {
    /// How many are pending.
    pub fn len(&self) -> usize {
        self.heap.len() - usize::from(self.open)
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an event.
    #[inline]
    pub fn push(&mut self, event: Event) {
        if self.open {
            self.open = false;
            self.sink(event);
            return;
        }
        self.heap.push(event);
        let mut at = self.heap.len() - 1;
        while at > 0 {
            let parent = (at - 1) / CHILDREN;
            if self.heap[parent] <= event {
                break;
            }
            self.heap[at] = self.heap[parent];
            at = parent;
        }
        self.heap[at] = event;
    }

    /// Takes the first event.
    #[inline]
    pub fn pop(&mut self) -> Option<Event> {
        if self.open {
            self.open = false;
            let last = self.heap.pop()?;
            if !self.heap.is_empty() {
                self.sink(last);
            }
        }
        let first = *self.heap.first()?;
        self.open = true;
        Some(first)
    }

    /// Puts an event in the first place and lets it sink.
    #[inline]
    fn sink(&mut self, event: Event) {
        let heap = &mut self.heap[..];
        let mut at = 0;
        loop {
            let first = at * CHILDREN + 1;
            if first >= heap.len() {
                break;
            }
            let least = match heap.get(first..first + CHILDREN) {
                // In two rounds without jumps, as nobody can foresee which child is least.
                Some(&[a, b, c, d]) => {
                    let (left, right) = (usize::from(b < a), usize::from(d < c));
                    let (l, r) = (if left == 1 { b } else { a }, if right == 1 { d } else { c });
                    if r < l { first + 2 + right } else { first + left }
                }
                _ => (first..heap.len()).min_by_key(|child| heap[*child]).unwrap_or(first),
            };
            if heap[least] >= event {
                break;
            }
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = event;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    proptest! {
        #[test]
        fn like_the_heap_of_the_standard_library(steps in prop::collection::vec((0_u64..50, 0_u32..3), 1..400)) {
            let (mut ours, mut theirs) = (Queue::default(), BinaryHeap::new());
            for (order, (time, pops)) in steps.into_iter().enumerate() {
                let event = Event::new(time, order as u32, 7);
                ours.push(event);
                theirs.push(Reverse(event));
                for _ in 0..pops {
                    prop_assert_eq!(ours.pop(), theirs.pop().map(|Reverse(e)| e));
                }
                prop_assert_eq!(ours.len(), theirs.len());
            }
            while let Some(Reverse(event)) = theirs.pop() {
                prop_assert_eq!(ours.pop(), Some(event));
            }
            prop_assert_eq!(ours.pop(), None);
        }
    }

    #[test]
    fn packing() {
        let e = Event::new(u64::MAX - 5, 3, u32::MAX);
        assert_eq!((e.time(), e.order(), e.entity()), (u64::MAX - 5, 3, u32::MAX));
    }
}
