//! `POST` and `GET /graphql`: bytes in, bytes out.
//!
//! What may run is decided by the gate. A request carries its right in the `Authorization` header
//! and never in a cookie, so that no other site can make a browser send it. What a browser sends
//! elsewhere without asking is refused all the same: a body that is no `application/json` is not
//! read. A `GET` needs no such proof, as it carries queries only, and nobody's right.

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::http::ConnectionType;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web;
use chrono::DateTime;
use chrono::Utc;

use crate::graphql::context::RequestData;
use crate::graphql::gate::Answer;
use crate::graphql::gate::Call;
use crate::graphql::gate::Caller;
use crate::graphql::gate::Carries;
use crate::graphql::gate::Standing;
use crate::http::Parts;
use crate::http::body;
use crate::http::body::Bounds;
use crate::http::body::Room;
use crate::http::body::Taken;
use crate::http::body::Unread;
use crate::http::headers::Outcome;
use crate::http::headers::RequestId;
use crate::http::headers::locale;
use crate::http::headers::text;
use crate::http::live;
use crate::http::live::Begun;
use crate::http::live::Listener;
use crate::http::live::Live;
use crate::http::negotiation::Form;
use crate::http::negotiation::is_json;
use crate::http::negotiation::takes_events;
use crate::http::origin::origin;
use crate::http::trail;
use crate::identity::Ctx;
use crate::identity::IdentityError;

/// Methods that `/graphql` takes.
const ALLOWED: &str = "GET, POST";

/// Answers a request by `POST`.
pub async fn post(
    parts: web::Data<Parts>,
    live: web::Data<Live>,
    room: web::Data<Room>,
    http: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let wanted = form(&http);
    let events = takes_events(text(&http, header::ACCEPT));
    if wanted.is_none() && !events {
        return not_acceptable();
    }
    let form = wanted.unwrap_or(Form::Json);
    if !is_json(text(&http, header::CONTENT_TYPE)) {
        return refused(
            form,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be `application/json` in UTF-8.",
        );
    }
    if text(&http, header::CONTENT_ENCODING).is_some_and(|it| !it.eq_ignore_ascii_case("identity"))
    {
        return refused(
            form,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "A compressed body is not read.",
        );
    }
    let bounds = Bounds::of(&parts.core.config.limits);
    let signed_in = async || {
        let (ctx, _) = asking(&parts, &http, form).await?;
        Ok(ctx.actor().user())
    };
    let body = match body::read(payload, origin(&http).address, bounds, &room, signed_in).await {
        Ok(body) => body,
        Err(unread) => return unread_answer(form, unread),
    };
    // Held until the request is answered.
    let _room = body.room;
    match Call::from_json(&body.bytes) {
        // Files come as values of variables: a document has the size of small bodies.
        Ok(call) if call.document_bytes() > bounds.small => {
            unread_answer(form, Unread::TooLarge { most: bounds.small })
        }
        Ok(call) if events => stream(&parts, &live, &http, wanted, call).await,
        Ok(call) => run(&parts, &http, form, call, Carries::Everything).await,
        Err(error) => respond(&http, form, &Answer::malformed(&error)),
    }
}

/// Answers a query by `GET`.
pub async fn get(parts: web::Data<Parts>, http: HttpRequest) -> HttpResponse {
    let Some(form) = form(&http) else {
        return not_acceptable();
    };
    let parameters = web::Query::<Vec<(String, String)>>::from_query(http.query_string());
    let call = match parameters {
        Ok(parameters) => Call::from_parameters(parameters.into_inner()),
        Err(_unreadable) => {
            return refused(
                form,
                StatusCode::BAD_REQUEST,
                "The parameters cannot be read.",
            );
        }
    };
    match call {
        Ok(call) => run(&parts, &http, form, call, Carries::Queries).await,
        Err(error) => respond(&http, form, &Answer::malformed(&error)),
    }
}

/// Answers any other method.
pub async fn other_method(http: HttpRequest) -> HttpResponse {
    let form = form(&http).unwrap_or(Form::Json);
    refused(form, StatusCode::METHOD_NOT_ALLOWED, "Ask by GET or POST.")
}

async fn run(
    parts: &Parts,
    http: &HttpRequest,
    form: Form,
    call: Call,
    carries: Carries,
) -> HttpResponse {
    let ctx = match asking(parts, http, form).await {
        Ok((ctx, _)) => ctx,
        Err(refused) => return refused,
    };
    let data = RequestData::new(ctx.clone(), parts.authenticator.clone());
    let answer = parts
        .gate
        .answer(call, carries, Caller::of(&ctx), data)
        .await;
    trail::settle(&ctx, &answer).await;
    respond(http, form, &answer)
}

/// Answers with a stream of events, unless there is one answer and the client takes it plain.
async fn stream(
    parts: &Parts,
    live: &Live,
    http: &HttpRequest,
    wanted: Option<Form>,
    call: Call,
) -> HttpResponse {
    let form = wanted.unwrap_or(Form::Json);
    let (ctx, ends_at) = match asking(parts, http, form).await {
        Ok(asking) => asking,
        Err(refused) => return refused,
    };
    let begun = live::begin(parts, ctx.clone(), ends_at, call).await;
    let answers = match (begun, wanted) {
        (Begun::Once(answer), Some(form)) => return respond(http, form, &answer),
        (begun, _) => begun.answers(),
    };
    let most = parts.core.config.live.sockets;
    let seat = match ctx.actor().user() {
        Some(user) => match live.seat(user, most) {
            Some(seat) => Some(seat),
            None => {
                let message = format!("{most} connections of the user are open: close one first.");
                return refused(form, StatusCode::TOO_MANY_REQUESTS, &message);
            }
        },
        None => None,
    };
    let listener = Listener { ctx, ends_at, seat };
    live::events(parts, live.closing.clone(), listener, answers)
}

/// Who asks, and until when their token lasts; or the answer to somebody who is not known.
async fn asking(
    parts: &Parts,
    http: &HttpRequest,
    form: Form,
) -> Result<(Ctx, Option<DateTime<Utc>>), HttpResponse> {
    let locale = locale(http);
    let request_id = RequestId::of(http);
    let bearer = bearer(http).map_err(|NotABearer| {
        unauthenticated(form, &locale.sentence::<&str>("bearer-needed", &[]))
    })?;
    let authenticator = &parts.authenticator;
    let found = authenticator
        .ctx(bearer, locale, &request_id.0, origin(http))
        .await
        .map(|ctx| {
            let ends_at = ctx.ends_at();
            (ctx, ends_at)
        });
    found.map_err(|cause| match cause {
        IdentityError::Session => {
            unauthenticated(form, &locale.sentence::<&str>("token-ended", &[]))
        }
        fault => {
            tracing::error!(request.id = request_id.0, cause = %fault, "fault");
            respond(http, form, &Answer::unavailable(&request_id.0))
        }
    })
}

fn respond(http: &HttpRequest, form: Form, answer: &Answer) -> HttpResponse {
    // For the line of the log, which is written when the request ends.
    http.extensions_mut().insert(Outcome {
        kind: answer.kind,
        operation: answer.operation.clone(),
        codes: answer.codes(),
    });
    let status = form.status(answer.kind);
    let mut response = HttpResponse::build(status);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.insert_header((header::ALLOW, "POST"));
    }
    if let Some(standing) = answer.standing() {
        rate(&mut response, standing);
    }
    response
        .insert_header((header::CONTENT_TYPE, form.content_type()))
        .body(answer.to_json())
}

/// How a client stands, in the fields of draft-ietf-httpapi-ratelimit-headers-10: `q` points come back within `w`
/// seconds, `r` are left, and all are back after `t`.
fn rate(response: &mut HttpResponseBuilder, standing: Standing) {
    let Standing {
        limit,
        remaining,
        full_seconds,
        wait_seconds,
    } = standing;
    let policy = format!("\"points\";q={limit};w=60");
    response.insert_header(("RateLimit-Policy", policy));
    let left = format!("\"points\";r={remaining};t={full_seconds}");
    response.insert_header(("RateLimit", left));
    if let Some(seconds) = wait_seconds {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
}

fn refused(form: Form, status: StatusCode, message: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.insert_header((header::ALLOW, ALLOWED));
    }
    response
        .insert_header((header::CONTENT_TYPE, form.content_type()))
        .body(Answer::transport("BAD_REQUEST", message).to_json())
}

fn not_acceptable() -> HttpResponse {
    let message = "Answers are `application/graphql-response+json`, `application/json` or, by \
                   POST, `text/event-stream`.";
    refused(Form::Json, StatusCode::NOT_ACCEPTABLE, message)
}

fn unauthenticated(form: Form, message: &str) -> HttpResponse {
    HttpResponse::Unauthorized()
        .insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""))
        .insert_header((header::CONTENT_TYPE, form.content_type()))
        .body(Answer::transport("UNAUTHENTICATED", message).to_json())
}

fn form(http: &HttpRequest) -> Option<Form> {
    Form::accepted(text(http, header::ACCEPT))
}

/// The header holds something else than a bearer token.
struct NotABearer;

fn bearer(http: &HttpRequest) -> Result<Option<&str>, NotABearer> {
    let Some(value) = http.headers().get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let value = value.to_str().map_err(|_not_text| NotABearer)?;
    let (scheme, token) = value.split_once(' ').ok_or(NotABearer)?;
    if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() {
        Ok(Some(token.trim()))
    } else {
        Err(NotABearer)
    }
}

/// The answer to a body that could not be read.
fn unread_answer(form: Form, unread: Unread<HttpResponse>) -> HttpResponse {
    match unread {
        Unread::TooLarge { most } => {
            let message = format!("The body holds more than {most} bytes.");
            refused(form, StatusCode::PAYLOAD_TOO_LARGE, &message)
        }
        Unread::Broken => refused(form, StatusCode::BAD_REQUEST, "The body ended too early."),
        Unread::Late => {
            let status = StatusCode::REQUEST_TIMEOUT;
            closing(refused(form, status, "The body did not come in time."))
        }
        Unread::Crowded(Taken::ByAll) => closing(later(
            form,
            StatusCode::SERVICE_UNAVAILABLE,
            "The server takes no more bodies of this size at once: sign in, or send it again in a moment.",
        )),
        Unread::Crowded(Taken::ByAddress) => closing(later(
            form,
            StatusCode::TOO_MANY_REQUESTS,
            "Too many bodies come from this address at once: sign in, or send it again in a moment.",
        )),
        Unread::Full => later(
            form,
            StatusCode::SERVICE_UNAVAILABLE,
            "The server takes no more large bodies at once: send it again in a moment.",
        ),
        Unread::AnotherComes => later(
            form,
            StatusCode::TOO_MANY_REQUESTS,
            "Another large body of yours is being read: send this one once that is answered.",
        ),
        Unread::Refused(response) => response,
    }
}

/// A refusal after which nothing more is read: the connection is worth no more than the rest of the body.
fn closing(mut response: HttpResponse) -> HttpResponse {
    response
        .head_mut()
        .set_connection_type(ConnectionType::Close);
    response
}

/// A refusal of what may be sent again soon.
fn later(form: Form, status: StatusCode, message: &str) -> HttpResponse {
    let mut response = refused(form, status, message);
    let soon = header::HeaderValue::from_static("1");
    response.headers_mut().insert(header::RETRY_AFTER, soon);
    response
}
