//! Who is answered, and what every answer carries.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use subtle::ConstantTimeEq;
use trimodal::World;

use crate::app::App;
use crate::assets;
use crate::refusal::Refusal;

/// What pages may load: only what this server sends.
pub const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const FOREIGN: &str = "the request comes from another site";
const TRUST: &str = "`trimodal serve --cors ORIGIN` trusts it";
const COOKIE: &str = "trimodal-token";

/// Headers of every answer.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("trimodal-version", env!("CARGO_PKG_VERSION")),
];

/// Answers a request if its caller may ask, counts it, and puts the headers of every answer on it.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_string());
    let path = path.unwrap_or_else(|| "other".into());
    let is_api = request.uri().path().starts_with("/api/");
    let admitted = known_page(&app, &request).and_then(|()| admit(&app, &request));
    let mut response = match admitted {
        Ok(None) => next.run(request).await,
        Ok(Some(answer)) => answer,
        Err(refusal) if wants_page(&request) && refusal.asks_for_token() => {
            let scheme = [(header::WWW_AUTHENTICATE, "Bearer")];
            (scheme, assets::page("token.html", StatusCode::UNAUTHORIZED)).into_response()
        }
        Err(refusal) => refusal.into_response(),
    };
    if is_api && !is_json(&response) {
        response = as_problem(response);
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // The reference has a policy of its own.
        if !headers.contains_key(*name) {
            headers.insert(*name, HeaderValue::from_static(value));
        }
    }
    if app.settings.cors.is_empty() {
        let same = HeaderValue::from_static("same-origin");
        headers.insert("cross-origin-resource-policy", same);
    }
    headers.insert("trimodal-world", HeaderValue::from_static(&World::checksum()[..8]));
    let (status, time) = (response.status().as_u16(), begun.elapsed());
    app.metrics.count(&path, status, time);
    // Contents of requests are nobody's business: the path as it is declared, not as it was asked.
    tracing::info!(%method, path, status, ms = time.as_secs_f64() * 1e3, "answered");
    response
}

/// Whether a person asks: for a page, not for an answer of the API.
fn wants_page(request: &Request) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accepted.is_some_and(|v| v.contains("text/html"))
}

/// The token of an `Authorization` header. The name of the scheme has no case (RFC 9110).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_start())
}

/// A refusal of the API that a layer or the router made, in the form of all others.
fn as_problem(response: Response) -> Response {
    let status = response.status();
    let (message, hint) = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            ("the method is not one of this address", "see /api/v1/openapi.json")
        }
        StatusCode::FORBIDDEN => (FOREIGN, TRUST),
        StatusCode::BAD_REQUEST => {
            ("the address cannot be read", "percent-encode it as UTF-8 (RFC 3986)")
        }
        _ => return response,
    };
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut made = Refusal::refused(status, message, hint).into_response();
    if let Some(allow) = allow {
        made.headers_mut().insert(header::ALLOW, allow);
    }
    made
}

/// Whether an answer is in the form of a refusal already, or in that of an operation.
fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|kind| kind.contains("json"))
}

/// Whether a caller may ask: nothing, or an answer in place of the one asked for.
fn admit(app: &App, request: &Request) -> Result<Option<Response>, Refusal> {
    let headers = request.headers();
    let Some(token) = &app.settings.token else {
        return known_host(app, headers).map(|()| None);
    };
    if request.method() == Method::OPTIONS {
        return Ok(None);
    }
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let given = given.and_then(bearer);
    if given.or_else(|| cookie(headers)).is_some_and(|given| is_same(given, token)) {
        return Ok(None);
    }
    // A person opens the map with the token in the address once; a cookie keeps it.
    let query = request.uri().query().unwrap_or_default();
    let fields = || form_urlencoded::parse(query.as_bytes());
    let asked = fields().find(|(name, _)| name == "token");
    if request.uri().path() == "/" && asked.is_some_and(|(_, given)| is_same(&given, token)) {
        // Lax: who follows a link to a view is let in. Cross-site requests that change anything are refused apart.
        let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Lax; Path=/");
        let view = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields().filter(|(name, _)| name != "token"))
            .finish();
        let to = if view.is_empty() { "/".into() } else { format!("/?{view}") };
        return Ok(Some(([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response()));
    }
    let hint = "send `Authorization: Bearer TOKEN`, or open `/?token=TOKEN` in a browser";
    Err(Refusal::refused(StatusCode::UNAUTHORIZED, "the token is missing or wrong", hint))
}

/// The same in a time that does not tell where they differ.
fn is_same(given: &str, token: &str) -> bool {
    given.as_bytes().ct_eq(token.as_bytes()).into()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// Refuses what a page of another site asks the API for: it cannot read the answer, but it can have it computed. A
/// link that a person follows is answered, and whether the server works is no secret. What changes anything is
/// refused by a layer of its own.
fn known_page(app: &App, request: &Request) -> Result<(), Refusal> {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    let path = request.uri().path();
    let is_open = !path.starts_with("/api/") || path == "/api/v1/health";
    let is_trusted = header("origin").is_some_and(|o| app.settings.cors.iter().any(|c| c == o));
    let is_foreign = header("sec-fetch-site") == Some("cross-site")
        && header("sec-fetch-mode") != Some("navigate");
    if !is_foreign || is_open || is_trusted || request.method() == Method::OPTIONS {
        return Ok(());
    }
    Err(Refusal::refused(StatusCode::FORBIDDEN, FOREIGN, TRUST))
}

/// Without a token only the names of this machine are answered: a foreign name that leads here is an attack.
fn known_host(app: &App, headers: &HeaderMap) -> Result<(), Refusal> {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    let mut known = ["localhost", "127.0.0.1", "[::1]"].into_iter();
    let mut own = app.settings.hosts.iter();
    if known.any(|k| name.eq_ignore_ascii_case(k)) || own.any(|k| name.eq_ignore_ascii_case(k)) {
        return Ok(());
    }
    let hint = "call it as localhost, or start it with `--host-name`";
    Err(Refusal::refused(StatusCode::FORBIDDEN, "this server does not answer to that name", hint))
}
