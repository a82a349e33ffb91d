//! The network as a search sees it: states, and the steps between them.
//!
//! A state is a node; a node of a terminal has a second state, *just handled*, which a vehicle leaves only
//! by moving. A ship does not sail through a port: it calls there, and its goods are handled. So two
//! handlings never follow one another without a ride between them, and a port or a rail-road terminal
//! cannot replace a break-of-gauge station. Where a block train ends there is a third state, *at the end of a
//! block train*: wagons go on from there only with a change of trains.

use std::sync::Arc;

use trimodal_model::network::{Layer, LinkId, Network, NodeId, TerminalId};

use crate::node_set::NodeSet;
use crate::services::{Service, ServiceId};

/// A node, a node of a terminal just after handling, or a node at the end of a block train.
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
    /// The node of each third state, in order: where block trains end.
    alighted: Vec<NodeId>,
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
        let mut alighted: Vec<NodeId> = services
            .iter()
            .map(Service::to)
            .filter(|node| network.node_layer[node.ix()] != Layer::Sea)
            .collect();
        alighted.sort_unstable();
        alighted.dedup();
        Graph {
            network,
            handled,
            slot,
            alighted,
            first_out,
            transfers,
            services,
            from_node,
            to_node,
            served,
        }
    }

    /// A service by its id.
    pub fn service(&self, id: ServiceId) -> &Service {
        &self.services[id.ix()]
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.network.nodes() + self.handled.len() + self.alighted.len()
    }

    /// The node of a state.
    pub fn node(&self, state: State) -> NodeId {
        let Some(second) = state.ix().checked_sub(self.network.nodes()) else {
            return NodeId(state.0);
        };
        let third = || self.alighted[second - self.handled.len()];
        self.handled.get(second).copied().unwrap_or_else(third)
    }

    /// The state of a node when a vehicle arrives.
    pub fn arrived(&self, node: NodeId) -> State {
        State(node.0)
    }

    /// Whether goods were just put on a vehicle.
    pub fn is_loaded(&self, state: State) -> bool {
        let nodes = self.network.nodes();
        (nodes..nodes + self.handled.len()).contains(&state.ix())
    }

    /// Whether goods are on a block train that ends here.
    pub fn is_alighted(&self, state: State) -> bool {
        state.ix() >= self.network.nodes() + self.handled.len()
    }

    /// The state of a node at the end of a block train; none where no block train ends.
    pub fn alighted(&self, node: NodeId) -> Option<State> {
        let position = self.alighted.binary_search(&node).ok()?;
        Some(State((self.network.nodes() + self.handled.len() + position) as u32))
    }

    /// All states of a node.
    pub fn states_of(&self, node: NodeId) -> impl Iterator<Item = State> + use<> {
        let (arrived, loaded) = (self.arrived(node), self.loaded(node));
        let second = Some(loaded).filter(|loaded| *loaded != arrived);
        [Some(arrived), second, self.alighted(node)].into_iter().flatten()
    }

    /// The states in which goods may leave a vehicle at a node.
    pub fn ends_at(&self, node: NodeId) -> impl Iterator<Item = State> + use<> {
        [Some(self.arrived(node)), self.alighted(node)].into_iter().flatten()
    }

    /// The state that a service leads to.
    fn end_of(&self, service: ServiceId) -> State {
        let node = self.service(service).to();
        self.alighted(node).unwrap_or(self.arrived(node))
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
        let loaded = self.is_loaded(state);
        let transfers = if loaded { &[] } else { self.transfers_at(node) };
        if transfers.is_empty() || self.network.node_layer[node.ix()] != Layer::Sea {
            for (link, to) in self.network.links_of(node) {
                visit(Step::Link(*link), State(to.0));
            }
        }
        for (terminal, to) in transfers.iter().filter(|(_, to)| *to != node) {
            visit(Step::Transfer(*terminal), self.loaded(*to));
        }
        // A ship that arrived does not sail on as another service; wagons may join another train.
        let boards = loaded || self.network.node_layer[node.ix()] != Layer::Sea;
        if self.served.has(node) && boards {
            for (_, id) in at(&self.from_node, node) {
                visit(Step::Service(*id), self.end_of(*id));
            }
        }
    }

    /// Calls `visit` with every step into a state and the state it comes from.
    pub fn into(&self, state: State, mut visit: impl FnMut(Step, State)) {
        let node = self.node(state);
        let is_end = self.is_alighted(state);
        if self.is_loaded(state) {
            for (terminal, from) in self.transfers_at(node).iter().filter(|(_, from)| *from != node)
            {
                self.ends_at(*from).for_each(|from| visit(Step::Transfer(*terminal), from));
            }
            return;
        }
        if !is_end {
            for (link, from) in self.network.links_of(node) {
                let is_port = self.loaded(*from) != self.arrived(*from)
                    && self.network.node_layer[from.ix()] == Layer::Sea;
                self.states_of(*from)
                    .filter(|state| !is_port || self.is_loaded(*state))
                    .for_each(|state| visit(Step::Link(*link), state));
            }
        }
        // Block trains lead to the third state, ships to the first.
        let here = if self.served.has(node) && is_end == self.alighted(node).is_some() {
            &self.to_node[..]
        } else {
            &[]
        };
        for (_, id) in at(here, node) {
            let from = self.service(*id).from;
            let boards = self.network.node_layer[from.ix()] != Layer::Sea
                || self.loaded(from) == self.arrived(from);
            self.states_of(from)
                .filter(|state| boards || self.is_loaded(*state))
                .for_each(|state| visit(Step::Service(*id), state));
        }
    }
}
