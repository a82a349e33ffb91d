//! What the law says of the paths of an answer, in lines for people.

use std::collections::BTreeSet;

use trimodal_model::ids::PolicyId;
use trimodal_model::network::NetworkElement;

use crate::dated;
use crate::law::{NetworkLaw, citation};
use crate::outcome::{Unreachable, UnreachableReason};
use crate::query::{AccessedPath, RouteQuery};

/// The hint where a ban may be on other goods than those shipped.
const UNDECLARED: &str =
    "declare the HS code with --hs: bans that name codes hold for undeclared goods";

/// What the law says of some paths, each policy once, in the order in which it came up.
#[derive(Default)]
pub(crate) struct Judged {
    /// What forbids some of them.
    forbidding: Vec<PolicyId>,
    /// Permits, caps and notices.
    notices: Vec<PolicyId>,
    /// One-liners on the territory that they touch.
    touched: BTreeSet<PolicyId>,
    /// The countries in which some are forbidden.
    pub territory: Vec<u16>,
    /// Whether goods with a declared HS code might pass where these do not.
    undeclared: bool,
    /// The elements that they use.
    used: BTreeSet<NetworkElement>,
}

impl Judged {
    /// Judges some paths.
    pub fn new(query: &RouteQuery, paths: &[AccessedPath]) -> Judged {
        let (law, graph) = (&query.router.law, &query.router.graph);
        let mut judged = Judged::default();
        for (path, _) in paths {
            let verdict = query.judge(path);
            let names_codes = |id: &PolicyId| law.policy(*id).hs.is_some();
            judged.undeclared |= query.request.goods.hs.is_empty()
                && !verdict.forbidden_by.is_empty()
                && verdict.forbidden_by.iter().all(names_codes);
            for id in &verdict.forbidden_by {
                judged.territory.extend(law.territory(&graph.network, law.policy(*id)));
            }
            note(&mut judged.forbidding, verdict.forbidden_by);
            note(&mut judged.notices, verdict.notices.into_iter().chain(verdict.capped_by));
            let start = graph.node(path.start);
            judged.touched.extend(law.touched(graph, start, &path.steps));
            judged.used.extend(law.used(graph, start, &path.steps));
        }
        judged
    }

    /// Takes in what was said of other paths.
    pub fn add(&mut self, other: &Judged) {
        note(&mut self.forbidding, other.forbidding.iter().copied());
        note(&mut self.notices, other.notices.iter().copied());
        self.touched.extend(&other.touched);
        self.undeclared |= other.undeclared;
    }

    /// Takes in the territory of the ends, for an answer without a path.
    pub fn touch(&mut self, query: &RouteQuery) {
        let (law, network) = (&query.router.law, &query.router.graph.network);
        let ends = [&query.request.origin, &query.request.destination];
        self.touched.extend(ends.into_iter().flat_map(|p| law.touching(network, p)));
        let nearest = [&query.snapped().origin, &query.snapped().destination];
        let nearest = nearest.into_iter().filter_map(|found| found.first());
        let countries: Vec<&str> = nearest.map(|c| network.country_of(c.node)).collect();
        self.touched.extend(law.touching_countries(&countries));
    }

    /// Whether anything is forbidden.
    pub fn forbids(&self) -> bool {
        !self.forbidding.is_empty()
    }

    /// The refusal.
    pub fn refusal(&self, law: &NetworkLaw, message: &str) -> Unreachable {
        let bans = self.forbidding.iter().map(|id| citation(law.policy(*id)));
        let hint = self.undeclared.then(|| UNDECLARED.to_string());
        let remedy = bans.chain(hint).collect();
        Unreachable { reason: UnreachableReason::Law, end: None, message: message.into(), remedy }
    }

    /// The notices, and one line for each territory that is touched and on which no jurisdiction that was chosen
    /// speaks; `bans` are those obeyed or that refuse.
    pub fn lines(&self, query: &RouteQuery, bans: &Judged) -> Vec<String> {
        let (law, network) = (&query.router.law, &query.router.graph.network);
        let fired = || self.notices.iter().chain(&bans.forbidding).map(|id| law.policy(*id));
        let speaks =
            |touch: &PolicyId| fired().any(|p| law.is_chosen(p) && p.speaks_on(law.policy(*touch)));
        let mut touched = self.touched.clone();
        touched.extend(law.touching_countries(&[&query.request.goods.origin]));
        // An end may lie in an occupied region, and its node of the network beyond the edge.
        let ends = [&query.request.origin, &query.request.destination];
        touched.extend(ends.into_iter().flat_map(|p| law.touching(network, p)));
        let touched = touched.into_iter().filter(|id| !speaks(id));
        let told = self.notices.iter().copied().chain(touched);
        let mut lines: Vec<String> =
            told.map(|id| format!("notice: {}", citation(law.policy(id)))).collect();
        lines.extend(dated::notices(network, law.in_force(network), &self.used));
        lines
    }

    /// The bans that were obeyed, for an answer that has a way around them.
    pub fn obeyed(&self, law: &NetworkLaw) -> Vec<String> {
        let bans = self.forbidding.iter();
        let bans = bans.map(|id| format!("obeyed: {}", citation(law.policy(*id))));
        bans.chain(self.undeclared.then(|| UNDECLARED.to_string())).collect()
    }
}

fn note(list: &mut Vec<PolicyId>, more: impl IntoIterator<Item = PolicyId>) {
    for id in more {
        if !list.contains(&id) {
            list.push(id);
        }
    }
}
