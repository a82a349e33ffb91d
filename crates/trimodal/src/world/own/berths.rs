//! Berths of ferries: where a ferry ends without a road or a track, the nearest of its layer leads there.

use std::collections::{BTreeMap, BTreeSet};

use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_model::Note;
use trimodal_model::network::{Flags, Layer, NONE, NodeId, degrees, great_circle_km};

use super::build::Builder;

/// Farthest road and farthest track from a berth, km.
const ROAD_KM: f64 = 30.0;
const RAIL_KM: f64 = 15.0;
/// A road this near to a berth leads to it, even where the map shows water between them: a harbour, km.
const QUAY_KM: f64 = 4.0;
/// How much longer the way there is than the straight line.
const ACCESS_FACTOR: f64 = 1.3;
/// So many of the nearest nodes are looked at.
const NEAREST: usize = 50;

type Tree = RTree<GeomWithData<[f64; 2], NodeId>>;

impl Builder<'_> {
    /// Joins the ends of ferries that nothing else of their layer meets.
    pub fn berths(&mut self, notes: &mut Vec<Note>) {
        let n = &self.network;
        let mut of_ferries = BTreeSet::new();
        let mut of_others = vec![false; n.nodes()];
        for l in 0..n.links() {
            for end in [n.tail[l], n.head[l]] {
                match n.flags[l].has(Flags::FERRY) {
                    true => drop(of_ferries.insert(end)),
                    false => of_others[end.ix()] = true,
                }
            }
        }
        let trees = self.trees(&of_others);
        let (mut joined, mut alone) = (0, 0);
        for berth in of_ferries.into_iter().filter(|x| !of_others[x.ix()]) {
            match self.way_to(berth, &trees) {
                Some((km, to)) => {
                    self.access(berth, to, km * ACCESS_FACTOR);
                    joined += 1;
                }
                None => alone += 1,
            }
        }
        let told = [
            (joined, "ends of ferries are joined to the nearest road or track"),
            (alone, "ends of ferries have no road or track near them"),
        ];
        for (count, what) in told.into_iter().filter(|(count, _)| *count > 0) {
            notes.push(Note::new(&self.table.links_file, 0, 0, format!("{count} {what}")));
        }
    }

    fn trees(&self, holds: &[bool]) -> BTreeMap<Layer, Tree> {
        let n = &self.network;
        let mut points: BTreeMap<Layer, Vec<GeomWithData<[f64; 2], NodeId>>> = BTreeMap::new();
        for i in (0..n.nodes()).filter(|i| holds[*i]) {
            let (lat, lon) = degrees(n.node_e3[i]);
            let point = GeomWithData::new([lat, lon], NodeId::at(i));
            points.entry(n.node_layer[i]).or_default().push(point);
        }
        points.into_iter().map(|(layer, all)| (layer, RTree::bulk_load(all))).collect()
    }

    /// The nearest node on the same shore, with the km to it.
    fn way_to(&self, berth: NodeId, trees: &BTreeMap<Layer, Tree>) -> Option<(f64, NodeId)> {
        let n = &self.network;
        let layer = n.node_layer[berth.ix()];
        let within = if layer == Layer::Road { ROAD_KM } else { RAIL_KM };
        let at = n.at(berth);
        let near = trees.get(&layer)?.nearest_neighbor_iter([at.0, at.1]).take(NEAREST);
        let mut near: Vec<(f64, NodeId)> =
            near.map(|p| (great_circle_km(at, n.at(p.data)), p.data)).collect();
        near.retain(|(km, _)| *km <= within);
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let dry = near.iter().find(|(_, to)| n.land.is_dry(at, n.at(*to)));
        dry.or_else(|| near.first().filter(|(km, _)| *km <= QUAY_KM)).copied()
    }

    fn access(&mut self, berth: NodeId, to: NodeId, km: f64) {
        let n = &mut self.network;
        n.tail.push(berth);
        n.head.push(to);
        n.raw_m.push((km * 1e3).round().max(1.0) as u32);
        n.flags.push(Flags::ACCESS);
        n.link_passage.push(NONE);
        n.link_border.push(NONE);
        n.link_kmh.push(0.0);
        n.shape_first.push(n.shape.len() as u32);
    }
}
