//! The Pareto set in time, cost and CO2e: label setting in the order of a weighted sum, pruned by exact
//! lower bounds (Mandow and Perez de la Cruz 2010, "Multiobjective A* search with consistent heuristics").
//!
//! With a tolerance the answer is an epsilon-Pareto set (Papadimitriou and Yannakakis 2000): for every
//! possible itinerary there is one in the answer that exceeds it by at most that share in each of the
//! three. With tolerance 0 it is the exact set.

use std::collections::HashMap;

use trimodal_model::control::Control;

use crate::cost::{CostVector, plus};
use crate::graph::{Graph, State, Step};
use crate::outcome::StopReason;
use crate::search::queue::Queue;
use crate::search::stop::StopCheck;
use crate::search::task::{
    Found, LowerBounds, ParetoSets, Path, Priority, Task, dominates, reduced, whole_cost,
};
use crate::search::unwind::unwind;

/// The beginning of a path.
#[derive(Clone, Copy)]
struct Label {
    cost: CostVector,
    state: State,
    /// The step into the state and the label before it.
    previous: Option<(Step, u32)>,
    source: u32,
}

/// Finds the Pareto set. `seeds` are costs of paths already known: they prune, and are not returned.
pub fn pareto_search(
    graph: &Graph,
    task: &Task,
    bounds: &mut impl LowerBounds,
    seeds: &[CostVector],
    step_cost: impl Fn(Step, State, State) -> Option<CostVector>,
    control: &Control,
) -> Found {
    let targets: HashMap<State, CostVector> = task.targets.iter().copied().collect();
    let mut search = Search::new(graph, task, bounds, seeds);
    let (mut stop, mut stopped) = (StopCheck::new(control), None);
    while let Some(l) = search.next() {
        let Label { cost, state, source, .. } = search.labels[l as usize];
        if let Some(end) = targets.get(&state) {
            search.complete(plus(cost, *end), l);
        }
        if search.labels.len() > task.max_labels {
            stopped = Some(StopReason::LabelLimit);
        } else if let Err(reason) = stop.count() {
            stopped = Some(reason);
        }
        if stopped.is_some() {
            break;
        }
        graph.out(state, |step, to| {
            if let Some(more) = step_cost(step, state, to) {
                let (cost, previous) = (plus(cost, more), Some((step, l)));
                search.offer(Label { cost, state: to, previous, source });
            }
        });
    }
    let paths = search.found.iter().map(|(cost, l)| search.path(*cost, *l)).collect();
    Found { paths, stopped }
}

struct Search<'a, B> {
    bounds: &'a mut B,
    labels: Vec<Label>,
    queue: Queue,
    settled: ParetoSets,
    known: KnownPaths,
    priority: Priority,
    found: Vec<(CostVector, u32)>,
}

impl<'a, B: LowerBounds> Search<'a, B> {
    fn new(graph: &Graph, task: &Task, bounds: &'a mut B, seeds: &[CostVector]) -> Self {
        let wholes: Vec<CostVector> = task
            .sources
            .iter()
            .filter_map(|(state, cost)| whole_cost(bounds, *cost, *state))
            .collect();
        let mut search = Search {
            bounds,
            labels: Vec::new(),
            queue: Queue::default(),
            settled: ParetoSets::new(graph.states()),
            known: KnownPaths::new(seeds, task.tolerance_ppm),
            priority: Priority::new(&wholes),
            found: Vec::new(),
        };
        for (source, (state, cost)) in task.sources.iter().enumerate() {
            let label = Label { cost: *cost, state: *state, previous: None, source: source as u32 };
            search.offer(label);
        }
        search
    }

    /// The next label that may lead to a new path.
    fn next(&mut self) -> Option<u32> {
        while let Some((_, l)) = self.queue.pop() {
            let Label { cost, state, .. } = self.labels[l as usize];
            let whole = whole_cost(self.bounds, cost, state);
            let needed = whole.is_some_and(|whole| !self.known.covers(whole));
            if needed && !self.settled.dominated(state, cost) {
                self.settled.insert(state, cost);
                return Some(l);
            }
        }
        None
    }

    /// Keeps a label if it may lead to a new path.
    #[inline]
    fn offer(&mut self, label: Label) {
        if !self.settled.dominated(label.state, label.cost)
            && let Some(whole) = whole_cost(self.bounds, label.cost, label.state)
            && !self.known.covers(whole)
        {
            self.queue.push(self.priority.of(whole), self.labels.len() as u32);
            self.labels.push(label);
        }
    }

    /// Records a path at a target, unless it is covered.
    fn complete(&mut self, cost: CostVector, l: u32) {
        if !self.known.covers(cost) {
            self.known.insert(cost);
            self.found.push((cost, l));
        }
    }

    fn path(&self, cost: CostVector, last: u32) -> Path {
        let previous = |l: usize| {
            let Label { state, previous, .. } = self.labels[l];
            previous.map(|(step, before)| ((step, state), before as usize))
        };
        let (first, steps) = unwind(last as usize, previous);
        let Label { state, source, .. } = self.labels[first];
        Path { cost, start: state, source: source as usize, steps }
    }
}

/// The paths known so far, each as the least cost that it still covers.
struct KnownPaths {
    tolerance_ppm: u64,
    least: Vec<CostVector>,
}

impl KnownPaths {
    fn new(costs: &[CostVector], tolerance_ppm: u64) -> Self {
        let mut known = KnownPaths { tolerance_ppm, least: Vec::new() };
        costs.iter().for_each(|cost| known.insert(*cost));
        known
    }

    fn insert(&mut self, cost: CostVector) {
        self.least.push(reduced(cost, self.tolerance_ppm));
    }

    /// Whether a known path exceeds this cost by at most the tolerance in each of the three.
    fn covers(&self, cost: CostVector) -> bool {
        self.least.iter().any(|k| dominates(*k, cost))
    }
}
