//! What a way is least by: one criterion, or a mixture of two.

use crate::weights::{Criterion, Weight};

/// A weighted mean of time, cost and CO2e, in whole numbers: an hour and a tonne counts as much as
/// 0.92 US dollars or 0.92 kg of CO2e, about what they are to each other on long ways, times its
/// share. Rounded down on each step, a mixture never exceeds that of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mixture([u64; 3]);

/// Micro-dollars, or milligrams of CO2e, that count as much as a second.
const SECOND: u64 = 256;

/// For each two of the three criteria: alike, and one four times the other. The best ways by these
/// are looked for first, and what they cost bounds all others. A pair says nothing of the third, so
/// that it bounds ways of which nothing else is known.
pub const MIXTURES: [Mixture; 9] = [
    Mixture([1, 1, 0]),
    Mixture([4, 1, 0]),
    Mixture([1, 4, 0]),
    Mixture([1, 0, 1]),
    Mixture([4, 0, 1]),
    Mixture([1, 0, 4]),
    Mixture([0, 1, 1]),
    Mixture([0, 4, 1]),
    Mixture([0, 1, 4]),
];

impl Mixture {
    /// The sum of its parts, not yet divided; what is not in it does not count.
    pub fn sum(self, weight: Weight) -> u64 {
        let share = [self.0[0] * SECOND, self.0[1], self.0[2]];
        let part = |c: usize| if share[c] == 0 { 0 } else { share[c].saturating_mul(weight[c]) };
        (0..3).fold(0, |sum, c| u64::saturating_add(sum, part(c)))
    }

    /// By how much that sum is divided.
    pub fn parts(self) -> u64 {
        self.0.iter().sum()
    }

    /// The mean.
    pub fn of(self, weight: Weight) -> u64 {
        self.sum(weight) / self.parts()
    }
}

/// What a way is least by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// One criterion.
    One(Criterion),
    /// A mixture.
    Mixed(Mixture),
}

impl Measure {
    /// What the Pareto set is found by: time, cost, CO2e, then the mixtures.
    pub fn of_pareto() -> impl Iterator<Item = Measure> {
        let three = Criterion::THREE.into_iter().map(Measure::One);
        three.chain(MIXTURES.into_iter().map(Measure::Mixed))
    }

    /// The measure of a weight and a length in metres.
    pub fn of(self, weight: Weight, length_m: u64) -> u64 {
        match self {
            Measure::One(Criterion::Time) => weight[0],
            Measure::One(Criterion::Cost) => weight[1],
            Measure::One(Criterion::Co2e) => weight[2],
            Measure::One(Criterion::Distance) => length_m,
            Measure::Mixed(mixture) => mixture.of(weight),
        }
    }
}
