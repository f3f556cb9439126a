//! Files that were made or brought, for whoever holds a link.
//!
//! What a link is worth is decided in `jobs::link`.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::header;
use actix_web::http::header::Charset;
use actix_web::http::header::ContentDisposition;
use actix_web::http::header::DispositionParam;
use actix_web::http::header::DispositionType;
use actix_web::http::header::ExtendedValue;
use actix_web::web;
use entity::artifact;
use entity::ids::JobId;
use futures_util::Stream;
use futures_util::stream;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::audit;
use crate::http::Parts;
use crate::http::headers::RequestId;
use crate::http::headers::locale;
use crate::http::origin::origin;
use crate::identity::Core;
use crate::impact::evidence;
use crate::jobs::Whose;
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

/// What is served of a file.
struct Served {
    file_name: String,
    media_type: String,
    size: i64,
    content: Content,
    subject: (&'static str, Uuid),
}

/// Where what is in a file comes from.
enum Content {
    /// Pieces, read as they are sent.
    Pieces(Box<artifact::Model>),
    /// All of it; it is small.
    Whole(Vec<u8>),
    /// Only the head is asked for.
    Nothing,
}

/// The file that a token opens, of whichever kind.
async fn found(core: &Core, token: &str, whole: bool) -> Result<Option<Served>, DbErr> {
    let db = core.db.system().read();
    if let Some(id) = link::opened(core, token) {
        let found = store::artifact(db, id, core.clock.now()).await?;
        return Ok(found.map(|row| Served {
            file_name: row.file_name.clone(),
            media_type: row.media_type.clone(),
            size: row.size,
            subject: ("ExportJob", row.job_id.0),
            content: match whole {
                true => Content::Pieces(Box::new(row)),
                false => Content::Nothing,
            },
        }));
    }
    let Some(id) = link::opened_evidence(core, token) else {
        return Ok(None);
    };
    let Some(row) = evidence::store::linked(db, id).await? else {
        return Ok(None);
    };
    let content = match whole {
        true => match evidence::store::content(db, id).await? {
            Some(content) => Content::Whole(content),
            None => return Ok(None),
        },
        false => Content::Nothing,
    };
    Ok(Some(Served {
        file_name: row.file_name,
        media_type: row.media_type,
        size: row.size,
        content,
        subject: ("EvidenceFile", id.0),
    }))
}

/// What is in a file, piece by piece. One that is let go of meanwhile ends short of its length, which every
/// client takes for the failure that it is.
fn pieces(core: Arc<Core>, of: artifact::Model) -> impl Stream<Item = Result<web::Bytes, DbErr>> {
    stream::try_unfold(0, move |number| {
        let (core, of) = (Arc::clone(&core), of.clone());
        async move {
            let piece = store::piece(core.db.system().read(), &of, number).await?;
            Ok(piece.map(|it| (web::Bytes::from(it), number + 1)))
        }
    })
}

/// A download, whatever the file is: the name for everybody, in signs that every program takes, and the
/// whole name for whoever reads it.
fn disposition(name: &str) -> ContentDisposition {
    let plain = |it: char| match it {
        ' '..='~' if !['"', '\\'].contains(&it) => it,
        _ => '_',
    };
    let ascii: String = name.chars().map(plain).collect();
    let mut parameters = vec![DispositionParam::Filename(ascii)];
    if !name.is_ascii() {
        parameters.push(DispositionParam::FilenameExt(ExtendedValue {
            charset: Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.as_bytes().to_vec(),
        }));
    }
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters,
    }
}

/// Tells the audit trail that a file is fetched: whoever asked for it sees that.
async fn told(parts: &Parts, http: &HttpRequest, served: &Served) -> Result<(), DbErr> {
    let nobody = parts
        .authenticator
        .nobody(locale(http), &RequestId::of(http).0);
    let ctx = nobody.coming_from(origin(http));
    let (kind, key) = served.subject;
    // Nobody asks here, and whose the file is, is to be told.
    let everybody = parts.core.db.system().read();
    let account = match kind {
        "ExportJob" => {
            let found = store::by_ids(everybody, Whose::Everybody, &[JobId(key)]).await?;
            found.first().map(|it| it.requested_by)
        }
        _ => None,
    };
    audit::told::fetched(&ctx, served.subject, account).await
}

async fn file(
    parts: web::Data<Parts>,
    token: web::Path<String>,
    http: HttpRequest,
) -> HttpResponse {
    let whole = http.method() != Method::HEAD;
    let served = match found(&parts.core, &token, whole).await {
        Ok(Some(served)) => served,
        Ok(None) => return gone(&http),
        Err(cause) => {
            tracing::error!(request.id = RequestId::of(&http).0, %cause, "fault");
            return HttpResponse::InternalServerError().finish();
        }
    };
    if whole && let Err(cause) = told(&parts, &http, &served).await {
        tracing::error!(request.id = RequestId::of(&http).0, %cause, "the trail was not written");
    }
    let mut response = HttpResponse::Ok();
    response
        .content_type(served.media_type)
        // A link is a secret: nobody between keeps what it opened.
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header(disposition(&served.file_name));
    let size = u64::try_from(served.size).unwrap_or(0);
    match served.content {
        Content::Pieces(row) => {
            let pieces = pieces(Arc::clone(&parts.core), *row);
            response.body(SizedStream::new(size, Box::pin(pieces)))
        }
        Content::Whole(content) => response.body(content),
        Content::Nothing => {
            let nothing = stream::empty::<Result<web::Bytes, std::io::Error>>();
            response.body(SizedStream::new(size, nothing))
        }
    }
}
