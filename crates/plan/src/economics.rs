//! The appraisal of a rung: net present value, internal rate of return, benefit-cost ratio.
//!
//! The case with the investments is compared with the case without, year by year over the horizon
//! (European Commission, *Guide to Cost-Benefit Analysis of Investment Projects*, 2014, section
//! 2.8). Each investment opens in the year in which demand exceeds the capacity without it, so that
//! the case with them is a sequence of stages. The benefit of a tonne carried beyond today's
//! capacity is the generalised cost of its next best alternative (`alternative_usd_t`) less that by
//! the corridor. Tonnes carried in both cases gain or lose the difference of the corridor's own
//! cost. Investments are replaced at the end of their life; residual values are by straight-line
//! depreciation.

use crate::outcome::{Economics, Worth};

/// A demand at one stage, against today.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Volume {
    /// Volume in the first year, t.
    pub asked_t: f64,
    /// Growth a year.
    pub growth: f64,
    /// Capacity without the investments, t.
    pub without_t: f64,
    /// Capacity with them, t.
    pub with_t: f64,
    /// Generalised cost without, USD/t.
    pub cost_without: f64,
    /// Generalised cost with, USD/t.
    pub cost_with: f64,
    /// Generalised cost of the next best alternative, USD/t; without one there is no benefit.
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
    /// Construction time, years.
    pub lead_years: usize,
    /// First year of operation, counted from the scenario's first; none where it lies beyond the
    /// horizon.
    pub opens: Option<usize>,
}

/// The corridor from a year on.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// First year, counted from the scenario's first.
    pub from: usize,
    /// Each scaled demand.
    pub volumes: Vec<Volume>,
}

/// Investments with the stages that they make.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Programme {
    /// The investments.
    pub outlays: Vec<Outlay>,
    /// The stages, in order.
    pub stages: Vec<Stage>,
}

/// Rules of the appraisal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// The scenario's first year.
    pub first_year: i32,
    /// Discount rate a year.
    pub rate: f64,
    /// Years from the first year of operation.
    pub horizon: usize,
}

/// Benefits, costs and residual values, year by year from the scenario's first.
#[derive(Debug, Clone, PartialEq, Default)]
struct Flows {
    benefit: Vec<f64>,
    cost: Vec<f64>,
    residual: Vec<f64>,
}

impl Flows {
    fn net(&self) -> Vec<f64> {
        let all = self.benefit.iter().zip(&self.cost).zip(&self.residual);
        all.map(|((b, c), r)| b - c + r).collect()
    }
}

impl Programme {
    /// First year of operation of any investment.
    fn opens(&self) -> Option<usize> {
        self.outlays.iter().filter_map(|o| o.opens).min()
    }

    fn flows(&self, end: usize) -> Flows {
        let none = || vec![0.0; end + 1];
        let mut f = Flows { benefit: none(), cost: none(), residual: none() };
        for year in 0..end {
            let stage = self.stages.iter().rev().find(|s| s.from <= year);
            f.benefit[year] =
                stage.map_or(0.0, |s| s.volumes.iter().map(|v| benefit_usd(v, year)).sum());
        }
        for outlay in &self.outlays {
            spend(&mut f, outlay, end);
        }
        f
    }
}

/// Appraises a programme as scheduled, the same built all at once, and its increment over the one
/// before.
pub fn appraise(
    scheduled: &Programme,
    at_once: &Programme,
    before: Option<&Programme>,
    terms: Terms,
) -> Option<Economics> {
    let opens = scheduled.opens()?;
    let end = opens + terms.horizon;
    let flows = scheduled.flows(end);
    let residual_usd = present(&flows.residual, terms.rate);
    let once_opens = at_once.opens()?;
    let once = at_once.flows(once_opens + terms.horizon);
    let incremental = before.and_then(|before| {
        let end = end.max(before.opens()? + terms.horizon);
        Some(worth(&less(&scheduled.flows(end), &before.flows(end)), terms.rate))
    });
    let own = worth(&flows, terms.rate);
    Some(Economics {
        npv_usd: own.npv_usd,
        eirr: own.eirr,
        bcr: own.bcr,
        residual_usd,
        discount_rate: terms.rate,
        horizon_years: terms.horizon as u32,
        opens_in: terms.first_year + opens as i32,
        ends_in: terms.first_year + end as i32 - 1,
        at_once: worth(&once, terms.rate),
        at_once_opens_in: terms.first_year + once_opens as i32,
        incremental,
    })
}

fn less(a: &Flows, b: &Flows) -> Flows {
    let sub = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x - y).collect();
    Flows {
        benefit: sub(&a.benefit, &b.benefit),
        cost: sub(&a.cost, &b.cost),
        residual: sub(&a.residual, &b.residual),
    }
}

/// BCR: present value of the benefits over that of investment and running cost less residual values.
fn worth(flows: &Flows, rate: f64) -> Worth {
    let benefit = present(&flows.benefit, rate);
    let cost = present(&flows.cost, rate) - present(&flows.residual, rate);
    Worth {
        npv_usd: benefit - cost,
        eirr: internal_rate(&flows.net()),
        bcr: (cost > 0.0).then(|| benefit / cost),
    }
}

/// Investment in even parts over its lead time, running cost, replacement at the end of life,
/// residual value. An investment that would open after the end is not built.
fn spend(f: &mut Flows, outlay: &Outlay, end: usize) {
    let Some(opens) = outlay.opens.filter(|o| *o < end) else { return };
    f.cost[opens..end].iter_mut().for_each(|c| *c += outlay.opex_usd_per_year);
    let lead = outlay.lead_years.clamp(1, opens.max(1));
    let mut built = opens;
    loop {
        let years = built.saturating_sub(lead)..built.max(1);
        let share = outlay.capex_usd / years.len() as f64;
        f.cost[years].iter_mut().for_each(|c| *c += share);
        let next = built + outlay.life_years.ceil() as usize;
        if next >= end {
            let left = 1.0 - (end - built) as f64 / outlay.life_years;
            f.residual[end] += outlay.capex_usd * left.max(0.0);
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

/// Rates below this are not reported.
const LEAST_RATE: f64 = -0.2;
/// Rates above this are not reported.
const MOST_RATE: f64 = 10.0;

/// The rate at which the net present value of a flow is zero: none where there is none between -20
/// % and 1,000 % a year, or more than one.
pub fn internal_rate(net: &[f64]) -> Option<f64> {
    let steps = 400;
    let growth = ((1.0 + MOST_RATE) / (1.0 + LEAST_RATE)).powf(1.0 / f64::from(steps));
    let rate = |i: i32| (1.0 + LEAST_RATE) * growth.powi(i) - 1.0;
    let mut found = None;
    let mut last = present(net, rate(0));
    for i in 1..=steps {
        let here = present(net, rate(i));
        if (last > 0.0) != (here > 0.0) {
            if found.is_some() {
                return None;
            }
            found = Some((rate(i - 1), rate(i), last > 0.0));
        }
        last = here;
    }
    let (mut low, mut high, falls) = found?;
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if (present(net, middle) > 0.0) == falls { low = middle } else { high = middle }
    }
    // Where benefits come before outlays the rate is one that is paid and not earned.
    falls.then_some(0.5 * (low + high))
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
        // One cent for a hundred would be a rate of -99.99 %; 100, -230, 132 has two (10 and 20 %).
        assert_eq!(internal_rate(&[-100.0, 0.01]), None);
        assert_eq!(internal_rate(&[100.0, -230.0, 132.0]), None);
    }

    #[test]
    fn outlay_replacement_and_residual_by_hand() {
        // 90 USD with a life of 4 years, opens in year 1, ends in year 7: bought in year 0 and again
        // in year 4 (for year 5); two of its four years are left at the end.
        let outlay = Outlay {
            capex_usd: 90.0,
            opex_usd_per_year: 0.0,
            life_years: 4.0,
            lead_years: 1,
            opens: Some(1),
        };
        let programme = Programme { outlays: vec![outlay], stages: Vec::new() };
        let flows = programme.flows(7);
        assert_eq!(flows.cost, [90.0, 0.0, 0.0, 0.0, 90.0, 0.0, 0.0, 0.0]);
        assert_eq!(flows.residual[7], 45.0);
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

    #[test]
    fn each_investment_counts_from_its_own_start() {
        let outlay = |opens| Outlay {
            capex_usd: 100.0,
            opex_usd_per_year: 10.0,
            life_years: 10.0,
            lead_years: 1,
            opens: Some(opens),
        };
        let flows = Programme { outlays: vec![outlay(1), outlay(4)], stages: vec![] }.flows(6);
        assert_eq!(flows.cost, [100.0, 10.0, 10.0, 110.0, 20.0, 20.0, 0.0]);
        // Half of the first and eight tenths of the second are left.
        assert!((flows.residual[6] - 50.0 - 80.0).abs() < 1e-9);
        let late = Programme { outlays: vec![outlay(9)], stages: vec![] }.flows(6);
        assert_eq!(late.cost, [0.0; 7]);
    }
}
