//! Reports: a question in, figures out that add up and say what they rest on.
//!
//! File formats are in `exports`; which hours exist and in what state is in `hours`.

pub mod additivity;
pub mod answered;
pub mod asked;
pub mod completeness;
pub mod contractual;
mod counted;
pub mod crossings;
pub mod error;
pub mod evidence;
pub mod explain;
mod foot;
mod ground;
pub mod head;
pub mod hours;
pub mod indh;
pub mod quality;
pub mod question;
pub mod sdg;
pub mod snapshot;
mod span;
pub mod statement;
mod store;
mod terms;
pub mod value;
pub mod volunteer_work;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::territory;
use entity::types::EntryStatus;
use sea_orm::ConnectionTrait;

pub use answered::Answer;
pub use answered::Names;
pub use answered::answer;
pub use asked::Asking;
pub use error::ReportError;
pub use ground::may_ask;
pub use question::OrganizationRef;
pub use question::Question;
pub use question::ReportName;
pub use question::Section;
pub use question::Valued;

use crate::identity::Coverage;
use crate::identity::Ctx;
use crate::platform::zones;
use crate::reports::completeness::Completeness;
use crate::reports::completeness::Reporters;
use crate::reports::completeness::State;
use crate::reports::completeness::Told;
use crate::reports::ground::Ground;
use crate::reports::indh::IndhReport;
use crate::reports::question::TimeBasis;
use crate::rollups;

/// Most organization-months of one state that one answer lists.
const LISTED_MOST: usize = 500;

/// Answers the INDH report without sections that are asked for apart; see [`answer`].
///
/// # Errors
/// As [`answer`].
pub async fn answer_indh(ctx: &Ctx, question: &Question) -> Result<IndhReport, ReportError> {
    answer_indh_with(ctx, question, &[Section::Completeness]).await
}

/// Answers the INDH report with some sections; see [`answer`].
///
/// # Errors
/// As [`answer`].
pub async fn answer_indh_with(
    ctx: &Ctx,
    question: &Question,
    sections: &[Section],
) -> Result<IndhReport, ReportError> {
    let now = ctx.now();
    ctx.demand_signed_in()?;
    let question = question
        .clone()
        .checked(now)
        .map_err(ReportError::Invalid)?;
    indh::answer(ctx, question, sections).await
}

/// Who has reported of what a question is about, organization by organization and month by month.
async fn states(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    ground: &Ground,
    question: &Question,
) -> Result<Vec<completeness::Expected>, ReportError> {
    let time_basis = ground.time_basis();
    let reporters = Reporters {
        scope: ctx.scope(),
        territories: &ground.territories,
        organization: ground.organization.as_ref().map(|it| it.id),
        statuses: &question.status_basis,
        months: &question.months(),
        zone: zones::parse(&time_basis.zone).ok_or(ReportError::Unknown { kind: "zone" })?,
        now: ground.as_of,
        at: ground.at,
        folded: ground.folded,
    };
    Ok(completeness::states(db, &reporters).await?)
}

/// Who has reported of a territory, who declared that nobody worked, and who is late.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The territory asked about, in its newest version of the interval.
    pub territory: territory::Model,
    /// Which organizations are counted.
    pub coverage: Coverage,
    /// The counts.
    pub counts: Completeness,
    /// How months are cut.
    pub time_basis: TimeBasis,
    /// States of hours that make an organization report.
    pub status_basis: Vec<EntryStatus>,
    /// Over which dimension the counts may be summed.
    pub additivity: Vec<additivity::Rule>,
    /// Organization-months that reported, the oldest first; at most five hundred.
    pub reporting: Vec<Told>,
    /// Organization-months without work by their own word; as those.
    pub declared_zero: Vec<Told>,
    /// Organization-months that are late; as those.
    pub late: Vec<Told>,
    /// As of when.
    pub as_of: DateTime<Utc>,
}

/// Answers who has reported of a territory, by the counts that stand in every report of it.
///
/// # Errors
/// As [`answer`].
pub async fn answer_completeness(
    ctx: &Ctx,
    territory_code: String,
    (from, to): (NaiveDate, NaiveDate),
    at: Option<DateTime<Utc>>,
) -> Result<Reported, ReportError> {
    // The interval of the report of which it is a part.
    let question = Question {
        name: ReportName::Indh,
        territory_code,
        from,
        to,
        organization: None,
        status_basis: vec![EntryStatus::Approved],
        as_of: at,
        valued: Valued::No,
    };
    let question = may_ask(ctx, &question).await?;
    rollups::fold(&ctx.core().db).await?;
    let db = &ctx.counting().await?;
    let ground = Ground::of(ctx, db, &question).await?;
    let months = question.months();
    let reporters = Reporters {
        scope: ctx.scope(),
        territories: &ground.territories,
        organization: None,
        statuses: &question.status_basis,
        months: &months,
        zone: zones::country(),
        now: ground.as_of,
        at: ground.at,
        folded: ground.folded,
    };
    let states = completeness::states(db, &reporters).await?;
    Ok(Reported {
        coverage: ground.coverage(),
        counts: completeness::count(&states),
        time_basis: ground.time_basis(),
        status_basis: completeness::basis(&question.status_basis),
        additivity: additivity::of_months(),
        reporting: completeness::told(&states, State::Reporting, LISTED_MOST),
        declared_zero: completeness::told(&states, State::DeclaredZero, LISTED_MOST),
        late: completeness::told(&states, State::Late, LISTED_MOST),
        as_of: ground.as_of,
        territory: ground.territory,
    })
}
