//! The load of a resource by a plan, and the time its queue takes to settle.

/// The load of a resource in a year, from the rates of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Load {
    /// Unit-hours asked for.
    pub unit_hours: f64,
    /// Users.
    pub users: f64,
    /// Most units that a user takes.
    pub units: u32,
    /// Share of the year in which it is open.
    pub open: f64,
}

/// Share of the mean queue that may be missing when the measured year begins.
const MISSING: f64 = 0.02;

impl Load {
    pub(super) fn add(&mut self, trips: f64, units: u32, hours: f64) {
        self.unit_hours += trips * f64::from(units) * hours;
        self.users += trips;
        self.units = self.units.max(units);
    }

    /// Hours after which a queue that began empty has nearly its mean length: the mean of regulated
    /// Brownian motion (J. Abate, W. Whitt, "Transient behavior of regulated Brownian motion", 1987) with
    /// the drift and variance of the queue. None where the load exceeds the capacity.
    pub fn settles_h(&self, servers: u32, (ca2, cs2): (f64, f64), year_h: f64) -> Option<f64> {
        let at_once = f64::from(servers / self.units.max(1));
        let has = f64::from(servers) * year_h * self.open;
        if self.users <= 0.0 || at_once < 1.0 || has <= 0.0 {
            return Some(0.0);
        }
        let rho = self.unit_hours / has;
        if rho >= 1.0 {
            return None;
        }
        let service = self.unit_hours / self.users / f64::from(self.units.max(1)) / self.open;
        let unit = (ca2 + cs2) * rho * service / (at_once * (1.0 - rho).powi(2));
        Some(unit * settled())
    }
}

/// The time, in units of variance over the square of the drift, after which only [`MISSING`] is missing.
fn settled() -> f64 {
    let missing = |t: f64| 2.0 * (1.0 + t) * above(t.sqrt()) - 2.0 * t.sqrt() * density(t.sqrt());
    let (mut low, mut high) = (0.0, 20.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if missing(middle) > MISSING { low = middle } else { high = middle }
    }
    high
}

fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Probability that a standard normal variable is above this.
fn above(x: f64) -> f64 {
    use statrs::distribution::{ContinuousCDF, Normal};
    Normal::standard().sf(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_settle_as_their_load_says() {
        assert!((3.1..3.5).contains(&settled()), "{}", settled());
        let berth =
            |rho: f64| Load { unit_hours: rho * 8760.0, users: rho * 365.0, units: 1, open: 1.0 };
        let days = |rho| berth(rho).settles_h(1, (1.0, 1.0), 8760.0).map(|h| h / 24.0);
        // M/M/1 with a day of service: 2 rho / (1 - rho)^2 days are the unit.
        assert!(days(0.5).is_some_and(|d| d < 15.0), "{:?}", days(0.5));
        assert!(days(0.9).is_some_and(|d| (540.0..640.0).contains(&d)), "{:?}", days(0.9));
        assert_eq!(days(1.0), None);
    }
}
