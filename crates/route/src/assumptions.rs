//! What the figures of stops rest on: the parameters of handling, the prices on land, the stops at borders and
//! passages, each with its source and how sure it is.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::network::{Layer, NONE, Network, NodeId, Terminal, TerminalKind};
use trimodal_model::scenario::Mode;

use crate::cost::{CostModel, in_border_stop};
use crate::outcome::Itinerary;
use crate::parameters::{Cargo, Handling, Parameter, Parameters};
use crate::rates::{Rate, Service};

/// A figure that stops rest on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Assumption {
    /// Its id, by which stops name it: of a parameter, `dwell:` and a country, `price:` and what is paid, `border:`
    /// or `passage:` and the id of that.
    pub id: String,
    /// Its value; the median of a time that varies.
    pub value: f64,
    /// Nine of ten do not exceed it; none where it does not vary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p90: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// A remark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Source.
    pub source: String,
    /// How sure it is: `published`, `secondary`, `derived`, `fitted`, `recalled`, `assumed`.
    pub confidence: String,
}

const DWELL: &str = "dwell";
const PRICE: &str = "price";
const BORDER: &str = "border";
const PASSAGE: &str = "passage";

/// The id of what a border is assumed to take.
pub(crate) fn border(id: &str) -> String {
    format!("{BORDER}:{id}")
}

/// The id of what a passage or the crossing of a ferry is assumed to take.
pub(crate) fn passage(id: &str) -> String {
    format!("{PASSAGE}:{id}")
}

impl CostModel<'_> {
    /// The ids of what loading or unloading in a country rests on; see [`CostModel::handling`].
    pub(crate) fn handling_rests_on(
        &self,
        handling: Handling,
        mode: Mode,
        country: u16,
    ) -> Vec<String> {
        let mut ids = vec![self.handling_time_rests_on(handling, mode, country)];
        ids.extend(self.handling_price_rests_on(handling, mode, country));
        ids.push(Parameter::HubCo2e.id());
        ids
    }

    fn handling_time_rests_on(&self, handling: Handling, mode: Mode, country: u16) -> String {
        match self.port_dwell(handling, mode, country) {
            Some(_) => format!("{DWELL}:{}", self.network.country(country)),
            None => Parameter::HandlingTime(handling, mode).id(),
        }
    }

    /// At sea the price is part of the freight.
    fn handling_price_rests_on(&self, handling: Handling, mode: Mode, country: u16) -> Vec<String> {
        if mode == Mode::Sea {
            return Vec::new();
        }
        let code = if country == NONE { "" } else { self.network.country(country) };
        let mut ids = vec![format!("{PRICE}:{}:{}:{code}", handling.word(), mode.word())];
        ids.extend((handling == Handling::Load).then(|| Parameter::OrderFee.id()));
        ids
    }

    /// The ids of what a transfer at a terminal rests on; see [`CostModel::transfer`].
    pub(crate) fn transfer_rests_on(&self, at: &Terminal, from: Layer, to: Layer) -> Vec<String> {
        use Parameter::{GaugeChange, GaugeChangeCo2e, GaugeChangeTime};
        match at.kind {
            TerminalKind::GaugeChange if in_border_stop(self.network, at) => {
                vec![GaugeChangeCo2e.id()]
            }
            TerminalKind::GaugeChange => {
                [GaugeChangeTime, GaugeChange, GaugeChangeCo2e].map(Parameter::id).to_vec()
            }
            _ => self.between_rests_on(from.mode(), to.mode(), at.country),
        }
    }

    /// The ids of what the wait for a ship at a port rests on; see [`CostModel::departure`].
    pub(crate) fn departure_rests_on(&self, from: NodeId) -> Vec<String> {
        let port = self.trade.port_at(from).and_then(|port| self.trade.port(port));
        port.map(|port| Parameter::SeaWait(port.rank).id()).into_iter().collect()
    }

    /// The ids of what a change of mode rests on; see [`CostModel::between`].
    fn between_rests_on(&self, from: Mode, to: Mode, country: u16) -> Vec<String> {
        use Parameter::{HubCo2e, RailRoad, ToRailTime, ToRoadTime};
        let by_water = |mode| matches!(mode, Mode::Sea | Mode::Barge);
        if !by_water(from) && !by_water(to) {
            let time = if to == Mode::Rail { ToRailTime } else { ToRoadTime };
            return [time, RailRoad, HubCo2e].map(Parameter::id).to_vec();
        }
        let mut ids = self.handling_rests_on(Handling::Load, to, country);
        if by_water(from) {
            ids.push(self.handling_time_rests_on(Handling::Unload, from, country));
        }
        ids.extend(self.handling_price_rests_on(Handling::Unload, from, country));
        ids
    }
}

/// What the stops of some itineraries name, each once, in the order of the ids.
pub fn of_stops(
    network: &Network,
    parameters: &Parameters,
    cargo: Cargo,
    itineraries: &[Itinerary],
) -> Vec<Assumption> {
    let stops = itineraries.iter().flat_map(|i| &i.transfers);
    let ids: BTreeSet<&String> = stops.flat_map(|t| &t.assumptions).collect();
    ids.into_iter().flat_map(|id| known(network, parameters, cargo, id)).collect()
}

/// What an id stands for: several rates, where several are paid together.
fn known(network: &Network, parameters: &Parameters, cargo: Cargo, id: &str) -> Vec<Assumption> {
    match id.split_once(':') {
        Some((BORDER, name)) => of_border(network, name).into_iter().collect(),
        Some((PASSAGE, name)) => of_passage(network, name).into_iter().collect(),
        Some((DWELL, country)) => parameters.port_dwell_row(country, id).into_iter().collect(),
        Some((PRICE, paid)) => prices(parameters, cargo, id, paid),
        _ => parameters.assumption(id, cargo).into_iter().collect(),
    }
}

fn of_border(network: &Network, id: &str) -> Option<Assumption> {
    let stop = &network.borders.iter().find(|b| b.id == id)?.stop;
    Some(Assumption {
        id: border(id),
        value: stop.p50_h,
        p90: Some(stop.p90_h),
        unit: "h".into(),
        note: format!("and {} USD/t", stop.usd_t),
        source: stop.source.clone(),
        confidence: stop.confidence.clone(),
    })
}

fn of_passage(network: &Network, id: &str) -> Option<Assumption> {
    let found = network.passages.iter().find(|p| p.id == id)?;
    let a_week = found.departures_week.map(|d| format!("{d} departures a week"));
    Some(Assumption {
        id: passage(id),
        value: found.transit_h,
        p90: None,
        unit: "h".into(),
        note: a_week.unwrap_or_else(|| format!("and {} USD/t", found.due_usd_t)),
        source: found.source.clone(),
        confidence: found.confidence.clone(),
    })
}

fn prices(parameters: &Parameters, cargo: Cargo, id: &str, paid: &str) -> Vec<Assumption> {
    let mut words = paid.splitn(3, ':');
    let what = match words.next() {
        Some("load") => Service::Load,
        _ => Service::Unload,
    };
    let mode = words.next().and_then(Mode::from_word);
    let (Some(mode), Some(country)) = (mode, words.next()) else { return Vec::new() };
    let price = |rate: &Rate| Assumption {
        id: id.to_string(),
        value: rate.usd,
        p90: None,
        unit: format!("USD/{}", rate.per.word()),
        note: rate.period.clone(),
        source: rate.source.clone(),
        confidence: rate.confidence.clone(),
    };
    parameters.rates.of(mode, cargo, what, country).into_iter().map(price).collect()
}
