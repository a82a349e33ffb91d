//! Tables from one format to another: what is text stays text, shapes become degrees, and nothing is lost in silence.

#![allow(clippy::unwrap_used)]

mod common;

use common::{cells, data, layers, refused, text, there_and_back};
use trimodal_formats::{Data, Findings, Format, Layer, Mapping, Source, Value, crs::Crs, read};

fn json(text: &str) -> Source {
    Source::file("a.geojson", text)
}

/// A layer of one row with a shape.
fn layer(columns: &[&str], cells: Vec<Value>, shape: geo::Geometry<f64>, crs: Crs) -> Data {
    let mut layer = Layer::new("a", columns);
    layer.push(cells, Some(shape));
    layer.crs = crs;
    Data::Layers(vec![layer])
}

fn line(points: &[(f64, f64)]) -> geo::Geometry<f64> {
    geo::Geometry::LineString(points.iter().copied().collect())
}

#[test]
fn csv_and_workbooks_have_degrees() {
    let utm = Crs::from_words("EPSG:3857").unwrap();
    let point = geo::Geometry::Point(geo::Point::new(1_113_194.907_932_735_7, 0.0));
    let data = layer(&["id"], vec![Value::Whole(1)], point, utm);
    let csv = text(&data, Format::Csv);
    let near = |text: &str| text.contains("POINT(10 ") || text.contains("POINT(9.99999999");
    assert!(near(&csv), "{csv}");
    for to in [Format::Xlsx, Format::Csv] {
        let Data::Layers(after) = there_and_back(&data, to) else { panic!("no layers") };
        let Some(geo::Geometry::Point(p)) = after[0].rows[0].shape else { panic!("{after:?}") };
        assert!((p.x() - 10.0).abs() < 1e-9 && p.y().abs() < 1e-9, "{p:?}");
    }
}

#[test]
fn lines_keep_their_shapes_beside_lon_and_lat() {
    let middle = vec![Value::Number(24.5), Value::Number(59.0)];
    let data = layer(&["lon", "lat"], middle, line(&[(24.0, 59.0), (25.0, 59.0)]), Crs::Undeclared);
    assert!(text(&data, Format::Csv).contains("LINESTRING(24 59,25 59)"));
    let Data::Layers(after) = there_and_back(&data, Format::Xlsx) else { panic!("no layers") };
    assert!(after[0].has_shapes());
    // Points that the columns have need no column of their own.
    let cells = vec![Value::Number(24.5), Value::Number(59.0)];
    let point = geo::Geometry::Point(geo::Point::new(24.5, 59.0));
    let csv = text(&layer(&["lon", "lat"], cells, point, Crs::Undeclared), Format::Csv);
    assert_eq!(csv, "lon,lat\n24.5,59\n");
}

#[test]
fn a_table_without_a_shape_on_the_earth_is_refused() {
    let data =
        layer(&["id"], vec![Value::Whole(1)], line(&[(500.0, 0.0), (501.0, 0.0)]), Crs::Undeclared);
    for to in [Format::GeoJson, Format::Csv, Format::GeoPackage, Format::GeoParquet, Format::Xlsx] {
        let mut found = Findings::default();
        let name = format!("a.{}", to.extension());
        let written = trimodal_formats::write(
            data.clone(),
            to,
            &name,
            false,
            &Mapping::default(),
            &mut found,
        );
        assert_eq!(written, None, "{}", to.word());
        assert_eq!(found.problems.len(), 1, "{found:?}");
        assert!(
            found.problems[0].message.contains("none of its 1 shapes is on the Earth"),
            "{found:?}"
        );
    }
}

#[test]
fn text_stays_text() {
    let texts = ["1.10", "1E5", "12345678901234567890", "007", "+371"];
    let mut layer = Layer::new("a", &["a", "b", "c", "d", "e", "n", "is"]);
    layer.is_typed = true;
    let mut row = texts.map(|t| Value::Text(t.to_string())).to_vec();
    row.extend([Value::Number(1.5), Value::Flag(true)]);
    layer.push(row, None);
    for to in [Format::GeoPackage, Format::GeoParquet, Format::Xlsx] {
        let Data::Layers(after) = there_and_back(&Data::Layers(vec![layer.clone()]), to) else {
            panic!("no layers")
        };
        for (name, expected) in ["a", "b", "c", "d", "e"].iter().zip(texts) {
            assert_eq!(cells(&after[0], name), [expected], "{}", to.word());
        }
        let [number, flag] = ["n", "is"].map(|c| after[0].column(c).unwrap());
        let cells = &after[0].rows[0].cells;
        assert_eq!(cells[number], Value::Number(1.5), "{}", to.word());
        assert_eq!(cells[flag], Value::Flag(true), "{}", to.word());
    }
}

#[test]
fn numbers_of_csv_are_numbers_and_codes_are_not() {
    let csv = "lon,small,code,id,zip,year\n24.750,1.5e-05,1E5,12345678901234567890,007,2024\n";
    let (before, _) = layers(&Source::file("a.csv", csv));
    let Data::Layers(after) = there_and_back(&Data::Layers(before), Format::GeoPackage) else {
        panic!("no layers")
    };
    let text = |t: &str| Value::Text(t.to_string());
    let expected = [
        Value::Number(24.75),
        Value::Number(1.5e-5),
        text("1E5"),
        text("12345678901234567890"),
        text("007"),
        Value::Whole(2024),
    ];
    assert_eq!(after[0].rows[0].cells, expected);
}

#[test]
fn the_member_crs_holds() {
    let collection = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}},
        "features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1113194.9079327357,0]}}]}"#;
    let feature = r#"{"type":"Feature","crs":{"type":"name","properties":{"name":"EPSG:3857"}},"properties":{"a":1},
        "geometry":{"type":"Point","coordinates":[1113194.9079327357,0]}}"#;
    for text in [collection, feature] {
        let (read, _) = layers(&json(text));
        assert_eq!(read[0].crs, Crs::Epsg(3857));
    }
    let other = collection.replace("urn:ogc:def:crs:EPSG::3857", "my own");
    let problems = refused(&json(&other));
    assert!(
        problems[0].contains("the coordinate system `my own` of the member `crs` is not known"),
        "{problems:?}"
    );
    // A mapping settles it.
    let mapping = Mapping::read("map.toml", "[units]\ncrs = 'EPSG:3857'\n").unwrap();
    let mut found = Findings::default();
    let Some(Data::Layers(read)) = read(&json(&other), None, &mapping, &mut found) else {
        panic!("{found:?}")
    };
    assert_eq!(read[0].crs, Crs::Epsg(3857));
    let wgs84 = collection.replace("EPSG::3857", "OGC:1.3:CRS84");
    assert_eq!(layers(&json(&wgs84)).0[0].crs, Crs::Epsg(4326));
}

#[test]
fn ids_of_features_are_kept() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"way/123","properties":null,"geometry":{"type":"LineString","coordinates":[[24,59],[25,59]]}},
        {"type":"Feature","id":7,"properties":{"mode":"rail"},"geometry":{"type":"LineString","coordinates":[[24,59]]}}]}"#;
    let (read, notes) = layers(&json(text));
    assert_eq!(cells(&read[0], "id"), ["way/123", "7"]);
    assert!(read[0].rows[1].shape.is_none());
    assert!(
        notes.iter().any(|n| n.contains(
            "left out: 1 shapes without enough points or coordinates, of features (`2`)"
        )),
        "{notes:?}"
    );
    for short in ["[24]", "[]"] {
        let (read, notes) =
            layers(&json(&text.replace("[[24,59]]", &format!("[[24,59],{short}]"))));
        assert!(read[0].rows[1].shape.is_none());
        assert!(notes.iter().any(|n| n.contains("coordinates, of features (`2`)")), "{notes:?}");
    }
    let own = text.replace(r#""mode":"rail""#, r#""id":"x""#);
    let (read, notes) = layers(&json(&own));
    assert_eq!(cells(&read[0], "id"), ["", "x"]);
    assert!(notes.iter().any(|n| n.contains("left out: 2 ids of features")), "{notes:?}");
}

#[test]
fn the_system_of_a_mapping_holds_for_tables() {
    let mapping = Mapping::read("map.toml", "[units]\ncrs = 'EPSG:3301'\n").unwrap();
    let source = Source::file("a.csv", "id,geometry\n1,POINT(542555 6589368)\n");
    let to = Some(Format::GeoJson);
    let converted =
        trimodal_formats::convert(&source, None, ("a.geojson", to), &mapping, |_, _| ()).unwrap();
    let trimodal_formats::convert::Written::File(bytes) = converted.written else { panic!() };
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let at = &json["features"][0]["geometry"]["coordinates"];
    let [lon, lat] = [0, 1].map(|i| at[i].as_f64().unwrap());
    assert!((lon - 24.75).abs() < 1e-4 && (lat - 59.44).abs() < 1e-4, "{lon} {lat}");
}

#[test]
fn text_of_shapes_becomes_shapes() {
    let csv = "id,wkt\n1,\"SRID=3857;LINESTRING (0 0, 1113194.9079327357 0)\"\n2,\n3,POINT EMPTY\n";
    let (read, _) = layers(&Source::file("a.csv", csv));
    assert_eq!((read[0].columns.join(","), read[0].crs.clone()), ("id".into(), Crs::Epsg(3857)));
    let has: Vec<bool> = read[0].rows.iter().map(|r| r.shape.is_some()).collect();
    assert_eq!(has, [true, false, false]);
    let Data::Layers(after) = there_and_back(&Data::Layers(read), Format::GeoPackage) else {
        panic!("no layers")
    };
    assert!(after[0].has_shapes());
    // A column of other text is none of shapes.
    let (read, _) = layers(&Source::file("a.csv", "id,geometry\n1,there\n2,here\n"));
    assert_eq!((cells(&read[0], "geometry")[1].as_str(), read[0].has_shapes()), ("here", false));
}

#[test]
fn keys_of_a_geopackage_come_back_and_are_no_column() {
    let mut layer = Layer::new("a", &["name"]);
    for (key, name) in [(7, "x"), (3, "y")] {
        layer.push(vec![Value::Text(name.to_string())], None);
        layer.rows.last_mut().unwrap().key = Some(key);
    }
    let Data::Layers(after) = there_and_back(&Data::Layers(vec![layer]), Format::GeoPackage) else {
        panic!("no layers")
    };
    assert_eq!(after[0].columns, ["name"]);
    let keys: Vec<Option<i64>> = after[0].rows.iter().map(|r| r.key).collect();
    assert_eq!((cells(&after[0], "name").concat(), keys), ("yx".into(), vec![Some(3), Some(7)]));
}

#[test]
fn a_separator_in_a_line_of_its_own_and_old_ends_of_lines_are_read() {
    let (read, _) = layers(&Source::file("a.csv", "sep=;\r\nid;a,b\r\n1;2\r\n"));
    assert_eq!((read[0].columns.join(" "), read[0].rows[0].line), ("id a,b".into(), 3));
    let (read, _) = layers(&Source::file("a.csv", "id;km\r1;2\r3;4\r"));
    assert_eq!((cells(&read[0], "km"), read[0].rows[1].line), (vec!["2".into(), "4".into()], 3));
}

#[test]
fn rows_are_counted_in_files_of_windows() {
    let text = "# a scenario\r\nid;km\r\n\r\n1;\"a\r\nb\"\r\n# more\r\n2;4\r\n";
    let (read, _) = layers(&Source::file("a.csv", text));
    let lines: Vec<usize> = read[0].rows.iter().map(|r| r.line).collect();
    assert_eq!(lines, [4, 7]);
}

#[test]
fn an_unreadable_file_has_one_problem() {
    let problems = refused(&Source::file("a.parquet", "PAR1 or not"));
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn entries_that_will_be_removed_are_left_out() {
    let part = "X,\"NL\",\"OLD\",\"Old\",\"Old\",\"ZH\",\"1\",\"AF\",\"0212\",,\"5155N 00430E\",\n,\"NL\",\"RTM\",\"Rotterdam\",\"Rotterdam\",\"ZH\",\"1\",\"AF\",\"0212\",,\"5155N 00430E\",\n";
    let source = Source::file("part.csv", part);
    let mut found = Findings::default();
    let mapping = Mapping::default();
    let Some(Data::Layers(places)) = read(&source, Some(Format::Unlocode), &mapping, &mut found)
    else {
        panic!("{found:?}")
    };
    assert_eq!(cells(&places[0], "locode"), ["NLRTM"]);
    assert!(
        found.notes[0].message.contains("left out: 1 places to be removed (`NLOLD`)"),
        "{found:?}"
    );
    // Rows are those of the file, which has no header.
    let source = Source::file("part.csv", format!("{part},a,b,c,d,e,f,g,h,i,j,k,l\n"));
    let mut found = Findings::default();
    read(&source, Some(Format::Unlocode), &mapping, &mut found);
    assert_eq!(found.problems[0].at.as_ref().unwrap().row, 3, "{found:?}");
}

#[test]
fn a_workbook_says_what_has_no_value() {
    let (read, notes) = layers(&Source::open(&data("made/cells.xlsx")).unwrap());
    let sheet = &read[0];
    assert_eq!(sheet.columns, ["from", "to", "km", "at", "lasts"]);
    assert_eq!(cells(sheet, "at"), ["8:30", "2024-05-01", ""]);
    assert_eq!(cells(sheet, "lasts"), ["30:00", "0:45:10", ""]);
    let told = |text: &str| assert!(notes.iter().any(|n| n.contains(text)), "{text}: {notes:?}");
    told("left out: 1 cells with errors (`E6 #DIV/0!`)");
    told("left out: 1 formulas without a value: save the file in a spreadsheet program (`E7`)");
    // The table begins in column C.
    let told = common::no_network(
        &Source::open(&data("made/cells.xlsx")).unwrap(),
        "[links]\nfrom = 'from'\nto = 'to'\nlength = 'at'\n",
    );
    assert!(
        told.contains("`8:30` is not a number") && told.contains("cells.xlsx!links:5:F"),
        "{told}"
    );
}
