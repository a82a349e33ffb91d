//! What is measured of a network of the user's own when it is read: pieces, gauges that touch, detours.

use trimodal_model::network::degrees;
use trimodal_model::{Control, Note};
use trimodal_route::audit::audit;
use trimodal_route::detours::{Accepted, City, Detours, detours};
use trimodal_route::graph::Graph;

use crate::findings::listed;
use crate::world::World;

/// So many of the largest towns are measured when a network is read.
const TOWNS: usize = 40;
/// How far beyond its nodes a network reaches, thousandths of a degree.
const MARGIN_E3: i32 = 50;
impl World {
    /// The checks of a network, as notes.
    pub(super) fn checks(&self, file: &str) -> Vec<Note> {
        let found = audit(&Graph::new(self.network.clone()), &[]);
        let mut notes = Vec::new();
        let mut note = |message: String| notes.push(Note::new(file, 0, 0, message));
        for layer in found.pieces.iter().filter(|p| p.components > 1) {
            let share = layer.largest_share * 100.0;
            note(format!(
                "{} is in {} pieces; the largest has {share:.0} % of its km",
                layer.layer, layer.components
            ));
        }
        if !found.gauge_contradictions.is_empty() {
            let first = listed(&found.gauge_contradictions);
            note(format!("tracks of two gauges touch without a change of gauge: {first}"));
        }
        let measured = self.towns_apart(TOWNS, &Control::none());
        let bad: Vec<String> = measured
            .pairs
            .iter()
            .map(|p| format!("{} - {} by {}", p.from, p.to, p.mode.word()))
            .collect();
        if !bad.is_empty() {
            let more = "`trimodal world check --detours --network` lists them";
            note(format!(
                "{} pairs of towns have no way or a detour: {}; {more}",
                bad.len(),
                listed(&bad)
            ));
        }
        notes
    }

    /// The ways between the largest towns inside a network of the user's own.
    pub(in crate::world) fn towns_apart(&self, most: usize, control: &Control) -> Detours {
        let n = &*self.network;
        let side = |i: usize| n.node_e3.iter().map(move |p| p[i]);
        let range = |i: usize| Some((side(i).min()? - MARGIN_E3, side(i).max()? + MARGIN_E3));
        let (Some(lat), Some(lon)) = (range(0), range(1)) else { return none() };
        let inside = |p: &u32| {
            let [y, x] = self.places.at_e3[*p as usize];
            (lat.0..=lat.1).contains(&y) && (lon.0..=lon.1).contains(&x)
        };
        let mut towns: Vec<u32> = (0..self.places.len() as u32).filter(inside).collect();
        towns.sort_by_key(|p| (std::cmp::Reverse(self.places.population[*p as usize]), *p));
        towns.truncate(most);
        let city = |p: u32| City {
            name: self.places.name(p).to_string(),
            country: self.places.country_code(p).to_string(),
            region: "own network".to_string(),
            at: degrees(self.places.at_e3[p as usize]),
        };
        let towns: Vec<City> = towns.into_iter().map(city).collect();
        let graph = Graph::new(self.network.clone());
        match Accepted::read("") {
            Ok(accepted) if n.nodes() > 0 && !towns.is_empty() => {
                detours(&graph, &towns, &accepted, control)
            }
            _ => none(),
        }
    }
}

fn none() -> Detours {
    Detours { counts: Vec::new(), pairs: Vec::new(), idle_rows: Vec::new(), stopped: None }
}
