//! A prepared network with some countries closed: for what the law sends another way.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use trimodal_cch::metric::Metric;
use trimodal_cch::partial::partial_customize;

use crate::graph::State;
use crate::objective::StepCosts;
use crate::prepared::kept_labels::KeptLabels;
use crate::prepared::{PreparedMetric, PreparedRouter};
use crate::request::Request;
use crate::restrict::Closures;
use crate::router::with_overrides;

/// Kept for the next questions.
const KEPT: usize = 4;
/// Where more arcs are closed, all are customized again.
const FEW_ARCS: usize = 2_000;

impl PreparedRouter {
    /// The same with more closed. The last few are kept.
    pub(crate) fn closed_to(&self, closures: &Closures) -> Arc<PreparedRouter> {
        let all = || self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all().iter().find(|p| p.common.closures == *closures).cloned();
        let closed = known.unwrap_or_else(|| Arc::new(self.with_closed(closures)));
        let mut all = all();
        all.retain(|p| p.common.closures != *closures);
        all.push(closed.clone());
        let old = all.len().saturating_sub(KEPT);
        all.drain(..old);
        closed
    }

    fn with_closed(&self, closures: &Closures) -> PreparedRouter {
        let common = Request { closures: closures.clone(), ..self.common.clone() };
        let whole = with_overrides(&common, closures.clone());
        let costs = Arc::new(self.costs.with_more_closed(&self.router.graph, &whole));
        let steps = StepCosts::new(self.router.graph.clone(), costs.clone(), closures);
        let contracted = &self.contracted;
        let customize = |m: &PreparedMetric| {
            let costs = contracted.costs(|step, a: State, b| steps.value(step, a, b, m.objective));
            let both = m.costs.iter().zip(&costs).enumerate();
            let changed: Vec<u32> =
                both.filter(|(_, (old, new))| old != new).map(|(i, _)| i as u32).collect();
            let cch = &contracted.cch;
            if changed.len() > FEW_ARCS {
                let metric = Metric::customize(cch, &costs);
                return PreparedMetric::new(m.objective, costs, metric).for_paths(cch);
            }
            let mut metric = m.metric.clone();
            partial_customize(cch, &mut metric, &costs, &changed);
            let differs = |a: &u32| {
                let a = *a as usize;
                (metric.up[a], metric.down[a]) != (m.metric.up[a], m.metric.down[a])
            };
            let differing: Vec<u32> = (0..cch.arcs() as u32).filter(differs).collect();
            let known = m.unpacking.as_ref();
            let unpacking = known.map(|u| u.updated(cch, &metric, &costs, &differing));
            PreparedMetric { unpacking, ..PreparedMetric::new(m.objective, costs, metric) }
        };
        PreparedRouter {
            router: self.router.clone(),
            contracted: contracted.clone(),
            common,
            costs,
            prices: self.prices.clone(),
            metrics: self.metrics.par_iter().map(customize).collect(),
            core: None,
            closed: Mutex::default(),
            open: OnceLock::new(),
            pieces: OnceLock::new(),
            workspaces: Mutex::default(),
            labels: KeptLabels::default(),
        }
    }
}
