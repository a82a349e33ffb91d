//! Files that others published, each read, and written and read again without a change.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use common::{data, read_at, there_and_back};
use trimodal_formats::{Data, Format, Layer, Network};
use trimodal_model::scenario::Mode;

fn network(name: &str) -> (Network, Vec<String>) {
    match read_at(&data(name)) {
        (Data::Network(network), notes) => (network, notes),
        (other, _) => panic!("{other:?}"),
    }
}

fn layers(name: &str) -> (Vec<Layer>, Vec<String>) {
    match read_at(&data(name)) {
        (Data::Layers(layers), notes) => (layers, notes),
        (other, _) => panic!("{other:?}"),
    }
}

fn km(network: &Network) -> f64 {
    network.links.iter().filter_map(|l| l.km).sum()
}

#[test]
fn examples_of_gmns_are_networks() {
    let (arlington, notes) = network("gmns/Arlington_Signals");
    assert_eq!((arlington.nodes.len(), arlington.links.len()), (20, 27));
    assert!(
        notes.iter().any(|n| n.contains("left out: 2 files (`lane.csv`, `movement.csv`)")),
        "{notes:#?}"
    );
    let first = &arlington.links[0];
    // 0.142 miles of the Minuteman Bikeway, in a town of Massachusetts.
    assert!((first.km.unwrap() - 0.142_045_455 * 1.609_344).abs() < 1e-9, "{first:?}");
    assert_eq!((first.name.as_str(), first.kmh.map(f64::round)), ("Minuteman Bikeway", Some(19.0)));
    let [lon, lat] = arlington.nodes[0].at.unwrap();
    assert!((lon + 71.157).abs() < 0.01 && (lat - 42.416).abs() < 0.01, "{lon} {lat}");

    let (cambridge, notes) = network("gmns/Cambridge_Intersection");
    assert_eq!((cambridge.nodes.len(), cambridge.links.len()), (39, 60));
    // Its config says miles, and its figures are feet: 708 for a street of 216 m.
    assert!(
        notes.iter().any(|n| n.contains("declared in mile, but agree with the lines in foot")),
        "{notes:#?}"
    );
    assert!((cambridge.links[0].km.unwrap() - 0.2158).abs() < 0.001);
    assert!(cambridge.links[0].line.len() > 5);

    let (freeway, _) = network("gmns/Freeway_Interchange");
    assert!((1.0..30.0).contains(&km(&freeway)), "{}", km(&freeway));
}

#[test]
fn links_of_gmns_take_their_modes_from_their_uses() {
    let count = |network: &Network| {
        let road = network.links.iter().filter(|l| l.mode == Some(Mode::Road)).count();
        [road, network.links.iter().filter(|l| l.bars_freight).count()]
    };
    for (name, expected) in [
        ("gmns/Arlington_Signals", [10, 17]),
        ("gmns/Cambridge_Intersection", [18, 42]),
        ("gmns/Freeway_Interchange", [12, 0]),
        ("gmns/Arlington_Signals_Errors", [8, 4]),
    ] {
        assert_eq!(count(&network(name).0), expected, "{name}");
    }
}

#[test]
fn a_line_of_gmns_runs_with_its_link() {
    let (arlington, _) = network("gmns/Arlington_Signals");
    let far = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    for link in arlington.links.iter().filter(|l| l.line.len() > 1) {
        let from = arlington.nodes[link.from].at.unwrap();
        let ends = [link.line[0], link.line[link.line.len() - 1]];
        assert!(far(from, ends[0]) <= far(from, ends[1]), "{}", link.id);
    }
}

#[test]
fn an_example_with_errors_is_read_with_a_word() {
    // Its errors are words of columns that a network does not have, and lengths in feet that are declared in miles.
    let (network, notes) = network("gmns/Arlington_Signals_Errors");
    assert_eq!(network.links.len(), 27);
    assert!(
        notes.iter().any(|n| n.contains("declared in mile, but agree with the lines in foot")),
        "{notes:#?}"
    );
    assert!(notes.iter().any(|n| n.contains("left out: 5 columns")), "{notes:#?}");
}

#[test]
fn networks_come_back_from_every_format_of_networks() {
    for name in
        ["gmns/Arlington_Signals", "gmns/Cambridge_Intersection", "gmns/Freeway_Interchange"]
    {
        let (before, _) = network(name);
        for to in [
            Format::Gmns,
            Format::Csv,
            Format::GeoJson,
            Format::GeoPackage,
            Format::GeoParquet,
            Format::Xlsx,
        ] {
            let after = match there_and_back(&Data::Network(before.clone()), to) {
                Data::Network(network) => network,
                Data::Layers(layers) => {
                    let again = Data::Layers(layers);
                    match there_and_back(&again, Format::Gmns) {
                        Data::Network(network) => network,
                        other => panic!("{other:?}"),
                    }
                }
                other => panic!("{other:?}"),
            };
            same(&before, &after, to);
        }
    }
}

fn same(before: &Network, after: &Network, to: Format) {
    let word = to.word();
    assert_eq!(
        (before.nodes.len(), before.links.len()),
        (after.nodes.len(), after.links.len()),
        "{word}"
    );
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
    for (a, b) in before.nodes.iter().zip(&after.nodes) {
        assert_eq!((&a.id, &a.kind, &a.name), (&b.id, &b.kind, &b.name), "{word}");
        let (p, q) = (a.at.unwrap(), b.at.unwrap());
        assert!(near(p[0], q[0]) && near(p[1], q[1]), "{word}: {p:?} {q:?}");
    }
    for (a, b) in before.links.iter().zip(&after.links) {
        assert_eq!(
            (&a.id, a.from, a.to, a.is_one_way, &a.kind),
            (&b.id, b.from, b.to, b.is_one_way, &b.kind),
            "{word}"
        );
        assert_eq!(
            (a.capacity, a.lanes, a.toll, a.mode),
            (b.capacity, b.lanes, b.toll, b.mode),
            "{word}"
        );
        assert!(near(a.km.unwrap(), b.km.unwrap()), "{word}: {} {:?} {:?}", a.id, a.km, b.km);
        assert_eq!(a.kmh.is_some(), b.kmh.is_some());
        assert!(near(a.kmh.unwrap_or(0.0), b.kmh.unwrap_or(0.0)), "{word}");
        if a.line.len() > 1 {
            assert_eq!(a.line.len(), b.line.len(), "{word}: {}", a.id);
        }
    }
}

#[test]
fn a_geopackage_is_read_whatever_its_shapes() {
    let (layers, _) = layers("gpkg/gpkg_test.gpkg");
    assert!(layers.len() > 10, "{}", layers.len());
    let points = layers.iter().find(|l| l.name == "pt2d").unwrap();
    assert_eq!(points.rows.len(), 4);
    assert!(layers.iter().filter(|l| l.name != "pt2d").any(Layer::has_shapes));
    unchanged(&layers, &[Format::GeoPackage, Format::GeoParquet]);
}

#[test]
fn geoparquet_is_read() {
    let (example, _) = layers("parquet/example.parquet");
    assert_eq!(example[0].rows.len(), 5);
    assert_eq!(example[0].columns[..2], ["pop_est", "continent"]);
    assert!(example[0].rows.iter().all(|r| r.shape.is_some()));
    unchanged(&example, &[Format::GeoPackage, Format::GeoParquet, Format::GeoJson]);
    let (lines, _) = layers("parquet/data-linestring-encoding_wkb.parquet");
    assert!(lines[0].has_shapes());
    unchanged(&lines, &[Format::GeoPackage, Format::GeoParquet, Format::GeoJson]);
}

#[test]
fn shapefiles_are_read_with_their_attributes() {
    let source = trimodal_formats::Source::open(&data("shp/naturalearth_cities.shp")).unwrap();
    let (Data::Layers(cities), notes) = common::read_source(&source) else { panic!("no layers") };
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("no known encoding is declared: read as windows-1252"), "{notes:?}");
    assert_eq!((cities[0].rows.len(), &cities[0].columns[..]), (243, &["name".to_string()][..]));
    assert_eq!(cities[0].rows[0].cells[0].to_string(), "Vatican City");
    unchanged(&cities, &[Format::GeoPackage, Format::GeoParquet, Format::GeoJson]);
    let (lines, _) = layers("shp/line.shp");
    assert!(lines[0].has_shapes());
}

/// Layers are the same after each format.
fn unchanged(before: &[Layer], formats: &[Format]) {
    for to in formats {
        let Data::Layers(after) = there_and_back(&Data::Layers(before.to_vec()), *to) else {
            panic!("no layers")
        };
        // A folder lists its files by name.
        for b in before.iter().filter(|l| !l.rows.is_empty()) {
            let a = if before.len() == 1 {
                &after[0]
            } else {
                after.iter().find(|a| a.name == b.name).unwrap()
            };
            assert_eq!(a.rows.len(), b.rows.len(), "{}: {}", to.word(), b.name);
            for (x, y) in a.rows.iter().zip(&b.rows) {
                // GeoJSON has its members in another order.
                let text = |l: &Layer, r: &trimodal_formats::Record| {
                    let cells = r.cells.iter().map(|c| c.to_string());
                    l.columns.iter().cloned().zip(cells).collect::<BTreeMap<String, String>>()
                };
                assert_eq!(text(a, x), text(b, y), "{}: {}", to.word(), b.name);
                assert_eq!(x.shape, y.shape, "{}: {} row {}", to.word(), b.name, y.line);
            }
        }
    }
}

#[test]
fn matrices_of_omx_come_back() {
    let (Data::Matrix(matrix), notes) = read_at(&data("omx/skims.omx")) else {
        panic!("no matrix")
    };
    assert!(
        !matrix.cores.is_empty() && matrix.zones.len() > 10,
        "{} {:?}",
        matrix.zones.len(),
        notes
    );
    let Data::Matrix(after) = there_and_back(&Data::Matrix(matrix.clone()), Format::Omx) else {
        panic!("no matrix")
    };
    assert_eq!(after.zones, matrix.zones);
    for (a, b) in after.cores.iter().zip(&matrix.cores) {
        assert_eq!(a.name, b.name);
        assert!(
            a.cells
                .iter()
                .zip(&b.cells)
                .all(|(x, y)| x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()))
        );
    }
}

#[test]
fn a_feed_of_buses_has_no_services_and_says_so() {
    let source = trimodal_formats::Source::open(&data("gtfs")).unwrap();
    let mut found = trimodal_formats::Findings::default();
    let read =
        trimodal_formats::read(&source, None, &trimodal_formats::Mapping::default(), &mut found);
    assert_eq!(read, None);
    assert!(
        found.notes.iter().any(|n| n.message.starts_with("left out: 5 routes of other modes")),
        "{found:?}"
    );
}

#[test]
fn the_same_feed_with_ferries_has_services() {
    let mut source = trimodal_formats::Source::open(&data("gtfs")).unwrap();
    let routes = source.files.iter_mut().find(|f| f.name == "routes.txt").unwrap();
    routes.bytes =
        String::from_utf8(routes.bytes.clone()).unwrap().replace(",3,", ",4,").into_bytes();
    let (Data::Layers(services), _) = common::read_source(&source) else { panic!("no layers") };
    let services = &services[0];
    let cell =
        |row: usize, name: &str| services.rows[row].cells[services.column(name).unwrap()].clone();
    let shuttle =
        (0..services.rows.len()).find(|r| cell(*r, "id").to_string().starts_with("STBA")).unwrap();
    assert_eq!(cell(shuttle, "mode").to_string(), "sea");
    assert_eq!(cell(shuttle, "from").to_string(), "Stagecoach Hotel & Casino (Demo)");
    // Every half hour from 6 to 22, seven days a week; twenty minutes.
    assert_eq!(cell(shuttle, "departures_per_week").number(), Some(32.0 * 7.0));
    assert_eq!(cell(shuttle, "days_p50").number(), Some(0.0139));
}

#[test]
fn an_extract_without_ways_of_freight_says_so() {
    let source = trimodal_formats::Source::open(&data("osm/test.osm.pbf")).unwrap();
    let problems = common::refused(&source);
    assert!(
        problems[0].contains("TM-SCN-004") && problems[0].contains("no ways of freight"),
        "{problems:?}"
    );
}

#[test]
fn modes_are_words_of_the_file() {
    let source = trimodal_formats::Source::file("net.csv", "A;B;T;LEN\n1;2;R;12,5\n2;3;S;7\n");
    let text = "delimiter = ';'\ndecimal = ','\n[links]\nfrom = 'A'\nto = 'B'\nmode = 'T'\nlength = 'LEN'\n[modes]\nR = 'rail'\nS = 'road'\n[units]\nlength = 'mile'\n";
    let mapping = trimodal_formats::Mapping::read("map.toml", text).unwrap();
    let (network, _) = trimodal_formats::convert::network(&source, None, &mapping).unwrap();
    let modes: Vec<_> = network.links.iter().map(|l| l.mode).collect();
    assert_eq!(modes, [Some(Mode::Rail), Some(Mode::Road)]);
    assert_eq!(network.links[0].km, Some(12.5 * 1.609_344));
}

#[test]
fn codes_of_the_unece_are_places() {
    let (places, notes) = layers("unlocode/un-locode.csv");
    let names: Vec<String> = places[0].rows.iter().map(|r| r.cells[0].to_string()).collect();
    assert_eq!(names, ["Bagram", "Maarianhamina (Mariehamn)", "Sarandë", "Oued Tlélat", "Apia"]);
    assert_eq!(places[0].columns[..4], ["name", "lat", "lon", "country"]);
    assert!(
        notes.iter().any(|n| n.contains("2 places without coordinates (`AFBIN`, `ALDRZ`)")),
        "{notes:?}"
    );
    assert!(
        notes
            .iter()
            .any(|n| n.contains("2 places with impossible coordinates (`AFSRO 3313N 06883E`")),
        "{notes:?}"
    );
    // The parts of the UNECE have no header, and other columns.
    let part = ",\"NL\",\"RTM\",\"Rotterdam\",\"Rotterdam\",\"ZH\",\"12345---\",\"AF\",\"0212\",,\"5155N 00430E\",\n";
    let source = trimodal_formats::Source::file("part.csv", part);
    let mut found = trimodal_formats::Findings::default();
    let mapping = trimodal_formats::Mapping::default();
    let read = trimodal_formats::read(&source, Some(Format::Unlocode), &mapping, &mut found);
    let Some(Data::Layers(places)) = read else { panic!("{found:?}") };
    assert_eq!(places[0].rows[0].cells[1].number(), Some(51.91667));
}
