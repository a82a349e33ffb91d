//! Lower bounds for other searches: exact distances from the hierarchy, computed lazily.

use trimodal_cch::INFINITY;
use trimodal_cch::potential::Potential;
use trimodal_cch::query::CchView;

use crate::cost::{CostVector, Criterion};
use crate::graph::State;
use crate::objective::Objective;
use crate::prepared::contracted::MAX_WEIGHT;
use crate::prepared::potentials::Potentials;
use crate::prepared::{PreparedRouter, Workspace};
use crate::search::{self, LowerBounds};

/// Lower bounds of the cost to some targets.
pub(crate) struct PotentialBounds<'a> {
    prepared: &'a PreparedRouter,
    targets: &'a [(State, CostVector)],
    potentials: &'a mut Potentials,
    /// Whether the targets of the first group, and of the weighted sums, are set.
    ready: [bool; 2],
}

impl<'a> PotentialBounds<'a> {
    pub(crate) fn new(
        prepared: &'a PreparedRouter,
        targets: &'a [(State, CostVector)],
        workspace: &'a mut Workspace,
    ) -> PotentialBounds<'a> {
        let potentials = &mut workspace.potentials;
        PotentialBounds { prepared, targets, potentials, ready: [false; 2] }
    }

    /// The bound by an objective; none where there is no path.
    pub(crate) fn finite(&mut self, state: State, objective: usize) -> Option<u64> {
        let joined = objective == 0 || self.bound(state, 0) != search::INFINITY;
        let bound = self.bound(state, objective);
        (joined && bound != search::INFINITY).then_some(bound)
    }
}

impl LowerBounds for PotentialBounds<'_> {
    fn bound(&mut self, state: State, objective: usize) -> u64 {
        let PotentialBounds { prepared, targets, potentials, ready: [first, sums] } = self;
        let cost = match (prepared.objectives(), objective) {
            (1, _) => distances((prepared, 0), &mut potentials.only, first, targets, state)[0],
            (_, 0..3) => {
                let all = distances((prepared, 0), &mut potentials.criteria, first, targets, state);
                all[objective]
            }
            _ => {
                let all = distances((prepared, 3), &mut potentials.sums, sums, targets, state);
                all[objective - 3]
            }
        };
        match cost {
            // Seconds always fit 32 bits: a state that they do not reach has no path.
            INFINITY if prepared.objective(objective) == Objective::Single(Criterion::Time) => {
                search::INFINITY
            }
            cost => u64::from(cost.min(MAX_WEIGHT)),
        }
    }
}

/// The distances of a state by consecutive objectives, of which the first is given. Sets the targets if that
/// was not done yet.
fn distances<const METRICS: usize>(
    (prepared, first): (&PreparedRouter, usize),
    potential: &mut Potential<METRICS>,
    ready: &mut bool,
    targets: &[(State, CostVector)],
    state: State,
) -> [u32; METRICS] {
    if *ready && let Some(known) = potential.known(prepared.cch(), state.0) {
        return *known;
    }
    let views: [CchView; METRICS] = std::array::from_fn(|k| prepared.view(first + k));
    if !std::mem::replace(ready, true) {
        let value = |k: usize, cost: CostVector| {
            u32::try_from(prepared.objective(first + k).of(cost, 0)).unwrap_or(INFINITY)
        };
        let all = |cost: CostVector| std::array::from_fn(|k| value(k, cost));
        let targets: Vec<_> = targets.iter().map(|(state, cost)| (state.0, all(*cost))).collect();
        potential.set_targets(&views, &targets);
    }
    *potential.distances(&views, state.0)
}
