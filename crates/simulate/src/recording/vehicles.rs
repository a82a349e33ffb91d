//! Journeys as movements of vehicles, and the choice of journeys where there are too many.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use trimodal_des::clock::HOUR;
use trimodal_des::run::Passage;
use trimodal_model::Scenario;
use trimodal_model::ids::{PlaceId, VehicleId};

use super::{LeftOut, Move, RecordedVehicle, rounded};
use crate::compile::CompiledModel;
use crate::pictures::since;

/// The most movements of a recording: about 2.3 MB of JSON.
const MOST_MOVES: usize = 90_000;

/// A journey of a vehicle.
struct Journey {
    vehicle: VehicleId,
    moves: Vec<Move>,
}

/// The vehicles with their movements, and what was left out.
pub fn vehicles(
    s: &Scenario,
    t: &CompiledModel,
    passages: &[Passage],
    warm_years: u32,
) -> (Vec<RecordedVehicle>, Vec<LeftOut>) {
    let mut classes: BTreeMap<VehicleId, Vec<Journey>> = BTreeMap::new();
    for journey in journeys(s, t, passages, warm_years) {
        classes.entry(journey.vehicle).or_default().push(journey);
    }
    let count = |journeys: &[Journey]| journeys.iter().map(|j| j.moves.len()).sum();
    let most = most_each(classes.values().map(|j| count(j)).collect(), MOST_MOVES);
    let (mut all, mut left_out) = (Vec::new(), Vec::new());
    for (vehicle, mut journeys) in classes {
        let row = &s.vehicles[vehicle.ix()];
        let (before, moves) = (journeys.len() as u32, count(&journeys));
        if moves > most {
            // Evenly spread, so that the whole year is shown.
            let mut at = 0;
            journeys.retain(|_| {
                at += 1;
                at * most / moves > (at - 1) * most / moves
            });
            let (class, recorded) = (row.name.clone(), journeys.len() as u32);
            left_out.push(LeftOut { class, journeys: before, recorded });
        }
        let vehicles = in_turn(t, s, journeys).into_iter();
        all.extend(vehicles.map(|moves| RecordedVehicle {
            class: row.name.clone(),
            mode: row.mode,
            moves,
        }));
    }
    (all, left_out)
}

/// The most movements of each class such that all together have `most`: small classes are kept whole.
fn most_each(mut counts: Vec<usize>, most: usize) -> usize {
    counts.sort_unstable();
    let (mut left, mut share) = (most, most);
    for (at, count) in counts.iter().enumerate() {
        share = left / (counts.len() - at);
        if *count > share {
            return share.max(1);
        }
        left -= count;
    }
    share.max(counts.last().copied().unwrap_or(1)).max(1)
}

/// The journeys by their departures.
fn journeys(
    s: &Scenario,
    t: &CompiledModel,
    passages: &[Passage],
    warm_years: u32,
) -> Vec<Journey> {
    let paths = t.paths.as_deref().unwrap_or_default();
    let start = u64::from(warm_years) * t.year;
    let hours = t.year as f64 / HOUR;
    // The programs of demand in vehicles have the names of its flows.
    let flows = t.model.flows.iter().zip(&t.in_vehicles).filter(|(_, vehicles)| **vehicles);
    let flows: std::collections::BTreeSet<&str> = flows.map(|(name, _)| name.as_str()).collect();
    let in_vehicles: Vec<bool> =
        t.model.classes.iter().map(|name| flows.contains(name.as_str())).collect();
    let mut all: BTreeMap<(u32, u32), Journey> = BTreeMap::new();
    for p in passages {
        let class = p.number.0 as usize;
        let depart_h = since(p.depart, start);
        let loaded = p.kg > 0;
        let planned = || s.links[paths[p.path as usize].0.ix()].run_h(loaded);
        let arrive_h = match p.arrive {
            Some(time) => since(time, start),
            None => (depart_h + planned()).max(hours),
        };
        let load_t = if in_vehicles[class] { 0.0 } else { rounded(p.kg as f64 / 1e3, 1000.0) };
        let [depart_h, arrive_h] = [depart_h, arrive_h].map(|h| rounded(h, 100.0));
        let vehicle = t.class_vehicles[class];
        let journey = all.entry(p.number).or_insert_with(|| Journey { vehicle, moves: Vec::new() });
        journey.moves.push(Move { path: p.path, depart_h, arrive_h, load_t });
    }
    let mut all: Vec<Journey> = all.into_values().collect();
    // Stable: at the same time by class and number.
    all.sort_by(|a, b| a.moves[0].depart_h.total_cmp(&b.moves[0].depart_h));
    all
}

/// Gives each journey, in the order of departures, to the vehicle that has stood longest at its start, or to a
/// new one: the movements of each vehicle.
fn in_turn(t: &CompiledModel, s: &Scenario, journeys: Vec<Journey>) -> Vec<Vec<Move>> {
    let end = |m: &Move, arrival: bool| -> PlaceId {
        let (link, forward) = t.paths.as_deref().unwrap_or_default()[m.path as usize];
        let link = &s.links[link.ix()];
        if forward == arrival { link.to } else { link.from }
    };
    let mut standing: BTreeMap<PlaceId, BinaryHeap<Reverse<(i64, usize)>>> = BTreeMap::new();
    let mut all: Vec<Vec<Move>> = Vec::new();
    let hundredths = |hours: f64| (hours * 100.0).round() as i64;
    for journey in journeys {
        let Some((first, last)) = journey.moves.first().zip(journey.moves.last()) else { continue };
        let (from, departs) = (end(first, false), hundredths(first.depart_h));
        let (to, arrives) = (end(last, true), hundredths(last.arrive_h));
        let here = standing.entry(from).or_default();
        let known = here.peek().filter(|Reverse((since, _))| *since <= departs).copied();
        let vehicle = match known {
            Some(Reverse((_, vehicle))) => {
                here.pop();
                all[vehicle].extend(journey.moves);
                vehicle
            }
            None => {
                all.push(journey.moves);
                all.len() - 1
            }
        };
        standing.entry(to).or_default().push(Reverse((arrives, vehicle)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::most_each;

    #[test]
    fn small_classes_are_kept_whole() {
        assert_eq!(most_each(vec![10, 20, 1000], 100), 70);
        assert_eq!(most_each(vec![1000, 1000], 100), 50);
        assert!(most_each(vec![10, 20], 100) >= 20);
        assert_eq!(most_each(Vec::new(), 100), 100);
    }
}
