//! The Pareto set in time, cost and CO2e: labels in the order of a weighted sum, pruned by exact
//! lower bounds to the end (Mandow and Perez de la Cruz 2010, "Multiobjective A* search with
//! consistent heuristics").
//!
//! With a tolerance the answer is an epsilon cover (Papadimitriou and Yannakakis 2000): for every
//! possible itinerary there is one in the answer that is at most that much worse in each of the
//! three. With tolerance 0 it is the whole Pareto set.

use std::collections::HashMap;

use crate::graph::{Graph, State, Step};
use crate::search::{FAR, Queue};
use crate::weights::{Weight, plus};

/// A way found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What it weighs, ends included.
    pub weight: Weight,
    /// Where it starts.
    pub start: State,
    /// Which of the sources it starts from.
    pub source: usize,
    /// Its steps, each with the state it leads to.
    pub steps: Vec<(Step, State)>,
}

/// What to search.
pub struct Task<'a> {
    /// Where goods can be put on a vehicle, and what that weighs.
    pub sources: &'a [(State, Weight)],
    /// Where they can be taken off.
    pub ends: &'a [(State, Weight)],
    /// Lower bounds from every state to the end, one for each criterion.
    pub bounds: &'a [Vec<u64>; 3],
    /// Tolerance in millionths.
    pub tolerance_ppm: u64,
    /// Labels after which to give up.
    pub most_labels: usize,
}

/// The ways, and whether the limit of labels cut the search short.
pub struct Found {
    /// In the order found.
    pub ways: Vec<Way>,
    /// Whether labels ran out.
    pub cut: bool,
}

/// Mixtures of time, cost and CO2e whose best ways are looked for first.
pub const MIXTURES: [[u64; 3]; 13] = [
    [1, 1, 1],
    [4, 1, 1],
    [1, 4, 1],
    [1, 1, 4],
    [4, 4, 1],
    [4, 1, 4],
    [1, 4, 4],
    [16, 1, 1],
    [1, 16, 1],
    [1, 1, 16],
    [16, 16, 1],
    [16, 1, 16],
    [1, 16, 16],
];

struct Label {
    weight: Weight,
    state: State,
    before: u32,
    step: Option<Step>,
    source: u32,
}

const NO_LABEL: u32 = u32::MAX;

/// Labels by number, with how they follow from one another.
struct Labels<'a> {
    task: &'a Task<'a>,
    scale: Weight,
    all: Vec<Label>,
    queue: Queue,
}

impl<'a> Labels<'a> {
    fn new(task: &'a Task<'a>, mixture: [u64; 3]) -> Self {
        let scale = scale(task);
        let scale = [0, 1, 2].map(|c| scale[c].saturating_mul(mixture[c]));
        Labels { task, scale, all: Vec::new(), queue: Queue::default() }
    }

    fn start(&mut self, keep: impl Fn(Weight) -> bool) {
        for (source, (state, weight)) in self.task.sources.iter().enumerate() {
            let source = source as u32;
            let (weight, state) = (*weight, *state);
            self.push(Label { weight, state, before: NO_LABEL, step: None, source }, &keep);
        }
    }

    fn push(&mut self, label: Label, keep: impl Fn(Weight) -> bool) {
        if let Some(whole) = bound(self.task, &label)
            && keep(whole)
        {
            self.queue.push(self.sum(whole), self.all.len() as u32);
            self.all.push(label);
        }
    }

    fn sum(&self, weight: Weight) -> u64 {
        let mixed = (0..3).map(|c| u128::from(weight[c]) * u128::from(self.scale[c])).sum::<u128>();
        // Beyond forty bits order does not matter: such ways are a million times the best.
        ((mixed >> 16) as u64).min((1 << 40) - 1)
    }

    fn way(&self, weight: Weight, mut l: u32) -> Way {
        let mut steps = Vec::new();
        while let Some(step) = self.all[l as usize].step {
            steps.push((step, self.all[l as usize].state));
            l = self.all[l as usize].before;
        }
        steps.reverse();
        let Label { state, source, .. } = self.all[l as usize];
        Way { weight, start: state, source: source as usize, steps }
    }
}

/// Runs the search. `seeds` are weights of ways already known: they prune, and are not returned.
pub fn search(
    graph: &Graph,
    task: &Task,
    seeds: &[Weight],
    weigh: impl Fn(Step, State, State) -> Option<Weight>,
) -> Found {
    let ends: HashMap<State, Weight> = task.ends.iter().copied().collect();
    let mut labels = Labels::new(task, [1; 3]);
    let mut at = Fronts::new(graph);
    let mut known = Known::new(seeds, task.tolerance_ppm);
    let mut found: Vec<(Weight, u32)> = Vec::new();
    labels.start(|whole| !known.covers(whole));
    let mut cut = false;
    while let Some((_, l)) = labels.queue.pop() {
        let Label { weight, state, source, .. } = labels.all[l as usize];
        let whole = bound(task, &labels.all[l as usize]).unwrap_or([FAR; 3]);
        if known.covers(whole) || at.dominated(state, weight) {
            continue;
        }
        at.insert(state, weight);
        if let Some(end) = ends.get(&state) {
            let whole = plus(weight, *end);
            if !known.covers(whole) {
                known.insert(whole);
                found.push((whole, l));
            }
        }
        if labels.all.len() > task.most_labels {
            cut = true;
            break;
        }
        graph.out(state, |step, to| {
            let Some(w) = weigh(step, state, to) else { return };
            let weight = plus(weight, w);
            if !at.dominated(to, weight) {
                let label = Label { weight, state: to, before: l, step: Some(step), source };
                labels.push(label, |whole| !known.covers(whole));
            }
        });
    }
    Found { ways: found.into_iter().map(|(w, l)| labels.way(w, l)).collect(), cut }
}

/// The weights kept at each state, as linked lists in one array: most states hold few or none.
struct Fronts {
    first: Vec<u32>,
    all: Vec<(Weight, u32)>,
}

impl Fronts {
    fn new(graph: &Graph) -> Self {
        Fronts { first: vec![NO_LABEL; graph.states()], all: Vec::new() }
    }

    fn dominated(&self, state: State, weight: Weight) -> bool {
        let mut at = self.first[state.ix()];
        while at != NO_LABEL {
            let (kept, next) = self.all[at as usize];
            if dominates(kept, weight) {
                return true;
            }
            at = next;
        }
        false
    }

    fn insert(&mut self, state: State, weight: Weight) {
        self.all.push((weight, self.first[state.ix()]));
        self.first[state.ix()] = (self.all.len() - 1) as u32;
    }
}

/// Ways already known, each as the least weight that it still covers.
struct Known {
    tolerance_ppm: u64,
    least: Vec<Weight>,
}

impl Known {
    fn new(weights: &[Weight], tolerance_ppm: u64) -> Self {
        let mut known = Known { tolerance_ppm, least: Vec::new() };
        weights.iter().for_each(|w| known.insert(*w));
        known
    }

    fn insert(&mut self, weight: Weight) {
        let share = |v: u64| {
            let whole = u128::from(v) * 1_000_000;
            whole.div_ceil(u128::from(1_000_000 + self.tolerance_ppm)) as u64
        };
        self.least.push(weight.map(share));
    }

    /// Whether a known way is at most the tolerance worse in each of the three.
    fn covers(&self, weight: Weight) -> bool {
        self.least.iter().any(|k| dominates(*k, weight))
    }
}

/// The best way by a mixture of the three, by A* (Hart, Nilsson and Raphael 1968) with the bounds
/// mixed alike. It is on the Pareto set, up to rounding of the mixture.
pub fn mixed(
    graph: &Graph,
    task: &Task,
    mixture: [u64; 3],
    weigh: impl Fn(Step, State, State) -> Option<Weight>,
) -> Option<Way> {
    let ends: HashMap<State, Weight> = task.ends.iter().copied().collect();
    let mut labels = Labels::new(task, mixture);
    let mut settled = vec![FAR; graph.states()];
    let mut found: Option<(u64, Weight, u32)> = None;
    labels.start(|_| true);
    while let Some((key, l)) = labels.queue.pop() {
        if found.is_some_and(|(least, _, _)| key >= least) {
            break;
        }
        let Label { weight, state, source, .. } = labels.all[l as usize];
        let mine = labels.sum(weight);
        if settled[state.ix()] <= mine {
            continue;
        }
        settled[state.ix()] = mine;
        if let Some(end) = ends.get(&state) {
            let whole = plus(weight, *end);
            let sum = labels.sum(whole);
            if found.is_none_or(|(least, _, _)| sum < least) {
                found = Some((sum, whole, l));
            }
        }
        graph.out(state, |step, to| {
            let Some(w) = weigh(step, state, to) else { return };
            let weight = plus(weight, w);
            if labels.sum(weight) < settled[to.ix()] {
                let label = Label { weight, state: to, before: l, step: Some(step), source };
                labels.push(label, |_| true);
            }
        });
    }
    found.map(|(_, whole, l)| labels.way(whole, l))
}

/// The least that a whole itinerary through a label can weigh.
fn bound(task: &Task, label: &Label) -> Option<Weight> {
    let rest = [0, 1, 2].map(|c| task.bounds[c][label.state.ix()]);
    (rest[0] != FAR).then(|| plus(label.weight, rest))
}

fn dominates(a: Weight, b: Weight) -> bool {
    (0..3).all(|c| a[c] <= b[c])
}

/// Whether `a` is at most the tolerance worse than `b` in each of the three.
fn covers(a: Weight, b: Weight, tolerance_ppm: u64) -> bool {
    (0..3).all(|c| {
        u128::from(a[c]) * 1_000_000 <= u128::from(b[c]) * u128::from(1_000_000 + tolerance_ppm)
    })
}

/// Weights that make the three comparable: each at its best counts 2^36.
fn scale(task: &Task) -> Weight {
    let least = |c: usize| {
        let best = |(s, w): &(State, Weight)| w[c].saturating_add(task.bounds[c][s.ix()]);
        task.sources.iter().map(best).min().unwrap_or(1).max(1)
    };
    [0, 1, 2].map(|c| ((1_u64 << 44) / least(c)).max(1))
}

/// Leaves the ways that no other dominates, quickest first.
pub fn undominated(mut ways: Vec<Way>) -> Vec<Way> {
    ways.sort_by(|a, b| (a.weight, &a.steps).cmp(&(b.weight, &b.steps)));
    let mut kept: Vec<Way> = Vec::new();
    for way in ways {
        if !kept.iter().any(|k| dominates(k.weight, way.weight)) {
            kept.push(way);
        }
    }
    kept
}

/// Ways that differ by no more than this in all three are one to a user.
const ALIKE_PPM: u64 = 500;

/// Leaves out ways that another in the list covers, as long as the rest still covers all: the best
/// by each criterion stay, or one that is all but equal.
pub fn thinned(ways: Vec<Way>, tolerance_ppm: u64) -> Vec<Way> {
    if tolerance_ppm == 0 {
        return ways;
    }
    let best = [0, 1, 2].map(|c| (0..ways.len()).min_by_key(|i| (ways[*i].weight[c], *i)));
    let mut kept: Vec<usize> = Vec::new();
    let rest = (0..ways.len()).map(|i| (i, tolerance_ppm));
    let alike = ALIKE_PPM.min(tolerance_ppm);
    for (i, ppm) in best.into_iter().flatten().map(|i| (i, alike)).chain(rest) {
        if !kept.iter().any(|k| covers(ways[*k].weight, ways[i].weight, ppm)) {
            kept.push(i);
        }
    }
    kept.sort_unstable();
    let mut ways: Vec<Option<Way>> = ways.into_iter().map(Some).collect();
    kept.into_iter().filter_map(|i| ways[i].take()).collect()
}
