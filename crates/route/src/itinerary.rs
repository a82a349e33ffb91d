//! Tells a way leg by leg.

use trimodal_model::network::{Flags, Layer, LinkId, Network, NodeId, TerminalKind, degrees};
use trimodal_model::scenario::Mode;

use crate::graph::{Graph, State, Step};
use crate::outcome::{Itinerary, Leg, Transfer, TransferKind};
use crate::parameters::{Dwell, sum_of};
use crate::weights::{Figures, Pricing, in_border_stop};

/// An end of a way: the place and the truck between it and the network.
#[derive(Debug, Clone)]
pub struct Landing {
    /// The node met.
    pub node: NodeId,
    /// Name of the place.
    pub place: String,
    /// Where the place is, degrees north and east.
    pub at: (f64, f64),
    /// Straight line from place to node, km.
    pub straight_km: f64,
    /// Distance of the truck ride, km; 0 where the place is at the node.
    pub access_km: f64,
}

/// Writes itineraries.
pub struct Teller<'a> {
    /// The graph.
    pub graph: &'a Graph<'a>,
    /// What things cost.
    pub pricing: &'a Pricing<'a>,
    /// Size of the shipment.
    pub tonnes: f64,
}

#[derive(Default)]
struct Story {
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

/// A ride that is not finished.
struct Ride {
    layer: Layer,
    from: String,
    figures: Figures,
    km: f64,
    mended_km: f64,
    line: Vec<[f64; 2]>,
}

impl Teller<'_> {
    /// Tells a way between two landings.
    pub fn tell(&self, start: &Landing, steps: &[(Step, State)], end: &Landing) -> Itinerary {
        let n = self.graph.network;
        let mut story = Story::default();
        let mut at = start.node;
        let layer = |node: NodeId| n.node_layer[node.ix()];
        self.access(&mut story, start, true);
        self.handle(&mut story, TransferKind::Load, layer(at).mode(), &start.place);
        let mut ride = self.ride(at, start.place.clone());
        for (step, state) in steps {
            let to = self.graph.node(*state);
            match step {
                Step::Link(link) => self.roll(&mut story, &mut ride, *link, at),
                Step::Transfer(t) => {
                    let terminal = &n.terminals[t.ix()];
                    self.finish(&mut story, ride, terminal.name.clone());
                    self.transfer(&mut story, *t, layer(at), layer(to));
                    ride = self.ride(to, terminal.name.clone());
                }
            }
            at = to;
        }
        self.finish(&mut story, ride, end.place.clone());
        self.handle(&mut story, TransferKind::Unload, layer(at).mode(), &end.place);
        self.access(&mut story, end, false);
        self.sum_up(story)
    }

    fn ride(&self, at: NodeId, from: String) -> Ride {
        let (lat, lon) = self.graph.network.at(at);
        Ride {
            layer: self.graph.network.node_layer[at.ix()],
            from,
            figures: Figures::default(),
            km: 0.0,
            mended_km: 0.0,
            line: vec![[lon, lat]],
        }
    }

    fn roll(&self, story: &mut Story, ride: &mut Ride, link: LinkId, from: NodeId) {
        let n = self.graph.network;
        let km = f64::from(n.length_m(link)) / 1e3;
        let mut line = n.line(link);
        if n.tail[link.ix()] != from {
            line.reverse();
        }
        for node in [n.tail[link.ix()], n.head[link.ix()]] {
            if ride.layer.mode() != Mode::Sea && node == from {
                note(&mut story.countries, n.country_of(node));
            }
        }
        let far = if n.tail[link.ix()] == from { n.head[link.ix()] } else { n.tail[link.ix()] };
        ride.figures = add(ride.figures, self.pricing.link(link));
        ride.km += km;
        ride.mended_km += if n.flags[link.ix()].has(Flags::MENDED) { km } else { 0.0 };
        ride.line.extend(line[1..].iter().map(|p| {
            let (lat, lon) = degrees(*p);
            [lon, lat]
        }));
        if let Some(figures) = self.pricing.passage(link) {
            let passage = &n.passages[usize::from(n.link_passage[link.ix()])];
            if story.passages.last() != Some(&passage.id) {
                story.passages.push(passage.id.clone());
            }
            if figures.hours() > 0.0 || figures.usd_t > 0.0 {
                let named = (passage.name.clone(), passage.id.clone(), String::new());
                self.stop(story, ride, far, TransferKind::Passage, named, figures);
            }
        }
        if let Some(figures) = self.pricing.border(link) {
            let border = &n.borders[usize::from(n.link_border[link.ix()])];
            story.borders.push(border.id.clone());
            if ride.layer.mode() != Mode::Sea {
                note(&mut story.countries, n.country_of(far));
            }
            if figures.hours() > 0.0 || figures.usd_t > 0.0 {
                let [a, b] = [from, far].map(|x| n.country_of(x).to_string());
                let note =
                    if border.stop.includes_gauge_change { "with the change of gauge" } else { "" };
                let named =
                    (format!("{} {a}-{b}", border.name), border.id.clone(), note.to_string());
                self.stop(story, ride, far, TransferKind::Border, named, figures);
            }
        }
    }

    /// Ends a ride at a stop on the line and begins the next.
    fn stop(
        &self,
        story: &mut Story,
        ride: &mut Ride,
        at: NodeId,
        kind: TransferKind,
        (place, id, note): (String, String, String),
        figures: Figures,
    ) {
        let next = self.ride(at, place.clone());
        let done = std::mem::replace(ride, next);
        self.finish(story, done, place.clone());
        self.push(story, kind, place, id, figures, note);
    }

    fn finish(&self, story: &mut Story, ride: Ride, to: String) {
        if ride.km <= 0.0 {
            return;
        }
        story.fixed_h += ride.figures.fixed_h;
        story.wtt_kg += ride.figures.co2e_g_t[0] * self.tonnes / 1e3;
        story.legs.push(self.leg(
            ride.layer.mode(),
            ride.layer.gauge_mm(),
            false,
            [ride.from, to],
            ride.km,
            ride.mended_km,
            &ride.figures,
            ride.line,
        ));
    }

    #[allow(clippy::too_many_arguments)]
    fn leg(
        &self,
        mode: Mode,
        gauge_mm: Option<u16>,
        access: bool,
        [from, to]: [String; 2],
        distance_km: f64,
        mended_km: f64,
        figures: &Figures,
        line: Vec<[f64; 2]>,
    ) -> Leg {
        let kg = self.tonnes / 1e3;
        Leg {
            mode,
            gauge_mm,
            access,
            from,
            to,
            distance_km,
            time_h: figures.fixed_h,
            cost_usd: figures.usd_t * self.tonnes,
            co2e_kg: (figures.co2e_g_t[0] + figures.co2e_g_t[1]) * kg,
            co2e_wtt_kg: figures.co2e_g_t[0] * kg,
            mended_km,
            line,
        }
    }

    fn access(&self, story: &mut Story, landing: &Landing, at_start: bool) {
        if landing.access_km <= 0.0 {
            return;
        }
        let figures = self.pricing.access(landing.access_km);
        let (lat, lon) = self.graph.network.at(landing.node);
        let mut line = vec![[landing.at.1, landing.at.0], [lon, lat]];
        let layer = self.graph.network.node_layer[landing.node.ix()];
        let met = match layer {
            Layer::Sea => "the quay".to_string(),
            Layer::Road => "the road".to_string(),
            Layer::Rail(_) => "the railhead".to_string(),
        };
        let mut ends = [landing.place.clone(), met];
        if !at_start {
            line.reverse();
            ends.reverse();
        }
        story.fixed_h += figures.fixed_h;
        story.wtt_kg += figures.co2e_g_t[0] * self.tonnes / 1e3;
        story.legs.push(self.leg(
            Mode::Road,
            None,
            true,
            ends,
            landing.access_km,
            0.0,
            &figures,
            line,
        ));
    }

    fn handle(&self, story: &mut Story, kind: TransferKind, mode: Mode, place: &str) {
        let what = if kind == TransferKind::Load { "load" } else { "unload" };
        let figures = self.pricing.handling(what, mode);
        let note = match mode {
            Mode::Rail => "train",
            Mode::Sea => "ship",
            Mode::Road => "truck",
        };
        self.push(story, kind, place.to_string(), String::new(), figures, note.to_string());
    }

    fn transfer(
        &self,
        story: &mut Story,
        t: trimodal_model::network::TerminalId,
        from: Layer,
        to: Layer,
    ) {
        let network: &Network = self.graph.network;
        let terminal = &network.terminals[t.ix()];
        let figures = self.pricing.transfer(terminal, from, to);
        let (kind, note) = match terminal.kind {
            TerminalKind::GaugeChange => {
                story.gauge_changes.push(terminal.id.clone());
                let mm = |l: Layer| l.gauge_mm().map_or(String::new(), |g| g.to_string());
                let beside =
                    if in_border_stop(network, terminal) { ", counted at the border" } else { "" };
                (TransferKind::GaugeChange, format!("{} to {} mm{beside}", mm(from), mm(to)))
            }
            TerminalKind::Port => {
                (TransferKind::Port, format!("{} to {}", from.mode().word(), to.mode().word()))
            }
            TerminalKind::RailRoad => {
                (TransferKind::RailRoad, format!("{} to {}", from.mode().word(), to.mode().word()))
            }
        };
        self.push(story, kind, terminal.name.clone(), terminal.id.clone(), figures, note);
    }

    fn push(
        &self,
        story: &mut Story,
        kind: TransferKind,
        place: String,
        id: String,
        figures: Figures,
        note: String,
    ) {
        story.dwells.push(figures.dwell);
        story.fixed_h += figures.fixed_h;
        story.wtt_kg += figures.co2e_g_t[0] * self.tonnes / 1e3;
        story.transfers.push(Transfer {
            kind,
            place,
            id,
            after_leg: story.legs.len(),
            time_h: figures.hours(),
            time_p50_h: figures.fixed_h + figures.dwell.p50_h,
            time_p90_h: figures.fixed_h + figures.dwell.p90_h,
            cost_usd: figures.usd_t * self.tonnes,
            co2e_kg: (figures.co2e_g_t[0] + figures.co2e_g_t[1]) * self.tonnes / 1e3,
            note,
        });
    }

    fn sum_up(&self, story: Story) -> Itinerary {
        let Story { legs, transfers, dwells, fixed_h, wtt_kg, .. } = story;
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
            time_p50_h: whole.p50_h,
            time_p90_h: whole.p90_h,
            cost_usd: sum(|l| l.cost_usd, |t| t.cost_usd),
            co2e_kg,
            co2e_wtt_kg: wtt_kg,
            co2e_ttw_kg: co2e_kg - wtt_kg,
            mended_km: legs.iter().map(|l| l.mended_km).sum(),
            countries: story.countries,
            passages: story.passages,
            borders: story.borders,
            gauge_changes: story.gauge_changes,
            legs,
            transfers,
        }
    }
}

fn add(a: Figures, b: Figures) -> Figures {
    Figures {
        fixed_h: a.fixed_h + b.fixed_h,
        dwell: a.dwell,
        usd_t: a.usd_t + b.usd_t,
        co2e_g_t: [a.co2e_g_t[0] + b.co2e_g_t[0], a.co2e_g_t[1] + b.co2e_g_t[1]],
    }
}

fn note(list: &mut Vec<String>, name: &str) {
    if !name.is_empty() && list.last().is_none_or(|l| l != name) {
        list.push(name.to_string());
    }
}
