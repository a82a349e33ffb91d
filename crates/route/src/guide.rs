//! What the rest of a way takes at least: exact bounds from the hierarchy, found as they are asked for.

use trimodal_cch::INFINITY as FAR;
use trimodal_cch::potential::Potential;
use trimodal_cch::query::CchView;

use crate::graph::State;
use crate::measure::{MIXTURES, Measure};
use crate::pareto::Rest;
use crate::prepared::{MOST, Ready, Room};
use crate::search;
use crate::weights::{Criterion, Weight};

/// Distances towards ends by the only measure, or by the criteria and the mixtures: those are asked for
/// together.
#[derive(Default)]
pub(crate) struct Aims {
    only: Potential<1>,
    criteria: Potential<3>,
    mixtures: Potential<{ MIXTURES.len() }>,
}

/// Exact bounds from the hierarchy, found as they are asked for.
pub(crate) struct Guide<'a> {
    ready: &'a Ready<'a>,
    ends: &'a [(State, Weight)],
    aims: &'a mut Aims,
    /// Whether the first, and the mixtures, are aimed at the ends.
    aimed: [bool; 2],
}

impl<'a> Guide<'a> {
    pub(crate) fn new(
        ready: &'a Ready<'a>,
        ends: &'a [(State, Weight)],
        room: &'a mut Room,
    ) -> Guide<'a> {
        Guide { ready, ends, aims: &mut room.aims, aimed: [false; 2] }
    }

    /// What the rest takes at least by a measure, where there is a way.
    pub(crate) fn bound(&mut self, state: State, measure: usize) -> Option<u64> {
        let joined = measure == 0 || self.rest(state, 0) != search::FAR;
        Some(self.rest(state, measure)).filter(|rest| joined && *rest != search::FAR)
    }
}

impl Rest for Guide<'_> {
    fn rest(&mut self, state: State, measure: usize) -> u64 {
        let Guide { ready, ends, aims, aimed: [first, mixtures] } = self;
        let cost = match (ready.measures(), measure) {
            (1, _) => aimed((ready, 0), &mut aims.only, first, ends, state)[0],
            (_, 0..3) => aimed((ready, 0), &mut aims.criteria, first, ends, state)[measure],
            _ => aimed((ready, 3), &mut aims.mixtures, mixtures, ends, state)[measure - 3],
        };
        match cost {
            // Seconds are always counted: what cannot be reached in them cannot be reached.
            FAR if ready.measure(measure) == Measure::One(Criterion::Time) => search::FAR,
            cost => u64::from(cost.min(MOST)),
        }
    }
}

/// The distances of a state by some measures in a row, of which the first is given. Aims them if they
/// are not yet.
fn aimed<const PRICES: usize>(
    (ready, first): (&Ready, usize),
    towards: &mut Potential<PRICES>,
    aimed: &mut bool,
    ends: &[(State, Weight)],
    state: State,
) -> [u32; PRICES] {
    if *aimed && let Some(known) = towards.known(ready.shape(), state.0) {
        return *known;
    }
    let roads: [CchView; PRICES] = std::array::from_fn(|k| ready.roads_of(first + k));
    if !std::mem::replace(aimed, true) {
        let add = |k: usize, w: Weight| u32::try_from(ready.measure(first + k).of(w, 0));
        let all = |w: Weight| std::array::from_fn(|k| add(k, w).unwrap_or(FAR));
        let ends: Vec<_> = ends.iter().map(|(state, w)| (state.0, all(*w))).collect();
        towards.set_targets(&roads, &ends);
    }
    *towards.distances(&roads, state.0)
}
