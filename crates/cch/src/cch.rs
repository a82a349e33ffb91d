//! The part of a hierarchy that does not depend on costs: its arcs and shortcuts, and the elimination
//! tree.
//!
//! Nodes are numbered by rank, the order in which they are contracted, so that every arc leads to a
//! higher rank. Among the orders that give the same arcs the ranks are a postorder of the elimination
//! tree, so that a climb to the root reads memory forwards. All higher neighbours of a node are its
//! ancestors in the tree (R. Schreiber, *A new implementation of sparse Gaussian elimination*, 1982), so
//! depth alone identifies one of them, and the distances to all of them fit a short array.
//!
//! ```text
//! rank      0 | 1 | 2 | ...          up_first_out[v]..up_first_out[v + 1]: the upward arcs of v
//! arcs      depth of the head of each, descending: nearest ancestor first
//! ```

/// The topology of a customizable contraction hierarchy.
#[derive(Debug, Clone)]
pub struct Cch {
    /// The rank of each node of the graph.
    pub rank: Vec<u32>,
    /// Start of the upward arcs of each rank; one more entry than nodes.
    pub up_first_out: Vec<u32>,
    /// The lower end of each arc.
    pub tail: Vec<u32>,
    /// The higher end of each arc.
    pub head: Vec<u32>,
    /// The depth of the higher end of each arc.
    pub head_depth: Vec<u32>,
    /// The lowest higher neighbour of each node; itself at a root.
    pub parent: Vec<u32>,
    /// The distance of each node from its root, in arcs of the tree.
    pub depth: Vec<u32>,
    /// Start of the arcs into each rank from lower ranks in `down_arcs`; one more entry than nodes.
    pub down_first_out: Vec<u32>,
    /// Those arcs, by ascending tail.
    pub down_arcs: Vec<u32>,
    /// For each arc of the graph: twice its arc in the hierarchy, plus one where it leads down;
    /// `u32::MAX` for a loop.
    pub input_arc: Vec<u32>,
    /// Start of the arcs of the graph along the upward arcs of each rank in `input_list`; one more
    /// entry than nodes.
    input_first_out: Vec<u32>,
    /// Those arcs of the graph, by their arc in the hierarchy, then by number.
    input_list: Vec<u32>,
}

impl Cch {
    /// The nodes in the order in which they are contracted.
    pub fn order(&self) -> Vec<u32> {
        crate::order::ranks(&self.rank)
    }

    /// Contracts the nodes of a graph in an order.
    pub fn new(arcs: &[(u32, u32)], order: &[u32]) -> Cch {
        let nodes = order.len();
        let position = crate::order::ranks(order);
        let mut above = neighbours(nodes, arcs, &position);
        let parent = contract(&mut above);
        let post = postorder(&parent);
        let mut cch = Cch::numbered(&above, &parent, &post);
        cch.rank = position.iter().map(|p| post[*p as usize]).collect();
        cch.input_arc = arcs.iter().map(|(a, b)| cch.arc_of_input(*a, *b)).collect();
        cch.list_inputs();
        cch
    }

    fn numbered(above: &[Vec<u32>], parent: &[u32], post: &[u32]) -> Cch {
        let nodes = post.len();
        let mut old = vec![0_u32; nodes];
        post.iter().enumerate().for_each(|(v, p)| old[*p as usize] = v as u32);
        let arcs = above.iter().map(Vec::len).sum();
        let mut cch = Cch {
            rank: Vec::new(),
            up_first_out: Vec::with_capacity(nodes + 1),
            tail: Vec::with_capacity(arcs),
            head: Vec::with_capacity(arcs),
            head_depth: Vec::new(),
            parent: old.iter().map(|v| post[parent[*v as usize] as usize]).collect(),
            depth: vec![0; nodes],
            down_first_out: Vec::new(),
            down_arcs: Vec::new(),
            input_arc: Vec::new(),
            input_first_out: Vec::new(),
            input_list: Vec::new(),
        };
        for (v, was) in old.iter().enumerate() {
            cch.up_first_out.push(cch.head.len() as u32);
            // Ancestors keep their order in a postorder.
            cch.head.extend(above[*was as usize].iter().map(|w| post[*w as usize]));
            cch.tail.resize(cch.head.len(), v as u32);
        }
        cch.up_first_out.push(cch.head.len() as u32);
        for v in (0..nodes).rev() {
            let parent = cch.parent[v] as usize;
            cch.depth[v] = if parent == v { 0 } else { cch.depth[parent] + 1 };
        }
        cch.head_depth = cch.head.iter().map(|w| cch.depth[*w as usize]).collect();
        (cch.down_first_out, cch.down_arcs) = grouped(nodes, &cch.head);
        cch
    }

    fn arc_of_input(&self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.rank[a as usize], self.rank[b as usize]);
        match self.arc(a.min(b), a.max(b)) {
            Some(arc) => 2 * arc + u32::from(a > b),
            None => u32::MAX,
        }
    }

    fn list_inputs(&mut self) {
        let loops = self.input_arc.iter().filter(|a| **a == u32::MAX).count();
        self.input_list = (0..self.input_arc.len() as u32).collect();
        self.input_list.sort_by_key(|i| self.input_arc[*i as usize] / 2);
        self.input_list.truncate(self.input_arc.len() - loops);
        let tails =
            self.input_list.iter().map(|i| self.tail[(self.input_arc[*i as usize] / 2) as usize]);
        let mut first = vec![0; self.nodes() + 1];
        tails.for_each(|v| first[v as usize + 1] += 1);
        (1..first.len()).for_each(|i| first[i] += first[i - 1]);
        self.input_first_out = first;
    }

    /// The arcs of the graph along an arc of the hierarchy, each with whether it leads up.
    pub fn input_arcs_of(&self, arc: u32) -> impl Iterator<Item = (u32, bool)> + '_ {
        let v = self.tail[arc as usize] as usize;
        let all = &self.input_list
            [self.input_first_out[v] as usize..self.input_first_out[v + 1] as usize];
        let along = all.iter().filter(move |i| self.input_arc[**i as usize] / 2 == arc);
        along.map(|i| (*i, self.input_arc[*i as usize].is_multiple_of(2)))
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.parent.len()
    }

    /// Number of arcs.
    pub fn arcs(&self) -> usize {
        self.head.len()
    }

    /// The upward arcs of a rank.
    pub fn up_arcs_of(&self, node: u32) -> std::ops::Range<usize> {
        self.up_first_out[node as usize] as usize..self.up_first_out[node as usize + 1] as usize
    }

    /// The arc between two ranks, the lower one first.
    pub fn arc(&self, low: u32, high: u32) -> Option<u32> {
        let range = self.up_arcs_of(low);
        let found = self.head[range.clone()].binary_search(&high).ok()?;
        Some((range.start + found) as u32)
    }

    /// The arcs into a rank from lower ranks.
    pub fn down_arcs_of(&self, node: u32) -> &[u32] {
        let (a, b) = (self.down_first_out[node as usize], self.down_first_out[node as usize + 1]);
        &self.down_arcs[a as usize..b as usize]
    }

    /// The number of common ancestors of two ranks, themselves included.
    pub fn common_ancestors(&self, mut a: u32, mut b: u32) -> u32 {
        // In a postorder the rank of an ancestor is never lower.
        while a != b {
            let low = if a < b { &mut a } else { &mut b };
            let parent = self.parent[*low as usize];
            if parent == *low {
                return 0;
            }
            *low = parent;
        }
        self.depth[a as usize] + 1
    }

    /// A rank and its ancestors, up to the root.
    pub fn ancestors(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let next = |v: &u32| Some(self.parent[*v as usize]).filter(|p| p != v);
        std::iter::successors(Some(node), next)
    }
}

/// For each position in the order its later neighbours.
fn neighbours(nodes: usize, arcs: &[(u32, u32)], position: &[u32]) -> Vec<Vec<u32>> {
    let mut above: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    for (a, b) in arcs {
        let (a, b) = (position[*a as usize], position[*b as usize]);
        if a != b {
            above[a.min(b) as usize].push(a.max(b));
        }
    }
    above
}

/// Connects the later neighbours of each node to one another; returns the parent of each node.
fn contract(above: &mut [Vec<u32>]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..above.len() as u32).collect();
    for v in 0..above.len() {
        let mut list = std::mem::take(&mut above[v]);
        list.sort_unstable();
        list.dedup();
        list.shrink_to_fit();
        if let Some((lowest, rest)) = list.split_first() {
            parent[v] = *lowest;
            above[*lowest as usize].extend(rest);
        }
        above[v] = list;
    }
    parent
}

/// The postorder number of each node.
fn postorder(parent: &[u32]) -> Vec<u32> {
    let nodes = parent.len();
    let mut size = vec![1_u32; nodes];
    for v in 0..nodes {
        if parent[v] as usize != v {
            size[parent[v] as usize] += size[v];
        }
    }
    // The last free position in the subtree of each node; all roots share one range.
    let mut end = vec![0_u32; nodes];
    let mut last = nodes as u32;
    let mut post = vec![0; nodes];
    for v in (0..nodes).rev() {
        let free = if parent[v] as usize == v { &mut last } else { &mut end[parent[v] as usize] };
        post[v] = *free - 1;
        *free -= size[v];
        end[v] = post[v];
    }
    post
}

/// Positions grouped by key, in ascending order within each.
pub(crate) fn grouped(keys: usize, list: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0_u32; keys + 1];
    for key in list {
        first[*key as usize + 1] += 1;
    }
    for i in 1..first.len() {
        first[i] += first[i - 1];
    }
    let mut next = first.clone();
    let mut grouped = vec![0; list.len()];
    for (i, key) in list.iter().enumerate() {
        grouped[next[*key as usize] as usize] = i as u32;
        next[*key as usize] += 1;
    }
    (first, grouped)
}
