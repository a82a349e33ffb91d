//! A region of the embedded world replaced by an extract of OpenStreetMap: Virtsu and the islands west of it.

use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::OnceLock;

use trimodal::files::ConvertRequest;
use trimodal::formats::Source;
use trimodal::formats::convert::Written;
use trimodal::model::scenario::Mode;
use trimodal::route::outcome::{Itinerary, Leg};
use trimodal::route::{Answer, Criterion};
use trimodal::{BuildRequest, Built, Control, RouteRequest, Shipment, World};

/// South, west, north, east.
const REGION: [f64; 4] = [58.0, 21.5, 58.9, 24.0];
/// An end of the road and the railway of the extract.
const MAINLAND: &str = "58.70,23.83";

fn extract() -> Source {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/tests/data/made/island.osm.pbf");
    Source::open(&file).unwrap_or_else(|p| panic!("{p}"))
}

fn built() -> &'static Built {
    static BUILT: OnceLock<Built> = OnceLock::new();
    BUILT.get_or_init(|| {
        let request = BuildRequest { extract: extract(), region: REGION };
        World::load().build(&request).unwrap_or_else(|p| panic!("{p}"))
    })
}

fn over(bytes: &[u8]) -> World {
    let source = Source::file("island.network", bytes);
    World::over_network(&source, None).unwrap_or_else(|p| panic!("{p}")).0
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| over(&built().bytes))
}

fn best(world: &World, from: &str, to: &str, modes: &[Mode]) -> Option<Itinerary> {
    let shipment = Shipment { modes: modes.to_vec(), ..Shipment::default() };
    let answer = Answer::Best(Criterion::Time);
    let request = RouteRequest { shipment, answer, ..RouteRequest::new(from, to) };
    let routes = world.route(&request, &Control::none()).unwrap_or_else(|p| panic!("{p}"));
    routes.itineraries.into_iter().next()
}

fn ferry(it: &Itinerary) -> Option<&Leg> {
    it.legs.iter().find(|leg| leg.ferry.is_some())
}

fn told(text: &str) -> bool {
    built().notes.iter().any(|note| note.to_string().contains(text))
}

#[test]
fn ferries_of_the_extract_replace_those_of_the_region() {
    assert_eq!(built().ferries, 2, "{:?}", built().notes);
    assert!(told("2 ends of ferries are joined"), "{:?}", built().notes);
    let passages = world().info().passages;
    let named = |id: &str| passages.iter().filter(|p| p.id == id).count();
    assert_eq!((named("virtsu-kuivastu"), named("virtsu-koiguste")), (1, 1));
    // The ferry of the embedded world is still known by its name, with its departures, and takes 20 minutes, not 30.
    let road = [Mode::Road];
    let [before, now] = [&World::load(), world()].map(|world| {
        let it = best(world, "58.573,23.51", "58.575,23.393", &road).expect("a way");
        let wait = it.transfers.iter().find(|t| t.id == "virtsu-kuivastu").expect("a ferry");
        assert_eq!(wait.note, "170 a week");
        ferry(&it).expect("a ferry").time_h
    });
    assert!((before - 0.5).abs() < 1e-6 && (now - 20.0 / 60.0).abs() < 0.01, "{now} {before}");
}

#[test]
fn ferries_that_the_extract_lacks_are_told() {
    // A larger region has Rohukula - Heltermaa, too, and the extract does not.
    let request = BuildRequest { extract: extract(), region: [58.0, 21.5, 59.2, 24.0] };
    let wide = World::load().build(&request).unwrap_or_else(|p| panic!("{p}"));
    let told = |text: &str| wide.notes.iter().any(|note| note.to_string().contains(text));
    assert!(told("no ferries in the place of 1 of the embedded world: rohukula-heltermaa"));
}

#[test]
fn ferries_outside_the_extract_stay() {
    // Rohukula - Heltermaa: one berth is in the region, and nothing of it is in the extract.
    let it = best(world(), "Rohukula", "Heltermaa", &[Mode::Road]).expect("a way");
    assert_eq!(ferry(&it).and_then(|leg| leg.ferry.as_deref()), Some("Rohukula-Heltermaa"));
}

#[test]
fn ports_and_terminals_of_the_extract_join_modes() {
    // Virtsu is a port of the embedded world; Koiguste is a new one, by road and sea.
    assert!(told("1 ports are parts of ports"), "{:?}", built().notes);
    assert_eq!(built().terminals, 4, "{:?}", built().notes);
    let chain = |from: &str, to: &str, modes: &[Mode]| {
        best(world(), from, to, modes).unwrap_or_else(|| panic!("{from} {to}"))
    };
    let it = chain("58.37,22.985", "Ventspils", &[Mode::Sea]);
    let names: Vec<&str> = it.transfers.iter().map(|t| t.place.as_str()).collect();
    assert!(names.contains(&"Koiguste cargo port"), "{names:?}");
    // The yard joins the road and the railway of the extract.
    let it = chain("58.585,23.538", MAINLAND, &[Mode::Rail]);
    assert!(it.legs.iter().any(|leg| leg.gauge_mm == Some(1520)), "{it:?}");
}

#[test]
fn speeds_of_the_extract_hold() {
    // 22 km at 45 km/h of which drivers of the European Union rest the most part: 0.434.
    let it = best(world(), "58.585,23.37", "58.56,23.08", &[Mode::Road]).expect("a way");
    let leg = it.legs.iter().find(|leg| !leg.access).expect("a leg");
    let kmh = leg.distance_km / leg.time_h;
    assert!((kmh - 45.0 * 0.434).abs() < 0.5, "{kmh}");
    // A track for 25 km/h is slower than the trains of the country.
    let it = best(world(), MAINLAND, "58.585,23.538", &[Mode::Rail]).expect("a way");
    let leg = it.legs.iter().find(|leg| leg.mode == Mode::Rail).expect("a leg");
    let kmh = leg.distance_km / leg.time_h;
    assert!((kmh - 25.0).abs() < 0.5, "{kmh}");
}

/// The archive with some of its files only, each changed.
fn archive(change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(&built().bytes)).expect("an archive");
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..old.len() {
        let mut file = old.by_index(i).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        let name = file.name().expect("a name").to_string();
        if let Some(bytes) = change(&name, bytes) {
            let options = zip::write::SimpleFileOptions::default();
            new.start_file(name, options)
                .and_then(|()| Ok(new.write_all(&bytes)?))
                .expect("written");
        }
    }
    new.finish().expect("an archive").into_inner()
}

#[test]
fn a_network_of_before_is_read_without_speeds() {
    let of_before =
        archive(|name, bytes| (!["speeds.bin", "ferries.csv"].contains(&name)).then_some(bytes));
    let it = best(&over(&of_before), "58.585,23.37", "58.56,23.08", &[Mode::Road]).expect("a way");
    let leg = it.legs.iter().find(|leg| !leg.access).expect("a leg");
    let kmh = leg.distance_km / leg.time_h;
    assert!((kmh - 66.0 * 0.434).abs() < 0.5, "{kmh}");
}

#[test]
fn damaged_speeds_and_ferries_are_told() {
    let refused = |bytes: Vec<u8>| {
        let source = Source::file("island.network", bytes);
        World::over_network(&source, None).map(|_| ()).expect_err("damage").to_string()
    };
    let cut =
        archive(|name, bytes| Some(if name == "speeds.bin" { bytes[4..].to_vec() } else { bytes }));
    assert!(refused(cut).contains("its speeds are not those of its links"));
    let other = archive(|name, bytes| {
        Some(if name == "ferries.csv" { b"id,name,hours\nno-such,N,1\n".to_vec() } else { bytes })
    });
    assert!(refused(other).contains("`no-such` is no ferry of it"));
}

#[test]
fn gauges_that_are_not_told_are_those_of_the_country() {
    assert!(told("1 railways have no gauge: 1520 mm is assumed, the main one of their country"));
    assert!(told("1 narrow-gauge railways have no gauge: 1000 mm is assumed"));
    // A scenario needs a gauge for each railway; other formats have what the extract says.
    let request = ConvertRequest {
        source: extract(),
        from: None,
        output: "net/".into(),
        to: Some("scenario".into()),
        mapping: None,
    };
    let converted = trimodal::files::convert(&request).unwrap_or_else(|p| panic!("{p}"));
    let Written::Folder(files) = converted.written else { panic!("a folder") };
    let (_, links) = files.iter().find(|(name, _)| name == "links.csv").expect("links");
    let text = String::from_utf8_lossy(links);
    assert!(text.contains("1520") && text.contains("1000"), "{text}");
}
