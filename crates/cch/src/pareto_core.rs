//! A core for Pareto queries in three costs: the graph after the contraction of all nodes that are
//! cheap to contract.
//!
//! With several costs there may be several shortcuts between two nodes: all of which none costs at most
//! as much as another in each of the three (S. Funke, S. Storandt, *Polynomial-time construction of
//! contraction hierarchies for multi-criteria objectives*, ALENEX 2013). Their number grows where the
//! costs disagree, so not all nodes can be contracted: a node is contracted while its shortcuts are not
//! many more than its arcs (a core, as in J. Dibbelt, T. Pajor, D. Wagner, *User-constrained multi-modal
//! route planning*, ALENEX 2012). Nodes are tried in the order of the hierarchy. A Pareto-optimal path
//! leads up from its origin to the core, through it, and down to its destination.
//!
//! ```text
//! node      0 | 1 | 2 | ...
//! arcs      of each node: to nodes contracted later or in the core; then, if it was contracted, from them
//! ```

use smallvec::SmallVec;

use crate::question_core::QuestionCore;

/// Three costs.
pub type Costs = [u32; 3];

/// By how much the shortcuts of a contracted node may exceed its arcs, for many queries.
pub const FOR_MANY: usize = 8;
/// The same for one query: a larger core is made in less time.
pub const FOR_ONE: usize = 2;

/// Passes over the remaining nodes.
const ROUNDS: usize = 2;

/// The second part of an arc of the graph.
const NONE: u32 = u32::MAX;

/// An arc of the graph, or a shortcut of two arcs through a contracted node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CoreArc {
    costs: Costs,
    /// The two arcs, or the arc of the graph and [`NONE`].
    parts: [u32; 2],
}

/// A graph most of whose nodes are contracted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParetoCore {
    /// Number of nodes that are not contracted.
    pub core_nodes: usize,
    /// Start of the arcs of each node; one more entry than nodes.
    first_out: Vec<u32>,
    /// Start of the arcs into each node among them.
    first_in: Vec<u32>,
    /// The other end of each arc.
    other: Vec<u32>,
    arcs: Vec<CoreArc>,
}

impl ParetoCore {
    /// Contracts nodes in an order, such as [`Cch::order`](crate::cch::Cch::order), whose shortcuts exceed their
    /// arcs by no more than [`FOR_MANY`] or [`FOR_ONE`]. An arc without costs is closed. `None`: an arc costs more
    /// than 32 bits hold.
    pub fn new(
        order: &[u32],
        arcs: &[(u32, u32)],
        max_excess: usize,
        costs: impl Fn(usize) -> Option<[u64; 3]>,
    ) -> Option<ParetoCore> {
        let mut contraction = Contraction::new(order.len(), arcs, max_excess, costs)?;
        let mut remaining = order.to_vec();
        let mut contracted = vec![false; order.len()];
        for _ in 0..ROUNDS {
            remaining.retain(|v| {
                contracted[*v as usize] = contraction.try_contract(*v);
                !contracted[*v as usize]
            });
        }
        Some(ParetoCore { core_nodes: remaining.len(), ..contraction.freeze(&contracted) })
    }

    /// The arcs out of a node: to nodes contracted later or in the core.
    fn out_of(&self, node: u32) -> std::ops::Range<usize> {
        self.first_out[node as usize] as usize..self.first_in[node as usize] as usize
    }

    /// The arcs into a contracted node, from nodes contracted later or in the core.
    fn into(&self, node: u32) -> std::ops::Range<usize> {
        self.first_in[node as usize] as usize..self.first_out[node as usize + 1] as usize
    }

    /// Appends the arcs of the graph that an arc represents, in order.
    pub fn unpack(&self, arc: u32, arcs: &mut Vec<u32>) {
        let mut stack = vec![arc];
        while let Some(arc) = stack.pop() {
            match self.arcs[arc as usize].parts {
                [arc, NONE] => arcs.push(arc),
                [a, b] => stack.extend([b, a]),
            }
        }
    }

    /// What leads from some sources to some targets.
    pub fn between(
        &self,
        sources: impl IntoIterator<Item = u32>,
        targets: impl IntoIterator<Item = u32>,
    ) -> QuestionCore {
        QuestionCore::new(&self.query(targets), sources)
    }

    /// The core with all arcs that lead down to some targets.
    pub fn query(&self, targets: impl IntoIterator<Item = u32>) -> CoreQuery<'_> {
        let mut stack: Vec<u32> = targets.into_iter().collect();
        let mut seen = std::collections::HashSet::new();
        let mut down = Vec::new();
        while let Some(v) = stack.pop() {
            if !seen.insert(v) {
                continue;
            }
            for arc in self.into(v) {
                down.push((self.other[arc], v, arc as u32));
                stack.push(self.other[arc]);
            }
        }
        down.sort_unstable();
        CoreQuery { core: self, down }
    }
}

/// A core with the arcs down to some targets: every Pareto-optimal path to them, from any node.
pub struct CoreQuery<'a> {
    core: &'a ParetoCore,
    /// Tail, head and number of each arc.
    down: Vec<(u32, u32, u32)>,
}

impl CoreQuery<'_> {
    /// Calls `visit` with every arc out of a node, its head and its costs.
    pub fn out(&self, node: u32, mut visit: impl FnMut(u32, u32, Costs)) {
        let ParetoCore { other, arcs, .. } = self.core;
        for arc in self.core.out_of(node) {
            visit(arc as u32, other[arc], arcs[arc].costs);
        }
        let first = self.down.partition_point(|(from, _, _)| *from < node);
        for (_, to, arc) in self.down[first..].iter().take_while(|(from, _, _)| *from == node) {
            visit(*arc, *to, arcs[*arc as usize].costs);
        }
    }
}

/// The other end of an arc, and the arc.
type ArcEnd = (u32, u32);

/// Most nodes have few arcs.
type EndList = SmallVec<[ArcEnd; 4]>;

/// A graph during its contraction.
struct Contraction {
    arcs: Vec<CoreArc>,
    /// By how much the shortcuts of a node may exceed its arcs.
    max_excess: usize,
    /// Numbers of removed arcs.
    free: Vec<u32>,
    out: Vec<EndList>,
    into: Vec<EndList>,
    /// The shortcuts of the node that is tried: tail, head, arc.
    shortcuts: Vec<(u32, u32, CoreArc)>,
}

impl Contraction {
    fn new(
        nodes: usize,
        arcs: &[(u32, u32)],
        max_excess: usize,
        costs: impl Fn(usize) -> Option<[u64; 3]>,
    ) -> Option<Contraction> {
        let mut contraction = Contraction {
            arcs: Vec::with_capacity(arcs.len()),
            max_excess,
            free: Vec::new(),
            out: vec![EndList::new(); nodes],
            into: vec![EndList::new(); nodes],
            shortcuts: Vec::new(),
        };
        for (i, (a, b)) in arcs.iter().enumerate().filter(|(_, (a, b))| a != b) {
            if let Some(costs) = costs(i) {
                let [x, y, z] = costs.map(|c| u32::try_from(c).ok());
                contraction.add(*a, *b, CoreArc { costs: [x?, y?, z?], parts: [i as u32, NONE] });
            }
        }
        Some(contraction)
    }

    /// Whether an arc between two nodes costs at most as much as a new one would.
    fn is_dominated(&self, from: u32, to: u32, costs: Costs) -> bool {
        let along = self.out[from as usize].iter().filter(|(other, _)| *other == to);
        along.map(|(_, r)| self.arcs[*r as usize].costs).any(|c| weakly_dominates(c, costs))
    }

    /// Contracts a node unless it has too many shortcuts; whether it did.
    fn try_contract(&mut self, v: u32) -> bool {
        let mut shortcuts = std::mem::take(&mut self.shortcuts);
        let contracts = self.shortcuts_of(v, &mut shortcuts);
        if contracts {
            self.detach(v);
            shortcuts.iter().for_each(|(u, w, arc)| self.add(*u, *w, *arc));
        }
        self.shortcuts = shortcuts;
        contracts
    }

    /// Lists the shortcuts that the contraction of a node needs; whether they are few enough, and their
    /// costs fit 32 bits.
    fn shortcuts_of(&self, v: u32, shortcuts: &mut Vec<(u32, u32, CoreArc)>) -> bool {
        shortcuts.clear();
        let (out, into) = (&self.out[v as usize], &self.into[v as usize]);
        let most = out.len() + into.len() + self.max_excess;
        for (u, a) in into {
            for (w, b) in out.iter().filter(|(w, _)| w != u) {
                let [a_costs, b_costs] = [a, b].map(|r| self.arcs[*r as usize].costs);
                let Some(costs) = checked_sum(a_costs, b_costs) else { return false };
                if !self.is_dominated(*u, *w, costs) {
                    shortcuts.push((*u, *w, CoreArc { costs, parts: [*a, *b] }));
                }
            }
            if shortcuts.len() > most {
                return false;
            }
        }
        true
    }

    /// Removes a node from the lists of its neighbours; it keeps its own arcs.
    fn detach(&mut self, v: u32) {
        let (out, into) =
            (std::mem::take(&mut self.out[v as usize]), std::mem::take(&mut self.into[v as usize]));
        for (w, _) in &out {
            self.into[*w as usize].retain(|(other, _)| *other != v);
        }
        for (u, _) in &into {
            self.out[*u as usize].retain(|(other, _)| *other != v);
        }
        (self.out[v as usize], self.into[v as usize]) = (out, into);
    }

    /// Adds an arc unless it is dominated, and removes those that it dominates.
    fn add(&mut self, from: u32, to: u32, arc: CoreArc) {
        if self.is_dominated(from, to, arc.costs) {
            return;
        }
        let Contraction { arcs, free, out, into, .. } = self;
        let worse = |(other, r): &ArcEnd, node: u32| {
            *other == node && weakly_dominates(arc.costs, arcs[*r as usize].costs)
        };
        let before = free.len();
        free.extend(out[from as usize].iter().filter(|end| worse(end, to)).map(|(_, r)| *r));
        if free.len() > before {
            out[from as usize].retain(|end| !worse(end, to));
            into[to as usize].retain(|end| !worse(end, from));
        }
        let r = free.pop().unwrap_or(arcs.len() as u32);
        if r as usize == arcs.len() {
            arcs.push(arc)
        } else {
            arcs[r as usize] = arc
        }
        out[from as usize].push((to, r));
        into[to as usize].push((from, r));
    }

    /// Stores all arcs in one array, node by node.
    fn freeze(self, contracted: &[bool]) -> ParetoCore {
        let count = self.arcs.len() - self.free.len();
        let mut core = ParetoCore {
            first_out: vec![0],
            other: Vec::with_capacity(count),
            arcs: Vec::with_capacity(count),
            ..ParetoCore::default()
        };
        let mut number = vec![NONE; self.arcs.len()];
        for (v, contracted) in contracted.iter().enumerate() {
            let mut list = |ends: &[ArcEnd]| {
                for (other, r) in ends {
                    number[*r as usize] = core.other.len() as u32;
                    core.other.push(*other);
                    core.arcs.push(self.arcs[*r as usize]);
                }
                core.other.len() as u32
            };
            let first_in = list(&self.out[v]);
            let end = if *contracted { list(&self.into[v]) } else { first_in };
            core.first_in.push(first_in);
            core.first_out.push(end);
        }
        for CoreArc { parts, .. } in &mut core.arcs {
            if parts[1] != NONE {
                *parts = parts.map(|r| number[r as usize]);
            }
        }
        core
    }
}

/// `None`: an overflow.
fn checked_sum(a: Costs, b: Costs) -> Option<Costs> {
    let [x, y, z] = [0, 1, 2].map(|c| a[c].checked_add(b[c]));
    Some([x?, y?, z?])
}

/// Whether costs are at most others in each of the three.
fn weakly_dominates(a: Costs, b: Costs) -> bool {
    (0..3).all(|c| a[c] <= b[c])
}
