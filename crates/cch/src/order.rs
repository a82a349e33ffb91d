//! Contraction orders: chains first, then nested dissection.
//!
//! Nodes with at most two neighbours are contracted first, in rounds of independent sets (G. L. Miller,
//! J. H. Reif, *Parallel tree contraction*, 1985), so that a chain of a thousand nodes is ten levels high
//! and not a thousand. The rest is split recursively by small separators, the nodes of a separator after
//! those of its two sides (A. George, *Nested dissection*, 1973).

use crate::separator::{Subgraph, separate};

/// The contraction order of a graph, from its edges and the positions of its nodes on the unit sphere:
/// the node to contract first comes first. The same input gives the same order.
pub fn order(nodes: usize, edges: &[(u32, u32)], at: &[[f32; 3]]) -> Vec<u32> {
    complete_order(nodes, edges, &separator_order(nodes, edges, at))
}

/// The part of the order that nested dissection computes, which is its end: the part worth storing, as
/// [`complete_order`] recomputes the beginning quickly.
pub fn separator_order(nodes: usize, edges: &[(u32, u32)], at: &[[f32; 3]]) -> Vec<u32> {
    let mut around = neighbours(nodes, edges);
    let mut gone = vec![false; nodes];
    chains(&mut around).iter().for_each(|v| gone[*v as usize] = true);
    let id: Vec<u32> = (0..nodes as u32).filter(|v| !gone[*v as usize]).collect();
    let mut new = vec![u32::MAX; nodes];
    id.iter().enumerate().for_each(|(i, v)| new[*v as usize] = i as u32);
    let mut graph = Subgraph { first_out: vec![0], ..Subgraph::default() };
    for v in &id {
        graph.head.extend(around[*v as usize].iter().map(|w| new[*w as usize]));
        graph.first_out.push(graph.head.len() as u32);
        graph.position.push(at[*v as usize]);
    }
    graph.id = id;
    dissect(graph)
}

/// The whole order from its stored end. A node that is in neither part (the graph is not the one that the
/// end was computed for) comes between them.
pub fn complete_order(nodes: usize, edges: &[(u32, u32)], separators: &[u32]) -> Vec<u32> {
    let mut place = vec![None; nodes];
    separators.iter().enumerate().for_each(|(i, v)| place[*v as usize] = Some(i));
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

/// Contracts the nodes with at most two neighbours; returns them in order.
fn chains(around: &mut [Vec<u32>]) -> Vec<u32> {
    // Finaliser of SplitMix64: the order of two neighbours must not follow their numbers.
    let hash = |v: u32, round: u64| {
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
                && around[*v as usize].iter().all(|w| !few(*w) || hash(*v, round) < hash(*w, round))
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

/// Subgraphs up to this size are not worth a thread.
const SEQUENTIAL: usize = 2_000;

fn dissect(graph: Subgraph) -> Vec<u32> {
    let components = components(&graph);
    if components.len() > 1 {
        return components.iter().flat_map(|nodes| dissect(graph.induced(nodes))).collect();
    }
    if graph.len() <= 2 {
        return graph.id;
    }
    let found = separate(&graph);
    let (left, right) = (graph.induced(&found.left), graph.induced(&found.right));
    let separator: Vec<u32> = found.separator.iter().map(|v| graph.id[*v as usize]).collect();
    let many = graph.len() > SEQUENTIAL;
    drop(graph);
    let (mut out, more) = if many {
        rayon::join(|| dissect(left), || dissect(right))
    } else {
        (dissect(left), dissect(right))
    };
    out.extend(more);
    out.extend(separator);
    out
}

/// The nodes of each connected component, in ascending order.
fn components(graph: &Subgraph) -> Vec<Vec<u32>> {
    let mut seen = vec![false; graph.len()];
    let mut components = Vec::new();
    for start in 0..graph.len() as u32 {
        if seen[start as usize] {
            continue;
        }
        seen[start as usize] = true;
        let mut component = vec![start];
        let mut next = 0;
        while next < component.len() {
            for w in graph.neighbours(component[next]) {
                if !std::mem::replace(&mut seen[*w as usize], true) {
                    component.push(*w);
                }
            }
            next += 1;
        }
        component.sort_unstable();
        components.push(component);
    }
    components
}
