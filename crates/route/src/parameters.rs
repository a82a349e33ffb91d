//! Parameters of moving and handling: the sourced tables of `data/`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::embedded::rows;
use trimodal_model::scenario::Mode;

use crate::assumptions::Assumption;
use crate::factors::Factors;
use crate::rates::Rates;
use crate::trade::Rank;
use crate::water::{self, BargeType, LowWater};

const PARAMETERS: &str = include_str!("../data/parameters.csv");
const RAIL_SPEEDS: &str = include_str!("../data/rail_speeds.csv");
const DRIVING_RULES: &str = include_str!("../data/driving_rules.csv");
const BARGES: &str = include_str!("../data/barges.csv");
const LOW_WATER: &str = include_str!("../data/low_water.csv");
const PORT_DWELL: &str = include_str!("../data/port_dwell.csv");
const FACTORS: &str = include_str!("../data/factors.csv");
const RATES: &str = include_str!("../data/rates.csv");

/// What is shipped, as far as handling and vehicles depend on it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cargo {
    /// Containers.
    Containers,
    /// Coal, ore, grain.
    DryBulk,
    /// Oil and chemicals in tanks.
    LiquidBulk,
    /// General cargo.
    General,
    /// Refrigerated containers.
    Reefer,
}

impl Cargo {
    /// All kinds.
    pub const ALL: [Cargo; 5] =
        [Cargo::Containers, Cargo::DryBulk, Cargo::LiquidBulk, Cargo::General, Cargo::Reefer];
    /// Their words.
    pub const WORDS: &'static [&'static str] =
        &["containers", "dry_bulk", "liquid_bulk", "general", "reefer"];

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Cargo> {
        Cargo::ALL.into_iter().find(|cargo| cargo.word() == word)
    }

    /// The word in tables and output.
    pub fn word(self) -> &'static str {
        match self {
            Cargo::Containers => "containers",
            Cargo::DryBulk => "dry_bulk",
            Cargo::LiquidBulk => "liquid_bulk",
            Cargo::General => "general",
            Cargo::Reefer => "reefer",
        }
    }
}

/// Handling at the start or the end of a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handling {
    /// Onto the first vehicle.
    Load,
    /// Off the last vehicle.
    Unload,
}

impl Handling {
    const ALL: [Handling; 2] = [Handling::Load, Handling::Unload];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Handling::Load => "load",
            Handling::Unload => "unload",
        }
    }
}

/// A parameter of `parameters.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parameter {
    /// Distance by road per straight line, between a place and the network.
    AccessDetour,
    /// Speed there, km/h.
    AccessSpeed,
    /// Variance of the time of moving, h^2 an hour.
    Variance(Mode),
    /// Wait for the next ship at a port of a rank, h.
    SeaWait(Rank),
    /// Time of calls on the way, at each end of a voyage, h.
    SeaCalls,
    /// Tonnes that a truck carries.
    TruckLoad,
    /// Price of a part of a container or truck over its share of the whole.
    Groupage,
    /// Order and documents of a shipment, at each loading, USD.
    OrderFee,
    /// Speed of trucks while driving, km/h.
    RoadSpeed,
    /// Speed of ships, knots.
    SeaSpeed,
    /// Speed of barges where a waterway states none, km/h.
    BargeSpeed,
    /// Time of handling at an end, h.
    HandlingTime(Handling, Mode),
    /// CO2e of a handling, g/t.
    HubCo2e,
    /// Cost of a transfer at a rail-road terminal, USD/t.
    RailRoad,
    /// Its time towards rail, h.
    ToRailTime,
    /// Its time towards road, h.
    ToRoadTime,
    /// Cost of a change of gauge, USD/t.
    GaugeChange,
    /// Its time, h.
    GaugeChangeTime,
    /// Its CO2e, g/t.
    GaugeChangeCo2e,
    /// Mass of a TEU, t.
    TeuMass,
    /// Boarding a ferry and leaving it, h: of wagons, or of trucks.
    FerryBoarding(bool),
    /// The part of a fare that does not depend on distance, USD/t: of wagons, or of trucks.
    FerryFare(bool),
    /// The part that does, USD/tkm: of wagons, or of trucks.
    FerryCost(bool),
    /// CO2e of a ferry before combustion, g/tkm.
    FerryWtt,
    /// CO2e of a ferry of combustion, g/tkm.
    FerryTtw,
    /// CO2e of a truck shuttle through a tunnel before combustion, g/tkm.
    ShuttleWtt,
    /// CO2e of a truck shuttle of combustion, g/tkm.
    ShuttleTtw,
}

impl Parameter {
    /// All of them.
    fn all() -> Vec<Parameter> {
        use Parameter::*;
        let mut all = vec![
            AccessDetour,
            AccessSpeed,
            RoadSpeed,
            SeaSpeed,
            BargeSpeed,
            HubCo2e,
            RailRoad,
            ToRailTime,
            ToRoadTime,
            GaugeChange,
            GaugeChangeTime,
            GaugeChangeCo2e,
            TeuMass,
            SeaCalls,
            TruckLoad,
            Groupage,
            OrderFee,
            FerryWtt,
            FerryTtw,
            ShuttleWtt,
            ShuttleTtw,
        ];
        for wagons in [false, true] {
            all.extend([FerryBoarding(wagons), FerryFare(wagons), FerryCost(wagons)]);
        }
        all.extend(Rank::ALL.map(SeaWait));
        for mode in Mode::ALL {
            all.push(Variance(mode));
            all.extend(Handling::ALL.map(|handling| HandlingTime(handling, mode)));
        }
        all
    }

    /// Its id in the table.
    pub fn id(self) -> String {
        match self {
            Parameter::AccessDetour => "access_detour".into(),
            Parameter::AccessSpeed => "access_speed".into(),
            Parameter::Variance(mode) => format!("{}_variance", mode.word()),
            Parameter::SeaWait(rank) => format!("sea_wait_{}", rank.word()),
            Parameter::SeaCalls => "sea_calls".into(),
            Parameter::TruckLoad => "truck_load".into(),
            Parameter::Groupage => "groupage".into(),
            Parameter::OrderFee => "order_fee".into(),
            Parameter::RoadSpeed => "road_speed".into(),
            Parameter::SeaSpeed => "sea_speed".into(),
            Parameter::BargeSpeed => "barge_speed".into(),
            Parameter::HandlingTime(handling, mode) => {
                format!("{}_{}_time", handling.word(), mode.word())
            }
            Parameter::HubCo2e => "hub_co2e".into(),
            Parameter::RailRoad => "rail_road".into(),
            Parameter::ToRailTime => "to_rail_time".into(),
            Parameter::ToRoadTime => "to_road_time".into(),
            Parameter::GaugeChange => "gauge_change".into(),
            Parameter::GaugeChangeTime => "gauge_change_time".into(),
            Parameter::GaugeChangeCo2e => "gauge_change_co2e".into(),
            Parameter::TeuMass => "teu_mass".into(),
            Parameter::FerryBoarding(wagons) => format!("ferry_boarding_{}", carried(wagons)),
            Parameter::FerryFare(wagons) => format!("ferry_fare_{}", carried(wagons)),
            Parameter::FerryCost(wagons) => format!("ferry_cost_{}", carried(wagons)),
            Parameter::FerryWtt => "ferry_wtt".into(),
            Parameter::FerryTtw => "ferry_ttw".into(),
            Parameter::ShuttleWtt => "shuttle_wtt".into(),
            Parameter::ShuttleTtw => "shuttle_ttw".into(),
        }
    }
}

fn carried(wagons: bool) -> &'static str {
    if wagons { "wagons" } else { "trucks" }
}

/// A time that varies: lognormal, given by its median and its ninth decile.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dwell {
    /// Median hours.
    pub p50_h: f64,
    /// Hours that nine of ten do not exceed.
    pub p90_h: f64,
}

/// The 0.9 quantile of the standard normal distribution.
const Z90: f64 = 1.281_551_565_544_6;

impl Dwell {
    /// A dwell by median and ninth decile; a decile below the median counts as the median.
    pub fn new(p50_h: f64, p90_h: f64) -> Self {
        Dwell { p50_h, p90_h: p90_h.max(p50_h) }
    }

    fn sigma(self) -> f64 {
        if self.p50_h > 0.0 { (self.p90_h / self.p50_h).ln() / Z90 } else { 0.0 }
    }

    /// Expected hours: the mean of the lognormal, median x exp(sigma^2 / 2).
    pub fn mean_h(self) -> f64 {
        self.p50_h * (self.sigma().powi(2) / 2.0).exp()
    }

    /// The lognormal with the mean and the variance of a time between zero and some hours, all equally
    /// likely: h/2 and h^2/12.
    pub fn up_to(h: f64) -> Self {
        Dwell::by_moments(h / 2.0, h * h / 12.0)
    }

    /// The sum of a number of such dwells that are independent, as the lognormal with its mean and variance.
    pub fn times(self, count: u32) -> Self {
        Dwell::by_moments(f64::from(count) * self.mean_h(), f64::from(count) * self.variance_h2())
    }

    /// The lognormal of a mean and a variance.
    pub(crate) fn by_moments(mean_h: f64, variance_h2: f64) -> Self {
        if mean_h <= 0.0 {
            return Dwell::default();
        }
        let sigma2 = (1.0 + variance_h2 / mean_h.powi(2)).ln();
        let p50_h = mean_h / (sigma2 / 2.0).exp();
        Dwell { p50_h, p90_h: p50_h * (Z90 * sigma2.sqrt()).exp() }
    }

    /// Hours that one of ten needs less than.
    pub fn p10_h(self) -> f64 {
        if self.p90_h > 0.0 { self.p50_h * self.p50_h / self.p90_h } else { 0.0 }
    }

    /// Variance in h^2.
    pub fn variance_h2(self) -> f64 {
        self.mean_h().powi(2) * (self.sigma().powi(2).exp() - 1.0)
    }
}

/// Median and ninth decile of `fixed_h` plus independent dwells, with their sum approximated as lognormal
/// with its exact mean and variance (Fenton 1960, "The sum of log-normal probability
/// distributions in scatter transmission systems").
pub fn sum_of(fixed_h: f64, dwells: &[Dwell]) -> Dwell {
    let mean: f64 = dwells.iter().map(|d| d.mean_h()).sum();
    let variance: f64 = dwells.iter().map(|d| d.variance_h2()).sum();
    let sum = Dwell::by_moments(mean, variance);
    Dwell { p50_h: fixed_h + sum.p50_h, p90_h: fixed_h + sum.p90_h }
}

#[derive(Debug, Clone, Deserialize)]
struct ParameterRow {
    id: String,
    cargo: String,
    value: f64,
    p90: Option<f64>,
    unit: String,
    note: String,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
struct SpeedRow {
    country: String,
    speed_kmh: f64,
}

#[derive(Debug, Deserialize)]
struct PortDwellRow {
    region: String,
    countries: String,
    p50_h: f64,
    p90_h: f64,
    note: String,
    source: String,
    confidence: String,
}

#[derive(Deserialize)]
struct RuleRow {
    share: f64,
    countries: String,
}

/// All parameters.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// By parameter and cargo; without a cargo: any without a row of its own.
    values: BTreeMap<(Parameter, Option<Cargo>), (f64, Option<f64>)>,
    /// The rows of the table, for what they rest on.
    table: Arc<Vec<ParameterRow>>,
    rail_kmh: HashMap<String, f64>,
    driving_share: HashMap<String, f64>,
    /// Time of containers in the yard of a port after discharge, by country.
    port_dwell: HashMap<String, Dwell>,
    dwell_table: Arc<Vec<PortDwellRow>>,
    /// Types of barges.
    pub barges: Vec<BargeType>,
    /// Times of low water.
    pub low_water: Vec<LowWater>,
    /// Emission factors.
    pub factors: Factors,
    /// Prices.
    pub rates: Rates,
}

impl Default for Parameters {
    fn default() -> Self {
        let known = Parameter::all().into_iter().map(|p| (p.id(), p));
        let known: HashMap<String, Parameter> = known.collect();
        let cargo = |word: &str| Cargo::ALL.into_iter().find(|c| c.word() == word);
        let table: Vec<ParameterRow> = rows(PARAMETERS);
        let values =
            table.iter().map(|r| ((known[&r.id], cargo(&r.cargo)), (r.value, r.p90))).collect();
        let rail_kmh =
            rows::<SpeedRow>(RAIL_SPEEDS).into_iter().map(|r| (r.country, r.speed_kmh)).collect();
        let driving_share = rows::<RuleRow>(DRIVING_RULES)
            .into_iter()
            .flat_map(|r| {
                let of = |c: &str| (c.to_string(), r.share);
                r.countries.split(' ').map(of).collect::<Vec<_>>()
            })
            .collect();
        let mut port_dwell = HashMap::new();
        let dwell_table: Vec<PortDwellRow> = rows(PORT_DWELL);
        for row in &dwell_table {
            let dwell = Dwell::new(row.p50_h, row.p90_h);
            port_dwell.extend(row.countries.split(' ').map(|c| (c.to_string(), dwell)));
        }
        let (barges, low_water) = (rows(BARGES), rows(LOW_WATER));
        let (factors, rates) = (Factors::new(rows(FACTORS)), Rates::new(rows(RATES)));
        Parameters {
            values,
            table: table.into(),
            dwell_table: dwell_table.into(),
            rail_kmh,
            driving_share,
            port_dwell,
            barges,
            low_water,
            factors,
            rates,
        }
    }
}

impl Parameters {
    fn row(&self, parameter: Parameter, cargo: Cargo) -> (f64, Option<f64>) {
        let find = |cargo: Option<Cargo>| self.values.get(&(parameter, cargo)).copied();
        find(Some(cargo)).or_else(|| find(None)).expect("every parameter has a row: see the test")
    }

    /// A value, in the unit of its row.
    pub fn value(&self, parameter: Parameter, cargo: Cargo) -> f64 {
        self.row(parameter, cargo).0
    }

    /// A time that varies.
    pub fn dwell(&self, parameter: Parameter, cargo: Cargo) -> Dwell {
        let (p50, p90) = self.row(parameter, cargo);
        Dwell::new(p50, p90.unwrap_or(p50))
    }

    /// Running speed in km/h; of trucks with the rest of their drivers included.
    pub fn speed_kmh(&self, mode: Mode, country: &str, cargo: Cargo) -> f64 {
        let by_country = |map: &HashMap<String, f64>| {
            map.get(country).or_else(|| map.get("--")).copied().unwrap_or(1.0)
        };
        match mode {
            Mode::Rail => by_country(&self.rail_kmh),
            Mode::Road => self.value(Parameter::RoadSpeed, cargo) * by_country(&self.driving_share),
            Mode::Sea => self.value(Parameter::SeaSpeed, cargo) * 1.852,
            Mode::Barge => self.value(Parameter::BargeSpeed, cargo),
        }
    }

    /// The time in the yard of a port of a country after discharge, where it is not that of most.
    pub fn port_dwell(&self, country: &str) -> Option<Dwell> {
        self.port_dwell.get(country).copied()
    }

    /// What the time in the yard of a port of a country rests on, under an id.
    pub(crate) fn port_dwell_row(&self, country: &str, id: &str) -> Option<Assumption> {
        let mut all = self.dwell_table.iter();
        let row = all.find(|r| r.countries.split(' ').any(|c| c == country))?;
        Some(Assumption {
            id: id.to_string(),
            value: row.p50_h,
            p90: Some(row.p90_h),
            unit: "h".into(),
            note: format!("{}: {}", row.region, row.note),
            source: row.source.clone(),
            confidence: row.confidence.clone(),
        })
    }

    /// What a parameter rests on: the row of the cargo, or that of any.
    pub(crate) fn assumption(&self, id: &str, cargo: Cargo) -> Option<Assumption> {
        let find = |cargo: &str| self.table.iter().find(|r| r.id == id && r.cargo == cargo);
        let row = find(cargo.word()).or_else(|| find("any"))?;
        Some(Assumption {
            id: id.to_string(),
            value: row.value,
            p90: row.p90,
            unit: row.unit.clone(),
            note: row.note.clone(),
            source: row.source.clone(),
            confidence: row.confidence.clone(),
        })
    }

    /// The barge for a waterway that takes vessels of so many tonnes.
    pub fn barge(&self, vessel_t: f64) -> &BargeType {
        water::largest(&self.barges, vessel_t)
    }

    /// The part of the load that a barge carries on a waterway on a month and day.
    pub fn load_share(&self, waterway: &str, day: (u8, u8)) -> f64 {
        water::load_share(&self.low_water, waterway, day)
    }
}

/// Mass of a shipment given in TEU.
pub fn tonnes_of_teu(parameters: &Parameters, teu: f64, cargo: Cargo) -> f64 {
    teu * parameters.value(Parameter::TeuMass, cargo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_a_value_for_every_cargo() {
        let parameters = Parameters::default();
        for parameter in Parameter::all() {
            for cargo in Cargo::ALL {
                assert!(parameters.value(parameter, cargo) >= 0.0, "{parameter:?} {cargo:?}");
            }
        }
    }
}
