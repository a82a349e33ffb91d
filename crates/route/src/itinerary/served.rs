//! The legs of services: ships of a line and block trains.

use trimodal_model::network::{Flags, LinkId, NONE, NodeId, TerminalId};
use trimodal_model::scenario::Mode;

use super::{ItineraryBuilder, Ride, TransferName, extend_line, note};
use crate::cost::CostParts;
use crate::graph::Step;
use crate::outcome::TransferKind;
use crate::parameters::{Dwell, Handling};
use crate::services::Service;

impl ItineraryBuilder<'_> {
    /// The name of a terminal at a node, else what a service calls it.
    pub(super) fn name_at(&self, node: NodeId, called: &str) -> String {
        let port = self.model.trade.port_at(node);
        let name = |t: TerminalId| self.graph.network.terminals[t.ix()].name.clone();
        port.map_or_else(|| called.to_string(), name)
    }

    /// Goes from one train to another at a place, of which one is a block train; the id is that of the one boarded.
    pub(super) fn join(&mut self, place: &str, id: &str) {
        let note = "train to train".to_string();
        let (place, id) = (place.to_string(), id.to_string());
        let mut assumptions = self.model.handling_rests_on(Handling::Unload, Mode::Rail, NONE);
        assumptions.extend(self.model.handling_rests_on(Handling::Load, Mode::Rail, NONE));
        let name = TransferName { kind: TransferKind::RailRoad, place, id, note, assumptions };
        self.push_transfer(name, self.model.joining());
    }

    /// Rides with a service: waits for it, then moves along its path at its time and price.
    pub(super) fn serve(&mut self, service: &Service) {
        let Some([wait, parts]) = self.model.service(service) else { return };
        let n = &self.graph.network;
        let row = &service.row;
        let (from, to) =
            (self.name_at(service.from, &row.from), self.name_at(service.to(), &row.to));
        let a_week = row.departures_per_week.map_or(String::new(), |d| format!("{d} a week"));
        let name = TransferName {
            kind: TransferKind::Wait,
            place: from.clone(),
            id: row.id.clone(),
            note: a_week,
            // The service tells it.
            assumptions: Vec::new(),
        };
        if wait.dwell != Dwell::default() {
            self.push_transfer(name, wait);
        }
        let mut ride = self.ride(service.from, from);
        for (link, entered) in service.links() {
            let (tail, head) = (n.tail[link.ix()], n.head[link.ix()]);
            let next = if tail == entered { head } else { tail };
            ride.km += f64::from(n.length_m(link)) / 1e3;
            let mended = n.flags[link.ix()].has(Flags::MENDED);
            ride.mended_km += if mended { f64::from(n.length_m(link)) / 1e3 } else { 0.0 };
            extend_line(n, &mut ride.line, link, entered);
            self.passes(link, [entered, next], &mut ride);
        }
        for (step, _) in &service.path {
            if let Step::Transfer(t) = step {
                self.gauge_changes.push(n.terminals[t.ix()].id.clone());
            }
        }
        ride.parts = CostParts { dwell: Dwell::default(), ..parts };
        ride.waits.push(parts.dwell);
        ride.service = Some(row.id.clone());
        self.end_ride(ride, to);
    }

    /// Notes the countries, borders and passages of a link of a service.
    fn passes(&mut self, link: LinkId, [from, to]: [NodeId; 2], ride: &mut Ride) {
        let n = &self.graph.network;
        if ride.mode != Mode::Sea {
            for node in [from, to] {
                note(&mut self.countries, n.country_of(node));
                note(&mut ride.countries, n.country_of(node));
            }
        }
        if let Some(passage) = n.passage_of(link) {
            note(&mut self.passages, &passage.id);
        }
        if let Some(border) = n.borders.get(usize::from(n.link_border[link.ix()])) {
            self.borders.push(border.id.clone());
        }
    }
}
