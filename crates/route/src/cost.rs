//! The cost of every link and transfer for one cargo, in whole numbers, so that comparisons are exact and
//! the same on every machine.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::emissions::{Element, Intensity};
use trimodal_model::network::{
    Layer, LinkId, NONE, Network, NodeId, PassageKind, Terminal, TerminalId, TerminalKind, degrees,
    great_circle_km,
};
use trimodal_model::scenario::Mode;

use crate::graph::Graph;
use crate::parameters::{Cargo, Dwell, Handling, Parameter, Parameters};
use crate::pricing::Pricing;
use crate::restrict::{Change, Closures};
use crate::services::{Service, ServiceId};
use crate::trade::TradeGeography;

/// Seconds, millionths of a US dollar per tonne, milligrams of CO2e per tonne.
pub type CostVector = [u64; 3];

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Expected hours.
    Time,
    /// US dollars.
    Cost,
    /// CO2e, well to wheel.
    Co2e,
    /// Kilometres.
    Distance,
}

impl Criterion {
    /// The three that a Pareto set compares.
    pub const THREE: [Criterion; 3] = [Criterion::Time, Criterion::Cost, Criterion::Co2e];

    /// The word in output.
    pub fn word(self) -> &'static str {
        match self {
            Criterion::Time => "time",
            Criterion::Cost => "cost",
            Criterion::Co2e => "co2e",
            Criterion::Distance => "distance",
        }
    }
}

/// Adds cost vectors.
pub fn plus(a: CostVector, b: CostVector) -> CostVector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// The cost of a ride, a handling or a stop before rounding.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CostParts {
    /// Hours that do not vary.
    pub fixed_h: f64,
    /// Hours that vary.
    pub dwell: Dwell,
    /// Variance of the hours that are counted as fixed, h^2: a ride is late or early.
    pub variance_h2: f64,
    /// US dollars per tonne.
    pub usd_t: f64,
    /// Grams of CO2e per tonne, well to tank and tank to wheel.
    pub co2e_g_t: [f64; 2],
}

impl CostParts {
    /// Expected hours.
    pub fn hours(&self) -> f64 {
        self.fixed_h + self.dwell.mean_h()
    }

    /// In whole numbers.
    pub fn rounded(&self) -> CostVector {
        [
            (self.hours() * 3600.0).round() as u64,
            (self.usd_t * 1e6).round() as u64,
            ((self.co2e_g_t[0] + self.co2e_g_t[1]) * 1e3).round() as u64,
        ]
    }

    /// The sum of two rides; the dwell is that of the first.
    pub fn then(self, next: CostParts) -> CostParts {
        let [wtt, ttw] = [0, 1].map(|i| self.co2e_g_t[i] + next.co2e_g_t[i]);
        CostParts {
            fixed_h: self.fixed_h + next.fixed_h,
            dwell: self.dwell,
            variance_h2: self.variance_h2 + next.variance_h2,
            usd_t: self.usd_t + next.usd_t,
            co2e_g_t: [wtt, ttw],
        }
    }
}

/// Computes costs for one shipment.
pub struct CostModel<'a> {
    /// The network.
    pub network: &'a Network,
    /// Defaults or the user's own.
    pub parameters: &'a Parameters,
    /// Ports by region and rank, and gates.
    pub trade: &'a TradeGeography,
    /// What is shipped.
    pub cargo: Cargo,
    /// Prices and factors.
    pub pricing: Pricing<'a>,
    /// Month and day, for low water; none: normal water.
    pub day: Option<(u8, u8)>,
    /// Overrides by link.
    pub changes: Vec<(LinkId, Change)>,
}

impl<'a> CostModel<'a> {
    /// The costs of a shipment of some tonnes. `ship` is the class of the ship, if one was asked for.
    pub fn new(
        (network, parameters, trade): (&'a Network, &'a Parameters, &'a TradeGeography),
        (cargo, tonnes): (Cargo, f64),
        ship: &str,
    ) -> CostModel<'a> {
        let pricing = Pricing::new(parameters, network, trade, (cargo, tonnes), ship);
        CostModel { network, parameters, trade, cargo, pricing, day: None, changes: Vec::new() }
    }
}

impl CostModel<'_> {
    fn value(&self, parameter: Parameter) -> f64 {
        self.parameters.value(parameter, self.cargo)
    }

    fn dwell(&self, parameter: Parameter) -> Dwell {
        self.parameters.dwell(parameter, self.cargo)
    }

    /// Moving over a distance in a country, a position in the network's list.
    pub fn ride(&self, mode: Mode, km: f64, country: u16) -> CostParts {
        let code = if country == NONE { "" } else { self.network.country(country) };
        let speed = self.parameters.speed_kmh(mode, code, self.cargo);
        self.moving(mode, km, speed, country)
    }

    fn moving(&self, mode: Mode, km: f64, speed: f64, country: u16) -> CostParts {
        let factor = self.pricing.factor(mode, country);
        let intensity = Intensity { wtt_g: factor.wtt_g_tkm, ttw_g: factor.ttw_g_tkm };
        let ride = Element::Transport { tonnes: 1.0, km, intensity, adjustment: factor.daf };
        let ride = ride.emissions();
        CostParts {
            fixed_h: km / speed,
            variance_h2: km / speed * self.value(Parameter::Variance(mode)),
            usd_t: km * self.pricing.moving(mode, country),
            co2e_g_t: [ride.wtt_kg * 1e3, ride.ttw_kg * 1e3],
            ..CostParts::default()
        }
    }

    /// Access from a place to the network, at a node: a truck, at the speed of local roads.
    pub fn access(&self, km: f64, node: NodeId) -> CostParts {
        let speed = self.value(Parameter::AccessSpeed);
        self.moving(Mode::Road, km, speed, self.network.node_country[node.ix()])
    }

    /// Moving along a link from one of its ends, locks and the ends of a voyage included, without the border or
    /// the passage on it and the wait for a ship.
    pub fn link(&self, link: LinkId, from: NodeId) -> CostParts {
        let n = self.network;
        let mode = n.layer_of(link).mode();
        let km = f64::from(n.length_m(link)) / 1e3;
        let plain = || self.ride(mode, km, n.node_country[n.tail[link.ix()].ix()]);
        let mut parts = self.on_water(link, from).unwrap_or_else(plain);
        if mode == Mode::Sea {
            parts = parts.then(self.trade_of(link, from));
        }
        for (_, change) in self.changes.iter().filter(|(l, _)| *l == link) {
            match change {
                Change::SpeedKmh(v) => parts.fixed_h = km / v,
                Change::CostFactor(f) => parts.usd_t *= f,
                Change::Close => {}
            }
        }
        parts
    }

    /// What trade adds to a link at sea: freight, calls and emissions at the ends of a voyage, and gates.
    fn trade_of(&self, link: LinkId, from: NodeId) -> CostParts {
        let n = self.network;
        let (tail, head) = (n.tail[link.ix()], n.head[link.ix()]);
        let to = if tail == from { head } else { tail };
        let gates = self.trade.gates_of(link, tail == from);
        let mut parts =
            CostParts { usd_t: gates.map(|g| self.pricing.gate(&g)).sum(), ..CostParts::default() };
        for (node, handling) in [(from, Handling::Load), (to, Handling::Unload)] {
            let port = self.trade.port_at(node).and_then(|t| self.trade.port(t));
            parts = port.map_or(parts, |p| parts.then(self.end_of_voyage(handling, p.region)));
        }
        parts
    }

    /// Freight, calls and emissions at one end of a voyage.
    fn end_of_voyage(&self, handling: Handling, region: usize) -> CostParts {
        let factor = self.pricing.factor(Mode::Sea, NONE);
        let grams = factor.wtt_g_tkm + factor.ttw_g_tkm;
        let share = if grams > 0.0 { factor.wtt_g_tkm / grams } else { 0.0 };
        let hours = self.value(Parameter::SeaCalls);
        CostParts {
            fixed_h: hours,
            variance_h2: hours * self.value(Parameter::Variance(Mode::Sea)),
            usd_t: self.pricing.freight(handling, region),
            co2e_g_t: [factor.fixed_g_t * share, factor.fixed_g_t * (1.0 - share)],
            ..CostParts::default()
        }
    }

    /// The wait for the next ship, on a link that leaves a port.
    pub fn departure(&self, link: LinkId, from: NodeId) -> Option<CostParts> {
        let at_sea = self.network.layer_of(link).mode() == Mode::Sea;
        let port = self.trade.port_at(from).filter(|_| at_sea)?;
        let rank = self.trade.port(port)?.rank;
        let dwell = self.dwell(Parameter::SeaWait(rank));
        (dwell.p50_h > 0.0).then_some(CostParts { dwell, ..CostParts::default() })
    }

    /// The border on a link.
    pub fn border(&self, link: LinkId) -> Option<CostParts> {
        let border = self.network.borders.get(usize::from(self.network.link_border[link.ix()]))?;
        let dwell = Dwell::new(border.stop.p50_h, border.stop.p90_h);
        Some(CostParts { dwell, usd_t: border.stop.usd_t, ..CostParts::default() })
    }

    /// The stop at the passage on a link: the transit of a strait or a canal, boarding of a ferry.
    pub fn passage(&self, link: LinkId) -> Option<CostParts> {
        let passage = self.network.passage_of(link)?;
        match passage.kind {
            PassageKind::Waterway => None,
            PassageKind::Ferry => Some(self.boarding(link, passage)),
            _ => {
                let (fixed_h, usd_t) = (passage.transit_h, passage.due_usd_t);
                Some(CostParts { fixed_h, usd_t, ..CostParts::default() })
            }
        }
    }

    /// The wait for a ship, the border and the passage on a link from one of its ends, added to a cost.
    fn with_stops(&self, link: LinkId, from: NodeId, cost: CostVector) -> CostVector {
        let stops = [self.departure(link, from), self.border(link), self.passage(link)];
        let stops = stops.into_iter().flatten();
        stops.fold(cost, |sum, stop| plus(sum, stop.rounded()))
    }

    /// Loading at the start, or unloading at the end, in a country.
    pub fn handling(&self, handling: Handling, mode: Mode, country: u16) -> CostParts {
        CostParts {
            dwell: self.handling_time(handling, mode, country),
            usd_t: self.pricing.handling(handling, mode, country),
            co2e_g_t: [0.0, self.value(Parameter::HubCo2e)],
            ..CostParts::default()
        }
    }

    /// Time of handling. Containers stay in some ports for weeks.
    fn handling_time(&self, handling: Handling, mode: Mode, country: u16) -> Dwell {
        let boxes = matches!(self.cargo, Cargo::Containers | Cargo::Reefer);
        let off_ship =
            boxes && country != NONE && (handling, mode) == (Handling::Unload, Mode::Sea);
        let own = off_ship.then(|| self.parameters.port_dwell(self.network.country(country)));
        own.flatten().unwrap_or_else(|| self.dwell(Parameter::HandlingTime(handling, mode)))
    }

    /// From one layer to another at a terminal.
    pub fn transfer(&self, terminal: &Terminal, from: Layer, to: Layer) -> CostParts {
        match terminal.kind {
            TerminalKind::GaugeChange => self.gauge_change(terminal),
            _ => self.between(from.mode(), to.mode(), terminal.country),
        }
    }

    /// From one mode to another in a country.
    fn between(&self, from: Mode, to: Mode, country: u16) -> CostParts {
        let handling = |handling, mode| self.handling(handling, mode, country);
        let both = || (handling(Handling::Unload, from), handling(Handling::Load, to));
        let (usd_t, dwell) = match (from, to) {
            (Mode::Sea | Mode::Barge, _) => {
                let (off, on) = both();
                (off.usd_t + on.usd_t, sum(off.dwell, on.dwell))
            }
            (_, Mode::Sea | Mode::Barge) => {
                let (off, on) = both();
                (off.usd_t + on.usd_t, on.dwell)
            }
            (_, Mode::Rail) => (self.value(Parameter::RailRoad), self.dwell(Parameter::ToRailTime)),
            _ => (self.value(Parameter::RailRoad), self.dwell(Parameter::ToRoadTime)),
        };
        let co2e_g_t = [0.0, self.value(Parameter::HubCo2e)];
        CostParts { dwell, usd_t, co2e_g_t, ..CostParts::default() }
    }

    fn gauge_change(&self, terminal: &Terminal) -> CostParts {
        let co2e = [0.0, self.value(Parameter::GaugeChangeCo2e)];
        if in_border_stop(self.network, terminal) {
            return CostParts { co2e_g_t: co2e, ..CostParts::default() };
        }
        CostParts {
            dwell: self.dwell(Parameter::GaugeChangeTime),
            usd_t: self.value(Parameter::GaugeChange),
            co2e_g_t: co2e,
            ..CostParts::default()
        }
    }
}

/// Adds medians and ninth deciles: right for dwells that vary together, as those of one port do.
fn sum(a: Dwell, b: Dwell) -> Dwell {
    Dwell::new(a.p50_h + b.p50_h, a.p90_h + b.p90_h)
}

/// Whether the published delay at the border beside a station includes the change of gauge.
pub fn in_border_stop(network: &Network, terminal: &Terminal) -> bool {
    const BESIDE_KM: f64 = 60.0;
    let here = degrees(terminal.at_e3);
    let with_gauge_change =
        |b: &&trimodal_model::network::Border| b.mode == Mode::Rail && b.stop.includes_gauge_change;
    let mut borders = network.borders.iter().filter(with_gauge_change);
    borders.any(|b| great_circle_km(here, degrees(b.at_e3)) <= BESIDE_KM)
}

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
            Some(*by_country.entry(country).or_insert_with(between))
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
        self.transfer[terminal.ix()].as_ref().map(|t| t[number(from)][number(to)])
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

/// The position of a mode in arrays by mode.
pub(crate) fn number(mode: Mode) -> usize {
    match mode {
        Mode::Rail => 0,
        Mode::Sea => 1,
        Mode::Road => 2,
        Mode::Barge => 3,
    }
}

/// All modes, by position.
pub(crate) const MODES: [Mode; Mode::ALL.len()] = Mode::ALL;

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
