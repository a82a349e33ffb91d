//! Compares distances between seaports over the network with published ones.

use std::collections::BTreeMap;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trimodal_model::network::{Layer, NONE, Network, NodeId, TerminalId, great_circle_km};

use crate::graph::{Graph, Step};
use crate::restrict::Closures;
use crate::search::{INFINITY, Tree, forward};

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
pub fn sea_audit(graph: &Graph, rows: &[PublishedSeaDistance], draught_m: f64) -> SeaAudit {
    let network = &*graph.network;
    let closures = Closures::by_default(network, draught_m);
    let ports: Vec<(TerminalId, NodeId)> = (0..network.terminals.len())
        .filter_map(|t| Some((TerminalId::at(t), sea_node(network, TerminalId::at(t))?)))
        .collect();
    let far = |node: NodeId, lat: f64, lon: f64| great_circle_km((lat, lon), network.at(node));
    let open: Vec<NodeId> = (0..network.nodes())
        .filter(|n| network.node_layer[*n] == Layer::Sea && network.node_country[*n] == NONE)
        .map(NodeId::at)
        .collect();
    // A cape or a rock has no port: straight lines join it to the points of the network around it.
    let joined = |lat: f64, lon: f64| {
        let port = ports.iter().map(|(t, node)| (far(*node, lat, lon), *t, *node));
        let port = port.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|p| p.0 <= SAME_PORT_KM);
        if let Some((_, port, node)) = port {
            return Some(End { port: Some(port), nodes: vec![(node, 0)] });
        }
        let around = open.iter().map(|node| (*node, far(*node, lat, lon)));
        let nodes: Vec<(NodeId, u64)> = around
            .filter(|(_, km)| *km <= SAME_PORT_KM)
            .map(|(node, km)| (node, (km * 1e3).round() as u64))
            .collect();
        (!nodes.is_empty()).then_some(End { port: None, nodes })
    };
    let ends: Vec<[Option<End>; 2]> = rows
        .par_iter()
        .map(|r| [joined(r.from_lat, r.from_lon), joined(r.to_lat, r.to_lon)])
        .collect();
    let mut by_origin: BTreeMap<&[(NodeId, u64)], Vec<usize>> = BTreeMap::new();
    for (i, [from, _]) in ends.iter().enumerate() {
        by_origin.entry(from.as_ref().map_or(&[], |end| &end.nodes)).or_default().push(i);
    }
    let measure = |(origin, group): (&&[(NodeId, u64)], &Vec<usize>)| {
        let ways = (!origin.is_empty()).then(|| ways(graph, &closures, origin));
        group.iter().map(|i| (*i, measured(graph, &rows[*i], &ends[*i], ways.as_ref()))).collect()
    };
    let found: Vec<Vec<(usize, MeasuredSeaDistance)>> = by_origin.par_iter().map(measure).collect();
    let mut found: Vec<(usize, MeasuredSeaDistance)> = found.into_iter().flatten().collect();
    found.sort_by_key(|(i, _)| *i);
    summary(draught_m, found.into_iter().map(|(_, row)| row).collect())
}

/// An end of a row.
struct End {
    /// The port, if it is one.
    port: Option<TerminalId>,
    /// Nodes at sea and how far they are, metres.
    nodes: Vec<(NodeId, u64)>,
}

/// The node of a terminal at sea.
fn sea_node(network: &Network, terminal: TerminalId) -> Option<NodeId> {
    let mut nodes = network.terminals[terminal.ix()].transfers.iter().flat_map(|(a, b)| [*a, *b]);
    nodes.find(|n| network.node_layer[n.ix()] == Layer::Sea)
}

fn measured(
    graph: &Graph,
    row: &PublishedSeaDistance,
    ends: &[Option<End>; 2],
    ways: Option<&Tree>,
) -> MeasuredSeaDistance {
    let id = |t: Option<TerminalId>| {
        t.map_or("-".to_string(), |t| graph.network.terminals[t.ix()].id.clone())
    };
    let both = ends[0].as_ref().zip(ends[1].as_ref()).filter(|(a, b)| a.nodes != b.nodes);
    let metres = ways.zip(both).map(|(ways, (_, to))| {
        let by = to
            .nodes
            .iter()
            .map(|(node, rest)| ways.cost[graph.arrived(*node).ix()].saturating_add(*rest));
        by.min().unwrap_or(INFINITY)
    });
    let far = metres.filter(|m| *m < INFINITY).map(|m| m as f64 / 1e3);
    MeasuredSeaDistance {
        from: row.from.clone(),
        to: row.to.clone(),
        ports: both.map(|(a, b)| [id(a.port), id(b.port)]),
        published_km: row.published_km,
        measured_km: far,
        error_pct: far.map(|km| (km / row.published_km - 1.0) * 100.0),
        why_not: row.why_not.clone(),
    }
}

/// The shortest ways by sea from an end. A ship does not pass through a port.
fn ways(graph: &Graph, closures: &Closures, origin: &[(NodeId, u64)]) -> Tree {
    let n = &*graph.network;
    let length = |step, _, _| match step {
        Step::Link(l) if n.layer_of(l) == Layer::Sea && !closures.link(n, l) => {
            Some(u64::from(n.length_m(l)))
        }
        _ => None,
    };
    let from: Vec<_> = origin.iter().map(|(node, m)| (graph.loaded(*node), *m)).collect();
    forward(graph, &from, length, |_, _| false)
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
