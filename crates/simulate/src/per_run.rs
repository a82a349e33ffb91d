//! The figures of one replication, kept small: those that differ between replications.

use trimodal_des::statistics::{ResourceCount, Tally};

use crate::replication::Replication;

/// The figures of one replication.
pub struct PerRun {
    /// At each resource.
    pub at: Vec<AtResource>,
    /// Times from start to end of each flow.
    pub flows: Vec<Spread>,
}

/// The counters of one replication at a resource.
pub struct AtResource {
    pub waits: Spread,
    pub held: f64,
    pub queue: f64,
    /// All counters but the waits.
    pub count: ResourceCount,
}

/// A sample of times in ticks.
#[derive(Clone, Copy)]
pub struct Spread {
    pub count: f64,
    pub sum: f64,
    pub p50: f64,
    pub p95: f64,
}

impl Spread {
    pub fn of(tally: &Tally) -> Spread {
        let q = |share| if tally.count > 0 { tally.quantile(share) } else { 0.0 };
        Spread { count: tally.count as f64, sum: tally.sum as f64, p50: q(0.5), p95: q(0.95) }
    }

    pub fn mean(&self) -> f64 {
        if self.count > 0.0 { self.sum / self.count } else { 0.0 }
    }
}

impl PerRun {
    /// The figures of a year.
    pub fn of(y: &Replication) -> PerRun {
        let at = |a: &ResourceCount| AtResource {
            waits: Spread::of(&a.waits),
            held: a.held as f64,
            queue: a.queue as f64,
            count: ResourceCount { waits: Tally::none(), ..a.clone() },
        };
        PerRun {
            at: y.at.iter().map(at).collect(),
            flows: y.flows.iter().map(|f| Spread::of(&f.transit)).collect(),
        }
    }
}
