//! The reference of the API as pages: Swagger UI, embedded, over the OpenAPI document.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use utoipa_swagger_ui::{Config, serve};

use crate::guard::POLICY;
use crate::refusal::Refusal;

/// Where the pages are.
pub const AT: &str = "/reference";

/// The hash of the one style that Swagger UI writes into its page: that of its logo.
const LOGO_STYLE: &str = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

/// Sends readers to the first page.
pub async fn index() -> Redirect {
    Redirect::permanent("/reference/index.html")
}

/// A file of the pages.
pub async fn page(Path(name): Path<String>) -> Response {
    let config = Arc::new(Config::from("/api/v1/openapi.json"));
    let Ok(Some(file)) = serve(&name, config) else {
        return Refusal::no_path(&format!("{AT}/{name}")).into_response();
    };
    let kind = [(header::CONTENT_TYPE, file.content_type)];
    let mut response = (kind, file.bytes.into_owned()).into_response();
    let headers = response.headers_mut();
    if file.gzpipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let policy = format!("{POLICY}; style-src 'self' {LOGO_STYLE}");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
