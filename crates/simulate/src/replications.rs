//! Replications of a compiled model, run in parallel and reduced in their order.

use rayon::prelude::*;
use trimodal_des::hash;
use trimodal_des::statistics::{FlowCount, ResourceCount, Tally};
use trimodal_model::{Control, Scenario};

use crate::compile::{CompiledModel, Orders};
use crate::estimate::Sample;
use crate::outcome::Precision;
use crate::per_run::PerRun;
use crate::replication::{Replication, replication};
use crate::request::{MAX_REPLICATIONS, Request};

/// Replications reduced at a time, whatever the number of threads.
const BATCH: u64 = 16;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The description cannot be run, for example because a time has no valid distribution.
    #[error("{0}")]
    Description(String),
    /// An invariant of the engine is broken.
    #[error("defect: replication {replication}: {what}")]
    Unsound {
        /// Number of the replication.
        replication: u64,
        /// The invariant.
        what: String,
    },
    /// Stopped before the first replication was done.
    #[error("stopped before the first replications were done: {0}")]
    Stopped(String),
}

/// A demand that is run, with its flows.
pub struct Served {
    /// Position of the demand.
    pub demand: usize,
    /// Name for users.
    pub name: String,
    /// Planned volume of a year: tonnes, or vehicles.
    pub planned: f64,
    /// Its flows in the model.
    pub flows: Vec<usize>,
    /// Hours without any queue or closure.
    pub hours: f64,
}

/// The demands that are run, in the order of the table.
pub fn served(s: &Scenario, orders: &Orders, t: &CompiledModel, share: f64) -> Vec<Served> {
    let mut flows: Vec<Vec<usize>> = vec![Vec::new(); s.demand.len()];
    for (flow, order) in t.flows.iter().enumerate() {
        flows[orders.flows[*order].demand].push(flow);
    }
    let one = |(demand, flows): (usize, Vec<usize>)| {
        let amount = |f: &usize| orders.flows[t.flows[*f]].per_year * share;
        let planned: f64 = flows.iter().map(amount).sum();
        let hours = flows.iter().map(|f| amount(f) * t.hours[*f]).sum::<f64>() / planned;
        Served { demand, name: s.demand[demand].name.clone(), planned, flows, hours }
    };
    flows.into_iter().enumerate().filter(|(_, f)| !f.is_empty()).map(one).collect()
}

/// Replications and their sums.
pub struct Runs {
    /// Number of the first.
    pub first: u32,
    /// The replications, without what is in the sums.
    pub years: Vec<Replication>,
    /// The figures of each.
    pub figures: Vec<PerRun>,
    /// All together, at each resource.
    pub at: Vec<ResourceCount>,
    /// All together, of each flow.
    pub flows: Vec<FlowCount>,
    /// Hash of all their events.
    pub hash: u64,
    /// Why there are fewer than asked for.
    pub stopped: Option<String>,
}

/// The number of replications.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// Replications; with a precision, the minimum.
    pub replications: u32,
    /// The precision to reach.
    pub precision: Option<f64>,
}

/// Runs replications, after those that were run already (`done`).
pub fn replicate(
    t: &CompiledModel,
    request: &Request,
    warm: u32,
    wanted: Wanted,
    done: Runs,
    control: &Control,
) -> Result<Runs, Failure> {
    let mut runs = done;
    let first = u64::from(runs.first);
    let (least, asked) = (u64::from(wanted.replications), wanted.precision);
    let most = if asked.is_some() { least.max(MAX_REPLICATIONS.into()) } else { least };
    let stop = || control.stopped().is_some();
    let mut from = first + runs.years.len() as u64;
    while from < most {
        let to = (from + BATCH).min(if from < least { least } else { most });
        let one = |i| replication(t, (request.seed, i), warm, i == first, &stop);
        let batch: Result<Vec<Option<Replication>>, String> =
            (from..to).into_par_iter().map(one).collect();
        let batch = batch.map_err(Failure::Description)?;
        // When stopped, all replications that are done count.
        let cut = batch.iter().any(Option::is_none);
        runs.take(batch.into_iter().flatten().collect())?;
        if cut {
            let why = control.stopped().map_or_else(|| "interrupted".into(), |s| s.to_string());
            if runs.years.is_empty() {
                return Err(Failure::Stopped(why));
            }
            runs.stopped = Some(why);
            break;
        }
        from = to;
        control.step("replications", from as usize, most.min(from.max(least)) as usize);
        if from >= least && asked.is_none_or(|p| precision(&runs, p).met) {
            break;
        }
    }
    Ok(runs)
}

pub fn precision(runs: &Runs, asked: f64) -> Precision {
    let delivered = Sample::of(runs.years.iter().map(|y| y.delivered_t));
    let half = delivered.half(0.95);
    let reached = (half.is_finite() && delivered.mean > 0.0).then(|| half / delivered.mean);
    Precision { asked, reached, met: reached.is_some_and(|r| r <= asked) }
}

impl Runs {
    /// None yet, of those from a number on.
    pub fn from(t: &CompiledModel, first: u32) -> Runs {
        Runs {
            first,
            years: Vec::new(),
            figures: Vec::new(),
            at: vec![ResourceCount::default(); t.model.resources.len()],
            flows: vec![FlowCount::default(); t.model.flows.len()],
            hash: hash::EMPTY,
            stopped: None,
        }
    }

    /// Adds replications, in their order.
    fn take(&mut self, years: Vec<Replication>) -> Result<(), Failure> {
        for mut year in years {
            if let Some(what) = year.faults.first().filter(|_| !year.crowded) {
                let replication = u64::from(self.first) + self.years.len() as u64;
                return Err(Failure::Unsound { replication, what: what.clone() });
            }
            self.figures.push(PerRun::of(&year));
            self.at.iter_mut().zip(&year.at).for_each(|(a, b)| a.merge(b));
            for (a, b) in self.flows.iter_mut().zip(&year.flows) {
                a.born_kg += b.born_kg;
                a.delivered_kg += b.delivered_kg;
                a.transit.merge(&b.transit);
            }
            self.hash = hash::add(self.hash, year.hash);
            // Kept small: only the parts that differ between replications.
            year.at = Vec::new();
            year.flows.iter_mut().for_each(|f| f.transit = Tally::none());
            self.years.push(year);
        }
        Ok(())
    }

    /// Number of replications.
    pub fn n(&self) -> f64 {
        self.years.len() as f64
    }
}
