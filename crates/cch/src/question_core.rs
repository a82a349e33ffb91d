//! The part of a core that one question can use, numbered anew so that its searches touch little memory.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::cch::grouped;
use crate::pareto_core::{CoreQuery, Costs};

/// The part of a core that leads from some sources to some targets. Its nodes are numbered in the order in
/// which they are reached.
#[derive(Debug, Clone)]
pub struct QuestionCore {
    nodes: Vec<u32>,
    number: HashMap<u32, u32>,
    /// Start of the arcs of each node; one more entry than nodes.
    first_out: Vec<u32>,
    arcs: Vec<QuestionArc>,
    /// Start of the arcs into each node in `into`; one more entry than nodes.
    first_in: Vec<u32>,
    /// The tail of each arc, and the arc.
    into: Vec<(u32, u32)>,
}

/// An arc of a core, between nodes that are numbered anew.
#[derive(Debug, Clone, Copy)]
pub struct QuestionArc {
    /// Where it leads.
    pub head: u32,
    /// Its number in the core.
    pub arc: u32,
    /// What it costs.
    pub costs: Costs,
}

/// The best paths from all nodes to the targets, by one value.
#[derive(Debug, Clone)]
pub struct QuestionTree {
    /// The least value of each node; `u64::MAX` where no target is reached.
    pub value: Vec<u64>,
    /// The first arc of the path of each node; `u32::MAX` where there is none.
    next: Vec<u32>,
}

impl QuestionCore {
    pub(crate) fn new(core: &CoreQuery, sources: impl IntoIterator<Item = u32>) -> QuestionCore {
        let mut question = QuestionCore {
            nodes: Vec::new(),
            number: HashMap::new(),
            first_out: vec![0],
            arcs: Vec::new(),
            first_in: Vec::new(),
            into: Vec::new(),
        };
        sources.into_iter().for_each(|node| {
            question.number_of(node);
        });
        let mut next = 0;
        while next < question.nodes.len() {
            core.out(question.nodes[next], |arc, to, costs| {
                let head = question.number_of(to);
                question.arcs.push(QuestionArc { head, arc, costs });
            });
            question.first_out.push(question.arcs.len() as u32);
            next += 1;
        }
        question.list_into();
        question
    }

    fn number_of(&mut self, node: u32) -> u32 {
        *self.number.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.nodes.len() as u32 - 1
        })
    }

    fn list_into(&mut self) {
        let heads: Vec<u32> = self.arcs.iter().map(|arc| arc.head).collect();
        let tail = |v: u32| self.out_of(v).map(move |_| v);
        let tails: Vec<u32> = (0..self.nodes.len() as u32).flat_map(tail).collect();
        let (first_in, by_head) = grouped(self.nodes.len(), &heads);
        self.into = by_head.into_iter().map(|arc| (tails[arc as usize], arc)).collect();
        self.first_in = first_in;
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The number of a node of the graph, if the sources reach it.
    pub fn number(&self, node: u32) -> Option<u32> {
        self.number.get(&node).copied()
    }

    /// The node of the graph that has a number.
    pub fn node(&self, number: u32) -> u32 {
        self.nodes[number as usize]
    }

    fn out_of(&self, number: u32) -> std::ops::Range<usize> {
        self.first_out[number as usize] as usize..self.first_out[number as usize + 1] as usize
    }

    /// The arcs out of a node.
    pub fn out(&self, number: u32) -> &[QuestionArc] {
        &self.arcs[self.out_of(number)]
    }

    /// The best paths to some nodes, each with the value that adds (Dijkstra 1959). Ties go to the lower
    /// number.
    pub fn tree(&self, targets: &[(u32, u64)], value: impl Fn(Costs) -> u64) -> QuestionTree {
        let nodes = self.len();
        let mut tree = QuestionTree { value: vec![u64::MAX; nodes], next: vec![u32::MAX; nodes] };
        let mut queue = BinaryHeap::new();
        for (node, after) in targets {
            if *after < tree.value[*node as usize] {
                tree.value[*node as usize] = *after;
                queue.push(Reverse((*after, *node)));
            }
        }
        while let Some(Reverse((known, node))) = queue.pop() {
            if known > tree.value[node as usize] {
                continue;
            }
            let [first, end] = [0, 1].map(|i| self.first_in[node as usize + i] as usize);
            for (tail, arc) in &self.into[first..end] {
                let whole = known + value(self.arcs[*arc as usize].costs);
                if whole < tree.value[*tail as usize] {
                    tree.value[*tail as usize] = whole;
                    tree.next[*tail as usize] = *arc;
                    queue.push(Reverse((whole, *tail)));
                }
            }
        }
        tree
    }

    /// The arcs of the best path from a node.
    pub fn path(&self, tree: &QuestionTree, from: u32) -> Vec<QuestionArc> {
        let next = |node: u32| self.arcs.get(tree.next[node as usize] as usize).copied();
        std::iter::successors(next(from), |arc| next(arc.head)).collect()
    }
}
