//! What does not depend on prices: which nodes an arc or a shortcut joins, and the elimination tree.
//!
//! Nodes are numbered anew in the order in which they are contracted, so that every arc leads to a
//! higher number; within that freedom a node comes right after all that lie below it in the
//! elimination tree (postorder), so that the way to the root reads memory forwards. All
//! higher neighbours of a node lie on its way to the root (R. Schreiber, *A new implementation of
//! sparse Gaussian elimination*, 1982), so a node is told among them by its depth alone, and the
//! distances to all of them fit a short array.
//!
//! ```text
//! node      0 | 1 | 2 | ...          first[v]..first[v + 1]: the arcs of v
//! arcs      depth of the head of each, descending: nearest ancestor first
//! ```

/// The shape of a contracted graph.
#[derive(Debug, Clone)]
pub struct Shape {
    /// For each node of the graph its number here.
    pub rank: Vec<u32>,
    /// Where the arcs of each node begin; one more entry than nodes.
    pub first: Vec<u32>,
    /// The lower end of each arc.
    pub tail: Vec<u32>,
    /// The higher end of each arc.
    pub head: Vec<u32>,
    /// The depth of the higher end of each arc.
    pub head_depth: Vec<u32>,
    /// The lowest higher neighbour of each node; itself at a root.
    pub parent: Vec<u32>,
    /// Steps from each node to its root.
    pub depth: Vec<u32>,
    /// Where the arcs into each node from below begin in `below`; one more entry than nodes.
    pub first_below: Vec<u32>,
    /// Those arcs, by their lower end.
    pub below: Vec<u32>,
    /// For each arc of the graph twice its arc here, plus one where it leads down; `u32::MAX` for a loop.
    pub input: Vec<u32>,
    /// Where the arcs of the graph along the arcs of each node begin in `inputs`; one more entry
    /// than nodes.
    first_input: Vec<u32>,
    /// Those arcs of the graph, by their arc here, then in their own order.
    inputs: Vec<u32>,
}

impl Shape {
    /// Contracts the nodes of a graph in an order.
    pub fn new(arcs: &[(u32, u32)], order: &[u32]) -> Shape {
        let nodes = order.len();
        let place = crate::order::ranks(order);
        let mut above = neighbours(nodes, arcs, &place);
        let parent = contract(&mut above);
        let post = postorder(&parent);
        let mut shape = Shape::numbered(&above, &parent, &post);
        shape.rank = place.iter().map(|p| post[*p as usize]).collect();
        shape.input = arcs.iter().map(|(a, b)| shape.of_input(*a, *b)).collect();
        shape.list_inputs();
        shape
    }

    fn numbered(above: &[Vec<u32>], parent: &[u32], post: &[u32]) -> Shape {
        let nodes = post.len();
        let mut old = vec![0_u32; nodes];
        post.iter().enumerate().for_each(|(v, p)| old[*p as usize] = v as u32);
        let arcs = above.iter().map(Vec::len).sum();
        let mut shape = Shape {
            rank: Vec::new(),
            first: Vec::with_capacity(nodes + 1),
            tail: Vec::with_capacity(arcs),
            head: Vec::with_capacity(arcs),
            head_depth: Vec::new(),
            parent: old.iter().map(|v| post[parent[*v as usize] as usize]).collect(),
            depth: vec![0; nodes],
            first_below: Vec::new(),
            below: Vec::new(),
            input: Vec::new(),
            first_input: Vec::new(),
            inputs: Vec::new(),
        };
        for (v, was) in old.iter().enumerate() {
            shape.first.push(shape.head.len() as u32);
            // Ancestors keep their order in a postorder.
            shape.head.extend(above[*was as usize].iter().map(|w| post[*w as usize]));
            shape.tail.resize(shape.head.len(), v as u32);
        }
        shape.first.push(shape.head.len() as u32);
        for v in (0..nodes).rev() {
            let parent = shape.parent[v] as usize;
            shape.depth[v] = if parent == v { 0 } else { shape.depth[parent] + 1 };
        }
        shape.head_depth = shape.head.iter().map(|w| shape.depth[*w as usize]).collect();
        (shape.first_below, shape.below) = grouped(nodes, &shape.head);
        shape
    }

    fn of_input(&self, a: u32, b: u32) -> u32 {
        let (a, b) = (self.rank[a as usize], self.rank[b as usize]);
        match self.arc(a.min(b), a.max(b)) {
            Some(arc) => 2 * arc + u32::from(a > b),
            None => u32::MAX,
        }
    }

    fn list_inputs(&mut self) {
        let loops = self.input.iter().filter(|a| **a == u32::MAX).count();
        self.inputs = (0..self.input.len() as u32).collect();
        self.inputs.sort_by_key(|i| self.input[*i as usize] / 2);
        self.inputs.truncate(self.input.len() - loops);
        let tails = self.inputs.iter().map(|i| self.tail[(self.input[*i as usize] / 2) as usize]);
        let mut first = vec![0; self.nodes() + 1];
        tails.for_each(|v| first[v as usize + 1] += 1);
        (1..first.len()).for_each(|i| first[i] += first[i - 1]);
        self.first_input = first;
    }

    /// The arcs of the graph along an arc: each with whether it leads up.
    pub fn inputs_of(&self, arc: u32) -> impl Iterator<Item = (u32, bool)> + '_ {
        let v = self.tail[arc as usize] as usize;
        let all = &self.inputs[self.first_input[v] as usize..self.first_input[v + 1] as usize];
        let along = all.iter().filter(move |i| self.input[**i as usize] / 2 == arc);
        along.map(|i| (*i, self.input[*i as usize].is_multiple_of(2)))
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.parent.len()
    }

    /// Number of arcs.
    pub fn arcs(&self) -> usize {
        self.head.len()
    }

    /// The arcs of a node.
    pub fn arcs_of(&self, node: u32) -> std::ops::Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// The arc between two nodes, the lower one first.
    pub fn arc(&self, low: u32, high: u32) -> Option<u32> {
        let range = self.arcs_of(low);
        let found = self.head[range.clone()].binary_search(&high).ok()?;
        Some((range.start + found) as u32)
    }

    /// The arcs into a node from below.
    pub fn below_of(&self, node: u32) -> &[u32] {
        let (a, b) = (self.first_below[node as usize], self.first_below[node as usize + 1]);
        &self.below[a as usize..b as usize]
    }

    /// How many ancestors two nodes (numbered as here) have in common, themselves included.
    pub fn common(&self, mut a: u32, mut b: u32) -> u32 {
        // In a postorder an ancestor's number is never less.
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

    /// A node and all above it, to its root.
    pub fn up(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let next = |v: &u32| Some(self.parent[*v as usize]).filter(|p| p != v);
        std::iter::successors(Some(node), next)
    }
}

/// For each place in the order its later neighbours.
fn neighbours(nodes: usize, arcs: &[(u32, u32)], place: &[u32]) -> Vec<Vec<u32>> {
    let mut above: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    for (a, b) in arcs {
        let (a, b) = (place[*a as usize], place[*b as usize]);
        if a != b {
            above[a.min(b) as usize].push(a.max(b));
        }
    }
    above
}

/// Joins the neighbours of each node; returns each one's parent.
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

/// The number of each node when all below a node come right before it.
fn postorder(parent: &[u32]) -> Vec<u32> {
    let nodes = parent.len();
    let mut size = vec![1_u32; nodes];
    for v in 0..nodes {
        if parent[v] as usize != v {
            size[parent[v] as usize] += size[v];
        }
    }
    // The last place free below each node; roots share the whole.
    let mut end = vec![0_u32; nodes];
    let mut last = nodes as u32;
    let mut post = vec![0; nodes];
    for v in (0..nodes).rev() {
        let room = if parent[v] as usize == v { &mut last } else { &mut end[parent[v] as usize] };
        post[v] = *room - 1;
        *room -= size[v];
        end[v] = post[v];
    }
    post
}

/// Positions grouped by key, in ascending order within each.
fn grouped(keys: usize, list: &[u32]) -> (Vec<u32>, Vec<u32>) {
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
