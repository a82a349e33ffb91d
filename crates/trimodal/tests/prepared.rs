//! Single questions from a prepared network have the answers of plain search.

use trimodal::model::scenario::Mode;
use trimodal::route::outcome::Itinerary;
use trimodal::route::{Answer, Criterion, Routes};
use trimodal::{Control, RouteRequest, Shipment, World};

/// Larger cities, by name and country.
fn cities(world: &World) -> Vec<String> {
    let atlas = world.atlas();
    let large = (0..atlas.places.len()).filter(|i| atlas.places.population[*i] > 300_000);
    let name = |i: usize| {
        format!("{}, {}", atlas.places.name(i as u32), atlas.places.country_code(i as u32))
    };
    large.map(name).collect()
}

fn question(from: &str, to: &str, by: Criterion) -> RouteRequest {
    RouteRequest { answer: Answer::Best(by), ..RouteRequest::new(from, to) }
}

/// Both answers; none where the question is refused, by both alike.
fn ask(world: &World, request: &RouteRequest) -> Option<[Routes; 2]> {
    let control = Control::none();
    match (world.route(request, &control), world.route_prepared(request, &control)) {
        (Ok(plain), Ok(prepared)) => Some([plain, prepared]),
        (Err(a), Err(b)) => {
            assert_eq!(a.to_string(), b.to_string());
            None
        }
        (a, b) => panic!("{} to {}: {a:?} {b:?}", request.from, request.to),
    }
}

/// What is minimised, in the unit of the search.
fn value(it: &Itinerary, by: Criterion) -> f64 {
    match by {
        Criterion::Time => it.time_h * 3600.0,
        Criterion::Cost => it.cost_usd * 1e6 / 10.0,
        Criterion::Co2e => it.co2e_kg * 1e6 / 10.0,
        Criterion::Distance => it.distance_km * 1e3,
    }
}

/// Whether two answers are the same; of paths that are equal by the criterion either may be given.
fn check([plain, prepared]: &[Routes; 2], by: Criterion) -> bool {
    let at = format!("{} to {}", plain.origin.name, plain.destination.name);
    assert_eq!(plain.unreachable, prepared.unreachable, "{at}");
    assert_eq!((&plain.origin, &plain.destination), (&prepared.origin, &prepared.destination));
    assert_eq!(plain.itineraries.len(), prepared.itineraries.len(), "{at}");
    if plain == prepared {
        return true;
    }
    let (a, b) = (&plain.itineraries[0], &prepared.itineraries[0]);
    // Each link is rounded to the unit, so that two paths of equal sums may be a few units apart.
    let links = a.legs.iter().chain(&b.legs).map(|leg| leg.line.len()).sum::<usize>() as f64;
    let apart = (value(a, by) - value(b, by)).abs();
    assert!(apart <= links, "{at}: {apart} units apart over {links} points");
    false
}

#[test]
fn pairs_of_cities_are_answered_as_by_plain_search() {
    let world = World::load();
    let cities = cities(&world);
    let (mut same, mut reached) = (0, 0);
    // A quarter of them unless `TRIMODAL_LONG=1` is set, so that all tests fit their time.
    let pairs = if std::env::var_os("TRIMODAL_LONG").is_some() { 200 } else { 50 };
    for i in 1..=pairs {
        // Steps far apart from one another, so that pairs are of all lengths.
        let (from, to) = (&cities[i * 7_919 % cities.len()], &cities[i * 104_729 % cities.len()]);
        if from == to {
            continue;
        }
        let by = if i % 2 == 0 { Criterion::Time } else { Criterion::Cost };
        let Some(both) = ask(&world, &question(from, to, by)) else { continue };
        same += usize::from(check(&both, by));
        reached += usize::from(!both[0].itineraries.is_empty());
    }
    assert!(reached * 4 > pairs * 3, "{reached} reached");
    assert!(same * 5 > reached * 2, "{same} of {reached} are the same in every figure");
}

#[test]
fn what_is_asked_for_besides_is_answered_by_plain_search() {
    let world = World::load();
    let plain = question("Mombasa", "Kampala", Criterion::Time);
    let others = [
        RouteRequest { answer: Answer::Pareto, ..plain.clone() },
        RouteRequest { via: vec!["Nairobi".into()], ..plain.clone() },
        RouteRequest { alternatives: 2, ..plain.clone() },
    ];
    for request in &others {
        let [a, b] = ask(&world, request).expect("routes");
        assert_eq!(a, b);
    }
    for refused in [
        RouteRequest { to: "Mombasa".into(), ..plain.clone() },
        RouteRequest { to: "Nowhere at all".into(), ..plain.clone() },
        RouteRequest { to: "0,-150".into(), ..plain.clone() },
        RouteRequest { tolerance: 2.0, ..plain.clone() },
        RouteRequest {
            shipment: Shipment { hs: vec!["713".into()], ..Shipment::default() },
            ..plain.clone()
        },
    ] {
        assert!(ask(&world, &refused).is_none());
    }
    // No way on land: the reason is that of plain search.
    let shipment = Shipment { modes: vec![Mode::Rail], ..Shipment::default() };
    let apart = RouteRequest { shipment, ..question("Lisbon", "New York", Criterion::Time) };
    let [a, b] = ask(&world, &apart).expect("routes");
    assert!(a.unreachable.is_some() && a == b);
}

#[test]
fn the_law_is_obeyed_and_told_alike() {
    let world = World::load();
    // The best ways touch the DPRK, or territories on which the law speaks.
    for (from, to) in [
        ("Yanji", "Vladivostok"),
        ("Seoul", "Dandong"),
        ("Rajin", "Shanghai"),
        ("Sevastopol", "Moscow"),
    ] {
        let both = ask(&world, &question(from, to, Criterion::Cost)).expect("routes");
        check(&both, Criterion::Cost);
        let told = both.each_ref().map(|routes| (&routes.law, &routes.closed_on_the_day));
        assert_eq!(told[0], told[1], "{from} to {to}");
    }
}
