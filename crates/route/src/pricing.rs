//! The prices and emission factors of one shipment, looked up once: by mode and country, by region of ports, by
//! gate.

use std::collections::{HashMap, HashSet};

use trimodal_model::network::{NONE, Network};
use trimodal_model::scenario::Mode;

use crate::cost::{MODES, number};
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

/// The prices and factors of a shipment over a network.
pub struct Pricing<'a> {
    parameters: &'a Parameters,
    network: &'a Network,
    cargo: Cargo,
    charge: Charge,
    /// Order and documents, US dollars a tonne.
    order: f64,
    /// US dollars a tonne-kilometre, by country and mode; the last for no country.
    moving: Vec<[f64; MODES.len()]>,
    /// In the same order.
    factors: Vec<[&'a Factor; MODES.len()]>,
    /// US dollars a tonne of freight at sea by region of ports: of loading, of discharge.
    freight: [Vec<f64>; 2],
    gates: HashMap<&'a str, f64>,
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
            let name = r.place.as_str();
            (name, charge.sum(&rates.of(Mode::Sea, cargo, Service::Gate, name)))
        });
        let order = charge.usd_t(Unit::Shipment, parameters.value(Parameter::OrderFee, cargo));
        Pricing {
            parameters,
            network,
            cargo,
            charge,
            order,
            moving: by_country(network, rates.rows().iter().map(|r| &*r.place), ELSEWHERE, moving),
            factors: by_country(network, factors.rows().iter().map(|f| &*f.country), "", factor),
            freight,
            gates: gates.collect(),
        }
    }

    fn position(&self, country: Place) -> usize {
        if country == NONE { self.network.countries.len() } else { usize::from(country) }
    }

    /// US dollars a tonne-kilometre.
    pub fn moving(&self, mode: Mode, country: Place) -> f64 {
        self.moving[self.position(country)][number(mode)]
    }

    /// The emission factor.
    pub fn factor(&self, mode: Mode, country: Place) -> &'a Factor {
        self.factors[self.position(country)][number(mode)]
    }

    /// Freight at sea that depends on the region of the port of loading or of discharge, US dollars a tonne.
    pub fn freight(&self, handling: Handling, region: usize) -> f64 {
        let (list, order) = match handling {
            Handling::Load => (&self.freight[0], self.order),
            Handling::Unload => (&self.freight[1], 0.0),
        };
        order + list.get(region).copied().unwrap_or(0.0)
    }

    /// The surcharge of a gate, US dollars a tonne.
    pub fn gate(&self, name: &str) -> f64 {
        self.gates.get(name).copied().unwrap_or(0.0)
    }

    /// Handling on land, US dollars a tonne. At sea it is part of the freight.
    pub fn handling(&self, handling: Handling, mode: Mode, country: Place) -> f64 {
        if mode == Mode::Sea {
            return 0.0;
        }
        let (what, order) = match handling {
            Handling::Load => (Service::Load, self.order),
            Handling::Unload => (Service::Unload, 0.0),
        };
        let country = if country == NONE { "" } else { self.network.country(country) };
        order + self.charge.sum(&self.parameters.rates.of(mode, self.cargo, what, country))
    }

    /// The charge of a shipment in a unit other than tonnes.
    pub fn charge(&self) -> Charge {
        self.charge
    }
}
