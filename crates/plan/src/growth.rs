//! When demand reaches a volume.

use trimodal_model::Scenario;

use crate::network::Network;
use crate::outcome::Years;

/// Years after which "not in sight" is said.
const HORIZON: i32 = 200;

/// First year of the scenario's period.
pub fn first_year(s: &Scenario) -> i32 {
    s.settings.period_start.get(..4).and_then(|y| y.parse().ok()).unwrap_or(0)
}

/// Tonnes of scaled demand asked for, `years` after the first, in growth case 0 low, 1 base, 2 high.
pub fn asked_t(network: &Network, case: usize, years: i32) -> f64 {
    (0..network.s.demand.len())
        .filter(|&d| network.is_scaled(d))
        .map(|d| network.asked_t(d) * (1.0 + network.s.demand[d].growth[case]).powi(years))
        .sum()
}

/// The first year in which scaled demand asks for at least this many tonnes.
pub fn reaches(network: &Network, tonnes: f64) -> Years {
    let first = first_year(network.s);
    let year = |case: usize| {
        (0..=HORIZON)
            .find(|&n| asked_t(network, case, n) >= tonnes * (1.0 - 1e-9))
            .map(|n| first + n)
    };
    Years { low: year(0), base: year(1), high: year(2) }
}

/// Years moved earlier by a lead time in months.
pub fn before(years: Years, lead_months: f64) -> Years {
    let lead = (lead_months / 12.0).ceil() as i32;
    let earlier = |y: Option<i32>| y.map(|y| y - lead);
    Years { low: earlier(years.low), base: earlier(years.base), high: earlier(years.high) }
}
