//! Names border crossings by the place nearest to them.

use std::collections::BTreeMap;

use trimodal_model::network::{Border, BorderDelay, Layer, NONE};

use super::build::Draft;
use super::graph::{Index, point};
use super::sources::City;

/// Search radius for a name.
const NEAR_KM: f64 = 60.0;

/// A spatial index of place names.
pub struct Names<'a> {
    index: Index,
    cities: &'a [City],
}

impl<'a> Names<'a> {
    pub fn new(cities: &'a [City]) -> Self {
        let points =
            cities.iter().enumerate().map(|(i, c)| (point(c.latitude, c.longitude), i as u32));
        Names { index: Index::new(points), cities }
    }

    /// The name for a point: the place nearest to it.
    pub fn at(&self, at: [i32; 2]) -> String {
        match self.index.nearest(at, NEAR_KM) {
            Some((_, c)) => self.cities[c as usize].name.clone(),
            None => format!("{:.1} {:.1}", f64::from(at[0]) / 1e3, f64::from(at[1]) / 1e3),
        }
    }
}

/// The border that each link crosses, and all borders.
pub fn borders(draft: &Draft, codes: &[String], names: &Names) -> (Vec<u16>, Vec<Border>) {
    let mut found: BTreeMap<String, Border> = BTreeMap::new();
    let mut by_link: Vec<Option<String>> = Vec::with_capacity(draft.graph.links.len());
    for link in &draft.graph.links {
        let (a, b) = (link.a as usize, link.b as usize);
        let mut pair = [draft.country[a], draft.country[b]];
        pair.sort_unstable();
        let no_stop = matches!(draft.layer[a], Layer::Sea | Layer::Waterway);
        if no_stop || pair[0] == pair[1] || pair[1] == NONE {
            by_link.push(None);
            continue;
        }
        let mode = draft.layer[a].mode();
        let at = draft.graph.points[a];
        let name = names.at(at);
        let [x, y] = pair.map(|c| codes[usize::from(c)].to_lowercase());
        let id = format!("{}-{x}-{y}-{}", mode.word(), kebab(&name));
        let border = Border {
            id: id.clone(),
            name,
            mode,
            countries: pair,
            at_e3: at,
            stop: BorderDelay::default(),
        };
        found.entry(id.clone()).or_insert(border);
        by_link.push(Some(id));
    }
    let position: BTreeMap<&str, u16> =
        found.keys().enumerate().map(|(i, id)| (id.as_str(), i as u16)).collect();
    let by_link =
        by_link.iter().map(|id| id.as_ref().map_or(NONE, |id| position[id.as_str()])).collect();
    (by_link, found.into_values().collect())
}

/// A name as an id: `Xi'an` becomes `xian`, `Frankfurt (Oder)` becomes `frankfurt-oder`.
pub fn kebab(name: &str) -> String {
    let latin = trimodal_world::gazetteer::latin(name).to_lowercase();
    let words = latin.split(|c: char| !c.is_ascii_alphanumeric() && c != '\'');
    let words: Vec<String> = words.map(|w| w.replace('\'', "")).filter(|w| !w.is_empty()).collect();
    words.join("-")
}
