//! Places of the user's own, and ports before towns.

use trimodal::model::scenario::Mode;
use trimodal::route::{Answer, Criterion};
use trimodal::{Control, InputFile, RouteRequest, Shipment, World};

fn request(from: &str, to: &str, modes: &[Mode], places: Option<&str>) -> RouteRequest {
    let shipment = Shipment {
        modes: modes.to_vec(),
        places: places.map(|text| InputFile::new("mine.csv", text)),
        ..Shipment::default()
    };
    RouteRequest { shipment, answer: Answer::Best(Criterion::Time), ..RouteRequest::new(from, to) }
}

#[test]
fn own_places_go_before_all_others() {
    let world = World::load();
    let mine = "name,lat,lon,country\nOur depot,51.95,4.20,Holland\nParis,48.0,2.0,\n";
    let asked = request("our DEPOT", "Paris", &[Mode::Road], Some(mine));
    let routes = world.route(&asked, &Control::none()).unwrap_or_else(|p| panic!("{p:?}"));
    assert_eq!(routes.origin.name, "Our depot");
    assert_eq!((routes.destination.lat, routes.destination.lon), (48.0, 2.0));
    assert!(routes.unreachable.is_none());
}

#[test]
fn all_that_is_wrong_with_them_is_told_with_its_place() {
    let mine = "name,lat,lon,country\nA,95,1,Holand\na,1,1,\n";
    let asked = request("A", "Paris", &[Mode::Road], Some(mine));
    let told = World::load().route(&asked, &Control::none()).expect_err("three problems");
    assert_eq!(told.problems.len(), 3, "{told:?}");
    for problem in &told.problems {
        assert!(problem.at.as_ref().is_some_and(|at| at.file == "mine.csv"), "{problem:?}");
    }
}

#[test]
fn a_port_city_is_its_port_where_the_sea_may_be_used() {
    let world = World::load();
    let at = |modes: &[Mode]| {
        let asked = request("Los Angeles", "Shanghai", modes, None);
        let routes = world.route(&asked, &Control::none()).unwrap_or_else(|p| panic!("{p:?}"));
        (routes.origin.lat, routes.origin.name.clone())
    };
    let (lat, name) = at(&[Mode::Sea, Mode::Road]);
    assert!((lat - 33.74).abs() < 0.03, "{name} {lat}");
    let (lat, name) = at(&[Mode::Road, Mode::Rail]);
    assert!((lat - 34.05).abs() < 0.03, "{name} {lat}");
}
