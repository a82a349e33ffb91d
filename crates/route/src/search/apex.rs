//! Apex search: finds the paths that known paths do not cover, or proves that there are none.
//!
//! The gaps between known paths are the local upper bounds of a [`SearchRegion`]. A label (the beginning of
//! paths) is followed only while some gap can still hold a whole path: by lower bounds of the rest in each
//! criterion, and in each weighted sum (the bound sets of M. Ehrgott and X. Gandibleux, *Bound sets for
//! biobjective combinatorial optimization problems*, Computers & Operations Research 34, 2007). Most
//! questions end before the first step.
//!
//! A label stands for many beginnings, as in A*pex (H. Zhang, O. Salzman, T. K. S. Kumar, A. Felner,
//! C. Hernandez Ulloa, S. Koenig, *A\*pex: efficient approximate multi-objective search on graphs*,
//! ICAPS 2022): it has the *apex*, the least of each criterion among them, and the cost of one of them, its
//! representative, which is near the apex whatever the rest. Labels that wait at the same state are merged
//! while one of the two representatives is near enough to the apex of both. What the apex rules out is ruled
//! out for all of them; where a label reaches a target, its path covers all of them.

use std::collections::HashMap;

use trimodal_model::control::Control;

use crate::cost::{CostVector, plus};
use crate::graph::State;
use crate::objective::WEIGHTED_SUMS;
use crate::outcome::StopReason;
use crate::search::queue::Queue;
use crate::search::region::{SearchRegion, strictly_below};
use crate::search::stop::StopCheck;
use crate::search::task::{Found, LowerBounds, ParetoSets, Path, Priority, Task, whole_cost};
use crate::search::unwind::unwind;

/// Finds paths until known ones cover all. `out` calls its argument with every step out of a state, the
/// state it leads to and its cost.
pub fn apex_search<A: Copy>(
    states: usize,
    task: &Task,
    bounds: &mut impl LowerBounds,
    region: &mut SearchRegion,
    out: impl Fn(State, &mut dyn FnMut(A, State, CostVector)),
    control: &Control,
) -> Found<A> {
    let targets: HashMap<State, CostVector> = task.targets.iter().copied().collect();
    let mut search = ApexSearch::new(states, task, Gaps { region, bounds });
    let (mut found, mut stopped) = (Vec::new(), None);
    let mut stop = StopCheck::new(control);
    while let Some(l) = search.next() {
        let ApexLabel { apex, cost, state, source, .. } = search.labels[l as usize];
        if let Some(end) = targets.get(&state)
            && search.gaps.cover(plus(apex, *end), plus(cost, *end))
        {
            found.push((plus(cost, *end), l));
        }
        if search.labels.len() > task.max_labels {
            stopped = Some(StopReason::LabelLimit);
        } else if let Err(reason) = stop.count() {
            stopped = Some(reason);
        }
        if stopped.is_some() {
            break;
        }
        out(state, &mut |step, to, more| {
            let (apex, cost) = (plus(apex, more), plus(cost, more));
            let previous = Some((step, l));
            search.offer(ApexLabel { apex, cost, state: to, previous, ..ApexLabel::at(source) });
        });
    }
    let paths = found.into_iter().map(|(cost, l)| search.path(cost, l)).collect();
    Found { paths, stopped }
}

/// The gaps between known paths.
struct Gaps<'a, B> {
    region: &'a mut SearchRegion,
    bounds: &'a mut B,
}

impl<B: LowerBounds> Gaps<'_, B> {
    /// The lower bound of a whole path with this beginning, if a gap can hold it.
    fn hold(&mut self, beginning: CostVector, state: State) -> Option<CostVector> {
        let whole = whole_cost(self.bounds, beginning, state)?;
        let Gaps { region, bounds } = self;
        let mut gaps =
            region.local_upper_bounds().iter().filter(|gap| strictly_below(whole, **gap));
        gaps.any(|gap| holds(*bounds, beginning, state, *gap)).then_some(whole)
    }

    /// Covers what a path that stands for all from an apex covers; whether it was needed.
    fn cover(&mut self, apex: CostVector, cost: CostVector) -> bool {
        let needed = self.region.needs(apex);
        if needed {
            self.region.cover(cost);
        }
        needed
    }
}

/// Whether a gap can hold a whole path with this beginning, by the weighted sums. A sum with a criterion in
/// which the gap is unbounded rules nothing out.
fn holds(
    bounds: &mut impl LowerBounds,
    beginning: CostVector,
    state: State,
    gap: CostVector,
) -> bool {
    WEIGHTED_SUMS.iter().enumerate().all(|(i, sum)| {
        let most = sum.undivided(gap);
        let mut rest = || bounds.bound(state, 3 + i).saturating_mul(sum.divisor());
        most == u64::MAX || sum.undivided(beginning).saturating_add(rest()) < most
    })
}

/// The beginnings of some paths.
#[derive(Clone, Copy)]
struct ApexLabel<A> {
    /// The least of each criterion among them.
    apex: CostVector,
    /// The cost of the representative, whose steps are kept.
    cost: CostVector,
    state: State,
    source: u32,
    /// The step into the state and the label before it.
    previous: Option<(A, u32)>,
    /// The next that waits at the same state, or [`NO_LABEL`].
    next: u32,
    /// Whether it waits to be followed.
    waits: bool,
}

const NO_LABEL: u32 = u32::MAX;

impl<A> ApexLabel<A> {
    fn at(source: u32) -> Self {
        let (apex, cost, state) = ([0; 3], [0; 3], State(0));
        ApexLabel { apex, cost, state, source, previous: None, next: NO_LABEL, waits: true }
    }
}

struct ApexSearch<'a, A, B> {
    gaps: Gaps<'a, B>,
    labels: Vec<ApexLabel<A>>,
    /// The first label that waits at each state, plus one: memory that no label reaches is never touched.
    waiting: Vec<u32>,
    /// The apexes of those that were followed.
    followed: ParetoSets,
    queue: Queue,
    priority: Priority,
    /// How far a cost may be from its apex, in millionths.
    near_ppm: u64,
}

impl<'a, A: Copy, B: LowerBounds> ApexSearch<'a, A, B> {
    fn new(states: usize, task: &Task, gaps: Gaps<'a, B>) -> Self {
        let wholes: Vec<CostVector> = task
            .sources
            .iter()
            .filter_map(|(state, cost)| whole_cost(gaps.bounds, *cost, *state))
            .collect();
        let mut search = ApexSearch {
            gaps,
            labels: Vec::new(),
            waiting: vec![0; states],
            followed: ParetoSets::new(states),
            queue: Queue::default(),
            priority: Priority::new(&wholes),
            // The whole tolerance would be correct too, with more paths that are hardly needed.
            near_ppm: task.tolerance_ppm / 2,
        };
        for (source, (state, cost)) in task.sources.iter().enumerate() {
            let (apex, cost, state) = (*cost, *cost, *state);
            search.offer(ApexLabel { apex, cost, state, ..ApexLabel::at(source as u32) });
        }
        search
    }

    /// The label to follow next.
    fn next(&mut self) -> Option<u32> {
        while let Some((_, l)) = self.queue.pop() {
            let ApexLabel { apex, state, waits, .. } = self.labels[l as usize];
            if !waits {
                continue;
            }
            self.labels[l as usize].waits = false;
            self.unlink(state);
            if !self.followed.dominated(state, apex) && self.gaps.hold(apex, state).is_some() {
                self.followed.insert(state, apex);
                return Some(l);
            }
        }
        None
    }

    /// Keeps a label if it is needed.
    fn offer(&mut self, mut label: ApexLabel<A>) {
        if self.followed.dominated(label.state, label.apex) {
            return;
        }
        let Some(whole) = self.gaps.hold(label.apex, label.state) else { return };
        let rest = [0, 1, 2].map(|c| whole[c] - label.apex[c]);
        if self.merged(&mut label, rest) {
            return;
        }
        let number = self.labels.len() as u32;
        self.queue.push(self.priority.of(plus(label.apex, rest)), number);
        label.next = self.waiting[label.state.ix()].wrapping_sub(1);
        self.waiting[label.state.ix()] = number + 1;
        self.labels.push(label);
    }

    /// Merges a label with those that wait at its state. Whether one of them replaces it.
    fn merged(&mut self, label: &mut ApexLabel<A>, rest: CostVector) -> bool {
        let mut at = self.waiting[label.state.ix()].wrapping_sub(1);
        let (mut held, mut merged) = (false, false);
        while at != NO_LABEL && !held {
            let other = self.labels[at as usize];
            let apex = [0, 1, 2].map(|c| label.apex[c].min(other.apex[c]));
            let near = |l: &ApexLabel<A>| {
                (0..3).all(|c| {
                    let far = u128::from(l.cost[c] - apex[c]) * 1_000_000;
                    far <= u128::from(apex[c] + rest[c]) * u128::from(self.near_ppm)
                })
            };
            let (theirs, ours) = (near(&other), near(label));
            let less = self.priority.of(label.cost) <= self.priority.of(other.cost);
            let keep = if ours && (less || !theirs) { *label } else { other };
            held = theirs && apex == other.apex;
            if held {
                // Its place in the queue stays right: that is by the apex.
                let next = other.next;
                self.labels[at as usize] = ApexLabel { apex, next, waits: true, ..keep };
            } else if theirs || ours {
                *label = ApexLabel { apex, ..keep };
                (self.labels[at as usize].waits, merged) = (false, true);
            }
            at = other.next;
        }
        if merged {
            self.unlink(label.state);
        }
        held
    }

    /// Removes labels that no longer wait from the list of a state.
    fn unlink(&mut self, state: State) {
        let mut before = NO_LABEL;
        let mut at = self.waiting[state.ix()].wrapping_sub(1);
        while at != NO_LABEL {
            let ApexLabel { waits, next, .. } = self.labels[at as usize];
            match (waits, before) {
                (true, _) => before = at,
                (false, NO_LABEL) => self.waiting[state.ix()] = next.wrapping_add(1),
                (false, _) => self.labels[before as usize].next = next,
            }
            at = next;
        }
    }

    /// The path of the representative of a label.
    fn path(&self, cost: CostVector, last: u32) -> Path<A> {
        let previous = |l: usize| {
            let ApexLabel { state, previous, .. } = self.labels[l];
            previous.map(|(step, before)| ((step, state), before as usize))
        };
        let (first, steps) = unwind(last as usize, previous);
        let ApexLabel { state, source, .. } = self.labels[first];
        Path { cost, start: state, source: source as usize, steps }
    }
}
