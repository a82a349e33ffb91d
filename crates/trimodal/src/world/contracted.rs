//! The network contracted for the modes of questions, kept for the next.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use trimodal_model::scenario::Mode;
use trimodal_route::prepared::ContractedNetwork;
use trimodal_route::{Request, Router};

use crate::world::{KEPT, World};

/// Which modes are used, in the order of [`Mode::ALL`].
type UsedModes = [bool; Mode::ALL.len()];

/// A place for a network that is made once.
type Place = Arc<OnceLock<Arc<ContractedNetwork>>>;

/// The network contracted for the sets of modes that were asked for last, the latest first.
#[derive(Default)]
pub(super) struct KeptContracted(Mutex<Vec<(UsedModes, Place)>>);

impl KeptContracted {
    /// The one for the modes of a request. While it is made, others can be had.
    pub(super) fn get(
        &self,
        like: &Request,
        make: impl FnOnce() -> Arc<ContractedNetwork>,
    ) -> Arc<ContractedNetwork> {
        let used = Mode::ALL.map(|mode| like.closures.uses(mode));
        let place = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let known = all.iter().position(|(modes, _)| *modes == used);
            let place = known.map_or_else(Default::default, |i| all.remove(i).1);
            all.insert(0, (used, Arc::clone(&place)));
            all.truncate(KEPT);
            place
        };
        place.get_or_init(make).clone()
    }
}

impl World {
    /// The network contracted for the modes that a request uses.
    pub(super) fn contract(&self, router: &Router, like: &Request) -> Arc<ContractedNetwork> {
        let uses = |mode| like.closures.uses(mode);
        let by = |order: &[u32]| ContractedNetwork::of_modes(&router.graph, order, &uses);
        Arc::new(match &self.own {
            None => by(&trimodal_world::order()),
            Some(own) => {
                by(own.order.get_or_init(|| trimodal_route::prepared::order(&self.network)))
            }
        })
    }
}
