//! The costs of every arc for one shipment: links, transfers and services, those that are closed without.

use std::collections::HashMap;

use trimodal_model::network::{LinkId, NONE, Network, NodeId, TerminalId, TerminalKind};
use trimodal_model::scenario::Mode;

use crate::cost::{CostModel, CostVector, MODES, number, plus};
use crate::graph::Graph;
use crate::restrict::{Change, Closures};
use crate::services::{Service, ServiceId};

/// The costs of all links and transfers; closed ones have none.
#[derive(Clone)]
pub struct ArcCosts {
    /// From tail to head; and from head to tail where `back` has no other.
    link: Vec<CostVector>,
    /// From head to tail, where that differs.
    back: HashMap<LinkId, CostVector>,
    /// Whether a link has another cost from head to tail, one bit a link.
    differs: Vec<u64>,
    /// For each terminal, from each mode to each; `None` where it is closed.
    transfer: Vec<Option<ByModes>>,
    /// For each service; `None` where it is closed or does not carry the cargo.
    service: Vec<Option<CostVector>>,
    /// From one train to another.
    joining: CostVector,
}

/// Costs from each mode to each.
type ByModes = [[CostVector; MODES.len()]; MODES.len()];

const CLOSED: u64 = u64::MAX;

/// The same without transfers to and from ships.
fn without_sea(mut all: ByModes) -> ByModes {
    let sea = number(Mode::Sea);
    all[sea] = [[CLOSED; 3]; MODES.len()];
    all.iter_mut().for_each(|to| to[sea] = [CLOSED; 3]);
    all
}

impl ArcCosts {
    /// The costs of all links and transfers that are open.
    pub fn new(model: &CostModel, closures: &Closures) -> Self {
        let n = model.network;
        let rates = PerMetre::new(model);
        let cost = |l: usize| {
            let link = LinkId::at(l);
            if closures.link(n, link) {
                return [CLOSED; 3];
            }
            let moving = match model.costs_by_end(link) {
                true => model.link(link, n.tail[l]).rounded(),
                false => rates.ride(n, link),
            };
            model.with_stops(link, n.tail[l], moving)
        };
        let mut link: Vec<CostVector> = (0..n.links()).map(cost).collect();
        for (l, change) in &model.changes {
            if *change != Change::Close && link[l.ix()][0] != CLOSED {
                let moving = model.link(*l, n.tail[l.ix()]).rounded();
                link[l.ix()] = model.with_stops(*l, n.tail[l.ix()], moving);
            }
        }
        let back = against(model, &link);
        let mut differs = vec![0; n.links().div_ceil(64)];
        back.keys().for_each(|l| differs[l.ix() / 64] |= 1 << (l.ix() % 64));
        let mut by_country: HashMap<u16, ByModes> = HashMap::new();
        let transfer = |t: usize| {
            let terminal = &n.terminals[t];
            let id = TerminalId::at(t);
            let handles = closures.cargo.is_none_or(|cargo| model.trade.handles(id, cargo));
            if closures.terminal(n, id) || !handles {
                return None;
            }
            if terminal.kind == TerminalKind::GaugeChange {
                return Some([[model.gauge_change(terminal).rounded(); MODES.len()]; MODES.len()]);
            }
            let country = terminal.country;
            let between = || MODES.map(|a| MODES.map(|b| model.between(a, b, country).rounded()));
            let all = *by_country.entry(country).or_insert_with(between);
            match model.trade.too_shallow(id, closures) {
                Some(_) => Some(without_sea(all)),
                None => Some(all),
            }
        };
        let transfer = (0..n.terminals.len()).map(transfer).collect();
        ArcCosts {
            link,
            back,
            differs,
            transfer,
            service: Vec::new(),
            joining: model.joining().rounded(),
        }
    }

    /// The same with services.
    pub fn with_services(
        mut self,
        model: &CostModel,
        services: &[Service],
        closures: &Closures,
    ) -> Self {
        let cost = |s: &Service| {
            let [wait, ride] = model.service(s).filter(|_| s.is_open(model.network, closures))?;
            Some(plus(wait.rounded(), ride.rounded()))
        };
        self.service = services.iter().map(cost).collect();
        self
    }

    /// The cost of a change from one train to a block train.
    pub fn joining(&self) -> CostVector {
        self.joining
    }

    /// The cost of a service, wait included, unless it is closed.
    pub fn service(&self, id: ServiceId) -> Option<CostVector> {
        self.service.get(id.ix()).copied().flatten()
    }

    /// Closes a link, and the services along it.
    pub fn close(&mut self, link: LinkId, services: &[Service]) {
        self.link[link.ix()] = [CLOSED; 3];
        for (cost, s) in self.service.iter_mut().zip(services) {
            if s.links().any(|(l, _)| l == link) {
                *cost = None;
            }
        }
    }

    /// The same with more closures.
    pub fn with_more_closed(&self, graph: &Graph, closures: &Closures) -> ArcCosts {
        let network = &*graph.network;
        let ArcCosts { mut link, back, differs, mut transfer, mut service, joining } = self.clone();
        for (cost, s) in service.iter_mut().zip(&graph.services) {
            if !s.is_open(network, closures) {
                *cost = None;
            }
        }
        for (l, cost) in link.iter_mut().enumerate() {
            if closures.link(network, LinkId::at(l)) {
                *cost = [CLOSED; 3];
            }
        }
        for (t, costs) in transfer.iter_mut().enumerate() {
            if closures.terminal(network, TerminalId::at(t)) {
                *costs = None;
            }
        }
        ArcCosts { link, back, differs, transfer, service, joining }
    }

    /// The cost of a transfer, unless the terminal is closed.
    pub fn transfer(&self, terminal: TerminalId, from: Mode, to: Mode) -> Option<CostVector> {
        let cost = self.transfer[terminal.ix()].as_ref()?[number(from)][number(to)];
        (cost[0] != CLOSED).then_some(cost)
    }

    /// The cost of a link from one of its ends, unless it is closed.
    #[inline]
    pub fn link(&self, network: &Network, link: LinkId, from: NodeId) -> Option<CostVector> {
        let cost = self.link[link.ix()];
        if cost[0] == CLOSED {
            return None;
        }
        let differs = self.differs[link.ix() / 64] >> (link.ix() % 64) & 1 == 1;
        if differs && network.tail[link.ix()] != from {
            return Some(self.back.get(&link).copied().unwrap_or(cost));
        }
        Some(cost)
    }
}

/// The costs from head to tail of the links that are open, where they differ from those of the other direction.
fn against(model: &CostModel, link: &[CostVector]) -> HashMap<LinkId, CostVector> {
    let n = model.network;
    let open = |l: &LinkId| link[l.ix()][0] != CLOSED && model.costs_by_end(*l);
    let back = |l: LinkId| {
        let head = n.head[l.ix()];
        let cost = model.with_stops(l, head, model.link(l, head).rounded());
        (cost != link[l.ix()]).then_some((l, cost))
    };
    (0..n.links()).map(LinkId::at).filter(open).filter_map(back).collect()
}

/// Costs per metre by mode and country, computed once and not for each link.
struct PerMetre {
    /// Seconds, micro-dollars and milligrams per metre, for each mode in each country.
    by_country: Vec<[[f64; 3]; MODES.len()]>,
    nowhere: [[f64; 3]; MODES.len()],
}

impl PerMetre {
    fn new(model: &CostModel) -> Self {
        let of = |country: u16| {
            MODES.map(|mode| {
                let f = model.ride(mode, 1.0, country);
                [f.fixed_h * 3.6, f.usd_t * 1e3, f.co2e_g_t[0] + f.co2e_g_t[1]]
            })
        };
        let by_country = (0..model.network.countries.len()).map(|c| of(c as u16)).collect();
        PerMetre { by_country, nowhere: of(NONE) }
    }

    fn ride(&self, n: &Network, link: LinkId) -> CostVector {
        let m = f64::from(n.length_m(link));
        let mode = number(n.layer_of(link).mode());
        let country = n.node_country[n.tail[link.ix()].ix()];
        let rate =
            if country == NONE { &self.nowhere } else { &self.by_country[usize::from(country)] };
        rate[mode].map(|r| (m * r).round() as u64)
    }
}
