//! What no known way covers: the rest of the space of time, cost and CO2e, as a list of corners.
//!
//! A way is needed if it lies strictly below a corner in all three. The corners are the local upper
//! bounds of K. Klamroth, R. Lacour and D. Vanderpooten, *On the representation of the search
//! region in multi-objective optimization*, European Journal of Operational Research 245, 2015.

use crate::search::FAR;
use crate::weights::Weight;

/// The corners of the space that is not covered; [`FAR`] where there is no bound.
#[derive(Debug, Clone)]
pub struct Zones {
    tolerance_ppm: u64,
    corners: Vec<Weight>,
}

impl Zones {
    /// All space. Ways cover what is at most a tolerance better than they are.
    pub fn all(tolerance_ppm: u64) -> Zones {
        Zones { tolerance_ppm, corners: vec![[FAR; 3]] }
    }

    /// Takes away what a way covers.
    pub fn cover(&mut self, way: Weight) {
        let share = |v: u64| {
            let whole = u128::from(v) * 1_000_000;
            whole.div_ceil(u128::from(1_000_000 + self.tolerance_ppm)) as u64
        };
        let least = way.map(share);
        let (hit, mut kept): (Vec<Weight>, Vec<Weight>) =
            self.corners.drain(..).partition(|corner| below(least, *corner));
        let lower = |corner: &Weight, c: usize| {
            let mut lower = *corner;
            lower[c] = least[c];
            lower
        };
        let mut new: Vec<Weight> =
            hit.iter().flat_map(|corner| (0..3).map(|c| lower(corner, c))).collect();
        new.sort_unstable();
        new.dedup();
        // A corner inside another says nothing new.
        let inside = |a: &Weight, b: &Weight| a != b && (0..3).all(|c| a[c] <= b[c]);
        let says = |a: &&Weight| {
            !a.contains(&0)
                && !new.iter().any(|b| inside(a, b))
                && !kept.iter().any(|b| a == &b || inside(a, b))
        };
        let added: Vec<Weight> = new.iter().filter(says).copied().collect();
        kept.extend(added);
        self.corners = kept;
    }

    /// The corners.
    pub fn corners(&self) -> &[Weight] {
        &self.corners
    }
}

/// Whether one weight is strictly below another in each of the three.
pub fn below(a: Weight, b: Weight) -> bool {
    (0..3).all(|c| a[c] < b[c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_what_no_way_covers() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % 12
        };
        for ppm in [0, 100_000, 500_000] {
            for _ in 0..200 {
                let ways: Vec<Weight> = (0..next()).map(|_| [next(), next(), next()]).collect();
                let mut zones = Zones::all(ppm);
                ways.iter().for_each(|w| zones.cover(*w));
                for i in 0..12_u64.pow(3) {
                    let at = [i / 144, i / 12 % 12, i % 12];
                    let covers =
                        |w: &Weight| (0..3).all(|c| w[c] * 1_000_000 <= at[c] * (1_000_000 + ppm));
                    let open = zones.corners().iter().any(|corner| below(at, *corner));
                    assert_eq!(open, !ways.iter().any(covers), "{at:?} {ways:?}");
                }
            }
        }
    }
}
