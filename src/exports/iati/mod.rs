//! Results of an organization's projects as a file of the International Aid Transparency Initiative: an activity file of
//! IATI 2.03, asked for as a job.
//!
//! What was measured is found in `impact::published`; an activity is written in `activity`, its results in `results`.
//! Only approved figures, and nobody's name.

mod activity;
mod results;
mod xml;

use std::collections::HashMap;
use std::io::Write;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::TermId;
use entity::ids::TerritoryId;
use entity::job;
use entity::organization;
use entity::territory;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use serde::Deserialize;
use serde::Serialize;

use crate::exports::iati::xml::Xml;
use crate::exports::request;
use crate::hours::days;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::impact::published;
use crate::impact::published::Published;
use crate::jobs::Failed;
use crate::jobs::JobError;
use crate::jobs::Made;
use crate::jobs::Progress;
use crate::jobs::Spool;
use crate::organizations;
use crate::projects;
use crate::refusal::Checks;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::refusal::Refuse;
use crate::territories::lookup;
use crate::vocabularies;
use crate::vocabularies::SDG;

/// Media type of the file.
pub const MEDIA_TYPE: &str = "application/xml";
/// How long the file is kept.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Longest identifier of an organization.
const IDENTIFIER_MOST: usize = 100;

/// Whose results, and of which days. Kept as JSON: members are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IatiRequest {
    /// Who reports.
    pub iati_organization: OrganizationId,
    /// First day: periods that begin before it are left out.
    pub from: NaiveDate,
    /// Last day, inclusive: periods that end after it are left out.
    pub to: NaiveDate,
    /// The organization's identifier in IATI, where it has one.
    pub identifier: Option<String>,
}

impl IatiRequest {
    /// What a job was asked; `None` for another kind of job, and for what a later release asked.
    #[must_use]
    pub fn of(job: &job::Model) -> Option<Self> {
        serde_json::from_str(&job.payload).ok()
    }
}

/// Asks for results as a file.
///
/// # Errors
/// [`JobError::Invalid`] with what is wrong with the question, [`JobError::Denied`] where the caller does not read the
/// figures of the organization, [`JobError::TooMany`], [`JobError::KeyReused`].
pub async fn request(
    ctx: &Ctx,
    asked: &IatiRequest,
    key: Option<&str>,
) -> Result<job::Model, JobError> {
    let mut checks = Checks::new();
    checks.key(key);
    checked(ctx, asked, &mut checks)?;
    checks.done().map_err(JobError::Invalid)?;
    request::keep(ctx, ("requestIatiExport", key), asked, asked).await
}

fn checked(ctx: &Ctx, asked: &IatiRequest, checks: &mut Checks) -> Result<(), JobError> {
    ctx.demand_signed_in()?;
    ctx.demand(Action::ReadFigures, asked.iati_organization)?;
    days::asked(checks, asked.from, asked.to);
    if let Some(given) = &asked.identifier {
        checks.demand(is_identifier(given), || {
            Refusal::of(Code::InvalidFormat, "organizationIdentifier").with("value", given)
        });
    }
    Ok(())
}

/// An agency and a number, with a hyphen between them: what IATI forbids in an identifier is not in it.
fn is_identifier(text: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphanumeric() || "-._:".contains(it);
    let (agency, number) = text.split_once('-').unwrap_or_default();
    text.len() <= IDENTIFIER_MOST
        && agency.len() >= 2
        && agency.chars().all(|it| it.is_ascii_uppercase())
        && number.chars().any(|it| it.is_ascii_alphanumeric())
        && text.chars().all(fits)
}

/// Makes the file of a job.
///
/// # Errors
/// [`Failed::Refused`] where the caller does not read the figures any more, and where nothing was measured.
pub async fn carry_out(
    ctx: &Ctx,
    request: &IatiRequest,
    progress: &Progress<'_>,
) -> Result<Made, Failed> {
    progress.reaches(5).await?;
    let spool = Spool::new().map_err(|it| Failed::Fault(it.to_string()))?;
    let (spool, organization) = match write(ctx, request, spool).await {
        Ok(written) => written,
        Err(IatiError::Refused(refusals)) => return Err(Failed::Refused(refusals)),
        Err(cause) => return Err(Failed::Fault(cause.to_string())),
    };
    let content = spool.end().map_err(|it| Failed::Fault(it.to_string()))?;
    progress.reaches(95).await?;
    Ok(Made {
        file_name: file_name(request, &organization),
        media_type: MEDIA_TYPE,
        content,
        kept: KEPT,
    })
}

/// `iati-al-amal-2026-01-01-2026-12-31.xml`
fn file_name(request: &IatiRequest, organization: &organization::Model) -> String {
    let slug = &organization.slug;
    format!("iati-{slug}-{}-{}.xml", request.from, request.to)
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum IatiError {
    /// It may not be asked, or there is nothing to say.
    #[error("refused")]
    Refused(Vec<Refusal>),
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// A fault of ours.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The thread that wrote it ended early.
    #[error(transparent)]
    Thread(#[from] tokio::task::JoinError),
}

/// Writes the results of an organization, a hundred projects at a time, all of them as of one moment.
///
/// # Errors
/// [`IatiError`].
pub async fn write<W: Write + Send + 'static>(
    ctx: &Ctx,
    request: &IatiRequest,
    into: W,
) -> Result<(W, organization::Model), IatiError> {
    let refused = |code, field| IatiError::Refused(vec![Refusal::of(code, field)]);
    ctx.demand(Action::ReadFigures, request.iati_organization)
        .map_err(|it| IatiError::Refused(vec![Refusal::new(it.code())]))?;
    let db = ctx.snapshot().await?;
    let found =
        organizations::store::by_ids(&db, ctx.scope(), &[request.iati_organization]).await?;
    let organization = found.into_iter().next();
    let organization = organization.ok_or_else(|| refused(Code::NotFound, "organizationId"))?;
    let whole = Whole {
        reference: reference(request, &organization),
        organization,
        as_of: ctx.now(),
        address: ctx.core().config.public_url.clone(),
    };
    let mut xml = Xml::new(into);
    let (mut after, mut activities) = (None, 0);
    let days = (request.from, request.to);
    while let Some((page, last)) =
        published::page(&db, ctx.scope(), (whole.organization.id, after), days).await?
    {
        after = Some(last);
        if page.is_empty() {
            continue;
        }
        let known = Known::of(ctx, &db, &page, request.to).await?;
        if activities == 0 {
            activity::begin(&mut xml, &whole)?;
        }
        activities += page.len();
        let of = whole.clone();
        xml = tokio::task::spawn_blocking(move || {
            for project in &page {
                activity::write(&mut xml, &of, &known, project)?;
            }
            Ok::<_, std::io::Error>(xml)
        })
        .await??;
    }
    if activities == 0 {
        return Err(refused(Code::NothingMeasured, "organizationId"));
    }
    activity::end(&mut xml)?;
    Ok((xml.into_inner(), whole.organization))
}

/// The same for whoever wants all of it at once, without a job.
///
/// # Errors
/// [`IatiError`].
pub async fn written(ctx: &Ctx, request: &IatiRequest) -> Result<Vec<u8>, IatiError> {
    let mut checks = Checks::new();
    checked(ctx, request, &mut checks).map_err(|it| match it.refusals() {
        Some(refusals) => IatiError::Refused(refusals),
        None => IatiError::File(std::io::Error::other(it)),
    })?;
    checks.done().map_err(IatiError::Refused)?;
    let (bytes, _) = write(ctx, request, Vec::new()).await?;
    Ok(bytes)
}

/// What all activities share.
#[derive(Clone, Debug)]
struct Whole {
    organization: organization::Model,
    /// Identifies the organization.
    reference: String,
    as_of: DateTime<Utc>,
    /// Where codes of the organization are explained.
    address: String,
}

/// Places and goals that a page names.
#[derive(Debug, Default)]
struct Known {
    places: HashMap<TerritoryId, territory::Model>,
    /// Codes of goals and targets that projects serve.
    goals: HashMap<ProjectId, Vec<String>>,
}

impl Known {
    async fn of(
        ctx: &Ctx,
        db: &impl ConnectionTrait,
        page: &[Published],
        day: NaiveDate,
    ) -> Result<Self, DbErr> {
        let periods = page.iter().flat_map(|it| &it.indicators);
        let periods = periods.flat_map(|it| &it.periods);
        let measured = periods.flat_map(|it| it.places.iter().map(|it| it.0));
        let own = page.iter().map(|it| it.project.territory_id);
        let mut places: Vec<TerritoryId> = measured.chain(own).collect();
        places.sort_unstable();
        places.dedup();
        let places = lookup::by_ids(db, &places).await?;
        let projects: Vec<ProjectId> = page.iter().map(|it| it.project.id).collect();
        let sets = projects::store::shares_on(db, ctx.scope(), &projects, day).await?;
        let sets = sets.into_iter().filter(|it| it.0.vocabulary == SDG);
        let served: Vec<(ProjectId, TermId)> = sets
            .flat_map(|(set, shares)| {
                shares
                    .into_iter()
                    .map(move |it| (set.project_id, it.term_id))
            })
            .collect();
        let terms: Vec<TermId> = served.iter().map(|it| it.1).collect();
        let terms = vocabularies::lookup::by_ids(db, &terms).await?;
        let codes: HashMap<TermId, String> = terms.into_iter().map(|it| (it.id, it.code)).collect();
        let mut goals: HashMap<ProjectId, Vec<String>> = HashMap::new();
        for (project, term) in served {
            let code = codes.get(&term).cloned();
            goals.entry(project).or_default().extend(code);
        }
        Ok(Self {
            places: places.into_iter().map(|it| (it.id, it)).collect(),
            goals,
        })
    }
}

/// What identifies an organization: what it gave, or its number in the country's register, or its short name here. No
/// agency of Morocco is on IATI's list, so that only what was given is known elsewhere.
fn reference(request: &IatiRequest, organization: &organization::Model) -> String {
    let number = organization.registration_number.as_deref();
    let own = number.unwrap_or(&organization.slug).chars();
    let own: String = own
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
        .collect();
    let own = own.trim_matches('-');
    let own = if own.is_empty() {
        organization.slug.as_str()
    } else {
        own
    };
    let given = request.identifier.clone();
    given.unwrap_or_else(|| format!("MA-{own}"))
}

#[cfg(test)]
mod tests {
    use super::is_identifier;

    #[test]
    fn identifiers_name_an_agency_and_a_number() {
        for fine in ["MA-ICE-001234567000089", "XI-IATI-1234", "GB-CHC-202918"] {
            assert!(is_identifier(fine), "{fine}");
        }
        for other in [
            "",
            "MA",
            "MA-",
            "ma-1",
            "MA-1/2",
            "MA-1 2",
            "M-1",
            "-1",
            &format!("MA-{}", "1".repeat(100)),
        ] {
            assert!(!is_identifier(other), "{other}");
        }
    }
}
