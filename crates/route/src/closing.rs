//! Closes the gaps between known ways: finds what no known way covers, or proves that there is
//! nothing.
//!
//! A gap is a corner of [`Zones`]. A label (the beginning of a way) is followed only while some gap
//! can still hold the whole: by what the rest takes at least in each criterion, and in each mixture
//! (the bound sets of M. Ehrgott and X. Gandibleux, *Bound sets for biobjective combinatorial
//! optimization problems*, Computers & Operations Research 34, 2007). Most questions end before the
//! first step.

use crate::graph::{Graph, State, Step};
use crate::measure::MIXTURES;
use crate::pareto::{Found, Needed, Rest, Task, by_sum, least};
use crate::weights::Weight;
use crate::zones::{Zones, below};

/// Finds ways until known ones cover all.
pub fn close(
    graph: &Graph,
    task: &Task,
    rest: &mut impl Rest,
    zones: &mut Zones,
    weigh: impl Fn(Step, State, State) -> Option<Weight>,
) -> Found {
    by_sum(graph, task, &mut Gaps { zones, rest }, &weigh)
}

struct Gaps<'a, R> {
    zones: &'a mut Zones,
    rest: &'a mut R,
}

/// Whether a gap can hold a whole way of which the beginning is known, by the mixtures. One that
/// counts a criterion in which the gap has no bound says nothing.
fn holds(rest: &mut impl Rest, beginning: Weight, state: State, gap: Weight) -> bool {
    MIXTURES.iter().enumerate().all(|(m, mixture)| {
        let most = mixture.sum(gap);
        let mut least = || rest.rest(state, 3 + m).saturating_mul(mixture.parts());
        most == u64::MAX || mixture.sum(beginning).saturating_add(least()) < most
    })
}

impl<R: Rest> Needed for Gaps<'_, R> {
    fn least(&mut self, beginning: Weight, state: State) -> Option<Weight> {
        least(self.rest, beginning, state)
    }

    fn needed(&mut self, whole: Weight, beginning: Weight, state: State) -> bool {
        let Gaps { zones, rest } = self;
        let gaps = zones.corners().iter();
        gaps.filter(|gap| below(whole, **gap)).any(|gap| holds(*rest, beginning, state, *gap))
    }

    fn take(&mut self, whole: Weight) -> bool {
        let new = self.zones.corners().iter().any(|gap| below(whole, *gap));
        if new {
            self.zones.cover(whole);
        }
        new
    }
}
