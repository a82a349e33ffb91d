//! Small balanced separators by inertial flow (A. Schild, C. Sommer, *On balanced separators in road
//! networks*, SEA 2015): the nodes that lie farthest in one direction are joined to a source, those
//! farthest in the other to a sink, and a minimum cut between them is found by the algorithm of E. Dinic
//! (1970) with unit capacities.

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
    let mut best: Option<Flow> = None;
    for direction in graph.directions() {
        let most = best.as_ref().map_or(u32::MAX, |b| b.value);
        if let Some(flow) = Flow::along(graph, &twin, direction, most)
            && best
                .as_ref()
                .is_none_or(|b| (flow.value, flow.imbalance()) < (b.value, b.imbalance()))
        {
            best = Some(flow);
        }
    }
    // The first direction is never abandoned.
    best.map_or_else(|| all(graph), |flow| cover(graph, &flow.left))
}

fn all(graph: &Subgraph) -> Separator {
    Separator { left: Vec::new(), right: Vec::new(), separator: (0..graph.len() as u32).collect() }
}

struct Flow {
    value: u32,
    /// The side of the source.
    left: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Terminal {
    Source,
    Sink,
    Between,
}

impl Flow {
    fn imbalance(&self) -> usize {
        let left = self.left.iter().filter(|l| **l).count();
        left.abs_diff(self.left.len() - left)
    }

    /// The largest flow along a direction, unless it exceeds `most`.
    fn along(graph: &Subgraph, twin: &[u32], direction: [f32; 3], most: u32) -> Option<Flow> {
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
        let mut run =
            Dinic { graph, twin, flow: vec![0; twin.len()], end, level: vec![0; n], value: 0 };
        while run.levels() {
            run.block();
            if run.value > most {
                return None;
            }
        }
        Some(run.best_side())
    }
}

struct Dinic<'a> {
    graph: &'a Subgraph,
    twin: &'a [u32],
    /// -1, 0 or 1 along each edge entry.
    flow: Vec<i8>,
    end: Vec<Terminal>,
    /// Distance from the source in the residual network, plus one; 0 for not reached.
    level: Vec<u32>,
    value: u32,
}

impl Dinic<'_> {
    /// Computes the levels; false where the sink is out of reach.
    fn levels(&mut self) -> bool {
        self.level.fill(0);
        let sources =
            (0..self.end.len() as u32).filter(|v| self.end[*v as usize] == Terminal::Source);
        let mut queue: VecDeque<u32> = sources.collect();
        queue.iter().for_each(|v| self.level[*v as usize] = 1);
        let mut last = u32::MAX;
        while let Some(v) = queue.pop_front() {
            if self.level[v as usize] >= last {
                break;
            }
            for e in self.graph.first_out[v as usize]..self.graph.first_out[v as usize + 1] {
                let w = self.graph.head[e as usize];
                if self.flow[e as usize] < 1 && self.level[w as usize] == 0 {
                    self.level[w as usize] = self.level[v as usize] + 1;
                    if self.end[w as usize] == Terminal::Sink {
                        last = self.level[w as usize];
                    }
                    queue.push_back(w);
                }
            }
        }
        last != u32::MAX
    }

    /// Computes a blocking flow along shortest paths.
    fn block(&mut self) {
        let mut next = self.graph.first_out.clone();
        let mut path: Vec<u32> = Vec::new();
        for source in 0..self.end.len() as u32 {
            if self.end[source as usize] != Terminal::Source {
                continue;
            }
            let mut v = source;
            loop {
                if self.end[v as usize] == Terminal::Sink {
                    for e in path.drain(..) {
                        self.flow[e as usize] += 1;
                        self.flow[self.twin[e as usize] as usize] -= 1;
                    }
                    self.value += 1;
                    v = source;
                    continue;
                }
                let at = &mut next[v as usize];
                if *at == self.graph.first_out[v as usize + 1] {
                    let Some(e) = path.pop() else { break };
                    v = self.graph.head[self.twin[e as usize] as usize];
                    next[v as usize] += 1;
                    continue;
                }
                let (e, w) = (*at, self.graph.head[*at as usize]);
                if self.flow[e as usize] < 1 && self.level[w as usize] == self.level[v as usize] + 1
                {
                    path.push(e);
                    v = w;
                } else {
                    *at += 1;
                }
            }
        }
    }

    /// The more balanced of the two outermost minimum cuts.
    fn best_side(self) -> Flow {
        let reached = |from: Terminal, forwards: bool| {
            let mut seen: Vec<bool> = self.end.iter().map(|e| *e == from).collect();
            let mut stack: Vec<u32> =
                (0..seen.len() as u32).filter(|v| seen[*v as usize]).collect();
            while let Some(v) = stack.pop() {
                for e in self.graph.first_out[v as usize]..self.graph.first_out[v as usize + 1] {
                    let w = self.graph.head[e as usize];
                    let used = if forwards { 1 } else { -1 };
                    if self.flow[e as usize] != used && !seen[w as usize] {
                        seen[w as usize] = true;
                        stack.push(w);
                    }
                }
            }
            seen
        };
        let by_source = Flow { value: self.value, left: reached(Terminal::Source, true) };
        let not_sink = reached(Terminal::Sink, false).into_iter().map(|s| !s).collect();
        let by_sink = Flow { value: self.value, left: not_sink };
        if by_sink.imbalance() < by_source.imbalance() { by_sink } else { by_source }
    }
}

/// A minimum vertex cover of the edges between the sides (from a maximum matching, D. Koenig 1931), and
/// the rest of the two sides.
fn cover(graph: &Subgraph, left: &[bool]) -> Separator {
    const FREE: u32 = u32::MAX;
    let crosses = |v: u32, w: u32| left[v as usize] && !left[w as usize];
    let nodes = || (0..graph.len() as u32).filter(|v| left[*v as usize]);
    let ends: Vec<u32> =
        nodes().filter(|v| graph.neighbours(*v).iter().any(|w| crosses(*v, *w))).collect();
    let mut mate = vec![FREE; graph.len()];
    for v in &ends {
        let mut tried = std::collections::BTreeSet::new();
        augment(graph, left, *v, &mut mate, &mut tried);
    }
    // The nodes that alternating paths reach from unmatched ends.
    let mut reached = std::collections::BTreeSet::new();
    let mut stack: Vec<u32> = ends.iter().copied().filter(|v| mate[*v as usize] == FREE).collect();
    while let Some(v) = stack.pop() {
        if !reached.insert(v) {
            continue;
        }
        for w in graph.neighbours(v).iter().filter(|w| crosses(v, **w)) {
            if reached.insert(*w) && mate[*w as usize] != FREE {
                stack.push(mate[*w as usize]);
            }
        }
    }
    let in_cover = |v: u32| {
        if left[v as usize] {
            mate[v as usize] != FREE && !reached.contains(&v)
        } else {
            reached.contains(&v)
        }
    };
    let mut found = Separator { left: Vec::new(), right: Vec::new(), separator: Vec::new() };
    for v in 0..graph.len() as u32 {
        match (in_cover(v), left[v as usize]) {
            (true, _) => found.separator.push(v),
            (false, true) => found.left.push(v),
            (false, false) => found.right.push(v),
        }
    }
    found
}

fn augment(
    graph: &Subgraph,
    left: &[bool],
    v: u32,
    mate: &mut [u32],
    tried: &mut std::collections::BTreeSet<u32>,
) -> bool {
    for w in graph.neighbours(v).iter().copied().filter(|w| !left[*w as usize]) {
        if tried.insert(w) {
            let other = mate[w as usize];
            if other == u32::MAX || augment(graph, left, other, mate, tried) {
                (mate[v as usize], mate[w as usize]) = (w, v);
                return true;
            }
        }
    }
    false
}
