//! The composition root: from settings to the parts that serve, work and command.
//!
//! Used by the server, the commands and the tests alike. Nothing below it looks anything up.

pub mod keys;

use std::sync::Arc;
use std::time::Duration;

use entity::job;
use entity::types::JobKind;
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::app::keys::KeysError;
use crate::app::keys::Standing;
use crate::attendance;
use crate::certificates::sheaf;
use crate::certificates::sheaf::SheafRequest;
use crate::config::Config;
use crate::config::Environment;
use crate::config::without_credentials;
use crate::correspondence;
use crate::deliveries;
use crate::exports;
use crate::graphql;
use crate::graphql::gate::Gate;
use crate::graphql::gate::Introspection;
use crate::hours::ledger;
use crate::http::Parts;
use crate::identity::Authenticator;
use crate::identity::Core;
use crate::identity::Ctx;
use crate::impact;
use crate::impact::ImpactError;
use crate::imports::stored::forget;
use crate::jobs;
use crate::jobs::Failed;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::jobs::Work;
use crate::jobs::queue;
use crate::jobs::worker;
use crate::platform::clock::Clock;
use crate::platform::crypto::KeyError;
use crate::platform::crypto::Keys;
use crate::platform::crypto::MayCreate;
use crate::platform::db::Db;
use crate::platform::i18n::Locale;
use crate::platform::pulse::Pulse;
use crate::platform::random::Random;
use crate::platform::telemetry;
use crate::recovery;
use crate::rollups;
use crate::schedules;
use crate::statistics;
use crate::territories;
use crate::territories::TerritoryError;
use crate::valuation;
use crate::valuation::ValuationError;
use crate::vocabularies;
use crate::vocabularies::VocabularyError;
use crate::volunteers;
use crate::webhooks;
use crate::webhooks::Dialer;

/// Between two counts of what the figures gathered.
const TIDYING: Duration = Duration::from_secs(5);
/// Between two signs of life of whoever does the chores.
const BEAT: Duration = Duration::from_secs(5);
/// Between two rounds of chores.
const ROUND: Duration = Duration::from_secs(60);

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

/// Which kind of job is whose, for a worker of these kinds.
struct Kinds(&'static [JobKind]);

impl Work for Kinds {
    fn kinds(&self) -> Vec<JobKind> {
        self.0.to_vec()
    }

    async fn carry_out(
        &self,
        ctx: &Ctx,
        job: &job::Model,
        progress: &Progress<'_>,
    ) -> Result<Option<Made>, Failed> {
        match job.kind {
            JobKind::Export => {
                let made = match SheafRequest::of(job) {
                    Some(asked) => sheaf::carry_out(ctx, &asked, progress).await?,
                    None => exports::request::carry_out(ctx, job, progress).await?,
                };
                Ok(Some(made))
            }
            JobKind::Delivery => {
                match correspondence::send::payload(job) {
                    Some(letter) => {
                        correspondence::send::carry_out(ctx, job, letter, progress).await?;
                    }
                    None => deliveries::send::carry_out(ctx, job, progress).await?,
                }
                Ok(None)
            }
        }
    }

    async fn afterwards(&self, operator: &Ctx, job: &job::Model) {
        if let Err(cause) = schedules::settle::settle_job(operator, job).await {
            // The next round tries again.
            tracing::error!(job.id = %job.id, %cause, "the end of a job not settled");
        }
    }
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
    /// [`StartError::Schema`], which only a fault of ours can cause.
    pub fn parts(&self) -> Result<Parts, StartError> {
        let sdl = graphql::sdl();
        let config = &self.core.config;
        let introspection = match config.environment {
            Environment::Development => Introspection::Open,
            Environment::Production => Introspection::SignedIn,
        };
        let gate = Gate::new(
            graphql::schema(),
            &sdl,
            config.limits.clone(),
            introspection,
        )
        .map_err(StartError::Schema)?;
        Ok(Parts {
            core: Arc::clone(&self.core),
            authenticator: self.authenticator.clone(),
            gate: Arc::new(gate),
            sdl: sdl.into(),
            pulse: Arc::clone(&self.pulse),
        })
    }

    /// Does what is due from time to time, until `closing`: closes the attendance of shifts that are
    /// over, signs ledgers that have moved on, publishes statistics, lets go of old files, asks for reports that are
    /// scheduled, carries jobs out, tells other systems of changes.
    /// Meanwhile it shows that it is alive.
    pub async fn chores(self, closing: CancellationToken) {
        let working = async {
            let operator = self.operator(Locale::default());
            tokio::join!(
                self.rounds(closing.clone()),
                self.jobs(closing.clone()),
                webhooks::send::go_on(&operator, &self.dialer, closing.clone()),
            );
        };
        tokio::select! {
            // Once in any case, so that from now on its end is noticed.
            biased;
            () = self.beats() => {}
            () = working => {}
        }
    }

    async fn beats(&self) {
        let mut beat = tokio::time::interval(BEAT);
        loop {
            self.pulse.beat(self.core.clock.now());
            beat.tick().await;
        }
    }

    /// Carries jobs out, two exports at a time, so that a large one holds up no small one; and deliveries beside them: a
    /// mail server that is silent holds up no report.
    async fn jobs(&self, closing: CancellationToken) {
        let operator = self.operator(Locale::default());
        let authenticator = &self.authenticator;
        let (exports, deliveries) = (Kinds(&[JobKind::Export]), Kinds(&[JobKind::Delivery]));
        let one = |of| worker::go_on(&operator, authenticator, of, closing.clone());
        tokio::join!(
            one(&exports),
            one(&exports),
            one(&deliveries),
            self.look_ups(closing.clone())
        );
    }

    /// Looks up the accounts of addresses for which a new password was asked for.
    async fn look_ups(&self, closing: CancellationToken) {
        let mut bell = self.core.db.wake().bells().listen(jobs::QUEUE);
        while !closing.is_cancelled() {
            if let Err(cause) = self.look_up_requests().await {
                tracing::error!(%cause, "requests for new passwords not looked up");
            }
            tokio::select! {
                () = closing.cancelled() => {}
                () = bell.rung() => {}
                () = tokio::time::sleep(BEAT) => {}
            }
        }
    }

    /// Looks up the accounts of addresses for which a new password was asked for: how many addresses.
    ///
    /// # Errors
    /// Requests cannot be read.
    pub async fn look_up_requests(&self) -> Result<usize, DbErr> {
        recovery::reset::answer_waiting(&self.operator(Locale::default())).await
    }

    /// Asks for the letters that are due from time to time: how many.
    ///
    /// # Errors
    /// Organizations cannot be read.
    pub async fn ask_for_letters(&self) -> Result<usize, DbErr> {
        correspondence::rounds::ask_due(&self.operator(Locale::default())).await
    }

    /// Carries out one job that is due; `false` where none is.
    ///
    /// # Errors
    /// The queue cannot be used.
    pub async fn work_once(&self) -> Result<bool, DbErr> {
        let operator = self.operator(Locale::default());
        let closing = CancellationToken::new();
        self.look_up_requests().await?;
        let kinds = Kinds(&[JobKind::Export, JobKind::Delivery]);
        worker::one(&operator, &self.authenticator, &kinds, &closing).await
    }

    /// Asks for the reports of schedules that are due, and settles those that were made: how many runs were
    /// begun.
    ///
    /// # Errors
    /// Schedules cannot be read.
    pub async fn run_schedules(&self) -> Result<usize, DbErr> {
        let operator = self.operator(Locale::default());
        // What cannot be settled holds up nothing that is due.
        if let Err(cause) = schedules::settle::settle(&operator).await {
            tracing::error!(%cause, "runs of schedules not settled");
        }
        schedules::due::ask_due(&operator, &self.authenticator).await
    }

    /// Tells other systems of what happened until now, where it is due.
    ///
    /// # Errors
    /// Webhooks cannot be read.
    pub async fn run_webhooks(&self) -> Result<(), DbErr> {
        webhooks::send::all_due(&self.operator(Locale::default()), &self.dialer).await
    }

    async fn rounds(&self, closing: CancellationToken) {
        let ctx = self.operator(Locale::default());
        let mut round = tokio::time::interval(ROUND);
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                _ = round.tick() => {}
            }
            match attendance::close::close_due(&ctx).await {
                Ok(0) => {}
                Ok(closed) => tracing::info!(closed, "attendance closed"),
                Err(cause) => tracing::error!(%cause, "attendance not closed"),
            }
            match ledger::sign_due(&ctx).await {
                Ok(0) => {}
                Ok(signed) => tracing::info!(signed, "ledgers signed"),
                // The next round tries again.
                Err(cause) => tracing::error!(%cause, "ledgers not signed"),
            }
            match statistics::publish_due(&ctx).await {
                Ok(None) => {}
                Ok(Some(edition)) => tracing::info!(%edition, "statistics published"),
                Err(cause) => tracing::error!(%cause, "statistics not published"),
            }
            match forget::forget_old(&ctx).await {
                Ok(0) => {}
                Ok(forgotten) => tracing::info!(forgotten, "files of imports forgotten"),
                Err(cause) => tracing::error!(%cause, "files of imports not forgotten"),
            }
            match queue::forget_old(&ctx).await {
                Ok(0) => {}
                Ok(forgotten) => tracing::info!(forgotten, "files of exports forgotten"),
                Err(cause) => tracing::error!(%cause, "files of exports not forgotten"),
            }
            match webhooks::send::forget_old(&ctx).await {
                Ok(0) => {}
                Ok(forgotten) => tracing::info!(forgotten, "deliveries of webhooks forgotten"),
                Err(cause) => tracing::error!(%cause, "deliveries of webhooks not forgotten"),
            }
            match self.run_schedules().await {
                Ok(0) => {}
                Ok(begun) => tracing::info!(begun, "reports of schedules asked for"),
                Err(cause) => tracing::error!(%cause, "schedules cannot be read"),
            }
            match self.ask_for_letters().await {
                Ok(0) => {}
                Ok(asked) => tracing::info!(asked, "letters asked for"),
                Err(cause) => tracing::error!(%cause, "letters not asked for"),
            }
            if let Err(cause) = recovery::reset::forget_old(&ctx).await {
                tracing::error!(%cause, "requests for new passwords not forgotten");
            }
            // A report folds by itself; so it seldom has much to fold.
            if let Err(cause) = rollups::fold(&self.core.db).await {
                tracing::error!(%cause, "roll-ups not folded");
            }
        }
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
