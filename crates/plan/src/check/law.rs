//! The law on all movements of a solution: shipments with all their stages, and every vehicle with
//! its empty runs and its history.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_model::Scenario;
use trimodal_model::fleets;
use trimodal_model::ids::{DemandId, PlaceId};
use trimodal_model::law;
use trimodal_model::policy::{Case, Law, Reading, Step};
use trimodal_model::scenario::{Demand, EmptyReturn, Mode};

use crate::outcome::{Itinerary, Solution};

/// The movements of goods and vehicles.
#[derive(Debug, Default)]
pub struct Movements {
    /// Goods: demand, movements, tonnes.
    goods: Vec<(usize, BTreeSet<Step>, f64)>,
    /// For each class its movements with goods and without.
    classes: BTreeMap<String, (BTreeSet<Step>, BTreeSet<Step>)>,
}

impl Movements {
    /// Adds a flow.
    pub fn flow(&mut self, s: &Scenario, itinerary: &Itinerary, demand: &Demand, amount: f64) {
        let Some(d) = s.demand.iter().position(|x| x.id == demand.id) else { return };
        let mut all = BTreeSet::new();
        for ride in &itinerary.rides {
            let own = steps(s, &ride.places, ride.mode);
            let class = s.vehicles.iter().find(|v| v.id == ride.vehicle);
            let moves = self.classes.entry(ride.vehicle.clone()).or_default();
            if demand.in_vehicles { &mut moves.1 } else { &mut moves.0 }.extend(&own);
            if class.is_some_and(|v| v.empties == EmptyReturn::SameTrainset) {
                moves.1.extend(own.iter().map(|step| step.back()));
            }
            all.extend(own);
        }
        if !demand.in_vehicles {
            self.goods.push((d, all, amount));
        }
    }

    /// Adds an empty run.
    pub fn empty(&mut self, s: &Scenario, vehicle: &str, places: &[String]) {
        if let Some(v) = s.vehicles.iter().find(|v| v.id == vehicle) {
            let moves = self.classes.entry(vehicle.to_string()).or_default();
            moves.1.extend(steps(s, places, v.mode));
        }
    }

    /// Faults, and the tonnes that count against each cap.
    pub fn judge(
        &self,
        s: &Scenario,
        law: &Law,
        reading: Reading,
    ) -> (Vec<String>, BTreeMap<usize, f64>) {
        let mut faults = self.vehicles(s, law);
        let mut capped = BTreeMap::new();
        let parts = parts(s);
        for (d, own, tonnes) in &self.goods {
            let demand = &s.demand[*d];
            let others = || self.goods.iter().filter(|(p, ..)| parts[*d].contains(p));
            let all: BTreeSet<Step> =
                others().flat_map(|(_, steps, _)| steps).chain(own).copied().collect();
            let mut ends = vec![demand.from, demand.to];
            ends.extend(parts[*d].iter().flat_map(|&p| [s.demand[p].from, s.demand[p].to]));
            let mut caps = BTreeSet::new();
            for origin in origins(s, *d, &parts) {
                let steps = all.iter().copied().collect();
                let case = Case { hs: &demand.hs, origin, ends: ends.clone(), steps };
                let verdict = law::judge(s, &case, law, reading);
                faults.extend(verdict.forbidden_by.iter().map(|ban| {
                    let reference = &s.policies[ban.ix()].reference;
                    format!("{} is carried in breach of {reference}", demand.id)
                }));
                caps.extend(verdict.capped_by.iter().map(|cap| cap.ix()));
            }
            for cap in caps {
                *capped.entry(cap).or_insert(0.0) += tonnes;
            }
        }
        faults.dedup();
        (faults, capped)
    }

    fn vehicles(&self, s: &Scenario, law: &Law) -> Vec<String> {
        let mut faults = Vec::new();
        for (id, (loaded, empty)) in &self.classes {
            let Some(class) = s.vehicles.iter().find(|v| v.id == *id) else { continue };
            let loaded: Vec<Step> = loaded.iter().copied().collect();
            let empty: Vec<Step> = empty.iter().copied().collect();
            for rule in fleets::broken_by(s, class, (&loaded, &empty), law) {
                let reference = &s.policies[rule.ix()].reference;
                faults.push(format!("{id} runs in breach of {reference}"));
            }
        }
        faults
    }
}

/// Violations of the law by a solution, in words; none where it is lawful. Unclear texts are read
/// strictly.
pub fn unlawful(
    s: &Scenario,
    itineraries: &[Itinerary],
    solution: &Solution,
    law: &Law,
) -> Vec<String> {
    let mut movements = Movements::default();
    for flow in &solution.flows {
        let Some(itinerary) = itineraries.get(flow.itinerary) else { continue };
        if let Some(demand) = s.demand.iter().find(|d| d.id == itinerary.demand) {
            movements.flow(s, itinerary, demand, flow.amount_per_year);
        }
    }
    for run in solution.empty_runs.iter().chain(&solution.peak_empty_runs) {
        movements.empty(s, &run.vehicle, &run.places);
    }
    movements.judge(s, law, Reading::Strict).0
}

fn steps(s: &Scenario, places: &[String], mode: Mode) -> BTreeSet<Step> {
    let place = |id: &String| {
        let at = s.places.iter().position(|p| p.id == *id);
        PlaceId::at(at.unwrap_or(0))
    };
    places.windows(2).map(|w| Step { from: place(&w[0]), to: place(&w[1]), mode }).collect()
}

/// For each demand the others whose goods may be the same: rows of its shipment, and those that
/// hand over to it, directly or through others.
fn parts(s: &Scenario) -> Vec<BTreeSet<usize>> {
    let n = s.demand.len();
    let same = |a: usize, b: usize| {
        let (x, y) = (&s.demand[a], &s.demand[b]);
        a != b && x.shipment.is_some() && x.shipment == y.shipment
    };
    let before: Vec<Vec<usize>> = (0..n)
        .map(|d| {
            let hands =
                |p: &usize| same(*p, d) || law::hands_over(s, DemandId::at(*p), DemandId::at(d));
            (0..n).filter(hands).collect()
        })
        .collect();
    (0..n)
        .map(|d| {
            let (mut all, mut next) = (BTreeSet::new(), vec![d]);
            while let Some(then) = next.pop() {
                for &p in &before[then] {
                    if p != d && all.insert(p) {
                        next.push(p);
                    }
                }
            }
            all
        })
        .collect()
}

/// Countries in which the goods of a demand may originate.
fn origins<'a>(s: &'a Scenario, d: usize, parts: &[BTreeSet<usize>]) -> BTreeSet<&'a str> {
    let own = s.demand[d].origin_country.as_str();
    if s.demand[d].origin_is_given || parts[d].is_empty() {
        return BTreeSet::from([own]);
    }
    let known = |p: &&usize| s.demand[**p].origin_is_given || parts[**p].is_empty();
    let all: BTreeSet<&str> =
        parts[d].iter().filter(known).map(|&p| s.demand[p].origin_country.as_str()).collect();
    if all.is_empty() { BTreeSet::from([own]) } else { all }
}
