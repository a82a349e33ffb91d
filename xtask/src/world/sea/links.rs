//! Links between points that see one another over the sea: in each direction and for each range of distance
//! the largest that is in sight (a Yao graph, A. C. Yao 1982, with a bound on its detours by the cone angle).

use std::collections::BTreeMap;
use std::f64::consts::TAU;

use rayon::prelude::*;

use super::super::sphere::{along, bearing, chord, km, sphere};
use super::mesh::{Node, Tree, tree};
use super::shore::Shore;

/// Directions that are told apart.
const CONES: usize = 20;
/// Links from corners are no longer than this.
const REACH_KM: f64 = 250.0;
/// Links from rows over the open sea, in units of their spacing.
const REACH_ROWS: f64 = 3.3;
/// Points tried in each cone and range: the largest, then the nearest.
const TRIES: usize = 2;
/// The first range of distances; each further one is twice as far.
const FIRST_KM: f64 = 0.5;

/// A link under construction: both ends, the lower first, and metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sight {
    pub a: u32,
    pub b: u32,
    pub m: u32,
}

impl Sight {
    pub fn new(a: u32, b: u32, km: f64) -> Self {
        Sight { a: a.min(b), b: a.max(b), m: ((km * 1e3).round() as u32).max(1) }
    }
}

/// All links.
pub fn sights(shore: &Shore, nodes: &[Node]) -> Vec<Sight> {
    let index = tree(nodes.iter().map(|n| n.at));
    let from = |a: usize| seen(shore, nodes, &index, a as u32);
    let mut all: Vec<Sight> = (0..nodes.len()).into_par_iter().flat_map_iter(from).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn seen(shore: &Shore, nodes: &[Node], index: &Tree, a: u32) -> Vec<Sight> {
    let here = nodes[a as usize];
    let reach = if here.open { REACH_KM.max(here.size * REACH_ROWS) } else { REACH_KM };
    let mut slots: BTreeMap<(u32, usize), Vec<(f64, u32)>> = BTreeMap::new();
    for found in index.locate_within_distance(sphere(here.at), chord(reach).powi(2)) {
        let b = found.data;
        if b == a {
            continue;
        }
        let there = nodes[b as usize].at;
        let km = km(here.at, there);
        let range = (km.max(FIRST_KM) / FIRST_KM).log2() as u32;
        let cone = (bearing(here.at, there) / TAU * CONES as f64) as usize % CONES;
        slots.entry((range, cone)).or_default().push((km, b));
    }
    slots.into_values().filter_map(|slot| in_sight(shore, nodes, a, slot)).collect()
}

/// The first point of a slot that is in sight.
fn in_sight(shore: &Shore, nodes: &[Node], a: u32, mut slot: Vec<(f64, u32)>) -> Option<Sight> {
    let by_km = |x: &(f64, u32), y: &(f64, u32)| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1));
    let size = |x: &(f64, u32)| nodes[x.1 as usize].size;
    slot.sort_by(|x, y| size(y).total_cmp(&size(x)).then(by_km(x, y)));
    let largest: Vec<(f64, u32)> = slot.iter().copied().take(TRIES).collect();
    slot.sort_by(by_km);
    let mut tried = largest.into_iter().chain(slot.into_iter().take(TRIES));
    let visible = |b: u32| {
        let (here, there) = (nodes[a as usize].at, nodes[b as usize].at);
        shore.open(here, there) && !shore.is_land(along(here, there, 0.5))
    };
    tried.find(|(_, b)| visible(*b)).map(|(km, b)| Sight::new(a, b, km))
}
