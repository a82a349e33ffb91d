//! Means over replications, with their intervals.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::outcome::{Estimate, Interval};

/// Quantile of Student's t; infinite with no degree of freedom.
pub fn students_t(freedom: f64, share: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(f64::INFINITY, |d| d.inverse_cdf(share))
}

/// The 95 % interval of a probability, of which `seen` of `n` cases were observed (E. B. Wilson, "Probable
/// inference, the law of succession, and statistical inference", 1927).
pub fn wilson(seen: f64, n: f64) -> Interval {
    const Z: f64 = 1.96;
    let (share, z2) = (seen / n, Z * Z / n);
    let middle = (share + z2 / 2.0) / (1.0 + z2);
    let half = Z / (1.0 + z2) * (share * (1.0 - share) / n + z2 / (4.0 * n)).sqrt();
    (n > 1.0).then(|| [(middle - half).max(0.0), (middle + half).min(1.0)])
}

/// Mean and standard error.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    pub n: f64,
    pub mean: f64,
    /// Standard error of the mean; infinite for a single value.
    pub error: f64,
}

impl Sample {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Sample {
        let values: Vec<f64> = values.into_iter().collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n.max(1.0);
        let squares = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
        let error = if n > 1.0 { (squares / (n - 1.0) / n).sqrt() } else { f64::INFINITY };
        Sample { n, mean, error }
    }

    /// The sum of some values over the sum of others, by the delta method (W. G. Cochran, *Sampling
    /// Techniques*, 1977, ch. 6): years with more users count for more, as they do for users.
    pub fn ratio(above: &[f64], below: &[f64]) -> Sample {
        let (n, sum) = (above.len() as f64, below.iter().sum::<f64>());
        if sum <= 0.0 {
            return Sample { n, mean: 0.0, error: if n > 1.0 { 0.0 } else { f64::INFINITY } };
        }
        let mean = above.iter().sum::<f64>() / sum;
        let rests = above.iter().zip(below).map(|(a, b)| a - mean * b);
        let rest = Sample::of(rests);
        Sample { n, mean, error: rest.error / (sum / n) }
    }

    /// Half width of the two-sided interval at this confidence.
    pub fn half(&self, two_sided: f64) -> f64 {
        if self.n > 1.0 {
            students_t(self.n - 1.0, 0.5 + two_sided / 2.0) * self.error
        } else {
            f64::INFINITY
        }
    }

    /// The 95 % interval; none for a single value.
    pub fn interval(&self) -> Interval {
        let half = self.half(0.95);
        half.is_finite().then_some([self.mean - half, self.mean + half])
    }

    /// The same of something that is never negative.
    pub fn positive(&self) -> Interval {
        self.interval().map(|[low, high]| [low.max(0.0), high])
    }

    /// As an [`Estimate`] of the outcome.
    pub fn estimate(&self) -> Estimate {
        let interval = self.interval();
        Estimate {
            mean: self.mean,
            ci95_low: interval.map(|i| i[0]),
            ci95_high: interval.map(|i| i[1]),
        }
    }

    /// The same of something that is never negative.
    pub fn amount(&self) -> Estimate {
        let all = self.estimate();
        Estimate { ci95_low: all.ci95_low.map(|low| low.max(0.0)), ..all }
    }

    /// Replications after which the interval, now of half width `half`, would not reach a limit at distance
    /// `away`.
    pub fn enough(&self, half: f64, away: f64) -> Option<u32> {
        let n = self.n * (half / away.abs()).powi(2);
        (n.is_finite() && n <= f64::from(crate::request::MAX_REPLICATIONS))
            .then(|| n.ceil() as u32 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_by_hand() {
        let s = Sample::of([1.0, 2.0, 3.0]);
        // t with 2 degrees of freedom at 0.975 is 4.3027.
        assert!((s.half(0.95) - 4.3027 / 3.0_f64.sqrt()).abs() < 1e-3);
        assert_eq!(Sample::of([5.0]).interval(), None);
        assert_eq!(Sample::of([5.0]).estimate().ci95_high, None);
        // Two of ten: 0.0567 to 0.5098.
        let [low, high] = wilson(2.0, 10.0).expect("an interval");
        assert!((low - 0.0567).abs() < 1e-4 && (high - 0.5098).abs() < 1e-4, "{low} {high}");
        let r = Sample::ratio(&[2.0, 6.0], &[1.0, 3.0]);
        assert_eq!((r.mean, r.error), (2.0, 0.0));
        assert_eq!(Sample::ratio(&[0.0, 0.0], &[0.0, 0.0]).mean, 0.0);
    }
}
