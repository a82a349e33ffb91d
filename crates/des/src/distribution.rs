//! Distributions of times, and the random streams they are drawn from.

use crate::hash;
use rand::SeedableRng;
use rand_distr::{Distribution as _, Exp1, Gamma, StandardNormal, StandardUniform};
use rand_pcg::Pcg64Mcg;

/// An independent random stream.
pub type Stream = Pcg64Mcg;

/// The stream for a seed, a replication, a name and a purpose. Streams depend on nothing else, so
/// that adding a facility leaves the random numbers of the others unchanged (common random numbers).
pub fn stream(seed: u64, replication: u64, name: &str, purpose: &str) -> Stream {
    Pcg64Mcg::seed_from_u64(hash::mix(key(seed, replication, name, purpose)))
}

/// The key of the streams of a name and a purpose, one for each number: see [`numbered`].
pub fn key(seed: u64, replication: u64, name: &str, purpose: &str) -> u64 {
    let parts = [
        &seed.to_le_bytes()[..],
        &replication.to_le_bytes(),
        name.as_bytes(),
        b"\0",
        purpose.as_bytes(),
    ];
    parts.into_iter().flatten().fold(hash::EMPTY, |h, b| hash::add(h, u64::from(*b)))
}

/// The stream of the n-th user of a key: its draws do not depend on the users that draw before it.
#[inline]
pub fn numbered(key: u64, number: u32) -> Stream {
    // The n-th step of SplitMix64's counter, then its finaliser.
    let step = u64::from(number).wrapping_add(1).wrapping_mul(hash::STEP);
    Pcg64Mcg::seed_from_u64(hash::mix(hash::mix(key).wrapping_add(step)))
}

/// A distribution of hours that are never negative.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Fixed(f64),
    /// Exponential with this mean.
    Exponential(f64),
    /// Gamma by mean and coefficient of variation; Erlang where 1/cv^2 is whole.
    Gamma {
        /// Mean.
        mean: f64,
        /// Coefficient of variation, above 0.
        cv: f64,
    },
    /// Lognormal by mean and coefficient of variation.
    Lognormal {
        /// Mean.
        mean: f64,
        /// Coefficient of variation.
        cv: f64,
    },
    /// Triangular.
    Triangular {
        /// Least.
        low: f64,
        /// Most likely.
        mode: f64,
        /// Most.
        high: f64,
    },
    /// Uniform between two values.
    Uniform {
        /// Least.
        low: f64,
        /// Most.
        high: f64,
    },
    /// The absolute value of a normal variable with this standard deviation.
    HalfNormal(f64),
    /// One of these values, each equally likely.
    Empirical(Vec<f64>),
}

impl Distribution {
    /// Lognormal with a mean and a coefficient of variation, or fixed where nothing varies.
    pub fn around(mean: f64, cv: f64) -> Self {
        if cv > 0.0 && mean > 0.0 {
            Distribution::Lognormal { mean, cv }
        } else {
            Distribution::Fixed(mean)
        }
    }

    /// Times between arrivals with a mean and a squared coefficient of variation.
    pub fn renewal(mean: f64, ca2: f64) -> Self {
        match ca2 {
            c if c <= 0.0 => Distribution::Fixed(mean),
            1.0 => Distribution::Exponential(mean),
            c => Distribution::Gamma { mean, cv: c.sqrt() },
        }
    }

    /// Its mean.
    pub fn mean(&self) -> f64 {
        match self {
            Distribution::Fixed(mean)
            | Distribution::Exponential(mean)
            | Distribution::Gamma { mean, .. }
            | Distribution::Lognormal { mean, .. } => *mean,
            Distribution::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Distribution::Uniform { low, high } => (low + high) / 2.0,
            Distribution::HalfNormal(sd) => sd * (2.0 / std::f64::consts::PI).sqrt(),
            Distribution::Empirical(values) => values.iter().sum::<f64>() / values.len() as f64,
        }
    }

    /// The sampler of the distribution. Parameters that no time can have are refused, with the reason.
    pub fn sampler(&self) -> Result<Sampler, String> {
        let sampler = match self {
            Distribution::Fixed(h) => Sampler::Fixed(*h),
            Distribution::Exponential(mean) => Sampler::Exponential(*mean),
            Distribution::Gamma { mean, cv } => {
                let shape = 1.0 / (cv * cv);
                Gamma::new(shape, mean / shape)
                    .map_err(|e| format!("gamma, mean {mean}, cv {cv}: {e}"))
                    .map(|gamma| Sampler::Gamma(gamma.into()))?
            }
            Distribution::Lognormal { mean, cv } => {
                let sigma2 = (1.0 + cv * cv).ln();
                Sampler::Lognormal { mu: mean.ln() - sigma2 / 2.0, sigma: sigma2.sqrt() }
            }
            Distribution::Triangular { low, mode, high } => {
                if !(low <= mode && mode <= high && low < high) {
                    return Err(format!("triangular from {low} over {mode} to {high}"));
                }
                Sampler::Triangular { low: *low, mode: *mode, high: *high }
            }
            Distribution::Uniform { low, high } => Sampler::Uniform { low: *low, high: *high },
            Distribution::HalfNormal(sd) => Sampler::HalfNormal(*sd),
            Distribution::Empirical(values) => {
                if values.is_empty() || values.iter().any(|v| !v.is_finite() || *v < 0.0) {
                    return Err("an empirical distribution needs values, none negative".into());
                }
                Sampler::Empirical(values.clone().into())
            }
        };
        let mean = self.mean();
        if mean.is_finite() && mean >= 0.0 {
            Ok(sampler)
        } else {
            Err(format!("a mean of {mean} h"))
        }
    }
}

/// A distribution with its constants precomputed.
#[allow(missing_docs)]
#[derive(Debug, Clone)]
pub enum Sampler {
    Fixed(f64),
    Exponential(f64),
    /// Shared, as it is larger than all others, and a timing has to fit in one cache line.
    Gamma(std::sync::Arc<Gamma<f64>>),
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    Triangular {
        low: f64,
        mode: f64,
        high: f64,
    },
    Uniform {
        low: f64,
        high: f64,
    },
    HalfNormal(f64),
    Empirical(std::sync::Arc<[f64]>),
}

impl Sampler {
    /// Draws hours.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        // Most times are exponential: these are drawn inline, all others by a call.
        if let Sampler::Exponential(mean) = self {
            return exponential(*mean, stream);
        }
        self.draw_other(stream)
    }

    fn draw_other(&self, stream: &mut Stream) -> f64 {
        match self {
            Sampler::Fixed(h) => *h,
            Sampler::Exponential(mean) => exponential(*mean, stream),
            Sampler::Gamma(gamma) => gamma.sample(stream),
            Sampler::Lognormal { mu, sigma } => (mu + sigma * normal(stream)).exp(),
            Sampler::Triangular { low, mode, high } => {
                let (u, cut) = (uniform(stream), (mode - low) / (high - low));
                if u < cut {
                    low + (u * (high - low) * (mode - low)).sqrt()
                } else {
                    high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()
                }
            }
            Sampler::Uniform { low, high } => low + (high - low) * uniform(stream),
            Sampler::HalfNormal(sd) => sd * normal(stream).abs(),
            Sampler::Empirical(values) => {
                let at = (uniform(stream) * values.len() as f64) as usize;
                values[at.min(values.len() - 1)]
            }
        }
    }
}

/// By the ziggurat method of G. Marsaglia and W. W. Tsang (2000).
#[inline]
fn exponential(mean: f64, stream: &mut Stream) -> f64 {
    let x: f64 = Exp1.sample(stream);
    mean * x
}

fn normal(stream: &mut Stream) -> f64 {
    StandardNormal.sample(stream)
}

/// A number from 0 to 1, 1 excluded.
#[inline]
pub fn uniform(stream: &mut Stream) -> f64 {
    StandardUniform.sample(stream)
}
