//! Division of a class of vehicle that the law does not allow everywhere into fleets.
//!
//! Some rules bind a vehicle's history: a ship that called at one country's ports may not enter those
//! of another. A class of the scenario stands for many vehicles, so where its links lead to both, it
//! becomes two classes here: one that passes the territory and never touches the counterparty, and one
//! that never passes the territory. Both share pools, operations and costs. Engines see ordinary classes with
//! links that they may not use, so that every movement, empty ones included, is lawful by construction.

use std::collections::BTreeSet;

use crate::ids::{LinkId, OperationId, PolicyId, VehicleId};
use crate::law;
use crate::policy::{Countries, Law, Policy, Step};
use crate::scenario::{Link, Scenario, Vehicle};

/// More territories than this on the routes of one class are not combined: each fleet then passes one.
const TOLD_APART: usize = 3;

/// A class that was divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// The class as the table has it.
    pub vehicle: VehicleId,
    /// Its fleets in the new description; the first has the position of the class.
    pub fleets: Vec<VehicleId>,
    /// The rules that divide it.
    pub rules: Vec<PolicyId>,
}

/// A territory that some rules forbid to combine with touching other countries.
struct History {
    /// Rules with this territory, mode and direction.
    rules: Vec<PolicyId>,
    /// Links that pass its edge.
    passes: BTreeSet<LinkId>,
    /// Links that touch a counterparty.
    touches: BTreeSet<LinkId>,
    /// The territory, for names and ids.
    territory: String,
}

impl Scenario {
    /// The description in which every class keeps the law, and the classes that were divided for it.
    ///
    /// Divide once: the fleets of a divided description are not divided again.
    pub fn within(&self, law: &Law) -> (Scenario, Vec<Division>) {
        let mut lawful = self.clone();
        let mut divisions = Vec::new();
        for v in 0..self.vehicles.len() {
            self.bar(&mut lawful.vehicles[v], law);
            let histories = self.histories(v, law);
            if !histories.is_empty() {
                divisions.push(lawful.divide(VehicleId::at(v), &histories));
            }
        }
        (lawful, divisions)
    }

    /// Steps of a class over a link, forward and backward.
    fn both_ways(&self, link: &Link) -> [Step; 2] {
        let there = Step { from: link.from, to: link.to, mode: link.mode };
        [there, there.back()]
    }

    /// Links that rules without a counterparty close to a class: to all of its movements where they bind
    /// vehicles alone, else to the empty ones, as loaded ones are judged by their goods.
    fn bar(&self, vehicle: &mut Vehicle, law: &Law) {
        let class = vehicle.clone();
        for (l, link) in self.links.iter().enumerate().filter(|(_, l)| self.suits(&class, l)) {
            for (step, forward) in self.both_ways(link).into_iter().zip([true, false]) {
                if !law::judge_empty(self, &class, &[step], law).is_empty() {
                    vehicle.barred_empty.push((LinkId::at(l), forward));
                }
                if !law::judge_class(self, &class, &[step], law).is_empty()
                    && !vehicle.barred.contains(&LinkId::at(l))
                {
                    vehicle.barred.push(LinkId::at(l));
                }
            }
        }
    }

    fn histories(&self, v: usize, law: &Law) -> Vec<History> {
        let class = &self.vehicles[v];
        let links = || {
            let all = self.links.iter().enumerate();
            all.filter(|(_, l)| self.suits(class, l)).map(|(l, link)| (LinkId::at(l), link))
        };
        let mut all: Vec<(&Policy, History)> = Vec::new();
        let bans = law::bans_on(self, class, law);
        for (id, ban) in bans.filter(|(_, p)| p.counterparty != Countries::Any) {
            let over = |of: &dyn Fn(&Step) -> bool| -> BTreeSet<LinkId> {
                let some = links().filter(|(_, l)| self.both_ways(l).iter().any(of));
                some.map(|(id, _)| id).collect()
            };
            let passes = over(&|s| ban.is_crossed(self, s));
            let touches = over(&|s| s.touches(self, &ban.counterparty));
            if passes.is_empty() || touches.is_empty() {
                continue;
            }
            let same = all.iter_mut().find(|(p, _)| {
                (&p.countries, &p.places, p.mode, p.direction)
                    == (&ban.countries, &ban.places, ban.mode, ban.direction)
            });
            match same {
                Some((_, history)) => {
                    history.rules.push(id);
                    history.touches.extend(touches);
                }
                None => {
                    let territory = self.territory(ban);
                    all.push((ban, History { rules: vec![id], passes, touches, territory }));
                }
            }
        }
        all.into_iter().map(|(_, history)| history).collect()
    }

    fn territory(&self, ban: &Policy) -> String {
        let places = ban.places.iter().map(|p| self.places[p.ix()].id.clone());
        ban.countries.iter().cloned().chain(places).collect::<Vec<_>>().join("-")
    }

    /// Makes fleets of a class, one for each set of territories that a fleet may pass.
    fn divide(&mut self, class: VehicleId, histories: &[History]) -> Division {
        let n = histories.len();
        let masks: Vec<u32> = if n <= TOLD_APART {
            (0..1 << n).collect()
        } else {
            std::iter::once(0).chain((0..n.min(31)).map(|k| 1 << k)).collect()
        };
        let mut fleets = vec![class];
        for &mask in &masks[1..] {
            fleets.push(self.copy_of(class, histories, mask));
        }
        let all: Vec<String> = histories.iter().map(|h| h.territory.clone()).collect();
        for (&fleet, &mask) in fleets.iter().zip(&masks) {
            let vehicle = &mut self.vehicles[fleet.ix()];
            for (k, history) in histories.iter().enumerate() {
                let closed = if mask & (1 << k) == 0 { &history.passes } else { &history.touches };
                vehicle.barred.extend(closed.iter().copied());
            }
            vehicle.barred.sort_unstable();
            vehicle.barred.dedup();
        }
        let never = &mut self.vehicles[class.ix()];
        never.name = format!("{} (never at {})", never.name, all.join(" or "));
        let rules = histories.iter().flat_map(|h| h.rules.iter().copied()).collect();
        Division { vehicle: class, fleets, rules }
    }

    fn copy_of(&mut self, class: VehicleId, histories: &[History], mask: u32) -> VehicleId {
        let named = |h: &(usize, &History)| mask & (1 << h.0) != 0;
        let territories: Vec<&str> =
            histories.iter().enumerate().filter(named).map(|(_, h)| h.territory.as_str()).collect();
        let fleet = VehicleId::at(self.vehicles.len());
        let mut copy = self.vehicles[class.ix()].clone();
        let suffix = territories.join(".");
        copy.id = self.free_id(&format!("{}.{suffix}", copy.id));
        copy.name = format!("{} (by {})", copy.name, territories.join(" and "));
        copy.fleet_of = Some(class);
        self.vehicles.push(copy);
        for o in 0..self.operations.len() {
            let op = &self.operations[o];
            let takes = op.to_vehicle == Some(class);
            if op.vehicle != class && !takes {
                continue;
            }
            let mut own = op.clone();
            own.id = self.free_id(&format!("{}.{suffix}", own.id));
            own.fleet_of = op.fleet_of.or(Some(OperationId::at(o)));
            if own.vehicle == class {
                own.vehicle = fleet;
            }
            if takes {
                own.to_vehicle = Some(fleet);
            }
            self.operations.push(own);
        }
        fleet
    }

    /// An id that no class and no operation has.
    fn free_id(&self, wanted: &str) -> String {
        let taken = |id: &str| {
            self.vehicles.iter().any(|v| v.id == id) || self.operations.iter().any(|o| o.id == id)
        };
        let mut id = wanted.to_string();
        while taken(&id) {
            id.push('_');
        }
        id
    }
}

/// The rules that a class breaks by its movements, all of them together; none where it keeps the law.
/// `loaded` and `empty` are its movements with and without goods.
pub fn broken_by(
    s: &Scenario,
    vehicle: &Vehicle,
    (loaded, empty): (&[Step], &[Step]),
    law: &Law,
) -> Vec<PolicyId> {
    let all: Vec<Step> = loaded.iter().chain(empty).copied().collect();
    let mut rules = law::judge_class(s, vehicle, &all, law);
    rules.extend(law::judge_empty(s, vehicle, empty, law));
    rules.sort_unstable();
    rules.dedup();
    rules
}
