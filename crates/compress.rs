// Included by the build scripts of the crates that hold large tables: each is read once, if at all.

use std::io::Write;
use std::path::PathBuf;
use std::{env, fs, io};

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Compresses tables of `data/` into the folder of what the build makes, as `NAME.z`.
fn compress(tables: &[&str]) -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    for name in tables {
        let table = format!("data/{name}");
        println!("cargo::rerun-if-changed={table}");
        let file = fs::File::create(out.join(format!("{name}.z")))?;
        let mut encoder = ZlibEncoder::new(file, Compression::best());
        encoder.write_all(&fs::read(&table)?)?;
        encoder.finish()?;
    }
    Ok(())
}
