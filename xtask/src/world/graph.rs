//! A graph under construction: points and links with their attributes.

use super::sphere::{EARTH_KM, chord, sphere};
use rstar::RTree;
use rstar::primitives::GeomWithData;
use trimodal_model::network::{Flags, NONE, great_circle_km};

/// A link under construction.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub a: u32,
    pub b: u32,
    pub m: u32,
    pub flags: Flags,
    pub passage: u16,
}

/// Points and links of one mode.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    pub points: Vec<[i32; 2]>,
    pub links: Vec<Link>,
}

impl Graph {
    pub fn add_point(&mut self, at: [i32; 2]) -> u32 {
        self.points.push(at);
        (self.points.len() - 1) as u32
    }

    pub fn add_link(&mut self, a: u32, b: u32, m: u32) {
        self.links.push(Link { a, b, m, flags: Flags::default(), passage: NONE });
    }

    pub fn km(&self, a: u32, b: u32) -> f64 {
        km(self.points[a as usize], self.points[b as usize])
    }

    /// The links of each point.
    pub fn around(&self) -> Vec<Vec<u32>> {
        let mut around = vec![Vec::new(); self.points.len()];
        for (l, link) in self.links.iter().enumerate() {
            around[link.a as usize].push(l as u32);
            around[link.b as usize].push(l as u32);
        }
        around
    }

    /// For each point the smallest point of its component.
    pub fn components(&self) -> Parts {
        let mut parts = Parts::new(self.points.len());
        for link in &self.links {
            parts.join(link.a, link.b);
        }
        parts
    }

    /// An index of the points that have a link and satisfy `which`.
    pub fn index(&self, which: impl Fn(u32) -> bool) -> Index {
        let mut linked = vec![false; self.points.len()];
        for link in &self.links {
            linked[link.a as usize] = true;
            linked[link.b as usize] = true;
        }
        let points = (0..self.points.len() as u32).filter(|p| linked[*p as usize] && which(*p));
        Index::new(points.map(|p| (self.points[p as usize], p)))
    }
}

/// Disjoint sets of points.
pub struct Parts(Vec<u32>);

impl Parts {
    /// Each point by itself.
    pub fn new(points: usize) -> Self {
        Parts((0..points as u32).collect())
    }

    pub fn of(&mut self, mut p: u32) -> u32 {
        while self.0[p as usize] != p {
            self.0[p as usize] = self.0[self.0[p as usize] as usize];
            p = self.0[p as usize];
        }
        p
    }

    pub fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.of(a), self.of(b));
        self.0[a.max(b) as usize] = a.min(b);
        a != b
    }
}

/// A spatial index of points on the unit sphere.
pub struct Index(RTree<GeomWithData<[f64; 3], u32>>);

impl Index {
    pub fn new(points: impl Iterator<Item = ([i32; 2], u32)>) -> Self {
        Index(RTree::bulk_load(points.map(|(at, p)| GeomWithData::new(on_sphere(at), p)).collect()))
    }

    /// The nearest points within `km`, nearest first; ties by number.
    pub fn near(&self, at: [i32; 2], within_km: f64, most: usize) -> Vec<(f64, u32)> {
        let reach = chord(within_km).powi(2);
        let mut found: Vec<(f64, u32)> = self
            .0
            .nearest_neighbor_iter_with_distance_2(on_sphere(at))
            .take_while(|(_, d)| *d <= reach)
            .take(most + 4)
            .map(|(p, d)| (2.0 * EARTH_KM * (d.sqrt() / 2.0).asin(), p.data))
            .collect();
        found.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        found.truncate(most);
        found
    }

    pub fn nearest(&self, at: [i32; 2], within_km: f64) -> Option<(f64, u32)> {
        self.near(at, within_km, 1).first().copied()
    }
}

fn on_sphere(at: [i32; 2]) -> [f64; 3] {
    sphere([f64::from(at[1]) / 1e3, f64::from(at[0]) / 1e3])
}

/// Great-circle km between two points.
pub fn km(a: [i32; 2], b: [i32; 2]) -> f64 {
    let d = trimodal_model::network::degrees;
    great_circle_km(d(a), d(b))
}

/// Points from degrees, east between -180 and 180.
pub fn point(lat: f64, lon: f64) -> [i32; 2] {
    let lon = (lon + 180.0).rem_euclid(360.0) - 180.0;
    let e = (lon * 1e3).round() as i32;
    [(lat * 1e3).round() as i32, if e == 180_000 { -180_000 } else { e }]
}
