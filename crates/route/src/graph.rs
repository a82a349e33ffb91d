//! The network as a search sees it: states, and the steps between them.
//!
//! A state is a node; a node of a terminal has a second state, *just handled*, which a vehicle leaves only
//! by moving. A ship does not sail through a port: it calls there, and its goods are handled. So two
//! handlings never follow one another without a ride between them, and a port or a rail-road terminal
//! cannot replace a break-of-gauge station.

use std::sync::Arc;

use trimodal_model::network::{Layer, LinkId, Network, NodeId, TerminalId};

use crate::node_set::NodeSet;
use crate::services::{Service, ServiceId};

/// A node, or a node of a terminal just after handling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(pub u32);

impl State {
    /// The position in arrays over all states.
    pub fn ix(self) -> usize {
        self.0 as usize
    }
}

/// A transition from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A ride along a link.
    Link(LinkId),
    /// A handling at a terminal.
    Transfer(TerminalId),
    /// A ride with a service from its first terminal to its last.
    Service(ServiceId),
}

const NO_SLOT: u32 = u32::MAX;

/// The entries of a node in a list in order of nodes.
fn at(list: &[(NodeId, ServiceId)], node: NodeId) -> impl Iterator<Item = &(NodeId, ServiceId)> {
    let first = if list.is_empty() { 0 } else { list.partition_point(|(n, _)| *n < node) };
    list[first..].iter().take_while(move |(n, _)| *n == node)
}

/// The network with its transfers indexed.
pub struct Graph {
    /// The network.
    pub network: Arc<Network>,
    /// The node of each second state, in order.
    handled: Vec<NodeId>,
    /// For each node the position in `handled`, or [`NO_SLOT`].
    slot: Vec<u32>,
    first_out: Vec<u32>,
    transfers: Vec<(TerminalId, NodeId)>,
    /// The services.
    pub services: Vec<Service>,
    /// Services by the node where they begin, and by the node where they end, in order.
    from_node: Vec<(NodeId, ServiceId)>,
    to_node: Vec<(NodeId, ServiceId)>,
    /// The nodes where services begin or end.
    served: NodeSet,
}

impl Graph {
    /// A graph without services.
    pub fn new(network: impl Into<Arc<Network>>) -> Self {
        Graph::with_services(network, Vec::new())
    }

    /// Indexes transfers and services.
    pub fn with_services(network: impl Into<Arc<Network>>, services: Vec<Service>) -> Self {
        let network = network.into();
        let mut list: Vec<(NodeId, TerminalId, NodeId)> = Vec::new();
        for (t, terminal) in network.terminals.iter().enumerate() {
            for (a, b) in &terminal.transfers {
                list.push((*a, TerminalId::at(t), *b));
                // A port without land transport has its one node twice.
                if a != b {
                    list.push((*b, TerminalId::at(t), *a));
                }
            }
        }
        list.sort_unstable();
        let mut handled: Vec<NodeId> = list.iter().map(|(n, _, _)| *n).collect();
        // Goods are loaded where a service begins, whatever else is there.
        handled.extend(services.iter().map(|s| s.from));
        handled.sort_unstable();
        handled.dedup();
        let mut first_out = Vec::with_capacity(handled.len() + 1);
        first_out.push(0);
        for node in &handled {
            let before = *first_out.last().unwrap_or(&0) as usize;
            let here = list[before..].iter().take_while(|(n, _, _)| n == node).count();
            first_out.push((before + here) as u32);
        }
        let mut slot = vec![NO_SLOT; network.nodes()];
        for (s, node) in handled.iter().enumerate() {
            slot[node.ix()] = s as u32;
        }
        let transfers = list.into_iter().map(|(_, t, b)| (t, b)).collect();
        let by = |end: fn(&Service) -> NodeId| {
            let all = services.iter().enumerate();
            let mut list: Vec<(NodeId, ServiceId)> =
                all.map(|(i, s)| (end(s), ServiceId(i as u32))).collect();
            list.sort_unstable();
            list
        };
        let (from_node, to_node) = (by(|s| s.from), by(Service::to));
        let ends = services.iter().flat_map(|s| [s.from, s.to()]);
        let served = NodeSet::new(network.nodes(), ends);
        Graph { network, handled, slot, first_out, transfers, services, from_node, to_node, served }
    }

    /// A service by its id.
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.services[id.ix()]
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.network.nodes() + self.handled.len()
    }

    /// The node of a state.
    pub fn node(&self, state: State) -> NodeId {
        let nodes = self.network.nodes();
        if state.ix() < nodes { NodeId(state.0) } else { self.handled[state.ix() - nodes] }
    }

    /// The state of a node when a vehicle arrives.
    pub fn arrived(&self, node: NodeId) -> State {
        State(node.0)
    }

    /// Whether goods were just put on a vehicle.
    pub fn is_loaded(&self, state: State) -> bool {
        state.ix() >= self.network.nodes()
    }

    /// The state of a node after goods were put on a vehicle.
    pub fn loaded(&self, node: NodeId) -> State {
        match self.slot[node.ix()] {
            NO_SLOT => State(node.0),
            slot => State(self.network.nodes() as u32 + slot),
        }
    }

    /// The transfers at a node.
    pub fn transfers_at(&self, node: NodeId) -> &[(TerminalId, NodeId)] {
        match self.slot[node.ix()] as usize {
            slot if slot < self.handled.len() => {
                &self.transfers[self.first_out[slot] as usize..self.first_out[slot + 1] as usize]
            }
            _ => &[],
        }
    }

    /// Calls `visit` with every step out of a state and the state it leads to.
    pub fn out(&self, state: State, mut visit: impl FnMut(Step, State)) {
        let node = self.node(state);
        let arrived = state.ix() < self.network.nodes();
        let transfers = if arrived { self.transfers_at(node) } else { &[] };
        if transfers.is_empty() || self.network.node_layer[node.ix()] != Layer::Sea {
            for (link, to) in self.network.links_of(node) {
                visit(Step::Link(*link), State(to.0));
            }
        }
        for (terminal, to) in transfers.iter().filter(|(_, to)| *to != node) {
            visit(Step::Transfer(*terminal), self.loaded(*to));
        }
        // A ship that arrived does not sail on as another service; wagons may join another train.
        let boards = !arrived || self.network.node_layer[node.ix()] != Layer::Sea;
        if self.served.has(node) && boards {
            for (_, id) in at(&self.from_node, node) {
                visit(Step::Service(*id), self.arrived(self.service(*id).to()));
            }
        }
    }

    /// Calls `visit` with every step into a state and the state it comes from.
    pub fn into(&self, state: State, mut visit: impl FnMut(Step, State)) {
        let node = self.node(state);
        if state.ix() < self.network.nodes() {
            for (link, from) in self.network.links_of(node) {
                let loaded = self.loaded(*from);
                let port = loaded.0 != from.0 && self.network.node_layer[from.ix()] == Layer::Sea;
                if !port {
                    visit(Step::Link(*link), State(from.0));
                }
                if loaded.0 != from.0 {
                    visit(Step::Link(*link), loaded);
                }
            }
            let here = if self.served.has(node) { &self.to_node[..] } else { &[] };
            for (_, id) in at(here, node) {
                let from = self.service(*id).from;
                let (arrived, loaded) = (self.arrived(from), self.loaded(from));
                if loaded != arrived {
                    visit(Step::Service(*id), loaded);
                }
                if self.network.node_layer[from.ix()] != Layer::Sea || loaded == arrived {
                    visit(Step::Service(*id), arrived);
                }
            }
        }
        if state != State(node.0) {
            for (terminal, from) in self.transfers_at(node).iter().filter(|(_, from)| *from != node)
            {
                visit(Step::Transfer(*terminal), State(from.0));
            }
        }
    }
}
