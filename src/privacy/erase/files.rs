//! Files and rows of files in which a person may stand: made for somebody, or brought by somebody.
//!
//! What was carried out of the server by a link, a letter or a webhook is out of its reach.

mod store;

use entity::ids::CertificateId;
use entity::ids::UserId;
use entity::ids::VolunteerId;
use entity::job;
use sea_orm::DbErr;

use crate::certificates::sheaf::SheafRequest;
use crate::exports::entries::EntriesRequest;
use crate::exports::statement::StatementRequest;
use crate::exports::trail::TrailRequest;
use crate::identity::Ctx;
use crate::imports::stored::forget;
use crate::platform::db::Tx;
use crate::privacy::access::PersonalDataRequest;
use crate::privacy::erase::Whose;
use crate::privacy::erase::store as beside;
use crate::privacy::error::PrivacyError;

/// Takes them away.
pub(super) async fn erase(ctx: &Ctx, tx: &Tx, whose: &Whose) -> Result<(), PrivacyError> {
    let ids = whose.ids();
    let certificates = beside::certificates(tx, &ids).await?;
    let certificates: Vec<CertificateId> = certificates.into_iter().map(|it| it.id).collect();
    let named = |it: &job::Model| names(it, whose, &ids, &certificates);
    drop_where(ctx, tx, named).await?;
    // Nobody can tell whom a file of a dry run names without reading it: it is brought again.
    for id in store::dry_runs(tx, whose.organization).await? {
        forget::give_up(ctx, tx, id)
            .await
            .map_err(|it| PrivacyError::Fault(it.to_string()))?;
    }
    store::forget_rows(tx, whose.organization).await?;
    store::forget_imported(tx, &ids).await?;
    store::forget_keys(tx, &ids).await?;
    Ok(())
}

/// Takes files of the trail away in which acts of an account may stand, with where they came from.
pub(super) async fn erase_trails(ctx: &Ctx, tx: &Tx, user: UserId) -> Result<(), DbErr> {
    let named = |it: &job::Model| {
        let asked = TrailRequest::of(it).map(|it| it.audit_events.actor);
        asked.is_some_and(|actor| actor.is_none_or(|it| it == user))
    };
    drop_where(ctx, tx, named).await
}

/// Takes the files of some jobs away.
async fn drop_where(ctx: &Ctx, tx: &Tx, named: impl Fn(&job::Model) -> bool) -> Result<(), DbErr> {
    let mut after = None;
    loop {
        let jobs = store::jobs_with_files(tx, after).await?;
        let Some(last) = jobs.last() else {
            return Ok(());
        };
        after = Some(last.id);
        let named = jobs.iter().filter(|it| named(it));
        let named: Vec<_> = named.map(|it| it.id).collect();
        store::forget_files(tx, &named, ctx.now()).await?;
    }
}

/// Whether the file of a job may name the person.
fn names(
    job: &job::Model,
    whose: &Whose,
    records: &[VolunteerId],
    certificates: &[CertificateId],
) -> bool {
    if let Some(asked) = EntriesRequest::of(job) {
        let of = asked.hour_entries;
        return of.organization.is_none_or(|it| it == whose.organization)
            && of.volunteer.is_none_or(|it| records.contains(&it));
    }
    if let Some(asked) = StatementRequest::of(job) {
        return records.contains(&asked.statement.volunteer);
    }
    if let Some(asked) = PersonalDataRequest::of(job) {
        let about = asked.personal_data.volunteer;
        let own = about.is_none() && whose.user == Some(job.requested_by);
        return own || about.is_some_and(|it| records.contains(&it));
    }
    if let Some(asked) = TrailRequest::of(job) {
        // Its lines name the records, and what was tried about them.
        let of = asked.audit_events.organization;
        return of.is_none_or(|it| it == whose.organization);
    }
    if let Some(asked) = SheafRequest::of(job) {
        return asked
            .certificates
            .iter()
            .any(|it| certificates.contains(it));
    }
    false
}
