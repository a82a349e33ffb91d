//! What a rung is worth: net present value, internal rate of return, benefit over cost.
//!
//! The case with the investments is set against the case without, year by year over the horizon
//! (European Commission, *Guide to Cost-Benefit Analysis of Investment Projects*, 2014, section 2.8).
//! Benefit of a tonne carried beyond today's capacity: the generalised cost of its next best way
//! (`alternative_usd_t`) less that by the corridor. Tonnes that both cases carry gain or lose the
//! difference of the corridor's own cost. What is worn out is replaced, and what is left at the end
//! counts by straight-line depreciation.

use crate::growth;
use crate::network::Network;
use crate::outcome::Economics;

/// A demand in the two cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volume {
    /// Asked for in the first year, t.
    pub asked_t: f64,
    /// Growth a year.
    pub growth: f64,
    /// The most carried without the investments, t.
    pub without_t: f64,
    /// The most carried with them, t.
    pub with_t: f64,
    /// Generalised cost without, USD/t.
    pub cost_without: f64,
    /// Generalised cost with, USD/t.
    pub cost_with: f64,
    /// Generalised cost of the next best way, USD/t; none counts no benefit.
    pub alternative: Option<f64>,
}

/// An investment in all its levels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlay {
    /// Investment, USD.
    pub capex_usd: f64,
    /// Running cost, USD a year.
    pub opex_usd_per_year: f64,
    /// Economic life, years.
    pub life_years: f64,
    /// Lead time, months.
    pub lead_months: f64,
}

/// Net benefit of each year from the scenario's first, split into benefits and costs.
#[derive(Debug, Clone, PartialEq, Default)]
struct Flows {
    benefit: Vec<f64>,
    cost: Vec<f64>,
}

/// Appraises: opens once the demand passes what is carried without, but not before it can be built.
pub fn appraise(
    network: &Network,
    volumes: &[Volume],
    outlays: &[Outlay],
    without_t: f64,
) -> Economics {
    let s = network.s;
    let lead = outlays.iter().map(|o| (o.lead_months / 12.0).ceil() as usize).max().unwrap_or(0);
    let first = growth::first_year(s);
    let needed =
        growth::reaches(network, without_t).base.map_or(usize::MAX, |y| (y - first) as usize);
    let opens = if needed == usize::MAX { lead } else { needed.max(lead) };
    let horizon = s.settings.horizon_years as usize;
    let flows = flows(volumes, outlays, opens, horizon);
    let rate = s.settings.discount_rate;
    let (benefit, cost) = (present(&flows.benefit, rate), present(&flows.cost, rate));
    let net: Vec<f64> = flows.benefit.iter().zip(&flows.cost).map(|(b, c)| b - c).collect();
    Economics {
        npv_usd: benefit - cost,
        eirr: internal_rate(&net),
        bcr: (cost > 0.0).then(|| benefit / cost),
        opens_in: first + opens as i32,
    }
}

fn flows(volumes: &[Volume], outlays: &[Outlay], opens: usize, horizon: usize) -> Flows {
    let end = opens + horizon;
    let mut f = Flows { benefit: vec![0.0; end + 1], cost: vec![0.0; end + 1] };
    for year in opens..end {
        f.benefit[year] = volumes.iter().map(|v| benefit_usd(v, year)).sum();
        f.cost[year] += outlays.iter().map(|o| o.opex_usd_per_year).sum::<f64>();
    }
    for outlay in outlays {
        spend(&mut f.cost, outlay, opens, end);
    }
    f
}

/// Investment in even parts over its lead time, replacement at the end of life, residual value.
fn spend(cost: &mut [f64], outlay: &Outlay, opens: usize, end: usize) {
    let lead = ((outlay.lead_months / 12.0).ceil() as usize).clamp(1, opens.max(1));
    let mut built = opens;
    loop {
        let years = built.saturating_sub(lead)..built.max(1);
        let share = outlay.capex_usd / years.len() as f64;
        cost[years].iter_mut().for_each(|c| *c += share);
        let next = built + outlay.life_years.ceil() as usize;
        if next >= end {
            let left = 1.0 - (end - built) as f64 / outlay.life_years;
            cost[end] -= outlay.capex_usd * left.max(0.0);
            return;
        }
        built = next;
    }
}

fn benefit_usd(v: &Volume, year: usize) -> f64 {
    let asked = v.asked_t * (1.0 + v.growth).powi(year as i32);
    let (without, with) = (asked.min(v.without_t), asked.min(v.with_t));
    let both = without.min(with);
    let extra = v.alternative.map_or(0.0, |a| (with - without) * (a - v.cost_with));
    both * (v.cost_without - v.cost_with) + extra
}

fn present(flow: &[f64], rate: f64) -> f64 {
    flow.iter().enumerate().map(|(year, x)| x / (1.0 + rate).powi(year as i32)).sum()
}

/// The rate at which a flow is worth nothing; none where it does not change sign from - to +.
pub fn internal_rate(net: &[f64]) -> Option<f64> {
    let (mut low, mut high) = (-0.99_f64, 10.0_f64);
    // Outlays first, benefits after: the value falls with the rate.
    if present(net, low) <= 0.0 || present(net, high) >= 0.0 || net.iter().all(|x| *x >= 0.0) {
        return None;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if present(net, middle) > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_of_known_flows() {
        // 100 now for 110 in a year is 10 %; an annuity of 1000 over 5 years at 8 % returns 8 %.
        assert!((internal_rate(&[-100.0, 110.0]).expect("a rate") - 0.10).abs() < 1e-9);
        let yearly = 1000.0 * crate::formulation::annuity(0.08, 5.0);
        let flow = [-1000.0, yearly, yearly, yearly, yearly, yearly];
        assert!((internal_rate(&flow).expect("a rate") - 0.08).abs() < 1e-9);
        assert_eq!(internal_rate(&[-100.0, -1.0]), None);
        assert_eq!(internal_rate(&[1.0, 1.0]), None);
    }

    #[test]
    fn outlay_replacement_and_residual_by_hand() {
        // 90 USD with a life of 4 years, opens in year 1, ends in year 7: bought in year 0 and again
        // in year 4 (for year 5); two of its four years are left at the end.
        let outlay =
            Outlay { capex_usd: 90.0, opex_usd_per_year: 0.0, life_years: 4.0, lead_months: 12.0 };
        let mut cost = vec![0.0; 8];
        spend(&mut cost, &outlay, 1, 7);
        assert_eq!(cost, [90.0, 0.0, 0.0, 0.0, 90.0, 0.0, 0.0, -45.0]);
    }

    #[test]
    fn benefit_by_hand() {
        let v = Volume {
            asked_t: 100.0,
            growth: 0.1,
            without_t: 100.0,
            with_t: 105.0,
            cost_without: 12.0,
            cost_with: 10.0,
            alternative: Some(30.0),
        };
        // Year 1 asks for 110: 100 t save 2 USD each, 5 t save 20 USD each.
        assert!((benefit_usd(&v, 1) - 300.0).abs() < 1e-9);
        assert!((benefit_usd(&v, 0) - 200.0).abs() < 1e-9);
    }
}
