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
pub struct Way<A = Step> {
    /// What it weighs, ends included.
    pub weight: Weight,
    /// Where it starts.
    pub start: State,
    /// Which of the sources it starts from.
    pub source: usize,
    /// Its steps, each with the state it leads to.
    pub steps: Vec<(A, State)>,
}

/// What to search.
pub struct Task<'a> {
    /// Where goods can be put on a vehicle, and what that weighs.
    pub sources: &'a [(State, Weight)],
    /// Where they can be taken off.
    pub ends: &'a [(State, Weight)],
    /// Tolerance in millionths.
    pub tolerance_ppm: u64,
    /// Labels after which to give up.
    pub most_labels: usize,
}

/// The ways, and whether the limit of labels cut the search short.
pub struct Found<A = Step> {
    /// In the order found.
    pub ways: Vec<Way<A>>,
    /// Whether labels ran out.
    pub cut: bool,
}

/// The beginning of a way.
#[derive(Clone, Copy)]
struct Label {
    pub weight: Weight,
    pub state: State,
    /// The label before it, or [`NO_LABEL`].
    pub before: u32,
    pub step: Option<Step>,
    pub source: u32,
}

impl Label {
    pub fn source(source: usize, state: State, weight: Weight) -> Label {
        Label { weight, state, before: NO_LABEL, step: None, source: source as u32 }
    }
}

const NO_LABEL: u32 = u32::MAX;

/// Labels by number, with how they follow from one another.
struct Labels {
    pub all: Vec<Label>,
}

impl Labels {
    pub fn add(&mut self, label: Label) -> u32 {
        self.all.push(label);
        (self.all.len() - 1) as u32
    }

    /// The way that ends with a label.
    pub fn way(&self, weight: Weight, mut l: u32) -> Way {
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

/// What the rest of a way takes at least, from a state to the end.
pub trait Rest {
    /// By a measure: time, cost, CO2e, then the mixtures in their order. [`FAR`]: no way.
    fn rest(&mut self, state: State, measure: usize) -> u64;
}

/// Trees from the end over the whole network, for the three criteria. Trees for the mixtures would take
/// longer to grow than they save.
impl Rest for &[Vec<u64>; 3] {
    fn rest(&mut self, state: State, measure: usize) -> u64 {
        self.get(measure).map_or(0, |tree| tree[state.ix()])
    }
}

/// The least that a whole way with some beginning can weigh.
pub(crate) fn least(rest: &mut impl Rest, beginning: Weight, state: State) -> Option<Weight> {
    let least = [0, 1, 2].map(|c| rest.rest(state, c));
    (!least.contains(&FAR)).then(|| plus(beginning, least))
}

/// Runs the search: labels in the order of the sum of time, cost and CO2e, each in units of its
/// least. `seeds` are weights of ways already known: they prune, and are not returned.
pub fn search(
    graph: &Graph,
    task: &Task,
    rest: &mut impl Rest,
    seeds: &[Weight],
    weigh: impl Fn(Step, State, State) -> Option<Weight>,
) -> Found {
    let mut known = Known::new(seeds, task.tolerance_ppm);
    let ends: HashMap<State, Weight> = task.ends.iter().copied().collect();
    let sources = task.sources.iter().filter_map(|(state, weight)| least(rest, *weight, *state));
    let scale = scale(&sources.collect::<Vec<_>>());
    let sum = |whole: Weight| {
        let sum: u128 = (0..3).map(|c| u128::from(whole[c]) * u128::from(scale[c])).sum();
        // Beyond forty bits order does not matter: such ways are a million times the best.
        ((sum >> 16) as u64).min((1 << 40) - 1)
    };
    let (mut labels, mut queue) = (Labels { all: Vec::new() }, Queue::default());
    let mut at = Fronts::new(graph.states());
    let mut found: Vec<(Weight, u32)> = Vec::new();
    for (source, (state, weight)) in task.sources.iter().enumerate() {
        if let Some(whole) = least(rest, *weight, *state)
            && !known.covers(whole)
        {
            queue.push(sum(whole), labels.add(Label::source(source, *state, *weight)));
        }
    }
    let mut cut = false;
    while let Some((_, l)) = queue.pop() {
        let Label { weight, state, source, .. } = labels.all[l as usize];
        let still = least(rest, weight, state).is_some_and(|whole| !known.covers(whole));
        if !still || at.dominated(state, weight) {
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
            if !at.dominated(to, weight)
                && let Some(whole) = least(rest, weight, to)
                && !known.covers(whole)
            {
                let label = Label { weight, state: to, before: l, step: Some(step), source };
                queue.push(sum(whole), labels.add(label));
            }
        });
    }
    Found { ways: found.into_iter().map(|(w, l)| labels.way(w, l)).collect(), cut }
}

/// The weights kept at each state, as linked lists in one array: most states hold few or none.
/// Positions count from one, so that memory that no label comes to is never touched.
pub(crate) struct Fronts {
    first: Vec<u32>,
    all: Vec<(Weight, u32)>,
}

impl Fronts {
    pub fn new(states: usize) -> Self {
        Fronts { first: vec![0; states], all: Vec::new() }
    }

    pub fn dominated(&self, state: State, weight: Weight) -> bool {
        let mut at = self.first[state.ix()];
        while at != 0 {
            let (kept, next) = self.all[at as usize - 1];
            if dominates(kept, weight) {
                return true;
            }
            at = next;
        }
        false
    }

    pub fn insert(&mut self, state: State, weight: Weight) {
        self.all.push((weight, self.first[state.ix()]));
        self.first[state.ix()] = self.all.len() as u32;
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

fn dominates(a: Weight, b: Weight) -> bool {
    (0..3).all(|c| a[c] <= b[c])
}

/// Whether `a` is at most the tolerance worse than `b` in each of the three.
fn covers(a: Weight, b: Weight, tolerance_ppm: u64) -> bool {
    (0..3).all(|c| {
        u128::from(a[c]) * 1_000_000 <= u128::from(b[c]) * u128::from(1_000_000 + tolerance_ppm)
    })
}

/// Weights that make the three comparable: each at its best counts 2^44.
pub(crate) fn scale(least: &[Weight]) -> Weight {
    let best = |c: usize| least.iter().map(|w| w[c]).min().unwrap_or(1).max(1);
    [0, 1, 2].map(|c| ((1_u64 << 44) / best(c)).max(1))
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
