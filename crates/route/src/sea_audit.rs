//! Compares distances between seaports over the network with published ones.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::network::{Layer, NONE, Network, NodeId, TerminalId, great_circle_km};

use crate::restrict::Closures;

/// A port of the network this near to a published position is taken for the same.
pub const SAME_PORT_KM: f64 = 60.0;

/// A published distance between two seaports: a row of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PublishedSeaDistance {
    /// Where from.
    pub from: String,
    /// Degrees north.
    pub from_lat: f64,
    /// Degrees east.
    pub from_lon: f64,
    /// Where to.
    pub to: String,
    /// Degrees north.
    pub to_lat: f64,
    /// Degrees east.
    pub to_lon: f64,
    /// Km.
    pub published_km: f64,
    /// Why the row is judged wrong, or not comparable; empty: it counts.
    #[serde(default)]
    pub why_not: String,
}

impl PublishedSeaDistance {
    /// Reads the rows of a table with the columns of `sea_distances.csv`; lines that start with `#` are comments.
    pub fn rows(text: &str) -> Result<Vec<PublishedSeaDistance>, csv::Error> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        reader.deserialize().collect()
    }
}

/// A published distance and that over the network.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MeasuredSeaDistance {
    /// Where from.
    pub from: String,
    /// Where to.
    pub to: String,
    /// Ids of the ports of the network, where both are near; `-` for a point at sea.
    pub ports: Option<[String; 2]>,
    /// Km, published.
    pub published_km: f64,
    /// Km over the network; none where a port is missing or there is no way.
    pub measured_km: Option<f64>,
    /// Relative error, per cent.
    pub error_pct: Option<f64>,
    /// Why the row does not count; empty: it does.
    pub why_not: String,
}

/// How right the distances at sea are.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SeaAudit {
    /// Draught of the ship, metres; passages that are shallower are closed.
    pub draught_m: f64,
    /// Rows that count.
    pub rows: usize,
    /// Rows of them that were not measured.
    pub unmeasured: usize,
    /// Median of the absolute error of those measured, per cent.
    pub median_abs_error_pct: f64,
    /// Median of the error, per cent: above zero where the network is too long.
    pub median_error_pct: f64,
    /// Share of the rows that count within 3 %.
    pub within_3_pct: f64,
    /// Share of the rows that count within 8 %.
    pub within_8_pct: f64,
    /// All rows.
    pub distances: Vec<MeasuredSeaDistance>,
}

/// Measures published distances over the sea network for a ship of a draught, ice as usual.
pub fn sea_audit(network: &Network, rows: &[PublishedSeaDistance], draught_m: f64) -> SeaAudit {
    let closures = Closures::by_default(network, draught_m);
    let ports: Vec<(TerminalId, NodeId)> = (0..network.terminals.len())
        .filter_map(|t| Some((TerminalId::at(t), sea_node(network, TerminalId::at(t))?)))
        .collect();
    let far = |node: NodeId, lat: f64, lon: f64| great_circle_km((lat, lon), network.at(node));
    let open: Vec<NodeId> = (0..network.nodes())
        .filter(|n| network.node_layer[*n] == Layer::Sea && network.node_country[*n] == NONE)
        .map(NodeId::at)
        .collect();
    // A cape or a rock has no port: it is the nearest point of the network.
    let nearest = |lat: f64, lon: f64| {
        let port = ports.iter().map(|(t, node)| (far(*node, lat, lon), Some(*t), *node));
        let port = port.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|p| p.0 <= SAME_PORT_KM);
        let point = || open.iter().map(|node| (far(*node, lat, lon), None, *node));
        let found = port.or_else(|| point().min_by(|a, b| a.0.total_cmp(&b.0)))?;
        (found.0 <= SAME_PORT_KM).then_some((found.1, found.2))
    };
    let ends: Vec<[Option<End>; 2]> = rows
        .par_iter()
        .map(|r| [nearest(r.from_lat, r.from_lon), nearest(r.to_lat, r.to_lon)])
        .collect();
    let mut by_origin: BTreeMap<NodeId, Vec<usize>> = BTreeMap::new();
    for (i, [from, _]) in ends.iter().enumerate() {
        by_origin.entry(from.map_or(NodeId(u32::MAX), |(_, node)| node)).or_default().push(i);
    }
    let measure = |(origin, group): (&NodeId, &Vec<usize>)| {
        let km = (origin.0 != u32::MAX).then(|| distances(network, &closures, *origin));
        group.iter().map(|i| (*i, measured(network, &rows[*i], &ends[*i], km.as_deref()))).collect()
    };
    let found: Vec<Vec<(usize, MeasuredSeaDistance)>> = by_origin.par_iter().map(measure).collect();
    let mut found: Vec<(usize, MeasuredSeaDistance)> = found.into_iter().flatten().collect();
    found.sort_by_key(|(i, _)| *i);
    summary(draught_m, found.into_iter().map(|(_, row)| row).collect())
}

/// A port, if it is one, and a node at sea.
type End = (Option<TerminalId>, NodeId);

/// The node of a terminal at sea.
fn sea_node(network: &Network, terminal: TerminalId) -> Option<NodeId> {
    let mut nodes = network.terminals[terminal.ix()].transfers.iter().flat_map(|(a, b)| [*a, *b]);
    nodes.find(|n| network.node_layer[n.ix()] == Layer::Sea)
}

fn measured(
    network: &Network,
    row: &PublishedSeaDistance,
    ends: &[Option<End>; 2],
    km: Option<&[f64]>,
) -> MeasuredSeaDistance {
    let id =
        |t: Option<TerminalId>| t.map_or("-".to_string(), |t| network.terminals[t.ix()].id.clone());
    let both = ends[0].zip(ends[1]).filter(|(a, b)| a.1 != b.1);
    let far = km.zip(both).map(|(km, (_, to))| km[to.1.ix()]).filter(|km| km.is_finite());
    MeasuredSeaDistance {
        from: row.from.clone(),
        to: row.to.clone(),
        ports: both.map(|(a, b)| [id(a.0), id(b.0)]),
        published_km: row.published_km,
        measured_km: far,
        error_pct: far.map(|km| (km / row.published_km - 1.0) * 100.0),
        why_not: row.why_not.clone(),
    }
}

/// Km from a node to every node at sea. A ship does not pass through a port.
fn distances(network: &Network, closures: &Closures, origin: NodeId) -> Vec<f64> {
    let port = |n: NodeId| network.node_country[n.ix()] != NONE;
    let mut metres = vec![u64::MAX; network.nodes()];
    let mut heap = BinaryHeap::from([Reverse((0_u64, origin))]);
    metres[origin.ix()] = 0;
    while let Some(Reverse((m, at))) = heap.pop() {
        if metres[at.ix()] < m || (at != origin && port(at)) {
            continue;
        }
        for (link, to) in network.links_of(at) {
            if network.node_layer[to.ix()] != Layer::Sea || closures.link(network, *link) {
                continue;
            }
            let there = m + u64::from(network.length_m(*link));
            if there < metres[to.ix()] {
                metres[to.ix()] = there;
                heap.push(Reverse((there, *to)));
            }
        }
    }
    let km = |m: u64| if m == u64::MAX { f64::INFINITY } else { m as f64 / 1e3 };
    metres.into_iter().map(km).collect()
}

fn summary(draught_m: f64, distances: Vec<MeasuredSeaDistance>) -> SeaAudit {
    let counted: Vec<&MeasuredSeaDistance> =
        distances.iter().filter(|d| d.why_not.is_empty()).collect();
    let mut errors: Vec<f64> = counted.iter().filter_map(|d| d.error_pct).collect();
    let rows = counted.len();
    let within = |pct: f64| {
        let near = errors.iter().filter(|e| e.abs() <= pct).count();
        near as f64 / rows.max(1) as f64
    };
    let (within_3_pct, within_8_pct) = (within(3.0), within(8.0));
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let unmeasured = rows - errors.len();
    let median_error_pct = median(&mut errors);
    errors.iter_mut().for_each(|e| *e = e.abs());
    let median_abs_error_pct = median(&mut errors);
    SeaAudit {
        draught_m,
        rows,
        unmeasured,
        median_abs_error_pct,
        median_error_pct,
        within_3_pct,
        within_8_pct,
        distances,
    }
}
