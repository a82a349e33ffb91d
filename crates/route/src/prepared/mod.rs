//! A network prepared for many questions: contracted once, customized to one cargo, one set of restrictions
//! and one kind of answer, then queried in microseconds. See `trimodal_cch`.

pub(crate) mod bounds;
mod closed;
mod contracted;
mod kept_labels;
mod pieces;
mod potentials;

use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;
use trimodal_cch::INFINITY;
use trimodal_cch::cch::Cch;
use trimodal_cch::metric::Metric;
use trimodal_cch::pareto_core::{FOR_MANY, ParetoCore};
use trimodal_cch::partial::partial_customize;
use trimodal_cch::perfect::PerfectMetric;
use trimodal_cch::query::{CchView, Direction, Label, Query};
use trimodal_cch::unpack::Unpacking;
use trimodal_model::control::Control;
use trimodal_model::network::{LinkId, NetworkElement};

use crate::cost::{ArcCosts, CostVector};
use crate::graph::State;
use crate::objective::{Objective, StepCosts};
use crate::pieces::Pieces;
use crate::prepared::kept_labels::KeptLabels;
use crate::prepared::potentials::Potentials;
use crate::pricing::Prices;
use crate::request::{Answer, Request};
use crate::router::{Router, with_overrides};
use crate::search::{Found, LowerBounds, Path, SearchRegion, Steps, Task, apex_search, unpacked};

pub use contracted::{ContractedNetwork, MAX_WEIGHT, order};

/// The hierarchy customized to one objective.
struct PreparedMetric {
    objective: Objective,
    costs: Vec<u32>,
    metric: Metric,
    /// For an objective that is queried by itself.
    perfect: Option<PerfectMetric>,
    unpacking: Option<Unpacking>,
}

impl PreparedMetric {
    fn new(objective: Objective, costs: Vec<u32>, metric: Metric) -> PreparedMetric {
        PreparedMetric { objective, costs, metric, perfect: None, unpacking: None }
    }

    /// The same with what many queries by itself need.
    fn for_paths(mut self, cch: &Cch) -> PreparedMetric {
        let perfect = PerfectMetric::new(cch, &self.metric);
        self.unpacking = Some(Unpacking::new(cch, &perfect, &self.costs));
        self.perfect = Some(perfect);
        self
    }
}

/// A router prepared for questions that differ in their ends only.
pub struct PreparedRouter {
    pub(crate) router: Router,
    contracted: Arc<ContractedNetwork>,
    /// What the questions have in common.
    common: Request,
    pub(crate) costs: Arc<ArcCosts>,
    /// The prices of its shipment.
    pub(crate) prices: Arc<Prices>,
    metrics: Vec<PreparedMetric>,
    /// For Pareto sets, if its costs fit 32 bits.
    core: Option<ParetoCore>,
    /// The same with countries closed, the latest used last.
    closed: Mutex<Vec<Arc<PreparedRouter>>>,
    /// The piece of what is open that each state is in. Computed when it is first needed.
    pieces: OnceLock<Pieces>,
    /// A metric of zeros: whether there is a path at all. Computed when it is first needed.
    open: OnceLock<(Metric, Vec<u32>)>,
    workspaces: Mutex<Vec<Workspace>>,
    labels: KeptLabels,
}

/// Memory of one question, used again.
#[derive(Default)]
pub(crate) struct Workspace {
    query: Query,
    pub(crate) potentials: Potentials,
}

/// States where a path may begin or end, each with the value that adds.
pub(crate) type Entries = [(State, u64)];

/// The best path by one objective between some sources and targets.
pub(crate) struct Best {
    pub source: usize,
    pub start: State,
    pub steps: Steps,
}

impl PreparedRouter {
    /// Customizes a network to questions like one.
    pub fn new(router: &Router, contracted: &Arc<ContractedNetwork>, like: &Request) -> Self {
        router.index_nodes();
        let (router, contracted) = (router.clone(), contracted.clone());
        let closures = with_overrides(like, like.closures.clone());
        let model = router.cost_model(like);
        let costs = ArcCosts::new(&model, &closures);
        let costs = Arc::new(costs.with_services(&model, &router.graph.services, &closures));
        let prices = model.pricing.prices().clone();
        drop(model);
        let step_costs = StepCosts::new(router.graph.clone(), costs.clone(), &like.closures);
        let objectives: Vec<Objective> = match like.answer {
            Answer::Best(criterion) => vec![Objective::Single(criterion)],
            Answer::Pareto => Objective::of_pareto().collect(),
        };
        let alone = objectives.len() == 1;
        let customize = |objective: Objective| {
            let costs = contracted.costs(|step, a, b| step_costs.value(step, a, b, objective));
            let metric = Metric::customize(&contracted.cch, &costs);
            let prepared = PreparedMetric::new(objective, costs, metric);
            if alone { prepared.for_paths(&contracted.cch) } else { prepared }
        };
        let ContractedNetwork { cch, arcs } = &*contracted;
        let cost = |arc| step_costs.of_arc(arcs, arc);
        let core = || ParetoCore::new(&cch.order(), &arcs.ends, FOR_MANY, cost);
        let (metrics, core) = rayon::join(
            || objectives.par_iter().copied().map(customize).collect(),
            || (like.answer == Answer::Pareto).then(core).flatten(),
        );
        let (open, pieces) = (OnceLock::new(), OnceLock::new());
        let (workspaces, closed) = (Mutex::default(), Mutex::default());
        let common = like.clone();
        PreparedRouter {
            router,
            contracted,
            common,
            costs,
            prices,
            metrics,
            closed,
            core,
            pieces,
            open,
            workspaces,
            labels: KeptLabels::default(),
        }
    }

    /// Closes a link, in milliseconds: from now on it was prepared for questions with this link among their
    /// closures. Paths by one criterion take longer afterwards, and Pareto sets much longer: what makes them
    /// fast is dropped rather than updated.
    pub fn close_link(&mut self, link: LinkId) {
        let arcs = self.contracted.arcs.of_link(&self.router.graph, link);
        for m in &mut self.metrics {
            arcs.iter().for_each(|arc| m.costs[*arc as usize] = INFINITY);
            partial_customize(&self.contracted.cch, &mut m.metric, &m.costs, &arcs);
            let unpacking = m.unpacking.take().map(|_| Unpacking::unknown(&self.contracted.cch));
            (m.perfect, m.unpacking) = (None, unpacking);
        }
        self.core = None;
        (self.open, self.pieces) = (OnceLock::new(), OnceLock::new());
        (self.closed, self.labels) = (Mutex::default(), KeptLabels::default());
        Arc::make_mut(&mut self.costs).close(link, &self.router.graph.services);
        self.common.closures.avoid(NetworkElement::Link(link));
    }

    /// Whether a question is one that this was prepared for.
    pub(crate) fn fits(&self, request: &Request) -> bool {
        let common = &self.common;
        request.cargo == common.cargo
            && request.tonnes == common.tonnes
            && request.ship == common.ship
            && request.answer == common.answer
            && request.via.is_empty()
            && request.overrides == common.overrides
            && request.closures == common.closures
    }

    /// Lends a workspace to a question.
    pub(crate) fn with_workspace<T>(&self, work: impl FnOnce(&mut Workspace) -> T) -> T {
        let lent = self.workspaces.lock().ok().and_then(|mut all| all.pop());
        let mut workspace = lent.unwrap_or_default();
        let done = work(&mut workspace);
        if let Ok(mut all) = self.workspaces.lock() {
            all.push(workspace);
        }
        done
    }

    fn labels(&self, objective: usize, entries: &Entries, d: Direction) -> Vec<Arc<Label>> {
        let view = self.view(objective);
        let make = |state: u32| {
            let mut label = Label::default();
            view.label_with_arcs(state, d, &mut label);
            label
        };
        let of =
            |(state, _): &(State, u64)| self.labels.get((objective, state.0), d, || make(state.0));
        entries.iter().map(of).collect()
    }

    /// The best path between entries whose labels are known; of equal ones that to the lower state. `None`:
    /// there is none, or its cost exceeds 32 bits.
    pub(crate) fn best_of(
        &self,
        objective: usize,
        (sources, from): (&Entries, &[Arc<Label>]),
        (targets, to): (&Entries, &[Arc<Label>]),
        workspace: &mut Workspace,
    ) -> Option<Best> {
        let view = self.view(objective);
        let mut best = None;
        // The least total between entries whose distance exceeds 32 bits.
        let mut beyond = u64::MAX;
        for (i, (a, (_, before))) in from.iter().zip(sources).enumerate() {
            for (j, (b, (end, after))) in to.iter().zip(targets).enumerate() {
                let found = view.meet(a, b).filter(|m| m.cost < MAX_WEIGHT);
                let Some(meeting) = found else {
                    beyond = beyond.min(before + u64::from(MAX_WEIGHT) + after);
                    continue;
                };
                let cost = before + u64::from(meeting.cost) + after;
                let key = (cost, *end, i);
                if best.is_none_or(|(known, _, _)| key < known) {
                    best = Some((key, j, meeting));
                }
            }
        }
        let ((_, _, source), end, meeting) = best.filter(|((cost, _, _), _, _)| *cost < beyond)?;
        workspace.query.join(&view, &from[source], &to[end], meeting);
        let steps =
            workspace.query.path.iter().map(|arc| self.contracted.arcs.step(*arc)).collect();
        Some(Best { source, start: sources[source].0, steps })
    }

    /// The best path between entries by an objective. `None`: there is none, or its cost exceeds 32 bits;
    /// [`PreparedRouter::joined`] tells these apart.
    pub(crate) fn best(
        &self,
        objective: usize,
        sources: &Entries,
        targets: &Entries,
        workspace: &mut Workspace,
    ) -> Option<Best> {
        let from = self.labels(objective, sources, Direction::Forward);
        let to = self.labels(objective, targets, Direction::Backward);
        self.best_of(objective, (sources, &from), (targets, &to), workspace)
    }

    /// Whether any path joins some entries, whatever it costs.
    pub(crate) fn joined(
        &self,
        sources: &Entries,
        targets: &Entries,
        workspace: &mut Workspace,
    ) -> bool {
        let view = self.open_view();
        let query = &mut workspace.query;
        let mut joined = |a: State, b: State| query.distance(&view, a.0, b.0) != INFINITY;
        sources.iter().any(|(a, _)| targets.iter().any(|(b, _)| joined(*a, *b)))
    }

    /// The hierarchy with a metric of zeros: what is joined at all.
    pub(crate) fn open_view(&self) -> CchView<'_> {
        let cch = &self.contracted.cch;
        let (metric, costs) = self.open.get_or_init(|| {
            let open = |cost: &u32| if *cost == INFINITY { INFINITY } else { 0 };
            let costs: Vec<u32> = self.metrics[0].costs.iter().map(open).collect();
            (Metric::customize(cch, &costs), costs)
        });
        CchView { cch, costs, metric, perfect: None, unpacking: None }
    }

    /// An objective by its number.
    pub(crate) fn objective(&self, number: usize) -> Objective {
        self.metrics[number].objective
    }

    /// The number of an objective.
    pub(crate) fn number(&self, objective: Objective) -> Option<usize> {
        self.metrics.iter().position(|p| p.objective == objective)
    }

    /// How many objectives there are.
    pub(crate) fn objectives(&self) -> usize {
        self.metrics.len()
    }

    /// The network behind it.
    pub(crate) fn contracted(&self) -> &ContractedNetwork {
        &self.contracted
    }

    /// The hierarchy of the network.
    pub(crate) fn cch(&self) -> &Cch {
        &self.contracted.cch
    }

    /// The hierarchy customized to the objective of a number.
    pub(crate) fn view(&self, number: usize) -> CchView<'_> {
        let PreparedMetric { costs, metric, perfect, unpacking, .. } = &self.metrics[number];
        let (perfect, unpacking) = (perfect.as_ref(), unpacking.as_ref());
        CchView { cch: &self.contracted.cch, costs, metric, perfect, unpacking }
    }

    /// Finds what known paths do not cover, over the core; none where there is no core.
    pub(crate) fn apex_search(
        &self,
        task: &Task,
        bounds: &mut impl LowerBounds,
        region: &mut SearchRegion,
        control: &Control,
    ) -> Option<Found> {
        let core = self.core.as_ref()?;
        let query = core.query(task.targets.iter().map(|(state, _)| state.0));
        let out = |state: State, visit: &mut dyn FnMut(u32, State, CostVector)| {
            query.out(state.0, |arc, to, costs| visit(arc, State(to), costs.map(u64::from)));
        };
        let states = self.router.graph.states();
        let Found { paths, stopped } = apex_search(states, task, bounds, region, out, control);
        let unpack = |path: Path<u32>| unpacked(&self.contracted.arcs, core, path.start, path);
        Some(Found { paths: paths.into_iter().map(unpack).collect(), stopped })
    }
}
