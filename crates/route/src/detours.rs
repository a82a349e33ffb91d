//! Looks for cut lines: pairs of larger cities, 40 to 600 km apart, whose way by one mode is missing or long.
//!
//! The geometry is what is tested, so the law is set aside and closed borders count as open; rail changes
//! gauge at the stations where it may. A bad pair is explained by a row of the accepted list, or not.

mod accepted;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::control::Control;
use trimodal_model::network::{NodeId, TerminalKind, great_circle_km};
use trimodal_model::scenario::Mode;

pub use accepted::{Accepted, AcceptedRow};

use crate::graph::{Graph, State, Step};
use crate::outcome::StopReason;
use crate::restrict::Closures;
use crate::search::{self, INFINITY};
use crate::snap::{self, Components, SnapCandidate, SnapIndex, SnapQuery};

/// The nearest two cities that make a pair, km.
pub const NEAREST_KM: f64 = 40.0;
/// The farthest.
pub const FARTHEST_KM: f64 = 600.0;
/// A way longer than this many times the great circle is a detour.
pub const DETOUR: f64 = 2.2;
/// A city without a line of the mode within this distance has none near.
pub const REACH_KM: f64 = 30.0;

/// A city to measure from and to.
#[derive(Debug, Clone, PartialEq)]
pub struct City {
    /// Name.
    pub name: String,
    /// ISO code of its country.
    pub country: String,
    /// The region it counts for.
    pub region: String,
    /// Degrees north and east.
    pub at: (f64, f64),
}

impl City {
    /// Name and country.
    pub fn label(&self) -> String {
        format!("{}, {}", self.name, self.country)
    }
}

/// What is wrong with the way between two cities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is none.
    Missing,
    /// It is longer than it should be.
    Detour,
}

/// A pair of cities whose way is missing or long.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BadPair {
    /// The region.
    pub region: String,
    /// The mode.
    pub mode: Mode,
    /// Where from.
    pub from: String,
    /// Where to.
    pub to: String,
    /// Degrees north and east of both.
    pub ends: [(f64, f64); 2],
    /// Great circle, km.
    pub straight_km: f64,
    /// The way with the access at both ends, km; none where it is missing.
    pub km: Option<f64>,
    /// What is wrong.
    pub fault: Fault,
    /// The reason in the accepted list, if a row explains it.
    pub explained: Option<String>,
}

impl BadPair {
    /// How many times the great circle the way is.
    pub fn factor(&self) -> Option<f64> {
        self.km.map(|km| km / self.straight_km)
    }
}

/// The pairs of a region by a mode.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RegionCount {
    /// The region.
    pub region: String,
    /// The mode.
    pub mode: Mode,
    /// Cities that have a line of the mode near.
    pub cities: usize,
    /// Those that have none within 30 km: they make no pair.
    pub without_line: Vec<String>,
    /// Pairs.
    pub pairs: usize,
    /// Pairs without a way that no row explains.
    pub missing: usize,
    /// Pairs with a detour that no row explains.
    pub detours: usize,
    /// Pairs without a way that a row explains.
    pub missing_explained: usize,
    /// Pairs with a detour that a row explains.
    pub detours_explained: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Detours {
    /// One row per region and mode.
    pub counts: Vec<RegionCount>,
    /// Every bad pair.
    pub pairs: Vec<BadPair>,
    /// Rows of the accepted list that explain nothing, by their reason.
    pub idle_rows: Vec<String>,
    /// Why the rest was not measured, if so.
    pub stopped: Option<StopReason>,
}

/// Measures all pairs of each region by rail and by road.
pub fn detours(graph: &Graph, cities: &[City], accepted: &Accepted, control: &Control) -> Detours {
    let probe = Probe::new(graph);
    let jobs: Vec<(Mode, usize)> = [Mode::Rail, Mode::Road]
        .into_iter()
        .flat_map(|mode| (0..cities.len()).map(move |c| (mode, c)))
        .collect();
    let done = AtomicUsize::new(0);
    let snapped: BTreeMap<Mode, Vec<Vec<SnapCandidate>>> = [Mode::Rail, Mode::Road]
        .map(|mode| (mode, cities.par_iter().map(|c| probe.snap(c, mode)).collect()))
        .into();
    let measured: Vec<Result<Vec<Measured>, StopReason>> = jobs
        .par_iter()
        .map(|(mode, from)| {
            let found = probe.measure(*mode, cities, &snapped[mode], *from, control)?;
            control.step("cities", done.fetch_add(1, Ordering::Relaxed) + 1, jobs.len());
            Ok(found)
        })
        .collect();
    let stopped = measured.iter().find_map(|m| m.as_ref().err().copied());
    let mut counts = empty_counts(cities, &snapped);
    let mut pairs = Vec::new();
    let mut used = vec![false; accepted.rows().len()];
    for (job, found) in jobs.iter().zip(measured) {
        for m in found.into_iter().flatten() {
            count(cities, *job, m, accepted, (&mut counts, &mut pairs, &mut used));
        }
    }
    let idle = accepted.rows().iter().zip(&used).filter(|(_, used)| !**used);
    let idle_rows = idle.map(|(r, _)| format!("{} {} - {}", r.mode.word(), r.from, r.to)).collect();
    Detours { counts: counts.into_values().collect(), pairs, idle_rows, stopped }
}

type Counts = BTreeMap<(String, Mode), RegionCount>;

fn empty_counts(cities: &[City], snapped: &BTreeMap<Mode, Vec<Vec<SnapCandidate>>>) -> Counts {
    let mut counts = Counts::new();
    for (mode, all) in snapped {
        for (city, near) in cities.iter().zip(all) {
            let key = (city.region.clone(), *mode);
            let entry = counts.entry(key).or_insert_with(|| RegionCount {
                region: city.region.clone(),
                mode: *mode,
                cities: 0,
                without_line: Vec::new(),
                pairs: 0,
                missing: 0,
                detours: 0,
                missing_explained: 0,
                detours_explained: 0,
            });
            if near.is_empty() {
                entry.without_line.push(city.label());
            } else {
                entry.cities += 1;
            }
        }
    }
    counts
}

fn count(
    cities: &[City],
    (mode, from): (Mode, usize),
    m: Measured,
    accepted: &Accepted,
    (counts, pairs, used): (&mut Counts, &mut Vec<BadPair>, &mut [bool]),
) {
    let (a, b) = (&cities[from], &cities[m.to]);
    let Some(entry) = counts.get_mut(&(a.region.clone(), mode)) else { return };
    entry.pairs += 1;
    let fault = match m.km {
        None => Fault::Missing,
        Some(km) if km > DETOUR * m.straight_km => Fault::Detour,
        Some(_) => return,
    };
    let row = accepted.explains(mode, m.km.map(|km| km / m.straight_km), a, b);
    if let Some(row) = row {
        used[row] = true;
    }
    *match (fault, row.is_some()) {
        (Fault::Missing, false) => &mut entry.missing,
        (Fault::Missing, true) => &mut entry.missing_explained,
        (Fault::Detour, false) => &mut entry.detours,
        (Fault::Detour, true) => &mut entry.detours_explained,
    } += 1;
    pairs.push(BadPair {
        region: a.region.clone(),
        mode,
        from: a.label(),
        to: b.label(),
        ends: [a.at, b.at],
        straight_km: m.straight_km,
        km: m.km,
        fault,
        explained: row.map(|r| accepted.rows()[r].reason.clone()),
    });
}

/// A pair measured: the city at the other end, the great circle and the way.
struct Measured {
    to: usize,
    straight_km: f64,
    km: Option<f64>,
}

struct Probe<'a> {
    graph: &'a Graph,
    components: Components,
    index: SnapIndex,
    /// Components joined where the gauge changes.
    joined: Vec<u32>,
}

impl<'a> Probe<'a> {
    fn new(graph: &'a Graph) -> Self {
        let components = Components::new(graph);
        let joined = joined(graph, &components);
        Probe { graph, components, index: SnapIndex::new(&graph.network), joined }
    }

    /// Where a city meets the mode: in its own country, or else anywhere.
    fn snap(&self, city: &City, mode: Mode) -> Vec<SnapCandidate> {
        let n = &*self.graph.network;
        let home = n.countries.iter().position(|c| *c == city.country).map(|c| c as u16);
        let closures = Closures { modes: [mode].into(), ..Closures::default() };
        let near = |country| {
            let query = SnapQuery {
                trade: None,
                graph: self.graph,
                components: &self.components,
                index: Some(&self.index),
                closures: &closures,
                country,
                limit_km: REACH_KM,
                on_land: true,
            };
            snap::candidates(query, city.at)
        };
        let at_home = near(home);
        if at_home.is_empty() { near(None) } else { at_home }
    }

    /// The ways from a city to those after it in the list.
    fn measure(
        &self,
        mode: Mode,
        cities: &[City],
        snapped: &[Vec<SnapCandidate>],
        from: usize,
        control: &Control,
    ) -> Result<Vec<Measured>, StopReason> {
        let start = &cities[from];
        if snapped[from].is_empty() {
            return Ok(Vec::new());
        }
        let mut pairs = Vec::new();
        for to in from + 1..cities.len() {
            let straight_km = great_circle_km(start.at, cities[to].at);
            let near = (NEAREST_KM..=FARTHEST_KM).contains(&straight_km);
            if near && cities[to].region == start.region && !snapped[to].is_empty() {
                pairs.push(Measured { to, straight_km, km: None });
            }
        }
        let piece = |c: &SnapCandidate| self.joined[self.components.of(c.node) as usize];
        let mine: Vec<u32> = snapped[from].iter().map(piece).collect();
        let reached = |c: &&SnapCandidate| mine.contains(&piece(c));
        let mut wanted: Vec<NodeId> = pairs
            .iter()
            .flat_map(|p| snapped[p.to].iter().filter(reached).map(|c| c.node))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(pairs);
        }
        let cost = self.tree(mode, &snapped[from], wanted.len(), &wanted, control)?;
        for p in &mut pairs {
            let ways = snapped[p.to].iter().filter_map(|c| {
                let m = cost[self.graph.arrived(c.node).ix()];
                (m != INFINITY).then(|| m as f64 / 1e3 + c.km)
            });
            p.km = ways.min_by(f64::total_cmp);
        }
        Ok(pairs)
    }

    /// Least metres to every state, at least until all that are wanted are settled.
    fn tree(
        &self,
        mode: Mode,
        starts: &[SnapCandidate],
        mut left: usize,
        wanted: &[NodeId],
        control: &Control,
    ) -> Result<Vec<u64>, StopReason> {
        let n = &*self.graph.network;
        let metres = |step, _, _| match step {
            Step::Service(_) => None,
            Step::Link(l) => (n.layer_of(l).mode() == mode).then(|| u64::from(n.length_m(l))),
            Step::Transfer(t) => {
                let changes = n.terminals[t.ix()].kind == TerminalKind::GaugeChange;
                (mode == Mode::Rail && changes).then_some(0)
            }
        };
        let sources: Vec<(State, u64)> = starts
            .iter()
            .flat_map(|c| {
                let m = (c.km * 1e3).round() as u64;
                [(self.graph.loaded(c.node), m), (self.graph.arrived(c.node), m)]
            })
            .collect();
        let last = |state: State, _| {
            if state.ix() < n.nodes() && wanted.binary_search(&NodeId(state.0)).is_ok() {
                left -= 1;
            }
            left == 0
        };
        Ok(search::try_forward(self.graph, &sources, metres, last, control)?.cost)
    }
}

/// For each component the smallest of those that changes of gauge join it to.
fn joined(graph: &Graph, components: &Components) -> Vec<u32> {
    let n = &*graph.network;
    let mut root: Vec<u32> = (0..n.nodes() as u32).collect();
    let find = |root: &[u32], mut c: u32| {
        while root[c as usize] != c {
            c = root[c as usize];
        }
        c
    };
    for t in n.terminals.iter().filter(|t| t.kind == TerminalKind::GaugeChange) {
        for (a, b) in &t.transfers {
            let (a, b) = (find(&root, components.of(*a)), find(&root, components.of(*b)));
            root[a.max(b) as usize] = a.min(b);
        }
    }
    (0..root.len() as u32).map(|c| find(&root, c)).collect()
}
