//! Files that were made, for whoever holds a link.
//!
//! What a link is worth is decided in `jobs::link`.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;

use crate::http::Parts;
use crate::jobs::link;
use crate::jobs::store;

/// The routes of this file.
pub fn routes(config: &mut web::ServiceConfig) {
    config.route("/files/{token}", web::get().to(file));
}

/// A link that ended, was never made, or whose file is kept no longer, all look the same.
async fn file(
    parts: web::Data<Parts>,
    token: web::Path<String>,
    http: HttpRequest,
) -> HttpResponse {
    let core = &parts.core;
    let Some(id) = link::opened(core, &token) else {
        return HttpResponse::NotFound().finish();
    };
    let (row, content) = match store::artifact(core.db.read(), id, core.clock.now()).await {
        Ok(Some(found)) => found,
        Ok(None) => return HttpResponse::NotFound().finish(),
        Err(cause) => {
            let request_id = crate::http::headers::RequestId::of(&http);
            tracing::error!(request.id = request_id.0, %cause, "fault");
            return HttpResponse::InternalServerError().finish();
        }
    };
    HttpResponse::Ok()
        .content_type(row.media_type)
        // A link is a secret: nobody between keeps what it opened.
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", row.file_name),
        ))
        .body(content)
}
