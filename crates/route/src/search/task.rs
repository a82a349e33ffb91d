//! What Pareto searches have in common: their task, their result, lower bounds and dominance.

use crate::cost::{CostVector, plus};
use crate::graph::{State, Step};
use crate::outcome::StopReason;
use crate::search::INFINITY;

/// The steps of a path, each with the state it leads to.
pub type Steps<A = Step> = Vec<(A, State)>;

/// A path that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path<A = Step> {
    /// Its cost, ends included.
    pub cost: CostVector,
    /// Where it starts.
    pub start: State,
    /// Which of the sources it starts from.
    pub source: usize,
    /// Its steps.
    pub steps: Steps<A>,
}

impl<A> Path<A> {
    /// Where it ends.
    pub fn end(&self) -> State {
        self.steps.last().map_or(self.start, |(_, state)| *state)
    }
}

/// What to search.
pub struct Task<'a> {
    /// Where goods can be put on a vehicle, and the cost of that.
    pub sources: &'a [(State, CostVector)],
    /// Where goods can be taken off, and the cost of that.
    pub targets: &'a [(State, CostVector)],
    /// Tolerance in millionths.
    pub tolerance_ppm: u64,
    /// Label limit.
    pub max_labels: usize,
}

/// The result of a search.
pub struct Found<A = Step> {
    /// The paths, in the order found.
    pub paths: Vec<Path<A>>,
    /// Why the search ended before it was complete, if it did.
    pub stopped: Option<StopReason>,
}

/// Lower bounds of the cost from a state to a target.
pub trait LowerBounds {
    /// By an objective: 0 to 2 for time, cost and CO2e, then the weighted sums in their order.
    /// [`INFINITY`]: no path.
    fn bound(&mut self, state: State, objective: usize) -> u64;
}

/// Backward trees, by the objectives in their order. Over the whole network only those by the three criteria:
/// those by the weighted sums would take longer to grow than they save.
impl LowerBounds for &[Vec<u64>] {
    fn bound(&mut self, state: State, objective: usize) -> u64 {
        self.get(objective).map_or(0, |tree| tree[state.ix()])
    }
}

/// A lower bound of the cost of a whole path, from the cost of its beginning; none where there is no path.
pub(crate) fn whole_cost(
    bounds: &mut impl LowerBounds,
    beginning: CostVector,
    state: State,
) -> Option<CostVector> {
    let rest = [0, 1, 2].map(|c| bounds.bound(state, c));
    (!rest.contains(&INFINITY)).then(|| plus(beginning, rest))
}

/// The order in which labels are processed: the sum of the three criteria, each relative to its least value.
#[derive(Clone, Copy)]
pub(crate) struct Priority([u64; 3]);

impl Priority {
    /// Scales each criterion so that its least value counts 2^44.
    pub(crate) fn new(least: &[CostVector]) -> Priority {
        let best = |c: usize| least.iter().map(|cost| cost[c]).min().unwrap_or(1).max(1);
        Priority([0, 1, 2].map(|c| ((1_u64 << 44) / best(c)).max(1)))
    }

    /// The key of a label in the queue.
    pub(crate) fn of(self, cost: CostVector) -> u64 {
        let part = |c: usize| u128::from(cost[c]) * u128::from(self.0[c]);
        // Beyond forty bits order does not matter: such paths cost a million times the best.
        (((part(0) + part(1) + part(2)) >> 16) as u64).min((1 << 40) - 1)
    }
}

/// The costs of the labels kept at each state, as linked lists in one array: most states have few or none.
/// Positions count from one, so that memory that no label reaches is never touched.
pub(crate) struct ParetoSets {
    first: Vec<u32>,
    all: Vec<(CostVector, u32)>,
}

impl ParetoSets {
    pub(crate) fn new(states: usize) -> Self {
        ParetoSets { first: vec![0; states], all: Vec::new() }
    }

    pub(crate) fn dominated(&self, state: State, cost: CostVector) -> bool {
        let mut at = self.first[state.ix()];
        while at != 0 {
            let (kept, next) = self.all[at as usize - 1];
            if dominates(kept, cost) {
                return true;
            }
            at = next;
        }
        false
    }

    pub(crate) fn insert(&mut self, state: State, cost: CostVector) {
        self.all.push((cost, self.first[state.ix()]));
        self.first[state.ix()] = self.all.len() as u32;
    }
}

/// Whether `a` is at most `b` in each of the three.
pub(crate) fn dominates(a: CostVector, b: CostVector) -> bool {
    (0..3).all(|c| a[c] <= b[c])
}

/// The least cost that a path still covers with a tolerance.
pub(crate) fn reduced(cost: CostVector, tolerance_ppm: u64) -> CostVector {
    cost.map(|v| {
        let scaled = u128::from(v) * 1_000_000;
        scaled.div_ceil(u128::from(1_000_000 + tolerance_ppm)) as u64
    })
}

/// Whether `a` exceeds `b` by at most the tolerance in each of the three.
fn covers(a: CostVector, b: CostVector, tolerance_ppm: u64) -> bool {
    (0..3).all(|c| {
        u128::from(a[c]) * 1_000_000 <= u128::from(b[c]) * u128::from(1_000_000 + tolerance_ppm)
    })
}

/// The paths that no other dominates, fastest first.
pub fn undominated(mut paths: Vec<Path>) -> Vec<Path> {
    paths.sort_by(|a, b| (a.cost, &a.steps).cmp(&(b.cost, &b.steps)));
    let mut kept: Vec<Path> = Vec::new();
    for path in paths {
        if !kept.iter().any(|k| dominates(k.cost, path.cost)) {
            kept.push(path);
        }
    }
    kept
}

/// Paths that differ by no more than this in all three are one to a user.
const ALIKE_PPM: u64 = 500;

/// Removes paths that another in the list covers, as long as the rest still covers all. The best by each
/// criterion stay, or one that is all but equal.
pub fn thinned(paths: Vec<Path>, tolerance_ppm: u64) -> Vec<Path> {
    if tolerance_ppm == 0 {
        return paths;
    }
    let best = [0, 1, 2].map(|c| (0..paths.len()).min_by_key(|i| (paths[*i].cost[c], *i)));
    let mut kept: Vec<usize> = Vec::new();
    let rest = (0..paths.len()).map(|i| (i, tolerance_ppm));
    let alike = ALIKE_PPM.min(tolerance_ppm);
    for (i, ppm) in best.into_iter().flatten().map(|i| (i, alike)).chain(rest) {
        if !kept.iter().any(|k| covers(paths[*k].cost, paths[i].cost, ppm)) {
            kept.push(i);
        }
    }
    kept.sort_unstable();
    let mut paths: Vec<Option<Path>> = paths.into_iter().map(Some).collect();
    kept.into_iter().filter_map(|i| paths[i].take()).collect()
}
