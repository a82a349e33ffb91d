//! Nodes by their places: ends of lines that are near each other are one.

use std::collections::HashMap;

/// Ends of lines that are this near are one node, degrees: about a metre.
const SAME_END: f64 = 1e-5;

/// Nodes by the cells of a grid.
#[derive(Default)]
pub struct Ends {
    cells: HashMap<[i64; 2], Vec<(usize, [f64; 2])>>,
}

impl Ends {
    /// The nearest node, in this cell or one beside it.
    pub fn near(&self, at: [f64; 2]) -> Option<usize> {
        let [x, y] = cell(at);
        let around = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| [x, y]));
        let known = around.filter_map(|cell| self.cells.get(&cell)).flatten();
        let far = |(node, p): &(usize, [f64; 2])| (*node, (p[0] - at[0]).hypot(p[1] - at[1]));
        let near = known.map(far).filter(|(_, far)| *far <= SAME_END);
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(node, _)| node)
    }

    /// Adds a node.
    pub fn add(&mut self, at: [f64; 2], node: usize) {
        self.cells.entry(cell(at)).or_default().push((node, at));
    }
}

fn cell(at: [f64; 2]) -> [i64; 2] {
    at.map(|v| (v / SAME_END).floor() as i64)
}
