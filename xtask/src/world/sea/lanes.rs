//! The lanes of the source (searoute): where ships go in narrow water, and the only way where the coast shows
//! land, on rivers.

use std::collections::{BTreeMap, BTreeSet};

use geojson::{FeatureCollection, GeometryValue};

use super::super::Outcome;
use super::super::graph::Parts;
use super::super::sphere::{At, along, km, rounded, sphere};
use super::super::tables::{River, Tables};
use super::Seas;
use super::links::Sight;
use super::mesh::{Guides, Node, tree};
use super::passages;
use super::shore::Shore;

/// Distance between the points of a lane that guide the mesh.
const STEP_KM: f64 = 6.0;
/// A lane that crosses more land than this runs on a river or a canal.
const LAND_KM: f64 = 0.5;
/// A point of the mesh this near is the end of a lane.
const SAME_KM: f64 = 0.3;

/// Straight parts of lanes, from bend to bend.
pub struct Lanes(Vec<[At; 2]>);

impl Lanes {
    /// Reads the lines. Longitudes from 180 to 190 equal those from -180 to -170.
    pub fn read(lines: &FeatureCollection) -> Outcome<Self> {
        let mut parts = Vec::new();
        for feature in &lines.features {
            let geometry = feature.geometry.as_ref().ok_or("a sea line without a geometry")?;
            let lines: Vec<&[geojson::Position]> = match &geometry.value {
                GeometryValue::LineString { coordinates } => vec![coordinates],
                GeometryValue::MultiLineString { coordinates } => {
                    coordinates.iter().map(Vec::as_slice).collect()
                }
                _ => return Err("a sea line has another geometry".into()),
            };
            for line in lines {
                let at = |p: &geojson::Position| {
                    rounded([(p[0] + 180.0).rem_euclid(360.0) - 180.0, p[1]])
                };
                parts.extend(line.windows(2).map(|w| [at(&w[0]), at(&w[1])]));
            }
        }
        Ok(Lanes(parts))
    }

    /// What guides the mesh.
    pub fn guides(&self, ports: Vec<At>) -> Guides {
        let mut lanes = Vec::new();
        let mut bends: Vec<At> = self.0.iter().flatten().copied().collect();
        bends.sort_by(|x, y| x.partial_cmp(y).expect("no lane is NaN"));
        bends.dedup();
        for [a, b] in &self.0 {
            let steps = (km(*a, *b) / STEP_KM).ceil().max(1.0) as u32;
            lanes.extend((0..=steps).map(|i| along(*a, *b, f64::from(i) / f64::from(steps))));
        }
        Guides { lanes, ports, bends }
    }

    /// Adds the lanes on rivers and canals: those that run over land on the map. A system with mouths far from
    /// one another would join two seas, and is left out unless it is listed. A barrier cuts a lane.
    pub fn rivers(
        &self,
        shore: &Shore,
        nodes: &mut Vec<Node>,
        seas: &Seas,
        tables: &Tables,
    ) -> Vec<Sight> {
        let index = tree(nodes.iter().map(|n| n.at));
        let known = |at: At| {
            let near = index.nearest_neighbor(sphere(at))?.data;
            (km(at, nodes[near as usize].at) <= SAME_KM).then_some(near)
        };
        let mut numbers: BTreeMap<[i64; 2], u32> = BTreeMap::new();
        let first = nodes.len() as u32;
        let mut new = Vec::new();
        let mut number = |at: At| {
            let key = at.map(|v| (v * 1e3).round() as i64);
            *numbers.entry(key).or_insert_with(|| {
                known(at).unwrap_or_else(|| {
                    new.push(Node { at, size: 1.0, open: false, narrow: false });
                    first + new.len() as u32 - 1
                })
            })
        };
        let inland = |part: &&[At; 2]| {
            shore.land_km(part[0], part[1]) > LAND_KM
                && !passages::barred(&tables.barriers, part[0], part[1])
        };
        let parts: Vec<[u32; 2]> =
            self.0.iter().filter(inland).map(|part| part.map(&mut number)).collect();
        nodes.extend(new);
        let seas = &seas.extended(nodes.len());
        let kept = kept(&parts, nodes, seas, &tables.rivers);
        kept.iter().map(|[a, b]| Sight::new(*a, *b, km(at(nodes, *a), at(nodes, *b)))).collect()
    }
}

fn at(nodes: &[Node], n: u32) -> At {
    nodes[n as usize].at
}

/// The parts of systems that lead to one sea, or are listed.
fn kept(parts: &[[u32; 2]], nodes: &[Node], seas: &Seas, listed: &[River]) -> Vec<[u32; 2]> {
    let ocean = |n: u32| seas.is_ocean(n);
    let mut system = Parts::new(nodes.len());
    // Lakes hold a system together; the ocean does not.
    for part in parts {
        for n in part.iter().filter(|n| !ocean(**n)) {
            system.join(*n, seas.of(*n));
        }
        if !part.iter().any(|n| ocean(*n)) {
            system.join(part[0], part[1]);
        }
    }
    let root: Vec<u32> = (0..nodes.len() as u32).map(|n| system.of(n)).collect();
    let mut mouths: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for [a, b] in parts {
        for (river, sea) in [(a, b), (b, a)] {
            if ocean(*sea) && !ocean(*river) {
                mouths.entry(root[*river as usize]).or_default().insert(*sea);
            }
        }
    }
    let one_mouth = |sea: &BTreeSet<u32>| {
        let near = |a: &u32, b: &u32| km(at(nodes, *a), at(nodes, *b)) <= ONE_MOUTH_KM;
        sea.iter().all(|a| sea.iter().all(|b| near(a, b)))
    };
    let in_list =
        |sea: &BTreeSet<u32>| listed.iter().any(|r| sea.iter().all(|n| r.holds(at(nodes, *n))));
    for sea in mouths.values().filter(|sea| !one_mouth(sea) && !in_list(sea)) {
        let at: Vec<At> = sea.iter().map(|n| at(nodes, *n)).collect();
        println!("  lanes over land between seas, left out; mouths {at:?}");
    }
    let stays = |[a, b]: &&[u32; 2]| {
        let river = if ocean(*a) { *b } else { *a };
        let sea = mouths.get(&root[river as usize]);
        !ocean(river) && sea.is_some_and(|sea| one_mouth(sea) || in_list(sea))
    };
    parts.iter().filter(stays).copied().collect()
}

/// Mouths of one river are this near one another.
const ONE_MOUTH_KM: f64 = 60.0;
