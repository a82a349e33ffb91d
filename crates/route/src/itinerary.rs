//! Builds an itinerary from a path, leg by leg.

use trimodal_model::network::{
    Flags, Layer, LinkId, Network, NodeId, Passage, PassageKind, TerminalId, TerminalKind, degrees,
};
use trimodal_model::scenario::Mode;

use crate::assumptions;
use crate::cost::{CostModel, CostParts, in_border_stop};
use crate::graph::{Graph, State, Step};
use crate::outcome::{Itinerary, Leg, Transfer, TransferKind};
use crate::parameters::{Dwell, Handling, Parameter, sum_of};
use crate::water::ferry_factors;

mod ends;
mod served;

/// An end of a path: the place and the truck between it and the network.
#[derive(Debug, Clone)]
pub struct AccessLeg {
    /// The node of the network.
    pub node: NodeId,
    /// Name of the place.
    pub place: String,
    /// Where the place is, degrees north and east.
    pub at: (f64, f64),
    /// Distance by truck, km; 0 where the place is at the node.
    pub access_km: f64,
}

/// Builds one itinerary.
pub struct ItineraryBuilder<'a> {
    graph: &'a Graph,
    model: &'a CostModel<'a>,
    tonnes: f64,
    legs: Vec<Leg>,
    transfers: Vec<Transfer>,
    dwells: Vec<Dwell>,
    fixed_h: f64,
    wtt_kg: f64,
    borders: Vec<String>,
    passages: Vec<String>,
    gauge_changes: Vec<String>,
    countries: Vec<String>,
}

/// A ride under way.
struct Ride {
    mode: Mode,
    gauge_mm: Option<u16>,
    access: bool,
    from: String,
    parts: CostParts,
    km: f64,
    mended_km: f64,
    line: Vec<[f64; 2]>,
    ferry: Option<String>,
    waterways: Vec<String>,
    service: Option<String>,
    countries: Vec<String>,
    /// Waits on the way, at locks.
    waits: Vec<Dwell>,
}

/// What a transfer is called.
struct TransferName {
    kind: TransferKind,
    place: String,
    id: String,
    note: String,
    /// What its figures rest on.
    assumptions: Vec<String>,
}

impl<'a> ItineraryBuilder<'a> {
    /// The itinerary of a path between two places.
    pub fn build(
        graph: &'a Graph,
        model: &'a CostModel<'a>,
        tonnes: f64,
        start: &AccessLeg,
        steps: &[(Step, State)],
        end: &AccessLeg,
    ) -> Itinerary {
        let mut builder = ItineraryBuilder {
            graph,
            model,
            tonnes,
            legs: Vec::new(),
            transfers: Vec::new(),
            dwells: Vec::new(),
            fixed_h: 0.0,
            wtt_kg: 0.0,
            borders: Vec::new(),
            passages: Vec::new(),
            gauge_changes: Vec::new(),
            countries: Vec::new(),
        };
        builder.access(start, Handling::Load);
        builder.handle(Handling::Load, start.node, &start.place);
        let last = builder.rides(start, steps, end);
        builder.handle(Handling::Unload, last, &end.place);
        builder.access(end, Handling::Unload);
        builder.finish()
    }

    /// The rides and the transfers between them; returns the node at their end.
    fn rides(&mut self, start: &AccessLeg, steps: &[(Step, State)], end: &AccessLeg) -> NodeId {
        let n = &self.graph.network;
        let layer = |node: NodeId| n.node_layer[node.ix()];
        let mut at = start.node;
        let mut ride = self.ride(at, start.place.clone());
        // A path begins with loaded goods, and so does what follows a transfer.
        let mut loaded = true;
        // The block train that goods are on at its end.
        let mut left: Option<&str> = None;
        for (step, state) in steps {
            let to = self.graph.node(*state);
            match step {
                Step::Link(link) => {
                    if let Some(train) = left {
                        self.join(&ride.from, train);
                    }
                    self.move_along(&mut ride, *link, at);
                }
                Step::Transfer(t) => {
                    let terminal = &n.terminals[t.ix()];
                    self.end_ride(ride, terminal.name.clone());
                    self.transfer(*t, layer(at), layer(to));
                    ride = self.ride(to, terminal.name.clone());
                }
                Step::Service(id) => {
                    let service = self.graph.service(*id);
                    let begin = self.name_at(at, &service.row.from);
                    self.end_ride(ride, begin);
                    if !loaded {
                        self.join(&service.row.from, &service.row.id);
                    }
                    self.serve(service);
                    ride = self.ride(to, self.name_at(to, &service.row.to));
                }
            }
            (at, loaded) = (to, self.graph.is_loaded(*state));
            left = match step {
                Step::Service(id) if self.graph.is_alighted(*state) => {
                    Some(&self.graph.service(*id).row.id)
                }
                _ => None,
            };
        }
        self.end_ride(ride, end.place.clone());
        at
    }

    fn ride(&self, at: NodeId, from: String) -> Ride {
        let (lat, lon) = self.graph.network.at(at);
        let layer = self.graph.network.node_layer[at.ix()];
        Ride {
            mode: layer.mode(),
            gauge_mm: layer.gauge_mm(),
            access: false,
            from,
            parts: CostParts::default(),
            km: 0.0,
            mended_km: 0.0,
            line: vec![[lon, lat]],
            ferry: None,
            waterways: Vec::new(),
            service: None,
            countries: Vec::new(),
            waits: Vec::new(),
        }
    }

    fn move_along(&mut self, ride: &mut Ride, link: LinkId, from: NodeId) {
        let n = &self.graph.network;
        let km = f64::from(n.length_m(link)) / 1e3;
        let (tail, head) = (n.tail[link.ix()], n.head[link.ix()]);
        let to = if tail == from { head } else { tail };
        let ferry = n.passage_of(link).filter(|p| p.kind == PassageKind::Ferry);
        if let Some(ferry) = ferry {
            self.board(ride, link, from, ferry);
        }
        if ride.mode != Mode::Sea {
            note(&mut self.countries, n.country_of(from));
            note(&mut ride.countries, n.country_of(from));
        }
        if let Some(wait) = self.model.departure(link, from) {
            self.depart(from, wait);
        }
        let parts = self.model.link(link, from);
        ride.parts = ride.parts.then(parts);
        ride.waits.extend((parts.dwell.p50_h > 0.0).then_some(parts.dwell));
        ride.km += km;
        ride.mended_km += if n.flags[link.ix()].has(Flags::MENDED) { km } else { 0.0 };
        extend_line(n, &mut ride.line, link, from);
        match ferry {
            Some(ferry) => self.land(ride, link, to, ferry),
            None => self.passage(ride, link, to),
        }
        self.border(ride, link, from, to);
        // Nothing stops at the border on a waterway.
        if ride.mode == Mode::Barge {
            note(&mut self.countries, n.country_of(to));
            note(&mut ride.countries, n.country_of(to));
        }
    }

    /// Waits for a ship.
    fn depart(&mut self, from: NodeId, wait: CostParts) {
        let terminals = &self.graph.network.terminals;
        let port = self.model.trade.port_at(from).map(|t| &terminals[t.ix()]);
        let (place, id) = port.map_or_else(Default::default, |t| (t.name.clone(), t.id.clone()));
        let note = "for the next ship".to_string();
        let assumptions = self.model.departure_rests_on(from);
        let name = TransferName { kind: TransferKind::Wait, place, id, note, assumptions };
        self.push_transfer(name, wait);
    }

    /// Ends a ride at the berth of a ferry and begins the crossing.
    fn board(&mut self, ride: &mut Ride, link: LinkId, from: NodeId, ferry: &Passage) {
        let berth = self.berth(link, from, ferry);
        let mut next = self.ride(from, berth.clone());
        next.ferry = Some(ferry.name.clone());
        let done = std::mem::replace(ride, next);
        self.end_ride(done, berth);
        let a_week = ferry.departures_week.map_or(String::new(), |d| format!("{d} a week"));
        let (place, id) = (ferry.name.clone(), ferry.id.clone());
        let wagons = self.graph.network.layer_of(link).mode() == Mode::Rail;
        let [wtt, ttw] = ferry_factors(ferry);
        let (boarding, fare) = (Parameter::FerryBoarding(wagons), Parameter::FerryFare(wagons));
        let all = [boarding, fare, Parameter::FerryCost(wagons), wtt, ttw];
        let mut assumptions = all.map(Parameter::id).to_vec();
        assumptions.push(assumptions::passage(&ferry.id));
        let kind = TransferKind::Ferry;
        let name = TransferName { kind, place, id, note: a_week, assumptions };
        self.push_transfer(name, self.model.boarding(link, ferry));
    }

    /// Ends the crossing at the other berth.
    fn land(&mut self, ride: &mut Ride, link: LinkId, to: NodeId, ferry: &Passage) {
        let berth = self.berth(link, to, ferry);
        let done = std::mem::replace(ride, self.ride(to, berth.clone()));
        self.end_ride(done, berth);
    }

    /// The name of the berth at one end of a ferry.
    fn berth(&self, link: LinkId, at: NodeId, ferry: &Passage) -> String {
        let first = self.graph.network.is_downstream(link, at);
        let name = ferry.ends.as_ref().map(|[a, b]| if first { a } else { b });
        name.unwrap_or(&ferry.name).clone()
    }

    fn passage(&mut self, ride: &mut Ride, link: LinkId, to: NodeId) {
        let n = &self.graph.network;
        if let Some(waterway) = n.passage_of(link).filter(|p| p.kind == PassageKind::Waterway) {
            note(&mut ride.waterways, &waterway.name);
        }
        let Some(parts) = self.model.passage(link) else { return };
        let passage = &n.passages[usize::from(n.link_passage[link.ix()])];
        if self.passages.last() != Some(&passage.id) {
            self.passages.push(passage.id.clone());
        }
        if parts.hours() > 0.0 || parts.usd_t > 0.0 {
            let (place, id, note) = (passage.name.clone(), passage.id.clone(), String::new());
            let kind = TransferKind::Passage;
            let assumptions = vec![assumptions::passage(&passage.id)];
            self.stop(ride, to, TransferName { kind, place, id, note, assumptions }, parts);
        }
    }

    fn border(&mut self, ride: &mut Ride, link: LinkId, from: NodeId, to: NodeId) {
        let n = &self.graph.network;
        let Some(parts) = self.model.border(link) else { return };
        let border = &n.borders[usize::from(n.link_border[link.ix()])];
        self.borders.push(border.id.clone());
        if ride.mode != Mode::Sea {
            note(&mut self.countries, n.country_of(to));
        }
        if parts.hours() > 0.0 || parts.usd_t > 0.0 {
            let [a, b] = [from, to].map(|x| n.country_of(x));
            let gauge = border.stop.includes_gauge_change;
            let name = TransferName {
                kind: TransferKind::Border,
                place: format!("{} {a}-{b}", border.name),
                id: border.id.clone(),
                note: if gauge { "with the change of gauge" } else { "" }.to_string(),
                assumptions: vec![assumptions::border(&border.id)],
            };
            self.stop(ride, to, name, parts);
        }
    }

    /// Ends a ride at a stop on the line and begins the next.
    fn stop(&mut self, ride: &mut Ride, at: NodeId, name: TransferName, parts: CostParts) {
        let next = self.ride(at, name.place.clone());
        let done = std::mem::replace(ride, next);
        self.end_ride(done, name.place.clone());
        self.push_transfer(name, parts);
    }

    fn end_ride(&mut self, ride: Ride, to: String) {
        if ride.km <= 0.0 {
            return;
        }
        let kg = self.tonnes / 1e3;
        let Ride { mode, gauge_mm, access, from, parts, km, mended_km, .. } = ride;
        self.wtt_kg += parts.co2e_g_t[0] * self.tonnes / 1e3;
        let moving = Dwell::by_moments(parts.fixed_h, parts.variance_h2);
        match parts.variance_h2 > 0.0 {
            true => self.dwells.push(moving),
            false => self.fixed_h += parts.fixed_h,
        }
        let waits: f64 = ride.waits.iter().map(|w| w.mean_h()).sum();
        self.dwells.extend(ride.waits);
        self.legs.push(Leg {
            mode,
            gauge_mm,
            access,
            ferry: ride.ferry,
            waterways: ride.waterways,
            service: ride.service,
            countries: ride.countries,
            from,
            to,
            distance_km: km,
            time_h: parts.fixed_h + waits,
            cost_usd: parts.usd_t * self.tonnes,
            co2e_kg: (parts.co2e_g_t[0] + parts.co2e_g_t[1]) * kg,
            co2e_wtt_kg: parts.co2e_g_t[0] * kg,
            mended_km,
            line: ride.line,
        });
    }

    fn add(&mut self, parts: &CostParts) {
        self.fixed_h += parts.fixed_h;
        self.wtt_kg += parts.co2e_g_t[0] * self.tonnes / 1e3;
    }

    fn transfer(&mut self, t: TerminalId, from: Layer, to: Layer) {
        let network = &self.graph.network;
        let terminal = &network.terminals[t.ix()];
        let parts = self.model.transfer(terminal, from, to);
        let modes = || format!("{} to {}", from.mode().word(), to.mode().word());
        let (kind, note) = match terminal.kind {
            TerminalKind::GaugeChange => {
                self.gauge_changes.push(terminal.id.clone());
                let mm = |l: Layer| l.gauge_mm().map_or(String::new(), |g| g.to_string());
                let beside =
                    if in_border_stop(network, terminal) { ", counted at the border" } else { "" };
                (TransferKind::GaugeChange, format!("{} to {} mm{beside}", mm(from), mm(to)))
            }
            TerminalKind::Port => (TransferKind::Port, modes()),
            TerminalKind::RailRoad => (TransferKind::RailRoad, modes()),
        };
        let (place, id) = (terminal.name.clone(), terminal.id.clone());
        let assumptions = self.model.transfer_rests_on(terminal, from, to);
        self.push_transfer(TransferName { kind, place, id, note, assumptions }, parts);
    }

    fn push_transfer(&mut self, name: TransferName, parts: CostParts) {
        self.dwells.push(parts.dwell);
        self.add(&parts);
        let TransferName { kind, place, id, note, assumptions } = name;
        self.transfers.push(Transfer {
            kind,
            place,
            id,
            after_leg: self.legs.len(),
            time_h: parts.hours(),
            time_p50_h: parts.fixed_h + parts.dwell.p50_h,
            time_p90_h: parts.fixed_h + parts.dwell.p90_h,
            cost_usd: parts.usd_t * self.tonnes,
            co2e_kg: (parts.co2e_g_t[0] + parts.co2e_g_t[1]) * self.tonnes / 1e3,
            note,
            assumptions,
        });
    }

    fn finish(self) -> Itinerary {
        let ItineraryBuilder { legs, transfers, dwells, fixed_h, wtt_kg, .. } = self;
        let whole = sum_of(fixed_h, &dwells);
        let sum = |leg: fn(&Leg) -> f64, transfer: fn(&Transfer) -> f64| {
            legs.iter().map(leg).sum::<f64>() + transfers.iter().map(transfer).sum::<f64>()
        };
        let co2e_kg = sum(|l| l.co2e_kg, |t| t.co2e_kg);
        let mut chain: Vec<&str> =
            legs.iter().filter(|l| !l.access).map(|l| l.mode.word()).collect();
        chain.dedup();
        Itinerary {
            best_at: Vec::new(),
            chain: chain.join("-"),
            distance_km: legs.iter().map(|l| l.distance_km).sum(),
            time_h: sum(|l| l.time_h, |t| t.time_h),
            time_p10_h: fixed_h + Dwell::new(whole.p50_h - fixed_h, whole.p90_h - fixed_h).p10_h(),
            time_p50_h: whole.p50_h,
            time_p90_h: whole.p90_h,
            cost_usd: sum(|l| l.cost_usd, |t| t.cost_usd),
            co2e_kg,
            co2e_wtt_kg: wtt_kg,
            co2e_ttw_kg: co2e_kg - wtt_kg,
            mended_km: legs.iter().map(|l| l.mended_km).sum(),
            warnings: Vec::new(),
            countries: self.countries,
            passages: self.passages,
            borders: self.borders,
            gauge_changes: self.gauge_changes,
            legs,
            transfers,
        }
    }
}

/// Adds the line of a link from one of its ends, as longitude and latitude.
fn extend_line(n: &Network, line: &mut Vec<[f64; 2]>, link: LinkId, from: NodeId) {
    let mut points = n.line(link);
    if n.tail[link.ix()] != from {
        points.reverse();
    }
    line.extend(points[1..].iter().map(|p| {
        let (lat, lon) = degrees(*p);
        [lon, lat]
    }));
}

/// Appends a name unless it is the last already.
fn note(list: &mut Vec<String>, name: &str) {
    if !name.is_empty() && list.last().is_none_or(|l| l != name) {
        list.push(name.to_string());
    }
}
