//! Closes the gaps between known ways: finds what no known way covers, or proves that there is
//! nothing.
//!
//! A gap is a corner of [`Zones`]. A label (the beginning of ways) is followed only while some gap
//! can still hold the whole: by what the rest takes at least in each criterion, and in each mixture
//! (the bound sets of M. Ehrgott and X. Gandibleux, *Bound sets for biobjective combinatorial
//! optimization problems*, Computers & Operations Research 34, 2007). Most questions end before the
//! first step.
//!
//! A label stands for many beginnings, as in A*pex (H. Zhang, O. Salzman, T. K. S. Kumar, A. Felner,
//! C. Hernandez Ulloa, S. Koenig, *A\*pex: efficient approximate multi-objective search on graphs*,
//! ICAPS 2022): it has the *apex*, the least of each criterion among them, and the weight of one of
//! them that is near the apex, whatever the rest. Labels that wait at the same state are merged while one
//! of the two is near enough to the apex of both. What the apex rules out is ruled out for all of
//! them; where a label comes to an end, its way covers all of them.

use std::collections::HashMap;

use crate::graph::State;
use crate::measure::MIXTURES;
use crate::pareto::{Found, Fronts, Rest, Task, Way, least, scale};
use crate::search::Queue;
use crate::weights::{Weight, plus};
use crate::zones::{Zones, below};

/// Finds ways until known ones cover all. `out` calls with every step out of a state: what it is,
/// where it leads, what it weighs.
pub fn close<A: Copy>(
    states: usize,
    task: &Task,
    rest: &mut impl Rest,
    zones: &mut Zones,
    out: impl Fn(State, &mut dyn FnMut(A, State, Weight)),
) -> Found<A> {
    let ends: HashMap<State, Weight> = task.ends.iter().copied().collect();
    let mut search = Search::new(states, task, Gaps { zones, rest });
    let (mut found, mut cut) = (Vec::new(), false);
    while let Some(l) = search.next() {
        let Label { apex, weight, state, source, .. } = search.labels[l as usize];
        if let Some(end) = ends.get(&state)
            && search.gaps.take(plus(apex, *end), plus(weight, *end))
        {
            found.push((plus(weight, *end), l));
        }
        if search.labels.len() > task.most_labels {
            cut = true;
            break;
        }
        out(state, &mut |step, to, w| {
            let (apex, weight) = (plus(apex, w), plus(weight, w));
            search.offer(Label {
                apex,
                weight,
                state: to,
                step: Some(step),
                before: l,
                ..Label::at(source)
            });
        });
    }
    Found { ways: found.into_iter().map(|(weight, l)| search.way(weight, l)).collect(), cut }
}

/// What is open between known ways.
struct Gaps<'a, R> {
    zones: &'a mut Zones,
    rest: &'a mut R,
}

impl<R: Rest> Gaps<'_, R> {
    /// The least that a whole way weighs of which the beginning is known, where a gap can hold it.
    fn hold(&mut self, beginning: Weight, state: State) -> Option<Weight> {
        let whole = least(self.rest, beginning, state)?;
        let Gaps { zones, rest } = self;
        let mut gaps = zones.corners().iter().filter(|gap| below(whole, **gap));
        gaps.any(|gap| holds(*rest, beginning, state, *gap)).then_some(whole)
    }

    /// Notes a way that stands for all from an apex; whether it was needed.
    fn take(&mut self, apex: Weight, way: Weight) -> bool {
        let new = self.zones.corners().iter().any(|gap| below(apex, *gap));
        if new {
            self.zones.cover(way);
        }
        new
    }
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

/// The beginnings of some ways.
#[derive(Clone, Copy)]
struct Label<A> {
    /// The least of each criterion among them.
    apex: Weight,
    /// What one of them weighs: the one that the steps lead along.
    weight: Weight,
    state: State,
    source: u32,
    step: Option<A>,
    before: u32,
    /// The next that waits at the same state, or [`NO_LABEL`].
    next: u32,
    /// Whether it waits to be followed.
    waits: bool,
}

const NO_LABEL: u32 = u32::MAX;

impl<A> Label<A> {
    fn at(source: u32) -> Self {
        let (apex, weight, state) = ([0; 3], [0; 3], State(0));
        let (step, before, next) = (None, NO_LABEL, NO_LABEL);
        Label { apex, weight, state, source, step, before, next, waits: true }
    }
}

struct Search<'a, A, R> {
    gaps: Gaps<'a, R>,
    labels: Vec<Label<A>>,
    /// The first label that waits at each state, plus one: memory that no label comes to is never
    /// touched.
    waiting: Vec<u32>,
    /// The apexes of those that were followed.
    followed: Fronts,
    queue: Queue,
    scale: Weight,
    /// How far a weight may be from its apex, in millionths.
    near_ppm: u64,
}

impl<'a, A: Copy, R: Rest> Search<'a, A, R> {
    fn new(states: usize, task: &Task, gaps: Gaps<'a, R>) -> Self {
        let wholes: Vec<Weight> = task
            .sources
            .iter()
            .filter_map(|(state, weight)| least(gaps.rest, *weight, *state))
            .collect();
        let mut search = Search {
            gaps,
            labels: Vec::new(),
            waiting: vec![0; states],
            followed: Fronts::new(states),
            queue: Queue::default(),
            scale: scale(&wholes),
            // All of the tolerance would do as well, with more ways that are hardly needed.
            near_ppm: task.tolerance_ppm / 2,
        };
        for (source, (state, weight)) in task.sources.iter().enumerate() {
            search.offer(Label {
                apex: *weight,
                weight: *weight,
                state: *state,
                ..Label::at(source as u32)
            });
        }
        search
    }

    /// The label to follow next: the one with the least sum of the three, each in units of its best.
    fn next(&mut self) -> Option<u32> {
        while let Some((_, l)) = self.queue.pop() {
            let Label { apex, state, waits, .. } = self.labels[l as usize];
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
    fn offer(&mut self, mut label: Label<A>) {
        if self.followed.dominated(label.state, label.apex) {
            return;
        }
        let Some(whole) = self.gaps.hold(label.apex, label.state) else { return };
        let rest = [0, 1, 2].map(|c| whole[c] - label.apex[c]);
        if self.merged(&mut label, rest) {
            return;
        }
        let number = self.labels.len() as u32;
        self.queue.push(sum(plus(label.apex, rest), self.scale), number);
        label.next = self.waiting[label.state.ix()].wrapping_sub(1);
        self.waiting[label.state.ix()] = number + 1;
        self.labels.push(label);
    }

    /// Merges a label with those that wait at its state. Whether one of them stands for it as it is.
    fn merged(&mut self, label: &mut Label<A>, rest: Weight) -> bool {
        let mut at = self.waiting[label.state.ix()].wrapping_sub(1);
        let (mut held, mut merged) = (false, false);
        while at != NO_LABEL && !held {
            let other = self.labels[at as usize];
            let apex = [0, 1, 2].map(|c| label.apex[c].min(other.apex[c]));
            let near = |l: &Label<A>| {
                (0..3).all(|c| {
                    let far = u128::from(l.weight[c] - apex[c]) * 1_000_000;
                    far <= u128::from(apex[c] + rest[c]) * u128::from(self.near_ppm)
                })
            };
            let (theirs, ours) = (near(&other), near(label));
            let less = sum(label.weight, self.scale) <= sum(other.weight, self.scale);
            let keep = if ours && (less || !theirs) { *label } else { other };
            held = theirs && apex == other.apex;
            if held {
                // Its place in the queue stays right: that is by the apex.
                self.labels[at as usize] = Label { apex, next: other.next, waits: true, ..keep };
            } else if theirs || ours {
                *label = Label { apex, ..keep };
                (self.labels[at as usize].waits, merged) = (false, true);
            }
            at = other.next;
        }
        if merged {
            self.unlink(label.state);
        }
        held
    }

    /// Leaves out of the list of a state those that no longer wait.
    fn unlink(&mut self, state: State) {
        let mut before = NO_LABEL;
        let mut at = self.waiting[state.ix()].wrapping_sub(1);
        while at != NO_LABEL {
            let Label { waits, next, .. } = self.labels[at as usize];
            match (waits, before) {
                (true, _) => before = at,
                (false, NO_LABEL) => self.waiting[state.ix()] = next.wrapping_add(1),
                (false, _) => self.labels[before as usize].next = next,
            }
            at = next;
        }
    }

    /// The way that ends with a label.
    fn way(&self, weight: Weight, mut l: u32) -> Way<A> {
        let mut steps = Vec::new();
        while let Some(step) = self.labels[l as usize].step {
            steps.push((step, self.labels[l as usize].state));
            l = self.labels[l as usize].before;
        }
        steps.reverse();
        let Label { state, source, .. } = self.labels[l as usize];
        Way { weight, start: state, source: source as usize, steps }
    }
}

/// The sum of the three, each in units of its best.
fn sum(weight: Weight, scale: Weight) -> u64 {
    let parts = weight.iter().zip(scale).map(|(a, b)| u128::from(*a) * u128::from(b));
    // Beyond forty bits order does not matter: such ways are a million times the best.
    ((parts.sum::<u128>() >> 16) as u64).min((1 << 40) - 1)
}
