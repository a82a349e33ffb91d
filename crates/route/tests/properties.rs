//! What must hold of any network.

mod common;

use std::sync::Arc;

use trimodal_model::Control;
use trimodal_model::network::{
    Flags, Layer, LinkId, NONE, Network, NetworkElement, NodeId, PassageId, TerminalId,
};
use trimodal_route::cost::{ArcCosts, CostModel};
use trimodal_route::graph::{Graph, Step};
use trimodal_route::outcome::{Itinerary, Leg, Routes, Snap};
use trimodal_route::restrict::{Change, Override};
use trimodal_route::search::{INFINITY, forward};
use trimodal_route::trade::TradeGeography;
use trimodal_route::{Answer, Cargo, Closures, Criterion, Parameters, Request, Via};

const CRITERIA: [Criterion; 4] =
    [Criterion::Time, Criterion::Cost, Criterion::Co2e, Criterion::Distance];

fn ask(n: &Arc<Network>, request: &Request) -> Routes {
    common::router(n).route(request, &Control::none())
}

fn question(n: &Arc<Network>, seed: u64, by: Answer) -> Request {
    let (a, b) = common::ends(n, seed);
    common::request(common::at(n, a), common::at(n, b), by)
}

/// The value of the best itinerary by a criterion.
fn least(n: &Arc<Network>, request: &Request) -> Option<f64> {
    met_and_least(n, request).1
}

/// Where the ends meet the network, and the value of the best itinerary by a criterion. A place meets the
/// nearest open port and the nearest large part: one that is closed, or another component, changes that.
fn met_and_least(n: &Arc<Network>, request: &Request) -> ([Vec<Snap>; 2], Option<f64>) {
    let Answer::Best(by) = request.answer else { panic!("one criterion") };
    let value = |i: &Itinerary| match by {
        Criterion::Time => i.time_h,
        Criterion::Cost => i.cost_usd,
        Criterion::Co2e => i.co2e_kg,
        Criterion::Distance => i.distance_km,
    };
    let routes = ask(n, request);
    let least = routes.itineraries.first().map(value);
    ([routes.origin.snap, routes.destination.snap], least)
}

/// Rounding to whole seconds, micro-dollars and milligrams a link may differ by this share.
const ROUNDING: f64 = 1e-5;

fn not_better(with: Option<f64>, without: Option<f64>, what: &str) {
    match (with, without) {
        (Some(with), Some(without)) => {
            assert!(with >= without * (1.0 - ROUNDING), "{what}: {with} beats {without}");
        }
        (Some(with), None) => panic!("{what}: {with}, where there was no path before"),
        _ => {}
    }
}

#[test]
fn avoiding_something_never_helps() {
    let mut changed = 0;
    for seed in 0..120 {
        let n = common::network(seed);
        for by in CRITERIA {
            let free = question(&n, seed, Answer::Best(by));
            let (met, best) = met_and_least(&n, &free);
            let things = (0..n.links())
                .map(|l| NetworkElement::Link(LinkId::at(l)))
                .chain((0..n.terminals.len()).map(|t| NetworkElement::Terminal(TerminalId::at(t))))
                .chain([NetworkElement::Country(0), NetworkElement::Country(1)]);
            for thing in things {
                let mut asked = free.clone();
                asked.closures.avoid(thing);
                let (met_then, worse) = met_and_least(&n, &asked);
                if met_then.iter().zip(&met).any(|(a, b)| a.iter().any(|s| !b.contains(s))) {
                    continue;
                }
                not_better(worse, best, &format!("seed {seed}, {by:?}, without {thing:?}"));
                changed += usize::from(worse != best);
            }
        }
    }
    assert!(changed > 200, "avoiding must sometimes matter: {changed}");
}

/// The network without one link.
fn without(n: &Arc<Network>, link: usize) -> Arc<Network> {
    let mut less = Network::clone(n);
    less.tail.remove(link);
    less.head.remove(link);
    less.raw_m.remove(link);
    less.flags.remove(link);
    less.link_passage.remove(link);
    less.link_border.remove(link);
    less.shape_first.remove(link);
    less.index();
    Arc::new(less)
}

/// Least seconds from one node to every state, by the costs of a network.
fn seconds(n: &Arc<Network>, closures: &Closures, from: usize) -> Vec<u64> {
    let parameters = Parameters::default();
    let trade = TradeGeography::new(n);
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

#[test]
fn an_avoided_link_is_as_if_it_were_not_there() {
    let mut changed = 0;
    for seed in 0..60 {
        let n = common::network(seed);
        let (from, _) = common::ends(&n, seed);
        let free = seconds(&n, &Closures::default(), from);
        for l in 0..n.links() {
            let mut closures = Closures::default();
            closures.avoid(NetworkElement::Link(LinkId::at(l)));
            let avoided = seconds(&n, &closures, from);
            assert_eq!(avoided, seconds(&without(&n, l), &Closures::default(), from));
            changed += usize::from(avoided != free);
        }
    }
    assert!(changed > 100, "{changed}");
}

#[test]
fn a_new_link_never_hurts() {
    let mut helped = 0;
    for seed in 0..150 {
        let n = common::network(seed);
        let mut more = Network::clone(&n);
        let layer = n.node_layer[seed as usize % n.nodes()];
        let nodes: Vec<usize> = (0..n.nodes()).filter(|i| n.node_layer[*i] == layer).collect();
        more.tail.push(NodeId::at(nodes[0]));
        more.head.push(NodeId::at(nodes[nodes.len() - 1]));
        more.raw_m.push(500);
        more.flags.push(Flags::default());
        more.link_passage.push(NONE);
        more.link_border.push(NONE);
        more.shape_first.push(0);
        more.index();
        let more = Arc::new(more);
        for by in CRITERIA {
            let request = question(&n, seed, Answer::Best(by));
            let (met, before) = met_and_least(&n, &request);
            let (met_then, after) = met_and_least(&more, &request);
            if met != met_then {
                continue;
            }
            not_better(before, after, &format!("seed {seed}, {by:?}"));
            helped += usize::from(before != after);
        }
    }
    assert!(helped > 10, "a new link must sometimes help: {helped}");
}

#[test]
fn within_a_mode_tables_obey_the_triangle_and_are_symmetric() {
    for seed in 0..200 {
        let n = common::network(seed);
        let graph = Graph::new(n.clone());
        let rides = |step, _, _| match step {
            Step::Link(l) => Some(u64::from(n.length_m(l))),
            Step::Transfer(_) | Step::Service(_) => None,
        };
        // Out of a port a ship starts loaded; over land the two states are one.
        let from = |a: usize| {
            let node = NodeId::at(a);
            let starts = [(graph.arrived(node), 0), (graph.loaded(node), 0)];
            let tree = forward(&graph, &starts, rides, |_, _| false);
            (0..n.nodes()).map(|b| tree.cost[b]).collect::<Vec<u64>>()
        };
        let land: Vec<usize> = (0..n.nodes())
            .filter(|i| !matches!(n.node_layer[*i], Layer::Sea | Layer::Waterway))
            .collect();
        let table: Vec<Vec<u64>> = (0..n.nodes()).map(from).collect();
        for a in &land {
            for b in &land {
                assert_eq!(table[*a][*b], table[*b][*a]);
                for c in &land {
                    if table[*a][*b] != INFINITY && table[*b][*c] != INFINITY {
                        assert!(table[*a][*c] <= table[*a][*b] + table[*b][*c]);
                    }
                }
            }
        }
    }
}

#[test]
fn totals_are_the_sums_of_their_parts() {
    let mut checked = 0;
    for seed in 0..200 {
        let n = common::network(seed);
        for i in ask(&n, &question(&n, seed, Answer::Pareto)).itineraries {
            let sum = |leg: fn(&trimodal_route::outcome::Leg) -> f64,
                       stop: fn(&trimodal_route::outcome::Transfer) -> f64| {
                i.legs.iter().map(leg).sum::<f64>() + i.transfers.iter().map(stop).sum::<f64>()
            };
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
            assert!(close(i.time_h, sum(|l| l.time_h, |t| t.time_h)));
            assert!(close(i.cost_usd, sum(|l| l.cost_usd, |t| t.cost_usd)));
            assert!(close(i.co2e_kg, sum(|l| l.co2e_kg, |t| t.co2e_kg)));
            assert!(close(i.distance_km, i.legs.iter().map(|l| l.distance_km).sum()));
            assert!(close(i.co2e_kg, i.co2e_wtt_kg + i.co2e_ttw_kg));
            // Hubs have no upstream part of their own.
            assert!(close(i.co2e_wtt_kg, i.legs.iter().map(|l| l.co2e_wtt_kg).sum()));
            assert!(i.time_p90_h >= i.time_p50_h && i.time_p50_h > 0.0);
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked}");
}

#[test]
fn itineraries_agree_with_the_search() {
    // The search adds whole seconds, the itinerary hours: both must have the same best.
    for seed in 0..200 {
        let n = common::network(seed);
        let pareto = ask(&n, &question(&n, seed, Answer::Pareto)).itineraries;
        for (by, value) in [
            (Criterion::Time, (|i: &Itinerary| i.time_h) as fn(&Itinerary) -> f64),
            (Criterion::Cost, |i| i.cost_usd),
            (Criterion::Co2e, |i| i.co2e_kg),
        ] {
            let alone = least(&n, &question(&n, seed, Answer::Best(by)));
            let among = pareto.iter().map(value).min_by(f64::total_cmp);
            match (alone, among) {
                (Some(a), Some(b)) => {
                    assert!((a - b).abs() <= a * ROUNDING, "{seed} {by:?}: {a} {b}")
                }
                (a, b) => assert_eq!(a, b),
            }
        }
    }
}

#[test]
fn the_same_bytes_on_one_thread_or_many() {
    let bytes = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            (0..40)
                .map(|seed| {
                    let n = common::network(seed);
                    let mut request = question(&n, seed, Answer::Pareto);
                    request.tolerance = 0.1;
                    request.alternatives = 2;
                    serde_json::to_string(&ask(&n, &request)).expect("JSON")
                })
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(bytes(1), bytes(4));
}

#[test]
fn an_override_that_closes_is_an_avoided_link() {
    for seed in 0..60 {
        let n = common::network(seed);
        let plain = question(&n, seed, Answer::Best(Criterion::Time));
        for l in 0..n.links() {
            let change = |change| Override {
                link: LinkId::at(l),
                change,
                author: "a test".into(),
                reason: "a test".into(),
            };
            let mut closed = plain.clone();
            closed.overrides.push(change(Change::Close));
            let mut avoided = plain.clone();
            avoided.closures.avoid(NetworkElement::Link(LinkId::at(l)));
            assert_eq!(least(&n, &closed), least(&n, &avoided));
            let mut same = plain.clone();
            same.overrides.push(change(Change::CostFactor(1.0)));
            assert_eq!(ask(&n, &same).itineraries, ask(&n, &plain).itineraries);
        }
    }
}

#[test]
fn passing_a_point_is_never_shorter() {
    let mut longer = 0;
    for seed in 0..150 {
        let n = common::network(seed);
        let plain = question(&n, seed, Answer::Best(Criterion::Distance));
        let mut detour = plain.clone();
        detour.via.push(common::at(&n, seed as usize % n.nodes()).into());
        let (direct, round) = (least(&n, &plain), least(&n, &detour));
        not_better(round, direct, &format!("seed {seed}"));
        longer += usize::from(round != direct);
    }
    assert!(longer > 20, "{longer}");
}

#[test]
fn passing_a_passage_is_never_better_and_its_pareto_set_has_the_best() {
    let (mut longer, mut found) = (0, 0);
    for seed in 0..120 {
        let n = common::network(seed);
        for p in 0..n.passages.len() {
            let plain = question(&n, seed, Answer::Best(Criterion::Cost));
            let passage = PassageId::at(p);
            let mut over = plain.clone();
            over.via.push(Via::Passage { name: "it".into(), passages: vec![passage] });
            let (direct, round) = (least(&n, &plain), least(&n, &over));
            not_better(round, direct, &format!("seed {seed}, passage {p}"));
            longer += usize::from(round != direct);
            over.answer = Answer::Pareto;
            let set = ask(&n, &over).itineraries;
            let best = set.iter().map(|i| i.cost_usd).min_by(f64::total_cmp);
            match (best, round) {
                (Some(a), Some(b)) => assert!((a - b).abs() < 1e-6, "seed {seed}: {a} {b}"),
                (a, b) => assert_eq!(a, b, "seed {seed}, passage {p}"),
            }
            let id = &n.passages[p].id;
            for itinerary in &set {
                let rides =
                    |l: &Leg| l.waterways.contains(id) || l.ferry.as_deref() == Some("Ferry");
                let by_barge = itinerary.legs.iter().any(rides);
                let used = by_barge || itinerary.passages.contains(id);
                assert!(used, "seed {seed}: {id} not in {:?}", itinerary.passages);
            }
            found += set.len();
        }
    }
    assert!(longer > 20 && found > 20, "{longer} longer, {found} found");
}
