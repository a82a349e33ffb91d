//! Places, ports, straits and islands that were once wrong, each asked for by its name.

use std::sync::OnceLock;

use trimodal::model::network::{Layer, NodeId, Terminal, degrees, great_circle_km};
use trimodal::model::scenario::Mode;
use trimodal::route::outcome::{Itinerary, TransferKind};
use trimodal::route::{Answer, Criterion, Routes};
use trimodal::{Control, RouteRequest, Shipment, World};

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::load)
}

/// The shortest way by some modes on a summer's day.
fn asked(from: &str, to: &str, modes: &[Mode]) -> RouteRequest {
    let shipment = Shipment {
        modes: modes.to_vec(),
        date: Some("2026-08-15".parse().expect("a date")),
        ..Shipment::default()
    };
    let answer = Answer::Best(Criterion::Distance);
    RouteRequest { shipment, answer, ..RouteRequest::new(from, to) }
}

fn ask(request: &RouteRequest) -> Routes {
    world().route(request, &Control::none()).unwrap_or_else(|p| panic!("{p}"))
}

fn best(from: &str, to: &str, modes: &[Mode]) -> Itinerary {
    let routes = ask(&asked(from, to, modes));
    let why = routes.unreachable;
    routes.itineraries.into_iter().next().unwrap_or_else(|| panic!("{from} - {to}: {why:?}"))
}

fn ferries(it: &Itinerary) -> Vec<&str> {
    let waits = it.transfers.iter().filter(|t| t.kind == TransferKind::Ferry);
    waits.map(|t| t.id.as_str()).collect()
}

fn layers(t: &Terminal) -> Vec<Layer> {
    let nodes = t.transfers.iter().flat_map(|(a, b)| [*a, *b]);
    nodes.map(|n: NodeId| world().network().node_layer[n.ix()]).collect()
}

const SEA: &[Mode] = &[Mode::Sea];
const ROAD: &[Mode] = &[Mode::Road];
const RAIL: &[Mode] = &[Mode::Rail];

#[test]
fn ports_are_within_25_km_of_where_they_are() {
    for (code, lat, lon, layer) in [
        ("IDKKA", -3.01, 114.39, Layer::Sea),
        ("USSTL", 38.63, -90.19, Layer::Waterway),
        ("USPIT", 40.44, -80.00, Layer::Waterway),
        ("USSTP", 44.95, -93.09, Layer::Waterway),
        ("CAMNE", 48.85, -67.53, Layer::Sea),
        ("COADZ", 12.58, -81.70, Layer::Sea),
        ("SEVBY", 57.64, 18.29, Layer::Sea),
        ("USLAX", 33.74, -118.26, Layer::Sea),
        ("CNSZX", 22.55, 114.10, Layer::Sea),
        ("PABLB", 8.95, -79.57, Layer::Sea),
        ("MAPTM", 35.88, -5.50, Layer::Sea),
        ("BRMAO", -3.145, -60.02, Layer::Sea),
        ("CNTXG", 38.98, 117.74, Layer::Sea),
        ("PTPDL", 37.74, -25.66, Layer::Sea),
        ("ILETH", 29.54, 34.96, Layer::Sea),
        ("BHKBS", 26.20, 50.71, Layer::Sea),
        ("OMDQM", 19.67, 57.71, Layer::Sea),
        ("CNWEG", 37.50, 122.12, Layer::Sea),
    ] {
        let found = world().network().terminals.iter().find(|t| t.id == code);
        let port = found.unwrap_or_else(|| panic!("no {code}"));
        let km = great_circle_km((lat, lon), degrees(port.at_e3));
        assert!(km < 25.0, "{code} is {km:.0} km off");
        assert!(layers(port).contains(&layer), "{code} has no {layer:?}");
    }
    let codes = world().network().terminals.iter().map(|t| t.id.as_str());
    assert!(
        !codes.into_iter().any(|id| id == "ASPGO"),
        "Pago Pago's old code is no port of Panama"
    );
}

#[test]
fn the_port_of_a_city_is_its_own() {
    for (city, port, km) in [
        ("Los Angeles", (33.74, -118.26), 15.0),
        ("Shenzhen", (22.50, 113.95), 50.0),
        ("Panama City, PA", (8.95, -79.57), 15.0),
    ] {
        let routes = ask(&asked(city, "Rotterdam", SEA));
        let from = &routes.itineraries[0].legs[0].from;
        for wrong in ["Santa Clarita", "Qingxi", "Pago"] {
            assert!(!from.contains(wrong), "{city}: {from}");
        }
        let line = routes.itineraries[0].legs.iter().find(|l| l.mode == Mode::Sea);
        let start = line.expect("a ship").line[0];
        let off = great_circle_km(port, (start[1], start[0]));
        assert!(off < km, "{city}: {off:.0} km from its port, {start:?}");
    }
}

#[test]
fn ways_at_sea_are_as_long_as_published() {
    for (from, to, published, within) in [
        ("Dublin, IE", "Cardiff, GB", 380.0, 0.05),
        ("Callao", "Salaverry", 493.0, 0.03),
        ("Suva", "Apia", 1_198.0, 0.03),
        // Between the berths; the publication's 1,458 km are less than the great circle, and Guayaquil lies 80 km up
        // its estuary.
        ("Guayaquil", "Puntarenas, CR", 1_600.0, 0.05),
        ("Santo Domingo, DO", "Barranquilla", 1_000.0, 0.05),
        ("Shanghai", "New York", 19_500.0, 0.03),
    ] {
        let km = best(from, to, SEA).distance_km;
        assert!((km / published - 1.0).abs() < within, "{from} - {to}: {km:.0} for {published}");
    }
}

#[test]
fn straits_are_crossed_by_ferry_and_not_by_track() {
    for (from, to, modes, ferry) in [
        ("Messina", "Reggio di Calabria", RAIL, "villa-messina-rail"),
        ("Zhanjiang", "Haikou", RAIL, "xuwen-haikou-rail"),
        ("Xuwen", "Haikou", ROAD, "xuwen-haikou-road"),
        ("Vanino", "Yuzhno-Sakhalinsk", RAIL, "vanino-kholmsk"),
        ("Yantai", "Dalian", RAIL, "yantai-dalian-rail"),
        ("Yantai", "Dalian", ROAD, "yantai-dalian"),
    ] {
        let way = best(from, to, modes);
        assert!(ferries(&way).contains(&ferry), "{from} - {to}: {:?}", ferries(&way));
    }
    let none = ask(&asked("Vancouver, CA", "Victoria, CA", RAIL));
    assert!(none.itineraries.is_empty(), "there is no railway to Vancouver Island");
}

#[test]
fn islands_are_reached_by_their_ferries() {
    for (from, to, ferry) in [
        ("Visby", "Stockholm", "nynashamn-visby"),
        ("Zanzibar", "Dodoma", "dar-zanzibar"),
        ("Ryde, GB", "London, GB", "portsmouth-fishbourne"),
        ("Saint Helier", "London, GB", "portsmouth-jersey"),
        ("Saint Peter Port", "London, GB", "portsmouth-guernsey"),
        ("Phu Quoc", "Can Tho", "phuquoc"),
        ("Ko Samui", "Bangkok", "donsak-samui"),
        ("Sumbawa Besar", "Mataram", "kayangan-pototano"),
        ("Labuan Bajo", "Bima", "sape-labuanbajo"),
        ("Porlamar", "Caracas", "puertolacruz-margarita"),
        ("Qeshm", "Shiraz", "bandarpol-laft"),
        ("Cozumel", "Merida, MX", "puntavenado-cozumel"),
        ("Houmt Souk", "Sfax", "eljorf-ajim"),
        ("Kuah", "Kuala Lumpur", "kualaperlis-langkawi"),
        ("Pangkalpinang", "Palembang", "tanjungapiapi-tanjungkalian"),
        ("Gunungsitoli", "Medan", "sibolga-gunungsitoli"),
        ("Masbate", "Manila", "pilar-masbate"),
        ("Bhola", "Dhaka", "bhola"),
        ("Ryotsu", "Tokyo", "niigata-ryotsu"),
        ("34.206,129.291", "Fukuoka", "iki-tsushima"),
        ("Magong", "Kaohsiung", "kaohsiung-magong"),
        ("Arrecife, ES", "Puerto del Rosario", "corralejo-playablanca"),
        ("Tanjung Pandan", "Pangkalpinang", "sadai-tanjungru"),
        ("Kupang", "Ende", "kupang-larantuka"),
        ("Chake Chake", "Zanzibar", "zanzibar-pemba"),
        ("Labuan, MY", "Kota Kinabalu", "menumbok-labuan"),
        ("Ishigaki", "Naha", "naha-ishigaki"),
        ("Virac", "Manila", "tabaco-virac"),
    ] {
        let way = best(from, to, ROAD);
        let found = ferries(&way);
        assert!(found.iter().any(|id| id.contains(ferry)), "{from} - {to}: {found:?}");
    }
}

#[test]
fn a_deep_ship_is_refused_where_locks_are_shallow() {
    for (from, to, passage) in
        [("Rotterdam", "Chicago", "st-lawrence-seaway"), ("Aktau", "Rotterdam", "volga-don")]
    {
        let mut request = asked(from, to, SEA);
        request.shipment.draught_m = Some(15.5);
        let why = ask(&request).unreachable.unwrap_or_else(|| panic!("{from} - {to}"));
        let told = format!("{} {}", why.message, why.remedy.join("; "));
        assert!(told.contains(passage), "{told}");
    }
}

#[test]
fn a_small_ship_takes_the_corinth_canal() {
    let mut request = asked("Piraeus", "Patras", SEA);
    request.shipment.ship = Some("coaster".into());
    let way = ask(&request).itineraries.remove(0);
    assert!(way.passages.iter().any(|p| p == "corinth"), "{:?}", way.passages);
    assert!((190.0..230.0).contains(&way.distance_km), "{} km", way.distance_km);
    request.shipment.ship = Some("feeder".into());
    let round = ask(&request).itineraries.remove(0);
    assert!(round.passages.is_empty() && round.distance_km > 450.0, "{} km", round.distance_km);
}

/// Along a river that is the border the map puts short pieces of line into the other country.
#[test]
fn a_border_counts_once_for_each_change_that_lasts() {
    for (from, to, modes, countries) in [
        ("Passau", "Linz", RAIL, "DE AT"),
        ("Regensburg", "Vienna", RAIL, "DE AT"),
        ("Munich", "Salzburg", ROAD, "DE AT"),
        ("Basel", "Freiburg im Breisgau", RAIL, "CH DE"),
        ("Singen", "Winterthur", ROAD, "DE CH"),
        ("Geneva", "Annecy", ROAD, "CH FR"),
        ("Aachen", "Liege", RAIL, "DE BE"),
        ("Vientiane", "Udon Thani", ROAD, "LA TH"),
        ("Brazzaville", "Pointe-Noire", RAIL, "CG"),
    ] {
        let way = best(from, to, modes);
        assert_eq!(way.countries.join(" "), countries, "{from} - {to}: {:?}", way.borders);
        assert_eq!(way.borders.len(), countries.split(' ').count() - 1, "{from} - {to}");
    }
}
