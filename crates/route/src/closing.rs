//! Closes the gaps between known ways: finds what no known way covers, or proves that there is
//! nothing.
//!
//! A gap is a corner of [`Zones`]. A label (the beginning of a way) is followed only while some gap
//! can still hold the whole: by what the rest takes at least in each criterion, and in each mixture
//! (the bound sets of M. Ehrgott and X. Gandibleux, *Bound sets for biobjective combinatorial
//! optimization problems*, Computers & Operations Research 34, 2007). Most questions end before the
//! first step. Where a gap is bounded in two criteria only, labels are compared in
//! these two alone, and in the order of one of them the least of the other is all that a node
//! needs to remember (C. Hernandez and others, *Simple and efficient bi-objective search
//! algorithms via fast dominance checks*, Artificial Intelligence 314, 2023); gaps bounded
//! in all three come last.

use std::collections::HashMap;

use crate::graph::{Graph, State, Step};
use crate::measure::MIXTURES;
use crate::pareto::{Found, Label, Labels, LeastBy, Needed, Rest, Task, by_sum, least};
use crate::search::{FAR, Queue};
use crate::weights::{Weight, plus};
use crate::zones::{Zones, below};

/// The two criteria in which a gap is bounded, and the third.
const PAIRS: [[usize; 3]; 3] = [[0, 1, 2], [0, 2, 1], [1, 2, 0]];

/// Finds ways until known ones cover all.
pub fn close(
    graph: &Graph,
    task: &Task,
    rest: &mut impl Rest,
    zones: &mut Zones,
    weigh: impl Fn(Step, State, State) -> Option<Weight>,
) -> Found {
    let mut found = Found { ways: Vec::new(), cut: false };
    for pair in PAIRS {
        let mut closing = Closing::new(zones, pair, rest);
        let more = closing.run(graph, task, &weigh);
        found.ways.extend(more.ways);
        found.cut |= more.cut;
    }
    let mut last = Last { zones, rest, gaps: Vec::new() };
    last.look();
    if !last.gaps.is_empty() {
        let more = by_sum(graph, task, &mut last, &weigh);
        found.ways.extend(more.ways);
        found.cut |= more.cut;
    }
    found
}

/// Whether a gap can hold a whole way of which the beginning is known, by the mixtures.
fn holds(
    rest: &mut impl Rest,
    only: impl Fn(usize) -> bool,
    beginning: Weight,
    state: State,
    gap: Weight,
) -> bool {
    MIXTURES.iter().enumerate().filter(|(m, _)| only(*m)).all(|(m, mixture)| {
        let least = rest.rest(state, 3 + m);
        let whole = mixture.sum(beginning).saturating_add(least.saturating_mul(mixture.parts()));
        whole < mixture.sum(gap)
    })
}

/// The search in gaps that are bounded in two criteria.
struct Closing<'a, R> {
    zones: &'a mut Zones,
    /// The criterion in whose order labels are taken, the other, and the one without bound.
    pair: [usize; 3],
    rest: &'a mut R,
    gaps: Vec<Weight>,
}

impl<'a, R: Rest> Closing<'a, R> {
    fn new(zones: &'a mut Zones, pair: [usize; 3], rest: &'a mut R) -> Self {
        let mut closing = Closing { zones, pair, rest, gaps: Vec::new() };
        closing.look();
        closing
    }

    fn look(&mut self) {
        let [a, b, free] = self.pair;
        let mine = |gap: &&Weight| gap[free] == FAR && gap[a] != FAR && gap[b] != FAR;
        self.gaps = self.zones.corners().iter().filter(mine).copied().collect();
    }

    /// The least of the first criterion of the whole, if a gap can hold it.
    fn needed(&mut self, beginning: Weight, state: State) -> Option<u64> {
        let [a, b, free] = self.pair;
        let first = self.rest.rest(state, a);
        if first == FAR {
            return None;
        }
        let whole = [beginning[a] + first, beginning[b] + self.rest.rest(state, b)];
        let rest = &mut *self.rest;
        let holds = |gap: &Weight| {
            whole[0] < gap[a]
                && whole[1] < gap[b]
                && holds(rest, |m| !MIXTURES[m].has(free), beginning, state, *gap)
        };
        self.gaps.iter().any(holds).then_some(whole[0])
    }

    fn run(
        &mut self,
        graph: &Graph,
        task: &Task,
        weigh: &impl Fn(Step, State, State) -> Option<Weight>,
    ) -> Found {
        let mut found = Found { ways: Vec::new(), cut: false };
        if self.gaps.is_empty() {
            return found;
        }
        let b = self.pair[1];
        let ends: HashMap<State, Weight> = task.ends.iter().copied().collect();
        let mut least = LeastBy::new(graph);
        let mut labels = Labels { all: Vec::new() };
        let mut queue = Queue::default();
        for (source, (state, weight)) in task.sources.iter().enumerate() {
            if let Some(order) = self.needed(*weight, *state) {
                queue.push(order, labels.add(Label::source(source, *state, *weight)));
            }
        }
        while let Some((_, l)) = queue.pop() {
            let Label { weight, state, source, .. } = labels.all[l as usize];
            if !least.lower(state, weight[b]) || self.needed(weight, state).is_none() {
                continue;
            }
            least.set(state, weight[b]);
            if let Some(end) = ends.get(&state) {
                let whole = plus(weight, *end);
                if self.gaps.iter().any(|gap| below(whole, *gap)) {
                    found.ways.push(labels.way(whole, l));
                    self.zones.cover(whole);
                    self.look();
                }
            }
            if labels.all.len() > task.most_labels {
                found.cut = true;
                break;
            }
            graph.out(state, |step, to| {
                let Some(w) = weigh(step, state, to) else { return };
                let weight = plus(weight, w);
                if least.lower(to, weight[b])
                    && let Some(order) = self.needed(weight, to)
                {
                    queue.push(
                        order,
                        labels.add(Label {
                            weight,
                            state: to,
                            before: l,
                            step: Some(step),
                            source,
                        }),
                    );
                }
            });
        }
        found
    }
}

/// The search in the gaps that are bounded in all three criteria.
struct Last<'a, R> {
    zones: &'a mut Zones,
    rest: &'a mut R,
    gaps: Vec<Weight>,
}

impl<R: Rest> Last<'_, R> {
    fn look(&mut self) {
        let bounded = |gap: &&Weight| !gap.contains(&FAR);
        self.gaps = self.zones.corners().iter().filter(bounded).copied().collect();
    }
}

impl<R: Rest> Needed for Last<'_, R> {
    fn least(&mut self, beginning: Weight, state: State) -> Option<Weight> {
        least(self.rest, beginning, state)
    }

    fn needed(&mut self, whole: Weight, beginning: Weight, state: State) -> bool {
        let rest = &mut *self.rest;
        let holds =
            |gap: &Weight| below(whole, *gap) && holds(rest, |_| true, beginning, state, *gap);
        self.gaps.iter().any(holds)
    }

    fn take(&mut self, whole: Weight) -> bool {
        let new = self.gaps.iter().any(|gap| below(whole, *gap));
        if new {
            self.zones.cover(whole);
            self.look();
        }
        new
    }
}
