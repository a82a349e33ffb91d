//! What lies in an area is closed, and nothing else: by points along each line, and by closing links one by one.

mod common;

use std::sync::Arc;

use geo::{MultiPolygon, Polygon, polygon};
use proptest::prelude::*;
use trimodal_model::network::{LinkId, Network, NetworkElement, NodeId, TerminalId};
use trimodal_route::area::{Area, ClosedAreas, crossing};
use trimodal_route::cost::{ArcCosts, CostModel};
use trimodal_route::graph::{Graph, Step};
use trimodal_route::search::forward;
use trimodal_route::trade::TradeGeography;
use trimodal_route::{Cargo, Closures, Parameters};

type Corners = [(f64, f64); 3];

fn area(name: &str, polygons: Vec<Polygon<f64>>) -> Area {
    Area { name: name.into(), polygons: MultiPolygon(polygons) }
}

fn triangle(corners: Corners) -> Area {
    let mut ring: Vec<(f64, f64)> = corners.to_vec();
    ring.push(corners[0]);
    area("triangle", vec![Polygon::new(ring.into(), vec![])])
}

fn rectangle([west, south, east, north]: [f64; 4]) -> Polygon<f64> {
    polygon![(x: west, y: south), (x: east, y: south), (x: east, y: north), (x: west, y: north)]
}

fn closed(n: &Network, areas: Vec<Area>) -> Closures {
    let areas = Some(Arc::new(ClosedAreas::new(n, areas)));
    Closures { areas, ..Closures::default() }
}

/// Whether a point is in a triangle, or within a margin of it: which side of each edge it is on.
fn holds(corners: Corners, (x, y): (f64, f64), margin: f64) -> bool {
    let middle = corners.iter().fold((0.0, 0.0), |m, c| (m.0 + c.0 / 3.0, m.1 + c.1 / 3.0));
    let side = |a: (f64, f64), b: (f64, f64), p: (f64, f64)| {
        let length = (b.0 - a.0).hypot(b.1 - a.1).max(1e-12);
        ((b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0)) / length
    };
    (0..3).all(|i| {
        let (a, b) = (corners[i], corners[(i + 1) % 3]);
        side(a, b, (x, y)) * side(a, b, middle).signum() >= -margin
    })
}

/// Points along a link, degrees east and north.
fn along(n: &Network, link: usize) -> Vec<(f64, f64)> {
    let line = n.line(LinkId::at(link));
    let at = |p: [i32; 2]| (f64::from(p[1]) / 1e3, f64::from(p[0]) / 1e3);
    let between = |w: &[[i32; 2]]| {
        let (a, b) = (at(w[0]), at(w[1]));
        let part = move |i: i32| f64::from(i) / 2_000.0;
        (0..=2_000).map(move |i| (a.0 + (b.0 - a.0) * part(i), a.1 + (b.1 - a.1) * part(i)))
    };
    line.windows(2).flat_map(between).collect()
}

/// Least seconds from one node to every state.
fn seconds(n: &Arc<Network>, closures: &Closures, from: usize) -> Vec<u64> {
    let (parameters, trade) = (Parameters::default(), TradeGeography::new(n));
    let model = CostModel::new((n, &parameters, &trade), (Cargo::Containers, 10.0), "");
    let costs = ArcCosts::new(&model, closures);
    let graph = Graph::new(n.clone());
    let mode = |s| n.node_layer[graph.node(s).ix()].mode();
    let cost = |step, a, b| match step {
        Step::Link(l) => Some(costs.link(n, l, graph.node(a))?[0]),
        Step::Service(id) => Some(costs.service(id)?[0]),
        Step::Transfer(t) => Some(costs.transfer(t, mode(a), mode(b))?[0]),
    };
    forward(&graph, &[(graph.loaded(NodeId::at(from)), 0)], cost, |_, _| false).cost
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_link_is_closed_where_a_point_of_its_line_is_inside(
        seed in 0..50_u64,
        corners in prop::array::uniform3((-1.0..10.0, -1.0..10.0)),
        turns in -1..=1_i32,
    ) {
        let n = common::network(seed);
        let shifted = corners.map(|(x, y)| (x + 360.0 * f64::from(turns), y));
        let closures = closed(&n, vec![triangle(shifted)]);
        let areas = closures.areas.as_ref().expect("areas");
        for l in 0..n.links() {
            let points = along(&n, l);
            let is_closed = areas.link(LinkId::at(l));
            if points.iter().any(|p| holds(corners, *p, -1e-9)) {
                prop_assert!(is_closed, "link {l} leads through it");
            }
            if is_closed {
                prop_assert!(points.iter().any(|p| holds(corners, *p, 0.01)), "link {l} is outside");
            }
        }
        for (t, terminal) in n.terminals.iter().enumerate() {
            let at = (f64::from(terminal.at_e3[1]) / 1e3, f64::from(terminal.at_e3[0]) / 1e3);
            let is_closed = areas.terminal(TerminalId::at(t));
            prop_assert!(!holds(corners, at, -1e-6) || is_closed);
            prop_assert!(holds(corners, at, 1e-6) || !is_closed);
        }
    }

    #[test]
    fn avoiding_never_helps_and_is_as_closing_link_by_link(
        seed in 0..200_u64,
        corners in prop::array::uniform3((0.0..9.0, 0.0..9.0)),
    ) {
        let n = common::network(seed);
        let (from, _) = common::ends(&n, seed);
        let free = seconds(&n, &Closures::default(), from);
        let closures = closed(&n, vec![triangle(corners)]);
        let avoided = seconds(&n, &closures, from);
        prop_assert!(free.iter().zip(&avoided).all(|(free, avoided)| free <= avoided));
        let mut one_by_one = Closures::default();
        let areas = closures.areas.as_ref().expect("areas");
        for link in (0..n.links()).map(LinkId::at).filter(|l| areas.link(*l)) {
            one_by_one.avoid(NetworkElement::Link(link));
        }
        for t in (0..n.terminals.len()).map(TerminalId::at).filter(|t| areas.terminal(*t)) {
            one_by_one.avoid(NetworkElement::Terminal(t));
        }
        prop_assert_eq!(avoided, seconds(&n, &one_by_one, from));
    }
}

#[test]
fn an_area_over_180_degrees_is_one_however_it_is_written() {
    let n = trimodal_world::network();
    let find = |polygons| {
        let areas = ClosedAreas::new(&n, vec![area("dateline", polygons)]);
        (0..n.links()).filter(|l| areas.link(LinkId::at(*l))).collect::<Vec<_>>()
    };
    let east = find(vec![rectangle([170.0, -50.0, 190.0, 40.0])]);
    let lon = |l: &usize| [n.tail[*l], n.head[*l]].map(|node| n.at(node).1);
    assert!(east.iter().any(|l| lon(l).iter().all(|x| *x > 170.0)));
    assert!(east.iter().any(|l| lon(l).iter().all(|x| *x < -170.0)));
    let split =
        vec![rectangle([170.0, -50.0, 180.0, 40.0]), rectangle([-180.0, -50.0, -170.0, 40.0])];
    for polygons in [vec![rectangle([-190.0, -50.0, -170.0, 40.0])], split] {
        assert_eq!(find(polygons), east);
    }
    // A way of a truck over 180 degrees is the short one.
    let areas =
        ClosedAreas::new(&n, vec![area("Taveuni", vec![rectangle([179.5, -17.0, 181.0, -16.0])])]);
    assert!(areas.cross((-16.5, 179.0), (-16.5, -178.0)));
    assert!(!areas.cross((-16.5, 179.0), (-16.5, 178.0)));
}

#[test]
fn a_hole_is_open_whichever_way_its_ring_turns() {
    let n = trimodal_world::network();
    let hole = [(8.0, 50.0), (9.0, 50.0), (9.0, 51.0), (8.0, 51.0), (8.0, 50.0)];
    let mut turned = hole;
    turned.reverse();
    for ring in [hole, turned] {
        let outer = rectangle([5.0, 47.0, 12.0, 54.0]).exterior().clone();
        let ring = Polygon::new(outer, vec![ring.to_vec().into()]);
        let areas = ClosedAreas::new(&n, vec![area("ring", vec![ring])]);
        assert_eq!(areas.around((50.5, 8.5)), None);
        assert_eq!(areas.around((49.0, 8.5)), Some("ring"));
    }
}

#[test]
fn sides_that_cross_are_found_and_rings_that_touch_are_not() {
    let bow: Polygon<f64> =
        polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 2.0), (x: 2.0, y: 0.0), (x: 0.0, y: 2.0)];
    assert_eq!(crossing(&bow), Some([1.0, 1.0]));
    assert_eq!(crossing(&rectangle([0.0, 0.0, 2.0, 2.0])), None);
    let hole = vec![(0.0, 1.0), (1.0, 0.5), (1.0, 1.5), (0.0, 1.0)];
    let outer = rectangle([0.0, 0.0, 2.0, 2.0]).exterior().clone();
    assert_eq!(
        crossing(&Polygon::new(outer, vec![hole.into()])),
        None,
        "it touches the outer ring"
    );
}

#[test]
fn no_area_closes_nothing() {
    let n = trimodal_world::network();
    let none = ClosedAreas::new(&n, Vec::new());
    assert!((0..n.links()).all(|l| !none.link(LinkId::at(l))));
    assert!(!none.cross((50.0, 8.0), (51.0, 9.0)) && none.around((50.0, 8.0)).is_none());
}
