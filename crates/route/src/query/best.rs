//! The best path by one criterion.

use std::collections::BTreeMap;

use trimodal_model::network::LinkId;

use crate::cost::{CostVector, Criterion};
use crate::graph::{State, Step};
use crate::objective::Objective;
use crate::outcome::StopReason;
use crate::prepared::PreparedRouter;
use crate::prepared::bounds::PotentialBounds;
use crate::query::{Ends, Passing, RouteQuery};
use crate::search::{INFINITY, Path, Steps, Tree, a_star, try_forward};

/// States where a path may begin or end, each with the value that adds.
type EntryList = Vec<(State, u64)>;

/// The state that a path starts from, and its steps.
type FromStart = (State, Steps);

impl RouteQuery<'_> {
    /// The best path by one criterion. Links in `used` count half as much again.
    pub(crate) fn best(
        &self,
        ends: &Ends,
        by: Criterion,
        used: &[LinkId],
    ) -> Result<Option<Path>, StopReason> {
        let by = Objective::Single(by);
        let from: EntryList = ends.starts.iter().map(|p| self.entry(p, by)).collect();
        let to: EntryList = ends.targets.iter().map(|p| self.entry(p, by)).collect();
        if let Some(prepared) = self.prepared.filter(|p| p.objective(0) == by && used.is_empty()) {
            let (best, joined) = prepared.with_workspace(|workspace| {
                let best = prepared.best(0, &from, &to, workspace);
                let joined = best.is_some() || prepared.joined(&from, &to, workspace);
                (best, joined)
            });
            // Joined and yet none: its cost exceeds 32 bits.
            if best.is_some() || !joined {
                let costed = |b: crate::prepared::Best| self.end_costs(ends, b.start, b.steps);
                return Ok(best.and_then(costed));
            }
        }
        let value = |step, a, b| {
            let value = self.value(step, a, b, by)?;
            let again = matches!(step, Step::Link(l) if used.binary_search(&l).is_ok());
            Some(if again { value + value / 2 } else { value })
        };
        let found = match self.guide.filter(|_| ends.via.is_empty()) {
            Some(guide) => self.best_guided(guide, ends, by, (&from, &to), value)?,
            None => self.best_by_trees(ends, from, to, value)?,
        };
        Ok(found.and_then(|(start, steps)| self.end_costs(ends, start, steps)))
    }

    fn end_costs(&self, ends: &Ends, start: State, steps: Steps) -> Option<Path> {
        self.costed(&ends.starts, &ends.targets, start, steps)
    }

    /// By A*, with lower bounds of what was prepared for fewer closures.
    fn best_guided(
        &self,
        guide: &PreparedRouter,
        ends: &Ends,
        by: Objective,
        (from, to): (&EntryList, &EntryList),
        value: impl Fn(Step, State, State) -> Option<u64>,
    ) -> Result<Option<FromStart>, StopReason> {
        let Some(number) = guide.number(by) else { return Ok(None) };
        let targets: Vec<(State, CostVector)> =
            ends.targets.iter().map(|p| (p.state, p.cost)).collect();
        let found = guide.with_workspace(|workspace| {
            let mut bounds = PotentialBounds::new(guide, &targets, workspace);
            let bound = |state| bounds.finite(state, number);
            a_star(&self.router.graph, from, to, bound, value, self.control)
        })?;
        Ok(found.map(|(source, steps)| (from[source].0, steps)))
    }

    /// By one shortest path tree for each part between what is to be passed.
    fn best_by_trees(
        &self,
        ends: &Ends,
        mut from: EntryList,
        to: EntryList,
        value: impl Fn(Step, State, State) -> Option<u64>,
    ) -> Result<Option<FromStart>, StopReason> {
        let graph = &self.router.graph;
        let between = |step, a, b| value(step, a, b).filter(|_| ends.is_between(step));
        let mut parts: Vec<(Tree, Entered)> = Vec::new();
        for passings in &ends.via {
            let tree = try_forward(graph, &from, between, |_, _| false, self.control)?;
            let entered = entered(&tree, passings, &value);
            from = entered.iter().map(|(state, (cost, _))| (*state, *cost)).collect();
            parts.push((tree, entered));
        }
        let mut least = INFINITY;
        let done = |state, cost| {
            if let Some((_, more)) = to.iter().find(|(s, _)| *s == state) {
                least = least.min(cost + more);
            }
            cost >= least
        };
        let tree = try_forward(graph, &from, between, done, self.control)?;
        let reached = to.iter().filter(|(s, _)| tree.cost[s.ix()] != INFINITY);
        let best = reached.min_by_key(|(s, more)| (tree.cost[s.ix()] + more, *s));
        let Some((end, _)) = best else { return Ok(None) };
        let (mut state, mut steps) = tree.path(*end);
        for (tree, entered) in parts.iter().rev() {
            let Some((_, passing)) = entered.get(&state) else { return Ok(None) };
            let (start, mut part) = tree.path(passing.enter);
            part.extend(passing.step().map(|step| (step, passing.leave)));
            part.extend(steps);
            (state, steps) = (start, part);
        }
        Ok(Some((state, steps)))
    }
}

/// Where the next part may begin: the least value there, and the passing that leads there.
type Entered = BTreeMap<State, (u64, Passing)>;

fn entered(
    tree: &Tree,
    passings: &[Passing],
    value: impl Fn(Step, State, State) -> Option<u64>,
) -> Entered {
    let mut entered = Entered::new();
    for p in passings.iter().filter(|p| tree.cost[p.enter.ix()] != INFINITY) {
        let more = match p.step() {
            Some(step) => value(step, p.enter, p.leave),
            None => Some(0),
        };
        let Some(more) = more else { continue };
        let cost = tree.cost[p.enter.ix()] + more;
        let best = entered.entry(p.leave).or_insert((cost, *p));
        *best = (*best).min((cost, *p));
    }
    entered
}
