//! What a path minimises: one criterion, or a weighted sum of two; and the value of each step.

use std::sync::Arc;

use crate::arc_list::ArcList;
use crate::cost::{ArcCosts, CostVector, Criterion, MODES, number, plus};
use crate::graph::{Graph, State, Step};
use crate::restrict::Closures;

/// A weighted mean of time, cost and CO2e, in whole numbers. An hour per tonne counts as much as 0.92 US
/// dollars or 0.92 kg of CO2e, about their ratio on long routes, times the weight of each. Rounded down on
/// each step, so that the sum over steps never exceeds the mean of the whole path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeightedSum([u64; 3]);

/// Micro-dollars, or milligrams of CO2e, that count as much as a second.
const PER_SECOND: u64 = 256;

/// For each two of the three criteria: weights 1:1, 4:1 and 1:4. The best paths by these seed the Pareto
/// search, and their costs are lower bounds for all others. A pair bounds nothing in the third criterion,
/// so that it bounds paths without a bound there.
pub const WEIGHTED_SUMS: [WeightedSum; 9] = [
    WeightedSum([1, 1, 0]),
    WeightedSum([4, 1, 0]),
    WeightedSum([1, 4, 0]),
    WeightedSum([1, 0, 1]),
    WeightedSum([4, 0, 1]),
    WeightedSum([1, 0, 4]),
    WeightedSum([0, 1, 1]),
    WeightedSum([0, 4, 1]),
    WeightedSum([0, 1, 4]),
];

impl WeightedSum {
    /// The sum before division; a criterion of weight 0 does not count, even if it is unbounded.
    pub fn undivided(self, cost: CostVector) -> u64 {
        let weight = [self.0[0] * PER_SECOND, self.0[1], self.0[2]];
        let part = |c: usize| if weight[c] == 0 { 0 } else { weight[c].saturating_mul(cost[c]) };
        (0..3).fold(0, |sum, c| u64::saturating_add(sum, part(c)))
    }

    /// The divisor of that sum.
    pub fn divisor(self) -> u64 {
        self.0.iter().sum()
    }

    /// The mean.
    pub fn of(self, cost: CostVector) -> u64 {
        self.undivided(cost) / self.divisor()
    }
}

/// What a path minimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// One criterion.
    Single(Criterion),
    /// A weighted sum.
    Sum(WeightedSum),
}

impl Objective {
    /// The objectives behind a Pareto set: time, cost, CO2e, then the weighted sums.
    pub fn of_pareto() -> impl Iterator<Item = Objective> {
        let three = Criterion::THREE.into_iter().map(Objective::Single);
        three.chain(WEIGHTED_SUMS.into_iter().map(Objective::Sum))
    }

    /// The value for a cost vector and a length in metres.
    pub fn of(self, cost: CostVector, length_m: u64) -> u64 {
        match self {
            Objective::Single(Criterion::Time) => cost[0],
            Objective::Single(Criterion::Cost) => cost[1],
            Objective::Single(Criterion::Co2e) => cost[2],
            Objective::Single(Criterion::Distance) => length_m,
            Objective::Sum(sum) => sum.of(cost),
        }
    }
}

/// The costs of all steps of a graph with the modes that may be used.
#[derive(Clone)]
pub struct StepCosts {
    graph: Arc<Graph>,
    arcs: Arc<ArcCosts>,
    /// Whether each mode may be used.
    modes: [bool; MODES.len()],
}

impl StepCosts {
    /// The costs of arcs, as the steps of a graph.
    pub fn new(graph: Arc<Graph>, arcs: Arc<ArcCosts>, closures: &Closures) -> StepCosts {
        StepCosts { graph, arcs, modes: MODES.map(|mode| closures.uses(mode)) }
    }

    /// The cost of a step, unless it is closed.
    #[inline]
    pub fn cost(&self, step: Step, from: State, to: State) -> Option<CostVector> {
        match step {
            Step::Link(link) => {
                let cost = self.arcs.link(&self.graph.network, link, self.graph.node(from))?;
                let joined = self.graph.is_alighted(from);
                Some(if joined { plus(cost, self.arcs.joining()) } else { cost })
            }
            Step::Transfer(terminal) => {
                let n = &self.graph.network;
                let mode = |s: State| n.node_layer[self.graph.node(s).ix()].mode();
                let (a, b) = (mode(from), mode(to));
                let open = self.modes[number(a)] && self.modes[number(b)];
                if open { self.arcs.transfer(terminal, a, b) } else { None }
            }
            Step::Service(id) => {
                let cost = self.arcs.service(id)?;
                let joined = !self.graph.is_loaded(from);
                Some(if joined { plus(cost, self.arcs.joining()) } else { cost })
            }
        }
    }

    /// The cost of a listed arc, unless it is closed.
    pub fn of_arc(&self, arcs: &ArcList, arc: usize) -> Option<CostVector> {
        let (from, to) = arcs.ends[arc];
        self.cost(arcs.steps[arc], State(from), State(to))
    }

    /// The value of a step by an objective, unless it is closed.
    #[inline]
    pub fn value(&self, step: Step, from: State, to: State, objective: Objective) -> Option<u64> {
        let cost = self.cost(step, from, to)?;
        let length_m = match step {
            Step::Link(link) => u64::from(self.graph.network.length_m(link)),
            Step::Transfer(_) => 0,
            Step::Service(id) => self.graph.service(id).length_m(&self.graph.network),
        };
        Some(objective.of(cost, length_m))
    }
}
