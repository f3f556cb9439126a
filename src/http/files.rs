//! Files that were made, for whoever holds a link.
//!
//! What a link is worth is decided in `jobs::link`.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header;
use actix_web::web;
use futures_util::stream;

use crate::http::Parts;
use crate::http::headers::RequestId;
use crate::http::headers::locale;
use crate::jobs::link;
use crate::jobs::store;

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/files/{token}")
            .route(web::get().to(file))
            .route(web::head().to(file)),
    );
}

/// A link that ended, was never made, or whose file is kept no longer, all look the same.
fn gone(http: &HttpRequest) -> HttpResponse {
    let locale = locale(http);
    HttpResponse::NotFound()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, locale.tag()))
        .body(locale.sentence::<&str>("file-gone", &[]))
}

async fn file(
    parts: web::Data<Parts>,
    token: web::Path<String>,
    http: HttpRequest,
) -> HttpResponse {
    let core = &parts.core;
    let Some(id) = link::opened(core, &token) else {
        return gone(&http);
    };
    let found = async {
        let Some(row) = store::artifact(core.db.read(), id, core.clock.now()).await? else {
            return Ok(None);
        };
        // Only its head is asked for.
        if http.method() == Method::HEAD {
            return Ok(Some((row, None)));
        }
        let content = store::content(core.db.read(), id).await?;
        Ok::<_, sea_orm::DbErr>(content.map(|it| (row, Some(it))))
    };
    let (row, content) = match found.await {
        Ok(Some(found)) => found,
        Ok(None) => return gone(&http),
        Err(cause) => {
            tracing::error!(request.id = RequestId::of(&http).0, %cause, "fault");
            return HttpResponse::InternalServerError().finish();
        }
    };
    let mut response = HttpResponse::Ok();
    response
        .content_type(row.media_type)
        // A link is a secret: nobody between keeps what it opened.
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", row.file_name),
        ));
    match content {
        Some(content) => response.body(content),
        None => {
            let size = u64::try_from(row.size).unwrap_or(0);
            let nothing = stream::empty::<Result<web::Bytes, std::io::Error>>();
            response.body(SizedStream::new(size, nothing))
        }
    }
}
