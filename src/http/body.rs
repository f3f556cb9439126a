//! The body of a request: small ones from anybody, large ones, which carry files, from whoever has
//! signed in, and few at once.
//!
//! What a body says is the business of the route.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Payload;
use futures_util::StreamExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

/// Large bodies that the server holds at once: each is read as a whole, and more than once copied.
const LARGE_AT_ONCE: usize = 4;

/// How long a large body may take to come: whoever is slower keeps others from theirs.
const LARGE_WITHIN: Duration = Duration::from_secs(60);

/// Room for large bodies.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_AT_ONCE)))
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
    pub room: Option<OwnedSemaphorePermit>,
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
    signed_in: impl AsyncFnOnce() -> Result<bool, R>,
) -> Result<Body, Unread<R>> {
    let mut bytes = Vec::new();
    let Some(next) = fill::<R>(&mut payload, &mut bytes, bounds.small).await? else {
        return Ok(Body { bytes, room: None });
    };
    let most = match signed_in().await.map_err(Unread::Refused)? {
        true => bounds.large.max(bounds.small),
        false => bounds.small,
    };
    if bytes.len().saturating_add(next.len()) > most {
        return Err(Unread::TooLarge { most });
    }
    let taken = Arc::clone(&room.0).try_acquire_owned();
    let taken = taken.map_err(|_full| Unread::Full)?;
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
