//! What every act receives: actor, scope, time, language, request id, and the database.
//!
//! It builds nothing: the composition root makes the [`Core`], the [`crate::identity::Authenticator`]
//! makes a [`Ctx`] for each request.

use std::sync::Arc;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use sea_orm::DatabaseConnection;
use sea_orm::DbErr;
use serde::Serialize;
use uuid::Uuid;

use crate::config::Config;
use crate::identity::actor::Actor;
use crate::identity::error::Denied;
use crate::identity::hashing::Work;
use crate::identity::origin::Origin;
use crate::identity::permissions::Action;
use crate::identity::permissions::allows;
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
    /// Keeps keys made within one millisecond in order.
    order: Order,
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
            order: Order::default(),
        })
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
    locale: Locale,
    request_id: Arc<str>,
    origin: Origin,
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
        Self {
            core,
            actor,
            scope: Arc::new(scope),
            locale,
            request_id: Arc::from(request_id),
            origin: Origin::default(),
        }
    }

    /// The same, of a request that came from somewhere.
    #[must_use]
    pub fn coming_from(self, origin: Origin) -> Self {
        Self { origin, ..self }
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

    /// The side of the database for reading.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        self.core.db.read()
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
        let tx = self.core.db.begin().await?;
        // Dropped without a commit it is rolled back.
        let done = act(&tx).await?;
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
            Actor::Operator | Actor::Nobody => self.actor.kind().to_lowercase(),
        }
    }

    /// Whether an action is allowed in an organization.
    #[must_use]
    pub fn may(&self, action: Action, organization: OrganizationId) -> bool {
        match self.actor {
            Actor::Operator => true,
            Actor::Nobody => false,
            Actor::User { .. } => self
                .scope
                .role(organization)
                .is_some_and(|role| allows(role, action)),
        }
    }

    /// Demands that an action is allowed in an organization.
    ///
    /// # Errors
    /// [`Denied::SignedOut`], [`Denied::Invisible`] for an organization that the actor does not
    /// belong to, [`Denied::NotAllowed`] where the role lacks the action.
    pub fn demand(&self, action: Action, organization: OrganizationId) -> Result<(), Denied> {
        if self.may(action, organization) {
            return Ok(());
        }
        match self.actor {
            Actor::Nobody => Err(Denied::SignedOut),
            _ if self.scope.role(organization).is_some() || self.scope.is_everything() => {
                Err(Denied::NotAllowed)
            }
            _ => Err(Denied::Invisible),
        }
    }

    /// Demands that somebody is signed in, or that it is the operator.
    ///
    /// # Errors
    /// [`Denied::SignedOut`].
    pub fn demand_signed_in(&self) -> Result<(), Denied> {
        match self.actor {
            Actor::Nobody => Err(Denied::SignedOut),
            Actor::User { .. } | Actor::Operator => Ok(()),
        }
    }

    /// Demands an administrator of the platform, or the operator.
    ///
    /// # Errors
    /// [`Denied`].
    pub fn demand_platform(&self) -> Result<(), Denied> {
        self.demand_signed_in()?;
        if self.scope.is_everything() {
            Ok(())
        } else {
            Err(Denied::NotAllowed)
        }
    }
}
