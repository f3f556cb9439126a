//! Wakes whoever follows an organization when something in it has changed.
//!
//! A wake-up carries nothing: followers read the feed after the place they know, so that nothing is
//! missed or told twice, however often or seldom they wake. Followers of one organization share what
//! is read. On PostgreSQL other processes wake too: the feed notifies within the transaction. Who may
//! read what is decided by the readers.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::Weak;
use std::time::Duration;

use entity::feed;
use entity::ids::OrganizationId;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::platform::bell::Bells;
use crate::platform::feed as rows;

/// Name under which PostgreSQL passes wake-ups on.
pub const CHANNEL: &str = "tiwizi_feed";
/// Rows read at once.
const PAGE: u64 = 500;
/// Rows that the followers of an organization share; who is further behind reads for themselves.
const SHARED: usize = 1_000;
/// Before listening is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// Who follows which organization, in this process.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    tails: Arc<Mutex<HashMap<OrganizationId, Weak<Tail>>>>,
    bells: Bells,
    followers: Arc<()>,
}

impl Wake {
    /// Something in these organizations has changed, and is committed.
    pub fn touched(&self, organizations: &BTreeSet<OrganizationId>) {
        if organizations.is_empty() {
            return;
        }
        let tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        for it in organizations {
            if let Some(tail) = tails.get(it).and_then(Weak::upgrade) {
                tail.bump();
            }
        }
    }

    /// Anything may have changed: wake-ups may have been lost.
    pub fn everybody(&self) {
        let tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        for tail in tails.values().filter_map(Weak::upgrade) {
            tail.bump();
        }
        self.bells.ring_all();
    }

    /// The bells of single things.
    #[must_use]
    pub fn bells(&self) -> &Bells {
        &self.bells
    }

    /// How many follow at present.
    #[must_use]
    pub fn followers(&self) -> usize {
        Arc::weak_count(&self.followers)
    }

    /// Follows an organization from now on.
    ///
    /// # Errors
    /// [`DbErr`].
    pub async fn follow(
        &self,
        conn: &impl ConnectionTrait,
        organization: OrganizationId,
    ) -> Result<Follower, DbErr> {
        let tail = self.tail(organization);
        // In this order: what is committed after the head was read wakes the receiver.
        let versions = tail.versions.subscribe();
        let last = rows::head(conn, organization).await?;
        Ok(Follower {
            _counted: Arc::downgrade(&self.followers),
            tail,
            versions,
            last,
        })
    }

    fn tail(&self, organization: OrganizationId) -> Arc<Tail> {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tail) = tails.get(&organization).and_then(Weak::upgrade) {
            return tail;
        }
        tails.retain(|_, it| it.strong_count() > 0);
        let tail = Arc::new(Tail {
            organization,
            versions: watch::Sender::new(1),
            recent: tokio::sync::Mutex::default(),
        });
        tails.insert(organization, Arc::downgrade(&tail));
        tail
    }

    /// Passes on what other processes notify, until `closing`. After a lost connection everybody
    /// wakes, since nobody knows what was said meanwhile.
    pub async fn listen(self, pool: PgPool, closing: CancellationToken) {
        loop {
            let ended = tokio::select! {
                () = closing.cancelled() => return,
                ended = self.hear(&pool) => ended,
            };
            let Err(cause) = ended;
            tracing::warn!(%cause, "changes at other instances are not heard");
            tokio::select! {
                () = closing.cancelled() => return,
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
    }

    async fn hear(&self, pool: &PgPool) -> Result<Infallible, sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        self.everybody();
        loop {
            let organization = listener
                .try_recv()
                .await?
                .and_then(|it| it.payload().parse::<Uuid>().ok());
            match organization {
                Some(it) => {
                    self.touched(&BTreeSet::from([OrganizationId(it)]));
                    self.bells.ring(it);
                }
                // It has connected again.
                None => self.everybody(),
            }
        }
    }
}

/// The end of an organization's feed, shared by its followers.
#[derive(Debug)]
struct Tail {
    organization: OrganizationId,
    /// Counts wake-ups from 1; several between two looks are one.
    versions: watch::Sender<u64>,
    recent: tokio::sync::Mutex<Recent>,
}

/// All rows with a number above `after`, as of a wake-up.
#[derive(Debug, Default)]
struct Recent {
    version: Option<u64>,
    after: i64,
    rows: VecDeque<feed::Model>,
}

impl Recent {
    fn to(&self) -> i64 {
        self.rows.back().map_or(self.after, |it| it.sequence)
    }
}

impl Tail {
    fn bump(&self) {
        self.versions
            .send_modify(|version| *version = version.wrapping_add(1));
    }

    /// Rows above a number, as of a wake-up or later; at most a page of them.
    async fn after(
        &self,
        conn: &impl ConnectionTrait,
        last: i64,
        version: u64,
    ) -> Result<Vec<feed::Model>, DbErr> {
        let mut recent = self.recent.lock().await;
        if recent.version.is_none() || recent.to() < last {
            *recent = Recent {
                version: None,
                after: last,
                rows: VecDeque::new(),
            };
        }
        if recent.version.is_none_or(|it| it < version) {
            let read = rows::after(conn, self.organization, recent.to(), PAGE).await?;
            let whole = u64::try_from(read.len()).unwrap_or(PAGE) < PAGE;
            recent.rows.extend(read);
            while recent.rows.len() > SHARED {
                if let Some(row) = recent.rows.pop_front() {
                    recent.after = row.sequence;
                }
            }
            // Where more remains, the next look reads on.
            recent.version = Some(if whole { version } else { 0 });
        }
        if last < recent.after {
            drop(recent);
            return rows::after(conn, self.organization, last, PAGE).await;
        }
        let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
        Ok(recent
            .rows
            .iter()
            .filter(|it| it.sequence > last)
            .take(page)
            .cloned()
            .collect())
    }
}

/// A place in an organization's feed.
#[derive(Debug)]
pub struct Follower {
    _counted: Weak<()>,
    tail: Arc<Tail>,
    versions: watch::Receiver<u64>,
    last: i64,
}

impl Follower {
    /// The organization.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.tail.organization
    }

    /// Waits until there are rows after the place, and moves it behind them. Dropped while it
    /// waits, it has not moved.
    ///
    /// # Errors
    /// [`DbErr`]; the place stays.
    pub async fn next(&mut self, conn: &impl ConnectionTrait) -> Result<Vec<feed::Model>, DbErr> {
        loop {
            let version = *self.versions.borrow_and_update();
            let rows = self.tail.after(conn, self.last, version).await?;
            if let Some(end) = rows.last() {
                self.last = end.sequence;
                return Ok(rows);
            }
            // The tail holds the sending side: it is not gone.
            let _ = self.versions.changed().await;
        }
    }
}
