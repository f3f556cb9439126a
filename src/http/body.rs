//! The body of a request: small ones from anybody, within a room that no address fills alone; large ones, which
//! carry files, from whoever has signed in, few at once and one of each user. Each has its time.
//!
//! What a body says is the business of the route.

use std::collections::HashMap;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use actix_web::web::Bytes;
use actix_web::web::Payload;
use entity::ids::UserId;
use futures_util::StreamExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

use crate::config::LimitsConfig;
use crate::platform::network;

/// Large bodies that the server holds at once: each is read as a whole, and more than once copied.
const LARGE_AT_ONCE: usize = 4;

/// How long the rest of a large body may take to come: whoever is slower keeps others from theirs.
const LARGE_WITHIN: Duration = Duration::from_secs(60);

/// Bytes of a body that take no room: what most requests hold, so that none of them is refused for others. What
/// all of them hold is bounded by the number of connections.
const UNCOUNTED: usize = 16 * 1024;

/// Bytes by which the memory of a body grows: little more is kept than came.
const STEP: usize = 64 * 1024;

/// What part of the room of small bodies one address may take.
const SHARES: usize = 4;

/// Room for bodies.
#[derive(Clone, Debug)]
pub struct Room {
    places: Arc<Semaphore>,
    /// Whose large bodies are in it.
    users: Arc<Mutex<HashSet<UserId>>>,
    small: Arc<Mutex<Held>>,
    small_most: usize,
}

/// Bytes that small bodies hold.
#[derive(Debug, Default)]
struct Held {
    all: usize,
    by: HashMap<Option<IpAddr>, usize>,
}

impl Room {
    /// As large as the settings say.
    pub fn of(limits: &LimitsConfig) -> Self {
        Self {
            places: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
            users: Arc::default(),
            small: Arc::default(),
            // One body of the largest size always comes through.
            small_most: limits
                .bodies_bytes
                .max(limits.body_bytes.saturating_mul(SHARES)),
        }
    }

    /// Room for a small body from an address; it has none yet.
    fn share(&self, from: Option<IpAddr>) -> Share {
        Share {
            held: Arc::clone(&self.small),
            most: self.small_most,
            from: from.map(network::client),
            bytes: 0,
        }
    }

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

/// The room that a small body takes, until it is dropped.
#[derive(Debug)]
pub struct Share {
    held: Arc<Mutex<Held>>,
    most: usize,
    from: Option<IpAddr>,
    bytes: usize,
}

/// Whose bodies leave no room for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Those of everybody.
    ByAll,
    /// Those from the same address.
    ByAddress,
}

impl Share {
    /// Makes it so many bytes large, or leaves it as it is.
    fn reach(&mut self, bytes: usize) -> Result<(), Taken> {
        let more = bytes.saturating_sub(self.bytes);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let all = held.all.saturating_add(more);
        let of_address = held.by.get(&self.from).copied().unwrap_or_default();
        let of_address = of_address.saturating_add(more);
        if of_address > self.most / SHARES {
            return Err(Taken::ByAddress);
        }
        if all > self.most {
            return Err(Taken::ByAll);
        }
        held.all = all;
        held.by.insert(self.from, of_address);
        self.bytes = self.bytes.saturating_add(more);
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.all = held.all.saturating_sub(self.bytes);
        let left = held.by.remove(&self.from).unwrap_or_default();
        let left = left.saturating_sub(self.bytes);
        if left > 0 {
            held.by.insert(self.from, left);
        }
    }
}

/// Most bytes of bodies, and how long they may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// From anybody.
    pub small: usize,
    /// From whoever has signed in.
    pub large: usize,
    /// How long one of the size of anybody's may take.
    pub within: Duration,
}

impl Bounds {
    /// Those of the settings.
    pub fn of(limits: &LimitsConfig) -> Self {
        Self {
            small: limits.body_bytes,
            large: limits.import_body_bytes,
            within: Duration::from_secs(limits.body_seconds),
        }
    }
}

/// A body that was read.
#[derive(Debug)]
pub struct Body {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The room that it takes until its request is answered.
    pub room: Kept,
}

/// Room that is kept for a body that was read.
#[derive(Debug)]
#[expect(
    dead_code,
    reason = "what is held gives back its room when it is dropped"
)]
pub enum Kept {
    /// For a small one.
    Small(Share),
    /// For a large one.
    Large(Place),
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
    /// The room for small bodies is taken.
    Crowded(Taken),
    /// Whoever sends it has another large one in the room.
    AnotherComes,
    /// It did not come in time.
    Late,
    /// Whoever sends it was refused.
    Refused(R),
}

/// Reads a body. Who sends it is asked only where it is larger than anybody's, or where there is no room left for
/// those: whoever has signed in has the other room.
///
/// # Errors
/// [`Unread`].
pub async fn read<R>(
    mut payload: Payload,
    from: Option<IpAddr>,
    bounds: Bounds,
    room: &Room,
    signed_in: impl AsyncFnOnce() -> Result<Option<UserId>, R>,
) -> Result<Body, Unread<R>> {
    let mut bytes = Vec::new();
    let mut share = room.share(from);
    let small = fill::<R>(&mut payload, &mut bytes, bounds.small, Some(&mut share));
    let small = tokio::time::timeout(bounds.within, small).await;
    let (next, refused) = match small.map_err(|_elapsed| Unread::<R>::Late)?? {
        Filled::Whole => {
            let room = Kept::Small(share);
            return Ok(Body { bytes, room });
        }
        Filled::TooLarge(next) => (next, Unread::TooLarge { most: bounds.small }),
        Filled::NoRoom(next, taken) => (next, Unread::Crowded(taken)),
    };
    let Some(user) = signed_in().await.map_err(Unread::Refused)? else {
        return Err(refused);
    };
    let most = bounds.large.max(bounds.small);
    if bytes.len().saturating_add(next.len()) > most {
        return Err(Unread::TooLarge { most });
    }
    let place = room.take(user)?;
    drop(share);
    bytes.extend_from_slice(&next);
    let rest = fill::<R>(&mut payload, &mut bytes, most, None);
    let rest = tokio::time::timeout(LARGE_WITHIN, rest).await;
    match rest.map_err(|_elapsed| Unread::<R>::Late)?? {
        Filled::Whole => {
            let room = Kept::Large(place);
            Ok(Body { bytes, room })
        }
        Filled::TooLarge(_) | Filled::NoRoom(..) => Err(Unread::TooLarge { most }),
    }
}

/// How far a body was read.
enum Filled {
    /// To its end.
    Whole,
    /// To the piece with which it would have too many bytes.
    TooLarge(Bytes),
    /// To the piece for which there is no room.
    NoRoom(Bytes, Taken),
}

/// Reads until the end, or as far as bytes and room allow.
async fn fill<R>(
    payload: &mut Payload,
    bytes: &mut Vec<u8>,
    most: usize,
    mut share: Option<&mut Share>,
) -> Result<Filled, Unread<R>> {
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_broken| Unread::Broken)?;
        let length = bytes.len().saturating_add(piece.len());
        if length > most {
            return Ok(Filled::TooLarge(piece));
        }
        if let Some(share) = share.as_deref_mut()
            && length > bytes.capacity()
        {
            let memory = if length <= UNCOUNTED {
                length
            } else {
                let memory = length.next_multiple_of(STEP).min(most);
                if let Err(taken) = share.reach(memory) {
                    return Ok(Filled::NoRoom(piece, taken));
                }
                memory
            };
            bytes.reserve_exact(memory.saturating_sub(bytes.len()));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Filled::Whole)
}
