//! What every act receives: actor, scope, time, language, request id, and the database.
//!
//! It builds nothing: the composition root makes the [`Core`], the [`crate::identity::Authenticator`]
//! makes a [`Ctx`] for each request.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use sea_orm::DatabaseTransaction;
use sea_orm::DbErr;
use serde::Serialize;
use uuid::Uuid;

use crate::config::Config;
use crate::identity::actor::Actor;
use crate::identity::hashing::Work;
use crate::identity::notes::Notes;
use crate::identity::notes::Refusals;
use crate::identity::openid::Providers;
use crate::identity::origin::Origin;
use crate::identity::scope::Scope;
use crate::platform::clock::Clock;
use crate::platform::crypto::Keys;
use crate::platform::db::Db;
use crate::platform::db::Tx;
use crate::platform::i18n::Locale;
use crate::platform::idempotency;
use crate::platform::idempotency::Claim;
use crate::platform::order::Order;
use crate::platform::random::Random;
use crate::platform::reader::Reader;
use crate::platform::rights::Rights;
use crate::platform::zones;

/// What all requests of a process share.
#[derive(Debug)]
pub struct Core {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Keys of tokens and hashes.
    pub keys: Keys,
    /// The settings.
    pub config: Config,
    /// What was done to hash passwords.
    pub hashing: Work,
    /// Refusals that the audit trail was told of lately.
    pub refusals: Refusals,
    /// What providers of OpenID Connect said of themselves.
    pub providers: Providers,
    /// Keeps keys made within one millisecond in order.
    order: Order,
    /// Whether scopes filter no rows: see [`Core::remove_row_filter`].
    unfiltered: AtomicBool,
}

impl Core {
    /// Puts the parts together.
    #[must_use]
    pub fn new(db: Db, clock: Clock, random: Random, keys: Keys, config: Config) -> Arc<Self> {
        Arc::new(Self {
            db,
            clock,
            random,
            keys,
            config,
            hashing: Work::default(),
            refusals: Refusals::default(),
            providers: Providers::default(),
            order: Order::default(),
            unfiltered: AtomicBool::new(false),
        })
    }

    /// From now on the scopes of actors filter no rows, as if every statement had forgotten its filter. Tests alone
    /// do this, to see that the policies of the database hold without it: no setting reaches it.
    pub fn remove_row_filter(&self) {
        self.unfiltered.store(true, Ordering::Relaxed);
    }

    /// A scope as actors get it.
    pub(super) fn filtering(&self, scope: Scope) -> Scope {
        if self.unfiltered.load(Ordering::Relaxed) {
            scope.without_filter()
        } else {
            scope
        }
    }

    /// A new time-ordered key.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.order.next(self.clock.now(), &self.random)
    }
}

/// One request, job or command.
#[derive(Clone, Debug)]
pub struct Ctx {
    core: Arc<Core>,
    actor: Actor,
    scope: Arc<Scope>,
    rights: Arc<Rights>,
    reader: Reader,
    locale: Locale,
    request_id: Arc<str>,
    origin: Origin,
    ends_at: Option<DateTime<Utc>>,
    notes: Arc<Notes>,
}

impl Ctx {
    /// A context for an actor with a scope.
    #[must_use]
    pub fn new(
        core: Arc<Core>,
        actor: Actor,
        scope: Scope,
        locale: Locale,
        request_id: &str,
    ) -> Self {
        let rights = Arc::new(scope.row_rights(actor));
        Self {
            reader: core.db.reader(&rights),
            rights,
            core,
            actor,
            scope: Arc::new(scope),
            locale,
            request_id: Arc::from(request_id),
            origin: Origin::default(),
            ends_at: None,
            notes: Arc::default(),
        }
    }

    /// The same, of a request that came from somewhere.
    #[must_use]
    pub fn coming_from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// The same, of a request that came from where another did and may go on as long.
    #[must_use]
    pub fn like(self, other: &Self) -> Self {
        Self {
            origin: other.origin.clone(),
            ends_at: other.ends_at,
            notes: Arc::clone(&other.notes),
            ..self
        }
    }

    /// The same, noting what it does where another does.
    #[must_use]
    pub fn noting_with(self, other: &Self) -> Self {
        Self {
            notes: Arc::clone(&other.notes),
            ..self
        }
    }

    /// The same in the name of somebody who has just proved who they are.
    #[must_use]
    pub fn acting_as(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// The same, of whoever may go on until an instant.
    #[must_use]
    pub fn until(self, ends_at: DateTime<Utc>) -> Self {
        Self {
            ends_at: Some(ends_at),
            ..self
        }
    }

    /// The same, whose statements the database ends when they take longer.
    #[must_use]
    pub fn patient_for(mut self, patience: Duration) -> Self {
        let rights = Rights {
            patience: Some(patience),
            ..Rights::clone(&self.rights)
        };
        self.reader = self.core.db.reader(&rights);
        self.rights = Arc::new(rights);
        self
    }

    /// The context of a command on the server's own machine.
    #[must_use]
    pub fn operator(core: Arc<Core>, locale: Locale) -> Self {
        Self::new(
            core,
            Actor::Operator,
            Scope::everything(),
            locale,
            "operator",
        )
    }

    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// Which rows may be seen.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Language of messages and names.
    #[must_use]
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// Name of the request in logs and in the audit trail.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Where the request comes from; nothing is known of jobs and commands.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What is noted of the operation, for the audit trail.
    #[must_use]
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// When the token that the request came with ends; `None` without one.
    #[must_use]
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.ends_at
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.core.clock.now()
    }

    /// The present civil day in the country: what "today" means where no organization says otherwise.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        zones::country().day_of(self.now())
    }

    /// What all requests share.
    #[must_use]
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The side of the database for reading, with the actor's rights.
    #[must_use]
    pub fn read(&self) -> &Reader {
        &self.reader
    }

    /// Begins a transaction that reads one state of everything, with the actor's rights.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        self.core.db.snapshot(&self.rights).await
    }

    /// The same for figures: what the actor observes is counted in it, rows about people too, and never listed.
    ///
    /// # Errors
    /// [`DbErr`] when no connection is free in time.
    pub async fn counting(&self) -> Result<DatabaseTransaction, DbErr> {
        self.core.db.snapshot(&self.rights.counting()).await
    }

    /// A new time-ordered key.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.core.new_id()
    }

    /// Runs an act in one transaction: all of it is written, or nothing.
    ///
    /// # Errors
    /// The act's own error, or [`DbErr`] when the transaction can be neither begun nor committed.
    pub async fn transaction<T, E>(
        &self,
        act: impl AsyncFnOnce(&Tx) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<DbErr>,
    {
        let tx = self.core.db.begin(&self.rights.acting()).await?;
        // Dropped without a commit it is rolled back.
        // Boxed: acts are large, and whoever asks for one would be as large as all that it may do.
        let done = Box::pin(act(&tx)).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// The same where the actor has no part yet in what is written, which the act itself checks: accounts, new
    /// organizations, invitations that are accepted.
    ///
    /// # Errors
    /// As of [`Self::transaction`].
    pub async fn beyond<T, E>(&self, act: impl AsyncFnOnce(&Tx) -> Result<T, E>) -> Result<T, E>
    where
        E: From<DbErr>,
    {
        let tx = self.core.db.system().begin().await?;
        // Boxed: acts are large, and whoever asks for one would be as large as all that it may do.
        let done = Box::pin(act(&tx)).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Claims an idempotency key, where the client sent one, for what is about to be created under
    /// `subject`. Without a key every request is new.
    ///
    /// # Errors
    /// [`DbErr`] of the database.
    pub async fn claim(
        &self,
        tx: &Tx,
        operation: &'static str,
        key: Option<&str>,
        content: &impl Serialize,
        subject: Uuid,
    ) -> Result<Claim, DbErr> {
        let Some(key) = key else { return Ok(Claim::Go) };
        let actor = self.sender();
        let content = serde_json::to_vec(content).map_err(|it| DbErr::Custom(it.to_string()))?;
        let request = idempotency::Request {
            actor: &actor,
            key,
            operation,
            content: &content,
        };
        idempotency::claim(tx, &request, subject, self.now()).await
    }

    /// What an idempotency key that was claimed before means for the same request; `None` for a new one, and
    /// without a key. Nothing is claimed.
    ///
    /// # Errors
    /// [`DbErr`] of the database.
    pub async fn peek(
        &self,
        operation: &'static str,
        key: Option<&str>,
        content: &impl Serialize,
    ) -> Result<Option<Claim>, DbErr> {
        let Some(key) = key else { return Ok(None) };
        let actor = self.sender();
        let content = serde_json::to_vec(content).map_err(|it| DbErr::Custom(it.to_string()))?;
        let request = idempotency::Request {
            actor: &actor,
            key,
            operation,
            content: &content,
        };
        idempotency::peek(self.read(), &request).await
    }

    /// Under which name the actor's idempotency keys are kept.
    #[must_use]
    pub fn sender(&self) -> String {
        match self.actor {
            Actor::User { id, .. } => format!("user:{id}"),
            Actor::Token { token, .. } => format!("token:{token}"),
            Actor::Operator | Actor::Nobody => self.actor.kind().to_lowercase(),
        }
    }
}
