//! The sums along the arcs of a hierarchy: each of the very path that it stands for, computed when it is first
//! needed and kept.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError};

use trimodal_cch::unpack::Unpacker;

use crate::graph::State;
use crate::prepared::ContractedNetwork;
use crate::sums::{PathSums, StepSums};

/// A map by small numbers.
pub(crate) type Quick<K, T> = HashMap<K, T, BuildHasherDefault<Mixed>>;

/// Hashes numbers by multiplications.
#[derive(Default)]
pub(crate) struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u64(u64::from(*b)));
    }

    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn write_u128(&mut self, n: u128) {
        self.write_u64(n as u64);
        self.write_u64((n >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

const SHARDS: usize = 64;

/// The sums along arcs, shared by all threads.
pub(crate) struct ArcSums<'a> {
    pub steps: &'a StepSums<'a>,
    pub contracted: &'a ContractedNetwork,
    pub unpacker: Unpacker<'a>,
    known: Vec<Mutex<Quick<u64, PathSums>>>,
}

impl<'a> ArcSums<'a> {
    pub fn new(
        steps: &'a StepSums<'a>,
        contracted: &'a ContractedNetwork,
        unpacker: Unpacker<'a>,
    ) -> Self {
        let known = (0..SHARDS).map(|_| Mutex::default()).collect();
        ArcSums { steps, contracted, unpacker, known }
    }

    /// The sums along a directed arc of the hierarchy.
    pub fn of(&self, arc: u32) -> PathSums {
        let shard = || {
            let shard = &self.known[arc as usize % SHARDS];
            shard.lock().unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(sums) = shard().get(&u64::from(arc)) {
            return *sums;
        }
        let sums = match self.unpacker.parts(arc) {
            Ok(input) => self.of_graph(input),
            Err([first, second]) => self.of(first).then(self.of(second)),
        };
        shard().insert(u64::from(arc), sums);
        sums
    }

    fn of_graph(&self, arc: u32) -> PathSums {
        let (from, to) = self.contracted.arcs.ends[arc as usize];
        self.steps.of(self.contracted.arcs.steps[arc as usize], State(from), State(to))
    }
}
