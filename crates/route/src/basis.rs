//! What the figures of an answer rest on: the rates, emission factors and services that its itineraries use, with
//! their dates, ranges and confidence.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::scenario::Mode;

use crate::assumptions::{Assumption, of_stops};
use crate::factors::Factor;
use crate::graph::Graph;
use crate::outcome::Itinerary;
use crate::parameters::{Cargo, Parameters};
use crate::rates::{Charge, Rate, Service};

/// The rates, factors and services that some itineraries use.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Basis {
    /// Rates of moving, one a mode and country or region.
    pub rates: Vec<Rate>,
    /// Emission factors.
    pub factors: Vec<Factor>,
    /// Known services.
    pub services: Vec<KnownService>,
    /// What stops rest on: loading, changes of mode and gauge, borders, passages, waits.
    #[serde(default)]
    pub assumptions: Vec<Assumption>,
}

/// A service as its table states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KnownService {
    /// Its id.
    pub id: String,
    /// Where from and where to.
    pub name: String,
    /// Departures a week.
    pub departures_per_week: Option<f64>,
    /// Median days from terminal to terminal.
    pub days_p50: Option<f64>,
    /// US dollars by its unit: what is counted, the least and the most that is usual.
    pub usd: Option<f64>,
    /// The least that is usual.
    pub usd_low: Option<f64>,
    /// The most that is usual.
    pub usd_high: Option<f64>,
    /// The unit: `teu`, `t` and so on.
    pub per: Option<String>,
    /// When the price held.
    pub period: String,
    /// Source.
    pub source: String,
    /// Confidence in the days.
    pub days_confidence: String,
    /// Confidence in the price.
    pub rate_confidence: String,
}

/// What some itineraries of some tonnes of a cargo rest on; `ship` is the class of ship, if one was asked for.
pub fn basis(
    (graph, parameters): (&Graph, &Parameters),
    (cargo, tonnes, ship): (Cargo, f64, &str),
    itineraries: &[Itinerary],
) -> Basis {
    let load = Charge::new(parameters, cargo, tonnes).truck_share();
    let mut basis = Basis::default();
    let mut moved: BTreeSet<(Mode, &str)> = BTreeSet::new();
    for it in itineraries {
        for leg in &it.legs {
            match leg.mode {
                Mode::Sea | Mode::Barge => drop(moved.insert((leg.mode, ""))),
                _ => moved.extend(leg.countries.iter().map(|c| (leg.mode, c.as_str()))),
            }
        }
    }
    for (mode, country) in moved {
        for rate in parameters.rates.of(mode, cargo, Service::Moving, country) {
            push(&mut basis.rates, rate);
        }
        if let Some(factor) = parameters.factors.of(mode, cargo, country, ship) {
            push(&mut basis.factors, &factor.at_load(load));
        }
    }
    let used: BTreeSet<&String> =
        itineraries.iter().flat_map(|i| &i.legs).filter_map(|l| l.service.as_ref()).collect();
    let rows = graph.services.iter().map(|s| &s.row).filter(|row| used.contains(&row.id));
    basis.services = rows
        .map(|row| KnownService {
            id: row.id.clone(),
            name: row.name(),
            departures_per_week: row.departures_per_week,
            days_p50: row.days_p50,
            usd: row.usd,
            usd_low: row.usd_low,
            usd_high: row.usd_high,
            per: row.per.map(|unit| unit.word().to_string()),
            period: row.period.clone(),
            source: row.source.clone(),
            days_confidence: row.days_confidence.clone(),
            rate_confidence: row.rate_confidence.clone(),
        })
        .collect();
    basis.assumptions = of_stops(&graph.network, parameters, cargo, itineraries);
    basis
}

fn push<T: PartialEq + Clone>(list: &mut Vec<T>, item: &T) {
    if !list.contains(item) {
        list.push(item.clone());
    }
}
