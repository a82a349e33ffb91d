//! Queries: distances from a node to all its ancestors, and the shortest path between two nodes.
//!
//! A shortest path leads up and then down. The distances of the origin and of the destination to all
//! their ancestors are found by one climb to the root each; the path passes the common ancestor with the
//! least sum (the elimination tree query of Dibbelt, Strasser and Wagner). All ancestors of a node differ
//! in depth, so the distances are an array by depth that stays in the first cache.

use crate::INFINITY;
use crate::cch::Cch;
use crate::metric::Metric;
use crate::perfect::{PerfectMetric, UpwardGraph};
use crate::unpack::{UnpackBuffer, Unpacker, Unpacking, directed_arc};

/// A customized hierarchy as a query sees it, with what else was computed for it.
#[derive(Debug, Clone, Copy)]
pub struct CchView<'a> {
    /// The hierarchy.
    pub cch: &'a Cch,
    /// The arc costs of its graph.
    pub costs: &'a [u32],
    /// Its metric.
    pub metric: &'a Metric,
    /// The arcs on shortest paths, if they were computed.
    pub perfect: Option<&'a PerfectMetric>,
    /// The arcs that each shortcut represents, if they were computed.
    pub unpacking: Option<&'a Unpacking>,
}

/// The direction of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a node: it is an origin.
    Forward,
    /// Towards a node: it is a destination.
    Backward,
}

/// Distances between a node and its ancestors by their depth, that of the root first.
#[derive(Debug, Clone, Default)]
pub struct Label {
    /// The rank of the node.
    pub node: u32,
    /// The distances.
    pub cost: Vec<u32>,
    /// The last arc of the path behind each distance; empty where only distances were computed.
    arc: Vec<u32>,
}

/// The common ancestor at which two labels meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// The distance.
    pub cost: u32,
    /// The depth of the ancestor.
    pub depth: u32,
}

/// The arcs of one direction as plain slices.
pub(crate) struct Arcs<'a> {
    first_out: &'a [u32],
    pub depth: &'a [u32],
    pub cost: &'a [u32],
    /// Their numbers in the hierarchy, unless all are there.
    numbers: Option<&'a [u32]>,
}

impl Arcs<'_> {
    /// The upward arcs of a rank.
    #[inline(always)]
    pub fn of(&self, node: u32) -> std::ops::Range<usize> {
        self.first_out[node as usize] as usize..self.first_out[node as usize + 1] as usize
    }

    /// The number of an arc in the hierarchy.
    pub fn number(&self, arc: usize) -> u32 {
        self.numbers.map_or(arc as u32, |numbers| numbers[arc])
    }
}

impl<'a> CchView<'a> {
    fn upward_graph(&self, direction: Direction) -> Option<&'a UpwardGraph> {
        self.perfect.map(|t| if direction == Direction::Forward { &t.up } else { &t.down })
    }

    pub(crate) fn arcs(&self, direction: Direction) -> Arcs<'a> {
        match self.upward_graph(direction) {
            Some(graph) => Arcs {
                first_out: &graph.first_out,
                depth: &graph.head_depth,
                cost: &graph.cost,
                numbers: Some(&graph.arc),
            },
            None => Arcs {
                first_out: &self.cch.up_first_out,
                depth: &self.cch.head_depth,
                cost: if direction == Direction::Forward {
                    &self.metric.up
                } else {
                    &self.metric.down
                },
                numbers: None,
            },
        }
    }

    /// Fills a label with the distances between a node (a number of the graph) and its ancestors.
    pub fn label(&self, node: u32, direction: Direction, label: &mut Label) {
        let mut v = self.start(node, label);
        let arcs = self.arcs(direction);
        loop {
            let here = label.cost[self.cch.depth[v] as usize];
            if here != INFINITY {
                let range = arcs.first_out[v] as usize..arcs.first_out[v + 1] as usize;
                for (d, cost) in arcs.depth[range.clone()].iter().zip(&arcs.cost[range]) {
                    let to = &mut label.cost[*d as usize];
                    *to = (*to).min(here.saturating_add(*cost));
                }
            }
            let parent = self.cch.parent[v] as usize;
            if parent == v {
                return;
            }
            v = parent;
        }
    }

    /// The same, with the arcs of the paths.
    pub fn label_with_arcs(&self, node: u32, direction: Direction, label: &mut Label) {
        let mut v = self.start(node, label);
        label.arc.resize(label.cost.len(), u32::MAX);
        let arcs = self.arcs(direction);
        loop {
            let here = label.cost[self.cch.depth[v] as usize];
            if here != INFINITY {
                let range = arcs.first_out[v] as usize..arcs.first_out[v + 1] as usize;
                let list = arcs.depth[range.clone()].iter().zip(&arcs.cost[range.clone()]);
                for (a, (d, cost)) in range.zip(list) {
                    let d = *d as usize;
                    let there = here.saturating_add(*cost);
                    if there < label.cost[d] {
                        (label.cost[d], label.arc[d]) = (there, a as u32);
                    }
                }
            }
            let parent = self.cch.parent[v] as usize;
            if parent == v {
                return;
            }
            v = parent;
        }
    }

    fn start(&self, node: u32, label: &mut Label) -> usize {
        let v = self.cch.rank[node as usize] as usize;
        let depth = self.cch.depth[v] as usize;
        label.node = v as u32;
        label.arc.clear();
        label.cost.clear();
        label.cost.resize(depth + 1, INFINITY);
        label.cost[depth] = 0;
        v
    }

    /// Where two labels meet, if anywhere: at the least distance; of equal ones at the least depth.
    pub fn meet(&self, from: &Label, to: &Label) -> Option<Meeting> {
        let common = self.cch.common_ancestors(from.node, to.node) as usize;
        let sums =
            from.cost[..common].iter().zip(&to.cost[..common]).map(|(a, b)| a.saturating_add(*b));
        let (depth, cost) = sums.enumerate().min_by_key(|(d, cost)| (*cost, *d))?;
        (cost != INFINITY).then_some(Meeting { cost, depth: depth as u32 })
    }

    /// The arcs of the graph on the path through a meeting of two labels with arcs.
    pub fn path(
        &self,
        from: &Label,
        to: &Label,
        meeting: Meeting,
        path: &mut Vec<u32>,
        buffer: &mut UnpackBuffer,
    ) {
        path.clear();
        path.extend(
            self.arcs_behind(from, Direction::Forward, meeting.depth)
                .map(|arc| directed_arc(arc, true)),
        );
        path.reverse();
        path.extend(
            self.arcs_behind(to, Direction::Backward, meeting.depth)
                .map(|arc| directed_arc(arc, false)),
        );
        let CchView { cch, costs, metric, unpacking, .. } = *self;
        Unpacker { cch, metric, costs, unpacking }.unpack(path, buffer);
    }

    /// The arcs of the hierarchy on the path behind a distance, the last first.
    fn arcs_behind<'b>(
        &self,
        label: &'b Label,
        direction: Direction,
        depth: u32,
    ) -> impl Iterator<Item = u32> + use<'a, 'b> {
        let (graph, cch) = (self.upward_graph(direction), self.cch);
        let of = move |depth: u32| {
            let found = label.arc[depth as usize];
            (found != u32::MAX).then(|| graph.map_or(found, |g| g.arc[found as usize]))
        };
        std::iter::successors(of(depth), move |arc| of(cch.depth[cch.tail[*arc as usize] as usize]))
    }
}

/// Labels and a path, used again from query to query.
#[derive(Debug, Clone, Default)]
pub struct Query {
    from: Label,
    to: Label,
    buffer: UnpackBuffer,
    /// The arcs of the graph on the last path that was computed.
    pub path: Vec<u32>,
}

impl Query {
    /// The distance between two nodes, or [`INFINITY`].
    pub fn distance(&mut self, view: &CchView, from: u32, to: u32) -> u32 {
        view.label(from, Direction::Forward, &mut self.from);
        view.label(to, Direction::Backward, &mut self.to);
        view.meet(&self.from, &self.to).map_or(INFINITY, |m| m.cost)
    }

    /// The path through a meeting of two labels with arcs, in `self.path`.
    pub fn join(&mut self, view: &CchView, from: &Label, to: &Label, meeting: Meeting) {
        view.path(from, to, meeting, &mut self.path, &mut self.buffer);
    }

    /// The distance, with the path in `self.path`.
    pub fn path(&mut self, view: &CchView, from: u32, to: u32) -> u32 {
        view.label_with_arcs(from, Direction::Forward, &mut self.from);
        view.label_with_arcs(to, Direction::Backward, &mut self.to);
        self.path.clear();
        let Some(meeting) = view.meet(&self.from, &self.to) else { return INFINITY };
        view.path(&self.from, &self.to, meeting, &mut self.path, &mut self.buffer);
        meeting.cost
    }
}
