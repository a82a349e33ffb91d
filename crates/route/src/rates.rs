//! Prices: dated rates by mode, cargo and region, in the units in which freight is sold.
//!
//! A carrier sells whole containers, trucks and wagons. A shipment that fills the last one in part pays for all
//! of it; one that fills less than one may share it, at a surcharge (`groupage`), up to the price of all of it.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::scenario::Mode;

use crate::parameters::{Cargo, Parameter, Parameters};

/// What a rate is paid for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// Moving, by distance.
    Moving,
    /// Loading; at sea the part of the freight that depends on the region of the port of loading.
    Load,
    /// Unloading; at sea the part that depends on the region of the port of discharge.
    Unload,
    /// At sea, the surcharge of a trade in the direction in which ships are full.
    Gate,
}

/// The unit of a rate.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A container of 20 feet, a kilometre.
    TeuKm,
    /// A truck, a kilometre.
    TruckKm,
    /// A tonne, a kilometre.
    Tkm,
    /// A container of 20 feet.
    Teu,
    /// A truck.
    Truck,
    /// A tonne.
    T,
    /// A shipment, however large.
    Shipment,
}

impl Service {
    /// Reads a word of a table.
    pub fn from_word(word: &str) -> Option<Service> {
        match word {
            "moving" => Some(Service::Moving),
            "load" => Some(Service::Load),
            "unload" => Some(Service::Unload),
            "gate" => Some(Service::Gate),
            _ => None,
        }
    }
}

impl Unit {
    const ALL: [Unit; 7] =
        [Unit::TeuKm, Unit::TruckKm, Unit::Tkm, Unit::Teu, Unit::Truck, Unit::T, Unit::Shipment];

    /// Reads a word of a table.
    pub fn from_word(word: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.word() == word)
    }

    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Unit::TeuKm => "teu-km",
            Unit::TruckKm => "truck-km",
            Unit::Tkm => "tkm",
            Unit::Teu => "teu",
            Unit::Truck => "truck",
            Unit::T => "t",
            Unit::Shipment => "shipment",
        }
    }

    fn is_by_distance(self) -> bool {
        matches!(self, Unit::TeuKm | Unit::TruckKm | Unit::Tkm)
    }
}

/// A rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// Mode.
    pub mode: Mode,
    /// A cargo, or `any`.
    pub cargo: String,
    /// What it is paid for.
    pub what: Service,
    /// A country, a region of ports, a gate with a direction (`pacific-north:E`), or `--` for all others.
    #[serde(rename = "where")]
    pub place: String,
    /// US dollars.
    pub usd: f64,
    /// The least that is usual.
    pub low: Option<f64>,
    /// The most that is usual.
    pub high: Option<f64>,
    /// The unit.
    pub per: Unit,
    /// When it held.
    pub period: String,
    /// Source.
    pub source: String,
    /// `published`, `secondary`, `derived`, `fitted`, `recalled` or `assumed`.
    pub confidence: String,
}

/// The place of rates for all places without one of their own.
pub const ELSEWHERE: &str = "--";

/// All rates.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    rows: Vec<Rate>,
    /// The positions of the rows of a mode and a service by their places.
    by_place: BTreeMap<(Mode, Service), HashMap<String, Vec<usize>>>,
}

impl Rates {
    /// Rates from rows; of two for the same the first holds.
    pub fn new(rows: Vec<Rate>) -> Rates {
        let mut by_place: BTreeMap<_, HashMap<String, Vec<usize>>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let places = by_place.entry((row.mode, row.what)).or_default();
            places.entry(row.place.clone()).or_default().push(i);
        }
        Rates { rows, by_place }
    }

    /// All rows.
    pub fn rows(&self) -> &[Rate] {
        &self.rows
    }

    /// The same with rows that go before those of the same mode, service and unit and no narrower a place and cargo.
    pub fn with(&self, first: Vec<Rate>) -> Rates {
        let replaced = |old: &Rate| {
            first.iter().any(|new| {
                (new.mode, new.what, &new.place, &new.cargo)
                    == (old.mode, old.what, &old.place, &old.cargo)
            })
        };
        let kept: Vec<Rate> = self.rows.iter().filter(|r| !replaced(r)).cloned().collect();
        Rates::new(first.into_iter().chain(kept).collect())
    }

    /// The rates of a service at a place: those of the narrowest place and cargo that have any.
    pub fn of(&self, mode: Mode, cargo: Cargo, what: Service, place: &str) -> Vec<&Rate> {
        let Some(places) = self.by_place.get(&(mode, what)) else { return Vec::new() };
        let of = |place: &str, cargo: &str| -> Vec<&Rate> {
            let rows = places.get(place).into_iter().flatten().map(|i| &self.rows[*i]);
            rows.filter(|r| r.cargo == cargo).collect()
        };
        let tries =
            [(place, cargo.word()), (place, "any"), (ELSEWHERE, cargo.word()), (ELSEWHERE, "any")];
        let found = tries.into_iter().map(|(p, c)| of(p, c)).find(|rows| !rows.is_empty());
        found.unwrap_or_default()
    }
}

/// What a shipment of some tonnes pays, a tonne, for the units it is charged for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Charge {
    tonnes: f64,
    teu_t: f64,
    truck_t: f64,
    /// The price of a part of a unit over the same part of the price of a unit.
    groupage: f64,
}

impl Charge {
    /// For a shipment.
    pub fn new(parameters: &Parameters, cargo: Cargo, tonnes: f64) -> Charge {
        let value = |p| parameters.value(p, cargo);
        let (teu_t, truck_t) = (value(Parameter::TeuMass), value(Parameter::TruckLoad));
        Charge { tonnes, teu_t, truck_t, groupage: value(Parameter::Groupage) }
    }

    /// Units that are paid for.
    fn units(self, unit_t: f64) -> f64 {
        let units = self.tonnes / unit_t;
        // A container of 10.0001 t is one container.
        let whole = (units - 1e-6).ceil();
        if units > 1.0 { whole } else { (units * self.groupage).min(1.0) }
    }

    /// The share of a full truck that each truck of the shipment carries. What shares a truck, since it pays for less than
    /// a whole one, counts as the least that has one of its own.
    pub fn truck_share(self) -> f64 {
        let units = self.tonnes / self.truck_t;
        let trucks = (units - 1e-6).ceil().max(1.0);
        (units / trucks).max(1.0 / self.groupage.max(1.0)).min(1.0)
    }

    /// US dollars a tonne, or a tonne-kilometre, of a price by the unit.
    pub fn usd_t(self, per: Unit, usd: f64) -> f64 {
        let paid = match per {
            Unit::TeuKm | Unit::Teu => self.units(self.teu_t),
            Unit::TruckKm | Unit::Truck => self.units(self.truck_t),
            Unit::Tkm | Unit::T => return usd,
            Unit::Shipment => 1.0,
        };
        usd * paid / self.tonnes
    }

    /// The sum of some rates.
    pub fn sum(self, rates: &[&Rate]) -> f64 {
        rates.iter().map(|r| self.usd_t(r.per, r.usd)).sum()
    }
}

/// Whether the units of some rates suit what they are paid for: moving is paid by distance, all else is not.
pub fn suits(rate: &Rate) -> bool {
    rate.per.is_by_distance() == (rate.what == Service::Moving)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(tonnes: f64) -> Charge {
        Charge::new(&Parameters::default(), Cargo::Containers, tonnes)
    }

    #[test]
    fn the_last_unit_is_paid_for_whole() {
        let teu = |t: f64| charge(t).usd_t(Unit::Teu, 100.0) * t;
        assert!((teu(10.0) - 100.0).abs() < 1e-9);
        assert!((teu(10.5) - 200.0).abs() < 1e-9);
        assert!((teu(95.0) - 1_000.0).abs() < 1e-9);
        // One box alone pays for the truck that could take two.
        assert!((charge(10.0).usd_t(Unit::Truck, 500.0) * 10.0 - 500.0).abs() < 1e-9);
        assert!((charge(20.0).usd_t(Unit::Truck, 500.0) * 20.0 - 500.0).abs() < 1e-9);
    }

    #[test]
    fn a_part_never_pays_more_than_the_whole_and_never_less_than_its_share() {
        for t in [0.01, 0.1, 1.0, 4.0, 6.0, 9.9] {
            let paid = charge(t).usd_t(Unit::Teu, 100.0) * t;
            assert!(paid <= 100.0 + 1e-9 && paid >= 100.0 * t / 10.0 - 1e-9, "{t}: {paid}");
        }
        let shipment = charge(0.1).usd_t(Unit::Shipment, 60.0) * 0.1;
        assert!((shipment - 60.0).abs() < 1e-9);
    }

    #[test]
    fn trucks_carry_equal_shares() {
        for (tonnes, share) in
            [(0.1, 1.0 / 3.0), (10.0, 0.5), (20.0, 1.0), (30.0, 0.75), (400.0, 1.0)]
        {
            assert!((charge(tonnes).truck_share() - share).abs() < 1e-9, "{tonnes}");
        }
    }

    #[test]
    fn every_rate_has_a_unit_that_suits_it_and_a_range_around_it() {
        for rate in Parameters::default().rates.rows() {
            assert!(suits(rate), "{rate:?}");
            assert!(rate.usd >= 0.0, "{rate:?}");
            assert!(rate.low.is_none_or(|l| l <= rate.usd), "{rate:?}");
            assert!(rate.high.is_none_or(|h| h >= rate.usd), "{rate:?}");
        }
    }

    #[test]
    fn every_mode_and_cargo_has_a_rate_of_moving() {
        let rates = Parameters::default().rates;
        for mode in Mode::ALL {
            for cargo in Cargo::ALL {
                assert_eq!(
                    rates.of(mode, cargo, Service::Moving, "XX").len(),
                    1,
                    "{mode:?} {cargo:?}"
                );
            }
        }
    }
}
