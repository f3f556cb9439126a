//! Public statistics for everybody: a page in three languages, and files.
//!
//! What is published is decided in `statistics`; the words of a page are in `open_data_page`.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::HttpResponseBuilder;
use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::middleware::DefaultHeaders;
use actix_web::web;
use sea_orm::DbErr;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::Mutex;

use crate::http::Parts;
use crate::http::headers::RequestId;
use crate::http::headers::locale;
use crate::http::headers::text;
use crate::http::open_data_page;
use crate::http::open_data_page::View;
use crate::http::pages::names;
use crate::http::pages::tag;
use crate::platform::crypto::sha256;
use crate::platform::editions;
use crate::platform::i18n::Locale;
use crate::platform::reader::Reader;
use crate::statistics::files;
use crate::statistics::files::CsvFile;
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

/// What is written once for everybody: all editions as one file, with its tag.
#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<Option<(String, web::Bytes)>>);

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    // Anybody's page may read what is anybody's, and ask whether it is still the same.
    let for_all_pages = || {
        DefaultHeaders::new()
            .add((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
            .add((header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag"))
    };
    config
        .service(
            web::resource("/open-data")
                .wrap(for_all_pages())
                .route(web::get().to(page))
                .route(web::head().to(page))
                .route(web::method(Method::OPTIONS).to(may_ask)),
        )
        .service(
            web::resource("/open-data/{name}")
                .wrap(for_all_pages())
                .route(web::get().to(file))
                .route(web::head().to(file))
                .route(web::method(Method::OPTIONS).to(may_ask)),
        );
}

/// A browser asks first when a page sends `If-None-Match` itself.
async fn may_ask() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ALLOW, "GET, HEAD, OPTIONS"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, "If-None-Match"))
        .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
        .finish()
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

/// The tag of an answer that follows from these editions, the names of everything and words.
async fn tag_of(db: &Reader, shown: &[Edition], words: &[&str]) -> Result<String, DbErr> {
    let mut all = WRITING.as_bytes().to_vec();
    all.extend_from_slice(&editions::of_all(db).await?);
    for edition in shown {
        all.extend_from_slice(edition.period.to_string().as_bytes());
        all.extend_from_slice(&edition.row.digest);
    }
    for word in words {
        all.extend_from_slice(&sha256(word.as_bytes()));
    }
    Ok(tag(&sha256(&all)))
}

async fn page(
    parts: web::Data<Parts>,
    asked: web::Query<Asked>,
    http: HttpRequest,
) -> HttpResponse {
    match shown(&parts, &asked, &http).await {
        Ok(Some(response)) => response,
        Ok(None) => missing(&http),
        Err(cause) => fault(&http, &cause),
    }
}

async fn shown(
    parts: &Parts,
    asked: &Asked,
    http: &HttpRequest,
) -> Result<Option<HttpResponse>, DbErr> {
    let wished = asked.lang.as_deref().and_then(Locale::parse);
    let locale = wished.unwrap_or_else(|| locale(http));
    let db = parts.core.db.nobody();
    let editions = read::editions(db).await?;
    let edition = match &asked.edition {
        Some(name) => match editions.iter().find(|it| it.period.to_string() == *name) {
            Some(edition) => Some(edition),
            None => return Ok(None),
        },
        None => editions.first(),
    };
    let territory = asked.territory.as_deref().filter(|it| !it.is_empty());
    if let (Some(edition), Some(code)) = (edition, territory)
        && !read::has(db, edition, code).await?
    {
        return Ok(None);
    }
    let lang = wished.map_or("", Locale::tag);
    let named = asked.edition.as_deref().unwrap_or_default();
    let words = [locale.tag(), territory.unwrap_or_default(), lang, named];
    let tag = tag_of(db, &editions, &words).await?;
    if fresh(http, &tag) {
        return Ok(Some(unchanged(&tag, OF_ALL)));
    }
    let mut response = HttpResponse::Ok();
    cached(&mut response, &tag, OF_ALL)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CONTENT_LANGUAGE, locale.tag()));
    if http.method() == Method::HEAD {
        // No length at all: that of nothing would be taken for that of the file.
        return Ok(Some(response.body(actix_web::body::None::new())));
    }
    let rows = match edition {
        Some(edition) => rows(db, edition, territory).await?,
        None => Vec::new(),
    };
    let view = View {
        locale,
        wished,
        editions: &editions,
        edition,
        rows: &rows,
    };
    Ok(Some(response.body(open_data_page::page(&view))))
}

/// The rows around a territory; around the country where none is named.
async fn rows(
    db: &Reader,
    edition: &Edition,
    around: Option<&str>,
) -> Result<Vec<read::Row>, DbErr> {
    let country = read::country(db, edition).await?;
    read::rows(db, edition, around.or(country.as_deref())).await
}

async fn file(
    parts: web::Data<Parts>,
    shelf: web::Data<Shelf>,
    name: web::Path<String>,
    http: HttpRequest,
) -> HttpResponse {
    match found(&parts, &shelf, &name, &http).await {
        Ok(Some(response)) => response,
        Ok(None) => missing(&http),
        Err(cause) => fault(&http, &cause),
    }
}

/// `2026-Q1.csv`, `2026.json`, `all.csv`, `editions.json`.
async fn found(
    parts: &Parts,
    shelf: &Shelf,
    name: &str,
    http: &HttpRequest,
) -> Result<Option<HttpResponse>, DbErr> {
    let Some((stem, format)) = name.rsplit_once('.') else {
        return Ok(None);
    };
    let db = parts.core.db.nobody();
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
    let tag = tag_of(db, &chosen, &[name]).await?;
    if fresh(http, &tag) {
        return Ok(Some(unchanged(&tag, cache)));
    }
    let mut response = HttpResponse::Ok();
    cached(&mut response, &tag, cache)
        .content_type(media_type)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"tiwizi-{name}\""),
        ));
    if http.method() == Method::HEAD {
        // No length at all: that of nothing would be taken for that of the file.
        return Ok(Some(response.body(actix_web::body::None::new())));
    }
    let written = match (stem, format) {
        ("all", _) => shelf.all(db, &chosen, tag).await?,
        ("editions", _) => {
            let about: Vec<_> = chosen.iter().map(files::about).collect();
            json!({ "editions": about }).to_string().into()
        }
        (_, "json") => match chosen.first() {
            Some(edition) => {
                let rows = read::rows(db, edition, None).await?;
                files::json(edition, &rows).to_string().into()
            }
            None => return Ok(None),
        },
        _ => csv(db, &chosen).await?,
    };
    Ok(Some(response.body(written)))
}

impl Shelf {
    /// All editions as one file. Whoever comes while it is written waits for it.
    async fn all(
        &self,
        db: &Reader,
        editions: &[Edition],
        tag: String,
    ) -> Result<web::Bytes, DbErr> {
        let mut held = self.0.lock().await;
        if let Some((_, written)) = held.as_ref().filter(|(known, _)| *known == tag) {
            return Ok(written.clone());
        }
        let written = csv(db, editions).await?;
        *held = Some((tag, written.clone()));
        Ok(written)
    }
}

/// Editions as CSV, read one after the other.
async fn csv(db: &Reader, editions: &[Edition]) -> Result<web::Bytes, DbErr> {
    let unwritten = |it: csv::Error| DbErr::Custom(it.to_string());
    let mut file = CsvFile::begin().map_err(unwritten)?;
    for edition in editions {
        let rows = read::rows(db, edition, None).await?;
        file.add(edition, &rows).map_err(unwritten)?;
    }
    Ok(file.end().map_err(unwritten)?.into())
}
