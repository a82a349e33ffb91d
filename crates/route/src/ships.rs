//! Ships by class: how large they are, and which passages take them. Costs and speeds are by cargo, not by
//! class.

use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;
use trimodal_model::network::Passage;

use crate::parameters::Cargo;

const SHIPS: &str = include_str!("../data/ships.csv");

/// The size of a ship, in centimetres. What is not known is 0, and fits everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ship {
    /// Draught.
    pub draught_cm: u32,
    /// Beam.
    pub beam_cm: u32,
    /// Length over all.
    pub length_cm: u32,
    /// Height above the water.
    pub air_draught_cm: u32,
}

impl From<f64> for Ship {
    /// A ship of which only the draught is known, in metres.
    fn from(draught_m: f64) -> Ship {
        Ship { draught_cm: centimetres(draught_m), ..Ship::default() }
    }
}

impl Ship {
    /// The same with another draught, in metres.
    pub fn with_draught(self, draught_m: f64) -> Ship {
        Ship { draught_cm: centimetres(draught_m), ..self }
    }

    /// The first limit of a passage at sea that the ship exceeds.
    pub fn exceeds(self, passage: &Passage) -> Option<Exceeded> {
        if !passage.kind.is_at_sea() {
            return None;
        }
        let limits = [
            ("draught", self.draught_cm, passage.draught_m),
            ("beam", self.beam_cm, passage.beam_m),
            ("length", self.length_cm, passage.length_m),
            ("air draught", self.air_draught_cm, passage.air_draught_m),
        ];
        limits.into_iter().find_map(|(what, ship_cm, limit)| {
            let limit_cm = centimetres(limit?);
            (ship_cm > limit_cm).then_some(Exceeded { what, ship_cm, limit_cm })
        })
    }
}

fn centimetres(m: f64) -> u32 {
    (m * 100.0).round() as u32
}

/// A limit of a passage that a ship exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// `draught`, `beam`, `length` or `air draught`.
    pub what: &'static str,
    /// That of the ship.
    pub ship_cm: u32,
    /// The most that passes.
    pub limit_cm: u32,
}

impl Exceeded {
    /// The limit in metres.
    pub fn limit_m(self) -> f64 {
        f64::from(self.limit_cm) / 100.0
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (limit, ship) = (self.limit_m(), f64::from(self.ship_cm) / 100.0);
        write!(f, "takes ships up to {limit} m of {}, this one has {ship} m", self.what)
    }
}

/// A class of ships.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ShipClass {
    /// Id, `neo-panamax`.
    pub class: String,
    /// Name for users.
    pub name: String,
    /// Cargoes that it carries, separated by spaces.
    cargo: String,
    /// Cargoes that it carries unless another class is asked for, separated by spaces.
    default_for: String,
    /// Draught, laden, m.
    pub draught_m: f64,
    /// Beam, m.
    pub beam_m: f64,
    /// Length over all, m.
    pub length_m: f64,
    /// Height above the water, m.
    pub air_draught_m: f64,
}

impl ShipClass {
    /// All classes.
    pub fn all() -> &'static [ShipClass] {
        static ALL: OnceLock<Vec<ShipClass>> = OnceLock::new();
        ALL.get_or_init(|| {
            let mut reader =
                csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(SHIPS.as_bytes());
            let rows = reader.deserialize().collect::<Result<_, _>>();
            rows.expect("the embedded table is read by a test")
        })
    }

    /// A class by its id.
    pub fn by_id(id: &str) -> Option<&'static ShipClass> {
        Self::all().iter().find(|c| c.class.eq_ignore_ascii_case(id.trim()))
    }

    /// The class that carries a cargo unless another is asked for.
    pub fn default_for(cargo: Cargo) -> &'static ShipClass {
        let found = Self::all().iter().find(|c| has(&c.default_for, cargo));
        found.expect("a test finds a class for every cargo")
    }

    /// The classes that carry a cargo and are smaller than the one that does by default, the largest first.
    pub fn smaller_for(cargo: Cargo) -> Vec<&'static ShipClass> {
        let most = Self::default_for(cargo).draught_m;
        let smaller = |c: &&ShipClass| c.carries(cargo) && c.draught_m < most;
        let mut found: Vec<&ShipClass> = Self::all().iter().filter(smaller).collect();
        found.sort_by(|a, b| b.draught_m.total_cmp(&a.draught_m));
        found
    }

    /// Whether it carries a cargo.
    pub fn carries(&self, cargo: Cargo) -> bool {
        has(&self.cargo, cargo)
    }

    /// Its size.
    pub fn ship(&self) -> Ship {
        Ship {
            draught_cm: centimetres(self.draught_m),
            beam_cm: centimetres(self.beam_m),
            length_cm: centimetres(self.length_m),
            air_draught_cm: centimetres(self.air_draught_m),
        }
    }
}

fn has(list: &str, cargo: Cargo) -> bool {
    list.split(' ').any(|word| word == cargo.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cargo_has_one_default_class_that_carries_it() {
        for cargo in Cargo::ALL {
            let all = ShipClass::all().iter().filter(|c| has(&c.default_for, cargo));
            assert_eq!(all.count(), 1, "{}", cargo.word());
            assert!(ShipClass::default_for(cargo).carries(cargo), "{}", cargo.word());
        }
        for class in ShipClass::all() {
            assert!(class.draught_m > 0.0 && class.beam_m > class.draught_m, "{}", class.class);
            assert!(class.length_m > class.beam_m && class.air_draught_m > 0.0, "{}", class.class);
        }
    }

    #[test]
    fn the_first_limit_exceeded_is_told() {
        let lock = Passage { draught_m: Some(8.08), beam_m: Some(23.77), ..Passage::default() };
        assert_eq!(Ship::default().exceeds(&lock), None);
        let laker = ShipClass::by_id("seawaymax").expect("a class").ship();
        assert_eq!(laker.exceeds(&lock), None);
        let told = Ship { beam_cm: 3_226, ..laker }.exceeds(&lock).expect("too wide").to_string();
        assert_eq!(told, "takes ships up to 23.77 m of beam, this one has 32.26 m");
        let deep = Ship::from(15.5).exceeds(&lock).expect("too deep");
        assert_eq!((deep.what, deep.limit_cm), ("draught", 808));
    }
}
