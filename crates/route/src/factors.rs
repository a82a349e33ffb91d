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
        let factors = Parameters::default().factors;
        for mode in Mode::ALL {
            let grams = |cargo| {
                let f = factors.of(mode, cargo, "", "").expect("a row");
                f.wtt_g_tkm + f.ttw_g_tkm
            };
            assert!(grams(Cargo::Reefer) >= grams(Cargo::Containers), "{mode:?}");
        }
    }
}
