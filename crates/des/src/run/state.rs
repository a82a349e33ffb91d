//! The state of a resource that changes with every user, in one cache line.

use super::wait_queue::{EMPTY, WaitQueue};
use crate::clock::Ticks;
use crate::program::{LEVELS, Resource};

/// The state of a resource that changes with every user: one cache line.
///
/// Areas are kept as moments. The area under a curve that jumps by d at time t is its value now times
/// now less the sum of d t, so that a jump costs one product and nothing has to remember when the last
/// one was. The arithmetic is modulo 2^64: exact for every area below that, whatever the terms.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct ResourceState {
    pub free: u32,
    pub waiting: u32,
    pub preemptive: bool,
    /// Level of the holder; only of a preemptive resource.
    pub holder_level: u8,
    /// Level of the first entity in the last queue, which several levels share.
    pub last_level: u8,
    pub lines: [WaitQueue; LEVELS],
    held: Ticks,
    queue: Ticks,
}

impl ResourceState {
    pub fn of(resource: &Resource) -> Self {
        ResourceState {
            free: resource.servers,
            waiting: 0,
            preemptive: resource.preemptive,
            holder_level: 0,
            last_level: 0,
            lines: [EMPTY; LEVELS],
            held: 0,
            queue: 0,
        }
    }

    /// Area under the units held, of which there are `held` now.
    pub fn held(&self, held: u32, now: Ticks) -> Ticks {
        u64::from(held).wrapping_mul(now).wrapping_add(self.held)
    }

    /// Area under the queue.
    pub fn queue(&self, now: Ticks) -> Ticks {
        u64::from(self.waiting).wrapping_mul(now).wrapping_add(self.queue)
    }

    /// Restarts both areas.
    pub fn clear(&mut self, held: u32, now: Ticks) {
        self.held = self.held.wrapping_sub(self.held(held, now));
        self.queue = self.queue.wrapping_sub(self.queue(now));
    }

    #[inline]
    pub fn join(&mut self, now: Ticks) {
        self.waiting += 1;
        self.queue = self.queue.wrapping_sub(now);
    }

    #[inline]
    pub fn leave(&mut self, now: Ticks) {
        self.waiting -= 1;
        self.queue = self.queue.wrapping_add(now);
    }

    #[inline]
    pub fn take(&mut self, units: u32, now: Ticks) {
        self.free -= units;
        self.held = self.held.wrapping_sub(u64::from(units).wrapping_mul(now));
    }

    #[inline]
    pub fn give_back(&mut self, units: u32, now: Ticks) {
        self.free += units;
        self.held = self.held.wrapping_add(u64::from(units).wrapping_mul(now));
    }

    /// Whether `units` units are free and no entity as urgent waits.
    #[inline]
    pub fn has(&self, units: u32, level: u8) -> bool {
        self.free >= units && (self.waiting == 0 || !self.as_urgent_waits(level))
    }

    pub fn as_urgent_waits(&self, level: u8) -> bool {
        let line = line_of(level);
        let waits = |l: &WaitQueue| !l.is_empty();
        if line < LAST {
            return self.lines[..=line].iter().any(waits);
        }
        self.lines[..LAST].iter().any(waits)
            || (!self.lines[LAST].is_empty() && self.last_level <= level)
    }
}

/// The last queue, shared by its level and all beyond.
pub(super) const LAST: usize = LEVELS - 1;

/// The queue in which a level waits.
#[inline]
pub(super) fn line_of(level: u8) -> usize {
    usize::from(level).min(LAST)
}
