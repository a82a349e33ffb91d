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
/// Ports in one cell of this size stand for one another as origins of long voyages, degrees.
const CELL_DEG: f64 = 2.0;
/// Voyages up to this length are followed from every port,
const SHORT_M: u32 = 3_000_000;
/// and kept where what is kept already is longer by more than a share of the way and some metres.
const STRETCH: f64 = 1.002;
const STRETCH_M: u32 = 500;
/// Ports that are followed at once: each sees what those before them keep.
const AT_ONCE: usize = 64;

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

/// The shortest ways from a port: metres to each point, and the link by which it is reached.
struct Ways {
    far: Vec<u32>,
    by: Vec<u32>,
}

/// Which links a search may follow.
struct Limits<'a> {
    closed: &'a [u16],
    /// Links that stay; none: all.
    kept: Option<&'a [bool]>,
    most_m: u32,
}

/// Links and lines that stay.
#[derive(Default)]
pub struct Used {
    pub links: HashSet<u32>,
    /// Port and point.
    pub lines: BTreeSet<(u32, u32)>,
}

impl Ways {
    /// The shortest way to a port: metres, and the last point; none where it is not reached.
    fn to(&self, lines: &[Line]) -> Option<(u32, u32)> {
        let reached = lines.iter().filter(|(point, _)| self.far[*point as usize] != u32::MAX);
        reached.map(|(point, m)| (self.far[*point as usize] + m, *point)).min()
    }
}

impl Used {
    /// The lines of a port that stay.
    fn of(&self, search: &Search, port: usize) -> Vec<Line> {
        let stays = |(point, _): &&Line| self.lines.contains(&(port as u32, *point));
        search.ports[port].1.iter().filter(stays).copied().collect()
    }

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
        let limits = Limits { closed, kept: None, most_m: u32::MAX };
        let ways = self.ways(&self.ports[origin].1, &limits);
        let all = (0..self.ports.len()).filter(|p| *p != origin);
        self.back(origin, &ways, all)
    }

    /// The shortest ways from some points.
    fn ways(&self, starts: &[Line], limits: &Limits) -> Ways {
        let mut far = vec![u32::MAX; self.nodes.len()];
        let mut by = vec![u32::MAX; self.nodes.len()];
        let mut heap = BinaryHeap::new();
        for (point, m) in starts {
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
                let there = m + arc.m;
                let is_closed = arc.passage != NONE && limits.closed.contains(&arc.passage);
                let is_kept = limits.kept.is_none_or(|kept| kept[arc.link as usize]);
                if is_closed || !is_kept || there > limits.most_m {
                    continue;
                }
                if there < far[arc.to as usize] {
                    (far[arc.to as usize], by[arc.to as usize]) = (there, arc.link);
                    heap.push(Reverse((there, arc.to)));
                }
            }
        }
        Ways { far, by }
    }

    /// The links and lines of the ways to some ports.
    fn back(&self, origin: usize, ways: &Ways, ports: impl Iterator<Item = usize>) -> Used {
        let mut used = Used::default();
        let mut seen = vec![false; self.nodes.len()];
        for port in ports {
            let Some((_, mut at)) = ways.to(&self.ports[port].1) else { continue };
            used.lines.insert((port as u32, at));
            while !seen[at as usize] {
                seen[at as usize] = true;
                let link = ways.by[at as usize];
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

    /// Adds the short voyages from every port that what is used makes longer than they are.
    pub fn add_short(&self, closed: &[u16], used: &mut Used) {
        let mut kept = vec![false; self.links.len()];
        let origins: Vec<usize> =
            (0..self.ports.len()).filter(|p| !self.ports[*p].1.is_empty()).collect();
        for few in origins.chunks(AT_ONCE) {
            used.links.iter().for_each(|l| kept[*l as usize] = true);
            let lines: Vec<Vec<Line>> = (0..self.ports.len()).map(|p| used.of(self, p)).collect();
            let stretched = |origin: &usize| self.stretched(*origin, closed, &kept, &lines);
            let more = few.par_iter().map(stretched).reduce(Used::default, Used::with);
            used.links.extend(more.links);
            used.lines.extend(more.lines);
        }
    }

    /// The short voyages from a port that some links and lines make longer than they are.
    fn stretched(&self, origin: usize, closed: &[u16], kept: &[bool], lines: &[Vec<Line>]) -> Used {
        let whole = Limits { closed, kept: None, most_m: SHORT_M };
        let ways = self.ways(&self.ports[origin].1, &whole);
        let most_m = (f64::from(SHORT_M) * STRETCH) as u32 + STRETCH_M;
        let known = self.ways(&lines[origin], &Limits { closed, kept: Some(kept), most_m });
        let longer = |port: &usize| {
            let Some((best, _)) = ways.to(&self.ports[*port].1) else { return false };
            let most = (f64::from(best) * STRETCH) as u32 + STRETCH_M;
            *port != origin
                && best <= SHORT_M
                && known.to(&lines[*port]).is_none_or(|(m, _)| m > most)
        };
        self.back(origin, &ways, (0..self.ports.len()).filter(longer))
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
