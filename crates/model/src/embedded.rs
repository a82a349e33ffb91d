//! The tables that the program holds, as text or compressed by the build.

use std::io::Read;

use flate2::read::ZlibDecoder;
use serde::de::DeserializeOwned;

/// The rows of an embedded table, without its lines of comment.
///
/// # Panics
/// If the table is not what its rows say: every table is read by a test.
pub fn rows<T: DeserializeOwned>(text: &str) -> Vec<T> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().expect("the embedded tables are read by a test")
}

/// The text of a table that the build has compressed (zlib).
///
/// # Panics
/// If it is not compressed so: every table is read by a test.
pub fn inflated(table: &[u8]) -> String {
    let mut text = String::new();
    let read = ZlibDecoder::new(table).read_to_string(&mut text);
    read.expect("the embedded tables are read by a test");
    text
}
