//! Keeps what ships use: the links on shortest ways between ports, with all passages open and with some closed,
//! and the rows over the open sea.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashSet};

use rayon::prelude::*;
use trimodal_model::network::NONE;

use super::approach::Line;
use super::links::Sight;
use super::mesh::Node;

/// In narrow water off the lanes a km counts as this many: ships pass there to reach a port, not in transit.
const NARROW: f64 = 1.25;
/// Every link counts this many metres more, so that of equal ways the one with fewer bends is kept.
const BEND_M: u32 = 30;
/// Links between neighbours in rows of this spacing or wider stay, used or not.
const BACKBONE_KM: f64 = 120.0;
/// Neighbours are at most this many spacings apart.
const NEIGHBOURS: f64 = 1.6;
/// Ports in one cell of this size stand for one another as origins, degrees.
const CELL_DEG: f64 = 2.0;

/// What the search runs on.
pub struct Search<'a> {
    pub nodes: &'a [Node],
    pub links: &'a [Sight],
    /// Lines of each port, and its position.
    pub ports: &'a [([f64; 2], Vec<Line>)],
    first: Vec<u32>,
    out: Vec<Arc>,
}

/// A link as it is searched from one of its ends.
#[derive(Clone, Copy)]
struct Arc {
    to: u32,
    /// Metres as the search counts them.
    m: u32,
    link: u32,
    passage: u16,
}

/// Links and lines that stay.
#[derive(Default)]
pub struct Used {
    pub links: HashSet<u32>,
    /// Port and point.
    pub lines: BTreeSet<(u32, u32)>,
}

impl Used {
    fn with(mut self, other: Used) -> Used {
        self.links.extend(other.links);
        self.lines.extend(other.lines);
        self
    }
}

/// The length of a link as the search counts it.
fn metres(nodes: &[Node], l: Sight) -> u32 {
    let narrow = [l.a, l.b].iter().all(|n| nodes[*n as usize].narrow);
    let m = if narrow { f64::from(l.m) * NARROW } else { f64::from(l.m) };
    m as u32 + BEND_M
}

impl<'a> Search<'a> {
    pub fn new(
        nodes: &'a [Node],
        links: &'a [Sight],
        passage: &'a [u16],
        ports: &'a [([f64; 2], Vec<Line>)],
    ) -> Self {
        let mut first = vec![0_u32; nodes.len() + 1];
        for l in links {
            first[l.a as usize + 1] += 1;
            first[l.b as usize + 1] += 1;
        }
        for i in 1..first.len() {
            first[i] += first[i - 1];
        }
        let mut next = first.clone();
        let none = Arc { to: 0, m: 0, link: 0, passage: NONE };
        let mut out = vec![none; links.len() * 2];
        for (i, l) in links.iter().enumerate() {
            let m = metres(nodes, *l);
            for (from, to) in [(l.a, l.b), (l.b, l.a)] {
                out[next[from as usize] as usize] =
                    Arc { to, m, link: i as u32, passage: passage[i] };
                next[from as usize] += 1;
            }
        }
        Search { nodes, links, ports, first, out }
    }

    /// What is used with some passages closed, from one port of every `every` cells.
    pub fn used(&self, closed: &[u16], every: usize) -> Used {
        let mut cells = BTreeSet::new();
        let cell = |at: &[f64; 2]| at.map(|v| (v / CELL_DEG).floor() as i32);
        let origins: Vec<usize> = (0..self.ports.len())
            .filter(|p| !self.ports[*p].1.is_empty() && cells.insert(cell(&self.ports[*p].0)))
            .step_by(every)
            .collect();
        let from = |origin: &usize| self.from(*origin, closed);
        origins.par_iter().map(from).reduce(Used::default, Used::with)
    }

    /// Follows the shortest ways from a port to all others.
    fn from(&self, origin: usize, closed: &[u16]) -> Used {
        let mut far = vec![u32::MAX; self.nodes.len()];
        let mut by = vec![u32::MAX; self.nodes.len()];
        let mut heap = BinaryHeap::new();
        for (point, m) in &self.ports[origin].1 {
            if *m < far[*point as usize] {
                far[*point as usize] = *m;
                heap.push(Reverse((*m, *point)));
            }
        }
        while let Some(Reverse((m, at))) = heap.pop() {
            if far[at as usize] < m {
                continue;
            }
            let range = self.first[at as usize] as usize..self.first[at as usize + 1] as usize;
            for arc in &self.out[range] {
                if arc.passage != NONE && closed.contains(&arc.passage) {
                    continue;
                }
                let there = m + arc.m;
                if there < far[arc.to as usize] {
                    (far[arc.to as usize], by[arc.to as usize]) = (there, arc.link);
                    heap.push(Reverse((there, arc.to)));
                }
            }
        }
        self.back(origin, &far, &by)
    }

    fn back(&self, origin: usize, far: &[u32], by: &[u32]) -> Used {
        let mut used = Used::default();
        let mut seen = vec![false; self.nodes.len()];
        for (port, (_, lines)) in self.ports.iter().enumerate().filter(|(p, _)| *p != origin) {
            let reached = lines.iter().filter(|(point, _)| far[*point as usize] != u32::MAX);
            let best = reached.min_by_key(|(point, m)| (far[*point as usize] + m, *point));
            let Some((mut at, _)) = best.copied() else { continue };
            used.lines.insert((port as u32, at));
            while !seen[at as usize] {
                seen[at as usize] = true;
                let link = by[at as usize];
                if link == u32::MAX {
                    used.lines.insert((origin as u32, at));
                    break;
                }
                used.links.insert(link);
                let l = self.links[link as usize];
                at = if l.a == at { l.b } else { l.a };
            }
        }
        used
    }

    /// Links between neighbours in the rows over the open sea.
    pub fn backbone(&self) -> impl Iterator<Item = u32> {
        let wide = |n: u32| {
            let node = self.nodes[n as usize];
            node.open && node.size >= BACKBONE_KM
        };
        let near = move |l: &Sight| {
            let spacing = self.nodes[l.a as usize].size.max(self.nodes[l.b as usize].size);
            wide(l.a) && wide(l.b) && f64::from(l.m) / 1e3 <= spacing * NEIGHBOURS
        };
        (0..self.links.len() as u32).filter(move |l| near(&self.links[*l as usize]))
    }
}
