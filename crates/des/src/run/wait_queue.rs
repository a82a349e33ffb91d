//! Queues of entities, linked through the entities themselves: they need no further memory.

use super::{Entity, NONE};

/// A queue, by its first and last entity.
#[derive(Debug, Clone, Copy)]
pub(super) struct WaitQueue {
    pub first: u32,
    pub last: u32,
}

pub(super) const EMPTY: WaitQueue = WaitQueue { first: NONE, last: NONE };

impl Default for WaitQueue {
    fn default() -> Self {
        EMPTY
    }
}

impl WaitQueue {
    #[inline]
    pub fn is_empty(self) -> bool {
        self.first == NONE
    }

    /// Puts an entity last.
    #[inline]
    pub fn push(&mut self, entities: &mut [Entity], e: u32) {
        entities[e as usize].next = NONE;
        if self.first == NONE {
            self.first = e;
        } else {
            entities[self.last as usize].next = e;
        }
        self.last = e;
    }

    /// Puts an entity first.
    pub fn push_front(&mut self, entities: &mut [Entity], e: u32) {
        entities[e as usize].next = self.first;
        self.first = e;
        if self.last == NONE {
            self.last = e;
        }
    }

    /// Puts an entity behind another one of the queue; in front where that is none.
    pub fn insert_behind(&mut self, entities: &mut [Entity], e: u32, before: u32) {
        if before == NONE {
            return self.push_front(entities, e);
        }
        entities[e as usize].next = entities[before as usize].next;
        entities[before as usize].next = e;
        if self.last == before {
            self.last = e;
        }
    }

    /// Removes the first entity, if there is one.
    #[inline]
    pub fn pop(&mut self, entities: &[Entity]) -> Option<u32> {
        let e = self.first;
        if e == NONE {
            return None;
        }
        self.first = entities[e as usize].next;
        if self.first == NONE {
            self.last = NONE;
        }
        Some(e)
    }

    /// Puts an entity behind those that have waited as long or longer.
    #[inline]
    pub fn insert(&mut self, entities: &mut [Entity], e: u32) {
        let since = entities[e as usize].since;
        if self.is_empty() || entities[self.last as usize].since <= since {
            self.push(entities, e);
            return;
        }
        // An entity that comes from another queue may have waited for longer than some here.
        if entities[self.first as usize].since > since {
            self.push_front(entities, e);
            return;
        }
        let mut before = self.first;
        loop {
            let next = entities[before as usize].next;
            if entities[next as usize].since > since {
                entities[e as usize].next = next;
                entities[before as usize].next = e;
                return;
            }
            before = next;
        }
    }
}
