//! A set of nodes, one bit each.

use trimodal_model::network::NodeId;

/// A set of nodes of a network.
#[derive(Debug, Clone, Default)]
pub(crate) struct NodeSet(Vec<u64>);

impl NodeSet {
    /// The set of some nodes among the first `count`.
    pub fn new(count: usize, nodes: impl IntoIterator<Item = NodeId>) -> NodeSet {
        let mut bits = vec![0; count.div_ceil(64)];
        for node in nodes {
            bits[node.ix() / 64] |= 1 << (node.ix() % 64);
        }
        NodeSet(bits)
    }

    /// Whether a node is in it.
    #[inline]
    pub fn has(&self, node: NodeId) -> bool {
        self.0[node.ix() / 64] >> (node.ix() % 64) & 1 == 1
    }
}
