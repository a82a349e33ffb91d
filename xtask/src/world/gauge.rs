//! Assigns a gauge to every track, cuts tracks that would join different gauges, and allows changes of
//! gauge at the named stations only.

use std::collections::HashMap;

use trimodal_model::network::NONE;

use super::build::Lines;
use super::countries::Countries;
use super::graph::{Graph, Link, km, point};
use super::tables::{GaugeArea, GaugeChange, Tables};

/// A track that meets another gauge within this distance of a named station belongs to it.
const REACH_KM: f64 = 45.0;

/// The rail network with its gauges.
pub struct Gauged {
    pub graph: Graph,
    pub gauge_mm: Vec<u16>,
    pub country: Vec<u16>,
    /// The transfers of each station.
    pub transfers: Vec<Vec<(u32, u32)>>,
    /// Tracks cut, with their countries.
    pub cut: Vec<(u32, u32)>,
}

/// The gauges of each point, by country and area.
fn gauges(rail: &Lines, countries: &Countries, tables: &Tables) -> Vec<Vec<u16>> {
    let main: HashMap<u16, u16> =
        tables.gauges.iter().map(|g| (countries.position(&g.country), g.gauge_mm)).collect();
    let inside = |a: &GaugeArea, p: [i32; 2], c: u16| {
        let (lat, lon) = (f64::from(p[0]) / 1e3, f64::from(p[1]) / 1e3);
        let fits = (a.south..=a.north).contains(&lat) && (a.west..=a.east).contains(&lon);
        fits && countries.position(&a.country) == c
    };
    let at = |(p, c): (&[i32; 2], &u16)| {
        let mut found = vec![main.get(c).copied().unwrap_or(1435)];
        for area in tables.gauge_areas.iter().filter(|a| inside(a, *p, *c)) {
            if area.how == "also" {
                found.push(area.gauge_mm);
            } else {
                found = vec![area.gauge_mm];
            }
        }
        found
    };
    rail.graph.points.iter().zip(&rail.country).map(at).collect()
}

/// Copies of points, one for each gauge in use there.
struct Copies {
    of: HashMap<(u32, u16), u32>,
    graph: Graph,
    gauge_mm: Vec<u16>,
    country: Vec<u16>,
}

impl Copies {
    fn get(&mut self, from: &Graph, country: &[u16], p: u32, gauge: u16) -> u32 {
        *self.of.entry((p, gauge)).or_insert_with(|| {
            self.gauge_mm.push(gauge);
            self.country.push(country[p as usize]);
            self.graph.add_point(from.points[p as usize])
        })
    }
}

/// Splits the rail network by gauge.
pub fn split(rail: &Lines, countries: &Countries, tables: &Tables) -> Gauged {
    let gauges = gauges(rail, countries, tables);
    let (rail, country) = (&rail.graph, &rail.country[..]);
    let mut copies = Copies {
        of: HashMap::new(),
        graph: Graph::default(),
        gauge_mm: Vec::new(),
        country: Vec::new(),
    };
    let mut transfers = vec![Vec::new(); tables.gauge_changes.len()];
    let mut cut = Vec::new();
    for link in &rail.links {
        let (ga, gb) = (&gauges[link.a as usize], &gauges[link.b as usize]);
        let shared: Vec<u16> = ga.iter().copied().filter(|g| gb.contains(g)).collect();
        for gauge in &shared {
            let a = copies.get(rail, country, link.a, *gauge);
            let b = copies.get(rail, country, link.b, *gauge);
            copies.graph.links.push(Link { a, b, ..*link });
        }
        if shared.is_empty() {
            let (a, b) = ((link.a, ga[0]), (link.b, gb[0]));
            match station(rail, &tables.gauge_changes, a, b) {
                None => cut.push((link.a, link.b)),
                Some((s, stay)) => {
                    // The train keeps its gauge up to the station beyond the border.
                    let (far, near, there) =
                        if stay { (link.b, link.a, gb[0]) } else { (link.a, link.b, ga[0]) };
                    let keeps = if stay { ga[0] } else { gb[0] };
                    let x = copies.get(rail, country, near, keeps);
                    let y = copies.get(rail, country, far, keeps);
                    let z = copies.get(rail, country, far, there);
                    copies.graph.links.push(Link { a: x, b: y, ..*link });
                    transfers[s].push((y, z));
                }
            }
        }
    }
    dual(rail, country, tables, &gauges, &mut copies, &mut transfers);
    for t in &mut transfers {
        t.sort_unstable();
        t.dedup();
    }
    let Copies { graph, gauge_mm, country, .. } = copies;
    Gauged { graph, gauge_mm, country, transfers, cut }
}

/// The station at which a track between two gauges may change, and whether the change is at `b`.
fn station(
    rail: &Graph,
    stations: &[GaugeChange],
    a: (u32, u16),
    b: (u32, u16),
) -> Option<(usize, bool)> {
    let (pa, pb) = (rail.points[a.0 as usize], rail.points[b.0 as usize]);
    let fits = |s: &GaugeChange| {
        let pair = (norm(s.gauge_a_mm), norm(s.gauge_b_mm));
        pair == (a.1, b.1) || pair == (b.1, a.1)
    };
    let far = |s: &GaugeChange| {
        let [x, y] = [point(s.lat_a, s.lon_a), point(s.lat_b, s.lon_b)];
        [x, y].into_iter().flat_map(|s| [km(s, pa), km(s, pb)]).fold(f64::MAX, f64::min)
    };
    let (i, s) = stations
        .iter()
        .enumerate()
        .filter(|(_, s)| fits(s) && far(s) <= REACH_KM)
        .min_by(|x, y| far(x.1).total_cmp(&far(y.1)))?;
    let at_b = km(point(s.lat_b, s.lon_b), pb) <= km(point(s.lat_b, s.lon_b), pa);
    Some((i, at_b))
}

/// Where both gauges run in parallel, the change is at the point nearest to the station.
fn dual(
    rail: &Graph,
    country: &[u16],
    tables: &Tables,
    gauges: &[Vec<u16>],
    copies: &mut Copies,
    transfers: &mut [Vec<(u32, u32)>],
) {
    for (i, s) in tables.gauge_changes.iter().enumerate() {
        if !transfers[i].is_empty() {
            continue;
        }
        let pair = [norm(s.gauge_a_mm), norm(s.gauge_b_mm)];
        let both = |p: u32| pair.iter().all(|g| gauges[p as usize].contains(g));
        let index = rail.index(both);
        let near = [(s.lat_a, s.lon_a), (s.lat_b, s.lon_b)]
            .into_iter()
            .filter_map(|(lat, lon)| index.nearest(point(lat, lon), REACH_KM))
            .min_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((_, p)) = near {
            let x = copies.get(rail, country, p, pair[0]);
            let y = copies.get(rail, country, p, pair[1]);
            transfers[i].push((x, y));
        }
    }
}

/// 1524 and 1520 mm are the same gauge within tolerance: trains run through.
fn norm(gauge: u16) -> u16 {
    if gauge == 1524 { 1520 } else { gauge }
}

/// The number of tracks cut, by pair of countries.
pub fn cut_by_pair(cut: &[(u32, u32)], country: &[u16], codes: &[String]) -> Vec<(String, usize)> {
    let name = |c: u16| if c == NONE { "--" } else { codes[usize::from(c)].as_str() };
    let mut counts = std::collections::BTreeMap::new();
    for (a, b) in cut {
        let mut pair = [name(country[*a as usize]), name(country[*b as usize])];
        pair.sort_unstable();
        *counts.entry(pair.join("-")).or_default() += 1;
    }
    counts.into_iter().collect()
}
