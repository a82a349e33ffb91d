//! Compresses the largest tables that the program holds: each is read once, if at all.

use std::io::Write;
use std::path::PathBuf;
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::ZlibEncoder;

const TABLES: [&str; 2] = ["port_functions.csv", "service_paths.csv"];

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    for name in TABLES {
        let table = format!("data/{name}");
        println!("cargo::rerun-if-changed={table}");
        let file = fs::File::create(out.join(format!("{name}.z")))?;
        let mut encoder = ZlibEncoder::new(file, Compression::best());
        encoder.write_all(&fs::read(&table)?)?;
        encoder.finish()?;
    }
    Ok(())
}
