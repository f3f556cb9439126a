//! What surrounds every request: its name, its line in the log, and the headers that keep browsers
//! careful.
//!
//! Policies of single pages are with the pages.

use std::time::Instant;

use actix_web::Error;
use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::http::header::HeaderMap;
use actix_web::http::header::HeaderName;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::web;
use tracing::Instrument;

use crate::graphql::gate::Kind;
use crate::graphql::gate::Operation;
use crate::http::Parts;
use crate::http::origin::Proxies;
use crate::platform::i18n::Locale;

/// Asked every few seconds by machines that watch; a line for each would bury the others.
const WATCHED: [&str; 3] = ["/healthz", "/readyz", "/metrics"];
/// For a year, browsers that came by TLS come by nothing else.
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Name of a request in logs, answers and the audit trail.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    /// The name that was given to a request.
    pub fn of(http: &HttpRequest) -> Self {
        http.extensions()
            .get::<Self>()
            .cloned()
            .unwrap_or_else(|| Self("unnamed".to_owned()))
    }
}

/// What became of a GraphQL request, for logs and figures.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What became of it.
    pub kind: Kind,
    /// What is known of its operation, where one was found.
    pub operation: Option<Operation>,
    /// Codes of its errors.
    pub codes: Vec<String>,
}

/// Names a request, measures it, writes its line, sets headers.
pub async fn surround(
    parts: web::Data<Parts>,
    proxies: web::Data<Proxies>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let id = RequestId(given(&request).unwrap_or_else(|| parts.core.new_id().simple().to_string()));
    let origin = proxies.origin(&request);
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(origin);
    let method = request.method().to_string();
    // The pattern, not the path: a path may hold a token.
    let route = request
        .match_pattern()
        .unwrap_or_else(|| "unknown".to_owned());

    let span = tracing::info_span!("request", id = id.0);
    let mut response = next.call(request).instrument(span.clone()).await?;

    let _within = span.enter();
    let status = response.status().as_u16();
    let seconds = began.elapsed().as_secs_f64();
    metrics::counter!("http_requests_total", "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "route" => route.clone()).record(seconds);
    let duration_ms = seconds * 1_000.0;
    let outcome = response.request().extensions_mut().remove::<Outcome>();
    if let Some(outcome) = outcome {
        let operation = outcome.operation.as_ref();
        let kind = operation.map_or("unknown", |it| it.kind);
        let became = outcome.kind.name();
        metrics::counter!("graphql_operations_total", "kind" => kind, "outcome" => became)
            .increment(1);
        for code in &outcome.codes {
            metrics::counter!("graphql_errors_total", "code" => code.clone()).increment(1);
        }
        tracing::info!(
            method,
            route,
            status,
            duration_ms,
            operation.kind = kind,
            operation.name = operation.and_then(|it| it.name.as_deref()).map(shortened),
            operation.cost = operation.map(|it| it.cost),
            outcome = became,
            codes = (!outcome.codes.is_empty()).then(|| outcome.codes.join(" ")),
            "answered"
        );
    } else if WATCHED.contains(&route.as_str()) && status < 400 {
        tracing::debug!(method, route, status, duration_ms, "answered");
    } else {
        tracing::info!(method, route, status, duration_ms, "answered");
    }
    let is_kept = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
    // What a browser kept takes over the headers of the answer that it is still right: with defaults among them, a page
    // would lose the policy that it came with, and its style.
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Answers depend on who asks; pages that do not say so themselves.
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        if !is_kept && !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if parts.core.config.public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, ONLY_TLS);
    }
    headers.append(
        header::VARY,
        HeaderValue::from_static("Accept, Accept-Encoding, Accept-Language, Authorization"),
    );
    Ok(response)
}

/// The beginning of a name that the caller chose, long enough to know it by.
pub fn shortened(name: &str) -> &str {
    name.char_indices()
        .nth(80)
        .and_then(|(end, _)| name.get(..end))
        .unwrap_or(name)
}

/// A name that the caller gave, where it is harmless in a log.
fn given(request: &ServiceRequest) -> Option<String> {
    let value = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let harmless = (8..=64).contains(&value.len())
        && value
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    harmless.then(|| value.to_owned())
}

/// The text of a header, where it has one.
pub fn text(http: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    http.headers().get(name)?.to_str().ok()
}

/// The text of a header that lists things, where it has one: several lines of it are one list (RFC 9110, 5.3).
pub fn list(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers
        .get_all(name)
        .filter_map(|it| it.to_str().ok())
        .collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// The language that whoever asks wants.
pub fn locale(http: &HttpRequest) -> Locale {
    list(http.headers(), &header::ACCEPT_LANGUAGE)
        .map_or_else(Locale::default, |it| Locale::negotiate(&it))
}
