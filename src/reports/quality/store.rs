//! Statements about the quality of figures: each over sets, of one row or as many as there are evidence levels.
//!
//! Which entries they may be of is said in `counted`; what is too much is said in `measures`.

use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::project;
use entity::tag_set;
use entity::territory;
use entity::types::AmendmentStatus;
use entity::types::EntryStatus;
use entity::types::EvidenceLevel;
use entity::types::TerritoryLevel;
use entity::volunteer;
use sea_orm::ActiveEnum;
use sea_orm::ColumnTrait;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::EntityTrait;
use sea_orm::FromQueryResult;
use sea_orm::PaginatorTrait;
use sea_orm::QueryFilter;
use sea_orm::sea_query::Alias;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::JoinType;
use sea_orm::sea_query::Order;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;

use crate::hours::ledger::EventKind;
use crate::hours::queue::anomaly;
use crate::reports::counted;
use crate::reports::counted::Counted;
use crate::vocabularies::INDH;

/// Ids of one statement.
const IDS: usize = 10_000;

/// Entries, by what became of them and what is seen of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Entries {
    /// That count.
    pub approved: i64,
    /// Of these, recorded long after the work.
    pub late: i64,
    /// Of these, of whole hours.
    pub whole_hours: i64,
    /// Of these, corrected after they had been approved.
    pub amended: i64,
    /// That wait for a decision.
    pub waiting: i64,
    /// Of these, worth a second look.
    pub anomalous: i64,
    /// That counted once, and count no more.
    pub voided: i64,
}

/// The states that [`entries`] tells apart.
pub const TOLD: [EntryStatus; 3] = [
    EntryStatus::Submitted,
    EntryStatus::Approved,
    EntryStatus::Voided,
];

/// Entries with a day in the interval.
pub async fn entries(db: &impl ConnectionTrait, of: &Counted<'_>) -> Result<Entries, DbErr> {
    let backend = db.get_database_backend();
    let is = |status: EntryStatus| format!("hour_entry.status = '{}'", status.to_value());
    let (approved, waiting) = (is(EntryStatus::Approved), is(EntryStatus::Submitted));
    let days = counted::days_until("hour_entry.ended_on", "hour_entry.created_at", backend);
    let late = format!("{days} > {}", anomaly::LATE_DAYS);
    let unbroken = format!(
        "hour_entry.started_at is not null and hour_entry.break_minutes = 0 \
         and hour_entry.minutes >= {}",
        anomaly::UNBROKEN_MINUTES
    );
    let crowd = format!("hour_entry.headcount >= {}", anomaly::GROUP_LARGE);
    let amended = amended(of);
    let mut select = Query::select()
        .expr_as(those(&approved), "approved")
        .expr_as(those(&format!("{approved} and {late}")), "late")
        .expr_as(
            those(&format!("{approved} and hour_entry.minutes % 60 = 0")),
            "whole_hours",
        )
        .expr_as(those(&format!("{approved} and {amended}")), "amended")
        .expr_as(those(&waiting), "waiting")
        .expr_as(
            those(&format!(
                "{waiting} and ({late} or ({unbroken}) or {crowd})"
            )),
            "anomalous",
        )
        .expr_as(those(&is(EntryStatus::Voided)), "voided")
        .cond_where(of.entries())
        .to_owned();
    of.read_entries(&mut select, backend);
    let found = Entries::find_by_statement(backend.build(&select));
    Ok(found.one(db).await?.unwrap_or_default())
}

/// Whether an entry was corrected after it had been approved, as far as is known.
fn amended(of: &Counted<'_>) -> String {
    match of.at {
        None => format!(
            "exists (select 1 from hour_entry_amendment amendment \
               where amendment.entry_id = hour_entry.id and amendment.status = '{}')",
            AmendmentStatus::Approved.to_value()
        ),
        Some(_) => format!(
            "exists (select 1 from ledger_event event \
               where event.organization_id = hour_entry.organization_id \
                 and event.entry_id = hour_entry.id and event.kind = '{}' \
                 and event.sequence <= hour_entry.position)",
            EventKind::AmendmentApproved.word()
        ),
    }
}

/// Number of rows that meet a condition.
fn those(condition: &str) -> Expr {
    total(condition, "1")
}

/// Sum of a value over the rows that meet a condition.
fn total(condition: &str, value: &str) -> Expr {
    Expr::cust(format!(
        "cast(coalesce(sum(case when {condition} then {value} else 0 end), 0) as bigint)"
    ))
}

/// Counted minutes, and those of them that lack something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Work {
    /// Person-minutes.
    pub minutes: i64,
    /// Of these, at a place above a commune.
    pub without_place: i64,
    /// Of these, of projects without an occupation.
    pub without_occupation: i64,
    /// Of these, of projects that had no shares in a programme on the day.
    pub without_programme: i64,
    /// Projects.
    pub projects: i64,
    /// Of these, those with minutes without a programme.
    pub projects_without_programme: i64,
}

/// Counted minutes and the projects they are of.
pub async fn work(db: &impl ConnectionTrait, of: &Counted<'_>) -> Result<Work, DbErr> {
    let backend = db.get_database_backend();
    let communes = [TerritoryLevel::Commune, TerritoryLevel::Arrondissement]
        .map(|it| format!("'{}'", it.to_value()))
        .join(", ");
    let above = format!("territory.level not in ({communes})");
    let shared = shared(of);
    let bare = "tag_set.id is null";
    let mut select = Query::select()
        .expr_as(total("1 = 1", "worked.minutes"), "minutes")
        .expr_as(total(&above, "worked.minutes"), "without_place")
        .expr_as(
            total("project.occupation_code is null", "worked.minutes"),
            "without_occupation",
        )
        .expr_as(total(bare, "worked.minutes"), "without_programme")
        .expr_as(Expr::cust("count(distinct worked.project_id)"), "projects")
        .expr_as(
            Expr::cust(format!(
                "count(distinct case when {bare} then worked.project_id end)"
            )),
            "projects_without_programme",
        )
        .from_subquery(of.worked(backend), "worked")
        .to_owned();
    beside(
        &mut select,
        project::Entity,
        project::Column::Id,
        "project_id",
    );
    beside(
        &mut select,
        territory::Entity,
        territory::Column::Id,
        "territory_id",
    );
    select.join(JoinType::LeftJoin, Alias::new("tag_set"), shared);
    let found = Work::find_by_statement(backend.build(&select));
    Ok(found.one(db).await?.unwrap_or_default())
}

/// Whether a set of shares in a programme was in force for the project of `worked` on its day, as far as is known:
/// at most one is.
fn shared(of: &Counted<'_>) -> Expr {
    let has_shares = "exists (select 1 from tag_share where tag_share.tag_set_id = tag_set.id)";
    match of.at {
        None => Expr::cust(format!(
            "tag_set.project_id = worked.project_id and tag_set.vocabulary = '{INDH}' \
             and tag_set.valid_from <= worked.day \
             and (tag_set.valid_to is null or tag_set.valid_to > worked.day) and {has_shares}"
        )),
        // The end that a later set gave it is known only where that one is: the last of those that are.
        Some(at) => {
            let known = Query::select()
                .expr(Expr::cust("known.id"))
                .from_as(tag_set::Entity, "known")
                .and_where(Expr::cust(format!(
                    "known.project_id = worked.project_id and known.vocabulary = '{INDH}' \
                     and known.valid_from <= worked.day"
                )))
                .and_where(Expr::col((Alias::new("known"), tag_set::Column::CreatedAt)).lte(at))
                .order_by_expr(Expr::cust("known.valid_from"), Order::Desc)
                .order_by_expr(Expr::cust("known.created_at"), Order::Desc)
                .limit(1)
                .to_owned();
            Expr::col((tag_set::Entity, tag_set::Column::Id))
                .eq(Expr::SubQuery(None, Box::new(known.into())))
                .and(Expr::cust(has_shares))
        }
    }
}

fn beside<E, C>(select: &mut SelectStatement, table: E, id: C, by: &'static str)
where
    E: EntityTrait,
    C: ColumnTrait,
{
    let own = Expr::col((Alias::new("worked"), Alias::new(by)));
    select.join(JoinType::InnerJoin, table, own.equals((table, id)));
}

#[derive(FromQueryResult)]
struct Level {
    evidence_level: EvidenceLevel,
    minutes: i64,
}

/// Counted minutes by what shows them; a level that is missing has none.
pub async fn by_evidence(
    db: &impl ConnectionTrait,
    of: &Counted<'_>,
) -> Result<Vec<(EvidenceLevel, i64)>, DbErr> {
    let level = (Alias::new("worked"), hour_entry::Column::EvidenceLevel);
    let backend = db.get_database_backend();
    let select = Query::select()
        .column(level.clone())
        .expr_as(total("1 = 1", "worked.minutes"), "minutes")
        .from_subquery(of.worked(backend), "worked")
        .group_by_col(level)
        .to_owned();
    let statement = backend.build(&select);
    let found = Level::find_by_statement(statement).all(db).await?;
    Ok(found
        .into_iter()
        .map(|it| (it.evidence_level, it.minutes))
        .collect())
}

/// Distinct named people who worked, and those of whom something is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct People {
    /// All.
    pub people: i64,
    /// Without sex.
    pub without_sex: i64,
    /// Without a year of birth.
    pub without_birth_year: i64,
}

/// Who worked.
pub async fn people(db: &impl ConnectionTrait, of: &Counted<'_>) -> Result<People, DbErr> {
    let backend = db.get_database_backend();
    let without = |what: &str| {
        Expr::cust(format!(
            "count(distinct case when described.{what} is null then worked.person_id end)"
        ))
    };
    let mut select = Query::select()
        .expr_as(Expr::cust("count(distinct worked.person_id)"), "people")
        .expr_as(without("sex"), "without_sex")
        .expr_as(without("born"), "without_birth_year")
        .from_subquery(of.worked(backend), "worked")
        .to_owned();
    of.describe(&mut select, backend);
    let found = People::find_by_statement(backend.build(&select));
    Ok(found.one(db).await?.unwrap_or_default())
}

/// Records of volunteers in use, of these organizations.
pub async fn records(
    db: &impl ConnectionTrait,
    organizations: &[OrganizationId],
) -> Result<i64, DbErr> {
    let mut sum = 0;
    for ids in organizations.chunks(IDS) {
        let count = volunteer::Entity::find()
            .filter(volunteer::Column::OrganizationId.is_in(ids.iter().copied()))
            .filter(volunteer::Column::MergedIntoId.is_null())
            .filter(volunteer::Column::ArchivedAt.is_null())
            .count(db)
            .await?;
        sum += i64::try_from(count).unwrap_or(i64::MAX);
    }
    Ok(sum)
}
