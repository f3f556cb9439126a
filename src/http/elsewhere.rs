//! What pages of other origins may ask for and read: the origins that the settings name, and no others.
//!
//! What everybody's page may read, public statistics and keys, says so itself. Rights come in the `Authorization` header
//! alone, so no origin is ever let in with cookies. Sockets are let in by `live`.

use actix_web::Error;
use actix_web::HttpResponse;
use actix_web::body::EitherBody;
use actix_web::body::MessageBody;
use actix_web::dev::ServiceRequest;
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::http::header;
use actix_web::http::header::HeaderMap;
use actix_web::http::header::HeaderValue;
use actix_web::middleware::Next;
use actix_web::web;

use crate::http::Parts;

/// What a client asks for: the API, its description, files and certificates. Not what machines watch.
const PATHS: [&str; 5] = [
    "/graphql",
    "/schema.graphql",
    "/schemas/",
    "/files/",
    "/verify/",
];
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// What the server reads, and what clients of GraphQL send whether it is read or not.
const HEADERS: HeaderValue = HeaderValue::from_static(
    "accept, accept-language, apollo-require-preflight, apollographql-client-name, \
     apollographql-client-version, authorization, content-type, idempotency-key, if-none-match, \
     x-apollo-operation-id, x-apollo-operation-name, x-request-id",
);
/// What a page reads of an answer besides what every page may.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Allow, Content-Disposition, ETag, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, \
     X-Request-Id",
);
/// Seconds for which a browser need not ask again; longer ones are cut by browsers.
const KEPT: HeaderValue = HeaderValue::from_static("7200");

/// Answers what browsers ask beforehand, and marks answers that a page of a named origin may read.
pub async fn answer<B: MessageBody>(
    parts: web::Data<Parts>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let http = &parts.core.config.http;
    let path = request.path();
    let is_named = PATHS.iter().any(|it| match it.strip_suffix('/') {
        Some(_) => path.starts_with(it),
        None => path == *it,
    });
    if http.origins.is_empty() || !is_named {
        return Ok(next.call(request).await?.map_into_left_body());
    }
    let origin = request.headers().get(header::ORIGIN);
    let origin = origin
        .filter(|it| it.to_str().is_ok_and(|it| http.is_named(it)))
        .cloned();
    let asks = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if let (true, Some(origin)) = (asks, &origin) {
        let mut allowed = HttpResponse::NoContent();
        allowed
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, KEPT));
        let mut response = request
            .into_response(allowed.finish())
            .map_into_right_body();
        mark(response.headers_mut(), Some(origin));
        return Ok(response);
    }
    let mut response = next.call(request).await?.map_into_left_body();
    mark(response.headers_mut(), origin.as_ref());
    Ok(response)
}

/// Whoever keeps an answer keeps it for the origin that it was given to.
fn mark(headers: &mut HeaderMap, origin: Option<&HeaderValue>) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
