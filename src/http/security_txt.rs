//! Whom to tell of a hole in this server (RFC 9116), where the settings name somebody.
//!
//! Holes in Tiwizi itself are told as `SECURITY.md` says.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use chrono::SecondsFormat;
use chrono::TimeDelta;

use crate::http::Parts;

/// What is served is good for so long: less than the year that the standard allows, and anew with each answer.
const GOOD_FOR: TimeDelta = TimeDelta::days(90);

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/.well-known/security.txt", web::get().to(contact));
}

async fn contact(parts: web::Data<Parts>) -> HttpResponse {
    let config = &parts.core.config;
    let contact = config.http.security_contact.as_str();
    if contact.is_empty() {
        return HttpResponse::NotFound().finish();
    }
    let scheme = match contact.contains("://") || contact.starts_with("mailto:") {
        true => "",
        false => "mailto:",
    };
    let expires = (parts.core.clock.now() + GOOD_FOR).to_rfc3339_opts(SecondsFormat::Secs, true);
    // The standard takes no other.
    let canonical = match config.public_url.starts_with("https://") {
        true => format!(
            "Canonical: {}/.well-known/security.txt\n",
            config.public_url
        ),
        false => String::new(),
    };
    let text = format!(
        "Contact: {scheme}{contact}\nExpires: {expires}\nPreferred-Languages: ar, fr, en\n{canonical}"
    );
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/plain; charset=utf-8")
        .body(text)
}
