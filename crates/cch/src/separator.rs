//! Small balanced separators by inertial flow (A. Schild, C. Sommer, *On balanced separators in road
//! networks*, SEA 2015): the nodes that lie farthest in one direction are joined to a source, those
//! farthest in the other to a sink, and a minimum cut between them is found by the algorithm of E. Dinic
//! (1970). Nodes have unit capacity and edges any, so that the cut is the smallest separator: of edges alone it
//! would avoid the nodes with many, such as those of a mesh at sea.

use std::collections::VecDeque;

/// A subgraph: undirected, each edge in the list of both its ends, its nodes on the unit sphere.
#[derive(Debug, Clone, Default)]
pub struct Subgraph {
    /// The number of each node in the whole graph.
    pub id: Vec<u32>,
    /// Start of the edges of each node; one more entry than nodes.
    pub first_out: Vec<u32>,
    /// The other end of each edge.
    pub head: Vec<u32>,
    /// The position of each node.
    pub position: Vec<[f32; 3]>,
}

impl Subgraph {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether it has no nodes.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The neighbours of a node.
    pub fn neighbours(&self, node: u32) -> &[u32] {
        &self.head
            [self.first_out[node as usize] as usize..self.first_out[node as usize + 1] as usize]
    }

    /// The subgraph induced by some of its nodes, in the order given.
    pub fn induced(&self, nodes: &[u32]) -> Subgraph {
        let mut new = vec![u32::MAX; self.len()];
        for (i, node) in nodes.iter().enumerate() {
            new[*node as usize] = i as u32;
        }
        let mut graph = Subgraph { first_out: vec![0], ..Subgraph::default() };
        for node in nodes {
            let kept =
                self.neighbours(*node).iter().map(|w| new[*w as usize]).filter(|w| *w != u32::MAX);
            graph.head.extend(kept);
            graph.first_out.push(graph.head.len() as u32);
            graph.id.push(self.id[*node as usize]);
            graph.position.push(self.position[*node as usize]);
        }
        graph
    }

    /// For each edge entry the entry in the opposite direction.
    fn twins(&self) -> Vec<u32> {
        let mut next = self.first_out.clone();
        let mut twin = vec![0; self.head.len()];
        // Lists ascend by both ends, so that the opposite entries come in order.
        for node in 0..self.len() as u32 {
            for e in self.first_out[node as usize]..self.first_out[node as usize + 1] {
                let other = self.head[e as usize];
                if node < other {
                    while self.head[next[other as usize] as usize] != node {
                        next[other as usize] += 1;
                    }
                    let back = next[other as usize];
                    next[other as usize] += 1;
                    (twin[e as usize], twin[back as usize]) = (back, e);
                }
            }
        }
        twin
    }

    /// Directions to try: in the plane of the ground, or in space where the subgraph is large.
    fn directions(&self) -> Vec<[f32; 3]> {
        let mut middle = [0.0_f64; 3];
        for at in &self.position {
            (0..3).for_each(|i| middle[i] += f64::from(at[i]) / self.len() as f64);
        }
        let length = |v: [f64; 3]| (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
        let (across, up) = if length(middle) < 0.7 {
            return [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, -1, 0], [1, 0, 1], [0, 1, 1]]
                .map(|v| v.map(|x: i8| f32::from(x)))
                .to_vec();
        } else if middle[2].abs() > 0.99 * length(middle) {
            ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
        } else {
            let east = [-middle[1], middle[0], 0.0];
            let north = [
                -middle[2] * middle[0],
                -middle[2] * middle[1],
                middle[0] * middle[0] + middle[1] * middle[1],
            ];
            (east.map(|x| x / length(east)), north.map(|x| x / length(north)))
        };
        [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0)]
            .map(|(a, b)| [0, 1, 2].map(|i| (a * across[i] + b * up[i]) as f32))
            .to_vec()
    }
}

/// Two sides without an edge between them, and the nodes that separate them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Separator {
    /// One side.
    pub left: Vec<u32>,
    /// The other.
    pub right: Vec<u32>,
    /// The nodes that separate them.
    pub separator: Vec<u32>,
}

/// The share of the nodes that is joined to the source, and to the sink.
const SHARE: f64 = 0.25;

/// A small separator of a connected subgraph of at least two nodes.
pub fn separate(graph: &Subgraph) -> Separator {
    let twin = graph.twins();
    let mut best: Option<Cut> = None;
    for direction in graph.directions() {
        let most = best.as_ref().map_or(u32::MAX, |b| b.value);
        if let Some(cut) = Cut::along(graph, &twin, direction, most)
            && best.as_ref().is_none_or(|b| (cut.value, cut.imbalance()) < (b.value, b.imbalance()))
        {
            best = Some(cut);
        }
    }
    // The first direction is never abandoned.
    best.map_or_else(|| all(graph), |cut| cut.sides)
}

fn all(graph: &Subgraph) -> Separator {
    Separator { left: Vec::new(), right: Vec::new(), separator: (0..graph.len() as u32).collect() }
}

struct Cut {
    value: u32,
    sides: Separator,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Terminal {
    Source,
    Sink,
    Between,
}

impl Cut {
    fn imbalance(&self) -> usize {
        self.sides.left.len().abs_diff(self.sides.right.len())
    }

    /// The smallest along a direction, unless it exceeds `most`.
    fn along(graph: &Subgraph, twin: &[u32], direction: [f32; 3], most: u32) -> Option<Cut> {
        let n = graph.len();
        let key = |v: &u32| {
            let at = graph.position[*v as usize];
            at[0] * direction[0] + at[1] * direction[1] + at[2] * direction[2]
        };
        let mut sorted: Vec<u32> = (0..n as u32).collect();
        let share = ((n as f64 * SHARE) as usize).max(1);
        let by = |a: &u32, b: &u32| key(a).total_cmp(&key(b)).then(a.cmp(b));
        sorted.select_nth_unstable_by(share - 1, by);
        if share < n - share {
            sorted[share..].select_nth_unstable_by(n - 2 * share, by);
        }
        let mut end = vec![Terminal::Between; n];
        sorted[..share].iter().for_each(|v| end[*v as usize] = Terminal::Source);
        sorted[n - share..].iter().for_each(|v| end[*v as usize] = Terminal::Sink);
        let (flow, used, level) = (vec![0; twin.len()], vec![false; n], vec![0; 2 * n]);
        let mut run = Dinic { graph, twin, flow, used, end, level, value: 0 };
        while run.levels() {
            run.block();
            if run.value > most {
                return None;
            }
        }
        Some(run.best_cut())
    }
}

/// A flow through nodes. Each is split in two: its entry, twice its number, and its exit, one more.
struct Dinic<'a> {
    graph: &'a Subgraph,
    twin: &'a [u32],
    /// -1, 0 or 1 along each edge entry.
    flow: Vec<i8>,
    /// Whether flow passes each node.
    used: Vec<bool>,
    end: Vec<Terminal>,
    /// Distance of each half from the source in the residual network, plus one; 0 for not reached.
    level: Vec<u32>,
    value: u32,
}

/// The way through a node, from its entry to its exit or back.
const THROUGH: u32 = u32::MAX;

impl Dinic<'_> {
    /// A way out of a half by its number: through the node first, then along its edges. None where there are no
    /// more; a way that is full leads nowhere.
    #[inline(always)]
    fn way(&self, half: u32, number: u32) -> Option<(u32, Option<u32>)> {
        let (v, is_exit) = (half / 2, half % 2 == 1);
        if number == 0 {
            return Some((THROUGH, (self.used[v as usize] == is_exit).then_some(half ^ 1)));
        }
        let e = self.graph.first_out[v as usize] + number - 1;
        if e == self.graph.first_out[v as usize + 1] {
            return None;
        }
        let w = self.graph.head[e as usize];
        // Edges hold any flow; what comes in by one can be sent back.
        let open = if is_exit { self.flow[e as usize] >= 0 } else { self.flow[e as usize] < 0 };
        Some((e, open.then_some(2 * w + u32::from(!is_exit))))
    }

    fn sources(&self) -> impl Iterator<Item = u32> + use<> {
        let is_source = |(_, e): &(usize, &Terminal)| **e == Terminal::Source;
        let all: Vec<u32> =
            self.end.iter().enumerate().filter(is_source).map(|(v, _)| v as u32).collect();
        all.into_iter()
    }

    fn is_sink(&self, half: u32) -> bool {
        half % 2 == 1 && self.end[half as usize / 2] == Terminal::Sink
    }

    /// Computes the levels; false where the sink is out of reach.
    fn levels(&mut self) -> bool {
        self.level.fill(0);
        let mut queue: VecDeque<u32> = self.sources().map(|v| 2 * v).collect();
        queue.iter().for_each(|half| self.level[*half as usize] = 1);
        let mut last = u32::MAX;
        while let Some(half) = queue.pop_front() {
            if self.level[half as usize] >= last {
                break;
            }
            for number in 0.. {
                let Some((_, to)) = self.way(half, number) else { break };
                let Some(to) = to.filter(|to| self.level[*to as usize] == 0) else { continue };
                self.level[to as usize] = self.level[half as usize] + 1;
                if self.is_sink(to) {
                    last = self.level[to as usize];
                }
                queue.push_back(to);
            }
        }
        last != u32::MAX
    }

    /// Computes a blocking flow along shortest paths.
    fn block(&mut self) {
        let mut next: Vec<u32> = vec![0; self.level.len()];
        let mut path: Vec<(u32, u32)> = Vec::new();
        for source in self.sources() {
            let mut half = 2 * source;
            loop {
                if self.is_sink(half) {
                    path.drain(..).for_each(|(half, way)| self.push(half, way));
                    self.value += 1;
                    half = 2 * source;
                    continue;
                }
                let Some((way, to)) = self.way(half, next[half as usize]) else {
                    let Some((before, _)) = path.pop() else { break };
                    half = before;
                    next[half as usize] += 1;
                    continue;
                };
                match to {
                    Some(to) if self.level[to as usize] == self.level[half as usize] + 1 => {
                        path.push((half, way));
                        half = to;
                    }
                    _ => next[half as usize] += 1,
                }
            }
        }
    }

    /// Sends a unit of flow out of a half.
    fn push(&mut self, half: u32, way: u32) {
        if way == THROUGH {
            self.used[half as usize / 2] = half.is_multiple_of(2);
            return;
        }
        let flow = i8::from(half % 2 == 1);
        self.flow[way as usize] = flow;
        self.flow[self.twin[way as usize] as usize] = -flow;
    }

    /// The more balanced of the two outermost minimum cuts.
    fn best_cut(self) -> Cut {
        let from_source = self.reached(self.sources().map(|v| 2 * v).collect(), false);
        let sinks = (0..self.end.len() as u32).filter(|v| self.end[*v as usize] == Terminal::Sink);
        let to_sink = self.reached(sinks.map(|v| 2 * v + 1).collect(), true);
        let halves = |all: &[bool], v: u32| [all[2 * v as usize], all[2 * v as usize + 1]];
        let by_source = self.cut(|v| match halves(&from_source, v) {
            [_, true] => Terminal::Source,
            [true, false] => Terminal::Between,
            [false, false] => Terminal::Sink,
        });
        let by_sink = self.cut(|v| match halves(&to_sink, v) {
            [true, _] => Terminal::Sink,
            [false, true] => Terminal::Between,
            [false, false] => Terminal::Source,
        });
        if by_sink.imbalance() < by_source.imbalance() { by_sink } else { by_source }
    }

    fn cut(&self, side: impl Fn(u32) -> Terminal) -> Cut {
        let of =
            |wanted: Terminal| (0..self.end.len() as u32).filter(|v| side(*v) == wanted).collect();
        let (left, right) = (of(Terminal::Source), of(Terminal::Sink));
        Cut {
            value: self.value,
            sides: Separator { left, right, separator: of(Terminal::Between) },
        }
    }

    /// The halves that can be reached from some, or that reach them, in the residual network.
    fn reached(&self, mut stack: Vec<u32>, backwards: bool) -> Vec<bool> {
        let mut seen = vec![false; self.level.len()];
        stack.iter().for_each(|half| seen[*half as usize] = true);
        while let Some(half) = stack.pop() {
            for number in 0.. {
                let (v, is_exit) = (half / 2, half % 2 == 1);
                let to = if backwards {
                    self.way_back(v, is_exit, number)
                } else {
                    self.way(half, number).map(|(_, to)| to)
                };
                let Some(to) = to else { break };
                if let Some(to) = to
                    && !std::mem::replace(&mut seen[to as usize], true)
                {
                    stack.push(to);
                }
            }
        }
        seen
    }

    /// A half from which a way leads to a half, by the number of that way.
    fn way_back(&self, v: u32, is_exit: bool, number: u32) -> Option<Option<u32>> {
        if number == 0 {
            let open = self.used[v as usize] != is_exit;
            return Some(open.then_some(2 * v + u32::from(!is_exit)));
        }
        let e = self.graph.first_out[v as usize] + number - 1;
        if e == self.graph.first_out[v as usize + 1] {
            return None;
        }
        let w = self.graph.head[e as usize];
        // Into the entry from the exit before it, or into the exit by flow that is sent back.
        let open = if is_exit { self.flow[e as usize] > 0 } else { self.flow[e as usize] <= 0 };
        Some(open.then_some(2 * w + u32::from(!is_exit)))
    }
}
