//! A Pareto search over the core of a network that is made for one question: where labels over the whole network
//! are too many, making the core is the smaller part.
//!
//! The core is cut to what leads from the sources to the targets. Over so small a graph backward trees by
//! the weighted sums are quick to grow: the best paths by them are known before the search begins, and it has exact
//! lower bounds by each.

use rayon::prelude::*;
use trimodal_cch::pareto_core::ParetoCore;
use trimodal_cch::question_core::{QuestionCore, QuestionTree};
use trimodal_model::control::Control;

use crate::arc_list::ArcList;
use crate::cost::{CostVector, plus};
use crate::graph::State;
use crate::objective::{WEIGHTED_SUMS, WeightedSum};
use crate::search::apex::apex_search;
use crate::search::task::{Found, Path, Task};
use crate::search::{INFINITY, SearchRegion};

/// Finds paths until known ones cover all, over the core of the arcs of a graph. `bounds`: the least of each
/// criterion from every state to a target.
pub fn core_search(
    (arcs, core): (&ArcList, &ParetoCore),
    task: &Task,
    bounds: &[Vec<u64>; 3],
    region: &mut SearchRegion,
    control: &Control,
) -> Found {
    let states = |list: &[(State, CostVector)]| list.iter().map(|(s, _)| s.0).collect::<Vec<u32>>();
    let question = core.between(states(task.sources), states(task.targets));
    let renumbered = |list: &[(State, CostVector)]| -> Vec<(State, CostVector)> {
        list.iter().filter_map(|(s, cost)| Some((State(question.number(s.0)?), *cost))).collect()
    };
    let (sources, targets) = (renumbered(task.sources), renumbered(task.targets));
    let task = Task { sources: &sources, targets: &targets, ..*task };
    let tree = |sum: &WeightedSum| backward_tree(&question, &task, *sum);
    let trees: Vec<QuestionTree> = WEIGHTED_SUMS.par_iter().map(tree).collect();
    let best = WEIGHTED_SUMS.iter().zip(&trees).filter_map(|(sum, tree)| {
        let path = best_of_tree(&question, &task, tree, *sum)?;
        region.needs(path.cost).then(|| region.cover(path.cost)).map(|()| path)
    });
    let mut paths: Vec<Path<u32>> = best.collect();
    let of_node = |all: &Vec<u64>| -> Vec<u64> {
        (0..question.len() as u32).map(|number| all[question.node(number) as usize]).collect()
    };
    let sums = trees.into_iter().map(|tree| tree.value);
    let bounds: Vec<Vec<u64>> = bounds.iter().map(of_node).chain(sums).collect();
    let out = |state: State, visit: &mut dyn FnMut(u32, State, CostVector)| {
        for arc in question.out(state.0) {
            visit(arc.arc, State(arc.head), arc.costs.map(u64::from));
        }
    };
    let found = apex_search(question.len(), &task, &mut &bounds[..], region, out, control);
    paths.extend(found.paths);
    let start = |path: &Path<u32>| State(question.node(path.start.0));
    let paths = paths.into_iter().map(|path| unpacked(arcs, core, start(&path), path)).collect();
    Found { paths, stopped: found.stopped }
}

/// A path over a core as one over the graph, from a state of the graph.
pub(crate) fn unpacked(arcs: &ArcList, core: &ParetoCore, start: State, path: Path<u32>) -> Path {
    let mut all = Vec::new();
    path.steps.iter().for_each(|(arc, _)| core.unpack(*arc, &mut all));
    let steps = all.iter().map(|arc| arcs.step(*arc)).collect();
    Path { cost: path.cost, start, source: path.source, steps }
}

fn backward_tree(question: &QuestionCore, task: &Task, sum: WeightedSum) -> QuestionTree {
    let targets: Vec<(u32, u64)> =
        task.targets.iter().map(|(state, cost)| (state.0, sum.of(*cost))).collect();
    question.tree(&targets, |costs| sum.of(costs.map(u64::from)))
}

/// The best path by a weighted sum, from its backward tree.
fn best_of_tree(
    question: &QuestionCore,
    task: &Task,
    tree: &QuestionTree,
    sum: WeightedSum,
) -> Option<Path<u32>> {
    let whole = |(state, cost): &(State, CostVector)| {
        let rest = tree.value[state.ix()];
        (rest != INFINITY).then(|| sum.of(*cost) + rest)
    };
    let sources = task.sources.iter().enumerate();
    let least = sources.filter_map(|(i, source)| Some((whole(source)?, i))).min();
    let (_, source) = least?;
    let (start, before) = task.sources[source];
    let arcs = question.path(tree, start.0);
    let end = arcs.last().map_or(start, |arc| State(arc.head));
    let here = task.targets.iter().filter(|(state, _)| *state == end).map(|(_, cost)| *cost);
    let after = here.min_by_key(|cost| sum.of(*cost))?;
    let along = arcs.iter().fold(before, |all, arc| plus(all, arc.costs.map(u64::from)));
    let steps = arcs.iter().map(|arc| (arc.arc, State(arc.head))).collect();
    Some(Path { cost: plus(along, after), start, source, steps })
}
