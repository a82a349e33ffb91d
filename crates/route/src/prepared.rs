//! The network made ready for many questions: contracted once, priced for one cargo, one set of
//! closures and one purpose, then asked in microseconds. See `trimodal_cch`.

use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;
use trimodal_cch::INFINITY;
use trimodal_cch::cch::Cch;
use trimodal_cch::metric::Metric;
use trimodal_cch::order::{complete_order, separator_order};
use trimodal_cch::pareto_core::ParetoCore;
use trimodal_cch::partial::partial_customize;
use trimodal_cch::perfect::PerfectMetric;
use trimodal_cch::query::{CchView, Direction, Label, Query as CchQuery};
use trimodal_cch::unpack::Unpacking;
use trimodal_model::network::{LinkId, Network, NodeId, Thing, degrees};

use crate::closing;
use crate::graph::{Graph, State, Step};
use crate::guide::Aims;
use crate::measure::Measure;
use crate::outcome::Routes;
use crate::pareto::{Found, Rest, Task, Way};
use crate::query::Query;
use crate::route::{By, Request, Router};
use crate::snap::on_sphere;
use crate::weights::{Weight, Weights};
use crate::zones::Zones;

/// The end of an order in which the nodes of a network are contracted, to be kept with it.
pub fn order(network: &Network) -> Vec<u32> {
    let at: Vec<[f32; 3]> = network.node_e3.iter().map(|e3| on_sphere(degrees(*e3))).collect();
    separator_order(network.nodes(), &edges(network), &at)
}

/// What joins the nodes of a network: links and transfers.
fn edges(network: &Network) -> Vec<(u32, u32)> {
    let links = network.tail.iter().zip(&network.head).map(|(a, b)| (a.0, b.0));
    let transfers = network.terminals.iter().flat_map(|t| &t.transfers).map(|(a, b)| (a.0, b.0));
    links.chain(transfers).collect()
}

/// The states of a network contracted: the arcs of the shape's graph are the steps between them.
pub struct Contracted {
    /// The shape.
    pub shape: Cch,
    /// The step of each arc.
    pub steps: Vec<Step>,
    /// Its states, from and to.
    pub ends: Vec<(u32, u32)>,
    /// Where the arcs out of each state begin; one more entry than states.
    first: Vec<u32>,
}

impl Contracted {
    /// Contracts a graph, by the end of an order of its network's nodes (see [`order`]). Any order gives the same answers; one made for another
    /// network is slow.
    pub fn new(graph: &Graph, core: &[u32]) -> Contracted {
        let (mut steps, mut ends, mut first) = (Vec::new(), Vec::new(), vec![0]);
        for from in (0..graph.states() as u32).map(State) {
            graph.out(from, |step, to| {
                steps.push(step);
                ends.push((from.0, to.0));
            });
            first.push(ends.len() as u32);
        }
        // What was just handled at a node goes right before the node.
        let both = |node: &u32| {
            let node = NodeId(*node);
            let (handled, here) = (graph.loaded(node).0, graph.arrived(node).0);
            [Some(handled).filter(|h| *h != here), Some(here)].into_iter().flatten()
        };
        let states: Vec<u32> = complete_order(graph.network.nodes(), &edges(graph.network), core)
            .iter()
            .flat_map(both)
            .collect();
        Contracted { shape: Cch::new(&ends, &states), steps, ends, first }
    }

    /// What each arc costs by a measure; [`INFINITY`] where it is closed, and no more than [`MOST`] where
    /// it is open.
    pub fn costs(&self, by: impl Fn(Step, State, State) -> Option<u64>) -> Vec<u32> {
        let cost = |(step, (a, b)): (&Step, &(u32, u32))| {
            by(*step, State(*a), State(*b))
                .map_or(INFINITY, |w| u32::try_from(w).unwrap_or(MOST).min(MOST))
        };
        self.steps.iter().zip(&self.ends).map(cost).collect()
    }

    /// The arcs along a link.
    pub fn arcs_of(&self, graph: &Graph, link: LinkId) -> Vec<u32> {
        let ends = [graph.network.tail[link.ix()], graph.network.head[link.ix()]];
        let mut states: Vec<State> =
            ends.iter().flat_map(|n| [graph.arrived(*n), graph.loaded(*n)]).collect();
        states.sort_unstable();
        states.dedup();
        let arcs = states.iter().flat_map(|s| self.first[s.ix()]..self.first[s.ix() + 1]);
        arcs.filter(|arc| self.steps[*arc as usize] == Step::Link(link)).collect()
    }
}

/// As much as labels count: a way that seems to cost this, or seems not to be there, costs at least
/// this or is not there.
pub const MOST: u32 = INFINITY - 1;

/// The prices of one measure.
struct Priced {
    measure: Measure,
    costs: Vec<u32>,
    prices: Metric,
    /// For a measure that is asked for by itself.
    fast: Option<(PerfectMetric, Unpacking)>,
}

/// A network ready for questions that differ in their ends only.
pub struct Ready<'a> {
    router: &'a Router<'a>,
    contracted: &'a Contracted,
    /// What the questions have in common.
    like: Request,
    pub(crate) weights: Arc<Weights>,
    priced: Vec<Priced>,
    /// For Pareto sets, where its costs can be counted.
    skeleton: Option<ParetoCore>,
    /// Prices of nothing: whether a way is open at all. Made where it is asked for.
    open: OnceLock<(Metric, Vec<u32>)>,
    rooms: Mutex<Vec<Room>>,
}

/// Room for a question, used again.
#[derive(Default)]
pub(crate) struct Room {
    from: Vec<Label>,
    to: Vec<Label>,
    walk: CchQuery,
    pub(crate) aims: Aims,
}

/// States where a way may begin or end, each with what that adds.
pub(crate) type Gates = [(State, u64)];

/// The best way by one measure between some sources and ends.
pub(crate) struct Best {
    pub source: usize,
    pub start: State,
    pub steps: Vec<(Step, State)>,
}

impl<'a> Ready<'a> {
    /// Prices a network for questions like one.
    pub fn new(router: &'a Router<'a>, contracted: &'a Contracted, like: &Request) -> Self {
        router.sort();
        let query = Query::new(router, like, like.closures.clone(), None);
        let measures: Vec<Measure> = match like.by {
            By::One(by) => vec![Measure::One(by)],
            By::Pareto => Measure::of_pareto().collect(),
        };
        let price = |measure: Measure| {
            let costs = contracted.costs(|step, a, b| query.measure(step, a, b, measure));
            let prices = Metric::customize(&contracted.shape, &costs);
            let fast = (measures.len() == 1).then(|| {
                let perfect = PerfectMetric::new(&contracted.shape, &prices);
                (perfect, Unpacking::new(&contracted.shape, &prices, &costs))
            });
            Priced { measure, costs, prices, fast }
        };
        let Contracted { shape, steps, ends, .. } = contracted;
        let weigh = |i: usize| query.weigh(steps[i], State(ends[i].0), State(ends[i].1));
        let (priced, skeleton) = rayon::join(
            || measures.par_iter().copied().map(price).collect(),
            || (like.by == By::Pareto).then(|| ParetoCore::new(shape, ends, weigh)).flatten(),
        );
        let weights = query.weights;
        Ready {
            router,
            contracted,
            like: like.clone(),
            weights,
            priced,
            skeleton,
            open: OnceLock::new(),
            rooms: Mutex::default(),
        }
    }

    /// Closes a link, in milliseconds: from now on questions fit that have it among their closures.
    /// Ways by one criterion take longer afterwards, and Pareto sets much longer: what makes them quick
    /// is not changed but left out.
    pub fn close_link(&mut self, link: LinkId) {
        let arcs = self.contracted.arcs_of(&self.router.graph, link);
        for priced in &mut self.priced {
            arcs.iter().for_each(|arc| priced.costs[*arc as usize] = INFINITY);
            partial_customize(&self.contracted.shape, &mut priced.prices, &priced.costs, &arcs);
            priced.fast = None;
        }
        self.skeleton = None;
        self.open = OnceLock::new();
        Arc::make_mut(&mut self.weights).shut(link);
        self.like.closures.avoid(Thing::Link(link));
    }

    /// Answers a question. One that differs in more than its ends, or goes by way of points, is
    /// answered by plain search.
    pub fn route(&self, request: &Request) -> Routes {
        self.router.route_on(request, Some(self))
    }

    /// Whether a question is one that this was made ready for.
    pub(crate) fn fits(&self, request: &Request) -> bool {
        let like = &self.like;
        request.cargo == like.cargo
            && request.by == like.by
            && request.via.is_empty()
            && request.overrides == like.overrides
            && request.closures == like.closures
    }

    /// Lends room to a question.
    pub(crate) fn with_room<T>(&self, work: impl FnOnce(&mut Room) -> T) -> T {
        let lent = self.rooms.lock().ok().and_then(|mut rooms| rooms.pop());
        let mut room = lent.unwrap_or_default();
        let done = work(&mut room);
        if let Ok(mut rooms) = self.rooms.lock() {
            rooms.push(room);
        }
        done
    }

    /// Labels of origins, by the only measure.
    pub(crate) fn labelled(&self, gates: &Gates) -> Vec<Label> {
        let mut labels = Vec::new();
        self.labels(0, gates, Direction::Forward, &mut labels);
        labels
    }

    /// Labels of gates, by the measure of a number.
    pub(crate) fn labels(
        &self,
        measure: usize,
        gates: &Gates,
        look: Direction,
        labels: &mut Vec<Label>,
    ) {
        let roads = self.roads(&self.priced[measure]);
        labels.resize_with(gates.len(), Label::default);
        for (label, (state, _)) in labels.iter_mut().zip(gates) {
            roads.label_with_arcs(state.0, look, label);
        }
    }

    /// The best way between gates whose labels are known. Of equal ways the one to the lower state.
    /// None: there is none, or labels cannot count far enough to tell the best.
    pub(crate) fn best_of(
        &self,
        measure: usize,
        (sources, from): (&Gates, &[Label]),
        (ends, to): (&Gates, &[Label]),
        room: &mut Room,
    ) -> Option<Best> {
        let roads = self.roads(&self.priced[measure]);
        let mut best = None;
        // The least that a way may cost between gates whose way is beyond what is counted.
        let mut beyond = u64::MAX;
        for (i, (a, (_, begun))) in from.iter().zip(sources).enumerate() {
            for (j, (b, (end, more))) in to.iter().zip(ends).enumerate() {
                let found = roads.meet(a, b).filter(|m| m.cost < MOST);
                let Some(meeting) = found else {
                    beyond = beyond.min(begun + u64::from(MOST) + more);
                    continue;
                };
                let cost = begun + u64::from(meeting.cost) + more;
                let key = (cost, *end, i);
                if best.is_none_or(|(known, _, _)| key < known) {
                    best = Some((key, j, meeting));
                }
            }
        }
        let ((_, _, source), end, meeting) = best.filter(|((cost, _, _), _, _)| *cost < beyond)?;
        let walk = &mut room.walk;
        walk.join(&roads, &from[source], &to[end], meeting);
        let step = |arc: &u32| {
            let arc = *arc as usize;
            (self.contracted.steps[arc], State(self.contracted.ends[arc].1))
        };
        let steps = walk.path.iter().map(step).collect();
        Some(Best { source, start: sources[source].0, steps })
    }

    /// The best way between gates by the measure of a number. None: there is none, or labels cannot
    /// count far enough to tell the best; [`Ready::joined`] tells these apart.
    pub(crate) fn best(
        &self,
        measure: usize,
        sources: &Gates,
        ends: &Gates,
        room: &mut Room,
    ) -> Option<Best> {
        let (mut from, mut to) = (std::mem::take(&mut room.from), std::mem::take(&mut room.to));
        self.labels(measure, sources, Direction::Forward, &mut from);
        self.labels(measure, ends, Direction::Backward, &mut to);
        let best = self.best_of(measure, (sources, &from), (ends, &to), room);
        (room.from, room.to) = (from, to);
        best
    }

    /// Whether any way joins some gates, whatever it costs.
    pub(crate) fn joined(&self, sources: &Gates, ends: &Gates, room: &mut Room) -> bool {
        let open = self.open.get_or_init(|| {
            let open = |cost: &u32| if *cost == INFINITY { INFINITY } else { 0 };
            let costs: Vec<u32> = self.priced[0].costs.iter().map(open).collect();
            (Metric::customize(&self.contracted.shape, &costs), costs)
        });
        let shape = &self.contracted.shape;
        let roads =
            CchView { cch: shape, costs: &open.1, metric: &open.0, perfect: None, unpacking: None };
        let joined =
            |a: State, b: State, walk: &mut CchQuery| walk.distance(&roads, a.0, b.0) != INFINITY;
        sources.iter().any(|(a, _)| ends.iter().any(|(b, _)| joined(*a, *b, &mut room.walk)))
    }

    /// The router that it is ready for.
    pub(crate) fn router(&self) -> &'a Router<'a> {
        self.router
    }

    /// What the measures of a Pareto set are, by number.
    pub(crate) fn measure(&self, number: usize) -> Measure {
        self.priced[number].measure
    }

    /// The number of a measure.
    pub(crate) fn number(&self, measure: Measure) -> Option<usize> {
        self.priced.iter().position(|p| p.measure == measure)
    }

    /// How many measures there are.
    pub(crate) fn measures(&self) -> usize {
        self.priced.len()
    }

    /// The shape of the network.
    pub(crate) fn shape(&self) -> &Cch {
        &self.contracted.shape
    }

    /// The prices of the measure of a number.
    pub(crate) fn roads_of(&self, number: usize) -> CchView<'_> {
        self.roads(&self.priced[number])
    }

    /// Finds what known ways do not cover; none where there is no skeleton.
    pub(crate) fn close(
        &self,
        task: &Task,
        rest: &mut impl Rest,
        zones: &mut Zones,
    ) -> Option<Found> {
        let skeleton = self.skeleton.as_ref()?;
        let aimed = skeleton.query(task.ends.iter().map(|(state, _)| state.0));
        let out = |state: State, visit: &mut dyn FnMut(u32, State, Weight)| {
            aimed.out(state.0, |ride, to, costs| visit(ride, State(to), costs.map(u64::from)));
        };
        let Found { ways, cut } =
            closing::close(self.router.graph.states(), task, rest, zones, out);
        let Contracted { steps, ends, .. } = self.contracted;
        let open = |way: Way<u32>| {
            let mut arcs = Vec::new();
            way.steps.iter().for_each(|(ride, _)| skeleton.unpack(*ride, &mut arcs));
            let step = |arc: &u32| (steps[*arc as usize], State(ends[*arc as usize].1));
            let steps = arcs.iter().map(step).collect();
            Way { weight: way.weight, start: way.start, source: way.source, steps }
        };
        Some(Found { ways: ways.into_iter().map(open).collect(), cut })
    }

    fn roads<'b>(&'b self, p: &'b Priced) -> CchView<'b> {
        let (perfect, unpacking) = match &p.fast {
            Some((perfect, unpacking)) => (Some(perfect), Some(unpacking)),
            None => (None, None),
        };
        CchView {
            cch: &self.contracted.shape,
            costs: &p.costs,
            metric: &p.prices,
            perfect,
            unpacking,
        }
    }
}
