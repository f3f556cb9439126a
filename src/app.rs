//! The composition root: from settings to the parts that serve, work and command.
//!
//! Used by the server, the commands and the tests alike. Nothing below it looks anything up. What a process does from
//! time to time is in `chores`.

mod chores;
pub mod keys;
pub mod sealing;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::app::keys::KeysError;
use crate::app::keys::Standing;
use crate::config::Config;
use crate::config::Environment;
use crate::config::without_credentials;
use crate::graphql;
use crate::graphql::gate::Gate;
use crate::graphql::gate::Introspection;
use crate::graphql::gate::ManifestError;
use crate::graphql::gate::listed;
use crate::http::Parts;
use crate::identity::Authenticator;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::impact;
use crate::impact::ImpactError;
use crate::platform::clock::Clock;
use crate::platform::crypto::KeyError;
use crate::platform::crypto::Keys;
use crate::platform::crypto::MayCreate;
use crate::platform::db::Db;
use crate::platform::i18n::Locale;
use crate::platform::pulse::Pulse;
use crate::platform::random::Random;
use crate::platform::telemetry;
use crate::territories;
use crate::territories::TerritoryError;
use crate::valuation;
use crate::valuation::ValuationError;
use crate::vocabularies;
use crate::vocabularies::VocabularyError;
use crate::volunteers;
use crate::webhooks::Dialer;

/// Between two counts of what the figures gathered.
const TIDYING: Duration = Duration::from_secs(5);
/// Why the application cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be reached or brought up to date.
    #[error(
        "the database {address} cannot be used: {cause}; see whether TIWIZI_DATABASE_URL is right"
    )]
    Database {
        /// Its address without credentials.
        address: String,
        /// What it said.
        cause: DbErr,
    },
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The keys are not those of the database.
    #[error(transparent)]
    OtherKeys(#[from] KeysError),
    /// Nobody can be called over TLS.
    #[error("other systems cannot be called: {0}")]
    Dialer(reqwest::Error),
    /// The schema's description is not valid.
    #[error("the schema is not valid: {0}")]
    Schema(String),
    /// A list of documents cannot be used.
    #[error(transparent)]
    Documents(#[from] ManifestError),
    /// The list of territories cannot be loaded.
    #[error(transparent)]
    Territories(#[from] TerritoryError),
    /// The lists of terms cannot be loaded.
    #[error(transparent)]
    Vocabularies(#[from] VocabularyError),
    /// The catalogue of indicators cannot be loaded.
    #[error(transparent)]
    Indicators(#[from] ImpactError),
    /// The rates that come with the program cannot be loaded.
    #[error(transparent)]
    Wages(#[from] ValuationError),
}

/// Everything that one process shares.
#[derive(Clone, Debug)]
pub struct App {
    /// Database, time, keys, settings.
    pub core: Arc<Core>,
    /// Makes and checks tokens.
    pub authenticator: Authenticator,
    /// Whether the chores go on.
    pulse: Arc<Pulse>,
    /// Tells other systems of changes.
    dialer: Dialer,
}

impl App {
    /// Opens the database, brings it up to date, loads reference data, reads the keys.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        Self::start_with(config, clock, Random::System).await
    }

    /// The same with other randomness than the system's.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start_with(
        config: Config,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartError> {
        Self::open(config, clock, random).await?.ready().await
    }

    async fn ready(self) -> Result<Self, StartError> {
        let app = self;
        let refused = |cause| StartError::Database {
            address: without_credentials(&app.core.config.database_url),
            cause,
        };
        app.core.db.migrate().await.map_err(refused)?;
        let core = &app.core;
        let held = keys::hold(&core.db, &core.keys, core.clock.now());
        if held.await.map_err(refused)? == Standing::Others {
            return Err(KeysError::others(&core.config).into());
        }
        let operator = app.operator(Locale::default());
        territories::import::load(&operator).await?;
        vocabularies::import::load(&operator).await?;
        impact::catalogue::load(&operator).await?;
        valuation::catalogue::load(&operator).await?;
        volunteers::keys::load(&operator).await.map_err(refused)?;
        Ok(app)
    }

    async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        let may_create = match config.environment {
            Environment::Development => MayCreate::Yes,
            Environment::Production => MayCreate::No,
        };
        let refused = |cause| StartError::Database {
            address: without_credentials(&config.database_url),
            cause,
        };
        // Looked for again: of two that start at once, the other may have made it meanwhile.
        let missing = || !config.keys_path().exists();
        if missing() && keys::has_its_own(&config).await.map_err(refused)? && missing() {
            return Err(KeysError::gone(&config).into());
        }
        let keys = Keys::load(&config.keys_path(), may_create, &random)?;
        let db = Db::connect(&config.database_url, config.database_connections)
            .await
            .map_err(refused)?;
        // Before the first step of the tables, too, where the database tells its keys already.
        if keys::standing(&db, &keys).await.map_err(refused)? == Standing::Others {
            return Err(KeysError::others(&config).into());
        }
        let dialer = Dialer::new(&config.webhooks).map_err(StartError::Dialer)?;
        let core = Core::new(db, clock, random, keys, config);
        Ok(Self {
            dialer,
            authenticator: Authenticator::new(Arc::clone(&core)),
            pulse: Arc::default(),
            core,
        })
    }

    /// The parts of a server.
    ///
    /// # Errors
    /// [`StartError::Documents`] for a list that cannot be used; [`StartError::Schema`], which only a fault of ours can
    /// cause.
    pub fn parts(&self) -> Result<Parts, StartError> {
        let sdl = graphql::sdl();
        let config = &self.core.config;
        let introspection = match config.environment {
            Environment::Development => Introspection::Open,
            Environment::Production => Introspection::SignedIn,
        };
        let documents = listed(&config.documents)?;
        let gate = Gate::new(
            graphql::schema(),
            &sdl,
            config.limits.clone(),
            introspection,
            &self.core.clock,
        )
        .map_err(StartError::Schema)?
        .trusting(documents, config.documents.mode);
        Ok(Parts {
            core: Arc::clone(&self.core),
            authenticator: self.authenticator.clone(),
            gate: Arc::new(gate),
            sdl: sdl.into(),
            pulse: Arc::clone(&self.pulse),
        })
    }

    /// Counts what the figures of a server gathered, until `closing`: samples of durations that
    /// nobody reads would pile up.
    pub async fn tidying(closing: CancellationToken) {
        let mut tidying = tokio::time::interval(TIDYING);
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                _ = tidying.tick() => {}
            }
            if let Some(figures) = telemetry::figures() {
                figures.run_upkeep();
            }
        }
    }

    /// The context of a command on the server's own machine.
    #[must_use]
    pub fn operator(&self, locale: Locale) -> Ctx {
        Ctx::operator(Arc::clone(&self.core), locale)
    }
}
