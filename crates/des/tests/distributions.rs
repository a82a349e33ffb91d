//! The generator against its published values; distributions against their moments and, by the test of
//! Kolmogorov and Smirnov, against the distribution functions of another library.

use rand::Rng;
use rand_pcg::Pcg64Mcg;
use statrs::distribution as known;
use statrs::distribution::ContinuousCDF;
use trimodal_des::distribution::{Distribution as D, stream};

const SAMPLES: usize = 40_000;

fn sample(d: &D) -> Vec<f64> {
    let sampler = d.sampler().expect("a distribution");
    let mut random = stream(1, 2, "test", "distribution");
    (0..SAMPLES).map(|_| sampler.draw(&mut random)).collect()
}

/// Largest distance between the two distribution functions, at most 1.95 / sqrt(n) in 999 of 1,000.
fn fits(name: &str, d: &D, cdf: impl Fn(f64) -> f64, variance: f64) {
    let mut values = sample(d);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = variance.sqrt();
    assert!((mean - d.mean()).abs() <= 3.9 * sd / n.sqrt(), "{name}: mean {mean} of {}", d.mean());
    let var = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    assert!((var / variance - 1.0).abs() < 0.1, "{name}: variance {var} of {variance}");
    values.sort_by(f64::total_cmp);
    let apart = |(i, v): (usize, &f64)| {
        let c = cdf(*v);
        (c - i as f64 / n).abs().max((c - (i + 1) as f64 / n).abs())
    };
    let most = values.iter().enumerate().map(apart).fold(0.0, f64::max);
    assert!(most <= 1.95 / n.sqrt(), "{name}: {most}");
}

#[test]
fn distributions_fit() {
    let exp = known::Exp::new(1.0 / 3.0).expect("known");
    fits("exponential", &D::Exponential(3.0), |x| exp.cdf(x), 9.0);
    let (mean, cv) = (3.0, 0.5);
    let gamma = known::Gamma::new(4.0, 4.0 / mean).expect("known");
    fits("Erlang", &D::Gamma { mean, cv }, |x| gamma.cdf(x), (mean * cv).powi(2));
    let sigma2 = (1.0_f64 + cv * cv).ln();
    let lognormal = known::LogNormal::new(mean.ln() - sigma2 / 2.0, sigma2.sqrt()).expect("known");
    fits("lognormal", &D::Lognormal { mean, cv }, |x| lognormal.cdf(x), (mean * cv).powi(2));
    let triangular = known::Triangular::new(1.0, 6.0, 2.0).expect("known");
    let variance = (1.0 + 36.0 + 4.0 - 6.0 - 2.0 - 12.0) / 18.0;
    fits(
        "triangular",
        &D::Triangular { low: 1.0, mode: 2.0, high: 6.0 },
        |x| triangular.cdf(x),
        variance,
    );
    let uniform = known::Uniform::new(1.0, 4.0).expect("known");
    fits("uniform", &D::Uniform { low: 1.0, high: 4.0 }, |x| uniform.cdf(x), 9.0 / 12.0);
    let normal = known::Normal::new(0.0, 2.0).expect("known");
    let half = 4.0 * (1.0 - 2.0 / std::f64::consts::PI);
    fits("half-normal", &D::HalfNormal(2.0), |x| 2.0 * normal.cdf(x) - 1.0, half);
}

#[test]
fn an_empirical_distribution_draws_its_values() {
    let values = sample(&D::Empirical(vec![1.0, 2.0, 7.0]));
    for v in [1.0, 2.0, 7.0] {
        let share = values.iter().filter(|x| **x == v).count() as f64 / SAMPLES as f64;
        assert!((share - 1.0 / 3.0).abs() < 0.01, "{v}: {share}");
    }
}

#[test]
fn what_no_time_can_have_is_refused() {
    for d in [
        D::Fixed(f64::NAN),
        D::Fixed(-1.0),
        D::Exponential(f64::INFINITY),
        D::Gamma { mean: 0.0, cv: 1.0 },
        D::Gamma { mean: 1.0, cv: 0.0 },
        D::Triangular { low: 3.0, mode: 2.0, high: 4.0 },
        D::Triangular { low: 1.0, mode: 1.0, high: 1.0 },
        D::Empirical(vec![]),
        D::Empirical(vec![1.0, f64::NAN]),
        D::Empirical(vec![-1.0]),
    ] {
        assert!(d.sampler().is_err(), "{d:?}");
    }
}

#[test]
fn streams_depend_on_their_key_alone() {
    let first =
        |seed, replication, name, purpose| stream(seed, replication, name, purpose).next_u64();
    let keys = [
        (1, 0, "a", "time"),
        (2, 0, "a", "time"),
        (1, 1, "a", "time"),
        (1, 0, "b", "time"),
        (1, 0, "a", "choice"),
        (u64::MAX, u64::MAX, "a", "time"),
        (0, 0, "", ""),
        (1, 0, "at", "ime"),
    ];
    let drawn: Vec<u64> = keys.iter().map(|(s, r, n, p)| first(*s, *r, n, p)).collect();
    let mut apart = drawn.clone();
    apart.sort_unstable();
    apart.dedup();
    assert_eq!(apart.len(), keys.len());
    assert_eq!(drawn[0], first(1, 0, "a", "time"));
}

#[test]
fn the_generator_gives_its_published_values() {
    // M. O'Neill's reference implementation of PCG XSL 128/64 (MCG), seed 42.
    let mut rng = Pcg64Mcg::new(42);
    let expected: [u64; 6] = [
        0x63b4_a3a8_13ce_700a,
        0x3829_5420_0617_ab24,
        0xa7fd_85ae_3fe9_50ce,
        0xd715_286a_a288_7737,
        0x60c9_2fee_2e59_f32c,
        0x84c4_e96b_eff3_0017,
    ];
    assert_eq!(expected.map(|_| rng.next_u64()), expected);
}
