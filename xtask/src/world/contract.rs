//! Turns the draft into the network: points of degree two become shape points, and nodes are sorted so
//! that neighbours have near numbers.

use trimodal_model::network::{Flags, Layer, LinkId, NONE, Network, NodeId, Terminal};

use super::build::{Draft, Kind};
use super::mend::NODE_EVERY_KM;

/// A chain of links between two points that stay.
struct Chain {
    ends: [u32; 2],
    m: u32,
    flags: Flags,
    passage: u16,
    border: u16,
    /// Whether it matters which end is the tail: on waterways and ferries.
    with_ends: bool,
    shape: Vec<[i32; 2]>,
}

/// Contracts and sorts.
pub fn network(draft: &Draft, border: &[u16], mut network: Network) -> Network {
    let stays = stays(draft, border);
    let chains = chains(draft, border, &stays);
    let mut order: Vec<u32> = (0..stays.len() as u32).filter(|p| stays[*p as usize]).collect();
    order.sort_by_cached_key(|p| {
        (draft.layer[*p as usize], hilbert(draft.graph.points[*p as usize]), *p)
    });
    let mut node = vec![NodeId(u32::MAX); stays.len()];
    for (n, p) in order.iter().enumerate() {
        node[*p as usize] = NodeId::at(n);
        network.node_e3.push(draft.graph.points[*p as usize]);
        network.node_layer.push(draft.layer[*p as usize]);
        network.node_country.push(draft.country[*p as usize]);
    }
    push_links(&mut network, chains, &node);
    for t in &draft.terminals {
        let mut transfers: Vec<(NodeId, NodeId)> = t
            .transfers
            .iter()
            .map(|(a, b)| (node[*a as usize], node[*b as usize]))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        transfers.sort_unstable();
        network.terminals.push(Terminal {
            id: t.id.clone(),
            name: t.name.clone(),
            kind: match t.kind {
                Kind::Port => trimodal_model::network::TerminalKind::Port,
                Kind::RailRoad => trimodal_model::network::TerminalKind::RailRoad,
                Kind::GaugeChange => trimodal_model::network::TerminalKind::GaugeChange,
            },
            country: t.country,
            at_e3: t.at,
            transfers,
        });
    }
    network.terminals.sort_by(|a, b| a.id.cmp(&b.id));
    network.index();
    network
}

/// A point stays where lines meet or end, at terminals, and where an attribute of the line changes.
fn stays(draft: &Draft, border: &[u16]) -> Vec<bool> {
    let around = draft.graph.around();
    let kind = |l: u32| {
        let link = &draft.graph.links[l as usize];
        (link.flags.0, link.passage, border[l as usize])
    };
    let mut stays: Vec<bool> = around
        .iter()
        .map(|links| match links[..] {
            [] => false,
            [x, y] => kind(x) != kind(y) || border[x as usize] != NONE,
            _ => true,
        })
        .collect();
    for (a, b) in draft.terminals.iter().flat_map(|t| &t.transfers) {
        stays[*a as usize] = true;
        stays[*b as usize] = true;
    }
    milestones(draft, &around, &mut stays);
    stays
}

/// Along long chains on land a point stays at regular intervals.
fn milestones(draft: &Draft, around: &[Vec<u32>], stays: &mut [bool]) {
    let links = &draft.graph.links;
    let ends: Vec<u32> = (0..stays.len() as u32).filter(|p| stays[*p as usize]).collect();
    let mut seen = vec![false; links.len()];
    for start in ends.into_iter().filter(|p| draft.layer[*p as usize] != Layer::Sea) {
        for first in &around[start as usize] {
            let (mut at, mut l, mut m) = (start, *first, 0);
            while !seen[l as usize] {
                seen[l as usize] = true;
                let link = &links[l as usize];
                m += link.m;
                at = if link.a == at { link.b } else { link.a };
                if stays[at as usize] {
                    break;
                }
                if f64::from(m) >= NODE_EVERY_KM * 1e3 {
                    (stays[at as usize], m) = (true, 0);
                }
                let Some(next) = around[at as usize].iter().find(|n| **n != l) else { break };
                l = *next;
            }
        }
    }
}

fn chains(draft: &Draft, border: &[u16], stays: &[bool]) -> Vec<Chain> {
    let around = draft.graph.around();
    let mut used = vec![false; draft.graph.links.len()];
    let mut chains = Vec::new();
    for start in (0..stays.len() as u32).filter(|p| stays[*p as usize]) {
        for first in &around[start as usize] {
            if used[*first as usize] {
                continue;
            }
            let link = draft.graph.links[*first as usize];
            let mut chain = Chain {
                ends: [start, start],
                m: 0,
                flags: link.flags,
                passage: link.passage,
                border: border[*first as usize],
                with_ends: link.flags.has(Flags::TAIL_UPSTREAM),
                shape: Vec::new(),
            };
            let (mut at, mut l) = (start, *first);
            loop {
                used[l as usize] = true;
                let link = draft.graph.links[l as usize];
                chain.m += link.m;
                at = if link.a == at { link.b } else { link.a };
                if stays[at as usize] {
                    break;
                }
                chain.shape.push(draft.graph.points[at as usize]);
                l = *around[at as usize].iter().find(|n| **n != l).expect("degree two");
            }
            chain.ends[1] = at;
            // A waterway or a ferry is a chain of one link, which may have been met at its second end.
            if chain.flags.has(Flags::TAIL_UPSTREAM) && link.a != start {
                chain.flags = chain.flags.without(Flags::TAIL_UPSTREAM);
            }
            if at != start {
                chains.push(chain);
            }
        }
    }
    chains
}

fn push_links(network: &mut Network, mut chains: Vec<Chain>, node: &[NodeId]) {
    for c in &mut chains {
        if node[c.ends[0] as usize] > node[c.ends[1] as usize] {
            c.ends.reverse();
            c.flags = turned(c);
            c.shape.reverse();
        }
    }
    chains.sort_by_cached_key(|c| {
        (node[c.ends[0] as usize], node[c.ends[1] as usize], c.m, c.shape.clone())
    });
    // Of links of equal length between the same nodes one is kept, so that ids are unique.
    chains.dedup_by_key(|c| (c.ends, c.m));
    network.shape_first.push(0);
    for c in chains {
        network.tail.push(node[c.ends[0] as usize]);
        network.head.push(node[c.ends[1] as usize]);
        network.raw_m.push(c.m);
        network.flags.push(c.flags);
        network.link_passage.push(c.passage);
        network.link_border.push(c.border);
        network.shape.extend(c.shape);
        network.shape_first.push(network.shape.len() as u32);
    }
    debug_assert!(network.links() < LinkId(u32::MAX).ix());
}

/// The flags of a chain whose ends change places.
fn turned(chain: &Chain) -> Flags {
    let has = |flag| chain.flags.has(flag);
    match (chain.with_ends, has(Flags::TAIL_UPSTREAM)) {
        (false, _) => chain.flags,
        (true, true) => chain.flags.without(Flags::TAIL_UPSTREAM),
        (true, false) => chain.flags.with(Flags::TAIL_UPSTREAM),
    }
}

/// Position on a Hilbert curve of order 16 over the map, so that near points get near numbers
/// (Skilling 2004, "Programming the Hilbert curve").
pub fn hilbert(at: [i32; 2]) -> u64 {
    let scale = |v: i32, half: i32| ((i64::from(v + half) * 65_535) / i64::from(2 * half)) as u64;
    let (mut x, mut y) = (scale(at[1], 180_000), scale(at[0], 90_000));
    let mut d = 0;
    let mut s = 1 << 15;
    while s > 0 {
        let (rx, ry) = (u64::from(x & s > 0), u64::from(y & s > 0));
        d += s * s * ((3 * rx) ^ ry);
        if ry == 0 {
            if rx == 1 {
                (x, y) = (65_535 - x, 65_535 - y);
            }
            (x, y) = (y, x);
        }
        s >>= 1;
    }
    d
}
