//! Land and water on a grid of the Earth, to tell whether a truck could follow a straight line.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::network::great_circle_km;

/// Most km of water at a stretch on the straight line of an access by truck: a quay, a bridge, the edge of the map.
/// It is the width of the narrowest straits with ferries.
const STRAIT_KM: f64 = 3.0;
/// An end that is off the land on the map, a quay or an islet that it lacks, excuses this much more.
const OFF_MAP_KM: f64 = 1.5;
/// On a long line this share of it may be water in all: a truck drives round bays.
const WATER_SHARE: f64 = 0.1;

/// Land and water by rows of cells. Without rows all is land.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Land {
    /// Height and width of a cell, thousandths of a degree; the rows begin at the south pole, the columns at
    /// 180 degrees west.
    pub step_e3: u16,
    /// Where the changes of each row begin in `changes`; one more entry than rows.
    pub first: Vec<u32>,
    /// The columns at which water turns into land and land into water, in turn, from the west.
    pub changes: Vec<u16>,
}

impl Land {
    /// Number of columns.
    pub fn columns(step_e3: u16) -> u32 {
        360_000 / u32::from(step_e3)
    }

    /// Number of rows.
    pub fn rows(step_e3: u16) -> u32 {
        180_000 / u32::from(step_e3)
    }

    /// Whether a point, degrees north and east, is on land.
    pub fn holds(&self, (lat, lon): (f64, f64)) -> bool {
        if self.first.len() < 2 {
            return true;
        }
        let step = f64::from(self.step_e3) / 1e3;
        let row = (((lat + 90.0) / step) as usize).min(self.first.len() - 2);
        let column = ((lon + 180.0).rem_euclid(360.0) / step) as u32;
        let row = &self.changes[self.first[row] as usize..self.first[row + 1] as usize];
        row.partition_point(|c| u32::from(*c) <= column) % 2 == 1
    }

    /// Whether a truck may get from one point to another without a ferry, as far as the straight line tells.
    pub fn is_dry(&self, a: (f64, f64), b: (f64, f64)) -> bool {
        let off_map = if self.holds(a) && self.holds(b) { 0.0 } else { OFF_MAP_KM };
        let stretch = STRAIT_KM + off_map;
        let in_all = (great_circle_km(a, b) * WATER_SHARE).max(stretch);
        let (mut now, mut all) = (0.0, 0.0);
        self.along(a, b).all(|(km, land)| {
            (now, all) = if land { (0.0, all) } else { (now + km, all + km) };
            now <= stretch && all <= in_all
        })
    }

    /// How far a truck drives from one point to another round a bay, km: over cells of land; none beyond a limit.
    pub fn round_km(&self, a: (f64, f64), b: (f64, f64), most_km: f64) -> Option<f64> {
        if self.first.len() < 2 {
            return Some(great_circle_km(a, b));
        }
        let step = f64::from(self.step_e3) / 1e3;
        // Cells are counted from the first point, so that the date line needs no care.
        let at = |(row, column): (i32, i32)| {
            (a.0 + f64::from(row) * step, a.1 + f64::from(column) * step)
        };
        let turn = (b.1 - a.1 + 180.0).rem_euclid(360.0) - 180.0;
        let cell = |d: f64| (d / step).round() as i32;
        let goal = (cell(b.0 - a.0), cell(turn));
        let mut far: BTreeMap<(i32, i32), u32> = BTreeMap::from([((0, 0), 0)]);
        let mut heap = BinaryHeap::from([Reverse((0, (0, 0)))]);
        while let Some(Reverse((m, here))) = heap.pop() {
            if here == goal {
                return Some(f64::from(m) / 1e3);
            }
            for (dy, dx) in (-1..=1).flat_map(|y| (-1..=1).map(move |x| (y, x))) {
                let next = (here.0 + dy, here.1 + dx);
                let there = m + (great_circle_km(at(here), at(next)) * 1e3) as u32;
                let is_land = next == goal || self.holds(at(next));
                let shorter = far.get(&next).is_none_or(|known| there < *known);
                if is_land && shorter && f64::from(there) <= most_km * 1e3 {
                    far.insert(next, there);
                    heap.push(Reverse((there, next)));
                }
            }
        }
        None
    }

    /// Km of water on the straight line between two points.
    pub fn water_km(&self, a: (f64, f64), b: (f64, f64)) -> f64 {
        self.along(a, b).filter(|(_, land)| !land).map(|(km, _)| km).sum()
    }

    /// A straight line in parts of about a km: the length of each, and whether it is land. The same in both
    /// directions.
    fn along(&self, a: (f64, f64), b: (f64, f64)) -> impl Iterator<Item = (f64, bool)> {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let whole = great_circle_km(a, b);
        let steps = whole.ceil().max(1.0);
        let turn = (b.1 - a.1 + 180.0).rem_euclid(360.0) - 180.0;
        (0..steps as u32).map(move |i| {
            let t = (f64::from(i) + 0.5) / steps;
            (whole / steps, self.holds((a.0 + (b.0 - a.0) * t, a.1 + turn * t)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strait_is_measured() {
        // Ten-degree cells; in every row land from 0 to 10 and from 20 to 30 degrees east.
        let rows = Land::rows(10_000);
        let land = Land {
            step_e3: 10_000,
            first: (0..=rows).map(|r| r * 4).collect(),
            changes: [18, 19, 20, 21].repeat(rows as usize),
        };
        assert!(land.holds((5.0, 5.0)) && land.holds((-85.0, 25.0)));
        assert!(!land.holds((5.0, 15.0)) && !land.holds((5.0, -175.0)));
        let km = land.water_km((0.0, 5.0), (0.0, 25.0));
        assert!((km - 1112.0).abs() < 3.0, "{km}");
        assert_eq!(km, land.water_km((0.0, 25.0), (0.0, 5.0)));
        assert!(!land.is_dry((0.0, 5.0), (0.0, 25.0)) && land.is_dry((0.0, 5.0), (40.0, 5.0)));
        assert!(Land::default().is_dry((0.0, 0.0), (0.0, 50.0)));
    }

    #[test]
    fn a_bay_is_rounded_where_that_is_not_too_far() {
        // Degree cells: land from 0 to 10 degrees east but for a bay, 3 to 6 east and from 5 north on.
        let rows = Land::rows(1_000);
        let (mut first, mut changes) = (vec![0], Vec::new());
        for row in 0..rows {
            let bay: &[u16] = if row >= 95 { &[180, 183, 186, 190] } else { &[180, 190] };
            changes.extend_from_slice(bay);
            first.push(changes.len() as u32);
        }
        let land = Land { step_e3: 1_000, first, changes };
        let (west, east) = ((6.5, 2.5), (6.5, 6.5));
        assert!(!land.is_dry(west, east));
        let km = land.round_km(west, east, 800.0).expect("a way");
        assert!((550.0..800.0).contains(&km), "{km}");
        assert!(land.round_km(west, east, 500.0).is_none());
        assert!(land.round_km(west, (6.5, 30.5), 9_000.0).is_none());
    }
}
