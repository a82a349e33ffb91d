//! Dijkstra's algorithm (Dijkstra 1959, "A note on two problems in connexion with graphs") on whole
//! numbers, forward and backward.

use trimodal_model::control::Control;

use crate::graph::{Graph, State, Step};
use crate::outcome::StopReason;
use crate::search::INFINITY;
use crate::search::queue::Queue;
use crate::search::stop::StopCheck;
use crate::search::task::Steps;
use crate::search::unwind::unwind;

/// A shortest path tree: from the sources, or, of a backward search, to the targets.
pub struct Tree {
    /// Least cost of each state, or [`INFINITY`].
    pub cost: Vec<u64>,
    /// The step between each state and the one before it in the search, and that state.
    previous: Vec<Option<(Step, State)>>,
}

impl Tree {
    /// The steps from a source to a state, each with the state it leads to.
    pub fn path(&self, to: State) -> (State, Steps) {
        let previous = |at: usize| {
            let (step, from) = self.previous[at]?;
            Some(((step, State(at as u32)), from.ix()))
        };
        let (start, steps) = unwind(to.ix(), previous);
        (State(start as u32), steps)
    }

    /// Of a backward search: the steps from a state to a target, each with the state it leads to.
    pub fn path_to_target(&self, from: State) -> Steps {
        let next = |(_, at): &(Step, State)| self.previous[at.ix()];
        std::iter::successors(self.previous[from.ix()], next).collect()
    }
}

/// Least costs from the sources to every state, or until `done` accepts a settled state and its cost. A step
/// without a cost is closed. Ties go to the lower state.
pub fn try_forward(
    graph: &Graph,
    sources: &[(State, u64)],
    cost: impl Fn(Step, State, State) -> Option<u64>,
    done: impl FnMut(State, u64) -> bool,
    control: &Control,
) -> Result<Tree, StopReason> {
    grow::<Forward>(graph, sources, cost, done, control)
}

/// Least costs from every state to the nearest of the targets, and the paths there.
pub fn try_backward(
    graph: &Graph,
    targets: &[(State, u64)],
    cost: impl Fn(Step, State, State) -> Option<u64>,
    control: &Control,
) -> Result<Tree, StopReason> {
    grow::<Backward>(graph, targets, cost, |_, _| false, control)
}

/// [`try_forward`] that nothing stops.
pub fn forward(
    graph: &Graph,
    sources: &[(State, u64)],
    cost: impl Fn(Step, State, State) -> Option<u64>,
    done: impl FnMut(State, u64) -> bool,
) -> Tree {
    try_forward(graph, sources, cost, done, &Control::none()).unwrap_or_else(never)
}

/// [`try_backward`] that nothing stops.
pub fn backward(
    graph: &Graph,
    targets: &[(State, u64)],
    cost: impl Fn(Step, State, State) -> Option<u64>,
) -> Tree {
    try_backward(graph, targets, cost, &Control::none()).unwrap_or_else(never)
}

fn never(reason: StopReason) -> Tree {
    unreachable!("nothing asked the search to stop: {reason:?}")
}

/// A direction of search.
trait Sweep {
    /// Calls `visit` with each step beside a settled state, and the state at its other end.
    fn visit(graph: &Graph, settled: State, visit: impl FnMut(Step, State));

    /// From and to, of a settled state and the other end of a step.
    fn ends(settled: State, other: State) -> (State, State);
}

struct Forward;

impl Sweep for Forward {
    #[inline]
    fn visit(graph: &Graph, settled: State, visit: impl FnMut(Step, State)) {
        graph.out(settled, visit);
    }

    #[inline]
    fn ends(settled: State, other: State) -> (State, State) {
        (settled, other)
    }
}

struct Backward;

impl Sweep for Backward {
    #[inline]
    fn visit(graph: &Graph, settled: State, visit: impl FnMut(Step, State)) {
        graph.into(settled, visit);
    }

    #[inline]
    fn ends(settled: State, other: State) -> (State, State) {
        (other, settled)
    }
}

fn grow<S: Sweep>(
    graph: &Graph,
    starts: &[(State, u64)],
    step_cost: impl Fn(Step, State, State) -> Option<u64>,
    mut done: impl FnMut(State, u64) -> bool,
    control: &Control,
) -> Result<Tree, StopReason> {
    let states = graph.states();
    let mut tree = Tree { cost: vec![INFINITY; states], previous: vec![None; states] };
    let (mut queue, mut stop) = (Queue::default(), StopCheck::new(control));
    for (state, cost) in starts {
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
        stop.count()?;
        let cost = tree.cost[state.ix()];
        if done(state, cost) {
            break;
        }
        S::visit(graph, state, |step, other| {
            let (from, to) = S::ends(state, other);
            if tree.cost[other.ix()] > cost
                && let Some(more) = step_cost(step, from, to)
                && cost + more < tree.cost[other.ix()]
            {
                tree.cost[other.ix()] = cost + more;
                tree.previous[other.ix()] = Some((step, state));
                queue.push(cost + more, other.0);
            }
        });
    }
    Ok(tree)
}
