//! What is left of a graph for three costs at once, when all nodes are taken away that are better gone.
//!
//! With several costs a shortcut is a bundle: all rides between two nodes of which none costs at
//! most as much as another in each of the three (S. Funke, S. Storandt, *Polynomial-time construction
//! of contraction hierarchies for multi-criteria objectives*, ALENEX 2013). Bundles grow where the
//! costs disagree, so not all nodes can go: one goes while the rides that then join its neighbours are
//! not many more than those that go with it (a core that stays, as in J. Dibbelt, T. Pajor, D. Wagner,
//! *User-constrained multi-modal route planning*, ALENEX 2012). Nodes are tried in the order of the
//! shape. A best way rises from its origin to the nodes that stay, crosses them and falls to its
//! destination.
//!
//! ```text
//! node      0 | 1 | 2 | ...
//! rides     of each node: to nodes that went later or stay; then, if it went, from them
//! ```

use smallvec::SmallVec;

use crate::shape::Shape;

/// Three costs.
pub type Costs = [u32; 3];

/// By how many rides a node that goes may leave more than it takes away.
const MORE: usize = 8;

/// How often all nodes that stayed are looked at again.
const ROUNDS: usize = 2;

/// Stands for the second part of a ride that is an arc of the graph.
const NONE: u32 = u32::MAX;

/// A ride: an arc of the graph, or two rides by way of a node that went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ride {
    costs: Costs,
    /// The two rides, or the arc and [`NONE`].
    parts: [u32; 2],
}

/// A graph of which most nodes are gone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Skeleton {
    /// How many nodes stayed.
    pub stayed: usize,
    /// Where the rides of each node begin; one more entry than nodes.
    first: Vec<u32>,
    /// Where the rides towards it begin among them.
    towards: Vec<u32>,
    /// The other end of each ride.
    other: Vec<u32>,
    rides: Vec<Ride>,
}

impl Skeleton {
    /// Takes nodes away, by the order of a shape. Costs of none: the arc is closed. None: an arc
    /// costs more than 32 bits count.
    pub fn new(
        shape: &Shape,
        arcs: &[(u32, u32)],
        costs: impl Fn(usize) -> Option<[u64; 3]>,
    ) -> Option<Skeleton> {
        let mut shrinking = Shrinking::new(shape.nodes(), arcs, costs)?;
        let mut staying = vec![0_u32; shape.nodes()];
        shape.rank.iter().enumerate().for_each(|(v, rank)| staying[*rank as usize] = v as u32);
        let mut gone = vec![false; shape.nodes()];
        for _ in 0..ROUNDS {
            staying.retain(|v| {
                gone[*v as usize] = shrinking.take(*v);
                !gone[*v as usize]
            });
        }
        Some(Skeleton { stayed: staying.len(), ..shrinking.frozen(&gone) })
    }

    /// The rides out of a node: to nodes that went later, or that stay.
    fn out_of(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.towards[node as usize] as usize
    }

    /// The rides to a node that went, from nodes that went later or stay.
    fn into(&self, node: u32) -> std::ops::Range<usize> {
        self.towards[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// Adds the arcs of the graph that a ride stands for, in order.
    pub fn open(&self, ride: u32, arcs: &mut Vec<u32>) {
        let mut stack = vec![ride];
        while let Some(ride) = stack.pop() {
            match self.rides[ride as usize].parts {
                [arc, NONE] => arcs.push(arc),
                [a, b] => stack.extend([b, a]),
            }
        }
    }

    /// The skeleton with all that leads down to some ends.
    pub fn aimed(&self, ends: impl IntoIterator<Item = u32>) -> Aimed<'_> {
        let mut stack: Vec<u32> = ends.into_iter().collect();
        let mut seen = std::collections::HashSet::new();
        let mut down = Vec::new();
        while let Some(v) = stack.pop() {
            if !seen.insert(v) {
                continue;
            }
            for ride in self.into(v) {
                down.push((self.other[ride], v, ride as u32));
                stack.push(self.other[ride]);
            }
        }
        down.sort_unstable();
        Aimed { skeleton: self, down }
    }
}

/// A skeleton on which every way to some ends can be found, from any node.
pub struct Aimed<'a> {
    skeleton: &'a Skeleton,
    /// From, to, and the ride.
    down: Vec<(u32, u32, u32)>,
}

impl Aimed<'_> {
    /// Calls `visit` with every ride out of a node, where it leads and what it costs.
    pub fn out(&self, node: u32, mut visit: impl FnMut(u32, u32, Costs)) {
        let Skeleton { other, rides, .. } = self.skeleton;
        for ride in self.skeleton.out_of(node) {
            visit(ride as u32, other[ride], rides[ride].costs);
        }
        let first = self.down.partition_point(|(from, _, _)| *from < node);
        for (_, to, ride) in self.down[first..].iter().take_while(|(from, _, _)| *from == node) {
            visit(*ride, *to, rides[*ride as usize].costs);
        }
    }
}

/// One end of a ride: the node at the other, and the ride.
type End = (u32, u32);

/// Most nodes have few.
type Ends = SmallVec<[End; 4]>;

/// A graph that loses its nodes.
struct Shrinking {
    rides: Vec<Ride>,
    /// Rides that are no more.
    free: Vec<u32>,
    out: Vec<Ends>,
    into: Vec<Ends>,
    /// Rides that would join the neighbours of a node: from, to, what.
    joining: Vec<(u32, u32, Ride)>,
}

impl Shrinking {
    fn new(
        nodes: usize,
        arcs: &[(u32, u32)],
        costs: impl Fn(usize) -> Option<[u64; 3]>,
    ) -> Option<Shrinking> {
        let mut shrinking = Shrinking {
            rides: Vec::with_capacity(arcs.len()),
            free: Vec::new(),
            out: vec![Ends::new(); nodes],
            into: vec![Ends::new(); nodes],
            joining: Vec::new(),
        };
        for (i, (a, b)) in arcs.iter().enumerate().filter(|(_, (a, b))| a != b) {
            if let Some(costs) = costs(i) {
                let [x, y, z] = costs.map(|c| u32::try_from(c).ok());
                shrinking.add(*a, *b, Ride { costs: [x?, y?, z?], parts: [i as u32, NONE] });
            }
        }
        Some(shrinking)
    }

    /// Whether a ride between two nodes costs at most as much as another would.
    fn has(&self, from: u32, to: u32, costs: Costs) -> bool {
        let along = self.out[from as usize].iter().filter(|(other, _)| *other == to);
        along.map(|(_, r)| self.rides[*r as usize].costs).any(|c| below(c, costs))
    }

    /// Takes a node away if it is better gone; whether it was.
    fn take(&mut self, v: u32) -> bool {
        let mut joining = std::mem::take(&mut self.joining);
        let goes = self.better_gone(v, &mut joining);
        if goes {
            self.leave(v);
            joining.iter().for_each(|(u, w, ride)| self.add(*u, *w, *ride));
        }
        self.joining = joining;
        goes
    }

    /// Lists the rides that join the neighbours of a node when it goes; whether they are few enough, and
    /// can be counted.
    fn better_gone(&self, v: u32, joining: &mut Vec<(u32, u32, Ride)>) -> bool {
        joining.clear();
        let (out, into) = (&self.out[v as usize], &self.into[v as usize]);
        let most = out.len() + into.len() + MORE;
        for (u, a) in into {
            for (w, b) in out.iter().filter(|(w, _)| w != u) {
                let [a_costs, b_costs] = [a, b].map(|r| self.rides[*r as usize].costs);
                let Some(costs) = plus(a_costs, b_costs) else { return false };
                if !self.has(*u, *w, costs) {
                    joining.push((*u, *w, Ride { costs, parts: [*a, *b] }));
                }
            }
            if joining.len() > most {
                return false;
            }
        }
        true
    }

    /// Its neighbours forget a node; it keeps its rides.
    fn leave(&mut self, v: u32) {
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

    /// Adds a ride, unless another is as good; those that it betters are no more.
    fn add(&mut self, from: u32, to: u32, ride: Ride) {
        if self.has(from, to, ride.costs) {
            return;
        }
        let Shrinking { rides, free, out, into, .. } = self;
        let worse = |(other, r): &End, node: u32| {
            *other == node && below(ride.costs, rides[*r as usize].costs)
        };
        let before = free.len();
        free.extend(out[from as usize].iter().filter(|end| worse(end, to)).map(|(_, r)| *r));
        if free.len() > before {
            out[from as usize].retain(|end| !worse(end, to));
            into[to as usize].retain(|end| !worse(end, from));
        }
        let r = free.pop().unwrap_or(rides.len() as u32);
        if r as usize == rides.len() {
            rides.push(ride)
        } else {
            rides[r as usize] = ride
        }
        out[from as usize].push((to, r));
        into[to as usize].push((from, r));
    }

    /// All rides in a row, node by node.
    fn frozen(self, gone: &[bool]) -> Skeleton {
        let count = self.rides.len() - self.free.len();
        let mut skeleton = Skeleton {
            first: vec![0],
            other: Vec::with_capacity(count),
            rides: Vec::with_capacity(count),
            ..Skeleton::default()
        };
        let mut number = vec![NONE; self.rides.len()];
        for (v, gone) in gone.iter().enumerate() {
            let mut list = |ends: &[End]| {
                for (other, r) in ends {
                    number[*r as usize] = skeleton.other.len() as u32;
                    skeleton.other.push(*other);
                    skeleton.rides.push(self.rides[*r as usize]);
                }
                skeleton.other.len() as u32
            };
            let towards = list(&self.out[v]);
            let end = if *gone { list(&self.into[v]) } else { towards };
            skeleton.towards.push(towards);
            skeleton.first.push(end);
        }
        for Ride { parts, .. } in &mut skeleton.rides {
            if parts[1] != NONE {
                *parts = parts.map(|r| number[r as usize]);
            }
        }
        skeleton
    }
}

/// None: more than can be counted.
fn plus(a: Costs, b: Costs) -> Option<Costs> {
    let [x, y, z] = [0, 1, 2].map(|c| a[c].checked_add(b[c]));
    Some([x?, y?, z?])
}

/// Whether costs are at most others in each of the three.
fn below(a: Costs, b: Costs) -> bool {
    (0..3).all(|c| a[c] <= b[c])
}
