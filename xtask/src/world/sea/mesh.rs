//! The points of the sea network: off the corners of the coast, where shortest ways bend, along lanes in narrow
//! water, and in rows over the open sea, the wider the farther from the coast.

use std::f64::consts::{PI, TAU};

use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use super::super::sphere::{At, EARTH_KM, bearing, chord, position, rounded, sphere, travel};
use super::shore::{Ring, Shore};

/// Corners that stand out less than this are no obstacles.
const CORNER_KM: f64 = 4.0;
/// The same near lanes and ports.
const CORNER_NEAR_KM: f64 = 0.7;
/// How near that is.
const NEAR_KM: f64 = 12.0;
/// The offing that a ship keeps from a corner: the widest that fits.
const OFFING_KM: [f64; 6] = [15.0, 8.0, 5.0, 3.0, 1.5, 0.7];
/// The offing near ports, where ships round a corner more closely on their way in and out.
const CLOSE_OFFING_KM: [f64; 3] = [4.0, 2.0, 1.0];
/// How near that is.
const CLOSE_KM: f64 = 60.0;
/// Such points are at least so far apart.
const CLOSE_APART_KM: f64 = 3.0;
/// The narrowest: for straits and rivers only.
const LEAST_OFFING_KM: f64 = 0.3;
/// Less offing than this is narrow water, which needs a lane or a port this near.
const NARROW_KM: f64 = 2.9;
const NARROW_NEAR_KM: f64 = 8.0;
/// A point this near to a lane is on it.
const ON_LANE_KM: f64 = 3.0;
/// Lakes have points where they are this large or have a port this near.
const LAKE_KM: f64 = 300.0;
const LAKE_PORT_KM: f64 = 30.0;
/// Rows over the open sea: the widest and the narrowest spacing.
const ROWS_KM: [f64; 3] = [240.0, 120.0, 60.0];
/// Spacing over distance from the coast.
const ROW_SHARE: f64 = 0.7;
/// Points of lanes farther from the coast than this are not needed.
const LANE_KM: f64 = 40.0;

/// A point of the network.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    pub at: At,
    /// How far its corner stands out, or the spacing of its row, km.
    pub size: f64,
    /// Whether it is one of a row over the open sea.
    pub open: bool,
    /// Whether it is in narrow water off the lanes.
    pub narrow: bool,
}

/// A tree of positions with a number each.
pub type Tree = RTree<GeomWithData<[f64; 3], u32>>;

/// A tree of positions, numbered in order.
pub fn tree(points: impl Iterator<Item = At>) -> Tree {
    let numbered = points.enumerate().map(|(i, at)| GeomWithData::new(sphere(at), i as u32));
    RTree::bulk_load(numbered.collect())
}

/// Whether a tree has a point within some km.
fn within(tree: &Tree, at: At, km: f64) -> bool {
    let nearest = tree.nearest_neighbor_iter_with_distance_2(sphere(at)).next();
    nearest.is_some_and(|(_, d)| d <= chord(km).powi(2))
}

/// What the points are placed by.
pub struct Guides {
    /// Points of lanes, close to one another.
    pub lanes: Vec<At>,
    /// Ports.
    pub ports: Vec<At>,
    /// Corners of lanes, to be points of the network where they are at sea.
    pub bends: Vec<At>,
}

/// A corner of the coast, the direction away from the land behind it, and how far it stands out.
struct Corner {
    at: At,
    seaward: f64,
    size: f64,
}

/// Places the points.
pub fn nodes(shore: &Shore, guides: &Guides) -> Vec<Node> {
    let lanes = tree(guides.lanes.iter().copied());
    let ports = tree(guides.ports.iter().copied());
    let near = |at: At, km: f64| within(&lanes, at, km) || within(&ports, at, km);
    let coast = tree(every_fourth(&shore.rings));
    let mut placed = Placed::default();
    for at in guides.bends.iter().filter(|at| within(&coast, **at, LANE_KM) && shore.is_clear(**at))
    {
        placed.add(Node { at: *at, size: 5.0, open: false, narrow: false }, 0.0);
    }
    let corners = corners(shore, &ports, &near);
    let off = |corner: &Corner, out: f64, offings: &[f64]| {
        off_corner(shore, corner, out, offings, &lanes, &near)
    };
    let usual = |c: &Corner| off(c, c.seaward, &OFFING_KM);
    let bay = |c: &Corner| off(c, c.seaward + PI, &OFFING_KM);
    let close = |c: &Corner| {
        let is_near = within(&ports, c.at, CLOSE_KM);
        is_near.then(|| off(c, c.seaward, &CLOSE_OFFING_KM)).flatten()
    };
    let headlands: Vec<Option<Node>> = corners.par_iter().map(usual).collect();
    let bays: Vec<Option<Node>> = corners.par_iter().map(bay).collect();
    let closer: Vec<Option<Node>> = corners.par_iter().map(close).collect();
    for node in headlands.into_iter().flatten() {
        placed.add(node, (0.3 * node.size).clamp(0.5, 20.0));
    }
    for node in bays.into_iter().flatten() {
        placed.add(node, 15.0);
    }
    for node in closer.into_iter().flatten() {
        placed.add(node, CLOSE_APART_KM);
    }
    let mut nodes = placed.nodes;
    for (i, spacing) in ROWS_KM.into_iter().enumerate() {
        let most = if i == 0 { f64::MAX } else { 2.0 * spacing };
        nodes.extend(open_sea(shore, &coast, spacing, most));
    }
    nodes
}

/// Points with a least distance between them.
#[derive(Default)]
struct Placed {
    nodes: Vec<Node>,
    tree: Tree,
}

impl Placed {
    fn add(&mut self, node: Node, apart_km: f64) {
        if !within(&self.tree, node.at, apart_km) {
            let number = self.nodes.len() as u32;
            self.tree.insert(GeomWithData::new(sphere(node.at), number));
            self.nodes.push(node);
        }
    }
}

fn every_fourth(rings: &[Ring]) -> impl Iterator<Item = At> {
    let larger = rings.iter().filter(|r| r.points.len() > 6);
    larger.flat_map(|r| r.points.iter().copied().step_by(4))
}

/// All corners that matter, those that stand out most first.
fn corners(shore: &Shore, ports: &Tree, near: &(impl Fn(At, f64) -> bool + Sync)) -> Vec<Corner> {
    let of = |ring: &Ring| {
        let mut found = corners_of(&ring.points);
        let lake = ring.lake && found.first().is_some_and(|c| c.size < LAKE_KM);
        found.retain(|c| c.size >= CORNER_KM || near(c.at, NEAR_KM));
        found.retain(|c| !lake || within(ports, c.at, LAKE_PORT_KM));
        found
    };
    let mut all: Vec<Corner> = shore.rings.par_iter().flat_map_iter(of).collect();
    all.sort_by(|x, y| {
        let place = |c: &Corner| [c.at[0], c.at[1]];
        y.size.total_cmp(&x.size).then(place(x).partial_cmp(&place(y)).expect("no corner is NaN"))
    });
    all
}

type Vector = [f64; 3];

fn minus(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The corners of a ring in the order of D. Douglas and T. Peucker (1973), by distance from the chord. The size
/// of a corner is at most that of the one before which it was split.
fn corners_of(ring: &[At]) -> Vec<Corner> {
    let Some(last) = ring.len().checked_sub(1).filter(|n| *n >= 3) else { return Vec::new() };
    let at: Vec<Vector> = ring.iter().map(|a| sphere(*a)).collect();
    let from_first = |i: &usize| dot(minus(at[*i], at[0]), minus(at[*i], at[0]));
    let far = (0..last).max_by(|i, j| from_first(i).total_cmp(&from_first(j))).unwrap_or(0);
    let size = from_first(&far).sqrt() * EARTH_KM;
    if size < CORNER_NEAR_KM {
        return Vec::new();
    }
    let across = bearing(ring[far], ring[0]);
    let mut found = vec![
        Corner { at: ring[0], seaward: across, size },
        Corner { at: ring[far], seaward: across + PI, size },
    ];
    let mut parts = vec![(0, far, size), (far, last, size)];
    while let Some((i, j, most)) = parts.pop() {
        let Some((k, foot, out)) = farthest(&at, i, j) else { continue };
        let size = (out * EARTH_KM).min(most);
        if size >= CORNER_NEAR_KM {
            let seaward = bearing(ring[k], position(foot)) + PI;
            found.push(Corner { at: ring[k], seaward, size });
            parts.extend([(i, k, size), (k, j, size)]);
        }
    }
    found
}

/// The point farthest from the chord i-j, its foot on it, and the distance.
fn farthest(at: &[Vector], i: usize, j: usize) -> Option<(usize, Vector, f64)> {
    let chord = minus(at[j], at[i]);
    let length = dot(chord, chord);
    let mut best = None;
    for k in i + 1..j {
        let along = dot(minus(at[k], at[i]), chord);
        let share = if length > 0.0 { (along / length).clamp(0.0, 1.0) } else { 0.0 };
        let foot = [0, 1, 2].map(|x| at[i][x] + chord[x] * share);
        let out = minus(at[k], foot);
        let out = dot(out, out);
        if best.is_none_or(|(_, _, most)| out > most) {
            best = Some((k, foot, out));
        }
    }
    best.map(|(k, foot, out)| (k, foot, out.sqrt()))
}

/// The point off a corner in a direction, away from the land or into the bay, with the first offing that fits.
fn off_corner(
    shore: &Shore,
    corner: &Corner,
    out: f64,
    offings: &[f64],
    lanes: &Tree,
    near: &impl Fn(At, f64) -> bool,
) -> Option<Node> {
    let quay = travel(corner.at, out, 0.03);
    let offings = offings.iter().copied().chain([LEAST_OFFING_KM]);
    let spots = offings.map(|km| (km, rounded(travel(corner.at, out, km))));
    let (offing, at) =
        spots.into_iter().find(|(_, at)| !shore.crosses(quay, *at) && shore.is_clear(*at))?;
    let on_lane = within(lanes, at, ON_LANE_KM);
    if offing < NARROW_KM && !on_lane && !near(at, NARROW_NEAR_KM) {
        return None;
    }
    let narrow = offing < 2.0 && !on_lane;
    Some(Node { at, size: corner.size, open: false, narrow })
}

/// Points in staggered rows where the coast is far enough for their spacing, and not for twice that.
fn open_sea(shore: &Shore, coast: &Tree, spacing: f64, most: f64) -> Vec<Node> {
    let rows = (PI * EARTH_KM / (spacing * 0.866)).round() as u32;
    let row = |r: u32| {
        let lat = -90.0 + (f64::from(r) + 0.5) * 180.0 / f64::from(rows);
        let round = TAU * EARTH_KM * lat.to_radians().cos();
        let count = (round / spacing).round().max(3.0) as u32;
        let shift = 0.25 + 0.5 * f64::from(r % 2);
        (0..count).map(move |c| [-180.0 + (f64::from(c) + shift) * 360.0 / f64::from(count), lat])
    };
    let fits = |at: &At| {
        let near = coast.nearest_neighbor_iter_with_distance_2(sphere(*at)).next();
        let share = near.map_or(0.0, |(_, d)| d.sqrt() * EARTH_KM * ROW_SHARE);
        share >= spacing && share < most && !shore.is_land(*at)
    };
    let node = |at: At| Node { at, size: spacing, open: true, narrow: false };
    let points = (0..rows).into_par_iter().flat_map_iter(row).map(rounded);
    points.filter(|at| (-66.0..84.0).contains(&at[1])).filter(fits).map(node).collect()
}
