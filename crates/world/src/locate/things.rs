//! Network elements that a user names: countries, passages, borders, terminals, links.

use std::collections::HashMap;

use trimodal_model::network::{BorderId, LinkId, NetworkElement, PassageId, TerminalId};
use trimodal_model::problem::{LINK_UNKNOWN, Problem, THING_UNKNOWN, nearest, shown};

use super::Atlas;
use crate::gazetteer::key;

/// So many unknown names are told with what may be meant, which takes a look at all names for each.
const GUESSED: usize = 100;

impl Atlas<'_> {
    /// Network elements to avoid or to force: a country (`RU`, `Russia`), a passage (`suez`), or with a
    /// prefix `border:`, `port:`, `terminal:`, `passage:`, `country:`, `link:`. A prefix `border:`
    /// takes the id of a crossing, or two countries (`border:BY-PL`) for all crossings between them.
    pub fn things(&self, text: &str) -> Result<Vec<NetworkElement>, Problem> {
        self.all_things(&[text]).remove(0)
    }

    /// The same for each of some names: links are found in one pass over the network, and what may be meant is
    /// looked for while unknown names are few.
    pub fn all_things<'t>(&self, texts: &[&'t str]) -> Vec<Result<Vec<NetworkElement>, Problem>> {
        let link_of = |text: &&'t str| text.trim().strip_prefix("link:");
        let links: Vec<&str> = texts.iter().filter_map(link_of).collect();
        let mut links = self.links(&links).into_iter();
        let mut unknown = 0;
        let one = |text: &&'t str| match link_of(text) {
            Some(_) => {
                let found = links.next()?;
                Some(found.map(|twins| twins.into_iter().map(NetworkElement::Link).collect()))
            }
            None => {
                let found = self.thing(text.trim(), unknown < GUESSED);
                unknown += usize::from(found.is_err());
                Some(found)
            }
        };
        texts.iter().filter_map(one).collect()
    }

    fn thing(&self, text: &str, guess: bool) -> Result<Vec<NetworkElement>, Problem> {
        let (kind, name) = text.split_once(':').unwrap_or(("", text));
        let found = match kind {
            "" => {
                let mut found = self.passage(name);
                found.extend(self.country(name));
                found
            }
            "passage" => self.passage(name),
            "country" => self.country(name).into_iter().collect(),
            "border" => self.border(name),
            "port" | "terminal" => self.terminals(name),
            _ => Vec::new(),
        };
        match found.is_empty() {
            true => Err(self.nothing(text, kind, name, guess)),
            false => Ok(found),
        }
    }

    fn passage(&self, name: &str) -> Vec<NetworkElement> {
        self.passage_ids(name).map(NetworkElement::Passage).collect()
    }

    /// The passages with this id or name.
    pub(super) fn passage_ids(&self, name: &str) -> impl Iterator<Item = PassageId> + '_ {
        let wanted = key(name);
        let is = move |p: &trimodal_model::network::Passage| {
            !wanted.is_empty() && (key(&p.id) == wanted || key(&p.name) == wanted)
        };
        let all = self.network.passages.iter().enumerate().filter(move |(_, p)| is(p));
        all.map(|(i, _)| PassageId::at(i))
    }

    fn country(&self, name: &str) -> Option<NetworkElement> {
        let at = self.country_of(name)?;
        let code = &self.places.countries[usize::from(at)];
        let position = self.network.countries.iter().position(|c| c == code)?;
        Some(NetworkElement::Country(position as u16))
    }

    fn border(&self, name: &str) -> Vec<NetworkElement> {
        let n = self.network;
        let upper = name.to_uppercase();
        let pair: Vec<&str> = upper.split('-').collect();
        let is = |b: &trimodal_model::network::Border| {
            let codes = b.countries.map(|c| n.country(c));
            b.id == name
                || key(&b.name) == key(name)
                || (pair.len() == 2 && (codes == pair[..] || [codes[1], codes[0]] == pair[..]))
        };
        let all = n.borders.iter().enumerate().filter(|(_, b)| is(b));
        all.map(|(i, _)| NetworkElement::Border(BorderId::at(i))).collect()
    }

    fn terminals(&self, name: &str) -> Vec<NetworkElement> {
        let terminals = &self.network.terminals;
        if let Some(t) = terminals.iter().position(|t| t.id.eq_ignore_ascii_case(name)) {
            return vec![NetworkElement::Terminal(TerminalId::at(t))];
        }
        let wanted = key(name);
        let all = terminals.iter().enumerate().filter(|(_, t)| key(&t.name) == wanted);
        all.map(|(t, _)| NetworkElement::Terminal(TerminalId::at(t))).collect()
    }

    /// The link of a stable id, with or without the prefix `link:`. An id encodes the ends, the
    /// length, the mode and the gauge; links that agree in all of these share it.
    pub fn link(&self, name: &str) -> Result<Vec<LinkId>, Problem> {
        self.links(&[name]).remove(0)
    }

    /// Links by their stable ids, all in one pass over the network.
    pub fn links(&self, names: &[&str]) -> Vec<Result<Vec<LinkId>, Problem>> {
        let bare = |name: &str| name.strip_prefix("link:").unwrap_or(name).to_string();
        let n = self.network;
        if names.is_empty() {
            return Vec::new();
        }
        let mut found: HashMap<String, Vec<LinkId>> =
            names.iter().map(|name| (bare(name), Vec::new())).collect();
        for l in (0..n.links()).map(LinkId::at) {
            if let Some(twins) = found.get_mut(&n.link_name(l)) {
                twins.push(l);
            }
        }
        let unknown = |name: &str| {
            Problem::new(LINK_UNKNOWN, format!("no link has the id `{}`", shown(name))).hint(
                "ids look like `rail:0123456789`; `trimodal world links LAT,LON` lists those near a point",
            )
        };
        let one = |name: &&str| match &found[&bare(name)] {
            twins if twins.is_empty() => Err(unknown(name)),
            twins => Ok(twins.clone()),
        };
        names.iter().map(one).collect()
    }

    pub(super) fn nothing(&self, text: &str, kind: &str, name: &str, guess: bool) -> Problem {
        let problem =
            Problem::new(THING_UNKNOWN, format!("unknown network element `{}`", shown(text)));
        let near = guess.then(|| self.meant(kind, name)).flatten();
        let prefix = if kind.is_empty() { String::new() } else { format!("{kind}:") };
        let known = ["border", "port", "terminal", "passage", "country", ""].contains(&kind);
        problem.hint(match near {
            Some(n) if known => format!("did you mean `{prefix}{n}`?"),
            Some(n) => format!("did you mean `{n}:{name}`?"),
            None => "name a country, a passage (`trimodal world info` lists them), or use border:, port:, terminal:, link:".into(),
        })
    }

    /// The name, or the kind, that is most like one that is unknown.
    fn meant(&self, kind: &str, name: &str) -> Option<&str> {
        let n = self.network;
        let passages = n.passages.iter().map(|p| p.id.as_str());
        let borders = n.borders.iter().map(|b| b.id.as_str());
        let terminals = n.terminals.iter().map(|t| t.id.as_str());
        match kind {
            "border" => nearest(name, borders),
            "port" | "terminal" => nearest(name, terminals),
            "country" => nearest(name, self.places.country_names.iter().map(String::as_str)),
            "" | "passage" => {
                nearest(name, passages.chain(self.places.country_names.iter().map(String::as_str)))
            }
            _ => nearest(kind, ["border", "port", "terminal", "passage", "country", "link"]),
        }
    }
}
