//! What a process does from time to time, whoever asks: jobs, letters, webhooks, what is due by the clock.
//!
//! When each is due is decided in its area; here is only who does it, and that one holds up no other.

use std::fmt::Display;
use std::time::Duration;

use entity::job;
use entity::types::JobKind;
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::attendance;
use crate::audit;
use crate::certificates::sheaf;
use crate::certificates::sheaf::SheafRequest;
use crate::correspondence;
use crate::credentials;
use crate::deliveries;
use crate::exports;
use crate::hours::ledger;
use crate::identity::Ctx;
use crate::identity::attempts;
use crate::imports::stored::forget;
use crate::jobs;
use crate::jobs::Failed;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::jobs::Work;
use crate::jobs::queue;
use crate::jobs::worker;
use crate::letters;
use crate::platform::i18n::Locale;
use crate::privacy;
use crate::privacy::access;
use crate::privacy::access::PersonalDataRequest;
use crate::privacy::retention;
use crate::recovery;
use crate::rollups;
use crate::schedules;
use crate::statistics;
use crate::webhooks;

/// Between two signs of life of whoever does the chores.
const BEAT: Duration = Duration::from_secs(5);
/// Between two rounds of chores.
const ROUND: Duration = Duration::from_secs(60);

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
                    Some(asked) => Box::pin(sheaf::carry_out(ctx, &asked, progress)).await?,
                    None => match PersonalDataRequest::of(job) {
                        Some(asked) => Box::pin(access::carry_out(ctx, &asked, progress)).await?,
                        None => Box::pin(exports::request::carry_out(ctx, job, progress)).await?,
                    },
                };
                Ok(Some(made))
            }
            JobKind::Delivery => {
                Box::pin(deliveries::send::carry_out(ctx, job, progress)).await?;
                Ok(None)
            }
            JobKind::Letter => {
                Box::pin(correspondence::send::carry_out(ctx, job, progress)).await?;
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

impl App {
    /// Does what is due from time to time, until `closing`: closes the attendance of shifts that are
    /// over, signs ledgers that have moved on, publishes statistics, erases whose time has come, lets go of what was kept long
    /// enough, asks for letters and for reports that are scheduled, carries jobs out, tells other systems of changes.
    /// Meanwhile it shows that it is alive.
    pub async fn chores(self, closing: CancellationToken) {
        let working = async {
            let operator = self.operator(Locale::default());
            tokio::join!(
                Box::pin(self.rounds(closing.clone())),
                Box::pin(self.jobs(closing.clone())),
                Box::pin(webhooks::send::go_on(
                    &operator,
                    &self.dialer,
                    closing.clone()
                )),
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

    /// Carries jobs out, two exports at a time, so that a large one holds up no small one; deliveries beside them, since a
    /// store that is silent holds up no report; and letters beside both, for which somebody may be waiting.
    async fn jobs(&self, closing: CancellationToken) {
        let operator = self.operator(Locale::default());
        let authenticator = &self.authenticator;
        let (exports, deliveries) = (Kinds(&[JobKind::Export]), Kinds(&[JobKind::Delivery]));
        let letters = Kinds(&[JobKind::Letter]);
        let one = |of| Box::pin(worker::go_on(&operator, authenticator, of, closing.clone()));
        tokio::join!(
            one(&exports),
            one(&exports),
            one(&deliveries),
            one(&letters),
            Box::pin(self.look_ups(closing.clone()))
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
        let kinds = Kinds(&[JobKind::Export, JobKind::Delivery, JobKind::Letter]);
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
        let mut next_retention = ctx.now();
        loop {
            tokio::select! {
                () = closing.cancelled() => return,
                _ = round.tick() => {}
            }
            told("close attendance", attendance::close::close_due(&ctx).await);
            // What fails is tried again by the next round.
            told("sign ledgers", ledger::sign_due(&ctx).await);
            match statistics::publish_due(&ctx).await {
                Ok(None) => {}
                Ok(Some(edition)) => tracing::info!(%edition, "statistics published"),
                Err(cause) => failed("publish statistics", &cause),
            }
            told("forget files of imports", forget::forget_old(&ctx).await);
            told("forget files of exports", queue::forget_old(&ctx).await);
            told(
                "forget deliveries of webhooks",
                webhooks::send::forget_old(&ctx).await,
            );
            told("run schedules", self.run_schedules().await);
            told("ask for letters", self.ask_for_letters().await);
            told("forget letters", letters::asked::forget_old(&ctx).await);
            told(
                "forget attempts to sign in",
                attempts::forget_old(&ctx).await,
            );
            told(
                "forget verifications of addresses",
                credentials::address::forget_old(&ctx).await,
            );
            told(
                "forget sign-ins at providers",
                credentials::openid::forget_old(&ctx).await,
            );
            told(
                "forget lines of the trail",
                audit::forget::forget_old(&ctx).await,
            );
            told("erase", privacy::erase::carry_out_due(&ctx).await);
            // One that somebody still reads is emptied by the next round.
            if let Err(cause) = self.core.db.system().empty_log().await {
                failed("empty the log of writes", &cause);
            }
            if ctx.now() >= next_retention {
                next_retention = ctx.now() + retention::ROUND;
                let gone = retention::enforce(&ctx).await;
                told("forget what was kept long enough", gone.map(|it| it.all()));
            }
            told(
                "forget requests for new passwords",
                recovery::reset::forget_old(&ctx).await,
            );
            // A report folds by itself; so it seldom has much to fold.
            if let Err(cause) = rollups::fold(&self.core.db).await {
                failed("fold roll-ups", &cause);
            }
        }
    }
}

/// Logs what became of a chore, where there was anything to do.
fn told<C: Default + PartialEq + Display>(chore: &str, done: Result<C, impl Display>) {
    match done {
        Ok(count) if count == C::default() => {}
        Ok(count) => tracing::info!(chore, %count, "done"),
        Err(cause) => failed(chore, &cause),
    }
}

fn failed(chore: &str, cause: &impl Display) {
    tracing::error!(chore, %cause, "a chore failed");
}
