//! Pages for people: what this is, GraphiQL, the schema as text.
//!
//! Everything is in the binary; no page asks another host for anything.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::RustEmbed;
use serde::Deserialize;

use crate::http::Parts;
use crate::http::headers::list;
use crate::http::headers::locale;
use crate::http::headers::text;
use crate::http::page::Page;
use crate::platform::crypto::sha256;
use crate::platform::i18n::Locale;
use crate::platform::markup::escaped;

/// GraphiQL may run its own scripts and workers, talk to this server, and nothing else. Its editor
/// writes styles as it goes, which is the one exception.
const GRAPHIQL_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("site.css");
/// What a report is as JSON.
const REPORT_SCHEMA: &str = include_str!("../../schemas/report.json");

/// The built pages of GraphiQL, compressed.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/graphiql"]
struct Assets;

/// One line of the list of built files.
#[derive(Deserialize)]
struct Listed {
    path: String,
    #[serde(rename = "type")]
    content_type: String,
}

/// Media types by path of the built files.
static LISTED: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let files: Vec<Listed> = Assets::get("manifest.json")
        .and_then(|it| serde_json::from_slice(&it.data).ok())
        .unwrap_or_default();
    files
        .into_iter()
        .map(|it| (it.path, it.content_type))
        .collect()
});

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/", web::get().to(home))
        .route("/site.css", web::get().to(style))
        .route("/schema.graphql", web::get().to(schema))
        .route("/schemas/report.json", web::get().to(report_schema))
        .route("/graphiql", web::get().to(graphiql))
        .route("/graphiql/", web::get().to(graphiql))
        .route("/graphiql/{path:.*}", web::get().to(graphiql_file));
}

/// What the page at the root is asked.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// The language; by the header where absent.
    lang: Option<String>,
}

async fn home(asked: web::Query<Asked>, http: HttpRequest) -> HttpResponse {
    let wished = asked.lang.as_deref().and_then(Locale::parse);
    let locale = wished.unwrap_or_else(|| locale(&http));
    let say = |key: &str| escaped(&locale.sentence::<&str>(key, &[]));
    // Whoever chose a language goes on in it.
    let again = wished.map_or_else(String::new, |it| format!("?lang={}", it.tag()));
    let body = format!(
        "<p class=\"lead\">{lead}</p>\n<ul>\n\
         <li><a href=\"/graphiql\">GraphiQL</a>: {graphiql}</li>\n\
         <li><a href=\"/schema.graphql\">schema.graphql</a>: {schema}</li>\n\
         <li><a href=\"/open-data{again}\">open-data</a>: {statistics}</li>\n\
         <li><a href=\"/verify{again}\">verify</a>: {verify}</li>\n\
         <li><a href=\"/readyz\">readyz</a>: {health}</li>\n</ul>\n\
         <p class=\"sources\">{sources}</p>\n",
        lead = say("home-lead"),
        graphiql = say("home-graphiql"),
        schema = say("home-schema"),
        statistics = say("home-statistics"),
        verify = say("home-verify"),
        health = say("home-health"),
        sources = say("home-sources"),
    );
    let page = Page {
        locale,
        title: "Tiwizi",
        heading: Some("Tiwizi <span lang=\"zgh\">ⵜⵉⵡⵉⵣⵉ</span>"),
        class: "",
        is_listed: true,
        body: &body,
    };
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
        .body(page.html(|it| format!("/?lang={}", it.tag())))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(STYLE)
}

async fn report_schema() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/schema+json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(REPORT_SCHEMA)
}

async fn schema(parts: web::Data<Parts>, http: HttpRequest) -> HttpResponse {
    let tag = tag(&sha256(parts.sdl.as_bytes()));
    if text(&http, header::IF_NONE_MATCH).is_some_and(|it| names(it, &tag)) {
        return HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish();
    }
    HttpResponse::Ok()
        .content_type("application/graphql; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header((header::ETAG, tag))
        .body(parts.sdl.to_string())
}

async fn graphiql(http: HttpRequest) -> HttpResponse {
    file(&http, "index.html")
}

async fn graphiql_file(http: HttpRequest, path: web::Path<String>) -> HttpResponse {
    file(&http, &path)
}

fn file(http: &HttpRequest, path: &str) -> HttpResponse {
    let found = LISTED.get(path).zip(Assets::get(&format!("{path}.br")));
    let Some((content_type, asset)) = found else {
        return HttpResponse::NotFound().finish();
    };
    // Names below `assets/` hold a digest of the content: what has another content has another
    // name. The others keep theirs.
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let tag = tag(&asset.metadata.sha256_hash());
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, content_type.as_str()))
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::CONTENT_SECURITY_POLICY, GRAPHIQL_POLICY))
        .insert_header((header::VARY, "Accept-Encoding"));
    if text(http, header::IF_NONE_MATCH).is_some_and(|it| names(it, &tag)) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    if list(http.headers(), &header::ACCEPT_ENCODING).is_some_and(|it| takes_brotli(&it)) {
        return response
            .insert_header((header::CONTENT_ENCODING, "br"))
            .body(asset.data.into_owned());
    }
    let mut plain = Vec::new();
    match brotli::BrotliDecompress(&mut asset.data.as_ref(), &mut plain) {
        Ok(()) => response.body(plain),
        Err(cause) => {
            tracing::error!(%cause, path, "a built page is damaged");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// A tag for content, weak because the same content goes out in several encodings.
pub fn tag(digest: &[u8]) -> String {
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(digest))
}

/// Whether an `Accept-Encoding` header takes brotli: named, and not with a weight of nothing.
fn takes_brotli(accepted: &str) -> bool {
    accepted.split(',').any(|it| {
        let (coding, weight) = it.split_once(';').unwrap_or((it, ""));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|it| it.trim().parse::<f32>().is_ok_and(|it| it <= 0.0));
        coding.trim().eq_ignore_ascii_case("br") && !refused
    })
}

/// Whether an `If-None-Match` header names a tag, weak or not.
pub fn names(known: &str, tag: &str) -> bool {
    let strong = |it: &str| it.trim().trim_start_matches("W/").to_owned();
    known
        .split(',')
        .any(|it| it.trim() == "*" || strong(it) == strong(tag))
}

#[cfg(test)]
mod tests {
    use super::names;
    use super::takes_brotli;

    #[test]
    fn encodings_are_taken_by_name_and_weight() {
        for header in ["br", "gzip, br", "gzip;q=0.5, BR;q=0.1"] {
            assert!(takes_brotli(header), "{header}");
        }
        for header in ["", "gzip", "br;q=0", "gzip, br;q=0.0", "brotli"] {
            assert!(!takes_brotli(header), "{header}");
        }
    }

    #[test]
    fn tags_are_known_in_lists_and_weak() {
        for header in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(names(header, "W/\"a\""), "{header}");
        }
        assert!(!names("\"b\"", "W/\"a\""));
    }
}
