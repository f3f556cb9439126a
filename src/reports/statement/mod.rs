//! The statement of a volunteer: what one person gave, by project and month.
//!
//! Whose hours may stand in it is the scope's word, statements are in `store`, and how rows are put
//! together is in `rows`. A signed document for third parties is another thing.

mod rows;
pub(super) mod store;

use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::ids::OrganizationId;
use entity::ids::ProjectId;
use entity::ids::VolunteerId;
use entity::types::EntryStatus;
use entity::vocabulary_term;
use entity::volunteer;
use sea_orm::ConnectionTrait;

pub use rows::Amounts;
pub use rows::EvidenceRow;
pub use rows::MonthRow;
pub use rows::OrganizationRow;
pub use rows::Row;
pub use rows::Rows;

use crate::identity::Ctx;
use crate::organizations;
use crate::refusal::Code;
use crate::refusal::Refusal;
use crate::reports::additivity;
use crate::reports::error::ReportError;
use crate::reports::foot;
use crate::reports::question::TimeBasis;
use crate::reports::question::Valued;
use crate::reports::span;
use crate::reports::statement::store::Work;
use crate::reports::value::ValueOfWork;
use crate::valuation;
use crate::valuation::full_time;
use crate::valuation::rules;
use crate::valuation::table::Place;
use crate::valuation::table::Table;
use crate::vocabularies;
use crate::vocabularies::ISCO08;
use crate::volunteers;

/// States that count.
pub const COUNTED: [EntryStatus; 1] = [EntryStatus::Approved];
/// States that are told apart, since they may still count.
pub const PENDING: [EntryStatus; 1] = [EntryStatus::Submitted];

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Whose hours; a merged record stands for the one that took it over.
    pub volunteer: VolunteerId,
    /// First civil day of work.
    pub from: NaiveDate,
    /// Last civil day of work, inclusive.
    pub to: NaiveDate,
    /// As of which instant; `None` is now.
    pub as_of: Option<DateTime<Utc>>,
    /// Whether the approved work is valued.
    pub valued: Valued,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The record that stands for the person.
    pub volunteer: volunteer::Model,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// How days and months are cut.
    pub time_basis: TimeBasis,
    /// The instant of the answer.
    pub as_of: DateTime<Utc>,
    /// The figures.
    pub rows: Rows,
    /// The occupations of the projects that have one, as known today.
    pub occupations: HashMap<ProjectId, vocabulary_term::Model>,
    /// What the approved work is worth.
    pub value_of_work: Option<ValueOfWork>,
    /// What may be summed.
    pub additivity: Vec<additivity::Rule>,
}

/// Answers what one volunteer gave.
///
/// The person gets what they gave to all organizations in which the account has a record. Whoever reads the
/// hours of an organization gets what was given to it, and nothing of what else the person does.
///
/// # Errors
/// [`ReportError::Invalid`] for a record that may not be seen and for parameters that cannot be answered;
/// [`ReportError::Denied`] for whoever is not signed in.
pub async fn answer(ctx: &Ctx, asked: &Asked) -> Result<Statement, ReportError> {
    ctx.demand_signed_in()?;
    let question = span::question(span::COUNTRY, (asked.from, asked.to));
    let question = span::narrowed(question, None, COUNTED.to_vec(), asked.as_of);
    let question = question.checked(ctx.now()).map_err(ReportError::Invalid)?;

    // All of it as of one moment, while others write.
    let db = &ctx.snapshot().await?;
    let record = seen(ctx, db, asked.volunteer).await?;
    let records = store::records(db, ctx.scope(), &record).await?;
    let organizations: BTreeSet<OrganizationId> =
        records.iter().map(|it| it.organization_id).collect();
    // Not before what is seen: everything in the answer was recorded until then.
    let now = ctx.now();
    let at = asked.as_of.map(|it| it.min(now));
    let works = store::works(db, &records, (asked.from, asked.to), at).await?;
    let rows = rows::put(&works, &question.months())?;

    let codes = valuation::store::occupations(db, works.iter().map(|it| it.project)).await?;
    let occupations = occupations(db, &codes, asked.to).await?;
    let value_of_work = match asked.valued {
        Valued::Yes => Some(valued(db, asked, &works, &codes, rows.totals.minutes).await?),
        Valued::No => None,
    };
    let ids: Vec<OrganizationId> = organizations.into_iter().collect();
    let found = organizations::store::by_ids(db, ctx.scope(), &ids).await?;
    let zone = match found.as_slice() {
        [only] => Some(only.time_zone.as_str()),
        _ => None,
    };
    Ok(Statement {
        volunteer: record,
        from: asked.from,
        to: asked.to,
        time_basis: span::time_basis(zone),
        as_of: at.unwrap_or(now),
        rows,
        occupations,
        value_of_work,
        additivity: rows::additivity(),
    })
}

/// The record asked for, or the one that took it over, where it may be seen.
async fn seen(
    ctx: &Ctx,
    db: &impl ConnectionTrait,
    id: VolunteerId,
) -> Result<volunteer::Model, ReportError> {
    let mut kept = volunteers::store::kept(db, ctx.scope(), &[id]).await?;
    kept.remove(&id)
        .ok_or_else(|| ReportError::Invalid(vec![Refusal::of(Code::NotFound, "volunteerId")]))
}

async fn occupations(
    db: &impl ConnectionTrait,
    codes: &HashMap<ProjectId, String>,
    on: NaiveDate,
) -> Result<HashMap<ProjectId, vocabulary_term::Model>, ReportError> {
    let named: BTreeSet<&String> = codes.values().collect();
    let named: Vec<String> = named.into_iter().cloned().collect();
    let terms = vocabularies::lookup::called(db, ISCO08, &named, on).await?;
    let of = |(project, code): (&ProjectId, &String)| Some((*project, terms.get(code)?.clone()));
    Ok(codes.iter().filter_map(of).collect())
}

/// Values the approved work by the rates of its days.
async fn valued(
    db: &impl ConnectionTrait,
    asked: &Asked,
    works: &[Work],
    occupations: &HashMap<ProjectId, String>,
    total: i64,
) -> Result<ValueOfWork, ReportError> {
    let table = Table::of(&valuation::store::all(db).await?);
    let places = valuation::store::priced_places(db, works.iter().map(|it| it.territory)).await?;
    let none = valuation::store::PricedPlace::default();
    let counted = works.iter().filter(|it| COUNTED.contains(&it.status));
    let days = counted.flat_map(|work| {
        let codes = places.get(&work.territory).unwrap_or(&none);
        let occupation = occupations.get(&work.project).map(String::as_str);
        work.days.iter().map(move |(day, minutes)| rules::Work {
            occupation,
            place: Place {
                province: codes.province.as_deref(),
                region: codes.region.as_deref(),
            },
            day: *day,
            minutes: *minutes,
        })
    });
    let valuation = rules::value(&table, days);
    let minutes = valuation.by_step.iter().map(|it| it.minutes);
    foot::check("valueOfWork", total, minutes)?;
    Ok(ValueOfWork {
        full_time: full_time::equivalents(total, asked.from, asked.to)?,
        valuation,
    })
}
