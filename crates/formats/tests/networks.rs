//! Networks from the tables of others.

#![allow(clippy::unwrap_used)]

mod common;

use common::{network, no_network, there_and_back};
use trimodal_formats::source::File;
use trimodal_formats::{Data, Findings, Format, Layer, Link, Mapping, Network, Source, Value};
use trimodal_model::scenario::Mode;

fn csv(text: &str) -> Source {
    Source::file("a.csv", text)
}

fn folder(files: &[(&str, &str)]) -> Source {
    let file = |(name, text): &(&str, &str)| File {
        name: name.to_string(),
        bytes: text.as_bytes().to_vec(),
    };
    Source::folder("net", files.iter().map(file).collect())
}

fn ids(network: &Network) -> Vec<&str> {
    network.links.iter().map(|l| l.id.as_str()).collect()
}

/// The ids of the ends of a link.
fn ends<'a>(network: &'a Network, link: &Link) -> [&'a str; 2] {
    [link.from, link.to].map(|n| network.nodes[n].id.as_str())
}

#[test]
fn words_of_one_way_links_are_understood() {
    let rows = [
        ("B", "a b", false),
        ("F", "a b", true),
        ("T", "b a", true),
        ("-1", "b a", true),
        ("FT", "a b", true),
        ("TF", "b a", true),
        ("yes", "a b", true),
        ("0", "a b", false),
        ("", "a b", false),
        ("reversible", "a b", false),
    ];
    let mut text = "from,to,mode,oneway,geometry\n".to_string();
    for (word, ..) in rows {
        text += &format!("a,b,road,{word},\"LINESTRING(24 59,25 60)\"\n");
    }
    let (network, notes) = network(&csv(&text), "");
    for (link, (word, expected, is_one_way)) in network.links.iter().zip(rows) {
        assert_eq!(
            (ends(&network, link).join(" "), link.is_one_way),
            (expected.into(), is_one_way),
            "{word}"
        );
        let first = if expected == "a b" { [24.0, 59.0] } else { [25.0, 60.0] };
        assert_eq!(link.line[0], first, "{word}");
    }
    let told =
        "left out: 1 words of directions that are not known: links go both ways (`reversible`)";
    assert!(notes.iter().any(|n| n.contains(told)), "{notes:?}");
    // Flags of databases are no letters of directions.
    let (flags, _) = common::network(&csv("from,to,mode,one_way\na,b,road,f\na,b,road,t\n"), "");
    assert_eq!(flags.links.iter().map(|l| l.is_one_way).collect::<Vec<_>>(), [false, true]);
    assert_eq!(ends(&flags, &flags.links[1]), ["a", "b"]);
}

#[test]
fn lines_of_csv_are_a_network() {
    let text = "id,mode,geometry\n1,rail,\"LINESTRING Z (24 59 1,25 59 2)\"\n2,road,\"LINESTRING(25 59,26 59)\"\n";
    let (network, _) = network(&csv(text), "");
    assert_eq!((network.nodes.len(), ids(&network)), (3, vec!["1", "2"]));
    assert_eq!(network.links[1].mode, Some(Mode::Road));
    // A mapping may name the column.
    let (network, _) = common::network(&csv(text), "[links]\ngeometry = 'geometry'\n");
    assert_eq!(network.nodes.len(), 3);
}

#[test]
fn parts_of_a_line_follow_one_another() {
    let text = "id,mode,geometry\na,rail,\"MULTILINESTRING((25 59,26 59),(25 59,24 59),(27 59,26 59))\"\nb,rail,\"MULTILINESTRING((24 60,24.1 60),(30 60,30.1 60))\"\n";
    let (network, notes) = network(&csv(text), "");
    assert_eq!(ids(&network), ["a", "b-1", "b-2"]);
    let along: Vec<f64> = network.links[0].line.iter().map(|p| p[0]).collect();
    assert_eq!(along, [24.0, 25.0, 26.0, 27.0]);
    assert!(network.links[1].km.unwrap() < 6.0);
    assert!(
        notes.iter().any(|n| n.contains("1 lines have gaps: each part is a link (`b`)")),
        "{notes:?}"
    );
    let text = "id,from,to,mode,geometry\nb,x,y,rail,\"MULTILINESTRING((24 60,24.1 60),(30 60,30.1 60))\"\n";
    let (network, notes) = common::network(&csv(text), "");
    assert_eq!(ids(&network), ["b"]);
    assert!(
        notes.iter().any(|n| n.contains("1 lines have gaps, which are bridged (`b`)")),
        "{notes:?}"
    );
}

#[test]
fn all_layers_of_links_are_one_network() {
    let railways = "id,gauge,geometry\n1,1520,\"LINESTRING(24 59,25 59)\"\n";
    let roads = "id,geometry\n1,\"LINESTRING(25 59,26 59)\"\n";
    let coast = "id,geometry\n1,\"LINESTRING(0 0,1 1)\"\n";
    let source =
        folder(&[("coast.csv", coast), ("railways.csv", railways), ("main_roads.csv", roads)]);
    let (network, notes) = network(&source, "");
    let links: Vec<(&str, Option<Mode>)> =
        network.links.iter().map(|l| (l.id.as_str(), l.mode)).collect();
    assert_eq!(links, [("1", Some(Mode::Road)), ("railways-1", Some(Mode::Rail))]);
    assert_eq!(network.nodes.len(), 3);
    let told = |text: &str| assert!(notes.iter().any(|n| n.contains(text)), "{text}: {notes:?}");
    told("1 links have the mode that the name of the layer says: rail");
    told("left out: the layer is neither nodes nor links\n  net/coast.csv");
    // Services have ends and a mode, but are no ways.
    let services = "from,to,mode,departures_per_week\na,b,sea,7\n";
    let source = folder(&[("railways.csv", railways), ("services.csv", services)]);
    let (with, _) = common::network(&source, "");
    assert_eq!(with.links.len(), 1);
    // A word of a mapping in the name.
    let (network, _) =
        common::network(&folder(&[("jernbane.csv", railways)]), "[modes]\njernbane = 'rail'\n");
    assert_eq!(network.links[0].mode, Some(Mode::Rail));
}

#[test]
fn the_key_of_a_table_names_its_rows() {
    let line =
        |from: f64| Some(geo::Geometry::LineString(vec![(from, 59.0), (from + 1.0, 59.0)].into()));
    let mut layer = Layer::new("railway", &["gauge"]);
    for (key, gauge, from) in [(7, 1520, 24.0), (9, 1435, 25.0)] {
        layer.push(vec![Value::Whole(gauge)], line(from));
        layer.rows.last_mut().unwrap().key = Some(key);
    }
    let Data::Layers(layers) = there_and_back(&Data::Layers(vec![layer]), Format::GeoPackage)
    else {
        panic!("no layers")
    };
    let Data::Network(network) = there_and_back(&Data::Layers(layers), Format::Gmns) else {
        panic!("no network")
    };
    assert_eq!(ids(&network), ["7", "9"]);
}

#[test]
fn ends_across_a_line_of_the_grid_are_one() {
    let text = "id,mode,geometry\n1,rail,\"LINESTRING(24 59,24.5000049 59)\"\n2,rail,\"LINESTRING(24.5000051 59,25 59)\"\n3,rail,\"LINESTRING(24.50002 59,24.5 60)\"\n";
    let (network, _) = network(&csv(text), "");
    assert_eq!(network.links[0].to, network.links[1].from);
    assert_ne!(network.links[0].to, network.links[2].from);
}

#[test]
fn lines_end_at_the_nodes_that_lie_there() {
    let source = folder(&[
        ("nodes.csv", "id,lon,lat\nT,24,59\nN,25,59\n"),
        ("railways.csv", "id,geometry\n1,\"LINESTRING(24 59,25 59)\"\n"),
    ]);
    let (network, _) = network(&source, "");
    assert_eq!((network.nodes.len(), ends(&network, &network.links[0])), (2, ["T", "N"]));
}

#[test]
fn a_number_for_a_row_without_an_id_is_no_id_of_another() {
    let (network, _) = network(&csv("id,from,to,mode\n2,a,b,rail\n,b,c,rail\n,c,d,rail\n"), "");
    assert_eq!(ids(&network), ["2", "3", "4"]);
}

#[test]
fn countries_come_back_from_gmns() {
    let source = folder(&[
        ("nodes.csv", "id,lon,lat,country\na,24,59,EE\nb,25,60,FI\n"),
        ("links.csv", "id,from,to,mode,tracks,lanes,km\n1,a,b,rail,2,,10\n2,a,b,road,,4,10\n"),
    ]);
    let (before, _) = network(&source, "");
    let Data::Network(after) = there_and_back(&Data::Network(before), Format::Gmns) else {
        panic!("no network")
    };
    let countries: Vec<&str> = after.nodes.iter().map(|n| n.country.as_str()).collect();
    assert_eq!(countries, ["EE", "FI"]);
    // Tracks of a railway beside lanes of a road.
    let lanes: Vec<Option<f64>> = after.links.iter().map(|l| l.lanes).collect();
    assert_eq!(lanes, [Some(2.0), Some(4.0)]);
}

#[test]
fn what_a_scenario_and_tntp_have_no_place_for_is_counted() {
    let source = folder(&[
        ("nodes.csv", "id,name,lon,lat,kind,country,zone\n1,A,24,59,depot,EE,7\n2,B,25,59,,EE,\n"),
        (
            "links.csv",
            "id,from,to,mode,km,kmh,gauge_mm,toll,capacity,one_way,kind,bpr_b,geometry\n1,1,2,rail,60,80,1520,3.5,100,1,main,0.15,\"LINESTRING(24 59,24.5 59.1,25 59)\"\n",
        ),
    ]);
    let (network, _) = network(&source, "");
    let told = |to: Format| {
        let mut found = Findings::default();
        let data = Data::Network(network.clone());
        trimodal_formats::write(data, to, "out", true, &Mapping::default(), &mut found).unwrap();
        found.notes.iter().map(|n| n.message.clone()).collect::<Vec<_>>()
    };
    let notes = told(Format::Scenario);
    for what in [
        "1 zones of nodes",
        "1 kinds of nodes: they are junctions",
        "1 directions of one-way links",
        "1 tolls",
        "1 capacities",
        "1 delay functions",
        "1 kinds of links",
        "1 lines",
    ] {
        let note = format!("left out: {what}, for which a scenario has no place");
        assert!(notes.contains(&note), "{note}: {notes:?}");
    }
    let notes = told(Format::Tntp);
    for what in ["the countries of 2", "the gauges of 1", "the lines of 1", "the kinds of 1"] {
        assert!(notes.iter().any(|n| n.contains(what)), "{what}: {notes:?}");
    }
}

#[test]
fn what_a_mapping_names_and_is_not_there_is_told() {
    let source = csv("A,B,km\na,b,5\n");
    let told = no_network(&source, "[links]\nfrom = 'frm'\nto = 'B'\nmode = { value = 'rail' }\n");
    assert!(told.contains("`a.csv` has no column `frm`"), "{told}");
    let told = no_network(&source, "[nodes]\nid = 'CODE'\n[links]\nfrom = 'A'\nto = 'B'\n");
    assert!(told.contains("no layer has the columns that [nodes] names"), "{told}");
    // Nodes without coordinates are nodes where a mapping names their ids.
    let tables = [("towns.csv", "CODE,name\na,Aa\nb,Bb\n"), ("ways.csv", "A,B,km\na,b,5\n")];
    let mapping = "[nodes]\nid = 'CODE'\n[links]\nfrom = 'A'\nto = 'B'\n";
    let (named, _) = network(&folder(&tables), mapping);
    assert_eq!(named.nodes[1].name, "Bb");
    // Together with what is wrong in the file.
    let told = no_network(&csv("A,B,km\na,b,5,6\n"), "[links]\nfrom = 'frm'\nto = 'B'\n");
    assert!(told.contains("no column `frm`") && told.contains("the row has 4 cells"), "{told}");
    let mapping = Mapping::read("map.toml", "[links]\nlength = 'L'\n[units]\nlength = 'furlong'\n");
    let told = mapping.unwrap_err()[0].to_string();
    assert!(told.contains("unit `furlong` is not known\n  map.toml:4"), "{told}");
}
