//! Shipments that are asked about again and again: the network is prepared for them.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use trimodal::route::{Answer, Criterion};
use trimodal::{RouteRequest, Shipment};

/// Questions about a shipment by one criterion after which the network is prepared for them.
const OFTEN: u32 = 8;
/// Shipments that are remembered.
const REMEMBERED: usize = 32;

/// What was asked lately, the latest first.
#[derive(Default)]
pub struct Habit(Mutex<VecDeque<Asked>>);

struct Asked {
    shipment: Shipment,
    by: Criterion,
    times: u32,
}

impl Habit {
    /// Counts a question; whether it is time to prepare the network for its like.
    pub fn is_formed_by(&self, request: &RouteRequest) -> bool {
        let Answer::Best(by) = request.answer else { return false };
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |a: &Asked| a.by == by && a.shipment == request.shipment;
        let known = asked.iter().position(same).and_then(|at| asked.remove(at));
        let usual = || Asked { shipment: request.shipment.clone(), by, times: 0 };
        let mut this = known.unwrap_or_else(usual);
        this.times += 1;
        let is_time = this.times == OFTEN;
        asked.push_front(this);
        asked.truncate(REMEMBERED);
        is_time
    }
}
