//! Cells that are no numbers, shapes or units: each is told with its place and spoils nothing else.

#![allow(clippy::unwrap_used)]

mod common;

use common::{cells, layers, network, no_network, read_source, refused, there_and_back};
use trimodal_formats::convert::Written;
use trimodal_formats::source::File;
use trimodal_formats::{
    Core, Data, Findings, Format, Layer, Mapping, Matrix, Source, Value, convert, write,
};

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

/// Data in a format, and the notes of writing them.
fn written(data: Data, to: Format) -> (Option<Written>, Vec<String>) {
    let mut found = Findings::default();
    let name = format!("out.{}", to.extension());
    let written = write(data, to, &name, false, &Mapping::default(), &mut found);
    let told = found.notes.iter().map(|n| format!("{n}"));
    let problems = found.problems.iter().map(|p| format!("{p}"));
    (written, told.chain(problems).collect())
}

/// The matrices of a table of pairs, and what was noted; or the problems.
fn matrices(text: &str, mapping: &str) -> Result<(Matrix, Vec<String>), String> {
    let mapping = Mapping::read("map.toml", mapping).unwrap();
    let out = ("a.omx", Some(Format::Omx));
    let made = convert(&csv(text), None, out, &mapping, |_, _| ()).map_err(|p| p.to_string())?;
    let Written::File(bytes) = made.written else { panic!("a folder") };
    match read_source(&Source::file("a.omx", bytes)).0 {
        Data::Matrix(matrix) => Ok((matrix, made.notes.iter().map(|n| format!("{n}")).collect())),
        other => panic!("{other:?}"),
    }
}

fn cores(matrix: &Matrix) -> Vec<(&str, f64)> {
    matrix.cores.iter().enumerate().map(|(i, c)| (c.name.as_str(), matrix.at(i, 0, 1))).collect()
}

#[test]
fn rows_of_several_criteria_are_matrices_of_each() {
    let text = "origin,destination,status,by,time_h,cost_usd\na,b,reached,time,1,20\na,b,reached,cost,3,5\nb,a,reached,time,2,21\nb,a,reached,cost,4,6\n";
    let (matrix, notes) = matrices(text, "").unwrap();
    let expected = [
        ("cost_usd_by_cost", 5.0),
        ("cost_usd_by_time", 20.0),
        ("time_h_by_cost", 3.0),
        ("time_h_by_time", 1.0),
    ];
    assert_eq!(cores(&matrix), expected);
    assert!(notes.iter().any(|n| n.contains("left out: 1 columns (`status`)")), "{notes:?}");
    // One criterion needs no word.
    let one = text.replace(",cost,", ",time,").replace("a,b,reached,time,3,5\n", "");
    let one = one.replace("b,a,reached,time,4,6\n", "");
    let (matrix, _) = matrices(&one, "").unwrap();
    assert_eq!(cores(&matrix), [("cost_usd", 20.0), ("time_h", 1.0)]);
    // Any column may tell rows apart.
    let (matrix, _) =
        matrices("o,d,class,v\na,b,x,1\na,b,y,2\nb,a,x,3\n", "[matrix]\ncore = 'class'\n").unwrap();
    assert_eq!(cores(&matrix), [("v_by_x", 1.0), ("v_by_y", 2.0)]);
    let told = matrices("o,d,class,v\na,b,x,1\na,b,y,2\n", "").unwrap_err();
    assert!(told.contains("a.csv:3:1") && told.contains("[matrix] core"), "{told}");
}

#[test]
fn what_is_not_finite_is_refused_in_networks_and_missing_in_tables() {
    let told =
        no_network(&csv("from,to,mode,km\na,b,road,inf\nb,c,road,nan\nc,d,road,1e999\n"), "");
    for place in ["`inf` is not a number\n  a.csv:2:4", "`nan` is not", "a.csv:4:4"] {
        assert!(told.contains(place), "{place}: {told}");
    }
    let (read, _) = layers(&csv("id,km,name\n1,2.5,Nan\n2,inf,Inf\n3,NaN,x\n"));
    let (file, notes) = written(Data::Layers(read), Format::GeoJson);
    let Some(Written::File(bytes)) = file else { panic!("{notes:?}") };
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let km = |i: usize| json["features"][i]["properties"]["km"].clone();
    assert_eq!((km(0).as_f64(), km(1).is_null(), km(2).is_null()), (Some(2.5), true, true));
    // Names stay names.
    assert_eq!(json["features"][1]["properties"]["name"], "Inf");
    let told =
        "2 cells of `km` are no finite number (`NaN`, `inf`) and are taken as missing: rows 3, 4";
    assert!(notes.iter().any(|n| n.contains(told) && n.contains("a.csv:3:2")), "{notes:?}");
    // Where there is no other number, too, but for names.
    let (read, _) = layers(&csv("km,name\ninf,Nan\n1e999,Nan\n"));
    let (_, notes) = written(Data::Layers(read), Format::GeoPackage);
    assert!(notes.iter().any(|n| n.contains("2 cells of `km`")), "{notes:?}");
    assert!(!notes.iter().any(|n| n.contains("`name`")), "{notes:?}");
    // Numbers of a file with types, too.
    let mut layer = Layer::new("t", &["v"]);
    layer.is_typed = true;
    for x in [1.0, f64::INFINITY] {
        layer.push(vec![Value::Number(x)], None);
    }
    let (_, notes) = written(Data::Layers(vec![layer]), Format::Csv);
    assert!(notes.iter().any(|n| n.contains("1 cells of `v`")), "{notes:?}");
}

#[test]
fn matrices_have_no_infinite_cells() {
    let told = matrices("o,d,v\na,b,1\nb,a,inf\n", "").unwrap_err();
    assert!(told.contains("`inf` is not a finite number\n  a.csv:3:3"), "{told}");
    let (matrix, notes) = matrices("o,d,v\na,b,1\nb,a,nan\n", "").unwrap();
    assert!(matrix.at(0, 1, 0).is_nan() && notes.iter().any(|n| n.contains("a.csv:3:3 `nan`")));
    let zones = ["a", "b"].map(String::from).to_vec();
    let core = Core { name: "t".into(), cells: vec![0.0, f64::INFINITY, 2.0, 0.0] };
    let (file, _) = written(Data::Matrix(Matrix { zones, cores: vec![core] }), Format::Omx);
    let Some(Written::File(bytes)) = file else { panic!("no file") };
    let (Data::Matrix(after), notes) = read_source(&Source::file("a.omx", bytes)) else {
        panic!("no matrix")
    };
    assert!(after.at(0, 0, 1).is_nan() && after.total(0) == 2.0);
    assert!(notes.iter().any(|n| n.contains("infinite and are taken as missing: a to b")));
}

#[test]
fn a_bad_shape_spoils_its_own_row_only() {
    let text = "id,geometry,km\n1,POINT (1 2),x\n2,here,5\n3,\"POINT (3 4)\",6\n";
    let (read, notes) = layers(&csv(text));
    let has: Vec<bool> = read[0].rows.iter().map(|r| r.shape.is_some()).collect();
    assert_eq!(has, [true, false, true]);
    assert!(
        notes.iter().any(|n| n.contains("`here` is no well-known text") && n.contains("a.csv:3:2")),
        "{notes:?}"
    );
    // What was written there is kept.
    assert_eq!(cells(&read[0], "geometry"), ["", "here", ""]);
    let Data::Layers(after) = there_and_back(&Data::Layers(read), Format::GeoPackage) else {
        panic!("no layers")
    };
    assert_eq!((after[0].has_shapes(), cells(&after[0], "geometry")[1].as_str()), (true, "here"));
    // A network without the line would be another one: it is refused, with the place.
    let told = no_network(
        &csv("id,mode,geometry\n1,rail,\"LINESTRING(24 59,25 59)\"\n2,rail,there\n"),
        "",
    );
    assert!(told.contains("`there` is no line in well-known text\n  a.csv:3:3"), "{told}");
    let nodes = ("nodes.csv", "id,geometry\n1,POINT (24 59)\n2,there\n");
    let links = ("links.csv", "id,from,to,mode\na,1,2,road\n");
    let told = no_network(&folder(&[nodes, links]), "");
    assert!(told.contains("`there` is no point") && told.contains("nodes.csv:3:2"), "{told}");
}

#[test]
fn places_after_a_column_of_shapes_are_those_of_the_file() {
    let text = "id,mode,geometry,km\n1,rail,\"LINESTRING(24 59,25 59)\",x\n";
    let told = no_network(&csv(text), "");
    assert!(told.contains("`x` is not a number\n  a.csv:2:4"), "{told}");
}

#[test]
fn tables_of_a_scenario_are_on_the_map() {
    let scenario = folder(&[
        ("places.csv", "id,name,lat,lon\nA,Aa,59,24\nB,Bb,60,25\nC,Cc,,\n"),
        ("links.csv", "id,from,to,mode,km\n1,A,B,road,130\n2,B,C,road,5\n"),
        ("vehicles.csv", "id,mode\ntruck,road\n"),
    ]);
    let (read, _) = layers(&scenario);
    let (file, notes) = written(Data::Layers(read), Format::GeoPackage);
    let Some(Written::File(bytes)) = file else { panic!("{notes:?}") };
    let (after, _) = layers(&Source::file("a.gpkg", bytes));
    let of = |name: &str| after.iter().find(|l| l.name == name).unwrap();
    let point = geo::Geometry::Point(geo::Point::new(24.0, 59.0));
    assert_eq!(of("places").rows[0].shape, Some(point));
    let line = geo::Geometry::LineString(vec![(24.0, 59.0), (25.0, 60.0)].into());
    let lines: Vec<_> = of("links").rows.iter().map(|r| r.shape.clone()).collect();
    assert_eq!(lines, [Some(line), None]);
    assert!(!of("vehicles").has_shapes());
    for told in
        ["points are those of its columns of degrees; 1 rows have none", "lines are straight"]
    {
        assert!(notes.iter().any(|n| n.contains(told)), "{told}: {notes:?}");
    }
    // Columns of other things than degrees give no points.
    let (read, _) = layers(&csv("id,lat,lon\n1,6589368,542555\n"));
    let (_, notes) = written(Data::Layers(read), Format::GeoJson);
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn lengths_that_cannot_be_are_told() {
    let nodes = ("nodes.csv", "id,lon,lat\na,10,50\nb,11,50\nc,12,50\nd,13,50\n");
    let net = |rows: &str| {
        let text = format!("id,from,to,mode,length\n{rows}");
        folder(&[nodes, ("links.csv", &text)])
    };
    // 71.5 km between the nodes: metres are no km, though there are too few links to read them as such.
    let told = no_network(&net("1,a,b,road,80000\n2,b,c,road,80000\n"), "");
    assert!(told.contains("over 100 times it (row 2, `1`: 80000.000 km for 71."), "{told}");
    assert!(told.contains("length = \"m\"") && told.contains("error[TM-FMT-006]"), "{told}");
    let (read, _) =
        network(&net("1,a,b,road,80000\n2,b,c,road,80000\n"), "[units]\nlength = 'm'\n");
    assert_eq!(read.links[0].km, Some(80.0));
    // A map that is only drawn: nothing says that the unit is another one.
    for row in ["1,a,b,road,0.5\n", "1,a,b,road,20\n"] {
        let (_, notes) = network(&net(row), "");
        let told = "1 of 1 lengths, read in km, are under half the straight line";
        assert!(notes.iter().any(|n| n.contains(told)), "{notes:?}");
    }
    // One of several is noted, with its row: the others show that the unit is right.
    let (read, notes) = network(&net("1,a,b,road,80\n2,b,c,road,75\n3,c,d,road,9\n"), "");
    assert_eq!(read.links.len(), 3);
    let told = |n: &&String| n.contains("1 of 3 lengths") && n.contains("net/links.csv:4");
    assert!(notes.iter().any(|n| told(&n)), "{notes:?}");
    // A mapping is believed, and what it leads to is still noted.
    let (_, notes) = network(&net("1,a,b,road,0.5\n"), "[units]\nlength = 'km'\n");
    assert!(notes.iter().any(|n| n.contains("1 of 1 lengths")), "{notes:?}");
    // Detours are long, and rings begin where they end.
    let (_, notes) = network(&net("1,a,b,road,700\n2,b,b,road,40\n3,c,d,road,75\n"), "");
    assert!(!notes.iter().any(|n| n.contains("straight line between")), "{notes:?}");
}

#[test]
fn all_problems_of_a_row_are_told_at_once() {
    let nodes = ("nodes.csv", "id,lon,lat\nn1,24,59\n,x,59\nn3,24,y\n");
    let links = ("links.csv", "id,from,to,mode,km,gauge_mm\nl,n1,n9,boat,-3,12\nm,,n8,road,z,\n");
    let told = no_network(&folder(&[nodes, links]), "");
    for problem in [
        "a node has no id\n  net/nodes.csv:3:1",
        "`x` is not a number\n  net/nodes.csv:3:2",
        "`y` is not a number\n  net/nodes.csv:4:3",
        "no node is called `n9`\n  net/links.csv:2:3",
        "`boat` is no mode\n  net/links.csv:2:4",
        "is negative\n  net/links.csv:2:5",
        "`12` is no gauge in mm\n  net/links.csv:2:6",
        "a link has no `from`\n  net/links.csv:3:2",
        "no node is called `n8`\n  net/links.csv:3:3",
        "`z` is not a number\n  net/links.csv:3:5",
    ] {
        assert!(told.contains(problem), "{problem}: {told}");
    }
    // A table of nodes without ids does not hide what is wrong with the links.
    let nodes = ("nodes.csv", "code,lon,lat\nn1,24,59\n");
    let told = no_network(&folder(&[nodes, links]), "");
    assert!(told.contains("no column holds the ids") && told.contains("`boat`"), "{told}");
}

#[test]
fn lists_say_how_many_more_there_are() {
    let columns: Vec<String> = (0..30).map(|i| format!("extra{i}")).collect();
    let text = format!(
        "from,to,mode,{}\na,b,road{}\n",
        columns.join(","),
        (0..30).map(|i| format!(",{i}")).collect::<String>()
    );
    let (_, notes) = network(&csv(&text), "");
    let left = notes.iter().find(|n| n.contains("left out: 30 columns")).unwrap();
    assert!(columns.iter().all(|c| left.contains(&format!("`{c}`"))), "{left}");
    let mut text = "from,to,mode,oneway\n".to_string();
    (0..25).for_each(|i| text += &format!("a,b,road,word{i}\n"));
    let (_, notes) = network(&csv(&text), "");
    assert!(notes.iter().any(|n| n.contains("`word19` and 5 more)")), "{notes:?}");
}

#[test]
fn rows_that_are_cut_short_are_told() {
    let (read, notes) = layers(&csv("id,km,name\n1,2,x\n2,3\n"));
    assert_eq!(cells(&read[0], "name"), ["x", ""]);
    let told = "1 rows have fewer cells than the header: those that lack are blank; rows (`3`)";
    assert!(notes.iter().any(|n| n.contains(told)), "{notes:?}");
}

#[test]
fn files_without_links_or_trips_are_refused() {
    let net = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<FIRST THRU NODE> 1\n<END OF METADATA>\n";
    let trips =
        "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 5\n<END OF METADATA>\n 1 : 5;\nOrigin 2\n 1 : 3;\n";
    let told = refused(&Source::file("a_net.tntp", net)).concat();
    assert!(told.contains("it holds no links"), "{told}");
    let told = refused(&Source::file("a_trips.tntp", trips)).concat();
    assert!(told.contains("the pairs have no origin\n  a_trips.tntp:4"), "{told}");
    let gmns = folder(&[
        ("node.csv", "node_id,x_coord,y_coord\n1,24,59\n"),
        ("link.csv", "link_id,from_node_id,to_node_id\n"),
    ]);
    assert!(refused(&gmns).concat().contains("it holds no links"));
    let strange = folder(&[("a.tntp", "one two\n1 2\n")]);
    assert!(refused(&strange).concat().contains("nothing in it can be read"));
}
