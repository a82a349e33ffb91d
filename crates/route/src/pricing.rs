//! The prices and emission factors of one shipment, looked up once: by mode and country, by region of ports, by
//! gate.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use trimodal_model::network::{NONE, Network};
use trimodal_model::scenario::Mode;

use crate::cost::{CostParts, MODES, number};
use crate::factors::Factor;
use crate::parameters::{Cargo, Handling, Parameter, Parameters};
use crate::rates::{Charge, ELSEWHERE, Service, Unit};
use crate::trade::TradeGeography;

/// What moves where: a country of the network, or none at sea and where it is not known.
type Place = u16;

/// What holds in each country, the last without one. Most countries have no rows of their own: what holds in them
/// is looked up once.
fn by_country<'r, T: Copy>(
    network: &Network,
    own: impl Iterator<Item = &'r str>,
    others: &str,
    of: impl Fn(&str) -> T,
) -> Vec<T> {
    let (own, elsewhere): (HashSet<&str>, T) = (own.collect(), of(others));
    let codes = network.countries.iter().map(String::as_str).chain([""]);
    codes.map(|code| if own.contains(code) { of(code) } else { elsewhere }).collect()
}

/// The prices, factors and speeds of a shipment: what costs need again and again, looked up once. Lists are by
/// country, the last for no country.
pub struct Prices {
    charge: Charge,
    /// Order and documents, US dollars a tonne.
    order: f64,
    /// US dollars a tonne-kilometre, by mode.
    moving: Vec<[f64; MODES.len()]>,
    factors: Vec<[Factor; MODES.len()]>,
    /// US dollars a tonne of freight at sea by region of ports: of loading, of discharge.
    freight: [Vec<f64>; 2],
    gates: HashMap<String, f64>,
    /// Handling on land, of loading and of unloading by mode, US dollars a tonne. Filled as it is needed.
    handling: Vec<[[OnceLock<f64>; MODES.len()]; 2]>,
    /// Running speed in km/h, by mode.
    speed_kmh: Vec<[f64; MODES.len()]>,
    /// Variance of an hour of riding, h^2, by mode.
    variance: [f64; MODES.len()],
    /// The costs of a km by mode, filled as they are needed.
    a_km: Vec<[OnceLock<CostParts>; MODES.len()]>,
}

/// The prices and factors of a shipment over a network.
pub struct Pricing<'a> {
    parameters: &'a Parameters,
    network: &'a Network,
    cargo: Cargo,
    prices: Arc<Prices>,
}

impl Prices {
    /// Looks up what a shipment of some tonnes pays and emits. `ship` is the class of the ship, if one was asked for.
    fn new(
        parameters: &Parameters,
        network: &Network,
        trade: &TradeGeography,
        (cargo, tonnes): (Cargo, f64),
        ship: &str,
    ) -> Prices {
        let charge = Charge::new(parameters, cargo, tonnes);
        let (rates, factors) = (&parameters.rates, &parameters.factors);
        let moving = |country: &str| {
            MODES.map(|mode| charge.sum(&rates.of(mode, cargo, Service::Moving, country)))
        };
        let factor = |country: &str| {
            MODES.map(|mode| {
                factors.of(mode, cargo, country, ship).expect("every mode has a factor")
            })
        };
        let freight = [Service::Load, Service::Unload].map(|what| {
            let of = |region: &String| charge.sum(&rates.of(Mode::Sea, cargo, what, region));
            trade.regions.iter().map(of).collect()
        });
        let gates = rates.rows().iter().filter(|r| r.what == Service::Gate);
        let gates = gates.map(|r| {
            let gate = rates.of(Mode::Sea, cargo, Service::Gate, &r.place);
            (r.place.clone(), charge.sum(&gate))
        });
        let order = charge.usd_t(Unit::Shipment, parameters.value(Parameter::OrderFee, cargo));
        let factors = by_country(network, factors.rows().iter().map(|f| &*f.country), "", factor);
        let load = charge.truck_share();
        let codes = || network.countries.iter().map(String::as_str).chain([""]);
        let speeds = |code: &str| MODES.map(|mode| parameters.speed_kmh(mode, code, cargo));
        Prices {
            charge,
            order,
            moving: by_country(network, rates.rows().iter().map(|r| &*r.place), ELSEWHERE, moving),
            factors: factors.into_iter().map(|f| f.map(|f| f.at_load(load))).collect(),
            freight,
            gates: gates.collect(),
            handling: codes().map(|_| Default::default()).collect(),
            speed_kmh: codes().map(speeds).collect(),
            variance: MODES.map(|mode| parameters.value(Parameter::Variance(mode), cargo)),
            a_km: codes().map(|_| Default::default()).collect(),
        }
    }
}

impl<'a> Pricing<'a> {
    /// Looks up what a shipment of some tonnes pays and emits. `ship` is the class of the ship, if one was asked for.
    pub fn new(
        parameters: &'a Parameters,
        network: &'a Network,
        trade: &TradeGeography,
        (cargo, tonnes): (Cargo, f64),
        ship: &str,
    ) -> Pricing<'a> {
        let prices = Prices::new(parameters, network, trade, (cargo, tonnes), ship);
        Pricing::known(parameters, network, cargo, Arc::new(prices))
    }

    /// The same from what was looked up before, for the same shipment.
    pub(crate) fn known(
        parameters: &'a Parameters,
        network: &'a Network,
        cargo: Cargo,
        prices: Arc<Prices>,
    ) -> Pricing<'a> {
        Pricing { parameters, network, cargo, prices }
    }

    /// What was looked up.
    pub(crate) fn prices(&self) -> &Arc<Prices> {
        &self.prices
    }

    fn position(&self, country: Place) -> usize {
        if country == NONE { self.network.countries.len() } else { usize::from(country) }
    }

    /// US dollars a tonne-kilometre.
    pub fn moving(&self, mode: Mode, country: Place) -> f64 {
        self.prices.moving[self.position(country)][number(mode)]
    }

    /// The emission factor.
    pub fn factor(&self, mode: Mode, country: Place) -> &Factor {
        &self.prices.factors[self.position(country)][number(mode)]
    }

    /// Running speed in km/h.
    pub(crate) fn speed_kmh(&self, mode: Mode, country: Place) -> f64 {
        self.prices.speed_kmh[self.position(country)][number(mode)]
    }

    /// Variance of an hour of riding, h^2.
    pub(crate) fn variance(&self, mode: Mode) -> f64 {
        self.prices.variance[number(mode)]
    }

    /// The costs of a km, computed when they are first needed.
    pub(crate) fn a_km(
        &self,
        mode: Mode,
        country: Place,
        compute: impl FnOnce() -> CostParts,
    ) -> &CostParts {
        self.prices.a_km[self.position(country)][number(mode)].get_or_init(compute)
    }

    /// Freight at sea that depends on the region of the port of loading or of discharge, US dollars a tonne.
    pub fn freight(&self, handling: Handling, region: usize) -> f64 {
        let (list, order) = match handling {
            Handling::Load => (&self.prices.freight[0], self.prices.order),
            Handling::Unload => (&self.prices.freight[1], 0.0),
        };
        order + list.get(region).copied().unwrap_or(0.0)
    }

    /// The surcharge of a gate, US dollars a tonne.
    pub fn gate(&self, name: &str) -> f64 {
        self.prices.gates.get(name).copied().unwrap_or(0.0)
    }

    /// Handling on land, US dollars a tonne. At sea it is part of the freight.
    pub fn handling(&self, handling: Handling, mode: Mode, country: Place) -> f64 {
        if mode == Mode::Sea {
            return 0.0;
        }
        let (what, order) = match handling {
            Handling::Load => (Service::Load, self.prices.order),
            Handling::Unload => (Service::Unload, 0.0),
        };
        let [load, unload] = &self.prices.handling[self.position(country)];
        let known = if what == Service::Load { load } else { unload };
        let look_up = || {
            let country = if country == NONE { "" } else { self.network.country(country) };
            self.prices.charge.sum(&self.parameters.rates.of(mode, self.cargo, what, country))
        };
        order + known[number(mode)].get_or_init(look_up)
    }

    /// The charge of a shipment in a unit other than tonnes.
    pub fn charge(&self) -> Charge {
        self.prices.charge
    }
}
