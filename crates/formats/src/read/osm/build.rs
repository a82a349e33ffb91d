//! Networks from ways.

use std::collections::HashMap;

use trimodal_model::scenario::Mode;

use super::Drawn;
use super::cut::{self, Stretch};
use crate::network::{Link, Network, Node};

/// A network as it grows.
pub struct Builder {
    drawn: Drawn,
    /// Points of ways that the extract does not have.
    pub missing: usize,
    /// Nodes by their points. Modes share those of stations and terminals only: at a level crossing nothing changes
    /// its mode.
    position: HashMap<(i64, Option<Mode>), usize>,
    pub network: Network,
}

impl Builder {
    pub fn new(drawn: Drawn) -> Builder {
        Builder { drawn, missing: 0, position: HashMap::new(), network: Network::default() }
    }

    pub fn build(&mut self) {
        let (stretches, missing) = cut::at_junctions(&self.drawn.ways, &self.drawn.at);
        self.missing = missing;
        let mut parts: HashMap<i64, usize> = HashMap::new();
        for stretch in cut::joined(stretches, &self.drawn) {
            let is_cut = matches!(self.drawn.ways[stretch.way].mode, Mode::Rail | Mode::Road)
                && self.drawn.ways[stretch.way].kind != "ferry";
            let stretches = match is_cut {
                true => cut::at_stops(stretch, &self.drawn.stops, &self.drawn.at),
                false => vec![stretch],
            };
            for stretch in stretches {
                self.link(&stretch, &mut parts);
            }
        }
        for (terminal, at) in std::mem::take(&mut self.drawn.terminals) {
            self.network.nodes.push(Node {
                id: format!("t{}", terminal.id),
                name: terminal.name,
                at: Some(at),
                kind: terminal.kind.to_string(),
                ..Node::default()
            });
        }
        self.number();
    }

    fn link(&mut self, stretch: &Stretch, parts: &mut HashMap<i64, usize>) {
        let line: Vec<[f64; 2]> = stretch.refs.iter().map(|r| self.drawn.at[r]).collect();
        let mode = self.drawn.ways[stretch.way].mode;
        let ends = [stretch.refs[0], stretch.refs[stretch.refs.len() - 1]];
        let [from, to] = ends.map(|r| self.node(r, mode));
        let way = &self.drawn.ways[stretch.way];
        let part = parts.entry(way.id).or_insert(0);
        *part += 1;
        self.network.links.push(Link {
            id: format!("w{}-{part}", way.id),
            name: way.name.clone(),
            from,
            to,
            is_one_way: way.is_one_way,
            mode: Some(mode),
            gauges_mm: way.gauges_mm.clone(),
            lanes: way.lanes,
            kmh: stretch.kmh.filter(|_| way.kind == "ferry"),
            running_kmh: stretch.kmh.filter(|_| way.kind != "ferry"),
            kind: way.kind.clone(),
            line,
            ..Link::default()
        });
    }

    fn node(&mut self, id: i64, mode: Mode) -> usize {
        let nodes = &mut self.network.nodes;
        let at = self.drawn.at[&id];
        let of = Some(mode).filter(|_| !self.drawn.stops.contains(&id));
        *self.position.entry((id, of)).or_insert_with(|| {
            nodes.push(Node { id: format!("n{id}"), at: Some(at), ..Node::default() });
            nodes.len() - 1
        })
    }

    /// Numbers what shares an id: nodes of several modes at one point, an outline and a point of one terminal.
    fn number(&mut self) {
        let mut ids: HashMap<String, usize> = HashMap::new();
        for node in &mut self.network.nodes {
            let count = ids.entry(node.id.clone()).or_insert(0);
            *count += 1;
            if *count > 1 {
                node.id = format!("{}-{count}", node.id);
            }
        }
    }
}
