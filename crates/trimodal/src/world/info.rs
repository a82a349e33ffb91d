//! What the embedded network holds, and the links near a point.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::network::{Flags, LinkId, NONE, Network, great_circle_km};
use trimodal_model::problem::{BAD_VALUE, Problem, Problems};
use trimodal_model::scenario::Mode;
use trimodal_route::audit::{Audit, PublishedDistance, audit};
use trimodal_route::graph::Graph;
use trimodal_route::sea_audit::{PublishedSeaDistance, SeaAudit, sea_audit};

use super::World;
use super::electrification::ElectrificationTotals;
use crate::shipment::Findings;

/// What the embedded network holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorldInfo {
    /// Nodes.
    pub nodes: usize,
    /// Links.
    pub links: usize,
    /// Links and length of each mode.
    pub modes: Vec<ModeTotals>,
    /// Railways that are electrified, by region, then of the world.
    pub electrification: Vec<ElectrificationTotals>,
    /// Ports.
    pub ports: usize,
    /// Rail-road terminals.
    pub rail_road_terminals: usize,
    /// Stations where the gauge changes.
    pub gauge_changes: usize,
    /// Border crossings.
    pub borders: usize,
    /// Places that can be named.
    pub places: usize,
    /// Passages that can be avoided or required.
    pub passages: Vec<PassageInfo>,
    /// Who made the data that it derives from.
    pub attribution: Vec<String>,
}

/// Links and length of a mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModeTotals {
    /// The mode.
    pub mode: Mode,
    /// Links.
    pub links: usize,
    /// Their length, km.
    pub km: u64,
}

/// A passage: a strait or a canal at sea, a stretch of an inland waterway, a ferry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PassageInfo {
    /// Id, for `via`, `avoid` and `only_via`.
    pub id: String,
    /// `strait`, `canal`, `cape`, `route` (under ice) or `river` at sea, `waterway` or `ferry`.
    pub kind: String,
    /// Name; all stretches of a waterway have one.
    pub name: String,
    /// Greatest draught, m.
    pub draught_m: Option<f64>,
    /// The part of the year in which it is closed, `MM-DD..MM-DD`.
    pub season_closed: Option<String>,
    /// Whether it is closed unless it is opened.
    pub is_closed: bool,
}

/// The links near a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinksNear {
    /// The point, as it was understood.
    pub point: String,
    /// All links within reach, nearest first.
    pub links: Vec<LinkNear>,
    /// Who made the data that they derive from.
    pub attribution: Vec<String>,
}

/// A link near a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkNear {
    /// Stable id, for `avoid` and overrides.
    pub id: String,
    /// The mode.
    pub mode: Mode,
    /// Gauge of a railway, mm.
    pub gauge_mm: Option<u16>,
    /// Length, km.
    pub km: f64,
    /// Distance from the point, km.
    pub away_km: f64,
    /// The border it crosses.
    pub border: Option<String>,
    /// The passage it is part of.
    pub passage: Option<String>,
    /// Whether it mends a cut in the source of the network.
    pub mended: bool,
    /// Whether it only joins a terminal to the network.
    pub access: bool,
}

impl World {
    /// What the embedded network holds.
    pub fn info(&self) -> WorldInfo {
        let n = &*self.network;
        let totals = |mode: Mode| {
            let all = (0..n.links()).map(LinkId::at).filter(|l| n.layer_of(*l).mode() == mode);
            let (links, m) = all.fold((0, 0), |(c, m), l| (c + 1, m + u64::from(n.length_m(l))));
            ModeTotals { mode, links, km: m / 1000 }
        };
        let kinds = |k| n.terminals.iter().filter(|t| t.kind.word() == k).count();
        let passage = |p: &trimodal_model::network::Passage| PassageInfo {
            id: p.id.clone(),
            kind: p.kind.word().to_string(),
            name: p.name.clone(),
            draught_m: p.draught_m,
            season_closed: p.season.map(|s| s.to_string()),
            is_closed: p.closed.is_some(),
        };
        WorldInfo {
            nodes: n.nodes(),
            links: n.links(),
            modes: Mode::ALL.map(totals).to_vec(),
            electrification: self.electrification_totals(),
            ports: kinds("port"),
            rail_road_terminals: kinds("rail-road terminal"),
            gauge_changes: kinds("gauge change"),
            borders: n.borders.len(),
            places: self.places.len(),
            passages: n.passages.iter().map(passage).collect(),
            attribution: attribution(),
        }
    }

    /// The network against published distances, and its own faults.
    pub fn audit(&self) -> Result<Audit, Problems> {
        // Published distances are those of the world.
        let published = if self.own.is_some() { "" } else { trimodal_world::DISTANCES };
        let rows = PublishedDistance::rows(published)
            .map_err(|e| Problem::new(BAD_VALUE, format!("distances.csv cannot be read: {e}")))?;
        Ok(audit(&Graph::new(self.network.clone()), &rows))
    }

    /// Distances between seaports over the network against published ones, for a ship of a draught (0.1 to 30
    /// metres); ice is as usual.
    pub fn sea_audit(&self, draught_m: f64) -> Result<SeaAudit, Problems> {
        let mut found = Findings::default();
        let draught_m = found.within("--sea", draught_m, 0.1, 30.0);
        if !found.problems.is_empty() {
            return Err(found.refused());
        }
        let rows = PublishedSeaDistance::rows(&trimodal_world::sea_distances()).map_err(|e| {
            Problem::new(BAD_VALUE, format!("sea_distances.csv cannot be read: {e}"))
        })?;
        Ok(sea_audit(&Graph::new(self.network.clone()), &rows, draught_m))
    }

    /// The links within so many km (0.01 to 100) of a place, a port or `lat,lon`.
    pub fn links_near(&self, point: &str, km: f64) -> Result<LinksNear, Problems> {
        let mut found = Findings::default();
        let km = found.within("--km", km, 0.01, 100.0);
        let at = found.keep(self.atlas().locate(point).map_err(|p| vec![p]));
        let Some(at) = at.filter(|_| found.problems.is_empty()) else {
            return Err(found.refused());
        };
        let n = &*self.network;
        let mut near: Vec<(f64, LinkId)> = (0..n.links())
            .map(LinkId::at)
            .map(|l| (nearness(n, l, (at.lat, at.lon)), l))
            .filter(|(d, _)| *d <= km)
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let links = near.into_iter().map(|(d, l)| link_near(n, l, d)).collect();
        Ok(LinksNear { point: at.name, links, attribution: attribution() })
    }
}

pub(super) fn attribution() -> Vec<String> {
    trimodal_world::ATTRIBUTION.iter().map(|l| l.to_string()).collect()
}

fn link_near(n: &Network, l: LinkId, away_km: f64) -> LinkNear {
    let layer = n.layer_of(l);
    let passage = n.link_passage[l.ix()];
    LinkNear {
        id: n.link_name(l),
        mode: layer.mode(),
        gauge_mm: layer.gauge_mm(),
        km: f64::from(n.length_m(l)) / 1e3,
        away_km,
        border: n.borders.get(usize::from(n.link_border[l.ix()])).map(|b| b.id.clone()),
        passage: (passage != NONE).then(|| n.passages[usize::from(passage)].id.clone()),
        mended: n.flags[l.ix()].has(Flags::MENDED),
        access: n.flags[l.ix()].has(Flags::ACCESS),
    }
}

/// Distance to the nearest point of a link's line, km.
fn nearness(n: &Network, l: LinkId, at: (f64, f64)) -> f64 {
    let ends = [n.tail[l.ix()], n.head[l.ix()]].map(|x| n.at(x));
    // Most links are far away: their lines are not read.
    if ends.iter().all(|e| (e.0 - at.0).abs() > 15.0) {
        return f64::MAX;
    }
    let degrees = trimodal_model::network::degrees;
    let points = n.line(l).into_iter().map(|p| great_circle_km(degrees(p), at));
    points.fold(f64::MAX, f64::min)
}
