//! Greenhouse-gas emissions of transport chains, by the method of ISO 14083:2023: a chain is a row
//! of elements, each a ride or a handling at a hub; the emissions of an element are its activity
//! times the intensity of the operation category it belongs to; distances are the shortest
//! feasible ones, scaled by a distance adjustment factor where operators drive or sail more.
//! Energy has two parts: making it (well-to-tank) and using it (tank-to-wheel).
//!
//! The method per ISO 14083; nothing here is certified.

use std::iter::Sum;
use std::ops::Add;

/// Emissions of a tonne-kilometre, or of a tonne at a hub, g CO2e.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Intensity {
    /// Making and delivering the energy.
    pub wtt_g: f64,
    /// Using it.
    pub ttw_g: f64,
}

/// Emissions, kg CO2e.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Emissions {
    /// Making and delivering the energy.
    pub wtt_kg: f64,
    /// Using it.
    pub ttw_kg: f64,
}

impl Emissions {
    /// Well to wheel.
    pub fn wtw_kg(self) -> f64 {
        self.wtt_kg + self.ttw_kg
    }
}

impl Add for Emissions {
    type Output = Emissions;

    fn add(self, other: Emissions) -> Emissions {
        Emissions { wtt_kg: self.wtt_kg + other.wtt_kg, ttw_kg: self.ttw_kg + other.ttw_kg }
    }
}

impl Sum for Emissions {
    fn sum<I: Iterator<Item = Emissions>>(all: I) -> Emissions {
        all.fold(Emissions::default(), Add::add)
    }
}

/// An element of a transport chain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Element {
    /// A ride.
    Transport {
        /// Mass carried, t.
        tonnes: f64,
        /// Shortest feasible distance, km.
        km: f64,
        /// Of the vehicles, a tonne-kilometre.
        intensity: Intensity,
        /// Distance driven over distance counted.
        adjustment: f64,
    },
    /// A handling at a terminal, port or warehouse.
    Hub {
        /// Mass handled, t.
        tonnes: f64,
        /// Of the hub, a tonne.
        intensity: Intensity,
    },
}

impl Element {
    /// Its emissions.
    pub fn emissions(&self) -> Emissions {
        let (scale, intensity) = match self {
            Element::Transport { tonnes, km, intensity, adjustment } => {
                (activity_tkm(*tonnes, *km) * adjustment, intensity)
            }
            Element::Hub { tonnes, intensity } => (*tonnes, intensity),
        };
        Emissions { wtt_kg: scale * intensity.wtt_g / 1e3, ttw_kg: scale * intensity.ttw_g / 1e3 }
    }
}

/// Emissions of a chain: the sum over its elements.
pub fn chain(elements: &[Element]) -> Emissions {
    elements.iter().map(Element::emissions).sum()
}

/// Transport activity: mass times shortest feasible distance, tkm.
pub fn activity_tkm(tonnes: f64, km: f64) -> f64 {
    tonnes * km
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAIL: Intensity = Intensity { wtt_g: 6.91, ttw_g: 27.79 };
    const TRUCK: Intensity = Intensity { wtt_g: 17.99, ttw_g: 77.03 };

    /// 10 t by truck 50 km (shortest 50, driven 52.5), over a terminal at 1 kg/t, 800 km by rail,
    /// over another: calculated by hand with the factors of DESNZ 2025.
    #[test]
    fn a_chain_worked_by_hand() {
        let truck =
            Element::Transport { tonnes: 10.0, km: 50.0, intensity: TRUCK, adjustment: 1.05 };
        let rail = Element::Transport { tonnes: 10.0, km: 800.0, intensity: RAIL, adjustment: 1.0 };
        let hub = Element::Hub { tonnes: 10.0, intensity: Intensity { wtt_g: 0.0, ttw_g: 1000.0 } };
        let whole = chain(&[truck, hub, rail, hub]);
        // 500 tkm x 1.05 = 525; 525 x 17.99 g = 9.44475 kg; 8000 x 6.91 g = 55.28 kg.
        assert!((whole.wtt_kg - 64.72475).abs() < 1e-9);
        // 525 x 77.03 g = 40.44075 kg; 8000 x 27.79 g = 222.32 kg; 2 x 10 kg.
        assert!((whole.ttw_kg - 282.76075).abs() < 1e-9);
        assert!((whole.wtw_kg() - 347.4855).abs() < 1e-9);
    }
}
