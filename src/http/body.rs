//! The body of a request: small ones from anybody, large ones, which carry files, from whoever has
//! signed in, few at once and one of each user.
//!
//! What a body says is the business of the route.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use actix_web::web::Payload;
use entity::ids::UserId;
use futures_util::StreamExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

/// Large bodies that the server holds at once: each is read as a whole, and more than once copied.
const LARGE_AT_ONCE: usize = 4;

/// How long a large body may take to come: whoever is slower keeps others from theirs.
const LARGE_WITHIN: Duration = Duration::from_secs(60);

/// Room for large bodies.
#[derive(Clone, Debug)]
pub struct Room {
    places: Arc<Semaphore>,
    /// Whose bodies are in it.
    users: Arc<Mutex<HashSet<UserId>>>,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
            users: Arc::default(),
        }
    }
}

impl Room {
    /// Takes a place for a user, who may have one: nobody keeps all of them from the others.
    fn take<R>(&self, user: UserId) -> Result<Place, Unread<R>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        if users.contains(&user) {
            return Err(Unread::AnotherComes);
        }
        let permit = Arc::clone(&self.places).try_acquire_owned();
        let permit = permit.map_err(|_full| Unread::Full)?;
        users.insert(user);
        Ok(Place {
            users: Arc::clone(&self.users),
            user,
            _permit: permit,
        })
    }
}

/// The place that a large body takes, until it is dropped.
#[derive(Debug)]
pub struct Place {
    users: Arc<Mutex<HashSet<UserId>>>,
    user: UserId,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.remove(&self.user);
    }
}

/// Most bytes of bodies.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// From anybody.
    pub small: usize,
    /// From whoever has signed in.
    pub large: usize,
}

/// A body that was read.
#[derive(Debug)]
pub struct Body {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The room that a large one takes until its request is answered.
    pub room: Option<Place>,
}

/// Why a body could not be read.
#[derive(Debug)]
pub enum Unread<R> {
    /// It has more bytes than allowed.
    TooLarge {
        /// The most.
        most: usize,
    },
    /// The connection broke. What came before may be whole JSON, and is not what was meant.
    Broken,
    /// The room for large bodies is taken.
    Full,
    /// Whoever sends it has another large one in the room.
    AnotherComes,
    /// A large body did not come in time.
    Late,
    /// Whoever sends it was refused.
    Refused(R),
}

/// Reads a body. Who sends it is asked only where it is larger than anybody's.
///
/// # Errors
/// [`Unread`].
pub async fn read<R>(
    mut payload: Payload,
    bounds: Bounds,
    room: &Room,
    signed_in: impl AsyncFnOnce() -> Result<Option<UserId>, R>,
) -> Result<Body, Unread<R>> {
    let mut bytes = Vec::new();
    let Some(next) = fill::<R>(&mut payload, &mut bytes, bounds.small).await? else {
        return Ok(Body { bytes, room: None });
    };
    let Some(user) = signed_in().await.map_err(Unread::Refused)? else {
        return Err(Unread::TooLarge { most: bounds.small });
    };
    let most = bounds.large.max(bounds.small);
    if bytes.len().saturating_add(next.len()) > most {
        return Err(Unread::TooLarge { most });
    }
    let taken = room.take(user)?;
    bytes.extend_from_slice(&next);
    let rest = tokio::time::timeout(LARGE_WITHIN, fill::<R>(&mut payload, &mut bytes, most)).await;
    match rest.map_err(|_elapsed| Unread::<R>::Late)?? {
        None => Ok(Body {
            bytes,
            room: Some(taken),
        }),
        Some(_) => Err(Unread::TooLarge { most }),
    }
}

/// Reads until the end, or gives back the piece that would be too much.
async fn fill<R>(
    payload: &mut Payload,
    bytes: &mut Vec<u8>,
    most: usize,
) -> Result<Option<actix_web::web::Bytes>, Unread<R>> {
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_broken| Unread::Broken)?;
        if bytes.len().saturating_add(piece.len()) > most {
            return Ok(Some(piece));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(None)
}
