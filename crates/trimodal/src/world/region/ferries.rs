//! Ferries of an extract.

use trimodal_model::Note;
use trimodal_model::network::{
    Flags, LinkId, NONE, Network, Passage, PassageKind, great_circle_km,
};

use super::Merge;
use crate::world::own::{FERRY_KMH, FerryRow};

/// A ferry whose berths are this near to those of one of the embedded world is the same one, km.
const SAME_KM: f64 = 10.0;

impl Merge<'_> {
    /// The passage of a ferry of the extract: that of the embedded world between the same berths, which knows the
    /// departures, with the hours that the extract tells; or a new one.
    pub(super) fn crossing(&mut self, new: &Network, l: usize) -> u16 {
        let Some(passage) = new.passage_of(LinkId::at(l)) else { return NONE };
        let hours = Some(passage.transit_h).filter(|hours| is_told(new, l, *hours));
        let known = self.known_ferry(new, l);
        let position = known.unwrap_or_else(|| self.new_ferry(passage));
        self.lost.remove(&position);
        let Some(ferry) = self.network.passages.get_mut(usize::from(position)) else { return NONE };
        if let Some(hours) = hours.filter(|_| known.is_some()) {
            ferry.transit_h = hours;
        }
        if hours.is_some() || known.is_none() {
            let row =
                FerryRow { id: ferry.id.clone(), name: ferry.name.clone(), hours: ferry.transit_h };
            self.crossings.push(row);
        }
        position
    }

    /// The passage of the nearest ferry of the embedded world between the same berths.
    fn known_ferry(&self, new: &Network, l: usize) -> Option<u16> {
        let (n, layer) = (self.old, new.layer_of(LinkId::at(l)).mode());
        let [a, b] = [new.tail[l], new.head[l]].map(|x| new.at(x));
        let far = |o: usize| {
            let [c, d] = [n.tail[o], n.head[o]].map(|x| n.at(x));
            let apart = |a, b| great_circle_km(a, c).max(great_circle_km(b, d));
            apart(a, b).min(apart(b, a))
        };
        let ferries = (0..n.links()).filter(|o| n.flags[*o].has(Flags::FERRY));
        let same = ferries.filter(|o| n.layer_of(LinkId::at(*o)).mode() == layer);
        let near = same.map(|o| (far(o), n.link_passage[o])).filter(|(km, _)| *km <= SAME_KM);
        near.min_by(|x, y| x.0.total_cmp(&y.0)).map(|(_, passage)| passage)
    }

    /// Says which ferries of the embedded world are no more.
    pub(super) fn tell_lost(&self, notes: &mut Vec<Note>) {
        let names: Vec<&str> = self
            .lost
            .iter()
            .filter_map(|p| self.old.passages.get(usize::from(*p)))
            .map(|p| p.id.as_str())
            .collect();
        if !names.is_empty() {
            let message = format!(
                "the extract has no ferries in the place of {} of the embedded world: {}",
                names.len(),
                names.join(", ")
            );
            notes.push(Note::new("--region", 0, 0, message));
        }
    }

    fn new_ferry(&mut self, passage: &Passage) -> u16 {
        let passages = &mut self.network.passages;
        if passages.len() >= usize::from(NONE) {
            return NONE;
        }
        let words = passage.id.split('-').filter(|word| !word.is_empty());
        let id = words.collect::<Vec<_>>().join("-");
        let is_free = |id: &String| passages.iter().all(|p| p.id != *id);
        let numbered = (2..).map(|number| format!("{id}-{number}"));
        let id = std::iter::once(id.clone()).chain(numbered).find(is_free).unwrap_or_default();
        passages.push(Passage { id, kind: PassageKind::Ferry, ..passage.clone() });
        passages.len() as u16 - 1
    }
}

/// Whether the extract tells the time of a ferry; otherwise it is that of the usual speed.
fn is_told(new: &Network, l: usize, hours: f64) -> bool {
    let usual = f64::from(new.raw_m[l]) / 1e3 / FERRY_KMH;
    (hours - usual).abs() > 1e-3 * usual
}
