//! What every link and transfer weighs for one cargo, in whole numbers, so that comparisons are
//! exact and the same on every machine.

use trimodal_model::emissions::{Element, Intensity};
use trimodal_model::network::{Layer, LinkId, NONE, Network, Terminal, TerminalId, TerminalKind};
use trimodal_model::scenario::Mode;

use crate::closures::Closures;
use crate::overrides::Change;
use crate::parameters::{Cargo, Dwell, Parameters};

/// Seconds, millionths of a US dollar a tonne, milligrams of CO2e a tonne.
pub type Weight = [u64; 3];

/// Which entry of a weight is least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// Adds weights.
pub fn plus(a: Weight, b: Weight) -> Weight {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// A stop, a handling or a ride before it is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Hours that do not vary.
    pub fixed_h: f64,
    /// Hours that do.
    pub dwell: Dwell,
    /// US dollars a tonne.
    pub usd_t: f64,
    /// Grams of CO2e a tonne, well to tank and tank to wheel.
    pub co2e_g_t: [f64; 2],
}

impl Figures {
    /// Expected hours.
    pub fn hours(&self) -> f64 {
        self.fixed_h + self.dwell.mean_h()
    }

    /// In whole numbers.
    pub fn weight(&self) -> Weight {
        [
            (self.hours() * 3600.0).round() as u64,
            (self.usd_t * 1e6).round() as u64,
            ((self.co2e_g_t[0] + self.co2e_g_t[1]) * 1e3).round() as u64,
        ]
    }
}

/// Computes figures for one cargo.
pub struct Pricing<'a> {
    /// The network.
    pub network: &'a Network,
    /// Defaults or the user's own.
    pub parameters: &'a Parameters,
    /// What is shipped.
    pub cargo: Cargo,
    /// Overrides by link.
    pub changes: Vec<(LinkId, Change)>,
}

impl Pricing<'_> {
    /// Moving over a distance in a country.
    pub fn ride(&self, mode: Mode, km: f64, country: &str) -> Figures {
        let p = self.parameters;
        let speed = p.speed_kmh(mode, country, self.cargo);
        self.moving(mode, km, speed)
    }

    fn moving(&self, mode: Mode, km: f64, speed: f64) -> Figures {
        let (factor, adjustment) = self.parameters.emission(mode, self.cargo);
        let intensity = Intensity { wtt_g: factor.wtt_g_tkm, ttw_g: factor.ttw_g_tkm };
        let ride = Element::Transport { tonnes: 1.0, km, intensity, adjustment }.emissions();
        Figures {
            fixed_h: km / speed,
            usd_t: km * self.parameters.cost_usd_tkm(mode, self.cargo),
            co2e_g_t: [ride.wtt_kg * 1e3, ride.ttw_kg * 1e3],
            ..Figures::default()
        }
    }

    /// From a place to the network: a truck, at the pace of local roads.
    pub fn access(&self, km: f64) -> Figures {
        let speed = self.parameters.value("access_speed", self.cargo);
        self.moving(Mode::Road, km, speed)
    }

    /// Moving along a link, without the border or the passage on it.
    pub fn link(&self, link: LinkId) -> Figures {
        let n = self.network;
        let mode = n.layer_of(link).mode();
        let km = f64::from(n.length_m(link)) / 1e3;
        let mut figures = self.ride(mode, km, n.country_of(n.tail[link.ix()]));
        for (_, change) in self.changes.iter().filter(|(l, _)| *l == link) {
            match change {
                Change::SpeedKmh(v) => figures.fixed_h = km / v,
                Change::CostFactor(f) => figures.usd_t *= f,
                Change::Close => {}
            }
        }
        figures
    }

    /// The border on a link.
    pub fn border(&self, link: LinkId) -> Option<Figures> {
        let border = self.network.borders.get(usize::from(self.network.link_border[link.ix()]))?;
        let dwell = Dwell::new(border.stop.p50_h, border.stop.p90_h);
        Some(Figures { dwell, usd_t: border.stop.usd_t, ..Figures::default() })
    }

    /// The passage on a link.
    pub fn passage(&self, link: LinkId) -> Option<Figures> {
        let n = self.network;
        let passage = n.passages.get(usize::from(n.link_passage[link.ix()]))?;
        Some(Figures { fixed_h: passage.transit_h, usd_t: passage.due_usd_t, ..Figures::default() })
    }

    /// Putting goods on a vehicle at the start, or taking them off at the end.
    pub fn handling(&self, what: &str, mode: Mode) -> Figures {
        let id = format!("{what}_{}", mode.word());
        Figures {
            dwell: self.parameters.dwell(&format!("{id}_time"), self.cargo),
            usd_t: self.parameters.value(&id, self.cargo),
            co2e_g_t: [0.0, self.parameters.value("hub_co2e", self.cargo)],
            ..Figures::default()
        }
    }

    /// From one layer to another at a terminal.
    pub fn transfer(&self, terminal: &Terminal, from: Layer, to: Layer) -> Figures {
        match terminal.kind {
            TerminalKind::GaugeChange => self.gauge_change(terminal),
            _ => self.between(from.mode(), to.mode()),
        }
    }

    /// From one mode to another.
    fn between(&self, from: Mode, to: Mode) -> Figures {
        let value = |id: &str| self.parameters.value(id, self.cargo);
        let dwell = |id: &str| self.parameters.dwell(id, self.cargo);
        let (usd_t, dwell) = match (from, to) {
            (Mode::Sea, _) => {
                let (off, on) = (self.handling("unload", from), self.handling("load", to));
                (off.usd_t + on.usd_t, sum(off.dwell, on.dwell))
            }
            (_, Mode::Sea) => {
                let (off, on) = (self.handling("unload", from), self.handling("load", to));
                (off.usd_t + on.usd_t, on.dwell)
            }
            (_, Mode::Rail) => (value("rail_road"), dwell("to_rail_time")),
            _ => (value("rail_road"), dwell("to_road_time")),
        };
        Figures { dwell, usd_t, co2e_g_t: [0.0, value("hub_co2e")], ..Figures::default() }
    }

    fn gauge_change(&self, terminal: &Terminal) -> Figures {
        let co2e = [0.0, self.parameters.value("gauge_change_co2e", self.cargo)];
        if in_border_stop(self.network, terminal) {
            return Figures { co2e_g_t: co2e, ..Figures::default() };
        }
        Figures {
            dwell: self.parameters.dwell("gauge_change_time", self.cargo),
            usd_t: self.parameters.value("gauge_change", self.cargo),
            co2e_g_t: co2e,
            ..Figures::default()
        }
    }
}

/// Medians and ninth deciles added: right for dwells that vary together, as those of one port do.
fn sum(a: Dwell, b: Dwell) -> Dwell {
    Dwell::new(a.p50_h + b.p50_h, a.p90_h + b.p90_h)
}

/// Whether the published stop at the border beside a station holds the change of gauge too.
pub fn in_border_stop(network: &Network, terminal: &Terminal) -> bool {
    const BESIDE_KM: f64 = 60.0;
    let here = trimodal_model::network::degrees(terminal.at_e3);
    network.borders.iter().filter(|b| b.mode == Mode::Rail && b.stop.includes_gauge_change).any(
        |b| {
            let there = trimodal_model::network::degrees(b.at_e3);
            trimodal_model::network::great_circle_km(here, there) <= BESIDE_KM
        },
    )
}

/// Weights of all links, and what is closed.
#[derive(Clone)]
pub struct Weights {
    link: Vec<Weight>,
    /// For each terminal, from rail, sea or road to rail, sea or road; none where it is shut.
    transfer: Vec<Option<[[Weight; 3]; 3]>>,
}

const SHUT: u64 = u64::MAX;

impl Weights {
    /// Weighs every link that is open.
    pub fn new(pricing: &Pricing, closures: &Closures) -> Self {
        let n = pricing.network;
        let rates = Rates::new(pricing);
        let weigh = |l: usize| {
            let link = LinkId::at(l);
            if closures.link(n, link) {
                return [SHUT; 3];
            }
            let mut w = rates.ride(n, link);
            for stop in [pricing.border(link), pricing.passage(link)].into_iter().flatten() {
                w = plus(w, stop.weight());
            }
            w
        };
        let mut link: Vec<Weight> = (0..n.links()).map(weigh).collect();
        for (l, change) in &pricing.changes {
            if *change != Change::Close && link[l.ix()][0] != SHUT {
                let mut w = pricing.link(*l).weight();
                for stop in [pricing.border(*l), pricing.passage(*l)].into_iter().flatten() {
                    w = plus(w, stop.weight());
                }
                link[l.ix()] = w;
            }
        }
        let kinds = Transfers::new(pricing);
        let transfer = (0..n.terminals.len())
            .map(|t| {
                (!closures.terminal(n, TerminalId::at(t)))
                    .then(|| kinds.at(pricing, &n.terminals[t]))
            })
            .collect();
        Weights { link, transfer }
    }

    /// Closes a link.
    pub fn shut(&mut self, link: LinkId) {
        self.link[link.ix()] = [SHUT; 3];
    }

    /// The same with more that is closed.
    pub fn with_more_closed(&self, network: &Network, closures: &Closures) -> Weights {
        let (mut link, mut transfer) = (self.link.clone(), self.transfer.clone());
        for (l, w) in link.iter_mut().enumerate() {
            if closures.link(network, LinkId::at(l)) {
                *w = [SHUT; 3];
            }
        }
        for (t, w) in transfer.iter_mut().enumerate() {
            if closures.terminal(network, TerminalId::at(t)) {
                *w = None;
            }
        }
        Weights { link, transfer }
    }

    /// The weight of a transfer, unless the terminal is shut.
    pub fn transfer(&self, terminal: TerminalId, from: Mode, to: Mode) -> Option<Weight> {
        self.transfer[terminal.ix()].as_ref().map(|t| t[number(from)][number(to)])
    }

    /// The weight of a link, unless it is closed.
    pub fn link(&self, link: LinkId) -> Option<Weight> {
        let w = self.link[link.ix()];
        (w[0] != SHUT).then_some(w)
    }
}

fn number(mode: Mode) -> usize {
    match mode {
        Mode::Rail => 0,
        Mode::Sea => 1,
        Mode::Road => 2,
    }
}

const MODES: [Mode; 3] = [Mode::Rail, Mode::Sea, Mode::Road];

/// Transfers at ports and rail-road terminals weigh the same everywhere.
struct Transfers([[Weight; 3]; 3]);

impl Transfers {
    fn new(pricing: &Pricing) -> Self {
        Transfers(MODES.map(|from| MODES.map(|to| pricing.between(from, to).weight())))
    }

    fn at(&self, pricing: &Pricing, terminal: &Terminal) -> [[Weight; 3]; 3] {
        match terminal.kind {
            TerminalKind::Port | TerminalKind::RailRoad => self.0,
            TerminalKind::GaugeChange => [[pricing.gauge_change(terminal).weight(); 3]; 3],
        }
    }
}

/// What a metre weighs, by mode and country: looked up once, not for each link.
struct Rates {
    /// Seconds, micro-dollars and milligrams a metre, for rail, sea and road in each country.
    by: Vec<[[f64; 3]; 3]>,
    nowhere: [[f64; 3]; 3],
}

impl Rates {
    fn new(pricing: &Pricing) -> Self {
        let of = |country: &str| {
            [Mode::Rail, Mode::Sea, Mode::Road].map(|mode| {
                let f = pricing.ride(mode, 1.0, country);
                [f.fixed_h * 3.6, f.usd_t * 1e3, f.co2e_g_t[0] + f.co2e_g_t[1]]
            })
        };
        let by = pricing.network.countries.iter().map(|c| of(c)).collect();
        Rates { by, nowhere: of("") }
    }

    fn ride(&self, n: &Network, link: LinkId) -> Weight {
        let m = f64::from(n.length_m(link));
        let mode = number(n.layer_of(link).mode());
        let country = n.node_country[n.tail[link.ix()].ix()];
        let rate = if country == NONE { &self.nowhere } else { &self.by[usize::from(country)] };
        rate[mode].map(|r| (m * r).round() as u64)
    }
}
