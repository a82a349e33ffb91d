//! The effect of the ranges of the inputs on capacity and on the cost of each rung.
//!
//! Every input with a range is drawn from a triangular distribution between its low and high with
//! its value as the mode, by a random stream of its own, so that adding an input does not change
//! the draws of the others. In each sample the capacity is derived and solved again, today's and
//! that with each rung's investments; the choice of investments is not optimised again.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_model::digest::{Fnv1a, split_mix};
use trimodal_model::ids::{OperationId, VehicleId};
use trimodal_model::policy::Verdict;
use trimodal_model::{Control, Scenario};

use crate::binding;
use crate::column_pool::ColumnPool;
use crate::constraints::CapacityBasis;
use crate::formulation::{LpSolution, Planner};
use crate::lp::{SolveStatus, SolverError};
use crate::outcome::{BindingShare, Mover, Quantiles, RungUncertainty, Uncertainty};
use crate::paths::Path;
use crate::requests;

/// Number of inputs varied one at a time for the list of movers.
const MOVERS: usize = 12;

/// An input with a range.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Input {
    table: Table,
    row: usize,
    low: f64,
    high: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Links,
    Resources,
    Operations,
    Vehicles,
    Demand,
    Options,
}

fn inputs(s: &Scenario) -> Vec<Input> {
    let mut list = Vec::new();
    let mut add = |table, row, range: Option<(f64, f64)>| {
        if let Some((low, high)) = range.filter(|(low, high)| low < high) {
            list.push(Input { table, row, low, high });
        }
    };
    s.links.iter().enumerate().for_each(|(i, x)| add(Table::Links, i, x.origin.range));
    s.resources.iter().enumerate().for_each(|(i, x)| add(Table::Resources, i, x.origin.range));
    // Fleets of a divided class and their operations are one row of the table.
    let operations = s.operations.iter().enumerate().filter(|(_, x)| x.fleet_of.is_none());
    operations.for_each(|(i, x)| add(Table::Operations, i, x.origin.range));
    let vehicles = s.vehicles.iter().enumerate().filter(|(_, x)| x.fleet_of.is_none());
    vehicles.for_each(|(i, x)| add(Table::Vehicles, i, x.origin.range));
    s.demand.iter().enumerate().for_each(|(i, x)| add(Table::Demand, i, x.origin.range));
    for (i, o) in s.options.iter().enumerate() {
        let [low, base, high] = o.capex_usd;
        if base > 0.0 {
            add(Table::Options, i, Some((low / base, high / base)));
        }
    }
    list
}

impl Input {
    fn name(&self, s: &Scenario) -> String {
        let i = self.row;
        match self.table {
            Table::Links => format!("links.csv {}: speeds", s.links[i].id),
            Table::Resources if s.resources[i].is_stock() => {
                format!("resources.csv {}: stock", s.resources[i].id)
            }
            Table::Resources => format!("resources.csv {}: availability", s.resources[i].id),
            Table::Operations => format!("operations.csv {}: times", s.operations[i].id),
            Table::Vehicles => format!("vehicles.csv {}: costs", s.vehicles[i].id),
            Table::Demand => format!("demand.csv {}: volume", s.demand[i].id),
            Table::Options => format!("options.csv {}: investment", s.options[i].id),
        }
    }

    /// Multiplies the row's main quantity, as the tables' reference says.
    fn apply(&self, s: &mut Scenario, factor: f64) {
        let i = self.row;
        match self.table {
            Table::Links => {
                s.links[i].loaded_kmh *= factor;
                s.links[i].empty_kmh *= factor;
            }
            Table::Resources if s.resources[i].is_stock() => s.resources[i].stock_t *= factor,
            Table::Resources => {
                let r = &mut s.resources[i];
                r.availability = (r.availability * factor).min(1.0);
            }
            Table::Operations => {
                let own = s.operations.iter_mut().enumerate();
                let same = own.filter(|(o, x)| *o == i || x.fleet_of == Some(OperationId::at(i)));
                same.for_each(|(_, x)| {
                    x.fixed_h *= factor;
                    x.h_per_t *= factor;
                });
            }
            Table::Vehicles => {
                let own = s.vehicles.iter_mut().enumerate();
                let same = own.filter(|(v, x)| *v == i || x.fleet_of == Some(VehicleId::at(i)));
                same.for_each(|(_, x)| {
                    x.usd_per_km *= factor;
                    x.usd_per_h *= factor;
                });
            }
            Table::Demand => s.demand[i].per_year *= factor,
            Table::Options => s.options[i].capex_usd[1] *= factor,
        }
    }

    fn id<'a>(&self, s: &'a Scenario) -> &'a str {
        let i = self.row;
        match self.table {
            Table::Links => &s.links[i].id,
            Table::Resources => &s.resources[i].id,
            Table::Operations => &s.operations[i].id,
            Table::Vehicles => &s.vehicles[i].id,
            Table::Demand => &s.demand[i].id,
            Table::Options => &s.options[i].id,
        }
    }

    /// The factor of one sample, from a stream keyed by seed, table, the row's id and sample, so
    /// that other rows do not change it.
    fn draw(&self, id: &str, seed: u64, sample: usize) -> f64 {
        let named = Fnv1a::of(id.as_bytes());
        let key = [seed, self.table as u64, named, sample as u64]
            .iter()
            .fold(Fnv1a::default().finish(), |hash, x| split_mix(hash ^ *x));
        let mut rng = Pcg64Mcg::seed_from_u64(key);
        triangular(rng.random::<f64>(), self.low, self.high)
    }
}

/// Inverse of the triangular distribution on [low, high] with mode 1.
fn triangular(u: f64, low: f64, high: f64) -> f64 {
    let split = (1.0 - low) / (high - low);
    if u < split {
        low + (u * (high - low) * (1.0 - low)).sqrt()
    } else {
        high - ((1.0 - u) * (high - low) * (high - 1.0)).sqrt()
    }
}

/// Quantiles of values, by linear interpolation (Hyndman and Fan 1996, type 7), each with a 95 % interval
/// by order statistics (W. J. Conover, *Practical Nonparametric Statistics*, 3rd ed. 1999, section 3.2).
pub fn quantiles(values: &[f64]) -> Option<Quantiles> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |p: f64| {
        let x = p * (sorted.len() - 1) as f64;
        let (i, part) = (x.floor() as usize, x.fract());
        sorted[i] + part * (sorted[(i + 1).min(sorted.len() - 1)] - sorted[i])
    };
    let interval = |p: f64| {
        let n = sorted.len() as f64;
        let half = 1.96 * (n * p * (1.0 - p)).sqrt();
        let (low, high) = ((n * p - half).floor(), (n * p + half).ceil());
        (low >= 1.0 && high <= n).then(|| [sorted[low as usize - 1], sorted[high as usize - 1]])
    };
    (!sorted.is_empty()).then(|| Quantiles {
        p10: at(0.1),
        p50: at(0.5),
        p90: at(0.9),
        p10_ci95: interval(0.1),
        p50_ci95: interval(0.5),
        p90_ci95: interval(0.9),
    })
}

/// The data common to all samples.
pub struct Study<'a> {
    /// The scenario as given.
    pub s: &'a Scenario,
    /// Its paths.
    pub paths: &'a [Vec<Path>],
    /// Their verdicts.
    pub judged: &'a [Vec<Verdict>],
    /// Rungs that can be carried.
    pub rungs: Vec<RungPlan>,
    /// Samples to draw.
    pub samples: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Progress, cancel and deadline; at the deadline the samples done until then are reported.
    pub control: &'a Control<'a>,
}

/// The investments of a rung.
#[derive(Debug, Clone, PartialEq)]
pub struct RungPlan {
    /// Multiple.
    pub multiple: f64,
    /// Tonnes to be carried.
    pub tonnes: f64,
    /// Level of each option.
    pub levels: Vec<u32>,
}

struct Sample {
    factors: Vec<f64>,
    capacity_t: f64,
    at_limit: Vec<(String, String)>,
    /// Investment and capacity of each rung's plan.
    rungs: Vec<(f64, f64)>,
}

/// Runs the samples. None where the time limit was reached before the first was done.
pub fn analyse(study: &Study) -> Result<Option<Uncertainty>, SolverError> {
    let inputs = inputs(study.s);
    let n = study.samples;
    let mut samples: Vec<Sample> = Vec::new();
    for i in 0..n {
        let factors: Vec<f64> =
            inputs.iter().map(|x| x.draw(x.id(study.s), study.seed, i)).collect();
        let Some(sample) = study.sample(&inputs, factors, true)? else { break };
        samples.push(sample);
        study.control.step("uncertainty", i + 1, n);
    }
    let capacities: Vec<f64> = samples.iter().map(|s| s.capacity_t).collect();
    let Some(capacity_t_per_year) = quantiles(&capacities) else { return Ok(None) };
    Ok(Some(Uncertainty {
        samples: samples.len(),
        ranged_inputs: inputs.len(),
        capacity_t_per_year,
        binding_share: binding_share(&samples),
        rungs: study.rung_ranges(&samples),
        movers: study.movers(&inputs, &samples)?,
    }))
}

impl Study<'_> {
    /// One sample; none where the time limit was reached before it was done.
    fn sample(
        &self,
        inputs: &[Input],
        factors: Vec<f64>,
        with_rungs: bool,
    ) -> Result<Option<Sample>, SolverError> {
        let mut s = self.s.clone();
        for (input, &factor) in inputs.iter().zip(&factors) {
            input.apply(&mut s, factor);
        }
        let pool = ColumnPool::new(&s, self.paths, self.judged, self.control)?;
        let planner = Planner::new(&pool, CapacityBasis::Practical, self.control);
        let asked = requests::asked_scaled_t(&pool);
        let most = |levels: &[u32]| requests::max_multiple(&planner, levels, None);
        let tonnes = |a: &LpSolution| {
            if a.status == SolveStatus::Optimal { a.multiple * asked } else { 0.0 }
        };
        let found = most(&vec![0; s.options.len()])?;
        if found.is_out_of_time() {
            return Ok(None);
        }
        let at_limit = binding::at_limit(&planner, &found, None);
        let mut rungs = Vec::new();
        for rung in self.rungs.iter().filter(|_| with_rungs) {
            let capex =
                s.options.iter().zip(&rung.levels).map(|(o, &n)| o.capex_usd[1] * f64::from(n));
            let optimum = most(&rung.levels)?;
            if optimum.is_out_of_time() {
                return Ok(None);
            }
            rungs.push((capex.sum(), tonnes(&optimum)));
        }
        Ok(Some(Sample {
            factors,
            capacity_t: tonnes(&found),
            at_limit: at_limit.into_iter().map(|a| (a.facility, a.name)).collect(),
            rungs,
        }))
    }

    fn capacity_with(&self, input: &Input, factor: f64) -> Result<Option<f64>, SolverError> {
        let sample = self.sample(std::slice::from_ref(input), vec![factor], false)?;
        Ok(sample.map(|s| s.capacity_t))
    }

    fn rung_ranges(&self, samples: &[Sample]) -> Vec<RungUncertainty> {
        let range = |(i, rung): (usize, &RungPlan)| {
            let capex: Vec<f64> = samples.iter().map(|s| s.rungs[i].0).collect();
            let tonnes: Vec<f64> = samples.iter().map(|s| s.rungs[i].1).collect();
            let enough = tonnes.iter().filter(|t| **t >= rung.tonnes * (1.0 - 1e-6)).count();
            RungUncertainty {
                multiple: rung.multiple,
                share_enough: enough as f64 / samples.len().max(1) as f64,
                capex_usd: quantiles(&capex),
                capacity_t_per_year: quantiles(&tonnes),
            }
        };
        self.rungs.iter().enumerate().map(range).collect()
    }

    /// Inputs most correlated with the capacity over the samples, each then varied alone.
    fn movers(&self, inputs: &[Input], samples: &[Sample]) -> Result<Vec<Mover>, SolverError> {
        let capacity: Vec<f64> = samples.iter().map(|s| s.capacity_t).collect();
        let mut ranked: Vec<(f64, usize)> = (0..inputs.len())
            .map(|i| {
                let factors: Vec<f64> = samples.iter().map(|s| s.factors[i]).collect();
                (correlation(&factors, &capacity).abs(), i)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut movers = Vec::new();
        for &(_, i) in ranked.iter().take(MOVERS) {
            let at = |factor: f64| self.capacity_with(&inputs[i], factor);
            let (Some(low), Some(high)) = (at(inputs[i].low)?, at(inputs[i].high)?) else { break };
            movers.push(Mover {
                input: inputs[i].name(self.s),
                at_low_t_per_year: low,
                at_high_t_per_year: high,
            });
        }
        let swing = |m: &Mover| (m.at_high_t_per_year - m.at_low_t_per_year).abs();
        movers.retain(|m| swing(m) > 1.0);
        movers.sort_by(|a, b| swing(b).total_cmp(&swing(a)).then_with(|| a.input.cmp(&b.input)));
        Ok(movers)
    }
}

fn binding_share(samples: &[Sample]) -> Vec<BindingShare> {
    let mut counts: std::collections::BTreeMap<(String, String), usize> =
        std::collections::BTreeMap::new();
    for facility in samples.iter().flat_map(|s| &s.at_limit) {
        *counts.entry(facility.clone()).or_default() += 1;
    }
    let mut shares: Vec<BindingShare> = counts
        .into_iter()
        .map(|((facility, name), n)| BindingShare {
            facility,
            name,
            share: n as f64 / samples.len() as f64,
        })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.facility.cmp(&b.facility)));
    shares
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        xy += (a - mx) * (b - my);
        xx += (a - mx) * (a - mx);
        yy += (b - my) * (b - my);
    }
    if xx > 0.0 && yy > 0.0 { xy / (xx * yy).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangle_has_its_mean_and_mode() {
        let n = 20_000;
        let values: Vec<f64> =
            (0..n).map(|i| triangular((i as f64 + 0.5) / n as f64, 0.7, 1.5)).collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        assert!((mean - (0.7 + 1.0 + 1.5) / 3.0).abs() < 1e-4);
        assert!(values.iter().all(|v| (0.7..=1.5).contains(v)));
        assert!((triangular(0.3 / 0.8, 0.7, 1.5) - 1.0).abs() < 1e-9);
        assert_eq!(triangular(0.0, 1.0, 2.0), 1.0);
    }

    #[test]
    fn quantiles_by_hand() {
        let q = quantiles(&[3.0, 1.0, 2.0, 4.0, 5.0]).expect("values");
        assert_eq!((q.p10, q.p50, q.p90), (1.4, 3.0, 4.6));
        assert_eq!(quantiles(&[]), None);
        assert_eq!(q.p50_ci95, None, "five values leave every quantile open");
        // 100 values: p50 lies between the 40th and the 60th in 95 of 100 cases.
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        let q = quantiles(&hundred).expect("values");
        assert_eq!((q.p50_ci95, q.p10_ci95), (Some([40.0, 60.0]), Some([4.0, 16.0])));
    }

    #[test]
    fn streams_do_not_depend_on_other_inputs() {
        let a = Input { table: Table::Links, row: 3, low: 0.8, high: 1.2 };
        assert_eq!(a.draw("R4", 1, 5), Input { row: 9, ..a }.draw("R4", 1, 5));
        assert_ne!(a.draw("R4", 1, 5), a.draw("R4", 1, 6));
        assert_ne!(a.draw("R4", 1, 5), a.draw("R5", 1, 5));
        assert_ne!(a.draw("R4", 1, 5), a.draw("R4", 2, 5));
    }
}
