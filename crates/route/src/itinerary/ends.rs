//! The ends of an itinerary: loading and unloading, and the truck between a place and the network.

use trimodal_model::network::{Layer, NodeId, Terminal, TerminalKind};
use trimodal_model::scenario::Mode;

use super::{AccessLeg, ItineraryBuilder, Ride, TransferName, note};
use crate::outcome::TransferKind;
use crate::parameters::Handling;

impl<'a> ItineraryBuilder<'a> {
    /// The truck between a place and the network.
    pub(super) fn access(&mut self, leg: &AccessLeg, end: Handling) {
        if leg.access_km <= 0.0 {
            return;
        }
        let (lat, lon) = self.graph.network.at(leg.node);
        let mut line = vec![[leg.at.1, leg.at.0], [lon, lat]];
        let met = match self.graph.network.node_layer[leg.node.ix()] {
            Layer::Rail(_) => &self.railhead(leg.node),
            Layer::Sea | Layer::Waterway => "the quay",
            Layer::Road => "the road",
        };
        let mut ends = [leg.place.clone(), met.to_string()];
        if end == Handling::Unload {
            line.reverse();
            ends.reverse();
        }
        let [from, to] = ends;
        let parts = self.model.access(leg.access_km, leg.node);
        let mut countries = Vec::new();
        note(&mut countries, self.graph.network.country_of(leg.node));
        let truck = Ride {
            mode: Mode::Road,
            gauge_mm: None,
            access: true,
            parts,
            km: leg.access_km,
            line,
            countries,
            ..self.ride(leg.node, from)
        };
        self.end_ride(truck, to);
    }

    /// The terminal at a node on a track, where wagons are loaded and unloaded.
    fn terminal_at(&self, node: NodeId) -> Option<&'a str> {
        let terminals = &self.graph.network.terminals;
        let here = self.graph.transfers_at(node).iter().map(|(t, _)| &terminals[t.ix()]);
        let is_served = |t: &&Terminal| t.kind != TerminalKind::GaugeChange;
        here.filter(is_served).map(|t| t.name.as_str()).next()
    }

    /// Where a truck meets the railway: a terminal by its name, else a siding, of which the network knows only the
    /// track.
    fn railhead(&self, node: NodeId) -> String {
        match self.terminal_at(node) {
            Some(name) => format!("{name} rail terminal"),
            None => "a siding".into(),
        }
    }

    pub(super) fn handle(&mut self, handling: Handling, at: NodeId, place: &str) {
        let mode = self.graph.network.node_layer[at.ix()].mode();
        let country = self.graph.network.node_country[at.ix()];
        let parts = self.model.handling(handling, mode, country);
        let kind = match handling {
            Handling::Load => TransferKind::Load,
            Handling::Unload => TransferKind::Unload,
        };
        let note = match mode {
            Mode::Rail if self.terminal_at(at).is_none() => "train, at a siding",
            Mode::Rail => "train",
            Mode::Sea => "ship",
            Mode::Road => "truck",
            Mode::Barge => "barge",
        };
        let (place, id, note) = (place.to_string(), String::new(), note.to_string());
        let assumptions = self.model.handling_rests_on(handling, mode, country);
        self.push_transfer(TransferName { kind, place, id, note, assumptions }, parts);
    }
}
