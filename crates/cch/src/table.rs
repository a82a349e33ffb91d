//! All distances between two lists of nodes: the labels of both, and for each pair the least sum
//! over the ancestors that they share.
//!
//! Labels lie by depth, so a pair is one pass over two short rows of numbers, which the
//! processor adds and compares many at a time: code for its widest instructions is chosen when the
//! program runs, and gives the same numbers as any other. How many ancestors two nodes share is
//! the least that any two neighbours between them share in the order of the elimination tree, so
//! it is told without climbing (M. A. Bender, M. Farach-Colton, *The LCA problem revisited*, 2000).

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::FAR;
use crate::shape::Shape;
use crate::walk::{Label, Look, Roads};

/// Rows that one task fills.
const ROWS: usize = 16;
/// Columns that lie side by side, so that they are added and compared together.
const LANES: usize = 16;
/// Rows that meet a few columns at once, while these are at hand.
const AT_ONCE: usize = 4;

/// The distances from each origin to each destination, row by row; [`FAR`] where there is no way.
pub fn table(shape: &Shape, from: &Ends, to: &Ends) -> Vec<u32> {
    table_on(Arch::new(), shape, from, to)
}

/// The same with instructions of one's choice.
pub fn table_on(arch: Arch, shape: &Shape, from: &Ends, to: &Ends) -> Vec<u32> {
    let mut table = vec![FAR; from.order.len() * to.order.len()];
    if table.is_empty() {
        return table;
    }
    let (rows, columns) = (from, Columns::new(shape, to));
    let width = columns.width();
    // Rows are worked on in the order of the tree, and put where they belong afterwards.
    let fill = |tile: &[u32], start: usize| {
        let mut costs = vec![FAR; tile.len() * width];
        let rows = Rows {
            labels: (start..start + tile.len()).map(|r| rows.label[r].as_slice()).collect(),
            shared: (start..start + tile.len())
                .map(|r| columns.shared(shape, rows.node[r]))
                .collect(),
        };
        rows.fill(arch, &columns, &mut costs);
        costs
    };
    let tiles = rows.order.par_chunks(ROWS).enumerate();
    let filled: Vec<Vec<u32>> = tiles.map(|(t, tile)| fill(tile, t * ROWS)).collect();
    let lines = filled.iter().flat_map(|costs| costs.chunks(width));
    for (row, costs) in rows.order.iter().zip(lines) {
        let place = *row as usize * to.order.len();
        for (column, cost) in to.order.iter().zip(costs) {
            table[place + *column as usize] = *cost;
        }
    }
    table
}

/// The labels of a list of nodes, in the order of the tree: kept where many tables are asked for.
pub struct Ends {
    /// Positions in the list.
    order: Vec<u32>,
    /// Numbers of the nodes in the shape.
    node: Vec<u32>,
    label: Vec<Vec<u32>>,
}

impl Ends {
    /// The labels of origins ([`Look::From`]) or destinations ([`Look::To`]).
    pub fn new(roads: &Roads, list: &[u32], look: Look) -> Ends {
        let number = |i: &u32| roads.shape.rank[list[*i as usize] as usize];
        let mut order: Vec<u32> = (0..list.len() as u32).collect();
        order.sort_by_key(|i| (number(i), *i));
        let label = |i: &u32| {
            let mut label = Label::default();
            roads.label(list[*i as usize], look, &mut label);
            label.cost
        };
        Ends {
            node: order.iter().map(number).collect(),
            label: order.par_iter().map(label).collect(),
            order,
        }
    }
}

/// Labels of a few columns, side by side, by depth.
type Block = Vec<[u32; LANES]>;

/// The columns of a table.
struct Columns<'a> {
    labels: &'a Ends,
    blocks: Vec<Block>,
    /// How many ancestors each column shares with the next.
    between: Vec<u32>,
}

impl Columns<'_> {
    fn new<'a>(shape: &Shape, labels: &'a Ends) -> Columns<'a> {
        let block = |labels: &[Vec<u32>]| {
            let deep = labels.iter().map(Vec::len).max().unwrap_or(0);
            let at = |d: usize, lane: usize| labels.get(lane).and_then(|l| l.get(d)).copied();
            let line = |d| std::array::from_fn(|lane| at(d, lane).unwrap_or(FAR));
            (0..deep).map(line).collect()
        };
        let blocks = labels.label.par_chunks(LANES).map(block).collect();
        let pairs = labels.node.windows(2);
        let between = pairs.map(|pair| shape.common(pair[0], pair[1])).collect();
        Columns { labels, blocks, between }
    }

    /// Columns, those that only fill the last block included.
    fn width(&self) -> usize {
        self.blocks.len() * LANES
    }

    /// How many ancestors a node shares with each column, in order.
    fn shared(&self, shape: &Shape, node: u32) -> Vec<u32> {
        let nodes = &self.labels.node;
        let mut shared = vec![0; nodes.len()];
        let right = nodes.partition_point(|n| *n < node);
        let mut least = u32::MAX;
        for i in right..nodes.len() {
            let near = i == right;
            let step = if near { shape.common(node, nodes[i]) } else { self.between[i - 1] };
            least = least.min(step);
            shared[i] = least;
        }
        least = u32::MAX;
        for i in (0..right).rev() {
            let near = i + 1 == right;
            let step = if near { shape.common(nodes[i], node) } else { self.between[i] };
            least = least.min(step);
            shared[i] = least;
        }
        shared
    }
}

/// Some rows of a table.
struct Rows<'a> {
    labels: Vec<&'a [u32]>,
    shared: Vec<Vec<u32>>,
}

impl Rows<'_> {
    /// Fills them, block by block of columns.
    fn fill(&self, arch: Arch, columns: &Columns, costs: &mut [u32]) {
        let width = columns.width();
        for (b, block) in columns.blocks.iter().enumerate() {
            let lanes = b * LANES..((b + 1) * LANES).min(columns.labels.node.len());
            for (few, labels) in self.labels.chunks(AT_ONCE).enumerate() {
                let rows = few * AT_ONCE..few * AT_ONCE + labels.len();
                // As deep as all of these share, all at once; below that one by one.
                let least = |row: &Vec<u32>| row[lanes.clone()].iter().copied().min();
                let all = self.shared[rows.clone()].iter().filter_map(least).min().unwrap_or(0);
                let mut sums = arch.dispatch(Meet { rows: labels, block: &block[..all as usize] });
                for (sums, r) in sums.iter_mut().zip(rows) {
                    for (lane, c) in lanes.clone().enumerate() {
                        let own = all as usize..self.shared[r][c] as usize;
                        if own.is_empty() {
                            continue;
                        }
                        let column = &columns.labels.label[c][own.clone()];
                        sums[lane] = sums[lane].min(meet_one(&self.labels[r][own], column));
                    }
                    let place = r * width + b * LANES;
                    costs[place..place + LANES].copy_from_slice(sums);
                }
            }
        }
    }
}

/// The least sums of a few rows with a block of columns.
struct Meet<'a> {
    rows: &'a [&'a [u32]],
    block: &'a [[u32; LANES]],
}

impl WithSimd for Meet<'_> {
    type Output = [[u32; LANES]; AT_ONCE];

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        // Where fewer rows are left, the last fills up.
        let row = |r: usize| &self.rows[r.min(self.rows.len() - 1)][..self.block.len()];
        let [a, b, c, d] = std::array::from_fn(row);
        let mut sums = [[FAR; LANES]; AT_ONCE];
        for lanes in (0..LANES).step_by(S::U32_LANES) {
            let mut least = [simd.splat_u32s(FAR); AT_ONCE];
            for (i, line) in self.block.iter().enumerate() {
                let (column, _) = S::as_simd_u32s(&line[lanes..]);
                for (least, cost) in least.iter_mut().zip([a[i], b[i], c[i], d[i]]) {
                    // What can be added without passing the end of the numbers: FAR stays FAR.
                    let room = simd.min_u32s(column[0], simd.splat_u32s(FAR - cost));
                    *least = simd.min_u32s(*least, simd.add_u32s(room, simd.splat_u32s(cost)));
                }
            }
            for (sums, least) in sums.iter_mut().zip(least) {
                S::as_mut_simd_u32s(&mut sums[lanes..]).0[0] = least;
            }
        }
        sums
    }
}

/// The least sum of two rows of numbers.
fn meet_one(a: &[u32], b: &[u32]) -> u32 {
    a.iter().zip(b).fold(FAR, |least, (a, b)| least.min(a.saturating_add(*b)))
}
