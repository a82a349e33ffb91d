//! What the tests have in common.
#![allow(clippy::unwrap_used)]
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use trimodal_formats::convert::{Written, write};
use trimodal_formats::source::File;
use trimodal_formats::{Data, Findings, Format, Layer, Mapping, Network, Source, read};

/// A file that others made.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// What a file or folder holds, and what was noted.
pub fn read_at(path: &Path) -> (Data, Vec<String>) {
    let source = Source::open(path).unwrap_or_else(|p| panic!("{p}"));
    read_source(&source)
}

pub fn read_source(source: &Source) -> (Data, Vec<String>) {
    let mut found = Findings::default();
    let data = read(source, None, &Mapping::default(), &mut found);
    let data = data.unwrap_or_else(|| panic!("{}: {:#?}", source.name, found.problems));
    (data, found.notes.iter().map(|n| format!("{n}")).collect())
}

/// The layers of a source, and what was noted.
pub fn layers(source: &Source) -> (Vec<Layer>, Vec<String>) {
    match read_source(source) {
        (Data::Layers(layers), notes) => (layers, notes),
        (other, _) => panic!("{other:?}"),
    }
}

/// The network of a source, and what was noted.
pub fn network(source: &Source, mapping: &str) -> (Network, Vec<String>) {
    let mapping = Mapping::read("map.toml", mapping).unwrap();
    let read = trimodal_formats::convert::network(source, None, &mapping);
    let (network, notes) = read.unwrap_or_else(|p| panic!("{}: {p}", source.name));
    (network, notes.iter().map(|n| format!("{n}")).collect())
}

/// The problems of a source that is no network.
pub fn no_network(source: &Source, mapping: &str) -> String {
    let mapping = Mapping::read("map.toml", mapping).unwrap();
    let read = trimodal_formats::convert::network(source, None, &mapping);
    read.map(|(network, _)| panic!("{network:?}")).unwrap_err().to_string()
}

/// The text of the only file that data give in a format.
pub fn text(data: &Data, to: Format) -> String {
    let mut found = Findings::default();
    let name = format!("out.{}", to.extension());
    match write(data.clone(), to, &name, false, &Mapping::default(), &mut found) {
        Some(Written::File(bytes)) => String::from_utf8(bytes).unwrap(),
        _ => panic!("{:#?}", found.problems),
    }
}

/// The cells of a column as text.
pub fn cells(layer: &Layer, column: &str) -> Vec<String> {
    let column = layer.column(column).unwrap_or_else(|| panic!("{column}: {:?}", layer.columns));
    layer.rows.iter().map(|r| layer.cell(r, column).to_string()).collect()
}

/// The problems of a source that is refused.
pub fn refused(source: &Source) -> Vec<String> {
    let mut found = Findings::default();
    assert_eq!(read(source, None, &Mapping::default(), &mut found), None, "{}", source.name);
    found.refused().iter().map(|p| format!("{p}")).collect()
}

/// Data in a format and read again.
pub fn there_and_back(data: &Data, to: Format) -> Data {
    let (written, name) = written(data, to);
    let source = match written {
        Written::File(bytes) => Source::file(name, bytes),
        Written::Folder(files) => {
            let files = files.into_iter().map(|(name, bytes)| File { name, bytes });
            Source::folder(name, files.collect())
        }
    };
    read_source(&source).0
}

pub fn written(data: &Data, to: Format) -> (Written, String) {
    let several =
        !matches!(data, Data::Matrix(_)) && matches!(to, Format::Csv | Format::GeoParquet);
    let name = if several { "out".to_string() } else { format!("out.{}", to.extension()) };
    let mut found = Findings::default();
    let written = write(data.clone(), to, &name, several, &Mapping::default(), &mut found);
    (written.unwrap_or_else(|| panic!("{}: {:#?}", to.word(), found.problems)), name)
}
