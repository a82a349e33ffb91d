//! Shapefiles with the text, the deleted rows and the datums of others.

#![allow(clippy::unwrap_used)]

mod common;

use std::io::Cursor;

use common::{cells, layers};
use trimodal_formats::source::File;
use trimodal_formats::{Layer, Source};

/// A dBase table of one column `NAME`: rows by whether they are deleted, and their bytes.
fn dbf(driver: u8, rows: &[(bool, &[u8])]) -> Vec<u8> {
    const WIDTH: u8 = 20;
    let mut bytes = vec![3, 124, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend(65_u16.to_le_bytes());
    bytes.extend((u16::from(WIDTH) + 1).to_le_bytes());
    bytes.resize(32, 0);
    bytes[29] = driver;
    bytes.extend(b"NAME\0\0\0\0\0\0\0C\0\0\0\0");
    bytes.push(WIDTH);
    bytes.resize(64, 0);
    bytes.push(0x0d);
    for (is_deleted, text) in rows {
        bytes.push(if *is_deleted { b'*' } else { b' ' });
        bytes.extend(*text);
        bytes.resize(bytes.len() + usize::from(WIDTH) - text.len(), b' ');
    }
    bytes.push(0x1a);
    bytes
}

#[test]
fn ids_of_many_digits_are_kept() {
    let rows: [(bool, &[u8]); 4] = [
        (false, b"12345678901234567890"),
        (false, b"1234567890123456789"),
        (false, b"7"),
        (false, b"2.5"),
    ];
    let mut table = dbf(3, &rows);
    // The type of the field.
    table[43] = b'N';
    let all = points(&[[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 0.0]]);
    let (layers, _) = layers(&source("n", &[("shp", all), ("dbf", table)]));
    let expected = ["12345678901234567890", "1234567890123456789", "7", "2.5"];
    assert_eq!(cells(&layers[0], "NAME"), expected);
}

/// Points with the longitudes 1, 2, 3 …, or one point.
fn points(all: &[[f64; 2]]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = shapefile::ShapeWriter::new(&mut bytes);
    for p in all {
        writer.write_shape(&shapefile::Point::new(p[0], p[1])).unwrap();
    }
    drop(writer);
    bytes.into_inner()
}

fn source(name: &str, files: &[(&str, Vec<u8>)]) -> Source {
    let file = |(ending, bytes): &(&str, Vec<u8>)| File {
        name: format!("{name}.{ending}"),
        bytes: bytes.clone(),
    };
    let files = files.iter().map(file).collect();
    Source { name: format!("{name}.shp"), is_folder: false, files }
}

fn names(driver: u8, cpg: Option<&str>, text: &[u8]) -> (String, Vec<String>) {
    let mut files = vec![("shp", points(&[[1.0, 1.0]])), ("dbf", dbf(driver, &[(false, text)]))];
    files.extend(cpg.map(|word| ("cpg", word.as_bytes().to_vec())));
    let (layers, notes) = layers(&source("a", &files));
    (cells(&layers[0], "NAME").concat(), notes)
}

#[test]
fn text_has_the_encoding_that_is_declared() {
    assert_eq!(names(0, Some("UTF-8"), "Jõgeva–Öhne".as_bytes()).0, "Jõgeva–Öhne");
    assert_eq!(names(0x57, Some("utf8\n"), "Jõgeva".as_bytes()).0, "Jõgeva");
    assert_eq!(names(0, Some("ISO-8859-1"), b"V\xf6ru").0, "Vöru");
    assert_eq!(names(0, Some("88592"), b"\xb1").0, "ą");
    assert_eq!(names(0, Some("1251"), b"\xcc\xe8\xed\xf1\xea").0, "Минск");
    assert_eq!(names(0, Some("936"), b"\xb1\xb1\xbe\xa9").0, "北京");
    // The byte of the header: 866 and 850 of DOS, 1251 and 1252 of Windows.
    assert_eq!(names(0x65, None, b"\x8c\xa8\xad\xe1\xaa").0, "Минск");
    assert_eq!(names(0x02, None, b"\x94").0, "ö");
    assert_eq!(names(0xc9, None, b"\xcc\xe8\xed\xf1\xea").0, "Минск");
    assert_eq!(names(0x57, None, b"\xf6\x81").0, "ö\u{81}");
}

#[test]
fn an_encoding_that_nothing_declares_is_guessed_and_told() {
    let (name, notes) = names(0, None, "Jõgeva".as_bytes());
    assert_eq!(name, "Jõgeva");
    assert!(notes[0].contains("no known encoding is declared: read as UTF-8"), "{notes:?}");
    let (name, notes) = names(0, Some("klingon"), b"V\xf6ru");
    assert_eq!(name, "Vöru");
    assert!(notes.iter().any(|n| n.contains("`klingon` of the .cpg is not known")), "{notes:?}");
    assert_eq!(names(0, None, b"Tapa"), ("Tapa".to_string(), Vec::new()));
}

#[test]
fn deleted_rows_are_left_out_with_their_shapes() {
    let rows: [(bool, &[u8]); 4] = [(false, b"a"), (true, b"b"), (false, b"c"), (true, b"d")];
    let all = points(&[[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [4.0, 0.0]]);
    let (layers, notes) = layers(&source("del", &[("shp", all), ("dbf", dbf(3, &rows))]));
    let places: Vec<f64> = layers[0].rows.iter().map(longitude).collect();
    assert_eq!((cells(&layers[0], "NAME"), places), (vec!["a".into(), "c".into()], vec![1.0, 3.0]));
    let told = "left out: 2 rows that are marked as deleted, with their shapes (`2`, `4`)";
    assert_eq!(notes.iter().filter(|n| n.contains(told)).count(), 1, "{notes:?}");
    assert_eq!(notes.len(), 1, "{notes:?}");
}

fn longitude(row: &trimodal_formats::Record) -> f64 {
    match &row.shape {
        Some(geo::Geometry::Point(p)) => p.x(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_name_with_dots_has_its_files_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    for (ending, bytes) in [
        ("shp", points(&[[1.0, 1.0]])),
        ("dbf", dbf(0, &[(false, b"a")])),
        ("cpg", b"UTF-8".to_vec()),
    ] {
        std::fs::write(folder.path().join(format!("lines.v1.2.{ending}")), bytes).unwrap();
    }
    let source = Source::open(&folder.path().join("lines.v1.2.shp")).unwrap();
    let (layers, notes) = layers(&source);
    assert_eq!(
        (layers[0].name.as_str(), cells(&layers[0], "NAME")),
        ("lines.v1.2", vec!["a".into()])
    );
    assert_eq!(notes, Vec::<String>::new());
}

/// Degrees of a point of a shapefile with a `.prj`, and what is noted when it is written.
fn degrees(prj: &str, point: [f64; 2]) -> ([f64; 2], Vec<String>) {
    let files = [
        ("shp", points(&[point])),
        ("dbf", dbf(3, &[(false, b"a")])),
        ("prj", prj.as_bytes().to_vec()),
    ];
    let (layers, _) = layers(&source("p", &files));
    let mut found = trimodal_formats::Findings::default();
    let data = trimodal_formats::Data::Layers(layers);
    let to = trimodal_formats::Format::GeoJson;
    let mapping = trimodal_formats::Mapping::default();
    let written =
        trimodal_formats::write(data, to, "p.geojson", false, &mapping, &mut found).unwrap();
    let trimodal_formats::convert::Written::File(bytes) = written else { panic!("a folder") };
    let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let at = &json["features"][0]["geometry"]["coordinates"];
    let notes = found.notes.iter().map(|n| n.message.clone()).collect();
    ([at[0].as_f64().unwrap(), at[1].as_f64().unwrap()], notes)
}

#[test]
fn national_datums_are_shifted() {
    const SWISS: &str = r#"PROJCS["CH1903+_LV95",GEOGCS["GCS_CH1903+",DATUM["D_CH1903+",SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Hotine_Oblique_Mercator_Azimuth_Center"],PARAMETER["False_Easting",2600000.0],PARAMETER["False_Northing",1200000.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Azimuth",90.0],PARAMETER["Longitude_Of_Center",7.43958333333333],PARAMETER["Latitude_Of_Center",46.9524055555556],UNIT["Meter",1.0]]"#;
    const DUTCH: &str = r#"PROJCS["RD_New",GEOGCS["GCS_Amersfoort",DATUM["D_Amersfoort",SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Double_Stereographic"],PARAMETER["False_Easting",155000.0],PARAMETER["False_Northing",463000.0],PARAMETER["Central_Meridian",5.38763888888889],PARAMETER["Scale_Factor",0.9999079],PARAMETER["Latitude_Of_Origin",52.1561605555556],UNIT["Meter",1.0]]"#;
    const BRITISH: &str = r#"PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],PARAMETER["Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]"#;
    // Places of geodetic offices: Bern (swisstopo), Amersfoort (Kadaster), Caister water tower (Ordnance Survey).
    let cases = [
        (SWISS, [2_600_000.0, 1_200_000.0], [7.438_632_495, 46.951_082_898]),
        (DUTCH, [155_000.0, 463_000.0], [5.387_206_22, 52.155_174_41]),
        (BRITISH, [651_409.903, 313_177.270], [1.716_073_973, 52.658_007_833]),
    ];
    for (prj, point, expected) in cases {
        let (at, notes) = degrees(prj, point);
        let off = [0, 1].map(|i| (at[i] - expected[i]).abs());
        assert!(off[0] < 1e-4 && off[1] < 5e-5, "{at:?} {expected:?}");
        assert_eq!(notes, Vec::<String>::new());
    }
}

#[test]
fn a_code_in_the_text_goes_before_its_names() {
    let prj = r#"PROJCS["x",GEOGCS["y",DATUM["unheard of",SPHEROID["Bessel 1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",9],PARAMETER["scale_factor",1],PARAMETER["false_easting",3500000],PARAMETER["false_northing",0],UNIT["metre",1]CODE]"#;
    let (coded, notes) =
        degrees(&prj.replace("CODE", r#",AUTHORITY["EPSG","31467"]"#), [3.5e6, 5.5e6]);
    assert_eq!(notes, Vec::<String>::new());
    let (plain, notes) = degrees(&prj.replace("CODE", ""), [3.5e6, 5.5e6]);
    assert!((coded[1] - plain[1]).abs() > 5e-4, "{coded:?} {plain:?}");
    assert!(notes[0].contains("how its datum lies to WGS 84 is not known"), "{notes:?}");
}

#[test]
fn heights_are_left_aside() {
    let prj = r#"PROJCS["UTM",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",9],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["metre",1]],VERTCS["height",VDATUM["x"],PARAMETER["Vertical_Shift",0.0],UNIT["Meter",1.0]]"#;
    let (at, notes) = degrees(prj, [500_000.0, 0.0]);
    assert!((at[0] - 9.0).abs() < 1e-9 && at[1].abs() < 1e-9, "{at:?}");
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn grads_are_turned() {
    let prj = r#"GEOGCS["GCS_NTF_Paris",DATUM["D_NTF",SPHEROID["Clarke_1880_IGN",6378249.2,293.46602]],PRIMEM["Paris",2.337229166666667],UNIT["Grad",0.01570796326794897]]"#;
    let (at, _) = degrees(prj, [0.0, 53.0]);
    assert!((at[0] - 2.3366).abs() < 1e-3 && (at[1] - 47.7).abs() < 1e-3, "{at:?}");
}

#[test]
fn all_layers_know_their_types() {
    let (layers, _) = layers(&source(
        "t",
        &[("shp", points(&[[1.0, 1.0]])), ("dbf", dbf(3, &[(false, b"007")]))],
    ));
    assert!(layers.iter().all(|l: &Layer| l.is_typed));
}
