//! The coast as short segments in a grid: which points are on land, and what a straight line crosses.
//!
//! Positions here are degrees east and north, as in GeoJSON.

use serde::Deserialize;

use super::super::Outcome;
use super::super::sphere::{At, along, eastward, km, turn};

/// Cells of the grid per degree.
const PER_DEGREE: f64 = 10.0;
const COLUMNS: i32 = 3600;
const ROWS: i32 = 1800;
/// A great circle is followed in straight pieces of at most this length.
const PIECE_KM: f64 = 50.0;
/// The coast and the points of the network are rounded to this, degrees.
const ROUNDING: f64 = 0.001;
#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Lands>,
}

#[derive(Deserialize)]
struct Lands {
    coordinates: Vec<Vec<Vec<At>>>,
}

/// A ring of the coast.
pub struct Ring {
    pub points: Vec<At>,
    /// Whether it is the shore of water inside land.
    pub lake: bool,
}

/// Thousandths of a degree: east and north of both ends of a piece of the coast.
type Segment = [i32; 4];

/// The rings of the coast, and their segments by cell.
pub struct Shore {
    pub rings: Vec<Ring>,
    first: Vec<u32>,
    segments: Vec<Segment>,
}

impl Shore {
    /// Reads a GeoJSON geometry collection of land.
    pub fn read(text: &str) -> Outcome<Self> {
        let read: Collection = serde_json::from_str(text)?;
        let polygons = read.geometries.into_iter().flat_map(|g| g.coordinates);
        let ring = |(i, points)| Ring { points, lake: i > 0 };
        let rings: Vec<Ring> = polygons.flat_map(|p| p.into_iter().enumerate().map(ring)).collect();
        Ok(Self::new(rings))
    }

    fn new(rings: Vec<Ring>) -> Self {
        let mut first = vec![0_u32; (COLUMNS * ROWS) as usize + 1];
        each_piece(&rings, |c, _| first[c + 1] += 1);
        for i in 1..first.len() {
            first[i] += first[i - 1];
        }
        let mut next = first.clone();
        let mut segments = vec![[0; 4]; first[first.len() - 1] as usize];
        each_piece(&rings, |c, segment| {
            segments[next[c] as usize] = segment;
            next[c] += 1;
        });
        Shore { rings, first, segments }
    }

    fn in_cell(&self, c: usize) -> &[Segment] {
        &self.segments[self.first[c] as usize..self.first[c + 1] as usize]
    }

    /// Calls `visit` with every crossing of the coast by a line that is straight on the map: the share of
    /// the line before it, and the piece of coast, perhaps several times. Ends when `visit` asks for it.
    fn cross(&self, a: At, b: At, mut visit: impl FnMut(f64, Segment) -> bool) -> bool {
        let b = [a[0] + turn(a, b), b[1]];
        let (p, q) = if a[0] <= b[0] { (a, b) } else { (b, a) };
        let column = |lon: f64| ((lon + 180.0) * PER_DEGREE).floor() as i32;
        let slope = if q[0] > p[0] { (q[1] - p[1]) / (q[0] - p[0]) } else { 0.0 };
        for x in column(p[0])..=column(q[0]) {
            let edge = |x: i32| f64::from(x) / PER_DEGREE - 180.0;
            let (mut south, mut north) = (p[1], q[1]);
            if q[0] > p[0] {
                south = p[1] + (edge(x).max(p[0]) - p[0]) * slope;
                north = p[1] + (edge(x + 1).min(q[0]) - p[0]) * slope;
            }
            let shift = f64::from(x.div_euclid(COLUMNS)) * 360.0;
            let rows = row(south.min(north) - 1e-9)..=row(south.max(north) + 1e-9);
            for y in rows {
                for s in self.in_cell(cell(x.rem_euclid(COLUMNS), y)) {
                    let [w, v, e, u] = s.map(|v| f64::from(v) / 1e3);
                    if let Some(t) = meet(a, b, [w + shift, v], [e + shift, u])
                        && visit(t, *s)
                    {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Whether a line that is straight on the map crosses the coast.
    pub fn crosses(&self, a: At, b: At) -> bool {
        self.cross(a, b, |_, _| true)
    }

    /// Whether a great circle between two points at sea stays at sea.
    pub fn open(&self, a: At, b: At) -> bool {
        let pieces = (km(a, b) / PIECE_KM).ceil().max(1.0) as u32;
        let mut before = a;
        for i in 1..=pieces {
            let here = if i == pieces { b } else { along(a, b, f64::from(i) / f64::from(pieces)) };
            if self.crosses(before, here) {
                return false;
            }
            before = here;
        }
        true
    }

    /// Km over land of a line that is straight on the map.
    pub fn land_km(&self, a: At, b: At) -> f64 {
        let mut cuts = vec![(0.0, [0; 4]), (1.0, [0; 4])];
        self.cross(a, b, |t, segment| {
            cuts.push((t, segment));
            false
        });
        cuts.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        cuts.dedup();
        // What is land is known best in the middle of the longest part.
        let part = |i: usize| cuts[i].0 - cuts[i - 1].0;
        let parts = 1..cuts.len();
        let longest = parts.clone().max_by(|i, j| part(*i).total_cmp(&part(*j))).unwrap_or(1);
        let t = (cuts[longest].0 + cuts[longest - 1].0) / 2.0;
        let middle = [eastward(a[0] + turn(a, b) * t), a[1] + (b[1] - a[1]) * t];
        let land = self.is_land(middle);
        let same = |i: &usize| (i + longest).is_multiple_of(2);
        parts.filter(|i| same(i) == land).map(part).sum::<f64>() * km(a, b)
    }

    /// Whether a point is at sea and not on the very coast, where rounding decides.
    pub fn is_clear(&self, p: At) -> bool {
        let around = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
        around.iter().all(|[x, y]| !self.is_land([p[0] + x * ROUNDING, p[1] + y * ROUNDING]))
    }

    /// Whether a point is on land: an odd number of coasts between it and the west edge of the map.
    pub fn is_land(&self, p: At) -> bool {
        // No vertex has this latitude: all are whole thousandths of a degree.
        let p = [p[0], (p[1] * 1e3).floor() / 1e3 + 0.000_5];
        let (last, y) = (column_of(p[0]), row(p[1]));
        let mut inside = frame_is_land(p[1]);
        for x in 0..=last {
            for s in self.in_cell(cell(x, y)) {
                let [w, v, e, u] = s.map(|v| f64::from(v) / 1e3);
                if (v > p[1]) != (u > p[1]) {
                    let at = w + (p[1] - v) / (u - v) * (e - w);
                    // A segment is in every cell that it touches, and counts in one.
                    inside ^= column_of(at) == x && at < p[0];
                }
            }
        }
        inside
    }
}

/// Calls `visit` with each cell that a piece of the coast touches. The frame of the map is no coast.
fn each_piece(rings: &[Ring], mut visit: impl FnMut(usize, Segment)) {
    for w in rings.iter().flat_map(|r| r.points.windows(2)) {
        let (a, b) = (w[0], w[1]);
        let at_edge = a[0].abs() > 179.9999 && b[0].abs() > 179.9999;
        if at_edge || (a[1] < -85.0 && b[1] < -85.0) {
            continue;
        }
        let segment = [a[0], a[1], b[0], b[1]].map(|v| (v * 1e3).round() as i32);
        for y in row(a[1].min(b[1]))..=row(a[1].max(b[1])) {
            for x in column_of(a[0].min(b[0]))..=column_of(a[0].max(b[0])) {
                visit(cell(x, y), segment);
            }
        }
    }
}

/// Whether the west edge of the map is land at a latitude: Chukotka and Antarctica.
fn frame_is_land(lat: f64) -> bool {
    (65.861..68.921).contains(&lat) || lat < -77.749
}

/// The share of the line a-b before it crosses c-d, if it does.
fn meet(a: At, b: At, c: At, d: At) -> Option<f64> {
    let side = |p: At, q: At, r: At| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    let (s, t) = (side(c, d, a), side(c, d, b));
    if (s > 0.0) == (t > 0.0) || (side(a, b, c) > 0.0) == (side(a, b, d) > 0.0) {
        return None;
    }
    Some(s / (s - t))
}

/// Whether two lines that are straight on the map cross.
pub fn meets(a: At, b: At, c: At, d: At) -> bool {
    let b = [a[0] + turn(a, b), b[1]];
    let c = [a[0] + turn(a, c), c[1]];
    let d = [c[0] + turn(c, d), d[1]];
    meet(a, b, c, d).is_some()
}

fn column_of(lon: f64) -> i32 {
    (((lon + 180.0) * PER_DEGREE).floor() as i32).clamp(0, COLUMNS - 1)
}

fn row(lat: f64) -> i32 {
    (((lat + 90.0) * PER_DEGREE).floor() as i32).clamp(0, ROWS - 1)
}

fn cell(x: i32, y: i32) -> usize {
    (y * COLUMNS + x) as usize
}
