//! The priority queue of all searches.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A queue of items by cost; ties go to the lower item. Both share one word, which halves the memory that
/// a search touches; costs that do not fit wait in a second heap.
#[derive(Default)]
pub(crate) struct Queue {
    near: BinaryHeap<Reverse<u64>>,
    far: BinaryHeap<Reverse<(u64, u32)>>,
}

const ITEM_BITS: u32 = 24;

impl Queue {
    pub(crate) fn push(&mut self, cost: u64, item: u32) {
        assert!(item < 1 << ITEM_BITS, "more items than a search can number");
        if cost >> (64 - ITEM_BITS) == 0 {
            self.near.push(Reverse(cost << ITEM_BITS | u64::from(item)));
        } else {
            self.far.push(Reverse((cost, item)));
        }
    }

    pub(crate) fn pop(&mut self) -> Option<(u64, u32)> {
        match self.near.pop() {
            Some(Reverse(word)) => {
                Some((word >> ITEM_BITS, (word & ((1 << ITEM_BITS) - 1)) as u32))
            }
            None => self.far.pop().map(|Reverse(both)| both),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_keeps_its_order_beyond_what_fits_a_word() {
        let mut queue = Queue::default();
        let costs = [1 << 41, 5, (1 << 40) - 1, u64::MAX, 1 << 40, (1 << 40) + 1, 0];
        (0..).zip(costs).for_each(|(item, cost)| queue.push(cost, item));
        let mut sorted: Vec<u64> = costs.to_vec();
        sorted.sort_unstable();
        let popped: Vec<u64> = std::iter::from_fn(|| queue.pop()).map(|(cost, _)| cost).collect();
        assert_eq!(popped, sorted);
    }
}
