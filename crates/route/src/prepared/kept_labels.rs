//! Labels of states that were asked for, kept: questions come back to the same ports and cities, and a label is the
//! larger part of an answer's work.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use trimodal_cch::query::{Direction, Label};

/// The labels of a generation: 16 MB at most where the hierarchy is 2,000 deep.
const GENERATION: usize = 1024;

/// An objective by its number, a state, and whether paths start there.
type Key = (usize, u32, bool);

/// The labels that were used last. When as many are new as a generation holds, those of the one before go.
#[derive(Default)]
pub(super) struct KeptLabels(Mutex<[HashMap<Key, Arc<Label>>; 2]>);

impl KeptLabels {
    /// A label that is kept, or a new one.
    pub fn get(
        &self,
        (objective, state): (usize, u32),
        direction: Direction,
        make: impl FnOnce() -> Label,
    ) -> Arc<Label> {
        let key = (objective, state, direction == Direction::Forward);
        let all = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = {
            let [young, old] = &mut *all();
            young.get(&key).cloned().or_else(|| old.remove(&key))
        };
        // Made without the lock.
        let label = known.unwrap_or_else(|| Arc::new(make()));
        let [young, old] = &mut *all();
        if young.len() >= GENERATION {
            *old = std::mem::take(young);
        }
        young.insert(key, label.clone());
        label
    }
}
