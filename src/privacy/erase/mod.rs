//! Carries approved erasures out: takes away what says something of a person, and keeps what figures rest on.
//!
//! What stays of a record is its key, sex, the year of birth, and its hours as minutes on days, projects and places. All
//! of one erasure is one transaction: it is done, or nothing is.

mod account;
mod files;
mod record;
pub mod rules;
mod store;

use chrono::NaiveDate;
use entity::erasure_request;
use entity::ids::ErasureId;
use entity::ids::OrganizationId;
use entity::ids::PersonId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::types::ErasureStatus;
use entity::volunteer;

use crate::activities;
use crate::attendance;
use crate::audit;
use crate::audit::Line;
use crate::hours;
use crate::identity::Ctx;
use crate::organizations::membership;
use crate::platform::db::Tx;
use crate::privacy::error::PrivacyError;
use crate::privacy::requests;
use crate::privacy::store as asked;
use crate::timers;

/// Requests of one statement.
const TOGETHER: u64 = 20;

/// Whose data goes.
#[derive(Debug)]
pub(super) struct Whose {
    /// The organization that erases.
    organization: OrganizationId,
    /// The record, first, and those that were merged into it.
    records: Vec<volunteer::Model>,
    /// The account behind them, where there is one.
    user: Option<UserId>,
}

impl Whose {
    fn ids(&self) -> Vec<VolunteerId> {
        self.records.iter().map(|it| it.id).collect()
    }

    fn people(&self) -> Vec<PersonId> {
        let mut people: Vec<PersonId> = self.records.iter().map(|it| it.person_id).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    fn addresses(&self) -> Vec<String> {
        let all = self.records.iter().filter_map(|it| it.email.clone());
        all.map(|it| it.to_lowercase()).collect()
    }
}

/// Carries out what is due, each by itself: how many were done. What cannot be done now is tried again in the next round.
///
/// # Errors
/// [`PrivacyError::Database`] where requests cannot be read.
pub async fn carry_out_due(ctx: &Ctx) -> Result<usize, PrivacyError> {
    let (mut done, mut after) = (0, None);
    loop {
        let due = asked::due(ctx.read(), ctx.now(), after, TOGETHER).await?;
        if due.is_empty() {
            return Ok(done);
        }
        for (due_at, id) in due {
            // What fails stays due, and is passed by: it keeps nobody else waiting.
            after = Some((due_at, id));
            match ctx
                .transaction(async |tx| carry_out(ctx, tx, id).await)
                .await
            {
                Ok(()) => done += 1,
                Err(cause) => {
                    tracing::error!(erasure.id = %id, %cause, "an erasure was not carried out")
                }
            }
        }
    }
}

async fn carry_out(ctx: &Ctx, tx: &Tx, id: ErasureId) -> Result<(), PrivacyError> {
    let held = asked::lock(tx, ctx, id).await?;
    let approved = |it: &erasure_request::Model| {
        it.status == ErasureStatus::Approved && it.due_at.is_some_and(|it| it <= ctx.now())
    };
    let Some(request) = held.filter(approved) else {
        // Taken back meanwhile, or done by another process.
        return Ok(());
    };
    if let Some(volunteer) = request.volunteer_id {
        erase_record(ctx, tx, volunteer).await?;
    }
    if let Some(user) = request.user_id {
        if asked::is_held(&**tx, user).await? {
            // An organization took them in since: the account is needed again.
            let row = erasure_request::Model {
                status: ErasureStatus::Withdrawn,
                due_at: None,
                ..request
            };
            requests::written(ctx, tx, "erasure.withdraw", row).await?;
            return Ok(());
        }
        account::erase(ctx, tx, user).await?;
    }
    let row = erasure_request::Model {
        status: ErasureStatus::Done,
        done_at: Some(ctx.now()),
        reason: None,
        decision_reason: None,
        ..request
    };
    requests::written(ctx, tx, "erasure.carry_out", row).await?;
    Ok(())
}

/// Takes from the record that stands for one and those that were merged into it, and from all that hangs on them, what says
/// something of a person.
///
/// # Errors
/// [`PrivacyError::NotFound`], a fault.
pub(super) async fn erase_record(ctx: &Ctx, tx: &Tx, id: VolunteerId) -> Result<(), PrivacyError> {
    // Shifts and entries before records, as whoever changes a sign-up or an entry holds them.
    let seen = store::records_of(tx, id).await?;
    let shifts = activities::erasure::hold(ctx, tx, &seen).await?;
    for it in &seen {
        hours::store::hold_of(tx, ctx.scope(), *it).await?;
    }
    let records = store::lock_records(tx, id).await?;
    let Some(first) = records.first() else {
        return Err(PrivacyError::NotFound("volunteerId"));
    };
    if records.iter().all(|it| it.erased_at.is_some()) {
        // Two requests about records that were merged since: the first one did it.
        return Ok(());
    }
    let whose = Whose {
        organization: first.organization_id,
        user: first.user_id,
        records,
    };
    let (ids, people) = (whose.ids(), whose.people());
    let told_on: Vec<NaiveDate> = store::ages_told_on(tx, &people).await?;
    record::erase(ctx, tx, &whose, &told_on).await?;
    // The record first: nobody gives a place to one that is archived.
    activities::erasure::erase_in(ctx, tx, &shifts, &ids).await?;
    attendance::erasure::erase_in(ctx, tx, &ids).await?;
    hours::erasure::erase_in(ctx, tx, whose.organization, &ids, &people).await?;
    // The people are held from here on: nobody stops a timer meanwhile.
    timers::erasure::erase_in(ctx, tx, &ids).await?;
    files::erase(ctx, tx, &whose).await?;
    store::forget_reasons(tx, &ids, None).await?;
    for it in &whose.records {
        audit::record(ctx, tx, line(it)).await?;
    }
    if let Some(user) = whose.user {
        membership::leave_in(ctx, tx, whose.organization, user).await?;
        // What no organization has any more goes with the last record.
        if !asked::is_held(&**tx, user).await? {
            account::erase(ctx, tx, user).await?;
        }
    }
    Ok(())
}

fn line(record: &volunteer::Model) -> Line {
    Line {
        action: "volunteer.erase",
        organization: Some(record.organization_id),
        subject: ("Volunteer", Some(record.id.0)),
        details: None,
    }
}
