//! Ships by class, their passages with seasons, and what a way must pass, on the embedded world.

use std::sync::OnceLock;

use trimodal::model::scenario::Mode;
use trimodal::route::outcome::{Itinerary, TransferKind, UnreachableReason};
use trimodal::route::{Answer, Criterion, Routes};
use trimodal::{Control, InputFile, RouteRequest, Shipment, TableRequest, World};

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::load)
}

/// The shortest way by sea; the day matters where there are seasons.
fn by_sea(from: &str, to: &str, day: &str) -> RouteRequest {
    let shipment = Shipment {
        modes: vec![Mode::Sea],
        date: Some(day.parse().expect("a date")),
        ..Shipment::default()
    };
    let answer = Answer::Best(Criterion::Distance);
    RouteRequest { shipment, answer, ..RouteRequest::new(from, to) }
}

fn ask(request: &RouteRequest) -> Routes {
    world().route(request, &Control::none()).unwrap_or_else(|p| panic!("{p}"))
}

fn best(request: &RouteRequest) -> Itinerary {
    let routes = ask(request);
    let why = routes.unreachable;
    routes.itineraries.into_iter().next().unwrap_or_else(|| panic!("{why:?}"))
}

/// Why there is no itinerary, with all that would help.
fn refusal(request: &RouteRequest) -> String {
    let why = ask(request).unreachable.expect("no itinerary");
    assert_eq!(why.reason, UnreachableReason::ClosedPassage, "{why:?}");
    format!("{} {}", why.message, why.remedy.join("; "))
}

fn via(mut request: RouteRequest, names: &[&str]) -> RouteRequest {
    request.via = names.iter().map(|n| n.to_string()).collect();
    request
}

fn with_ship(mut request: RouteRequest, class: &str) -> RouteRequest {
    request.shipment.ship = Some(class.into());
    request
}

const SUMMER: &str = "2026-08-15";
const WINTER: &str = "2026-02-15";

#[test]
fn the_default_container_ship_passes_panama_and_a_deeper_one_does_not() {
    let mut request = by_sea("Shanghai", "New York", SUMMER);
    for by in [Criterion::Distance, Criterion::Time] {
        request.answer = Answer::Best(by);
        let itinerary = best(&request);
        assert!(itinerary.passages.iter().any(|p| p == "panama"), "{:?}", itinerary.passages);
        let km = itinerary.distance_km;
        assert!((19_000.0..20_100.0).contains(&km), "{km} km");
    }
    request.shipment.draught_m = Some(15.5);
    let routes = ask(&request);
    let told = &routes.too_small;
    assert!(told.iter().any(|p| p == "panama (draught 15.2 m)"), "{told:?}");
    assert!(routes.itineraries[0].passages.iter().all(|p| p != "panama"));
    let wide = with_ship(by_sea("Shanghai", "New York", SUMMER), "ulcv");
    assert!(best(&wide).passages.iter().all(|p| p != "panama"));
}

#[test]
fn the_great_lakes_take_seawaymax_ships_in_their_season() {
    let told = refusal(&with_ship(by_sea("Rotterdam", "Chicago", SUMMER), "neo-panamax"));
    assert!(told.contains("st-lawrence-seaway") && told.contains("8.08 m of draught"), "{told}");
    let open = with_ship(by_sea("Montreal", "Chicago", SUMMER), "seawaymax");
    let itinerary = best(&open);
    let locks = ["st-lawrence-seaway", "welland"];
    assert!(locks.iter().all(|id| itinerary.passages.iter().any(|p| p == id)));
    let at_locks = itinerary.transfers.iter().filter(|t| t.kind == TransferKind::Passage);
    let hours: f64 = at_locks.map(|t| t.time_h).sum();
    assert!((16.0..18.0).contains(&hours), "{hours} h at locks");
    best(&with_ship(by_sea("Rotterdam", "Chicago", "2026-06-15"), "seawaymax"));
    let told = refusal(&with_ship(by_sea("Rotterdam", "Chicago", WINTER), "seawaymax"));
    assert!(told.contains("closed 01-06..03-21"), "{told}");
}

#[test]
fn a_smaller_ship_is_taken_and_told_where_none_was_asked_for() {
    for (from, to, class) in [
        ("Rotterdam", "CAMTR", "feeder"),
        ("Rotterdam", "Chicago", "seawaymax"),
        ("Aktau", "Rotterdam", "sea-river"),
    ] {
        let itinerary = best(&by_sea(from, to, SUMMER));
        let told = itinerary.warnings.iter().any(|w| w.contains(&format!("({class})")));
        assert!(told, "{from} - {to}: {:?}", itinerary.warnings);
    }
    let usual = best(&by_sea("Rotterdam", "Singapore", SUMMER));
    assert!(usual.warnings.iter().all(|w| !w.contains("--ship")), "{:?}", usual.warnings);
}

#[test]
fn tables_take_the_ships_that_single_questions_take() {
    let (from, to) =
        (["Rotterdam", "Halifax", "Singapore"], ["CAMTR", "Chicago", "Aktau", "DEHAM"]);
    let file = |name: &str, rows: &[&str]| {
        let rows: String = rows.iter().enumerate().map(|(i, p)| format!("{i},{p}\n")).collect();
        InputFile::new(name, format!("id,place\n{rows}"))
    };
    let shipment = by_sea("", "", SUMMER).shipment;
    let table = |origins: &[&str]| {
        let ends = [file("from.csv", origins), file("to.csv", &to)];
        let [origins, destinations] = ends;
        let request =
            TableRequest { shipment: shipment.clone(), ..TableRequest::new(origins, destinations) };
        world().table(&request, &Control::none()).expect("a table")
    };
    let few = table(&from);
    let many = table(&from.iter().copied().cycle().take(21).collect::<Vec<_>>());
    for (i, cell) in few.cells.iter().enumerate() {
        let (a, b) = (from[cell.origin], to[cell.destination]);
        let asked = RouteRequest { answer: Answer::Best(Criterion::Time), ..by_sea(a, b, SUMMER) };
        let single = best(&asked);
        let told = few.by_smaller_ship.get(&(cell.origin, cell.destination));
        assert_eq!(told.is_some(), b != "DEHAM", "{a} - {b}");
        assert_eq!(told, single.warnings.iter().find(|w| w.contains("--ship")), "{a} - {b}");
        assert_eq!(told, many.by_smaller_ship.get(&(cell.origin, cell.destination)));
        for cell in [cell, &many.cells[i]] {
            let totals = cell.totals.as_ref().expect("a way");
            assert!((totals.time_h - single.time_h).abs() < 1e-3, "{a} - {b}: {cell:?}");
            assert!((totals.co2e_kg - single.co2e_kg).abs() < 1e-3 * single.co2e_kg, "{a} - {b}");
        }
    }
}

#[test]
fn no_ship_sails_round_a_gate_to_save_its_surcharge() {
    for (from, to) in [
        ("CNSHA", "USLAX"),
        ("CNSHA", "USNYC"),
        ("CNSHA", "NLRTM"),
        ("CNSHA", "BRSSZ"),
        ("CNSHA", "AUMEL"),
        ("NLRTM", "USNYC"),
        ("ZADUR", "USNYC"),
        ("AUMEL", "USLAX"),
    ] {
        let by = |criterion| {
            let asked = by_sea(from, to, SUMMER);
            best(&RouteRequest { answer: Answer::Best(criterion), ..asked }).distance_km
        };
        let (cheapest, shortest) = (by(Criterion::Cost), by(Criterion::Distance));
        assert!(cheapest < shortest * 1.35, "{from} - {to}: {cheapest} km, shortest {shortest}");
    }
}

#[test]
fn only_a_sea_river_ship_leaves_the_caspian() {
    let told = refusal(&with_ship(by_sea("Aktau", "Rotterdam", SUMMER), "feeder"));
    assert!(told.contains("volga-don") && told.contains("3.6 m of draught"), "{told}");
    let request = with_ship(by_sea("Aktau", "Rotterdam", SUMMER), "sea-river");
    assert!(best(&request).passages.iter().any(|p| p == "volga-don"));
    let told = refusal(&with_ship(by_sea("Aktau", "Rotterdam", WINTER), "sea-river"));
    assert!(told.contains("closed 12-01..03-31"), "{told}");
}

#[test]
fn a_ship_calls_at_a_port_on_the_way_and_sails_on() {
    let direct = best(&by_sea("Shanghai", "Rotterdam", SUMMER)).distance_km;
    for name in ["SGSIN", "Singapore", "port:SGSIN", "suez", "Suez Canal", "passage:Suez Canal"] {
        let round = best(&via(by_sea("Shanghai", "Rotterdam", SUMMER), &[name]));
        let km = round.distance_km;
        assert!((direct..direct * 1.02).contains(&km), "{name}: {km} km, direct {direct} km");
        assert!(round.transfers.iter().all(|t| t.kind != TransferKind::Port), "{name}");
    }
    let cape = via(by_sea("Shanghai", "Rotterdam", SUMMER), &["Durban", "cape-of-good-hope"]);
    let cape = best(&cape);
    assert!(cape.passages.iter().any(|p| p == "cape-of-good-hope"), "{:?}", cape.passages);
    assert!(cape.distance_km > direct + 4_000.0);
}

#[test]
fn the_pareto_set_over_a_passage_has_the_best_by_each_criterion() {
    let pareto = |names: &[&str]| {
        let mut request = via(RouteRequest::new("Mombasa", "Rotterdam"), names);
        request.shipment.date = Some(SUMMER.parse().expect("a date"));
        request.tolerance = 0.05;
        request
    };
    for names in [&["suez"][..], &["cape-of-good-hope"], &["Djibouti", "gibraltar"]] {
        let routes = ask(&pareto(names));
        assert!(routes.stopped.is_none() && !routes.itineraries.is_empty(), "{names:?}");
        for by in [Criterion::Time, Criterion::Cost, Criterion::Co2e] {
            let alone = best(&RouteRequest { answer: Answer::Best(by), ..pareto(names) });
            let value = |i: &Itinerary| match by {
                Criterion::Time => i.time_h,
                Criterion::Cost => i.cost_usd,
                _ => i.co2e_kg,
            };
            let least = routes.itineraries.iter().map(value).fold(f64::MAX, f64::min);
            // Itineraries that gain less than 7 % on another and lose much are not listed.
            assert!(least >= value(&alone) * (1.0 - 1e-6), "{names:?} {by:?}");
            assert!(least <= value(&alone) * 1.0701, "{names:?} {by:?}");
        }
        for itinerary in &routes.itineraries {
            let last = names[names.len() - 1];
            assert!(itinerary.passages.iter().any(|p| p == last), "{names:?}");
        }
    }
}

#[test]
fn routes_under_ice_are_opened_by_name_in_their_season() {
    let closed = best(&by_sea("Murmansk", "Yokohama", SUMMER));
    assert!(closed.distance_km > 20_000.0, "{} km", closed.distance_km);
    let asked = |day| via(by_sea("Murmansk", "Yokohama", day), &["northern-sea-route"]);
    let open = best(&asked(SUMMER));
    assert!((9_000.0..11_500.0).contains(&open.distance_km), "{} km", open.distance_km);
    let told = refusal(&asked(WINTER));
    assert!(told.contains("northern-sea-route") && told.contains("12-01..06-30"), "{told}");
    let mut only = by_sea("Murmansk", "Yokohama", SUMMER);
    only.shipment.only_via =
        ["northern-sea-route", "vilkitsky", "bering"].map(String::from).to_vec();
    assert!((best(&only).distance_km - open.distance_km).abs() < 1.0);
    let west = via(by_sea("Halifax, CA", "Yokohama", "2026-09-01"), &["Northwest Passage"]);
    assert!(best(&west).passages.iter().any(|p| p == "northwest"));
}

#[test]
fn only_a_canal_closes_other_canals_and_no_strait() {
    let mut request = by_sea("Shanghai", "Rotterdam", SUMMER);
    let free = best(&request);
    request.shipment.only_via = vec!["suez".into()];
    assert_eq!(best(&request).passages, free.passages);
    let mut america = by_sea("Shanghai", "New York", SUMMER);
    america.shipment.only_via = vec!["suez".into()];
    assert!(best(&america).passages.iter().all(|p| p != "panama"));
    request.shipment.only_via = vec!["sunda".into(), "suez".into()];
    assert!(best(&request).passages.iter().all(|p| p != "malacca"));
}

#[test]
fn wrong_ships_and_passages_are_refused_with_a_hint() {
    let mut request = with_ship(by_sea("Shanghai", "Rotterdam", SUMMER), "supermax");
    request = via(request, &["passage:suex"]);
    let told = world().route(&request, &Control::none()).expect_err("refused").to_string();
    assert!(told.contains("did you mean `supramax`?") && told.contains("suez"), "{told}");
    let tanker = with_ship(by_sea("Shanghai", "Rotterdam", SUMMER), "vlcc");
    let told = world().route(&tanker, &Control::none()).expect_err("refused").to_string();
    assert!(told.contains("carries no containers"), "{told}");
}

#[test]
fn a_port_round_its_bay_is_reached_by_road() {
    // The old ferry terminals of Incheon and Dalian; the container terminals lie across a bay.
    let itinerary = best(&by_sea("37.45,126.60", "38.93,121.65", SUMMER));
    let access = itinerary.legs.iter().filter(|leg| leg.access).map(|leg| leg.distance_km);
    let access: Vec<f64> = access.collect();
    assert!(access.len() == 2 && (12.2..40.0).contains(&access[0]), "{access:?}");
    assert!((40.0..80.0).contains(&access[1]), "{access:?}");
}

#[test]
fn short_ways_between_neighbours_are_straight() {
    // As NGA Pub. 151 publishes them, km.
    for (from, to, km) in
        [("HRDBV", "ITMFR", 217.0), ("GBFAL", "GBPLY", 68.0), ("HTGVS", "HTPAP", 130.0)]
    {
        let found = best(&with_ship(by_sea(from, to, SUMMER), "coaster")).distance_km;
        assert!((0.9 * km..1.2 * km).contains(&found), "{from} - {to}: {found} km for {km}");
    }
}

#[test]
fn a_port_that_is_not_for_the_public_says_that_it_must_be_named() {
    let terminal = by_sea("26.6167,-78.2167", "NLRTM", SUMMER);
    let told = world().route(&terminal, &Control::none()).expect_err("refused").to_string();
    assert!(told.contains("(BSSRP)") && told.contains("name it to use it"), "{told}");
    best(&by_sea("BSSRP", "NLRTM", SUMMER));
}

/// A ship that somebody named calls only at ports that are deep enough for it, as far as their depth is known.
#[test]
fn a_port_is_as_deep_as_the_ship_that_is_named() {
    let with_draught = |to: &str, draught: f64| {
        let mut request = by_sea("ESALG", to, SUMMER);
        request.shipment.draught_m = Some(draught);
        request
    };
    // Puerto Nuevo takes 10 m; who names no ship means one that fits.
    let refused = ask(&with_draught("ARBUE", 14.0)).unreachable.expect("too deep");
    let told = format!("{} {}", refused.message, refused.remedy.join("; "));
    assert!(told.contains("takes ships of up to 10 m, and this one draws 14 m"), "{told}");
    assert!(best(&with_draught("ARBUE", 9.5)).distance_km > 9_000.0);
    assert!(best(&by_sea("ESALG", "ARBUE", SUMMER)).distance_km > 9_000.0);
    // Depths are those of berths for containers and general cargo: bulk has others.
    let mut bulk = with_draught("NLRTM", 21.0);
    assert!(ask(&bulk).unreachable.is_some());
    bulk.shipment.cargo = trimodal::route::Cargo::DryBulk;
    assert!(ask(&bulk).unreachable.is_none());
}
