//! For machines that watch: is it alive, is it ready, its figures, its public keys.
//!
//! What people check is `tiwizi doctor`.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use chrono::DateTime;
use chrono::TimeDelta;
use chrono::Utc;
use sea_orm::ConnectionTrait;
use tokio::time::timeout;

use crate::config::Environment;
use crate::http::Parts;
use crate::http::headers::text;
use crate::http::origin::Proxies;
use crate::http::origin::origin;
use crate::identity::published;
use crate::platform::crypto::sha256;
use crate::platform::network::Network;
use crate::platform::telemetry;
use crate::platform::zones;

/// Whoever watches waits no longer for the database.
const PATIENCE: Duration = Duration::from_secs(5);
/// Tables that are up to date are not looked at again for so long.
const REMEMBERED: TimeDelta = TimeDelta::minutes(1);

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(alive))
        .route("/readyz", web::get().to(ready))
        .route("/metrics", web::get().to(figures))
        .route("/.well-known/jwks.json", web::get().to(keys))
        .route("/keys/{id}", web::get().to(key));
}

async fn alive() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("alive\n")
}

/// Ready when the database answers, its tables are up to date and the worker of this process, where
/// it has one, goes on. The second line names the zone data: with data that is too old, days and hours of
/// Morocco are wrong.
async fn ready(parts: web::Data<Parts>, readiness: web::Data<Readiness>) -> HttpResponse {
    match readiness.missing(&parts).await {
        None => HttpResponse::Ok()
            .content_type("text/plain; charset=utf-8")
            .body(format!("ready\ntzdata {}\n", zones::data_version())),
        Some(missing) => {
            tracing::warn!(missing, "not ready");
            HttpResponse::ServiceUnavailable()
                .content_type("text/plain; charset=utf-8")
                .body(format!("{missing}\n"))
        }
    }
}

/// What is remembered between two questions whether the server is ready.
#[derive(Debug, Default)]
pub struct Readiness {
    /// When the tables were last seen up to date.
    migrated: Mutex<Option<DateTime<Utc>>>,
}

impl Readiness {
    /// What is missing, in plain words.
    async fn missing(&self, parts: &Parts) -> Option<&'static str> {
        let db = &parts.core.db;
        let now = parts.core.clock.now();
        let asked = timeout(PATIENCE, db.nobody().execute_unprepared("select 1")).await;
        if !matches!(asked, Ok(Ok(_))) {
            return Some("the database does not answer");
        }
        if !self.seen_migrated(now) {
            match timeout(PATIENCE, db.pending_migrations()).await {
                Ok(Ok(missing)) if missing.is_empty() => self.remember(now),
                Ok(Ok(_)) => return Some("the database is not up to date: run tiwizi migrate"),
                _ => return Some("the database does not answer"),
            }
        }
        let stopped = parts.pulse.stopped(now);
        stopped.then_some("the worker has stopped: restart the server")
    }

    fn seen_migrated(&self, now: DateTime<Utc>) -> bool {
        let seen = *self.migrated.lock().unwrap_or_else(PoisonError::into_inner);
        seen.is_some_and(|it| now - it < REMEMBERED)
    }

    fn remember(&self, now: DateTime<Utc>) {
        *self.migrated.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }
}

/// Whether somebody may read the figures: on one's own machine everybody, in production whoever is on the same machine, in
/// a part of the network that the settings name, or knows the secret.
fn may_read(parts: &Parts, proxies: &Proxies, http: &HttpRequest) -> bool {
    let config = &parts.core.config;
    let (token, networks) = (
        config.http.metrics_token.expose(),
        &config.http.metrics_networks,
    );
    let is_open = config.environment == Environment::Development;
    let given = text(http, header::AUTHORIZATION).and_then(|it| it.split_once(' '));
    let knows = given.is_some_and(|(scheme, given)| {
        // Digests, so that the time that it takes tells nothing of the secret.
        scheme.eq_ignore_ascii_case("bearer")
            && sha256(given.trim().as_bytes()) == sha256(token.as_bytes())
    });
    let is_near = || {
        let address = origin(http).address;
        let networks = Network::all(networks);
        address.is_some_and(|it| networks.iter().any(|part| part.holds(it)))
    };
    (is_open && token.is_empty() && networks.is_empty())
        || (!token.is_empty() && knows)
        || is_near()
        || proxies.is_local(http)
}

async fn figures(
    parts: web::Data<Parts>,
    proxies: web::Data<Proxies>,
    http: HttpRequest,
) -> HttpResponse {
    if !may_read(&parts, &proxies, &http) {
        return HttpResponse::Unauthorized()
            .insert_header((header::WWW_AUTHENTICATE, "Bearer"))
            .content_type("text/plain; charset=utf-8")
            .body("figures are for whoever the settings name: http.metrics_token, http.metrics_networks\n");
    }
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
        .json(published::set(&parts.core))
}

/// One key under its own address, as the signed file of a certificate names it. Any page may ask for it.
async fn key(parts: web::Data<Parts>, id: web::Path<String>) -> HttpResponse {
    let Some(key) = published::one(&parts.core, &id) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .content_type("application/jwk+json")
        .body(key.to_string())
}
