//! What may not be used: modes left out, things avoided, borders and passages that are closed.

use std::collections::BTreeSet;

use trimodal_model::network::{
    BorderId, Flags, LinkId, NONE, Network, PassageId, TerminalId, Thing,
};
use trimodal_model::scenario::Mode;

/// Everything that is shut for a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closures {
    /// Modes in use; empty for all.
    pub modes: BTreeSet<Mode>,
    /// Countries shut.
    pub countries: BTreeSet<u16>,
    /// Passages shut.
    pub passages: BTreeSet<PassageId>,
    /// Borders shut.
    pub borders: BTreeSet<BorderId>,
    /// Terminals shut.
    pub terminals: BTreeSet<TerminalId>,
    /// Links shut.
    pub links: BTreeSet<LinkId>,
    /// Whether mended links are shut.
    pub mended: bool,
}

impl Closures {
    /// What is closed by default: borders where no freight passes, passages that are ice, and
    /// those that a ship of this draught cannot pass.
    pub fn by_default(network: &Network, draught_m: f64) -> Self {
        let shallow = |d: Option<f64>| d.is_some_and(|d| d < draught_m);
        let passages = (0..network.passages.len())
            .filter(|i| {
                let p = &network.passages[*i];
                p.closed.is_some() || shallow(p.draught_m)
            })
            .map(PassageId::at)
            .collect();
        let borders = (0..network.borders.len())
            .filter(|i| network.borders[*i].stop.closed.is_some())
            .map(BorderId::at)
            .collect();
        Closures { passages, borders, ..Closures::default() }
    }

    /// Shuts more.
    pub fn avoid(&mut self, thing: Thing) {
        match thing {
            Thing::Country(c) => drop(self.countries.insert(c)),
            Thing::Passage(p) => drop(self.passages.insert(p)),
            Thing::Border(b) => drop(self.borders.insert(b)),
            Thing::Terminal(t) => drop(self.terminals.insert(t)),
            Thing::Link(l) => drop(self.links.insert(l)),
        }
    }

    /// Shuts whatever is of the kinds named but is not among those named. The countries of the
    /// ends stay open.
    pub fn only(&mut self, network: &Network, things: &[Thing], ends: &[u16]) {
        let named: BTreeSet<Thing> = things.iter().copied().collect();
        let all = |count: usize, make: &dyn Fn(usize) -> Thing| -> Vec<Thing> {
            let every: Vec<Thing> = (0..count).map(make).collect();
            if every.iter().any(|t| named.contains(t)) {
                every.into_iter().filter(|t| !named.contains(t)).collect()
            } else {
                Vec::new()
            }
        };
        let mut shut = all(network.countries.len(), &|i| Thing::Country(i as u16));
        shut.retain(|t| !ends.iter().any(|e| *t == Thing::Country(*e)));
        shut.extend(all(network.passages.len(), &|i| Thing::Passage(PassageId::at(i))));
        shut.extend(all(network.borders.len(), &|i| Thing::Border(BorderId::at(i))));
        // Among terminals only those of the same kind exclude one another.
        let kinds: BTreeSet<_> = named
            .iter()
            .filter_map(|t| match t {
                Thing::Terminal(t) => Some(network.terminals[t.ix()].kind),
                _ => None,
            })
            .collect();
        let terminals =
            (0..network.terminals.len()).filter(|i| kinds.contains(&network.terminals[*i].kind));
        let terminals = terminals.map(|i| Thing::Terminal(TerminalId::at(i)));
        shut.extend(terminals.filter(|t| !named.contains(t)));
        shut.into_iter().for_each(|t| self.avoid(t));
    }

    /// Whether a mode is in use.
    pub fn uses(&self, mode: Mode) -> bool {
        self.modes.is_empty() || self.modes.contains(&mode)
    }

    /// Whether a link is shut.
    pub fn link(&self, network: &Network, link: LinkId) -> bool {
        let l = link.ix();
        let shut_country = |c: u16| c != NONE && self.countries.contains(&c);
        let ends = [network.tail[l], network.head[l]];
        !self.uses(network.layer_of(link).mode())
            || (!self.countries.is_empty()
                && ends.iter().any(|n| shut_country(network.node_country[n.ix()])))
            || (network.link_passage[l] != NONE
                && self.passages.contains(&PassageId(u32::from(network.link_passage[l]))))
            || (network.link_border[l] != NONE
                && self.borders.contains(&BorderId(u32::from(network.link_border[l]))))
            || (self.mended && network.flags[l].has(Flags::MENDED))
            || self.links.contains(&link)
    }

    /// Whether a terminal is shut.
    pub fn terminal(&self, network: &Network, terminal: TerminalId) -> bool {
        self.terminals.contains(&terminal)
            || self.countries.contains(&network.terminals[terminal.ix()].country)
    }
}
