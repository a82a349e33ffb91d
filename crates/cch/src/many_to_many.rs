//! Many-to-many queries: all distances between two lists of nodes, each the least sum of two labels over
//! the common ancestors.
//!
//! Labels lie by depth, so that a pair is one pass over two short arrays with SIMD instructions: code for
//! the widest ones of the processor is chosen at run time, and gives the same numbers as any other. The
//! number of common ancestors of two nodes is the least that any two neighbours between them in the order
//! of the elimination tree have in common, so that no climb is needed (M. A. Bender, M. Farach-Colton,
//! *The LCA problem revisited*, 2000).

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::INFINITY;
use crate::cch::Cch;
use crate::query::{CchView, Direction, Label};

/// Rows of one task.
const ROWS: usize = 16;
/// Columns that lie side by side, to be added and compared together.
const LANES: usize = 16;
/// Rows that are combined with a block of columns at once, while it is in the cache.
const AT_ONCE: usize = 4;

/// The distances from each origin to each destination, row by row; [`INFINITY`] where there is no path.
pub fn table(cch: &Cch, from: &LabelSet, to: &LabelSet) -> Vec<u32> {
    table_on(Arch::new(), cch, from, to)
}

/// The same with a given set of instructions.
pub fn table_on(arch: Arch, cch: &Cch, from: &LabelSet, to: &LabelSet) -> Vec<u32> {
    let mut table = vec![INFINITY; from.order.len() * to.order.len()];
    if table.is_empty() {
        return table;
    }
    let (rows, columns) = (from, Columns::new(cch, to));
    let width = columns.width();
    // Rows are computed in the order of the tree, and stored at their positions afterwards.
    let fill = |tile: &[u32], start: usize| {
        let mut costs = vec![INFINITY; tile.len() * width];
        let rows = Rows {
            labels: (start..start + tile.len()).map(|r| rows.label[r].as_slice()).collect(),
            shared: (start..start + tile.len())
                .map(|r| columns.shared(cch, rows.node[r]))
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

/// The labels of a list of nodes, in the order of the tree; kept to compute several tables.
pub struct LabelSet {
    /// Positions in the list.
    order: Vec<u32>,
    /// Ranks of the nodes.
    node: Vec<u32>,
    label: Vec<Vec<u32>>,
}

impl LabelSet {
    /// The labels of origins ([`Direction::Forward`]) or destinations ([`Direction::Backward`]).
    pub fn new(view: &CchView, list: &[u32], direction: Direction) -> LabelSet {
        let rank = |i: &u32| view.cch.rank[list[*i as usize] as usize];
        let mut order: Vec<u32> = (0..list.len() as u32).collect();
        order.sort_by_key(|i| (rank(i), *i));
        let label = |i: &u32| {
            let mut label = Label::default();
            view.label(list[*i as usize], direction, &mut label);
            label.cost
        };
        LabelSet {
            node: order.iter().map(rank).collect(),
            label: order.par_iter().map(label).collect(),
            order,
        }
    }
}

/// Labels of a few columns, side by side, by depth.
type Block = Vec<[u32; LANES]>;

/// The columns of a table.
struct Columns<'a> {
    labels: &'a LabelSet,
    blocks: Vec<Block>,
    /// The number of common ancestors of each column and the next.
    between: Vec<u32>,
}

impl Columns<'_> {
    fn new<'a>(cch: &Cch, labels: &'a LabelSet) -> Columns<'a> {
        let block = |labels: &[Vec<u32>]| {
            let deep = labels.iter().map(Vec::len).max().unwrap_or(0);
            let at = |d: usize, lane: usize| labels.get(lane).and_then(|l| l.get(d)).copied();
            let line = |d| std::array::from_fn(|lane| at(d, lane).unwrap_or(INFINITY));
            (0..deep).map(line).collect()
        };
        let blocks = labels.label.par_chunks(LANES).map(block).collect();
        let pairs = labels.node.windows(2);
        let between = pairs.map(|pair| cch.common_ancestors(pair[0], pair[1])).collect();
        Columns { labels, blocks, between }
    }

    /// Columns, those that only fill the last block included.
    fn width(&self) -> usize {
        self.blocks.len() * LANES
    }

    /// How many ancestors a node shares with each column, in order.
    fn shared(&self, cch: &Cch, node: u32) -> Vec<u32> {
        let nodes = &self.labels.node;
        let mut shared = vec![0; nodes.len()];
        let right = nodes.partition_point(|n| *n < node);
        let mut least = u32::MAX;
        for i in right..nodes.len() {
            let near = i == right;
            let step =
                if near { cch.common_ancestors(node, nodes[i]) } else { self.between[i - 1] };
            least = least.min(step);
            shared[i] = least;
        }
        least = u32::MAX;
        for i in (0..right).rev() {
            let near = i + 1 == right;
            let step = if near { cch.common_ancestors(nodes[i], node) } else { self.between[i] };
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
                // Down to the depth that all of these share together; below that one by one.
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
        // Where fewer rows are left, the last one is repeated.
        let row = |r: usize| &self.rows[r.min(self.rows.len() - 1)][..self.block.len()];
        let [a, b, c, d] = std::array::from_fn(row);
        let mut sums = [[INFINITY; LANES]; AT_ONCE];
        for lanes in (0..LANES).step_by(S::U32_LANES) {
            let mut least = [simd.splat_u32s(INFINITY); AT_ONCE];
            for (i, line) in self.block.iter().enumerate() {
                let (column, _) = S::as_simd_u32s(&line[lanes..]);
                for (least, cost) in least.iter_mut().zip([a[i], b[i], c[i], d[i]]) {
                    // The greatest addend without overflow: INFINITY stays INFINITY.
                    let room = simd.min_u32s(column[0], simd.splat_u32s(INFINITY - cost));
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
    a.iter().zip(b).fold(INFINITY, |least, (a, b)| least.min(a.saturating_add(*b)))
}
