//! Which hour entries a report counts when it reads entries rather than cells, and their days.
//!
//! Whose hours they may be is the scope's word. What is made of them is each report's own.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use entity::hour_entry;
use entity::hour_entry_day;
use entity::ids::OrganizationId;
use entity::ids::TerritoryId;
use entity::territory_ancestor;
use entity::types::EntryStatus;
use entity::volunteer;
use sea_orm::ColumnTrait;
use sea_orm::Condition;
use sea_orm::DbBackend;
use sea_orm::sea_query::Alias;
use sea_orm::sea_query::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::sea_query::JoinType;
use sea_orm::sea_query::Query;
use sea_orm::sea_query::SelectStatement;
use sea_orm::sea_query::UnionType;

use crate::hours::ledger;
use crate::identity::Scope;

/// Which hours are counted.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// Whose hours may be counted.
    pub scope: &'a Scope,
    /// All versions of the territory.
    pub territories: &'a [TerritoryId],
    /// Whether the scope lets everything through that was worked there.
    pub whole: bool,
    /// Only hours of this organization.
    pub organization: Option<OrganizationId>,
    /// First day.
    pub from: NaiveDate,
    /// Last day, inclusive.
    pub to: NaiveDate,
    /// Which states.
    pub statuses: &'a [EntryStatus],
    /// As they stood at an instant; `None` is now.
    pub at: Option<DateTime<Utc>>,
}

/// What is read of an entry beside its days.
const WHAT: [hour_entry::Column; 5] = [
    hour_entry::Column::PersonId,
    hour_entry::Column::ProjectId,
    hour_entry::Column::OrganizationId,
    hour_entry::Column::TerritoryId,
    hour_entry::Column::EvidenceLevel,
];

impl Counted<'_> {
    /// The entries with a day in the interval, as a condition on `hour_entry`.
    #[must_use]
    pub fn entries(&self) -> Condition {
        let below = Query::select()
            .column(territory_ancestor::Column::TerritoryId)
            .from(territory_ancestor::Entity)
            .and_where(
                territory_ancestor::Column::AncestorId.is_in(self.territories.iter().copied()),
            )
            .to_owned();
        Condition::all()
            .add(self.scope.figures())
            .add(hour_entry::Column::TerritoryId.in_subquery(below))
            .add(hour_entry::Column::Status.is_in(self.statuses.iter().copied()))
            .add_option(
                self.organization
                    .map(|it| hour_entry::Column::OrganizationId.eq(it)),
            )
            .add(hour_entry::Column::WorkedOn.lte(self.to))
            .add(hour_entry::Column::EndedOn.gte(self.from))
    }

    /// Lets a statement read `hour_entry`, as it is or as it stood.
    pub fn read_entries(&self, select: &mut SelectStatement, backend: DbBackend) {
        match self.at {
            None => select.from(hour_entry::Entity),
            Some(at) => select.from_subquery(ledger::entries_at(at, backend), hour_entry::Entity),
        };
    }

    fn join_days(&self, select: &mut SelectStatement, backend: DbBackend) {
        let on = Expr::col((hour_entry::Entity, hour_entry::Column::Id))
            .equals((hour_entry_day::Entity, hour_entry_day::Column::EntryId));
        match self.at {
            None => select.join(JoinType::InnerJoin, hour_entry_day::Entity, on),
            Some(at) => {
                let days = ledger::days_at(at, backend);
                select.join_subquery(JoinType::InnerJoin, days, hour_entry_day::Entity, on)
            }
        };
    }

    /// The counted days: who, what for, where, shown by what, on which `day`, how many `minutes`. An entry
    /// of one day has all its minutes on it; only entries over midnight are looked up by day.
    #[must_use]
    pub fn worked(&self, backend: DbBackend) -> SelectStatement {
        let entry = |column| Expr::col((hour_entry::Entity, column));
        let one_day = entry(hour_entry::Column::WorkedOn).eq(entry(hour_entry::Column::EndedOn));
        let mut whole = Query::select();
        whole
            .columns(WHAT.map(|it| (hour_entry::Entity, it)))
            .expr_as(entry(hour_entry::Column::WorkedOn), "day")
            .expr_as(entry(hour_entry::Column::TotalMinutes), "minutes")
            .cond_where(self.entries())
            .and_where(one_day.clone());
        self.read_entries(&mut whole, backend);
        let of_day = |column| Expr::col((hour_entry_day::Entity, column));
        let mut nights = Query::select();
        nights
            .columns(WHAT.map(|it| (hour_entry::Entity, it)))
            .expr_as(of_day(hour_entry_day::Column::Day), "day")
            .expr_as(of_day(hour_entry_day::Column::Minutes), "minutes")
            .cond_where(self.entries())
            .and_where(one_day.not())
            .and_where(of_day(hour_entry_day::Column::Day).between(self.from, self.to));
        self.read_entries(&mut nights, backend);
        self.join_days(&mut nights, backend);
        whole.union(UnionType::All, nights).to_owned()
    }

    /// Joins the people of `worked` with their `sex` and the year in which they were `born`, as `described`.
    /// Where records of one person contradict each other nothing is known.
    pub fn describe(&self, select: &mut SelectStatement, backend: DbBackend) {
        let born = year("volunteer.birth_date", backend);
        let agreed = |of: &str| format!("case when min({of}) = max({of}) then min({of}) end");
        let of_people = Query::select()
            .column((volunteer::Entity, volunteer::Column::PersonId))
            .expr_as(Expr::cust(agreed("volunteer.sex")), "sex")
            .expr_as(Expr::cust(agreed(&born)), "born")
            .from(volunteer::Entity)
            .cond_where(
                Condition::all()
                    .add(self.scope.describing_records(self.whole))
                    .add_option(
                        self.organization
                            .map(|it| volunteer::Column::OrganizationId.eq(it)),
                    ),
            )
            .group_by_col((volunteer::Entity, volunteer::Column::PersonId))
            .to_owned();
        let on = Expr::col((Alias::new("described"), Alias::new("person_id")))
            .equals((Alias::new("worked"), Alias::new("person_id")));
        select.join_subquery(JoinType::LeftJoin, of_people, "described", on);
    }
}

/// The calendar year of a day: SQLite keeps days as text, and knows no `extract`.
pub fn year(day: &str, backend: DbBackend) -> String {
    match backend {
        DbBackend::Postgres => format!("cast(extract(year from {day}) as integer)"),
        _ => format!("cast(substr({day}, 1, 4) as integer)"),
    }
}

/// How many civil days a day lies before the day of an instant in UTC.
pub fn days_until(day: &str, instant: &str, backend: DbBackend) -> String {
    match backend {
        DbBackend::Postgres => format!("(cast({instant} at time zone 'UTC' as date) - {day})"),
        _ => format!("(julianday(substr({instant}, 1, 10)) - julianday({day}))"),
    }
}
