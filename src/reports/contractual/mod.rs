//! The yearly report of contractual volunteering: contracts, the volunteers under them, and the hours they gave.
//!
//! Law 06-18 asks organizers for a yearly report whose content a regulation sets; its text was not found. What
//! stands here is what the project's sources name, and it claims no compliance. Figures are put together in
//! `figures`, statements are in `store`, contracts themselves in `contracts`.

mod answer;
mod changed;
mod figures;
mod incidents;
mod store;

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::organization;
use entity::territory;
use sea_orm::ConnectionTrait;

pub use answer::Amounts;
pub use answer::Dimension;
pub use answer::Figures;
pub use answer::Finding;
pub use answer::IncidentAmounts;
pub use answer::IncidentDetail;
pub use answer::Incidents;
pub use answer::Row;
pub use answer::Table;
pub use answer::Totals;
pub use answer::incident_kind;
pub use answer::incident_severity;
pub(super) use changed::changed;

use crate::contracts;
use crate::contracts::said;
use crate::identity::Action;
use crate::identity::Ctx;
use crate::platform::zones;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::error::ReportError;
use crate::reports::ground::Ground;
use crate::reports::head::Head;
use crate::reports::question::OrganizationRef;
use crate::reports::question::Question;
use crate::reports::span;
use crate::reports::statement::COUNTED;
use crate::reports::store as places;
use crate::territories::lookup;

/// The year in which the law was published: Bulletin officiel no. 7010 of 5 August 2021.
pub const FIRST_YEAR: i32 = 2021;

/// Fewest volunteers under contract of whom whoever does not read incidents one by one is told what happened: of
/// fewer, people can be found. As many as public statistics need.
const VOLUNTEERS_LEAST: i64 = 5;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The contracts of this organization.
    pub organization: Option<OrganizationRef>,
    /// Those of the organizations seated in the territory of this code, all below it included; `None` is the
    /// seat of the organization.
    pub territory_code: Option<String>,
    /// Calendar year.
    pub year: i32,
    /// As of which instant; `None` is now.
    pub as_of: Option<DateTime<Utc>>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Contractual {
    /// What it is of; of one organization, the territory is that of its seat.
    pub head: Head,
    /// The calendar year.
    pub year: i32,
    /// The figures.
    pub figures: Figures,
}

/// Answers what contractual volunteering there was in a year.
///
/// Whoever reads figures of an organization gets those of its contracts; whoever observes a territory, those of
/// the organizations seated there. Hours follow the contracts, wherever they were worked.
///
/// # Errors
/// [`ReportError::Invalid`] for what cannot be answered or an organization that may not be seen;
/// [`ReportError::Denied`].
pub async fn answer(ctx: &Ctx, asked: Asked) -> Result<Contractual, ReportError> {
    ctx.demand_signed_in()?;
    let (from, to) = year(ctx, asked.year)?;
    // All of it as of one moment, while others write.
    let db = &ctx.counting().await?;
    let code = match (&asked.organization, asked.territory_code) {
        (_, Some(code)) => code,
        (Some(named), None) => seat(ctx, db, named).await?,
        (None, None) => {
            let refusal = Refusal::new(Code::AtLeastOne);
            let refusal = refusal.with("names", "territoryCode, organizationId");
            return Err(ReportError::Invalid(vec![refusal]));
        }
    };
    let question = span::question(&code, (from, to));
    let question = span::narrowed(question, asked.organization, COUNTED.to_vec(), asked.as_of);
    let question = question.checked(ctx.now()).map_err(ReportError::Invalid)?;
    of_state(ctx, db, &question).await
}

/// The report of the state that `db` sees, of a question of one calendar year that is in order.
///
/// # Errors
/// As [`answer`].
pub(super) async fn of_state(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    question: &Question,
) -> Result<Contractual, ReportError> {
    let (from, to) = (question.from, question.to);
    let ground = Ground::of(ctx, db, question).await?;
    let one = ground.organization.as_ref().map(|it| it.id);
    let organizations = store::organizations(db, ctx.scope(), &ground.territories, one).await?;
    let ids: Vec<OrganizationId> = organizations.iter().map(|it| it.id).collect();
    let recorded = recorded(ctx, db, &ids, (from, to), ground.at).await?;
    let contracts: Vec<said::Contract> = recorded
        .contracts
        .into_iter()
        .filter(|it| it.from <= to && it.last_day() >= from)
        .collect();
    let merged = store::merged(db, &contracts, ground.at).await?;
    let volunteers = store::volunteers(db, &contracts, &merged).await?;
    let works = store::works(db, &volunteers, (from, to), ground.at).await?;
    let places = places_of(db, &contracts).await?;
    let shown = ground.organization.as_ref();
    let mut figures = figures::put(&figures::Material {
        from,
        to,
        today: zones::country().day_of(ground.as_of),
        organizations: &organizations,
        accreditations: &recorded.accreditations,
        contracts: &contracts,
        volunteers: &volunteers,
        merged: &merged,
        incidents: &recorded.incidents,
        works: &works,
        places: &places,
        // Missions are free texts, which may name people: observers get none.
        missions: shown.is_some_and(|it| ctx.may(Action::ReadFigures, it.id)),
    })?;
    let kept = ctx.scope().organizations_where(Action::ManageVolunteers);
    let reads_them = organizations.iter().all(|it| kept.contains(&it.id));
    if !reads_them && figures.totals.amounts.volunteers < VOLUNTEERS_LEAST {
        figures.incidents.detail = None;
    }
    Ok(Contractual {
        head: ground.head(question),
        year: from.year(),
        figures,
    })
}

/// First and last day of a year that can be reported.
///
/// # Errors
/// [`ReportError::Invalid`] for other years.
pub(super) fn year(ctx: &Ctx, year: i32) -> Result<(NaiveDate, NaiveDate), ReportError> {
    let most = ctx.today().year();
    let days = (FIRST_YEAR..=most).contains(&year).then(|| {
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        Some((first, NaiveDate::from_ymd_opt(year, 12, 31)?))
    });
    days.flatten().ok_or_else(|| {
        let refusal = Refusal::of(Code::OutOfRange, "year");
        ReportError::Invalid(vec![refusal.with("least", FIRST_YEAR).with("most", most)])
    })
}

/// Code of the seat of an organization whose figures may be asked for.
///
/// # Errors
/// [`ReportError::Invalid`] where there is none.
pub(super) async fn seat(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    named: &OrganizationRef,
) -> Result<String, ReportError> {
    let found = places::organization(db, ctx.scope(), named).await?;
    let missing = || ReportError::Invalid(vec![Refusal::of(Code::NotFound, "organizationId")]);
    let seat = found.ok_or_else(missing)?.territory_id;
    let mut places = lookup::by_ids(db, &[seat]).await?;
    let place = places.pop();
    place
        .map(|it| it.code)
        .ok_or(ReportError::Unknown { kind: "territory" })
}

/// What organizations had recorded.
struct Record {
    contracts: Vec<said::Contract>,
    accreditations: Vec<said::Accreditation>,
    /// Those of the year.
    incidents: Vec<said::Incident>,
}

/// Contracts, accreditations and incidents as they were recorded at an instant; `None` is now.
async fn recorded(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    of: &[OrganizationId],
    (from, to): (NaiveDate, NaiveDate),
    at: Option<DateTime<Utc>>,
) -> Result<Record, ReportError> {
    let Some(at) = at else {
        let contracts = contracts::store::of_organizations(db, of).await?;
        let accreditations = contracts::store::accreditations_of(db, ctx.scope(), of).await?;
        let incidents = contracts::incidents::store::of_organizations(db, of, (from, to)).await?;
        return Ok(Record {
            contracts: contracts.iter().map(Into::into).collect(),
            accreditations: accreditations.iter().map(Into::into).collect(),
            incidents: incidents.iter().map(Into::into).collect(),
        });
    };
    let mut incidents = said::incidents_at(db, of, at).await?;
    incidents.retain(|it| (from..=to).contains(&it.day));
    Ok(Record {
        contracts: said::contracts_at(db, of, at).await?,
        accreditations: said::accreditations_at(db, of, at).await?,
        incidents,
    })
}

async fn places_of(
    db: &impl ConnectionTrait,
    contracts: &[said::Contract],
) -> Result<HashMap<TerritoryId, territory::Model>, ReportError> {
    let mut ids: Vec<TerritoryId> = contracts.iter().map(|it| it.territory).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = lookup::by_ids(db, &ids).await?;
    Ok(found.into_iter().map(|it| (it.id, it)).collect())
}

/// Whether one organization needs an accreditation.
pub(super) fn is_public(organization: &organization::Model) -> bool {
    !contracts::rules::needs_accreditation(organization.kind)
}
