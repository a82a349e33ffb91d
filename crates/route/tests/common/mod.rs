//! Small random networks, and questions on them.
#![allow(dead_code)]

use std::sync::Arc;

use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use trimodal_model::network::{
    Border, BorderDelay, Flags, Layer, Locks, NONE, Network, NodeId, Passage, PassageKind,
    Terminal, TerminalKind, degrees,
};
use trimodal_model::scenario::Mode;
use trimodal_route::{
    Answer, Cargo, Closures, Goods, NetworkLaw, Parameters, Point, Request, Router,
};

/// A random network of a few nodes in each of five layers, joined by terminals of all kinds; with currents and
/// locks on the waterways and ferries among the roads and tracks.
pub fn network(seed: u64) -> Arc<Network> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut n = Network {
        countries: vec!["AA".into(), "BB".into()],
        length_factor: [1.0; 3],
        passages: passages(),
        ..Network::default()
    };
    let layers = [Layer::Sea, Layer::Road, Layer::Rail(1435), Layer::Rail(1520), Layer::Waterway];
    for layer in layers {
        let from = n.nodes();
        let count = rng.random_range(2..=4);
        for _ in 0..count {
            n.node_e3.push([rng.random_range(0..9_000), rng.random_range(0..9_000)]);
            n.node_layer.push(layer);
            n.node_country.push(if layer == Layer::Sea { NONE } else { rng.random_range(0..2) });
        }
        for _ in 0..count + rng.random_range(0..3) {
            let (a, b) = (rng.random_range(0..count), rng.random_range(0..count));
            if a != b {
                link(&mut n, NodeId::at(from + a.min(b)), NodeId::at(from + a.max(b)), &mut rng);
            }
        }
    }
    terminals(&mut n, &mut rng);
    n.shape_first = vec![0; n.links() + 1];
    n.index();
    Arc::new(n)
}

fn passages() -> Vec<Passage> {
    let waterway = |id: &str, locks, speeds_kmh| Passage {
        id: id.into(),
        name: id.into(),
        kind: PassageKind::Waterway,
        vessel_t: Some(1_500.0),
        locks: Locks { count: locks, p50_h: 0.5, p90_h: 1.5 },
        speeds_kmh: Some(speeds_kmh),
        ..Passage::default()
    };
    let ferry = Passage {
        id: "ferry".into(),
        name: "Ferry".into(),
        kind: PassageKind::Ferry,
        transit_h: 5.0,
        departures_week: Some(7.0),
        ..Passage::default()
    };
    vec![waterway("river", 0, [8.0, 20.0]), waterway("canal", 9, [9.0, 9.0]), ferry]
}

/// The passage and the flags of a link.
fn special(layer: Layer, rng: &mut impl Rng) -> (u16, Flags) {
    match layer {
        Layer::Waterway => {
            let from_tail = rng.random_bool(0.5);
            let flags = if from_tail { Flags::TAIL_UPSTREAM } else { Flags::default() };
            (rng.random_range(0..2), flags)
        }
        Layer::Road | Layer::Rail(_) if rng.random_bool(0.15) => (2, Flags::FERRY),
        _ if rng.random_bool(0.2) => (NONE, Flags::MENDED),
        _ => (NONE, Flags::default()),
    }
}

fn link(n: &mut Network, a: NodeId, b: NodeId, rng: &mut impl Rng) {
    let (ca, cb) = (n.node_country[a.ix()], n.node_country[b.ix()]);
    let border = if ca != cb && n.node_layer[a.ix()] != Layer::Sea {
        n.borders.push(Border {
            id: format!("border-{}", n.borders.len()),
            name: "Border".into(),
            mode: n.node_layer[a.ix()].mode(),
            countries: [ca, cb],
            at_e3: n.node_e3[a.ix()],
            stop: BorderDelay { p50_h: 6.0, p90_h: 24.0, usd_t: 5.0, ..BorderDelay::default() },
        });
        (n.borders.len() - 1) as u16
    } else {
        NONE
    };
    n.tail.push(a);
    n.head.push(b);
    n.raw_m.push(rng.random_range(1_000..400_000));
    let (passage, flags) = special(n.node_layer[a.ix()], rng);
    n.flags.push(flags);
    n.link_passage.push(passage);
    n.link_border.push(border);
}

fn terminals(n: &mut Network, rng: &mut impl Rng) {
    let nodes = |n: &Network, layer: Layer| -> Vec<NodeId> {
        (0..n.nodes()).filter(|i| n.node_layer[*i] == layer).map(NodeId::at).collect()
    };
    let rails = [Layer::Rail(1435), Layer::Rail(1520)];
    let kinds = [
        (TerminalKind::Port, Layer::Sea, Layer::Road),
        (TerminalKind::Port, Layer::Sea, rails[0]),
        (TerminalKind::RailRoad, Layer::Road, rails[0]),
        (TerminalKind::RailRoad, Layer::Road, rails[1]),
        (TerminalKind::GaugeChange, rails[0], rails[1]),
        (TerminalKind::Port, Layer::Sea, Layer::Waterway),
        (TerminalKind::Port, Layer::Waterway, Layer::Road),
        (TerminalKind::Port, Layer::Waterway, rails[1]),
    ];
    for (i, (kind, a, b)) in kinds.into_iter().enumerate() {
        let (from, to) = (nodes(n, a), nodes(n, b));
        let a = from[rng.random_range(0..from.len())];
        let b = to[rng.random_range(0..to.len())];
        n.terminals.push(Terminal {
            id: format!("terminal-{i}"),
            name: format!("Terminal {i}"),
            kind,
            country: n.node_country[b.ix()],
            at_e3: n.node_e3[b.ix()],
            transfers: vec![(a.min(b), a.max(b))],
        });
    }
}

/// A router without law: the random countries have none.
pub fn router(n: &Arc<Network>) -> Router {
    let day = "2026-01-01".parse().expect("a date");
    let law = NetworkLaw::read(n, day, None, None).expect("no policies to misread");
    Router::new(n.clone(), Parameters::default(), law)
}

/// A point at a node.
pub fn at(n: &Network, node: usize) -> Point {
    let (lat, lon) = degrees(n.node_e3[node]);
    Point { name: format!("node {node}"), lat, lon, port: None, country: None }
}

/// A plain question.
pub fn request(origin: Point, destination: Point, by: Answer) -> Request {
    Request {
        origin,
        destination,
        via: Vec::new(),
        cargo: Cargo::Containers,
        tonnes: 10.0,
        ship: String::new(),
        answer: by,
        alternatives: 0,
        tolerance: 0.0,
        max_labels: 1_000_000,
        closures: Closures::default(),
        avoided: Vec::new(),
        overrides: Vec::new(),
        snap_km: 2_000.0,
        goods: Goods::default(),
    }
}

/// Two different land nodes, drawn by a seed.
pub fn ends(n: &Network, seed: u64) -> (usize, usize) {
    let mut rng = Pcg64Mcg::seed_from_u64(seed ^ 0x9e37);
    let on_land = |i: &usize| !matches!(n.node_layer[*i].mode(), Mode::Sea | Mode::Barge);
    let land: Vec<usize> = (0..n.nodes()).filter(on_land).collect();
    let a = rng.random_range(0..land.len());
    let b = (a + 1 + rng.random_range(0..land.len() - 1)) % land.len();
    (land[a], land[b])
}
