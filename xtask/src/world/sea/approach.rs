//! How ports are joined to the sea: by straight lines to the points that they see.

use super::super::sphere::{At, chord, km, sphere};
use super::COAST_DETOUR;
use super::mesh::{Tree, tree};
use super::shore::Shore;

/// Points are looked for within this distance of a port.
const REACH_KM: f64 = 150.0;
/// and within this distance more than the best one.
const MORE_KM: f64 = 60.0;
/// Most points that a port may be joined to.
const MOST: usize = 150;
/// A line may cross this much more land than the best one: moles, and the coast's rounding.
const SLACK_KM: f64 = 1.0;
/// One km over land counts as this many at sea when the best point is chosen: behind a narrow spit is another coast.
const LAND_WEIGHT: f64 = 20.0;
/// So much land is no spit: a fjord or a river that the coast does not show. More of it counts less.
const SPIT_KM: f64 = 3.0;
const RIVER_WEIGHT: f64 = 5.0;
/// A port whose lines all cross more land than this is inland, unless a table states otherwise.
const INLAND_KM: f64 = 32.0;
/// From a quay to open water a ship follows a channel for some km, which is longer than the line.
const CHANNEL_DETOUR: f64 = 1.1;
const CHANNEL_KM: f64 = 25.0;
/// Over land the way follows a river or a channel, which is longer than the line.
const RIVER_DETOUR: f64 = 1.3;

/// What land on a line counts, in km at sea.
fn weighed(land_km: f64) -> f64 {
    LAND_WEIGHT * land_km.min(SPIT_KM) + RIVER_WEIGHT * (land_km - SPIT_KM).max(0.0)
}

/// Km of the way of a ship along a line of some km, of which some are over land.
fn length(km: f64, land_km: f64) -> f64 {
    let channel = km.min(CHANNEL_KM.max(land_km));
    let open = (km - channel) * COAST_DETOUR;
    channel * CHANNEL_DETOUR + open + land_km * (RIVER_DETOUR - CHANNEL_DETOUR)
}

/// A line from a port to a point: the point, and metres.
pub type Line = (u32, u32);

/// The points of the open sea and what is connected to it.
pub struct Approaches<'a> {
    shore: &'a Shore,
    points: &'a [At],
    index: Tree,
    /// Which points are connected to the oceans.
    main: &'a [bool],
}

impl<'a> Approaches<'a> {
    pub fn new(shore: &'a Shore, points: &'a [At], main: &'a [bool]) -> Self {
        Approaches { shore, points, index: tree(points.iter().copied()), main }
    }

    /// The lines of a port; none if it is inland.
    pub fn of(&self, port: At, reached: bool) -> Vec<Line> {
        let found = self.index.locate_within_distance(sphere(port), chord(REACH_KM).powi(2));
        let numbers = found.map(|p| p.data).filter(|p| self.main[*p as usize]);
        let mut lines: Vec<(f64, f64, u32)> =
            numbers.map(|p| (km(port, self.points[p as usize]), 0.0, p)).collect();
        lines.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.2.cmp(&y.2)));
        let mut best = (f64::MAX, f64::MAX, 0.0);
        for (far, land, point) in &mut lines {
            // Points are in order of distance: none farther can be better.
            if *far > best.0 {
                *land = f64::MAX;
                continue;
            }
            *land = self.shore.land_km(port, self.points[*point as usize]);
            let score = *far + weighed(*land);
            if score < best.0 {
                best = (score, *land, *far);
            }
        }
        let (_, land, far) = best;
        if lines.is_empty() || (land > INLAND_KM && !reached) {
            return Vec::new();
        }
        let within = lines.iter().filter(|l| l.0 <= far + MORE_KM);
        let wet = within.filter_map(|(km, known, point)| {
            let at = self.points[*point as usize];
            let over = if *known == f64::MAX { self.shore.land_km(port, at) } else { *known };
            let m = 1e3 * length(*km, over);
            (over <= land + SLACK_KM).then_some((*point, (m.round() as u32).max(1)))
        });
        wet.take(MOST).collect()
    }
}
