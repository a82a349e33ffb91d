//! Writers, one format a file.

mod csv;
mod geojson;
pub mod gmns;
mod gpkg;
pub mod omx;
mod parquet;
pub mod scenario;
mod shapes;
pub mod tntp;
mod xlsx;

use trimodal_model::problem::{FORMAT, NO_ROOM};

use crate::convert::Written;
use crate::findings::Findings;
use crate::format::Format;
use crate::layer::Layer;

/// Writes layers in a format that holds them.
pub fn layers(
    layers: Vec<Layer>,
    to: Format,
    name: &str,
    is_folder: bool,
    found: &mut Findings,
) -> Option<Written> {
    let one: fn(&Layer, &mut Findings) -> Result<Vec<u8>, String> = match to {
        Format::Csv => csv::file,
        Format::GeoParquet => parquet::file,
        Format::GeoJson => return Some(Written::File(geojson::file(&layers, found)?)),
        Format::GeoPackage => {
            return written(gpkg::file(&layers, found), name, found).map(Written::File);
        }
        Format::Xlsx => return written(xlsx::file(&layers, found), name, found).map(Written::File),
        other => {
            let message = format!("{} is read, but not written", other.word());
            found.problem(
                FORMAT,
                (name, 0, 0),
                message,
                format!("write one of {}", Format::written_words().join(", ")),
            );
            return None;
        }
    };
    if is_folder {
        let mut files = Vec::new();
        for layer in &layers {
            let bytes = written(one(layer, found), name, found)?;
            files.push((format!("{}.{}", file_name(&layer.name), to.extension()), bytes));
        }
        return Some(Written::Folder(files));
    }
    let [layer] = &layers[..] else {
        let names: Vec<&str> = layers.iter().map(|l| l.name.as_str()).collect();
        let message =
            format!("a file of {} holds one table, but there are {}", to.word(), names.join(", "));
        let hint = format!("name a folder: `{}/`", crate::source::stem(name));
        found.problem(NO_ROOM, (name, 0, 0), message, hint);
        return None;
    };
    written(one(layer, found), name, found).map(Written::File)
}

fn written(bytes: Result<Vec<u8>, String>, name: &str, found: &mut Findings) -> Option<Vec<u8>> {
    let told = !found.is_sound();
    let mut problem = |e| found.problem(NO_ROOM, (name, 0, 0), e, "choose another format");
    bytes
        .map_err(|e: String| {
            if !told {
                problem(e)
            }
        })
        .ok()
}

/// A name as a file's.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    if name.trim_matches('.').is_empty() { "layer".to_string() } else { name }
}
