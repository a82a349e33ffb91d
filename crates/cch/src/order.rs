//! An order in which nodes are contracted: the unimportant first, what parts the network last.
//!
//! Nodes with at most two neighbours go first, in rounds of nodes that do not touch (G. L. Miller,
//! J. H. Reif, *Parallel tree contraction*, 1985), so that a chain of a thousand is ten levels high
//! and not a thousand. What is left is parted again and again by small cuts, the nodes of a cut
//! after those of its sides (A. George, *Nested dissection*, 1973).

use crate::cut::{Part, cut};

/// The order of a graph of so many nodes, by its edges and where its nodes are on the unit sphere:
/// the node to contract first comes first. The same input gives the same order.
pub fn order(nodes: usize, edges: &[(u32, u32)], at: &[[f32; 3]]) -> Vec<u32> {
    whole(nodes, edges, &core(nodes, edges, at))
}

/// The end of the order, for which cuts are looked for: what is worth keeping of it, as the
/// beginning is quickly found again.
pub fn core(nodes: usize, edges: &[(u32, u32)], at: &[[f32; 3]]) -> Vec<u32> {
    let mut around = neighbours(nodes, edges);
    let mut gone = vec![false; nodes];
    chains(&mut around).iter().for_each(|v| gone[*v as usize] = true);
    let name: Vec<u32> = (0..nodes as u32).filter(|v| !gone[*v as usize]).collect();
    let mut new = vec![u32::MAX; nodes];
    name.iter().enumerate().for_each(|(i, v)| new[*v as usize] = i as u32);
    let mut part = Part { first: vec![0], ..Part::default() };
    for v in &name {
        part.head.extend(around[*v as usize].iter().map(|w| new[*w as usize]));
        part.first.push(part.head.len() as u32);
        part.at.push(at[*v as usize]);
    }
    part.name = name;
    dissect(part)
}

/// The whole order by its end. A node that neither the end nor the beginning has (the graph is
/// another than the one that the end was made for) comes between them.
pub fn whole(nodes: usize, edges: &[(u32, u32)], core: &[u32]) -> Vec<u32> {
    let mut place = vec![None; nodes];
    core.iter().enumerate().for_each(|(i, v)| place[*v as usize] = Some(i));
    let mut out = chains(&mut neighbours(nodes, edges));
    let mut begun = vec![false; nodes];
    out.iter().for_each(|v| begun[*v as usize] = true);
    let mut rest: Vec<u32> = (0..nodes as u32).filter(|v| !begun[*v as usize]).collect();
    rest.sort_by_key(|v| (place[*v as usize], *v));
    out.extend(rest);
    out
}

/// For each node its neighbours, in ascending order.
fn neighbours(nodes: usize, edges: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut around: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    for (a, b) in edges.iter().filter(|(a, b)| a != b) {
        around[*a as usize].push(*b);
        around[*b as usize].push(*a);
    }
    for list in &mut around {
        list.sort_unstable();
        list.dedup();
    }
    around
}

/// The position of each node in an order.
pub fn ranks(order: &[u32]) -> Vec<u32> {
    let mut rank = vec![0; order.len()];
    order.iter().enumerate().for_each(|(i, v)| rank[*v as usize] = i as u32);
    rank
}

/// Takes away nodes with at most two neighbours, joining the two.
fn chains(around: &mut [Vec<u32>]) -> Vec<u32> {
    // Finaliser of SplitMix64: which of two neighbours goes first should not follow the map.
    let luck = |v: u32, round: u64| {
        let mut z = u64::from(v) ^ (round << 32);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31), v)
    };
    let mut left: Vec<u32> = (0..around.len() as u32).collect();
    let mut out = Vec::new();
    for round in 0.. {
        let few = |v: u32| around[v as usize].len() <= 2;
        let first = |v: &u32| {
            few(*v)
                && around[*v as usize].iter().all(|w| !few(*w) || luck(*v, round) < luck(*w, round))
        };
        let (now, later): (Vec<u32>, Vec<u32>) = left.iter().partition(|v| first(v));
        if now.is_empty() {
            break;
        }
        for v in &now {
            let ends = std::mem::take(&mut around[*v as usize]);
            for end in &ends {
                around[*end as usize].retain(|w| w != v);
            }
            if let [a, b] = ends[..] {
                for (x, y) in [(a, b), (b, a)] {
                    if let Err(place) = around[x as usize].binary_search(&y) {
                        around[x as usize].insert(place, y);
                    }
                }
            }
        }
        out.extend(now);
        left = later;
    }
    out
}

/// Parts smaller than this are not worth a thread.
const ALONE: usize = 2_000;

fn dissect(part: Part) -> Vec<u32> {
    let pieces = pieces(&part);
    if pieces.len() > 1 {
        return pieces.iter().flat_map(|nodes| dissect(part.of(nodes))).collect();
    }
    if part.len() <= 2 {
        return part.name;
    }
    let found = cut(&part);
    let (left, right) = (part.of(&found.left), part.of(&found.right));
    let middle: Vec<u32> = found.middle.iter().map(|v| part.name[*v as usize]).collect();
    let many = part.len() > ALONE;
    drop(part);
    let (mut out, more) = if many {
        rayon::join(|| dissect(left), || dissect(right))
    } else {
        (dissect(left), dissect(right))
    };
    out.extend(more);
    out.extend(middle);
    out
}

/// The nodes of each connected piece, in ascending order.
fn pieces(part: &Part) -> Vec<Vec<u32>> {
    let mut seen = vec![false; part.len()];
    let mut pieces = Vec::new();
    for start in 0..part.len() as u32 {
        if seen[start as usize] {
            continue;
        }
        seen[start as usize] = true;
        let mut piece = vec![start];
        let mut next = 0;
        while next < piece.len() {
            for w in part.around(piece[next]) {
                if !std::mem::replace(&mut seen[*w as usize], true) {
                    piece.push(*w);
                }
            }
            next += 1;
        }
        piece.sort_unstable();
        pieces.push(piece);
    }
    pieces
}
