//! No reader panics or runs out of memory on damaged files: each sample is read with bytes changed, cut or doubled.

#![allow(clippy::unwrap_used)]

mod common;

use common::data;
use proptest::prelude::*;
use trimodal_formats::source::File;
use trimodal_formats::{Findings, Mapping, Source, read};

/// Small files of every format.
fn samples() -> Vec<Source> {
    let open = |name: &str| Source::open(&data(name)).unwrap_or_else(|p| panic!("{p}"));
    let mut samples: Vec<Source> = [
        "gmns/Arlington_Signals",
        "gtfs",
        "osm/test.osm.pbf",
        "made/cells.xlsx",
        "made/estonia.osm.pbf",
        "made/relations.osm.pbf",
        "parquet/data-linestring-encoding_wkb.parquet",
        "shp/line.shp",
        "shp/naturalearth_cities.shp",
    ]
    .map(open)
    .into();
    let net = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<FIRST THRU NODE> 1\n<NUMBER OF LINKS> 2\n<END OF METADATA>\n~ init\n1 2 10 1 1 0.15 4 50 0 1 ;\n2 3 10 1 1 0.15 4 50 0 1 ;\n";
    let trips = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n 1 : 0.0; 2 : 5.0;\n";
    let geojson = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"a":1},"geometry":{"type":"LineString","coordinates":[[0,1],[2,3]]}}]}"#;
    let codes = "Change,Country,Location,Name,NameWoDiacritics,Subdivision,Status,Function,Date,IATA,Coordinates,Remarks\n,NL,RTM,Rotterdam,Rotterdam,ZH,AF,12345---,0212,,5155N 00430E,\n";
    samples.extend([
        Source::file("a_net.tntp", net),
        Source::file("a_trips.tntp", trips),
        Source::file("a.geojson", geojson),
        Source::file("codes.csv", codes),
        Source::file("links.csv", "from,to,km,geometry\na,b,1,\"LINESTRING(0 0,1 1)\"\n"),
    ]);
    samples.extend(made());
    samples.push(archive(&open("gtfs")));
    samples
}

/// The files of a folder in an archive.
fn archive(folder: &Source) -> Source {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for file in &folder.files {
        let plain = zip::write::SimpleFileOptions::default();
        archive.start_file(file.name.as_str(), plain).unwrap();
        archive.write_all(&file.bytes).unwrap();
    }
    Source::file("feed.zip", archive.finish().unwrap().into_inner())
}

/// Files of the formats whose published samples are large, made from small data.
fn made() -> Vec<Source> {
    use trimodal_formats::convert::Written;
    use trimodal_formats::{Core, Data, Format, Matrix};
    let matrix = Data::Matrix(Matrix {
        zones: vec!["a".into(), "b".into()],
        cores: vec![Core { name: "t".into(), cells: vec![1.0, 2.0, 3.0, 4.0] }],
    });
    let (network, _) = common::read_at(&data("gmns/Freeway_Interchange"));
    let wanted = [(&matrix, Format::Omx), (&network, Format::GeoPackage), (&network, Format::Xlsx)];
    let one = |(of, to): (&Data, Format)| match common::written(of, to) {
        (Written::File(bytes), name) => Source::file(name, bytes),
        (Written::Folder(_), name) => panic!("{name} is a folder"),
    };
    wanted.map(one).into()
}

#[derive(Debug, Clone)]
enum Damage {
    Set(usize, u8),
    Cut(usize),
    Double(usize, usize),
    Fill(usize, usize, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0..100_000_usize;
    prop_oneof![
        4 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        1 => at.clone().prop_map(Damage::Cut),
        1 => (at.clone(), 1..64_usize).prop_map(|(at, n)| Damage::Double(at, n)),
        2 => (at, 1..9_usize, prop_oneof![Just(0xff_u8), Just(0), any::<u8>()]).prop_map(|(at, n, byte)| Damage::Fill(at, n, byte)),
    ]
}

fn damaged(bytes: &[u8], all: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for one in all {
        let len = bytes.len().max(1);
        match *one {
            Damage::Set(at, byte) => {
                bytes.iter_mut().skip(at % len).take(1).for_each(|b| *b = byte)
            }
            Damage::Cut(at) => bytes.truncate(at % len),
            Damage::Fill(at, n, byte) => {
                bytes.iter_mut().skip(at % len).take(n).for_each(|b| *b = byte)
            }
            Damage::Double(at, n) => {
                let part: Vec<u8> = bytes.iter().skip(at % len).take(n).copied().collect();
                bytes.extend(part);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_read_or_refused(file in any::<prop::sample::Index>(), all in prop::collection::vec(damage(), 1..6)) {
        for mut source in samples() {
            let which = file.index(source.files.len());
            let File { bytes, .. } = &mut source.files[which];
            *bytes = damaged(bytes, &all);
            let mut found = Findings::default();
            let data = read(&source, None, &Mapping::default(), &mut found);
            prop_assert!(data.is_some() || !found.problems.is_empty(), "{} says nothing", source.name);
        }
    }
}

/// Whether there is nothing in it.
fn is_empty(data: &trimodal_formats::Data) -> bool {
    use trimodal_formats::Data;
    match data {
        Data::Network(network) => network.links.is_empty(),
        Data::Matrix(matrix) => matrix.zones.is_empty() || matrix.cores.is_empty(),
        Data::Layers(layers) => layers.iter().all(|l| l.rows.is_empty()),
    }
}

/// Reads a source one file of which is damaged; it must be read to something, or refused with a reason.
fn is_read_or_refused(mut source: Source, which: usize, bytes: Vec<u8>, how: &str) {
    let file = source.files[which].name.clone();
    source.files[which].bytes = bytes;
    let mut found = Findings::default();
    let data = read(&source, None, &Mapping::default(), &mut found);
    let told = !found.problems.is_empty();
    let is_sound = data.as_ref().is_some_and(|data| !is_empty(data));
    assert!(told || is_sound, "{} {file}: {how}: nothing, and no reason", source.name);
}

#[test]
fn files_that_are_cut_short_are_no_empty_success() {
    const CUTS: usize = 48;
    for source in samples() {
        for which in 0..source.files.len() {
            let bytes = source.files[which].bytes.clone();
            for cut in 0..CUTS {
                let to = bytes.len() * cut / CUTS;
                let how = format!("{to} of {} bytes", bytes.len());
                is_read_or_refused(source.clone(), which, bytes[..to].to_vec(), &how);
            }
        }
    }
}

#[test]
fn a_byte_that_is_turned_is_no_empty_success() {
    const TURNS: usize = 160;
    for source in samples() {
        for which in 0..source.files.len() {
            let bytes = source.files[which].bytes.clone();
            // Every byte of a small file, and bytes evenly apart of a large one.
            for turn in 0..TURNS.min(bytes.len()) {
                let at = bytes.len() * turn / TURNS.min(bytes.len());
                let mut turned = bytes.clone();
                turned[at] ^= 1 << (turn % 8);
                is_read_or_refused(source.clone(), which, turned, &format!("bit of byte {at}"));
            }
        }
    }
}
