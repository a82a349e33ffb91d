//! The years in which demand reaches a volume.

use trimodal_model::Scenario;

use crate::column_pool::ColumnPool;
use crate::outcome::Years;

/// The last year considered, counted from the first.
const HORIZON: i32 = 60;

/// First year of the scenario's period.
pub fn first_year(s: &Scenario) -> i32 {
    s.settings.period_start.year().into()
}

/// Construction time in whole years.
pub fn lead_years(lead_months: f64) -> usize {
    (lead_months / 12.0).ceil() as usize
}

/// Scaled demand in tonnes, `years` after the first, in growth case 0 low, 1 base, 2 high.
pub fn asked_t(pool: &ColumnPool, case: usize, years: i32) -> f64 {
    (0..pool.s.demand.len())
        .filter(|&d| pool.is_scaled(d))
        .map(|d| pool.asked_t(d) * (1.0 + pool.s.demand[d].growth[case]).powi(years))
        .sum()
}

/// The first year in which scaled demand is at least this many tonnes; none within 60 years.
pub fn reaches(pool: &ColumnPool, tonnes: f64) -> Years {
    let start = first_year(pool.s);
    let enough = |case, years| asked_t(pool, case, years) >= tonnes * (1.0 - 1e-9);
    let year = |case| (0..=HORIZON).find(|&n| enough(case, n)).map(|n| start + n);
    Years { low: year(0), base: year(1), high: year(2) }
}

fn each(years: Years, of: impl Fn(i32) -> i32) -> Years {
    Years { low: years.low.map(&of), base: years.base.map(&of), high: years.high.map(of) }
}

/// Years no earlier than construction from the scenario's first year on allows.
pub fn not_before(years: Years, s: &Scenario, lead: usize) -> Years {
    let least = first_year(s) + lead as i32;
    each(years, |y| y.max(least))
}

/// Years moved earlier by a lead time.
pub fn before(years: Years, lead: usize) -> Years {
    each(years, |y| y - lead as i32)
}
