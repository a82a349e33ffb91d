//! Compression of answers that are large and often asked for.

use std::io::Write;

use axum::http::{HeaderMap, HeaderName, header};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The headers of a compressed body.
pub const HEADERS: [(HeaderName, &str); 2] = [(header::CONTENT_ENCODING, "gzip"), VARIES];
/// The header of a body that others may get compressed.
pub const VARIES: (HeaderName, &str) = (header::VARY, "accept-encoding");

/// Whether a caller takes gzip.
pub fn is_taken(headers: &HeaderMap) -> bool {
    let all = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        ["gzip", "*"].contains(&name.trim()) && weight.parse::<f32>().is_ok_and(|q| q > 0.0)
    })
}

/// Bytes, compressed quickly; none where that fails.
pub fn compressed(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}
