//! Emission factors by mode, cargo, country and class of ship.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::scenario::Mode;

use crate::parameters::Cargo;

/// Who made the bundled factors.
pub const ATTRIBUTION: &str = "Emission factors: EU MRV (EMSA THETIS-MRV), DESNZ 2025 (OGL v3) and national statistics, by row in crates/route/data/factors.csv; method per ISO 14083.";

/// The factors of DESNZ 2025 with its size classes, as a table.
pub const DESNZ: &str = include_str!("../data/desnz.csv");

/// An emission factor: grams of CO2e a tonne-kilometre, and a tonne at each end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Factor {
    /// Mode.
    pub mode: Mode,
    /// A cargo, or `any`.
    pub cargo: String,
    /// ISO code of the country it holds in; empty: everywhere else.
    #[serde(default)]
    pub country: String,
    /// Class of ship it holds for; empty: where no class was asked for, or none of its own is known.
    #[serde(default)]
    pub ship: String,
    /// Well-to-tank: making and delivering the energy, power for traction included, g/tkm.
    pub wtt_g_tkm: f64,
    /// Tank-to-wheel: using it, g/tkm.
    pub ttw_g_tkm: f64,
    /// Well-to-wheel at each end of a voyage, g/t: short voyages are sailed by smaller ships.
    #[serde(default)]
    pub fixed_g_t: f64,
    /// Distance adjustment: distance moved over the distance counted, to which the factor belongs.
    #[serde(default = "one")]
    pub daf: f64,
    /// Trucks: share of a full truck that the factor belongs to; none: it holds for any load.
    #[serde(default)]
    pub load: Option<f64>,
    /// Vehicle class.
    pub class: String,
    /// Year of the data.
    #[serde(default)]
    pub year: String,
    /// Uncertainty in per cent, where known.
    #[serde(default)]
    pub uncertainty_pct: Option<f64>,
    /// Source.
    pub source: String,
    /// `published`, `derived`, `recalled` and so on.
    #[serde(default)]
    pub confidence: String,
}

fn one() -> f64 {
    1.0
}

/// What an empty truck emits over what a full one does, a kilometre. From DESNZ 2025, articulated above 33 t: 118.56 g/tkm
/// half and 73.91 fully laden are 59.28 and 73.91 for each kilometre and tonne of a full load, a straight line through
/// 44.65 without any. Refrigerated ones give 0.605.
const EMPTY_TRUCK: f64 = 0.604;

/// What a truck emits a tonne-kilometre at a share of a full load, over a full one.
fn of_load(load: f64) -> f64 {
    (EMPTY_TRUCK + (1.0 - EMPTY_TRUCK) * load) / load
}

impl Factor {
    /// The factor for trucks with another share of a full load, where it belongs to one.
    pub fn at_load(&self, load: f64) -> Factor {
        let Some(own) = self.load.filter(|own| *own > 0.0 && load > 0.0) else {
            return self.clone();
        };
        let times = of_load(load) / of_load(own);
        Factor {
            wtt_g_tkm: self.wtt_g_tkm * times,
            ttw_g_tkm: self.ttw_g_tkm * times,
            load: Some(load),
            class: format!("{}; counted for {:.0} % of a full load", self.class, load * 100.0),
            ..self.clone()
        }
    }
}

/// All factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    rows: Vec<Factor>,
}

impl Factors {
    /// Factors from rows; of two for the same the first holds.
    pub fn new(rows: Vec<Factor>) -> Factors {
        Factors { rows }
    }

    /// All rows, to change.
    pub fn rows_mut(&mut self) -> &mut [Factor] {
        &mut self.rows
    }

    /// All rows.
    pub fn rows(&self) -> &[Factor] {
        &self.rows
    }

    /// The factor of a mode for a cargo in a country, by a class of ship: that of the class before that of the
    /// country, that of the cargo before one for any.
    pub fn of(&self, mode: Mode, cargo: Cargo, country: &str, ship: &str) -> Option<&Factor> {
        let of = |cargo: &str, country: &str, ship: &str| {
            let fits = |f: &&Factor| {
                f.mode == mode && f.cargo == cargo && f.country == country && f.ship == ship
            };
            self.rows.iter().find(fits)
        };
        let by_cargo = |country: &str, ship: &str| {
            of(cargo.word(), country, ship).or_else(|| of("any", country, ship))
        };
        by_cargo(country, ship)
            .or_else(|| by_cargo("", ship))
            .or_else(|| by_cargo(country, ""))
            .or_else(|| by_cargo("", ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Parameters;

    #[test]
    fn every_mode_has_a_factor_for_every_cargo() {
        let factors = Parameters::default().factors;
        for mode in Mode::ALL {
            for cargo in Cargo::ALL {
                let factor = factors.of(mode, cargo, "XX", "").expect("a row for any country");
                assert!(
                    factor.wtt_g_tkm + factor.ttw_g_tkm > 0.0 && factor.daf >= 1.0,
                    "{factor:?}"
                );
            }
        }
    }

    #[test]
    fn the_set_of_desnz_covers_every_mode_and_cargo() {
        let set = Factors::new(trimodal_model::embedded::rows(DESNZ));
        for mode in Mode::ALL {
            for cargo in Cargo::ALL {
                assert!(set.of(mode, cargo, "", "").is_some(), "{mode:?} {cargo:?}");
            }
        }
    }

    #[test]
    fn a_reefer_emits_more_than_a_dry_box() {
        let desnz = Factors::new(trimodal_model::embedded::rows(DESNZ));
        let ships = ["", "feeder", "panamax-container", "neo-panamax", "ulcv", "coaster"];
        for factors in [Parameters::default().factors, desnz] {
            for (mode, ship) in Mode::ALL.into_iter().flat_map(|m| ships.map(|s| (m, s))) {
                let grams = |cargo| {
                    let f = factors.of(mode, cargo, "", ship).expect("a row");
                    f.wtt_g_tkm + f.ttw_g_tkm
                };
                assert!(grams(Cargo::Reefer) >= grams(Cargo::Containers), "{mode:?} {ship}");
            }
        }
    }

    #[test]
    fn a_truck_emits_as_desnz_says_of_its_load() {
        let factors = Parameters::default().factors;
        let grams = |load: f64| {
            let f = factors.of(Mode::Road, Cargo::General, "GB", "").expect("a row").at_load(load);
            f.wtt_g_tkm + f.ttw_g_tkm
        };
        // Half, average and fully laden: c76 and c77 of the facts.
        for (load, published) in [(0.5, 118.56), (0.68, 95.02), (1.0, 73.91)] {
            assert!((grams(load) / published - 1.0).abs() < 0.005, "{load}: {}", grams(load));
        }
        let own = Factor { load: None, ..factors.rows()[0].clone() };
        assert_eq!(own.at_load(0.2), own);
    }
}
