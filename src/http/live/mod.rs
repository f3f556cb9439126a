//! What stays open: WebSockets and event streams, how many there are, and who may open them.
//!
//! What subscriptions tell is in `graphql::subscription`.

mod events;
mod operation;
mod protocol;
mod socket;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use actix_web::HttpRequest;
use actix_web::guard::GuardContext;
use actix_web::http::header;
use chrono::DateTime;
use chrono::Utc;
use entity::ids::UserId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::identity::Core;

pub use events::Listener;
pub use events::events;
pub use operation::Begun;
pub use operation::begin;
pub use socket::open;

/// What the sockets and event streams of a process share.
#[derive(Clone, Debug)]
pub struct Live {
    /// Cancelled when the server closes.
    pub closing: CancellationToken,
    seats: Arc<Mutex<HashMap<UserId, usize>>>,
}

/// A place among the sockets of a user, free again when it is dropped.
#[derive(Debug)]
pub struct Seat {
    user: UserId,
    seats: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Live {
    /// With what is cancelled when the server closes.
    pub fn new(closing: CancellationToken) -> Self {
        Self {
            closing,
            seats: Arc::default(),
        }
    }

    /// A place for a user, unless all of theirs are taken.
    pub fn seat(&self, user: UserId, most: usize) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = seats.entry(user).or_default();
        if *taken >= most {
            return None;
        }
        *taken += 1;
        metrics::gauge!("live_connections").increment(1.0);
        Some(Seat {
            user,
            seats: Arc::clone(&self.seats),
        })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        metrics::gauge!("live_connections").decrement(1.0);
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.user) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.user);
            }
        }
    }
}

/// Whether a request asks to become a socket.
pub fn is_upgrade(guard: &GuardContext<'_>) -> bool {
    guard
        .head()
        .headers()
        .get(header::UPGRADE)
        .and_then(|it| it.to_str().ok())
        .is_some_and(|it| it.eq_ignore_ascii_case("websocket"))
}

/// Whether a page of this origin may open sockets here. Programs send none.
fn may_come_from(http: &HttpRequest, config: &Config) -> bool {
    let headers = http.headers();
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
    let own = origin
        .split_once("://")
        .is_some_and(|(_, authority)| Some(authority) == host);
    own || origin == config.public_url
        || config.http.is_named(origin)
        || config.live.is_named(origin)
}

/// The moment of an instant on the timer's clock.
fn moment(core: &Core, at: DateTime<Utc>) -> Instant {
    let left = at - core.clock.now();
    Instant::now() + left.to_std().unwrap_or_default()
}
