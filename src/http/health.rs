//! For machines that watch: is it alive, is it ready, its figures, its public keys.
//!
//! What people check is `tiwizi doctor`.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use sea_orm::ConnectionTrait;

use crate::http::Parts;
use crate::platform::telemetry;
use crate::platform::zones;

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(figures))
        .route("/.well-known/jwks.json", web::get().to(keys));
}

async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("alive\n")
}

/// Ready when the database answers. Its tables were brought up to date before the socket opened. The second
/// line names the zone data: with data that is too old, days and hours of Morocco are wrong.
async fn ready(parts: web::Data<Parts>) -> HttpResponse {
    match parts.core.db.read().execute_unprepared("select 1").await {
        Ok(_) => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body(format!("ready\ntzdata {}\n", zones::data_version())),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            HttpResponse::ServiceUnavailable()
                .content_type("text/plain; charset=utf-8")
                .body("the database does not answer\n")
        }
    }
}

async fn figures(parts: web::Data<Parts>) -> HttpResponse {
    metrics::counter!("database_statements_total").absolute(parts.core.db.statements());
    match telemetry::figures() {
        Some(handle) => HttpResponse::Ok()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(handle.render()),
        None => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn keys(parts: web::Data<Parts>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(parts.authenticator.jwks())
}
