//! The cost of every link and transfer for one cargo, in whole numbers, so that comparisons are exact and
//! the same on every machine.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::emissions::{Element, Intensity};
use trimodal_model::network::{
    Layer, LinkId, NONE, Network, NodeId, PassageKind, Terminal, TerminalKind, degrees,
    great_circle_km,
};
use trimodal_model::scenario::Mode;

use crate::parameters::{Cargo, Dwell, Handling, Parameter, Parameters};
use crate::pricing::{Prices, Pricing};
use crate::restrict::Change;
use crate::trade::TradeGeography;

pub use crate::arc_costs::ArcCosts;

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

    /// The criterion of a word.
    pub fn from_word(word: &str) -> Option<Criterion> {
        let mut all = Criterion::THREE.into_iter().chain([Criterion::Distance]);
        all.find(|by| by.word() == word)
    }

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

    /// The same from prices that were looked up before for the same shipment.
    pub(crate) fn with_prices(
        (network, parameters, trade): (&'a Network, &'a Parameters, &'a TradeGeography),
        cargo: Cargo,
        prices: Arc<Prices>,
    ) -> CostModel<'a> {
        let pricing = Pricing::known(parameters, network, cargo, prices);
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
        self.moving(mode, km, self.pricing.speed_kmh(mode, country), country)
    }

    fn moving(&self, mode: Mode, km: f64, speed: f64, country: u16) -> CostParts {
        let factor = self.pricing.factor(mode, country);
        let intensity = Intensity { wtt_g: factor.wtt_g_tkm, ttw_g: factor.ttw_g_tkm };
        let ride = Element::Transport { tonnes: 1.0, km, intensity, adjustment: factor.daf };
        let ride = ride.emissions();
        CostParts {
            fixed_h: km / speed,
            variance_h2: km / speed * self.pricing.variance(mode),
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
        let country = n.node_country[n.tail[link.ix()].ix()];
        let speed = n.own_kmh(link).unwrap_or_else(|| self.pricing.speed_kmh(mode, country));
        let plain = || self.moving(mode, km, speed, country);
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
    pub(crate) fn with_stops(&self, link: LinkId, from: NodeId, cost: CostVector) -> CostVector {
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
        let own = self.port_dwell(handling, mode, country);
        own.unwrap_or_else(|| self.dwell(Parameter::HandlingTime(handling, mode)))
    }

    /// The time of containers in the yard after discharge, where the country has one of its own.
    pub(crate) fn port_dwell(&self, handling: Handling, mode: Mode, country: u16) -> Option<Dwell> {
        let boxes = matches!(self.cargo, Cargo::Containers | Cargo::Reefer);
        let off_ship =
            boxes && country != NONE && (handling, mode) == (Handling::Unload, Mode::Sea);
        if off_ship { self.parameters.port_dwell(self.network.country(country)) } else { None }
    }

    /// From one layer to another at a terminal.
    pub fn transfer(&self, terminal: &Terminal, from: Layer, to: Layer) -> CostParts {
        match terminal.kind {
            TerminalKind::GaugeChange => self.gauge_change(terminal),
            _ => self.between(from.mode(), to.mode(), terminal.country),
        }
    }

    /// From one mode to another in a country.
    pub(crate) fn between(&self, from: Mode, to: Mode, country: u16) -> CostParts {
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

    pub(crate) fn gauge_change(&self, terminal: &Terminal) -> CostParts {
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
