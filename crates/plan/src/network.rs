//! A scenario made ready to plan: every permitted way as a column, every finite thing as rows.
//!
//! The law is judged here, once for each itinerary, on the whole shipment.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_model::Scenario;
use trimodal_model::facility::Facility;
use trimodal_model::ids::{DemandId, LinkId, PlaceId, PolicyId, VehicleId};
use trimodal_model::policy::{self, Case, Law, Reading, Step, Verdict};
use trimodal_model::scenario::{Empties, Role};

use crate::column::{self, Column};
use crate::itineraries::{Itinerary, Ride, TooMany, Ways};

/// Empty runs are chosen among this many shortest ways for each pair of places.
const EMPTY_WAYS: usize = 4;

/// What became of a demand before any capacity was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Some way is permitted.
    Permitted,
    /// Ways exist; none is permitted. The rules that forbid them.
    Forbidden(Vec<PolicyId>),
    /// No way exists.
    Unreachable,
}

/// A scenario ready to plan, in one reading of unclear law.
pub struct Network<'a> {
    /// The description.
    pub s: &'a Scenario,
    /// Permitted itineraries.
    pub ways: Vec<Itinerary>,
    /// Their columns.
    pub columns: Vec<Column>,
    /// Policies that flag them or cap them.
    pub verdicts: Vec<Verdict>,
    /// Empty runs of balancing classes.
    pub runs: Vec<Ride>,
    /// Their columns.
    pub run_columns: Vec<Column>,
    /// What became of each demand.
    pub standing: Vec<Standing>,
}

/// Every physical itinerary of every demand; the law comes later, as there are two readings.
pub fn all_ways(s: &Scenario) -> Result<Vec<Vec<Itinerary>>, TooMany> {
    let ways = Ways::new(s);
    (0..s.demand.len()).map(|d| ways.of(DemandId::at(d))).collect()
}

/// Judges every way of every demand, on the whole shipment.
pub fn judge_all(
    s: &Scenario,
    all: &[Vec<Itinerary>],
    law: &Law,
    reading: Reading,
) -> Vec<Vec<Verdict>> {
    Judge { s, law, reading }.all(all)
}

impl<'a> Network<'a> {
    /// Makes columns of the permitted ways.
    pub fn new(s: &'a Scenario, all: &[Vec<Itinerary>], judged: &[Vec<Verdict>]) -> Network<'a> {
        let mut network = Network {
            s,
            ways: Vec::new(),
            columns: Vec::new(),
            verdicts: Vec::new(),
            runs: Vec::new(),
            run_columns: Vec::new(),
            standing: Vec::new(),
        };
        for (ways, verdicts) in all.iter().zip(judged) {
            network.standing.push(standing(verdicts));
            network.add_demand(ways, verdicts);
        }
        network.add_runs();
        network
    }

    fn add_demand(&mut self, ways: &[Itinerary], verdicts: &[Verdict]) {
        let permitted = ways.iter().zip(verdicts).filter(|(_, v)| v.forbidden_by.is_empty());
        let mut list: Vec<(Itinerary, Column, Verdict)> = permitted
            .map(|(w, v)| (w.clone(), column::of_itinerary(self.s, w), v.clone()))
            .collect();
        list.sort_by(|a, b| {
            a.1.generalised_usd.total_cmp(&b.1.generalised_usd).then(a.1.km.total_cmp(&b.1.km))
        });
        if let Some(first) = list.first()
            && self.s.demand[first.0.demand.ix()].role == Role::Background
        {
            // Other people's traffic goes its own shortest way and does not make room.
            let effort = |i: usize| (!list[i].1.requires.is_empty(), list[i].1.km);
            let shortest = (0..list.len()).min_by(|&a, &b| {
                effort(a).0.cmp(&effort(b).0).then(effort(a).1.total_cmp(&effort(b).1))
            });
            let only = list.swap_remove(shortest.unwrap_or(0));
            list = vec![only];
        }
        let mut kept: Vec<(Itinerary, Column, Verdict)> = Vec::new();
        for candidate in list {
            if !kept.iter().any(|k| dominates(k, &candidate)) {
                kept.push(candidate);
            }
        }
        for (way, column, verdict) in kept {
            self.ways.push(way);
            self.columns.push(column);
            self.verdicts.push(verdict);
        }
    }

    fn add_runs(&mut self) {
        let mut ends: BTreeMap<VehicleId, BTreeSet<PlaceId>> = BTreeMap::new();
        for &(vehicle, place) in self.columns.iter().flat_map(|c| c.balance.keys()) {
            ends.entry(vehicle).or_default().insert(place);
        }
        let ways = Ways::new(self.s);
        for (vehicle, places) in ends {
            debug_assert_eq!(self.s.vehicles[vehicle.ix()].empties, Empties::Balance);
            for &from in &places {
                for &to in places.iter().filter(|&&to| to != from) {
                    for ride in ways.empty_runs(vehicle, from, to, EMPTY_WAYS) {
                        let Some(requires) = ways.requirements(std::slice::from_ref(&ride)) else {
                            continue;
                        };
                        self.run_columns.push(column::of_empty_run(self.s, &ride, requires));
                        self.runs.push(ride);
                    }
                }
            }
        }
    }

    /// Columns of itineraries, then of empty runs.
    pub fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().chain(&self.run_columns)
    }

    /// The factor by which a column's use counts in the busiest month.
    pub fn peak(&self, column: usize) -> f64 {
        match self.ways.get(column) {
            Some(way) => self.s.demand[way.demand.ix()].peak,
            None => self.s.settings.peak_factor,
        }
    }

    /// Tonnes asked for by a demand, 0 for vehicles without freight.
    pub fn asked_t(&self, d: usize) -> f64 {
        let demand = &self.s.demand[d];
        if demand.in_vehicles { 0.0 } else { demand.per_year }
    }

    /// Whether a demand is permitted, reachable and counted on the ladder.
    pub fn is_scaled(&self, d: usize) -> bool {
        let demand = &self.s.demand[d];
        self.standing[d] == Standing::Permitted
            && demand.role == Role::Scaled
            && demand.per_year > 0.0
            && !demand.in_vehicles
    }

    /// Facilities that some column uses, in a fixed order.
    pub fn used_facilities(&self) -> Vec<Facility> {
        let mut used: BTreeSet<Facility> = BTreeSet::new();
        for column in self.all_columns() {
            used.extend(column.uses.keys().map(|&r| Facility::Resource(r)));
            let links: BTreeSet<LinkId> = column.passes.keys().map(|p| p.link).collect();
            for link in links {
                let l = &self.s.links[link.ix()];
                used.extend((0..l.sections.len()).map(|n| Facility::Section(link, n)));
                if l.mode == trimodal_model::scenario::Mode::Road {
                    used.insert(Facility::Road(link));
                }
            }
        }
        used.into_iter().collect()
    }
}

fn standing(verdicts: &[Verdict]) -> Standing {
    if verdicts.is_empty() {
        return Standing::Unreachable;
    }
    if verdicts.iter().any(|v| v.forbidden_by.is_empty()) {
        return Standing::Permitted;
    }
    let rules: BTreeSet<PolicyId> =
        verdicts.iter().flat_map(|v| v.forbidden_by.iter().copied()).collect();
    Standing::Forbidden(rules.into_iter().collect())
}

/// Whether a way takes no more of anything than another, needs no other option and is judged alike.
fn dominates(a: &(Itinerary, Column, Verdict), b: &(Itinerary, Column, Verdict)) -> bool {
    let (a, va, b, vb) = (&a.1, &a.2, &b.1, &b.2);
    let less = 1.0 + 1e-12;
    a.generalised_usd <= b.generalised_usd * less
        && va == vb
        && a.balance == b.balance
        && a.requires
            .iter()
            .all(|(o, level)| b.requires.iter().any(|(p, other)| o == p && level <= other))
        && a.uses.iter().all(|(r, h)| b.uses.get(r).is_some_and(|other| *h <= other * less))
        && a.passes.iter().all(|(p, n)| b.passes.get(p).is_some_and(|other| *n <= other * less))
}

struct Judge<'a> {
    s: &'a Scenario,
    law: &'a Law,
    reading: Reading,
}

impl Judge<'_> {
    /// Verdicts for every way of every demand.
    fn all(&self, all: &[Vec<Itinerary>]) -> Vec<Vec<Verdict>> {
        let before: Vec<Vec<DemandId>> =
            (0..all.len()).map(|d| self.upstream(DemandId::at(d))).collect();
        (0..all.len()).map(|d| self.demand(all, &before[d], d)).collect()
    }

    fn demand(&self, all: &[Vec<Itinerary>], before: &[DemandId], d: usize) -> Vec<Verdict> {
        let demand = &self.s.demand[d];
        if demand.in_vehicles {
            return vec![Verdict::default(); all[d].len()];
        }
        // Goods handed over here are judged with everything that they may have come through.
        let mut history: BTreeSet<Step> = BTreeSet::new();
        let mut ends = vec![demand.from, demand.to];
        for part in before {
            history.extend(self.lawful(&all[part.ix()], *part).flat_map(|w| steps(self.s, w)));
            ends.push(self.s.demand[part.ix()].from);
        }
        let origin = match before.last() {
            Some(first) if !demand.origin_is_given => &self.s.demand[first.ix()].origin_country,
            _ => &demand.origin_country,
        };
        let mut cache: BTreeMap<Vec<Step>, Verdict> = BTreeMap::new();
        all[d]
            .iter()
            .map(|way| {
                let own: BTreeSet<Step> =
                    steps(self.s, way).chain(history.iter().copied()).collect();
                let own: Vec<Step> = own.into_iter().collect();
                let judge = |steps: &Vec<Step>| {
                    let case =
                        Case { hs: &demand.hs, origin, ends: ends.clone(), steps: steps.clone() };
                    policy::judge(self.s, &case, self.law, self.reading)
                };
                cache.entry(own.clone()).or_insert_with(|| judge(&own)).clone()
            })
            .collect()
    }

    /// Ways of a part that are permitted when it is judged alone.
    fn lawful<'w>(
        &'w self,
        ways: &'w [Itinerary],
        d: DemandId,
    ) -> impl Iterator<Item = &'w Itinerary> {
        let demand = &self.s.demand[d.ix()];
        ways.iter().filter(move |way| {
            let case = Case {
                hs: &demand.hs,
                origin: &demand.origin_country,
                ends: vec![demand.from, demand.to],
                steps: steps(self.s, way).collect(),
            };
            policy::judge(self.s, &case, self.law, self.reading).forbidden_by.is_empty()
        })
    }

    /// Demands whose goods may be handed over to this one, nearest first.
    fn upstream(&self, d: DemandId) -> Vec<DemandId> {
        let mut parts: Vec<DemandId> = Vec::new();
        let mut frontier = vec![d];
        while let Some(then) = frontier.pop() {
            for first in (0..self.s.demand.len()).map(DemandId::at) {
                if first != d && !parts.contains(&first) && policy::hands_over(self.s, first, then)
                {
                    parts.push(first);
                    frontier.push(first);
                }
            }
        }
        parts
    }
}

fn steps<'a>(s: &'a Scenario, way: &'a Itinerary) -> impl Iterator<Item = Step> + 'a {
    way.rides.iter().flat_map(move |ride| {
        let mode = s.vehicles[ride.vehicle.ix()].mode;
        ride.places.windows(2).map(move |w| Step { from: w[0], to: w[1], mode })
    })
}
