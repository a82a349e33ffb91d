//! Audits a network, as far as its faults can be measured: components that are not connected, mended links,
//! gauges that touch, ports without sea or land, sea lanes over land, and distances against published ones.

use std::collections::BTreeMap;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::network::{
    Flags, Layer, LinkId, NONE, Network, NodeId, TerminalId, TerminalKind, degrees, great_circle_km,
};
use trimodal_model::scenario::Mode;

use crate::graph::{Graph, Step};
use crate::restrict::Closures;
use crate::search::{self, INFINITY};
use crate::snap::{AT_PORTS, Components, node_in};

/// A published distance.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PublishedDistance {
    /// Id.
    pub id: String,
    /// Where from.
    pub from: String,
    /// Degrees north; none where the row cannot be measured.
    pub from_lat: Option<f64>,
    /// Degrees east.
    pub from_lon: Option<f64>,
    /// Where to.
    pub to: String,
    /// Degrees north.
    pub to_lat: Option<f64>,
    /// Degrees east.
    pub to_lon: Option<f64>,
    /// Points that the line passes: degrees north and east, separated by `;`.
    pub via: String,
    /// Mode.
    pub mode: Mode,
    /// Gauge, mm; none: any one.
    pub gauge_mm: Option<u16>,
    /// Km.
    pub published_km: f64,
    /// `yes`, or `no` for the reason in `why_not`.
    pub eligible: String,
    /// Why it does not count.
    pub why_not: String,
}

impl PublishedDistance {
    /// Reads the rows of a table with the columns of `distances.csv`; lines that start with `#`
    /// are comments.
    pub fn rows(text: &str) -> Result<Vec<PublishedDistance>, csv::Error> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        reader.deserialize().collect()
    }

    fn points(&self) -> Option<Vec<(f64, f64)>> {
        let pair = |text: &str| {
            let (lat, lon) = text.trim().split_once(' ')?;
            Some((lat.parse().ok()?, lon.trim().parse().ok()?))
        };
        let mut points = vec![(self.from_lat?, self.from_lon?)];
        points.extend(self.via.split(';').filter_map(pair));
        points.push((self.to_lat?, self.to_lon?));
        Some(points)
    }
}

/// The components of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComponentStats {
    /// `sea`, `road` or `rail` with the gauge in mm.
    pub layer: String,
    /// Km in all.
    pub km: f64,
    /// Number of components.
    pub components: usize,
    /// Share of the km that is in the largest.
    pub largest_share: f64,
    /// Components with 100 km or more.
    pub over_100_km: usize,
    /// Mended links.
    pub mended_links: usize,
    /// Km of them.
    pub mended_km: f64,
}

/// A distance measured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredDistance {
    /// Id of the row.
    pub id: String,
    /// Where from and to.
    pub between: String,
    /// Mode.
    pub mode: Mode,
    /// Km, published.
    pub published_km: f64,
    /// Km over the network, lengths corrected; none where there is no path.
    pub measured_km: Option<f64>,
    /// Relative error, per cent.
    pub error_pct: Option<f64>,
    /// Whether the row counts.
    pub eligible: bool,
    /// Why it does not count.
    pub why_not: String,
    /// Whether the length correction was fitted on it.
    pub fitted: bool,
}

/// The eligible distances of a mode.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Accuracy {
    /// Mode.
    pub mode: Mode,
    /// Factor on the lengths of the source.
    pub length_factor: f64,
    /// Rows that count.
    pub rows: usize,
    /// Of them within 3 per cent.
    pub within_3_pct: usize,
    /// Of them beyond 8 per cent.
    pub beyond_8_pct: usize,
    /// Rows that the factor was not fitted on.
    pub held_out: usize,
    /// Of those within 3 per cent.
    pub held_out_within_3_pct: usize,
    /// Mean absolute error of those, per cent.
    pub held_out_mean_pct: f64,
}

/// The audit of a network.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Audit {
    /// Layers.
    pub pieces: Vec<ComponentStats>,
    /// Links between two layers, or terminals that join two gauges and are no break-of-gauge
    /// station: each a contradiction.
    pub gauge_contradictions: Vec<String>,
    /// Break-of-gauge stations that join tracks.
    pub gauge_stations: usize,
    /// Those of the table where the network lacks two tracks.
    pub gauge_stations_idle: Vec<String>,
    /// Land links between two countries without a border crossing, or terminals across a border.
    pub unseen_borders: Vec<String>,
    /// Ports at sea.
    pub ports: usize,
    /// Of them without road and rail.
    pub ports_without_land: usize,
    /// Ports on inland waterways.
    pub waterway_ports: usize,
    /// Of them without road and rail.
    pub waterway_ports_without_land: usize,
    /// Sea links over land, canals apart.
    pub sea_over_land: usize,
    /// Km of them.
    pub sea_over_land_km: f64,
    /// Accuracy by mode.
    pub accuracy: Vec<Accuracy>,
    /// Every distance.
    pub distances: Vec<MeasuredDistance>,
}

/// Audits a network.
pub fn audit(graph: &Graph, rows: &[PublishedDistance]) -> Audit {
    let n = &*graph.network;
    let components = Components::new(graph);
    let distances = distances(graph, &components, rows);
    let stations = n.terminals.iter().filter(|t| t.kind == TerminalKind::GaugeChange);
    let idle = stations.clone().filter(|t| t.transfers.is_empty()).map(|t| t.id.clone()).collect();
    let ports = |layer: Layer| (0..n.terminals.len()).filter(move |t| in_layer(n, *t, layer));
    let on_land = |t: &usize| {
        let nodes = n.terminals[*t].transfers.iter().flat_map(|(a, b)| [a, b]);
        nodes.into_iter().any(|x| !AT_PORTS.contains(&n.node_layer[x.ix()]))
    };
    let without_land = |layer: Layer| ports(layer).filter(|t| !on_land(t)).count();
    let dry: Vec<usize> = (0..n.links()).filter(|l| n.flags[*l].has(Flags::OVER_LAND)).collect();
    Audit {
        pieces: pieces(graph, &components),
        gauge_contradictions: contradictions(n),
        gauge_stations: stations.filter(|t| !t.transfers.is_empty()).count(),
        gauge_stations_idle: idle,
        unseen_borders: unseen_borders(n),
        ports: ports(Layer::Sea).count(),
        ports_without_land: without_land(Layer::Sea),
        waterway_ports: ports(Layer::Waterway).count(),
        waterway_ports_without_land: without_land(Layer::Waterway),
        sea_over_land: dry.len(),
        sea_over_land_km: dry.iter().map(|l| km(n, LinkId::at(*l))).sum(),
        accuracy: Mode::ALL.into_iter().map(|m| accuracy(n, m, &distances)).collect(),
        distances,
    }
}

/// Whether a terminal is a port in a layer.
fn in_layer(n: &Network, t: usize, layer: Layer) -> bool {
    n.terminals[t].kind == TerminalKind::Port && node_in(n, TerminalId::at(t), layer).is_some()
}

fn km(n: &Network, l: LinkId) -> f64 {
    f64::from(n.length_m(l)) / 1e3
}

fn pieces(graph: &Graph, components: &Components) -> Vec<ComponentStats> {
    let n = &*graph.network;
    let mut by_layer: BTreeMap<Layer, ComponentStats> = BTreeMap::new();
    let mut largest: BTreeMap<Layer, f64> = BTreeMap::new();
    for (node, length) in components.all().filter(|(_, km)| *km > 0.0) {
        let layer = n.node_layer[node.ix()];
        let entry = by_layer.entry(layer).or_insert_with(|| ComponentStats {
            layer: layer.gauge_mm().map_or(layer.mode().word().into(), |g| format!("rail {g}")),
            km: 0.0,
            components: 0,
            largest_share: 0.0,
            over_100_km: 0,
            mended_links: 0,
            mended_km: 0.0,
        });
        entry.km += length;
        entry.components += 1;
        entry.over_100_km += usize::from(length >= 100.0);
        let most = largest.entry(layer).or_insert(0.0);
        *most = most.max(length);
    }
    for l in (0..n.links()).map(LinkId::at).filter(|l| n.flags[l.ix()].has(Flags::MENDED)) {
        if let Some(entry) = by_layer.get_mut(&n.layer_of(l)) {
            entry.mended_links += 1;
            entry.mended_km += km(n, l);
        }
    }
    for (layer, entry) in &mut by_layer {
        entry.largest_share = largest[layer] / entry.km;
    }
    by_layer.into_values().collect()
}

fn contradictions(n: &Network) -> Vec<String> {
    let links = (0..n.links()).map(LinkId::at);
    let mixed = links.filter(|l| n.layer_of(*l) != n.node_layer[n.head[l.ix()].ix()]);
    let mut found: Vec<String> = mixed.map(|l| n.link_name(l)).collect();
    for t in n.terminals.iter().filter(|t| t.kind != TerminalKind::GaugeChange) {
        let gauge = |x: &NodeId| n.node_layer[x.ix()].gauge_mm();
        let mixes = |(a, b): &(NodeId, NodeId)| matches!((gauge(a), gauge(b)), (Some(x), Some(y)) if x != y);
        if t.transfers.iter().any(mixes) {
            found.push(t.id.clone());
        }
    }
    found
}

fn unseen_borders(n: &Network) -> Vec<String> {
    let country = |x: NodeId| n.node_country[x.ix()];
    let differ = |a: u16, b: u16| a != b && a != NONE && b != NONE;
    let links = (0..n.links()).map(LinkId::at);
    let crossing = links.filter(|l| {
        !matches!(n.layer_of(*l), Layer::Sea | Layer::Waterway)
            && n.link_border[l.ix()] == NONE
            && differ(country(n.tail[l.ix()]), country(n.head[l.ix()]))
    });
    let mut found: Vec<String> = crossing.map(|l| n.link_name(l)).collect();
    let across = n.terminals.iter().filter(|t| {
        t.kind != TerminalKind::GaugeChange
            && t.transfers.iter().any(|(a, b)| differ(country(*a), country(*b)))
    });
    found.extend(across.map(|t| t.id.clone()));
    found
}

/// Half of the eligible rows of each mode, every other one in the order of the table: those on
/// which the length correction is fitted.
fn fitted(rows: &[PublishedDistance]) -> Vec<bool> {
    let mut count: BTreeMap<Mode, usize> = BTreeMap::new();
    let turn = |r: &PublishedDistance| {
        if r.eligible != "yes" {
            return false;
        }
        let c = count.entry(r.mode).or_insert(0);
        *c += 1;
        *c % 2 == 1
    };
    rows.iter().map(turn).collect()
}

fn distances(
    graph: &Graph,
    components: &Components,
    rows: &[PublishedDistance],
) -> Vec<MeasuredDistance> {
    let fitted = fitted(rows);
    let probe = DistanceProbe::new(graph, components);
    let measure = |(row, fitted): (&PublishedDistance, &bool)| {
        let measured_km = row.points().and_then(|p| probe.measure(row, &p));
        MeasuredDistance {
            id: row.id.clone(),
            between: format!("{} - {}", row.from, row.to),
            mode: row.mode,
            published_km: row.published_km,
            measured_km,
            error_pct: measured_km.map(|m| (m / row.published_km - 1.0) * 100.0),
            eligible: row.eligible == "yes",
            why_not: row.why_not.clone(),
            fitted: *fitted,
        }
    };
    rows.par_iter().zip(&fitted).map(measure).collect()
}

fn accuracy(n: &Network, mode: Mode, rows: &[MeasuredDistance]) -> Accuracy {
    let count = |rows: &[&MeasuredDistance], within: f64| {
        rows.iter().filter(|r| r.error_pct.is_some_and(|e| e.abs() <= within)).count()
    };
    let mine: Vec<&MeasuredDistance> =
        rows.iter().filter(|r| r.eligible && r.mode == mode).collect();
    let held: Vec<&MeasuredDistance> = mine.iter().copied().filter(|r| !r.fitted).collect();
    let errors: Vec<f64> = held.iter().filter_map(|r| r.error_pct).map(f64::abs).collect();
    Accuracy {
        mode,
        length_factor: match mode {
            Mode::Rail => n.length_factor[0],
            Mode::Sea => n.length_factor[1],
            Mode::Road => n.length_factor[2],
            Mode::Barge => 1.0,
        },
        rows: mine.len(),
        within_3_pct: count(&mine, 3.0),
        beyond_8_pct: mine.len() - count(&mine, 8.0),
        held_out: held.len(),
        held_out_within_3_pct: count(&held, 3.0),
        held_out_mean_pct: errors.iter().sum::<f64>() / (errors.len().max(1) as f64),
    }
}

/// Measures paths of one mode, on rail of one gauge.
struct DistanceProbe<'a> {
    graph: &'a Graph,
    components: &'a Components,
    closures: Closures,
}

/// How far a point may be from the network, km.
const REACH_KM: f64 = 60.0;
/// A point passed at sea may be this far from a lane.
const LANE_KM: f64 = 250.0;

impl<'a> DistanceProbe<'a> {
    fn new(graph: &'a Graph, components: &'a Components) -> Self {
        let mut closures = Closures::by_default(&graph.network, 0.0);
        // A length does not depend on who may pass.
        closures.borders.clear();
        DistanceProbe { graph, components, closures }
    }

    /// The shortest path over the points, in the layer in which it is shortest.
    fn measure(&self, row: &PublishedDistance, points: &[(f64, f64)]) -> Option<f64> {
        let mut layers: Vec<Layer> = self.graph.network.node_layer.clone();
        layers.sort_unstable();
        layers.dedup();
        let fits = |l: &Layer| {
            l.mode() == row.mode && row.gauge_mm.is_none_or(|g| l.gauge_mm() == Some(g))
        };
        let lengths = layers.into_iter().filter(fits).filter_map(|l| self.through(l, points));
        lengths.min_by(f64::total_cmp)
    }

    fn through(&self, layer: Layer, points: &[(f64, f64)]) -> Option<f64> {
        let last = points.len() - 1;
        let end = |i: usize| i == 0 || i == last;
        let nodes: Option<Vec<NodeId>> =
            points.iter().enumerate().map(|(i, p)| self.nearest(layer, *p, end(i))).collect();
        nodes?.windows(2).map(|w| self.between(w[0], w[1])).sum()
    }

    fn nearest(&self, layer: Layer, at: (f64, f64), end: bool) -> Option<NodeId> {
        let n = &*self.graph.network;
        if layer == Layer::Sea && end {
            let far =
                |t: &&trimodal_model::network::Terminal| great_circle_km(at, degrees(t.at_e3));
            let ports = n.terminals.iter().enumerate();
            let port = ports
                .filter(|(t, _)| in_layer(n, *t, Layer::Sea))
                .map(|(_, t)| t)
                .filter(|t| far(t) <= REACH_KM)
                .min_by(|a, b| far(a).total_cmp(&far(b)).then_with(|| a.id.cmp(&b.id)))?;
            let nodes = port.transfers.iter().flat_map(|(a, b)| [*a, *b]);
            return nodes.into_iter().find(|x| n.node_layer[x.ix()] == Layer::Sea);
        }
        let reach = if layer == Layer::Sea { LANE_KM } else { REACH_KM };
        let near = |i: &usize| {
            let node = NodeId::at(*i);
            n.node_layer[*i] == layer
                && (f64::from(n.node_e3[*i][0]) / 1e3 - at.0).abs() < reach / 110.0
                && self.components.km(node) >= 100.0
                // Access links lead to a quay or a yard, not along the line.
                && n.links_of(node).iter().any(|(l, _)| !n.flags[l.ix()].has(Flags::ACCESS))
        };
        (0..n.nodes())
            .filter(near)
            .map(|i| (great_circle_km(at, degrees(n.node_e3[i])), i))
            .filter(|(km, _)| *km <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .map(|(_, i)| NodeId::at(i))
    }

    fn between(&self, from: NodeId, to: NodeId) -> Option<f64> {
        let n = &*self.graph.network;
        let length = |step, _, _| match step {
            Step::Link(l) if !self.closures.link(n, l) => Some(u64::from(n.length_m(l))),
            _ => None,
        };
        let goal = self.graph.arrived(to);
        let start = self.graph.loaded(from);
        let starts = [(start, 0), (self.graph.arrived(from), 0)];
        let tree = search::forward(self.graph, &starts, length, |s, _| s == goal);
        let m = tree.cost[goal.ix()];
        (m != INFINITY).then(|| m as f64 / 1e3)
    }
}
