//! The columns of a scenario: one for every permitted path and for every movement of empty
//! vehicles.

use std::collections::{BTreeMap, BTreeSet};

use trimodal_model::facility::Facility;
use trimodal_model::ids::{DemandId, LinkId, PolicyId, VehicleId};
use trimodal_model::policy::Verdict;
use trimodal_model::scenario::Role;
use trimodal_model::{Control, Scenario};

use crate::cancelled::Cancelled;
use crate::columns::{Column, Columns};
use crate::paths::{EmptyMove, Path, PathSearch, SearchLimit};

pub use crate::judge::judge_all;

/// Whether a demand can be carried at all, before capacity is considered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Some path is permitted.
    Permitted,
    /// Paths exist; none is permitted. The rules that forbid them.
    Forbidden(Vec<PolicyId>),
    /// No path exists.
    Unreachable,
}

/// The columns of a scenario in one reading of unclear law.
pub struct ColumnPool<'a> {
    /// The scenario.
    pub s: &'a Scenario,
    /// Permitted paths.
    pub paths: Vec<Path>,
    /// Their columns.
    pub columns: Vec<Column>,
    /// Policies that put conditions on them or cap them.
    pub verdicts: Vec<Verdict>,
    /// Movements of empty vehicles of balancing classes.
    pub empty_moves: Vec<EmptyMove>,
    /// Their columns; a unit is a vehicle. Use is counted at the rate of the busiest month, cost at
    /// that of the mean month.
    pub empty_columns: Vec<Column>,
    /// The standing of each demand.
    pub standing: Vec<Standing>,
}

/// Every physical path of every demand; the law is applied later, in two readings.
pub fn all_paths(s: &Scenario, control: &Control) -> Result<Vec<Vec<Path>>, SearchLimit> {
    let mut paths = PathSearch::new(s, control);
    (0..s.demand.len()).map(|d| paths.of(DemandId::at(d))).collect()
}

impl<'a> ColumnPool<'a> {
    /// Derives the columns of the permitted paths.
    pub fn new(
        s: &'a Scenario,
        all: &[Vec<Path>],
        judged: &[Vec<Verdict>],
        control: &Control,
    ) -> Result<ColumnPool<'a>, Cancelled> {
        let mut pool = ColumnPool {
            s,
            paths: Vec::new(),
            columns: Vec::new(),
            verdicts: Vec::new(),
            empty_moves: Vec::new(),
            empty_columns: Vec::new(),
            standing: Vec::new(),
        };
        let make = Columns::new(s);
        for (d, (paths, verdicts)) in all.iter().zip(judged).enumerate() {
            Cancelled::check(control)?;
            pool.standing.push(standing(verdicts));
            // A row without volume uses nothing, and must not affect any usage.
            if s.demand[d].per_year > 0.0 {
                pool.add_demand(&make, paths, verdicts);
            }
        }
        pool.add_empty_moves(&make);
        Ok(pool)
    }

    fn add_demand(&mut self, make: &Columns, paths: &[Path], verdicts: &[Verdict]) {
        let permitted = paths.iter().zip(verdicts).filter(|(_, v)| v.forbidden_by.is_empty());
        let mut list: Vec<(Path, Column, Verdict)> =
            permitted.map(|(w, v)| (w.clone(), make.itinerary(w), v.clone())).collect();
        list.sort_by(|a, b| {
            let cost = a.1.generalised_usd.total_cmp(&b.1.generalised_usd);
            cost.then(a.1.km.total_cmp(&b.1.km)).then_with(|| self.by_ids(&a.0, &b.0))
        });
        if let Some(first) = list.first()
            && self.s.demand[first.0.demand.ix()].role == Role::Background
        {
            // Background traffic takes its shortest path and does not yield.
            let effort = |i: usize| (!list[i].1.requires.is_empty(), list[i].1.km);
            let shortest = (0..list.len()).min_by(|&a, &b| {
                effort(a).0.cmp(&effort(b).0).then(effort(a).1.total_cmp(&effort(b).1))
            });
            let only = list.swap_remove(shortest.unwrap_or(0));
            list = vec![only];
        }
        for (path, column, verdict) in undominated(list) {
            self.paths.push(path);
            self.columns.push(column);
            self.verdicts.push(verdict);
        }
    }

    /// An order that depends on ids and not on the order of rows.
    fn by_ids(&self, a: &Path, b: &Path) -> std::cmp::Ordering {
        let ids = |path: &'_ Path| -> Vec<String> {
            let of = |r: &crate::paths::PathRide| {
                let links = r.links.iter().map(|l| self.s.links[l.ix()].id.clone());
                let handling =
                    r.load.iter().chain(&r.unload).map(|d| {
                        format!("{}:{:03}", self.s.operations[d.operation.ix()].id, d.units)
                    });
                let vehicle = self.s.vehicles[r.vehicle.ix()].id.clone();
                std::iter::once(vehicle).chain(links).chain(handling).collect::<Vec<_>>()
            };
            let needs =
                path.requires.iter().map(|(o, n)| format!("{}x{n}", self.s.options[o.ix()].id));
            path.rides.iter().flat_map(of).chain(needs).collect()
        };
        ids(a).cmp(&ids(b))
    }

    fn add_empty_moves(&mut self, make: &Columns) {
        let mut ends: BTreeMap<VehicleId, BTreeSet<_>> = BTreeMap::new();
        for at in self.columns.iter().flat_map(|c| c.balance.keys()) {
            ends.entry(at.vehicle).or_default().insert(at.place);
        }
        let control = Control::none();
        let paths = PathSearch::new(self.s, &control);
        for (vehicle, places) in ends {
            for (empty_move, requires) in paths.empty_moves(vehicle, &places) {
                self.empty_columns.push(make.empty_move(&empty_move, requires));
                self.empty_moves.push(empty_move);
            }
        }
    }

    /// Columns of paths, then of movements of empty vehicles.
    pub fn all_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().chain(&self.empty_columns)
    }

    /// The factor of a column's use in the busiest month. Empty vehicles balance the loaded ones of
    /// the busiest month, so their flow contains it.
    pub fn peak(&self, column: usize) -> f64 {
        self.paths.get(column).map_or(1.0, |path| self.s.demand[path.demand.ix()].peak)
    }

    /// The same, with the rules by which no vehicle may carry a demand, where there are some.
    pub fn forbidding(mut self, rules: &[Vec<PolicyId>]) -> ColumnPool<'a> {
        for (standing, rules) in self.standing.iter_mut().zip(rules) {
            if !rules.is_empty() && *standing == Standing::Unreachable {
                *standing = Standing::Forbidden(rules.clone());
            }
        }
        self
    }

    /// Volume of a demand in tonnes, 0 for vehicles without freight.
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
        let mut links: BTreeSet<LinkId> = BTreeSet::new();
        for column in self.all_columns() {
            used.extend(column.uses.keys().map(|&r| Facility::Resource(r)));
            links.extend(column.passes.keys().map(|p| p.link));
        }
        for link in links {
            let l = &self.s.links[link.ix()];
            used.extend((0..l.sections.len()).map(|n| Facility::Section(link, n)));
            if l.mode == trimodal_model::scenario::Mode::Road {
                used.insert(Facility::Road(link));
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

/// Paths, cheapest first, without those dominated by another one.
fn undominated(list: Vec<(Path, Column, Verdict)>) -> Vec<(Path, Column, Verdict)> {
    let mut kept: Vec<(Path, Column, Verdict)> = Vec::new();
    // Only paths of the same classes can dominate one another, as every pass names its class.
    let mut groups: BTreeMap<BTreeSet<VehicleId>, Vec<(u64, usize)>> = BTreeMap::new();
    for candidate in list {
        let key = candidate.0.rides.iter().map(|r| r.vehicle).collect();
        let group = groups.entry(key).or_default();
        let signature = signature(&candidate.1);
        let is_beaten = |&(theirs, k): &(u64, usize)| {
            theirs & !signature == 0 && dominates(&kept[k], &candidate)
        };
        if !group.iter().any(is_beaten) {
            group.push((signature, kept.len()));
            kept.push(candidate);
        }
    }
    kept
}

/// A bit for each resource and link that a column uses (some share one): a column can dominate
/// another only if it has no bit that the other one lacks. This rules out most pairs.
fn signature(column: &Column) -> u64 {
    let bit = |n: u64| 1_u64 << (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58);
    let passes = column.passes.keys().map(|p| bit(u64::from(p.link.0) << 1 | u64::from(p.forward)));
    let uses = column.uses.keys().map(|r| bit(u64::from(r.0) << 1 | 1 << 40));
    passes.chain(uses).fold(0, |signature, bit| signature | bit)
}

/// Whether a path uses no more of anything than another, requires no other option and has the same
/// verdict.
fn dominates(a: &(Path, Column, Verdict), b: &(Path, Column, Verdict)) -> bool {
    let (a, va, b, vb) = (&a.1, &a.2, &b.1, &b.2);
    let less = 1.0 + 1e-12;
    a.passes.len() <= b.passes.len()
        && a.uses.len() <= b.uses.len()
        && a.generalised_usd <= b.generalised_usd * less
        && va == vb
        && a.balance == b.balance
        && a.requires
            .iter()
            .all(|(o, level)| b.requires.iter().any(|(p, other)| o == p && level <= other))
        && a.passes.iter().all(|(p, n)| b.passes.get(p).is_some_and(|other| *n <= other * less))
        && a.uses.iter().all(|(r, h)| b.uses.get(r).is_some_and(|other| *h <= other * less))
}
