//! Additional paths that differ from those found.

use trimodal_model::network::{LinkId, TerminalId};

use crate::cost::Criterion;
use crate::graph::Step;
use crate::outcome::StopReason;
use crate::query::{Ends, RouteQuery};
use crate::request::Answer;
use crate::search::Path;

impl RouteQuery<'_> {
    /// Adds paths that differ: links used before cost half as much again, until enough are found (the
    /// penalty method of de la Barra, Perez and Anez 1993).
    pub(super) fn add_alternatives(
        &self,
        ends: &Ends,
        found: &mut Vec<Path>,
    ) -> Result<(), StopReason> {
        let by = match self.request.answer {
            Answer::Best(by) => by,
            Answer::Pareto => Criterion::Cost,
        };
        let wanted = found.len() + self.request.alternatives;
        let mut used: Vec<LinkId> = found.iter().flat_map(links).collect();
        for _ in 0..self.request.alternatives * 3 {
            if found.len() >= wanted {
                break;
            }
            used.sort_unstable();
            let Some(path) = self.best(ends, by, &used)? else { break };
            used.extend(links(&path));
            if found.iter().all(|f| self.differs(f, &path)) {
                found.push(path);
            }
        }
        Ok(())
    }

    /// Whether two paths differ by their transfers, or by more than a fifth of their length.
    fn differs(&self, a: &Path, b: &Path) -> bool {
        if transfers(a).ne(transfers(b)) {
            return true;
        }
        let [known, new] = [a, b].map(|path| {
            let mut sorted: Vec<LinkId> = links(path).collect();
            sorted.sort_unstable();
            sorted
        });
        let length_m = |l: &LinkId| u64::from(self.router.graph.network.length_m(*l));
        let shared: u64 = new.iter().filter(|l| known.binary_search(l).is_ok()).map(length_m).sum();
        let whole: u64 = new.iter().map(length_m).sum();
        shared * 5 < whole * 4
    }
}

fn links(path: &Path) -> impl Iterator<Item = LinkId> + '_ {
    path.steps.iter().filter_map(|(step, _)| match step {
        Step::Link(l) => Some(*l),
        Step::Transfer(_) | Step::Service(_) => None,
    })
}

fn transfers(path: &Path) -> impl Iterator<Item = TerminalId> + '_ {
    path.steps.iter().filter_map(|(step, _)| match step {
        Step::Transfer(t) => Some(*t),
        Step::Link(_) | Step::Service(_) => None,
    })
}
