//! A* (P. Hart, N. Nilsson, B. Raphael 1968).

use trimodal_model::control::Control;

use crate::graph::{Graph, State, Step};
use crate::outcome::StopReason;
use crate::search::queue::Queue;
use crate::search::stop::StopCheck;
use crate::search::task::Steps;
use crate::search::unwind::unwind;

/// The source that a path starts from, and its steps.
pub type FromSource = (usize, Steps);

/// The best path from a source to a target. `bound` is a lower bound of the cost from a state to a target;
/// none where there is no path.
pub fn a_star(
    graph: &Graph,
    sources: &[(State, u64)],
    targets: &[(State, u64)],
    mut bound: impl FnMut(State) -> Option<u64>,
    step_cost: impl Fn(Step, State, State) -> Option<u64>,
    control: &Control,
) -> Result<Option<FromSource>, StopReason> {
    let (mut queue, mut stop) = (Queue::default(), StopCheck::new(control));
    let (mut reached, mut least) = (Vec::new(), LeastCosts::new(graph));
    for (state, cost) in sources {
        if let Some(rest) = bound(*state) {
            queue.push(cost + rest, reached.len() as u32);
        }
        reached.push(Reached { state: *state, cost: *cost, previous: None });
    }
    let mut best: Option<(u64, u32)> = None;
    while let Some((key, at)) = queue.pop() {
        if best.is_some_and(|(least, _)| key >= least) {
            break;
        }
        let Reached { state, cost, .. } = reached[at as usize];
        if !least.improves(state, cost) {
            continue;
        }
        stop.count()?;
        least.set(state, cost);
        for total in targets.iter().filter(|(end, _)| *end == state).map(|(_, more)| cost + more) {
            best = best.min(Some((total, at))).or(Some((total, at)));
        }
        graph.out(state, |step, to| {
            let Some(cost) = step_cost(step, state, to).map(|more| cost + more) else { return };
            if least.improves(to, cost)
                && let Some(rest) = bound(to)
            {
                queue.push(cost + rest, reached.len() as u32);
                reached.push(Reached { state: to, cost, previous: Some((step, at)) });
            }
        });
    }
    let Some((_, last)) = best else { return Ok(None) };
    let previous = |at: usize| {
        let Reached { state, previous, .. } = reached[at];
        previous.map(|(step, before)| ((step, state), before as usize))
    };
    Ok(Some(unwind(last as usize, previous)))
}

/// A state reached, and how.
struct Reached {
    state: State,
    cost: u64,
    previous: Option<(Step, u32)>,
}

/// The least cost known at each state. Stored plus one, so that memory that no label reaches is never
/// touched.
struct LeastCosts(Vec<u64>);

impl LeastCosts {
    fn new(graph: &Graph) -> LeastCosts {
        LeastCosts(vec![0; graph.states()])
    }

    /// Whether a cost is lower than the least known.
    fn improves(&self, state: State, cost: u64) -> bool {
        // Nothing known is 0, and 0 - 1 is more than any cost.
        cost < self.0[state.ix()].wrapping_sub(1)
    }

    fn set(&mut self, state: State, cost: u64) {
        self.0[state.ix()] = cost + 1;
    }
}
