//! Single things of the world: places by what is typed, a link by its id, what is near a point.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::network::{Flags, LinkId, degrees};
use trimodal_model::position::Position;
use trimodal_model::problem::{BAD_VALUE, LINK_UNKNOWN, Problem, Problems, shown};
use trimodal_model::scenario::Mode;
use trimodal_route::Closures;
use trimodal_route::outcome::Stop;

use super::World;
use super::electrification::LinkElectrification;
use super::info::attribution;
use crate::inputs::point;

/// Suggestions at most.
const MOST_SUGGESTIONS: usize = 50;

/// A place that may be meant by what is typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceFound {
    /// Text by which a request names it.
    pub text: String,
    /// Name for people.
    pub name: String,
    /// ISO 3166-1 alpha-2 code; empty at sea.
    pub country: String,
    /// `town`, `port`, `rail-road terminal` or `gauge change`.
    pub kind: String,
    /// UN/LOCODE of a port, id of another terminal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Inhabitants of a town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
}

/// A link of the embedded network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkFound {
    /// Stable id, for `avoid` and overrides.
    pub id: String,
    /// The mode.
    pub mode: Mode,
    /// Gauge of a railway, mm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gauge_mm: Option<u16>,
    /// Whether a railway is electrified, and what says so; none for ferries and ways from terminals to tracks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub electrification: Option<LinkElectrification>,
    /// Length, km.
    pub km: f64,
    /// Countries of its ends.
    pub countries: Vec<String>,
    /// The border it crosses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub border: Option<String>,
    /// The passage it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<String>,
    /// Whether vehicles are carried on a ship.
    pub ferry: bool,
    /// Whether it mends a cut in the source of the network.
    pub mended: bool,
    /// Whether it only joins a terminal to the network.
    pub access: bool,
    /// Its line.
    pub line: Vec<Position>,
    /// Who made the data that it derives from.
    pub attribution: Vec<String>,
}

impl World {
    /// At most so many places whose names or codes begin with a text, the most likely first.
    pub fn suggest(&self, text: &str, limit: usize) -> Vec<PlaceFound> {
        let found = self.atlas().suggest(text, limit.min(MOST_SUGGESTIONS));
        let place = |it: trimodal_world::locate::Suggestion| PlaceFound {
            text: it.text,
            name: it.name,
            country: it.country,
            kind: it.kind.to_string(),
            code: it.code,
            lat: it.at.0,
            lon: it.at.1,
            population: it.population,
        };
        found.into_iter().map(place).collect()
    }

    /// Where a place, a port or `lat,lon` meets the network of each mode within so many km.
    pub fn nearest(&self, text: &str, km: f64) -> Result<Stop, Problems> {
        if !(0.001..=2_000.0).contains(&km) {
            let problem = Problem::new(BAD_VALUE, format!("--snap-km is {km}"));
            return Err(problem.hint("give 0.001 to 2000").into());
        }
        let at = self.atlas().locate(text).map_err(Problems::from)?;
        let base = self.base();
        base.index_nodes();
        Ok(base.stop(&point(at), &Closures::default(), km))
    }

    /// A link by its id.
    pub fn link(&self, id: &str) -> Result<LinkFound, Problems> {
        let n = &*self.network;
        let known = self.link_ids().get(id).copied();
        let l = known.ok_or_else(|| {
            let problem = Problem::new(LINK_UNKNOWN, format!("no link has the id `{}`", shown(id)));
            Problems::from(problem.hint("`trimodal world links LAT,LON` lists those near a point"))
        })?;
        let name = |position: u16| n.borders.get(usize::from(position)).map(|b| b.id.clone());
        let mut countries =
            [n.tail[l.ix()], n.head[l.ix()]].map(|x| n.country_of(x).to_string()).to_vec();
        countries.retain(|c| !c.is_empty());
        countries.dedup();
        let place = |p: [i32; 2]| {
            let (lat, lon) = degrees(p);
            Position(lon, lat)
        };
        Ok(LinkFound {
            id: id.to_string(),
            mode: n.layer_of(l).mode(),
            gauge_mm: n.layer_of(l).gauge_mm(),
            electrification: self.electrification_of(l),
            km: f64::from(n.length_m(l)) / 1e3,
            countries,
            border: name(n.link_border[l.ix()]),
            passage: n.passage_of(l).map(|p| p.id.clone()),
            ferry: n.flags[l.ix()].has(Flags::FERRY),
            mended: n.flags[l.ix()].has(Flags::MENDED),
            access: n.flags[l.ix()].has(Flags::ACCESS),
            line: n.line(l).into_iter().map(place).collect(),
            attribution: attribution(),
        })
    }

    /// Links by their ids; made when the first is looked up.
    fn link_ids(&self) -> &HashMap<String, LinkId> {
        let n = &*self.network;
        let all = || (0..n.links()).map(LinkId::at).map(|l| (n.link_name(l), l)).collect();
        self.link_ids.get_or_init(all)
    }
}
