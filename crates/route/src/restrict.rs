//! Restrictions: modes left out, elements of the network that are closed, and overrides of single links.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use trimodal_model::network::{
    BorderId, Flags, LinkId, NONE, Network, NetworkElement, Passage, PassageId, PassageKind,
    TerminalId,
};
use trimodal_model::scenario::Mode;

use crate::area::ClosedAreas;
use crate::dated;
use crate::front;
use crate::link_set::LinkSet;
use crate::parameters::Cargo;
use crate::ships::Ship;

/// Everything that is closed for a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closures {
    /// Modes in use; empty: all.
    pub modes: BTreeSet<Mode>,
    /// Closed countries.
    pub countries: BTreeSet<u16>,
    /// Closed passages.
    pub passages: BTreeSet<PassageId>,
    /// Closed borders.
    pub borders: BTreeSet<BorderId>,
    /// Closed terminals.
    pub terminals: BTreeSet<TerminalId>,
    /// Closed links.
    pub links: LinkSet,
    /// Fronts that no truck passes.
    pub fronts: Vec<&'static str>,
    /// Closed areas, if any.
    pub areas: Option<Arc<ClosedAreas>>,
    /// Whether mended links are closed.
    pub mended: bool,
    /// Of all these, what is closed only by war or decree on the day.
    pub on_the_day: BTreeSet<NetworkElement>,
    /// Month and day, for seasons and low water; none: the open season at normal water.
    pub day: Option<(u8, u8)>,
    /// The ship, whose size closes passages.
    pub ship: Ship,
    /// Whether ports that are not deep enough for the ship are closed at sea: those of a ship that somebody named.
    /// A usual ship is one that fits the ports on its way.
    pub by_depth: bool,
    /// The cargo, which closes ports that do not handle it; none: no port is closed for that.
    pub cargo: Option<Cargo>,
}

impl Closures {
    /// The default: closed are borders without freight traffic, passages, waterways and ferries without
    /// traffic, and passages at sea that are too small for the ship.
    pub fn by_default(network: &Network, ship: impl Into<Ship>) -> Self {
        let ship = ship.into();
        let passages = (0..network.passages.len())
            .filter(|i| {
                let p = &network.passages[*i];
                p.closed.is_some() || ship.exceeds(p).is_some()
            })
            .map(PassageId::at)
            .collect();
        let borders = (0..network.borders.len())
            .filter(|i| network.borders[*i].stop.closed.is_some())
            .map(BorderId::at)
            .collect();
        Closures { passages, borders, ship, ..Closures::default() }
    }

    /// The same on a month and day: passages, waterways and ferries out of season are closed too.
    pub fn on(mut self, network: &Network, day: (u8, u8)) -> Self {
        let shut = |p: &Passage| p.season.is_some_and(|season| season.has(day));
        let passages = network.passages.iter().enumerate().filter(|(_, p)| shut(p));
        self.passages.extend(passages.map(|(i, _)| PassageId::at(i)));
        self.day = Some(day);
        self
    }

    /// The same on a date: what war or decree closes is closed too.
    pub fn dated(mut self, network: &Network, date: Date) -> Self {
        for thing in dated::closed(network, date) {
            if !self.holds(thing) {
                self.avoid(thing);
                self.on_the_day.insert(thing);
            }
        }
        self.fronts = dated::fronts(date);
        self
    }

    /// The same without what war or decree closes.
    pub fn without_dated(mut self) -> Self {
        for thing in std::mem::take(&mut self.on_the_day) {
            self.release(thing);
        }
        self.fronts.clear();
        self
    }

    fn holds(&self, thing: NetworkElement) -> bool {
        match thing {
            NetworkElement::Country(c) => self.countries.contains(&c),
            NetworkElement::Passage(p) => self.passages.contains(&p),
            NetworkElement::Border(b) => self.borders.contains(&b),
            NetworkElement::Terminal(t) => self.terminals.contains(&t),
            NetworkElement::Link(l) => self.links.has(l),
        }
    }

    fn release(&mut self, thing: NetworkElement) {
        match thing {
            NetworkElement::Country(c) => self.countries.remove(&c),
            NetworkElement::Passage(p) => self.passages.remove(&p),
            NetworkElement::Border(b) => self.borders.remove(&b),
            NetworkElement::Terminal(t) => self.terminals.remove(&t),
            NetworkElement::Link(l) => self.links.remove(l),
        };
    }

    /// Opens passages that are closed for want of traffic, for ice or by war or decree, unless the ship is too large for them or
    /// it is the season in which they are closed.
    pub fn open(&mut self, network: &Network, passages: impl IntoIterator<Item = PassageId>) {
        for id in passages {
            let passage = &network.passages[id.ix()];
            let shut = passage.season.is_some_and(|s| self.day.is_some_and(|day| s.has(day)));
            let by_decree = self.on_the_day.remove(&NetworkElement::Passage(id));
            if (passage.closed.is_some() || by_decree)
                && !shut
                && self.ship.exceeds(passage).is_none()
            {
                self.passages.remove(&id);
            }
        }
    }

    /// Closes an element of the network.
    pub fn avoid(&mut self, thing: NetworkElement) {
        self.on_the_day.remove(&thing);
        match thing {
            NetworkElement::Country(c) => drop(self.countries.insert(c)),
            NetworkElement::Passage(p) => drop(self.passages.insert(p)),
            NetworkElement::Border(b) => drop(self.borders.insert(b)),
            NetworkElement::Terminal(t) => drop(self.terminals.insert(t)),
            NetworkElement::Link(l) => self.links.insert(l),
        }
    }

    /// Closes whatever is of the same kind as a named element but is not named, and opens what is named and
    /// closed by war or decree. The countries of the ends stay open.
    pub fn only(&mut self, network: &Network, things: &[NetworkElement], ends: &[u16]) {
        let named: BTreeSet<NetworkElement> = things.iter().copied().collect();
        for thing in &named {
            if !matches!(thing, NetworkElement::Passage(_)) && self.on_the_day.remove(thing) {
                self.release(*thing);
            }
        }
        let all = |count: usize, make: &dyn Fn(usize) -> NetworkElement| -> Vec<NetworkElement> {
            let every: Vec<NetworkElement> = (0..count).map(make).collect();
            if every.iter().any(|t| named.contains(t)) {
                every.into_iter().filter(|t| !named.contains(t)).collect()
            } else {
                Vec::new()
            }
        };
        let mut closed = all(network.countries.len(), &|i| NetworkElement::Country(i as u16));
        closed.retain(|t| !ends.iter().any(|e| *t == NetworkElement::Country(*e)));
        closed.extend(self.only_passages(network, &named));
        closed.extend(all(network.borders.len(), &|i| NetworkElement::Border(BorderId::at(i))));
        // Terminals exclude only terminals of the same kind.
        let kinds: BTreeSet<_> = named
            .iter()
            .filter_map(|t| match t {
                NetworkElement::Terminal(t) => Some(network.terminals[t.ix()].kind),
                _ => None,
            })
            .collect();
        let terminals =
            (0..network.terminals.len()).filter(|i| kinds.contains(&network.terminals[*i].kind));
        let terminals = terminals.map(|i| NetworkElement::Terminal(TerminalId::at(i)));
        closed.extend(terminals.filter(|t| !named.contains(t)));
        closed.into_iter().for_each(|t| self.avoid(t));
    }

    /// The passages of the kinds named that are not named themselves, where passages of a kind are rivals: a
    /// canal closes canals, a strait straits. What is closed for want of traffic is opened where it is named.
    fn only_passages(
        &mut self,
        network: &Network,
        named: &BTreeSet<NetworkElement>,
    ) -> Vec<NetworkElement> {
        let passage = |i: usize| NetworkElement::Passage(PassageId::at(i));
        let every = || network.passages.iter().enumerate();
        let asked = every().filter(|(i, _)| named.contains(&passage(*i)));
        let kinds: BTreeSet<PassageKind> = asked.clone().map(|(_, p)| p.kind).collect();
        self.open(network, asked.map(|(i, _)| PassageId::at(i)));
        let rival = |p: &Passage| p.kind.has_rivals() && kinds.contains(&p.kind);
        let others = every().filter(|(_, p)| rival(p)).map(|(i, _)| passage(i));
        others.filter(|p| !named.contains(p)).collect()
    }

    /// Whether a mode is in use.
    pub fn uses(&self, mode: Mode) -> bool {
        self.modes.is_empty() || self.modes.contains(&mode)
    }

    /// Whether a link is closed.
    pub fn link(&self, network: &Network, link: LinkId) -> bool {
        let l = link.ix();
        let closed_country = |c: u16| c != NONE && self.countries.contains(&c);
        let ends = [network.tail[l], network.head[l]];
        !self.uses(network.layer_of(link).mode())
            || (!self.countries.is_empty()
                && ends.iter().any(|n| closed_country(network.node_country[n.ix()])))
            || (network.link_passage[l] != NONE
                && self.passages.contains(&PassageId(u32::from(network.link_passage[l]))))
            || (network.link_border[l] != NONE
                && self.borders.contains(&BorderId(u32::from(network.link_border[l]))))
            || (self.mended && network.flags[l].has(Flags::MENDED))
            || self.links.has(link)
            || self.areas.as_ref().is_some_and(|areas| areas.link(link))
    }

    /// Whether a terminal is closed.
    pub fn terminal(&self, network: &Network, terminal: TerminalId) -> bool {
        self.terminals.contains(&terminal)
            || self.countries.contains(&network.terminals[terminal.ix()].country)
            || self.areas.as_ref().is_some_and(|areas| areas.terminal(terminal))
    }

    /// Whether the straight way between two points leads through a closed area or over a front.
    pub fn way(&self, from: (f64, f64), to: (f64, f64)) -> bool {
        self.areas.as_ref().is_some_and(|areas| areas.cross(from, to))
            || self.fronts.iter().any(|id| front::is_between(id, from, to))
    }
}

/// A change to one link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// No traffic.
    Close,
    /// Running speed, km/h.
    SpeedKmh(f64),
    /// Factor on the cost of moving.
    CostFactor(f64),
}

/// A change to one link, with its author and reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The link.
    pub link: LinkId,
    /// The change.
    pub change: Change,
    /// Its author.
    pub author: String,
    /// Its reason.
    pub reason: String,
}
