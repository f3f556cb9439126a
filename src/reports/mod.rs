//! Reports: a question in, figures out that add up and say what they rest on.
//!
//! File formats are in `exports`; which hours exist and in what state is in `hours`.

pub mod additivity;
pub mod completeness;
pub mod error;
pub mod evidence;
mod foot;
pub mod indh;
pub mod question;
mod store;
pub mod value;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::TerritoryId;
use entity::organization;
use entity::territory;
use entity::types::EntryStatus;
use sea_orm::ConnectionTrait;

pub use error::ReportError;
pub use question::OrganizationRef;
pub use question::Question;
pub use question::ReportName;
pub use question::Valued;

use crate::identity::Action;
use crate::identity::Ctx;
use crate::identity::Denied;
use crate::platform::zones;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::completeness::Completeness;
use crate::reports::completeness::Reporters;
use crate::reports::completeness::State;
use crate::reports::completeness::Told;
use crate::reports::indh::Coverage;
use crate::reports::indh::IndhReport;
use crate::reports::indh::TerritoryRow;
use crate::reports::question::DayRule;
use crate::reports::question::TimeBasis;
use crate::reports::question::WeekStart;
use crate::rollups;
use crate::rollups::Asked;

/// Most organization-months of one state that one answer lists.
const LISTED_MOST: usize = 500;

/// An answered question.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Hours by INDH programme.
    Indh(Box<IndhReport>),
}

/// Answers a question as of now, or as of the instant that it names.
///
/// Counts what the actor's scope lets be counted: an observer everything worked in an observed
/// territory or below, a member with the right to figures the hours of their organizations, the
/// platform everything.
///
/// # Errors
/// [`ReportError::Denied`] for a territory outside an observer's, and for whom no figures are;
/// [`ReportError::Invalid`] for parameters that cannot be answered.
pub async fn answer(ctx: &Ctx, question: &Question) -> Result<Answer, ReportError> {
    let now = ctx.now();
    ctx.demand_signed_in()?;
    let question = question
        .clone()
        .checked(now)
        .map_err(ReportError::Invalid)?;
    match question.name {
        ReportName::Indh => Ok(Answer::Indh(Box::new(indh(ctx, question).await?))),
    }
}

/// Whether the actor may ask a question, and whether it can be answered: the question in order, for
/// whoever wants the answer later.
///
/// # Errors
/// As [`answer`].
pub async fn may_ask(ctx: &Ctx, question: &Question) -> Result<Question, ReportError> {
    ctx.demand_signed_in()?;
    let question = question
        .clone()
        .checked(ctx.now())
        .map_err(ReportError::Invalid)?;
    let versions = versions(ctx.read(), &question).await?;
    let territories: Vec<TerritoryId> = versions.iter().map(|it| it.id).collect();
    visible(ctx, ctx.read(), &territories).await?;
    organization(ctx, ctx.read(), &question).await?;
    Ok(question)
}

/// Answers the INDH report; see [`answer`].
///
/// # Errors
/// As [`answer`].
pub async fn answer_indh(ctx: &Ctx, question: &Question) -> Result<IndhReport, ReportError> {
    match answer(ctx, question).await? {
        Answer::Indh(report) => Ok(*report),
    }
}

async fn indh(ctx: &Ctx, question: Question) -> Result<IndhReport, ReportError> {
    bring_up(ctx, &question).await?;
    // All of it as of one moment, while others write.
    let db = &ctx.core().db.snapshot().await?;
    let folded = rollups::standing(db).await?;
    // Not before what is seen: everything in the answer was recorded until then.
    let now = ctx.now();
    let at = question.as_of.map(|it| it.min(now));
    let versions = versions(db, &question).await?;
    let territory = versions.first().cloned();
    let territory = territory.ok_or(ReportError::Unknown { kind: "territory" })?;
    let territories: Vec<TerritoryId> = versions.iter().map(|it| it.id).collect();
    let visible = visible(ctx, db, &territories).await?;
    let organization = organization(ctx, db, &question).await?;
    let coverage = match organization {
        Some(_) => Coverage::Organizations,
        None => visible,
    };
    let as_of = at.unwrap_or(now);
    let asked = Asked {
        scope: ctx.scope(),
        territories: &territories,
        whole: visible == Coverage::Territory,
        organization: organization.as_ref().map(|it| it.id),
        from: question.from,
        to: question.to,
        statuses: &question.status_basis,
        cuts: &[],
        at,
        folded,
    };
    let figures = rollups::figures(db, &asked).await?;
    let terms = rollups::programmes(db).await?;
    let months = question.months();
    let found = indh::break_down(&figures, &months, &terms, question.to)?;

    let codes: Vec<String> = found
        .by_place
        .iter()
        .filter_map(|it| it.code.clone())
        .collect();
    let places = store::by_codes(db, &codes, question.to).await?;
    let mut by_territory = Vec::with_capacity(found.by_place.len());
    for row in found.by_place {
        let place = match &row.code {
            None => Some(&territory),
            // The newest version comes last.
            Some(code) => places.iter().rev().find(|it| it.code == *code),
        };
        by_territory.push(TerritoryRow {
            territory: place
                .cloned()
                .ok_or(ReportError::Unknown { kind: "territory" })?,
            measures: row.measures,
            levels: row.levels,
        });
    }

    let zone = organization
        .as_ref()
        .map_or(zones::COUNTRY, |it| it.time_zone.as_str())
        .to_owned();
    let reporters = Reporters {
        scope: ctx.scope(),
        territories: &territories,
        organization: asked.organization,
        statuses: &question.status_basis,
        months: &months,
        zone: zones::parse(&zone).ok_or(ReportError::Unknown { kind: "zone" })?,
        now: as_of,
        at,
        folded,
    };
    let states = completeness::states(db, &reporters).await?;
    let value_of_work = match question.valued {
        Valued::Yes => Some(value::of_work(db, &asked, found.totals.minutes).await?),
        Valued::No => None,
    };
    Ok(IndhReport {
        territory,
        organization,
        from: question.from,
        to: question.to,
        coverage,
        time_basis: TimeBasis {
            zone,
            week_start: WeekStart::Monday,
            day_rule: DayRule::SplitAtLocalMidnight,
        },
        status_basis: question.status_basis,
        as_of,
        totals: found.totals,
        by_programme: found.by_programme,
        by_territory,
        by_evidence: found.by_evidence,
        by_month: found.by_month,
        value_of_work,
        completeness: completeness::count(&states),
        additivity: additivity::of_hours(),
    })
}

/// Brings the roll-ups up to the present, and makes the sheets from which a whole territory is answered.
///
/// Only whoever may count everything there is answered from sheets; a past instant never is.
async fn bring_up(ctx: &Ctx, question: &Question) -> Result<(), ReportError> {
    let db = &ctx.core().db;
    let versions = versions(db.read(), question).await?;
    let territories: Vec<TerritoryId> = versions.iter().map(|it| it.id).collect();
    let visible = visible(ctx, db.read(), &territories).await?;
    rollups::fold(db).await?;
    if let ([territory], None, None, Coverage::Territory) = (
        territories.as_slice(),
        question.as_of,
        &question.organization,
        visible,
    ) {
        let interval = (question.from, question.to);
        rollups::refresh(db, *territory, interval, &question.status_basis).await?;
    }
    Ok(())
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
    let db = &ctx.core().db.snapshot().await?;
    let folded = rollups::standing(db).await?;
    let now = ctx.now();
    let at = at.map(|it| it.min(now));
    let as_of = at.unwrap_or(now);
    let versions = versions(db, &question).await?;
    let territory = versions.first().cloned();
    let territory = territory.ok_or(ReportError::Unknown { kind: "territory" })?;
    let territories: Vec<TerritoryId> = versions.iter().map(|it| it.id).collect();
    let months = question.months();
    let reporters = Reporters {
        scope: ctx.scope(),
        territories: &territories,
        organization: None,
        statuses: &question.status_basis,
        months: &months,
        zone: zones::country(),
        now: as_of,
        at,
        folded,
    };
    let coverage = visible(ctx, db, &territories).await?;
    let states = completeness::states(db, &reporters).await?;
    Ok(Reported {
        coverage,
        counts: completeness::count(&states),
        time_basis: TimeBasis {
            zone: zones::COUNTRY.to_owned(),
            week_start: WeekStart::Monday,
            day_rule: DayRule::SplitAtLocalMidnight,
        },
        status_basis: completeness::basis(&question.status_basis),
        additivity: additivity::of_months(),
        reporting: completeness::told(&states, State::Reporting, LISTED_MOST),
        declared_zero: completeness::told(&states, State::DeclaredZero, LISTED_MOST),
        late: completeness::told(&states, State::Late, LISTED_MOST),
        territory,
        as_of,
    })
}

/// All versions of the territory of a question within its interval, the newest first.
async fn versions(
    db: &impl ConnectionTrait,
    question: &Question,
) -> Result<Vec<territory::Model>, ReportError> {
    let code = &question.territory_code;
    let found = store::versions(db, code, question.from, question.to).await?;
    if found.is_empty() {
        let refusal = Refusal::of(Code::UnknownTerritory, "territoryCode").with("value", code);
        return Err(ReportError::Invalid(vec![refusal]));
    }
    Ok(found)
}

/// How much of a territory's hours the actor may count.
async fn visible(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    territories: &[TerritoryId],
) -> Result<Coverage, ReportError> {
    let scope = ctx.scope();
    if scope.is_everything() {
        return Ok(Coverage::Territory);
    }
    if !scope.observed().is_empty() && store::lies_within(db, territories, scope.observed()).await?
    {
        return Ok(Coverage::Territory);
    }
    match (
        scope.organizations_where(Action::ReadFigures).is_empty(),
        scope.observed().is_empty(),
    ) {
        (true, _) => Err(Denied::NotAllowed.into()),
        (false, true) => Ok(Coverage::Organizations),
        (false, false) => Ok(Coverage::Observed),
    }
}

async fn organization(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
) -> Result<Option<organization::Model>, ReportError> {
    let Some(named) = &question.organization else {
        return Ok(None);
    };
    match store::organization(db, ctx.scope(), named).await? {
        Some(found) => Ok(Some(found)),
        None => Err(ReportError::Invalid(vec![Refusal::of(
            Code::NotFound,
            "organizationId",
        )])),
    }
}
