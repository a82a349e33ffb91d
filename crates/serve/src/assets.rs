//! The map: files that are embedded, compressed.

use std::io::Read;

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;
use rust_embed::RustEmbed;

use crate::gzip;
use crate::refusal::Refusal;

/// The built web client, each file compressed with gzip.
#[derive(RustEmbed)]
#[folder = "assets"]
#[include = "*.gz"]
struct Assets;

/// How long browsers keep files whose names change with their content, and all others.
const KEPT: &str = "public, max-age=31536000, immutable";
const ASKED_AGAIN: &str = "no-cache";

/// A file of the map, or a refusal.
pub async fn asset(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path.starts_with("api/") {
        return Refusal::no_path(uri.path()).into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        let hint = "the API is below /api/v1";
        return Refusal::refused(StatusCode::METHOD_NOT_ALLOWED, "pages can only be read", hint)
            .into_response();
    }
    let name = if path.is_empty() { "index.html" } else { path };
    let Some(file) = Assets::get(&format!("{name}.gz")) else {
        return Refusal::no_path(uri.path()).into_response();
    };
    let kept = if name.starts_with("assets/") { KEPT } else { ASKED_AGAIN };
    let etag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..8]));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == etag.as_bytes());
    let common = [(header::CACHE_CONTROL, kept.to_string()), (header::ETAG, etag)];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(header::CONTENT_TYPE, media_type(name))];
    if gzip::is_taken(&headers) {
        return (common, kind, gzip::HEADERS, file.data).into_response();
    }
    let mut plain = Vec::new();
    match GzDecoder::new(&file.data[..]).read_to_end(&mut plain) {
        Ok(_) => (common, kind, [gzip::VARIES], plain).into_response(),
        Err(_) => Refusal::no_path(uri.path()).into_response(),
    }
}

/// A page of the map as the answer to something else, with a status.
pub fn page(name: &str, status: StatusCode) -> Response {
    let mut plain = Vec::new();
    let file = Assets::get(&format!("{name}.gz"));
    let read = file.and_then(|file| GzDecoder::new(&file.data[..]).read_to_end(&mut plain).ok());
    let kind = [(header::CONTENT_TYPE, media_type(name)), (header::CACHE_CONTROL, "no-store")];
    match read {
        Some(_) => (status, kind, plain).into_response(),
        None => status.into_response(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The media type of a file by its ending.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "geojson" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
