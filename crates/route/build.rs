//! Compresses the largest tables of this crate.

include!("../compress.rs");

fn main() -> io::Result<()> {
    compress(&["port_functions.csv", "service_paths.csv"])
}
