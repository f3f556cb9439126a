//! The check of a certificate: a page for people and one to print, JSON and signed files for programs, all at the address of its code.
//!
//! What may be told is decided in `certificates::verify`; the words of the page are in `verify_page`. Nothing is kept by
//! anybody between: how a certificate stands is found out at each look.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::http::header::HeaderName;
use actix_web::web;
use entity::ids::OrganizationId;
use sea_orm::DbErr;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use crate::certificates::Code;
use crate::certificates::credential;
use crate::certificates::credential::Purpose;
use crate::certificates::document;
use crate::certificates::document::Document;
use crate::certificates::printed;
use crate::certificates::printed::PrintError;
use crate::certificates::store;
use crate::certificates::verify;
use crate::certificates::verify::Verified;
use crate::http::Parts;
use crate::http::headers::RequestId;
use crate::http::headers::list;
use crate::http::headers::locale;
use crate::http::negotiation::Checked;
use crate::http::verify_page;
use crate::identity::Core;
use crate::platform::crypto::KeyError;
use crate::platform::i18n::Locale;

/// The page runs nothing, asks nobody, and sends its form to this server alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource(["/verify", "/verify/"])
                .route(web::get().to(form))
                .route(web::head().to(form)),
        )
        .service(
            web::resource(["/verify/{code}", "/verify/{code}/"])
                .route(web::get().to(checked))
                .route(web::head().to(checked)),
        )
        .service(
            web::resource("/verify/{code}/status/{purpose}")
                .route(web::get().to(status))
                .route(web::head().to(status)),
        )
        .service(web::resource("/issuers/{id}").route(web::get().to(issuer)));
}

/// What a page is asked.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// What somebody typed into the form.
    code: Option<String>,
    /// The language; by the header where absent.
    lang: Option<String>,
}

impl Asked {
    fn locale(&self, http: &HttpRequest) -> (Locale, Option<Locale>) {
        let wished = self.lang.as_deref().and_then(Locale::parse);
        (wished.unwrap_or_else(|| locale(http)), wished)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Database(#[from] DbErr),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Print(#[from] PrintError),
}

fn fault(http: &HttpRequest, cause: &dyn std::fmt::Display) -> HttpResponse {
    tracing::error!(request.id = RequestId::of(http).0, %cause, "fault");
    HttpResponse::InternalServerError().finish()
}

/// The form; what was typed into it leads to the address of its code.
async fn form(asked: web::Query<Asked>, http: HttpRequest) -> HttpResponse {
    let (locale, wished) = asked.locale(&http);
    let typed = asked.code.as_deref().unwrap_or_default();
    if let Some(code) = Code::read(typed) {
        let lang = wished.map(|it| format!("?lang={}", it.tag()));
        return HttpResponse::SeeOther()
            .insert_header((
                header::LOCATION,
                format!("{}/{code}{}", verify::PATH, lang.unwrap_or_default()),
            ))
            .insert_header((ROBOTS, "noindex"))
            .finish();
    }
    match typed.trim().is_empty() {
        true => html(StatusCode::OK, locale, verify_page::form(locale, wished)),
        false => html(
            StatusCode::NOT_FOUND,
            locale,
            verify_page::unknown(locale, wished),
        ),
    }
}

async fn checked(
    parts: web::Data<Parts>,
    path: web::Path<String>,
    asked: web::Query<Asked>,
    http: HttpRequest,
) -> HttpResponse {
    match answer(&parts, &path, &asked, &http).await {
        Ok(response) => response,
        Err(cause) => fault(&http, &cause),
    }
}

async fn answer(
    parts: &Parts,
    path: &str,
    asked: &Asked,
    http: &HttpRequest,
) -> Result<HttpResponse, Fault> {
    let ends = |ending| path.strip_suffix(ending);
    let (typed, form) = match (ends(credential::ENDING), ends(printed::ENDING)) {
        (Some(typed), _) => (typed, Checked::Signed),
        (_, Some(typed)) => (typed, Checked::Paper),
        (None, None) => (
            path,
            Checked::accepted(list(http.headers(), &header::ACCEPT).as_deref()),
        ),
    };
    let (locale, wished) = asked.locale(http);
    let core = &parts.core;
    let found = verify::verify(core, typed).await?;
    Ok(match (form, found) {
        (Checked::Page, None) => html(
            StatusCode::NOT_FOUND,
            locale,
            verify_page::unknown(locale, wished),
        ),
        (Checked::Json, None) => for_all_pages(
            HttpResponse::NotFound()
                .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
                .json(json!({ "code": "NOT_FOUND", "message": unknown(locale) })),
        ),
        (Checked::Signed | Checked::Paper, None) => {
            plain(StatusCode::NOT_FOUND, locale, &unknown(locale))
        }
        (Checked::Page, Some(it)) => {
            let words = Document::of(core, &it, locale);
            html(StatusCode::OK, locale, verify_page::page(&words, wished))
        }
        (Checked::Json, Some(it)) => {
            for_all_pages(HttpResponse::Ok().json(told(parts, &it, locale)))
        }
        (Checked::Signed, Some(it)) => match credential::signed(core, &it)? {
            Some(file) => signed(&it.code(), file),
            // It was there, and is no more: what does not hold is not signed.
            None => plain(
                StatusCode::GONE,
                locale,
                &locale.sentence::<&str>("certificate-yourself-none", &[]),
            ),
        },
        (Checked::Paper, Some(it)) => paper(core, &it, (locale, wished)).await?,
    })
}

/// The page to print, in the language of the certificate where no other is asked for.
async fn paper(
    core: &Core,
    it: &Verified,
    (locale, wished): (Locale, Option<Locale>),
) -> Result<HttpResponse, Fault> {
    let say = |key: &str| locale.sentence::<&str>(key, &[]);
    match printed::printed(core, it, wished.unwrap_or(it.language())).await {
        Ok(Some(file)) => Ok(for_all_pages(
            HttpResponse::Ok()
                .content_type(printed::MEDIA_TYPE)
                .insert_header((header::CACHE_CONTROL, "private, no-store"))
                .insert_header((
                    header::CONTENT_DISPOSITION,
                    format!(
                        "attachment; filename=\"certificate-{}{}\"",
                        it.code(),
                        printed::ENDING
                    ),
                ))
                .body(file),
        )),
        Ok(None) => Ok(plain(
            StatusCode::GONE,
            locale,
            &say("certificate-paper-none"),
        )),
        Err(PrintError::Busy) => {
            let mut busy = plain(
                StatusCode::SERVICE_UNAVAILABLE,
                locale,
                &say("certificate-paper-busy"),
            );
            let headers = busy.headers_mut();
            headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
            Ok(busy)
        }
        Err(cause) => Err(cause.into()),
    }
}

fn unknown(locale: Locale) -> String {
    locale.sentence::<&str>("certificate-unknown", &[])
}

/// How a certificate stands, as programs ask for it that check the signed file.
async fn status(
    parts: web::Data<Parts>,
    path: web::Path<(String, String)>,
    http: HttpRequest,
) -> HttpResponse {
    let (code, purpose) = path.into_inner();
    let list = async {
        let Some(purpose) = Purpose::read(&purpose) else {
            return Ok(None);
        };
        let found = verify::verify(&parts.core, &code).await?;
        let list = found.map(|it| credential::status_list(&parts.core, &it, purpose));
        Ok::<_, Fault>(list.transpose()?)
    };
    match list.await {
        Ok(Some(list)) => for_all_pages(
            HttpResponse::Ok()
                .content_type(credential::MEDIA_TYPE)
                .insert_header((ROBOTS, "noindex"))
                .body(list),
        ),
        Ok(None) => {
            let locale = locale(&http);
            plain(StatusCode::NOT_FOUND, locale, &unknown(locale))
        }
        Err(cause) => fault(&http, &cause),
    }
}

/// Who issued certificates, as other programs look them up; organizations that issued none are not told of.
async fn issuer(
    parts: web::Data<Parts>,
    path: web::Path<String>,
    http: HttpRequest,
) -> HttpResponse {
    let Ok(id) = Uuid::try_parse(&path) else {
        return HttpResponse::NotFound().finish();
    };
    let id = OrganizationId(id);
    match store::issuer_name(parts.core.db.system().read(), id).await {
        Ok(Some(name)) => {
            let mut profile = credential::issuer(&parts.core, id, &name);
            if let Some(members) = profile.as_object_mut() {
                members.insert("@context".to_owned(), credential::contexts());
            }
            for_all_pages(HttpResponse::Ok().json(profile))
        }
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(cause) => fault(&http, &cause),
    }
}

/// What programs are told.
fn told(parts: &Parts, it: &Verified, locale: Locale) -> Value {
    let code = it.code();
    let url = verify::address(&parts.core, &code);
    let mut told = json!({
        "code": code.to_string(),
        "url": url,
        "status": it.status().word(),
        "checkedAt": it.at(),
        "issuedAt": it.issued_at(),
        "organizationName": it.organization_name(locale),
        "statusLists": {
            (Purpose::Revocation.word()): credential::list_address(&url, Purpose::Revocation),
            (Purpose::Suspension.word()): credential::list_address(&url, Purpose::Suspension),
        },
    });
    let mut also = |name: &str, value: Option<Value>| {
        if let (Some(members), Some(value)) = (told.as_object_mut(), value) {
            members.insert(name.to_owned(), value);
        }
    };
    also("from", it.interval().map(|it| json!(it.0)));
    also("to", it.interval().map(|it| json!(it.1)));
    also("minutes", it.minutes().map(|it| json!(it)));
    also("holderName", it.holder_name(locale).map(|it| json!(it)));
    also("firstDay", it.days().map(|it| json!(it.0)));
    also("lastDay", it.days().map(|it| json!(it.1)));
    let projects = it.projects().map(|all| {
        all.iter()
            .map(|it| json!({ "title": document::title(it, locale), "minutes": it.minutes }))
            .collect()
    });
    also("projects", projects);
    also("revokedAt", it.revocation().map(|it| json!(it.0)));
    also("revocationReason", it.revocation().map(|it| json!(it.1)));
    also(
        "supersededBy",
        it.successor().map(|it| json!(it.to_string())),
    );
    told
}

fn signed(code: &Code, file: String) -> HttpResponse {
    for_all_pages(
        HttpResponse::Ok()
            .content_type(credential::MEDIA_TYPE)
            .insert_header((
                header::CONTENT_DISPOSITION,
                format!("inline; filename=\"{code}{}\"", credential::ENDING),
            ))
            .body(file),
    )
}

/// Anybody's page may read what whoever has the code is told.
fn for_all_pages(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::HeaderValue::from_static("*"),
    );
    headers.insert(ROBOTS, header::HeaderValue::from_static("noindex"));
    response
}

fn html(status: StatusCode, locale: Locale, page: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
        .insert_header((ROBOTS, "noindex"))
        .body(page)
}

fn plain(status: StatusCode, locale: Locale, words: &str) -> HttpResponse {
    for_all_pages(
        HttpResponse::build(status)
            .content_type("text/plain; charset=utf-8")
            .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
            .body(words.to_owned()),
    )
}
