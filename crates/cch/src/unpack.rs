//! Unpacking: the arcs of the graph that a shortcut represents.
//!
//! Costs alone determine them: a shortcut represents the first arc of the graph, or else the first lower
//! triangle, with its cost. Determined for all arcs on shortest paths at once before many path queries, or for
//! each arc when the first path needs it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::INFINITY;
use crate::cch::Cch;
use crate::metric::Metric;
use crate::perfect::{PerfectMetric, UpwardGraph};

/// Marks a lower triangle rather than an arc of the graph.
const SHORTCUT: u32 = 1 << 31;

/// What an arc of the hierarchy represents in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Expansion {
    /// An arc of the graph, or [`SHORTCUT`] and the arc of a lower triangle from its lowest node to the lower end.
    to: u32,
    /// The offset from that arc to the one to the higher end, among the arcs of the lowest node. 16 bits
    /// are enough: if one node has more arcs, the hierarchy has more than 31 bits can number.
    gap: u16,
}

/// The expansion of an arc without a path.
const NO_PATH: Expansion = Expansion { to: SHORTCUT, gap: 0 };

/// What the arcs of a hierarchy represent upwards and downwards, one word each: 0 is not known yet. It is found when
/// it is first asked for, and kept. It depends on costs alone, so that it does not matter who asks first.
#[derive(Debug, Default)]
pub struct Unpacking(Vec<[AtomicU64; 2]>);

/// The bit of a word that is known.
const KNOWN: u64 = 1 << 63;

impl Unpacking {
    /// Nothing known. Memory that no path needs is never touched.
    pub fn unknown(cch: &Cch) -> Unpacking {
        Unpacking(bytemuck::allocation::zeroed_vec(cch.arcs()))
    }

    fn get(&self, arc: usize, upwards: bool) -> Option<Expansion> {
        let word = self.0[arc][usize::from(!upwards)].load(Ordering::Relaxed);
        let expansion = Expansion { to: word as u32, gap: (word >> 32) as u16 };
        (word & KNOWN != 0).then_some(expansion)
    }

    fn put(&self, arc: usize, upwards: bool, expansion: Expansion) {
        let Expansion { to, gap } = expansion;
        let word = KNOWN | u64::from(gap) << 32 | u64::from(to);
        self.0[arc][usize::from(!upwards)].store(word, Ordering::Relaxed);
    }

    fn forget(&self, arc: usize, upwards: bool) {
        self.0[arc][usize::from(!upwards)].store(0, Ordering::Relaxed);
    }
}

impl Clone for Unpacking {
    fn clone(&self) -> Unpacking {
        let word = |word: &AtomicU64| AtomicU64::new(word.load(Ordering::Relaxed));
        Unpacking(self.0.iter().map(|[up, down]| [word(up), word(down)]).collect())
    }
}

impl Unpacking {
    /// Determines what the arcs on shortest paths represent, from their costs and those of the graph. What others
    /// do is found when it is asked for.
    pub fn new(cch: &Cch, perfect: &PerfectMetric, costs: &[u32]) -> Unpacking {
        let unpacking = Unpacking::unknown(cch);
        let (up, down) = (costs_of(cch, &perfect.up), costs_of(cch, &perfect.down));
        let deep = cch.depth.iter().max().map_or(0, |d| *d as usize + 1);
        // The arcs of one rank by the depth of their head: costs and expansions.
        let mut row = vec![([CLOSED; 2], [NO_PATH; 2]); deep];
        for u in 0..cch.nodes() as u32 {
            let own = cch.up_arcs_of(u);
            if own.clone().all(|a| up[a] == CLOSED && down[a] == CLOSED) {
                continue;
            }
            for a in own.clone() {
                row[cch.head_depth[a] as usize] = ([up[a], down[a]], [NO_PATH; 2]);
            }
            for low in cch.down_arcs_of(u).iter().rev() {
                let (to_u, from_u) = (up[*low as usize], down[*low as usize]);
                let (tail, first) = (cch.tail[*low as usize], *low + 1);
                let to = SHORTCUT | *low;
                // Down to the tail and up again, then the other way round.
                if from_u != CLOSED {
                    for (gap, d, cost) in perfect.up.after(tail, first) {
                        let ([there, _], [expansion, _]) = &mut row[d as usize];
                        let through = from_u.saturating_add(cost);
                        if through == *there && through != CLOSED {
                            *expansion = Expansion { to, gap };
                        }
                    }
                }
                if to_u != CLOSED {
                    for (gap, d, cost) in perfect.down.after(tail, first) {
                        let ([_, back], [_, expansion]) = &mut row[d as usize];
                        let through = to_u.saturating_add(cost);
                        if through == *back && through != CLOSED {
                            *expansion = Expansion { to, gap };
                        }
                    }
                }
            }
            for a in own {
                let (_, both) = row[cch.head_depth[a] as usize];
                for (expansion, upwards) in both.into_iter().zip([true, false]) {
                    if expansion != NO_PATH {
                        unpacking.put(a, upwards, expansion);
                    }
                }
            }
        }
        unpacking.take_arcs_of_graph(cch, [&up, &down], costs);
        unpacking
    }

    /// An arc of the graph goes before any triangle, the first of several before the others.
    fn take_arcs_of_graph(&self, cch: &Cch, [up, down]: [&[u32]; 2], costs: &[u32]) {
        for (i, (cost, arc)) in costs.iter().zip(&cch.input_arc).enumerate().rev() {
            if *arc == u32::MAX || *cost == INFINITY {
                continue;
            }
            let (a, upwards) = ((arc / 2) as usize, arc.is_multiple_of(2));
            if *cost == if upwards { up[a] } else { down[a] } {
                self.put(a, upwards, Expansion { to: i as u32, gap: 0 });
            }
        }
    }
}

/// The cost of an arc that is on no shortest path.
const CLOSED: u32 = INFINITY;

/// The costs of the arcs on shortest paths in one direction, by their numbers.
fn costs_of(cch: &Cch, graph: &UpwardGraph) -> Vec<u32> {
    let mut costs = vec![CLOSED; cch.arcs()];
    graph.arc.iter().zip(&graph.cost).for_each(|(a, cost)| costs[*a as usize] = *cost);
    costs
}

impl Unpacking {
    /// The same for a new metric, in which the costs of some arcs of the hierarchy are not what they were. What
    /// the arcs represent that depend on them is found when it is asked for.
    pub fn updated(&self, cch: &Cch, metric: &Metric, costs: &[u32], changed: &[u32]) -> Unpacking {
        let unpacking = self.clone();
        for arc in changed {
            unpacking.forget_if_wrong(metric, costs, *arc);
            // The arcs above that may stand for a way over this one.
            let mine = cch.head[*arc as usize];
            for other in cch.up_arcs_of(cch.tail[*arc as usize]) {
                let theirs = cch.head[other];
                if let Some(above) = cch.arc(mine.min(theirs), mine.max(theirs)) {
                    unpacking.forget_if_wrong(metric, costs, above);
                }
            }
        }
        unpacking
    }

    /// Forgets what an arc represents, unless that still costs what the arc does.
    fn forget_if_wrong(&self, metric: &Metric, costs: &[u32], arc: u32) {
        let a = arc as usize;
        for (side, upwards) in [(&metric.up, true), (&metric.down, false)] {
            let known = self.get(a, upwards);
            if known.and_then(|e| expansion_cost(metric, costs, e, upwards)) != Some(side[a]) {
                self.forget(a, upwards);
            }
        }
    }
}

/// What an expansion costs; none where it stands for nothing.
fn expansion_cost(
    metric: &Metric,
    costs: &[u32],
    expansion: Expansion,
    upwards: bool,
) -> Option<u32> {
    let Expansion { to, gap } = expansion;
    if to & SHORTCUT == 0 {
        return costs.get(to as usize).copied();
    }
    if expansion == NO_PATH {
        return None;
    }
    let low = (to & !SHORTCUT) as usize;
    let high = low + 1 + usize::from(gap);
    let (first, second) = if upwards {
        (metric.down[low], metric.up.get(high)?)
    } else {
        (*metric.down.get(high)?, &metric.up[low])
    };
    Some(first.saturating_add(*second))
}

/// Determines what one arc represents.
fn find_expansion(
    cch: &Cch,
    metric: &Metric,
    costs: &[u32],
    arc: usize,
    upwards: bool,
) -> Expansion {
    let side = |a: usize, upwards: bool| if upwards { metric.up[a] } else { metric.down[a] };
    let target = side(arc, upwards);
    let mut inputs = cch.input_arcs_of(arc as u32);
    if let Some((i, _)) = inputs.find(|(i, up)| *up == upwards && costs[*i as usize] == target) {
        return Expansion { to: i, gap: 0 };
    }
    let high = cch.head[arc];
    for low in cch.down_arcs_of(cch.tail[arc]) {
        let first = *low as usize;
        let half = side(first, !upwards);
        if half > target {
            continue;
        }
        let rest = first + 1..cch.up_first_out[cch.tail[first] as usize + 1] as usize;
        if let Ok(gap) = cch.head[rest.clone()].binary_search(&high)
            && half.saturating_add(side(rest.start + gap, upwards)) == target
        {
            return Expansion { to: SHORTCUT | *low, gap: gap as u16 };
        }
    }
    NO_PATH
}

/// An arc of the hierarchy with its direction, in one word.
pub fn directed_arc(arc: u32, upwards: bool) -> u32 {
    2 * arc + u32::from(!upwards)
}

/// Replaces shortcuts by arcs of the graph.
pub struct Unpacker<'a> {
    /// The hierarchy.
    pub cch: &'a Cch,
    /// Its metric.
    pub metric: &'a Metric,
    /// The arc costs of its graph.
    pub costs: &'a [u32],
    /// What the arcs represent, as far as it is known, and where to keep what is found.
    pub unpacking: Option<&'a Unpacking>,
}

/// Memory for unpacking, used again from path to path.
#[derive(Debug, Clone, Default)]
pub struct UnpackBuffer {
    /// A directed arc with the position of its two parts, or an arc of the graph with 0.
    arcs: Vec<(u32, u32)>,
    stack: Vec<u32>,
}

impl Unpacker<'_> {
    fn expansion(&self, arc: u32) -> Expansion {
        let (a, upwards) = ((arc / 2) as usize, arc.is_multiple_of(2));
        if let Some(known) = self.unpacking.and_then(|all| all.get(a, upwards)) {
            return known;
        }
        let found = find_expansion(self.cch, self.metric, self.costs, a, upwards);
        if let Some(all) = self.unpacking {
            all.put(a, upwards, found);
        }
        found
    }

    /// What a directed arc stands for: an arc of the graph, or two directed arcs one after the other.
    pub fn parts(&self, arc: u32) -> Result<u32, [u32; 2]> {
        let Expansion { to, gap } = self.expansion(arc);
        if to & SHORTCUT == 0 {
            return Ok(to);
        }
        let to_low = to & !SHORTCUT;
        let to_high = to_low + 1 + u32::from(gap);
        // Down to the lowest node of the triangle, then up from it.
        let (down, up) = if arc.is_multiple_of(2) { (to_low, to_high) } else { (to_high, to_low) };
        Err([directed_arc(down, false), directed_arc(up, true)])
    }

    /// Replaces directed arcs (see [`directed_arc`]) by the arcs of the graph that they represent, in order.
    ///
    /// Shortcuts are expanded breadth first, not each to its bottom, so that their memory accesses
    /// overlap; the arcs are put in order afterwards.
    pub fn unpack(&self, path: &mut Vec<u32>, buffer: &mut UnpackBuffer) {
        let UnpackBuffer { arcs, stack } = buffer;
        arcs.clear();
        arcs.extend(path.iter().map(|arc| (*arc, 0)));
        let mut next = 0;
        while next < arcs.len() {
            let (arc, _) = arcs[next];
            match self.parts(arc) {
                Ok(arc) => arcs[next] = (arc, 0),
                Err(parts) => {
                    arcs[next].1 = arcs.len() as u32;
                    arcs.extend(parts.map(|part| (part, 0)));
                }
            }
            next += 1;
        }
        stack.clear();
        stack.extend((0..path.len() as u32).rev());
        path.clear();
        while let Some(at) = stack.pop() {
            match arcs[at as usize] {
                (arc, 0) => path.push(arc),
                (_, parts) => stack.extend([parts + 1, parts]),
            }
        }
    }
}
