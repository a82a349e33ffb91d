//! Plain exact search: Dijkstra's algorithm (Dijkstra 1959, "A note on two problems in connexion
//! with graphs") on whole numbers, forwards and backwards.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::graph::{Graph, State, Step};

/// Not reached.
pub const FAR: u64 = u64::MAX;

/// A queue of states by cost; ties go to the lower state. Both fit one word, which halves the
/// memory that a search touches; what costs more than fits waits beside them.
#[derive(Default)]
pub(crate) struct Queue {
    near: BinaryHeap<Reverse<u64>>,
    far: BinaryHeap<Reverse<(u64, u32)>>,
}

const STATE_BITS: u32 = 24;

impl Queue {
    pub(crate) fn push(&mut self, cost: u64, item: u32) {
        assert!(item < 1 << STATE_BITS, "more than a search can count");
        if cost >> (64 - STATE_BITS) == 0 {
            self.near.push(Reverse(cost << STATE_BITS | u64::from(item)));
        } else {
            self.far.push(Reverse((cost, item)));
        }
    }

    pub(crate) fn pop(&mut self) -> Option<(u64, u32)> {
        match self.near.pop() {
            Some(Reverse(word)) => {
                Some((word >> STATE_BITS, (word & ((1 << STATE_BITS) - 1)) as u32))
            }
            None => self.far.pop().map(|Reverse(both)| both),
        }
    }
}

/// Costs and the way back to a source, or, searched backwards, on to an end.
pub struct Tree {
    /// Least cost of each state, or [`FAR`].
    pub cost: Vec<u64>,
    /// The step between each state and the one before it in the search, and that one.
    before: Vec<Option<(Step, State)>>,
}

impl Tree {
    /// The steps from a source to a state, each with the state it leads to.
    pub fn path(&self, to: State) -> (State, Vec<(Step, State)>) {
        let (mut at, mut steps) = (to, Vec::new());
        while let Some((step, from)) = self.before[at.ix()] {
            steps.push((step, at));
            at = from;
        }
        steps.reverse();
        (at, steps)
    }

    /// Searched backwards: the steps from a state to an end, each with the state it leads to.
    pub fn onwards(&self, from: State) -> Vec<(Step, State)> {
        std::iter::successors(self.before[from.ix()], |(_, at)| self.before[at.ix()]).collect()
    }
}

/// Least costs from the sources to every state, or until `done` says that a settled state is
/// enough. A step without a weight is closed. Ties go to the lower state.
pub fn forwards(
    graph: &Graph,
    sources: &[(State, u64)],
    weigh: impl Fn(Step, State, State) -> Option<u64>,
    mut done: impl FnMut(State, u64) -> bool,
) -> Tree {
    let mut tree = Tree { cost: vec![FAR; graph.states()], before: vec![None; graph.states()] };
    let mut queue = Queue::default();
    for (state, cost) in sources {
        if *cost < tree.cost[state.ix()] {
            tree.cost[state.ix()] = *cost;
            queue.push(*cost, state.0);
        }
    }
    while let Some((cost, s)) = queue.pop() {
        let state = State(s);
        if cost > tree.cost[state.ix()] {
            continue;
        }
        let cost = tree.cost[state.ix()];
        if done(state, cost) {
            break;
        }
        graph.out(state, |step, to| {
            if let Some(w) = weigh(step, state, to)
                && cost + w < tree.cost[to.ix()]
            {
                tree.cost[to.ix()] = cost + w;
                tree.before[to.ix()] = Some((step, state));
                queue.push(cost + w, to.0);
            }
        });
    }
    tree
}

/// Least costs from every state to the nearest of the ends.
pub fn backwards(
    graph: &Graph,
    ends: &[(State, u64)],
    weigh: impl Fn(Step, State, State) -> Option<u64>,
) -> Vec<u64> {
    backwards_tree(graph, ends, weigh).cost
}

/// Least costs from every state to the nearest of the ends, and the way there.
pub fn backwards_tree(
    graph: &Graph,
    ends: &[(State, u64)],
    weigh: impl Fn(Step, State, State) -> Option<u64>,
) -> Tree {
    let mut tree = Tree { cost: vec![FAR; graph.states()], before: vec![None; graph.states()] };
    let mut queue = Queue::default();
    for (state, cost) in ends {
        if *cost < tree.cost[state.ix()] {
            tree.cost[state.ix()] = *cost;
            queue.push(*cost, state.0);
        }
    }
    while let Some((cost, s)) = queue.pop() {
        let state = State(s);
        if cost > tree.cost[state.ix()] {
            continue;
        }
        let cost = tree.cost[state.ix()];
        graph.into(state, |step, from| {
            if tree.cost[from.ix()] > cost
                && let Some(w) = weigh(step, from, state)
                && cost + w < tree.cost[from.ix()]
            {
                tree.cost[from.ix()] = cost + w;
                tree.before[from.ix()] = Some((step, state));
                queue.push(cost + w, from.0);
            }
        });
    }
    tree
}

/// The best way from a source to an end by A* (P. Hart, N. Nilsson, B. Raphael 1968): which source,
/// and the steps. `bound` is what the rest costs at least; none where there is no way.
pub fn guided(
    graph: &Graph,
    sources: &[(State, u64)],
    ends: &[(State, u64)],
    mut bound: impl FnMut(State) -> Option<u64>,
    weigh: impl Fn(Step, State, State) -> Option<u64>,
) -> Option<(usize, Vec<(Step, State)>)> {
    let (mut queue, mut reached, mut least) = (Queue::default(), Vec::new(), LeastBy::new(graph));
    for (state, cost) in sources {
        if let Some(rest) = bound(*state) {
            queue.push(cost + rest, reached.len() as u32);
        }
        reached.push(Reached { state: *state, cost: *cost, before: None });
    }
    let mut best: Option<(u64, u32)> = None;
    while let Some((key, at)) = queue.pop() {
        if best.is_some_and(|(least, _)| key >= least) {
            break;
        }
        let Reached { state, cost, .. } = reached[at as usize];
        if !least.lower(state, cost) {
            continue;
        }
        least.set(state, cost);
        for whole in ends.iter().filter(|(end, _)| *end == state).map(|(_, more)| cost + more) {
            best = best.min(Some((whole, at))).or(Some((whole, at)));
        }
        graph.out(state, |step, to| {
            let Some(cost) = weigh(step, state, to).map(|w| cost + w) else { return };
            if least.lower(to, cost)
                && let Some(rest) = bound(to)
            {
                queue.push(cost + rest, reached.len() as u32);
                reached.push(Reached { state: to, cost, before: Some((step, at)) });
            }
        });
    }
    let (mut at, mut steps) = (best?.1 as usize, Vec::new());
    while let Some((step, before)) = reached[at].before {
        steps.push((step, reached[at].state));
        at = before as usize;
    }
    steps.reverse();
    Some((at, steps))
}

/// A state reached, and how.
struct Reached {
    state: State,
    cost: u64,
    before: Option<(Step, u32)>,
}

/// The least number known at each state. Kept one higher, so that memory that no label comes to is
/// never touched.
struct LeastBy(Vec<u64>);

impl LeastBy {
    fn new(graph: &Graph) -> LeastBy {
        LeastBy(vec![0; graph.states()])
    }

    /// Whether a number is lower than what is known.
    fn lower(&self, state: State, number: u64) -> bool {
        // Nothing known is 0, and 0 - 1 is more than any number.
        number < self.0[state.ix()].wrapping_sub(1)
    }

    fn set(&mut self, state: State, number: u64) {
        self.0[state.ix()] = number + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_keeps_its_order_beyond_what_fits_a_word() {
        let mut queue = Queue::default();
        let costs = [1 << 41, 5, (1 << 40) - 1, u64::MAX, 1 << 40, (1 << 40) + 1, 0];
        (0..).zip(costs).for_each(|(item, cost)| queue.push(cost, item));
        let mut sorted: Vec<u64> = costs.to_vec();
        sorted.sort_unstable();
        let popped: Vec<u64> = std::iter::from_fn(|| queue.pop()).map(|(cost, _)| cost).collect();
        assert_eq!(popped, sorted);
    }
}
