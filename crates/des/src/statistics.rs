//! The counters of a run.

use crate::clock::Ticks;

/// Bits of a value kept in a histogram: buckets are at most 1/8 of their value wide.
const FINE: u32 = 3;
const BUCKETS: usize = 48 << FINE;

/// A sample of times: number, sum, sum of squares, and a histogram with buckets that widen with
/// the value (the idea of HdrHistogram, G. Tene), so that quantiles are right to 1/16.
#[derive(Debug, Clone)]
pub struct Tally {
    /// Number of values.
    pub count: u64,
    /// Their sum.
    pub sum: u64,
    /// Zeros that were added as such, outside the histogram.
    zeros: u64,
    buckets: Box<[u32]>,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { count: 0, sum: 0, zeros: 0, buckets: vec![0; BUCKETS].into() }
    }
}

impl Tally {
    /// An empty sample that needs no memory and ignores values.
    pub fn none() -> Self {
        Tally { count: 0, sum: 0, zeros: 0, buckets: Box::default() }
    }

    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: Ticks) {
        self.count += 1;
        self.sum += value;
        self.buckets[bucket(value)] += 1;
    }

    /// Adds a zero.
    #[inline]
    pub fn add_zero(&mut self) {
        self.count += 1;
        self.zeros += 1;
    }

    /// Adds a value `weight` times.
    pub fn add_weighted(&mut self, value: Ticks, weight: u64) {
        self.count += weight;
        self.sum += value * weight;
        let bucket = &mut self.buckets[bucket(value)];
        *bucket = bucket.saturating_add(weight.min(u64::from(u32::MAX)) as u32);
    }

    /// Adds another sample.
    pub fn merge(&mut self, other: &Tally) {
        self.count += other.count;
        self.sum += other.sum;
        self.zeros += other.zeros;
        for (a, b) in self.buckets.iter_mut().zip(&other.buckets) {
            *a = a.saturating_add(*b);
        }
    }

    /// Mean; 0 of an empty sample.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum as f64 / self.count as f64 }
    }

    /// The quantile of a share: the middle of its bucket.
    pub fn quantile(&self, share: f64) -> f64 {
        let all = self.zeros + self.buckets.iter().map(|n| u64::from(*n)).sum::<u64>();
        let wanted = (share * all as f64).ceil().max(1.0) as u64;
        let mut seen = self.zeros;
        for (i, n) in self.buckets.iter().enumerate() {
            seen += u64::from(*n);
            if seen >= wanted {
                return (lowest(i) + lowest(i + 1)) as f64 / 2.0 - 0.5;
            }
        }
        0.0
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.count = 0;
        self.sum = 0;
        self.zeros = 0;
        self.buckets.fill(0);
    }
}

#[inline]
fn bucket(value: Ticks) -> usize {
    let shift = (63 - (value | (1 << FINE)).leading_zeros()) - FINE;
    let at = ((shift as usize) << FINE) + (value >> shift) as usize;
    at.min(BUCKETS - 1)
}

/// The least value of a bucket.
fn lowest(bucket: usize) -> Ticks {
    let width = 1 << FINE;
    if bucket < 2 * width {
        return bucket as Ticks;
    }
    let shift = (bucket >> FINE) - 1;
    ((bucket & (width - 1)) as Ticks + width as Ticks) << shift
}

/// The counters of a resource since statistics were cleared. Areas are unit-ticks.
/// The fields that change with every user come first, in one cache line.
#[derive(Debug, Clone, Default)]
#[repr(C, align(64))]
pub struct ResourceCount {
    /// Waits of users before they were served.
    pub waits: Tally,
    /// Units held while a delay was spent on them: not waiting for something else.
    pub in_hold: u64,
    /// Units held.
    pub held: u64,
    /// Users waiting.
    pub queue: u64,
    /// Units held: of which failed.
    pub down: u64,
    /// Of which out of hours, or slowed by the season.
    pub closed: u64,
    /// Of which changing between classes.
    pub changeover: u64,
    /// Of which kept by a user of a pool that waits for something else.
    pub kept: u64,
    /// Of which kept by a user that waits for goods.
    pub starved: u64,
}

impl ResourceCount {
    /// Adds the counters of another run.
    pub fn merge(&mut self, other: &ResourceCount) {
        self.held += other.held;
        self.in_hold += other.in_hold;
        self.down += other.down;
        self.closed += other.closed;
        self.changeover += other.changeover;
        self.kept += other.kept;
        self.starved += other.starved;
        self.queue += other.queue;
        self.waits.merge(&other.waits);
    }
}

/// The counters of a flow.
#[derive(Debug, Clone, Default)]
pub struct FlowCount {
    /// Created, kg.
    pub born_kg: u64,
    /// Arrived, kg.
    pub delivered_kg: u64,
    /// Hours from start to end, a tonne counted once.
    pub transit: Tally,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_cover_all_values_in_order() {
        for b in 0..BUCKETS - 1 {
            assert_eq!(bucket(lowest(b)), b);
            assert_eq!(bucket(lowest(b + 1) - 1), b);
        }
    }

    #[test]
    fn quantiles_of_the_first_thousand() {
        let mut t = Tally::default();
        (1..=1000).for_each(|v| t.add(v));
        assert_eq!(t.mean(), 500.5);
        for share in [0.05, 0.5, 0.95] {
            let q = t.quantile(share);
            assert!((q / (1000.0 * share) - 1.0).abs() < 1.0 / 16.0, "{share}: {q}");
        }
    }
}
