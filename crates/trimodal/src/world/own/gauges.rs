//! Gauges of railways whose file tells none: those of their country.

use std::collections::BTreeMap;

use trimodal_formats::{Link, Network as Table};
use trimodal_model::Note;
use trimodal_model::scenario::Mode;
use trimodal_world::gauges;

use super::give_countries;

/// How many railways were given which gauge: narrow-gauge ones, and others.
#[derive(Default)]
pub struct Assumed(BTreeMap<(bool, u16), usize>);

impl Assumed {
    /// The gauge of a railway of a country that begins at a point, degrees north and east.
    pub fn gauge_mm(&mut self, link: &Link, country: &str, at: (f64, f64)) -> u16 {
        let is_narrow = link.kind == "narrow_gauge";
        let mm = match is_narrow {
            true => gauges::narrow_mm(country),
            false => gauges::main_mm(country, at),
        };
        *self.0.entry((is_narrow, mm)).or_default() += 1;
        mm
    }

    /// Says what was assumed.
    pub fn tell(&self, file: &str, notes: &mut Vec<Note>) {
        for ((is_narrow, mm), count) in &self.0 {
            let message = match is_narrow {
                true => format!(
                    "{count} narrow-gauge railways have no gauge: {mm} mm is assumed, that of their country or else 1000"
                ),
                false => format!(
                    "{count} railways have no gauge: {mm} mm is assumed, the main one of their country"
                ),
            };
            notes.push(Note::new(file, 0, 0, message));
        }
    }
}

/// Gives the railways without a gauge that of their country.
pub fn give_gauges(table: &mut Table, notes: &mut Vec<Note>) {
    let lacks = |link: &Link| link.mode == Some(Mode::Rail) && link.gauges_mm.is_empty();
    if !table.links.iter().any(lacks) {
        return;
    }
    let mut placed = table.clone();
    give_countries(&mut placed);
    let mut assumed = Assumed::default();
    for link in table.links.iter_mut().filter(|link| lacks(link)) {
        let node = &placed.nodes[link.from];
        let [lon, lat] = node.at.unwrap_or_default();
        link.gauges_mm = vec![assumed.gauge_mm(link, &node.country, (lat, lon))];
    }
    assumed.tell(&table.links_file, notes);
}
