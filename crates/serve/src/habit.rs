//! Shipments that are asked about again and again: the network is prepared for them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use trimodal::route::{Answer, Criterion};
use trimodal::{RouteRequest, Shipment};

/// Questions about a shipment by one criterion after which the network is prepared for them.
const OFTEN: u32 = 8;
/// Shipments that are remembered.
const REMEMBERED: usize = 32;

/// What was asked lately, the latest first, and whether a network is being prepared.
#[derive(Default)]
pub struct Habit {
    asked: Mutex<VecDeque<Asked>>,
    is_preparing: AtomicBool,
}

struct Asked {
    shipment: Shipment,
    by: Criterion,
    times: u32,
}

impl Habit {
    /// Counts a question for which no network is prepared; whether it is time to prepare one. One at a time is: keep
    /// [`Habit::preparing`] until it is done.
    pub fn is_formed_by(&self, request: &RouteRequest) -> bool {
        let Answer::Best(by) = request.answer else { return false };
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |a: &Asked| a.by == by && a.shipment == request.shipment;
        let known = asked.iter().position(same).and_then(|at| asked.remove(at));
        let usual = || Asked { shipment: request.shipment.clone(), by, times: 0 };
        let mut this = known.unwrap_or_else(usual);
        this.times += 1;
        let is_time = this.times >= OFTEN && !self.is_preparing.swap(true, Ordering::SeqCst);
        if is_time {
            this.times = 0;
        }
        asked.push_front(this);
        asked.truncate(REMEMBERED);
        is_time
    }

    /// A preparation under way, which ends when this is dropped, also by a panic.
    pub fn preparing(&self) -> Preparing<'_> {
        Preparing(self)
    }
}

/// A preparation under way.
pub struct Preparing<'a>(&'a Habit);

impl Drop for Preparing<'_> {
    fn drop(&mut self) {
        self.0.is_preparing.store(false, Ordering::SeqCst);
    }
}
