//! A prepared network with other costs: with countries closed where the law sends goods another way, or for another
//! ship.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use trimodal_cch::metric::Metric;
use trimodal_cch::partial::partial_customize;

use crate::arc_costs::ArcCosts;
use crate::graph::State;
use crate::objective::StepCosts;
use crate::prepared::kept_labels::KeptLabels;
use crate::prepared::{PreparedMetric, PreparedRouter};
use crate::pricing::Prices;
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
        let costs = self.costs.with_more_closed(&self.router.graph, &whole);
        self.with_costs(common, (costs, self.prices.clone()), true)
    }

    /// The same network prepared for a few questions like another one, in a fraction of the time where most costs
    /// are the same: another ship, other closures.
    pub fn for_questions_like(&self, like: &Request) -> PreparedRouter {
        let closures = with_overrides(like, like.closures.clone());
        let model = self.router.cost_model(like);
        let costs = ArcCosts::new(&model, &closures);
        let costs = costs.with_services(&model, &self.router.graph.services, &closures);
        let prices = model.pricing.prices().clone();
        self.with_costs(like.clone(), (costs, prices), false)
    }

    /// The same with other costs, customized where they differ. What only many questions repay is left out for few.
    fn with_costs(
        &self,
        common: Request,
        (costs, prices): (ArcCosts, Arc<Prices>),
        for_many: bool,
    ) -> PreparedRouter {
        let costs = Arc::new(costs);
        let steps = StepCosts::new(self.router.graph.clone(), costs.clone(), &common.closures);
        let contracted = &self.contracted;
        let customize = |m: &PreparedMetric| {
            let costs = contracted.costs(|step, a: State, b| steps.value(step, a, b, m.objective));
            let both = m.costs.iter().zip(&costs).enumerate();
            let changed: Vec<u32> =
                both.filter(|(_, (old, new))| old != new).map(|(i, _)| i as u32).collect();
            let cch = &contracted.cch;
            if changed.len() > FEW_ARCS {
                let metric = Metric::customize(cch, &costs);
                let new = PreparedMetric::new(m.objective, costs, metric);
                return if for_many { new.for_paths(cch) } else { new };
            }
            let mut metric = m.metric.clone();
            partial_customize(cch, &mut metric, &costs, &changed);
            let differs = |a: &u32| {
                let a = *a as usize;
                (metric.up[a], metric.down[a]) != (m.metric.up[a], m.metric.down[a])
            };
            let differing: Vec<u32> = (0..cch.arcs() as u32).filter(differs).collect();
            let known = m.unpacking.as_ref().filter(|_| for_many);
            let unpacking = known.map(|u| u.updated(cch, &metric, &costs, &differing));
            PreparedMetric { unpacking, ..PreparedMetric::new(m.objective, costs, metric) }
        };
        PreparedRouter {
            router: self.router.clone(),
            contracted: contracted.clone(),
            common,
            costs,
            prices,
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
