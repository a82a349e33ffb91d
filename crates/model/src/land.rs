//! Land and water on a grid of the Earth, to tell whether a truck could follow a straight line.

use crate::network::great_circle_km;

/// Most km of water on the straight line of a short access by truck: a quay, a bridge, the edge of the map. It is
/// the width of the narrowest straits with ferries.
const ACCESS_WATER_KM: f64 = 3.0;
/// On a long line this share of it may be water: a truck drives round a bay.
const ACCESS_WATER_SHARE: f64 = 0.1;

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
        let most = (great_circle_km(a, b) * ACCESS_WATER_SHARE).max(ACCESS_WATER_KM);
        self.water_km(a, b, most) <= most
    }

    /// Km of water on the straight line between two points, sampled every km; counting stops beyond `most`.
    pub fn water_km(&self, a: (f64, f64), b: (f64, f64), most: f64) -> f64 {
        if self.first.len() < 2 {
            return 0.0;
        }
        let whole = great_circle_km(a, b);
        let steps = whole.ceil().max(1.0);
        let turn = (b.1 - a.1 + 180.0).rem_euclid(360.0) - 180.0;
        let mut water = 0.0;
        for i in 0..steps as u32 {
            let t = (f64::from(i) + 0.5) / steps;
            if !self.holds((a.0 + (b.0 - a.0) * t, a.1 + turn * t)) {
                water += whole / steps;
                if water > most {
                    break;
                }
            }
        }
        water
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
        let km = land.water_km((0.0, 5.0), (0.0, 25.0), 1e9);
        assert!((km - 1112.0).abs() < 3.0, "{km}");
        assert!(land.water_km((0.0, 5.0), (0.0, 25.0), 10.0) < 12.0);
        assert!(!land.is_dry((0.0, 5.0), (0.0, 25.0)) && land.is_dry((0.0, 5.0), (40.0, 5.0)));
        assert!(Land::default().is_dry((0.0, 0.0), (0.0, 50.0)));
    }
}
