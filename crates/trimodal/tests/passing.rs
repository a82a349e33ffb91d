//! Passages on the way: they are crossed, and no ship turns round behind one.

use std::sync::OnceLock;

use trimodal::model::scenario::Mode;
use trimodal::route::outcome::{End, UnreachableReason};
use trimodal::route::{Answer, Criterion, Routes};
use trimodal::{Control, RouteRequest, Shipment, World};

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::load)
}

fn ask(from: &str, to: &str, via: &str, avoid: &[&str], answer: Answer) -> Routes {
    let date = Some("2026-08-15".parse().expect("a date"));
    let avoid = avoid.iter().map(|a| a.to_string()).collect();
    let shipment = Shipment { modes: vec![Mode::Sea], avoid, date, ..Shipment::default() };
    let via = vec![via.to_string()];
    let request = RouteRequest { shipment, answer, via, ..RouteRequest::new(from, to) };
    world().route(&request, &Control::none()).expect("a request")
}

#[test]
fn a_forced_passage_leads_nobody_round_the_world() {
    let land = |answer| {
        let date = Some("2026-08-15".parse().expect("a date"));
        let shipment = Shipment { date, ..Shipment::default() };
        let via = vec!["suez".to_string()];
        let request =
            RouteRequest { shipment, answer, via, ..RouteRequest::new("Genoa", "Barcelona, ES") };
        world().route(&request, &Control::none()).expect("a request").itineraries
    };
    let shortest = land(Answer::Best(Criterion::Distance))[0].distance_km;
    for answer in [Answer::Best(Criterion::Cost), Answer::Best(Criterion::Co2e), Answer::Pareto] {
        let listed = land(answer);
        assert!(!listed.is_empty(), "{answer:?}");
        for it in listed {
            assert!(it.distance_km <= 2.0 * shortest, "{answer:?}: {} km", it.distance_km);
        }
    }
    // Where all is sea there is nothing shorter than round Africa.
    let by_sea = ask("Genoa", "Barcelona", "suez", &[], Answer::Best(Criterion::Cost));
    assert!(by_sea.itineraries[0].distance_km > 2.0 * shortest);
}

const BY: [Answer; 2] = [Answer::Best(Criterion::Distance), Answer::Pareto];

#[test]
fn a_passage_is_crossed_once() {
    for answer in BY {
        let routes = ask("Shanghai", "Rotterdam", "suez", &[], answer);
        assert!(!routes.itineraries.is_empty());
        for it in &routes.itineraries {
            assert_eq!(it.passages.iter().filter(|p| *p == "suez").count(), 1, "{:?}", it.passages);
        }
    }
}

#[test]
fn no_ship_turns_round_in_a_passage() {
    for answer in BY {
        // The canal is there, and nothing leads on behind it.
        let routes = ask("Shanghai", "Rotterdam", "suez", &["bab-el-mandeb"], answer);
        assert!(routes.itineraries.is_empty(), "{:?}", routes.itineraries[0].passages);
        let routes = ask("Piraeus", "Rotterdam", "bosporus", &[], answer);
        let why = routes.unreachable.expect("a reason");
        assert_eq!(why.reason, UnreachableReason::Component);
        assert!(why.message.contains("from Bosporus"), "{}", why.message);
    }
}

#[test]
fn it_is_told_at_which_end_the_network_ends() {
    let ask = |from: &str, to: &str| {
        let shipment = Shipment { modes: vec![Mode::Road], ..Shipment::default() };
        let answer = Answer::Best(Criterion::Time);
        let request = RouteRequest { shipment, answer, ..RouteRequest::new(from, to) };
        let routes = world().route(&request, &Control::none()).expect("a request");
        let why = routes.unreachable.expect("a reason");
        assert!(why.message.ends_with("the smaller at Honolulu"), "{}", why.message);
        assert!(why.remedy[0].contains("km lie between"), "{:?}", why.remedy);
        why.end
    };
    assert_eq!(ask("Honolulu", "Milan"), Some(End::Origin));
    assert_eq!(ask("Milan", "Honolulu"), Some(End::Destination));
}
