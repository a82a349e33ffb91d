//! The law on all paths of all demands, each judged as the whole shipment that it may be part of.
//!
//! Goods of one demand may be those of another that starts where the first one ends, so a path is
//! judged with the whole history that its goods may have. Demands that hand over to one another,
//! directly or in a cycle, share a history; so it is gathered once for each such component, and the
//! work grows in proportion to the rows and not to their square.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trimodal_model::ids::{DemandId, PlaceId};
use trimodal_model::law;
use trimodal_model::policy::{Case, Countries, Law, Policy, Reading, Step, Verdict};
use trimodal_model::scenario::EmptyReturn;
use trimodal_model::{Control, Scenario};

use crate::cancelled::Cancelled;
use crate::paths::Path;

/// Judges every path of every demand.
pub fn judge_all(
    s: &Scenario,
    all: &[Vec<Path>],
    law: &Law,
    reading: Reading,
    control: &Control,
) -> Result<Vec<Vec<Verdict>>, Cancelled> {
    let judge = Judge::new(s, law, reading);
    let alone = judge.lawful_steps(all, control)?;
    let shipments = Shipments::of(s, &alone);
    let one = |d: usize| {
        Cancelled::check(control)?;
        Ok(judge.demand(&all[d], d, &shipments))
    };
    (0..all.len()).map(one).collect()
}

/// The movements of a path.
pub fn steps<'a>(s: &'a Scenario, path: &'a Path) -> impl Iterator<Item = Step> + 'a {
    path.rides.iter().flat_map(move |ride| {
        let mode = s.vehicles[ride.vehicle.ix()].mode;
        ride.places.windows(2).map(move |w| Step { from: w[0], to: w[1], mode })
    })
}

struct Judge<'a> {
    s: &'a Scenario,
    law: &'a Law,
    reading: Reading,
    /// Rules in force that judge goods.
    rules: Vec<&'a Policy>,
    /// Whether some of them depend on the countries that a shipment touches.
    by_country: bool,
}

impl<'a> Judge<'a> {
    fn new(s: &'a Scenario, law: &'a Law, reading: Reading) -> Judge<'a> {
        let in_force = |p: &&Policy| p.binds.goods() && law::in_force(s, p, law);
        let rules: Vec<&Policy> = s.policies.iter().filter(in_force).collect();
        let by_country = rules.iter().any(|p| p.counterparty != Countries::Any);
        Judge { s, law, reading, rules, by_country }
    }

    /// Whether a movement can affect a verdict.
    fn is_relevant(&self, step: &Step) -> bool {
        (self.by_country && step.crosses_border(self.s))
            || self.rules.iter().any(|p| p.is_crossed(self.s, step))
    }

    fn relevant_steps(&self, path: &Path) -> BTreeSet<Step> {
        steps(self.s, path).filter(|step| self.is_relevant(step)).collect()
    }

    fn goods(&self, d: usize, origin: &str, ends: &[PlaceId], steps: &BTreeSet<Step>) -> Verdict {
        let case = Case {
            hs: &self.s.demand[d].hs,
            origin,
            ends: ends.to_vec(),
            steps: steps.iter().copied().collect(),
        };
        law::judge(self.s, &case, self.law, self.reading)
    }

    /// For each demand the movements of all its paths that are permitted when judged alone.
    fn lawful_steps(
        &self,
        all: &[Vec<Path>],
        control: &Control,
    ) -> Result<Vec<BTreeSet<Step>>, Cancelled> {
        let of = |(d, paths): (usize, &Vec<Path>)| {
            Cancelled::check(control)?;
            let demand = &self.s.demand[d];
            let ends = [demand.from, demand.to];
            let distinct: BTreeSet<BTreeSet<Step>> =
                paths.iter().map(|w| self.relevant_steps(w)).collect();
            let lawful = distinct.into_iter().filter(|steps| {
                let verdict = self.goods(d, &demand.origin_country, &ends, steps);
                verdict.forbidden_by.is_empty()
            });
            Ok(lawful.flatten().collect())
        };
        all.iter().enumerate().map(of).collect()
    }

    fn demand(&self, paths: &[Path], d: usize, shipments: &Shipments) -> Vec<Verdict> {
        let demand = &self.s.demand[d];
        let before = shipments.before(d);
        let mut cache: BTreeMap<BTreeSet<Step>, Verdict> = BTreeMap::new();
        let one = |path: &Path| {
            let mut verdict = Verdict::default();
            if !demand.in_vehicles {
                let own = self.relevant_steps(path);
                let judged = cache.entry(own.clone()).or_insert_with(|| {
                    let steps = own.union(&before.steps).copied().collect();
                    self.in_all_origins(d, before, &steps)
                });
                verdict = judged.clone();
            }
            verdict.forbidden_by.extend(self.empty_movements(path, demand.in_vehicles));
            verdict.forbidden_by.sort_unstable();
            verdict.forbidden_by.dedup();
            verdict
        };
        paths.iter().map(one).collect()
    }

    /// Goods whose origin is not declared may be any of those that are handed over.
    fn in_all_origins(&self, d: usize, before: &History, steps: &BTreeSet<Step>) -> Verdict {
        let demand = &self.s.demand[d];
        let mut ends = vec![demand.from, demand.to];
        ends.extend(before.ends.iter().copied());
        let own = BTreeSet::from([demand.origin_country.clone()]);
        let of = if demand.origin_is_given || before.origins.is_empty() {
            &own
        } else {
            &before.origins
        };
        let mut all = Verdict::default();
        for origin in of {
            all.merge(self.goods(d, origin, &ends, steps));
        }
        all
    }

    /// Bans on the empty return of a trainset, or on vehicles that carry no goods.
    fn empty_movements(
        &self,
        path: &Path,
        in_vehicles: bool,
    ) -> Vec<trimodal_model::ids::PolicyId> {
        let mut bans = Vec::new();
        for ride in &path.rides {
            let v = &self.s.vehicles[ride.vehicle.ix()];
            if v.barred_empty.is_empty() {
                continue;
            }
            let there = ride.places.windows(2).map(|w| Step { from: w[0], to: w[1], mode: v.mode });
            let there: Vec<Step> = there.collect();
            let mut empty: Vec<Step> = Vec::new();
            if in_vehicles {
                empty.extend(&there);
            }
            if v.empties == EmptyReturn::SameTrainset {
                empty.extend(there.iter().map(|s| s.back()));
            }
            bans.extend(law::judge_empty(self.s, v, &empty, self.law));
        }
        bans
    }
}

/// The history that goods may have before a demand takes them.
#[derive(Debug, Clone, Default)]
struct History {
    steps: BTreeSet<Step>,
    ends: BTreeSet<PlaceId>,
    origins: BTreeSet<String>,
}

impl History {
    fn take_in(&mut self, other: &History) {
        self.steps.extend(&other.steps);
        self.ends.extend(&other.ends);
        self.origins.extend(other.origins.iter().cloned());
    }
}

/// Demands joined into shipments: those in one cycle of hand-overs have one history.
struct Shipments {
    /// Component of each demand.
    component: Vec<usize>,
    /// History of each component.
    before: Vec<History>,
}

impl Shipments {
    fn of(s: &Scenario, lawful: &[BTreeSet<Step>]) -> Shipments {
        let then = hand_overs(s);
        let (component, components) = strong_components(&then);
        let mut before = vec![History::default(); components.len()];
        // Components are in reverse topological order: from the end, each is complete before it
        // hands over.
        for c in (0..components.len()).rev() {
            let members = &components[c];
            let mut handed = before[c].clone();
            handed.origins = origins(s, members, &before[c].origins);
            for &d in members {
                handed.steps.extend(&lawful[d]);
                handed.ends.extend([s.demand[d].from, s.demand[d].to]);
            }
            if members.len() > 1 {
                before[c] = handed.clone();
            }
            let next: BTreeSet<usize> =
                members.iter().flat_map(|&d| &then[d]).map(|&d| component[d]).collect();
            for n in next.into_iter().filter(|&n| n != c) {
                before[n].take_in(&handed);
            }
        }
        Shipments { component, before }
    }

    fn before(&self, d: usize) -> &History {
        &self.before[self.component[d]]
    }
}

/// Origins that the goods of a component may have: those that rows declare or inherit, or else the
/// countries in which the rows start.
fn origins(s: &Scenario, members: &[usize], before: &BTreeSet<String>) -> BTreeSet<String> {
    let of = |d: &usize| s.demand[*d].origin_country.clone();
    let given = members.iter().filter(|d| s.demand[**d].origin_is_given).map(of);
    let mut all: BTreeSet<String> = given.collect();
    if members.len() > 1 || all.is_empty() {
        all.extend(before.iter().cloned());
    }
    if all.is_empty() { members.iter().map(of).collect() } else { all }
}

/// For each demand those that may take its goods over. Rows of one declared shipment form a cycle.
fn hand_overs(s: &Scenario) -> Vec<Vec<usize>> {
    let mut from: HashMap<PlaceId, Vec<usize>> = HashMap::new();
    let mut rows: HashMap<&str, Vec<usize>> = HashMap::new();
    for (d, demand) in s.demand.iter().enumerate().filter(|(_, d)| !d.in_vehicles) {
        from.entry(demand.from).or_default().push(d);
        if let Some(shipment) = &demand.shipment {
            rows.entry(shipment).or_default().push(d);
        }
    }
    let none = Vec::new();
    let mut then: Vec<Vec<usize>> = (0..s.demand.len())
        .map(|d| {
            let there = from.get(&s.demand[d].to).unwrap_or(&none).iter().copied();
            there.filter(|&n| law::hands_over(s, DemandId::at(d), DemandId::at(n))).collect()
        })
        .collect();
    for members in rows.values().filter(|m| m.len() > 1) {
        for (i, &d) in members.iter().enumerate() {
            then[d].push(members[(i + 1) % members.len()]);
        }
    }
    then
}

/// Strongly connected components, by node and with their members, in reverse topological order (R.
/// E. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1, 1972).
fn strong_components(next: &[Vec<usize>]) -> (Vec<usize>, Vec<Vec<usize>>) {
    const NEW: usize = usize::MAX;
    let n = next.len();
    let (mut index, mut low, mut of) = (vec![NEW; n], vec![0; n], vec![NEW; n]);
    let (mut components, mut stack, mut count) = (Vec::new(), Vec::new(), 0);
    for root in 0..n {
        if index[root] != NEW {
            continue;
        }
        // Node and position in its list: an explicit stack, as chains of demands may be long.
        let mut path = vec![(root, 0)];
        while let Some(&mut (v, ref mut at)) = path.last_mut() {
            if *at == 0 {
                (index[v], low[v]) = (count, count);
                count += 1;
                stack.push(v);
            }
            if let Some(&w) = next[v].get(*at) {
                *at += 1;
                if index[w] == NEW {
                    path.push((w, 0));
                } else if of[w] == NEW {
                    low[v] = low[v].min(index[w]);
                }
                continue;
            }
            path.pop();
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[v]);
            }
            if low[v] == index[v] {
                let start = stack.iter().rposition(|&w| w == v).unwrap_or(0);
                let members = stack.split_off(start);
                members.iter().for_each(|&w| of[w] = components.len());
                components.push(members);
            }
        }
    }
    (of, components)
}

#[cfg(test)]
mod tests {
    use super::strong_components;

    #[test]
    fn components_by_hand() {
        // 0 -> 1 <-> 2 -> 3, and 4 alone.
        let next = vec![vec![1], vec![2], vec![1, 3], vec![], vec![]];
        let (of, members) = strong_components(&next);
        assert_eq!(of[1], of[2]);
        assert!(of[3] < of[1] && of[1] < of[0], "what is led to comes first");
        assert_eq!(members[of[1]].len(), 2);
        assert_eq!(members.len(), 4);
    }
}
