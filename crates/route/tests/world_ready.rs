//! A prepared router answers on the embedded world what plain search answers, to the unit.

use std::collections::HashSet;
use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use trimodal_cch::INFINITY as APART;
use trimodal_cch::cch::Cch;
use trimodal_cch::many_to_many::{LabelSet, table};
use trimodal_cch::metric::Metric;
use trimodal_cch::perfect::PerfectMetric;
use trimodal_cch::query::{CchView, Direction};
use trimodal_model::Control;
use trimodal_model::network::{LinkId, Network, NetworkElement, NodeId, PassageId, degrees};
use trimodal_model::scenario::Mode;
use trimodal_route::arc_list::ArcList;
use trimodal_route::cost::{ArcCosts, CostModel};
use trimodal_route::graph::{Graph, State, Step};
use trimodal_route::objective::StepCosts;
use trimodal_route::outcome::Routes;
use trimodal_route::search::{INFINITY, forward};
use trimodal_route::snap::{self, Components, SnapIndex, candidates, nearest_country};
use trimodal_route::trade::TradeGeography;
use trimodal_route::{
    Answer, Cargo, Closures, ContractedNetwork, Criterion, Goods, NetworkLaw, Parameters, Point,
    PreparedRouter, Request, Router,
};

const CRITERIA: [Criterion; 4] =
    [Criterion::Time, Criterion::Cost, Criterion::Co2e, Criterion::Distance];

/// As many questions as are asked with `TRIMODAL_LONG=1`; otherwise a third, so that all tests fit their time.
fn samples(most: usize) -> usize {
    if std::env::var_os("TRIMODAL_LONG").is_some() { most } else { most / 3 }
}

fn pick(rng: &mut Pcg64Mcg, count: usize) -> usize {
    (rng.random::<f64>() * count as f64) as usize
}

/// Random closures: countries, passages, a mode, mended links.
fn closures(n: &Network, rng: &mut Pcg64Mcg) -> Closures {
    let mut closures = Closures::by_default(n, 15.5);
    for _ in 0..pick(rng, 6) {
        closures.avoid(NetworkElement::Country(pick(rng, n.countries.len()) as u16));
    }
    for _ in 0..pick(rng, 3) {
        closures.avoid(NetworkElement::Passage(PassageId::at(pick(rng, n.passages.len()))));
    }
    if pick(rng, 3) == 0 {
        closures.modes = [Mode::Rail, Mode::Sea].into();
    }
    closures.mended = pick(rng, 3) == 0;
    closures
}

/// Distances by the hierarchy, row by row; no path, or one beyond 32 bits, is [`INFINITY`].
fn by_hierarchy(cch: &Cch, costs: &[u32], from: &[u32], to: &[u32]) -> Vec<u64> {
    let metric = Metric::customize(cch, costs);
    let perfect = PerfectMetric::new(cch, &metric);
    let view = CchView { cch, costs, metric: &metric, perfect: Some(&perfect), unpacking: None };
    let rows = LabelSet::new(&view, from, Direction::Forward);
    let columns = LabelSet::new(&view, to, Direction::Backward);
    let found = table(cch, &rows, &columns);
    found.into_iter().map(|d| if d == APART { INFINITY } else { u64::from(d) }).collect()
}

#[test]
fn distances_between_two_thousand_pairs_are_those_of_plain_search() {
    let n = Arc::new(trimodal_world::network());
    let (graph, parameters) = (Graph::new(n.clone()), Parameters::default());
    let contracted = ContractedNetwork::new(&graph, &trimodal_world::order());
    let mode = |s: State| n.node_layer[graph.node(s).ix()].mode();
    let (mut reached, mut apart) = (0, 0);
    for seed in 0..5 {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let closures = closures(&n, &mut rng);
        let cargo = Cargo::ALL[pick(&mut rng, Cargo::ALL.len())];
        let trade = TradeGeography::new(&n);
        let model = CostModel::new((&n, &parameters, &trade), (cargo, 10.0), "");
        let arcs = ArcCosts::new(&model, &closures);
        // 8 origins and 50 destinations in each of 5 worlds.
        let mut node = || NodeId::at(pick(&mut rng, n.nodes()));
        let from: Vec<u32> = (0..8).map(|_| graph.loaded(node()).0).collect();
        let to: Vec<u32> = (0..50).map(|_| graph.arrived(node()).0).collect();
        for by in CRITERIA {
            let value = |step: Step, a: State, b: State| {
                let (cost, length_m) = match step {
                    Step::Link(l) => (arcs.link(&n, l, graph.node(a))?, u64::from(n.length_m(l))),
                    Step::Service(_) => return None,
                    Step::Transfer(t) => {
                        let open = closures.uses(mode(a)) && closures.uses(mode(b));
                        (open.then(|| arcs.transfer(t, mode(a), mode(b)))??, 0)
                    }
                };
                Some(match by {
                    Criterion::Time => cost[0],
                    Criterion::Cost => cost[1],
                    Criterion::Co2e => cost[2],
                    Criterion::Distance => length_m,
                })
            };
            let ours = by_hierarchy(&contracted.cch, &contracted.costs(value), &from, &to);
            let row = |s: &u32| {
                let tree = forward(&graph, &[(State(*s), 0)], value, |_, _| false);
                to.iter().map(|t| tree.cost[*t as usize]).collect::<Vec<_>>()
            };
            let plain: Vec<Vec<u64>> = from.par_iter().map(row).collect();
            for (ours, plain) in ours.iter().zip(plain.concat()) {
                let plain = if plain >= u64::from(APART) { INFINITY } else { plain };
                assert_eq!(*ours, plain, "seed {seed}, {by:?}");
                if *ours == INFINITY { apart += 1 } else { reached += 1 }
            }
        }
    }
    assert!(reached > 3_000 && apart > 300, "{reached} reached, {apart} apart");
}

#[test]
fn a_network_contracted_for_some_modes_lacks_nothing_that_they_use() {
    let n = Arc::new(trimodal_world::network());
    let day = "2026-01-01".parse().expect("a day");
    let law = NetworkLaw::read(&n, day, Some(vec![]), None).expect("the law");
    let router = Router::new(n.clone(), Parameters::default(), law);
    let graph = &router.graph;
    let all = ArcList::new(graph, &|_| true);
    let trade = TradeGeography::new(&n);
    let model = CostModel::new((&n, &router.parameters, &trade), (Cargo::Containers, 10.0), "");
    for set in 1..1 << Mode::ALL.len() {
        let used = |mode: &Mode| set >> Mode::ALL.iter().position(|m| m == mode).unwrap_or(0) & 1;
        let modes = Mode::ALL.into_iter().filter(|mode| used(mode) == 1).collect();
        let closures = Closures { modes, ..Closures::default() };
        let costs = ArcCosts::new(&model, &closures);
        let costs = Arc::new(costs.with_services(&model, &graph.services, &closures));
        let costs = StepCosts::new(graph.clone(), costs, &closures);
        let some = ArcList::new(graph, &|mode| closures.uses(mode));
        let open = |arcs: &ArcList| {
            (0..arcs.steps.len()).filter(|arc| costs.of_arc(arcs, *arc).is_some()).count()
        };
        assert_eq!(open(&all), open(&some), "{:?}", closures.modes);
        assert!(some.steps.len() < all.steps.len() || set == (1 << Mode::ALL.len()) - 1);
        assert!(open(&some) > 1_000);
    }
}

struct Asked<'a> {
    router: &'a Router,
    contracted: &'a Arc<ContractedNetwork>,
    cities: Vec<Point>,
}

impl Asked<'_> {
    fn request(&self, rng: &mut Pcg64Mcg, by: Answer, closures: &Closures) -> Request {
        let mut city = || self.cities[pick(rng, self.cities.len())].clone();
        Request {
            origin: city(),
            destination: city(),
            via: Vec::new(),
            cargo: Cargo::Containers,
            tonnes: 10.0,
            ship: String::new(),
            answer: by,
            alternatives: 0,
            tolerance: 0.05,
            max_labels: trimodal_route::request::MAX_LABELS,
            closures: closures.clone(),
            avoided: Vec::new(),
            overrides: Vec::new(),
            snap_km: 100.0,
            goods: Goods::default(),
        }
    }
}

fn point_at(lat: f64, lon: f64) -> Point {
    Point { name: format!("{lat},{lon}"), lat, lon, port: None, country: None }
}

fn with_world(check: impl FnOnce(&Asked)) {
    let network = Arc::new(trimodal_world::network());
    let places = trimodal_world::places();
    let day = "2026-01-01".parse().expect("a day");
    let law = NetworkLaw::read(&network, day, Some(vec![]), None).expect("the law");
    let router = Router::new(network, Parameters::default(), law);
    let contracted = Arc::new(ContractedNetwork::new(&router.graph, &trimodal_world::order()));
    let city = |i: usize| {
        let (lat, lon) = degrees(places.at_e3[i]);
        point_at(lat, lon)
    };
    let cities = (0..places.len()).filter(|i| places.population[*i] > 200_000).map(city).collect();
    check(&Asked { router: &router, contracted: &contracted, cities });
}

/// The value by which an answer is the best; none where there is none.
fn least(routes: &Routes, by: Criterion) -> Option<f64> {
    routes.itineraries.first().map(|i| match by {
        Criterion::Time => i.time_h,
        Criterion::Cost => i.cost_usd,
        Criterion::Co2e => i.co2e_kg,
        Criterion::Distance => i.distance_km,
    })
}

#[test]
fn whole_questions_are_answered_alike_by_one_thread_and_by_many() {
    with_world(|world| {
        let mut rng = Pcg64Mcg::seed_from_u64(11);
        let closures = Closures::by_default(&world.router.graph.network, 15.5);
        for by in CRITERIA {
            let requests: Vec<Request> = (0..samples(60))
                .map(|_| world.request(&mut rng, Answer::Best(by), &closures))
                .collect();
            // Plain answers first: they query at every node for where a place meets the network.
            let plain: Vec<Routes> = requests
                .par_iter()
                .take(12)
                .map(|r| world.router.route(r, &Control::none()))
                .collect();
            let prepared = PreparedRouter::new(world.router, world.contracted, &requests[0]);
            let ours: Vec<Routes> =
                requests.iter().map(|r| prepared.route(r, &Control::none())).collect();
            let many: Vec<Routes> =
                requests.par_iter().map(|r| prepared.route(r, &Control::none())).collect();
            assert_eq!(ours, many);
            for (ours, plain) in ours.iter().zip(&plain) {
                assert_eq!(ours.origin, plain.origin, "a place is snapped alike");
                assert_eq!(ours.unreachable, plain.unreachable);
                match (least(ours, by), least(plain, by)) {
                    // Equal in whole seconds, cents and grams a link, which itineraries do not round to.
                    (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-5 * b, "{by:?} {a} {b}"),
                    (a, b) => assert_eq!(a, b),
                }
            }
            let points: Vec<Point> = requests.iter().take(9).map(|r| r.origin.clone()).collect();
            let cells = prepared.table(&requests[0], &points, &points, &Control::none());
            let plain = world.router.table(&requests[0], &points[..2], &points, &Control::none());
            for (ours, plain) in cells.cells.iter().zip(&plain.cells) {
                assert_eq!(ours.status, plain.status);
                let of = |c: &trimodal_route::matrix::Cell| {
                    c.totals.as_ref().map(|f| match by {
                        Criterion::Time => f.time_h,
                        Criterion::Cost => f.cost_usd,
                        Criterion::Co2e => f.co2e_kg,
                        Criterion::Distance => f.distance_km,
                    })
                };
                let (a, b) = (of(ours).unwrap_or(0.0), of(plain).unwrap_or(0.0));
                assert!((a - b).abs() <= 1e-5 * b, "{by:?} {a} {b}");
            }
        }
    });
}

/// Whether for every itinerary of one answer another has one that is at most its tolerance worse.
fn covers(all: &Routes, one: &Routes) -> bool {
    // Of a cover, paths that gain less than 7 % on another and lose much are not listed.
    const NO_GAIN: f64 = 1.07;
    let most = (1.0 + all.tolerance) * NO_GAIN + 1e-6;
    one.itineraries.iter().all(|x| {
        all.itineraries.iter().any(|k| {
            k.time_h <= x.time_h * most
                && k.cost_usd <= x.cost_usd * most
                && k.co2e_kg <= x.co2e_kg * most
        })
    })
}

/// A link in the middle of the longest ride of the first itinerary.
fn on_the_route(n: &Network, routes: &Routes) -> Option<LinkId> {
    let legs = routes.itineraries.first()?.legs.iter().filter(|leg| !leg.access);
    let leg = legs.max_by(|a, b| a.distance_km.total_cmp(&b.distance_km))?;
    let e3 = |[lon, lat]: &[f64; 2]| [lon, lat].map(|x| (x * 1e3).round() as i32);
    let line: HashSet<[i32; 2]> = leg.line.iter().map(e3).collect();
    let along = |node: NodeId| {
        let (lat, lon) = n.at(node);
        line.contains(&e3(&[lon, lat]))
    };
    let on = |l: &LinkId| {
        n.layer_of(*l).mode() == leg.mode && along(n.tail[l.ix()]) && along(n.head[l.ix()])
    };
    let links: Vec<LinkId> = (0..n.links()).map(LinkId::at).filter(on).collect();
    links.get(links.len() / 2).copied()
}

#[test]
fn a_link_closed_is_seen_in_answers() {
    with_world(|world| {
        let mut rng = Pcg64Mcg::seed_from_u64(23);
        let n = &world.router.graph.network;
        for (by, pairs) in [(Answer::Best(Criterion::Cost), 12), (Answer::Pareto, 3)] {
            let mut closures = Closures::by_default(n, 15.5);
            let requests: Vec<Request> =
                (0..pairs).map(|_| world.request(&mut rng, by, &closures)).collect();
            let mut prepared = PreparedRouter::new(world.router, world.contracted, &requests[0]);
            let mut moved = 0;
            for request in &requests {
                let before = prepared.route(
                    &Request { closures: closures.clone(), ..request.clone() },
                    &Control::none(),
                );
                let Some(link) = on_the_route(n, &before) else { continue };
                prepared.close_link(link);
                closures.avoid(NetworkElement::Link(link));
                let asked = Request { closures: closures.clone(), ..request.clone() };
                let (ours, plain) = (
                    prepared.route(&asked, &Control::none()),
                    world.router.route(&asked, &Control::none()),
                );
                let ends = (&request.origin.name, &request.destination.name);
                assert_eq!(ours.unreachable, plain.unreachable, "{ends:?}");
                moved += usize::from(ours.itineraries != before.itineraries);
                match by {
                    Answer::Pareto => {
                        assert!(covers(&ours, &plain) && covers(&plain, &ours), "{ends:?}")
                    }
                    Answer::Best(by) => {
                        let best = |r: &Routes| least(r, by).unwrap_or(0.0);
                        assert!(
                            (best(&ours) - best(&plain)).abs() <= 1e-5 * best(&plain),
                            "{ends:?}"
                        );
                    }
                }
            }
            assert!(moved * 2 > pairs, "{moved} of {pairs} answers moved");
        }
    });
}

#[test]
fn questions_asked_again_for_the_law_are_answered_alike() {
    with_world(|world| {
        // Behind a territory that undeclared goods must not enter.
        let near = |p: &&Point| (40.0..47.0).contains(&p.lat) && (123.0..133.0).contains(&p.lon);
        let cities: Vec<Point> = world.cities.iter().filter(near).cloned().collect();
        let closures = Closures::by_default(&world.router.graph.network, 15.5);
        let mut rng = Pcg64Mcg::seed_from_u64(17);
        let mut again = 0;
        for by in [Answer::Best(Criterion::Time), Answer::Best(Criterion::Cost), Answer::Pareto] {
            let requests: Vec<Request> = (0..48)
                .map(|i| Request {
                    origin: cities[pick(&mut rng, cities.len())].clone(),
                    alternatives: i % 3,
                    ..world.request(&mut rng, by, &closures)
                })
                .collect();
            let prepared = PreparedRouter::new(world.router, world.contracted, &requests[0]);
            for request in &requests[..samples(requests.len())] {
                let (ours, plain) = (
                    prepared.route(request, &Control::none()),
                    world.router.route(request, &Control::none()),
                );
                let ends = (&request.origin.name, &request.destination.name);
                assert_eq!(ours.unreachable, plain.unreachable);
                // Covers of a Pareto set differ: only one of them may have a path that the law forbids.
                if by != Answer::Pareto {
                    assert_eq!(ours.law, plain.law);
                }
                again += usize::from(ours.law.iter().any(|l| l.starts_with("obeyed")));
                assert!(!ours.cut_short, "{ends:?}");
                if plain.cut_short {
                    continue;
                }
                match by {
                    Answer::Pareto => {
                        assert!(covers(&ours, &plain) && covers(&plain, &ours), "{ends:?}")
                    }
                    Answer::Best(by) => {
                        let best = |r: &Routes| least(r, by).unwrap_or(0.0);
                        let (a, b) = (best(&ours), best(&plain));
                        // Equal in whole seconds a link; here routes are short.
                        assert!((a - b).abs() <= 2e-5 * b + 1e-3, "{ends:?}, {by:?}: {a} {b}");
                    }
                }
            }
        }
        assert!(again > samples(10), "{again} asked again");
    });
}

#[test]
fn near_pairs_are_covered_as_the_exact_set_says() {
    with_world(|world| {
        let mut rng = Pcg64Mcg::seed_from_u64(29);
        let closures = Closures::by_default(&world.router.graph.network, 15.5);
        let far = |r: &Request| {
            let (a, b) = (&r.origin, &r.destination);
            let lon = (a.lon - b.lon).abs() * a.lat.to_radians().cos();
            (a.lat - b.lat).hypot(lon)
        };
        let near = |r: &Request| far(r) > 0.1 && far(r) < 2.5;
        let any = std::iter::repeat_with(|| world.request(&mut rng, Answer::Pareto, &closures));
        let requests: Vec<Request> = any.filter(near).take(samples(40)).collect();
        let prepared = PreparedRouter::new(world.router, world.contracted, &requests[0]);
        let (mut exact, mut listed) = (0, 0);
        for request in &requests {
            let whole = Request { tolerance: 0.0, max_labels: 400_000, ..request.clone() };
            let whole = world.router.route(&whole, &Control::none());
            if whole.cut_short {
                continue;
            }
            let ends = (&request.origin.name, &request.destination.name);
            let plain = world.router.route(request, &Control::none());
            for ours in [prepared.route(request, &Control::none()), plain] {
                assert!(!ours.cut_short && covers(&ours, &whole), "{ends:?}");
                listed += ours.itineraries.len();
            }
            exact += whole.itineraries.len();
        }
        let least = samples(100);
        assert!(exact > least && listed > least * 2 / 5, "{exact} exact, {listed} listed");
    });
}

#[test]
fn a_pareto_set_covers_the_one_of_plain_search_and_is_covered_by_it() {
    with_world(|world| {
        let mut rng = Pcg64Mcg::seed_from_u64(5);
        let closures = Closures::by_default(&world.router.graph.network, 15.5);
        let requests: Vec<Request> =
            (0..samples(24)).map(|_| world.request(&mut rng, Answer::Pareto, &closures)).collect();
        let prepared = PreparedRouter::new(world.router, world.contracted, &requests[0]);
        let ours: Vec<Routes> =
            requests.iter().map(|r| prepared.route(r, &Control::none())).collect();
        let mut compared = 0;
        for (request, ours) in requests.iter().zip(&ours).take(samples(16)) {
            let plain = world.router.route(request, &Control::none());
            assert!(!ours.cut_short, "no question is too hard");
            if plain.cut_short {
                continue;
            }
            let ends = (&request.origin.name, &request.destination.name);
            assert!(covers(ours, &plain) && covers(&plain, ours), "{ends:?}");
            compared += ours.itineraries.len();
        }
        assert!(compared > samples(20), "{compared} itineraries compared");
    });
}

#[test]
fn what_is_left_out_of_a_set_is_no_reason_to_leave_out_more() {
    with_world(|world| {
        let closures = Closures::by_default(&world.router.graph.network, 15.5);
        // From the north of Manchuria to Halifax: two sets of which neither covered the other.
        let request = Request {
            origin: point_at(46.677, 131.133),
            destination: point_at(44.643, -63.577),
            ..world.request(&mut Pcg64Mcg::seed_from_u64(1), Answer::Pareto, &closures)
        };
        let prepared = PreparedRouter::new(world.router, world.contracted, &request);
        let ours = prepared.route(&request, &Control::none());
        let plain = world.router.route(&request, &Control::none());
        assert!(ours.itineraries.len() > 1 && !ours.cut_short);
        assert!(covers(&ours, &plain) && covers(&plain, &ours));
    });
}

#[test]
fn costs_beyond_32_bits_are_answered_by_plain_search() {
    with_world(|world| {
        let n = &world.router.graph.network;
        let mut parameters = Parameters::default();
        // As much as a table of factors may say: the cost of long routes exceeds 32 bits, that of short ones does not.
        for factor in parameters.factors.rows_mut() {
            (factor.wtt_g_tkm, factor.ttw_g_tkm) = (2_000.0, 0.0);
        }
        let day = "2026-01-01".parse().expect("a day");
        let law = NetworkLaw::read(n, day, Some(vec![]), None).expect("the law");
        let router = Router::new(n.clone(), parameters, law);
        let mut rng = Pcg64Mcg::seed_from_u64(3);
        let closures = Closures::by_default(n, 15.5);
        let by = Answer::Best(Criterion::Co2e);
        let asked = world.request(&mut rng, by, &closures);
        let plain: Vec<Point> =
            (0..3).map(|_| world.request(&mut rng, by, &closures).origin).collect();
        let expected = router.table(&asked, &plain, &world.cities[..40], &Control::none());
        let prepared = PreparedRouter::new(&router, world.contracted, &asked);
        let cells = prepared.table(&asked, &plain, &world.cities[..40], &Control::none());
        let kg = |c: &trimodal_route::matrix::Cell| c.totals.as_ref().map_or(0.0, |f| f.co2e_kg);
        for (ours, plain) in cells.cells.iter().zip(&expected.cells) {
            assert_eq!(ours.status, plain.status);
            assert!((kg(ours) - kg(plain)).abs() <= 1e-5 * kg(plain), "{} {}", kg(ours), kg(plain));
        }
        let far = expected.cells.iter().filter(|c| kg(c) > 10.0 * 4_295.0).count();
        assert!(far > 10, "{far} beyond 32 bits");
    });
}

#[test]
fn the_index_finds_what_a_scan_of_all_nodes_finds() {
    let n = Arc::new(trimodal_world::network());
    let graph = Graph::new(n.clone());
    let (components, index) = (Components::new(&graph), SnapIndex::new(&n));
    let mut rng = Pcg64Mcg::seed_from_u64(9);
    let (mut found, mut sooner) = (0, 0);
    for i in 0..80 {
        let mut within = |low: f64, high: f64| low + rng.random::<f64>() * (high - low);
        // Half of them beside a node, where there is something to be found.
        let node = NodeId::at(within(0.0, n.nodes() as f64) as usize);
        let (lat, lon) = n.at(node);
        let at = match i {
            0 => (90.0, 0.0),
            1 => (66.0, 180.0),
            2 => (-17.8, -180.0),
            i if i % 2 == 0 => (within(-90.0, 90.0), within(-180.0, 180.0)),
            _ => (lat + within(-0.5, 0.5), lon + within(-0.5, 0.5)),
        };
        let mut closures = Closures::by_default(&n, 15.5);
        if i % 4 == 3 {
            closures.modes = [Mode::Sea, Mode::Rail].into_iter().collect();
        }
        let country = nearest_country(&n, None, at);
        assert_eq!(nearest_country(&n, Some(&index), at), country, "{at:?}");
        for (country, limit_km) in [(country, 100.0), (None, 3_000.0)] {
            let query = snap::SnapQuery {
                trade: None,
                graph: &graph,
                components: &components,
                index: None,
                closures: &closures,
                country,
                limit_km,
                on_land: country.is_some(),
            };
            let plain = candidates(query, at);
            found += plain.len();
            let indexed = snap::SnapQuery { index: Some(&index), ..query };
            assert_eq!(candidates(indexed, at), plain, "{at:?}");
            // What tells it sooner never tells it wrongly.
            let meets = snap::meets_land(indexed, at);
            assert!(!meets || !plain.is_empty(), "{at:?}");
            sooner += usize::from(meets);
        }
    }
    assert!(found > 200 && sooner > 30, "{found} candidates, {sooner} told sooner");
}
