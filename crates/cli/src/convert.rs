//! `trimodal convert`: files of the field, from one format to another.

use std::path::PathBuf;

use clap::Args;
use trimodal::files::{self, ConvertRequest};
use trimodal::formats::convert::Written;
use trimodal::model::problem::{FOLDER, Problem};
use trimodal::{InputFile, formats::Format};

use crate::exit::DONE;
use crate::output;
use crate::watch::Watch;

/// Options of the verb.
#[derive(Args)]
pub struct ConvertArgs {
    /// File or folder to read: networks (GMNS, TNTP, OpenStreetMap PBF), tables (CSV, XLSX, GeoPackage, Parquet, GeoJSON, shapefile), matrices (OMX, TNTP trips), GTFS, UN/LOCODE
    input: PathBuf,
    /// File or folder to write; its ending tells the format, and a folder needs --to
    output: PathBuf,
    /// Format of the input [default: by its name and content]
    #[arg(long, value_name = "FORMAT", help = format!("Format of the input: {} [default: by its name and content]", Format::read_words().join(", ")))]
    from: Option<String>,
    /// Format of the output [default: by its name]
    #[arg(long, value_name = "FORMAT", help = format!("Format of the output: {} [default: by its name]", Format::written_words().join(", ")))]
    to: Option<String>,
    /// File that says which column means what, and in which units (mapping.toml)
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

/// Runs the verb.
pub fn convert(args: &ConvertArgs) -> Result<u8, Vec<Problem>> {
    let is_folder = args.output.is_dir();
    let mut output = args.output.display().to_string();
    if is_folder && !output.ends_with('/') {
        output.push('/');
    } else if output::is_stream(&args.output) {
        output = "-".into();
    }
    let watch = Watch::new(format!("reading {}", args.input.display()));
    let request = ConvertRequest {
        source: files::open(&args.input).map_err(|p| vec![p])?,
        from: args.from.clone(),
        output,
        to: args.to.clone(),
        mapping: args.mapping.as_deref().map(InputFile::open),
    };
    watch.stage(format!("converting {}", args.input.display()));
    let converted = files::convert(&request);
    // From here on files are written, each whole or not at all.
    drop(watch);
    let converted = converted.map_err(output::refused)?;
    output::notes(&converted.notes);
    match converted.written {
        Written::File(bytes) => output::write(&args.output, bytes).map_err(|p| vec![p])?,
        Written::Folder(files) => {
            let folder = &args.output;
            std::fs::create_dir_all(folder).map_err(|e| {
                vec![Problem::new(FOLDER, format!("cannot create `{}`: {e}", folder.display()))]
            })?;
            for (name, bytes) in files {
                output::write(&folder.join(name), bytes).map_err(|p| vec![p])?;
            }
        }
    }
    let told = format!("{}: {}", args.output.display(), converted.summary);
    if output::is_stream(&args.output) {
        output::say(told)
    } else {
        output::print(&(told + "\n"))
    }
    Ok(DONE)
}
