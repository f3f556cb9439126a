//! The server: routes, the order of what surrounds them, start and end.
//!
//! What is answered is decided elsewhere; it receives its parts as values.

mod body;
mod elsewhere;
mod files;
mod graphql;
mod headers;
mod health;
mod letters;
mod live;
mod negotiation;
mod open_data;
mod open_data_page;
mod open_data_pictures;
mod origin;
mod page;
mod pages;
mod security_txt;
mod trail;
mod verify;
mod verify_page;

use std::net::SocketAddr;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::App;
use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use actix_web::guard::fn_guard;
use actix_web::middleware::Compress;
use actix_web::middleware::from_fn;
use actix_web::web;
use tokio_util::sync::CancellationToken;

use crate::graphql::TiwiziGate;
use crate::http::body::Room;
use crate::http::health::Readiness;
use crate::http::live::Live;
use crate::http::open_data::Shelf;
use crate::http::origin::Proxies;
use crate::identity::Authenticator;
use crate::identity::Core;
use crate::platform::pulse::Pulse;
use crate::platform::telemetry;

/// How long running requests may take to end when the server closes.
const DRAIN_SECONDS: u64 = 10;

/// Most connections at once. Each may hold the beginning of a request, of which no room is taken.
const CONNECTIONS: usize = 8_192;

/// What the routes share.
#[derive(Clone)]
pub struct Parts {
    /// Database, time, keys, settings.
    pub core: Arc<Core>,
    /// Turns tokens into contexts.
    pub authenticator: Authenticator,
    /// The one way to the schema.
    pub gate: Arc<TiwiziGate>,
    /// The schema's description, served as text.
    pub sdl: Arc<str>,
    /// Whether the work in the background goes on, where this process does it.
    pub pulse: Arc<Pulse>,
}

/// A server that listens.
pub struct Listening {
    /// Where it listens.
    pub address: SocketAddr,
    server: actix_web::dev::Server,
    /// Tells what stays open that the server closes.
    ending: CancellationToken,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listening({})", self.address)
    }
}

impl Listening {
    /// Serves until the token is cancelled, then lets what runs end.
    ///
    /// # Errors
    /// What the system says of the sockets.
    pub async fn until(self, closing: CancellationToken) -> std::io::Result<()> {
        let handle: ServerHandle = self.server.handle();
        let mut serving = tokio::spawn(self.server);
        tokio::select! {
            // It ends by itself only when the system takes its sockets away.
            ended = &mut serving => return ended.map_err(std::io::Error::other)?,
            () = closing.cancelled() => {}
        }
        self.ending.cancel();
        handle.stop(true).await;
        serving.await.map_err(std::io::Error::other)?
    }
}

/// Opens the socket and starts the workers.
///
/// # Errors
/// The address is taken or not ours.
pub fn listen(parts: Parts) -> std::io::Result<Listening> {
    // From the first request on, and not from the first look at them.
    telemetry::figures();
    let config = &parts.core.config;
    let workers = match config.workers {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        given => given,
    };
    let listener = TcpListener::bind(config.bind)?;
    let address = listener.local_addr()?;
    let ending = CancellationToken::new();
    let live = Live::new(ending.clone());
    let ready = web::Data::new(Readiness::default());
    let shelf = web::Data::new(Shelf::default());
    let room = Room::of(&config.limits);
    let proxies = Proxies::of(&config.http);
    tokio::spawn(parts.core.db.clone().listen(ending.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(parts.clone()))
            .app_data(web::Data::new(live.clone()))
            .app_data(ready.clone())
            .app_data(shelf.clone())
            .app_data(web::Data::new(room.clone()))
            .app_data(web::Data::new(proxies.clone()))
            .wrap(Compress::default())
            .wrap(from_fn(elsewhere::answer))
            .wrap(from_fn(headers::surround))
            .service(
                web::resource("/graphql")
                    // Before the other `GET`, which would take it for a query.
                    .route(web::get().guard(fn_guard(live::is_upgrade)).to(live::open))
                    .route(web::post().to(graphql::post))
                    .route(web::get().to(graphql::get))
                    .default_service(web::to(graphql::other_method)),
            )
            .configure(health::routes)
            .configure(security_txt::routes)
            .configure(pages::routes)
            .configure(files::routes)
            .configure(open_data::routes)
            .configure(verify::routes)
            .configure(letters::routes)
    })
    .workers(workers)
    .max_connections(CONNECTIONS.div_ceil(workers.max(1)))
    .shutdown_timeout(DRAIN_SECONDS)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(15))
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(Listening {
        address,
        server,
        ending,
    })
}
