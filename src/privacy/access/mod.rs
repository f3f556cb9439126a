//! All that is known of somebody as one archive: a job that the person asked for, or an administrator of an organization
//! for one of its records.
//!
//! What stands in it is gathered in `gather` from the statements of `store`, and packed by `archive`. Nothing of anybody
//! else is in it: who decided or wrote is named by no name and no id.

mod archive;
mod gather;
mod said;
mod store;

use chrono::TimeDelta;
use entity::ids::VolunteerId;
use entity::job;
use entity::types::JobKind;
use entity::volunteer;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::audit;
use crate::audit::Line;
use crate::exports::request;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::jobs::Failed;
use crate::jobs::JobError;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::platform::i18n::Locale;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::volunteers;

/// How long the archive is kept: long enough to be fetched.
const KEPT: TimeDelta = TimeDelta::days(3);
/// The field that names the record.
const FIELD: &str = "volunteerId";

/// Whose data it is. Kept as JSON: members are added, never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalDataRequest {
    /// What is asked for.
    pub personal_data: About,
    /// Language of the titles.
    pub locale: Locale,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// One record; the account of whoever asks with all their records where absent.
    pub volunteer: Option<VolunteerId>,
}

impl PersonalDataRequest {
    /// What a job was asked; `None` for another kind of job, and for what a later release asked.
    #[must_use]
    pub fn of(job: &job::Model) -> Option<Self> {
        match job.kind {
            JobKind::Export => serde_json::from_str(&job.payload).ok(),
            JobKind::Delivery | JobKind::Letter => None,
        }
    }
}

/// Asks for all that is known of whoever asks, or of one record.
///
/// # Errors
/// [`JobError::Invalid`] for a record that is not there or not seen, [`JobError::Denied`] for whoever neither is the
/// person nor administers the organization, [`JobError::TooMany`], [`JobError::KeyReused`].
pub async fn request(
    ctx: &Ctx,
    volunteer: Option<VolunteerId>,
    locale: Option<Locale>,
    key: Option<&str>,
) -> Result<job::Model, JobError> {
    ctx.demand_signed_in()?;
    if let Some(id) = volunteer {
        record(ctx, id).await?;
    }
    let mut checks = Checks::new();
    checks.key(key);
    checks.done().map_err(JobError::Invalid)?;
    let about = About { volunteer };
    let kept = PersonalDataRequest {
        personal_data: about,
        locale: locale.unwrap_or(ctx.locale()),
    };
    // The input as it was sent: a language that was not asked for is none of it.
    request::keep(ctx, ("requestPersonalData", key), &(about, locale), &kept).await
}

/// The record, where the actor may have all of it.
async fn record(ctx: &Ctx, id: VolunteerId) -> Result<volunteer::Model, JobError> {
    let found = volunteers::store::kept(ctx.read(), ctx.scope(), &[id]).await?;
    let record = found.into_values().next();
    let record =
        record.ok_or_else(|| JobError::Invalid(vec![Refusal::of(Code::NotFound, FIELD)]))?;
    if !ctx.scope().owns(record.id) {
        ctx.demand_of_seen(Action::ManageOrganization, record.organization_id)?;
    }
    Ok(record)
}

/// Makes the archive of a job.
///
/// # Errors
/// [`Failed::Refused`] where it may not be asked any more.
pub async fn carry_out(
    ctx: &Ctx,
    request: &PersonalDataRequest,
    progress: &Progress<'_>,
) -> Result<Made, Failed> {
    progress.reaches(5).await?;
    let about = request.personal_data;
    let records = match about.volunteer {
        Some(id) => {
            let record = record(ctx, id).await;
            vec![record.map_err(|cause| match cause {
                JobError::Invalid(refusals) => Failed::Refused(refusals),
                JobError::Denied(denied) => Failed::Refused(vec![Refusal::new(denied.code())]),
                other => fault(other),
            })?]
        }
        None => {
            let own = ctx.scope().own_records();
            let found = volunteers::store::by_ids(ctx.read(), ctx.scope(), own).await?;
            let standing = found.into_iter().filter(|it| it.merged_into_id.is_none());
            standing.collect()
        }
    };
    // One's own account is nobody else's to have.
    let user = match about.volunteer {
        Some(_) => None,
        None => ctx.actor().user(),
    };
    let content = gather::gather(ctx, user, &records, request.locale, progress).await?;
    progress.reaches(95).await?;
    ctx.transaction(async |tx| {
        let lines = records.iter().map(line).collect();
        audit::record_all(ctx, tx, lines).await
    })
    .await?;
    Ok(Made {
        file_name: format!(
            "personal-data-{}-{}.zip",
            ctx.now().date_naive(),
            request.locale.tag()
        ),
        media_type: "application/zip",
        content,
        kept: KEPT,
    })
}

/// That somebody was given all that is known of a person.
fn line(record: &volunteer::Model) -> Line {
    Line {
        action: "volunteer.give_out",
        organization: Some(record.organization_id),
        subject: ("PersonalData", Some(record.id.0)),
        details: Some(json!({ "volunteer": record.id })),
    }
}

fn fault(cause: impl std::fmt::Display) -> Failed {
    Failed::Fault(cause.to_string())
}
