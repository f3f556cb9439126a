//! An S3-compatible store on a port of its own, which keeps its objects in a folder: it checks keys and signatures, and may
//! be busy.
//!
//! It shares nothing with what speaks to it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use actix_web::App;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::HttpServer;
use actix_web::http::StatusCode;
use actix_web::web;
use reqwest::Method;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::S3Service;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;

/// Name of the key that is let in.
pub const KEY_ID: &str = "TIWIZITESTS";
/// The key.
pub const SECRET: &str = "secret-of-the-tests";

struct Kept {
    service: S3Service,
    busy: AtomicBool,
    asked: AtomicUsize,
    parts: AtomicUsize,
}

/// The store.
pub struct Store {
    /// Its port on 127.0.0.1.
    pub port: u16,
    folder: TempDir,
    kept: Arc<Kept>,
    server: actix_web::dev::ServerHandle,
}

impl Store {
    /// Opens one with a bucket.
    pub async fn open(bucket: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        std::fs::create_dir(folder.path().join(bucket)).expect("a bucket");
        let objects = FileSystem::new(folder.path()).expect("a store");
        let mut builder = S3ServiceBuilder::new(objects);
        builder.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let kept = Arc::new(Kept {
            service: builder.build(),
            busy: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
            parts: AtomicUsize::new(0),
        });
        let with = web::Data::from(Arc::clone(&kept));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(with.clone())
                .app_data(web::PayloadConfig::new(64 * 1024 * 1024))
                .default_service(web::to(answer))
        })
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("a port");
        let port = server.addrs()[0].port();
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self {
            port,
            folder,
            kept,
            server: handle,
        }
    }

    /// What is in an object.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.path().join(bucket).join(key)).ok()
    }

    /// The files of a bucket below a folder of it.
    pub fn names(&self, bucket: &str, below: &str) -> Vec<String> {
        let folder = self.folder.path().join(bucket).join(below);
        let mut found = Vec::new();
        walk(&folder, &mut found);
        found
    }

    /// From now on it is busy, or not.
    pub fn is_busy(&self, busy: bool) {
        self.kept.busy.store(busy, Ordering::SeqCst);
    }

    /// How often it was asked for anything.
    pub fn asked(&self) -> usize {
        self.kept.asked.load(Ordering::SeqCst)
    }

    /// How many parts of files it was given.
    pub fn parts(&self) -> usize {
        self.kept.parts.load(Ordering::SeqCst)
    }

    /// Closes it.
    pub async fn close(self) {
        self.server.stop(false).await;
    }
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
}

async fn answer(request: HttpRequest, body: web::Bytes, kept: web::Data<Kept>) -> HttpResponse {
    kept.asked.fetch_add(1, Ordering::SeqCst);
    if kept.busy.load(Ordering::SeqCst) {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let uri = request.uri().to_string();
    if uri.contains("partNumber=") {
        kept.parts.fetch_add(1, Ordering::SeqCst);
    }
    let mut asked = s3s::HttpRequest::new(Body::from(body.to_vec()));
    *asked.method_mut() = Method::from_bytes(request.method().as_str().as_bytes()).expect("a verb");
    *asked.uri_mut() = uri.parse().expect("a path");
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).expect("a name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
        asked.headers_mut().append(name, value);
    }
    let answered = kept.service.call(asked).await.expect("an answer");
    let (parts, mut body) = answered.into_parts();
    let status = StatusCode::from_u16(parts.status.as_u16()).expect("a status");
    let mut answer = HttpResponse::build(status);
    for (name, value) in &parts.headers {
        answer.append_header((name.as_str(), value.as_bytes()));
    }
    let bytes = body
        .store_all_limited(64 * 1024 * 1024)
        .await
        .expect("a body");
    answer.body(bytes.to_vec())
}
