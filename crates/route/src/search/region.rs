//! The search region: the part of the space of time, cost and CO2e that no known path covers, as a list of
//! local upper bounds.
//!
//! A path is needed if it lies strictly below a local upper bound in all three criteria (K. Klamroth,
//! R. Lacour and D. Vanderpooten, *On the representation of the search region in multi-objective
//! optimization*, European Journal of Operational Research 245, 2015).

use crate::cost::CostVector;
use crate::search::INFINITY;
use crate::search::task::reduced;

/// The local upper bounds of the region; [`INFINITY`] where it is unbounded.
#[derive(Debug, Clone)]
pub struct SearchRegion {
    tolerance_ppm: u64,
    local_upper_bounds: Vec<CostVector>,
}

impl SearchRegion {
    /// The whole space. A path covers what is better than it by at most the tolerance.
    pub fn whole(tolerance_ppm: u64) -> SearchRegion {
        SearchRegion { tolerance_ppm, local_upper_bounds: vec![[INFINITY; 3]] }
    }

    /// Removes what a path of this cost covers.
    pub fn cover(&mut self, cost: CostVector) {
        let least = reduced(cost, self.tolerance_ppm);
        let (hit, mut kept): (Vec<CostVector>, Vec<CostVector>) =
            self.local_upper_bounds.drain(..).partition(|bound| strictly_below(least, *bound));
        let lower = |bound: &CostVector, c: usize| {
            let mut lower = *bound;
            lower[c] = least[c];
            lower
        };
        let mut new: Vec<CostVector> =
            hit.iter().flat_map(|bound| (0..3).map(|c| lower(bound, c))).collect();
        new.sort_unstable();
        new.dedup();
        // A bound below another is redundant.
        let below = |a: &CostVector, b: &CostVector| a != b && (0..3).all(|c| a[c] <= b[c]);
        let needed = |a: &&CostVector| {
            !a.contains(&0)
                && !new.iter().any(|b| below(a, b))
                && !kept.iter().any(|b| a == &b || below(a, b))
        };
        let added: Vec<CostVector> = new.iter().filter(needed).copied().collect();
        kept.extend(added);
        self.local_upper_bounds = kept;
    }

    /// Whether no known path covers one of this cost.
    pub fn needs(&self, cost: CostVector) -> bool {
        self.local_upper_bounds.iter().any(|bound| strictly_below(cost, *bound))
    }

    /// The local upper bounds.
    pub fn local_upper_bounds(&self) -> &[CostVector] {
        &self.local_upper_bounds
    }
}

/// Whether one cost vector is strictly below another in each of the three.
pub(crate) fn strictly_below(a: CostVector, b: CostVector) -> bool {
    (0..3).all(|c| a[c] < b[c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_is_what_no_path_covers() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % 12
        };
        for ppm in [0, 100_000, 500_000] {
            for _ in 0..200 {
                let paths: Vec<CostVector> =
                    (0..next()).map(|_| [next(), next(), next()]).collect();
                let mut region = SearchRegion::whole(ppm);
                paths.iter().for_each(|cost| region.cover(*cost));
                for i in 0..12_u64.pow(3) {
                    let at = [i / 144, i / 12 % 12, i % 12];
                    let covers = |w: &CostVector| {
                        (0..3).all(|c| w[c] * 1_000_000 <= at[c] * (1_000_000 + ppm))
                    };
                    let bounds = region.local_upper_bounds();
                    let open = bounds.iter().any(|bound| strictly_below(at, *bound));
                    assert_eq!(open, !paths.iter().any(covers), "{at:?} {paths:?}");
                }
            }
        }
    }
}
