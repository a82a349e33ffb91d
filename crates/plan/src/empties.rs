//! Flows of empty vehicles decomposed into runs, from the place of unloading to that of loading,
//! for the reader and for the simulation.

use std::collections::{BTreeMap, VecDeque};

use trimodal_model::Scenario;
use trimodal_model::ids::{LinkId, PlaceId, VehicleId};

use crate::column_pool::ColumnPool;
use crate::paths::Leg;

/// Vehicles a year below this are rounding of the solver.
const NOTHING: f64 = 1e-6;

/// A run of empty vehicles.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The class.
    pub vehicle: VehicleId,
    /// Places passed, in order.
    pub places: Vec<PlaceId>,
    /// Links passed, in order.
    pub links: Vec<LinkId>,
    /// Vehicles a year.
    pub vehicles: f64,
}

/// The decomposition of flows of empty vehicles into runs, greedily and in the order of ids, so
/// that the order of rows has no effect. Cycles, which cost without use, are left out.
pub fn runs(pool: &ColumnPool, flows: &[f64]) -> Vec<Run> {
    let s = pool.s;
    let mut by_class: BTreeMap<&str, (VehicleId, Moves)> = BTreeMap::new();
    for (empty_move, &n) in pool.empty_moves.iter().zip(flows).filter(|(_, n)| **n > NOTHING) {
        let id = s.vehicles[empty_move.vehicle.ix()].id.as_str();
        let (_, moves) =
            by_class.entry(id).or_insert_with(|| (empty_move.vehicle, Moves::default()));
        moves.add(s, empty_move.leg, n);
    }
    by_class.into_values().flat_map(|(vehicle, moves)| moves.into_runs(s, vehicle)).collect()
}

#[derive(Debug, Default)]
struct Moves {
    departs: BTreeMap<String, (PlaceId, f64)>,
    arrives: BTreeMap<PlaceId, f64>,
    /// For each place the links that leave it, by id: the link, its other end, and the vehicles on
    /// it.
    on: BTreeMap<PlaceId, BTreeMap<String, (LinkId, PlaceId, f64)>>,
}

impl Moves {
    fn add(&mut self, s: &Scenario, leg: Leg, n: f64) {
        match leg {
            Leg::Depart(p) => {
                self.departs.entry(s.places[p.ix()].id.clone()).or_insert((p, 0.0)).1 += n;
            }
            Leg::Arrive(p) => *self.arrives.entry(p).or_insert(0.0) += n,
            Leg::Pass { link, forward } => {
                let l = &s.links[link.ix()];
                let (from, to) = if forward { (l.from, l.to) } else { (l.to, l.from) };
                let on = self.on.entry(from).or_default();
                on.entry(l.id.clone()).or_insert((link, to, 0.0)).2 += n;
            }
        }
    }

    fn into_runs(mut self, s: &Scenario, vehicle: VehicleId) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        let starts: Vec<PlaceId> = self.departs.values().map(|(p, _)| *p).collect();
        for from in starts {
            while let Some(links) = self.path(from) {
                let mut run = Run { vehicle, places: vec![from], links, vehicles: f64::INFINITY };
                for &link in &run.links {
                    let here = run.places[run.places.len() - 1];
                    run.places.push(crate::paths::across(s, link, here));
                }
                self.take(s, &mut run);
                match runs.iter_mut().find(|r| r.links == run.links && r.places == run.places) {
                    Some(known) => known.vehicles += run.vehicles,
                    None => runs.push(run),
                }
            }
        }
        runs
    }

    /// The path with the fewest links from a place to one with arrivals.
    fn path(&self, from: PlaceId) -> Option<Vec<LinkId>> {
        self.departs.values().find(|(p, n)| *p == from && *n > NOTHING)?;
        let mut came: BTreeMap<PlaceId, (PlaceId, LinkId)> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(here) = queue.pop_front() {
            if here != from && self.arrives.get(&here).is_some_and(|n| *n > NOTHING) {
                let mut links = Vec::new();
                let mut at = here;
                while at != from {
                    let (before, link) = came[&at];
                    links.push(link);
                    at = before;
                }
                links.reverse();
                return Some(links);
            }
            for &(link, to, n) in self.on.get(&here).into_iter().flat_map(|on| on.values()) {
                if n > NOTHING && to != from && !came.contains_key(&to) {
                    came.insert(to, (here, link));
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// Removes from the flows as many vehicles as all parts of a run have.
    fn take(&mut self, s: &Scenario, run: &mut Run) {
        let (first, last) = (run.places[0], run.places[run.places.len() - 1]);
        let id = |l: &LinkId| s.links[l.ix()].id.as_str();
        let depart = &s.places[first.ix()].id;
        let mut most = self.departs[depart].1.min(self.arrives[&last]);
        for (link, from) in run.links.iter().zip(&run.places) {
            most = most.min(self.on[from][id(link)].2);
        }
        run.vehicles = most;
        if let Some(departs) = self.departs.get_mut(depart) {
            departs.1 -= most;
        }
        if let Some(arrives) = self.arrives.get_mut(&last) {
            *arrives -= most;
        }
        for (link, from) in run.links.iter().zip(&run.places) {
            if let Some(on) = self.on.get_mut(from).and_then(|on| on.get_mut(id(link))) {
                on.2 -= most;
            }
        }
    }
}
