//! Questions: distances from a node to all its ancestors, and the way between two nodes.
//!
//! A shortest way rises and then falls. From the origin and to the destination the distances to
//! all ancestors are found by one walk to the root; they meet at the best ancestor that both have
//! (the elimination tree search of Dibbelt, Strasser and Wagner). All ancestors of a node differ in
//! depth, so the distances are an array by depth that stays in the nearest cache.

use crate::FAR;
use crate::prices::Prices;
use crate::shape::Shape;
use crate::thin::{Side, Thin};
use crate::vias::{Opened, Opener, Vias, step};

/// Prices to walk over: all arcs, or only those that matter.
#[derive(Debug, Clone, Copy)]
pub struct Roads<'a> {
    /// The shape.
    pub shape: &'a Shape,
    /// The prices of its graph.
    pub costs: &'a [u32],
    /// Its prices.
    pub prices: &'a Prices,
    /// The arcs that matter, where they are known.
    pub thin: Option<&'a Thin>,
    /// What the arcs stand for, where that is known.
    pub vias: Option<&'a Vias>,
}

/// Which way to look from a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Away from it: it is an origin.
    From,
    /// Towards it: it is a destination.
    To,
}

/// Distances between a node and its ancestors, by their depth, the root's first.
#[derive(Debug, Clone, Default)]
pub struct Label {
    /// The node.
    pub node: u32,
    /// The distances.
    pub cost: Vec<u32>,
    /// The arc that each was found by; empty where only distances were asked.
    arc: Vec<u32>,
}

/// Where two labels meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// The distance.
    pub cost: u32,
    /// Depth of the ancestor.
    pub depth: u32,
}

/// One direction's arcs as plain slices.
struct Arcs<'a> {
    first: &'a [u32],
    depth: &'a [u32],
    cost: &'a [u32],
}

impl<'a> Roads<'a> {
    fn side(&self, look: Look) -> Option<&'a Side> {
        self.thin.map(|t| if look == Look::From { &t.up } else { &t.down })
    }

    fn arcs(&self, look: Look) -> Arcs<'a> {
        match self.side(look) {
            Some(side) => Arcs { first: &side.first, depth: &side.depth, cost: &side.cost },
            None => Arcs {
                first: &self.shape.first,
                depth: &self.shape.head_depth,
                cost: if look == Look::From { &self.prices.up } else { &self.prices.down },
            },
        }
    }

    /// Fills a label with the distances between a node (numbered as in the graph) and its ancestors.
    pub fn label(&self, node: u32, look: Look, label: &mut Label) {
        let mut v = self.start(node, label);
        let arcs = self.arcs(look);
        loop {
            let here = label.cost[self.shape.depth[v] as usize];
            if here != FAR {
                let range = arcs.first[v] as usize..arcs.first[v + 1] as usize;
                for (d, cost) in arcs.depth[range.clone()].iter().zip(&arcs.cost[range]) {
                    let to = &mut label.cost[*d as usize];
                    *to = (*to).min(here.saturating_add(*cost));
                }
            }
            let parent = self.shape.parent[v] as usize;
            if parent == v {
                return;
            }
            v = parent;
        }
    }

    /// The same, remembering the arcs.
    pub fn label_with_arcs(&self, node: u32, look: Look, label: &mut Label) {
        let mut v = self.start(node, label);
        label.arc.resize(label.cost.len(), u32::MAX);
        let arcs = self.arcs(look);
        loop {
            let here = label.cost[self.shape.depth[v] as usize];
            if here != FAR {
                let range = arcs.first[v] as usize..arcs.first[v + 1] as usize;
                let list = arcs.depth[range.clone()].iter().zip(&arcs.cost[range.clone()]);
                for (a, (d, cost)) in range.zip(list) {
                    let d = *d as usize;
                    let there = here.saturating_add(*cost);
                    if there < label.cost[d] {
                        (label.cost[d], label.arc[d]) = (there, a as u32);
                    }
                }
            }
            let parent = self.shape.parent[v] as usize;
            if parent == v {
                return;
            }
            v = parent;
        }
    }

    fn start(&self, node: u32, label: &mut Label) -> usize {
        let v = self.shape.rank[node as usize] as usize;
        let depth = self.shape.depth[v] as usize;
        label.node = v as u32;
        label.arc.clear();
        label.cost.clear();
        label.cost.resize(depth + 1, FAR);
        label.cost[depth] = 0;
        v
    }

    /// Where two labels meet, if anywhere: at the least distance, of several at the highest.
    pub fn meet(&self, from: &Label, to: &Label) -> Option<Meeting> {
        let common = self.shape.common(from.node, to.node) as usize;
        let sums =
            from.cost[..common].iter().zip(&to.cost[..common]).map(|(a, b)| a.saturating_add(*b));
        let (depth, cost) = sums.enumerate().min_by_key(|(d, cost)| (*cost, *d))?;
        (cost != FAR).then_some(Meeting { cost, depth: depth as u32 })
    }

    /// The arcs of the graph on the way by a meeting of two labels that remember theirs.
    pub fn way(
        &self,
        from: &Label,
        to: &Label,
        meeting: Meeting,
        way: &mut Vec<u32>,
        opened: &mut Opened,
    ) {
        way.clear();
        way.extend(self.climb(from, Look::From, meeting.depth).map(|arc| step(arc, true)));
        way.reverse();
        way.extend(self.climb(to, Look::To, meeting.depth).map(|arc| step(arc, false)));
        let Roads { shape, costs, prices, vias, .. } = *self;
        Opener { shape, prices, costs, vias }.open(way, opened);
    }

    /// The arcs by which a distance was found, the last first.
    fn climb<'b>(
        &self,
        label: &'b Label,
        look: Look,
        depth: u32,
    ) -> impl Iterator<Item = u32> + use<'a, 'b> {
        let (side, shape) = (self.side(look), self.shape);
        let of = move |depth: u32| {
            let found = label.arc[depth as usize];
            (found != u32::MAX).then(|| side.map_or(found, |s| s.arc[found as usize]))
        };
        std::iter::successors(of(depth), move |arc| {
            of(shape.depth[shape.tail[*arc as usize] as usize])
        })
    }
}

/// Labels and a way that are used again from question to question.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    from: Label,
    to: Label,
    opened: Opened,
    /// The arcs of the graph on the last way asked for.
    pub way: Vec<u32>,
}

impl Walk {
    /// The distance between two nodes, or [`FAR`].
    pub fn distance(&mut self, roads: &Roads, from: u32, to: u32) -> u32 {
        roads.label(from, Look::From, &mut self.from);
        roads.label(to, Look::To, &mut self.to);
        roads.meet(&self.from, &self.to).map_or(FAR, |m| m.cost)
    }

    /// The way by a meeting of two labels that remember their arcs, in `self.way`.
    pub fn join(&mut self, roads: &Roads, from: &Label, to: &Label, meeting: Meeting) {
        roads.way(from, to, meeting, &mut self.way, &mut self.opened);
    }

    /// The distance, with the way in `self.way`.
    pub fn way(&mut self, roads: &Roads, from: u32, to: u32) -> u32 {
        roads.label_with_arcs(from, Look::From, &mut self.from);
        roads.label_with_arcs(to, Look::To, &mut self.to);
        self.way.clear();
        let Some(meeting) = roads.meet(&self.from, &self.to) else { return FAR };
        roads.way(&self.from, &self.to, meeting, &mut self.way, &mut self.opened);
        meeting.cost
    }
}
