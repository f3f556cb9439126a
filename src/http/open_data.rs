//! Public statistics for everybody: a page in three languages, and files.
//!
//! What is published is decided in `statistics`; the words of a page are in `open_data_page`.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web;
use sea_orm::DbErr;
use serde::Deserialize;
use serde_json::json;

use crate::http::Parts;
use crate::http::headers::RequestId;
use crate::http::headers::locale;
use crate::http::headers::text;
use crate::http::open_data_page;
use crate::http::open_data_page::View;
use crate::http::pages::names;
use crate::http::pages::tag;
use crate::platform::crypto::sha256;
use crate::platform::i18n::Locale;
use crate::statistics::files;
use crate::statistics::period::Period;
use crate::statistics::read;
use crate::statistics::read::Edition;

/// The page runs nothing and asks nobody.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";
/// An edition never changes; a mistake of ours in how it is written might be mended.
const OF_AN_EDITION: &str = "public, max-age=86400";
/// A new edition may come.
const OF_ALL: &str = "public, max-age=3600";
/// Changes whenever the same rows are written otherwise.
const WRITING: &str = concat!("1 ", env!("CARGO_PKG_VERSION"));

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/open-data")
                .route(web::get().to(page))
                .route(web::head().to(page)),
        )
        .service(
            web::resource("/open-data/{name}")
                .route(web::get().to(file))
                .route(web::head().to(file)),
        );
}

/// What a page shows.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// Name of the edition; the newest where absent.
    edition: Option<String>,
    /// Code of the territory; the country where absent.
    territory: Option<String>,
    /// The language; by the header where absent.
    lang: Option<String>,
}

/// What is known to whoever asked before has its tag.
fn fresh(http: &HttpRequest, tag: &str) -> bool {
    text(http, header::IF_NONE_MATCH).is_some_and(|it| names(it, tag))
}

fn unchanged(tag: &str, cache: &'static str) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::NOT_MODIFIED);
    cached(&mut response, tag, cache).finish()
}

fn cached<'a>(
    response: &'a mut HttpResponseBuilder,
    tag: &str,
    cache: &'static str,
) -> &'a mut HttpResponseBuilder {
    response
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, cache))
}

fn fault(http: &HttpRequest, cause: &dyn std::fmt::Display) -> HttpResponse {
    tracing::error!(request.id = RequestId::of(http).0, %cause, "fault");
    HttpResponse::InternalServerError().finish()
}

fn missing(http: &HttpRequest) -> HttpResponse {
    let locale = locale(http);
    HttpResponse::NotFound()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
        .body(locale.sentence::<&str>("open-data-missing", &[]))
}

/// The tag of an answer that follows from these editions and words.
fn tag_of<'a>(editions: impl IntoIterator<Item = &'a Edition>, words: &[&str]) -> String {
    let mut all = WRITING.as_bytes().to_vec();
    for edition in editions {
        all.extend_from_slice(edition.period.to_string().as_bytes());
        all.extend_from_slice(&edition.row.digest);
    }
    for word in words {
        all.extend_from_slice(&sha256(word.as_bytes()));
    }
    tag(&sha256(&all))
}

async fn page(
    parts: web::Data<Parts>,
    asked: web::Query<Asked>,
    http: HttpRequest,
) -> HttpResponse {
    let wished = asked.lang.as_deref().and_then(Locale::parse);
    let locale = wished.unwrap_or_else(|| locale(&http));
    let db = parts.core.db.read();
    let editions = match read::editions(db).await {
        Ok(editions) => editions,
        Err(cause) => return fault(&http, &cause),
    };
    let edition = match &asked.edition {
        Some(name) => match editions.iter().find(|it| it.period.to_string() == *name) {
            Some(edition) => Some(edition),
            None => return missing(&http),
        },
        None => editions.first(),
    };
    let territory = asked.territory.as_deref().unwrap_or_default();
    let lang = wished.map_or("", Locale::tag);
    let named = asked.edition.as_deref().unwrap_or_default();
    let tag = tag_of(&editions, &[locale.tag(), territory, lang, named]);
    if fresh(&http, &tag) {
        return unchanged(&tag, OF_ALL);
    }
    let rows = match edition {
        Some(edition) => {
            let around = (!territory.is_empty()).then_some(territory);
            match rows(db, edition, around).await {
                Ok(rows) => rows,
                Err(cause) => return fault(&http, &cause),
            }
        }
        None => Vec::new(),
    };
    if edition.is_some() && rows.is_empty() {
        return missing(&http);
    }
    let view = View {
        locale,
        wished,
        editions: &editions,
        edition,
        rows: &rows,
    };
    let mut response = HttpResponse::Ok();
    cached(&mut response, &tag, OF_ALL)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
        .body(open_data_page::page(&view))
}

/// The rows around a territory; around the country where none is named.
async fn rows(
    db: &sea_orm::DatabaseConnection,
    edition: &Edition,
    around: Option<&str>,
) -> Result<Vec<read::Row>, DbErr> {
    let country = read::country(db, edition).await?;
    read::rows(db, edition, around.or(country.as_deref())).await
}

async fn file(parts: web::Data<Parts>, name: web::Path<String>, http: HttpRequest) -> HttpResponse {
    match found(&parts, &name, &http).await {
        Ok(Some(response)) => response,
        Ok(None) => missing(&http),
        Err(cause) => fault(&http, &cause),
    }
}

/// `2026-Q1.csv`, `2026.json`, `all.csv`, `editions.json`.
async fn found(
    parts: &Parts,
    name: &str,
    http: &HttpRequest,
) -> Result<Option<HttpResponse>, DbErr> {
    let Some((stem, format)) = name.rsplit_once('.') else {
        return Ok(None);
    };
    let db = parts.core.db.read();
    let editions = read::editions(db).await?;
    let (chosen, cache) = match (stem, format) {
        ("all", "csv") | ("editions", "json") => (editions, OF_ALL),
        _ => {
            let period = Period::parse(stem);
            let mut editions = editions;
            editions.retain(|it| Some(it.period) == period);
            if editions.is_empty() {
                return Ok(None);
            }
            (editions, OF_AN_EDITION)
        }
    };
    let media_type = match format {
        "csv" => "text/csv; charset=utf-8; header=present",
        "json" => "application/json",
        _ => return Ok(None),
    };
    let tag = tag_of(&chosen, &[name]);
    if fresh(http, &tag) {
        return Ok(Some(unchanged(&tag, cache)));
    }
    let written = if stem == "editions" {
        let about: Vec<_> = chosen.iter().map(files::about).collect();
        json!({ "editions": about }).to_string().into_bytes()
    } else {
        let mut whole = Vec::with_capacity(chosen.len());
        for edition in chosen {
            let rows = read::rows(db, &edition, None).await?;
            whole.push((edition, rows));
        }
        match (format, whole.first()) {
            ("json", Some((edition, rows))) => files::json(edition, rows).to_string().into_bytes(),
            _ => files::csv(&whole).map_err(|it| DbErr::Custom(it.to_string()))?,
        }
    };
    let mut response = HttpResponse::Ok();
    let response = cached(&mut response, &tag, cache)
        .content_type(media_type)
        // Anybody's page may read what is anybody's.
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"tiwizi-{name}\""),
        ))
        .body(written);
    Ok(Some(response))
}
