//! Fronts of war: the land behind them, and what crosses them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;
use serde::Deserialize;
use trimodal_model::embedded::rows;
use trimodal_model::network::{LinkId, Network};
use trimodal_model::outline::{corners, is_inside};

const FRONTS: &str = include_str!("../data/front.csv");

/// Networks whose crossings are kept.
const KEPT: usize = 8;

#[derive(Debug, Clone, Deserialize)]
struct Row {
    id: String,
    country: String,
    from: Date,
    area: String,
}

/// A front by the land behind it.
struct Front {
    id: String,
    country: String,
    from: Date,
    /// Degrees north and east.
    corners: Vec<(f64, f64)>,
}

impl From<Row> for Front {
    fn from(row: Row) -> Front {
        Front { id: row.id, country: row.country, from: row.from, corners: corners(&row.area) }
    }
}

fn all() -> &'static [Front] {
    static ALL: OnceLock<Vec<Front>> = OnceLock::new();
    ALL.get_or_init(|| rows::<Row>(FRONTS).into_iter().map(Front::from).collect())
}

/// Whether a point of a country lies behind its front on a day; none without a front.
pub fn is_behind(country: &str, at: (f64, f64), day: Date) -> Option<bool> {
    let front = all().iter().find(|f| f.country == country && f.from <= day)?;
    Some(is_inside(&front.corners, at))
}

/// Whether a front lies between two points: one is behind it.
pub fn is_between(id: &str, a: (f64, f64), b: (f64, f64)) -> bool {
    let fronts = all().iter().filter(|f| f.id == id);
    fronts.into_iter().any(|f| is_inside(&f.corners, a) != is_inside(&f.corners, b))
}

/// What tells one network from another.
type Key = (usize, usize, usize);
/// The links that cross a front, by its id and that of a network.
type Known = Vec<(Key, String, Arc<Vec<LinkId>>)>;

/// The links on land that cross a front inside its country. Found once for a network.
pub fn links(n: &Network, id: &str) -> Arc<Vec<LinkId>> {
    static KNOWN: Mutex<Known> = Mutex::new(Vec::new());
    let key = (n.links(), n.node_e3.len(), n.tail.as_ptr() as usize);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = known.iter().find(|(k, of, links)| *k == key && of == id && still(n, id, links));
    if let Some((_, _, links)) = kept {
        return Arc::clone(links);
    }
    let links = Arc::new(crossing(n, id));
    known.retain(|(k, of, _)| *k != key || of != id);
    if known.len() == KEPT {
        known.remove(0);
    }
    known.push((key, id.to_string(), Arc::clone(&links)));
    links
}

/// Whether links that were found in a network at the same place of memory cross in this one too.
fn still(n: &Network, id: &str, links: &[LinkId]) -> bool {
    let ends = |l: &LinkId| [n.tail[l.ix()], n.head[l.ix()]].map(|node| n.at(node));
    links.iter().map(ends).all(|[a, b]| is_between(id, a, b))
}

fn crossing(n: &Network, id: &str) -> Vec<LinkId> {
    let Some(front) = all().iter().find(|f| f.id == id) else { return Vec::new() };
    let Some(home) = n.countries.iter().position(|c| *c == front.country) else {
        return Vec::new();
    };
    let crosses = |l: &LinkId| {
        let ends = [n.tail[l.ix()], n.head[l.ix()]];
        if ends.iter().any(|e| usize::from(n.node_country[e.ix()]) != home) {
            return false;
        }
        let [a, b] = ends.map(|e| is_inside(&front.corners, n.at(e)));
        a != b
    };
    (0..n.links()).map(LinkId::at).filter(crosses).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn towns_on_either_side() {
        let today = date(2026, 11, 26);
        let behind = |lat, lon| is_behind("UA", (lat, lon), today) == Some(true);
        for (name, lat, lon) in [
            ("Donetsk", 48.0, 37.8),
            ("Luhansk", 48.57, 39.32),
            ("Mariupol", 47.1, 37.55),
            ("Melitopol", 46.85, 35.37),
            ("Berdiansk", 46.76, 36.8),
            ("Enerhodar", 47.5, 34.66),
            ("Nova Kakhovka", 46.75, 33.37),
            ("Oleshky", 46.62, 32.72),
            ("Simferopol", 44.95, 34.1),
            ("Starobilsk", 49.27, 38.92),
        ] {
            assert!(behind(lat, lon), "{name}");
        }
        for (name, lat, lon) in [
            ("Kherson", 46.64, 32.61),
            ("Nikopol", 47.57, 34.4),
            ("Zaporizhzhia", 47.84, 35.14),
            ("Dnipro", 48.46, 35.04),
            ("Kharkiv", 49.99, 36.23),
            ("Kramatorsk", 48.72, 37.56),
            ("Izium", 49.2, 37.27),
            ("Mykolaiv", 46.97, 32.0),
            ("Odesa", 46.48, 30.73),
        ] {
            assert!(!behind(lat, lon), "{name}");
        }
        assert_eq!(is_behind("UA", (48.0, 37.8), date(2021, 1, 1)), None);
    }
}
