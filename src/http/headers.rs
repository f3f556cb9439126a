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
use actix_web::http::header;
use actix_web::http::header::HeaderName;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::web;

use crate::graphql::gate::Operation;
use crate::http::Parts;

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

/// Names a request, measures it, writes its line, sets headers.
pub async fn surround(
    parts: web::Data<Parts>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let id = RequestId(given(&request).unwrap_or_else(|| parts.core.new_id().simple().to_string()));
    request.extensions_mut().insert(id.clone());
    let method = request.method().to_string();
    // The pattern, not the path: a path may hold a token.
    let route = request
        .match_pattern()
        .unwrap_or_else(|| "unknown".to_owned());

    let mut response = next.call(request).await?;

    let status = response.status().as_u16();
    let seconds = began.elapsed().as_secs_f64();
    let operation = response.request().extensions().get::<Operation>().cloned();
    metrics::counter!("http_requests_total", "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "route" => route.clone()).record(seconds);
    tracing::info!(
        request.id = id.0,
        method,
        route,
        status,
        duration_ms = seconds * 1_000.0,
        operation.name = operation.as_ref().and_then(|it| it.name.as_deref()),
        operation.kind = operation.as_ref().map(|it| it.kind),
        operation.cost = operation.as_ref().map(|it| it.cost),
        "answered"
    );
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
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
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    headers.append(
        header::VARY,
        HeaderValue::from_static("Accept, Accept-Language, Authorization"),
    );
    Ok(response)
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
