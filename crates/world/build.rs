//! Compresses the table that only the check of the sea reads.

include!("../compress.rs");

fn main() -> io::Result<()> {
    compress(&["sea_distances.csv"])
}
