//! The Pareto set of a question.

use trimodal_cch::pareto_core::{FOR_ONE, ParetoCore};

use crate::arc_list::ArcList;
use crate::cost::CostVector;
use crate::graph::{State, Step};
use crate::objective::Objective;
use crate::outcome::StopReason;
use crate::prepared::bounds::PotentialBounds;
use crate::prepared::{PreparedRouter, Workspace};
use crate::query::{Ends, RouteQuery};
use crate::search::{
    Found, INFINITY, LowerBounds, Path, SearchRegion, Steps, Task, Tree, a_star, apex_search,
    core_search, pareto_search, thinned, try_backward, undominated,
};

/// States where paths begin or end, each with the cost of that.
type Costed = [(State, CostVector)];

/// Up to so many labels a search over the whole network takes less time than to make its core.
const LABELS_WITHOUT_CORE: usize = 600_000;

impl RouteQuery<'_> {
    /// The Pareto set.
    pub(super) fn pareto_set(&self, ends: &Ends) -> Found {
        if !ends.via.is_empty() {
            return self.pareto_set_via(ends);
        }
        let costed = |points: &[super::AccessPoint]| -> Vec<(State, CostVector)> {
            points.iter().map(|p| (p.state, p.cost)).collect()
        };
        let found = self.without_via(&costed(&ends.starts), &costed(&ends.targets));
        Found { paths: undominated(found.paths), stopped: found.stopped }
    }

    /// The tolerance in millionths.
    pub(super) fn tolerance_ppm(&self) -> u64 {
        (self.request.tolerance * 1e6).round() as u64
    }

    fn without_via(&self, sources: &Costed, targets: &Costed) -> Found {
        let (tolerance_ppm, max_labels) = (self.tolerance_ppm(), self.request.max_labels);
        let task = Task { sources, targets, tolerance_ppm, max_labels };
        match (self.prepared, self.guide) {
            (None, Some(guide)) if tolerance_ppm > 0 => {
                guide.with_workspace(|workspace| self.guided_set(guide, &task, workspace))
            }
            (Some(prepared), _) if tolerance_ppm > 0 => {
                prepared.with_workspace(|workspace| self.prepared_set(prepared, &task, workspace))
            }
            _ => self.plain_set(&task).unwrap_or_else(ended),
        }
    }

    /// From what was prepared: seeds by each objective, then an apex search over the core.
    fn prepared_set(
        &self,
        prepared: &PreparedRouter,
        task: &Task,
        workspace: &mut Workspace,
    ) -> Found {
        let seed = |number: usize| {
            let by = prepared.objective(number);
            let (from, to) = (values(task.sources, by), values(task.targets, by));
            let best = prepared.best(number, &from, &to, workspace)?;
            self.along(task, best.source, best.steps, by)
        };
        let seeds = (0..prepared.objectives()).filter_map(seed).collect();
        let bounds = &mut PotentialBounds::new(prepared, task.targets, workspace);
        self.completed(seeds, |region| {
            let found = prepared.apex_search(task, bounds, region, self.control);
            found.unwrap_or_else(|| self.apex_search(task, bounds, region))
        })
    }

    /// By plain search: backward trees for the three criteria.
    fn plain_set(&self, task: &Task) -> Result<Found, StopReason> {
        let graph = &self.router.graph;
        let tree = |c: usize| {
            let targets: Vec<(State, u64)> =
                task.targets.iter().map(|(s, cost)| (*s, cost[c])).collect();
            let cost = |step, a, b| Some(self.costs.cost(step, a, b)?[c]);
            try_backward(graph, &targets, cost, self.control)
        };
        let (time, (cost, co2e)) = rayon::join(|| tree(0), || rayon::join(|| tree(1), || tree(2)));
        let trees = [time?, cost?, co2e?];
        let mut paths: Vec<Path> =
            (0..3).filter_map(|c| self.best_of_tree(task, &trees[c], c)).collect();
        let bounds = trees.map(|t| t.cost);
        if task.tolerance_ppm == 0 {
            let known: Vec<CostVector> = paths.iter().map(|p| p.cost).collect();
            let cost = |step, a, b| self.costs.cost(step, a, b);
            let found = pareto_search(graph, task, &mut &bounds[..], &known, cost, self.control);
            paths.extend(found.paths);
            return Ok(Found { paths: undominated(paths), stopped: found.stopped });
        }
        Ok(self.completed(paths, |region| self.plain_search(task, &bounds, region)))
    }

    /// Finds what known paths do not cover: over the whole network, and where that takes too many labels, over
    /// its core.
    fn plain_search(
        &self,
        task: &Task,
        bounds: &[Vec<u64>; 3],
        region: &mut SearchRegion,
    ) -> Found {
        let first = Task { max_labels: task.max_labels.min(LABELS_WITHOUT_CORE), ..*task };
        let mut found = self.apex_search(&first, &mut &bounds[..], region);
        let may_go_on = task.max_labels > first.max_labels;
        if found.stopped == Some(StopReason::LabelLimit) && may_go_on {
            let more = self.core_search(task, bounds, region);
            let more = more.unwrap_or_else(|| self.apex_search(task, &mut &bounds[..], region));
            found.paths.extend(more.paths);
            found.stopped = more.stopped;
        }
        found
    }

    /// Finds what known paths do not cover over the core of the network; none where a cost of an arc exceeds 32
    /// bits.
    fn core_search(
        &self,
        task: &Task,
        bounds: &[Vec<u64>; 3],
        region: &mut SearchRegion,
    ) -> Option<Found> {
        let graph = &self.router.graph;
        let uses = |mode| self.closures.uses(mode);
        let arcs = ArcList::new(graph, &uses);
        let cost = |arc| self.costs.of_arc(&arcs, arc);
        // Any order does for one question.
        let order: Vec<u32> = (0..graph.states() as u32).collect();
        let core = ParetoCore::new(&order, &arcs.ends, FOR_ONE, cost)?;
        Some(core_search((&arcs, &core), task, bounds, region, self.control))
    }

    /// By plain search with lower bounds of what was prepared for fewer closures.
    fn guided_set(&self, guide: &PreparedRouter, task: &Task, workspace: &mut Workspace) -> Found {
        let mut bounds = PotentialBounds::new(guide, task.targets, workspace);
        let mut paths = Vec::new();
        for number in 0..guide.objectives() {
            let by = guide.objective(number);
            let value = |step, a, b| self.value(step, a, b, by);
            let (from, to) = (values(task.sources, by), values(task.targets, by));
            let bound = |state| bounds.finite(state, number);
            let found = a_star(&self.router.graph, &from, &to, bound, value, self.control);
            let path = match found {
                Ok(found) => found.and_then(|(source, steps)| self.along(task, source, steps, by)),
                Err(reason) => return Found { paths: undominated(paths), stopped: Some(reason) },
            };
            match path {
                Some(path) => paths.push(path),
                // Without a path by one objective there is none by any.
                None => return Found { paths, stopped: None },
            }
        }
        self.completed(paths, |region| self.apex_search(task, &mut bounds, region))
    }

    /// Finds what known paths do not cover, over the whole network.
    fn apex_search(
        &self,
        task: &Task,
        bounds: &mut impl LowerBounds,
        region: &mut SearchRegion,
    ) -> Found {
        let graph = &self.router.graph;
        let out = |state: State, visit: &mut dyn FnMut(Step, State, CostVector)| {
            graph.out(state, |step, to| {
                if let Some(cost) = self.costs.cost(step, state, to) {
                    visit(step, to, cost);
                }
            });
        };
        apex_search(graph.states(), task, bounds, region, out, self.control)
    }

    /// Known paths with all that is needed beside them.
    pub(super) fn completed(
        &self,
        paths: Vec<Path>,
        search: impl FnOnce(&mut SearchRegion) -> Found,
    ) -> Found {
        let tolerance_ppm = self.tolerance_ppm();
        let mut paths = thinned(undominated(paths), tolerance_ppm);
        let mut region = SearchRegion::whole(tolerance_ppm);
        paths.iter().for_each(|path| region.cover(path.cost));
        let found = search(&mut region);
        paths.extend(found.paths);
        Found { paths: undominated(paths), stopped: found.stopped }
    }

    /// The best path by one criterion, from its backward tree.
    fn best_of_tree(&self, task: &Task, tree: &Tree, c: usize) -> Option<Path> {
        let sources = task.sources.iter().enumerate();
        let open = sources.filter(|(_, (s, _))| tree.cost[s.ix()] != INFINITY);
        let least = open.min_by_key(|(i, (s, cost))| (cost[c] + tree.cost[s.ix()], *i));
        let (source, (start, _)) = least?;
        let by = Objective::Single(crate::cost::Criterion::THREE[c]);
        self.along(task, source, tree.path_to_target(*start), by)
    }

    /// A path with its cost; where several targets are at its last state, the best by an objective.
    fn along(&self, task: &Task, source: usize, steps: Steps, by: Objective) -> Option<Path> {
        let (start, before) = task.sources[source];
        let (cost, end) = self.cost_along(before, start, &steps)?;
        let here = task.targets.iter().filter(|(s, _)| *s == end).map(|(_, cost)| *cost);
        let after = here.min_by_key(|cost| by.of(*cost, 0))?;
        Some(Path { cost: crate::cost::plus(cost, after), start, source, steps })
    }
}

/// The result of a search that ended with nothing.
fn ended(reason: StopReason) -> Found {
    Found { paths: Vec::new(), stopped: Some(reason) }
}

/// Where paths begin or end, by an objective.
fn values(list: &Costed, by: Objective) -> Vec<(State, u64)> {
    list.iter().map(|(s, cost)| (*s, by.of(*cost, 0))).collect()
}
