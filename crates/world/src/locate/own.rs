//! Places of the user's own: those of a table, and the nodes of a network, by name and id.

use std::collections::HashMap;

use trimodal_model::network::great_circle_km;
use trimodal_model::problem::{PLACE_AMBIGUOUS, Problem, shown};

use super::coordinates::coordinates;
use super::{Atlas, Located, OwnPlace};
use crate::gazetteer::key;

/// Nodes of one name that are this near are one place, as the tracks of a station are, km.
const SAME_KM: f64 = 5.0;
/// Candidates listed at most.
const LISTED: usize = 20;

/// Places of the user's own by their search keys.
#[derive(Debug, Clone, Default)]
pub struct OwnPlaces(HashMap<String, Vec<OwnPlace>>);

impl OwnPlaces {
    /// All are kept: a name of several places far apart is ambiguous.
    pub fn new(places: Vec<OwnPlace>) -> OwnPlaces {
        let mut by_key: HashMap<String, Vec<OwnPlace>> = HashMap::new();
        for place in places {
            by_key.entry(key(&place.name)).or_default().push(place);
        }
        OwnPlaces(by_key)
    }

    /// Every place with its search key.
    pub(super) fn by_key(&self) -> impl Iterator<Item = (&str, &OwnPlace)> {
        self.0.iter().flat_map(|(k, all)| all.iter().map(move |p| (k.as_str(), p)))
    }

    /// The places that a text means: those written just so, or else with other capitals, accents and signs, unless it
    /// is the coordinates of a point: `1,5` is not node 15. Names go before ids.
    fn find(&self, text: &str) -> Vec<&OwnPlace> {
        let k = key(text);
        let known = self.0.get(&k).filter(|_| !k.is_empty());
        let all: Vec<&OwnPlace> = known.into_iter().flatten().collect();
        let exact: Vec<&OwnPlace> = all.iter().copied().filter(|p| p.name == text).collect();
        let all = match exact.is_empty() {
            true if coordinates(text).is_some() => return Vec::new(),
            true => all,
            false => exact,
        };
        let named: Vec<&OwnPlace> = all.iter().copied().filter(|p| p.id.is_some()).collect();
        if named.is_empty() { all } else { named }
    }
}

impl Atlas<'_> {
    /// A place of the user's own, or the problem that several are called so.
    pub(super) fn own_place(&self, text: &str) -> Option<Result<Located, Problem>> {
        let text = text.trim();
        let mut found = self.own_called(text);
        if found.is_empty() {
            // `My Depot, DE`, where the table tells the country.
            let (name, country) = text.rsplit_once(',')?;
            let told = self.country_of(country)?;
            found = self.own_called(name.trim());
            found.retain(|own| {
                own.country.as_deref().and_then(|c| self.country_of(c)) == Some(told)
            });
        }
        let first = *found.first()?;
        let far = |p: &&OwnPlace| great_circle_km((p.lat, p.lon), (first.lat, first.lon)) > SAME_KM;
        if found.iter().any(far) {
            return Some(Err(several(text, &found)));
        }
        let country = first.country.as_deref().and_then(|c| self.country_of(c));
        let country =
            country.and_then(|c| self.network_country(&self.places.countries[usize::from(c)]));
        let OwnPlace { name, lat, lon, .. } = first.clone();
        Some(Ok(Located { name, lat, lon, port: None, country }))
    }

    fn own_called(&self, text: &str) -> Vec<&OwnPlace> {
        let known = [self.own, self.nodes].into_iter().flatten();
        known.map(|places| places.find(text)).find(|found| !found.is_empty()).unwrap_or_default()
    }
}

/// The problem of a name that several places have, with what tells them apart.
fn several(text: &str, all: &[&OwnPlace]) -> Problem {
    let one = |p: &&OwnPlace| {
        let at = format!("{:.3},{:.3}", p.lat, p.lon);
        p.id.as_ref().map_or(format!("`{at}`"), |id| format!("`{}` (`{at}`)", shown(id)))
    };
    let list: Vec<String> = all.iter().take(LISTED).map(one).collect();
    let more = match all.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!("; and {more} more in the table of nodes"),
    };
    let message = format!("`{}` is the name of {} nodes", shown(text), all.len());
    let hint = format!("give the id, or lat,lon: {}{more}", list.join("; "));
    Problem::new(PLACE_AMBIGUOUS, message).hint(hint)
}
