//! Points and passages on the way: one stage of the search before each, one after the last.

use trimodal_model::network::{Layer, LinkId, PassageId};

use crate::cost::{CostVector, Criterion};
use crate::graph::{State, Step};
use crate::objective::Objective;
use crate::outcome::StopReason;
use crate::query::{Ends, RouteQuery};
use crate::request::Via;
use crate::search::{
    Found, INFINITY, Path, SearchRegion, Task, apex_search, try_backward, try_forward,
};
use crate::snap::SnapCandidate;

/// A way to pass a point or a passage: the state that ends one stage, the link that is ridden there, if any,
/// and the state that begins the next stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Passing {
    pub enter: State,
    pub link: Option<LinkId>,
    pub leave: State,
}

impl Passing {
    /// The step that is taken, if any.
    pub fn step(self) -> Option<Step> {
        self.link.map(Step::Link)
    }
}

/// Lower bounds at the states of every stage, by time, cost and CO2e.
type Bounds = [Vec<u64>; 3];

impl RouteQuery<'_> {
    /// The ways to pass one point or passage, in order of the states where they begin.
    pub(crate) fn passings(&self, via: &Via, candidates: &[SnapCandidate]) -> Vec<Passing> {
        let mut found = match via {
            Via::Point(_) => self.at_point(candidates),
            Via::Passage { passages, .. } => self.along_passages(passages),
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A vehicle passes where it meets the network; a ship calls and sails on with the goods aboard.
    fn at_point(&self, candidates: &[SnapCandidate]) -> Vec<Passing> {
        let graph = &self.router.graph;
        let passing = |enter, leave| Passing { enter, link: None, leave };
        let all = candidates.iter().flat_map(|c| {
            let (arrived, loaded) = (graph.arrived(c.node), graph.loaded(c.node));
            let called = (c.layer == Layer::Sea).then(|| passing(arrived, loaded));
            let passed = graph.states_of(c.node).map(move |state| passing(state, state));
            passed.chain(called)
        });
        all.collect()
    }

    /// Every open ride along a link of the passages, both ways.
    fn along_passages(&self, passages: &[PassageId]) -> Vec<Passing> {
        let graph = &self.router.graph;
        let n = &graph.network;
        let is_asked = |l: &LinkId| {
            passages.contains(&PassageId(u32::from(n.link_passage[l.ix()])))
                && !self.closures.link(n, *l)
        };
        let mut found = Vec::new();
        for link in (0..n.links()).map(LinkId::at).filter(is_asked) {
            for end in [n.tail[link.ix()], n.head[link.ix()]] {
                for enter in graph.states_of(end) {
                    graph.out(enter, |step, leave| {
                        if step == Step::Link(link) {
                            found.push(Passing { enter, link: Some(link), leave });
                        }
                    });
                }
            }
        }
        found
    }

    /// The Pareto set of paths that pass all points and passages in order: one search over the states of all
    /// stages.
    pub(super) fn pareto_set_via(&self, ends: &Ends) -> Found {
        self.found_via(ends)
            .unwrap_or_else(|reason| Found { paths: Vec::new(), stopped: Some(reason) })
    }

    fn found_via(&self, ends: &Ends) -> Result<Found, StopReason> {
        let states = self.router.graph.states();
        let bounds = self.bounds_via(ends)?;
        let sources: Vec<(State, CostVector)> =
            ends.starts.iter().map(|p| (p.state, p.cost)).collect();
        let last = ends.via.len() * states;
        let at_last = |state: State| State((last + state.ix()) as u32);
        let targets: Vec<(State, CostVector)> =
            ends.targets.iter().map(|p| (at_last(p.state), p.cost)).collect();
        let (tolerance_ppm, max_labels) = (self.tolerance_ppm(), self.request.max_labels);
        let task = Task { sources: &sources, targets: &targets, tolerance_ppm, max_labels };
        let mut paths = Vec::new();
        for by in Criterion::THREE {
            paths.extend(self.best(ends, by, &[])?);
        }
        let out = |state: State, visit: &mut dyn FnMut(Option<Step>, State, CostVector)| {
            self.out_via(ends, state, visit);
        };
        let search = |region: &mut SearchRegion| {
            let bounds = &mut &bounds[..];
            let found = apex_search(last + states, &task, bounds, region, out, self.control);
            let paths = found.paths.into_iter().map(|path| whole(path, states)).collect();
            Found { paths, stopped: found.stopped }
        };
        Ok(self.completed(paths, search))
    }

    /// Every step out of a state of a stage, and what leads to the next stage.
    fn out_via(
        &self,
        ends: &Ends,
        at: State,
        visit: &mut dyn FnMut(Option<Step>, State, CostVector),
    ) {
        let graph = &self.router.graph;
        let states = graph.states();
        let (stage, state) = (at.ix() / states, State((at.ix() % states) as u32));
        let of = |stage: usize, state: State| State((stage * states + state.ix()) as u32);
        graph.out(state, |step, to| {
            let cost = self.costs.cost(step, state, to).filter(|_| ends.is_between(step));
            if let Some(cost) = cost {
                visit(Some(step), of(stage, to), cost);
            }
        });
        let Some(passings) = ends.via.get(stage) else { return };
        let first = passings.partition_point(|p| p.enter < state);
        for p in passings[first..].iter().take_while(|p| p.enter == state) {
            if let Some(cost) = self.passing_cost(*p) {
                visit(p.step(), of(stage + 1, p.leave), cost);
            }
        }
    }

    /// The cost of what is ridden in passing, unless it is closed.
    fn passing_cost(&self, passing: Passing) -> Option<CostVector> {
        match passing.step() {
            Some(step) => self.costs.cost(step, passing.enter, passing.leave),
            None => Some([0; 3]),
        }
    }

    /// The least of each criterion from every state of every stage to a target, by backward trees.
    fn bounds_via(&self, ends: &Ends) -> Result<Bounds, StopReason> {
        let of = |c: usize| -> Result<Vec<u64>, StopReason> {
            let cost = |step, a, b| {
                let cost = self.costs.cost(step, a, b).filter(|_| ends.is_between(step))?;
                Some(cost[c])
            };
            let mut goals: Vec<(State, u64)> =
                ends.targets.iter().map(|p| (p.state, p.cost[c])).collect();
            let mut stages = Vec::new();
            for stage in (0..=ends.via.len()).rev() {
                let tree = try_backward(&self.router.graph, &goals, cost, self.control)?;
                if let Some(before) = stage.checked_sub(1) {
                    let rest = |p: &Passing| {
                        let after = tree.cost[p.leave.ix()];
                        let here = self.passing_cost(*p)?[c];
                        (after != INFINITY).then(|| (p.enter, here + after))
                    };
                    goals = ends.via[before].iter().filter_map(rest).collect();
                }
                stages.push(tree.cost);
            }
            Ok(stages.into_iter().rev().flatten().collect())
        };
        let (time, (cost, co2e)) = rayon::join(|| of(0), || rayon::join(|| of(1), || of(2)));
        Ok([time?, cost?, co2e?])
    }

    /// The first point or passage that no way reaches in order, by its place in the request; none where all
    /// are reached.
    pub(crate) fn first_not_passed(&self) -> Result<Option<usize>, StopReason> {
        let ends = self.ends();
        let by = Objective::Single(Criterion::Distance);
        let free = |step, a, b| self.value(step, a, b, by).filter(|_| ends.is_between(step));
        let mut from: Vec<(State, u64)> = ends.starts.iter().map(|p| (p.state, 0)).collect();
        for (i, passings) in ends.via.iter().enumerate() {
            let tree = try_forward(&self.router.graph, &from, free, |_, _| false, self.control)?;
            let passed = passings.iter().filter(|p| tree.cost[p.enter.ix()] != INFINITY);
            from = passed.map(|p| (p.leave, 0)).collect();
            if from.is_empty() {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
}

/// A path over the stages as one over the network.
fn whole(path: Path<Option<Step>>, states: usize) -> Path {
    let of = |state: State| State((state.ix() % states) as u32);
    let steps = path.steps.into_iter().filter_map(|(step, state)| Some((step?, of(state))));
    Path { cost: path.cost, start: of(path.start), source: path.source, steps: steps.collect() }
}
