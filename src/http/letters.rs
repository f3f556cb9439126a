//! The link in letters by which no more of a kind come: a page with one button, and what the button does.
//!
//! Mail programs send what the button sends by themselves (RFC 8058). A look at the page changes nothing: programs that check
//! links look at it. What a link may switch off is in `letters/off.rs`.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::http::header::HeaderName;
use actix_web::web;
use serde::Deserialize;

use crate::correspondence::words;
use crate::http::Parts;
use crate::http::headers::RequestId;
use crate::http::headers::locale;
use crate::http::origin::origin;
use crate::http::page::Page;
use crate::letters::choice;
use crate::letters::off;
use crate::platform::i18n::Locale;
use crate::platform::markup::escaped;

/// The page runs nothing, asks nobody, and sends its form to this server alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/letters/off/{token}")
            .route(web::get().to(shown))
            .route(web::head().to(shown))
            .route(web::post().to(pressed)),
    );
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// The language; by the header where absent.
    lang: Option<String>,
}

impl Asked {
    fn locale(&self, http: &HttpRequest) -> Locale {
        let wished = self.lang.as_deref().and_then(Locale::parse);
        wished.unwrap_or_else(|| locale(http))
    }
}

async fn shown(
    parts: web::Data<Parts>,
    path: web::Path<String>,
    asked: web::Query<Asked>,
    http: HttpRequest,
) -> HttpResponse {
    let locale = asked.locale(&http);
    let Some((_, kind)) = off::read(&parts.core, &path) else {
        return page(StatusCode::NOT_FOUND, locale, &path, &unknown(locale));
    };
    let values = [("kind", words::kind(locale, kind))];
    let body = format!(
        "<p>{ask}</p>\n<form method=\"post\" action=\"{here}\">\n\
         <p><button type=\"submit\">{button}</button></p>\n</form>\n",
        ask = escaped(&locale.sentence("letters-off-ask", &values)),
        here = here(&path, locale),
        button = escaped(&locale.sentence::<&str>("letters-off-button", &[])),
    );
    page(StatusCode::OK, locale, &path, &body)
}

async fn pressed(
    parts: web::Data<Parts>,
    path: web::Path<String>,
    asked: web::Query<Asked>,
    http: HttpRequest,
) -> HttpResponse {
    let locale = asked.locale(&http);
    let Some((recipient, kind)) = off::read(&parts.core, &path) else {
        return page(StatusCode::NOT_FOUND, locale, &path, &unknown(locale));
    };
    let request_id = RequestId::of(&http).0;
    let nobody = parts.authenticator.nobody(locale, &request_id);
    let ctx = nobody.coming_from(origin(&http));
    if let Err(cause) = choice::switch_off(&ctx, &recipient, kind).await {
        tracing::error!(request.id = ctx.request_id(), %cause, "fault");
        return HttpResponse::InternalServerError().finish();
    }
    let values = [("kind", words::kind(locale, kind))];
    let body = format!(
        "<p role=\"status\">{}</p>\n<p>{}</p>\n",
        escaped(&locale.sentence("letters-off-done", &values)),
        escaped(&locale.sentence::<&str>("letters-off-again", &[])),
    );
    page(StatusCode::OK, locale, &path, &body)
}

fn unknown(locale: Locale) -> String {
    let told = locale.sentence::<&str>("letters-off-unknown", &[]);
    format!("<p class=\"wrong\" role=\"alert\">{}</p>\n", escaped(&told))
}

fn here(token: &str, locale: Locale) -> String {
    let path = off::PATH;
    escaped(&format!("{path}/{token}?lang={}", locale.tag()))
}

fn page(status: StatusCode, present: Locale, token: &str, body: &str) -> HttpResponse {
    let page = Page {
        locale: present,
        title: &present.sentence::<&str>("letters-off-title", &[]),
        heading: None,
        class: "certificate",
        is_listed: false,
        body,
    };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CONTENT_LANGUAGE, present.tag()))
        .insert_header((ROBOTS, "noindex"))
        .body(page.html(|it| here(token, it)))
}
