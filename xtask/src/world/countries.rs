//! The country of a point, by Natural Earth, 1:10 m.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use geo::{BoundingRect, Contains, Coord, LineString, Point, Polygon, Rect};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use topojson::{TopoJson, to_geojson};
use trimodal_model::network::NONE;

use super::Outcome;
use super::graph::{Graph, Link, Parts};
use super::sources::Country;

/// Units of the map without an ISO number, with the country that operates their transport.
const UNNUMBERED: &[(&str, &str)] = &[
    ("Kosovo", "XK"),
    ("N. Cyprus", "CY"),
    ("Cyprus U.N. Buffer Zone", "CY"),
    ("Dhekelia", "CY"),
    ("Akrotiri", "CY"),
    ("Somaliland", "SO"),
    ("Baikonur", "KZ"),
    ("Siachen Glacier", "IN"),
    ("USNB Guantanamo Bay", "CU"),
    ("Brazilian I.", "BR"),
    ("Southern Patagonian Ice Field", "CL"),
    ("Bir Tawil", "EG"),
];

/// Territories that the map draws as parts of a country.
const DRAWN_IN: &[(&str, &str)] = &[
    ("GF", "FR"),
    ("GP", "FR"),
    ("MQ", "FR"),
    ("RE", "FR"),
    ("YT", "FR"),
    ("SJ", "NO"),
    ("BQ", "NL"),
    ("TK", "NZ"),
];

/// The polygons with a spatial index.
pub struct Countries {
    /// ISO codes in order.
    pub codes: Vec<String>,
    polygons: Vec<(u16, Polygon<f64>)>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Countries {
    pub fn new(atlas: &str, list: &[Country]) -> Outcome<Self> {
        let TopoJson::Topology(topology) = atlas.parse()? else {
            return Err("the atlas is no topology".into());
        };
        let shapes = to_geojson(&topology, "countries")?;
        let by_number: BTreeMap<String, &str> =
            list.iter().map(|c| (format!("{:03}", c.isonumeric), c.iso.as_str())).collect();
        let mut found: Vec<(String, Polygon<f64>)> = Vec::new();
        for feature in shapes.features {
            let id = match &feature.id {
                Some(topojson_id) => id_text(&serde_json::to_value(topojson_id)?),
                None => String::new(),
            };
            let name = feature
                .properties
                .as_ref()
                .and_then(|p| p.get("name"))
                .and_then(|n| n.as_str())
                .unwrap_or_default();
            let code = by_number
                .get(&id)
                .copied()
                .or_else(|| UNNUMBERED.iter().find(|(n, _)| *n == name).map(|(_, c)| *c));
            let (Some(code), Some(geometry)) = (code, feature.geometry) else { continue };
            for rings in polygons(&serde_json::to_value(&geometry)?) {
                found.push((code.to_string(), polygon(&rings)));
            }
        }
        let mut codes: Vec<String> = list.iter().map(|c| c.iso.clone()).collect();
        codes.push("XK".into());
        codes.sort();
        codes.dedup();
        let polygons: Vec<(u16, Polygon<f64>)> = found
            .into_iter()
            .filter_map(|(c, p)| Some((codes.binary_search(&c).ok()? as u16, p)))
            .collect();
        let boxes = polygons.iter().enumerate().filter_map(|(i, (_, p))| {
            let r: Rect<f64> = p.bounding_rect()?;
            let corners = Rectangle::from_corners([r.min().x, r.min().y], [r.max().x, r.max().y]);
            Some(GeomWithData::new(corners, i))
        });
        let boxes = RTree::bulk_load(boxes.collect());
        Ok(Countries { codes, polygons, boxes })
    }

    /// The outlines.
    pub fn shapes(&self) -> impl Iterator<Item = &Polygon<f64>> {
        self.polygons.iter().map(|(_, shape)| shape)
    }

    /// Position of a code.
    pub fn position(&self, code: &str) -> u16 {
        self.codes.binary_search_by(|c| c.as_str().cmp(code)).map_or(NONE, |p| p as u16)
    }

    /// The country of a port's code, by the units of the map.
    pub fn of_port(&self, code: &str) -> u16 {
        let drawn = DRAWN_IN.iter().find(|(part, _)| *part == code).map_or(code, |(_, in_)| in_);
        self.position(drawn)
    }

    /// The country at a point, or [`NONE`].
    pub fn at(&self, at: [i32; 2]) -> u16 {
        let (y, x) = (f64::from(at[0]) / 1e3, f64::from(at[1]) / 1e3);
        let found = [x, x + 360.0, x - 360.0].into_iter().map(|x| self.among(x, y));
        found.into_iter().find(|c| *c != NONE).unwrap_or(NONE)
    }

    fn among(&self, x: f64, y: f64) -> u16 {
        let mut hits: Vec<usize> = self
            .boxes
            .locate_in_envelope_intersecting(AABB::from_point([x, y]))
            .map(|b| b.data)
            .collect();
        hits.sort_unstable();
        let inside = |i: &&usize| self.polygons[**i].1.contains(&Point::new(x, y));
        hits.iter().find(inside).map_or(NONE, |i| self.polygons[*i].0)
    }

    /// The country of every point: by the map, else by the nearest linked point, and without short
    /// excursions, which are errors of the map's generalisation.
    pub fn of(&self, graph: &Graph) -> Vec<u16> {
        let mut country: Vec<u16> = graph.points.par_iter().map(|p| self.at(*p)).collect();
        spread(graph, &mut country);
        smooth(graph, &mut country);
        country
    }
}

/// A point off every polygon (a bridge, a coast) takes the country of the nearest point by links.
fn spread(graph: &Graph, country: &mut [u16]) {
    let around = graph.around();
    let mut queue: VecDeque<u32> =
        (0..country.len() as u32).filter(|p| country[*p as usize] != NONE).collect();
    while let Some(p) = queue.pop_front() {
        for l in &around[p as usize] {
            let link = graph.links[*l as usize];
            let q = if link.a == p { link.b } else { link.a };
            if country[q as usize] == NONE {
                country[q as usize] = country[p as usize];
                queue.push_back(q);
            }
        }
    }
}

/// Patches of one country with less line than this do not last.
const LONGEST_M: u64 = 20_000;

/// A patch of one country with less than 20 km of line that touches only one other country is assigned
/// to that country: real lines do not leave a country and return within a few km. Along a river that is the border
/// such patches of both countries lie side by side: of these the shorter goes first, and the longer is looked at
/// again, so that one change is left where there is one.
fn smooth(graph: &Graph, country: &mut [u16]) {
    while flip_short_patches(graph, country) {}
}

/// Assigns the short patches that have no shorter one beside them to the country around them; whether there were any.
fn flip_short_patches(graph: &Graph, country: &mut [u16]) -> bool {
    let (home, away): (Vec<Link>, Vec<Link>) =
        graph.links.iter().partition(|l| country[l.a as usize] == country[l.b as usize]);
    let mut parts = Parts::new(graph.points.len());
    home.iter().for_each(|l| {
        parts.join(l.a, l.b);
    });
    let mut length: BTreeMap<u32, u64> = BTreeMap::new();
    for l in &home {
        *length.entry(parts.of(l.a)).or_default() += u64::from(l.m);
    }
    // For each patch the other countries it touches, with counts.
    let mut touches: BTreeMap<u32, BTreeMap<u16, u32>> = BTreeMap::new();
    for l in &away {
        for (p, q) in [(l.a, l.b), (l.b, l.a)] {
            let others = touches.entry(parts.of(p)).or_default();
            *others.entry(country[q as usize]).or_default() += 1;
        }
    }
    let of = |root: &u32| length.get(root).copied().unwrap_or(0);
    let mut flips: BTreeMap<u32, u16> = touches
        .iter()
        .filter(|(root, others)| {
            of(root) < LONGEST_M && others.len() == 1 && others.values().sum::<u32>() >= 2
        })
        .filter_map(|(root, others)| Some((*root, *others.keys().next()?)))
        .collect();
    let mut later: BTreeSet<u32> = BTreeSet::new();
    for l in &away {
        let (a, b) = (parts.of(l.a), parts.of(l.b));
        if flips.contains_key(&a) && flips.contains_key(&b) {
            later.insert(if (of(&a), a) > (of(&b), b) { a } else { b });
        }
    }
    flips.retain(|root, _| !later.contains(root));
    for p in 0..country.len() as u32 {
        if let Some(other) = flips.get(&parts.of(p)) {
            country[p as usize] = *other;
        }
    }
    !flips.is_empty()
}

fn id_text(id: &serde_json::Value) -> String {
    match id {
        serde_json::Value::String(s) => s.clone(),
        serde_json::Value::Number(n) => format!("{:03}", n.as_u64().unwrap_or(0)),
        _ => String::new(),
    }
}

type Ring = Vec<[f64; 2]>;

pub fn polygons(geometry: &serde_json::Value) -> Vec<Vec<Ring>> {
    let coordinates = geometry["coordinates"].clone();
    match geometry["type"].as_str() {
        Some("Polygon") => vec![serde_json::from_value(coordinates).unwrap_or_default()],
        Some("MultiPolygon") => serde_json::from_value(coordinates).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn polygon(rings: &[Ring]) -> Polygon<f64> {
    let line = |r: &Ring| LineString::from(unwrapped(r));
    let mut lines = rings.iter().map(line);
    let outer = lines.next().unwrap_or_else(|| LineString::new(Vec::new()));
    Polygon::new(outer, lines.collect())
}

/// The map joins shapes across the antimeridian: a step of more than half the Earth is
/// taken in the other direction, so that a shape may extend beyond 180 degrees.
pub fn unwrapped(ring: &Ring) -> Vec<Coord<f64>> {
    let mut turn = 0.0;
    let mut before = ring.first().map_or(0.0, |p| p[0]);
    let shift = |[x, y]: &[f64; 2]| {
        if (x - before).abs() > 180.0 {
            turn -= 360.0 * (x - before).signum();
        }
        before = *x;
        Coord { x: x + turn, y: *y }
    };
    ring.iter().map(shift).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of points 4 km apart, each in a country, and how often the country changes along it.
    fn changes(countries: &str) -> usize {
        let mut graph = Graph::default();
        let mut country: Vec<u16> = countries.bytes().map(u16::from).collect();
        for i in 0..country.len() as i32 {
            graph.add_point([48_000, 13_000 + 54 * i]);
        }
        for b in 1..country.len() as u32 {
            let (flags, passage) = (trimodal_model::network::Flags::default(), NONE);
            graph.links.push(Link { a: b - 1, b, m: 4_000, flags, passage });
        }
        smooth(&graph, &mut country);
        country.windows(2).filter(|w| w[0] != w[1]).count()
    }

    #[test]
    fn a_border_counts_once_for_each_change_that_lasts() {
        // Along a river, on one bank or on bridges from one to the other.
        assert_eq!(changes("aaaaaaaaabbaabbbbbbbbb"), 1);
        assert_eq!(changes("aaaaaaaaababababbbbbbb"), 1);
        assert_eq!(changes("aaaaaaaaabbaabbaaaaaaa"), 0);
        // 24 km in the other country are a visit.
        assert_eq!(changes("aaaaaaaaabbbbbbbaaaaaaa"), 2);
        // A third country in between is no error of the map, however short.
        assert_eq!(changes("aaaaaaaaaccbbbbbbbbbbb"), 2);
    }
}
