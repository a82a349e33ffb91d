//! Costs on the water other than at sea: barges by the class of the waterway, up and down the stream, with
//! locks and low water; ferries with their wait, boarding, crossing and fare.

use serde::Deserialize;
use trimodal_model::network::{Flags, LinkId, NONE, NodeId, Passage, PassageKind, Season};
use trimodal_model::scenario::Mode;

use crate::cost::{CostModel, CostParts};
use crate::parameters::{Dwell, Parameter};

/// A type of barge: its costs and emissions relative to a motor ship of class IV.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BargeType {
    /// Name for users.
    pub name: String,
    /// Tonnes of cargo.
    pub payload_t: f64,
    /// Factor on the cost of moving.
    pub cost_factor: f64,
    /// Factor on emissions.
    pub co2e_factor: f64,
}

/// A time of low water, when barges carry a part of their load.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LowWater {
    /// Name of the waterway.
    pub waterway: String,
    /// Days of the year, `MM-DD..MM-DD`.
    pub season: String,
    /// Part of the load that is carried.
    pub load_share: f64,
}

impl LowWater {
    fn holds(&self, waterway: &str, day: (u8, u8)) -> bool {
        self.waterway == waterway && Season::read(&self.season).is_some_and(|s| s.has(day))
    }
}

/// Hours of a week.
const WEEK_H: f64 = 168.0;

/// Hours between two of so many departures a week.
pub fn headway_h(departures_week: f64) -> f64 {
    WEEK_H / departures_week
}

/// The wait for the next of so many departures a week, for one who arrives at any time: uniform up to the time
/// between two of them.
pub fn wait(departures_week: f64) -> Dwell {
    Dwell::up_to(headway_h(departures_week))
}

impl CostModel<'_> {
    /// Moving along a link that costs what its passage says; none for links at the cost of their mode.
    pub(crate) fn on_water(&self, link: LinkId, from: NodeId) -> Option<CostParts> {
        let passage = self.network.passage_of(link)?;
        let km = f64::from(self.network.length_m(link)) / 1e3;
        match passage.kind {
            PassageKind::Waterway => Some(self.by_barge(link, from, passage, km)),
            PassageKind::Ferry => Some(self.crossing(link, passage, km)),
            _ => None,
        }
    }

    /// Whether the cost of a link is more than its length says: that of a waterway or a ferry, the ends of a
    /// voyage and the gates of trade at sea, or a speed of its own.
    pub(crate) fn costs_by_end(&self, link: LinkId) -> bool {
        let n = self.network;
        if n.own_kmh(link).is_some() {
            return true;
        }
        match n.layer_of(link).mode() {
            Mode::Barge => true,
            Mode::Sea => {
                let ends = [n.tail[link.ix()], n.head[link.ix()]];
                ends.iter().any(|e| self.trade.port_at(*e).is_some()) || self.trade.has_gate(link)
            }
            Mode::Rail | Mode::Road => n.flags[link.ix()].has(Flags::FERRY),
        }
    }

    fn by_barge(&self, link: LinkId, from: NodeId, passage: &Passage, km: f64) -> CostParts {
        let mut parts = self.ride(Mode::Barge, km, NONE);
        if let Some([up, down]) = passage.speeds_kmh {
            parts.fixed_h = km / if self.network.is_downstream(link, from) { down } else { up };
        }
        let barge = self.parameters.barge(passage.vessel_t.unwrap_or(f64::MAX));
        let load_share = self.day.map_or(1.0, |day| self.parameters.load_share(&passage.name, day));
        parts.usd_t *= barge.cost_factor / load_share;
        parts.co2e_g_t = parts.co2e_g_t.map(|g| g * barge.co2e_factor / load_share);
        let locks = passage.locks;
        parts.dwell = Dwell::new(locks.p50_h, locks.p90_h).times(locks.count);
        parts
    }

    fn crossing(&self, link: LinkId, passage: &Passage, km: f64) -> CostParts {
        let wagons = self.network.layer_of(link).mode() == Mode::Rail;
        let value = |p: Parameter| self.parameters.value(p, self.cargo);
        let grams = ferry_factors(passage).map(|p| km * value(p));
        CostParts {
            fixed_h: passage.transit_h,
            usd_t: value(Parameter::FerryFare(wagons)) + km * value(Parameter::FerryCost(wagons)),
            co2e_g_t: grams,
            ..CostParts::default()
        }
    }

    /// Waiting for a ferry and boarding it.
    pub(crate) fn boarding(&self, link: LinkId, passage: &Passage) -> CostParts {
        let wagons = self.network.layer_of(link).mode() == Mode::Rail;
        CostParts {
            fixed_h: self.parameters.value(Parameter::FerryBoarding(wagons), self.cargo),
            dwell: passage.departures_week.map_or(Dwell::default(), wait),
            ..CostParts::default()
        }
    }
}

/// CO2e of a crossing before combustion and of combustion: of a ship, or of a train under water.
pub(crate) fn ferry_factors(passage: &Passage) -> [Parameter; 2] {
    match passage.is_tunnel {
        true => [Parameter::ShuttleWtt, Parameter::ShuttleTtw],
        false => [Parameter::FerryWtt, Parameter::FerryTtw],
    }
}

/// The barge for a waterway that takes vessels of so many tonnes: the largest that fits, else the smallest.
pub(crate) fn largest(barges: &[BargeType], vessel_t: f64) -> &BargeType {
    let by_size = |a: &&BargeType, b: &&BargeType| a.payload_t.total_cmp(&b.payload_t);
    let fitting = barges.iter().filter(|b| b.payload_t <= vessel_t).max_by(by_size);
    fitting.or_else(|| barges.iter().min_by(by_size)).expect("the table has a barge")
}

/// The part of the load that a barge carries on a waterway on a day.
pub(crate) fn load_share(table: &[LowWater], waterway: &str, day: (u8, u8)) -> f64 {
    table.iter().find(|l| l.holds(waterway, day)).map_or(1.0, |l| l.load_share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{Cargo, Parameters};

    #[test]
    fn the_wait_is_half_a_headway_on_average() {
        let daily = wait(7.0);
        assert!((daily.mean_h() - 12.0).abs() < 1e-9);
        assert!((daily.variance_h2() - 24.0 * 24.0 / 12.0).abs() < 1e-9);
    }

    #[test]
    fn locks_add_their_means_and_variances() {
        let lock = Dwell::new(0.5, 1.2);
        let ten = lock.times(10);
        assert!((ten.mean_h() - 10.0 * lock.mean_h()).abs() < 1e-9);
        assert!((ten.variance_h2() - 10.0 * lock.variance_h2()).abs() < 1e-9);
        assert_eq!(lock.times(0), Dwell::default());
    }

    #[test]
    fn the_barge_fits_the_waterway() {
        let parameters = Parameters::default();
        assert!(parameters.barge(300.0).payload_t <= 500.0);
        let (small, large) = (parameters.barge(600.0), parameters.barge(9000.0));
        assert!(small.cost_factor > large.cost_factor && small.co2e_factor > large.co2e_factor);
        assert!(large.payload_t <= 9000.0);
        assert!(parameters.value(Parameter::FerryFare(false), Cargo::General) > 0.0);
    }

    #[test]
    fn low_water_has_readable_seasons() {
        for row in &Parameters::default().low_water {
            assert!(Season::read(&row.season).is_some(), "{row:?}");
            assert!((0.2..1.0).contains(&row.load_share), "{row:?}");
        }
    }
}
