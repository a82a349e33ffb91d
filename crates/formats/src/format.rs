//! The formats: their names, how they are recognized, and what they hold.

use trimodal_model::problem::{FORMAT, Problem, nearest, shown};

use crate::source::{Source, extension};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Tables as text.
    Csv,
    /// GeoJSON, RFC 7946.
    GeoJson,
    /// GeoPackage, OGC 12-128.
    GeoPackage,
    /// Parquet, with the metadata of GeoParquet where there are shapes.
    GeoParquet,
    /// General Modeling Network Specification: a folder of tables.
    Gmns,
    /// General Transit Feed Specification: an archive or a folder of tables.
    Gtfs,
    /// Open Matrix: matrices in HDF5.
    Omx,
    /// An extract of OpenStreetMap.
    OsmPbf,
    /// Tables of a scenario: places and links.
    Scenario,
    /// Shapefile.
    Shapefile,
    /// Transportation Networks Test Problems: nets, nodes, trips, flows.
    Tntp,
    /// The list of codes of places of the UNECE.
    Unlocode,
    /// A workbook.
    Xlsx,
}

/// What is known of a format.
struct About {
    format: Format,
    word: &'static str,
    extensions: &'static [&'static str],
    is_read: bool,
    is_written: bool,
}

const fn about(
    format: Format,
    word: &'static str,
    extensions: &'static [&'static str],
    is_read: bool,
    is_written: bool,
) -> About {
    About { format, word, extensions, is_read, is_written }
}

const ALL: [About; 13] = [
    about(Format::Csv, "csv", &["csv", "tsv", "txt"], true, true),
    about(Format::GeoJson, "geojson", &["geojson", "json"], true, true),
    about(Format::GeoPackage, "gpkg", &["gpkg"], true, true),
    about(Format::GeoParquet, "parquet", &["parquet", "geoparquet"], true, true),
    about(Format::Gmns, "gmns", &[], true, true),
    about(Format::Gtfs, "gtfs", &["zip"], true, false),
    about(Format::Omx, "omx", &["omx", "h5"], true, true),
    about(Format::OsmPbf, "osm", &["pbf"], true, false),
    about(Format::Scenario, "scenario", &[], true, true),
    about(Format::Shapefile, "shp", &["shp"], true, false),
    about(Format::Tntp, "tntp", &["tntp"], true, true),
    about(Format::Unlocode, "unlocode", &[], true, false),
    about(Format::Xlsx, "xlsx", &["xlsx"], true, true),
];

impl Format {
    /// Words of the formats that are read.
    pub fn read_words() -> Vec<&'static str> {
        ALL.iter().filter(|a| a.is_read).map(|a| a.word).collect()
    }

    /// Words of the formats that are written.
    pub fn written_words() -> Vec<&'static str> {
        ALL.iter().filter(|a| a.is_written).map(|a| a.word).collect()
    }

    /// By its word.
    pub fn from_word(word: &str) -> Option<Format> {
        ALL.iter().find(|a| a.word == word).map(|a| a.format)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        ALL.iter().find(|a| a.format == self).map_or("", |a| a.word)
    }

    /// The ending of its files.
    pub fn extension(self) -> &'static str {
        ALL.iter().find(|a| a.format == self).and_then(|a| a.extensions.first()).unwrap_or(&"csv")
    }

    /// Of a source: by its ending, or by the files of a folder. The problem says `--from` where that is an option.
    pub fn of(source: &Source, can_be_named: bool) -> Result<Format, Problem> {
        let option = if can_be_named { "--from" } else { "" };
        if source.is_folder {
            return of_folder(source, option);
        }
        if is_unlocode(source.bytes()) {
            return Ok(Format::Unlocode);
        }
        let ending = extension(&source.name);
        by_extension(&ending, |a| a.is_read)
            .ok_or_else(|| unknown(&source.name, option, &Format::read_words()))
    }

    /// Of an output, by its ending.
    pub fn of_output(name: &str) -> Result<Format, Problem> {
        let ending = extension(name.trim_end_matches('/'));
        by_extension(&ending, |a| a.is_written)
            .ok_or_else(|| unknown(name, "--to", &Format::written_words()))
    }
}

fn by_extension(ending: &str, usable: fn(&About) -> bool) -> Option<Format> {
    ALL.iter().find(|a| usable(a) && a.extensions.contains(&ending)).map(|a| a.format)
}

fn of_folder(source: &Source, option: &str) -> Result<Format, Problem> {
    let has = |name: &str| source.get(name).is_some();
    let any = |ending: &str| source.with_extension(ending).is_some();
    let format = if has("node.csv") && has("link.csv") {
        Format::Gmns
    } else if has("places.csv") && has("links.csv") {
        Format::Scenario
    } else if has("stops.txt") && has("stop_times.txt") {
        Format::Gtfs
    } else if any("tntp") {
        Format::Tntp
    } else if any("shp") {
        Format::Shapefile
    } else if any("parquet") {
        Format::GeoParquet
    } else if any("csv") {
        Format::Csv
    } else {
        return Err(unknown(&source.name, option, &Format::read_words()));
    };
    Ok(format)
}

/// Whether a table is a list of UN/LOCODEs: by the names of its columns.
fn is_unlocode(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(200)];
    let line = String::from_utf8_lossy(head).lines().next().unwrap_or_default().to_lowercase();
    line.contains("namewodiacritics") && line.contains("country")
}

fn unknown(name: &str, option: &str, words: &[&str]) -> Problem {
    let message = format!("the format of `{}` is not known by its name", shown(name));
    let list = words.join(", ");
    let near =
        nearest(&extension(name), words.iter().copied()).filter(|_| !extension(name).is_empty());
    let hint = match (near, option) {
        (Some(near), "") => format!("did you mean .{near}? a name ends with its format"),
        (None, "") => {
            let how = "`trimodal convert IN OUT --from FORMAT` reads any name";
            format!("give it the ending of its format, or the files of a folder their names; {how}")
        }
        (Some(near), option) => format!("did you mean .{near}? {option} names one of {list}"),
        (None, option) => format!("name it with {option}: {list}"),
    };
    Problem::new(FORMAT, message).hint(hint)
}
