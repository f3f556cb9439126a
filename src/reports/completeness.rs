//! Who has reported: before a total is read, what it rests on.
//!
//! Counted in organization-months. Hours themselves are not here.

use chrono::DateTime;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::organization;
use entity::territory_ancestor;
use entity::types::EntryStatus;
use sea_orm::ActiveEnum;
use sea_orm::ConnectionTrait;
use sea_orm::DbErr;
use sea_orm::FromQueryResult;
use sea_orm::Statement;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::PostgresQueryBuilder;
use sea_orm::sea_query::Query;

use crate::identity::Scope;
use crate::platform::zones::Zone;

/// An entry lasts a day at most; a month looks back this far for those that reach into it.
const REACH: Days = Days::new(3);

/// How many organization-months were expected, and what became of them.
///
/// `expected` is `reporting + declaredZero + late`, and those of a month still running that have
/// said nothing yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Organizations seated in the territory × months of the interval that have begun. An
    /// organization is expected from the month in which it came to be here, or from the first
    /// month it told of, where that is earlier; and not after it was archived.
    pub expected: i64,
    /// Those with an entry handed in or counted, or attested as done with hours.
    pub reporting: i64,
    /// Those that stated that nobody worked.
    pub declared_zero: i64,
    /// Ended months with neither.
    pub late: i64,
}

/// Whose reporting is asked about.
#[derive(Clone, Debug)]
pub struct Reporters<'a> {
    /// Whose organizations may be seen.
    pub scope: &'a Scope,
    /// All versions of the territory.
    pub territories: &'a [TerritoryId],
    /// Only this one.
    pub organization: Option<OrganizationId>,
    /// States that count, beside those handed in.
    pub statuses: &'a [EntryStatus],
    /// First days of the months.
    pub months: &'a [NaiveDate],
    /// The zone in which months begin and end.
    pub zone: Zone,
    /// The present instant.
    pub now: DateTime<Utc>,
}

/// Organization-months in one state.
#[derive(Debug, FromQueryResult)]
struct Counted {
    state: String,
    months: i64,
}

/// What became of an organization-month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// An entry handed in or counted, or attested with hours.
    Reporting,
    /// Stated that nobody worked.
    DeclaredZero,
    /// Ended with neither.
    Late,
}

/// An organization-month in some state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Told {
    /// The organization.
    pub organization_id: OrganizationId,
    /// First day of the month.
    pub month: NaiveDate,
}

/// Counts the organization-months, in one statement.
pub async fn count(
    db: &impl ConnectionTrait,
    asked: &Reporters<'_>,
) -> Result<Completeness, DbErr> {
    let today = asked.zone.day_of(asked.now);
    let begun: Vec<NaiveDate> = asked
        .months
        .iter()
        .copied()
        .filter(|it| *it <= today)
        .collect();
    if begun.is_empty() {
        return Ok(Completeness::default());
    }
    let counts = "select state, count(*) as months from told group by state";
    let found = Counted::find_by_statement(statement(db, asked, &begun, today, counts))
        .all(db)
        .await?;
    let mut sum = Completeness::default();
    for line in found {
        sum.expected += line.months;
        match line.state.as_str() {
            "REPORTING" => sum.reporting += line.months,
            "ZERO" => sum.declared_zero += line.months,
            "LATE" => sum.late += line.months,
            _ => {}
        }
    }
    Ok(sum)
}

/// Organization-months in a state, the oldest first: those that [`count`] counts as such, at most
/// `most` of them.
pub async fn told(
    db: &impl ConnectionTrait,
    asked: &Reporters<'_>,
    state: State,
    most: u32,
) -> Result<Vec<Told>, DbErr> {
    let today = asked.zone.day_of(asked.now);
    let months = asked.months.iter().copied();
    let begun: Vec<NaiveDate> = months.filter(|it| *it <= today).collect();
    if begun.is_empty() {
        return Ok(Vec::new());
    }
    let state = match state {
        State::Reporting => "REPORTING",
        State::DeclaredZero => "ZERO",
        State::Late => "LATE",
    };
    let rows = format!(
        "select organization_id, month from told where state = '{state}' \
         order by month, organization_id limit {most}"
    );
    Told::find_by_statement(statement(db, asked, &begun, today, &rows))
        .all(db)
        .await
}

/// States of hours that make an organization report: handed in, counted, and those asked for.
#[must_use]
pub fn basis(asked: &[EntryStatus]) -> Vec<EntryStatus> {
    let mut statuses = asked.to_vec();
    statuses.extend([EntryStatus::Submitted, EntryStatus::Approved]);
    statuses.sort();
    statuses.dedup();
    statuses
}

fn statement(
    db: &impl ConnectionTrait,
    asked: &Reporters<'_>,
    begun: &[NaiveDate],
    today: NaiveDate,
    wanted: &str,
) -> Statement {
    let (seated, values) = seated(asked).build(PostgresQueryBuilder);
    let mut values = values.0;
    let mut bind = |value: sea_orm::Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let months: Vec<String> = begun
        .iter()
        .map(|first| {
            let next = first.checked_add_months(Months::new(1)).unwrap_or(*first);
            let reach = first.checked_sub_days(REACH).unwrap_or(*first);
            let silence = if next <= today { "LATE" } else { "OPEN" };
            format!(
                "select {} as first_day, {} as next_day, {} as reach, {} as starts_at, \
                 {} as ends_at, '{silence}' as silence",
                bind((*first).into()),
                bind(next.into()),
                bind(reach.into()),
                bind(asked.zone.start_of_day(*first).into()),
                bind(asked.zone.start_of_day(next).into()),
            )
        })
        .collect();
    let statuses: Vec<String> = basis(asked.statuses)
        .into_iter()
        .map(|it| bind(it.to_value().into()))
        .collect();
    let sql = sql(
        &months.join(" union all "),
        &seated,
        &statuses.join(", "),
        wanted,
    );
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

fn seated(asked: &Reporters<'_>) -> sea_orm::sea_query::SelectStatement {
    let below = Query::select()
        .column(territory_ancestor::Column::TerritoryId)
        .from(territory_ancestor::Entity)
        .and_where(
            Expr::col(territory_ancestor::Column::AncestorId)
                .is_in(asked.territories.iter().copied()),
        )
        .to_owned();
    let column = |it| Expr::col((organization::Entity, it));
    Query::select()
        .columns([
            (organization::Entity, organization::Column::Id),
            (organization::Entity, organization::Column::CreatedAt),
            (organization::Entity, organization::Column::ArchivedAt),
        ])
        .from(organization::Entity)
        .and_where(column(organization::Column::TerritoryId).in_subquery(below))
        .and_where_option(
            asked
                .organization
                .map(|it| column(organization::Column::Id).eq(it)),
        )
        .cond_where(asked.scope.reporting_organizations())
        .to_owned()
}

fn sql(months: &str, seated: &str, statuses: &str, wanted: &str) -> String {
    let entry = entry_table();
    format!(
        "with month as ({months}), \
         seat as materialized ( \
           select seated.id, seated.created_at, seated.archived_at, \
             (select min(e.worked_on) from {entry} e \
               where e.organization_id = seated.id and e.status in ({statuses})) as first_worked, \
             (select min(p.month) from reporting_period p \
               where p.organization_id = seated.id and p.submitted_at is not null) as first_said \
           from ({seated}) seated), \
         told as ( \
           select seat.id as organization_id, month.first_day as month, case \
             when exists (select 1 from {entry} e \
               where e.organization_id = seat.id and e.status in ({statuses}) \
                 and e.worked_on >= month.reach and e.worked_on < month.next_day \
                 and e.ended_on >= month.first_day) \
             or exists (select 1 from reporting_period p \
               where p.organization_id = seat.id and p.month = month.first_day \
                 and p.submitted_at is not null and not p.declared_zero) then 'REPORTING' \
             when exists (select 1 from reporting_period p \
               where p.organization_id = seat.id and p.month = month.first_day \
                 and p.declared_zero) then 'ZERO' \
             else month.silence end as state \
           from seat join month on \
             (seat.created_at < month.ends_at or seat.first_worked < month.next_day \
               or seat.first_said < month.next_day) \
             and (seat.archived_at is null or seat.archived_at >= month.starts_at)) \
         {wanted}"
    )
}

fn entry_table() -> &'static str {
    sea_orm::EntityName::table_name(&hour_entry::Entity)
}
