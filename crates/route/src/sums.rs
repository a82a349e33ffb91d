//! Sums along a path: hours, dollars, CO2e, metres, modes, and the territories that it touches.
//!
//! They are whole numbers of a fine unit, so that a sum is the same in any order of addition: along a path
//! link by link, or over the shortcuts of a hierarchy. All figures of itineraries and tables come from them.

use trimodal_model::network::{Flags, Layer, LinkId, NodeId};
use trimodal_model::scenario::Mode;

use crate::cost::{CostModel, CostParts, MODES, number};
use crate::graph::{Graph, State, Step};
use crate::itinerary::AccessLeg;
use crate::law::Territories;
use crate::outcome::Itinerary;
use crate::parameters::{Dwell, Handling};
use crate::services::Service;

/// Units of an hour, a squared hour, a US dollar per tonne, and a kilogram of CO2e per tonne.
const UNITS: f64 = (1_u64 << 40) as f64;

fn units(value: f64) -> u64 {
    (value * UNITS).round() as u64
}

/// What adds up along a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PathSums {
    fixed: u64,
    dwell: u64,
    variance: u64,
    usd_t: u64,
    wtt: u64,
    ttw: u64,
    length_m: u32,
    mended_m: u32,
    /// The territories touched, a bit each.
    pub touched: u32,
    /// The modes in order.
    pub chain: ModeChain,
}

impl PathSums {
    /// The sums of a path and the one that follows it.
    #[inline]
    pub fn then(self, next: PathSums) -> PathSums {
        PathSums {
            fixed: self.fixed.wrapping_add(next.fixed),
            dwell: self.dwell.wrapping_add(next.dwell),
            variance: self.variance.wrapping_add(next.variance),
            usd_t: self.usd_t.wrapping_add(next.usd_t),
            wtt: self.wtt.wrapping_add(next.wtt),
            ttw: self.ttw.wrapping_add(next.ttw),
            length_m: self.length_m.saturating_add(next.length_m),
            mended_m: self.mended_m.saturating_add(next.mended_m),
            touched: self.touched | next.touched,
            chain: self.chain.then(next.chain),
        }
    }

    fn of(parts: &CostParts) -> PathSums {
        let [wtt, ttw] = parts.co2e_g_t.map(|g| units(g / 1e3));
        // Hours of a ride that varies count with those that vary.
        let varies = parts.variance_h2 > 0.0;
        let (fixed_h, riding_h) = if varies { (0.0, parts.fixed_h) } else { (parts.fixed_h, 0.0) };
        PathSums {
            fixed: units(fixed_h),
            dwell: units(riding_h).wrapping_add(units(parts.dwell.mean_h())),
            variance: units(parts.variance_h2).wrapping_add(units(parts.dwell.variance_h2())),
            usd_t: units(parts.usd_t),
            wtt,
            ttw,
            ..PathSums::default()
        }
    }

    /// The figures for a shipment of some tonnes, with trucks over some km at the ends.
    pub fn figures(&self, tonnes: f64, access_km: [f64; 2]) -> Figures {
        let value = |units: u64| units as f64 / UNITS;
        let (fixed_h, mean_h) = (value(self.fixed), value(self.dwell));
        let dwell = Dwell::by_moments(mean_h, value(self.variance));
        Figures {
            distance_km: access_km[0] + f64::from(self.length_m) / 1e3 + access_km[1],
            time_h: fixed_h + mean_h,
            time_p10_h: fixed_h + dwell.p10_h(),
            time_p50_h: fixed_h + dwell.p50_h,
            time_p90_h: fixed_h + dwell.p90_h,
            cost_usd: value(self.usd_t) * tonnes,
            co2e_wtt_kg: value(self.wtt) * tonnes,
            co2e_ttw_kg: value(self.ttw) * tonnes,
            mended_km: f64::from(self.mended_m) / 1e3,
        }
    }
}

/// The figures of a whole path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Distance, km.
    pub distance_km: f64,
    /// Expected time, h.
    pub time_h: f64,
    /// One of ten needs less, h.
    pub time_p10_h: f64,
    /// Median time, h.
    pub time_p50_h: f64,
    /// Nine of ten need no longer, h.
    pub time_p90_h: f64,
    /// Cost of the shipment, US dollars.
    pub cost_usd: f64,
    /// CO2e before combustion, kg.
    pub co2e_wtt_kg: f64,
    /// CO2e of combustion, kg.
    pub co2e_ttw_kg: f64,
    /// Km on mended links.
    pub mended_km: f64,
}

impl Figures {
    /// Writes them into an itinerary as its totals.
    pub(crate) fn write(&self, it: &mut Itinerary) {
        it.distance_km = self.distance_km;
        it.time_h = self.time_h;
        it.time_p10_h = self.time_p10_h;
        it.time_p50_h = self.time_p50_h;
        it.time_p90_h = self.time_p90_h;
        it.cost_usd = self.cost_usd;
        it.co2e_kg = self.co2e_wtt_kg + self.co2e_ttw_kg;
        it.co2e_wtt_kg = self.co2e_wtt_kg;
        it.co2e_ttw_kg = self.co2e_ttw_kg;
        it.mended_km = self.mended_km;
    }
}

/// Modes in order, no two that follow one another the same: their number in six bits, then two bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct ModeChain(u128);

impl ModeChain {
    const MOST: u32 = 60;
    /// More modes than fit.
    pub const TOO_LONG: ModeChain = ModeChain(63);

    fn one(mode: Mode) -> ModeChain {
        ModeChain(1 | (number(mode) as u128) << 6)
    }

    fn count(self) -> u32 {
        self.0 as u32 & 63
    }

    fn at(self, i: u32) -> usize {
        (self.0 >> (6 + 2 * i)) as usize & 3
    }

    #[inline]
    fn then(self, next: ModeChain) -> ModeChain {
        if next.0 == 0 || self == ModeChain::TOO_LONG {
            return self;
        }
        if self.0 == 0 || next == ModeChain::TOO_LONG {
            return next;
        }
        let same = u32::from(self.at(self.count() - 1) == next.at(0));
        let count = self.count() + next.count() - same;
        if count > ModeChain::MOST {
            return ModeChain::TOO_LONG;
        }
        let more = next.0 >> (6 + 2 * same) << (6 + 2 * self.count());
        ModeChain((self.0 & !63) | more | u128::from(count))
    }

    /// The words, joined.
    pub fn words(self) -> String {
        let word = |i| MODES[self.at(i)].word();
        (0..self.count()).map(word).collect::<Vec<_>>().join("-")
    }
}

/// Computes the sums of steps and of access legs.
pub(crate) struct StepSums<'a> {
    graph: &'a Graph,
    model: &'a CostModel<'a>,
    territories: Option<&'a Territories>,
}

impl<'a> StepSums<'a> {
    pub fn new(
        graph: &'a Graph,
        model: &'a CostModel<'a>,
        territories: Option<&'a Territories>,
    ) -> Self {
        StepSums { graph, model, territories }
    }

    /// The sums of one step.
    pub fn of(&self, step: Step, from: State, to: State) -> PathSums {
        let (a, b) = (self.graph.node(from), self.graph.node(to));
        let mut sums = match step {
            Step::Link(link) if self.graph.is_alighted(from) => {
                PathSums::of(&self.model.joining()).then(self.link(link, a))
            }
            Step::Link(link) => self.link(link, a),
            Step::Transfer(terminal) => {
                let n = &self.graph.network;
                let layer = |node: NodeId| n.node_layer[node.ix()];
                let terminal = &n.terminals[terminal.ix()];
                PathSums::of(&self.model.transfer(terminal, layer(a), layer(b)))
            }
            Step::Service(id) => return self.service(self.graph.service(id), from),
        };
        sums.touched = self.touched(a) | self.touched(b);
        sums
    }

    fn touched(&self, node: NodeId) -> u32 {
        self.territories.map_or(0, |t| t.at(&self.graph.network, node))
    }

    /// The sums of a service: the change of trains where one is made, the wait and the ride.
    fn service(&self, service: &Service, from: State) -> PathSums {
        let n = &self.graph.network;
        let parts = self.model.service(service).unwrap_or_default();
        let joining = (!self.graph.is_loaded(from)).then(|| self.model.joining());
        let all = parts.iter().chain(&joining);
        let mut sums = all.fold(PathSums::default(), |sums, p| sums.then(PathSums::of(p)));
        sums.length_m = u32::try_from(service.length_m(n)).unwrap_or(u32::MAX);
        sums.mended_m = service.mended_m(n);
        sums.chain = ModeChain::one(service.row.mode);
        let nodes = [service.from].into_iter().chain(service.path.iter().map(|(_, node)| *node));
        sums.touched = nodes.fold(0, |touched, node| touched | self.touched(node));
        sums
    }

    fn link(&self, link: LinkId, from: NodeId) -> PathSums {
        let n = &self.graph.network;
        let m = n.length_m(link);
        let mode = n.layer_of(link).mode();
        let mut sums = PathSums::of(&self.moving(link, from, mode, f64::from(m) / 1e3));
        let model = self.model;
        let stops = [model.departure(link, from), model.border(link), model.passage(link)];
        for stop in stops.into_iter().flatten() {
            sums = sums.then(PathSums::of(&stop));
        }
        sums.length_m = m;
        sums.mended_m = if n.flags[link.ix()].has(Flags::MENDED) { m } else { 0 };
        sums.chain = if m > 0 { ModeChain::one(mode) } else { ModeChain::default() };
        sums
    }

    fn moving(&self, link: LinkId, from: NodeId, mode: Mode, km: f64) -> CostParts {
        let model = self.model;
        if model.costs_by_end(link) || model.changes.iter().any(|(l, _)| *l == link) {
            return model.link(link, from);
        }
        let n = &self.graph.network;
        let country = n.node_country[n.tail[link.ix()].ix()];
        let rate = model.pricing.a_km(mode, country, || model.ride(mode, 1.0, country));
        CostParts {
            fixed_h: km * rate.fixed_h,
            variance_h2: km * rate.variance_h2,
            usd_t: km * rate.usd_t,
            co2e_g_t: rate.co2e_g_t.map(|g| km * g),
            ..CostParts::default()
        }
    }

    /// The sums of the truck at an end of a path, and of the handling there.
    pub fn access(&self, leg: &AccessLeg, handling: Handling) -> PathSums {
        let layer: Layer = self.graph.network.node_layer[leg.node.ix()];
        let country = self.graph.network.node_country[leg.node.ix()];
        let handled = PathSums::of(&self.model.handling(handling, layer.mode(), country));
        let truck = PathSums::of(&self.model.access(leg.access_km, leg.node));
        PathSums { touched: self.touched(leg.node), ..truck.then(handled) }
    }

    /// The figures of a whole path.
    pub fn whole(
        &self,
        [start, end]: &[AccessLeg; 2],
        first: State,
        steps: &[(Step, State)],
        tonnes: f64,
    ) -> Figures {
        let mut sums = self.access(start, Handling::Load);
        let mut at = first;
        for (step, to) in steps {
            sums = sums.then(self.of(*step, at, *to));
            at = *to;
        }
        let sums = sums.then(self.access(end, Handling::Unload));
        sums.figures(tonnes, [start.access_km, end.access_km])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_join_where_the_mode_goes_on() {
        use Mode::{Rail, Road, Sea};
        let of = |modes: &[Mode]| {
            modes.iter().fold(ModeChain::default(), |c, m| c.then(ModeChain::one(*m)))
        };
        assert_eq!(of(&[Road, Road, Sea]).words(), "road-sea");
        assert_eq!(of(&[Road, Sea]).then(of(&[Sea, Rail])).words(), "road-sea-rail");
        assert_eq!(of(&[Road, Sea]).then(of(&[])).words(), "road-sea");
        assert_eq!(of(&[]).words(), "");
        let long: Vec<Mode> = (0..60).map(|i| if i % 2 == 0 { Road } else { Sea }).collect();
        assert_eq!(of(&long).words().matches("road").count(), 30);
        assert_eq!(of(&long).then(of(&[Rail])), ModeChain::TOO_LONG);
        assert_eq!(of(&long).then(of(&[Sea])), of(&long));
        assert_eq!(of(&long[..37]).then(of(&long[37..])), of(&long));
    }
}
